//! Finds stances: how each speaker, and the article itself, stands toward each actor it mentions.

pub mod features;
mod kinds;
pub mod lexicon;
mod model;
mod plugin;
mod stances;
pub mod train;

pub use model::{Judgement, KIND, Model, Scratch as ModelScratch, polarity};
pub use plugin::*;
pub use stances::{Input, Scratch, Stance as Row, stances, stances_from_vectors};
