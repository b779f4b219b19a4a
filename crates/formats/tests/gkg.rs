//! GKG: 27 columns a line, whatever the text.

mod article;

use article::{Row, any_document, duplicate, error, full, write};
use copydesk_core::Document;
use copydesk_formats::{Parts, WriterOptions};
use proptest::prelude::*;

fn all() -> WriterOptions {
    WriterOptions::default()
}

#[test]
fn everything() {
    let file = write("gkg", &all(), &[Row::Document(&full()), error("c\td", "bad <\n>"), duplicate("d", "e & f")]);
    // A column a line, since tabs do not show.
    insta::assert_snapshot!(file.replace('\t', "\n").replace("\n\n", "\n-\n").replace("\n\n", "\n-\n"));
}

#[test]
fn a_document_of_tokens_alone() {
    let document = Document::new("7", "It rains.").expect("short");
    let options = WriterOptions { parts: Parts::named(["tokens"]), ..all() };
    let line = write("gkg", &options, &[Row::Document(&document), Row::Document(&full())]);
    let lines: Vec<Vec<&str>> = line.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(&lines[0][..5], ["00000000000000-1", "0", "2", "", "7"]);
    assert!(lines[0][5..].iter().all(|column| column.is_empty()));
    assert_eq!((lines[1][4], lines[1][17], lines[1].concat().len()), ("desk 7/b", "wc:40", 31));
}

proptest! {
    #[test]
    fn any_document_is_a_line(documents in proptest::collection::vec(any_document(), 0..3)) {
        let rows: Vec<Row<'_>> = documents.iter().map(Row::Document).collect();
        let file = write("gkg", &all(), &rows);
        prop_assert_eq!(file.matches('\n').count(), documents.len());
        prop_assert!(!file.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{:?}", file);
        for (document, line) in documents.iter().zip(file.lines()) {
            let columns: Vec<&str> = line.split('\t').collect();
            prop_assert_eq!(columns.len(), 27);
            let text: Vec<char> = document.text().chars().collect();
            for quotation in columns[22].split('#').filter(|quotation| !quotation.is_empty()) {
                let fields: Vec<&str> = quotation.split('|').collect();
                prop_assert_eq!(fields.len(), 4, "{}", quotation);
                let (at, length): (usize, usize) = (fields[0].parse().expect("digits"), fields[1].parse().expect("digits"));
                prop_assert!(at + length <= text.len());
            }
            for (column, fields) in [(12, 2), (14, 2), (23, 2)] {
                for block in columns[column].split(';').filter(|block| !block.is_empty()) {
                    prop_assert_eq!(block.split(',').count(), fields, "{}", block);
                }
            }
            for (column, fields) in [(9, 7), (10, 9)] {
                for block in columns[column].split(';').filter(|block| !block.is_empty()) {
                    prop_assert_eq!(block.split('#').count(), fields, "{}", block);
                }
            }
        }
    }
}
