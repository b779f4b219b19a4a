//! Accuracy of predictions against gold, by the conventions of the field.
//!
//! Entities count by exact span and label; quotations by the spans of each role and by paired attributions, as
//! published for PARC 3 and PolNeAR; sentiment by the macro F1 of NewsMTSC; segmentation by the rules of the
//! CoNLL 2018 shared task; actors by MUC, B-cubed and CEAF, and by GAP. All figures are percentages.
//! Where what was found has scores, it is said how far these are from being probabilities.

mod actors;
mod calibration;
mod entities;
mod figures;
mod groups;
mod metric;
mod quotes;
mod segmentation;
mod sentiment;
mod table;
mod worst;

use serde_json::Value;

use crate::gold::Gold;
use crate::prediction::Prediction;

pub use actors::{ActorScorer, with_names};
pub use entities::{EntityScorer, LabelMap, LabelMapError};
pub use metric::{metric, metrics};
pub use quotes::{QuoteScorer, ROLES};
pub use segmentation::SegmentationScorer;
pub use sentiment::SentimentScorer;
pub use worst::Worst;

/// Counts what was found in one document after another.
pub trait Scorer {
    /// The gold data it scores against.
    type Gold: Gold;

    /// Counts a document, `None` where there is no prediction for it, and returns what differs.
    ///
    /// # Errors
    /// Where predicted spans cannot be spans of the text.
    fn add(&mut self, gold: &Self::Gold, found: Option<&Prediction>) -> Result<Vec<Difference>, String>;

    /// All figures so far.
    fn scores(&self) -> Value;

    /// The figures as a table for people, and what was taken for what, where the task has classes.
    fn table(&self) -> String;
}

/// One thing in which a prediction and the gold data differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, in code points.
    pub span: [u32; 2],
    /// What gold says; `None` where it has nothing there.
    pub gold: Option<String>,
    /// What was found; `None` where nothing was.
    pub found: Option<String>,
}
