//! TEI: the file is XML, with the text of each article and pointers that point somewhere.

mod article;

use std::collections::HashSet;

use article::{Row, any_document, duplicate, error, full, write};
use copydesk_core::Document;
use copydesk_formats::{Parts, WriterOptions};
use proptest::prelude::*;
use roxmltree::Node;

fn all() -> WriterOptions {
    WriterOptions::default()
}

#[test]
fn everything() {
    let plain = Document::new("e", "It rains.\n\nNo\u{1} blocks.").expect("short");
    let rows = [Row::Document(&full()), error("c", "bad <\u{2}>"), duplicate("d", "e"), Row::Document(&plain)];
    insta::assert_snapshot!(write("tei", &all(), &rows));
}

#[test]
fn parts() {
    let options = WriterOptions { parts: Parts::named(["quotes"]), ..all() };
    let file = write("tei", &options, &[Row::Document(&full())]);
    assert!(file.contains("<said direct") && !file.contains("who=") && !file.contains("persName"), "{file}");
    assert!(!file.contains("Bo Li") && !file.contains("<head>"), "{file}");
}

/// The text as XML can hold it.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\0'..'\u{20}' => char::from_u32(0x2400 + c as u32).expect("a picture"),
            '\u{fffe}' | '\u{ffff}' => '\u{241a}',
            c => c,
        })
        .collect()
}

fn assert_sound(documents: &[Document], file: &str) {
    let xml = roxmltree::Document::parse(file).unwrap_or_else(|error| panic!("{error}: {file}"));
    let articles: Vec<Node<'_, '_>> = xml.root_element().children().filter(|node| node.has_tag_name("TEI")).collect();
    assert_eq!(articles.len(), documents.len());
    let mut ids = HashSet::new();
    let id = ("http://www.w3.org/XML/1998/namespace", "id");
    for node in xml.descendants() {
        if let Some(id) = node.attribute(id) {
            assert!(ids.insert(id), "{id} comes twice");
        }
    }
    for node in xml.descendants() {
        for pointer in ["ref", "who", "next", "prev", "ana"].iter().filter_map(|name| node.attribute(*name)) {
            assert!(ids.contains(pointer.trim_start_matches('#')), "{pointer}");
        }
    }
    for (document, article) in documents.iter().zip(articles) {
        let body = article.descendants().find(|node| node.has_tag_name("body")).expect("a body");
        let text: String = body.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect();
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(text, shown(document.text()));
    }
}

proptest! {
    #[test]
    fn any_document_is_xml(documents in proptest::collection::vec(any_document(), 1..3)) {
        let rows: Vec<Row<'_>> = documents.iter().map(Row::Document).collect();
        assert_sound(&documents, &write("tei", &all(), &rows));
    }
}
