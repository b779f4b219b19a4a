//! The pages of a file, each looked at before the `parquet` crate decodes it. That crate makes room for as many values as a
//! page claims, and unpacks gzip and brotli without end.

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use super::ROWS;
use super::counts::{Rows, delta_count, lengths};
use super::header::{self, Header, PageKind};
use super::input::Within;

/// The most bytes of a page. Programs write pages of 1 MiB, and DuckDB of 100 MB.
const LARGEST: u64 = 256 << 20;

/// The most bytes that the pages of all columns take together, and that pages take which are read for the same rows.
const MOST_PAGES: u64 = 1 << 30;

/// The most bytes that rows take which are decoded at once, beside the pages with their strings.
const MOST_ROWS: u64 = 512 << 20;

/// What a value takes: a reference to a string, and its levels.
const VALUE: u64 = 24;

/// What is held of the file, in all columns.
#[derive(Debug, Default)]
struct Held {
    /// Bytes of the pages that the columns are at, and of their dictionaries.
    pages: u64,
    /// Bytes of the pages that were read since the last rows were asked for.
    latest: u64,
    /// Bytes that rows take beside the pages.
    rows: u64,
    /// The rows of each column.
    columns: Vec<Rows>,
}

/// Keeps count of what is held. Clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget(Arc<Mutex<Held>>);

impl Budget {
    /// Says that rows are asked for, and that the ones before are done with.
    pub(super) fn next_rows(&self) {
        self.held().latest = 0;
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // If a decoder panicked, the file is not read on.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(message: impl Into<String>) -> ParquetError {
    ParquetError::General(message.into())
}

fn too_large(message: String) -> ParquetError {
    ParquetError::NYI(message)
}

/// The row groups of a file.
pub(super) struct Groups<T> {
    input: Arc<Within<T>>,
    metadata: Arc<ParquetMetaData>,
    budget: Budget,
}

impl<T: ChunkReader + 'static> Groups<T> {
    /// # Errors
    /// If the values of the columns are so wide that rows of them cannot be held.
    pub(super) fn new(input: Within<T>, metadata: Arc<ParquetMetaData>) -> Result<Self> {
        let columns = metadata.file_metadata().schema_descr().columns();
        let at_once = ROWS.min(rows(&metadata)) as u64;
        let flat = columns.iter().filter(|column| column.max_rep_level() == 0);
        let rows = flat.fold(0_u64, |sum, column| sum.saturating_add(size(column).saturating_mul(at_once)));
        check_rows(rows)?;
        let held = Held { rows, columns: vec![Rows::default(); columns.len()], ..Held::default() };
        Ok(Groups { input: Arc::new(input), budget: Budget(Arc::new(Mutex::new(held))), metadata })
    }

    pub(super) fn budget(&self) -> Budget {
        self.budget.clone()
    }
}

/// What a value of a column takes beside its string.
fn size(column: &ColumnDescPtr) -> u64 {
    VALUE + u64::try_from(column.type_length()).unwrap_or(0)
}

fn rows(metadata: &ParquetMetaData) -> usize {
    metadata
        .row_groups()
        .iter()
        .fold(0, |rows: usize, group| rows.saturating_add(usize::try_from(group.num_rows()).unwrap_or(0)))
}

fn check_rows(bytes: u64) -> Result<()> {
    if bytes > MOST_ROWS {
        return Err(too_large(format!(
            "{ROWS} rows with their lists take more than {MOST_ROWS} bytes, the most that are read at once"
        )));
    }
    Ok(())
}

