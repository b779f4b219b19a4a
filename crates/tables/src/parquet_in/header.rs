//! The header of a page, read before the `parquet` crate makes room for what the page claims.
//!
//! It is a struct of Thrift
//! (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>, `PageHeader`).

use parquet::file::reader::ChunkReader;

use super::input::Within;
use super::thrift::{NESTED, Thrift, kind};

/// The most bytes of a header. Its longest parts are the smallest and the largest value of the page.
const LONGEST: u64 = 16 << 20;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    DataV2,
    Dictionary,
}

/// What a page says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) kind: PageKind,
    /// Bytes of the header.
    pub(super) length: u64,
    /// Bytes of the page in the file.
    pub(super) packed: u32,
    /// Bytes of the page after it is unpacked.
    pub(super) unpacked: u32,
    /// Values, with those that are missing.
    pub(super) values: u32,
    /// The rows of a page of version 2.
    pub(super) rows: u32,
    /// Bytes before the packed part. Only a page of version 2 has such.
    pub(super) levels: u32,
    /// Whether a page of version 2 is packed like its column.
    pub(super) is_packed: bool,
}

/// Reads the header that begins at byte `start`, of a column that ends at byte `end`.
pub(super) fn read<T: ChunkReader>(input: &Within<T>, start: u64, end: u64) -> Result<Header, String> {
    let most = end.saturating_sub(start).min(LONGEST);
    let mut window = most.min(512);
    loop {
        let bytes = input.get_bytes(start, window as usize).map_err(|error| error.to_string())?;
        let mut thrift = Thrift { bytes: &bytes };
        if let Some(header) = thrift.header() {
            return Ok(Header { length: (bytes.len() - thrift.bytes.len()) as u64, ..header });
        }
        if window == most {
            return Err(format!("the page at byte {start} has a header that makes no sense"));
        }
        window = most.min(window * 16);
    }
}

impl Thrift<'_> {
    /// Reads a number of 32 bits that is not negative. If a known field had another type, the `parquet` crate would read
    /// something else than this does.
    fn whole(&mut self, kind: u8) -> Option<u32> {
        if kind != kind::I32 {
            return None;
        }
        i32::try_from(self.zigzag()?).ok().and_then(|number| u32::try_from(number).ok())
    }

    fn header(&mut self) -> Option<Header> {
        const DATA: u32 = 0;
        const DICTIONARY: u32 = 2;
        const DATA_V2: u32 = 3;
        let (mut id, mut page, mut unpacked, mut packed) = (0, None, None, None);
        let (mut data, mut dictionary, mut data_v2) = (None, None, None);
        loop {
            let kind = self.field(&mut id)?;
            match (id, kind) {
                (_, kind::STOP) => break,
                (1, kind) => page = Some(self.whole(kind)?),
                (2, kind) => unpacked = Some(self.whole(kind)?),
                (3, kind) => packed = Some(self.whole(kind)?),
                (4, kind::I32) => self.skip(kind, NESTED)?,
                (5, kind::STRUCT) => data = Some(self.counts(PageKind::Data)?),
                (6, kind::STRUCT) => self.skip_flat(kind, NESTED)?,
                (7, kind::STRUCT) => dictionary = Some(self.counts(PageKind::Dictionary)?),
                (8, kind::STRUCT) => data_v2 = Some(self.counts(PageKind::DataV2)?),
                (4..=8, _) => return None,
                (_, kind) => self.skip_flat(kind, NESTED)?,
            }
        }
        let (kind, counts) = match page? {
            DATA => (PageKind::Data, data?),
            DICTIONARY => (PageKind::Dictionary, dictionary?),
            DATA_V2 => (PageKind::DataV2, data_v2?),
            _ => return None,
        };
        let is_v2 = kind == PageKind::DataV2;
        Some(Header {
            kind,
            length: 0,
            packed: packed?,
            unpacked: unpacked?,
            values: counts.values?,
            rows: counts.rows,
            levels: counts.levels[0].checked_add(counts.levels[1])?,
            is_packed: !is_v2 || counts.is_packed,
        })
    }

    /// Walks through the part of a header that depends on the kind of the page.
    fn counts(&mut self, page: PageKind) -> Option<Counts> {
        let numbers = match page {
            PageKind::Data => 2..=4,
            PageKind::DataV2 => 2..=6,
            PageKind::Dictionary => 2..=2,
        };
        let (mut id, mut counts) = (0, Counts { values: None, rows: 0, levels: [0; 2], is_packed: true });
        loop {
            let kind = self.field(&mut id)?;
            match id {
                _ if kind == kind::STOP => return Some(counts),
                1 => counts.values = Some(self.whole(kind)?),
                _ if numbers.contains(&id) => {
                    let number = self.whole(kind)?;
                    match id {
                        3 => counts.rows = number,
                        5 => counts.levels[0] = number,
                        6 => counts.levels[1] = number,
                        _ => {}
                    }
                }
                7 if page == PageKind::DataV2 => {
                    counts.is_packed = match kind {
                        kind::TRUE => true,
                        kind::FALSE => false,
                        _ => return None,
                    }
                }
                _ => self.skip_flat(kind, NESTED)?,
            }
        }
    }

    /// Skips a field. Headers have no lists.
    fn skip_flat(&mut self, kind: u8, deep: usize) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        match kind {
            kind::LIST | kind::SET => None,
            kind::STRUCT => {
                let mut id = 0;
                loop {
                    match self.field(&mut id)? {
                        kind::STOP => return Some(()),
                        field => self.skip_flat(field, deep)?,
                    }
                }
            }
            kind => self.skip(kind, deep),
        }
    }
}

/// The part of a header that depends on the kind of the page. All but `values` are of version 2.
struct Counts {
    values: Option<u32>,
    rows: u32,
    levels: [u32; 2],
    is_packed: bool,
}
