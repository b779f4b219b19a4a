//! The plugins of the tests: some do a little work, some misbehave, most only have a manifest.

use std::time::Duration;

use copydesk_sdk::{Annotator, Column, Document, Error, NONE, NoConfig, Output, Span, Strings, export_plugin};
use serde::Deserialize;

/// Splits at blanks; the whole text is one block and one sentence.
pub struct Tokenizer;

impl Annotator for Tokenizer {
    const ID: &'static str = "tokenizer";
    const VERSION: &'static str = "1.2.3";
    const MANIFEST: &'static str = r#"{"writes": [
        {"layer": "blocks", "columns": {"kind": "string"}},
        {"layer": "sentences", "columns": {"block": "ref(blocks)"}},
        {"layer": "tokens", "columns": {"sentence": "ref(sentences)", "space_after": "u32", "part": "u32"}}
    ]}"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Tokenizer)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let text = document.text();
        let (mut spans, mut at) = (Vec::new(), 0);
        for word in text.split(' ') {
            if !word.is_empty() {
                spans.push(Span { start: at as u32, end: (at + word.len()) as u32 });
            }
            at += word.len() + 1;
        }
        if spans.is_empty() {
            return Ok(());
        }
        let whole = [Span { start: spans[0].start, end: spans[spans.len() - 1].end }];
        output.append("blocks", &whole, &[Column::strings("kind", &["paragraph"].into_iter().collect())])?;
        output.append("sentences", &whole, &[Column::refs("block", &[0])])?;
        let (zeros, ones) = (vec![0; spans.len()], vec![1; spans.len()]);
        let columns =
            [Column::refs("sentence", &zeros), Column::u32s("space_after", &ones), Column::u32s("part", &zeros)];
        output.append("tokens", &spans, &columns)
    }
}

/// Capitalised words are names.
pub struct Ner {
    label: String,
}

#[derive(Deserialize)]
pub struct NerConfig {
    label: String,
    model: String,
}

impl Annotator for Ner {
    const ID: &'static str = "ner";
    const VERSION: &'static str = "2.0.0";
    const MANIFEST: &'static str = r#"{
        "config": {"properties": {
            "model": {"type": "string", "format": "path", "default": "builtin:test"},
            "label": {"type": "string", "enum": ["PERSON", "ORG"], "default": "PERSON"},
            "min_score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
            "window": {"type": "integer", "minimum": 1, "default": 2},
            "lower": {"type": "boolean", "default": false},
            "only": {"type": "array", "items": {"type": "string"}, "default": []}
        }},
        "reads": [{"layer": "tokens"}],
        "writes": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]
    }"#;
    type Config = NerConfig;

    fn create(config: NerConfig) -> Result<Self, Error> {
        if config.model.starts_with("builtin:") {
            return Ok(Ner { label: config.label });
        }
        std::fs::read(&config.model).map_err(|error| Error::new(format!("{}: {error}", config.model)))?;
        Err(Error::new("the model has version 9, this plugin reads version 1"))
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let capital = |span: &&Span| document.slice(**span).starts_with(char::is_uppercase);
        let spans: Vec<Span> = document.layer("tokens")?.spans().iter().filter(capital).copied().collect();
        let labels: Strings = spans.iter().map(|_| self.label.as_str()).collect();
        let scores = vec![0.875; spans.len()];
        output.append("entities", &spans, &[Column::strings("label", &labels), Column::f32s("score", &scores)])
    }
}

/// One quote: the words between the first two quotation marks, said by the last word.
pub struct Quotes;

impl Annotator for Quotes {
    const ID: &'static str = "quotes";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [{"layer": "blocks"}, {"layer": "sentences"}, {"layer": "tokens"}, {"layer": "entities"}],
        "writes": [
            {"layer": "quotes", "columns": {"kind": "string", "act": "string", "score": "f32"}},
            {"layer": "quote_parts", "columns": {"quote": "ref(quotes)", "role": "string"}}
        ]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Quotes)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let text = document.text();
        let mut marks = text.match_indices('"');
        let (Some((start, _)), Some((end, _))) = (marks.next(), marks.next()) else { return Ok(()) };
        let content = Span { start: start as u32, end: end as u32 + 1 };
        let mut spans = vec![content];
        let mut roles = vec!["content"];
        if let Some(source) = document.layer("entities")?.spans().iter().find(|span| span.start >= content.end) {
            spans.push(*source);
            roles.push("source");
        }
        let whole = [Span { start: content.start, end: spans[spans.len() - 1].end }];
        let one = |text: &str| [text].into_iter().collect::<Strings>();
        let (kind, act) = (one("direct"), one("speech"));
        let columns = [Column::strings("kind", &kind), Column::strings("act", &act), Column::f32s("score", &[1.0])];
        output.append("quotes", &whole, &columns)?;
        let (quote, roles) = (vec![0; spans.len()], roles.into_iter().collect());
        output.append("quote_parts", &spans, &[Column::refs("quote", &quote), Column::strings("role", &roles)])
    }
}

