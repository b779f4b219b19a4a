//! Opens an input: unpacks it, tells its format, and gives a reader of its documents.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use copydesk_core::Document;
use copydesk_formats::{
    Columns, JsonArrayReader, JsonlReader, Line, ReadError, WarcPage, WarcReader, html_document, parse_line,
    parse_line_with,
};
use copydesk_tables::{CsvOptions, CsvReader, ParquetOptions, ParquetReader, XlsxOptions, XlsxReader};

use super::archive::Archive;
use super::encoded::{self, StreamEncoding};
use super::error::InputError;
use super::formats::{self, InputFormat, input_format};
use super::sniff::{self, Head, Json};
use super::sources::{self, Source, extension};
use super::{Bytes, BytesRead, Counted, Documents, InputNotes, Options, STDIN, packed};

/// An input that is being read.
pub(super) struct Opened {
    pub(super) name: String,
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

/// An input that is being opened.
pub(super) struct Opening<'a> {
    pub(super) about: About<'a>,
    pub(super) input: Bytes,
    /// The input itself, if it is a file that can be read back and forth and is not packed.
    pub(super) file: Option<File>,
}

/// The name of an input, and how it is read.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    name: &'a str,
    options: &'a Options,
    notes: &'a InputNotes,
}

/// Why an input cannot be opened.
pub(super) struct OpeningError(String);

impl<E: fmt::Display> From<E> for OpeningError {
    fn from(error: E) -> Self {
        OpeningError(error.to_string())
    }
}

/// An error of the input `name`.
fn failed(name: &str, what: impl fmt::Display) -> InputError {
    InputError::file(name, format!("{name}: {what}"))
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
        let (format, input, is_packed) = self.format(&name, input)?;
        let opening = Opening { about: self.about(&name), input, file: file.filter(|_| !is_packed) };
        if format.name == "zip" {
            let archive = opening.into_file().and_then(Archive::open).map_err(|error| failed(&name, error))?;
            return Ok(Found::Archive(name, archive));
        }
        let documents = (format.open)(opening).map_err(|OpeningError(what)| failed(&name, what))?;
        Ok(Found::Documents(Opened { name, documents }))
    }

    /// Opens a file of an archive; nothing if it is one that is passed over.
    pub(super) fn member(&self, name: String, input: io::Result<Bytes>) -> Result<Option<Opened>, InputError> {
        if !sources::is_read(Path::new(&name)) {
            return Ok(None);
        }
        let input = input.map_err(|error| failed(&name, error))?;
        let (format, input, _) = self.format(&name, input)?;
        if format.name == "zip" {
            return Err(failed(&name, "this is an archive in an archive; unpack it first"));
        }
        let opening = Opening { about: self.about(&name), input, file: None };
        let documents = (format.open)(opening).map_err(|OpeningError(what)| failed(&name, what))?;
        Ok(Some(Opened { name, documents }))
    }

    fn about<'a>(&'a self, name: &'a str) -> About<'a> {
        About { name, options: self.options, notes: self.notes }
    }

    /// Unpacks an input and tells its format, and whether it was packed.
    fn format(&self, name: &str, input: Bytes) -> Result<(InputFormat, Bytes, bool), InputError> {
        let (input, is_packed) = packed::unpacked(input).map_err(|error| failed(name, error))?;
        if let Some(format) = self.options.format {
            return Ok((format, input, is_packed));
        }
        let (head, input) = sniff::head(input).map_err(|error| failed(name, error))?;
        let ending = extension(Path::new(name));
        let by_name = ending.as_deref().and_then(formats::of_ending);
        if let Some(refusal) = ending.as_deref().and_then(sniff::refused_by_name) {
            return Err(failed(name, refusal));
        }
        let by_head = match head {
            // A spreadsheet is an archive too.
            Head::Zip if by_name.is_some_and(|format| format.name == "xlsx") => "xlsx",
            Head::Zip => "zip",
            Head::Parquet => "parquet",
            Head::Warc => "warc",
            Head::Object | Head::Array => "json",
            Head::Html => "html",
            Head::Text => "text",
            // A zero costs its line or its row alone.
            Head::Binary(sniff::BINARY) if by_name.is_some_and(|format| format.name != "text") => "jsonl",
            Head::Binary(what) => return Err(failed(name, what)),
        };
        let certain = matches!(head, Head::Zip | Head::Parquet | Head::Warc);
        let format = if certain { None } else { by_name };
        let format = format.or_else(|| input_format(by_head));
        format.map(|format| (format, input, is_packed)).ok_or_else(|| failed(name, "has no known format"))
    }
}

impl Opening<'_> {
    /// The input as a file that can be read back and forth. What is no such file is written into a temporary one.
    fn into_file(mut self) -> io::Result<File> {
        if let Some(mut file) = self.file {
            file.rewind()?;
            return Ok(file);
        }
        let mut copy = tempfile::tempfile()?;
        io::copy(&mut self.input, &mut copy)?;
        copy.flush()?;
        copy.rewind()?;
        Ok(copy)
    }
}

