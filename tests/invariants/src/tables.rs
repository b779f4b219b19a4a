//! Any bytes as a table: each row is a document or an error, and a document that is written as a table reads as itself.

use std::io::Read;

use copydesk_core::{Article, Document};
use copydesk_formats::{DocumentWriter, ReadError, WriterOptions};
use copydesk_tables::{CsvOptions, CsvReader, FORMATS, ParquetOptions, ParquetReader};

use crate::sound;

/// The most bytes of a row here, so that the limit is met.
const LIMIT: usize = 4_096;

/// More rows than this say nothing new.
const ROWS: usize = 2_000;

/// Reads `bytes` as CSV, with the delimiter that their head tells. Each row gives one document or one error. The result
/// does not depend on how many bytes are read at once. The documents, written as tables, are read as they were.
pub fn csv(bytes: &[u8]) {
    let options = || CsvOptions { limit: LIMIT, ..CsvOptions::default() };
    let reader = match CsvReader::new(bytes, options()) {
        Ok(reader) => reader,
        Err(error) => {
            assert!(CsvReader::new(Dripping(bytes), options()).is_err());
            return refused(&error);
        }
    };
    assert!(!reader.sentence().is_empty());
    let rows: Vec<Result<Document, ReadError>> = reader.take(ROWS).collect();
    assert!(rows.len() <= bytes.len(), "a row takes a byte at least");
    let dripping = CsvReader::new(Dripping(bytes), options()).expect("the same header");
    let seen = |row: Result<Document, ReadError>| {
        row.map(|document| (document.id().to_owned(), document.text().to_owned())).map_err(|error| error.to_string())
    };
    let again: Vec<_> = dripping.take(ROWS).map(seen).collect();
    for row in &rows {
        match row {
            Ok(document) => read(document),
            Err(error) => {
                assert!(error.line().is_some());
                refused(error);
            }
        }
    }
    let documents: Vec<&Document> = rows.iter().flatten().collect();
    written(&documents);
    assert!(rows.into_iter().map(seen).eq(again));
}

/// Reads `bytes` as Parquet. Each row gives one document or one error, and the file ends.
pub fn parquet(bytes: &[u8]) {
    let options = ParquetOptions { limit: LIMIT, ..ParquetOptions::default() };
    let reader = match ParquetReader::new(bytes::Bytes::copy_from_slice(bytes), options) {
        Ok(reader) => reader,
        Err(error) => return refused(&error),
    };
    assert!(!reader.sentence().is_empty());
    for row in reader.take(ROWS) {
        match row {
            Ok(document) => read(&document),
            Err(error) => refused(&error),
        }
    }
}

/// Gives a byte at a time.
struct Dripping<'a>(&'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(buffer.get_mut(..one).unwrap_or_default())
    }
}

fn refused(error: &ReadError) {
    assert!(!error.is_io() && !error.message().is_empty() && !error.id().is_empty(), "{error:?}");
}

fn read(document: &Document) {
    sound::document(document);
    assert!(!document.text().trim().is_empty() && document.text().len() <= LIMIT);
    assert!(document.origin.line.is_some());
}

/// Writes the table of documents in each format, and reads it.
fn written(documents: &[&Document]) {
    for format in FORMATS {
        let mut writer = (format.writer)(&WriterOptions { table: "documents", ..WriterOptions::default() });
        let mut out = Vec::new();
        fill(writer.as_mut(), documents, &mut out).expect("a vector takes all");
        let text = |read: Result<Document, ReadError>| read.map(|document| document.text().to_owned());
        let found: Vec<_> = match format.name {
            "parquet" => {
                let reader = ParquetReader::new(bytes::Bytes::from(out), ParquetOptions::default());
                reader.expect("our own table").map(text).collect()
            }
            name => {
                let delimiter = if name == "tsv" { b'\t' } else { b',' };
                let options = CsvOptions { delimiter: Some(delimiter), ..CsvOptions::default() };
                CsvReader::new(out.as_slice(), options).expect("our own table").map(text).collect()
            }
        };
        assert_eq!(found.len(), documents.len(), "{}", format.name);
        for (document, found) in documents.iter().zip(found) {
            let found = found.expect("our own row");
            let is_formula = format.name != "parquet" && document.text().starts_with(['=', '+', '-', '@', '\t', '\r']);
            let found = if is_formula { found.strip_prefix('\'').expect("a guard") } else { &found };
            assert_eq!(found, document.text(), "{}", format.name);
        }
    }
}

fn fill(writer: &mut dyn DocumentWriter, documents: &[&Document], out: &mut Vec<u8>) -> std::io::Result<()> {
    writer.begin(out)?;
    for document in documents {
        let article = Article::new((*document).clone()).unwrap_or_else(|error| panic!("{error}"));
        writer.document(&article, out)?;
    }
    writer.finish(out)
}
