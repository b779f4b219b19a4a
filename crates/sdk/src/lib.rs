//! What a plugin author writes against.
pub use copydesk_abi::Span;
