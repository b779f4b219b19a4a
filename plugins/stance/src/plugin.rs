//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_model::heads::{Predictor, StanceHead, Vectors};
use copydesk_models::{STANCE, find};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, Output, Span, export_plugin};
use copydesk_text::QuoteRole;
use copydesk_text::holders::Voices;
use self_cell::self_cell;

use crate::model::Model;
use crate::stances::{Input, Scratch, Stance as Row, stances, stances_from_vectors};

self_cell!(
    /// A linear model and the bytes that it borrows from.
    struct Linear {
        owner: ModelBytes,
        #[covariant]
        dependent: Model,
    }
);

/// Judges the stances of holders toward actors.
pub struct Stance {
    /// A head has perhaps a linear model beside it.
    predictor: Predictor<Linear, (StanceHead, Option<Linear>)>,
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
    /// The least probability of a stance's class.
    pub min_score: f32,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    rows: Vec<Row>,
    first: Vec<u32>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Annotator for Stance {
    const ID: &'static str = "stance";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let predictor = Predictor::load(
            &config.model,
            config.blend.as_deref(),
            StanceHead::KIND,
            |model| find(model, STANCE),
            |bytes| Linear::try_new(bytes, |bytes| Model::parse(bytes)),
            |file, blend| Ok((StanceHead::read(file)?, blend)),
        )?;
        Ok(Stance { predictor, min_score: config.min_score })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && self.predictor.reads_vectors()
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let parts = document.layer("quote_parts")?;
        let contents: Vec<(Span, u32)> = parts
            .spans()
            .iter()
            .zip(parts.refs("quote")?)
            .zip(parts.strings("role")?.iter())
            .filter(|(_, role)| *role == QuoteRole::Content.as_str())
            .map(|((span, quote), _)| (*span, *quote))
            .collect();
        let mentions = document.layer("mentions")?;
        let mentions: Vec<(Span, u32)> =
            mentions.spans().iter().copied().zip(mentions.refs("actor")?.iter().copied()).collect();
        let input = Input {
            text: document.text(),
            tokens: document.layer("tokens")?.spans(),
            voices: Voices {
                sentences: document.layer("sentences")?.spans(),
                entities: document.layer("entities")?.spans(),
                speakers: document.layer("quotes")?.refs("speaker")?,
                contents: &contents,
                mentions: &mentions,
            },
        };
        output.check_cancelled()?;
        WORKSPACE.with_borrow_mut(|Workspace { scratch, rows, first }| {
            match &self.predictor {
                Predictor::Linear(model) => stances(&input, model.borrow_dependent(), scratch, rows),
                Predictor::Head((head, blend)) => {
                    let layer = document.layer("vectors")?;
                    let values = layer.f16s("vector")?;
                    let vectors =
                        Vectors::new(values.bits(), values.width(), layer.refs("token")?, input.tokens.len(), first);
                    vectors.require(head.width())?;
                    let blend = blend.as_ref().map(Linear::borrow_dependent);
                    stances_from_vectors(&input, head, blend, &vectors, scratch, rows);
                }
            }
            rows.retain(|row| row.score >= self.min_score);
            write(rows, output)
        })
    }
}

fn write(rows: &[Row], output: &mut Output<'_>) -> Result<(), Error> {
    let evidence: Vec<Span> = rows.iter().map(|r| r.evidence).collect();
    let holder: Vec<u32> = rows.iter().map(|r| r.holder).collect();
    let target: Vec<u32> = rows.iter().map(|r| r.target).collect();
    let mention: Vec<u32> = rows.iter().map(|r| r.mention).collect();
    let polarity: Vec<f32> = rows.iter().map(|r| r.polarity).collect();
    let score: Vec<f32> = rows.iter().map(|r| r.score).collect();
    output.append(
        "stances",
        &evidence,
        &[
            Column::refs("holder", &holder),
            Column::refs("target", &target),
            Column::refs("mention", &mention),
            Column::f32s("polarity", &polarity),
            Column::f32s("score", &score),
        ],
    )
}

export_plugin!(Stance);
