//! Bytes to text: which encoding they are in, by a byte order mark, by what is known or stated, or by detection.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    DecoderResult, Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252,
};

/// Markup states its encoding within this many bytes. The HTML standard asks for 1024; many pages need more.
const STATEMENT: usize = 8192;

/// Bytes of a text that are looked at for signs of a binary file or of UTF-16.
const LOOKED_AT: usize = 1 << 16;

/// A text, and the encoding that its bytes were read as.
///
/// ```
/// use copydesk_formats::{Basis, decode};
///
/// let page = b"<meta charset=iso-8859-1><p>caf\xE9".to_vec();
/// let decoded = decode(page, true, None)?;
/// assert!(decoded.text.ends_with("café"));
/// assert_eq!((decoded.encoding, decoded.basis), ("windows-1252", Basis::Stated));
/// # Ok::<(), copydesk_formats::EncodingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding, by its name in the Encoding Standard of WHATWG.
    pub encoding: &'static str,
    /// How the encoding was found.
    pub basis: Basis,
}

/// How an encoding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By a byte order mark.
    ByteOrderMark,
    /// The bytes are UTF-8. Other encodings give such bytes by accident only, so no statement counts against it.
    Utf8,
    /// The caller knew it, from the header of a response or an option.
    Given,
    /// The markup says so.
    Stated,
    /// By the bytes. This may be wrong for short texts.
    Detected,
}

/// Bytes that are no text in the encoding that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodingError {
    encoding: &'static str,
    kind: ErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ErrorKind {
    Malformed { at: usize, byte: u8 },
    Binary { at: usize, byte: u8 },
}

impl EncodingError {
    /// Returns the encoding that was tried, by its name in the Encoding Standard of WHATWG.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// Returns the first byte that does not fit, from 0.
    #[must_use]
    pub fn offset(&self) -> usize {
        match self.kind {
            ErrorKind::Malformed { at, .. } | ErrorKind::Binary { at, .. } => at,
        }
    }
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = self.encoding;
        match self.kind {
            ErrorKind::Malformed { at, byte } => {
                write!(f, "byte {at} (0x{byte:02X}) is not {encoding}; convert the text to UTF-8 from its own encoding")
            }
            ErrorKind::Binary { at, byte } => {
                write!(f, "byte {at} (0x{byte:02X}) and others are no text: this is a file of another kind")
            }
        }
    }
}

impl std::error::Error for EncodingError {}

/// Decodes bytes. A byte order mark decides. Otherwise bytes that are UTF-8 are UTF-8, whatever else is said. Otherwise
/// the encoding is `given`, or what `markup` states about itself, or what the bytes look like. A label that is unknown,
/// or that the bytes do not fit, is passed over.
///
/// `given` is a label such as `utf-8` or `latin1`, from the header of a response or an option. With `markup` the text
/// is HTML or XML, and may state its encoding. UTF-8 is not copied.
///
/// # Errors
/// If the bytes do not fit the encoding, if most of them are UTF-8 and some are not, or if they are no text at all.
pub fn decode(bytes: Vec<u8>, markup: bool, given: Option<&str>) -> Result<Decoded, EncodingError> {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        return whole(encoding, bytes, length, Basis::ByteOrderMark);
    }
    let stated = || if markup { stated(bytes.get(..STATEMENT).unwrap_or(&bytes)) } else { None };
    let label = |label: &[u8]| Encoding::for_label(label).filter(|encoding| *encoding != REPLACEMENT);
    let given = given.and_then(|name| label(name.trim().as_bytes())).map(|encoding| (encoding, Basis::Given));
    let stated = stated().and_then(label).map(|encoding| (encoding, Basis::Stated));
    // UTF-16 and ISO-2022-JP may look like ASCII.
    if let Some(encoding) = wide(&bytes) {
        return whole(encoding, bytes, 0, Basis::Detected);
    }
    let escapes = given.or(stated).filter(|(encoding, _)| *encoding == ISO_2022_JP && bytes.contains(&0x1B));
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if escapes.is_none() => return Ok(Decoded { text, encoding: UTF_8.name(), basis: Basis::Utf8 }),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    if let Some((at, byte)) = binary(&bytes) {
        return Err(EncodingError { encoding: UTF_8.name(), kind: ErrorKind::Binary { at, byte } });
    }
    for (encoding, basis) in given.into_iter().chain(stated) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
            return Ok(Decoded { text: text.into_owned(), encoding: encoding.name(), basis });
        }
    }
    if mostly_utf8(&bytes) {
        return whole(UTF_8, bytes, 0, Basis::Detected);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let encoding = if encoding == WINDOWS_1250 && is_shared(&bytes) { WINDOWS_1252 } else { encoding };
    whole(encoding, bytes, 0, Basis::Detected)
}

