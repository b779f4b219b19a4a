//! The model file: a magic, a version, a kind, metadata as JSON, named sections and a checksum.
//!
//! All numbers are little-endian.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `CDMODEL\x1a` |
//! | 4 | format version |
//! | 4 | zero |
//! | 8 | length of the whole file |
//! | 8 | checksum: [`hash_bytes`] of all that follows |
//! | 4, n | length of the kind, the kind |
//! | 4, n | length of the metadata, the metadata (a JSON object) |
//! | 4 | number of sections |
//! | each: 4, n, 8, 8 | length of the name, name, offset from the start of the file, length |
//! | | the sections, each beginning at a multiple of 64 |

use crate::error::{Kind, ModelError};
use crate::hash::hash_bytes;

const MAGIC: &[u8; 8] = b"CDMODEL\x1a";
/// The format version that this crate writes and reads.
pub const VERSION: u32 = 1;
const FIXED: usize = 32;
/// Sections begin on cache lines.
const ALIGN: usize = 64;
/// More sections than any model has: guards against reading garbage as a count.
const MAX_SECTIONS: u32 = 1024;

/// A parsed model file; everything it gives out borrows from the bytes.
#[derive(Debug, Clone)]
pub struct ModelFile<'a> {
    kind: &'a str,
    metadata: &'a str,
    sections: Vec<(&'a str, &'a [u8])>,
}

impl<'a> ModelFile<'a> {
    /// Checks and parses a model file.
    ///
    /// # Errors
    /// If the bytes are no model, of another format version, cut off or damaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Self::read(bytes, true)
    }

    /// Parses a model file without its checksum, which takes about ten milliseconds for twenty megabytes. Use it for a
    /// file that is part of the program or was parsed before.
    ///
    /// # Errors
    /// As [`ModelFile::parse`], except for damage that leaves the file's form as it is.
    pub fn parse_trusted(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Self::read(bytes, false)
    }

    /// Returns the metadata of a file of which only the beginning was read, or `None` if they are not whole in it. Nothing
    /// else is checked.
    pub fn metadata_of_head(head: &'a [u8]) -> Option<&'a str> {
        let version = head.strip_prefix(MAGIC)?.first_chunk()?;
        let mut reader = Reader { bytes: head, at: FIXED };
        (u32::from_le_bytes(*version) == VERSION).then(|| reader.text())??;
        reader.text()
    }

    fn read(bytes: &'a [u8], check: bool) -> Result<Self, ModelError> {
        let magic = bytes.get(..8.min(bytes.len())).unwrap_or_default();
        if magic.is_empty() || !MAGIC.starts_with(magic) {
            return Err(Kind::NotAModel.into());
        }
        let cut = |needed: u64| ModelError::from(Kind::Truncated { needed, found: bytes.len() as u64 });
        let mut reader = Reader { bytes, at: 8 };
        let version = reader.u32().ok_or_else(|| cut(FIXED as u64))?;
        if version != VERSION {
            return Err(Kind::Version { found: version, known: VERSION }.into());
        }
        reader.u32().ok_or_else(|| cut(FIXED as u64))?;
        let length = reader.u64().ok_or_else(|| cut(FIXED as u64))?;
        let checksum = reader.u64().ok_or_else(|| cut(FIXED as u64))?;
        if length > bytes.len() as u64 {
            return Err(cut(length));
        }
        if length < bytes.len() as u64 {
            return Err(Kind::Malformed("bytes follow its end").into());
        }
        if check && hash_bytes(bytes.get(FIXED..).unwrap_or_default()) != checksum {
            return Err(Kind::Checksum.into());
        }
        let bad = |what| move || ModelError::from(Kind::Malformed(what));
        let kind = reader.text().ok_or_else(bad("its kind is not text"))?;
        let metadata = reader.text().ok_or_else(bad("its metadata is not text"))?;
        let count = reader.u32().filter(|&n| n <= MAX_SECTIONS).ok_or_else(bad("its count of sections"))?;
        let mut sections = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let name = reader.text().ok_or_else(bad("a section's name is not text"))?;
            let start = reader.u64().ok_or_else(bad("its table of sections"))?;
            let size = reader.u64().ok_or_else(bad("its table of sections"))?;
            let end = start.checked_add(size).ok_or_else(bad("a section lies outside the file"))?;
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            let content = range.and_then(|(start, end)| bytes.get(start..end));
            sections.push((name, content.ok_or_else(bad("a section lies outside the file"))?));
        }
        Ok(Self { kind, metadata, sections })
    }

    /// Returns the purpose of the model, such as `ner`.
    pub fn kind(&self) -> &'a str {
        self.kind
    }

    /// Checks the kind.
    ///
    /// # Errors
    /// If the model is of another kind; the message names both.
    pub fn require_kind(&self, needed: &str) -> Result<(), ModelError> {
        if self.kind == needed {
            Ok(())
        } else {
            Err(Kind::Foreign { found: self.kind.to_owned(), needed: needed.to_owned() }.into())
        }
    }

    /// Returns the metadata: a JSON object, as it was written.
    pub fn metadata(&self) -> &'a str {
        self.metadata
    }

    /// The section of that name, if there is one.
    pub fn section(&self, name: &str) -> Option<&'a [u8]> {
        self.sections.iter().find(|(own, _)| *own == name).map(|(_, bytes)| *bytes)
    }

    /// The section of that name.
    ///
    /// # Errors
    /// If there is none.
    pub fn require(&self, name: &str) -> Result<&'a [u8], ModelError> {
        self.section(name).ok_or_else(|| Kind::MissingSection(name.to_owned()).into())
    }

    /// The sections' names and sizes, in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = (&'a str, usize)> + '_ {
        self.sections.iter().map(|(name, bytes)| (*name, bytes.len()))
    }
}

