//! What many articles say together: who is quoted, by whom, how often, and who stands how toward whom.
//!
//! A [`Record`] is what the corpus keeps of one article. Identity joins the actors of different articles.
//!
//! Architecture invariants: this crate analyzes no article and knows no pipeline. What it gives depends on the records
//! alone, not on their order.
#![forbid(unsafe_code)]

pub mod identity;
mod page;
mod record;
mod words;

pub use page::write_report;
pub use record::{ActorRecord, PASSAGE, QuoteRecord, Record, StanceRecord};
