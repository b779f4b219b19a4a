//! Errors of gold or predicted data. They name the file, and the line if there is one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file that cannot be read, or a line that is not of its documented form.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    line: Option<u64>,
    message: String,
}

impl Error {
    /// An error about a whole file.
    pub(crate) fn file(path: &Path, message: impl Into<String>) -> Self {
        Error { path: path.to_owned(), line: None, message: message.into() }
    }

    /// Returns an error of the request, which belongs to no file.
    pub(crate) fn message(message: impl Into<String>) -> Self {
        Error { path: PathBuf::new(), line: None, message: message.into() }
    }

    /// An error about one line, counted from 1.
    pub(crate) fn line(path: &Path, line: u64, message: impl Into<String>) -> Self {
        Error { path: path.to_owned(), line: Some(line), message: message.into() }
    }

    pub(crate) fn io(path: &Path, line: Option<u64>, error: &io::Error) -> Self {
        Error { path: path.to_owned(), line, message: error.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.as_os_str() == "-" { "standard input".into() } else { self.path.display().to_string() };
        match self.line {
            _ if path.is_empty() => f.write_str(&self.message),
            Some(line) => write!(f, "{path}:{line}: {}", self.message),
            None => write!(f, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for Error {}
