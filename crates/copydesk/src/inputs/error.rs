//! Why an input gave no document.

use std::fmt;

use copydesk_core::{Document, Origin};
use copydesk_formats::ReadError;

use super::{STDIN, file_name};

/// Why an input gave no document to analyze.
///
/// ```
/// let mut inputs = copydesk::Inputs::new(&["no-such.jsonl".into()])?;
/// let error = inputs.next().ok_or("no input")?.expect_err("no such file");
/// assert!(error.is_file() && error.to_string().starts_with("no-such.jsonl: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct InputError(Box<Fault>);

#[derive(Debug)]
struct Fault {
    id: String,
    origin: Origin,
    message: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing of the file can be read, or no more of it.
    File,
    /// One document cannot be read.
    Document,
    /// A document repeats the one with this id.
    Duplicate(String),
}

impl InputError {
    pub(crate) fn file(path: impl Into<String>, message: impl Into<String>) -> Self {
        let path = path.into();
        let file = (path != STDIN).then(|| path.clone());
        let origin = Origin { file, ..Origin::default() };
        InputError(Box::new(Fault { id: path, origin, message: message.into(), kind: Kind::File }))
    }

    /// A text that cannot be a document.
    pub(crate) fn text(id: &str, message: &str) -> Self {
        let (id, message) = (id.to_owned(), message.to_owned());
        InputError(Box::new(Fault { id, origin: Origin::default(), message, kind: Kind::Document }))
    }

    /// Makes the error of a reader of the input `name`. An unreadable input is an error of the file, any other error
    /// one of its document.
    pub(super) fn read(name: &str, error: &ReadError) -> Self {
        if error.is_io() {
            return InputError::file(name, format!("{name}: {error}"));
        }
        let origin = Origin { file: file_name(name), line: error.line(), ..Origin::default() };
        InputError(Box::new(Fault {
            id: error.id().to_owned(),
            origin,
            message: error.message().to_owned(),
            kind: Kind::Document,
        }))
    }

    /// A document that repeats another.
    pub(super) fn duplicate(document: &Document, of: String) -> Self {
        let message = format!("repeats document {of:?}");
        InputError(Box::new(Fault {
            id: document.id().to_owned(),
            origin: document.origin.clone(),
            message,
            kind: Kind::Duplicate(of),
        }))
    }

    /// Returns true if a file or folder cannot be read: nothing of it, or no more of it, is analyzed. Otherwise the
    /// error is about one document of a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.0.kind == Kind::File
    }

    /// Returns the id of the earlier document that this one repeats, if that is why it is not analyzed: see
    /// [`crate::Inputs::dedupe`].
    #[must_use]
    pub fn duplicate_of(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Duplicate(of) => Some(of),
            Kind::File | Kind::Document => None,
        }
    }

    /// Returns the document's id, or else the number of its line or the path of its file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the file, and the line of the document.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Returns the error, and what would be right. For a file, its path comes first.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_file() {
            return f.write_str(&self.0.message);
        }
        let line = self.0.origin.line.map_or(String::new(), |line| format!(" (line {line})"));
        write!(f, "{}{line}: {}", self.0.id, self.0.message)
    }
}

impl std::error::Error for InputError {}
