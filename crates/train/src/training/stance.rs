//! Stance toward mentions.

use std::ops::ControlFlow;

use copydesk_core::{OffsetMap, OffsetUnit};
use copydesk_model::classifier::{Classifier, Example};
use copydesk_plugin_stance::lexicon::Sources;
use copydesk_plugin_stance::train::{Document, examples, options, train};
use serde_json::json;

use super::sources::Lists;
use super::{Data, Layers, Listener, Progress, Settings, TrainingError, byte_spans, metadata, read_data};
use crate::gold::SentimentDocument;
use crate::score::{Scorer, SentimentScorer, metric};

/// Trains a model of stance on gold files of sentiment toward targets.
///
/// # Errors
/// Where a file is not of its form, or has no targets.
pub fn train_stance(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Vec<u8>, TrainingError> {
    let (gold, dev) = read_data::<SentimentDocument>(data, listener)?;
    let mut layers = Layers::default();
    let gold: Vec<Document> = gold.iter().map(|gold| document(gold, &mut layers)).collect();
    let dev: Vec<Document> = dev.iter().map(|gold| document(gold, &mut layers)).collect();

    let lists = Lists::open(data.lexicons.as_deref())?;
    let texts = [
        lists.text_of(&["vader/vader_lexicon.txt"])?,
        lists.text_of(&["afinn/AFINN-en-165.txt"])?,
        lists.text_of(&["opinion-lexicon/positive-words.txt"])?,
        lists.text_of(&["opinion-lexicon/negative-words.txt"])?,
        lists.text_of(&["reporting-verbs/gender-gap-tracker-en.txt", "reporting-verbs/textacy-en.txt"])?,
        lists.text_of(&["hedges/hedges.txt", "weasels/weasels.txt"])?,
    ];
    let [vader, afinn, positive, negative, saying, hedges] = &texts;
    let sources = Sources { vader, afinn, positive, negative, saying, hedges };
    let valence = sources.compile();

    let mut options = options();
    options.epochs = settings.epochs.unwrap_or(options.epochs);
    options.seed = settings.seed.unwrap_or(options.seed);
    let made = json!({
        "epochs": options.epochs, "seed": options.seed, "l2": options.l2, "dropout": options.dropout,
        "max_features": options.max_features,        "lists": !lists.is_empty(),
    });
    let metadata = metadata("stance", data, gold.len(), made);
    let dev = examples(&dev, &valence);
    let bytes = train(&gold, &valence, &options, [0.0; 3], &metadata, |pass| {
        let figures = if dev.is_empty() { Vec::new() } else { score(&(pass.model)(), &dev) };
        let stage = "stance".to_owned();
        listener(&Progress { stage, epoch: Some(pass.epoch), loss: Some(pass.loss), figures });
        ControlFlow::Continue(())
    })?;
    Ok(bytes)
}

fn document(gold: &SentimentDocument, layers: &mut Layers) -> Document {
    let map = OffsetMap::new(&gold.text, OffsetUnit::Char);
    let found = layers.of(&gold.text);
    let target = |target: &crate::gold::Target| {
        let span = byte_spans(&map, &[target.span]).first().copied()?;
        Some((span, target.polarity as i8, 1.0))
    };
    Document {
        tokens: found.tokens.iter().map(|token| token.span).collect(),
        sentences: found.sentences.iter().map(|sentence| sentence.span).collect(),
        targets: gold.targets.iter().filter_map(target).collect(),
        text: gold.text.clone(),
    }
}

/// Figures of the classifier alone, which is given the targets.
fn score(model: &Classifier<'_>, examples: &[Example]) -> Vec<(&'static str, f64)> {
    let mut scorer = SentimentScorer::default();
    let mut scores = Vec::new();
    for example in examples {
        model.scores(&example.features, &mut scores);
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        scorer.count(usize::from(example.class), best.map_or(1, |(class, _)| class));
    }
    let scores = scorer.scores();
    let figure = |name| metric(&scores, name).unwrap_or(0.0);
    vec![("macro F1", figure("f1_macro")), ("accuracy", figure("accuracy"))]
}
