//! Finds who said what: quotations and reported statements, their cues and their sources.

mod according;
pub mod act;
mod assemble;
pub mod attribute;
mod beside;
mod blend;
pub mod document;
mod head;
mod headlines;
mod layout;
mod linking;
pub mod marks;
mod model;
mod passes;
mod passives;
mod plugin;
mod quote;
mod repeat;
mod reports;
mod rules;
mod subjects;
mod tagging;
mod trailing;
pub mod train;
mod unsaid;
mod words;

pub use attribute::{Attributor, Scratch};
pub use document::Input;
pub use head::HeadAttributor;
pub use model::Models;
pub use plugin::*;
pub use quote::Quote;
