//! The numeric ground that the plugins share: stable feature hashing, the model file format, and two
//! linear models over hashed features (a linear-chain conditional random field and a multinomial
//! logistic regression) with compact eight-bit weights.
//!
//! The crate does no I/O: models are parsed from bytes and written to bytes. Weights borrow from the
//! bytes they were parsed from, so a model built into the binary is not copied.
//!
//! A *feature* is a `u32`: the well-mixed hash of what was seen ([`hash::feature`]). How many
//! features a model keeps is the model's business, not the extractor's.

#[cfg(feature = "convert")]
pub mod checkpoint;
pub mod classifier;
pub mod encoder;
mod error;
pub mod file;
pub mod hash;
pub mod heads;
pub mod holders;
pub mod lookup;
mod rng;
pub mod sequence;
pub mod session;
mod simd;
mod table;
pub mod token_types;
pub mod windows;

pub use error::ModelError;
pub use file::{ModelFile, ModelWriter};
