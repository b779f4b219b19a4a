//! Plugins that somebody built long ago and does not build again load and run in every later version. The source of one
//! a version is kept, with the header of that time; neither is ever edited.

use std::sync::atomic::AtomicBool;

use copydesk_core::{Column, ColumnData, Document, Layer, LayerType, NONE, Span};
use copydesk_loader::open;
use serde_json::{Map, json};

/// Files that must not change, and their SHA-256.
const FILES: [(&str, &str); 2] = [
    ("frozen-1.0/copydesk.h", "cb5d65677a5a658685a7c04b7718eaef0b2af5cc0c8d4e4e67e6573bcd31d1e3"),
    ("frozen-1.0/frozen.c", "c62f8bc7c81b6d3a858da4eceeeefe53cc371a3d53665dad4871a9940e15abf6"),
];

#[test]
fn frozen_files_are_as_they_were() {
    for (file, hash) in FILES {
        let path = copydesk_tests::root().join("tests/plugins").join(file);
        assert_eq!(copydesk_kit::sha256(&path).expect("it is there"), hash, "{file} is never edited: put it back");
    }
}

/// A layer with columns. Their types are written as in a manifest.
fn put(document: &mut Document, name: &str, spans: &[(u32, u32)], columns: Vec<(&str, &str, ColumnData)>) {
    let types = columns.iter().map(|(name, kind, _)| ((*name).to_owned(), kind.parse().expect("a type"))).collect();
    let mut layer = Layer::new(name, LayerType { columns: types, ..LayerType::default() });
    let spans: Vec<Span> = spans.iter().map(|(start, end)| Span::new(*start, *end)).collect();
    let columns = columns.into_iter().map(|(name, _, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), &spans, columns).expect("sound rows");
    document.put(layer);
}

/// `refs` of a layer.
fn refs(layer: &str, rows: &[u32]) -> ColumnData {
    ColumnData::Ref { layer: layer.into(), rows: rows.to_vec() }
}

fn document() -> Document {
    let mut document = Document::new("d", "Zoë met Ana. They left.").expect("a short text");
    put(&mut document, "blocks", &[(0, 24)], vec![]);
    put(&mut document, "sentences", &[(0, 13), (14, 24)], vec![("block", "ref(blocks)", refs("blocks", &[0, 0]))]);
    let tokens = [(0, 4), (5, 8), (9, 12), (12, 13), (14, 18), (19, 23), (23, 24)];
    let sentence = refs("sentences", &[0, 0, 0, 0, 1, 1, 1]);
    let space = ColumnData::U32(vec![1, 1, 0, 0, 1, 0, 0]);
    let columns = vec![("sentence", "ref(sentences)", sentence), ("space_after", "u32", space)];
    put(&mut document, "tokens", &tokens, columns);
    let label = ColumnData::strings(["PERSON", "PERSON"]);
    let score = ColumnData::F32 { width: 1, values: vec![0.9, 0.8] };
    put(&mut document, "entities", &[(0, 4), (9, 12)], vec![("label", "string", label), ("score", "f32", score)]);
    document
}

/// The rows of the plugin for [`document`].
fn assert_rows(document: &Document, weight: f32) {
    let frozen = document.layer("frozen").expect("a layer");
    assert_eq!(frozen.spans(), [Span::new(0, 13), Span::new(14, 24)]);
    let column = |name: &str| frozen.column(name).expect("a column").clone();
    assert_eq!(column("tokens"), ColumnData::U32(vec![4, 3]));
    assert_eq!(column("weight"), ColumnData::F32 { width: 1, values: vec![weight; 2] });
    assert_eq!(column("pair"), ColumnData::F32 { width: 2, values: vec![0.25, weight, 0.25, weight] });
    assert_eq!(column("first"), ColumnData::strings(["Zoë", "They"]));
    assert_eq!(column("sentence"), refs("sentences", &[0, 1]));
    assert_eq!(column("entity"), refs("entities", &[0, NONE]));
    let back = document.layer("sentences").and_then(|sentences| sentences.column("frozen"));
    assert_eq!(back, Some(&refs("frozen", &[0, 1])));
}

#[test]
fn a_plugin_of_abi_1_0_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = copydesk_tests::root().join("tests/plugins/frozen-1.0");
    let compiler = ["cc", "-std=c11"];
    let library = copydesk_tests::c::compile(&compiler, &source.join("frozen.c"), &source, folder.path(), "frozen_1_0");
    let plugins = open(&library).expect("it loads for ever");
    let [plugin] = plugins.as_slice() else { panic!("one plugin, not {}", plugins.len()) };
    assert_eq!((plugin.id(), plugin.version(), plugin.abi()), ("frozen_1_0", "1.0.0", (1, 0)));
    assert!(plugin.batches());

    let cancel = AtomicBool::new(false);
    let mut one = document();
    plugin.create(&Map::new()).expect("the defaults").annotate(&mut one, &cancel).expect("it runs");
    assert_rows(&one, 3.0);

    let options = json!({"weight": 7});
    let instance = plugin.create(options.as_object().expect("an object")).expect("it can be made");
    let mut several = vec![document(), document()];
    for outcome in instance.annotate_batch(&mut several, &cancel) {
        outcome.expect("it runs");
    }
    several.iter().for_each(|document| assert_rows(document, 7.0));

    let wrong = json!({"weight": 70});
    let error = plugin.create(wrong.as_object().expect("an object")).expect_err("too much");
    assert_eq!(error.to_string(), "weight must be 1 to 9");
    let cancelled = instance.annotate(&mut document(), &AtomicBool::new(true)).expect_err("cancelled");
    assert!(cancelled.is_cancelled(), "{cancelled}");
}
