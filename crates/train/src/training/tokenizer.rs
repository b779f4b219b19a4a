//! Sentence boundaries, from treebanks.

use std::sync::Arc;

use copydesk_core::{OffsetMap, OffsetUnit};
use copydesk_plugin_tokenizer::train::{TrainingOptions, TrainingText, train};
use copydesk_plugin_tokenizer::{BoundaryModel, Segmentation, Segmenter};
use serde_json::json;

use super::{Data, Listener, Progress, Settings, TrainingError, byte_spans, metadata, read_data};
use crate::gold::SegmentationDocument;
use crate::score::{Scorer, SegmentationScorer, metric};
use crate::{Error, Prediction};

/// Trains the tokenizer's model of sentence boundaries on CoNLL-U files.
///
/// # Errors
/// Where a file is not of its form, or the result cannot be read back.
pub fn train_tokenizer(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Vec<u8>, TrainingError> {
    let (gold, dev) = read_data::<SegmentationDocument>(data, listener)?;
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
    let model = train(&texts, &options, &mut |epoch, loss| {
        let stage = "sentence boundaries".to_owned();
        listener(&Progress { stage, epoch: Some(epoch), loss: Some(loss), figures: Vec::new() });
    });
    let options = json!({"epochs": options.epochs, "seed": options.seed});
    let bytes = model.to_bytes(&metadata("tokenizer", data, gold.len(), options));
    if !dev.is_empty() {
        let figures = score(&bytes, &dev)?;
        listener(&Progress { stage: "scored".into(), epoch: None, loss: None, figures });
    }
    Ok(bytes)
}

fn score(bytes: &[u8], dev: &[SegmentationDocument]) -> Result<Vec<(&'static str, f64)>, TrainingError> {
    let mut segmenter = Segmenter::new(Arc::new(BoundaryModel::parse(bytes)?));
    let mut layers = Segmentation::default();
    let mut scorer = SegmentationScorer::default();
    for document in dev {
        segmenter.segment_into(&document.text, &mut layers);
        let map = OffsetMap::new(&document.text, OffsetUnit::Char);
        let sentences = layers.sentences.iter().map(|sentence| map.span(sentence.span)).collect();
        let found = Prediction { sentences, ..Prediction::default() };
        scorer.add(document, Some(&found)).map_err(|message| Error::file(document.id.as_ref(), message))?;
    }
    Ok(vec![("sentences F1", metric(&scorer.scores(), "sentences.f1").unwrap_or(0.0))])
}
