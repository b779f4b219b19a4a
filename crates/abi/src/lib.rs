//! The C contract between Copydesk and its plugins: `repr(C)` types, versions and layout checks.
//!
//! Version 1.1. This crate depends on nothing and never allocates. An author of plugins in Rust uses `copydesk-sdk`
//! instead. An author in C includes `include/copydesk.h`, which a test generates from these files.
//!
//! # Rules that hold for every function of the contract
//!
//! * All pointers are non-null unless the item says otherwise. A pointer to zero elements may dangle but is never null.
//! * Strings are UTF-8 and not NUL-terminated.
//! * The arguments of a function are borrowed until it returns. Nobody frees the other side's memory.
//! * No function may unwind out of, or call `exit` in, a plugin.
//! * Structs that carry their `size` first grow only at the end. Read a field only if `size` covers it. [`Prefix`],
//!   [`Str`], [`Span`] and [`Column`] never change.
#![no_std]
#![deny(missing_docs)]

mod entry;
mod host;
mod layout;
mod span;
mod table;

pub use entry::{
    AnnotateBatch, Descriptor, ENDIAN_BIG, ENDIAN_LITTLE, EXTENSION_ANNOTATE_BATCH, EXTENSION_NEEDS, Entry, MAGIC,
    Needs, PANIC_ABORT, PANIC_NONE, PANIC_UNWIND, Prefix, SYMBOL_C, SYMBOL_PREFIX,
};
pub use host::{Doc, Host, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANICKED, Status};
pub use layout::{LAYOUT_HASH, native_endianness};
pub use span::Span;
pub use table::{Column, KIND_F16, KIND_F32, KIND_REF, KIND_STRING, KIND_U32, NONE, Str, Table};

/// Major version of the contract: another major is never loaded.
pub const ABI_MAJOR: u16 = 1;
/// Minor version of the contract. A host loads plugins of its own minor version and of older ones.
pub const ABI_MINOR: u16 = 1;
