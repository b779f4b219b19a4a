//! The plugin: tokens in, entities out.

use std::cell::RefCell;

use copydesk_model::heads::{NamesHead, Predictor, Vectors};
use copydesk_models::{NER, NER_FAST, find};
use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};
use copydesk_text::EntityLabel;

use crate::amounts::{self, Amount};
use crate::head::{HeadRecognizer, HeadScratch};
use crate::held::HeldRecognizer;
use crate::mend::Mender;
use crate::recognizer::{Entity, Scratch};

/// Finds names.
pub struct Ner {
    predictor: Predictor<HeldRecognizer, HeadRecognizer>,
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
    amounts: Vec<Amount>,
    merged: Vec<Entity>,
    mender: Mender,
    spans: Vec<Span>,
    labels: Strings,
    scores: Vec<f32>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Annotator for Ner {
    const ID: &'static str = "ner";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let predictor = Predictor::load(
            &config.model,
            config.blend.as_deref(),
            NamesHead::KIND,
            |model| find(model, NER),
            HeldRecognizer::read,
            |file, blend| Ok(HeadRecognizer::new(NamesHead::read(file)?, NER_FAST.read()?, blend)?),
        )?;
        Ok(Ner { predictor, min_score: config.min_score })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && self.predictor.reads_vectors()
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?;
        let sentences = tokens.refs("sentence")?;
        WORKSPACE.with_borrow_mut(|work| {
            let text = document.text();
            let labels = match &self.predictor {
                Predictor::Linear(linear) => {
                    let linear = linear.get();
                    linear.recognize(text, tokens.spans(), sentences, &mut work.scratch, &mut work.found);
                    linear.labels()
                }
                Predictor::Head(head) => {
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
                    head.labels()
                }
            };
            output.check_cancelled()?;
            work.spans.clear();
            work.labels.clear();
            work.scores.clear();
            work.found.retain(|entity| entity.score >= self.min_score);
            work.mender.mend(text, tokens.spans(), sentences, labels, &mut work.found);
            work.found.retain(|entity| entity.score >= self.min_score);
            amounts::find(text, tokens.spans(), sentences, &mut work.amounts);
            if amounts::SCORE >= self.min_score {
                amounts::merge(&work.amounts, labels, &mut work.found, &mut work.merged);
            }
            for entity in &mut work.found {
                entity.span = amounts::without_ornament(text, entity.span);
                work.spans.push(entity.span);
                let label = match (labels.get(entity.label as usize), entity.label) {
                    (Some(label), _) => label.as_str(),
                    (None, amounts::PERCENT) => EntityLabel::Percent.as_str(),
                    (None, _) => EntityLabel::Misc.as_str(),
                };
                work.labels.push(label);
                work.scores.push(entity.score);
            }
            let columns = [Column::strings("label", &work.labels), Column::f32s("score", &work.scores)];
            output.append("entities", &work.spans, &columns)
        })
    }
}

export_plugin!(Ner);
