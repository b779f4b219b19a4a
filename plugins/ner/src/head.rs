//! Names by a head over the vectors of the encoder: tags of tokens, decoded sentence by sentence.

use std::ops::Range;

use copydesk_model::heads::{Decoder, NamesHead, Vectors};
use copydesk_model::sequence::Scratch as ChainScratch;
use copydesk_model::{ModelError, ModelFile};
use copydesk_sdk::{ModelBytes, Span};
use copydesk_text::EntityLabel;

use crate::agreement::Elsewhere;
use crate::blend::Blend;
use crate::held::{HeldKnowledge, HeldRecognizer};
use crate::knowledge::Knowledge;
use crate::places::MergedPlaces;
use crate::recognizer::{Entity, Scratch};

/// A sequence longer than this is cut: memory of the decoder stays bounded on a text without sentences.
const LONGEST_SEQUENCE: usize = 256;

/// Finds names by their vectors; shared between threads.
#[derive(Debug)]
pub struct HeadRecognizer {
    head: NamesHead,
    decoder: Decoder,
    labels: Vec<String>,
    merged_places: Option<MergedPlaces>,
    knowledge: HeldKnowledge,
    blend: Option<Blend>,
}

/// Memory that is reused from document to document.
#[derive(Debug, Clone, Default)]
pub struct HeadScratch {
    layers: (Vec<f32>, Vec<f32>),
    emissions: Vec<f32>,
    tags: Vec<u16>,
    chain: ChainScratch,
    linear: Scratch,
    /// The scores of all tags, a row a token of the document.
    scores: Vec<f32>,
    elsewhere: Elsewhere,
}

/// Returns the label of a type, as the layer spells it. An unknown type is its own label.
fn label(name: &str) -> String {
    EntityLabel::of(name).map_or_else(|| name.to_uppercase(), |label| label.as_str().to_owned())
}

impl HeadRecognizer {
    /// Makes a recogniser with this head. `linear` is a linear model. Its word lists tell states and towns from other
    /// places. `blend` is added with the weight of the head's file.
    ///
    /// # Errors
    /// If the linear model has no word lists.
    pub fn new(head: NamesHead, linear: ModelBytes, blend: Option<HeldRecognizer>) -> Result<Self, ModelError> {
        let decoder = Decoder::new(&head.tags())?;
        let knowledge = HeldKnowledge::try_new(linear, |linear| Knowledge::read(&ModelFile::parse(linear)?))?;
        let mut labels: Vec<String> = head.types().iter().map(|name| label(name)).collect();
        let blend = blend.map(|linear| Blend::new(linear, &labels, head.blend));
        let merged_places = MergedPlaces::new(&mut labels);
        Ok(Self { head, decoder, labels, merged_places, knowledge, blend })
    }

    /// The labels that it gives.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Width of the vectors that it reads.
    pub fn width(&self) -> usize {
        self.head.width()
    }

    /// Replaces `out` by the names in a text, in order and not overlapping. `sentences` holds the sentence of each
    /// token.
    pub fn recognize(
        &self,
        text: &str,
        tokens: &[Span],
        sentences: &[u32],
        vectors: &Vectors<'_>,
        scratch: &mut HeadScratch,
        out: &mut Vec<Entity>,
    ) {
        out.clear();
        let width = self.decoder.width();
        let HeadScratch { layers, emissions, linear, scores, elsewhere, .. } = &mut *scratch;
        scores.clear();
        match &self.blend {
            Some(blend) => blend.read(text, tokens, sentences, width, linear, scores),
            None => scores.resize(tokens.len() * width, 0.0),
        }
        let share = if self.blend.is_some() { 1.0 / self.head.blend_temperature } else { 1.0 };
        elsewhere.clear();
        for range in sequences(sentences) {
            self.head.emissions(vectors, range.clone(), width, layers, emissions);
            let rows = scores.get_mut(range.start * width..range.end * width).unwrap_or_default();
            rows.iter_mut().zip(emissions.iter()).for_each(|(score, own)| *score = (own + *score) * share);
            for (token, row) in tokens.get(range).unwrap_or_default().iter().zip(rows.chunks_exact(width)) {
                elsewhere.count(text, *token, row.get(..self.decoder.tags().len()).unwrap_or_default());
            }
        }
        for range in sequences(sentences) {
            self.sequence(text, tokens, range, scratch, out);
        }
    }

    /// Adds the names of one sequence.
    fn sequence(
        &self,
        text: &str,
        tokens: &[Span],
        range: Range<usize>,
        scratch: &mut HeadScratch,
        out: &mut Vec<Entity>,
    ) {
        let (begin, width, tags) = (range.start, self.decoder.width(), self.decoder.tags().len());
        let HeadScratch { scores, elsewhere, chain, tags: found, .. } = scratch;
        let scores = scores.get_mut(begin * width..range.end * width).unwrap_or_default();
        for (token, row) in tokens.get(range).unwrap_or_default().iter().zip(scores.chunks_exact_mut(width)) {
            elsewhere.add(text, *token, row.get_mut(..tags).unwrap_or_default());
        }
        self.decoder.best(scores, chain, found);
        if found.iter().all(|tag| *tag == 0) {
            return;
        }
        self.decoder.posterior(scores, chain);
        let mut first = 0;
        for (at, tag) in found.iter().enumerate() {
            // Outside; then begin, inside, end and single of each label.
            let Some(inside) = tag.checked_sub(1) else { continue };
            let (label, place) = (inside / 4, inside % 4);
            if matches!(place, 0 | 3) {
                first = at;
            }
            if !matches!(place, 2 | 3) {
                continue;
            }
            let (Some(start), Some(end)) = (tokens.get(begin + first), tokens.get(begin + at)) else { continue };
            if start.start >= end.end {
                continue;
            }
            let span = Span::new(start.start, end.end);
            let own = found.get(first..=at).unwrap_or_default();
            let score = self.head.curve.of(self.decoder.probability(chain, first, own));
            let label = self.merged_places.as_ref().map_or(label, |places| {
                places.label_of_name(label, span.get(text).unwrap_or_default(), self.knowledge.borrow_dependent())
            });
            out.push(Entity { span, label, score });
        }
    }
}

/// The sentences, as ranges of tokens. A longer one than [`LONGEST_SEQUENCE`] is cut.
fn sequences(sentences: &[u32]) -> impl Iterator<Item = Range<usize>> {
    let mut begin = 0;
    std::iter::from_fn(move || {
        let rest = sentences.get(begin..).unwrap_or_default();
        let sentence = rest.first()?;
        let length = rest.iter().take(LONGEST_SEQUENCE).position(|own| own != sentence);
        let range = begin..begin + length.unwrap_or(rest.len().min(LONGEST_SEQUENCE));
        begin = range.end;
        Some(range)
    })
}
