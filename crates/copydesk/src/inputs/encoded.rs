//! Inputs in other encodings than UTF-8: documents that are read as a whole, and streams of lines or rows.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, OnceLock};

use copydesk_core::Document;
use copydesk_formats::{Basis, Decoded, ReadError, decode, read_html};
use encoding_rs::{Decoder, DecoderResult, UTF_8};

use super::Bytes;

/// The key of `meta` for an encoding that was assumed: nothing states it.
const ASSUMED: &str = "encoding";

/// Bytes from the first one that is not UTF-8 on, by which an encoding is detected.
const SAMPLE: usize = 1 << 16;

/// Bytes that are decoded at once.
const CHUNK: usize = 1 << 13;

/// A byte that is in no UTF-8 text. It stands for what cannot be decoded, so that its line or row is an error.
const MALFORMED: u8 = 0xFF;

/// Decodes a document.
fn decoded(bytes: Vec<u8>, markup: bool, given: Option<&str>, id: &str) -> Result<Decoded, ReadError> {
    decode(bytes, markup, given).map_err(|error| ReadError::new(id, None, error.to_string()))
}

/// Notes in which encoding a document was.
fn describe(document: &mut Document, encoding: &str, is_assumed: bool) {
    document.origin.encoding = Some(encoding.to_owned());
    if is_assumed {
        document.meta.entry(ASSUMED).or_insert_with(|| encoding.into());
    }
}

/// The document of a text.
pub(super) fn text(bytes: Vec<u8>, id: &str) -> Result<Document, ReadError> {
    let Decoded { text, encoding, basis } = decoded(bytes, false, None, id)?;
    let mut document = Document::new(id, text).map_err(|error| ReadError::new(id, None, error.to_string()))?;
    describe(&mut document, encoding, basis == Basis::Detected);
    Ok(document)
}

/// The document of a web page. `charset` is that of the response it came in.
pub(super) fn page(bytes: Vec<u8>, charset: Option<&str>, id: &str) -> Result<Document, ReadError> {
    let Decoded { text, encoding, basis } = decoded(bytes, true, charset, id)?;
    let mut document = read_html(&text, id)?;
    describe(&mut document, encoding, basis == Basis::Detected);
    Ok(document)
}

/// Notes that a document came in UTF-8.
pub(super) fn describe_utf8(document: &mut Document) {
    describe(document, UTF_8.name(), false);
}

