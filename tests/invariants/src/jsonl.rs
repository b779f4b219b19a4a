//! Any bytes as JSON lines: each line is a document or an error, and the output of a document says the same.

use copydesk_core::{Article, ColumnData, Document, OffsetUnit, Span};
use copydesk_formats::result::ResultLine;
use copydesk_formats::{Columns, DocumentError, JsonArrayReader, JsonWriter, JsonlReader, View, WriterOptions};
use serde_json::Value;

use crate::sound;

const UNITS: [OffsetUnit; 3] = [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16];

/// Reads `bytes` as JSON lines, with offsets in each unit. Each non-blank line gives one document or one error. The
/// layers of a document are sound. Its output is JSON, the offsets cut the text like the layers do, and reading it
/// gives the same document.
///
/// The same bytes are read as an array, and as lines of another program. Then too, each outcome is a document or an error.
/// If all lines are documents, an array of them gives the same.
pub fn jsonl(bytes: &[u8]) {
    let blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    let given = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let lines = given.split(|byte| *byte == b'\n').filter(|line| !blank(line)).count();
    for unit in UNITS {
        let mut read = 0;
        for outcome in JsonlReader::new(bytes, unit) {
            read += 1;
            match outcome {
                Ok(document) => {
                    sound::document(&document);
                    UNITS.into_iter().for_each(|unit| written(&document, unit));
                    viewed(&document);
                }
                Err(error) => {
                    assert!(!error.is_io() && !error.message().is_empty() && error.line().is_some(), "{error:?}");
                    refused(error.id(), error.message(), error.line());
                }
            }
        }
        assert_eq!(read, lines, "every line gives a document or an error");
        let others = JsonlReader::new(bytes, unit).columns(Columns::default());
        assert_eq!(others.map(outcome).count(), lines);
        let in_array = JsonArrayReader::new(bytes, unit).map(outcome).count();
        assert!(in_array <= bytes.len() + 1, "an element takes a byte at least");
    }
    let documents: Result<Vec<Document>, _> = JsonlReader::new(bytes, OffsetUnit::Char).collect();
    if let Ok(documents) = documents {
        let given: Vec<&[u8]> = given.split(|byte| *byte == b'\n').filter(|line| !blank(line)).collect();
        let array = [b"[\n".as_slice(), &given.join(b",\n".as_slice()), b"]"].concat();
        let texts = |document: &Document| (document.text().to_owned(), document.layers().len());
        let again: Result<Vec<Document>, _> = JsonArrayReader::new(array.as_slice(), OffsetUnit::Char).collect();
        let again = again.unwrap_or_else(|error| panic!("{error}"));
        assert!(again.iter().map(texts).eq(documents.iter().map(texts)), "an array of the lines gives the same");
    }
}

/// Checks a document or an error.
fn outcome(read: Result<Document, copydesk_formats::ReadError>) {
    match read {
        Ok(document) => sound::document(&document),
        Err(error) => {
            assert!(!error.is_io() && !error.message().is_empty() && error.line().is_some(), "{error:?}");
        }
    }
}

fn writer(unit: OffsetUnit) -> JsonWriter {
    JsonWriter::new(&WriterOptions { unit, ..WriterOptions::default() })
}

fn article(document: &Document) -> Article {
    Article::new(document.clone()).unwrap_or_else(|error| panic!("{error}"))
}

fn line(document: &Document, unit: OffsetUnit) -> String {
    let mut out = Vec::new();
    writer(unit).line(&article(document), &mut out);
    let line = String::from_utf8(out).expect("what is written is UTF-8");
    assert!(line.ends_with('\n') && line.matches('\n').count() == 1, "a document is a line: {line:?}");
    line
}

