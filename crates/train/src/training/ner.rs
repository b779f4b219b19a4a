//! Named entities.

use std::path::Path;

use copydesk_core::{OffsetMap, OffsetUnit, Span};
use copydesk_plugin_ner::clusters::{self, Corpus};
use copydesk_plugin_ner::lexicons::Compiler;
use copydesk_plugin_ner::train::{Document, Options, train};
use copydesk_plugin_ner::{Recognizer, Scratch};
use copydesk_text::EntityLabel;
use serde_json::{Value, json};

use super::sources::{Lists, raw_texts};
use super::{
    Card, Data, Layers, Listener, Progress, Score, Session, Settings, Source, Task, Trained, TrainingError, byte_spans,
    metadata, read_data,
};
use crate::Prediction;
use crate::gold::{EntityDocument, LabelledSpan};
use crate::score::{EntityScorer, LabelMap, Scorer};

/// Trains a model of names on gold files of entities. Word lists become features. Word clusters come from the training
/// texts and the raw ones, if there are raw ones.
pub(super) fn train_ner(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Trained, TrainingError> {
    let mut read = read_data::<EntityDocument>(data, listener)?;
    let mut layers = Layers::default();
    let labels = settings.labels.as_ref();
    let least = settings.min_score;
    let gold: Vec<Document> = read.gold.into_iter().map(|gold| document(gold, labels, least, &mut layers)).collect();
    // `min_score` does not apply to the file that is scored on.
    let dev: Vec<Document> = read.dev.into_iter().map(|gold| document(gold, labels, 0.0, &mut layers)).collect();

    let mut compiler = Compiler::new();
    let mut lists = 0;
    for list in Lists::open(data.lexicons.as_deref())?.texts() {
        let (path, text) = list?;
        if compiler.read(&path, &text) {
            lists += 1;
            read.sources.push(Source::of("--lexicons", Path::new(&path), None)?);
        }
    }
    if data.lexicons.is_some() {
        listener(&Progress { stage: format!("read {lists} word lists"), ..Progress::default() });
    }
    let clusters = if data.raw.is_empty() { Vec::new() } else { cluster(data, &gold, &mut layers, listener)? };
    let knowledge = compiler.finish(clusters);

    let mut options = Options::default();
    options.chain.epochs = settings.epochs.unwrap_or(options.chain.epochs);
    options.chain.seed = settings.seed.unwrap_or(options.chain.seed);
    let made = json!({
        "epochs": options.chain.epochs, "seed": options.chain.seed, "l2": options.chain.l2, "folds": options.folds,
        "dropout": options.chain.dropout, "max_features": options.chain.max_features,
    });
    let metadata = metadata("ner", data, gold.len(), made.clone());
    let total = options.folds as u32 * options.fold_epochs + options.chain.epochs;
    let session = Session::new("ner", &read.sources, settings, &made, total, listener)?;
    // Passes before the pruning would give a model beyond its budget.
    let pruned = options.chain.prune_after.min(options.chain.epochs);
    let model = train(&gold, &dev, &knowledge, &options, &metadata, &mut &session, |pass| {
        let stage = match pass.fold {
            Some(fold) => format!("part {} of {}", fold + 1, options.folds),
            None => "names".to_owned(),
        };
        if dev.is_empty() || pass.fold.is_some() {
            return session.pass(stage, pass.epoch, pass.loss, Vec::new(), None);
        }
        let percent = |part: usize, whole: usize| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
        let (p, r) = (percent(pass.dev.right, pass.dev.found), percent(pass.dev.right, pass.dev.gold));
        let f1 = pass.dev.f1();
        let score = (pass.epoch >= pruned).then_some(Score(f1));
        session.pass(stage, pass.epoch, pass.loss, vec![("P", p), ("R", r), ("F1", f1)], score)
    })?;
    let (passes, best) = session.finish();
    let names = gold.iter().map(|document| document.entities.len() as u64).sum();
    let recognizer = Recognizer::parse(&model)?;
    let card = Card {
        task: Task::Ner,
        sources: read.sources,
        learned: vec![(gold.len() as u64, "documents"), (names, "names")],
        labels: recognizer.labels().to_vec(),
        options: made,
        passes,
        best,
        scores: (!dev.is_empty()).then(|| score(&recognizer, &dev)),
    };
    drop(recognizer);
    Ok(Trained { model, card })
}

/// The table of scores of a model by itself.
fn score(recognizer: &Recognizer<'_>, dev: &[Document]) -> String {
    // A model may tell states from other places where the gold labels do not.
    let has = |label: &str| dev.iter().flat_map(|document| &document.entities).any(|(_, own)| own == label);
    let [location, state] = [EntityLabel::Loc.as_str(), EntityLabel::Gpe.as_str()];
    let places = has(location) && !has(state);
    let mut scorer = EntityScorer::default();
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    for document in dev {
        recognizer.recognize(&document.text, &document.tokens, &document.sentences, &mut scratch, &mut found);
        let map = OffsetMap::new(&document.text, OffsetUnit::Char);
        let label = |row: u16| match recognizer.labels().get(usize::from(row)).map_or("", String::as_str) {
            label if places && label == state => location.to_owned(),
            label => label.to_owned(),
        };
        let entities = found
            .iter()
            .map(|entity| (LabelledSpan { span: map.span(entity.span), label: label(entity.label) }, None))
            .collect();
        let found = Prediction { entities, ..Prediction::default() };
        let gold = document.entities.iter();
        let gold: Vec<_> =
            gold.map(|(span, label)| LabelledSpan { span: map.span(*span), label: label.clone() }).collect();
        scorer.count(&gold, &Value::Null, Some(&found));
    }
    scorer.table()
}

fn document(gold: EntityDocument, labels: Option<&LabelMap>, least: f64, layers: &mut Layers) -> Document {
    let map = OffsetMap::new(&gold.text, OffsetUnit::Char);
    let mut entities: Vec<(Span, String)> = Vec::new();
    let sure = |(_, score): &(&LabelledSpan, &f64)| **score >= least;
    for (entity, _) in gold.entities.iter().zip(&gold.scores).filter(sure) {
        let label = match labels {
            None => Some(entity.label.as_str()),
            Some(labels) => labels.model_label(&entity.label),
        };
        let spans = byte_spans(&map, &[entity.span]);
        entities.extend(spans.into_iter().zip(label).map(|(span, label)| (span, label.to_owned())));
    }
    // Names are flat: of two that overlap, the one that begins first counts.
    entities.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    entities.retain(|(span, _)| {
        let free = span.start >= end;
        end = if free { span.end } else { end };
        free
    });
    let found = layers.of(&gold.text);
    let tokens = found.tokens.iter().map(|token| token.span).collect();
    let sentences = found.tokens.iter().map(|token| token.sentence).collect();
    Document { tokens, sentences, entities, text: gold.text }
}

fn cluster(
    data: &Data,
    gold: &[Document],
    layers: &mut Layers,
    listener: Listener<'_>,
) -> Result<Vec<(u64, u32)>, TrainingError> {
    let mut corpus = Corpus::default();
    let mut texts = 0;
    raw_texts(&data.raw, |text| {
        let found = layers.of(&text);
        let tokens: Vec<Span> = found.tokens.iter().map(|token| token.span).collect();
        let sentences: Vec<u32> = found.tokens.iter().map(|token| token.sentence).collect();
        corpus.add(&text, &tokens, &sentences);
        texts += 1;
    })?;
    listener(&Progress { stage: format!("read {texts} raw texts"), ..Progress::default() });
    gold.iter().for_each(|document| corpus.add(&document.text, &document.tokens, &document.sentences));
    Ok(corpus.cluster(&clusters::Options::default(), |classes, pass, moved| {
        let stage = format!("{classes} word clusters: {moved} words moved");
        listener(&Progress { stage, epoch: Some(pass), ..Progress::default() });
    }))
}
