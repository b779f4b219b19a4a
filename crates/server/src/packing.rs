//! Packed bodies, by gzip and zstd. What a packed body grows to comes in small parts, so that none can fill the memory.

use std::io::{self, Write};

use bytes::{Buf, Bytes};
use flate2::Compression;
use flate2::write::{GzEncoder, MultiGzDecoder};
use hyper::HeaderMap;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use zstd::stream::{raw, zio};

use crate::problem::{Problem, ProblemKind};

/// A way of packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

/// Answers change size little beyond this level, and time much.
const GZIP: Compression = Compression::new(4);
/// The default of zstd.
const ZSTD: i32 = 3;

/// The largest window of a zstd body, 8 MB, as a power of two. RFC 9659 allows no larger one on the web.
const WINDOW_LOG: u32 = 23;

/// Shorter answers are not packed.
pub(crate) const SHORTEST: usize = 1024;

impl Packing {
    /// Its name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
        }
    }

    /// The packing that a client takes for the answer: zstd before gzip. RFC 9110, section 12.5.3.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Packing> {
        let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
        let (mut gzip, mut zstd) = (false, false);
        for item in values.flat_map(|value| value.split(',')) {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), |weight| weight.trim().parse::<f32>());
            let wanted = weight.is_ok_and(|weight| weight > 0.0);
            match name.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => gzip = wanted,
                "zstd" => zstd = wanted,
                _ => {}
            }
        }
        if zstd { Some(Packing::Zstd) } else { gzip.then_some(Packing::Gzip) }
    }

    /// The packing of a request's body.
    ///
    /// # Errors
    /// If it is another, or more than one.
    pub(crate) fn of_body(headers: &HeaderMap) -> Result<Option<Packing>, Problem> {
        let mut values = headers.get_all(CONTENT_ENCODING).into_iter();
        let (Some(value), more) = (values.next(), values.next()) else { return Ok(None) };
        match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "identity" | "" if more.is_none() => Ok(None),
            "gzip" | "x-gzip" if more.is_none() => Ok(Some(Packing::Gzip)),
            "zstd" if more.is_none() => Ok(Some(Packing::Zstd)),
            _ => Err(Problem::new(
                ProblemKind::UnsupportedMediaType,
                "the Content-Encoding is not one that this server unpacks: gzip or zstd",
            )),
        }
    }

    /// Packs a whole answer.
    ///
    /// # Errors
    /// If the packer fails.
    pub(crate) fn pack(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut packer = Packer::new(Some(self))?;
        packer.write(bytes)?;
        packer.finish()
    }
}

