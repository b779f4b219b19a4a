//! Training: from documents in memory to a model file.

use copydesk_model::sequence::{Constraints, Options as ChainOptions, Sequence, train_resumable};
use copydesk_model::session::{Keeper, Next};
use copydesk_model::{ModelError, ModelWriter};
use copydesk_sdk::Span;
use copydesk_text::EntityLabel;

use crate::consistency::Memory;
use crate::features::Features;
use crate::knowledge::Knowledge;
use crate::pieces::Pieces;
use crate::recognizer::{Entity, KIND, Recognizer, Scratch};

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
#[derive(Debug, Clone)]
pub struct Options {
    /// The sequence model's options.
    pub chain: ChainOptions,
    /// The number of parts of the documents. A model of the other parts finds the names of each part, and the second
    /// pass learns from these. With less than two, there is no second pass.
    pub folds: usize,
    /// The folds' passes over the data.
    pub fold_epochs: u32,
    /// True to balance the labels on the development documents at the end.
    pub tune: bool,
}

impl Default for Options {
    fn default() -> Self {
        // The best of a dozen trainings on worldwide-newswire by its development part; `min_count` is three because
        // each feature is seen by both passes.
        let chain = ChainOptions {
            epochs: 10,
            l2: 1.5,
            dropout: 0.5,
            min_count: 3,
            max_features: 88_000,
            prune_after: 4,
            ..ChainOptions::default()
        };
        Self { chain, folds: 4, fold_epochs: 5, tune: true }
    }
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

/// The state after a pass.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The number of the pass, from one.
    pub epoch: u32,
    /// The part that this model is trained for, or `None` for the final one.
    pub fold: Option<usize>,
    /// Mean negative log-likelihood of a piece.
    pub loss: f64,
    /// Features in use.
    pub features: usize,
    /// Score on the development documents.
    pub dev: Counts,
}

/// Trains a model and gives the bytes of its file. `metadata` should be a JSON object. Of the answers of `progress`
/// only those to passes of the final model count.
///
/// # Errors
/// If the documents have no tokens or no names, or `keeper` has the state of another training.
pub fn train(
    documents: &[Document],
    dev: &[Document],
    knowledge: &Knowledge<'static>,
    options: &Options,
    metadata: &str,
    keeper: &mut dyn Keeper,
    mut progress: impl FnMut(&Progress) -> Next,
) -> Result<Vec<u8>, ModelError> {
    let tags = tags_of(documents)?;
    let mut sequences: Vec<Sequence> = Vec::new();
    let mut views = Vec::new();
    for document in documents {
        let own = sequences_of(document, &tags, knowledge);
        views.push(sequences.len()..sequences.len() + own.len());
        sequences.extend(own);
    }
    let constraints = Constraints::from_names(&tags);
    let single = sequences.len();
    for fold in 0..if options.folds < 2 { 0 } else { options.folds } {
        let inside = |i: usize| i % options.folds == fold;
        let rest = views.iter().enumerate().filter(|(i, _)| !inside(*i));
        let rest: Vec<Sequence> =
            rest.flat_map(|(_, view)| sequences.get(view.clone()).unwrap_or_default()).cloned().collect();
        let epochs = options.fold_epochs;
        let chain = ChainOptions { epochs, prune_after: epochs.div_ceil(2), average: 2, ..options.chain.clone() };
        let stage = format!("part-{fold}");
        let chain = train_resumable(&tags, &constraints, &rest, &chain, &stage, keeper, |p| {
            progress(&Progress {
                epoch: p.epoch,
                fold: Some(fold),
                loss: p.loss,
                features: p.features,
                dev: Counts::default(),
            });
            Next::GoOn
        })?;
        let recognizer = Recognizer::new(chain, knowledge.clone());
        for (i, (document, view)) in documents.iter().zip(&views).enumerate() {
            if inside(i) {
                let own = second_view(document, sequences.get(view.clone()).unwrap_or_default(), &recognizer);
                sequences.extend(own);
            }
        }
    }
    debug_assert!(options.folds < 2 || sequences.len() == 2 * single);
    let chain = train_resumable(&tags, &constraints, &sequences, &options.chain, "names", keeper, |p| {
        let dev = evaluate(&Recognizer::new((p.model)(), knowledge.clone()), dev);
        progress(&Progress { epoch: p.epoch, fold: None, loss: p.loss, features: p.features, dev })
    })?;
    let mut recognizer = Recognizer::new(chain, knowledge.clone());
    if options.tune && !dev.is_empty() {
        tune(&mut recognizer, dev);
    }
    let mut writer = ModelWriter::new(KIND, metadata);
    recognizer.write(&mut writer);
    Ok(writer.finish())
}

