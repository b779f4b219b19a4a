//! Trains the stance model from sentences with judged targets.

use copydesk_model::classifier::{self, Example, Options, Progress};
use copydesk_model::lookup::Lookup;
use copydesk_model::session::{Keeper, Next};
use copydesk_model::{ModelError, ModelWriter};
use copydesk_sdk::Span;
use copydesk_text::Polarity;

use crate::features::{Prepared, Target, extract};
use crate::lexicon::Lexicon;
use crate::model::KIND;

/// A text with judged mentions.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text.
    pub text: String,
    /// Its words.
    pub tokens: Vec<Span>,
    /// Its sentences.
    pub sentences: Vec<Span>,
    /// Mentions with their polarity, -1, 0 or 1, and how much each counts.
    pub targets: Vec<(Span, i8, f32)>,
}

/// The shipped model's options, chosen by five-fold cross-validation over the articles of NewsMTSC's training part.
#[must_use]
pub fn options() -> Options {
    Options {
        epochs: 30,
        l2: 12.0,
        learning_rate: 0.05,
        seed: 1,
        min_count: 2,
        dropout: 0.6,
        max_features: 57_000,
        average: 10,
    }
}

/// The training examples of some documents.
#[must_use]
pub fn examples(documents: &[Document], valence: &Lookup<'_>) -> Vec<Example> {
    let lexicon = Lexicon::new(valence.clone());
    let mut prepared = Prepared::default();
    let mut features = Vec::new();
    let mut out = Vec::new();
    for document in documents {
        let starts = |at: usize| {
            let start = document.tokens.get(at).map_or(0, |t| t.start);
            document.sentences.binary_search_by_key(&start, |s| s.start).is_ok()
        };
        prepared.fill(&document.text, &document.tokens, &starts, &lexicon);
        for &(span, polarity, weight) in &document.targets {
            let target = Target::find(span, &document.tokens, &document.sentences);
            extract(&prepared, target, &mut features);
            out.push(Example { features: features.clone(), class: (polarity + 1) as u16, weight });
        }
    }
    out
}

/// Trains a model file. Its probabilities are calibrated on `held`, examples that are not learned from, if there are any.
/// `metadata` is a JSON object for the file's head.
///
/// # Errors
/// If there are no examples, or `keeper` has the state of another training.
pub fn train(
    documents: &[Document],
    valence: &Lookup<'_>,
    options: &Options,
    held: &[Example],
    metadata: &str,
    keeper: &mut dyn Keeper,
    progress: impl FnMut(&Progress<'_>) -> Next,
) -> Result<Vec<u8>, ModelError> {
    let classes: Vec<String> = Polarity::NAMES.iter().map(|c| (*c).to_owned()).collect();
    let mut model =
        classifier::train_resumable(&classes, &examples(documents, valence), options, "stance", keeper, progress)?;
    model.calibrate(held);
    let mut file = ModelWriter::new(KIND, metadata);
    valence.write(&mut file, "valence");
    model.write(&mut file, "classifier");
    Ok(file.finish())
}
