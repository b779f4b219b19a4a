//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_model::ModelFile;
use copydesk_model::heads::{CorefHead, Vectors};
use copydesk_models::{ACTORS, ACTORS_RANKER, GIVEN_NAMES, find};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, Span, Strings, export_plugin};
use copydesk_text::{BlockKind, QuoteKind, QuoteRole};
use self_cell::self_cell;

use crate::document::{Entity, Input, Output, Quote, QuotePart};
use crate::given::GivenNames;
use crate::head::{Seen, require};
use crate::link::{Linker, Scratch};
use crate::rank::Ranker;

self_cell!(
    /// A linker, and the table of given names that it borrows from.
    struct HeldLinker {
        owner: ModelBytes,
        #[covariant]
        dependent: Linker,
    }
);

/// Finds actors, their mentions and the speakers of quotes.
pub struct Actors {
    linker: HeldLinker,
    head: Option<CorefHead>,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A built-in head, or the path of one. Without a head, the linear ranker decides alone.
    pub model: Option<String>,
    /// The built-in weights of the linear ranker, or the path of such a file.
    pub ranker: String,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    rows: Output,
    /// The first piece of each token, in the inner and in the last layer.
    first: [Vec<u32>; 2],
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

/// The layers with vectors, the inner one first.
const INNER: &str = "inner_vectors";
const LAST: &str = "vectors";

fn read_head(name: &str) -> Result<CorefHead, Error> {
    let said = |error: &dyn std::fmt::Display| Error::new(format!("model {name}: {error}"));
    let bytes = find(name, ACTORS)?;
    let file = ModelFile::parse(&bytes).map_err(|error| said(&error))?;
    let head = CorefHead::read(&file).map_err(|error| said(&error))?;
    require(&head, file.metadata()).map_err(|error| said(&error))?;
    Ok(head)
}

fn read_ranker(name: &str) -> Result<Ranker, Error> {
    Ranker::parse(&find(name, ACTORS_RANKER)?).map_err(|error| Error::new(format!("model {name}: {error}")))
}

/// The vectors of a layer.
fn vectors<'d>(
    document: &Document<'d>,
    layer: &str,
    tokens: usize,
    first: &'d mut Vec<u32>,
) -> Result<Vectors<'d>, Error> {
    let layer = document.layer(layer)?;
    let values = layer.f16s("vector")?;
    Ok(Vectors::new(values.bits(), values.width(), layer.refs("token")?, tokens, first))
}

impl Annotator for Actors {
    const ID: &'static str = "actors";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let ranker = read_ranker(&config.ranker)?;
        let linker = HeldLinker::try_new(GIVEN_NAMES.read()?, |given| {
            GivenNames::parse(given).map(|given| Linker::new(given, ranker))
        });
        let linker = linker.map_err(|error| Error::new(format!("given names: {error}")))?;
        let head = config.model.as_deref().map(read_head).transpose()?;
        Ok(Actors { linker, head })
    }

    fn needs(&self, layer: &str) -> bool {
        self.head.as_ref().is_some_and(|head| match layer {
            INNER => head.shape().inner > 0,
            LAST => head.shape().last,
            _ => false,
        })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut copydesk_sdk::Output<'_>) -> Result<(), Error> {
        let blocks = document.layer("blocks")?;
        let blocks: Vec<(Span, bool)> = blocks
            .spans()
            .iter()
            .copied()
            .zip(blocks.strings("kind")?.iter().map(|kind| kind == BlockKind::Byline.as_str()))
            .collect();
        let entities = document.layer("entities")?;
        let labels = entities.strings("label")?;
        let entities: Vec<Entity<'_>> =
            entities.spans().iter().zip(labels.iter()).map(|(span, label)| Entity { span: *span, label }).collect();
        let quotes = document.layer("quotes")?;
        let quotes: Vec<Quote> = quotes
            .spans()
            .iter()
            .zip(quotes.strings("kind")?.iter())
            .map(|(span, kind)| Quote { span: *span, direct: kind != QuoteKind::Indirect.as_str() })
            .collect();
        let parts = document.layer("quote_parts")?;
        let parts: Vec<QuotePart> = parts
            .spans()
            .iter()
            .zip(parts.refs("quote")?)
            .zip(parts.strings("role")?.iter())
            .map(|((span, quote), role)| {
                // Roles of other plugins name nobody: like a cue.
                let role = QuoteRole::from_name(role).unwrap_or(QuoteRole::Cue);
                QuotePart { span: *span, quote: *quote, role }
            })
            .collect();
        let input = Input {
            text: document.text(),
            blocks: &blocks,
            sentences: document.layer("sentences")?.spans(),
            tokens: document.layer("tokens")?.spans(),
            entities: &entities,
            quotes: &quotes,
            parts: &parts,
        };
        output.check_cancelled()?;
        WORKSPACE.with_borrow_mut(|Workspace { scratch, rows, first }| {
            let linker = self.linker.borrow_dependent();
            let Some(head) = &self.head else {
                linker.link(&input, scratch, rows);
                return write(rows, output);
            };
            let [inner_first, last_first] = first;
            let (shape, count) = (head.shape(), input.tokens.len());
            let inner = (shape.inner > 0).then(|| vectors(document, INNER, count, inner_first)).transpose()?;
            let last = shape.last.then(|| vectors(document, LAST, count, last_first)).transpose()?;
            if shape.inner > 0 {
                check_inner(document, shape.inner)?;
            }
            let layers: Vec<&Vectors<'_>> = inner.iter().chain(&last).collect();
            for layer in &layers {
                layer.require(head.width())?;
            }
            linker.link_with(&input, Some(Seen { head, layers: &layers }), scratch, rows);
            write(rows, output)
        })
    }
}

/// If the encoder's inner vectors are those of another layer than the head reads.
fn check_inner(document: &Document<'_>, wanted: u32) -> Result<(), Error> {
    let layers = document.layer(INNER)?.u32s("layer")?;
    match layers.iter().find(|layer| **layer != wanted) {
        Some(other) => Err(Error::new(format!(
            "the encoder gives vectors of layer {other}, the model reads layer {wanted}: set the encoder's inner_layer"
        ))),
        None => Ok(()),
    }
}

fn write(rows: &Output, output: &mut copydesk_sdk::Output<'_>) -> Result<(), Error> {
    let names: Strings = rows.actors.iter().map(|a| &a.name).collect();
    let labels: Strings = rows.actors.iter().map(|a| &a.label).collect();
    let spans: Vec<Span> = rows.actors.iter().map(|a| a.span).collect();
    let roles: Strings = rows.actors.iter().map(|a| &a.role).collect();
    let affiliations: Strings = rows.actors.iter().map(|a| &a.affiliation).collect();
    let columns = [
        Column::strings("name", &names),
        Column::strings("label", &labels),
        Column::strings("role", &roles),
        Column::strings("affiliation", &affiliations),
    ];
    output.append("actors", &spans, &columns)?;
    let spans: Vec<Span> = rows.mentions.iter().map(|m| m.span).collect();
    let actors: Vec<u32> = rows.mentions.iter().map(|m| m.actor).collect();
    let types: Strings = rows.mentions.iter().map(|m| m.kind.as_str()).collect();
    output.append("mentions", &spans, &[Column::refs("actor", &actors), Column::strings("type", &types)])?;
    output.extend("entities", &Column::refs("actor", &rows.entity_actor))?;
    output.extend("quotes", &Column::refs("speaker", &rows.speaker))?;
    output.extend("quotes", &Column::f32s("speaker_score", &rows.speaker_score))
}

export_plugin!(Actors);
