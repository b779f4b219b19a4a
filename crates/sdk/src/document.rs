//! Views of a document and its layers, borrowed from the host without copying.

use std::marker::PhantomData;
use std::slice;

use copydesk_abi as abi;
use copydesk_abi::{KIND_F16, KIND_F32, KIND_REF, KIND_STRING, KIND_U32, Span};

use crate::Error;

/// A document: its text, and the layers that the manifest reads.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    doc: &'a abi::Doc,
}

/// Borrows a host's string.
///
/// # Safety
/// `text` must hold valid UTF-8 that lives for `'a`, as the contract promises.
pub(crate) unsafe fn borrow_str<'a>(text: abi::Str) -> &'a str {
    if text.len == 0 {
        return "";
    }
    // SAFETY: the caller vouches for pointer, length, lifetime and encoding.
    unsafe { std::str::from_utf8_unchecked(slice::from_raw_parts(text.ptr, text.len)) }
}

/// Borrows a host's array.
///
/// # Safety
/// `data` must be aligned and hold `len` values that live for `'a`. It may dangle if `len` is zero.
pub(crate) unsafe fn borrow_slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller vouches for pointer, alignment, length and lifetime.
    unsafe { slice::from_raw_parts(data, len) }
}

impl<'a> Document<'a> {
    /// # Safety
    /// `doc` must point to a table that fulfils the contract for `'a`.
    pub(crate) unsafe fn from_abi(doc: *const abi::Doc) -> Self {
        // SAFETY: the caller vouches for it.
        Document { doc: unsafe { &*doc } }
    }

    /// The whole text. Spans are byte offsets into it.
    #[must_use]
    pub fn text(&self) -> &'a str {
        // SAFETY: the host lends valid UTF-8 for the call.
        unsafe { borrow_str(self.doc.text) }
    }

    /// The document's id, for messages.
    #[must_use]
    pub fn id(&self) -> &'a str {
        // SAFETY: as for `text`.
        unsafe { borrow_str(self.doc.id) }
    }

    /// Returns the words under `span`, or nothing if `span` does not fit the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'a str {
        span.get(self.text()).unwrap_or("")
    }

    /// Returns a layer that the manifest reads, or `None` if it is absent.
    #[must_use]
    pub fn optional_layer(&self, name: &str) -> Option<Layer<'a>> {
        // SAFETY: the host lends `table_count` pointers to valid tables for the call.
        let tables = unsafe { borrow_slice(self.doc.tables, self.doc.table_count as usize) };
        tables
            .iter()
            .map(|table| Layer {
                // SAFETY: as above.
                table: unsafe { &**table },
                _lifetime: PhantomData,
            })
            .find(|layer| layer.name() == name)
    }

    /// A layer that the manifest reads.
    ///
    /// # Errors
    /// If the document lacks the layer: the manifest does not name it, or marks it optional.
    pub fn layer(&self, name: &str) -> Result<Layer<'a>, Error> {
        self.optional_layer(name)
            .ok_or_else(|| Error::new(format!("layer {name:?} is not there; the manifest's `reads` must name it")))
    }
}

/// One layer: a span a row, and typed columns.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    table: &'a abi::Table,
    _lifetime: PhantomData<&'a [Span]>,
}

