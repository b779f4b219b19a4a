use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use bytes::Bytes;
use copydesk_core::OffsetUnit;
use copydesk_formats::{Parts, WriterOptions, push_decimal};
use copydesk_tables::{Kind, ParquetOptions, ParquetReader, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;

use crate::articles::{Step, full, output, plain, steps};

fn batches(bytes: Vec<u8>) -> Vec<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).expect("a Parquet file");
    builder.build().expect("a reader").collect::<Result<Vec<RecordBatch>, _>>().expect("rows")
}

/// A cell as CSV has it, without the guard against formulas.
fn cell(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Float32 => {
            let mut out = Vec::new();
            push_decimal(&mut out, array.as_primitive::<Float32Type>().value(row));
            String::from_utf8(out).expect("digits")
        }
        other => panic!("no plain type: {other}"),
    }
}

#[test]
fn every_table_has_the_rows_of_csv() {
    for table in Table::ALL {
        let csv = output("csv", table.name(), &steps());
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let expected: Vec<Vec<String>> = reader
            .records()
            .map(|row| {
                row.expect("a row").iter().map(|cell| cell.strip_prefix('\'').unwrap_or(cell).to_owned()).collect()
            })
            .collect();
        let mut found = Vec::new();
        for batch in batches(output("parquet", table.name(), &steps())) {
            let schema = batch.schema();
            assert!(schema.fields().iter().map(|field| field.name()).eq(&names));
            for (field, column) in schema.fields().iter().zip(table.columns()) {
                let kind = match column.kind {
                    Kind::Text => DataType::Utf8,
                    Kind::Whole => DataType::Int32,
                    Kind::Long => DataType::Int64,
                    Kind::Float => DataType::Float32,
                    Kind::Flag => DataType::Boolean,
                };
                assert!(*field.data_type() == kind && field.is_nullable(), "{}", column.name);
            }
            for row in 0..batch.num_rows() {
                found.push(batch.columns().iter().map(|column| cell(column, row)).collect::<Vec<String>>());
            }
        }
        // An apostrophe is no part of a text here.
        let unguarded = |row: &Vec<String>| row.iter().map(|cell| cell.replace('\'', "")).collect::<Vec<String>>();
        assert_eq!(found.iter().map(unguarded).collect::<Vec<_>>(), expected.iter().map(unguarded).collect::<Vec<_>>());
        assert!(!found.is_empty(), "{}", table.name());
    }
}

#[test]
fn a_file_says_what_it_is() {
    let provenance = serde_json::json!({"pipeline": "fast"});
    let options = WriterOptions { table: "quotes", unit: OffsetUnit::Byte, ..WriterOptions::default() };
    let options = options.with_provenance(&provenance).expect("JSON");
    let mut writer = (copydesk_tables::FORMATS[0].writer)(&options);
    let mut out = Vec::new();
    writer.begin(&mut out).expect("written");
    crate::articles::take(writer.as_mut(), &Step::Article(Box::new(full("a"))), &mut out);
    writer.finish(&mut out).expect("written");
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(out)).expect("a Parquet file");
    let file = builder.metadata().file_metadata();
    assert_eq!(file.created_by(), Some(concat!("copydesk version ", env!("CARGO_PKG_VERSION"))));
    let said: Vec<(&str, &str)> = file
        .key_value_metadata()
        .expect("keys")
        .iter()
        .map(|pair| (pair.key.as_str(), pair.value.as_deref().unwrap_or_default()))
        .collect();
    let expected =
        [("copydesk.table", "quotes"), ("copydesk.offsets", "byte"), ("copydesk.provenance", r#"{"pipeline":"fast"}"#)];
    assert_eq!(said, expected);
    let group = builder.metadata().row_group(0);
    assert!(group.columns().iter().all(|column| matches!(column.compression(), Compression::ZSTD(_))));
    assert!(group.columns().iter().all(|column| column.statistics().is_some()));
}

#[test]
fn a_table_without_rows_is_a_table() {
    for table in Table::ALL {
        let out = output("parquet", table.name(), &[]);
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(out)).expect("a Parquet file");
        assert_eq!(builder.schema().fields().len(), table.columns().len());
        assert_eq!(builder.metadata().file_metadata().num_rows(), 0);
    }
}

#[test]
fn texts_are_left_out_if_they_are_not_asked_for() {
    let parts = Parts::named(["quotes"]);
    let options = WriterOptions { table: "documents", parts, ..WriterOptions::default() };
    let mut writer = (copydesk_tables::FORMATS[1].writer)(&options);
    let mut out = Vec::new();
    crate::articles::take(writer.as_mut(), &Step::Article(Box::new(plain("a", "It rains.".into()))), &mut out);
    assert!(!String::from_utf8(out).expect("UTF-8").contains("rains"));
}

#[test]
fn many_rows_are_encoded_piece_by_piece() {
    // More rows than one batch has, and in the table of documents more bytes.
    let steps: Vec<Step> = (0..2_500)
        .map(|number| match number % 10 {
            0 => Step::Article(Box::new(plain(&number.to_string(), "a".repeat(40_000)))),
            _ => Step::Article(Box::new(full(&number.to_string()))),
        })
        .collect();
    for (table, rows) in [("tokens", 22_500), ("documents", 2_500)] {
        let batches = batches(output("parquet", table, &steps));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), rows);
    }
}

#[test]
fn the_table_of_documents_can_be_read_again() {
    let out = output("parquet", "documents", &steps());
    let mut reader = ParquetReader::new(Bytes::from(out), ParquetOptions::default()).expect("a Parquet file");
    let document = reader.next().expect("a row").expect("a document");
    let full = full("-1");
    assert_eq!(document.text(), full.text());
    assert_eq!(document.metadata.authors, full.metadata().authors);
    assert_eq!(document.metadata.published, full.metadata().published);
    assert_eq!(reader.filter(Result::is_err).count(), 2, "an error and a duplicate have no text");
}
