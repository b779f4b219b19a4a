//! Shared parts of the benches: texts of our own, the shipped pipelines, documents as each stage gets them, and the
//! plugin for measured calls.

mod boundary;
pub mod corpus;
pub mod identity;
pub mod instructions;
mod pages;
mod pipeline;
mod stages;
mod texts;

pub use boundary::{READER, loaded_reader, reader, rows, thousand_tokens};
pub use pages::page;
pub use pipeline::bench_pipeline;
pub use stages::{entries, load, pipelines, registry, steps};
pub use texts::{Text, other_scripts, texts};

use copydesk_core::{Document, Layer};
use criterion::Throughput;

/// Returns the words of a document, as in Universal Dependencies. Speeds are counted in them.
#[must_use]
pub fn tokens(document: &Document) -> u64 {
    document.layer("tokens").map_or(0, |tokens| Layer::len(tokens) as u64)
}

/// A document's bytes and tokens.
#[must_use]
pub fn throughput(document: &Document) -> Throughput {
    Throughput::ElementsAndBytes { elements: tokens(document), bytes: document.text().len() as u64 }
}
