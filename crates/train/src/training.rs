//! Training of the models that the fast pipeline uses, from gold files.
//!
//! [`train`] reads its files, runs the built-in tokenizer over their texts, and returns a model file with its
//! [card](Card). It is seeded and uses one thread: the same files, settings and program give the same bytes. This holds
//! even if a run was cut off and another continued from its checkpoint.

mod card;
mod checkpoint;
mod ner;
mod quotes;
mod session;
mod sources;
mod stance;
mod tokenizer;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use copydesk_core::{OffsetMap, Span};
use copydesk_model::ModelError;
use copydesk_models::Licence;
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::gold::Gold;
use crate::score::LabelMap;
use crate::{Error, input};
use session::{Score, Session};

pub use card::{Card, is_edited, with_limits_of};

/// The task of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Named entities, from gold files of entities.
    Ner,
    /// Attributions, from gold files of quotes.
    Quotes,
    /// Stance toward mentions, from gold files of sentiment.
    Stance,
    /// Sentence boundaries, from treebanks.
    Tokenizer,
}

impl Task {
    /// As the command line has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Task::Ner => "ner",
            Task::Quotes => "quotes",
            Task::Stance => "stance",
            Task::Tokenizer => "tokenizer",
        }
    }
}

/// A model and its card.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The bytes of the model file.
    pub model: Vec<u8>,
    /// The card: how the model was made, and its scores.
    pub card: Card,
}

/// Trains a model.
///
/// # Errors
/// If a file has the wrong form or nothing to learn from, or a checkpoint belongs to another training.
pub fn train(task: Task, data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Trained, TrainingError> {
    if settings.patience.is_some() && data.dev.is_none() {
        return Err(Error::message("to stop early takes a gold file to score each pass on").into());
    }
    let trained = match task {
        Task::Ner => ner::train_ner(data, settings, listener),
        Task::Quotes => quotes::train_quotes(data, settings, listener),
        Task::Stance => stance::train_stance(data, settings, listener),
        Task::Tokenizer => tokenizer::train_tokenizer(data, settings, listener),
    }?;
    Ok(trained)
}

/// Removes the checkpoint of a training after its model is written.
///
/// # Errors
/// If the file exists and cannot be removed.
pub fn remove_checkpoint(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, None, &error)),
        _ => Ok(()),
    }
}

/// The training data.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// Gold files.
    pub gold: Vec<PathBuf>,
    /// A gold file on which each pass is scored. Names also balance their labels on it, and stances calibrate their scores.
    pub dev: Option<PathBuf>,
    /// A folder of word lists. Files with unknown names are ignored.
    pub lexicons: Option<PathBuf>,
    /// Files of texts without annotation, JSON lines with a `text` each.
    pub raw: Vec<PathBuf>,
    /// What the licences of all of these allow, by the strictest. The model file tells it.
    pub licence: Option<Licence>,
}

/// The options of a training. `None` means the value of the shipped model.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Passes over the data.
    pub epochs: Option<u32>,
    /// Start of the pseudo-random numbers.
    pub seed: Option<u64>,
    /// For names: the gold labels to learn, and their names in the model.
    pub labels: Option<LabelMap>,
    /// After how many passes without a better score on the development file to stop; the best pass is then the
    /// model. Without it all passes are made, and the last is the model.
    pub patience: Option<u32>,
    /// The least score of an annotation of the training files. It matters if another system made them.
    pub min_score: f64,
    /// A file that keeps the state of the training after each pass.
    pub checkpoint: Option<PathBuf>,
    /// True to continue from the checkpoint, if there is one.
    pub resume: bool,
}

/// Something that has been done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The name of the stage.
    pub stage: String,
    /// The number of the pass, from 1.
    pub epoch: Option<u32>,
    /// Mean loss of the pass.
    #[serde(with = "bits")]
    pub loss: Option<f64>,
    /// Figures on the development file, in percent.
    #[serde(with = "bits::named")]
    pub figures: Vec<(String, f64)>,
    /// The figure by which the best pass is chosen, if passes compete and this one may win.
    #[serde(with = "bits")]
    pub score: Option<f64>,
    /// Passes made so far and passes there will be, of all parts of the training.
    pub passes: Option<(u32, u32)>,
}

/// A number as its bits: in decimal digits it might come back as its neighbour, and a tie be none.
mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(f64::to_bits).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(f64::from_bits))
    }

    /// Numbers with names.
    pub mod named {
        use super::{Deserialize, Deserializer, Serialize, Serializer};

        pub fn serialize<S: Serializer>(values: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
            values.iter().map(|(name, value)| (name, value.to_bits())).collect::<Vec<_>>().serialize(serializer)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, f64)>, D::Error> {
            let values = Vec::<(String, u64)>::deserialize(deserializer)?;
            Ok(values.into_iter().map(|(name, bits)| (name, f64::from_bits(bits))).collect())
        }
    }
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
    /// A file has the wrong form.
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

/// A file that a model was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The option that names the file.
    pub option: &'static str,
    /// The name of the file and of its folder.
    pub name: String,
    /// The number of its documents, if they were counted.
    pub documents: Option<u64>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl Source {
    fn of(option: &'static str, path: &Path, documents: Option<u64>) -> Result<Self, Error> {
        let (bytes, sha256) = input::digest(path)?;
        Ok(Source { option, name: name(path), documents, bytes, sha256 })
    }
}

/// All documents of some gold files.
fn read_all<G: Gold>(option: &'static str, paths: &[PathBuf], sources: &mut Vec<Source>) -> Result<Vec<G>, Error> {
    let mut documents = Vec::new();
    for path in paths {
        let before = documents.len();
        for document in G::read(path)? {
            documents.push(document?);
        }
        if documents.len() == before {
            return Err(Error::file(path, "there are no documents in this file"));
        }
        sources.push(Source::of(option, path, Some((documents.len() - before) as u64))?);
    }
    Ok(documents)
}

/// The documents to learn from and those to score on.
struct Read<G> {
    gold: Vec<G>,
    dev: Vec<G>,
    sources: Vec<Source>,
}

/// Reads the gold files, with a word to the listener; notes the others.
fn read_data<G: Gold>(data: &Data, listener: Listener<'_>) -> Result<Read<G>, Error> {
    let mut sources = Vec::new();
    let gold = read_all::<G>("--data", &data.gold, &mut sources)?;
    let dev = read_all::<G>("--dev", data.dev.as_slice(), &mut sources)?;
    for path in &data.raw {
        sources.push(Source::of("--raw", path, None)?);
    }
    let stage = format!("read {} documents to learn from, {} to score on", gold.len(), dev.len());
    listener(&Progress { stage, ..Progress::default() });
    Ok(Read { gold, dev, sources })
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

/// The metadata of the model file. Nothing in it depends on the time or place of the training.
fn metadata(task: &str, data: &Data, documents: usize, settings: Value) -> String {
    let names = |paths: &[PathBuf]| -> Vec<String> { paths.iter().map(|path| name(path)).collect() };
    let mut metadata = json!({
        "made_by": format!("copydesk train {task}, {}", env!("CARGO_PKG_VERSION")),
        "data": names(&data.gold),
        "raw": names(&data.raw),
        "lexicons": data.lexicons.is_some(),
        "documents": documents,
        "settings": settings,
    });
    if let Some(licence) = data.licence {
        metadata["data_licence"] = licence.as_str().into();
    }
    metadata.to_string()
}

/// Returns a file's name with that of its folder, which is mostly the corpus.
fn name(path: &Path) -> String {
    let parts: Vec<_> = path.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}
