//! The plugin: layers in, rows out.

use std::cell::RefCell;

use copydesk_models::GIVEN_NAMES;
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, NoConfig, Span, Strings, export_plugin};
use copydesk_text::{BlockKind, QuoteKind, QuoteRole};
use self_cell::self_cell;

use crate::document::{Entity, Input, Output, Quote, QuotePart};
use crate::given::GivenNames;
use crate::link::{Linker, Scratch};

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
}

thread_local! {
    static SCRATCH: RefCell<(Scratch, Output)> = RefCell::default();
}

impl Annotator for Actors {
    const ID: &'static str = "actors";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        let linker = HeldLinker::try_new(GIVEN_NAMES.read()?, |given| GivenNames::parse(given).map(Linker::new));
        let linker = linker.map_err(|error| Error::new(format!("given names: {error}")))?;
        Ok(Actors { linker })
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
        SCRATCH.with_borrow_mut(|(scratch, rows)| {
            self.linker.borrow_dependent().link(&input, scratch, rows);
            write(rows, output)
        })
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
