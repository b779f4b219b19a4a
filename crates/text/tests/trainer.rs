//! The trainer's tables say the same as this crate's.

use std::collections::{BTreeMap, BTreeSet};

use copydesk_text::lang::ENGLISH;

#[test]
fn acts_are_told_by_the_words_that_the_trainer_knows() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../training/copydesk_training/acts.json");
    let trainer: BTreeMap<String, BTreeSet<String>> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let acts = ENGLISH.acts;
    let own =
        [("writing", acts.writing), ("speech", acts.speech), ("intention", acts.intention), ("thought", acts.thought)];
    let own: BTreeMap<String, BTreeSet<String>> =
        own.map(|(act, words)| (act.to_owned(), words.iter().map(|word| (*word).to_owned()).collect())).into();
    assert_eq!(own, trainer);
}
