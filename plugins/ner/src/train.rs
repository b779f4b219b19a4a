//! Training: from documents in memory to a model file.

use std::ops::ControlFlow;

use copydesk_model::sequence::{Constraints, Options as ChainOptions, Sequence, train as train_chain};
use copydesk_model::{ModelError, ModelWriter};
use copydesk_sdk::Span;

use crate::features::Features;
use crate::knowledge::Knowledge;
use crate::recognizer::{Entity, KIND, Recognizer, Scratch};
use crate::words::Pieces;

/// A document with its names marked by hand.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The text.
    pub text: String,
    /// Its tokens, in order.
    pub tokens: Vec<Span>,
    /// The sentence of each token.
    pub sentences: Vec<u32>,
    /// Its names with their labels, in order and not overlapping.
    pub entities: Vec<(Span, String)>,
}

/// How to train.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The sequence model's options.
    pub chain: ChainOptions,
}

/// Exact-span counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Names found with the right span and label.
    pub right: usize,
    /// Names found.
    pub found: usize,
    /// Names marked by hand.
    pub gold: usize,
}

impl Counts {
    /// Harmonic mean of precision and recall, from 0 to 100.
    pub fn f1(&self) -> f64 {
        if self.right == 0 { 0.0 } else { 200.0 * self.right as f64 / (self.found + self.gold) as f64 }
    }
}

/// What is known after a pass.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Which pass, from one.
    pub epoch: u32,
    /// Mean negative log-likelihood of a piece.
    pub loss: f64,
    /// Features in use.
    pub features: usize,
    /// Score on the development documents.
    pub dev: Counts,
}

/// Trains a model and gives the bytes of its file. `metadata` should be a JSON object.
///
/// # Errors
/// If the documents have no tokens or no names.
pub fn train(
    documents: &[Document],
    dev: &[Document],
    knowledge: &Knowledge<'static>,
    options: &Options,
    metadata: &str,
    mut progress: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Vec<u8>, ModelError> {
    let tags = tags_of(documents)?;
    let sequences = sequences_of(documents, &tags, knowledge);
    let constraints = Constraints::from_names(&tags);
    let chain = train_chain(&tags, &constraints, &sequences, &options.chain, |p| {
        let recognizer = Recognizer::new((p.model)(), knowledge.clone());
        let dev = evaluate(&recognizer, dev);
        progress(&Progress { epoch: p.epoch, loss: p.loss, features: p.features, dev })
    })?;
    let mut writer = ModelWriter::new(KIND, metadata);
    chain.write(&mut writer, "names");
    knowledge.write(&mut writer);
    Ok(writer.finish())
}

/// `O`, then begin, inside, end and single of each label in alphabetical order.
fn tags_of(documents: &[Document]) -> Result<Vec<String>, ModelError> {
    let mut labels: Vec<&str> = documents.iter().flat_map(|d| &d.entities).map(|(_, label)| label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    if labels.is_empty() {
        return Err(ModelError::training("no names in the training documents"));
    }
    let mut tags = vec!["O".to_owned()];
    for label in labels {
        tags.extend(["B", "I", "E", "S"].map(|place| format!("{place}-{label}")));
    }
    Ok(tags)
}

fn sequences_of(documents: &[Document], tags: &[String], knowledge: &Knowledge<'_>) -> Vec<Sequence> {
    let mut out = Vec::new();
    let (mut pieces, mut features) = (Pieces::default(), Features::default());
    for document in documents {
        pieces.read(&document.text, &document.tokens, &document.sentences, knowledge);
        let gold = gold_tags(document, &pieces, tags);
        let mut begin = 0;
        for &end in &pieces.sequence_ends {
            features.extract(&pieces, begin, end as usize, knowledge);
            let tags = gold.get(begin..end as usize).unwrap_or_default().to_vec();
            out.push(Sequence { features: features.values.clone(), ends: features.ends.clone(), tags });
            begin = end as usize;
        }
    }
    out
}

/// The tag of each piece. A name whose ends are not those of pieces takes the pieces it touches; one that
/// crosses sequences is left out.
fn gold_tags(document: &Document, pieces: &Pieces, tags: &[String]) -> Vec<u16> {
    let mut out = vec![0u16; pieces.pieces.len()];
    for (span, label) in &document.entities {
        let first = pieces.pieces.partition_point(|p| p.span.end <= span.start);
        let last = pieces.pieces.partition_point(|p| p.span.start < span.end);
        let crosses = pieces.sequence_ends.iter().any(|&end| first < end as usize && (end as usize) < last);
        let Some(row) = tags.iter().position(|tag| tag.strip_prefix("B-") == Some(label)) else { continue };
        if first >= last || crosses || out.get(first..last).is_none_or(|own| own.iter().any(|&t| t != 0)) {
            continue;
        }
        for (i, slot) in out.iter_mut().enumerate().take(last).skip(first) {
            let place = match (i == first, i + 1 == last) {
                (true, true) => 3,
                (true, false) => 0,
                (false, false) => 1,
                (false, true) => 2,
            };
            *slot = (row + place) as u16;
        }
    }
    out
}

/// Counts names that a recogniser finds with exactly the right span and label.
pub fn evaluate(recognizer: &Recognizer<'_>, documents: &[Document]) -> Counts {
    let (mut scratch, mut found) = (Scratch::default(), Vec::<Entity>::new());
    let mut counts = Counts::default();
    for document in documents {
        recognizer.recognize(&document.text, &document.tokens, &document.sentences, &mut scratch, &mut found);
        counts.found += found.len();
        counts.gold += document.entities.len();
        for (span, label) in &document.entities {
            let own = found.iter().find(|e| e.span == *span);
            let name = own.and_then(|e| recognizer.labels().get(e.label as usize));
            counts.right += usize::from(name == Some(label));
        }
    }
    counts
}
