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

    /// Reads the head of a field. Ids are small, or the `parquet` crate would cut them to 16 bits.
    fn known_field(&mut self, id: &mut i64) -> Option<u8> {
        let kind = self.field(id)?;
        (kind == kind::STOP || (1..=64).contains(id)).then_some(kind)
    }

    fn header(&mut self) -> Option<Header> {
        const DATA: u32 = 0;
        const DICTIONARY: u32 = 2;
        const DATA_V2: u32 = 3;
        let (mut id, mut page, mut unpacked, mut packed) = (0, None, None, None);
        let (mut data, mut dictionary, mut data_v2) = (None, None, None);
        loop {
            let kind = self.known_field(&mut id)?;
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
            let kind = self.known_field(&mut id)?;
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn header(bytes: &[u8]) -> Option<(PageKind, u64, u32, u32, u32)> {
        let input = Within::new(Bytes::copy_from_slice(bytes));
        let header = read(&input, 0, bytes.len() as u64).ok()?;
        Some((header.kind, header.length, header.unpacked, header.packed, header.values))
    }

    #[test]
    fn headers() {
        let data = [0x15, 0, 0x15, 20, 0x15, 18, 0x2C, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];
        assert_eq!(header(&data), Some((PageKind::Data, 17, 10, 9, 3)));
        let dictionary = [0x15, 4, 0x15, 20, 0x15, 18, 0x4C, 0x15, 6, 0x15, 0, 0, 0, 99];
        assert_eq!(header(&dictionary), Some((PageKind::Dictionary, 13, 10, 9, 3)));
        // Longer than is read at first: the largest value of the page has 600 bytes.
        let statistics = [&[0x1C, 0x18, 0xD8, 4][..], &[b'a'; 600], &[0]].concat();
        let long = [&data[..15], &statistics, &[0, 0]].concat();
        assert_eq!(header(&long), Some((PageKind::Data, long.len() as u64, 10, 9, 3)));
        for cut in 0..data.len() {
            assert_eq!(header(&data[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn headers_that_make_no_sense() {
        // (place, bytes instead): a kind of page that is not read, a negative size, a size with the type of a string, a
        // number of values with it, and a list.
        for (place, byte) in [(1, 2), (3, 21), (4, 0x18), (7, 0x18), (15, 0x19)] {
            let mut data = [0x15, 0, 0x15, 20, 0x15, 18, 0x2C, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0, 0];
            data[place] = byte;
            assert_eq!(header(&data), None, "{place}");
        }
        // A size whose id has more than 16 bits.
        let wide = [0x15, 0, 0x15, 20, 0x15, 18, 0x05, 0x84, 0x80, 8, 20, 0x2C, 0x15, 6, 0x15, 0, 0, 0];
        assert_eq!(header(&wide), None);
    }
}
