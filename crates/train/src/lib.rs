//! Gold data for Copydesk: [`gold`] reads it, [`score`] compares what a pipeline found with it,
//! [`evaluate()`] does both, and [`training`] learns from it.
//!
//! The numbers are those of the field's own scorers, to the last digit printed.
#![forbid(unsafe_code)]

mod error;
mod evaluate;
pub mod gold;
mod input;
mod lines;
mod prediction;
pub mod score;
pub mod training;

pub use error::Error;
pub use evaluate::{Evaluation, EvaluationError, evaluate, evaluate_given, evaluate_predictions};
pub use prediction::{Prediction, Predictions};
