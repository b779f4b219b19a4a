//! JSON lines: a line is a document, `{"id", "text", "meta"}` and any layers that it brings itself.

use std::io::BufRead;

use copydesk_core::{Document, OffsetUnit};

use crate::bounded::{self, LIMIT, LineRead};
use crate::columns::Columns;
use crate::error::ReadError;
use crate::object::{self, Place};

/// One line of the input that is not blank, not yet parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1, blank lines counted.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads one document a line. A line that is no document gives an error, and reading continues. Blank lines are
/// skipped. The reader never holds more than a line, and no line that is longer than its limit.
///
/// ```
/// use copydesk_core::OffsetUnit;
/// use copydesk_formats::JsonlReader;
///
/// let input = r#"{"id": "a", "text": "It rains.", "published": "2024-05-01"}"#;
/// let document = JsonlReader::new(input.as_bytes(), OffsetUnit::Char).next().ok_or("no line")??;
/// assert_eq!((document.id(), document.origin.line), ("a", Some(1)));
/// assert_eq!(document.metadata.published.as_ref().map(|date| date.day()), Some("2024-05-01"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonlReader<R> {
    input: R,
    unit: OffsetUnit,
    columns: Option<Columns>,
    limit: usize,
    line: Line,
    ended: bool,
}

impl<R: BufRead> JsonlReader<R> {
    /// Returns a reader of `input`. Offsets of given layers are in `unit`, unless a line says otherwise
    /// (`"offsets": "byte"`).
    pub fn new(input: R, unit: OffsetUnit) -> Self {
        JsonlReader { input, unit, columns: None, limit: LIMIT, line: Line::default(), ended: false }
    }

    /// Reads lines of other programs, with the text, the id or metadata under other keys: those that `columns` name, or
    /// else the usual ones. All other keys go to `meta`. Layers are read only if the text is under `text`.
    ///
    /// ```
    /// use copydesk_core::OffsetUnit;
    /// use copydesk_formats::{Columns, JsonlReader};
    ///
    /// let input = r#"{"uid": 7, "story": "It rains.", "date": "May 1, 2024", "pages": 3}"#;
    /// let columns = Columns { text: Some("story".into()), ..Columns::default() };
    /// let mut reader = JsonlReader::new(input.as_bytes(), OffsetUnit::Char).columns(columns);
    /// let document = reader.next().ok_or("no line")??;
    /// assert_eq!((document.id(), document.text()), ("7", "It rains."));
    /// assert_eq!(document.metadata.published.as_ref().map(|date| date.as_str()), Some("2024-05-01"));
    /// assert_eq!(document.meta["pages"], 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn columns(mut self, columns: Columns) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Sets the most bytes that a line may have; [`LIMIT`] if this is not called. A longer line is an error on that line,
    /// and is never held in memory.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Returns the next line, for a caller that parses on another thread with [`parse_line`].
    ///
    /// # Errors
    /// If the line is longer than the limit, or the input cannot be read. In the second case it has ended.
    pub fn next_line(&mut self) -> Option<Result<Line, ReadError>> {
        self.advance().map(|read| read.map(|()| std::mem::take(&mut self.line.bytes)).map(|bytes| self.taken(bytes)))
    }

    /// The number of the line that was read last.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line.number
    }

    fn taken(&self, bytes: Vec<u8>) -> Line {
        Line { number: self.line.number, bytes }
    }

    /// Puts the next line that is not blank into `self.line`.
    fn advance(&mut self) -> Option<Result<(), ReadError>> {
        loop {
            if self.ended {
                return None;
            }
            self.line.bytes.clear();
            self.line.number += 1;
            let number = self.line.number;
            match bounded::read_line(&mut self.input, &mut self.line.bytes, self.limit) {
                Ok(LineRead::End) => self.ended = true,
                Ok(LineRead::Whole) => {
                    if number == 1 && self.line.bytes.starts_with(b"\xEF\xBB\xBF") {
                        self.line.bytes.drain(..3);
                    }
                    while let Some(b'\n' | b'\r') = self.line.bytes.last() {
                        self.line.bytes.pop();
                    }
                    if !self.line.bytes.iter().all(u8::is_ascii_whitespace) {
                        return Some(Ok(()));
                    }
                }
                Ok(LineRead::TooLong) => {
                    let message = bounded::too_long("line", self.limit);
                    return Some(Err(ReadError::new(number.to_string(), Some(number), message)));
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ReadError::io(number.to_string(), Some(number), error)));
                }
            }
        }
    }
}

