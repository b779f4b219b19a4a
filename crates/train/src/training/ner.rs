//! Named entities.

use std::ops::ControlFlow;

use copydesk_core::{OffsetMap, OffsetUnit, Span};
use copydesk_plugin_ner::clusters::{self, Corpus};
use copydesk_plugin_ner::lexicons::Compiler;
use copydesk_plugin_ner::train::{Document, Options, train};
use serde_json::json;

use super::sources::{Lists, raw_texts};
use super::{Data, Layers, Listener, Progress, Settings, TrainingError, byte_spans, metadata, read_data};
use crate::gold::EntityDocument;
use crate::score::LabelMap;

/// Trains a model of names on gold files of entities. Word lists become features; word clusters come from the
/// training texts and the raw ones, where there are any of these.
///
/// # Errors
/// Where a file is not of its form, or has no names.
pub fn train_ner(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Vec<u8>, TrainingError> {
    let (gold, dev) = read_data::<EntityDocument>(data, listener)?;
    let mut layers = Layers::default();
    let labels = settings.labels.as_ref();
    let gold: Vec<Document> = gold.into_iter().map(|gold| document(gold, labels, &mut layers)).collect();
    let dev: Vec<Document> = dev.into_iter().map(|gold| document(gold, labels, &mut layers)).collect();

    let mut compiler = Compiler::new();
    let mut lists = 0;
    for list in Lists::open(data.lexicons.as_deref())?.texts() {
        let (path, text) = list?;
        lists += usize::from(compiler.read(&path, &text));
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
    let metadata = metadata("ner", data, gold.len(), made);
    let bytes = train(&gold, &dev, &knowledge, &options, &metadata, |pass| {
        let stage = match pass.fold {
            Some(fold) => format!("part {} of {}", fold + 1, options.folds),
            None => "names".to_owned(),
        };
        let scored = !dev.is_empty() && pass.fold.is_none();
        let percent = |part: usize, whole: usize| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
        let figures = vec![
            ("P", percent(pass.dev.right, pass.dev.found)),
            ("R", percent(pass.dev.right, pass.dev.gold)),
            ("F1", pass.dev.f1()),
        ];
        let figures = if scored { figures } else { Vec::new() };
        listener(&Progress { stage, epoch: Some(pass.epoch), loss: Some(pass.loss), figures });
        ControlFlow::Continue(())
    })?;
    Ok(bytes)
}

fn document(gold: EntityDocument, labels: Option<&LabelMap>, layers: &mut Layers) -> Document {
    let map = OffsetMap::new(&gold.text, OffsetUnit::Char);
    let mut entities: Vec<(Span, String)> = Vec::new();
    for entity in &gold.entities {
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
