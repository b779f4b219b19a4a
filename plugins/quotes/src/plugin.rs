//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_model::heads::{Predictor, QuotesHead, Vectors};
use copydesk_models::{QUOTES, QUOTES_FAST, find};
use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};
use copydesk_text::{Act, BlockKind, EntityLabel, QuoteRole};

use crate::attribute::{Linear, Scratch};
use crate::document::Input;
use crate::head::{self, HeadAttributor};
use crate::quote::Quote;

/// Finds who said what.
pub struct Quotes {
    predictor: Predictor<Linear, HeadAttributor>,
    min_score: f32,
    acts: Vec<Act>,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A built-in model, or a path.
    pub model: String,
    /// A linear model beside one that reads vectors.
    pub blend: Option<String>,
    /// Quotes that are less sure are left out.
    pub min_score: f32,
    /// The acts that are kept.
    pub acts: Vec<String>,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    head: head::Scratch,
    quotes: Vec<Quote>,
    kinds: Vec<BlockKind>,
    entities: Vec<(Span, bool)>,
    first: Vec<u32>,
    rows: Rows,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Annotator for Quotes {
    const ID: &'static str = "quotes";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let predictor = Predictor::load(
            &config.model,
            config.blend.as_deref(),
            QuotesHead::KIND,
            |model| find(model, QUOTES),
            Linear::read,
            |file, blend| Ok(HeadAttributor::new(QuotesHead::read(file)?, QUOTES_FAST.read()?, blend)?),
        )?;
        let acts: Result<Vec<Act>, Error> = config
            .acts
            .iter()
            .map(|name| {
                Act::from_name(name).ok_or_else(|| {
                    let [others @ .., last] = Act::NAMES;
                    Error::new(format!("acts: no act {name:?}; there are {} and {last}", others.join(", ")))
                })
            })
            .collect();
        Ok(Quotes { predictor, min_score: config.min_score, acts: acts? })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && self.predictor.reads_vectors()
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let blocks = document.layer("blocks")?;
        let sentences = document.layer("sentences")?;
        let tokens = document.layer("tokens")?;
        WORKSPACE.with_borrow_mut(|work| {
            work.kinds.clear();
            work.kinds
                .extend(blocks.strings("kind")?.iter().map(|kind| BlockKind::from_name(kind).unwrap_or_default()));
            work.entities.clear();
            if let Some(entities) = document.optional_layer("entities") {
                let labels = entities.strings("label")?;
                work.entities
                    .extend(entities.spans().iter().zip(labels.iter()).map(|(span, label)| (*span, speaks(label))));
            }
            let input = Input {
                text: document.text(),
                blocks: blocks.spans(),
                block_kinds: &work.kinds,
                sentences: sentences.spans(),
                sentence_block: sentences.refs("block")?,
                tokens: tokens.spans(),
                token_sentence: tokens.refs("sentence")?,
                token_part: tokens.u32s("part")?,
                entities: &work.entities,
            };
            match &self.predictor {
                Predictor::Linear(linear) => {
                    linear.borrow_dependent().attribute(&input, &mut work.scratch, &mut work.quotes);
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
                    head.attribute(&input, &vectors, &mut work.head, &mut work.quotes);
                }
            }
            output.check_cancelled()?;
            work.quotes.retain(|quote| quote.score >= self.min_score && self.acts.contains(&quote.act));
            work.rows.fill(&work.quotes);
            work.rows.write(output)
        })
    }
}

/// Returns true if a label is of people, organisations or groups of people: they have opinions.
fn speaks(label: &str) -> bool {
    matches!(EntityLabel::of(label), Some(EntityLabel::Person | EntityLabel::Org | EntityLabel::Norp))
}

/// Columns on their way out.
#[derive(Default)]
struct Rows {
    spans: Vec<Span>,
    kinds: Strings,
    acts: Strings,
    scores: Vec<f32>,
    parts: Vec<Span>,
    owners: Vec<u32>,
    roles: Strings,
}

impl Rows {
    /// Takes in the quotes, in the order of their spans.
    fn fill(&mut self, quotes: &[Quote]) {
        self.spans.clear();
        self.kinds.clear();
        self.acts.clear();
        self.scores.clear();
        self.parts.clear();
        self.owners.clear();
        self.roles.clear();
        let mut order: Vec<(Span, &Quote)> = quotes.iter().filter_map(|quote| Some((quote.span()?, quote))).collect();
        order.sort_by_key(|(span, _)| (span.start, span.end));
        for (row, (span, quote)) in order.into_iter().enumerate() {
            self.spans.push(span);
            self.kinds.push(quote.kind.as_str());
            self.acts.push(quote.act.as_str());
            self.scores.push(quote.score);
            let parts = quote.content.iter().map(|&span| (span, QuoteRole::Content));
            let parts = parts.chain(quote.cue.map(|span| (span, QuoteRole::Cue)));
            let parts = parts.chain(quote.source.map(|span| (span, QuoteRole::Source)));
            for (span, role) in parts {
                self.parts.push(span);
                self.owners.push(row as u32);
                self.roles.push(role.as_str());
            }
        }
    }

    fn write(&self, output: &mut Output<'_>) -> Result<(), Error> {
        output.append(
            "quotes",
            &self.spans,
            &[
                Column::strings("kind", &self.kinds),
                Column::strings("act", &self.acts),
                Column::f32s("score", &self.scores),
            ],
        )?;
        output.append(
            "quote_parts",
            &self.parts,
            &[Column::refs("quote", &self.owners), Column::strings("role", &self.roles)],
        )
    }
}

export_plugin!(Quotes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;

    fn config(model: &str, acts: &[&str]) -> Config {
        Config {
            model: model.to_owned(),
            blend: None,
            min_score: 0.0,
            acts: acts.iter().map(|a| (*a).to_owned()).collect(),
        }
    }

    #[test]
    fn configurations_that_cannot_be_met_say_so() {
        let message = |config| Quotes::create(config).err().map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(message(config("builtin:news-fast", &["speech"])), "");
        assert!(message(config("builtin:other", &[])).contains("there are builtin:news and builtin:news-fast"));
        assert!(message(config("no/such/file.cdm", &[])).contains("no/such/file.cdm"));
        assert!(message(config("builtin:news-fast", &["song"])).contains("no act \"song\""));
    }

    #[test]
    fn a_model_of_something_else_is_refused() {
        assert!(Models::parse(b"").is_err());
        let whole = QUOTES_FAST.read().expect("the shipped model");
        assert!(Models::parse(&whole[..whole.len() / 2]).is_err());
        let other = copydesk_model::ModelWriter::new("stance", "{}").finish();
        assert!(Models::parse(&other).is_err());
        let empty = copydesk_model::ModelWriter::new("quotes", "{}").finish();
        assert!(Models::parse(&empty).is_err());
    }
}
