//! Accuracy of predictions against gold, by the conventions of the field.
//!
//! Entities count by exact span and label. Quotations count by the spans of each role and by paired attributions, as
//! published for PARC 3 and PolNeAR. Sentiment is the macro F1 of NewsMTSC, segmentation follows the CoNLL 2018 shared
//! task, and actors are scored by MUC, B-cubed, CEAF and GAP. Speakers count as right, not found, without a name or wrong.
//! Links count by the ids of a knowledge base, identities by pairs of names.
//! All figures are percentages. If rows have scores, their calibration is reported too.

mod actors;
mod calibration;
mod entities;
mod figures;
mod groups;
mod identities;
mod links;
mod metric;
mod quotes;
mod segmentation;
mod sentiment;
mod speakers;
mod table;
mod worst;

use serde_json::Value;

use crate::gold::Gold;
use crate::prediction::Prediction;

pub use actors::{ActorScorer, with_names};
pub use entities::{EntityScorer, LabelMap, LabelMapError};
pub use identities::IdentityScorer;
pub use links::{GoldEntries, LinkScorer, with_linked_names};
pub use metric::{metric, metrics};
pub use quotes::{QuoteScorer, ROLES};
pub use segmentation::SegmentationScorer;
pub use sentiment::SentimentScorer;
pub use speakers::SpeakerScorer;
pub use worst::Worst;

/// Scores predictions, one document after another.
pub trait Scorer {
    /// The gold data it scores against.
    type Gold: Gold;

    /// Counts a document and returns the differences. The prediction is `None` if the pipeline gave none.
    ///
    /// # Errors
    /// If predicted spans cannot be spans of the text.
    fn add(&mut self, gold: &Self::Gold, found: Option<&Prediction>) -> Result<Vec<Difference>, String>;

    /// All figures so far.
    fn scores(&self) -> Value;

    /// Returns the figures as a table for people, with the confusions if the task has classes.
    fn table(&self) -> String;
}

/// One difference between a prediction and the gold data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its span, in code points.
    pub span: [u32; 2],
    /// The gold value, or `None` if gold has nothing there.
    pub gold: Option<String>,
    /// The predicted value, or `None` if nothing was found.
    pub found: Option<String>,
}
