//! The numbers of Copydesk's models. Plugins extract features or read vectors; this crate scores them.
//!
//! - [`mod@file`]: the format of model files. They are parsed from bytes and written to bytes, without I/O.
//! - [`hash`], [`lookup`], [`words`]: stable hashes of words and features, and tables over them.
//! - [`sequence`], [`classifier`]: linear models over hashed features, with weights of eight bits. The first is a
//!   linear-chain conditional random field, the second a multinomial logistic regression.
//! - [`encoder`]: the transformer encoder, and the windows into which it cuts a long document.
//! - [`heads`]: the dense layers that read the encoder's vectors, and their decoder.
//! - [`session`]: the state that a training run keeps so that it can be resumed.
//! - `checkpoint` (feature `convert`): from a trainer's checkpoint to model files, and back.
//!
//! Weights borrow from the bytes they were parsed from. So a model built into the binary is not copied.
//!
//! A *feature* is a `u32`, a well-mixed hash of an observation ([`hash::feature`]). The model decides how many features
//! it keeps, not the extractor.
//!
//! The crate knows no plugins, no layers and no language: these are in `copydesk-text`.

#[cfg(feature = "convert")]
pub mod checkpoint;
pub mod classifier;
mod curve;
pub mod encoder;
mod error;
pub mod file;
pub mod hash;
pub mod heads;
pub mod lookup;
mod rng;
pub mod sequence;
pub mod session;
mod simd;
mod table;
pub mod words;

pub use curve::Curve;
pub use error::ModelError;
pub use file::{ModelFile, ModelWriter};
