//! The one error a plugin returns.

use std::fmt;

/// The reason that a stage could not be made or a document not annotated. The user sees the message as it is. It should
/// name the thing, what was wrong with it, and what would be right.
#[derive(Clone, Debug)]
pub struct Error {
    message: String,
    cancelled: bool,
}

impl Error {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), cancelled: false }
    }

    /// The run was cancelled. [`crate::Output::check_cancelled`] returns this error.
    #[must_use]
    pub fn cancelled() -> Self {
        Error { message: "cancelled".into(), cancelled: true }
    }

    /// Returns true if this is [`Error::cancelled`].
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Error::new(message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Error::new(message)
    }
}
