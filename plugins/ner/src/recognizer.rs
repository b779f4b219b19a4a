//! The recogniser: a model read from its file, and the analysis of one document with it.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use copydesk_model::sequence::{Scratch as ChainScratch, SequenceModel};
use copydesk_model::{Curve, ModelError, ModelFile, ModelWriter};
use copydesk_sdk::Span;

use crate::consistency::{Memory, Place};
use crate::features::Features;
use crate::knowledge::Knowledge;
use crate::memo::Source;
use crate::pieces::{Piece, Pieces};
use crate::places::MergedPlaces;

/// The kind that a model file must have.
pub const KIND: &str = "ner";

/// A name found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entity {
    /// Its bytes; the ends are ends of tokens, or of parts of tokens at a hyphen or slash.
    pub span: Span,
    /// Row of [`Recognizer::labels`].
    pub label: u16,
    /// Probability of exactly this span with this label.
    pub score: f32,
}

/// The second pass looks at so many pieces at a time at most: memory stays bounded on any text.
const WINDOW: usize = 1 << 14;

/// A trained model, shared between threads.
#[derive(Debug, Clone)]
pub struct Recognizer<'a> {
    chain: SequenceModel<'a>,
    knowledge: Knowledge<'a>,
    /// From a posterior probability to the share that is right.
    curve: Curve,
    labels: Vec<String>,
    places: Vec<Place>,
    /// No other model of the process has this number, but for copies.
    number: u64,
    merged_places: Option<MergedPlaces>,
}

