//! Training: a word lexicon from the gold cues and sources, a tagger, and a linker. The linker learns from the output
//! of taggers that were trained on other documents.

mod clusters;
mod lexicon;
mod score;

use std::ops::Range;

use copydesk_model::sequence::{self, Constraints, Sequence, SequenceModel};
use copydesk_model::session::{Keeper, Next};
use copydesk_model::{ModelError, ModelWriter};
use copydesk_sdk::Span;
use copydesk_text::BlockKind;

pub use clusters::{ClusterOptions, cluster};
pub use score::{Count, Scores};

use crate::attribute::{Attributor, Scratch};
use crate::document::{Input, Prepared};
use crate::linking;
use crate::model::{KIND, Models};
use crate::passes::{self, anchors, cut, pieces, tag, window};
use crate::tagging::{self, CONTENT, CUE, Features, O, SOURCE, TAGS};

/// A gold attribution, in spans of bytes.
#[derive(Clone, Debug, Default)]
pub struct Gold {
    /// The words that name the speaker.
    pub source: Vec<Span>,
    /// The words that attribute.
    pub cue: Vec<Span>,
    /// The content.
    pub content: Vec<Span>,
}

/// A training document: its text, its layers and its gold attributions.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The whole text.
    pub text: String,
    /// Blocks.
    pub blocks: Vec<Span>,
    /// The kind of each block.
    pub block_kinds: Vec<BlockKind>,
    /// Sentences.
    pub sentences: Vec<Span>,
    /// The block of each sentence.
    pub sentence_block: Vec<u32>,
    /// Tokens.
    pub tokens: Vec<Span>,
    /// The sentence of each token.
    pub token_sentence: Vec<u32>,
    /// Later parts of surface tokens.
    pub token_part: Vec<u32>,
    /// The gold attributions.
    pub gold: Vec<Gold>,
}

impl Document {
    /// The layers.
    #[must_use]
    pub fn input(&self) -> Input<'_> {
        Input {
            text: &self.text,
            blocks: &self.blocks,
            block_kinds: &self.block_kinds,
            sentences: &self.sentences,
            sentence_block: &self.sentence_block,
            tokens: &self.tokens,
            token_sentence: &self.token_sentence,
            token_part: &self.token_part,
            entities: &[],
        }
    }
}

/// How to train.
#[derive(Clone, Debug)]
pub struct Options {
    /// The tagger of the first pass.
    pub tagger: sequence::Options,
    /// The linker of the second.
    pub linker: sequence::Options,
    /// The tagger that a document is tagged with for the linker was trained on the other folds.
    pub folds: usize,
    /// Words that introduce speech, all forms, lower case.
    pub reporting: Vec<String>,
    /// Distributional clusters of words in lower case, numbered from one.
    pub clusters: Vec<(String, u32)>,
    /// How sure an attribution must be.
    pub threshold: f32,
    /// See [`Models::source_bias`].
    pub source_bias: f32,
}

impl Default for Options {
    fn default() -> Self {
        // Found on an eighth of the training articles that was held out for it.
        let base = sequence::Options {
            epochs: 10,
            l2: 5.0,
            learning_rate: 0.05,
            dropout: 0.5,
            prune_after: 6,
            average: 4,
            ..sequence::Options::default()
        };
        Options {
            tagger: sequence::Options { max_features: 131_000, ..base.clone() },
            linker: sequence::Options { max_features: 65_500, ..base },
            folds: 3,
            reporting: lexicon::reporting(),
            clusters: Vec::new(),
            threshold: 0.4,
            source_bias: 2.0,
        }
    }
}

/// Clusters the words of these documents, to be given to [`train`] as [`Options::clusters`]. Their gold
/// is not looked at: raw news serves as well.
#[must_use]
pub fn cluster_documents(documents: &[Document], options: &ClusterOptions) -> Vec<(String, u32)> {
    cluster(
        || documents.iter().map(|d| d.tokens.iter().map(|t| t.get(&d.text).unwrap_or("")).collect::<Vec<_>>()),
        options,
    )
}

/// The state after a pass over the data.
pub struct Progress {
    /// The stage of the training.
    pub stage: String,
    /// The number of the pass, from one.
    pub epoch: u32,
    /// Mean negative log-likelihood of a token.
    pub loss: f64,
    /// Scores on the development documents, if there is a whole model to score.
    pub scores: Option<Scores>,
}