/// Builds a model file.
#[derive(Debug, Clone)]
pub struct ModelWriter {
    kind: String,
    metadata: String,
    sections: Vec<(String, Vec<u8>)>,
}

impl ModelWriter {
    /// Begins a file of that kind; `metadata` should be a JSON object.
    pub fn new(kind: impl Into<String>, metadata: impl Into<String>) -> Self {
        Self { kind: kind.into(), metadata: metadata.into(), sections: Vec::new() }
    }

    /// Adds a section. A name that is there already is replaced.
    pub fn section(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> &mut Self {
        let name = name.into();
        self.sections.retain(|(own, _)| *own != name);
        self.sections.push((name, bytes.into()));
        self
    }

    /// The bytes of the file.
    pub fn finish(&self) -> Vec<u8> {
        let table: usize = self.sections.iter().map(|(name, _)| 4 + name.len() + 16).sum();
        let mut at = FIXED + 4 + self.kind.len() + 4 + self.metadata.len() + 4 + table;
        let mut out = vec![0u8; FIXED];
        put_text(&mut out, &self.kind);
        put_text(&mut out, &self.metadata);
        out.extend((self.sections.len() as u32).to_le_bytes());
        for (name, bytes) in &self.sections {
            at = at.next_multiple_of(ALIGN);
            put_text(&mut out, name);
            out.extend((at as u64).to_le_bytes());
            out.extend((bytes.len() as u64).to_le_bytes());
            at += bytes.len();
        }
        for (_, bytes) in &self.sections {
            out.resize(out.len().next_multiple_of(ALIGN), 0);
            out.extend_from_slice(bytes);
        }
        let length = out.len() as u64;
        let checksum = hash_bytes(out.get(FIXED..).unwrap_or_default());
        let mut head = Vec::with_capacity(FIXED);
        head.extend_from_slice(MAGIC);
        head.extend(VERSION.to_le_bytes());
        head.extend(0u32.to_le_bytes());
        head.extend(length.to_le_bytes());
        head.extend(checksum.to_le_bytes());
        for (slot, byte) in out.iter_mut().zip(head) {
            *slot = byte;
        }
        out
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Reads little-endian values one after another, and returns `None` at the end. Plugins use it for their own sections.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader from the first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// The bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next four bytes as a number.
    pub fn u32(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|&b| u32::from_le_bytes(b))
    }

    /// The next four bytes as a float.
    pub fn f32(&mut self) -> Option<f32> {
        self.take(4)?.first_chunk().map(|&b| f32::from_le_bytes(b))
    }

    /// The next eight bytes as a number.
    pub fn u64(&mut self) -> Option<u64> {
        self.take(8)?.first_chunk().map(|&b| u64::from_le_bytes(b))
    }

    /// A length of four bytes and so many bytes of UTF-8.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.u32()?;
        std::str::from_utf8(self.take(length as usize)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = ModelWriter::new("ner", r#"{"trained":"now"}"#);
        writer.section("a", vec![1, 2, 3]).section("empty", Vec::new()).section("b", vec![9; 200]);
        writer.finish()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = sample();
        let file = ModelFile::parse(&bytes).unwrap();
        assert_eq!((file.kind(), file.metadata()), ("ner", r#"{"trained":"now"}"#));
        let whole = FIXED + 4 + "ner".len() + 4 + file.metadata().len();
        for size in 0..bytes.len() {
            let found = ModelFile::metadata_of_head(&bytes[..size]);
            assert_eq!(found, (size >= whole).then_some(file.metadata()), "{size}");
        }
        assert_eq!(file.section("a"), Some(&[1, 2, 3][..]));
        assert_eq!(file.section("empty"), Some(&[][..]));
        assert_eq!(file.require("b").unwrap().len(), 200);
        assert_eq!(file.require("c").unwrap_err().to_string(), "the model has no section \"c\": train it again");
        assert_eq!(
            file.require_kind("quotes").unwrap_err().to_string(),
            "the model is of kind \"ner\", needed is one of kind \"quotes\""
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = sample();
        for length in 0..bytes.len() {
            let error = ModelFile::parse(&bytes[..length]).unwrap_err().to_string();
            let wanted = if length == 0 { "not a Copydesk model" } else { "cut off" };
            assert!(error.contains(wanted), "{length}: {error}");
        }
    }

    #[test]
    fn a_trusted_file_is_read_without_its_checksum() {
        let mut bytes = sample();
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        assert_eq!(ModelFile::parse_trusted(&bytes).unwrap().section("a"), Some(&[1, 2, 3][..]));
        assert!(ModelFile::parse(&bytes).is_err());
        for length in 0..bytes.len() {
            assert!(ModelFile::parse_trusted(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn every_flipped_byte_is_refused() {
        let bytes = sample();
        for at in (0..12).chain(16..bytes.len()) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            assert!(ModelFile::parse(&damaged).is_err(), "byte {at}");
        }
        let mut newer = bytes.clone();
        newer[8] = 9;
        let error = ModelFile::parse(&newer).unwrap_err().to_string();
        assert_eq!(error, "the model has format version 9, this program reads version 1: take a newer program");
    }
}
