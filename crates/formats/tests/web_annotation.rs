//! Web annotations: the file is JSON, and each selector finds its words.

mod article;

use article::{Row, any_document, duplicate, error, full, write};
use copydesk_core::Document;
use copydesk_formats::{Parts, WriterOptions};
use proptest::prelude::*;
use serde_json::Value;

fn all() -> WriterOptions {
    WriterOptions::default()
}

fn items(collection: &Value) -> &[Value] {
    collection["first"]["items"].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn everything() {
    let file = write("webannotation", &all(), &[Row::Document(&full()), error("c", "bad"), duplicate("d", "e f")]);
    insta::assert_snapshot!(file);
}

#[test]
fn nothing_is_an_empty_list() {
    assert_eq!(write("webannotation", &all(), &[]), "[\n]\n");
}

#[test]
fn parts() {
    let options = WriterOptions { parts: Parts::named(["quotes"]), ..WriterOptions::default() };
    let value: Value =
        serde_json::from_str(&write("webannotation", &options, &[Row::Document(&full())])).expect("JSON");
    let layers: Vec<&str> = items(&value[0]).iter().filter_map(|item| item["copydesk:layer"].as_str()).collect();
    assert_eq!(layers, ["quotes", "cue", "source", "quotes", "cue", "source"]);
    assert!(items(&value[0]).iter().all(|item| item.get("copydesk:speaker").is_none()), "no actors");
    let source = &items(&value[0])[0]["target"]["source"];
    assert_eq!(source, "urn:copydesk:document:desk%207%2Fb", "no url");
}

fn assert_sound(documents: &[Document], file: &str) {
    let value: Value = serde_json::from_str(file).expect("JSON");
    let collections = value.as_array().expect("a list");
    assert_eq!(collections.len(), documents.len());
    for (document, collection) in documents.iter().zip(collections) {
        let text: Vec<char> = document.text().chars().collect();
        assert_eq!(collection["total"], items(collection).len());
        for item in items(collection) {
            let targets = match &item["target"] {
                Value::Array(targets) => targets.as_slice(),
                target => std::slice::from_ref(target),
            };
            assert!(!targets.is_empty());
            for target in targets {
                let (position, quote) = (&target["selector"][0], &target["selector"][1]);
                let at = |key: &str| position[key].as_u64().expect("an offset") as usize;
                let exact: String = text[at("start")..at("end")].iter().collect();
                assert_eq!(quote["exact"], exact);
                let [prefix, suffix] = ["prefix", "suffix"].map(|key| quote[key].as_str().expect("text"));
                let before: String = text[..at("start")].iter().collect();
                let after: String = text[at("end")..].iter().collect();
                assert!(before.ends_with(prefix) && after.starts_with(suffix));
                assert!(prefix.chars().count() <= 32 && suffix.chars().count() <= 32);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_document_is_json(documents in proptest::collection::vec(any_document(), 0..3)) {
        let rows: Vec<Row<'_>> = documents.iter().map(Row::Document).collect();
        assert_sound(&documents, &write("webannotation", &all(), &rows));
    }
}
