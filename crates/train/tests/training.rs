//! Training on the small gold files: the same data and seed give the same bytes, another seed others, and
//! what is wrong with a file is said.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use copydesk_train::score::LabelMap;
use copydesk_train::training::{Data, Listener, Settings, Task, TrainingError, train};

/// Trainers, their gold files, and a file that is not theirs with what is said about it.
const TRAINERS: [(Task, &str, &str, &str); 4] = [
    (Task::Ner, "entities.jsonl", "quotes.jsonl", "quotes.jsonl:1: missing field `entities`"),
    (Task::Quotes, "quotes.jsonl", "sentiment.jsonl", "sentiment.jsonl:1: missing field `text`"),
    (Task::Stance, "sentiment.jsonl", "quotes.jsonl", "quotes.jsonl:1: missing field `targets`"),
    (Task::Tokenizer, "segmentation.conllu", "quotes.jsonl", "quotes.jsonl:1: a word has ten columns"),
];

fn gold(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name)
}

fn data(name: &str) -> Data {
    Data { gold: vec![gold(name)], dev: Some(gold(name)), ..Data::default() }
}

fn model(task: Task, data: &Data, settings: &Settings, listener: Listener<'_>) -> Result<Vec<u8>, TrainingError> {
    train(task, data, settings, listener).map(|trained| trained.model)
}

fn settings(seed: u64) -> Settings {
    Settings { epochs: Some(2), seed: Some(seed), ..Settings::default() }
}

#[test]
fn the_same_data_and_seed_give_the_same_bytes() {
    for (task, file, ..) in TRAINERS {
        let mut steps = Vec::new();
        let first = model(task, &data(file), &settings(7), &mut |step| steps.push(step.to_string())).unwrap();
        assert!(steps.iter().any(|step| step.contains("pass 2: loss ")), "{file}: {steps:?}");
        assert!(steps.iter().any(|step| step.contains("F1 ")), "{file}: {steps:?}");
        let again = model(task, &data(file), &settings(7), &mut |_| ()).unwrap();
        assert!(first == again, "{file}");
        let other = model(task, &data(file), &settings(8), &mut |_| ()).unwrap();
        assert!(first != other, "{file}");
    }
}

#[test]
fn raw_text_and_lists_change_nothing_of_that() {
    for (task, file) in [(Task::Ner, "entities.jsonl"), (Task::Quotes, "quotes.jsonl")] {
        let raw = ["quotes.jsonl", "entities.jsonl", "sentiment.jsonl"].map(gold).to_vec();
        let data = Data { raw, lexicons: Some(gold("scored")), ..data(file) };
        let run = || model(task, &data, &settings(7), &mut |_| ()).unwrap();
        assert!(run() == run(), "{file}");
    }
}

