//! Shows a trainer what the plugin `linker` knows of each gold name: `link_facts KB PIPELINE FILE...` prints a line
//! `{"facts": {...}, "right": 0 or 1}` for each name that has a candidate. `training/README.md` says how it is used.
//!
//! The files are gold as `copydesk eval links` has it. The names are given to the pipeline, which must make actors.

// A tool on files of known form: a broken file may end it.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;

use copydesk::train::gold::{Gold, LinkDocument};
use copydesk::train::score::{GoldEntries, with_linked_names};
use copydesk::{Article, Document, Pipeline, Span};
use copydesk_plugin_linker::{Actor, FEATURES, Input, KnowledgeBase, Linker, Mention, Scratch, tells_where};
use copydesk_text::{EntityLabel, MentionType};
use serde_json::{Map, Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, pipeline, files @ ..] = arguments.as_slice() else {
        panic!("link_facts KB PIPELINE FILE...");
    };
    let bytes = std::fs::read(base).unwrap();
    let base = KnowledgeBase::parse(&bytes).unwrap();
    let entries = GoldEntries::new(&bytes).unwrap();
    let pipeline = Pipeline::builder().pipeline(pipeline.as_str()).load().unwrap();
    for gold in files.iter().flat_map(|file| LinkDocument::read(Path::new(file)).unwrap()) {
        let gold = gold.unwrap();
        let annotate = |document: Document| pipeline.runner().annotate(document);
        let document = with_linked_names(&gold, annotate).unwrap();
        facts(&gold, &Article::new(annotate(document).unwrap()).unwrap(), &base, &entries);
    }
}

fn facts(gold: &LinkDocument, article: &Article, base: &KnowledgeBase<'_>, entries: &GoldEntries) {
    let actors: Vec<Actor<'_>> = article
        .actors()
        .map(|actor| Actor {
            name: actor.name(),
            label: EntityLabel::of(actor.label()),
            role: actor.role().unwrap_or_default(),
            affiliation: actor.affiliation().unwrap_or_default(),
        })
        .collect();
    let mut before = None;
    let mentions: Vec<Mention<'_>> = article
        .mentions()
        .filter(|mention| mention.kind() == MentionType::Name.as_str())
        .map(|mention| {
            let (span, actor) = (mention.span(), mention.actor());
            let tells_where = before.is_some_and(|end| tells_where(&gold.text, end, span.start, span.end));
            before =
                matches!(EntityLabel::of(actor.label()), Some(EntityLabel::Gpe | EntityLabel::Loc)).then_some(span.end);
            Mention { actor: actor.row(), name: mention.text(), tells_where }
        })
        .collect();
    let mut found = Vec::new();
    let input = Input { actors: &actors, mentions: &mentions };
    Linker::default().each(&input, base, &mut Scratch::default(), |chosen| {
        found.push(chosen.map(|(entry, facts)| (base.entry(entry).map(|entry| entry.id()), *facts)));
    });
    let bytes: Vec<u32> = gold.text.char_indices().map(|(at, _)| at as u32).chain([gold.text.len() as u32]).collect();
    for name in &gold.names {
        let [start, end] = name.span.map(|at| bytes[at as usize]);
        let actor = article.entities().find(|entity| entity.span() == Span::new(start, end)).and_then(|e| e.actor());
        let Some((id, facts)) = actor.and_then(|actor| found[actor.row() as usize].clone()) else { continue };
        let wanted = entries.of(name);
        let facts: Map<String, Value> =
            FEATURES.iter().zip(facts).map(|((name, _), fact)| ((*name).to_owned(), json!(fact))).collect();
        println!(
            "{}",
            json!({
                "facts": facts, "right": u32::from(wanted.is_some() && wanted == id), "known": wanted.is_some(),
                "name": gold.text.get(start as usize..end as usize), "found": id, "wanted": wanted, "gold": name.name,
            })
        );
    }
}
