//! The SDK for authors of Copydesk plugins: [`Annotator`], views of the document's layers, and [`export_plugin!`].
//!
//! ```
//! use copydesk_sdk::{Annotator, Column, Document, Error, NoConfig, Output, Strings, export_plugin};
//!
//! /// Marks every exclamation mark.
//! struct Shouts;
//!
//! impl Annotator for Shouts {
//!     const ID: &'static str = "shouts";
//!     const VERSION: &'static str = "1.0.0";
//!     const MANIFEST: &'static str = r#"{
//!         "description": "Sentences that shout",
//!         "reads": [{"layer": "sentences"}],
//!         "writes": [{"layer": "shouts", "columns": {"how": "string"}}]
//!     }"#;
//!     type Config = NoConfig;
//!
//!     fn create(_: NoConfig) -> Result<Self, Error> {
//!         Ok(Shouts)
//!     }
//!
//!     fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
//!         let mut spans = Vec::new();
//!         let mut how = Strings::new();
//!         for span in document.layer("sentences")?.spans() {
//!             if document.slice(*span).ends_with('!') {
//!                 spans.push(*span);
//!                 how.push("loud");
//!             }
//!         }
//!         output.append("shouts", &spans, &[Column::strings("how", &how)])
//!     }
//! }
//!
//! export_plugin!(Shouts);
//! # fn main() { assert_eq!(copydesk_entry().prefix().descriptor_count, 1); }
//! ```
//!
//! The manifest is JSON. Its keys are `description`, `config` (a JSON Schema object), and lists `reads`, `writes`,
//! `appends` and `extends` of `{"layer", "columns": {name: type}, "optional"}`. Column types are `u32`, `f32`,
//! `f32[N]`, `f16`, `f16[N]`, `string`, `ref(LAYER)` and `ref(LAYER)?`. The last may be [`NONE`].

mod annotator;
mod document;
mod error;
mod model;
mod output;

#[doc(hidden)]
pub mod export;
pub mod testing;

pub use annotator::{Annotator, NoConfig};
pub use copydesk_abi::{NONE, Span};
pub use document::{Document, HalvesView, Layer, StringsView};
pub use error::Error;
#[doc(hidden)]
pub use model::Aligned;
pub use model::ModelBytes;
pub use output::{Column, Output, Strings};

/// The contract this SDK was built with.
#[doc(hidden)]
pub use copydesk_abi as abi;