impl<R: BufRead> Iterator for JsonlReader<R> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.advance()?;
        Some(read.and_then(|()| parse(&self.line, self.unit, self.columns.as_ref())))
    }
}

/// Parses a line. A missing id is the line's number; an id that is a number is its digits. The document's origin is
/// the line; the file is the caller's to add.
///
/// # Errors
/// If the line is not a JSON object with a `text`, has metadata of another type, or brings layers that do not fit the
/// text.
pub fn parse_line(line: &Line, unit: OffsetUnit) -> Result<Document, ReadError> {
    parse(line, unit, None)
}

/// Parses a line with the text, the id or metadata under other keys, as [`JsonlReader::columns`] tells.
///
/// # Errors
/// If the line is not a JSON object with a text, or brings layers that do not fit the text.
pub fn parse_line_with(line: &Line, unit: OffsetUnit, columns: &Columns) -> Result<Document, ReadError> {
    parse(line, unit, Some(columns))
}

fn parse(line: &Line, unit: OffsetUnit, columns: Option<&Columns>) -> Result<Document, ReadError> {
    let place = Place { row: line.number, line: line.number, noun: "line" };
    object::parse(&line.bytes, place, unit, columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<Result<(String, String), String>> {
        JsonlReader::new(input, OffsetUnit::Char)
            .map(|read| match read {
                Ok(document) => Ok((document.id().to_owned(), document.text().to_owned())),
                Err(error) => Err(format!("{} | {error}", error.id())),
            })
            .collect()
    }

    #[test]
    fn lines() {
        type Expected = Result<(&'static str, &'static str), &'static str>;
        let cases: &[(&[u8], Expected)] = &[
            (br#"{"text": "a"}"#, Ok(("1", "a"))),
            (br#"{"id": 7, "text": "a"}"#, Ok(("7", "a"))),
            (br#"{"id": -1.50, "text": "a"}"#, Ok(("-1.50", "a"))),
            (br#"{"id": null, "text": ""}"#, Ok(("1", ""))),
            (br#"{"id": "x\"y", "text": "a\u0000b", "other": [1]}"#, Ok(("x\"y", "a\0b"))),
            (b"\xEF\xBB\xBF{\"text\": \"a\"}\r\n", Ok(("1", "a"))),
            (br#"{"id": "x", "text": "\ud83d\ude00"}"#, Ok(("x", "😀"))),
            (br#"{"id": "x", "text": "a", "meta": null}"#, Ok(("x", "a"))),
            (br#"{"id": "x", "text": "a", "tokens": ["a"], "offsets": [[0, 1]]}"#, Ok(("x", "a"))),
            (br#"{"id": "x", "html": "<nav>no</nav><p>a</p>"}"#, Ok(("x", "a"))),
            (br#"{"id": "x", "text": "a", "html": 1}"#, Ok(("x", "a"))),
            (br#"{"id": "x", "html": 1}"#, Err("x | line 1: \"html\" must be a string")),
            (
                br#"{"id": "x", "html": "<p>a</p>", "tokens": [[0, 1]]}"#,
                Err("x | line 1: \"tokens\" needs \"text\": offsets count in it"),
            ),
            (br#"{"id": "x"}"#, Err("x | line 1: \"text\" is missing")),
            (br#"{"id": "x", "text": null}"#, Err("x | line 1: \"text\" is missing")),
            (br#"{"id": "x", "text": 1}"#, Err("x | line 1: \"text\" must be a string")),
            (br#"{"id": true, "text": "a"}"#, Err("1 | line 1: \"id\" must be a string or a number")),
            (br#"{"id": "x", "text": "a", "meta": 3}"#, Err("x | line 1: \"meta\" must be an object")),
            (b"{\"text\": \"\xFF\"}", Err("1 | line 1: byte 10 of the line (0xFF) is not UTF-8")),
            (b"[1]", Err("1 | line 1: a line must be an object, {\"text\": \"...\"}")),
            (b"{\"text\": ", Err("1 | line 1: not valid JSON: EOF while parsing a value (column 9)")),
            (br#"{"text": "a", "text": "b"}"#, Err("1 | line 1: duplicate field `text` (column 20)")),
            (
                br#"{"id": "x", "text": "\ud800"}"#,
                Err(
                    "x | line 1: \"text\": an escape such as \\ud800 stands alone; surrogates come in pairs (column 28)",
                ),
            ),
        ];
        for (input, expected) in cases {
            let expected = (*expected).map(|(id, text)| (id.to_owned(), text.to_owned())).map_err(str::to_owned);
            assert_eq!(read(input), [expected], "{}", String::from_utf8_lossy(input));
        }
    }

    #[test]
    fn a_bad_line_is_one_error() {
        let input = b"\n{\"text\": \"a\"}\n  \n{\"text\n{\"text\": \"b\"}";
        let found = read(input);
        assert_eq!(found.len(), 3);
        assert_eq!(found.first(), Some(&Ok(("2".to_owned(), "a".to_owned()))));
        assert!(found.get(1).is_some_and(|read| read.as_ref().is_err_and(|error| error.starts_with("4 | line 4: "))));
        assert_eq!(found.get(2), Some(&Ok(("5".to_owned(), "b".to_owned()))));
    }

    #[test]
    fn a_long_line_is_one_error() {
        let long = "a".repeat(200_000);
        let input = format!("{{\"text\": \"{long}\"}}\n{{\"text\": \"b\"}}\n{{\"text\": \"{long}\"}}");
        let mut reader = JsonlReader::new(input.as_bytes(), OffsetUnit::Char).limit(13);
        let mut next = || reader.next().map(|read| read.map(|document| document.id().to_owned()));
        let message = "the line is longer than 13 bytes, the most that is read";
        for line in 1..=3 {
            match next() {
                Some(Ok(id)) => assert_eq!((line, id.as_str()), (2, "2")),
                Some(Err(error)) => assert_eq!(error.to_string(), format!("line {line}: {message}")),
                None => panic!("line {line} is missing"),
            }
        }
        assert!(next().is_none());
        assert!(reader.line.bytes.capacity() < 1_000);
    }

    #[test]
    fn lines_of_other_programs() {
        use crate::MetadataField::Outlet;
        use serde_json::{Value, json};

        let named = |text: Option<&str>| Columns {
            text: text.map(str::to_owned),
            id: Some("n".into()),
            map: vec![(Outlet, "paper".into())],
        };
        let cases = [
            (Some("body"), r#"{"n": 7, "body": "a", "paper": "P", "tokens": 3}"#, Ok(json!({"tokens": 3}))),
            // Keys that are not there are only missed if they hold the text.
            (Some("body"), r#"{"body": "a", "text": "x"}"#, Ok(json!({"text": "x"}))),
            (None, r#"{"content": "a", "id": "i"}"#, Ok(json!({"id": "i"}))),
            (None, r#"{"text": "a", "meta": {"x": 1, "y": 2}, "y": 3}"#, Ok(json!({"x": 1, "y": 3}))),
            (None, r#"{"text": "a", "meta": [1], "date": "soon"}"#, Ok(json!({"meta": [1], "date": "soon"}))),
            (None, r#"{"text": "a", "x": 1, "x": 2}"#, Ok(json!({"x": 1, "x_2": 2}))),
            (
                Some("bdy"),
                r#"{"body": "a"}"#,
                Err("there is no key \"bdy\", did you mean \"body\"? The keys are \"body\""),
            ),
            (
                None,
                r#"{"a": "b"}"#,
                Err("no key is known to hold the text. Name it with --text-column. The keys are \"a\""),
            ),
            (Some("body"), r#"{"body": ""}"#, Err("no text in key \"body\"")),
            (Some("body"), r#"{"body": ["a"]}"#, Err("key \"body\" is not text")),
            (
                Some("body"),
                r#"{"body": "\ud800"}"#,
                Err("\"body\": an escape such as \\ud800 stands alone; surrogates come in pairs (column 17)"),
            ),
            (None, r#"{"text": "a", "entities": 3}"#, Err("\"entities\" must be a list of objects")),
        ];
        for (text, line, expected) in cases {
            let mut reader = JsonlReader::new(line.as_bytes(), OffsetUnit::Char).columns(named(text));
            let found = reader.next().expect("a line");
            let found = found.map(|document| {
                assert_eq!(document.text(), "a");
                Value::Object(document.meta)
            });
            assert_eq!(found.map_err(|error| error.message().to_owned()), expected.map_err(str::to_owned), "{line}");
        }
    }

    #[test]
    fn layers_are_read_beside_a_text() {
        let line = r#"{"text": "Ana Ruiz", "pub_date": "1 May 2024", "entities": [{"start": 0, "end": 8, "label": "PERSON"}]}"#;
        let line = Line { number: 3, bytes: line.into() };
        let document = parse_line_with(&line, OffsetUnit::Char, &Columns::default()).unwrap();
        assert_eq!(document.layer("entities").map(|layer| layer.len()), Some(1));
        assert_eq!(document.metadata.published.unwrap().as_str(), "2024-05-01");
        assert!(document.meta.is_empty());
    }
}
