//! Readers and writers of documents. In: plain text, JSON lines, and the HTML pages of web archives. Out: JSON lines, a
//! reading view for terminals, and formats of other programs (CoNLL-U, Web Annotation, brat, GKG, TEI).
//!
//! Architecture invariant: this crate knows layers, not plugins. It opens no file and prints nothing. It reads from its
//! arguments and writes into buffers.
#![forbid(unsafe_code)]

mod brat;
mod catalogue;
mod conllu;
mod error;
mod given;
mod gkg;
mod json;
mod jsonl;
mod metadata;
mod parts;
mod plain;
mod raw;
pub mod result;
mod tei;
mod text;
mod view;
mod warc;
mod web_annotation;
mod writer;

pub use catalogue::FORMATS;
pub use error::ReadError;
pub use json::JsonWriter;
pub use jsonl::{JsonlReader, Line, parse_line};
pub use parts::{PARTS, Parts};
pub use result::SCHEMA;
pub use text::read_text;
pub use view::{View, sanitize};
pub use warc::{WarcPage, WarcReader};
pub use writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};
