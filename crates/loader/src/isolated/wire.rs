//! The encoding of documents and rows between a host and the process of an isolated plugin. Numbers are little-endian,
//! and strings and lists follow their length. Neither side trusts the other: every length is compared with the bytes
//! that came, before it is used.

use copydesk_core::{Column, ColumnData, Layer, Span, f16};

use crate::convert::{self, Rows};

/// The result of decoding. The error names what is wrong with the bytes.
pub(crate) type Decoded<T> = Result<T, String>;

const U32: u8 = 0;
const F32: u8 = 1;
const STRINGS: u8 = 2;
const REF: u8 = 3;
const F16: u8 = 4;

pub(crate) fn put_u32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_u64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u64(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(crate) fn put_str(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Values of `N` bytes each, without their number.
fn put_values<const N: usize>(out: &mut Vec<u8>, values: impl ExactSizeIterator<Item = [u8; N]>) {
    let start = out.len();
    out.resize(start + values.len() * N, 0);
    let (places, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<N>();
    for (place, value) in places.iter_mut().zip(values) {
        *place = value;
    }
}

/// A layer's rows from number `first` on, with the columns that `wanted` accepts.
pub(crate) fn put_rows(out: &mut Vec<u8>, layer: &Layer, first: usize, wanted: impl Fn(&str) -> bool) {
    put_str(out, layer.name());
    let spans = layer.spans().get(first..).unwrap_or_default();
    put_u64(out, spans.len() as u64);
    put_values(out, spans.iter().map(|span| span.start.to_le_bytes()));
    put_values(out, spans.iter().map(|span| span.end.to_le_bytes()));
    let columns = || layer.columns().iter().filter(|column| wanted(&column.name));
    put_u32(out, columns().count() as u32);
    for column in columns() {
        put_column(out, column, first);
    }
}

/// A column's rows from number `first` on.
pub(crate) fn put_column(out: &mut Vec<u8>, column: &Column, first: usize) {
    put_str(out, &column.name);
    match &column.data {
        ColumnData::U32(values) => {
            out.push(U32);
            put_values(out, values.get(first..).unwrap_or_default().iter().map(|value| value.to_le_bytes()));
        }
        ColumnData::F32 { width, values } => {
            out.push(F32);
            put_u32(out, *width);
            let values = values.get(first * *width as usize..).unwrap_or_default();
            put_values(out, values.iter().map(|value| value.to_le_bytes()));
        }
        ColumnData::F16 { width, values } => {
            out.push(F16);
            put_u32(out, *width);
            let values = values.get(first * *width as usize..).unwrap_or_default();
            put_values(out, values.iter().map(|value| value.to_le_bytes()));
        }
        ColumnData::Strings { offsets, bytes } => {
            out.push(STRINGS);
            let offsets = offsets.get(first..).unwrap_or_default();
            let base = offsets.first().copied().unwrap_or(0);
            put_values(out, offsets.iter().map(|offset| (offset - base).to_le_bytes()));
            put_str(out, bytes.get(base as usize..).unwrap_or_default());
        }
        ColumnData::Ref { layer, rows } => {
            out.push(REF);
            put_str(out, layer);
            put_values(out, rows.get(first..).unwrap_or_default().iter().map(|row| row.to_le_bytes()));
        }
    }
}

/// Bytes that are left to decode.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Decoded<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("it ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Decoded<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or("it ends too early")?;
        self.rest = rest;
        Ok(*taken)
    }

    pub fn u32(&mut self) -> Decoded<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Decoded<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of bytes or rows.
    pub fn length(&mut self) -> Decoded<usize> {
        usize::try_from(self.u64()?).map_err(|_| "a length is beyond all memory".into())
    }

    pub fn bytes(&mut self) -> Decoded<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    pub fn str(&mut self) -> Decoded<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| "a string is not UTF-8".into())
    }

    /// Values of `N` bytes each.
    fn values<T, const N: usize>(&mut self, count: usize, value: impl Fn([u8; N]) -> T) -> Decoded<Vec<T>> {
        let bytes = self.take(count.checked_mul(N).ok_or("a length is beyond all memory")?)?;
        let (values, _) = bytes.as_chunks::<N>();
        Ok(values.iter().map(|bytes| value(*bytes)).collect())
    }

    /// Decodes a list, each item by `item`. An item takes at least a byte, so the bytes that came bound the memory.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Decoded<T>) -> Decoded<Vec<T>> {
        let count = self.u32()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    pub fn rows(&mut self) -> Decoded<Rows> {
        let layer = self.str()?.to_owned();
        let rows = self.length()?;
        let starts = self.values(rows, u32::from_le_bytes)?;
        let ends = self.values(rows, u32::from_le_bytes)?;
        let spans = starts.into_iter().zip(ends).map(|(start, end)| Span { start, end }).collect();
        let columns = self.list(|reader| reader.column(rows))?;
        Ok(Rows { layer, spans, columns })
    }

    /// A column of `rows` rows.
    pub fn column(&mut self, rows: usize) -> Decoded<Column> {
        let name = self.str()?.to_owned();
        let [kind] = self.array()?;
        let data = match kind {
            U32 => ColumnData::U32(self.values(rows, u32::from_le_bytes)?),
            F32 | F16 => {
                let width = self.u32()?;
                // An empty column of vectors may not know its width yet.
                if width == 0 && rows > 0 {
                    return Err(format!("column {name:?} has no width"));
                }
                let count = rows.checked_mul(width as usize).ok_or("a length is beyond all memory")?;
                if kind == F32 {
                    ColumnData::F32 { width, values: self.values(count, f32::from_le_bytes)? }
                } else {
                    ColumnData::F16 { width, values: self.values(count, f16::from_le_bytes)? }
                }
            }
            STRINGS => {
                let offsets = self.values(rows.saturating_add(1), u32::from_le_bytes)?;
                convert::strings(offsets, self.bytes()?).map_err(|what| format!("column {name:?}: {what}"))?
            }
            REF => {
                let layer = self.str()?.to_owned();
                ColumnData::Ref { layer, rows: self.values(rows, u32::from_le_bytes)? }
            }
            other => return Err(format!("column {name:?} is of the unknown kind {other}")),
        };
        Ok(Column { name, data })
    }

    /// Nothing must be left.
    pub fn end(self) -> Decoded<()> {
        if self.rest.is_empty() { Ok(()) } else { Err("it goes on behind its end".into()) }
    }
}

