//! Packed inputs: gzip, zstd, bzip2 and xz, told by their first bytes.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::Bytes;

/// A way of packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// All ways, each with the ending of a file's name and the first bytes. Sources: RFC 1952, RFC 8878, the format of
/// bzip2, and the .xz file format 1.2.
const PACKINGS: [(Packing, &str, &[u8]); 4] = [
    (Packing::Gzip, "gz", &[0x1F, 0x8B]),
    (Packing::Zstd, "zst", &[0x28, 0xB5, 0x2F, 0xFD]),
    (Packing::Bzip2, "bz2", b"BZh"),
    (Packing::Xz, "xz", &[0xFD, b'7', b'z', b'X', b'Z', 0x00]),
];

/// The memory that a stream of xz may ask for, in KiB. `xz -9` asks for half of it.
const XZ_MEMORY: u32 = 128 << 10;

/// The logarithm of the largest window of a zstd stream. `zstd --ultra -22` makes one of this size.
const ZSTD_WINDOW: u32 = 27;

/// How often a file may be packed one way in another. A file that unpacks to itself would have no end.
const LAYERS: usize = 4;

/// The length of the longest first bytes.
const LONGEST: usize = 6;

impl Packing {
    /// Returns the way that an ending of a file's name means.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        PACKINGS.iter().find(|(_, known, _)| *known == ending).map(|(packing, ..)| *packing)
    }

    fn of_head(head: &[u8]) -> Option<Self> {
        PACKINGS.iter().find(|(_, _, magic)| head.starts_with(magic)).map(|(packing, ..)| *packing)
    }

    /// Unpacks a stream.
    pub(super) fn unpack(self, packed: Bytes) -> io::Result<Bytes> {
        Ok(match self {
            Packing::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(packed))),
            Packing::Bzip2 => Box::new(BufReader::new(MultiBzDecoder::new(packed))),
            Packing::Xz => Box::new(BufReader::new(XzReader::new_mem_limit(packed, true, XZ_MEMORY))),
            Packing::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Box::new(BufReader::new(decoder))
            }
        })
    }
}

/// Unpacks an input, if it is packed, and tells if it was.
///
/// # Errors
/// If it cannot be read, or is packed too often.
pub(crate) fn unpacked(mut input: Bytes) -> io::Result<(Bytes, bool)> {
    for layer in 0..=LAYERS {
        let (head, whole) = peek(input, LONGEST)?;
        let Some(packing) = Packing::of_head(&head) else { return Ok((whole, layer > 0)) };
        input = packing.unpack(whole)?;
    }
    Err(io::Error::other(format!("this is packed more than {LAYERS} times; unpack it first")))
}

/// Returns the first bytes of an input, fewer at its end, and the input as it was.
pub(super) fn peek(mut input: Bytes, length: usize) -> io::Result<(Vec<u8>, Bytes)> {
    let here = input.fill_buf()?;
    if let Some(head) = here.get(..length) {
        let head = head.to_vec();
        return Ok((head, input));
    }
    let mut head = Vec::new();
    input.by_ref().take(length as u64).read_to_end(&mut head)?;
    let whole = io::Cursor::new(head.clone()).chain(input);
    Ok((head, Box::new(whole)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    }

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        unpacked(Box::new(io::Cursor::new(bytes)))?.0.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn all_ways() {
        let text = "The vote is on Monday. ".repeat(1000).into_bytes();
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(&text).expect("memory");
        let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("options");
        xz.write_all(&text).expect("memory");
        let packed = [
            text.clone(),
            gzip(&text),
            zstd::encode_all(&*text, 1).expect("memory"),
            bz.finish().expect("memory"),
            xz.finish().expect("memory"),
        ];
        for one in &packed {
            assert!(read(one.clone()).expect("unpacked") == text);
            // Parts that were packed apart are one file.
            assert!(read([&one[..], &one[..]].concat()).expect("unpacked").len() == 2 * text.len() || *one == text);
            if *one != text {
                let cut = one[..one.len() / 2].to_vec();
                assert!(read(cut).is_err(), "{:?} is cut off", &one[..4]);
            }
        }
        assert!(read(gzip(&packed[2])).expect("unpacked") == text, "packed twice");
        assert_eq!(read(b"B".to_vec()).expect("a letter"), b"B");
        assert_eq!(read(Vec::new()).expect("nothing"), b"");
    }

    #[test]
    fn packed_too_often() {
        let mut bytes = b"x".to_vec();
        (0..10).for_each(|_| bytes = gzip(&bytes));
        assert!(read(bytes).is_err_and(|error| error.to_string().contains("packed more than 4 times")));
    }
}
