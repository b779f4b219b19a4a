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

    /// Returns the key of the object that is wrong, with its row if it is a layer: `published`, `entities[3]`. `None` if
    /// the error is not about one key.
    ///
    /// ```
    /// use copydesk_core::OffsetUnit;
    /// use copydesk_formats::{Line, parse_line};
    ///
    /// let line = Line { number: 1, bytes: br#"{"text": "It rains.", "published": "soon"}"#.to_vec() };
    /// let error = parse_line(&line, OffsetUnit::Char).expect_err("no date");
    /// assert_eq!(error.field(), Some("published"));
    /// ```
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        // Each message about a key begins with it.
        if let Some(rest) = self.message.strip_prefix('"') {
            return rest.split_once('"').map(|(key, _)| key);
        }
        let end = self.message.find([' ', ':'])?;
        self.message.get(..end).filter(|key| key.contains('['))
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