/// The encoding of a stream, which is known once a byte tells.
#[derive(Clone, Debug, Default)]
pub(super) struct StreamEncoding(Arc<OnceLock<(&'static str, bool)>>);

impl StreamEncoding {
    /// Notes in which encoding a document of the stream was.
    pub(super) fn describe(&self, document: &mut Document) {
        // A text without other letters is the same in all these encodings.
        let found = self.0.get().filter(|(_, is_assumed)| !is_assumed || !document.text().is_ascii());
        let (encoding, is_assumed) = found.copied().unwrap_or((UTF_8.name(), false));
        describe(document, encoding, is_assumed);
    }
}

/// Returns a stream in UTF-8, and its encoding. UTF-16 is told by its byte order mark. Other encodings are detected at the
/// first byte that is neither ASCII nor UTF-8.
///
/// # Errors
/// If it cannot be read.
pub(super) fn utf8(mut input: Bytes) -> io::Result<(Bytes, StreamEncoding)> {
    let encoding = StreamEncoding::default();
    let (head, whole) = super::packed::peek(input, 2)?;
    input = whole;
    let decoder = match head[..] {
        [0xFF, 0xFE] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    let decoder = decoder.map(|found| {
        let _ = encoding.0.set((found.name(), false));
        found.new_decoder_with_bom_removal()
    });
    let state = decoder.map_or(State::Ascii, |decoder| State::Decoding(Box::new(decoder)));
    let stream = Utf8 { input, state, encoding: encoding.clone(), ready: Vec::new(), at: 0, ended: false };
    Ok((Box::new(BufReader::new(stream)), encoding))
}

/// A stream that is decoded if it is not UTF-8.
struct Utf8 {
    input: Bytes,
    state: State,
    encoding: StreamEncoding,
    /// Bytes that are to be given, from `at` on.
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

enum State {
    /// All bytes so far were ASCII.
    Ascii,
    /// The stream is passed on as it is. Its readers find what is not UTF-8.
    Utf8,
    Decoding(Box<Decoder>),
}

impl Utf8 {
    /// Decides at the first byte that is not ASCII: `rest` are the bytes from there.
    fn decide(&mut self, rest: Vec<u8>) {
        self.state = State::Utf8;
        // The sample may end within a character.
        let end = rest.iter().rposition(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let sample = rest.get(..end).unwrap_or(&rest).to_vec();
        if let Ok(Decoded { encoding, basis: Basis::Detected, .. }) = decode(sample, false, None)
            && let Some(found) = encoding_rs::Encoding::for_label(encoding.as_bytes()).filter(|found| *found != UTF_8)
        {
            let _ = self.encoding.0.set((found.name(), true));
            let mut decoder = Box::new(found.new_decoder_without_bom_handling());
            decode_into(&mut decoder, &rest, self.ended, &mut self.ready);
            self.state = State::Decoding(decoder);
            return;
        }
        self.ready.extend_from_slice(&rest);
    }

    /// Makes more bytes ready. At the end there are none.
    fn advance(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        while self.ready.is_empty() && !self.ended {
            let mut chunk = vec![0; CHUNK];
            let length = self.input.read(&mut chunk)?;
            chunk.truncate(length);
            self.ended = length == 0;
            match &mut self.state {
                State::Utf8 => self.ready = chunk,
                State::Decoding(decoder) => decode_into(decoder, &chunk, self.ended, &mut self.ready),
                State::Ascii => match chunk.iter().position(|byte| !byte.is_ascii()) {
                    None => self.ready = chunk,
                    Some(at) => {
                        let mut rest = chunk.split_off(at);
                        self.ready = chunk;
                        if !is_utf8_so_far(&rest) {
                            let more = SAMPLE.saturating_sub(rest.len()) as u64;
                            self.input.by_ref().take(more).read_to_end(&mut rest)?;
                            self.ended = self.input.fill_buf()?.is_empty();
                        }
                        self.decide(rest);
                    }
                },
            }
        }
        Ok(())
    }
}

/// Returns true if bytes are UTF-8, but for a character that is cut off at their end. Nothing more need be read then, for
/// which a live stream would wait.
fn is_utf8_so_far(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Decodes a part of a stream.
fn decode_into(decoder: &mut Decoder, bytes: &[u8], is_last: bool, out: &mut Vec<u8>) {
    let mut rest = bytes;
    let mut buffer = [0; CHUNK];
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut buffer, is_last);
        rest = rest.get(read..).unwrap_or_default();
        out.extend_from_slice(buffer.get(..written).unwrap_or_default());
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => out.push(MALFORMED),
        }
    }
}

impl Read for Utf8 {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.ready.len() {
            self.advance()?;
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let length = rest.len().min(bytes.len());
        if let (Some(to), Some(from)) = (bytes.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<u8>, Option<(&'static str, bool)>) {
        let (mut stream, encoding) = utf8(Box::new(io::Cursor::new(bytes.to_vec()))).expect("memory");
        let mut out = Vec::new();
        stream.read_to_end(&mut out).expect("memory");
        (out, encoding.0.get().copied())
    }

    #[test]
    fn streams() {
        let ascii = "id,text\n".repeat(5000);
        let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let row = "1,“No,” said José Muñoz in his café.\n";
        let rows = row.repeat(3000);
        assert_eq!(read(b""), (Vec::new(), None));
        assert_eq!(read(ascii.as_bytes()), (ascii.clone().into_bytes(), None));
        assert_eq!(read(rows.as_bytes()), (rows.clone().into_bytes(), None));
        let mixed = [ascii.as_bytes(), &latin(&rows)].concat();
        assert_eq!(read(&mixed), (format!("{ascii}{rows}").into_bytes(), Some(("windows-1252", true))));
        // A wrong byte in UTF-8 costs its row alone.
        let wrong = [rows.as_bytes(), b"2,caf\xE9\n", rows.as_bytes()].concat();
        assert_eq!(read(&wrong), (wrong.clone(), None));
        let early = [b"2,caf\xE9\n", rows.as_bytes()].concat();
        assert_eq!(read(&early), (early.clone(), None));
        for (encoding, mark) in [("UTF-16LE", [0xFF, 0xFE]), ("UTF-16BE", [0xFE, 0xFF])] {
            let units = rows.encode_utf16().flat_map(|unit| match encoding {
                "UTF-16LE" => unit.to_le_bytes(),
                _ => unit.to_be_bytes(),
            });
            let bytes: Vec<u8> = mark.into_iter().chain(units).collect();
            assert_eq!(read(&bytes), (rows.clone().into_bytes(), Some((encoding, false))));
            let cut = &bytes[..bytes.len() - 1];
            assert_eq!(read(cut).0.last(), Some(&MALFORMED), "half a character");
        }
    }
}
