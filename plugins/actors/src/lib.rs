//! Actors: joins the mentions of each participant of an article, and finds the speaker of each quote.

mod cluster;
mod document;
pub mod features;
mod given;
pub mod head;
mod link;
mod names;
mod plugin;
mod profile;
pub mod rank;
mod sources;
pub mod train;
mod words;

pub use cluster::NONE;
pub use document::{Actor, Entity, Input, Mention, Output, Quote, QuotePart};
pub use given::GivenNames;
pub use link::{Linker, Scratch};
pub use names::Gender;
pub use plugin::*;
pub use words::fold_hash;
