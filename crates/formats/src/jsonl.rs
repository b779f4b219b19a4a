//! JSON lines: a line is a document, `{"id", "text", "meta"}` and any layers that it brings itself.

use std::io::BufRead;

use copydesk_core::{Document, OffsetMap, OffsetUnit};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::ReadError;
use crate::raw::{RawLine, describe, within};
use crate::{given, metadata};

/// One line of the input that is not blank, not yet parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1, blank lines counted.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads one document a line. A line that is no document gives an error, and reading continues. Blank lines are
/// skipped. The reader never holds more than a line.
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
    line: Line,
    ended: bool,
}

impl<R: BufRead> JsonlReader<R> {
    /// Returns a reader of `input`. Offsets of given layers are in `unit`, unless a line says otherwise
    /// (`"offsets": "byte"`).
    pub fn new(input: R, unit: OffsetUnit) -> Self {
        JsonlReader { input, unit, line: Line::default(), ended: false }
    }

    /// Returns the next line, for a caller that parses on another thread with [`parse_line`].
    ///
    /// # Errors
    /// If the input cannot be read. It has then ended.
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
            match self.input.read_until(b'\n', &mut self.line.bytes) {
                Ok(0) => self.ended = true,
                Ok(_) => {
                    if self.line.number == 1 && self.line.bytes.starts_with(b"\xEF\xBB\xBF") {
                        self.line.bytes.drain(..3);
                    }
                    while let Some(b'\n' | b'\r') = self.line.bytes.last() {
                        self.line.bytes.pop();
                    }
                    if !self.line.bytes.iter().all(u8::is_ascii_whitespace) {
                        return Some(Ok(()));
                    }
                }
                Err(error) => {
                    self.ended = true;
                    let number = self.line.number;
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
        Some(read.and_then(|()| parse_line(&self.line, self.unit)))
    }
}

/// Parses a line. A missing id is the line's number; an id that is a number is its digits. The document's origin is
/// the line; the file is the caller's to add.
///
/// # Errors
/// If the line is not a JSON object with a `text`, has metadata of another type, or brings layers that do not fit the
/// text.
pub fn parse_line(line: &Line, unit: OffsetUnit) -> Result<Document, ReadError> {
    let number = line.number.to_string();
    let fault = |id: &str, message: String| ReadError::new(id, Some(line.number), message);
    let text = std::str::from_utf8(&line.bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = line.bytes.get(at).copied().unwrap_or(0);
        fault(&number, format!("byte {at} of the line (0x{byte:02X}) is not UTF-8"))
    })?;
    if !text.trim_start().starts_with('{') {
        return Err(fault(&number, "a line must be an object, {\"text\": \"...\"}".into()));
    }
    let raw: RawLine<'_> = serde_json::from_str(text).map_err(|error| fault(&number, describe(&error, 0)))?;
    let id = match raw.id {
        None => number,
        Some(id) if id.get().starts_with('"') => {
            serde_json::from_str(id.get()).map_err(|error| fault(&number, within(text, "id", id, &error)))?
        }
        Some(id) if id.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) => id.get().to_owned(),
        Some(_) => return Err(fault(&number, "\"id\" must be a string or a number".into())),
    };
    let body: String = match raw.text {
        None => return Err(fault(&id, "\"text\" is missing".into())),
        Some(body) if body.get().starts_with('"') => {
            serde_json::from_str(body.get()).map_err(|error| fault(&id, within(text, "text", body, &error)))?
        }
        Some(_) => return Err(fault(&id, "\"text\" must be a string".into())),
    };
    let meta: Map<String, Value> = match raw.meta {
        None => Map::new(),
        Some(meta) if meta.get().starts_with('{') => {
            serde_json::from_str(meta.get()).map_err(|error| fault(&id, within(text, "meta", meta, &error)))?
        }
        Some(_) => return Err(fault(&id, "\"meta\" must be an object".into())),
    };
    let too_long = |error: copydesk_core::TextError| fault(&line.number.to_string(), error.to_string());
    let mut document = Document::new(id, body).map_err(too_long)?;
    document.meta = meta;
    document.metadata = metadata::metadata(&raw, text).map_err(|message| fault(document.id(), message))?;
    document.origin.line = Some(line.number);
    let layers = {
        let map = OffsetMap::new(document.text(), declared_unit(raw.offsets).unwrap_or(unit));
        given::layers(&raw, document.text(), &map).map_err(|message| fault(document.id(), message))?
    };
    layers.into_iter().for_each(|layer| document.put(layer));
    Ok(document)
}

/// The unit that a line says its offsets have. Another program's `offsets`, a list say, is not ours.
fn declared_unit(offsets: Option<&RawValue>) -> Option<OffsetUnit> {
    serde_json::from_str(offsets?.get()).ok()
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
}
