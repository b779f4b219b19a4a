//! The shipped encoder, exported, against the same weights in the engine of the plugin `encoder`: the same logits.

use std::fs;
use std::sync::atomic::AtomicBool;

use copydesk_core::{ColumnData, Document, Layer};
use copydesk_loader::{Plugin, built_in};
use copydesk_model::ModelFile;
use copydesk_model::checkpoint::{Source, convert, export};
use copydesk_model::encoder::Precision;
use copydesk_model::heads::{NamesHead, Vectors, log_softmax};
use copydesk_models::of_plugin;
use serde_json::{Map, Value, json};

use crate::architecture::Task;
use crate::reading::Layers;
use crate::stage::{Opened, Options};

const ARTICLE: &str = include_str!("../../../../examples/article.txt");

fn plugin(entry: fn() -> &'static copydesk_sdk::abi::Entry) -> Plugin {
    built_in(entry()).unwrap().remove(0)
}

fn column<'a>(layer: &'a Layer, name: &str) -> &'a ColumnData {
    layer.column(name).unwrap()
}

fn refs(column: &ColumnData) -> &[u32] {
    let ColumnData::Ref { rows, .. } = column else { panic!("no references") };
    rows
}

#[test]
fn the_shipped_encoder_gives_its_own_logits() {
    let source = |name| {
        let model = of_plugin(name).iter().find(|model| model.name() == "news").unwrap();
        Source { name, bytes: model.built_in().unwrap() }
    };
    let exported = export(source("encoder"), source("ner"), source("quotes"), source("stance")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    for (name, content) in [("config.json", &exported.config), ("vocab.txt", &exported.vocabulary)] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    fs::write(folder.path().join("model.safetensors"), &exported.safetensors).unwrap();
    let float = convert(&exported.config, &exported.vocabulary, &exported.safetensors, Precision::Float32).unwrap();
    let encoder = folder.path().join("encoder.cdm");
    fs::write(&encoder, float.encoder.finish()).unwrap();
    let head = float.names.finish();
    let head = NamesHead::read(&ModelFile::parse(&head).unwrap()).unwrap();

    let create = |plugin: &Plugin, config: Value| {
        let config: Map<String, Value> = serde_json::from_value(config).unwrap();
        plugin.create(&config).unwrap()
    };
    let tokenizer = create(&plugin(copydesk_plugin_tokenizer::copydesk_entry), json!({}));
    let encoder = create(&plugin(copydesk_plugin_encoder::copydesk_entry), json!({ "model": encoder }));
    let options = Options { model: path, device: "cpu".into(), batch_size: 16, max_length: 256 };
    let opened = Opened::new(&options, Task::Tokens, 1, 32).unwrap();

    // An article; and one of some 20,000 words, whose windows must be the same; and what is odd.
    let long: String = (0..44).map(|n| format!("{n}. {ARTICLE}\n\n")).collect();
    let odd = "“Ana’s” U.S.-led 3.5% 🗳️🗳️ naïve Ｆｕｌｌ שלום\r\n\r\n'x' antidisestablishmentarianism-antidisestablishmentarianism";
    for text in [ARTICLE, &long, odd, "🗳️", ""] {
        let mut document = Document::new("d", text).unwrap();
        tokenizer.annotate(&mut document, &AtomicBool::new(false)).unwrap();
        encoder.annotate(&mut document, &AtomicBool::new(false)).unwrap();
        let [blocks, sentences, tokens, vectors] =
            ["blocks", "sentences", "tokens", "vectors"].map(|name| document.layer(name).unwrap());
        let ColumnData::F16 { width, values } = column(vectors, "vector") else { panic!("no vectors") };
        let bits: Vec<u16> = values.iter().map(|value| value.to_bits()).collect();
        let mut first = Vec::new();
        let vectors = Vectors::new(&bits, *width as usize, refs(column(vectors, "token")), tokens.len(), &mut first);
        let (count, mut expected) = (head.tags().len(), Vec::new());
        head.emissions(&vectors, 0..tokens.len(), count, &mut Default::default(), &mut expected);

        let layers = Layers {
            blocks: blocks.spans(),
            sentences: sentences.spans(),
            tokens: tokens.spans(),
            sentence_of: refs(column(tokens, "sentence")),
        };
        let reading = opened.reader.read(text, &layers).unwrap();
        assert_eq!(reading.tokens, (0..tokens.len() as u32).collect::<Vec<_>>());
        let mut logits = Vec::new();
        opened.network.logits(&reading.windows, Task::Tokens, || Ok(()), &mut logits).unwrap();
        let mut found = Vec::new();
        logits.chunks(count).for_each(|row| log_softmax(row, 1.0, count, &mut found));
        assert_eq!(found.len(), expected.len());
        let largest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{} tokens: the largest difference of {} logits is {largest:e}", tokens.len(), found.len());
        // The encoder's vectors are rounded to half floats, each number by 2^-12 of itself at most.
        assert!(largest < 1e-2, "{} tokens: {largest}", tokens.len());
    }
}
