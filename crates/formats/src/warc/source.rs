//! An input whose bytes are counted, read by lines of a limited length.

use std::io::{self, BufRead};

/// What ended a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineEnd {
    /// A line feed, which is part of the line.
    Feed,
    /// The limit.
    TooLong,
    /// The end of the input, or of the part that was asked for.
    Input,
}

/// An input, and how far it was read.
#[derive(Debug)]
pub(super) struct Source<R> {
    input: R,
    offset: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(input: R) -> Self {
        Source { input, offset: 0 }
    }

    /// Bytes read so far.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes that come next, none at the end.
    fn next(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Returns the next byte without reading it.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.next()?.first().copied())
    }

    /// Puts the next line into `line`: at most `most` bytes, and at most `left` bytes of the input.
    pub(super) fn line(&mut self, line: &mut Vec<u8>, most: usize, left: u64) -> io::Result<LineEnd> {
        line.clear();
        loop {
            let room = usize::try_from(left).unwrap_or(usize::MAX).saturating_sub(line.len());
            if room == 0 {
                return Ok(LineEnd::Input);
            }
            let room = room.min(most.saturating_sub(line.len()));
            if room == 0 {
                return Ok(LineEnd::TooLong);
            }
            let next = self.next()?;
            if next.is_empty() {
                return Ok(LineEnd::Input);
            }
            let next = next.get(..room).unwrap_or(next);
            let feed = next.iter().position(|byte| *byte == b'\n');
            let taken = feed.map_or(next.len(), |at| at + 1);
            line.extend(next.iter().take(taken));
            self.consume(taken);
            if feed.is_some() {
                return Ok(LineEnd::Feed);
            }
        }
    }

    /// Appends the next `bytes` bytes to `out`, fewer at the end of the input. Returns how many there were. Memory
    /// grows with what is there, not with what was asked for.
    pub(super) fn read(&mut self, out: &mut Vec<u8>, bytes: u64) -> io::Result<u64> {
        self.each(bytes, |next| out.extend_from_slice(next))
    }

    /// Passes over the next `bytes` bytes. Returns how many there were.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<u64> {
        self.each(bytes, |_| {})
    }

    fn each(&mut self, bytes: u64, mut of: impl FnMut(&[u8])) -> io::Result<u64> {
        let mut left = bytes;
        while left > 0 {
            let next = self.next()?;
            let room = usize::try_from(left).unwrap_or(usize::MAX);
            let next = next.get(..room).unwrap_or(next);
            if next.is_empty() {
                break;
            }
            of(next);
            let taken = next.len();
            self.consume(taken);
            left -= taken as u64;
        }
        Ok(bytes - left)
    }
}
