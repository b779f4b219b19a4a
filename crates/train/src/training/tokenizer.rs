//! Sentence boundaries, from treebanks.

use std::sync::Arc;

use copydesk_core::{OffsetMap, OffsetUnit};
use copydesk_plugin_tokenizer::train::{TrainingOptions, TrainingText, train};
use copydesk_plugin_tokenizer::{BoundaryModel, Segmentation, Segmenter};
use serde_json::json;

use super::{
    Card, Data, Listener, Score, Session, Settings, Task, Trained, TrainingError, byte_spans, metadata, read_data,
};
use crate::Prediction;
use crate::gold::{SegmentationDocument, Spans};
use crate::score::{Scorer, SegmentationScorer, metric};

/// Trains the tokenizer's model of sentence boundaries on CoNLL-U files.
pub(super) fn train_tokenizer(
    data: &Data,
    settings: &Settings,
    listener: Listener<'_>,
) -> Result<Trained, TrainingError> {
    let read = read_data::<SegmentationDocument>(data, listener)?;
    let (gold, dev) = (read.gold, read.dev);
    let mut options = TrainingOptions::default();
    options.epochs = settings.epochs.unwrap_or(options.epochs);
    options.seed = settings.seed.unwrap_or(options.seed);

    let ends = |document: &SegmentationDocument| -> Vec<u32> {
        let map = OffsetMap::new(&document.text, OffsetUnit::Char);
        byte_spans(&map, &document.sentences).iter().map(|span| span.end).collect()
    };
    let ends: Vec<Vec<u32>> = gold.iter().map(ends).collect();
    let texts: Vec<TrainingText<'_>> =
        gold.iter().zip(&ends).map(|(document, ends)| TrainingText { text: &document.text, ends }).collect();
    let made = json!({"epochs": options.epochs, "seed": options.seed});
    let session = Session::new("tokenizer", &read.sources, settings, &made, options.epochs, listener)?;
    let model = train(&texts, &options, &mut &session, &mut |pass| {
        let stage = "sentence boundaries".to_owned();
        if dev.is_empty() {
            return session.pass(stage, pass.epoch, pass.loss, Vec::new(), None);
        }
        let f1 = metric(&score((pass.model)(), &dev).scores(), "sentences.f1").unwrap_or(0.0);
        session.pass(stage, pass.epoch, pass.loss, vec![("sentences F1", f1)], Some(Score(f1)))
    })?;
    let (passes, best) = session.finish();
    let bytes = model.to_bytes(&metadata("tokenizer", data, gold.len(), made.clone()));
    let scores = if dev.is_empty() { None } else { Some(score(BoundaryModel::parse(&bytes)?, &dev).table()) };
    let sentences = gold.iter().map(|document| document.sentences.len() as u64).sum();
    let card = Card {
        task: Task::Tokenizer,
        sources: read.sources,
        learned: vec![(gold.len() as u64, "documents"), (sentences, "sentences")],
        labels: Vec::new(),
        options: made,
        passes,
        best,
        scores,
    };
    Ok(Trained { model: bytes, card })
}

fn score(model: BoundaryModel, dev: &[SegmentationDocument]) -> SegmentationScorer {
    let mut segmenter = Segmenter::new(Arc::new(model));
    let mut layers = Segmentation::default();
    let mut scorer = SegmentationScorer::default();
    for document in dev {
        segmenter.segment_into(&document.text, &mut layers);
        let map = OffsetMap::new(&document.text, OffsetUnit::Char);
        let tokens = layers.tokens.iter().map(|token| (token.part, map.span(token.span)));
        let sentences = layers.sentences.iter().map(|sentence| map.span(sentence.span)).collect();
        let found = Prediction { tokens: surface(tokens), sentences, ..Prediction::default() };
        scorer.count(document, Some(&found));
    }
    scorer
}

/// Surface tokens from words and their places in them.
fn surface(words: impl Iterator<Item = (u32, [u32; 2])>) -> Spans {
    let mut tokens: Spans = Vec::new();
    for (part, span) in words {
        match tokens.last_mut() {
            Some(token) if part > 0 => token[1] = span[1],
            _ => tokens.push(span),
        }
    }
    tokens
}
