//! CoNLL-U: what the official validator holds at level 1 and for coreference is checked here in our own words.

mod article;

use article::{Row, any_document, duplicate, error, full, write};
use copydesk_core::{Document, OffsetUnit};
use copydesk_formats::{Parts, WriterOptions};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

fn options(unit: OffsetUnit, parts: Parts) -> WriterOptions {
    WriterOptions { unit, parts, ..WriterOptions::default() }
}

fn all() -> WriterOptions {
    options(OffsetUnit::Char, Parts::default())
}

#[test]
fn everything() {
    let empty = Document::new("e", "").expect("short");
    let rows = [
        error("no\n1", "wrong\nline"),
        Row::Document(&full()),
        Row::Document(&empty),
        duplicate("b", "desk 7/b"),
        Row::Document(&full()),
        error("c", "bad"),
    ];
    insta::assert_snapshot!(write("conllu", &all(), &rows));
}

#[test]
fn parts_and_units() {
    let document = full();
    let bytes = write("conllu", &options(OffsetUnit::Byte, Parts::named(["tokens"])), &[Row::Document(&document)]);
    assert!(bytes.contains("4\tMonday\t_\t_\t_\t_\t_\t_\t_\tSpacesAfter=\\n\\n|TokenRange=13:19\n"), "{bytes}");
    for key in ["Entity", "Quote", "newpar", "meta::"] {
        assert!(!bytes.contains(key), "{key}");
    }
    assert!(bytes.contains("# text = Vote 🗳 on Monday\n"), "the format has no sentence without its text");
}

/// The text that the words of a file restore.
fn restored(file: &str) -> String {
    let mut text = String::new();
    let mut skip_to = 0;
    for line in file.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        let columns: Vec<&str> = line.split('\t').collect();
        let mut id = columns[0].split('-').map(|id| id.parse::<u32>().expect("a number"));
        let first = id.next().expect("an id");
        if first == 1 {
            skip_to = 0;
        }
        if first <= skip_to && !columns[0].contains('-') {
            continue;
        }
        skip_to = id.next().unwrap_or(0);
        let misc: HashMap<&str, &str> = columns[9].split('|').filter_map(|pair| pair.split_once('=')).collect();
        let escaped = |key: &str| misc.get(key).map(|value| unescape(value));
        text.push_str(&escaped("SpacesBefore").unwrap_or_default());
        text.push_str(&escaped("SpacesInToken").unwrap_or_else(|| columns[1].to_owned()));
        match misc.get("SpaceAfter") {
            Some(_) => {}
            None => text.push_str(&escaped("SpacesAfter").unwrap_or_else(|| " ".into())),
        }
    }
    text
}

fn unescape(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let c = match c {
            '\\' => match rest.next().expect("an escape") {
                's' => ' ',
                't' => '\t',
                'r' => '\r',
                'n' => '\n',
                'p' => '|',
                'u' => char::from_u32(hex_of(&mut rest, 4)).expect("a character"),
                'U' => char::from_u32(hex_of(&mut rest, 8)).expect("a character"),
                other => other,
            },
            other => other,
        };
        out.push(c);
    }
    out
}

fn hex_of(rest: &mut std::str::Chars<'_>, digits: usize) -> u32 {
    u32::from_str_radix(&rest.by_ref().take(digits).collect::<String>(), 16).expect("digits")
}

#[test]
fn the_text_comes_back() {
    let document = full();
    assert_eq!(restored(&write("conllu", &all(), &[Row::Document(&document)])), document.text());
}

