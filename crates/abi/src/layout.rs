//! A hash over sizes and field offsets. Two compilers that disagree about them have different hashes.

use core::mem::{offset_of, size_of};

use crate::{AnnotateBatch, Column, Descriptor, Doc, ENDIAN_BIG, ENDIAN_LITTLE, Entry, Host, Prefix, Span, Str, Table};

/// FNV-1a (Fowler, Noll, Vo) over the sizes and field offsets below, in their order.
const fn fnv(values: &[usize]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < values.len() {
        hash = (hash ^ values[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

/// Sizes and offsets of every type of the contract, as this compiler lays them out.
pub const LAYOUT_HASH: u64 = fnv(&[
    size_of::<Str>(),
    offset_of!(Str, len),
    size_of::<Span>(),
    offset_of!(Span, end),
    size_of::<Column>(),
    offset_of!(Column, kind),
    offset_of!(Column, width),
    offset_of!(Column, data),
    offset_of!(Column, data_len),
    offset_of!(Column, offsets),
    offset_of!(Table, column_count),
    offset_of!(Table, layer),
    offset_of!(Table, row_count),
    offset_of!(Table, spans),
    offset_of!(Table, columns),
    offset_of!(Doc, table_count),
    offset_of!(Doc, id),
    offset_of!(Doc, text),
    offset_of!(Doc, tables),
    offset_of!(Host, abi_minor),
    offset_of!(Host, context),
    offset_of!(Host, fail),
    offset_of!(Host, is_cancelled),
    offset_of!(Host, append),
    offset_of!(Host, extend),
    size_of::<Prefix>(),
    size_of::<Entry>() - size_of::<usize>(),
    offset_of!(Descriptor, id),
    offset_of!(Descriptor, version),
    offset_of!(Descriptor, manifest),
    offset_of!(Descriptor, create),
    offset_of!(Descriptor, annotate),
    offset_of!(Descriptor, destroy),
    offset_of!(Descriptor, get_extension),
    offset_of!(AnnotateBatch, annotate_batch),
]);

// The prefix is frozen for ever: these lines never change.
const _: () = {
    assert!(size_of::<Prefix>() == 32);
    assert!(offset_of!(Prefix, abi_major) == 8);
    assert!(offset_of!(Prefix, abi_minor) == 10);
    assert!(offset_of!(Prefix, pointer_width) == 12);
    assert!(offset_of!(Prefix, endianness) == 13);
    assert!(offset_of!(Prefix, panic_strategy) == 14);
    assert!(offset_of!(Prefix, layout_hash) == 16);
    assert!(offset_of!(Prefix, descriptor_count) == 24);
    assert!(size_of::<Span>() == 8);
};

// Version 1.0 on 64-bit machines: a change here is a break of the contract.
#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Str>() == 16);
    assert!(size_of::<Column>() == 48);
    assert!(size_of::<Table>() == 48);
    assert!(size_of::<Doc>() == 48);
    assert!(size_of::<Host>() == 48);
    assert!(size_of::<Entry>() == 40);
    assert!(size_of::<Descriptor>() == 88);
};

/// [`ENDIAN_LITTLE`] or [`ENDIAN_BIG`], as this machine is.
#[must_use]
pub const fn native_endianness() -> u8 {
    if cfg!(target_endian = "little") { ENDIAN_LITTLE } else { ENDIAN_BIG }
}
