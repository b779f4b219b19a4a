//! The C contract between Copydesk and its plugins: `repr(C)` types, versions and layout checks.
#![no_std]
#![deny(missing_docs)]

mod span;

pub use span::Span;
