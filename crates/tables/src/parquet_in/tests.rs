use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, StringArray, StringViewArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, UInt8Array,
};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn file(columns: Vec<(&str, ArrayRef)>, compression: Compression) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let properties = WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(2));
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn open(bytes: &[u8], columns: Columns) -> Result<ParquetReader, String> {
    let options = ParquetOptions { columns, limit: 10_000 };
    ParquetReader::new(Bytes::copy_from_slice(bytes), options).map_err(|error| error.to_string())
}

fn rows(bytes: &[u8]) -> Vec<Result<(String, String, Value), String>> {
    let shown =
        |document: Document| (document.id().to_owned(), document.text().to_owned(), Value::Object(document.meta));
    let reader = open(bytes, Columns::default()).unwrap();
    reader.map(|read| read.map(shown).map_err(|error| format!("{} | {error}", error.id()))).collect()
}

#[test]
fn every_type() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("Ana Ruiz"), Some("Bo Li")]);
    lists.append_null();
    let day = StructArray::from(vec![(
        Arc::new(Field::new("n", DataType::Int64, true)),
        Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef,
    )]);
    let noon = 1_714_564_800_000_000;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("guid", Arc::new(Int64Array::from(vec![Some(7), None]))),
        ("body", Arc::new(LargeStringArray::from(vec!["a", "b"]))),
        ("date", Arc::new(TimestampMicrosecondArray::from(vec![noon + 250_000, noon]).with_timezone("UTC"))),
        ("updated", Arc::new(Date32Array::from(vec![Some(19_844), None]))),
        ("authors", Arc::new(lists.finish())),
        ("view", Arc::new(StringViewArray::from(vec!["a view of more than twelve bytes", ""]))),
        ("dictionary", Arc::new(DictionaryArray::<Int32Type>::from_iter(["x", "x"]))),
        ("bytes", Arc::new(BinaryArray::from(vec![b"ok".as_slice(), b"\xFF"]))),
        ("yes", Arc::new(BooleanArray::from(vec![true, false]))),
        ("score", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
        ("small", Arc::new(UInt8Array::from(vec![1, 255]))),
        ("price", Arc::new(Decimal128Array::from(vec![1_250, -1_000]).with_precision_and_scale(10, 2).unwrap())),
        ("local", Arc::new(TimestampNanosecondArray::from(vec![noon * 1_000 + 1, -1]))),
        ("clock", Arc::new(Time64MicrosecondArray::from(vec![34_200_000_000, 1]))),
        ("object", Arc::new(day)),
    ];
    let bytes = file(columns, Compression::SNAPPY);
    let mut reader = open(&bytes, Columns::default()).unwrap();
    let sentence = "text from \"body\", id from \"guid\", authors from \"authors\", published from \"date\", \
                    modified from \"updated\"; other columns are in meta";
    assert_eq!(reader.sentence(), sentence);
    let first = reader.next().unwrap().unwrap();
    assert_eq!((first.id(), first.text(), first.origin.line), ("7", "a", Some(1)));
    assert_eq!(first.metadata.authors, ["Ana Ruiz", "Bo Li"]);
    let date = |date: &Option<copydesk_core::Date>| date.as_ref().map(ToString::to_string);
    assert_eq!(date(&first.metadata.published).as_deref(), Some("2024-05-01T12:00:00.25Z"));
    assert_eq!(date(&first.metadata.modified).as_deref(), Some("2024-05-01"));
    let expected = json!({
        "view": "a view of more than twelve bytes", "dictionary": "x", "bytes": "ok", "yes": true, "score": 0.5,
        "small": 1, "price": 12.5, "local": "2024-05-01T12:00:00.000000001", "clock": "09:30:00", "object": {"n": 1},
    });
    assert_eq!(Value::Object(first.meta), expected);
    let second = reader.next().unwrap().unwrap();
    assert_eq!((second.id(), second.text(), second.origin.line), ("2", "b", Some(2)));
    assert_eq!((second.metadata.authors.len(), &second.metadata.modified), (0, &None));
    let expected = json!({
        "view": "", "dictionary": "x", "bytes": null, "yes": false, "score": null, "small": 255, "price": -10.0,
        "local": "1969-12-31T23:59:59.999999999", "clock": "00:00:00.000001", "object": {"n": 2},
    });
    assert_eq!(Value::Object(second.meta), expected);
    assert!(reader.next().is_none());
}

