//! Lines of text files, packed with gzip or not, and the JSON on them.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::{Error, input};

/// The lines of a file, one at a time, each with its number.
pub(crate) struct Lines {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let input = input::open(path)?;
        Ok(Lines { path: path.to_owned(), input, number: 0, line: Vec::new() })
    }

    /// Reads lines from memory. `path` is the name in errors.
    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Self {
        Lines { path: path.to_owned(), input: Box::new(std::io::Cursor::new(bytes)), number: 0, line: Vec::new() }
    }

    /// An error about the line read last.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error::line(&self.path, self.number, message)
    }

    /// The number of the line read last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line without its end; `None` after the last.
    pub fn next(&mut self) -> Result<Option<&str>, Error> {
        self.line.clear();
        self.number += 1;
        let read = self.input.read_until(b'\n', &mut self.line);
        let length = read.map_err(|error| Error::io(&self.path, Some(self.number), &error))?;
        if length == 0 {
            return Ok(None);
        }
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if self.number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        match std::str::from_utf8(line) {
            Ok(line) => Ok(Some(line)),
            Err(error) => {
                let message = format!("byte {} of the line is not UTF-8", error.valid_up_to());
                Err(Error::line(&self.path, self.number, message))
            }
        }
    }

    /// The value on the next line that is not blank.
    pub fn next_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        self.next_value(|_| false)
    }

    /// The same; a line that is no value of this form but one of the other is passed over.
    pub fn next_json_but<T: DeserializeOwned, O: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        self.next_value(|line| serde_json::from_str::<O>(line).is_ok())
    }

    fn next_value<T: DeserializeOwned>(&mut self, passed_over: impl Fn(&str) -> bool) -> Result<Option<T>, Error> {
        loop {
            let Some(line) = self.next()? else { return Ok(None) };
            if line.trim().is_empty() {
                continue;
            }
            let parsed: Result<T, serde_json::Error> = serde_json::from_str(line);
            if parsed.is_err() && passed_over(line) {
                continue;
            }
            return parsed.map(Some).map_err(|error| {
                // serde_json counts lines within the value, which here is always the first.
                let full = error.to_string();
                let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
                Error::line(&self.path, self.number, format!("{what} (column {})", error.column()))
            });
        }
    }
}
