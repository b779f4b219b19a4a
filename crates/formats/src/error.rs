//! Why a document could not be read.

use std::fmt;
use std::io;

/// An error about a document that could not be read. The message names what was wrong and what would be right.
#[derive(Debug)]
pub struct ReadError {
    id: String,
    line: Option<u64>,
    message: String,
    io: Option<io::Error>,
}

impl ReadError {
    /// Returns an error about one document. `id` is its id, or its number if it has none; `line` is its line in the
    /// input.
    pub fn new(id: impl Into<String>, line: Option<u64>, message: impl Into<String>) -> Self {
        ReadError { id: id.into(), line, message: message.into(), io: None }
    }

    /// Returns an error of the input itself: nothing more can be read from it.
    pub fn io(id: impl Into<String>, line: Option<u64>, error: io::Error) -> Self {
        ReadError { id: id.into(), line, message: error.to_string(), io: Some(error) }
    }

    /// Puts `place` before the message, such as "element 3".
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Returns the document's id, or the number of its line.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the number of the line, from 1, if the input has lines.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// Returns the message without the line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns true if the input itself failed, so that nothing more can be read from it.
    #[must_use]
    pub fn is_io(&self) -> bool {
        self.io.is_some()
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.io.as_ref().map(|error| error as _)
    }
}
