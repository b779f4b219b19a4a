//! brat: a small reader of its files finds what was written.

mod article;

use article::{Row, any_document, duplicate, error, full, write};
use copydesk_formats::{Parts, WriterOptions};
use proptest::prelude::*;
use std::collections::HashSet;

fn options(table: &'static str) -> WriterOptions {
    WriterOptions { table, ..WriterOptions::default() }
}

#[test]
fn everything() {
    let document = full();
    insta::assert_snapshot!(write("brat", &options("ann"), &[Row::Document(&document)]));
    let text = write("brat", &options("txt"), &[Row::Document(&document)]);
    assert_eq!(text, document.text().replace('\t', " "));
    assert_eq!(write("brat", &options(""), &[Row::Document(&document)]), text, "the text is the first file");
}

#[test]
fn a_document_without_a_result_has_nothing() {
    for table in ["txt", "ann"] {
        assert_eq!(write("brat", &options(table), &[error("a", "bad"), duplicate("b", "a")]), "");
    }
}

#[test]
fn parts() {
    let options = WriterOptions { parts: Parts::named(["quotes"]), ..options("ann") };
    let lines = write("brat", &options, &[Row::Document(&full())]);
    assert!(lines.contains("Content") && !lines.contains("Mention") && !lines.contains("Speaker"), "{lines}");
}

/// Reads annotations, and checks that each refers to one that is there, and each span to its words.
fn assert_sound(text: &str, annotations: &str) {
    let chars: Vec<char> = text.chars().collect();
    let ids: HashSet<&str> = annotations.lines().filter_map(|line| line.split('\t').next()).collect();
    let equivalences = annotations.lines().filter(|line| line.starts_with('*')).count();
    assert_eq!(ids.len() + equivalences.saturating_sub(1), annotations.lines().count());
    assert!(annotations.is_empty() || annotations.ends_with('\n'));
    assert_eq!(annotations.matches('\n').count(), annotations.lines().count());
    let known = |id: &str| assert!(ids.contains(id), "{id} is missing: {annotations}");
    for line in annotations.lines() {
        let (id, rest) = line.split_once('\t').expect("an id");
        match &id[..1] {
            "T" => {
                let (head, words) = rest.split_once('\t').expect("words");
                let (kind, spans) = head.split_once(' ').expect("a type");
                assert!(
                    !kind.is_empty() && !kind.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
                );
                let mut last = 0;
                let parts: Vec<String> = spans
                    .split(';')
                    .map(|span| {
                        let (start, end) = span.split_once(' ').expect("two offsets");
                        let (start, end): (usize, usize) =
                            (start.parse().expect("digits"), end.parse().expect("digits"));
                        assert!(last <= start && start < end, "{line}");
                        last = end;
                        chars[start..end].iter().collect()
                    })
                    .collect();
                assert_eq!(parts.join(" "), words);
                assert!(parts.iter().all(|part| !part.contains('\n') && part.trim() == part));
            }
            "E" => rest.split(' ').for_each(|pair| known(pair.split_once(':').expect("a role").1)),
            "A" => {
                let [_, of, value] = rest.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
                known(of);
                assert!(!value.is_empty());
            }
            "#" => known(rest.split(['\t', ' ']).nth(1).expect("an annotation")),
            "*" => rest.split(' ').skip(1).for_each(known),
            _ => panic!("{line}"),
        }
    }
}

proptest! {
    #[test]
    fn any_document_is_sound(document in any_document()) {
        let text = write("brat", &options("txt"), &[Row::Document(&document)]);
        prop_assert_eq!(text.chars().count(), document.text().chars().count(), "offsets stay those of the text");
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert_sound(&text, &write("brat", &options("ann"), &[Row::Document(&document)]));
    }
}
