//! The interface of output formats: a writer of documents, and a row in the catalogue.

use std::io::{self, Write};

use copydesk_core::{Article, OffsetUnit};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::parts::Parts;

/// Writes documents in one format, one after another.
///
/// The order of calls is [`begin`](DocumentWriter::begin), then [`document`](DocumentWriter::document) or
/// [`error`](DocumentWriter::error) for each document of the input, then [`finish`](DocumentWriter::finish). All write
/// to the same output. A writer may keep rows back until it has enough; `finish` writes the rest.
///
/// ```
/// use std::io::{self, Write};
///
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::{DocumentError, DocumentWriter};
///
/// /// Counts the names of each article.
/// struct Counts;
///
/// impl DocumentWriter for Counts {
///     fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
///         writeln!(out, "id,names")
///     }
///
///     fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
///         writeln!(out, "{},{}", article.id(), article.entities().len())
///     }
///
///     fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
///         writeln!(out, "{},", error.id)
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (mut writer, mut out) = (Counts, Vec::new());
/// writer.begin(&mut out)?;
/// writer.document(&Article::new(Document::new("a", "Hello.")?)?, &mut out)?;
/// writer.finish(&mut out)?;
/// assert_eq!(out, b"id,names\na,0\n");
/// # Ok(())
/// # }
/// ```
pub trait DocumentWriter: Send {
    /// Writes the beginning of the output, such as a table's head.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }

    /// Writes a document.
    ///
    /// # Errors
    /// If the output cannot be written, or the format has no form for the document.
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()>;

    /// Writes the error of a document that has no result.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()>;

    /// Writes rows that were kept back, and the end of the output.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }
}

/// Why a document has no result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentError {
    /// The document's id.
    pub id: String,
    /// The stage that failed; none if the document could not be read.
    pub stage: Option<String>,
    /// The error.
    pub message: String,
    /// The line of the input.
    pub line: Option<u64>,
}

/// The options of writers. Each format takes those that it needs.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// The unit of offsets.
    pub unit: OffsetUnit,
    /// The parts of a result that are written.
    pub parts: Parts,
    /// The provenance of the results.
    pub provenance: Option<Box<RawValue>>,
    /// Columns of the terminal, for a format that is read there.
    pub width: usize,
    /// True if the terminal shows colours.
    pub color: bool,
}

/// The columns of a terminal that says nothing of its width.
const WIDTH: usize = 80;

impl Default for WriterOptions {
    fn default() -> Self {
        let (unit, parts) = (OffsetUnit::default(), Parts::default());
        WriterOptions { unit, parts, provenance: None, width: WIDTH, color: false }
    }
}

impl WriterOptions {
    /// Sets which pipeline made the results.
    ///
    /// # Errors
    /// If it has no form in JSON.
    pub fn with_provenance(mut self, provenance: &impl Serialize) -> serde_json::Result<Self> {
        self.provenance = Some(serde_json::value::to_raw_value(provenance)?);
        Ok(self)
    }
}

/// A format of output: a row in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct OutputFormat {
    /// Its name, as in `--format`.
    pub name: &'static str,
    /// Other names that mean it.
    pub aliases: &'static [&'static str],
    /// Endings of file names that mean it, in small letters and without the dot.
    pub endings: &'static [&'static str],
    /// A description in a few words.
    pub description: &'static str,
    /// Makes a writer of it.
    pub writer: fn(&WriterOptions) -> Box<dyn DocumentWriter>,
}