/// Packs a stream.
pub(crate) enum Packer {
    Plain(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Zstd(zio::Writer<Vec<u8>, raw::Encoder<'static>>),
}

impl Packer {
    pub(crate) fn new(packing: Option<Packing>) -> io::Result<Self> {
        Ok(match packing {
            None => Packer::Plain(Vec::new()),
            Some(Packing::Gzip) => Packer::Gzip(GzEncoder::new(Vec::new(), GZIP)),
            Some(Packing::Zstd) => Packer::Zstd(zio::Writer::new(Vec::new(), raw::Encoder::new(ZSTD)?)),
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Packer::Plain(out) => out.write_all(bytes),
            Packer::Gzip(out) => out.write_all(bytes),
            Packer::Zstd(out) => out.write_all(bytes),
        }
    }

    /// Takes what can be sent now: all that was written, for a client that waits for it.
    pub(crate) fn take(&mut self) -> io::Result<Vec<u8>> {
        Ok(match self {
            Packer::Plain(out) => std::mem::take(out),
            Packer::Gzip(out) => {
                out.flush()?;
                std::mem::take(out.get_mut())
            }
            Packer::Zstd(out) => {
                out.flush()?;
                std::mem::take(out.writer_mut())
            }
        })
    }

    /// Takes the rest, with the end of the stream.
    pub(crate) fn finish(&mut self) -> io::Result<Vec<u8>> {
        Ok(match self {
            Packer::Plain(out) => std::mem::take(out),
            Packer::Gzip(out) => {
                out.try_finish()?;
                std::mem::take(out.get_mut())
            }
            Packer::Zstd(out) => {
                out.finish()?;
                std::mem::take(out.writer_mut())
            }
        })
    }
}

/// Unpacks a stream.
pub(crate) enum Unpacker {
    Plain(Bytes),
    Gzip(Bytes, Box<MultiGzDecoder<Vec<u8>>>),
    Zstd(Bytes, zio::Writer<Vec<u8>, raw::Decoder<'static>>),
}

impl Unpacker {
    pub(crate) fn new(packing: Option<Packing>) -> io::Result<Self> {
        Ok(match packing {
            None => Unpacker::Plain(Bytes::new()),
            Some(Packing::Gzip) => Unpacker::Gzip(Bytes::new(), Box::new(MultiGzDecoder::new(Vec::new()))),
            Some(Packing::Zstd) => {
                let mut decoder = raw::Decoder::new()?;
                decoder.set_parameter(raw::DParameter::WindowLogMax(WINDOW_LOG))?;
                Unpacker::Zstd(Bytes::new(), zio::Writer::new(Vec::new(), decoder))
            }
        })
    }

    /// Adds packed bytes. Those before must be used up.
    pub(crate) fn add(&mut self, bytes: Bytes) {
        match self {
            Unpacker::Plain(packed) | Unpacker::Gzip(packed, _) | Unpacker::Zstd(packed, _) => *packed = bytes,
        }
    }

    /// Returns the next unpacked bytes, at most some ten thousand; `None` if more must be added.
    ///
    /// # Errors
    /// If the bytes are not packed so.
    pub(crate) fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let was_used_up = self.is_used_up();
            let out = match self {
                Unpacker::Plain(packed) if packed.is_empty() => return Ok(None),
                Unpacker::Plain(packed) => return Ok(Some(std::mem::take(packed))),
                // One call of `write` unpacks no more than an inner buffer; what that holds comes with `flush`.
                Unpacker::Gzip(packed, decoder) => {
                    step(packed, decoder)?;
                    std::mem::take(decoder.get_mut())
                }
                Unpacker::Zstd(packed, decoder) => {
                    step(packed, decoder)?;
                    std::mem::take(decoder.writer_mut())
                }
            };
            if !out.is_empty() {
                return Ok(Some(out.into()));
            }
            if was_used_up {
                return Ok(None);
            }
        }
    }

    fn is_used_up(&self) -> bool {
        match self {
            Unpacker::Plain(packed) | Unpacker::Gzip(packed, _) | Unpacker::Zstd(packed, _) => packed.is_empty(),
        }
    }

    /// Returns the last unpacked bytes.
    ///
    /// # Errors
    /// If the stream is cut short.
    pub(crate) fn finish(&mut self) -> io::Result<Bytes> {
        Ok(match self {
            Unpacker::Plain(_) => Bytes::new(),
            Unpacker::Gzip(_, decoder) => {
                decoder.try_finish()?;
                std::mem::take(decoder.get_mut()).into()
            }
            Unpacker::Zstd(_, decoder) => {
                decoder.finish()?;
                std::mem::take(decoder.writer_mut()).into()
            }
        })
    }
}

/// Unpacks some of the bytes, or what the decoder holds back if there are none.
fn step(packed: &mut Bytes, decoder: &mut impl Write) -> io::Result<()> {
    if packed.is_empty() {
        return decoder.flush();
    }
    let used = decoder.write(packed)?;
    packed.advance(used.min(packed.len()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packing: Packing, bytes: &[u8], part: usize) -> io::Result<Vec<u8>> {
        let (mut unpacker, mut out) = (Unpacker::new(Some(packing))?, Vec::new());
        for chunk in bytes.chunks(part) {
            unpacker.add(Bytes::copy_from_slice(chunk));
            while let Some(bytes) = unpacker.next()? {
                assert!(bytes.len() <= 1 << 18, "{} bytes at once", bytes.len());
                out.extend_from_slice(&bytes);
            }
        }
        out.extend_from_slice(&unpacker.finish()?);
        Ok(out)
    }

    #[test]
    fn there_and_back() {
        let text = "“No,” said Ana Ruiz. ".repeat(50_000);
        for packing in [Packing::Gzip, Packing::Zstd] {
            let packed = packing.pack(text.as_bytes()).expect("packed");
            assert!(packed.len() < text.len() / 20);
            for part in [1, 7, 1000, packed.len()] {
                let part = if part == 1 && packed.len() > 20_000 { 3 } else { part };
                assert_eq!(unpacked(packing, &packed, part).expect("unpacked"), text.as_bytes(), "{packing:?} {part}");
            }
            let cut = &packed[..packed.len() - 5];
            assert!(unpacked(packing, cut, 100).is_err(), "{packing:?} cut short");
            assert!(unpacked(packing, b"no such thing, and long enough", 100).is_err(), "{packing:?}");
            assert!(unpacked(packing, b"", 100).is_err(), "{packing:?} empty");
            let twice = [packed.as_slice(), &packed].concat();
            assert_eq!(unpacked(packing, &twice, 4096).expect("two members").len(), 2 * text.len());
        }
    }

    #[test]
    fn a_window_larger_than_the_web_allows_is_refused() {
        for (window, is_taken) in [(WINDOW_LOG, true), (WINDOW_LOG + 1, false), (27, false)] {
            let mut encoder = raw::Encoder::new(3).expect("an encoder");
            encoder.set_parameter(raw::CParameter::WindowLog(window)).expect("a window");
            let mut packer = zio::Writer::new(Vec::new(), encoder);
            // Without the size of the whole, the frame states its window.
            for _ in 0..2 {
                packer.write_all("“No,” said Ana Ruiz.".as_bytes()).and_then(|()| packer.flush()).expect("memory");
            }
            packer.finish().expect("memory");
            let (packed, _) = packer.into_inner();
            assert_eq!(unpacked(Packing::Zstd, &packed, 100).is_ok(), is_taken, "2^{window} bytes");
        }
    }

    #[test]
    fn streams_can_be_read_so_far() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let mut packer = Packer::new(Some(packing)).expect("a packer");
            let mut unpacker = Unpacker::new(Some(packing)).expect("an unpacker");
            for line in ["one\n", "two\n"] {
                packer.write(line.as_bytes()).expect("memory");
                unpacker.add(packer.take().expect("memory").into());
                let mut seen = Vec::new();
                while let Some(bytes) = unpacker.next().expect("whole") {
                    seen.extend_from_slice(&bytes);
                }
                assert_eq!(seen, line.as_bytes(), "{packing:?}");
            }
        }
    }

    #[test]
    fn what_clients_accept() {
        let cases = [
            ("gzip", Some(Packing::Gzip)),
            ("gzip, deflate, br, zstd", Some(Packing::Zstd)),
            ("zstd;q=0, GZIP;q=0.5", Some(Packing::Gzip)),
            ("gzip;q=0", None),
            ("gzip;q=x", None),
            ("*", None),
            ("", None),
        ];
        for (value, expected) in cases {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().expect("a value"))]);
            assert_eq!(Packing::accepted(&headers), expected, "{value}");
        }
    }
}
