//! Attributions.

use std::ops::ControlFlow;

use copydesk_core::{OffsetMap, OffsetUnit, Span};
use copydesk_plugin_quotes::document::BlockKind;
use copydesk_plugin_quotes::train::{ClusterOptions, Document, Gold, Options, cluster, train};
use serde_json::json;

use super::sources::raw_texts;
use super::{Data, Layers, Listener, Progress, Settings, TrainingError, byte_spans, metadata, read_data};
use crate::gold::QuoteDocument;

/// Trains a model of attributions on gold files of quotes; those whose roles are not linked are left out. Word
/// clusters come from the raw texts, where there are any.
///
/// # Errors
/// Where a file is not of its form, or has no attributions.
pub fn train_quotes(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Vec<u8>, TrainingError> {
    let (gold, dev) = read_data::<QuoteDocument>(data, listener)?;
    let mut layers = Layers::default();
    let mut convert = |gold: Vec<QuoteDocument>| -> Vec<Document> {
        gold.into_iter().filter(|gold| gold.linked).map(|gold| document(gold, &mut layers)).collect()
    };
    let (gold, dev) = (convert(gold), convert(dev));

    let mut options = Options::default();
    for chain in [&mut options.tagger, &mut options.linker] {
        chain.epochs = settings.epochs.unwrap_or(chain.epochs);
        chain.seed = settings.seed.unwrap_or(chain.seed);
    }
    if !data.raw.is_empty() {
        options.clusters = clusters(data, &mut layers, listener)?;
    }
    let made = json!({
        "epochs": options.tagger.epochs, "seed": options.tagger.seed, "l2": options.tagger.l2, "folds": options.folds,
        "max_features": [options.tagger.max_features, options.linker.max_features],
        "dropout": options.tagger.dropout, "clustered_words": options.clusters.len(),
    });
    let metadata = metadata("quotes", data, gold.len(), made);
    let bytes = train(&gold, &dev, &options, &metadata, |pass| {
        let scores = pass.scores.as_ref().filter(|_| !dev.is_empty());
        let figures = scores.map(|scores| {
            let f1 = |count: copydesk_plugin_quotes::train::Count| count.prf().2;
            vec![("content F1", f1(scores.content)), ("relation F1", f1(scores.relation))]
        });
        let figures = figures.unwrap_or_default();
        listener(&Progress { stage: pass.stage.clone(), epoch: Some(pass.epoch), loss: Some(pass.loss), figures });
        ControlFlow::Continue(())
    })?;
    Ok(bytes)
}

fn document(gold: QuoteDocument, layers: &mut Layers) -> Document {
    let map = OffsetMap::new(&gold.text, OffsetUnit::Char);
    let attributions = gold.attributions.iter().map(|attribution| Gold {
        source: byte_spans(&map, &attribution.source),
        cue: byte_spans(&map, &attribution.cue),
        content: byte_spans(&map, &attribution.content),
    });
    let attributions = attributions.collect();
    let found = layers.of(&gold.text);
    Document {
        blocks: found.blocks.iter().map(|block| block.span).collect(),
        block_kinds: found.blocks.iter().map(|block| BlockKind::from_name(block.kind.as_str())).collect(),
        sentences: found.sentences.iter().map(|sentence| sentence.span).collect(),
        sentence_block: found.sentences.iter().map(|sentence| sentence.block).collect(),
        tokens: found.tokens.iter().map(|token| token.span).collect(),
        token_sentence: found.tokens.iter().map(|token| token.sentence).collect(),
        token_part: found.tokens.iter().map(|token| token.part).collect(),
        gold: attributions,
        text: gold.text,
    }
}

fn clusters(data: &Data, layers: &mut Layers, listener: Listener<'_>) -> Result<Vec<(String, u32)>, TrainingError> {
    let mut texts: Vec<(String, Vec<Span>)> = Vec::new();
    raw_texts(&data.raw, |text| {
        let tokens = layers.of(&text).tokens.iter().map(|token| token.span).collect();
        texts.push((text, tokens));
    })?;
    listener(&Progress { stage: format!("read {} raw texts", texts.len()), ..Progress::default() });
    let words = || texts.iter().map(|(text, tokens)| tokens.iter().filter_map(|token| token.get(text)).collect());
    Ok(cluster(words, &ClusterOptions::default()))
}
