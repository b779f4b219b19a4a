//! Plain text: a file is a document.

use std::io::Read;

use copydesk_core::Document;

use crate::error::ReadError;

/// Reads all of `input` as the text of one document. It leaves out a byte order mark. Everything else stays as it is,
/// line ends included.
///
/// # Errors
/// If the input cannot be read, is not UTF-8, or is longer than a document may be.
pub fn read_text(mut input: impl Read, id: &str) -> Result<Document, ReadError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| ReadError::io(id, None, error))?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(ReadError::new(id, None, "the text is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or(0);
        let message = format!("byte {at} (0x{byte:02X}) is not UTF-8; convert the text from its own encoding");
        ReadError::new(id, None, message)
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Document::new(id, text).map_err(|error| ReadError::new(id, None, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let cases: [(&[u8], Result<&str, &str>); 6] = [
            (b"a\r\nb\r\n", Ok("a\r\nb\r\n")),
            (b"\xEF\xBB\xBFa", Ok("a")),
            (b"", Ok("")),
            (b"a\0b", Ok("a\0b")),
            (b"abc\xE9d", Err("byte 3 (0xE9) is not UTF-8; convert the text from its own encoding")),
            (b"\xFF\xFEa\0", Err("the text is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)")),
        ];
        for (bytes, expected) in cases {
            let found = read_text(bytes, "x");
            match expected {
                Ok(text) => assert_eq!(found.unwrap().text(), text),
                Err(message) => assert_eq!(found.unwrap_err().to_string(), message),
            }
        }
    }
}
