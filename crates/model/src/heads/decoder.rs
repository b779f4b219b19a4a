//! Decoding of tags that a head scored: the constraints of BIO and BIOES, without learned transitions.

use crate::error::ModelError;
use crate::sequence::{Constraints, Scratch, SequenceModel, Transitions};
use crate::table::{Table, width_for};

/// Finds the best sequence of tags, and the probability of its parts. The names of the tags may forbid some sequences
/// ([`Constraints::from_names`]).
#[derive(Debug, Clone)]
pub struct Decoder(SequenceModel<'static>);

impl Decoder {
    /// A decoder of these tags.
    ///
    /// # Errors
    /// If there are none or too many.
    pub fn new<S: AsRef<str>>(tags: &[S]) -> Result<Self, ModelError> {
        let width = width_for(tags.len()).filter(|_| (1..=255).contains(&tags.len()));
        let width = width.ok_or_else(|| ModelError::training(format!("{} tags cannot be decoded", tags.len())))?;
        let transitions = Transitions::new(tags.len(), width, &Constraints::from_names(tags));
        let names = tags.iter().map(|tag| tag.as_ref().to_owned()).collect();
        Ok(Decoder(SequenceModel::new(names, Table::build(&[], &[], width), transitions)))
    }

    /// The tags.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        self.0.tags()
    }

    /// Numbers a token in emissions: at least one a tag.
    #[must_use]
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// Replaces `out` by the best sequence of tags for rows of [`Decoder::width`] scores.
    pub fn best(&self, emissions: &[f32], scratch: &mut Scratch, out: &mut Vec<u16>) {
        self.0.viterbi(emissions, scratch, out);
    }

    /// Replaces `out` by the probability of each tag at each token, over all sequences that are allowed.
    pub fn marginals(&self, emissions: &[f32], scratch: &mut Scratch, out: &mut Vec<f32>) {
        self.0.marginals(emissions, scratch, out);
    }

    /// Leaves the state for [`Decoder::probability`] in the scratch.
    pub fn posterior(&self, emissions: &[f32], scratch: &mut Scratch) {
        self.0.posterior(emissions, scratch);
    }

    /// The probability that the tokens from `first` on have exactly these tags, after [`Decoder::posterior`].
    #[must_use]
    pub fn probability(&self, scratch: &Scratch, first: usize, tags: &[u16]) -> f32 {
        self.0.path_probability(scratch, first, tags)
    }
}

/// Appends the logarithms of the softmax of `scores` divided by `temperature` to `out`, padded with zeros to `width`
/// numbers.
pub fn log_softmax(scores: &[f32], temperature: f32, width: usize, out: &mut Vec<f32>) {
    let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|score| ((score - greatest) / temperature).exp()).sum();
    let shift = sum.ln();
    let end = out.len() + width;
    out.extend(scores.iter().map(|score| (score - greatest) / temperature - shift));
    out.resize(end, 0.0);
}
