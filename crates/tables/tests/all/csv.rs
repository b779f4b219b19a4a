use copydesk_tables::Table;
use proptest::prelude::*;

use crate::articles::{Step, full, output, plain, steps};

fn text(format: &str, table: &'static str) -> String {
    String::from_utf8(output(format, table, &steps())).expect("UTF-8")
}

#[test]
fn every_table() {
    let all: Vec<String> =
        Table::ALL.iter().map(|table| format!("{}\n{}", table.name(), text("csv", table.name()))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn tsv_has_the_same_cells() {
    for table in Table::ALL {
        let rows = |format: &str, delimiter: u8| {
            let text = text(format, table.name());
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(text.as_bytes());
            reader.records().collect::<Result<Vec<csv::StringRecord>, csv::Error>>().expect("even rows")
        };
        assert_eq!(rows("csv", b','), rows("tsv", b'\t'));
        assert!(rows("csv", b',').iter().all(|row| row.len() == table.columns().len()));
    }
}

#[test]
fn a_table_can_be_continued_after_each_document() {
    let mut writer = crate::articles::writer("csv", "quotes");
    assert_eq!(writer.state(), Some(Vec::new()));
    crate::articles::take(writer.as_mut(), &Step::Article(Box::new(full("a"))), &mut Vec::new());
    assert_eq!(writer.state(), Some(Vec::new()));
    assert!(writer.resume(&[]).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_and_none_is_a_formula(texts in prop::collection::vec("[=+\\-@\t\r\n\",;'a]{0,6}|\\PC{0,6}", 1..5)) {
        let steps: Vec<Step> =
            texts.iter().map(|text| Step::Article(Box::new(plain(text, format!("{text}x"))))).collect();
        let out = output("csv", "documents", &steps);
        let mut reader = csv::Reader::from_reader(out.as_slice());
        let column = |name: &str| Table::Documents.columns().iter().position(|column| column.name == name).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), texts.len());
        for (text, row) in texts.iter().zip(&rows) {
            for (name, given) in [("document", text.clone()), ("text", format!("{text}x"))] {
                let cell = row.get(column(name)).unwrap();
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
                let guarded = given.starts_with(['=', '+', '-', '@', '\t', '\r']);
                prop_assert_eq!(if guarded { cell.strip_prefix('\'').unwrap() } else { cell }, given.as_str());
            }
        }
    }
}
