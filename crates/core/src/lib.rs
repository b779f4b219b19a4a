//! Documents, layers and their types, manifests, and offsets in bytes, code points and UTF-16 units.
//!
//! Architecture invariant: this crate does no I/O and has no `unsafe`.
#![forbid(unsafe_code)]

mod article;
mod config;
mod document;
mod layer;
mod manifest;
mod metadata;
mod offsets;
mod rows;
pub mod standard;
mod tables;
mod types;

pub use article::Article;
pub use config::{ConfigFault, ConfigSchema, Property, ValueType};
pub use copydesk_abi::{NONE, Span};
pub use document::{Document, TextError};
pub use half::f16;
pub use layer::{Column, ColumnData, Floats, Layer, LayerError, References, Strings, check_column_references};
pub use manifest::{LayerUse, Manifest, ManifestError};
pub use metadata::{Date, DateError, Metadata, Origin};
pub use offsets::{OffsetCounts, OffsetMap, OffsetUnit};
pub use rows::{Actor, Block, Entity, Holder, Mention, Quote, Sentence, Stance, SurfaceToken, Token, quote_id};
pub use tables::ArticleError;
pub use types::{ColumnType, LayerType, Order, is_identifier};
