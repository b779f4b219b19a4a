//! Trains and scores the recogniser on gold JSONL; a stand-in for `copydesk train ner` while features are
//! worked on. Arguments: `key=value`.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::io::Read;
use std::ops::ControlFlow;
use std::time::Instant;

use copydesk_model::sequence::Options as ChainOptions;
use copydesk_plugin_ner::clusters::{self, Corpus};
use copydesk_plugin_ner::lexicons::Compiler;
use copydesk_plugin_ner::train::{Document, Options, evaluate, train};
use copydesk_plugin_ner::{Knowledge, Recognizer};
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use copydesk_sdk::Span;

const LABELS: [(&str, &str); 9] = [
    ("Person", "PERSON"),
    ("Organization", "ORG"),
    ("Location", "LOC"),
    ("Facility", "FAC"),
    ("NORP", "NORP"),
    ("Product", "PRODUCT"),
    ("Date", "DATE"),
    ("Money", "MONEY"),
    ("Misc", "MISC"),
];

fn read(path: &str) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    text
}

fn documents(path: &str) -> Vec<Document> {
    let (mut segmenter, mut layers) = (Segmenter::default(), Segmentation::default());
    read(path)
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = value["text"].as_str().unwrap().to_owned();
            let bytes: Vec<u32> = text.char_indices().map(|(i, _)| i as u32).chain([text.len() as u32]).collect();
            let offset = |token: &serde_json::Value, end: usize| {
                bytes[value["offsets"][token.as_u64().unwrap() as usize][end].as_u64().unwrap() as usize]
            };
            let mut entities = Vec::new();
            for entity in value["entities"].as_array().unwrap() {
                let last = serde_json::json!(entity[1].as_u64().unwrap() - 1);
                let label = entity[2].as_str().unwrap();
                let label = LABELS.iter().find(|l| l.0 == label).map_or(label, |l| l.1);
                entities.push((Span::new(offset(&entity[0], 0), offset(&last, 1)), label.to_owned()));
            }
            segmenter.segment_into(&text, &mut layers);
            let tokens = layers.tokens.iter().map(|t| t.span).collect();
            let sentences = layers.tokens.iter().map(|t| t.sentence).collect();
            Document { text, tokens, sentences, entities }
        })
        .collect()
}

fn add_text(path: &str, corpus: &mut Corpus) {
    let (mut segmenter, mut layers) = (Segmenter::default(), Segmentation::default());
    for line in read(path).lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(text) = value["text"].as_str() else { continue };
        segmenter.segment_into(text, &mut layers);
        let tokens: Vec<Span> = layers.tokens.iter().map(|t| t.span).collect();
        let sentences: Vec<u32> = layers.tokens.iter().map(|t| t.sentence).collect();
        corpus.add(text, &tokens, &sentences);
    }
}

fn compile(folder: &str, clusters: Vec<(u64, u32)>) -> Knowledge<'static> {
    let mut compiler = Compiler::new();
    if !folder.is_empty() {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .flat_map(|d| std::fs::read_dir(d.unwrap().path()).unwrap())
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let path = file.to_str().unwrap();
            let content = if path.ends_with(".gz") { read(path) } else { std::fs::read_to_string(path).unwrap() };
            compiler.read(path, &content);
        }
    }
    compiler.finish(clusters)
}

fn main() {
    let arguments: Vec<(String, String)> = std::env::args()
        .skip(1)
        .map(|a| a.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).unwrap())
        .collect();
    let get =
        |key: &str, default: &str| arguments.iter().find(|(k, _)| k == key).map_or(default, |(_, v)| v).to_owned();
    let number = |key: &str, default: f64| get(key, &default.to_string()).parse::<f64>().unwrap();
    let data = get("data", "");
    let start = Instant::now();
    let train_docs = documents(&format!("{data}/ner/worldwide-newswire/train.jsonl.gz"));
    let dev = documents(&format!("{data}/ner/worldwide-newswire/dev.jsonl.gz"));
    let tokens: usize = train_docs.iter().map(|d| d.tokens.len()).sum();
    eprintln!("{} documents, {tokens} tokens, {:.1?}", train_docs.len(), start.elapsed());
    let knowledge = {
        let path = get("clusters", "");
        let mut clusters = Vec::new();
        if !path.is_empty() {
            if !std::path::Path::new(&path).exists() {
                let mut corpus = Corpus::default();
                for file in get("raw", "").split(',') {
                    add_text(file, &mut corpus);
                }
                for d in &train_docs {
                    corpus.add(&d.text, &d.tokens, &d.sentences);
                }
                eprintln!("read {:.1?}", start.elapsed());
                let list: Vec<u32> = get("classes", "80,600,0").split(',').map(|c| c.parse().unwrap()).collect();
                let options = clusters::Options {
                    min_count: number("cmin", 8.0) as u32,
                    vocabulary: number("vocabulary", 50000.0) as usize,
                    classes: [list[0], list[1], list[2]],
                    passes: number("passes", 6.0) as u32,
                };
                let found = corpus.cluster(&options, |classes, pass, moved| {
                    eprintln!("{classes} classes, pass {pass}: {moved} moved  {:.1?}", start.elapsed());
                });
                let bytes: Vec<u8> =
                    found.iter().flat_map(|(h, v)| h.to_le_bytes().into_iter().chain(v.to_le_bytes())).collect();
                std::fs::write(&path, bytes).unwrap();
            }
            for row in std::fs::read(&path).unwrap().chunks(12) {
                clusters.push((
                    u64::from_le_bytes(row[..8].try_into().unwrap()),
                    u32::from_le_bytes(row[8..].try_into().unwrap()),
                ));
            }
        }
        compile(&get("lexicons", ""), clusters)
    };
    let d = Options::default().chain;
    let chain = ChainOptions {
        epochs: number("epochs", f64::from(d.epochs)) as u32,
        l2: number("l2", f64::from(d.l2)) as f32,
        learning_rate: number("rate", f64::from(d.learning_rate)) as f32,
        seed: number("seed", 1.0) as u64,
        min_count: number("min", f64::from(d.min_count)) as u32,
        dropout: number("dropout", f64::from(d.dropout)) as f32,
        max_features: number("features", d.max_features as f64) as usize,
        prune_after: number("prune", f64::from(d.prune_after)) as u32,
        average: number("average", f64::from(d.average)) as u32,
    };
    let options = Options {
        chain,
        folds: number("folds", 4.0) as usize,
        fold_epochs: number("fold_epochs", 5.0) as u32,
        tune: number("tune", 1.0) > 0.0,
    };
    let model = train(&train_docs, &dev, &knowledge, &options, &get("metadata", "{}"), |p| {
        let c = p.dev;
        eprintln!(
            "{:?} {:2} loss {:.4} features {} P {:.2} R {:.2} F1 {:.2}  {:.1?}",
            p.fold,
            p.epoch,
            p.loss,
            p.features,
            100.0 * c.right as f64 / c.found as f64,
            100.0 * c.right as f64 / c.gold as f64,
            c.f1(),
            start.elapsed()
        );
        ControlFlow::Continue(())
    })
    .unwrap();
    std::fs::write(get("out", "/tmp/ner.cdm"), &model).unwrap();
    let recognizer = Recognizer::parse(&model).unwrap();
    let begin = Instant::now();
    let counts = evaluate(&recognizer, &dev);
    let tokens: usize = dev.iter().map(|d| d.tokens.len()).sum();
    let seconds = begin.elapsed().as_secs_f64();
    eprintln!("{} bytes, F1 {:.2}, {:.0} tokens/s", model.len(), counts.f1(), tokens as f64 / seconds);
}
