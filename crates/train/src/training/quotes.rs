//! Attributions.

use copydesk_core::{OffsetMap, OffsetUnit, Span};
use copydesk_plugin_quotes::train::{ClusterOptions, Count, Document, Gold, Options, cluster, train};
use copydesk_plugin_quotes::{Attributor, Models, Scratch};
use serde_json::json;

use super::sources::raw_texts;
use super::{
    Card, Data, Layers, Listener, Progress, Score, Session, Settings, Task, Trained, TrainingError, byte_spans,
    metadata, read_data,
};
use crate::gold::{Attribution, QuoteDocument, sure};
use crate::score::{QuoteScorer, Scorer};
use crate::{Error, Prediction};

/// Trains a model of attributions on gold files of quotes. Documents with unlinked roles are left out. Word clusters
/// come from the raw texts, if there are any.
pub(super) fn train_quotes(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Trained, TrainingError> {
    let mut read = read_data::<QuoteDocument>(data, listener)?;
    let mut layers = Layers::default();
    let is_sure = |at: &Attribution| at.score.unwrap_or_else(sure) >= settings.min_score;
    read.gold.iter_mut().for_each(|gold| gold.attributions.retain(is_sure));
    let mut convert = |gold: &[QuoteDocument]| -> Vec<Document> {
        gold.iter().filter(|gold| gold.linked).map(|gold| document(gold, &mut layers)).collect()
    };
    read.dev.retain(|gold| gold.linked);
    let (gold, dev) = (convert(&read.gold), convert(&read.dev));
    drop(read.gold);

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
    let metadata = metadata("quotes", data, gold.len(), made.clone());
    let total = (options.folds.max(2) as u32 + 1) * options.tagger.epochs + options.linker.epochs;
    let session = Session::new("quotes", &read.sources, settings, &made, total, listener)?;
    // Passes before the pruning would give a model beyond its budget.
    let pruned = options.linker.prune_after.min(options.linker.epochs);
    let model = train(&gold, &dev, &options, &metadata, &mut &session, |pass| {
        let scores = pass.scores.as_ref().filter(|_| !dev.is_empty());
        let Some(scores) = scores else {
            return session.pass(pass.stage.clone(), pass.epoch, pass.loss, Vec::new(), None);
        };
        let f1 = |count: Count| count.prf().2;
        let figures = vec![("content F1", f1(scores.content)), ("relation F1", f1(scores.relation))];
        let score = (pass.epoch >= pruned).then(|| Score(f1(scores.relation)));
        session.pass(pass.stage.clone(), pass.epoch, pass.loss, figures, score)
    })?;
    let (passes, best) = session.finish();
    let scores = if dev.is_empty() { None } else { Some(score(&model, &read.dev, &dev)?) };
    let attributions = gold.iter().map(|document| document.gold.len() as u64).sum();
    let card = Card {
        task: Task::Quotes,
        sources: read.sources,
        learned: vec![(gold.len() as u64, "documents"), (attributions, "attributions")],
        labels: Vec::new(),
        options: made,
        passes,
        best,
        scores,
    };
    Ok(Trained { model, card })
}

/// The table of scores of a model by itself, without names to tell speakers by.
fn score(model: &[u8], gold: &[QuoteDocument], dev: &[Document]) -> Result<String, TrainingError> {
    let attributor = Attributor::new(Models::parse(model)?);
    let mut scorer = QuoteScorer::new();
    let (mut scratch, mut quotes) = (Scratch::default(), Vec::new());
    for (gold, document) in gold.iter().zip(dev) {
        attributor.attribute(&document.input(), &mut scratch, &mut quotes);
        let map = OffsetMap::new(&document.text, OffsetUnit::Char);
        let spans = |spans: &[Span]| spans.iter().map(|span| map.span(*span)).collect();
        let attributions = quotes.iter().map(|quote| Attribution {
            source: spans(quote.source.as_slice()),
            cue: spans(quote.cue.as_slice()),
            content: spans(&quote.content),
            act: Some(quote.act.as_str().to_owned()),
            ..Attribution::default()
        });
        let found = Prediction { attributions: attributions.collect(), ..Prediction::default() };
        scorer.add(gold, Some(&found)).map_err(Error::message)?;
    }
    Ok(scorer.table())
}

fn document(gold: &QuoteDocument, layers: &mut Layers) -> Document {
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
        block_kinds: found.blocks.iter().map(|block| block.kind).collect(),
        sentences: found.sentences.iter().map(|sentence| sentence.span).collect(),
        sentence_block: found.sentences.iter().map(|sentence| sentence.block).collect(),
        tokens: found.tokens.iter().map(|token| token.span).collect(),
        token_sentence: found.tokens.iter().map(|token| token.sentence).collect(),
        token_part: found.tokens.iter().map(|token| token.part).collect(),
        gold: attributions,
        text: gold.text.clone(),
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
