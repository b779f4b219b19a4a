//! Gold data for Copydesk: [`gold`] reads it, [`score`] compares predictions with it, [`evaluate()`] runs a pipeline
//! and scores it, and [`training`] learns from gold data.
//!
//! The figures equal those of the field's own scorers, to the last printed digit.
#![forbid(unsafe_code)]

mod error;
mod evaluate;
pub mod gold;
mod input;
pub mod kb;
mod lines;
mod prediction;
pub mod score;
pub mod training;

pub use error::Error;
pub use evaluate::{Evaluation, EvaluationError, evaluate, evaluate_given, evaluate_predictions};
pub use prediction::{Prediction, Predictions};