/// Shifts the scores of labels, first of all together and then of each, if the development score gains by it.
fn tune(recognizer: &mut Recognizer<'_>, dev: &[Document]) {
    let labels = recognizer.tagged_labels();
    let mut best = evaluate(recognizer, dev).f1();
    let mut bias = vec![0f32; labels];
    for step in [0.4f32, 0.2] {
        for group in std::iter::once(0..labels).chain((0..labels).map(|label| label..label + 1)) {
            for direction in [step, -step] {
                while bias.iter().all(|b| b.abs() < MOST_BIAS) {
                    let mut tried = bias.clone();
                    for slot in tried.iter_mut().take(group.end).skip(group.start) {
                        *slot += direction;
                    }
                    recognizer.set_bias(&tried);
                    let score = evaluate(recognizer, dev).f1();
                    if score < best + LEAST_GAIN {
                        break;
                    }
                    (best, bias) = (score, tried);
                }
            }
        }
    }
    recognizer.set_bias(&bias);
}

/// A shift must gain so much: development documents are few, and smaller gains are chance.
const LEAST_GAIN: f64 = 0.04;
/// Shifts beyond this would be a fault of the model.
const MOST_BIAS: f32 = 1.5;

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

/// The sequences of a document, as the first pass sees them.
fn sequences_of(document: &Document, tags: &[String], knowledge: &Knowledge<'_>) -> Vec<Sequence> {
    let (mut pieces, mut features) = (Pieces::default(), Features::default());
    pieces.read(&document.text, &document.tokens, &document.sentences, knowledge);
    let gold = gold_tags(document, &pieces, tags);
    let mut out = Vec::with_capacity(pieces.sequence_ends.len());
    let mut begin = 0;
    for &end in &pieces.sequence_ends {
        features.extract(&pieces, begin, end as usize, knowledge);
        let tags = gold.get(begin..end as usize).unwrap_or_default().to_vec();
        out.push(Sequence { features: features.values.clone(), ends: features.ends.clone(), tags });
        begin = end as usize;
    }
    out
}

/// The same sequences as the second pass sees them, after a first pass by a model that has not seen the document.
fn second_view(document: &Document, sequences: &[Sequence], recognizer: &Recognizer<'_>) -> Vec<Sequence> {
    let mut scratch = Scratch::default();
    recognizer.first_pass_of(&document.text, &document.tokens, &document.sentences, &mut scratch);
    let mut memory = Memory::default();
    memory.fill(&scratch.pieces, 0, &scratch.found, recognizer.tagged_labels());
    let mut at = 0;
    let mut out = Vec::with_capacity(sequences.len());
    for sequence in sequences {
        let mut view = Sequence { tags: sequence.tags.clone(), ..Sequence::default() };
        let mut begin = 0;
        for &end in &sequence.ends {
            view.features.extend_from_slice(sequence.features.get(begin..end as usize).unwrap_or_default());
            memory.features(&scratch.pieces, 0, at, &scratch.found, &mut view.features);
            view.ends.push(view.features.len() as u32);
            begin = end as usize;
            at += 1;
        }
        out.push(view);
    }
    out
}

/// Returns the tag of each piece. If a name does not end at the ends of pieces, it takes the pieces it touches. A name
/// that crosses sequences is left out.
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
            // A model may tell states from other places where the gold labels do not.
            let merged = label == EntityLabel::Loc.as_str() && recognizer.tagged_labels() < recognizer.labels().len();
            counts.right += usize::from(
                name == Some(label) || merged && name.is_some_and(|name| name == EntityLabel::Gpe.as_str()),
            );
        }
    }
    counts
}