#[test]
fn faults_name_the_file_and_the_line() {
    for (task, file, wrong, expected) in TRAINERS {
        let message = |data: &Data| model(task, data, &settings(1), &mut |_| ()).unwrap_err().to_string();
        let found = message(&data(wrong));
        assert!(found.contains(expected), "{found}");
        let found = message(&Data { dev: Some(gold(wrong)), ..data(file) });
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn word_lists_must_be_there() {
    for (task, file) in [(Task::Ner, "entities.jsonl"), (Task::Stance, "sentiment.jsonl")] {
        let data = Data { lexicons: Some(gold("no-folder")), ..data(file) };
        let message = model(task, &data, &settings(1), &mut |_| ()).unwrap_err().to_string();
        assert!(message.contains("no-folder: "), "{message}");
    }
}

#[test]
fn labels_are_renamed_or_left_out() {
    let labels = LabelMap::parse("PERSON=HUMAN,LOC=PLACE+SPOT").unwrap();
    let settings = Settings { labels: Some(labels), ..settings(1) };
    let model = model(Task::Ner, &data("entities.jsonl"), &settings, &mut |_| ()).unwrap();
    let has = |label: &str| model.windows(label.len()).any(|window| window == label.as_bytes());
    assert!(has("B-HUMAN") && has("B-PLACE"));
    assert!(!has("B-PERSON") && !has("B-SPOT") && !has("B-ORG"));
}

#[test]
fn gold_labels_of_one_name_in_the_model_are_one() {
    let learn = |labels: &str| {
        let settings = Settings { labels: Some(LabelMap::parse(labels).unwrap()), ..settings(1) };
        model(Task::Ner, &data("entities.jsonl"), &settings, &mut |_| ()).unwrap()
    };
    let has = |model: &[u8], label: &str| model.windows(label.len()).any(|window| window == label.as_bytes());
    let both = learn("LOC=PLACE,FAC=PLACE");
    assert!(has(&both, "B-PLACE") && !has(&both, "B-LOC") && !has(&both, "B-FAC"));
    assert_ne!(learn("LOC=PLACE"), both, "the second label is learned");
    assert_ne!(learn("FAC=PLACE"), both, "and so is the first");
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("copydesk-training-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Trains until so many passes are told of, and is then cut off as by a power failure.
fn cut_off(task: Task, data: &Data, settings: &Settings, after: u32) {
    let run = std::panic::AssertUnwindSafe(|| {
        let mut listener = |step: &copydesk_train::training::Progress| {
            // Told of a pass, the one before it is in the checkpoint.
            assert!(step.passes.is_none_or(|(done, _)| done <= after), "cut off");
        };
        train(task, data, settings, &mut listener).map(|_| ())
    });
    assert!(std::panic::catch_unwind(run).is_err(), "{task:?} ended before {after} passes");
}

#[test]
fn a_training_that_was_cut_off_comes_to_the_same_bytes() {
    let folder = Folder::new("resume");
    for (task, file, passes) in [
        (Task::Tokenizer, "segmentation.conllu", &[1, 4][..]),
        (Task::Stance, "sentiment.jsonl", &[1, 3, 5]),
        (Task::Quotes, "quotes.jsonl", &[1, 6, 19, 21, 26]),
        (Task::Ner, "entities.jsonl", &[2, 5, 12, 20, 24]),
    ] {
        for patience in [None, Some(2)] {
            let plain = Settings { epochs: Some(6), patience, ..settings(3) };
            let mut steps = Vec::new();
            let whole = train(task, &data(file), &plain, &mut |step| steps.push(step.clone())).unwrap();
            let path = folder.0.join(format!("{}.checkpoint", task.name()));
            let kept = Settings { checkpoint: Some(path.clone()), ..plain };
            let made = whole.card.passes.len() as u32;
            for &after in passes.iter().filter(|after| **after < made) {
                cut_off(task, &data(file), &kept, after);
                let mut later = Vec::new();
                let resumed = Settings { resume: true, ..kept.clone() };
                let again = train(task, &data(file), &resumed, &mut |step| later.push(step.clone())).unwrap();
                assert!(whole.model == again.model, "{task:?} after {after}, patience {patience:?}");
                assert_eq!(whole.card.passes, again.card.passes, "{task:?} after {after}");
                assert_eq!((&whole.card.best, &whole.card.scores), (&again.card.best, &again.card.scores));
                let went_on = format!("going on after {after} of");
                assert!(later.iter().any(|step| step.stage.contains(&went_on)), "{task:?}: {later:?}");
                assert!(later.len() < steps.len() + 1, "{task:?}: passes are made once");
                std::fs::remove_file(&path).unwrap();
            }
        }
    }
}

#[test]
fn early_stopping_takes_the_best_pass() {
    for (task, file) in [
        (Task::Tokenizer, "segmentation.conllu"),
        (Task::Stance, "sentiment.jsonl"),
        (Task::Quotes, "quotes.jsonl"),
        (Task::Ner, "entities.jsonl"),
    ] {
        let patient = Settings { epochs: Some(12), patience: Some(2), ..settings(3) };
        let trained = train(task, &data(file), &patient, &mut |_| ()).unwrap();
        let scores: Vec<f64> = trained.card.passes.iter().filter_map(|step| step.score).collect();
        let first_best = scores.iter().position(|score| scores.iter().all(|other| other <= score)).unwrap();
        let best = trained.card.best.as_ref().unwrap();
        assert_eq!(best.score, scores.get(first_best).copied(), "{task:?}: the first of the best");
        // The small files are learned by heart long before the last pass: nothing gets better then.
        assert_eq!(scores.len(), first_best + 3, "{task:?} stops two passes later: {scores:?}");
    }
    let settings = Settings { patience: Some(1), ..settings(1) };
    let data = Data { dev: None, ..data("sentiment.jsonl") };
    let message = train(Task::Stance, &data, &settings, &mut |_| ()).unwrap_err().to_string();
    assert_eq!(message, "to stop early takes a gold file to score each pass on");
}

#[test]
fn a_checkpoint_of_another_training_is_refused() {
    let folder = Folder::new("refused");
    let path = folder.0.join("stance.checkpoint");
    let kept = Settings { checkpoint: Some(path.clone()), ..settings(3) };
    let base = data("sentiment.jsonl");
    cut_off(Task::Stance, &base, &kept, 1);
    let resumed = Settings { resume: true, ..kept.clone() };
    let refused = |data: &Data, settings: &Settings| {
        let message = train(Task::Stance, data, settings, &mut |_| ()).unwrap_err().to_string();
        assert!(message.contains("stance.checkpoint: "), "{message}");
        message
    };
    let other = Settings { epochs: Some(3), ..resumed.clone() };
    assert!(refused(&base, &other).contains("its epochs is 2, here it is 3"), "{}", refused(&base, &other));
    let other = Settings { patience: Some(1), ..resumed.clone() };
    assert!(refused(&base, &other).contains("patience is null, here it is 1"), "{}", refused(&base, &other));
    let twice = Data { gold: vec![gold("sentiment.jsonl"), gold("sentiment.jsonl")], ..base.clone() };
    assert!(refused(&twice, &resumed).contains("the files of --data have another content"));
    let without = Data { dev: None, ..base.clone() };
    assert!(refused(&without, &resumed).contains("the files of --dev have another content"));
    let tokens = Data { gold: vec![gold("segmentation.conllu")], dev: None, ..Data::default() };
    let message = train(Task::Tokenizer, &tokens, &resumed, &mut |_| ()).unwrap_err().to_string();
    assert!(message.contains("this checkpoint is of another training: of stance, not of tokenizer"), "{message}");

    let bytes = std::fs::read(&path).unwrap();
    for length in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(refused(&base, &resumed).contains("this is no checkpoint, or it is damaged"), "{length}");
    }
    let mut damaged = bytes.clone();
    let at = damaged.len() - 100;
    damaged[at] ^= 0x55;
    std::fs::write(&path, damaged).unwrap();
    assert!(refused(&base, &resumed).contains("damaged"));
    // Without being asked to, nothing is taken from it.
    train(Task::Stance, &base, &kept, &mut |_| ()).unwrap();
}

#[test]
fn uncertain_annotations_of_another_system_are_left_out() {
    let folder = Folder::new("scores");
    let path = folder.0.join("found.jsonl");
    let line = concat!(
        r#"{"offsets": "char", "text": "Ana Ruiz saw Bo.", "tokens": [[0, 3], [4, 8], [9, 12], [13, 15], [15, 16]], "#,
        r#""entities": [{"start": 0, "end": 8, "label": "PERSON", "score": 0.9}, "#,
        r#"{"start": 13, "end": 15, "label": "ORG", "score": 0.3}]}"#,
    );
    let failed = r#"{"schema": "copydesk/1", "id": "b", "error": {"stage": "ner", "message": "no"}}"#;
    std::fs::write(&path, format!("{line}\n{failed}\n{line}\n")).unwrap();
    let data = Data { gold: vec![path], ..Data::default() };
    let labels = |min_score| {
        let settings = Settings { min_score, ..settings(1) };
        let card = train(Task::Ner, &data, &settings, &mut |_| ()).unwrap().card;
        (card.labels.join(" "), card.learned)
    };
    assert_eq!(labels(0.0), ("ORG PERSON".to_owned(), vec![(2, "documents"), (4, "names")]));
    assert_eq!(labels(0.5), ("PERSON".to_owned(), vec![(2, "documents"), (2, "names")]));
}
