//! Documents, layers and their types, manifests, and offsets in bytes, code points and UTF-16 units.
//!
//! Architecture invariant: this crate does no I/O and has no `unsafe`.
#![forbid(unsafe_code)]

mod config;
mod document;
mod layer;
mod manifest;
mod offsets;
pub mod standard;
mod types;

pub use config::{ConfigFault, ConfigSchema, Property, ValueType};
pub use copydesk_abi::{NONE, Span};
pub use document::{Document, TextError};
pub use half::f16;
pub use layer::{Column, ColumnData, Layer, LayerError, check_column_references};
pub use manifest::{LayerUse, Manifest, ManifestError};
pub use offsets::{OffsetMap, OffsetUnit};
pub use types::{ColumnType, LayerType, Order, is_identifier};
