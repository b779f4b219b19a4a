//! Layers that a document brings: which of them a stage takes, which it skips for, and which it refuses.

use std::sync::atomic::AtomicBool;

use copydesk_core::{Column, ColumnData, Document, Layer, LayerType, Span};
use copydesk_loader::{Instance, built_in};
use copydesk_sdk::{Annotator, Error, NoConfig, Output, export_plugin};

/// Writes `lines`, unless the document brings them, and `words` and `marks`, which refer to them.
struct Lines;

impl Annotator for Lines {
    const ID: &'static str = "lines";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [{"layer": "lines", "columns": {"kind": "u32"}, "optional": true}],
        "writes": [
            {"layer": "lines", "columns": {"kind": "u32"}},
            {"layer": "words", "columns": {"line": "ref(lines)"}},
            {"layer": "marks"}
        ]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Lines)
    }

    fn annotate(&self, document: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let rows = match document.optional_layer("lines") {
            Some(given) => given.u32s("kind")?.len() as u32,
            None => {
                output.append("lines", &[Span::new(0, 3)], &[copydesk_sdk::Column::u32s("kind", &[7])])?;
                1
            }
        };
        output.append("words", &[Span::new(0, 1)], &[copydesk_sdk::Column::refs("line", &[rows - 1])])?;
        output.append("marks", &[], &[])
    }
}

export_plugin!(Lines);

fn instance() -> Instance {
    let plugins = built_in(copydesk_entry()).expect("a sound entry");
    plugins[0].create(&serde_json::Map::new()).expect("it can be made")
}

/// A document with these layers; lines have two rows and a column that the plugin does not know.
fn document(given: &[&str]) -> Document {
    let text = "one two";
    let mut document = Document::new("d", text).expect("a short text");
    for name in given {
        let spans = [Span::new(0, 3), Span::new(4, 7)];
        let columns = match *name {
            "lines" => vec![("kind", ColumnData::U32(vec![1, 2])), ("path", ColumnData::strings(["p", "q"]))],
            "words" => vec![("line", ColumnData::Ref { layer: "lines".into(), rows: vec![0, 0] })],
            _ => vec![],
        };
        let kinds = columns.iter().map(|(name, data)| {
            let kind = match data {
                ColumnData::U32(_) => "u32",
                ColumnData::Strings { .. } => "string",
                _ => "ref(lines)",
            };
            ((*name).to_owned(), kind.parse().expect("a type"))
        });
        let mut layer = Layer::new(*name, LayerType { columns: kinds.collect(), ..LayerType::default() });
        let columns = columns.into_iter().map(|(name, data)| Column { name: name.to_owned(), data }).collect();
        layer.append(text, &spans, columns).expect("sound");
        document.put(layer);
    }
    document
}

#[test]
fn a_stage_takes_given_layers_that_it_reads_too() {
    let cancel = AtomicBool::new(false);
    /// The layers that a document brings, and the rows of all layers afterwards, or a part of the error.
    type Case = (&'static [&'static str], Result<[usize; 3], &'static str>);
    let cases: [Case; 6] = [
        (&[], Ok([1, 1, 0])),
        (&["lines"], Ok([2, 1, 0])),
        (&["lines", "words", "marks"], Ok([2, 2, 2])),
        (&["words"], Err("brings layer \"words\" but not \"lines\"")),
        (&["words", "marks"], Err("brings layer \"words\" but not \"lines\"")),
        (&["lines", "words"], Err("brings layer \"words\" but not \"marks\"")),
    ];
    for (given, expected) in cases {
        let mut one = document(given);
        let outcome = instance().annotate(&mut one, &cancel);
        match expected {
            Ok(rows) => {
                outcome.expect("it is annotated");
                let found = ["lines", "words", "marks"].map(|name| one.layer(name).map_or(99, Layer::len));
                assert_eq!(found, rows, "{given:?}");
                if given == ["lines"] {
                    let line = one.layer("words").and_then(|words| words.column("line")?.as_references()?.get(0));
                    assert_eq!(line, Some(1), "the row of the given layer");
                    assert!(
                        one.layer("lines").is_some_and(|lines| lines.column("path").is_some()),
                        "it stays as given"
                    );
                }
            }
            Err(message) => {
                let error = outcome.expect_err("refused").to_string();
                assert!(error.contains(message), "{given:?}: {error}");
            }
        }
    }
}
