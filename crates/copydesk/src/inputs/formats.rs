//! The formats of inputs, by name, by the ending of a file's name, and by the first bytes. A new format is a row here and
//! a function that opens it.

use std::fmt;

use super::open::{Opening, OpeningError};
use super::{Documents, open};

/// A format of inputs: a row in the catalogue.
///
/// ```
/// let format = copydesk::input_format("csv").ok_or("no such format")?;
/// let inputs = copydesk::Inputs::new(&["export.txt".into()])?.format(Some(format));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct InputFormat {
    /// Its name, as in `--input-format`.
    pub name: &'static str,
    /// Endings of file names that mean it, in small letters and without the dot.
    pub endings: &'static [&'static str],
    /// A description in a few words.
    pub description: &'static str,
    /// Opens an input of it.
    pub(super) open: fn(Opening<'_>) -> Result<Documents, OpeningError>,
}

impl fmt::Debug for InputFormat {
    // The name alone: an address differs from run to run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// All formats of inputs. Exports of other archives get their rows here.
pub const INPUT_FORMATS: [InputFormat; 10] = [
    InputFormat {
        name: "text",
        endings: &["txt", "text", "md"],
        description: "the text of one article",
        open: open::text,
    },
    InputFormat {
        name: "html",
        endings: &["html", "htm", "xhtml"],
        description: "a web page with an article",
        open: open::html,
    },
    InputFormat {
        name: "jsonl",
        endings: &["jsonl", "ndjson"],
        description: "JSON lines: an object for each article",
        open: open::jsonl,
    },
    InputFormat {
        name: "json",
        endings: &["json"],
        description: "JSON: an array of objects, one object, or lines",
        open: open::json,
    },
    InputFormat { name: "csv", endings: &["csv"], description: "a table with a header", open: open::csv },
    InputFormat {
        name: "tsv",
        endings: &["tsv", "tab"],
        description: "a table with tabs between its cells",
        open: open::tsv,
    },
    InputFormat { name: "parquet", endings: &["parquet", "pq"], description: "a Parquet table", open: open::parquet },
    InputFormat { name: "xlsx", endings: &["xlsx"], description: "a spreadsheet of Excel", open: open::xlsx },
    InputFormat { name: "warc", endings: &["warc"], description: "the pages of a web archive", open: open::warc },
    InputFormat { name: "zip", endings: &["zip"], description: "an archive of such files", open: open::nothing },
];

/// Returns the format of inputs with this name.
///
/// ```
/// assert!(copydesk::input_format("warc").is_some() && copydesk::input_format("pdf").is_none());
/// ```
#[must_use]
pub fn input_format(name: &str) -> Option<InputFormat> {
    INPUT_FORMATS.into_iter().find(|format| format.name == name)
}

/// The format that an ending of a file's name means.
pub(super) fn of_ending(ending: &str) -> Option<InputFormat> {
    INPUT_FORMATS.into_iter().find(|format| format.endings.contains(&ending))
}
