//! Vectors of word pieces in their context: tokens are cut into pieces, casing and quotation become the pieces'
//! types, and windows of them go through a small transformer encoder. Other stages' models read the vectors.

mod plugin;
mod reading;
mod types;
mod vocabulary;
mod windows;

pub use plugin::*;
pub use reading::{Reading, SPECIAL};
pub use vocabulary::Vocabulary;
pub use windows::{Limits, Window, plan};
