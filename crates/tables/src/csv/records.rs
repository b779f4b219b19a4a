//! The rows of a CSV file, none of which is held if it is longer than a limit. Between the bytes and the cells stands
//! `csv-core`. The `csv` crate above it holds rows of any length.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Bytes that are read at once, and from which the delimiter is told.
const BUFFER: usize = 64 << 10;

/// Bytes for the cells of a row at first.
const CELLS: usize = 8 << 10;

/// What was read. Each line is the one on which the row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// A row with as many cells as were asked for.
    Row { line: u64 },
    /// A row with another number of cells.
    Uneven { line: u64, cells: usize },
    /// A row that is longer than the limit.
    TooLong { line: u64 },
    /// Nothing: the input has ended.
    End,
}

/// Reads rows.
#[derive(Debug)]
pub(super) struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer is not yet read.
    start: usize,
    end: usize,
    parser: Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// The number of cells, and of bytes in them, of the row that was read last.
    row: (usize, usize),
    limit: usize,
    /// True if the header was read, which may have fewer cells than were asked for.
    has_header: bool,
    ended: bool,
    failed: bool,
}

impl<R: Read> Records<R> {
    /// Reads the head of `input`. A byte order mark is left out.
    pub(super) fn new(input: R, limit: usize) -> io::Result<Self> {
        let mut records = Records {
            input,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            parser: Reader::new(),
            cells: vec![0; CELLS.min(limit.max(1))],
            ends: Vec::new(),
            row: (0, 0),
            limit: limit.max(1),
            has_header: false,
            ended: false,
            failed: false,
        };
        while let Some(free) = records.buffer.get_mut(records.end..).filter(|free| !free.is_empty()) {
            match records.input.read(free) {
                Ok(0) => break,
                Ok(read) => records.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if records.head().starts_with(b"\xEF\xBB\xBF") {
            records.start = 3;
        }
        Ok(records)
    }

    /// The bytes that were read and not yet parsed.
    pub(super) fn head(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Passes over a first line `sep=;`, which tells spreadsheets the delimiter. Returns that delimiter.
    pub(super) fn said_delimiter(&mut self) -> Option<u8> {
        let rest = self.head().strip_prefix(b"sep=")?;
        let (delimiter, rest) = rest.split_first()?;
        if !(rest.starts_with(b"\n") || rest.starts_with(b"\r\n")) {
            return None;
        }
        let delimiter = *delimiter;
        // What ends the line is passed over as an empty line, so that lines are counted.
        self.start += b"sep=;".len();
        Some(delimiter)
    }

    /// Sets the byte between cells, before the first row is read.
    pub(super) fn delimit(&mut self, delimiter: u8) {
        self.parser = ReaderBuilder::new().delimiter(delimiter).build();
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> u64 {
        self.parser.line()
    }

    /// The cells of the row that was read last, those that are not UTF-8 as `None`.
    pub(super) fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let (cells, bytes) = self.row;
        let bytes = self.cells.get(..bytes).unwrap_or_default();
        let whole = std::str::from_utf8(bytes).ok();
        let ends = self.ends.get(..cells).unwrap_or_default();
        let mut start = 0;
        ends.iter().map(move |end| {
            let range = start..*end;
            start = *end;
            match whole {
                Some(text) => text.get(range),
                None => std::str::from_utf8(bytes.get(range)?).ok(),
            }
        })
    }

    /// Fills the buffer if it is empty. At the end of the input it stays so.
    fn fill(&mut self) -> io::Result<()> {
        while self.start == self.end && !self.ended {
            match self.input.read(&mut self.buffer) {
                Ok(read) => {
                    (self.start, self.end) = (0, read);
                    self.ended = read == 0;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Passes over empty lines, so that a row's line is the one on which it begins.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            self.fill()?;
            match self.head().first() {
                Some(b'\n') => self.parser.set_line(self.parser.line() + 1),
                Some(b'\r') => {}
                _ => return Ok(()),
            }
            self.start += 1;
        }
    }

    /// Reads the next row. `columns` is how many cells it should have; the first row may have fewer. After an error
    /// nothing more is read.
    pub(super) fn next(&mut self, columns: usize) -> io::Result<Record> {
        if self.failed {
            return Ok(Record::End);
        }
        self.skip_line_ends()?;
        if self.ends.len() <= columns {
            // One more than a row should have, to see that there is more.
            self.ends.resize(columns + 1, 0);
        }
        let line = self.parser.line();
        let (mut bytes, mut cells, mut passed_over) = (0, 0, 0);
        let mut too_long = false;
        loop {
            self.fill()?;
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let free = self.cells.get_mut(bytes..).unwrap_or_default();
            let ends = self.ends.get_mut(cells..=columns).unwrap_or_default();
            let (result, read, written, ended) = self.parser.read_record(input, free, ends);
            self.start += read;
            bytes += written;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.cells.len() < self.limit => {
                    let length = self.cells.len().saturating_mul(2).min(self.limit);
                    self.cells.resize(length, 0);
                }
                ReadRecordResult::OutputFull => (bytes, too_long) = (0, true),
                ReadRecordResult::OutputEndsFull => {
                    // Only the number of cells counts from here. A row cannot be read if its bytes are overwritten.
                    passed_over += cells;
                    cells = 0;
                    bytes = 0;
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(Record::End),
            }
        }
        self.row = (cells, bytes);
        let cells = cells + passed_over;
        let is_even = cells == columns || (!self.has_header && cells < columns);
        self.has_header = true;
        Ok(match (too_long, is_even && passed_over == 0) {
            (true, _) => Record::TooLong { line },
            (false, true) => Record::Row { line },
            (false, false) => Record::Uneven { line, cells },
        })
    }
}
