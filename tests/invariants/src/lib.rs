//! Invariants for any input: one function for each of the fuzz targets in `fuzz/`. A test replays the committed corpora
//! through them, so they are checked without cargo-fuzz too.
//!
//! Each function panics if and only if an invariant is broken.

mod corpus;
mod encodings;
mod handshake;
mod html;
mod jsonl;
mod knowledge;
mod layers;
mod manifest;
mod pipeline;
mod request;
mod sound;
mod tables;
mod warc;
#[cfg(unix)]
mod wire;

pub use corpus::corpus;
pub use encodings::encodings;
pub use handshake::handshake;
pub use html::html;
pub use jsonl::jsonl;
pub use knowledge::{entries, knowledge_base};
pub use layers::layers;
pub use manifest::manifest;
pub use pipeline::pipeline;
pub use request::request;
pub use tables::{csv, parquet};
pub use warc::warc;
#[cfg(unix)]
pub use wire::wire;

/// The name of a target, which its corpus has too, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("corpus", corpus),
    ("csv", csv),
    ("encodings", encodings),
    ("entries", entries),
    ("handshake", handshake),
    ("html", html),
    ("jsonl", jsonl),
    ("knowledge_base", knowledge_base),
    ("layers", layers),
    ("manifest", manifest),
    ("parquet", parquet),
    ("pipeline", pipeline),
    ("request", request),
    ("warc", warc),
    #[cfg(unix)]
    ("wire", wire),
];