fn written(document: &Document, unit: OffsetUnit) {
    let line = line(document, unit);
    let value: Value = serde_json::from_str(&line).expect("what is written is JSON");
    assert_eq!(value["id"], document.id());
    assert_eq!(value["text"], document.text());
    offsets(document, unit, &value);
    let typed: Result<ResultLine, _> = serde_json::from_str(&line);
    assert!(matches!(typed, Ok(ResultLine::Analysis(_))), "a line of the schema: {line}");
    // The line says its unit itself.
    let mut reader = JsonlReader::new(line.as_bytes(), OffsetUnit::Char);
    let mut again = reader.next().expect("a line").unwrap_or_else(|error| panic!("{error}: {line}"));
    again.origin.clone_from(&document.origin);
    assert_eq!(again.metadata, document.metadata);
    assert_eq!((again.id(), again.text(), &again.meta), (document.id(), document.text(), &document.meta));
    for layer in document.layers() {
        // Scores are rounded, and the parts of a quote are written role by role.
        let same = again.layer(layer.name()).unwrap_or_else(|| panic!("{} is not written", layer.name()));
        if layer.name() == "quote_parts" {
            assert_eq!(same.len(), layer.len());
            continue;
        }
        // A token whose words do not begin where it begins is written as its words.
        assert_eq!(same.spans(), layer.spans(), "{}: {line}", layer.name());
        for column in layer.columns() {
            if !matches!(column.data, ColumnData::F32 { .. } | ColumnData::F16 { .. }) {
                assert_eq!(same.column(&column.name), Some(&column.data), "{}.{}", layer.name(), column.name);
            }
        }
    }
    assert_eq!(line, self::line(&again, unit), "what was read again is written as before");
}

/// Checks that the offsets of `value` cut `document`'s text like its layers do.
fn offsets(document: &Document, unit: OffsetUnit, value: &Value) {
    let text = document.text();
    let units: Vec<u16> = text.encode_utf16().collect();
    let slice = |start: &Value, end: &Value| -> String {
        let at = |offset: &Value| offset.as_u64().expect("an offset") as usize;
        let range = at(start)..at(end);
        match unit {
            OffsetUnit::Char => text.chars().skip(range.start).take(range.len()).collect(),
            OffsetUnit::Byte => text.get(range).expect("bytes of whole characters").to_owned(),
            OffsetUnit::Utf16 => String::from_utf16(units.get(range).expect("units")).expect("whole characters"),
        }
    };
    let spans = |name: &str| document.layer(name).map_or(&[][..], |layer| layer.spans());
    let words = |span: &Span| span.get(text).expect("a part of the text");
    for (name, pairs) in [("sentences", true), ("blocks", false), ("entities", false)] {
        let rows = value[name].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(rows.len(), spans(name).len(), "{name}");
        for (row, span) in rows.iter().zip(spans(name)) {
            let (start, end) = if pairs { (&row[0], &row[1]) } else { (&row["start"], &row["end"]) };
            assert_eq!(slice(start, end), words(span), "{name} in {unit:?}");
        }
    }
    for entity in value["entities"].as_array().into_iter().flatten() {
        assert_eq!(slice(&entity["start"], &entity["end"]), entity["text"]);
    }
    let mut parts = 0;
    for quote in value["quotes"].as_array().into_iter().flatten() {
        for role in ["content", "cue", "source"] {
            for pair in quote[role].as_array().expect("a list") {
                let part = slice(&pair[0], &pair[1]);
                assert!(spans("quote_parts").iter().any(|span| words(span) == part), "{part:?} is no part");
                parts += 1;
            }
        }
    }
    assert_eq!(parts, spans("quote_parts").len());
}

/// The reading view keeps control characters away from the terminal.
fn viewed(document: &Document) {
    let mut out = String::new();
    View::new(40, false).page(&article(document), &mut out);
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
}

fn refused(id: &str, message: &str, number: Option<u64>) {
    let error = DocumentError { id: id.into(), stage: None, message: message.into(), line: number };
    let mut out = Vec::new();
    writer(OffsetUnit::Char).error_line(&error, &mut out);
    let value: Value = serde_json::from_slice(&out).expect("the line of an error is JSON");
    assert_eq!((value["id"].as_str(), value["error"]["message"].as_str()), (Some(id), Some(message)));
}