fn is_space(c: char) -> bool {
    // As Python's `str.isspace`.
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Checks a file as the validator does at level 1, and its brackets.
fn assert_valid(file: &str) {
    use unicode_normalization::is_nfc;
    assert!(file.is_empty() || file.ends_with("\n\n") && !file.contains("\n\n\n"), "{file:?}");
    assert!(!file.contains(['\r', '\u{fffd}', '\u{85}', '\u{2028}', '\0']), "{file:?}");
    let mut ids = HashSet::new();
    for block in file.split("\n\n").filter(|block| !block.is_empty()) {
        let lines: Vec<&str> = block.split('\n').collect();
        let comments = lines.iter().take_while(|line| line.starts_with('#')).count();
        let (comments, tokens) = lines.split_at(comments);
        assert!(!tokens.is_empty(), "{block:?}");
        assert!(lines.iter().all(|line| is_nfc(line)), "{block:?}");
        let values = |key: &str| -> Vec<&str> { comments.iter().filter_map(|line| line.strip_prefix(key)).collect() };
        let (sent, text) = (values("# sent_id = "), values("# text = "));
        assert!(sent.len() == 1 && text.len() == 1 && !text[0].is_empty(), "{block:?}");
        assert!(!sent[0].contains(is_space) && !sent[0].contains('/') && ids.insert(sent[0]), "{block:?}");
        assert!(values("# newdoc id = ").len() <= 1 && values("# newpar\n").len() <= 1);
        let mut next = 1;
        for line in tokens {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 10, "{line:?}");
            let several = columns[0].split_once('-');
            assert!(
                columns.iter().all(|column| {
                    !column.is_empty() && !column.starts_with(is_space) && !column.ends_with(is_space)
                })
            );
            assert!(!columns[1].chars().zip(columns[1].chars().skip(1)).any(|(a, b)| is_space(a) && is_space(b)));
            match several {
                Some((first, last)) => {
                    assert_eq!(first, next.to_string());
                    assert!(last.parse::<u32>().expect("a number") > next && !columns[1].contains(is_space));
                    assert!(!columns[9].contains("Entity="));
                }
                None => {
                    assert_eq!(columns[0], next.to_string());
                    next += 1;
                }
            }
        }
        balanced(tokens);
    }
}

/// Each bracket of `Entity` closes in its sentence, after it opened, and no two mentions have the same words.
fn balanced(tokens: &[&str]) {
    let mut open: HashMap<String, Vec<u32>> = HashMap::new();
    let mut spans = HashSet::new();
    let mut word = 0;
    for line in tokens {
        let columns: Vec<&str> = line.split('\t').collect();
        word += u32::from(!columns[0].contains('-'));
        let Some(value) = columns[9].split('|').find_map(|pair| pair.strip_prefix("Entity=")) else { continue };
        let mut rest = value;
        while !rest.is_empty() {
            let opens = rest.starts_with('(');
            let end = rest[usize::from(opens)..].find(['(', ')']).map_or(rest.len(), |at| at + usize::from(opens));
            let closes = rest[end..].starts_with(')');
            let id = rest[usize::from(opens)..end].split('-').next().expect("an id").to_owned();
            assert!(opens || closes, "{value}");
            if opens {
                assert_eq!(rest[1..end].split('-').count(), 4, "{value}");
                open.entry(id.clone()).or_default().push(word);
            }
            if closes {
                let start = open.get_mut(&id).and_then(Vec::pop).unwrap_or_else(|| panic!("{value} never opened"));
                assert!(spans.insert((start, word)), "{tokens:?}");
            }
            rest = &rest[end + usize::from(closes)..];
        }
    }
    assert!(open.values().all(Vec::is_empty), "{tokens:?}");
}

proptest! {
    #[test]
    fn any_document_is_valid(documents in proptest::collection::vec(any_document(), 1..3)) {
        let mut rows = Vec::new();
        for (number, document) in documents.iter().enumerate() {
            let mut named = Document::new(format!("{}{number}", document.id()), document.text()).expect("short");
            named.metadata = document.metadata.clone();
            document.layers().iter().for_each(|layer| named.put(layer.clone()));
            rows.push(named);
        }
        let mut rows: Vec<Row<'_>> = rows.iter().map(Row::Document).collect();
        rows.push(error(documents[0].id(), documents[0].text()));
        rows.push(duplicate(documents[0].text(), documents[0].id()));
        assert_valid(&write("conllu", &all(), &rows));
    }
}
