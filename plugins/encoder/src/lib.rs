//! Vectors of word pieces in their context: tokens are cut into pieces, casing and quotation become the pieces'
//! types, and windows of them go through a small transformer encoder. Other stages' models read the vectors
//! of the last layer, and of an inner one if they are asked for.

mod plugin;
mod reading;
mod vocabulary;

pub use plugin::*;
pub use reading::Reading;
pub use vocabulary::Vocabulary;
