//! The interface of output formats: a writer of documents, and a row in the catalogue.

use std::io::{self, Write};

use copydesk_core::{Article, OffsetUnit, Origin};
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

    /// Writes that a document repeats an earlier one, and so has no result of its own. A format without a place for it
    /// writes nothing.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        let _ = (duplicate, out);
        Ok(())
    }

    /// Writes rows that were kept back, and the end of the output.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }

    /// Returns what another writer needs to go on from here, or `None` if rows are kept back just now. A run that is
    /// interrupted later continues from such a point: the output is cut to its length of that moment, and a new writer
    /// gets the state by [`resume`](DocumentWriter::resume). When a writer gives a state depends on the documents alone,
    /// so that the bytes of the output do not depend on the interruption.
    ///
    /// A format that cannot be continued always returns `None`, which is the default.
    fn state(&self) -> Option<Vec<u8>> {
        None
    }

    /// Goes on after an interruption: called in place of [`begin`](DocumentWriter::begin), with a state of the same
    /// format and the same options.
    ///
    /// # Errors
    /// If the state is not one of this format.
    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let _ = state;
        Err(io::Error::new(io::ErrorKind::Unsupported, "this format cannot be continued"))
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

/// A document that repeats an earlier one of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicate {
    /// The document's id.
    pub id: String,
    /// The id of the earlier document.
    pub duplicate_of: String,
    /// The place that the document was read from.
    pub origin: Origin,
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
    /// The table or the kind of file to write, one of those that the format's [`Layout`] names; empty for a format
    /// without such.
    pub table: &'static str,
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
        WriterOptions { unit, parts, provenance: None, table: "", width: WIDTH, color: false }
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
    /// The files that it writes.
    pub layout: Layout,
    /// Makes a writer of one file of it.
    pub writer: fn(&WriterOptions) -> Box<dyn DocumentWriter>,
}

/// The files that a format writes. Each file has a writer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One file with all documents.
    File,
    /// A file for each of these tables, with all documents: `quotes.parquet` and so on in a folder. One table alone can
    /// go to a file of any name; the first is the one to take if nothing is said.
    Tables(&'static [&'static str]),
    /// For each document a file with each of these endings, in a folder.
    Documents(&'static [&'static str]),
}