/// Returns true if all bytes are the same characters in windows-1250 and windows-1252. Western and Central Europe share
/// quotation marks, dashes and many letters, so that short texts say nothing between the two.
fn is_shared(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        if let Some(seen) = seen.get_mut(usize::from(*byte)) {
            *seen = true;
        }
    }
    let distinct: Vec<u8> = (0..=255).zip(seen).filter(|(_, seen)| *seen).map(|(byte, _)| byte).collect();
    let decoded = |encoding: &'static Encoding| encoding.decode_without_bom_handling(&distinct).0.into_owned();
    decoded(WINDOWS_1250) == decoded(WINDOWS_1252)
}

/// Decodes all bytes behind the byte order mark.
fn whole(encoding: &'static Encoding, bytes: Vec<u8>, mark: usize, basis: Basis) -> Result<Decoded, EncodingError> {
    let name = encoding.name();
    if encoding == UTF_8 {
        return match String::from_utf8(bytes) {
            Ok(mut text) => {
                text.drain(..mark);
                Ok(Decoded { text, encoding: name, basis })
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(at).copied().unwrap_or(0);
                Err(EncodingError { encoding: name, kind: ErrorKind::Malformed { at, byte } })
            }
        };
    }
    let rest = bytes.get(mark..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(rest) {
        Some(text) => Ok(Decoded { text: text.into_owned(), encoding: name, basis }),
        None => {
            let at = mark + malformed(encoding, rest);
            let byte = bytes.get(at).copied().unwrap_or(0);
            Err(EncodingError { encoding: name, kind: ErrorKind::Malformed { at, byte } })
        }
    }
}

/// Returns the first byte that is not in an encoding.
fn malformed(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = [0u8; 4096];
    let mut read = 0;
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        let (result, more, _) = decoder.decode_to_utf8_without_replacement(rest, &mut buffer, true);
        read += more;
        match result {
            DecoderResult::Malformed(length, after) => {
                return read.saturating_sub(usize::from(length) + usize::from(after));
            }
            DecoderResult::InputEmpty => return read,
            DecoderResult::OutputFull => {}
        }
    }
}

/// Returns UTF-16 if every other byte of a text without a byte order mark is mostly 0, as with Latin letters.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let looked_at = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let pairs = looked_at.len() / 2;
    if pairs < 2 || !looked_at.contains(&0) || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |first: usize| looked_at.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 2 > pairs && even * 20 < pairs {
        Some(UTF_16LE)
    } else if even * 2 > pairs && odd * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Returns the first control character if there are more of them than a text could have.
fn binary(bytes: &[u8]) -> Option<(usize, u8)> {
    let looked_at = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F);
    let controls = looked_at.iter().filter(|byte| is_control(byte)).count();
    if controls * 50 < looked_at.len().max(50) {
        return None;
    }
    let at = looked_at.iter().position(is_control)?;
    Some((at, looked_at.get(at).copied()?))
}

/// Returns true if most characters beyond ASCII are UTF-8, so that no other encoding is likely.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right > wrong
}

/// Returns the label of the encoding that markup states, in `<?xml encoding="...">`, `<meta charset="...">` or `<meta
/// http-equiv="Content-Type" content="...; charset=...">`.
fn stated(markup: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = markup.strip_prefix(b"<?xml")
        && let Some(end) = find(rest, b"?>")
        && let Some(label) = label_of(rest.get(..end).unwrap_or_default(), b"encoding")
    {
        return Some(label);
    }
    let mut rest = markup;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(b"<!--") {
            let end = find(rest, b"-->")?;
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        let tag = rest.get(..end).unwrap_or_default();
        let is_meta = tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
        if is_meta && let Some(label) = label_of(tag, b"charset") {
            return Some(label);
        }
        rest = rest.get(end.max(1)..).unwrap_or_default();
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

/// Returns the value behind `key` and `=`, in quotation marks or without.
fn label_of<'a>(tag: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let after = tag.get(find(tag, key)? + key.len()..)?.trim_ascii_start();
    let value = after.strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'/');
    let end = value.iter().position(is_end).unwrap_or(value.len());
    // A page that could be read as far as this is not in UTF-16, whatever it says.
    let label = value.get(..end).filter(|label| !label.is_empty())?;
    Some(if label.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"utf-16")) { b"utf-8" } else { label })
}
