//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_model::ModelFile;
use copydesk_model::heads::{StanceHead, Vectors};
use copydesk_model::holders::Voices;
use copydesk_models::{STANCE, find};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, Output, Span, export_plugin};
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

/// How mentions are judged.
enum Judge {
    /// By a linear model of words.
    Words(Linear),
    /// By a head over the vectors of the encoder, and a linear model beside it.
    Vectors(StanceHead, Option<Linear>),
}

/// Judges how holders stand toward actors.
pub struct Stance {
    judge: Judge,
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
    /// Stances whose class is less probable are left out.
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

impl Judge {
    fn new(bytes: ModelBytes) -> Result<Self, copydesk_model::ModelError> {
        let file = ModelFile::parse(&bytes)?;
        if file.kind() == StanceHead::KIND {
            return StanceHead::read(&file).map(|head| Judge::Vectors(head, None));
        }
        Linear::try_new(bytes, |bytes| Model::parse(bytes)).map(Judge::Words)
    }
}

impl Annotator for Stance {
    const ID: &'static str = "stance";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let bytes = find(&config.model, STANCE)?;
        let judge = Judge::new(bytes).map_err(|error| Error::new(format!("model {}: {error}", config.model)))?;
        let judge = match (judge, &config.blend) {
            (judge, None) => judge,
            (Judge::Vectors(head, _), Some(blend)) => {
                let bytes = find(blend, STANCE)?;
                let linear = Linear::try_new(bytes, |bytes| Model::parse(bytes));
                let linear = linear.map_err(|error| Error::new(format!("model {blend}: {error}")))?;
                Judge::Vectors(head, Some(linear))
            }
            (Judge::Words(_), Some(_)) => {
                return Err(Error::new(format!("blend: the model {} reads no vectors; leave it out", config.model)));
            }
        };
        Ok(Stance { judge, min_score: config.min_score })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && matches!(self.judge, Judge::Vectors(..))
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let parts = document.layer("quote_parts")?;
        let contents: Vec<(Span, u32)> = parts
            .spans()
            .iter()
            .zip(parts.refs("quote")?)
            .zip(parts.strings("role")?.iter())
            .filter(|(_, role)| *role == "content")
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
            match &self.judge {
                Judge::Words(model) => stances(&input, model.borrow_dependent(), scratch, rows),
                Judge::Vectors(head, blend) => {
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
