//! What the benches share: texts of our own, and documents brought up to a stage.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use copydesk_abi::Entry;
use copydesk_core::Document;
use copydesk_loader::{Instance, built_in};

/// The article that the repository ships.
pub const ARTICLE: &str = include_str!("../examples/article.txt");

/// What a plugin crate exports for programs that link it.
pub type EntryOf = fn() -> &'static Entry;

/// The stages of the pipeline `fast`, in their order: id and entry.
pub const STAGES: [(&str, EntryOf); 5] = [
    ("tokenizer", copydesk_plugin_tokenizer::copydesk_entry),
    ("ner", copydesk_plugin_ner::copydesk_entry),
    ("quotes", copydesk_plugin_quotes::copydesk_entry),
    ("actors", copydesk_plugin_actors::copydesk_entry),
    ("stance", copydesk_plugin_stance::copydesk_entry),
];

/// Name and text of each bench input: a line, an article, forty articles in one, and a text that news never is.
#[must_use]
pub fn texts() -> Vec<(&'static str, String)> {
    let mut hostile = String::new();
    for i in 0..4000 {
        let _ = write!(hostile, "“\"‘'A.B. {i} said that\u{200d}👩‍👧 \u{0}…");
    }
    vec![
        ("short", "“We will vote on Monday,” said Ana Ruiz, the minister.".to_owned()),
        ("article", ARTICLE.to_owned()),
        ("long", vec![ARTICLE; 40].join("\n\n")),
        ("hostile", hostile),
    ]
}

/// An instance of a stage's plugin with its default configuration.
///
/// # Panics
/// Where the plugin cannot be made: a bench has nothing to measure then.
#[must_use]
pub fn instance(entry: EntryOf) -> Instance {
    let plugins = built_in(entry()).unwrap_or_else(|error| panic!("{error}"));
    let plugin = plugins.first().unwrap_or_else(|| panic!("an entry has a plugin"));
    plugin.create(&Default::default()).unwrap_or_else(|error| panic!("{}: {error}", plugin.id()))
}

/// `text` as it comes to the stage `stage`: all stages before it have run.
///
/// # Panics
/// Where a stage fails.
#[must_use]
pub fn document_before(stage: &str, text: &str) -> Document {
    let mut document = Document::new("bench", text).unwrap_or_else(|error| panic!("{error}"));
    for (id, entry) in STAGES.iter().take_while(|(id, _)| *id != stage) {
        instance(*entry)
            .annotate(&mut document, &AtomicBool::new(false))
            .unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    document
}
