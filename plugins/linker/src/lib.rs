//! Links the participants of an article to a knowledge base.

pub mod build;
mod evidence;
pub mod kb;
mod kinds;
mod link;
pub mod names;
mod plugin;
mod weights;

pub use evidence::Form;
pub use kb::KnowledgeBase;
pub use kinds::{Agreement, EntryKind};
pub use link::{Actor, Input, Link, Linker, Meaning, Mention, Scratch, meanings, tells_where};
pub use plugin::*;
pub use weights::{FEATURES, Features};
