//! Readers and writers of documents: plain text and JSON lines in, JSON lines and a reading view for
//! terminals out.
//!
//! Architecture invariant: this crate knows layers, not plugins. It opens no file and prints nothing. It reads from its
//! arguments and writes into buffers.
#![forbid(unsafe_code)]

mod catalogue;
mod encoding;
mod error;
mod given;
mod html;
mod json;
mod jsonl;
mod mend;
mod metadata;
mod parts;
mod raw;
pub mod result;
mod text;
mod view;
mod writer;

pub use catalogue::FORMATS;
pub use encoding::{Basis, Decoded, EncodingError, decode};
pub use error::ReadError;
pub use html::{PATH, html_document, read_html};
pub use json::JsonWriter;
pub use jsonl::{JsonlReader, Line, parse_line};
pub use mend::mend;
pub use parts::{PARTS, Parts};
pub use result::SCHEMA;
pub use text::read_text;
pub use view::{View, sanitize};
pub use writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};
