//! Tables: how layers cross the boundary, in both directions.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use crate::Span;

/// A borrowed UTF-8 string.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Str {
    /// First byte. Not null, but it may dangle if `len` is zero.
    pub ptr: *const u8,
    /// Length in bytes.
    pub len: usize,
}

impl Str {
    /// Borrows `text`; the caller sees to it that `text` outlives the use.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        Str { ptr: text.as_ptr(), len: text.len() }
    }
}

// SAFETY: a `Str` is a pointer to immutable bytes; whoever reads it answers for their lifetime.
unsafe impl Sync for Str {}
// SAFETY: as above.
unsafe impl Send for Str {}

/// [`Column::kind`]: `data` holds one `uint32_t` a row.
pub const KIND_U32: u32 = 1;
/// [`Column::kind`]: `data` holds `width` `float` values a row.
pub const KIND_F32: u32 = 2;
/// [`Column::kind`]: `data` holds the bytes of all strings, and `offsets` the beginning of each.
pub const KIND_STRING: u32 = 3;
/// [`Column::kind`]: `data` holds one `uint32_t` a row, the number of a row of another layer or [`NONE`].
pub const KIND_REF: u32 = 4;
/// [`Column::kind`], since version 1.1: `data` holds `width` half floats a row, each the bits of an IEEE 754 binary16
/// as a `uint16_t`. A plugin meets it only if its own manifest says `f16`.
pub const KIND_F16: u32 = 5;

/// A reference to no row.
pub const NONE: u32 = u32::MAX;

/// One typed column of a table. Its number of rows is the table's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The column's name.
    pub name: Str,
    /// [`KIND_U32`], [`KIND_F32`], [`KIND_STRING`], [`KIND_REF`] or [`KIND_F16`].
    pub kind: u32,
    /// Values a row for [`KIND_F32`] and [`KIND_F16`], otherwise 1.
    pub width: u32,
    /// The values, aligned for their type.
    pub data: *const c_void,
    /// Bytes behind `data`.
    pub data_len: usize,
    /// For [`KIND_STRING`]: rows + 1 ascending byte positions in `data`, the first 0, the last `data_len`.
    /// Null for the other kinds.
    pub offsets: *const u32,
}

/// Rows of a layer: a span each, and columns.
#[repr(C)]
#[derive(Debug)]
pub struct Table {
    /// `size_of::<Table>()`.
    pub size: u32,
    /// Number of `columns`.
    pub column_count: u32,
    /// The layer's name.
    pub layer: Str,
    /// Number of rows.
    pub row_count: usize,
    /// `row_count` spans.
    pub spans: *const Span,
    /// `column_count` columns.
    pub columns: *const Column,
}

impl Table {
    /// Bytes of a table in version 1.0, the least that a host accepts.
    pub const SIZE_1_0: usize = offset_of!(Table, columns) + size_of::<usize>();
}
