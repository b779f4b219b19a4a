//! What holds for every format of the catalogue, each file of it.

mod article;

use article::{Row, any_document, duplicate, error, full, put, refs, write};
use copydesk_core::{ColumnData, Document, Span};
use copydesk_formats::{FORMATS, Layout, OutputFormat, WriterOptions};
use proptest::prelude::*;

/// Every format, and the options for each of its files.
fn files() -> impl Iterator<Item = (OutputFormat, WriterOptions)> {
    FORMATS.into_iter().flat_map(|format| {
        let tables: &[&'static str] = match format.layout {
            Layout::File => &[""],
            Layout::Tables(tables) | Layout::Documents(tables) => tables,
        };
        tables.iter().map(move |table| (format, WriterOptions { table, ..WriterOptions::default() }))
    })
}

/// Writes all rows with one writer.
fn uninterrupted(format: OutputFormat, options: &WriterOptions, rows: &[Row<'_>]) -> String {
    let (mut writer, mut out) = ((format.writer)(options), Vec::new());
    writer.begin(&mut out).expect("a vector takes everything");
    for row in rows {
        match row {
            Row::Document(document) => writer.document(&article::article(document), &mut out),
            Row::Error(error) => writer.error(error, &mut out),
            Row::Duplicate(duplicate) => writer.duplicate(duplicate, &mut out),
        }
        .expect("a vector takes everything");
    }
    writer.finish(&mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn an_interruption_changes_nothing() {
    let document = full();
    let rows =
        [error("a", "bad"), Row::Document(&document), duplicate("b", "c"), Row::Document(&document), error("d", "bad")];
    for (format, options) in files() {
        let whole = uninterrupted(format, &options, &rows);
        assert_eq!(write(format.name, &options, &rows), whole, "{}", format.name);
    }
}

#[test]
fn a_state_of_another_format_is_refused() {
    for (format, options) in files() {
        let mut writer = (format.writer)(&options);
        // A format whose state is empty has nothing to refuse, and one without a state cannot go on.
        if writer.state() != Some(Vec::new()) {
            assert!(writer.resume(b"another").is_err(), "{}", format.name);
        }
    }
}

#[test]
fn a_pipeline_may_write_little() {
    let text = "Ana said no.";
    let plain = Document::new("a", text).expect("short");
    let mut tokens = plain.clone();
    let whole = [Span::new(0, text.len() as u32)];
    put(&mut tokens, "blocks", &whole, vec![("kind", ColumnData::strings(["paragraph"]))]);
    put(&mut tokens, "sentences", &whole, vec![("block", refs("blocks", &[0]))]);
    let columns = vec![
        ("sentence", refs("sentences", &[0, 0])),
        ("space_after", ColumnData::U32(vec![1, 1])),
        ("part", ColumnData::U32(vec![0, 0])),
    ];
    put(&mut tokens, "tokens", &[Span::new(0, 3), Span::new(4, 8)], columns);
    let mut quotes = plain.clone();
    let columns = vec![
        ("kind", ColumnData::strings(["indirect"])),
        ("act", ColumnData::strings(["speech"])),
        ("score", article::floats(&[1.0])),
    ];
    put(&mut quotes, "quotes", &whole, columns);
    for (format, options) in files() {
        for document in [&plain, &tokens, &quotes] {
            write(format.name, &options, &[Row::Document(document)]);
        }
    }
}

proptest! {
    #[test]
    fn any_document_is_written(document in any_document()) {
        for (format, options) in files() {
            let rows = [Row::Document(&document), error(document.id(), document.text())];
            prop_assert_eq!(write(format.name, &options, &rows), uninterrupted(format, &options, &rows));
        }
    }
}
