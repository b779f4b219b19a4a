//! Names of people, organisations, places and more, by a linear-chain model over hashed features.

pub mod clusters;
mod features;
mod knowledge;
pub mod lexicons;
mod recognizer;
pub mod train;
mod words;

pub use knowledge::Knowledge;
pub use recognizer::{Entity, KIND, Recognizer, Scratch};
