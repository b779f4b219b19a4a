//! Vectors of word pieces in their context. Tokens are cut into pieces, casing and quotation become the pieces' types,
//! and windows of pieces go through a small transformer encoder. Other stages' models read the vectors of the last
//! layer, and on request those of an inner one.

mod plugin;
mod reading;
mod vocabulary;

pub use plugin::*;
pub use reading::Reading;
pub use vocabulary::Vocabulary;