/// Every entity is an actor; a quote's speaker is the entity that is its source.
pub struct Actors;

impl Annotator for Actors {
    const ID: &'static str = "actors";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [
            {"layer": "entities", "columns": {"label": "string"}},
            {"layer": "quotes", "optional": true},
            {"layer": "quote_parts", "columns": {"quote": "ref(quotes)", "role": "string"}, "optional": true}
        ],
        "writes": [
            {"layer": "actors", "columns": {"name": "string", "label": "string"}},
            {"layer": "mentions", "columns": {"actor": "ref(actors)", "type": "string"}}
        ],
        "extends": [
            {"layer": "entities", "columns": {"actor": "ref(actors)?"}},
            {"layer": "quotes", "columns": {"speaker": "ref(actors)?"}}
        ]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Actors)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let entities = document.layer("entities")?;
        let rows: Vec<u32> = (0..entities.len() as u32).collect();
        let labels: Strings = entities.strings("label")?.iter().collect();
        let names: Strings = entities.spans().iter().map(|span| document.slice(*span)).collect();
        let types: Strings = rows.iter().map(|_| "name").collect();
        output.append(
            "actors",
            entities.spans(),
            &[Column::strings("name", &names), Column::strings("label", &labels)],
        )?;
        output.append(
            "mentions",
            entities.spans(),
            &[Column::refs("actor", &rows), Column::strings("type", &types)],
        )?;
        output.extend("entities", &Column::refs("actor", &rows))?;
        let quotes = document.layer("quotes")?;
        let mut speakers = vec![NONE; quotes.len()];
        let parts = document.layer("quote_parts")?;
        let (quote, role) = (parts.refs("quote")?, parts.strings("role")?);
        for part in (0..parts.len()).filter(|part| role.get(*part) == "source") {
            let actor = entities.spans().iter().position(|span| *span == parts.spans()[part]);
            speakers[quote[part] as usize] = actor.map_or(NONE, |actor| actor as u32);
        }
        output.extend("quotes", &Column::refs("speaker", &speakers))
    }
}

/// Takes its time, the more the earlier the document; looks at cancellation.
pub struct Slow;

impl Annotator for Slow {
    const ID: &'static str = "slow";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = "{}";
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Slow)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let forever = document.text().contains("forever");
        let naps = if forever { 100_000 } else { document.text().matches("nap").count() };
        for _ in 0..naps {
            output.check_cancelled()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// Does what the text says: fails, panics, or gives a span outside the text.
pub struct Moody;

impl Annotator for Moody {
    const ID: &'static str = "moody";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{"writes": [{"layer": "moods"}]}"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Moody)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let text = document.text();
        output.append("moods", &[Span { start: 0, end: 0 }], &[])?;
        if text.contains("fail") {
            return Err(Error::new("no mood for this"));
        }
        assert!(!text.contains("panic"), "a bad mood");
        if text.contains("beyond") {
            output.append("moods", &[Span { start: 0, end: text.len() as u32 + 1 }], &[])?;
        }
        Ok(())
    }
}

/// Does without shouts, unless its model reads them.
pub struct Listener {
    model: String,
}

#[derive(Deserialize)]
pub struct ListenerConfig {
    model: String,
}

