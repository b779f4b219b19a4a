//! The recogniser: a model read from its file, and the analysis of one document with it.

use copydesk_model::sequence::{Scratch as ChainScratch, SequenceModel};
use copydesk_model::{ModelError, ModelFile};
use copydesk_sdk::Span;

use crate::features::Features;
use crate::knowledge::Knowledge;
use crate::words::Pieces;

/// The kind that a model file must have.
pub const KIND: &str = "ner";

/// A name found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entity {
    /// Its bytes; the ends are ends of tokens, or of parts of tokens at a hyphen or slash.
    pub span: Span,
    /// Row of [`Recognizer::labels`].
    pub label: u16,
    /// Posterior probability of exactly this span with this label.
    pub score: f32,
}

/// What a tag says of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Begin(u16),
    Inside(u16),
    End(u16),
    Single(u16),
}

/// A trained model, shared between threads.
#[derive(Debug, Clone)]
pub struct Recognizer<'a> {
    chain: SequenceModel<'a>,
    knowledge: Knowledge<'a>,
    labels: Vec<String>,
    places: Vec<Place>,
}

/// Memory that is reused from document to document.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pieces: Pieces,
    features: Features,
    emissions: Vec<f32>,
    chain: ChainScratch,
    tags: Vec<u16>,
    marginals: Vec<f32>,
}

impl<'a> Recognizer<'a> {
    /// Reads a model file's bytes; the weights borrow from them.
    ///
    /// # Errors
    /// If the bytes are no model of this kind, or damaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::parse(bytes)?;
        file.require_kind(KIND)?;
        Ok(Self::new(SequenceModel::read(&file, "names")?, Knowledge::read(&file)?))
    }

    pub(crate) fn new(chain: SequenceModel<'a>, knowledge: Knowledge<'a>) -> Self {
        let mut labels: Vec<String> = Vec::new();
        let mut places = Vec::with_capacity(chain.tags().len());
        for tag in chain.tags() {
            let Some((place, label)) = tag.split_once('-') else {
                places.push(Place::Outside);
                continue;
            };
            let row = labels.iter().position(|l| l == label).unwrap_or_else(|| {
                labels.push(label.to_owned());
                labels.len() - 1
            }) as u16;
            places.push(match place {
                "B" => Place::Begin(row),
                "I" => Place::Inside(row),
                "E" => Place::End(row),
                _ => Place::Single(row),
            });
        }
        Self { chain, knowledge, labels, places }
    }

    /// The labels that the model gives.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Replaces `out` by the names in a text, in order and not overlapping. `sentences` holds the sentence of each
    /// token.
    pub fn recognize(
        &self,
        text: &str,
        tokens: &[Span],
        sentences: &[u32],
        scratch: &mut Scratch,
        out: &mut Vec<Entity>,
    ) {
        out.clear();
        scratch.pieces.read(text, tokens, sentences, &self.knowledge);
        let mut begin = 0;
        for i in 0..scratch.pieces.sequence_ends.len() {
            let Some(end) = scratch.pieces.sequence_ends.get(i).map(|&end| end as usize) else { break };
            scratch.features.extract(&scratch.pieces, begin, end, &self.knowledge);
            self.chain.emissions(&scratch.features.values, &scratch.features.ends, &mut scratch.emissions);
            self.chain.viterbi(&scratch.emissions, &mut scratch.chain, &mut scratch.tags);
            self.collect(begin, scratch, out);
            begin = end;
        }
    }

    /// Adds the names that the tags of the sequence from `begin` on mark.
    fn collect(&self, begin: usize, scratch: &mut Scratch, out: &mut Vec<Entity>) {
        let place = |tag: &u16| self.places.get(*tag as usize).copied().unwrap_or(Place::Outside);
        if scratch.tags.iter().all(|tag| place(tag) == Place::Outside) {
            return;
        }
        self.chain.marginals(&scratch.emissions, &mut scratch.chain, &mut scratch.marginals);
        let mut first = 0;
        for (i, tag) in scratch.tags.iter().enumerate() {
            let label = match place(tag) {
                Place::Begin(_) => {
                    first = i;
                    continue;
                }
                Place::Outside | Place::Inside(_) => continue,
                Place::End(label) => label,
                Place::Single(label) => {
                    first = i;
                    label
                }
            };
            let own = scratch.tags.get(first..=i).unwrap_or_default();
            let ends = (scratch.pieces.pieces.get(begin + first), scratch.pieces.pieces.get(begin + i));
            if let (Some(start), Some(end)) = ends {
                let span = start.span.cover(end.span);
                let score = self.chain.path_probability(&scratch.chain, first, own);
                out.push(Entity { span, label, score });
            }
        }
    }
}