impl About<'_> {
    /// All bytes of a document.
    fn whole(&self, input: Bytes) -> Result<Vec<u8>, ReadError> {
        let largest = self.options.largest;
        let mut bytes = Vec::new();
        let read = input.take(largest.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| ReadError::io(self.name, None, error))?;
        if bytes.len() as u64 > largest {
            let message = format!("the document has more than {largest} bytes; split it, or raise the limit");
            return Err(ReadError::new(self.name, None, message));
        }
        Ok(bytes)
    }

    fn columns(&self) -> Columns {
        self.options.columns.clone()
    }

    /// The keys of JSON that the user named. Without any, JSON is read as this program writes it.
    fn keys(&self) -> Option<Columns> {
        Some(self.columns()).filter(|columns| *columns != Columns::default())
    }

    /// A reader of JSON lines.
    fn lines(&self, input: Bytes) -> JsonlReader<Bytes> {
        let reader = JsonlReader::new(input, self.options.unit).limit(self.limit());
        match self.keys() {
            Some(keys) => reader.columns(keys),
            None => reader,
        }
    }

    /// The most bytes of a row.
    fn limit(&self) -> usize {
        usize::try_from(self.options.largest).unwrap_or(usize::MAX)
    }

    /// Tells the user which columns were taken.
    fn note(&self, sentence: &str) {
        self.notes.add(format!("{}: {sentence}", self.name));
    }

    /// The documents of a reader, with the encoding of the input. If the user says that texts are markup, they are read
    /// as web pages.
    fn finish(
        &self,
        documents: impl Iterator<Item = Result<Document, ReadError>> + Send + 'static,
        encoding: Option<StreamEncoding>,
    ) -> Documents {
        let markup = self.options.markup;
        Box::new(documents.map(move |read| {
            let mut document = if markup { read.and_then(html_document) } else { read }?;
            if let Some(encoding) = &encoding {
                encoding.describe(&mut document);
            }
            Ok(document)
        }))
    }
}

pub(super) fn text(Opening { about, input, .. }: Opening<'_>) -> Result<Documents, OpeningError> {
    let document = about.whole(input).and_then(|bytes| encoded::text(bytes, about.name));
    Ok(about.finish(std::iter::once(document), None))
}

pub(super) fn html(Opening { about, input, .. }: Opening<'_>) -> Result<Documents, OpeningError> {
    let document = about.whole(input).and_then(|bytes| encoded::page(bytes, None, about.name));
    Ok(Box::new(std::iter::once(document)))
}

pub(super) fn jsonl(Opening { about, input, .. }: Opening<'_>) -> Result<Documents, OpeningError> {
    let (input, encoding) = encoded::utf8(input)?;
    Ok(about.finish(about.lines(input), Some(encoding)))
}

pub(super) fn json(Opening { about, input, .. }: Opening<'_>) -> Result<Documents, OpeningError> {
    let (input, encoding) = encoded::utf8(input)?;
    let (kind, input) = sniff::json(input)?;
    let unit = about.options.unit;
    Ok(match kind {
        Json::Lines => about.finish(about.lines(input), Some(encoding)),
        Json::Array => {
            let reader = JsonArrayReader::new(input, unit).limit(about.limit());
            match about.keys() {
                Some(keys) => about.finish(reader.columns(keys), Some(encoding)),
                None => about.finish(reader, Some(encoding)),
            }
        }
        Json::Object => {
            let line = about.whole(input).map(|bytes| Line { number: 1, bytes });
            let read = line.and_then(|line| match about.keys() {
                Some(keys) => parse_line_with(&line, unit, &keys),
                None => parse_line(&line, unit),
            });
            about.finish(std::iter::once(read), Some(encoding))
        }
    })
}

pub(super) fn csv(opening: Opening<'_>) -> Result<Documents, OpeningError> {
    table(opening, None)
}

pub(super) fn tsv(opening: Opening<'_>) -> Result<Documents, OpeningError> {
    table(opening, Some(b'\t'))
}

fn table(Opening { about, input, .. }: Opening<'_>, delimiter: Option<u8>) -> Result<Documents, OpeningError> {
    let (input, encoding) = encoded::utf8(input)?;
    let delimiter = about.options.delimiter.or(delimiter);
    let reader = CsvReader::new(input, CsvOptions { columns: about.columns(), delimiter, limit: about.limit() })?;
    about.note(&reader.sentence());
    Ok(about.finish(reader, Some(encoding)))
}

pub(super) fn parquet(opening: Opening<'_>) -> Result<Documents, OpeningError> {
    let about = opening.about;
    let options = ParquetOptions { columns: about.columns(), limit: about.limit() };
    let reader = ParquetReader::new(opening.into_file()?, options)?;
    about.note(&reader.sentence());
    Ok(about.finish(reader, None))
}

pub(super) fn xlsx(opening: Opening<'_>) -> Result<Documents, OpeningError> {
    let about = opening.about;
    let options = XlsxOptions { columns: about.columns(), ..XlsxOptions::default() };
    let reader = XlsxReader::new(BufReader::new(opening.into_file()?), options)?;
    about.note(&reader.sentence());
    Ok(about.finish(reader, None))
}

pub(super) fn warc(Opening { about, input, .. }: Opening<'_>) -> Result<Documents, OpeningError> {
    let pages = WarcReader::new(input).with_limit(about.options.largest);
    Ok(Box::new(pages.map(|page| page.and_then(archived))))
}

/// The document of an archived page.
fn archived(page: WarcPage) -> Result<Document, ReadError> {
    let WarcPage { uri, date, charset, bytes, record, .. } = page;
    let mut document = encoded::page(bytes, charset.as_deref(), &uri)?;
    document.origin.line = Some(record);
    // The page may name a canonical address; without one it is that of the archive.
    document.metadata.url.get_or_insert(uri);
    if let Some(date) = date {
        document.meta.insert("archived".to_owned(), date.into());
    }
    Ok(document)
}

/// A ZIP archive is opened by its files.
pub(super) fn nothing(_: Opening<'_>) -> Result<Documents, OpeningError> {
    Ok(Box::new(std::iter::empty()))
}
