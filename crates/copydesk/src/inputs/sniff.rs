//! The content of an input, as far as its name and its first bytes tell.

use std::io::{self, Read};

use super::Bytes;

/// The kind of an input, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// An object of JSON.
    Object,
    /// An array of JSON.
    Array,
    /// A ZIP archive.
    Zip,
    /// The name of bytes that are no text, and the advice about them.
    Binary(&'static str),
    /// Anything else.
    Text,
}

/// Why an array of JSON is not read.
pub(crate) const ARRAY: &str = "a JSON array is not read yet; write a line for each article: jq -c '.[]' (--input-format \
    text reads it as one article)";

/// First bytes of files that are no text, and the kinds of these files.
const MAGIC: [(&[u8], &str); 2] = [
    (b"%PDF-", "PDF is not read; give its text (pdftotext)"),
    (b"PAR1", "Parquet is not read yet; convert it to JSON lines"),
];

/// The first bytes of a ZIP archive, and of one without files.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The message about other bytes that are no text.
pub(crate) const BINARY: &str = "this is a binary file, not text (--input-format text reads it all the same)";

/// Blanks at the head of an input after which it is taken for text.
const BLANKS: usize = 1 << 16;

/// The number of first bytes in which a zero means that a file is no text.
const LOOKED_AT: usize = 1 << 12;

/// Says why a file with this extension is not read, if that is so.
pub(crate) fn refused_by_name(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "html" | "htm" | "xhtml" => {
            "HTML is not read yet; give its text, or JSON lines (--input-format text reads the markup)"
        }
        "csv" | "tsv" => {
            "tables are not read yet; convert it to JSON lines, with a \"text\" on each (--input-format text reads it as \
             one article)"
        }
        "parquet" => "Parquet is not read yet; convert it to JSON lines",
        _ => return None,
    })
}

/// Looks at the first bytes of an input, and returns the input as it was.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn head(mut input: Bytes) -> io::Result<(Head, Bytes)> {
    let mut seen = Vec::new();
    loop {
        let here = input.fill_buf()?;
        let length = here.len();
        seen.extend_from_slice(here);
        input.consume(length);
        let text = seen.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&seen);
        let mut solid = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        let (first, second) = (solid.next(), solid.next());
        // A part of a byte order mark or of an array says nothing yet; so many blanks do.
        let decided = match first {
            Some(b'{') => true,
            Some(b'[') => second.is_some(),
            Some(_) => seen.len() >= 5,
            None => false,
        };
        if decided || seen.len() > BLANKS || length == 0 {
            if ZIP.iter().any(|magic| seen.starts_with(magic)) {
                return Ok((Head::Zip, Box::new(io::Cursor::new(seen).chain(input))));
            }
            let head = match (binary(&seen), first, second) {
                (Some(what), ..) => Head::Binary(what),
                (None, Some(b'{'), _) => Head::Object,
                (None, Some(b'['), Some(b'{' | b']')) => Head::Array,
                _ => Head::Text,
            };
            return Ok((head, Box::new(io::Cursor::new(seen).chain(input))));
        }
    }
}

/// Why bytes are no text, if that is so.
fn binary(seen: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| seen.starts_with(magic)) {
        return Some(what);
    }
    // UTF-16 is text, which the reader of texts says how to convert.
    let is_utf16 = seen.starts_with(&[0xFF, 0xFE]) || seen.starts_with(&[0xFE, 0xFF]);
    let zero = seen.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    (zero && !is_utf16).then_some(BINARY)
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
        let cases: [(&[u8], Head); 16] = [
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
            (b"%PDF-1.4", Head::Binary(MAGIC[0].1)),
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
            assert!(slowly == expected || matches!(expected, Head::Binary(BINARY)), "{bytes:?}: {slowly:?}");
        }
    }
}
