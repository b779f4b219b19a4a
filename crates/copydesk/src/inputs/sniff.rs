//! The content of an input, as far as its name and its first bytes tell.

use std::io::{self, Read};

use super::Bytes;

/// The kind of an input, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An object of JSON.
    Object,
    /// An array of JSON.
    Array,
    /// A web page.
    Html,
    Zip,
    Parquet,
    Warc,
    /// The name of bytes that are no text, and the advice about them.
    Binary(&'static str),
    /// Anything else.
    Text,
}

/// First bytes of formats that have such.
const MAGIC: [(&[u8], Head); 5] = [
    (b"PK\x03\x04", Head::Zip),
    // An archive without files.
    (b"PK\x05\x06", Head::Zip),
    (b"PAR1", Head::Parquet),
    (b"WARC/", Head::Warc),
    (b"%PDF-", Head::Binary("PDF is not read; give its text (pdftotext)")),
];

/// The message about other bytes that are no text.
pub(super) const BINARY: &str = "this is a binary file, not text (--input-format text reads it all the same)";

/// Blanks at the head of an input after which it is taken for text.
const BLANKS: usize = 1 << 16;

/// The number of first bytes in which a zero means that a file is no text, and in which a page says that it is one.
const LOOKED_AT: usize = 1 << 12;

/// Says why a file with this extension is not read, if that is so.
pub(super) fn refused_by_name(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "docx" | "odt" | "doc" | "rtf" | "epub" => "this is a document of a word processor; save it as text or HTML",
        "xls" | "ods" => "this spreadsheet is not read; save it as .xlsx or .csv",
        _ => return None,
    })
}

/// Looks at the first bytes of an input, and returns the input as it was.
///
/// # Errors
/// If it cannot be read.
pub(super) fn head(mut input: Bytes) -> io::Result<(Head, Bytes)> {
    let mut seen = Vec::new();
    loop {
        let ended = !look_on(&mut input, &mut seen)?;
        let text = without_mark(&seen);
        let mut solid = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        let (first, second) = (solid.next(), solid.next());
        // A part of a byte order mark or of an array says nothing yet; so many blanks do.
        let decided = match first {
            Some(b'{') => true,
            Some(b'[') => second.is_some(),
            Some(_) => seen.len() >= 5,
            None => false,
        };
        if decided || seen.len() > BLANKS || ended {
            let head = match (by_bytes(&seen), first, second) {
                (Some(head), ..) => head,
                (None, Some(b'{'), _) => Head::Object,
                (None, Some(b'['), Some(b'{' | b']')) => Head::Array,
                (None, Some(b'<'), _) if is_page(text) => Head::Html,
                _ => Head::Text,
            };
            return Ok((head, Box::new(io::Cursor::new(seen).chain(input))));
        }
    }
}

/// Reads as much of an input as is there at once. Returns false at its end.
fn look_on(input: &mut Bytes, seen: &mut Vec<u8>) -> io::Result<bool> {
    let here = input.fill_buf()?;
    let length = here.len();
    seen.extend_from_slice(here);
    input.consume(length);
    Ok(length > 0)
}

/// The bytes behind a byte order mark of UTF-8.
fn without_mark(seen: &[u8]) -> &[u8] {
    seen.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(seen)
}

/// A format that is known by its bytes, or bytes that are no text.
fn by_bytes(seen: &[u8]) -> Option<Head> {
    if let Some((_, head)) = MAGIC.iter().find(|(magic, _)| seen.starts_with(magic)) {
        return Some(*head);
    }
    // UTF-16 is text.
    let is_utf16 = seen.starts_with(&[0xFF, 0xFE]) || seen.starts_with(&[0xFE, 0xFF]);
    let zero = seen.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    (zero && !is_utf16).then_some(Head::Binary(BINARY))
}

/// Returns true if a text that begins with a tag is a web page: it says so, or has a head.
fn is_page(text: &[u8]) -> bool {
    let head = text.get(..LOOKED_AT).unwrap_or(text).to_ascii_lowercase();
    let begins = |tag: &[u8]| head.trim_ascii_start().starts_with(tag);
    let has = |tag: &[u8]| head.windows(tag.len()).any(|window| window == tag);
    begins(b"<!doctype html") || has(b"<html") || has(b"<head") || has(b"<body")
}

/// The form of an input in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// An array of objects.
    Array,
    /// An object a line.
    Lines,
    /// One object on several lines.
    Object,
}

/// A line of an object on several lines is shorter.
const FIRST_LINE: usize = 1 << 16;

