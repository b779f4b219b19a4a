use std::io::{Cursor, Write};

use proptest::prelude::*;
use serde_json::json;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

/// A workbook with these sheets, each a name and its rows in XML.
fn book(sheets: &[(&str, &str)], strings: &[&str]) -> Vec<(String, String)> {
    let part = |name: &str, xml: String| (name.to_owned(), format!("<?xml version=\"1.0\"?>{xml}"));
    let numbered = || sheets.iter().enumerate().map(|(i, (name, rows))| (i + 1, name, rows));
    let list: String =
        numbered().map(|(i, name, _)| format!("<sheet name=\"{name}\" sheetId=\"{i}\" r:id=\"r{i}\"/>")).collect();
    let relations: String = numbered()
        .map(|(i, ..)| format!("<Relationship Id=\"r{i}\" Type=\"{R}/worksheet\" Target=\"worksheets/s{i}.xml\"/>"))
        .collect();
    const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let strings: String = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut parts = vec![
        part(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{R}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{R}\"><sheets>{list}</sheets></workbook>"),
        ),
        part("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>")),
        part("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\">{strings}</sst>")),
        part(
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    parts.extend(numbered().map(|(i, _, rows)| {
        let xml = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
        part(&format!("xl/worksheets/s{i}.xml"), xml)
    }));
    parts
}

fn packed(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open(bytes: &[u8], limit: u64) -> Result<XlsxReader, String> {
    let options = XlsxOptions { limit, ..XlsxOptions::default() };
    XlsxReader::new(Cursor::new(bytes), options).map_err(|error| error.to_string())
}

const ROWS: &str = r#"
    <row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>date</t></is></c><c r="D2" t="s"><v>1</v></c></row>
    <row r="4"><c r="B4" t="s"><v>2</v></c><c r="C4" s="1"><v>45413</v></c><c r="D4"><v>3</v></c></row>
    <row r="5"><c r="B5" t="s"><v>2</v></c><c r="C5" s="1"><v>45413.5</v></c><c r="D5" t="b"><v>1</v></c></row>
    <row r="6"><c r="C6" s="1"><v>45413</v></c></row>
    <row r="7"><c r="B7" t="s"><v>2</v></c><c r="D7" t="e"><v>#N/A</v></c></row>
    <row r="8"><c r="B8" t="s"><v>2</v></c><c r="AB8"><v>0.5</v></c></row>"#;

#[test]
fn sheets() {
    let bytes = packed(&book(&[("Empty", ""), ("Articles", ROWS)], &["text", "n", "It rains."]));
    let reader = open(&bytes, 1 << 20).unwrap();
    let sentence = "sheet \"Articles\": text from \"text\", the row's number as id, published from \"date\"; \
                    other columns are in meta";
    assert_eq!(reader.sentence(), sentence);
    let found: Vec<Result<Value, String>> = reader
        .map(|read| {
            let document = read.map_err(|error| error.to_string())?;
            let published = document.metadata.published.as_ref().map(|date| date.as_str().to_owned());
            Ok(json!([document.id(), document.text(), document.origin.line, published, document.meta]))
        })
        .collect();
    let expected = [
        Ok(json!(["1", "It rains.", 4, "2024-05-01", {"n": 3}])),
        Ok(json!(["2", "It rains.", 5, "2024-05-01T12:00:00", {"n": true}])),
        Err("line 6: no text in column \"text\"".to_owned()),
        Ok(json!(["4", "It rains.", 7, null, {"n": null}])),
        Err("line 8: the row has a cell in column AB, which the header does not name".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn books_that_are_refused() {
    let row = |cell: &str| format!("<row r=\"1\">{cell}</row>");
    let wide = row("<c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"XFD1\" t=\"s\"><v>0</v></c>");
    let other = row("<c r=\"A1\" t=\"s\"><v>1</v></c>");
    let cases: [(Vec<u8>, &str); 6] = [
        (b"PK".to_vec(), "the XLSX file is damaged, or is none: "),
        (b"text,id\n".to_vec(), "the XLSX file is damaged, or is none: "),
        (packed(&[]), "the XLSX file is damaged, or is none: "),
        (packed(&book(&[("a", "")], &[])), "the spreadsheet has no cells"),
        (
            packed(&book(&[("a", &wide)], &["text"])),
            "the sheet \"a\" names 16384 columns; the most that are read is 4096",
        ),
        (
            packed(&book(&[("a", &other)], &["text", "b"])),
            "no column is known to hold the text. Name it with --text-column. The columns are \"b\"",
        ),
    ];
    for (bytes, message) in cases {
        let error = open(&bytes, 1 << 20).map(|_| ()).unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn books_that_are_too_large() {
    let long = "a".repeat(1_000_000);
    let bytes = packed(&book(&[("a", ROWS)], &["text", "n", &long]));
    assert!(bytes.len() < 10_000);
    let error = open(&bytes, 500_000).map(|_| ()).unwrap_err();
    assert!(error.starts_with("the XLSX file unpacks to more than 500000 bytes"), "{error}");
    // The shared string is in four rows.
    let error = open(&bytes, 3_000_000).map(|_| ()).unwrap_err();
    assert!(error.starts_with("the sheet has more than 3000000 bytes in its cells"), "{error}");
    assert_eq!(open(&bytes, 6_000_000).unwrap().count(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_damaged_book_is_an_error_or_read(
        part in 0..6_usize,
        place in 0.0..1.0_f64,
        with in "[<>&\"'/a-z0-9=#;:\\-]{0,3}|9{9,22}|[A-Z]{1,9}",
        cut in 0..4_usize,
    ) {
        let mut parts = book(&[("a", ROWS)], &["text", "n", "It rains."]);
        let xml = &mut parts[part].1;
        let at = (xml.len() as f64 * place) as usize;
        let end = (at + cut).min(xml.len());
        xml.replace_range(at..end, &with);
        if let Ok(reader) = open(&packed(&parts), 1 << 20) {
            prop_assert!(reader.count() < 100);
        }
    }

    #[test]
    fn a_damaged_archive_is_an_error_or_read(place in 0.0..1.0_f64, byte: u8) {
        let mut bytes = packed(&book(&[("a", ROWS)], &["text", "n", "It rains."]));
        let at = (bytes.len() as f64 * place) as usize % bytes.len();
        bytes[at] = byte;
        if let Ok(reader) = open(&bytes, 1 << 20) {
            prop_assert!(reader.count() < 100);
        }
    }
}
