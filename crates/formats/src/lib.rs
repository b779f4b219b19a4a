//! Readers and writers of documents. In: plain text in any encoding, JSON, and web pages, also those of web archives. Out:
//! JSON lines, a reading view for terminals, and formats of other programs (CoNLL-U, Web Annotation, brat, GKG, TEI). Also
//! what readers of tables share: which column is what ([`Columns`]), and dates as people write them ([`read_date`]).
//!
//! Architecture invariant: this crate knows layers, not plugins. It opens no file and prints nothing. It reads from its
//! arguments and writes into buffers.
#![forbid(unsafe_code)]

mod array;
mod authors;
mod bounded;
mod brat;
mod catalogue;
mod columns;
mod conllu;
mod dates;
mod encoding;
mod error;
mod given;
mod gkg;
mod html;
mod json;
mod jsonl;
mod mend;
mod metadata;
mod nearest;
mod object;
pub mod page;
mod parts;
mod plain;
mod raw;
mod report;
pub mod result;
mod row;
mod tei;
mod view;
mod warc;
mod web_annotation;
mod writer;

pub use array::JsonArrayReader;
pub use bounded::{LIMIT, LineRead, read_line};
pub use catalogue::FORMATS;
pub use columns::{ColumnError, ColumnMapping, Columns, MetadataField};
pub use dates::{day_since_1970, read_date, since_1970};
pub use encoding::{Basis, Decoded, EncodingError, decode};
pub use error::ReadError;
pub use html::{PATH, html_document, read_html};
pub use json::{FORMAT as JSON, JsonWriter, push_decimal};
pub use jsonl::{JsonlReader, Line, parse_line, parse_line_with};
pub use mend::mend;
pub use nearest::nearest;
pub use parts::{PARTS, Parts};
pub use report::{ArticleReport, SCRIPT as REPORT_SCRIPT, STYLE as REPORT_STYLE};
pub use result::SCHEMA;
pub use view::{View, sanitize};
pub use warc::{WarcPage, WarcReader};
pub use writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};
