//! Names of people, organisations, places and more, by a linear-chain model over hashed features: words, shapes,
//! affixes, word lists and clusters compiled into hashed tables, and a second pass in which the occurrences of
//! a word over the document come to agree.

pub mod clusters;
mod consistency;
mod features;
mod knowledge;
pub mod lexicons;
mod memo;
mod places;
mod plugin;
mod recognizer;
pub mod train;
mod words;

pub use knowledge::Knowledge;
pub use plugin::*;
pub use recognizer::{Entity, KIND, Recognizer, Scratch};
