//! Stance toward mentions.

use copydesk_core::{OffsetMap, OffsetUnit};
use copydesk_model::ModelFile;
use copydesk_model::classifier::{Classifier, Example};
use copydesk_plugin_stance::lexicon::Sources;
use copydesk_plugin_stance::train::{Document, examples, options, train};
use serde_json::json;

use super::sources::Lists;
use super::{
    Card, Data, Layers, Listener, Score, Session, Settings, Task, Trained, TrainingError, byte_spans, metadata,
    read_data,
};
use crate::gold::SentimentDocument;
use crate::score::{Scorer, SentimentScorer, metric};

/// Trains a model of stance on gold files of sentiment toward targets.
pub(super) fn train_stance(data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Trained, TrainingError> {
    let mut read = read_data::<SentimentDocument>(data, listener)?;
    let mut layers = Layers::default();
    let least = settings.min_score;
    let gold: Vec<Document> = read.gold.iter().map(|gold| document(gold, least, &mut layers)).collect();
    let dev: Vec<Document> = read.dev.iter().map(|gold| document(gold, 0.0, &mut layers)).collect();

    let lists = Lists::open(data.lexicons.as_deref())?;
    let mut used = Vec::new();
    let texts = [
        lists.text_of(&["vader/vader_lexicon.txt"], &mut used)?,
        lists.text_of(&["afinn/AFINN-en-165.txt"], &mut used)?,
        lists.text_of(&["opinion-lexicon/positive-words.txt"], &mut used)?,
        lists.text_of(&["opinion-lexicon/negative-words.txt"], &mut used)?,
        lists.text_of(&["reporting-verbs/gender-gap-tracker-en.txt", "reporting-verbs/textacy-en.txt"], &mut used)?,
        lists.text_of(&["hedges/hedges.txt", "weasels/weasels.txt"], &mut used)?,
    ];
    read.sources.append(&mut used);
    let [vader, afinn, positive, negative, saying, hedges] = &texts;
    let sources = Sources { vader, afinn, positive, negative, saying, hedges };
    let valence = sources.compile();

    let mut options = options();
    options.epochs = settings.epochs.unwrap_or(options.epochs);
    options.seed = settings.seed.unwrap_or(options.seed);
    let made = json!({
        "epochs": options.epochs, "seed": options.seed, "l2": options.l2, "dropout": options.dropout,
        "max_features": options.max_features, "lists": !lists.is_empty(),
    });
    let metadata = metadata("stance", data, gold.len(), made.clone());
    let dev = examples(&dev, &valence);
    let session = Session::new("stance", &read.sources, settings, &made, options.epochs, listener)?;
    let model = train(&gold, &valence, &options, &dev, &metadata, &mut &session, |pass| {
        if dev.is_empty() {
            return session.pass("stance".to_owned(), pass.epoch, pass.loss, Vec::new(), None);
        }
        let scores = score(&(pass.model)(), &dev).scores();
        let figure = |name| metric(&scores, name).unwrap_or(0.0);
        let f1 = figure("f1_macro");
        let figures = vec![("macro F1", f1), ("accuracy", figure("accuracy"))];
        session.pass("stance".to_owned(), pass.epoch, pass.loss, figures, Some(Score(f1)))
    })?;
    let (passes, best) = session.finish();
    let scores = score(&Classifier::read(&ModelFile::parse(&model)?, "classifier")?, &dev);
    let targets = gold.iter().map(|document| document.targets.len() as u64).sum();
    let card = Card {
        task: Task::Stance,
        sources: read.sources,
        learned: vec![(gold.len() as u64, "documents"), (targets, "targets")],
        labels: Vec::new(),
        options: made,
        passes,
        best,
        scores: (!dev.is_empty()).then(|| scores.table()),
    };
    Ok(Trained { model, card })
}

fn document(gold: &SentimentDocument, least: f64, layers: &mut Layers) -> Document {
    let map = OffsetMap::new(&gold.text, OffsetUnit::Char);
    let found = layers.of(&gold.text);
    let target = |target: &crate::gold::Target| {
        let span = byte_spans(&map, &[target.span]).first().copied()?;
        Some((span, target.polarity as i8, 1.0))
    };
    Document {
        tokens: found.tokens.iter().map(|token| token.span).collect(),
        sentences: found.sentences.iter().map(|sentence| sentence.span).collect(),
        targets: gold.targets.iter().filter(|target| target.score >= least).filter_map(target).collect(),
        text: gold.text.clone(),
    }
}

/// Returns the classifier's own answers for examples. The classifier gets the targets.
fn score(model: &Classifier<'_>, examples: &[Example]) -> SentimentScorer {
    let mut scorer = SentimentScorer::default();
    let mut scores = Vec::new();
    for example in examples {
        model.scores(&example.features, &mut scores);
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        scorer.count(usize::from(example.class), best.map_or(1, |(class, _)| class));
    }
    scorer
}
