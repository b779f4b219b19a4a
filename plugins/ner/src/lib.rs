//! Finds names of people, organisations, places and more. One way is a linear-chain model over hashed features: words,
//! shapes, affixes, and word lists and clusters compiled into hashed tables. Its second pass lets the occurrences of a
//! word over the document agree. The other way is a head over the vectors of the encoder.

mod agreement;
mod amounts;
mod blend;
pub mod clusters;
mod consistency;
mod features;
mod head;
mod held;
mod knowledge;
pub mod lexicons;
mod memo;
mod mend;
mod pieces;
mod places;
mod plugin;
mod recognizer;
mod templates;
#[cfg(test)]
mod tests;
pub mod train;
mod word_features;
mod words;

pub use head::{HeadRecognizer, HeadScratch};
pub use held::HeldRecognizer;
pub use knowledge::Knowledge;
pub use plugin::*;
pub use recognizer::{Entity, KIND, Recognizer, Scratch};