/// Trains a model and returns the bytes of its file. `metadata` is JSON that goes into the file unchanged. The answers
/// of `progress` count only for passes of the linker, which come last.
///
/// # Errors
/// If there is nothing to learn from, or `keeper` has the state of another training.
pub fn train(
    documents: &[Document],
    dev: &[Document],
    options: &Options,
    metadata: &str,
    keeper: &mut dyn Keeper,
    mut progress: impl FnMut(&Progress) -> Next,
) -> Result<Vec<u8>, ModelError> {
    let lexicon = lexicon::build(documents, options);
    let prepared: Vec<Prepared> = documents
        .iter()
        .map(|document| {
            let mut prepared = Prepared::default();
            prepared.prepare(&document.input(), Some(&lexicon));
            prepared
        })
        .collect();
    let roles: Vec<Vec<u16>> = documents.iter().map(gold_tags).collect();
    let sequences: Vec<Vec<Sequence>> =
        prepared.iter().zip(&roles).map(|(prepared, roles)| tagging_sequences(prepared, roles)).collect();
    let mut fit_tagger = |stage: &str, chosen: &dyn Fn(usize) -> bool, keeper: &mut dyn Keeper| {
        let own: Vec<Sequence> =
            sequences.iter().enumerate().filter(|(i, _)| chosen(*i)).flat_map(|(_, s)| s.iter().cloned()).collect();
        fit(stage, &own, &options.tagger, keeper, &mut progress)
    };
    // The output of a tagger that has not seen the document.
    let folds = options.folds.max(2);
    let mut linking_data = Vec::new();
    for fold in 0..folds {
        let stage = format!("tagger without part {} of {folds}", fold + 1);
        let tagger = fit_tagger(&stage, &|i| i % folds != fold, keeper)?;
        for i in (fold..documents.len()).step_by(folds) {
            if let (Some(document), Some(prepared)) = (documents.get(i), prepared.get(i)) {
                linking_sequences(document, prepared, &tagger, &mut linking_data);
            }
        }
    }
    let tagger = fit_tagger("tagger", &|_| true, keeper)?;
    drop(sequences);
    let write = |linker: &SequenceModel<'_>| {
        let mut writer = ModelWriter::new(KIND, metadata);
        lexicon.write(&mut writer, "lexicon");
        tagger.write(&mut writer, "tagger");
        linker.write(&mut writer, "linker");
        writer.section("tuning", [options.threshold.to_le_bytes(), options.source_bias.to_le_bytes()].concat());
        writer.finish()
    };
    let names: Vec<String> = TAGS.iter().map(|t| (*t).to_owned()).collect();
    let constraints = Constraints::from_names(&names);
    let linker =
        sequence::train_resumable(&names, &constraints, &linking_data, &options.linker, "linker", keeper, |p| {
            let scores = Models::parse(&write(&(p.model)())).ok().map(|models| score(&Attributor::new(models), dev));
            progress(&Progress { stage: "linker".into(), epoch: p.epoch, loss: p.loss, scores })
        })?;
    Ok(write(&linker))
}

fn fit(
    stage: &str,
    data: &[Sequence],
    options: &sequence::Options,
    keeper: &mut dyn Keeper,
    progress: &mut dyn FnMut(&Progress) -> Next,
) -> Result<SequenceModel<'static>, ModelError> {
    let names: Vec<String> = TAGS.iter().map(|t| (*t).to_owned()).collect();
    sequence::train_resumable(&names, &Constraints::from_names(&names), data, options, stage, keeper, |p| {
        progress(&Progress { stage: stage.to_owned(), epoch: p.epoch, loss: p.loss, scores: None });
        Next::GoOn
    })
}

/// Scores an attributor.
#[must_use]
pub fn score(attributor: &Attributor<'_>, documents: &[Document]) -> Scores {
    let mut scores = Scores::default();
    let (mut scratch, mut quotes) = (Scratch::default(), Vec::new());
    for document in documents {
        attributor.attribute(&document.input(), &mut scratch, &mut quotes);
        scores.add(document, &quotes);
    }
    scores
}

/// The tokens under a span.
pub(crate) fn tokens_of(tokens: &[Span], span: Span) -> Range<usize> {
    let first = tokens.partition_point(|t| t.end <= span.start);
    let last = tokens.partition_point(|t| t.start < span.end);
    first..last.max(first)
}