/// Memory that is reused from document to document.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pub(crate) pieces: Pieces,
    features: Features,
    memory: Memory,
    /// Of all pieces of the window.
    emissions: Vec<f32>,
    /// The range of the current sequence among them.
    sequence: Range<usize>,
    pub(crate) found: Vec<Place>,
    chain: ChainScratch,
    tags: Vec<u16>,
    /// Of the first pass, for all pieces of the window.
    first_tags: Vec<u16>,
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
        let curve = Curve::read(&file)?;
        Ok(Self { curve, ..Self::new(SequenceModel::read(&file, "names")?, Knowledge::read(&file)?) })
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
        let merged_places = MergedPlaces::new(&mut labels);
        static MODELS: AtomicU64 = AtomicU64::new(1);
        let number = MODELS.fetch_add(1, Ordering::Relaxed);
        Self { chain, knowledge, curve: Curve::default(), labels, places, number, merged_places }
    }

    #[cfg(test)]
    pub(crate) fn parts(&self) -> (&SequenceModel<'a>, &Knowledge<'a>) {
        (&self.chain, &self.knowledge)
    }

    /// How many labels the tags have.
    pub(crate) fn tagged_labels(&self) -> usize {
        self.labels.len() - usize::from(self.merged_places.is_some())
    }

    /// The labels that the model gives.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(crate) fn write(&self, writer: &mut ModelWriter) {
        self.chain.write(writer, "names");
        self.knowledge.write(writer);
    }

    /// Shifts the scores of each label's tags.
    pub(crate) fn set_bias(&mut self, bias: &[f32]) {
        for (tag, place) in self.places.iter().enumerate() {
            let label = place.label().checked_sub(1);
            if let Some(&bias) = label.and_then(|label| bias.get(label)) {
                self.chain.set_bias(tag, bias);
            }
        }
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &[String] {
        self.chain.tags()
    }

    /// Returns how many numbers a piece has in the output of [`Recognizer::marginals`].
    pub(crate) fn width(&self) -> usize {
        self.chain.width()
    }

    /// Returns the tag probabilities of the sequence in the scratch, a row a piece, and its pieces.
    pub(crate) fn marginals<'s>(&self, begin: usize, scratch: &'s mut Scratch) -> (&'s [f32], &'s [Piece]) {
        let emissions = scratch.emissions.get(scratch.sequence.clone()).unwrap_or_default();
        self.chain.marginals(emissions, &mut scratch.chain, &mut scratch.marginals);
        let count = emissions.len() / self.chain.width().max(1);
        (&scratch.marginals, scratch.pieces.pieces.get(begin..begin + count).unwrap_or_default())
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
        self.score(text, tokens, sentences, scratch, &mut |begin, scratch| self.collect(begin, scratch, out));
    }

    /// Scores and tags a text in both passes. `each` is called with the first piece of each sequence, when its scores and
    /// tags are in the scratch.
    pub(crate) fn score(
        &self,
        text: &str,
        tokens: &[Span],
        sentences: &[u32],
        scratch: &mut Scratch,
        each: &mut impl FnMut(usize, &mut Scratch),
    ) {
        scratch.pieces.read_with(text, tokens, sentences, &self.source());
        let ends = std::mem::take(&mut scratch.pieces.sequence_ends);
        let mut begin = 0;
        let mut rest = &ends[..];
        while let Some(&first_end) = rest.first() {
            let limit = (begin + WINDOW).max(first_end as usize);
            let count = rest.partition_point(|&end| end as usize <= limit);
            let (own, tail) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = tail;
            self.first_pass(begin, own, scratch);
            self.second_pass(begin, own, scratch, each);
            begin = own.last().map_or(begin, |&end| end as usize);
        }
        scratch.pieces.sequence_ends = ends;
    }

    /// Finds the tags of a training document by the first pass alone. They stay in the scratch.
    pub(crate) fn first_pass_of(&self, text: &str, tokens: &[Span], sentences: &[u32], scratch: &mut Scratch) {
        scratch.pieces.read_with(text, tokens, sentences, &self.source());
        let ends = std::mem::take(&mut scratch.pieces.sequence_ends);
        self.first_pass(0, &ends, scratch);
        scratch.pieces.sequence_ends = ends;
    }

    fn source(&self) -> Source<'_> {
        Source { knowledge: &self.knowledge, model: Some((&self.chain, self.number)) }
    }

    /// Scores and tags each sequence by itself.
    fn first_pass(&self, begin: usize, ends: &[u32], scratch: &mut Scratch) {
        scratch.emissions.clear();
        scratch.found.clear();
        scratch.first_tags.clear();
        let mut start = begin;
        for &end in ends {
            scratch.features.extract(&scratch.pieces, start, end as usize, &self.knowledge);
            let Features { values, ends, parts, .. } = &scratch.features;
            let first = scratch.emissions.len();
            self.chain.append_emissions(values, ends, parts, scratch.pieces.memo.sums(), &mut scratch.emissions);
            let own = scratch.emissions.get(first..).unwrap_or_default();
            self.chain.viterbi(own, &mut scratch.chain, &mut scratch.tags);
            scratch.first_tags.extend_from_slice(&scratch.tags);
            let places =
                scratch.tags.iter().map(|&tag| self.places.get(tag as usize).copied().unwrap_or(Place::Outside));
            scratch.found.extend(places);
            start = end as usize;
        }
    }

    /// Tags each sequence again with the first pass's output for other places, and hands it on.
    fn second_pass(
        &self,
        begin: usize,
        ends: &[u32],
        scratch: &mut Scratch,
        each: &mut impl FnMut(usize, &mut Scratch),
    ) {
        scratch.memory.fill(&scratch.pieces, begin, &scratch.found, self.tagged_labels());
        let width = self.chain.width();
        let mut start = begin;
        for &end in ends {
            let (first, last) = (start - begin, end as usize - begin);
            scratch.features.clear();
            for i in first..last {
                scratch.memory.features(&scratch.pieces, begin, i, &scratch.found, &mut scratch.features.values);
                scratch.features.end_piece();
            }
            scratch.sequence = first * width..last * width;
            let own = scratch.emissions.get_mut(scratch.sequence.clone()).unwrap_or_default();
            if !scratch.features.values.is_empty() {
                self.chain.add(&scratch.features.values, &scratch.features.ends, own);
                self.chain.viterbi(own, &mut scratch.chain, &mut scratch.tags);
            } else {
                // Nothing new: the tags of the first pass.
                scratch.tags.clear();
                scratch.tags.extend_from_slice(scratch.first_tags.get(first..last).unwrap_or_default());
            }
            each(start, scratch);
            start = end as usize;
        }
    }

    /// Adds the names that the tags of the sequence from `begin` on mark.
    fn collect(&self, begin: usize, scratch: &mut Scratch, out: &mut Vec<Entity>) {
        let place = |tag: &u16| self.places.get(*tag as usize).copied().unwrap_or(Place::Outside);
        if scratch.tags.iter().all(|tag| place(tag) == Place::Outside) {
            return;
        }
        let own = scratch.emissions.get(scratch.sequence.clone()).unwrap_or_default();
        self.chain.posterior(own, &mut scratch.chain);
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
                let own_pieces = scratch.pieces.pieces.get(begin + first..=begin + i).unwrap_or_default();
                let label = self
                    .merged_places
                    .as_ref()
                    .map_or(label, |places| places.label(label, own_pieces, &scratch.pieces, &self.knowledge));
                let score = self.curve.of(self.chain.path_probability(&scratch.chain, first, own));
                out.push(Entity { span, label, score });
            }
        }
    }
}
