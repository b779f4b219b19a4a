//! Vectors are half floats. The host rounds floats that a plugin hands over, and gives floats to a plugin that reads them.
//! So plugins of ABI 1.0, which know no half floats, make and read vectors as before.

use std::sync::atomic::AtomicBool;

use copydesk_core::{ColumnData, Document, Layer, LayerType, f16, standard};
use copydesk_loader::{Plugin, built_in};
use copydesk_sdk::{Annotator, Column, Error, NoConfig, Output, Span, export_plugin};

/// One for each row of [`Given`].
const SPANS: [Span; 2] = [Span { start: 0, end: 1 }, Span { start: 1, end: 2 }];
const VALUES: [f32; 6] = [0.1, -2.0, 3.0, 65504.0, 1e-7, -0.5];

/// Makes vectors as a plugin of ABI 1.0 does.
struct Given;

impl Annotator for Given {
    const ID: &'static str = "given";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [{"layer": "tokens"}],
        "writes": [{"layer": "vectors", "columns": {"token": "ref(tokens)", "vector": "f32[]"}}],
        "extends": [{"layer": "tokens", "columns": {"weight": "f16"}}]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Given)
    }

    fn annotate(&self, _: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        output.extend("tokens", &Column::f32s("weight", &[0.3, 7.0]))?;
        output.append("vectors", &SPANS, &[Column::refs("token", &[0, 1]), Column::vectors("vector", 3, &VALUES)])
    }
}

/// Copies what it reads of vectors, as floats.
macro_rules! reader {
    ($name:ident $id:literal $kind:literal $read:expr) => {
        struct $name;

        impl Annotator for $name {
            const ID: &'static str = $id;
            const VERSION: &'static str = "1.0.0";
            const MANIFEST: &'static str = concat!(
                r#"{"reads": [{"layer": "vectors", "columns": {"token": "ref(tokens)", "vector": ""#,
                $kind,
                r#""}}], "writes": [{"layer": ""#,
                $id,
                r#"", "columns": {"copy": "f32[]"}}]}"#
            );
            type Config = NoConfig;

            fn create(_: NoConfig) -> Result<Self, Error> {
                Ok($name)
            }

            fn annotate(&self, document: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
                let vectors = document.layer("vectors")?;
                assert_eq!(vectors.refs("token")?, [0, 1]);
                let read: fn(&copydesk_sdk::Layer<'_>) -> Result<(Vec<f32>, usize), Error> = $read;
                let (values, width) = read(&vectors)?;
                output.append($id, vectors.spans(), &[Column::vectors("copy", width as u32, &values)])
            }
        }
    };
}

reader!(AsFloats "as_floats" "f32[]" |vectors| {
    assert!(vectors.f16s("vector").is_err(), "the manifest says floats");
    vectors.f32s("vector").map(|(values, width)| (values.to_vec(), width))
});
reader!(OfThree "of_three" "f32[3]" |vectors| vectors.f32s("vector").map(|(values, width)| (values.to_vec(), width)));
reader!(AsHalves "as_halves" "f16[]" |vectors| {
    assert!(vectors.f32s("vector").is_err(), "the manifest says half floats");
    let halves = vectors.f16s("vector")?;
    let (mut row, mut all) = (vec![9.0], Vec::new());
    for at in 0..=vectors.len() {
        halves.read(at, &mut row);
        all.extend_from_slice(&row);
    }
    Ok((all, halves.width()))
});

export_plugin!(Given, AsFloats, OfThree, AsHalves);

fn run(plugin: &Plugin, document: &mut Document) -> Result<(), copydesk_loader::PluginError> {
    let instance = plugin.create(&serde_json::Map::new()).expect("it can be made");
    instance.annotate(document, &AtomicBool::new(false))
}

#[test]
fn vectors_are_half_floats_whoever_makes_or_reads_them() {
    let mut document = Document::new("d", "ab").expect("a short text");
    let mut tokens = Layer::new("tokens", LayerType::default());
    tokens.append("ab", &SPANS, Vec::new()).expect("sound rows");
    document.put(tokens);
    let plugins = built_in(copydesk_entry()).expect("a sound entry");
    let [given, readers @ ..] = plugins.as_slice() else { panic!("plugins") };
    run(given, &mut document).expect("it runs");

    let kind = standard::layer("vectors").expect("a standard layer").columns["vector"].to_string();
    assert_eq!(kind, "f16[]");
    let rounded: Vec<f16> = VALUES.iter().map(|value| f16::from_f32(*value)).collect();
    let wanted = ColumnData::F16 { width: 3, values: rounded.clone() };
    assert_eq!(document.layer("vectors").and_then(|layer| layer.column("vector")), Some(&wanted));
    let weight = ColumnData::F16 { width: 1, values: [0.3, 7.0].map(f16::from_f32).to_vec() };
    assert_eq!(document.layer("tokens").and_then(|layer| layer.column("weight")), Some(&weight));

    let widened = ColumnData::F32 { width: 3, values: rounded.iter().map(|value| value.to_f32()).collect() };
    assert_eq!(readers.len(), 3);
    for reader in readers {
        run(reader, &mut document).expect("it runs");
        let copy = document.layer(reader.id()).and_then(|layer| layer.column("copy"));
        assert_eq!(copy, Some(&widened), "{}", reader.id());
    }
}
