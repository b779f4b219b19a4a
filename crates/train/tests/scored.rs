//! The scorers give the figures that independent scorers gave for the same made-up predictions.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use copydesk_train::Predictions;
use copydesk_train::gold::Gold;
use copydesk_train::score::{
    ActorScorer, EntityScorer, LabelMap, QuoteScorer, Scorer, SegmentationScorer, SentimentScorer, SpeakerScorer,
};
use serde_json::Value;

fn gold(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name)
}

fn scores<S: Scorer>(mut scorer: S, name: &str, predicted: &str) -> Value {
    let mut predictions = Predictions::read(&gold(predicted)).unwrap();
    for document in S::Gold::read(&gold(name)).unwrap() {
        let document = document.unwrap();
        let found = predictions.get(document.id());
        scorer.add(&document, found).unwrap();
    }
    assert_eq!(predictions.left(), None);
    assert!(!scorer.table().is_empty());
    scorer.scores()
}

/// Compares all that is expected; what a scorer says besides is its own.
fn check(scores: &Value, expected: &str) {
    let text = std::fs::read_to_string(gold(expected)).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&scores[name], value, "{name}");
    }
}

#[test]
fn entities() {
    let (name, predicted) = ("entities.jsonl", "scored/entities.predicted.jsonl");
    check(&scores(EntityScorer::default(), name, predicted), "scored/entities.expected.json");
    let labels = LabelMap::parse("PERSON=PERSON+Person,LOC=LOC+Location+Date,ORG").unwrap();
    check(&scores(EntityScorer::new(Some(labels)), name, predicted), "scored/entities-mapped.expected.json");
}

#[test]
fn gold_labels_with_a_found_label_in_common_are_one() {
    let (name, predicted) = ("entities.jsonl", "scored/entities.predicted.jsonl");
    let labels = |map: &str| scores(EntityScorer::new(Some(LabelMap::parse(map).unwrap())), name, predicted);
    let gold = |map: &str, label: &str| labels(map)["by_label"][label]["gold"].as_u64().unwrap();
    assert_eq!(gold("LOC=LOC,FAC=LOC", "LOC"), gold("LOC", "LOC") + gold("FAC", "FAC"));
    assert_eq!(labels("LOC=LOC,FAC=LOC+FAC"), labels("LOC=LOC+FAC,FAC=FAC"), "in any order");
    assert_eq!(LabelMap::parse("A=X,B=Y,C=X+Y").unwrap().to_string(), "A=X,A=Y,B=X,C=X");
}

#[test]
fn quotes() {
    let found = scores(QuoteScorer::new(), "quotes.jsonl", "scored/quotes.predicted.jsonl");
    check(&found, "scored/quotes.expected.json");
}

#[test]
fn sentiment() {
    let found = scores(SentimentScorer::default(), "sentiment.jsonl", "scored/sentiment.predicted.jsonl");
    check(&found, "scored/sentiment.expected.json");
}

#[test]
fn segmentation() {
    let found = scores(SegmentationScorer::default(), "segmentation.conllu", "scored/segmentation.predicted.jsonl");
    check(&found, "scored/segmentation.expected.json");
}

/// The figures were computed by hand, after Bagga and Baldwin (1998), Luo (2005) and Pradhan et al. (2014) for the
/// document, after Webster et al. (2018) for the snippets.
#[test]
fn actors() {
    let found = scores(ActorScorer::default(), "scored/actors.gold.jsonl", "scored/actors.predicted.jsonl");
    check(&found, "scored/actors.expected.json");
}

/// Of the pairs with an act in gold those of the same act count, and what was taken for what is said.
#[test]
fn acts() {
    let found = scores(QuoteScorer::new(), "scored/acts.gold.jsonl", "scored/acts.predicted.jsonl");
    check(&found, "scored/acts.expected.json");
}

/// The figures were computed by hand. The error of calibration is the mean of the scores' distances from right or wrong,
/// since no two of them fall into one bin.
#[test]
fn speakers() {
    let found = scores(SpeakerScorer::default(), "scored/speakers.gold.jsonl", "scored/speakers.predicted.jsonl");
    check(&found, "scored/speakers.expected.json");
    let calibration = ["ece", "mean_score", "right"].map(|name| found["calibration"][name].as_f64().unwrap());
    assert_eq!(calibration, [35.0, 70.0, 75.0]);
}

/// Joined and cut units: the missed and the spurious ends.
#[test]
fn ends_of_sentences() {
    let found = scores(SegmentationScorer::default(), "segmentation.conllu", "scored/segmentation.predicted.jsonl");
    let of = |key: &str| found["ends"]["sentences"][key].as_u64().unwrap();
    assert_eq!(of("kept") + of("joined"), found["sentences"]["gold"].as_u64().unwrap());
    assert!(of("joined") > 0 && of("cut") > 0, "{found}");
}
