//! The plugin: tokens in, entities out.

use std::cell::RefCell;

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};

use crate::recognizer::{Entity, Recognizer, Scratch};

/// The bytes of the shipped model, `builtin:news-fast`.
pub static NEWS_FAST: &[u8] = include_bytes!("../../../models/ner-news-fast.cdm");

/// Finds names.
pub struct Ner {
    recognizer: Recognizer<'static>,
    min_score: f32,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `builtin:news-fast`, or a path.
    pub model: String,
    /// Names less probable than this are left out.
    pub min_score: f32,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    found: Vec<Entity>,
    spans: Vec<Span>,
    labels: Strings,
    scores: Vec<f32>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

/// The model that a configuration names.
fn model_bytes(model: &str) -> Result<&'static [u8], Error> {
    match model.strip_prefix("builtin:") {
        Some("news-fast") => Ok(NEWS_FAST),
        Some(other) => Err(Error::new(format!("no built-in model {other:?}; there is builtin:news-fast"))),
        None => {
            let bytes =
                std::fs::read(model).map_err(|error| Error::new(format!("cannot read the model {model}: {error}")))?;
            // A stage lives as long as the process: so may the weights that its instance borrows.
            Ok(Box::leak(bytes.into_boxed_slice()))
        }
    }
}

impl Annotator for Ner {
    const ID: &'static str = "ner";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let recognizer = Recognizer::parse(model_bytes(&config.model)?)
            .map_err(|error| Error::new(format!("model {}: {error}", config.model)))?;
        Ok(Ner { recognizer, min_score: config.min_score })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?;
        let sentences = tokens.refs("sentence")?;
        WORKSPACE.with_borrow_mut(|work| {
            let text = document.text();
            self.recognizer.recognize(text, tokens.spans(), sentences, &mut work.scratch, &mut work.found);
            output.check_cancelled()?;
            work.spans.clear();
            work.labels.clear();
            work.scores.clear();
            for entity in work.found.iter().filter(|entity| entity.score >= self.min_score) {
                work.spans.push(entity.span);
                work.labels.push(self.recognizer.labels().get(entity.label as usize).map_or("MISC", String::as_str));
                work.scores.push(entity.score);
            }
            let columns = [Column::strings("label", &work.labels), Column::f32s("score", &work.scores)];
            output.append("entities", &work.spans, &columns)
        })
    }
}

export_plugin!(Ner);
