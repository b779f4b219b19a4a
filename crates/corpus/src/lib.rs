//! What many articles say together: who is quoted, by whom, how often, and who stands how toward whom.
//!
//! A [`Record`] is what the corpus keeps of one article. Identity joins the actors of different articles.
//!
//! Architecture invariants: this crate analyzes no article and knows no pipeline. What it gives depends on the records
//! alone, not on their order.
#![forbid(unsafe_code)]

mod corpus;
mod csv;
mod entry;
mod error;
pub mod identity;
mod page;
mod record;
pub mod review;
mod sorter;
mod state;
mod summary;
mod words;

pub use corpus::{Corpus, CorpusOptions, Reduced};
pub use entry::Entry;
pub use error::CorpusError;
pub use page::write_report;
pub use record::{ActorRecord, PASSAGE, QuoteRecord, Record, StanceRecord};
pub use state::STATE_MAGIC;
pub use summary::{Actors, Gender, NameGender, SUMMARY_SCHEMA, Summary, SummaryOptions, Totals};
