//! The model file: a word lexicon, the tagger of the first pass, the linker of the second, the acts of cues.

use copydesk_model::lookup::Lookup;
use copydesk_model::sequence::SequenceModel;
use copydesk_model::{Curve, ModelError, ModelFile};

use crate::tagging::TAGS;

/// The kind in a model file.
pub const KIND: &str = "quotes";

/// The parts of a trained model.
#[derive(Clone, Debug)]
pub struct Models<'a> {
    /// Word hash to classes: how surely a word is a cue or part of a source, and its cluster.
    pub lexicon: Lookup<'a>,
    /// First pass.
    pub tagger: SequenceModel<'a>,
    /// Second pass.
    pub linker: SequenceModel<'a>,
    /// How sure an attribution must be.
    pub threshold: f32,
    /// Added to the score of a source's first word of an accepted attribution. Nearly all have a source, and the linker
    /// finds too few.
    pub source_bias: f32,
    /// From the score of an attribution to the probability that its content and source are right.
    pub curve: Curve,
}

impl<'a> Models<'a> {
    /// Reads a model file.
    ///
    /// # Errors
    /// If the bytes are no model of quotes or a part of it is broken.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::parse(bytes)?;
        file.require_kind(KIND)?;
        let tagger = SequenceModel::read(&file, "tagger")?;
        let linker = SequenceModel::read(&file, "linker")?;
        for model in [&tagger, &linker] {
            if model.tags() != TAGS {
                return Err(ModelError::section("tagger.chain", "its tags are not those of quotes"));
            }
        }
        let tuning = file.require("tuning")?;
        let number = |i: usize| tuning.get(i * 4..)?.first_chunk::<4>().map(|bytes| f32::from_le_bytes(*bytes));
        let bad = || ModelError::section("tuning", "it is not two numbers, a probability and a score");
        let threshold = number(0).filter(|t| (0.0..=1.0).contains(t)).ok_or_else(bad)?;
        let source_bias = number(1).filter(|b| b.is_finite()).ok_or_else(bad)?;
        let (lexicon, curve) = (Lookup::read(&file, "lexicon")?, Curve::read(&file)?);
        Ok(Models { lexicon, tagger, linker, threshold, source_bias, curve })
    }
}