#[cfg(test)]
mod tests {
    use copydesk_core::{ColumnType, LayerType, NONE, Order};

    use super::*;

    fn layer() -> Layer {
        let columns = [
            ("a", ColumnType::U32),
            ("b", ColumnType::F32 { width: 2 }),
            ("c", ColumnType::String),
            ("e", ColumnType::F16 { width: 2 }),
            ("d", ColumnType::Ref { layer: "others".into(), optional: true }),
        ];
        let columns = columns.map(|(name, kind)| (name.to_owned(), kind)).into_iter().collect();
        let mut layer = Layer::new("things", LayerType { order: Order::Any, columns });
        let column = |name: &str, data| Column { name: name.to_owned(), data };
        let halves = [0.0, -0.0, 1.5, 65504.0, -6e-8, 0.1];
        let columns = vec![
            column("a", ColumnData::U32(vec![1, 2, u32::MAX])),
            column("b", ColumnData::F32 { width: 2, values: vec![0.0, -0.0, 1.5, f32::MIN, f32::MAX, 1e-40] }),
            column("e", ColumnData::F16 { width: 2, values: halves.map(f16::from_f32).to_vec() }),
            column("c", ColumnData::strings(["", "é 👩‍👩‍👧", "x"])),
            column("d", ColumnData::Ref { layer: "others".into(), rows: vec![7, NONE, 0] }),
        ];
        let spans = [Span::new(0, 2), Span::new(0, 0), Span::new(2, 3)];
        layer.append("éx", &spans, columns).expect("sound rows");
        layer
    }

    fn written(first: usize) -> Vec<u8> {
        let mut out = Vec::new();
        put_rows(&mut out, &layer(), first, |_| true);
        out
    }

    /// The values of a row; floats by their bits.
    fn cell(data: &ColumnData, row: usize) -> (Option<&str>, Option<Vec<u32>>) {
        let numbers = match data {
            ColumnData::U32(numbers) | ColumnData::Ref { rows: numbers, .. } => {
                numbers.get(row).map(|number| vec![*number])
            }
            ColumnData::F32 { .. } => data
                .as_floats()
                .and_then(|floats| floats.get(row))
                .map(|row| row.iter().map(|value| value.to_bits()).collect()),
            ColumnData::F16 { .. } => data
                .as_halves()
                .and_then(|halves| halves.get(row))
                .map(|row| row.iter().map(|value| u32::from(value.to_bits())).collect()),
            ColumnData::Strings { .. } => None,
        };
        (data.as_strings().and_then(|strings| strings.get(row)), numbers)
    }

    #[test]
    fn rows_come_back_as_they_went() {
        let layer = layer();
        for first in 0..=3 {
            let bytes = written(first);
            let mut reader = Reader::new(&bytes);
            let rows = reader.rows().expect("what was written");
            reader.end().expect("nothing is left");
            assert_eq!(rows.layer, "things");
            assert_eq!(rows.spans, layer.spans()[first..]);
            for (column, whole) in rows.columns.iter().zip(layer.columns()) {
                assert_eq!((column.name.as_str(), column.data.len()), (whole.name.as_str(), 3 - first));
                for row in first..3 {
                    assert_eq!(cell(&column.data, row - first), cell(&whole.data, row));
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_damaged_does_harm() {
        let bytes = written(0);
        let mut refused = 0;
        for cut in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            assert!(reader.rows().is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                let mut reader = Reader::new(&damaged);
                refused += usize::from(reader.rows().and_then(|_| reader.end()).is_err());
            }
        }
        assert!(refused > bytes.len(), "most damage is seen: {refused} of {}", bytes.len() * 5);
    }
}
