//! Tables: CSV, Parquet and XLSX in, and the tables `quotes` and `tokens` out. Throughput counts the bytes and tokens of
//! the article's text only.

use std::io::{Cursor, Write};

use copydesk_core::{Article, Document};
use copydesk_formats::{ReadError, WriterOptions};
use copydesk_tables::{CsvOptions, CsvReader, FORMATS, ParquetOptions, ParquetReader, XlsxOptions, XlsxReader};
use criterion::Criterion;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::formats::{Analysed, group};

/// The whole table of an article.
fn table(format: &str, table: &'static str, article: &Article, out: &mut Vec<u8>) {
    let format = FORMATS.into_iter().find(|own| own.name == format).unwrap_or_else(|| panic!("no format {format}"));
    let mut writer = (format.writer)(&WriterOptions { table, ..WriterOptions::default() });
    out.clear();
    let written = writer.begin(out).and_then(|()| writer.document(article, out)).and_then(|()| writer.finish(out));
    written.unwrap_or_else(|error| panic!("{error}"));
}

/// The only document of a table.
fn only(mut reader: impl Iterator<Item = Result<Document, ReadError>>) -> Document {
    let read = reader.next().unwrap_or_else(|| panic!("there is a row"));
    assert!(reader.next().is_none());
    read.unwrap_or_else(|error| panic!("{error}"))
}

fn opened<T>(reader: Result<T, ReadError>) -> T {
    reader.unwrap_or_else(|error| panic!("{error}"))
}

/// A workbook with a sheet of one row.
fn workbook(text: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let relation = |kind: &str, target: &str| {
        let relation = format!("<Relationship Id=\"r1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
        format!("<Relationships xmlns=\"{PACKAGE}\">{relation}</Relationships>")
    };
    let sheet = "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/>";
    let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!("<row r=\"1\">{}</row><row r=\"2\">{}</row>", cell("A1", "text"), cell("A2", &text));
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/s1.xml")),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheet}</sheets></workbook>"),
        ),
        ("xl/worksheets/s1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        zip.write_all(xml.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }
    zip.finish().unwrap_or_else(|error| panic!("{error}")).into_inner()
}

fn readers(criterion: &mut Criterion, analysed: &Analysed) {
    group(criterion, "read/csv", analysed, |article| {
        let mut input = Vec::new();
        table("csv", "documents", article, &mut input);
        let run = move || only(opened(CsvReader::new(input.as_slice(), CsvOptions::default())));
        assert!(run().text() == article.text());
        run
    });
    group(criterion, "read/parquet", analysed, |article| {
        let mut input = Vec::new();
        table("parquet", "documents", article, &mut input);
        let input = bytes::Bytes::from(input);
        let run = move || only(opened(ParquetReader::new(input.clone(), ParquetOptions::default())));
        assert!(run().text() == article.text());
        run
    });
    group(criterion, "read/xlsx", analysed, |article| {
        let input = workbook(article.text());
        let run = move || only(opened(XlsxReader::new(Cursor::new(input.as_slice()), XlsxOptions::default())));
        // A line of XML ends in a line feed alone.
        assert!(run().text() == article.text().replace("\r\n", "\n"));
        run
    });
}

/// The number of rows of a table, without the header.
fn rows(csv: &[u8]) -> usize {
    let mut quoted = false;
    let ends = csv.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        **byte == b'\n' && !quoted
    });
    ends.count() - 1
}

fn writers(criterion: &mut Criterion, analysed: &Analysed) {
    for (format, name) in [("csv", "write/csv-quotes"), ("parquet", "write/parquet-quotes")] {
        group(criterion, name, analysed, |article| {
            let mut out = Vec::new();
            table("csv", "quotes", article, &mut out);
            assert_eq!(rows(&out), article.quotes().len());
            move || {
                table(format, "quotes", article, &mut out);
                out.len()
            }
        });
    }
    for (format, name) in [("csv", "write/csv-tokens"), ("parquet", "write/parquet-tokens")] {
        group(criterion, name, analysed, |article| {
            let mut out = Vec::new();
            table("csv", "tokens", article, &mut out);
            assert_eq!(rows(&out), article.tokens().len());
            move || {
                table(format, "tokens", article, &mut out);
                out.len()
            }
        });
    }
}

/// Benches of the groups `read` and `write` that are about tables.
pub fn bench(criterion: &mut Criterion, analysed: &Analysed) {
    readers(criterion, analysed);
    writers(criterion, analysed);
}