#[test]
fn every_compression() {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(Default::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    for codec in codecs {
        let found = rows(&file(vec![("text", texts(&[Some("a"), None, Some("c")]))], codec));
        let row = |id: &str, text: &str| Ok((id.to_owned(), text.to_owned(), json!({})));
        let expected = [row("1", "a"), Err("2 | line 2: no text in column \"text\"".to_owned()), row("3", "c")];
        assert_eq!(found, expected, "{codec}");
    }
}

#[test]
fn columns_that_are_not_there() {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let bytes = file(vec![("text", numbers)], Compression::SNAPPY);
    let unknown = "no column is known to hold the text. Name it with --text-column. The columns are \"text\"";
    assert_eq!(open(&bytes, Columns::default()).map(|_| ()), Err(unknown.to_owned()));
    let named = Columns { text: Some("text".into()), ..Columns::default() };
    let error = open(&bytes, named).unwrap().next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 1: column \"text\" is not text");
}

#[test]
fn a_long_row_is_an_error() {
    let long = "a".repeat(10_001);
    let bytes = file(vec![("text", texts(&[Some(&long), Some("b")]))], Compression::SNAPPY);
    let found = rows(&bytes);
    assert_eq!(found[0], Err("1 | line 1: the row is longer than 10000 bytes, the most that is read".to_owned()));
    assert!(found[1].is_ok());
}

