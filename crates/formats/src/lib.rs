//! Readers and writers of documents: plain text and JSON lines in, JSON lines and a reading view for
//! terminals out.
//!
//! Architecture invariant: this crate knows layers, not plugins; it opens no file and prints nothing, but
//! reads from what it is given and writes into buffers.
#![forbid(unsafe_code)]

mod error;
mod given;
mod json;
mod jsonl;
mod parts;
mod text;
mod view;

pub use error::ReadError;
pub use json::{DocumentError, JsonWriter, SCHEMA};
pub use jsonl::{JsonlReader, Line, parse_line};
pub use parts::{PARTS, Parts};
pub use text::read_text;
pub use view::{View, sanitize};