impl Annotator for Listener {
    const ID: &'static str = "listener";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "config": {"properties": {"model": {"type": "string", "default": "deaf"}}},
        "reads": [{"layer": "sentences"}, {"layer": "shouts", "optional": true}]
    }"#;
    type Config = ListenerConfig;

    fn create(config: ListenerConfig) -> Result<Self, Error> {
        Ok(Listener { model: config.model })
    }

    fn needs(&self, layer: &str) -> bool {
        assert!(self.model != "confused", "it cannot tell");
        layer == "shouts" && self.model == "keen"
    }

    fn annotate(&self, _: &Document<'_>, _: &mut Output<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Reads vectors where its model does.
pub struct Head {
    model: String,
}

impl Annotator for Head {
    const ID: &'static str = "head";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "config": {"properties": {"model": {"type": "string", "default": "flat"}}},
        "reads": [{"layer": "vectors", "optional": true}],
        "writes": [{"layer": "thoughts"}]
    }"#;
    type Config = ListenerConfig;

    fn create(config: ListenerConfig) -> Result<Self, Error> {
        Ok(Head { model: config.model })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "vectors" && self.model == "deep"
    }

    fn annotate(&self, _: &Document<'_>, _: &mut Output<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Whispers only if its model does.
pub struct Shy {
    model: String,
}

impl Annotator for Shy {
    const ID: &'static str = "shy";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "config": {"properties": {"model": {"type": "string", "default": "mute"}}},
        "writes": [{"layer": "whispers", "optional": true}]
    }"#;
    type Config = ListenerConfig;

    fn create(config: ListenerConfig) -> Result<Self, Error> {
        Ok(Shy { model: config.model })
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "whispers" && self.model == "bold"
    }

    fn annotate(&self, _: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        if self.needs("whispers") { output.append("whispers", &[], &[]) } else { Ok(()) }
    }
}

/// A plugin of which only the manifest matters.
macro_rules! manifests {
    ($($name:ident $id:literal $manifest:literal)+) => {$(
        pub struct $name;

        impl Annotator for $name {
            const ID: &'static str = $id;
            const VERSION: &'static str = "1.0.0";
            const MANIFEST: &'static str = $manifest;
            type Config = NoConfig;

            fn create(_: NoConfig) -> Result<Self, Error> {
                Ok($name)
            }

            fn annotate(&self, _: &Document<'_>, _: &mut Output<'_>) -> Result<(), Error> {
                Ok(())
            }
        }
    )+};
}

manifests! {
    OtherNer "other_ner" r#"{"reads": [{"layer": "tokens"}],
        "writes": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]}"#
    Gazetteer "gazetteer" r#"{"config": {"properties": {"file": {"type": "string", "format": "path"}}, "required": ["file"]},
        "reads": [{"layer": "entities"}],
        "appends": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]}"#
    Links "links" r#"{"reads": [{"layer": "entities"}],
        "extends": [{"layer": "entities", "columns": {"actor": "ref(actors)?"}}]}"#
    Shouts "shouts" r#"{"reads": [{"layer": "sentences"}],
        "writes": [{"layer": "shouts", "columns": {"how": "string", "weight": "f32"}}]}"#
    Encoder "encoder" r#"{"reads": [{"layer": "tokens"}],
        "writes": [{"layer": "vectors", "columns": {"token": "ref(tokens)", "vector": "f32[]"}}]}"#
    Compass "compass" r#"{"reads": [{"layer": "vectors"}], "writes": [{"layer": "directions"}]}"#
    Volume "volume" r#"{"reads": [{"layer": "shouts", "columns": {"how": "u32"}}]}"#
    Pitch "pitch" r#"{"reads": [{"layer": "shouts", "columns": {"pitch": "f32"}}]}"#
    Speakers "speakers" r#"{"reads": [{"layer": "quotes", "columns": {"speaker": "ref(actors)?"}}]}"#
    Ear "ear" r#"{"reads": [{"layer": "whispers"}]}"#
    DeafEar "deaf_ear" r#"{"reads": [{"layer": "whispers", "optional": true}]}"#
    Orphan "orphan" r#"{"reads": [{"layer": "weather"}]}"#
    Maybe "maybe" r#"{"reads": [{"layer": "weather", "optional": true}, {"layer": "tokens", "optional": true}]}"#
    Hopeful "hopeful" r#"{"reads": [{"layer": "tokens", "optional": true}],
        "appends": [{"layer": "tokens", "columns": {"sentence": "ref(sentences)", "space_after": "u32", "part": "u32"}}]}"#
    Pointer "pointer" r#"{"writes": [{"layer": "pointers", "columns": {"to": "ref(weather)"}}]}"#
    More "more_shouts" r#"{"reads": [{"layer": "shouts"}],
        "appends": [{"layer": "shouts", "columns": {"how": "string", "pitch": "u32"}}]}"#
}

export_plugin!(
    Tokenizer, Ner, Quotes, Actors, Slow, Moody, OtherNer, Gazetteer, Links, Shouts, Volume, Pitch, Speakers, Orphan,
    Maybe, Hopeful, Pointer, More, Listener, Encoder, Compass, Head, Shy, Ear, DeafEar
);
