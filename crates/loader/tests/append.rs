//! Rows that a stage appends to another's layer find their place, and references follow.

use std::sync::atomic::AtomicBool;

use copydesk_core::{Column, ColumnData, Document, Layer, NONE, Span, standard};
use copydesk_loader::built_in;
use copydesk_sdk::{Annotator, Error, NoConfig, Output, Strings, export_plugin};

/// Appends a name where the text begins, and a mention-like row of a layer of its own that refers to it.
struct Gazetteer;

impl Annotator for Gazetteer {
    const ID: &'static str = "gazetteer";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [{"layer": "entities", "columns": {"label": "string"}}],
        "appends": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}],
        "writes": [{"layer": "hits", "columns": {"entity": "ref(entities)"}}]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Gazetteer)
    }

    fn annotate(&self, document: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let known = document.layer("entities")?.len() as u32;
        let labels: Strings = ["GPE"].into_iter().collect();
        let span = [Span::new(0, 3)];
        output.append(
            "entities",
            &span,
            &[copydesk_sdk::Column::strings("label", &labels), copydesk_sdk::Column::f32s("score", &[1.0])],
        )?;
        output.append("hits", &span, &[copydesk_sdk::Column::refs("entity", &[known])])
    }
}

export_plugin!(Gazetteer);

fn column(name: &str, data: ColumnData) -> Column {
    Column { name: name.to_owned(), data }
}

#[test]
fn appended_rows_are_sorted_in_and_references_follow() {
    let text = "Bob met Ana in Rome.";
    let mut document = Document::new("d", text).expect("a short text");
    let mut entities = Layer::new("entities", standard::layer("entities").expect("a standard layer"));
    let columns = vec![
        column("label", ColumnData::strings(["PERSON", "LOC"])),
        column("score", ColumnData::F32 { width: 1, values: vec![0.5, 0.25] }),
    ];
    entities.append(text, &[Span::new(8, 11), Span::new(15, 19)], columns).expect("sound");
    let actor = standard::extension("entities", "actor").expect("a standard column");
    let refs = |layer: &str, rows: Vec<u32>| ColumnData::Ref { layer: layer.into(), rows };
    entities.extend(&actor, column("actor", refs("actors", vec![NONE, NONE]))).expect("sound");
    document.put(entities);
    let mut notes = Layer::new(
        "notes",
        copydesk_core::LayerType {
            columns: [("entity".to_owned(), "ref(entities)".parse().expect("a type"))].into(),
            ..Default::default()
        },
    );
    notes.append(text, &[Span::new(8, 11)], vec![column("entity", refs("entities", vec![1]))]).expect("sound");
    document.put(notes);

    let plugins = built_in(copydesk_entry()).expect("a sound entry");
    let instance = plugins[0].create(&serde_json::Map::new()).expect("it can be made");
    instance.annotate(&mut document, &AtomicBool::new(false)).expect("rows go anywhere");

    let entities = document.layer("entities").expect("entities");
    let starts: Vec<u32> = entities.spans().iter().map(|span| span.start).collect();
    assert_eq!(starts, [0, 8, 15]);
    assert_eq!(entities.column("label"), Some(&ColumnData::strings(["GPE", "PERSON", "LOC"])));
    let score = entities.column("score").and_then(ColumnData::as_floats).expect("scores");
    assert_eq!(score.scalars(), Some(&[1.0, 0.5, 0.25][..]));
    let reference = |layer: &str, column: &str| {
        let references = document.layer(layer)?.column(column)?.as_references()?;
        references.get(0)
    };
    assert_eq!(reference("entities", "actor"), None);
    assert_eq!(reference("hits", "entity"), Some(0), "the new row");
    assert_eq!(reference("notes", "entity"), Some(2), "a row that moved");
}
