//! Training of the models that the fast pipeline uses, from gold files.
//!
//! Each function reads its files, runs the built-in tokenizer over their texts, and returns the bytes of a model
//! file. All are seeded and work on one thread: the same files, settings and program give the same bytes.

mod ner;
mod quotes;
mod sources;
mod stance;
mod tokenizer;

use std::fmt;
use std::path::{Path, PathBuf};

use copydesk_core::{OffsetMap, Span};
use copydesk_model::ModelError;
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use serde_json::{Value, json};

use crate::Error;
use crate::gold::Gold;
use crate::score::LabelMap;

pub use ner::train_ner;
pub use quotes::train_quotes;
pub use stance::train_stance;
pub use tokenizer::train_tokenizer;

/// What to learn from.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// Gold files.
    pub gold: Vec<PathBuf>,
    /// A gold file on which each pass is scored; names also balance their labels on it.
    pub dev: Option<PathBuf>,
    /// A folder of word lists; those of known names are used, the others passed over.
    pub lexicons: Option<PathBuf>,
    /// Files of texts without annotation, JSON lines with a `text` each.
    pub raw: Vec<PathBuf>,
}

/// How to train; what is `None` is as in the shipped model.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Passes over the data.
    pub epochs: Option<u32>,
    /// Start of the pseudo-random numbers.
    pub seed: Option<u64>,
    /// For names: which gold labels to learn, and what the model calls each.
    pub labels: Option<LabelMap>,
}

/// Something that has been done.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// What was done.
    pub stage: String,
    /// In which pass, from 1.
    pub epoch: Option<u32>,
    /// Mean loss of the pass.
    pub loss: Option<f64>,
    /// Figures on the development file, in percent.
    pub figures: Vec<(&'static str, f64)>,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stage)?;
        if let Some(epoch) = self.epoch {
            write!(f, ", pass {epoch}")?;
        }
        if let Some(loss) = self.loss {
            write!(f, ": loss {loss:.4}")?;
        }
        for (i, (name, value)) in self.figures.iter().enumerate() {
            write!(f, "{} {name} {value:.2}", if i == 0 { ";" } else { "," })?;
        }
        Ok(())
    }
}

/// Why there is no model.
#[derive(Debug)]
pub enum TrainingError {
    /// A file is not what it should be.
    Data(Error),
    /// There is nothing to learn from.
    Model(ModelError),
}

impl fmt::Display for TrainingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrainingError::Data(error) => error.fmt(f),
            TrainingError::Model(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TrainingError {}

impl From<Error> for TrainingError {
    fn from(error: Error) -> Self {
        TrainingError::Data(error)
    }
}

impl From<ModelError> for TrainingError {
    fn from(error: ModelError) -> Self {
        TrainingError::Model(error)
    }
}

/// Hears of each step.
pub type Listener<'a> = &'a mut dyn FnMut(&Progress);

/// All documents of some gold files.
fn read_all<G: Gold>(paths: &[PathBuf]) -> Result<Vec<G>, Error> {
    let mut documents = Vec::new();
    for path in paths {
        let before = documents.len();
        for document in G::read(path)? {
            documents.push(document?);
        }
        if documents.len() == before {
            return Err(Error::file(path, "there are no documents in this file"));
        }
    }
    Ok(documents)
}

/// The documents to learn from, those to score on, and a word to the listener.
fn read_data<G: Gold>(data: &Data, listener: Listener<'_>) -> Result<(Vec<G>, Vec<G>), Error> {
    let gold = read_all::<G>(&data.gold)?;
    let dev = read_all::<G>(data.dev.as_slice())?;
    let stage = format!("read {} documents to learn from, {} to score on", gold.len(), dev.len());
    listener(&Progress { stage, ..Progress::default() });
    Ok((gold, dev))
}

/// Spans of code points as spans of bytes.
fn byte_spans(map: &OffsetMap<'_>, spans: &[[u32; 2]]) -> Vec<Span> {
    spans.iter().filter_map(|[start, end]| Some(Span { start: map.byte(*start)?, end: map.byte(*end)? })).collect()
}

/// The tokenizer, with memory that serves one text after another.
#[derive(Default)]
struct Layers {
    segmenter: Segmenter,
    layers: Segmentation,
}

impl Layers {
    fn of(&mut self, text: &str) -> &Segmentation {
        self.segmenter.segment_into(text, &mut self.layers);
        &self.layers
    }
}

/// What the model file says of itself: nothing of it depends on where or when it was trained.
fn metadata(task: &str, data: &Data, documents: usize, settings: Value) -> String {
    let names = |paths: &[PathBuf]| -> Vec<String> { paths.iter().map(|path| name(path)).collect() };
    json!({
        "made_by": format!("copydesk train {task}, {}", env!("CARGO_PKG_VERSION")),
        "data": names(&data.gold),
        "raw": names(&data.raw),
        "lexicons": data.lexicons.is_some(),
        "documents": documents,
        "settings": settings,
    })
    .to_string()
}

/// A file's name with that of its folder, which mostly is the corpus.
fn name(path: &Path) -> String {
    let parts: Vec<_> = path.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}
