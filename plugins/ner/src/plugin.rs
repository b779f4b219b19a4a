//! The plugin: tokens in, entities out.

use std::cell::RefCell;

use copydesk_model::ModelFile;
use copydesk_model::heads::{NamesHead, Vectors};
use copydesk_models::{NER, NER_FAST, find};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, Output, Span, Strings, export_plugin};

use crate::head::{HeadRecognizer, HeadScratch};
use crate::held::HeldRecognizer;
use crate::recognizer::{Entity, Scratch};

/// How names are found.
enum Finder {
    /// By a linear model of words.
    Words(HeldRecognizer),
    /// By a head over the vectors of the encoder.
    Vectors(Box<HeadRecognizer>),
}

/// Finds names.
pub struct Ner {
    finder: Finder,
    min_score: f32,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A built-in model, or a path.
    pub model: String,
    /// A linear model beside one that reads vectors.
    pub blend: Option<String>,
    /// Names less probable than this are left out.
    pub min_score: f32,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    head: HeadScratch,
    first: Vec<u32>,
    found: Vec<Entity>,
    spans: Vec<Span>,
    labels: Strings,
    scores: Vec<f32>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Finder {
    fn new(bytes: ModelBytes) -> Result<Self, Error> {
        let said = |error: copydesk_model::ModelError| Error::new(error.to_string());
        let file = ModelFile::parse(&bytes).map_err(said)?;
        if file.kind() == NamesHead::KIND {
            let head = NamesHead::read(&file).map_err(said)?;
            let head = HeadRecognizer::new(head, NER_FAST.read()?).map_err(said)?;
            return Ok(Finder::Vectors(Box::new(head)));
        }
        HeldRecognizer::read(bytes).map(Finder::Words).map_err(said)
    }

    fn labels(&self) -> &[String] {
        match self {
            Finder::Words(linear) => linear.get().labels(),
            Finder::Vectors(head) => head.labels(),
        }
    }
}

impl Annotator for Ner {
    const ID: &'static str = "ner";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let bytes = find(&config.model, NER)?;
        let finder = Finder::new(bytes).map_err(|error| Error::new(format!("model {}: {error}", config.model)))?;
        let finder = match (finder, &config.blend) {
            (finder, None) => finder,
            (Finder::Vectors(head), Some(blend)) => {
                let linear = find(blend, NER)?;
                let linear =
                    HeldRecognizer::read(linear).map_err(|error| Error::new(format!("model {blend}: {error}")))?;
                Finder::Vectors(Box::new(head.with_blend(linear)))
            }
            (Finder::Words(_), Some(_)) => {
                return Err(Error::new(format!("blend: the model {} reads no vectors; leave it out", config.model)));
            }
        };
        Ok(Ner { finder, min_score: config.min_score })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && matches!(self.finder, Finder::Vectors(_))
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?;
        let sentences = tokens.refs("sentence")?;
        WORKSPACE.with_borrow_mut(|work| {
            let text = document.text();
            match &self.finder {
                Finder::Words(linear) => {
                    let linear = linear.get();
                    linear.recognize(text, tokens.spans(), sentences, &mut work.scratch, &mut work.found);
                }
                Finder::Vectors(head) => {
                    let layer = document.layer("vectors")?;
                    let values = layer.f16s("vector")?;
                    let vectors = Vectors::new(
                        values.bits(),
                        values.width(),
                        layer.refs("token")?,
                        tokens.len(),
                        &mut work.first,
                    );
                    vectors.require(head.width())?;
                    head.recognize(text, tokens.spans(), sentences, &vectors, &mut work.head, &mut work.found);
                }
            }
            output.check_cancelled()?;
            work.spans.clear();
            work.labels.clear();
            work.scores.clear();
            for entity in work.found.iter().filter(|entity| entity.score >= self.min_score) {
                work.spans.push(entity.span);
                work.labels.push(self.finder.labels().get(entity.label as usize).map_or("MISC", String::as_str));
                work.scores.push(entity.score);
            }
            let columns = [Column::strings("label", &work.labels), Column::f32s("score", &work.scores)];
            output.append("entities", &work.spans, &columns)
        })
    }
}

export_plugin!(Ner);
