//! The plugin `reader`. Its own work is next to nothing, so the cost of its calls is the cost of any call.

use std::env;
use std::path::{Path, PathBuf};

use copydesk_core::{Column, ColumnData, Document, Layer, Span, standard};
use copydesk_loader::{Instance, Plugin, Registry, SearchPath};
use serde_json::{Map, Value};

use crate::tokens;

/// Its id.
pub const READER: &str = "reader";

/// Tokens of [`thousand_tokens`].
const TOKENS: u32 = 1000;

/// An article of 1,000 tokens, 6,000 bytes.
///
/// # Panics
/// Never: its spans are right.
#[must_use]
pub fn thousand_tokens() -> Document {
    let text = "token ".repeat(TOKENS as usize);
    let spans: Vec<Span> = (0..TOKENS).map(|i| Span::new(i * 6, i * 6 + 5)).collect();
    let column = |name: &str, data: ColumnData| Column { name: name.to_owned(), data };
    let mut tokens = Layer::new("tokens", standard::layer("tokens").unwrap_or_default());
    let columns = vec![
        column("sentence", ColumnData::Ref { layer: "sentences".into(), rows: vec![0; TOKENS as usize] }),
        column("space_after", ColumnData::U32(vec![1; TOKENS as usize])),
        column("part", ColumnData::U32(vec![0; TOKENS as usize])),
    ];
    tokens.append(&text, &spans, columns).unwrap_or_else(|error| panic!("{error}"));
    let mut document = Document::new("bench", text).unwrap_or_else(|error| panic!("{error}"));
    document.put(tokens);
    document
}

/// Rows that [`READER`] appends to a document: 185 a thousand tokens, as many as an article's entities, quotes and
/// their parts are.
#[must_use]
pub fn rows(document: &Document) -> u64 {
    tokens(document) * 185 / 1000
}

/// An instance of [`READER`] for a document.
///
/// # Panics
/// If it cannot be made.
#[must_use]
pub fn reader(plugin: &Plugin, document: &Document) -> Instance {
    let config = Map::from_iter([("rows".to_owned(), Value::from(rows(document)))]);
    plugin.create(&config).unwrap_or_else(|error| panic!("{error}"))
}

/// [`READER`] opened from its library, which cargo builds beside this program or in the folder `deps` there.
///
/// # Panics
/// If it is missing or refused.
#[must_use]
pub fn loaded_reader(registry: &Registry) -> Plugin {
    let program = env::current_exe().unwrap_or_else(|error| panic!("this program has no file: {error}"));
    let folder = program.parent().unwrap_or(Path::new("."));
    let search = SearchPath::only(vec![folder.join("deps"), folder.to_owned()]);
    let library: Option<PathBuf> = search.find(READER).unwrap_or_else(|error| panic!("{error}"));
    let library =
        library.unwrap_or_else(|| panic!("the library of the plugin {READER} is not beside {}", program.display()));
    let plugins = registry.open(&library).unwrap_or_else(|error| panic!("{error}"));
    plugins.into_iter().next().unwrap_or_else(|| panic!("{} holds no plugin", library.display()))
}