#[test]
fn files_that_are_none() {
    let whole = file(vec![("text", texts(&[Some("a"), Some("b")]))], Compression::SNAPPY);
    let cut = "the Parquet file is cut or is no Parquet file: its end is missing";
    assert_eq!(open(b"", Columns::default()).map(|_| ()), Err(cut.to_owned()));
    assert_eq!(open(b"text,id\na,b\n", Columns::default()).map(|_| ()), Err(cut.to_owned()));
    for length in 0..whole.len() {
        assert!(open(&whole[..length], Columns::default()).is_err(), "{length}");
    }
    // A schema that is deeper than any table's: each group has one child.
    let mut footer = vec![0x15, 0x02, 0x19, 0xFC];
    let deep = 100_000_u32;
    footer.extend([(deep & 0x7F) as u8 | 0x80, (deep >> 7 & 0x7F) as u8 | 0x80, (deep >> 14) as u8]);
    for _ in 0..deep {
        footer.extend([0x35, 0x00, 0x18, 0x01, b'a', 0x15, 0x02, 0x00]);
    }
    let length = (footer.len() as u32).to_le_bytes();
    let bytes = [b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat();
    let nonsense = "the Parquet file is damaged: its schema makes no sense";
    assert_eq!(open(&bytes, Columns::default()).map(|_| ()), Err(nonsense.to_owned()));
}

/// Rows of two columns, with pages of a few values.
fn written(version: WriterVersion, encoding: Option<Encoding>, compression: Compression) -> Vec<u8> {
    let (text, list) = rows_of_text();
    let batch = RecordBatch::try_from_iter_with_nullable([("text", text, true), ("list", list, true)]).unwrap();
    let properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(compression)
        .set_data_page_row_count_limit(7)
        .set_write_batch_size(7)
        .set_max_row_group_row_count(Some(300));
    let properties = match encoding {
        Some(encoding) => properties.set_dictionary_enabled(false).set_encoding(encoding),
        None => properties,
    };
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// The text of a row, and its list.
fn row_of_text(row: usize) -> (Option<String>, Option<Vec<Option<String>>>) {
    let text = (!row.is_multiple_of(5)).then(|| format!("http://outlet.example/{}/{row}", "news/".repeat(row % 40)));
    let list = (!row.is_multiple_of(7))
        .then(|| (0..row % 11).map(|item| (!item.is_multiple_of(3_usize)).then(|| format!("{item} é"))).collect());
    (text, list)
}

fn rows_of_text() -> (ArrayRef, ArrayRef) {
    let (mut texts, mut lists) = (StringBuilder::new(), ListBuilder::new(StringBuilder::new()));
    for row in 0..1_000 {
        let (text, list) = row_of_text(row);
        texts.append_option(text);
        lists.append_option(list);
    }
    (Arc::new(texts.finish()), Arc::new(lists.finish()))
}

#[test]
fn every_encoding_and_version() {
    let encodings =
        [None, Some(Encoding::PLAIN), Some(Encoding::DELTA_BYTE_ARRAY), Some(Encoding::DELTA_LENGTH_BYTE_ARRAY)];
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(Default::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for encoding in encodings {
            for codec in codecs {
                let found = rows(&written(version, encoding, codec));
                assert_eq!(found.len(), 1_000, "{encoding:?} {codec} {:?}", found.last());
                for (row, found) in found.into_iter().enumerate() {
                    match row_of_text(row) {
                        (Some(text), list) => {
                            let expected = ((row + 1).to_string(), text, json!({"list": list}));
                            assert_eq!(found, Ok(expected), "{encoding:?} {codec}");
                        }
                        (None, _) => assert!(found.is_err()),
                    }
                }
            }
        }
    }
}

/// A file whose only column is written in one page.
fn one_page(column: ArrayRef, encoding: Option<Encoding>, compression: Compression) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable([("text", column, false)]).unwrap();
    let properties =
        WriterProperties::builder().set_compression(compression).set_statistics_enabled(EnabledStatistics::None);
    let properties = match encoding {
        Some(encoding) => properties.set_dictionary_enabled(false).set_encoding(encoding),
        None => properties,
    };
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Puts other bytes in the place of the first that are found.
fn replaced(mut file: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    let place = file.windows(old.len()).position(|bytes| bytes == old).expect("the bytes to replace");
    file[place..place + old.len()].copy_from_slice(new);
    file
}

fn refusal(file: &[u8]) -> String {
    match open(file, Columns::default()) {
        Ok(reader) => reader.map(|row| row.map(|_| ())).find_map(Result::err).expect("an error").to_string(),
        Err(error) => error,
    }
}

#[test]
fn pages_that_claim_more_than_there_is() {
    let three = || texts(&[Some("a"), Some("b"), Some("c")]);
    let more = "line 1: the Parquet file is damaged: the page at byte 4 claims more values than the row \
                group has rows";
    // A header of three values, with its encoding.
    for (encoding, code) in [(Encoding::PLAIN, 0), (Encoding::DELTA_LENGTH_BYTE_ARRAY, 12)] {
        let file = one_page(three(), Some(encoding), Compression::UNCOMPRESSED);
        let file = replaced(file, &[0x2C, 0x15, 6, 0x15, code], &[0x2C, 0x15, 8, 0x15, code]);
        assert_eq!(refusal(&file), more, "{encoding}");
    }
    // Blocks of 128 lengths, in 4 parts. There are 3.
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        let file = one_page(three(), Some(encoding), Compression::UNCOMPRESSED);
        let file = replaced(file, &[0x80, 1, 4, 3], &[0x80, 1, 4, 4]);
        assert_eq!(refusal(&file), more, "{encoding}");
    }
    // A dictionary of three values.
    let file = one_page(three(), None, Compression::UNCOMPRESSED);
    let file = replaced(file, &[0x4C, 0x15, 6], &[0x4C, 0x15, 0x7E]);
    assert_eq!(refusal(&file), more.replace("the row group has rows", "it has bytes").as_str());
}

#[test]
fn billions_of_claimed_values_are_refused() {
    let file = include_bytes!("../../../../fuzz/corpus/parquet/delta-claims-billions");
    assert!(refusal(file).contains("claims more values than the row group has rows"), "{}", refusal(file));
}

#[test]
fn rows_of_millions_of_values_are_refused() {
    // A list of 40,000,000 strings that are all missing.
    let file = include_bytes!("../../../../fuzz/corpus/parquet/nested-claims-millions");
    let message = "line 1: the Parquet file cannot be read: 256 rows with their lists take more than 536870912 bytes, the \
                   most that are read at once";
    assert_eq!(refusal(file), message);
}

#[test]
fn pages_that_unpack_to_more_than_they_say() {
    let long = "a".repeat(1_000);
    for codec in [Compression::GZIP(GzipLevel::default()), Compression::BROTLI(Default::default())] {
        let file = one_page(texts(&[Some(&long)]), Some(Encoding::PLAIN), codec);
        // The header says 1,004 bytes; then it says 1,002.
        for wrong in [1_002_u32, 1_006] {
            let said = |size: u32| [0x15, ((size * 2) & 0x7F) as u8 | 0x80, (size >> 6) as u8];
            let file = replaced(file.clone(), &said(1_004), &said(wrong));
            assert!(refusal(&file).contains("the page at byte 4 has another size than it says"), "{}", refusal(&file));
        }
    }
}

#[test]
fn a_long_string_that_is_shared_is_not_built_for_ever() {
    let long = "a".repeat(1_500_000);
    let texts = texts(&vec![Some(long.as_str()); 256]);
    let file = one_page(texts, Some(Encoding::DELTA_BYTE_ARRAY), Compression::ZSTD(ZstdLevel::default()));
    assert!(refusal(&file).contains("the most that are read are 268435456"), "{}", refusal(&file));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_file_is_an_error_or_read(place in 0.0..1.0_f64, byte: u8, more in 0..3_usize) {
        let mut bytes = file(
            vec![("text", texts(&[Some("a"), Some("a"), Some("b")])), ("n", Arc::new(Int64Array::from(vec![1, 2, 3])))],
            Compression::SNAPPY,
        );
        for step in 0..=more {
            let at = ((bytes.len() as f64 * place) as usize + step * 7) % bytes.len();
            bytes[at] = byte.wrapping_add(step as u8);
        }
        if let Ok(reader) = open(&bytes, Columns::default()) {
            prop_assert!(reader.take(1_000).count() < 1_000);
        }
    }
}
