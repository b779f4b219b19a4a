//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, export_plugin};

use crate::model::Model;
use crate::stances::{Input, Mention, Scratch, Stance as Row, stances};

/// The shipped model.
static NEWS_FAST: &[u8] = include_bytes!("../../../models/stance-news-fast.cdm");

/// Judges how holders stand toward actors.
pub struct Stance {
    model: Model<'static>,
    min_score: f32,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `builtin:stance-news-fast`, or a path.
    pub model: String,
    /// Stances whose class is less probable are left out.
    pub min_score: f32,
}

thread_local! {
    static SCRATCH: RefCell<(Scratch, Vec<Row>)> = RefCell::default();
}

impl Annotator for Stance {
    const ID: &'static str = "stance";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let bytes = match config.model.strip_prefix("builtin:") {
            Some("stance-news-fast") => NEWS_FAST,
            Some(other) => {
                return Err(Error::new(format!("no built-in model {other:?}; there is builtin:stance-news-fast")));
            }
            None => {
                let bytes = std::fs::read(&config.model)
                    .map_err(|error| Error::new(format!("cannot read the model {}: {error}", config.model)))?;
                // The model borrows its weights for as long as the process lives, as the built-in one does.
                Box::leak(bytes.into_boxed_slice())
            }
        };
        let model = Model::parse(bytes).map_err(|error| Error::new(format!("model {}: {error}", config.model)))?;
        Ok(Stance { model, min_score: config.min_score })
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
        let mentions: Vec<Mention> = mentions
            .spans()
            .iter()
            .zip(mentions.refs("actor")?)
            .map(|(span, actor)| Mention { span: *span, actor: *actor })
            .collect();
        let input = Input {
            text: document.text(),
            sentences: document.layer("sentences")?.spans(),
            tokens: document.layer("tokens")?.spans(),
            entities: document.layer("entities")?.spans(),
            speakers: document.layer("quotes")?.refs("speaker")?,
            contents: &contents,
            mentions: &mentions,
        };
        output.check_cancelled()?;
        SCRATCH.with_borrow_mut(|(scratch, rows)| {
            stances(&input, &self.model, scratch, rows);
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