impl<T: ChunkReader + 'static> RowGroups for Groups<T> {
    fn num_rows(&self) -> usize {
        rows(&self.metadata)
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        Ok(Box::new(Chunks {
            input: Arc::clone(&self.input),
            metadata: Arc::clone(&self.metadata),
            budget: self.budget.clone(),
            column,
            group: 0,
        }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The parts of a column, one in each row group.
struct Chunks<T> {
    input: Arc<Within<T>>,
    metadata: Arc<ParquetMetaData>,
    budget: Budget,
    column: usize,
    group: usize,
}

impl<T: ChunkReader + 'static> Iterator for Chunks<T> {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        let chunk = group.columns().get(self.column)?;
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        let pages = Pages::new(&self.input, chunk, rows, self.column, &self.budget);
        Some(pages.map(|pages| Box::new(pages) as Box<dyn PageReader>))
    }
}

impl<T: ChunkReader + 'static> PageIterator for Chunks<T> {}

/// The pages of a column in a row group.
struct Pages<T: ChunkReader> {
    input: Arc<Within<T>>,
    /// Gives the pages of gzip and brotli as they are, and other ones unpacked.
    pages: SerializedPageReader<Within<T>>,
    compression: Compression,
    leaf: ColumnDescPtr,
    column: usize,
    budget: Budget,
    /// Where the next page begins, and where the last one ends.
    next: u64,
    end: u64,
    /// The rows of the row group that have no value yet.
    rows: u64,
    /// Bytes that are held of the dictionary and of the last page.
    held: [u64; 2],
}

impl<T: ChunkReader + 'static> Pages<T> {
    fn new(
        input: &Arc<Within<T>>,
        chunk: &ColumnChunkMetaData,
        rows: u64,
        column: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let compression = chunk.compression();
        let (start, length) = chunk.byte_range();
        let as_it_is;
        let read_as = match compression {
            Compression::GZIP(_) | Compression::BROTLI(_) => {
                as_it_is = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
                &as_it_is
            }
            _ => chunk,
        };
        Ok(Pages {
            pages: SerializedPageReader::new(Arc::clone(input), read_as, usize::try_from(rows)?, None)?,
            input: Arc::clone(input),
            compression,
            leaf: chunk.column_descr_ptr(),
            column,
            budget: budget.clone(),
            next: start,
            end: start + length,
            rows,
            held: [0; 2],
        })
    }

    /// Reads the header of the next page. Returns `None` at the end.
    fn header(&self) -> Result<Option<Header>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let header = header::read(&self.input, self.next, self.end).map_err(refused)?;
        if self.next + header.length + u64::from(header.packed) > self.end {
            return Err(refused(format!("the page at byte {} is longer than its column", self.next)));
        }
        if header.kind == PageKind::Dictionary || self.leaf.max_rep_level() > 0 {
            return Ok(Some(header));
        }
        if u64::from(header.values) > self.rows {
            return Err(self.more_values());
        }
        Ok(Some(header))
    }

    fn more_values(&self) -> ParquetError {
        refused(format!("the page at byte {} claims more values than the row group has rows", self.next))
    }

    fn nonsense(&self) -> ParquetError {
        refused(format!("the page at byte {} has values that make no sense", self.next))
    }

    /// Checks that there is room for a page of as many bytes.
    fn check_size(&self, size: u64) -> Result<()> {
        if size > LARGEST {
            return Err(too_large(format!(
                "the page at byte {} has {size} bytes; the most that are read are {LARGEST}. Write the file with \
                 smaller pages",
                self.next
            )));
        }
        let held = self.budget.held();
        if held.pages.max(held.latest) + size > MOST_PAGES {
            return Err(too_large(format!(
                "pages that are read together have more than {MOST_PAGES} bytes. Write the file with smaller pages"
            )));
        }
        Ok(())
    }

    /// Counts what a page takes.
    fn hold(&mut self, kind: PageKind, size: u64) -> Result<()> {
        self.check_size(size)?;
        let mut held = self.budget.held();
        let own = &mut self.held[usize::from(kind != PageKind::Dictionary)];
        held.pages = held.pages.saturating_sub(*own) + size;
        held.latest += size;
        *own = size;
        Ok(())
    }

    /// The values of a page, without its levels. Counts the rows that begin in the page.
    fn values(&mut self, page: &Page) -> Option<Bytes> {
        let (nested, optional) = (self.leaf.max_rep_level(), self.leaf.max_def_level());
        let count = u64::from(page.num_values());
        let (repetition, values) = match page {
            Page::DictionaryPage { buf, .. } => return Some(buf.clone()),
            Page::DataPageV2 { buf, rep_levels_byte_len, def_levels_byte_len, .. } => {
                let repetition = *rep_levels_byte_len as usize;
                let levels = repetition.checked_add(*def_levels_byte_len as usize)?;
                if levels > buf.len() {
                    return None;
                }
                (Some(buf.slice(..repetition)), buf.slice(levels..))
            }
            Page::DataPage { buf, rep_level_encoding, def_level_encoding, .. } => {
                let (repetition, rest) = levels(buf, nested, *rep_level_encoding, count)?;
                let (_, rest) = levels(&rest, optional, *def_level_encoding, count)?;
                (repetition, rest)
            }
        };
        if nested == 0 {
            self.rows = self.rows.checked_sub(count)?;
            return Some(values);
        }
        let mut held = self.budget.held();
        let rows = held.columns.get_mut(self.column)?;
        let before = rows.widest;
        match repetition {
            Some(levels) => self.rows -= rows.add_levels(&levels, width(nested), count, self.rows)?,
            None => rows.more(count),
        }
        let wider = rows.widest - before;
        held.rows = held.rows.saturating_add(wider.saturating_mul(size(&self.leaf)));
        Some(values)
    }

    /// Returns how many values are claimed by integers that are packed as differences. There are `count` at most.
    fn claimed(&self, values: &[u8], count: u64) -> Result<u64> {
        match delta_count(values) {
            None => Err(self.nonsense()),
            Some(claimed) if claimed > count => Err(self.more_values()),
            Some(claimed) => Ok(claimed),
        }
    }

    /// Checks a page, and counts what it takes after it is decoded.
    fn check(&mut self, header: &Header, page: &Page) -> Result<()> {
        if page.num_values() != header.values {
            return Err(self.nonsense());
        }
        let (bytes, count) = (page.buffer().len() as u64, u64::from(page.num_values()));
        if header.kind == PageKind::Dictionary {
            // A value takes a byte at least.
            if count > bytes {
                return Err(refused(format!("the page at byte {} claims more values than it has bytes", self.next)));
            }
            return self.hold(header.kind, bytes + count * VALUE);
        }
        let values = self.values(page).ok_or_else(|| self.nonsense())?;
        check_rows(self.budget.held().rows)?;
        let taken = match page.encoding() {
            Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY if !values.is_empty() => {
                self.claimed(&values, count)? * 4
            }
            Encoding::DELTA_BYTE_ARRAY if !values.is_empty() => {
                self.check_size(self.claimed(&values, count)? * 8)?;
                // A string that begins like the one before is built from it.
                let prefixes = lengths(&values).ok_or_else(|| self.nonsense())?;
                let rest = values.get(prefixes.end..).unwrap_or_default();
                self.claimed(rest, count)?;
                let suffixes = lengths(rest).ok_or_else(|| self.nonsense())?;
                (prefixes.count + suffixes.count) * 4 + prefixes.sum + suffixes.sum
            }
            _ => 0,
        };
        self.hold(header.kind, bytes + taken)
    }

    /// Unpacks a page of gzip or brotli.
    fn unpack(&self, header: &Header, packed: &Bytes) -> Result<Bytes> {
        let levels = header.levels as usize;
        let size = header.unpacked as usize;
        let other = || refused(format!("the page at byte {} has another size than it says", self.next));
        let (plain, packed) = packed.split_at_checked(levels).ok_or_else(other)?;
        let left = size.checked_sub(levels).ok_or_else(other)?;
        let mut page = Vec::with_capacity(size);
        page.extend_from_slice(plain);
        // One byte more tells whether there are more.
        let most = left as u64 + 1;
        if left > 0 {
            match self.compression {
                Compression::GZIP(_) => {
                    flate2::read::MultiGzDecoder::new(packed).take(most).read_to_end(&mut page)?;
                }
                _ => {
                    brotli::Decompressor::new(packed, left.min(PIECE)).take(most).read_to_end(&mut page)?;
                }
            }
        }
        if page.len() != size { Err(other()) } else { Ok(page.into()) }
    }

    /// Frames of LZ4, which old programs wrote, are unpacked by the `parquet` crate without end. A byte gives 255 at most.
    fn check_frame(&self, header: &Header) -> Result<()> {
        const FRAMES: [&[u8]; 2] = [b"\x04\x22\x4D\x18", b"\x02\x21\x4C\x18"];
        let start = self.next + header.length + u64::from(header.levels);
        let magic = self.input.get_bytes(start, 4);
        if magic.is_ok_and(|magic| FRAMES.contains(&magic.as_ref())) {
            self.check_size(u64::from(header.packed) * 255)?;
        }
        Ok(())
    }
}

