//! A file that gives nothing beyond its end, and takes no memory for it.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file whose parts are checked against its length before they are read. A file reader would first make room for as
/// many bytes as a damaged file names.
#[derive(Debug)]
pub(super) struct Within<T> {
    input: T,
    length: u64,
}

impl<T: ChunkReader> Within<T> {
    pub(super) fn new(input: T) -> Self {
        let length = input.len();
        Within { input, length }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    fn check(&self, start: u64, length: u64) -> Result<()> {
        match start.checked_add(length) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(ParquetError::EOF(format!(
                "{length} bytes from byte {start} on are missing; the file has {} bytes",
                self.length
            ))),
        }
    }
}

impl<T: ChunkReader> Length for Within<T> {
    fn len(&self) -> u64 {
        self.length
    }
}

impl<T: ChunkReader> ChunkReader for Within<T> {
    type T = T::T;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.check(start, 0)?;
        self.input.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.check(start, length as u64)?;
        self.input.get_bytes(start, length)
    }
}
