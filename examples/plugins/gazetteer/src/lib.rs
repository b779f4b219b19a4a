//! Corrects entities by a gazetteer, a file of names and labels. `gazetteer_names` adds missed names,
//! `gazetteer_labels` adds the gazetteer's label of every entity. There are two plugins, since a plugin adds either
//! rows to a layer or a column.

use std::path::Path;

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};

mod gazetteer;

use gazetteer::Gazetteer;

/// The options of both plugins.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The gazetteer's file.
    pub file: String,
}

/// Adds the names of the gazetteer that no entity covers.
pub struct Names(Gazetteer);

impl Annotator for Names {
    const ID: &'static str = "gazetteer_names";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = r#"{
        "description": "Adds names of a gazetteer that were missed to the entities",
        "config": {
            "properties": {
                "file": {"type": "string", "format": "path", "description": "Names: a name, a tab and its label a line"}
            },
            "required": ["file"]
        },
        "reads": [
            {"layer": "tokens", "columns": {"sentence": "ref(sentences)"}},
            {"layer": "entities", "columns": {"label": "string", "score": "f32"}}
        ],
        "appends": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]
    }"#;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        Gazetteer::read(Path::new(&config.file)).map(Names).map_err(Error::new)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?;
        let (words, sentence) = (tokens.spans(), tokens.refs("sentence")?);
        let mut entities = document.layer("entities")?.spans().iter().peekable();
        let (mut spans, mut labels) = (Vec::new(), Strings::new());
        // The end of the entities and names so far.
        let mut end = 0;
        for (at, word) in words.iter().enumerate() {
            if at.is_multiple_of(4096) {
                output.check_cancelled()?;
            }
            while let Some(entity) = entities.next_if(|entity| entity.start <= word.start) {
                end = end.max(entity.end);
            }
            if word.start < end {
                continue;
            }
            // A name ends where a word ends, before the next entity and within the sentence.
            let limit = entities.peek().map_or(document.text().len() as u32, |entity| entity.start);
            let last = |stop: u32| {
                let last = words.partition_point(|word| word.end < stop);
                stop <= limit
                    && words.get(last).is_some_and(|word| word.end == stop)
                    && sentence.get(last) == sentence.get(at)
            };
            let text = document.text().get(word.start as usize..).unwrap_or("");
            if let Some((length, label)) = self.0.longest(text, |length| last(word.start + length as u32)) {
                end = word.start + length as u32;
                spans.push(Span::new(word.start, end));
                labels.push(label);
            }
        }
        let scores = vec![1.0; spans.len()];
        output.append("entities", &spans, &[Column::strings("label", &labels), Column::f32s("score", &scores)])
    }
}

/// Gives every entity the label that the gazetteer has for it, or an empty one.
pub struct Labels(Gazetteer);

impl Annotator for Labels {
    const ID: &'static str = "gazetteer_labels";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = r#"{
        "description": "Says of each entity how a gazetteer labels it",
        "config": {
            "properties": {
                "file": {"type": "string", "format": "path", "description": "Names: a name, a tab and its label a line"}
            },
            "required": ["file"]
        },
        "reads": [{"layer": "entities"}],
        "extends": [{"layer": "entities", "columns": {"gazetteer_label": "string"}}]
    }"#;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        Gazetteer::read(Path::new(&config.file)).map(Labels).map_err(Error::new)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let entities = document.layer("entities")?;
        let labels: Strings =
            entities.spans().iter().map(|span| self.0.label(document.slice(*span)).unwrap_or("")).collect();
        output.extend("entities", &Column::strings("gazetteer_label", &labels))
    }
}

export_plugin!(Names, Labels);