impl<'a> Layer<'a> {
    /// The layer's name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        // SAFETY: the host lends valid UTF-8 for the call.
        unsafe { borrow_str(self.table.layer) }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.row_count
    }

    /// Returns true if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.row_count == 0
    }

    /// The span of each row.
    #[must_use]
    pub fn spans(&self) -> &'a [Span] {
        // SAFETY: the host lends `row_count` spans for the call.
        unsafe { borrow_slice(self.table.spans, self.table.row_count) }
    }

    fn column(&self, name: &str, kind: u32, type_name: &str) -> Result<&'a abi::Column, Error> {
        // SAFETY: the host lends `column_count` columns for the call.
        let columns = unsafe { borrow_slice(self.table.columns, self.table.column_count as usize) };
        // SAFETY: column names are valid UTF-8 for the call.
        let found = columns.iter().find(|column| unsafe { borrow_str(column.name) } == name);
        match found {
            Some(column) if column.kind == kind => Ok(column),
            Some(_) => Err(Error::new(format!("column {}.{name} is not of type {type_name}", self.name()))),
            None => Err(Error::new(format!(
                "column {}.{name} is not there; the manifest's `reads` must name it",
                self.name()
            ))),
        }
    }

    /// A column of numbers, a value a row.
    ///
    /// # Errors
    /// If there is no such column, or it has another type. The same holds for all columns.
    pub fn u32s(&self, column: &str) -> Result<&'a [u32], Error> {
        let column = self.column(column, KIND_U32, "u32")?;
        // SAFETY: the host lends `row_count` values of the kind it names for the call.
        Ok(unsafe { borrow_slice(column.data.cast(), self.len()) })
    }

    /// A column of row numbers of another layer, [`crate::NONE`] for none.
    ///
    /// # Errors
    /// As [`Layer::u32s`].
    pub fn refs(&self, column: &str) -> Result<&'a [u32], Error> {
        let column = self.column(column, KIND_REF, "ref")?;
        // SAFETY: as in `u32s`.
        Ok(unsafe { borrow_slice(column.data.cast(), self.len()) })
    }

    /// A column of numbers or vectors, `width` values a row, row after row; and the width.
    ///
    /// # Errors
    /// As [`Layer::u32s`].
    pub fn f32s(&self, column: &str) -> Result<(&'a [f32], usize), Error> {
        let column = self.column(column, KIND_F32, "f32")?;
        let width = column.width as usize;
        // SAFETY: as in `u32s`, `width` values a row.
        Ok((unsafe { borrow_slice(column.data.cast(), self.len() * width) }, width))
    }

    /// Returns a column of half floats. If the manifest says `f32` instead, the host gives floats, and [`Layer::f32s`]
    /// reads them. That is simpler, but takes three times the memory during the call.
    ///
    /// # Errors
    /// As [`Layer::u32s`].
    pub fn f16s(&self, column: &str) -> Result<HalvesView<'a>, Error> {
        let column = self.column(column, KIND_F16, "f16")?;
        let width = column.width as usize;
        // SAFETY: as in `u32s`, `width` values a row.
        Ok(HalvesView { bits: unsafe { borrow_slice(column.data.cast(), self.len() * width) }, width })
    }

    /// A column of strings.
    ///
    /// # Errors
    /// As [`Layer::u32s`].
    pub fn strings(&self, column: &str) -> Result<StringsView<'a>, Error> {
        let column = self.column(column, KIND_STRING, "string")?;
        // SAFETY: the host lends `row_count + 1` offsets and `data_len` bytes of UTF-8 for the call.
        let (offsets, bytes) = unsafe {
            (
                borrow_slice(column.offsets, self.len() + 1),
                borrow_str(abi::Str { ptr: column.data.cast(), len: column.data_len }),
            )
        };
        Ok(StringsView { offsets, bytes })
    }
}

/// A column of half floats (IEEE 754 binary16): some values a row.
#[derive(Clone, Copy)]
pub struct HalvesView<'a> {
    bits: &'a [u16],
    width: usize,
}

impl<'a> HalvesView<'a> {
    /// Values a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The bits of all values, row after row.
    #[must_use]
    pub fn bits(&self) -> &'a [u16] {
        self.bits
    }

    /// Replaces `out` by a row as floats, which are exact. If there is no such row, `out` becomes empty.
    pub fn read(&self, row: usize, out: &mut Vec<f32>) {
        out.clear();
        let own = row.saturating_mul(self.width)..row.saturating_add(1).saturating_mul(self.width);
        out.extend(self.bits.get(own).unwrap_or_default().iter().map(|bits| widened(*bits)));
    }
}

/// Returns the number that a finite half float stands for. The bits, moved to their places in a float, stand for a number
/// 2^112 times too small: exponents count from -15 in half floats and from -127 in floats. The product is exact.
fn widened(bits: u16) -> f32 {
    const SCALE: f32 = f32::from_bits((127 + 112) << 23);
    let magnitude = f32::from_bits(u32::from(bits & 0x7FFF) << 13) * SCALE;
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

/// A column of strings.
#[derive(Clone, Copy)]
pub struct StringsView<'a> {
    offsets: &'a [u32],
    bytes: &'a str,
}

impl<'a> StringsView<'a> {
    /// Returns the string of a row, or an empty one if there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> &'a str {
        match (self.offsets.get(row), self.offsets.get(row + 1)) {
            (Some(&start), Some(&end)) => self.bytes.get(start as usize..end as usize).unwrap_or(""),
            _ => "",
        }
    }

    /// The strings, row after row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let view = *self;
        (0..self.offsets.len().saturating_sub(1)).map(move |row| view.get(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_half_float_is_read_exactly() {
        let all: Vec<u16> = (0..=u16::MAX).filter(|bits| bits >> 10 & 31 < 31).collect();
        let view = HalvesView { bits: &all, width: 2 };
        let mut row = Vec::new();
        for (at, bits) in all.chunks(2).enumerate() {
            view.read(at, &mut row);
            let wanted = bits.iter().map(|bits| {
                let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
                let (whole, exponent) = if exponent == 0 { (0.0, -14) } else { (1.0, exponent - 15) };
                let sign = if *bits < 0x8000 { 1.0 } else { -1.0 };
                ((sign * (whole + fraction) * 2f64.powi(exponent)) as f32).to_bits()
            });
            assert!(wanted.eq(row.iter().map(|value| value.to_bits())), "{bits:x?}: {row:?}");
        }
        view.read(all.len() / 2, &mut row);
        assert!(row.is_empty(), "there is no such row");
    }
}
