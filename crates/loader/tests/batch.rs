//! The batch extension: one call for several documents, each with an outcome of its own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use copydesk_core::Document;
use copydesk_loader::{Instance, PluginError, built_in};
use copydesk_sdk::{Annotator, Column, Error, NoConfig, Output, Span, export_plugin};

/// How often the batch function ran.
static BATCHES: AtomicUsize = AtomicUsize::new(0);

/// Writes the length of each text; fails on texts that say fail, panics on those that say panic.
struct Lengths;

impl Lengths {
    fn one(document: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        assert!(!document.text().contains("panic"), "told to");
        if document.text().contains("fail") {
            return Err("told to fail".into());
        }
        let length = document.text().len() as u32;
        output.append("lengths", &[Span::new(0, length)], &[Column::u32s("bytes", &[length])])
    }
}

impl Annotator for Lengths {
    const ID: &'static str = "lengths";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{"writes": [{"layer": "lengths", "columns": {"bytes": "u32"}}]}"#;
    const BATCHES: bool = true;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Lengths)
    }

    fn annotate(&self, document: &copydesk_sdk::Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        Lengths::one(document, output)
    }

    fn annotate_batch(
        &self,
        documents: &[copydesk_sdk::Document<'_>],
        outputs: &mut [Output<'_>],
    ) -> Vec<Result<(), Error>> {
        BATCHES.fetch_add(1, Ordering::Relaxed);
        documents.iter().zip(outputs).map(|(document, output)| Lengths::one(document, output)).collect()
    }
}

export_plugin!(Lengths);

fn instance() -> Instance {
    let plugins = built_in(copydesk_entry()).expect("a sound entry");
    assert!(plugins[0].batches());
    plugins[0].create(&serde_json::Map::new()).expect("it can be made")
}

fn documents(texts: &[&str]) -> Vec<Document> {
    texts.iter().map(|text| Document::new("d", *text).expect("a short text")).collect()
}

#[test]
fn a_batch_gives_what_single_calls_give() {
    let (instance, cancel) = (instance(), AtomicBool::new(false));
    let texts = ["one", "", "please fail", "three"];
    let mut together = documents(&texts);
    let before = BATCHES.load(Ordering::Relaxed);
    let outcomes = instance.annotate_batch(&mut together, &cancel);
    assert!(BATCHES.load(Ordering::Relaxed) > before);
    let mut alone = documents(&texts);
    for ((document, outcome), other) in alone.iter_mut().zip(&outcomes).zip(&together) {
        assert_eq!(&instance.annotate(document, &cancel), outcome);
        assert_eq!(document.layer("lengths"), other.layer("lengths"));
    }
    assert_eq!(outcomes[2].as_ref().expect_err("told to").to_string(), "told to fail");
    assert!(together[2].layer("lengths").is_none());
    assert!(instance.annotate_batch(&mut [], &cancel).is_empty());
}

#[test]
fn a_panic_costs_its_document_and_no_other() {
    let (instance, cancel) = (instance(), AtomicBool::new(false));
    let mut batch = documents(&["one", "panic", "please fail", "four"]);
    let outcomes = instance.annotate_batch(&mut batch, &cancel);
    let messages: Vec<String> =
        outcomes.iter().map(|outcome| outcome.as_ref().map_or_else(ToString::to_string, |()| "fine".into())).collect();
    assert_eq!((messages[0].as_str(), messages[3].as_str()), ("fine", "fine"));
    assert!(messages[1].starts_with("the plugin panicked: told to ("), "{}", messages[1]);
    assert_eq!(messages[2], "told to fail");
    assert_eq!(batch.iter().map(|document| document.layers().len()).collect::<Vec<_>>(), [1, 0, 0, 1]);
    let mut next = documents(&["fine"]);
    assert_eq!(instance.annotate_batch(&mut next, &cancel), [Ok(())]);
}

#[test]
fn after_a_panic_nothing_is_tried_again_that_was_cancelled() {
    let (instance, cancel) = (instance(), AtomicBool::new(true));
    let outcomes = instance.annotate_batch(&mut documents(&["one", "panic"]), &cancel);
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(PluginError::is_cancelled)), "{outcomes:?}");
}