/// Marks a role's spans: the first token of a span begins it, and so does the first of a sentence.
fn mark(document: &Document, spans: &[Span], role: u16, tags: &mut [u16]) {
    for &span in spans {
        let mut before = None;
        for i in tokens_of(&document.tokens, span) {
            let sentence = document.token_sentence.get(i).copied();
            if let Some(tag) = tags.get_mut(i)
                && *tag == O
            {
                *tag = if before == sentence { role + 1 } else { role };
                before = sentence;
            }
        }
    }
}

/// Returns the tag of each token. If roles overlap, cues win. The corpora have no overlaps.
fn gold_tags(document: &Document) -> Vec<u16> {
    let mut tags = vec![O; document.tokens.len()];
    for gold in &document.gold {
        mark(document, &gold.cue, CUE, &mut tags);
    }
    for gold in &document.gold {
        mark(document, &gold.source, SOURCE, &mut tags);
        mark(document, &gold.content, CONTENT, &mut tags);
    }
    repair(&mut tags, document);
    tags
}

/// A tag that goes on with nothing begins something.
fn repair(tags: &mut [u16], document: &Document) {
    let mut before = (O, None);
    for (tag, sentence) in tags.iter_mut().zip(&document.token_sentence) {
        let goes_on = *tag != O && *tag % 2 == 0;
        if goes_on && (before.1 != Some(*sentence) || (before.0 != *tag && before.0 + 1 != *tag)) {
            *tag -= 1;
        }
        before = (*tag, Some(*sentence));
    }
}

fn tagging_sequences(prepared: &Prepared, roles: &[u16]) -> Vec<Sequence> {
    let mut work = tagging::Work::default();
    let mut features = Features::default();
    let mut out = Vec::new();
    for s in 0..prepared.sentences.len() {
        let setting = prepared.settings.get(s).copied().unwrap_or_default();
        for piece in pieces(prepared.sentence(s)) {
            tagging::features(prepared.words(piece.clone()), setting, &mut work, &mut features);
            let tags = first_begins(roles.get(piece).unwrap_or_default().to_vec());
            out.push(Sequence { features: features.values.clone(), ends: features.ends.clone(), tags });
        }
    }
    out
}

/// A sequence cut from a longer one must not begin in the middle of something.
fn first_begins(mut tags: Vec<u16>) -> Vec<u16> {
    if let Some(first) = tags.first_mut()
        && *first != O
        && *first % 2 == 0
    {
        *first -= 1;
    }
    tags
}

/// Training sequences of the second pass: one for each likely cue, the gold of that cue or nothing.
fn linking_sequences(document: &Document, prepared: &Prepared, tagger: &SequenceModel<'_>, out: &mut Vec<Sequence>) {
    let mut scratch = passes::Scratch::default();
    let (mut work, mut features) = (linking::Work::default(), Features::default());
    // The gold attribution whose cue a token is in.
    let mut of_cue = vec![usize::MAX; document.tokens.len()];
    for (g, gold) in document.gold.iter().enumerate() {
        for &span in &gold.cue {
            for i in tokens_of(&document.tokens, span) {
                if let Some(slot) = of_cue.get_mut(i) {
                    *slot = g;
                }
            }
        }
    }
    let mut found = Vec::new();
    for s in 0..prepared.sentences.len() {
        let setting = prepared.settings.get(s).copied().unwrap_or_default();
        for piece in pieces(prepared.sentence(s)) {
            let words = prepared.words(piece.clone());
            tag(words, setting, tagger, &mut scratch);
            let first = scratch.first_pass(tagger.width());
            anchors(first, words.len(), &mut found);
            for &anchor in &found {
                let (range, shifted) = window(anchor, words.len());
                linking::features(
                    words.get(range.clone()).unwrap_or_default(),
                    cut(first, &range),
                    shifted,
                    &mut work,
                    &mut features,
                );
                let mut tags = vec![O; document.tokens.len()];
                let gold = of_cue.get(piece.start + anchor.top).copied().and_then(|g| document.gold.get(g));
                if let Some(gold) = gold {
                    mark(document, &gold.cue, CUE, &mut tags);
                    mark(document, &gold.source, SOURCE, &mut tags);
                    mark(document, &gold.content, CONTENT, &mut tags);
                }
                let from = piece.start + range.start;
                let tags = first_begins(tags.get(from..from + range.len()).unwrap_or_default().to_vec());
                out.push(Sequence { features: features.values.clone(), ends: features.ends.clone(), tags });
            }
        }
    }
}
