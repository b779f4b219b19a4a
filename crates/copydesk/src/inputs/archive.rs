//! The files of a ZIP archive.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Crc;
use zip::{CompressionMethod, ZipArchive};

use super::Bytes;
use super::packed::Packing;

/// A file that several readers read, each at its own place.
type Shared = Arc<Mutex<File>>;

/// The files of an archive, in the order of the archive.
pub(super) struct Archive {
    file: Shared,
    archive: ZipArchive<File>,
    next: usize,
}

impl Archive {
    /// Reads the list of an archive.
    ///
    /// # Errors
    /// If the file is no archive, or a damaged one.
    pub(super) fn open(file: File) -> io::Result<Self> {
        let data = file.try_clone()?;
        let archive = ZipArchive::new(file).map_err(io::Error::other)?;
        Ok(Archive { file: Arc::new(Mutex::new(data)), archive, next: 0 })
    }

    /// Returns the name of the next file, and a reader of it. A damaged one gives an error where the damage is.
    pub(super) fn next_file(&mut self) -> Option<(String, io::Result<Bytes>)> {
        while self.next < self.archive.len() {
            let at = self.next;
            self.next += 1;
            let entry = match self.archive.by_index_raw(at) {
                Ok(entry) => entry,
                Err(error) => return Some((format!("file {}", at + 1), Err(io::Error::other(error)))),
            };
            let name = match entry.name() {
                Ok(name) => name.into_owned(),
                Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
            };
            if entry.is_dir() {
                continue;
            }
            let found = Entry {
                start: entry.data_start().filter(|_| !entry.encrypted()),
                packed: entry.compressed_size(),
                length: entry.size(),
                crc: entry.crc32(),
                method: entry.compression(),
            };
            drop(entry);
            return Some((name, self.reader(&found)));
        }
        None
    }

    fn reader(&self, entry: &Entry) -> io::Result<Bytes> {
        let start = entry.start.ok_or_else(|| io::Error::other("it is encrypted; unpack the archive first"))?;
        let slice = Slice { file: Arc::clone(&self.file), at: start, left: entry.packed };
        let packed: Bytes = Box::new(BufReader::new(slice));
        let unpacked: Bytes = match entry.method {
            CompressionMethod::Stored => packed,
            CompressionMethod::Deflated => Box::new(BufReader::new(flate2::bufread::DeflateDecoder::new(packed))),
            CompressionMethod::Bzip2 => Packing::Bzip2.unpack(packed)?,
            CompressionMethod::Zstd => Packing::Zstd.unpack(packed)?,
            CompressionMethod::Xz => Packing::Xz.unpack(packed)?,
            method => return Err(io::Error::other(format!("it is packed with {method}, which is not read"))),
        };
        let checked = Checked { input: unpacked, crc: Crc::new(), read: 0, length: entry.length, expected: entry.crc };
        Ok(Box::new(BufReader::new(checked)))
    }
}

/// A file in an archive.
struct Entry {
    /// The place of its bytes; none if they are encrypted.
    start: Option<u64>,
    packed: u64,
    length: u64,
    crc: u32,
    method: CompressionMethod,
}

/// A part of a file.
struct Slice {
    file: Shared,
    at: u64,
    left: u64,
}

impl Read for Slice {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let Some(bytes) = bytes.get_mut(..most).filter(|bytes| !bytes.is_empty()) else { return Ok(0) };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let length = file.read(bytes)?;
        self.at += length as u64;
        self.left -= length as u64;
        Ok(length)
    }
}

/// A reader that compares length and checksum at the end.
struct Checked<R> {
    input: R,
    crc: Crc,
    read: u64,
    length: u64,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(bytes)?;
        self.read += length as u64;
        self.crc.update(bytes.get(..length).unwrap_or_default());
        let ended = length == 0 && !bytes.is_empty();
        if self.read > self.length || (ended && (self.read < self.length || self.crc.sum() != self.expected)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file in the archive is damaged"));
        }
        Ok(length)
    }
}