/// Tells the form of an input in JSON by its first line, and returns the input as it was.
///
/// # Errors
/// If it cannot be read.
pub(super) fn json(mut input: Bytes) -> io::Result<(Json, Bytes)> {
    let mut seen = Vec::new();
    loop {
        let ended = !look_on(&mut input, &mut seen)?;
        let text = without_mark(&seen).trim_ascii_start();
        let line = text.iter().position(|byte| *byte == b'\n').and_then(|end| text.get(..end));
        let whole = ended || seen.len() > BLANKS.max(FIRST_LINE);
        let kind = match (text.first(), line) {
            (Some(b'['), _) => Some(Json::Array),
            (Some(b'{'), Some(line)) if is_open(line) => Some(Json::Object),
            (Some(_), Some(_)) => Some(Json::Lines),
            _ => whole.then_some(Json::Lines),
        };
        if let Some(kind) = kind {
            return Ok((kind, Box::new(io::Cursor::new(seen).chain(input))));
        }
    }
}

/// Returns true if an object that begins on this line goes on after it, as far as its end tells.
fn is_open(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end().last(), Some(b'{' | b',' | b'['))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow(&'static [u8]);

    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.split_off_first().map_or(Ok(0), |byte| {
                out[0] = *byte;
                Ok(1)
            })
        }
    }

    #[test]
    fn heads() {
        let cases: [(&[u8], Head); 21] = [
            (b"", Head::Text),
            (b" \n", Head::Text),
            (b"{", Head::Object),
            (b"\xEF\xBB\xBF\n {\"text\": 1}", Head::Object),
            (b"[", Head::Text),
            (b"[ {\"text\": \"a\"}]", Head::Array),
            (b"\n[\n]", Head::Array),
            (b"[Update] Ana Ruiz left.", Head::Text),
            (b"[1] Ana Ruiz", Head::Text),
            (b"Ana {", Head::Text),
            (b"%PDF-1.4", MAGIC[4].1),
            (b"<!DOCTYPE html><p>A", Head::Html),
            (b" \n<HTML lang=en>", Head::Html),
            (b"<name>A</name>", Head::Text),
            (b"PAR1....", Head::Parquet),
            (b"WARC/1.0\r\n", Head::Warc),
            (b"PK\x03\x04..", Head::Zip),
            (b"\x7FELF\x02\x01\x01\0", Head::Binary(BINARY)),
            (b"\xFF\xFEA\0", Head::Text),
            (b"\xEF\xBB", Head::Text),
            (b"PKW said", Head::Text),
        ];
        for (bytes, expected) in cases {
            let whole: Bytes = Box::new(bytes);
            let slow: Bytes = Box::new(io::BufReader::with_capacity(1, Slow(bytes)));
            let (found, mut input) = head(whole).expect("readable");
            assert_eq!(found, expected, "{bytes:?}");
            let mut again = Vec::new();
            input.read_to_end(&mut again).expect("readable");
            assert_eq!(again, bytes);
            // An early decision is made by the same bytes.
            let (slowly, _) = head(slow).expect("readable");
            assert!(
                slowly == expected || matches!(expected, Head::Binary(BINARY) | Head::Html),
                "{bytes:?}: {slowly:?}"
            );
        }
    }

    #[test]
    fn forms_of_json() {
        let cases: [(&[u8], Json); 9] = [
            (b"[{\"text\": \"A.\"}]", Json::Array),
            (b"\n [\n]", Json::Array),
            (b"{\"text\": \"A.\"}\n{\"text\": \"B.\"}", Json::Lines),
            (b"{\"text\": \"A.\"}", Json::Lines),
            (b"\xEF\xBB\xBF{\n  \"text\": \"A.\"\n}", Json::Object),
            (b"{\"id\": 1,\n \"text\": \"A.\"}", Json::Object),
            (b"{\"te\n{\"text\": \"B.\"}", Json::Lines),
            (b"", Json::Lines),
            (b"A.", Json::Lines),
        ];
        for (bytes, expected) in cases {
            let inputs: [Bytes; 2] = [Box::new(bytes), Box::new(io::BufReader::with_capacity(1, Slow(bytes)))];
            for input in inputs {
                let (kind, mut input) = json(input).expect("readable");
                assert_eq!(kind, expected, "{}", String::from_utf8_lossy(bytes));
                let mut again = Vec::new();
                input.read_to_end(&mut again).expect("readable");
                assert_eq!(again, bytes);
            }
        }
    }
}