/// The bytes that brotli reads at once.
const PIECE: usize = 4_096;

/// Bits of a level.
fn width(most: i16) -> usize {
    (i16::BITS - most.leading_zeros()) as usize
}

/// Cuts the levels off a page of version 1. Levels of the old encoding, whose bits have another order, are not returned.
fn levels(page: &Bytes, most: i16, encoding: Encoding, count: u64) -> Option<(Option<Bytes>, Bytes)> {
    if most == 0 {
        return Some((None, page.clone()));
    }
    if encoding == Encoding::RLE {
        let length = u32::from_le_bytes(*page.first_chunk()?) as usize;
        let end = length.checked_add(4)?;
        return (end <= page.len()).then(|| (Some(page.slice(4..end)), page.slice(end..)));
    }
    let end = usize::try_from(count).ok()?.checked_mul(width(most))?.div_ceil(8);
    (end <= page.len()).then(|| (None, page.slice(end..)))
}

impl<T: ChunkReader + 'static> Iterator for Pages<T> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<T: ChunkReader + 'static> PageReader for Pages<T> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(header) = self.header()? else { return Ok(None) };
        self.check_size(header.unpacked.max(header.packed).into())?;
        if matches!(self.compression, Compression::LZ4) {
            self.check_frame(&header)?;
        }
        let Some(mut page) = self.pages.get_next_page()? else { return Err(self.nonsense()) };
        if matches!(self.compression, Compression::GZIP(_) | Compression::BROTLI(_)) && header.is_packed {
            let (Page::DataPage { buf, .. } | Page::DataPageV2 { buf, .. } | Page::DictionaryPage { buf, .. }) =
                &mut page;
            *buf = self.unpack(&header, buf)?;
        }
        self.check(&header, &page)?;
        self.next += header.length + u64::from(header.packed);
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        let Some(header) = self.header()? else { return Ok(None) };
        let is_v2 = header.kind == PageKind::DataV2;
        let is_dict = header.kind == PageKind::Dictionary;
        Ok(Some(PageMetadata {
            num_rows: is_v2.then_some(header.rows as usize),
            num_levels: (!is_dict).then_some(header.values as usize),
            is_dict,
        }))
    }

    /// No row is skipped.
    fn skip_next_page(&mut self) -> Result<()> {
        self.get_next_page().map(|_| ())
    }
}

impl<T: ChunkReader> Drop for Pages<T> {
    fn drop(&mut self) {
        let mut held = self.budget.held();
        held.pages = held.pages.saturating_sub(self.held.iter().sum());
    }
}
