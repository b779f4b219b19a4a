//! What must hold whatever bytes come in: one function for each of the fuzz targets in `fuzz/`. A test replays the
//! committed corpora through them, so they hold without cargo-fuzz too.
//!
//! Each function panics where an invariant is broken, and only then.

mod jsonl;
mod layers;
mod manifest;
mod sound;

pub use jsonl::jsonl;
pub use layers::layers;
pub use manifest::manifest;

/// The name of each target, which its corpus has too, and its function.
pub const TARGETS: [(&str, fn(&[u8])); 3] = [("jsonl", jsonl), ("layers", layers), ("manifest", manifest)];
