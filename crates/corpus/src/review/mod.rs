//! Trust in a corpus: a random sample of what was found, which a person judges in a spreadsheet, and the precision that
//! follows.
//!
//! [`Sampler`] draws claims from results. [`Sample::write_csv`] writes them for a person, who marks each right or wrong.
//! [`Review::read`] reads the marks and gives the precision of each kind with its interval.

mod claims;
mod passage;
mod sample;
mod score;
mod sheet;
#[cfg(test)]
mod tests;

pub use claims::ClaimKind;
pub use sample::{Claim, Sample, Sampler};
pub use score::{Precision, REVIEW_SCHEMA, Review, wilson};
pub use sheet::ReviewError;
