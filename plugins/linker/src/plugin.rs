//! The plugin: layers in, columns out.

use std::cell::RefCell;

use copydesk_models::{LINKER, find};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, NONE, Output, Strings, export_plugin};
use copydesk_text::{EntityLabel, MentionType};
use self_cell::self_cell;

use crate::kb::KnowledgeBase;
use crate::link::{Actor, Input, Link, Linker, Mention, Scratch, tells_where};

self_cell!(
    /// A knowledge base and the bytes that it borrows from.
    struct HeldBase {
        owner: ModelBytes,
        #[covariant]
        dependent: KnowledgeBase,
    }
);

/// Links participants to a knowledge base.
pub struct LinkerPlugin {
    base: HeldBase,
    linker: Linker,
    min_score: f32,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The built-in knowledge base, or a path.
    pub model: String,
    /// The least probability of a link.
    pub min_score: f32,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    links: Vec<Link>,
    scores: Vec<f32>,
    ids: Strings,
    id: String,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Annotator for LinkerPlugin {
    const ID: &'static str = "linker";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let trusted = config.model.starts_with("builtin:");
        let base = HeldBase::try_new(find(&config.model, LINKER)?, |bytes| match trusted {
            true => KnowledgeBase::parse_trusted(bytes),
            false => KnowledgeBase::parse(bytes),
        });
        let base = base.map_err(|error| Error::new(format!("model {}: {error}", config.model)))?;
        Ok(LinkerPlugin { base, linker: Linker::default(), min_score: config.min_score })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let actors = document.layer("actors")?;
        let (labels, roles) = (actors.strings("label")?, actors.strings("role")?);
        let affiliations = actors.strings("affiliation")?;
        let names = actors.strings("name")?.iter().enumerate();
        let actors: Vec<Actor<'_>> = names
            .map(|(row, name)| Actor {
                name,
                label: EntityLabel::of(labels.get(row)),
                role: roles.get(row),
                affiliation: affiliations.get(row),
            })
            .collect();
        let mentions = document.layer("mentions")?;
        let kinds = mentions.strings("type")?;
        let mut before = None;
        let mentions: Vec<Mention<'_>> = mentions
            .spans()
            .iter()
            .zip(mentions.refs("actor")?)
            .zip(kinds.iter())
            .filter(|(_, kind)| *kind == MentionType::Name.as_str())
            .map(|((span, actor), _)| {
                let tells_where = before.is_some_and(|end| tells_where(document.text(), end, span.start, span.end));
                let label = actors.get(*actor as usize).and_then(|actor| actor.label);
                before = matches!(label, Some(EntityLabel::Gpe | EntityLabel::Loc)).then_some(span.end);
                Mention { actor: *actor, name: document.slice(*span), tells_where }
            })
            .collect();
        output.check_cancelled()?;
        WORKSPACE.with_borrow_mut(|Workspace { scratch, links, scores, ids, id }| {
            let base = self.base.borrow_dependent();
            let input = Input { actors: &actors, mentions: &mentions };
            self.linker.link(&input, base, self.min_score, scratch, links);
            ids.clear();
            scores.clear();
            for link in links.iter() {
                id.clear();
                if let Some(entry) = Some(link.entry).filter(|entry| *entry != NONE).and_then(|entry| base.entry(entry))
                {
                    entry.write_id(id);
                }
                ids.push(id);
                scores.push(link.score);
            }
            output.extend("actors", &Column::strings("kb_id", ids))?;
            output.extend("actors", &Column::f32s("kb_score", scores))
        })
    }
}

export_plugin!(LinkerPlugin);
