//! Opens an input: unpacks it, tells its format, and gives a reader of its documents.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use copydesk_core::Document;
use copydesk_formats::{JsonlReader, ReadError, read_text};

use super::archive::Archive;
use super::error::InputError;
use super::sniff::{self, Head};
use super::sources::{Source, extension};
use super::{Bytes, BytesRead, Counted, InputFormat, InputNotes, Options, STDIN, packed};

/// The documents of one input.
pub(super) type Documents = Box<dyn Iterator<Item = Result<Document, ReadError>> + Send>;

/// An input that is being read.
pub(super) struct Opened {
    pub(super) name: String,
    /// The encoding of all its documents, if it is known.
    pub(super) encoding: Option<String>,
    pub(super) documents: Documents,
}

/// What an input holds.
pub(super) enum Found {
    Documents(Opened),
    /// An archive of inputs, and its name.
    Archive(String, Archive),
}

/// Opens inputs.
pub(super) struct Opener<'a> {
    pub(super) options: &'a Options,
    pub(super) read: &'a BytesRead,
    pub(super) notes: &'a InputNotes,
}

/// An error of the input `name`.
fn failed(name: &str, what: impl fmt::Display) -> InputError {
    InputError::file(name, format!("{name}: {what}"))
}

/// The content of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Text,
    Jsonl,
    /// A ZIP archive of inputs.
    Archive,
}

impl Opener<'_> {
    /// Opens an input.
    pub(super) fn source(&self, source: Source) -> Result<Found, InputError> {
        let (name, file, input): (String, Option<File>, Box<dyn Read + Send>) = match source {
            Source::Unreadable(error) => return Err(error),
            Source::Stdin => (STDIN.to_owned(), None, Box::new(io::stdin())),
            Source::File(path) => {
                let name = path.display().to_string();
                let file = File::open(&path).map_err(|error| failed(&name, error))?;
                // Some readers go back and forth; a pipe cannot.
                let whole = file.metadata().is_ok_and(|data| data.is_file()).then(|| file.try_clone().ok()).flatten();
                (name, whole, Box::new(file))
            }
        };
        let input: Bytes = Box::new(BufReader::new(Counted { input, read: self.read.clone() }));
        match self.content(&name, input)? {
            (Content::Archive, input) => {
                let file = self.file(&name, file, input)?;
                let archive = Archive::open(file).map_err(|error| failed(&name, error))?;
                Ok(Found::Archive(name, archive))
            }
            (content, input) => self.documents(name, content, file, input).map(Found::Documents),
        }
    }

    /// Opens a file of an archive; nothing if it is one that is passed over.
    pub(super) fn member(&self, name: String, input: io::Result<Bytes>) -> Result<Option<Opened>, InputError> {
        let known = extension(Path::new(&name));
        if !known.is_some_and(|extension| super::sources::EXTENSIONS.contains(&extension.as_str())) {
            return Ok(None);
        }
        let input = input.map_err(|error| failed(&name, error))?;
        match self.content(&name, input)? {
            (Content::Archive, _) => Err(failed(&name, "this is an archive in an archive; unpack it first")),
            (content, input) => self.documents(name, content, None, input).map(Some),
        }
    }

    /// Unpacks an input and tells its content.
    fn content(&self, name: &str, input: Bytes) -> Result<(Content, Bytes), InputError> {
        let input = packed::unpacked(input).map_err(|error| failed(name, error))?;
        let extension = extension(Path::new(name));
        let content = match self.options.format {
            InputFormat::Jsonl => Content::Jsonl,
            InputFormat::Text => Content::Text,
            InputFormat::Auto => {
                if let Some(refusal) = extension.as_deref().and_then(sniff::refused_by_name) {
                    return Err(failed(name, refusal));
                }
                let (head, input) = sniff::head(input).map_err(|error| failed(name, error))?;
                let content = match (extension.as_deref(), head) {
                    (_, Head::Zip) => Content::Archive,
                    // A zero costs its line alone.
                    (Some("jsonl" | "ndjson"), Head::Binary(sniff::BINARY)) => Content::Jsonl,
                    (_, Head::Binary(what)) => return Err(failed(name, what)),
                    (Some("jsonl" | "ndjson"), _) => Content::Jsonl,
                    (Some("txt" | "text" | "md"), _) => Content::Text,
                    // Standard input, and names that do not tell.
                    (_, Head::Object) => Content::Jsonl,
                    (_, Head::Array) => return Err(failed(name, sniff::ARRAY)),
                    (_, Head::Text) => Content::Text,
                };
                return Ok((content, input));
            }
        };
        Ok((content, input))
    }

    /// Makes the reader of an input.
    fn documents(
        &self,
        name: String,
        content: Content,
        file: Option<File>,
        input: Bytes,
    ) -> Result<Opened, InputError> {
        let documents: Documents = match content {
            Content::Jsonl => Box::new(JsonlReader::new(input, self.options.unit)),
            _ => Box::new(std::iter::once(self.text(&name, input))),
        };
        let _ = file;
        Ok(Opened { name, encoding: None, documents })
    }

    /// The document of a text.
    fn text(&self, name: &str, input: Bytes) -> Result<Document, ReadError> {
        read_text(&*self.whole(name, input)?, name)
    }

    /// All bytes of a document.
    fn whole(&self, name: &str, input: Bytes) -> Result<Vec<u8>, ReadError> {
        let largest = self.options.largest;
        let mut bytes = Vec::new();
        let read = input.take(largest.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| ReadError::io(name, None, error))?;
        if bytes.len() as u64 > largest {
            let message = format!("the document has more than {largest} bytes; split it, or raise the limit");
            return Err(ReadError::new(name, None, message));
        }
        Ok(bytes)
    }

    /// The input as a file that can be read back and forth. What is no such file is written into a temporary one.
    fn file(&self, name: &str, file: Option<File>, mut input: Bytes) -> Result<File, InputError> {
        let copied = || -> io::Result<File> {
            if let Some(mut file) = file {
                file.rewind()?;
                return Ok(file);
            }
            let mut copy = tempfile::tempfile()?;
            io::copy(&mut input, &mut copy)?;
            copy.flush()?;
            copy.rewind()?;
            Ok(copy)
        };
        copied().map_err(|error| failed(name, error))
    }
}
