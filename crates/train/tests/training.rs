//! Training on the small gold files: the same data and seed give the same bytes, another seed others, and
//! what is wrong with a file is said.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use copydesk_train::score::LabelMap;
use copydesk_train::training::{
    Data, Listener, Settings, TrainingError, train_ner, train_quotes, train_stance, train_tokenizer,
};

type Train = fn(&Data, &Settings, Listener<'_>) -> Result<Vec<u8>, TrainingError>;

/// Trainers, their gold files, and a file that is not theirs with what is said about it.
const TRAINERS: [(Train, &str, &str, &str); 4] = [
    (train_ner, "entities.jsonl", "quotes.jsonl", "quotes.jsonl:1: missing field `entities`"),
    (train_quotes, "quotes.jsonl", "sentiment.jsonl", "sentiment.jsonl:1: missing field `text`"),
    (train_stance, "sentiment.jsonl", "quotes.jsonl", "quotes.jsonl:1: missing field `targets`"),
    (train_tokenizer, "segmentation.conllu", "quotes.jsonl", "quotes.jsonl:1: a word has ten columns"),
];

fn gold(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name)
}

fn data(name: &str) -> Data {
    Data { gold: vec![gold(name)], dev: Some(gold(name)), ..Data::default() }
}

fn settings(seed: u64) -> Settings {
    Settings { epochs: Some(2), seed: Some(seed), labels: None }
}

#[test]
fn the_same_data_and_seed_give_the_same_bytes() {
    for (train, file, ..) in TRAINERS {
        let mut steps = Vec::new();
        let first = train(&data(file), &settings(7), &mut |step| steps.push(step.to_string())).unwrap();
        assert!(steps.iter().any(|step| step.contains("pass 2: loss ")), "{file}: {steps:?}");
        assert!(steps.iter().any(|step| step.contains("F1 ")), "{file}: {steps:?}");
        let again = train(&data(file), &settings(7), &mut |_| ()).unwrap();
        assert!(first == again, "{file}");
        let other = train(&data(file), &settings(8), &mut |_| ()).unwrap();
        assert!(first != other, "{file}");
    }
}

#[test]
fn raw_text_and_lists_change_nothing_of_that() {
    for (train, file) in [(train_ner as Train, "entities.jsonl"), (train_quotes, "quotes.jsonl")] {
        let raw = ["quotes.jsonl", "entities.jsonl", "sentiment.jsonl"].map(gold).to_vec();
        let data = Data { raw, lexicons: Some(gold("scored")), ..data(file) };
        let run = || train(&data, &settings(7), &mut |_| ()).unwrap();
        assert!(run() == run(), "{file}");
    }
}

#[test]
fn faults_name_the_file_and_the_line() {
    for (train, file, wrong, expected) in TRAINERS {
        let message = |data: &Data| train(data, &settings(1), &mut |_| ()).unwrap_err().to_string();
        let found = message(&data(wrong));
        assert!(found.contains(expected), "{found}");
        let found = message(&Data { dev: Some(gold(wrong)), ..data(file) });
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn word_lists_must_be_there() {
    for (train, file) in [(train_ner as Train, "entities.jsonl"), (train_stance, "sentiment.jsonl")] {
        let data = Data { lexicons: Some(gold("no-folder")), ..data(file) };
        let message = train(&data, &settings(1), &mut |_| ()).unwrap_err().to_string();
        assert!(message.contains("no-folder: "), "{message}");
    }
}

#[test]
fn labels_are_renamed_or_left_out() {
    let labels = LabelMap::parse("PERSON=HUMAN,LOC=PLACE+SPOT").unwrap();
    let settings = Settings { labels: Some(labels), ..settings(1) };
    let model = train_ner(&data("entities.jsonl"), &settings, &mut |_| ()).unwrap();
    let has = |label: &str| model.windows(label.len()).any(|window| window == label.as_bytes());
    assert!(has("B-HUMAN") && has("B-PLACE"));
    assert!(!has("B-PERSON") && !has("B-SPOT") && !has("B-ORG"));
}
