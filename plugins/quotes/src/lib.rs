//! Who said what: finds quotations and reported statements, their cues and their sources.

mod assemble;
pub mod attribute;
pub mod document;
mod linking;
pub mod marks;
mod model;
mod passes;
mod tagging;
pub mod train;
mod words;

pub use attribute::{Attributor, Kind, Quote, Scratch};
pub use document::{BlockKind, Input};
pub use model::Models;
