use proptest::prelude::*;

use super::*;

fn read(input: &[u8], options: CsvOptions) -> Result<Vec<Result<String, String>>, String> {
    let reader = CsvReader::new(input, options).map_err(|error| error.to_string())?;
    let shown = |read: Result<Document, ReadError>| match read {
        Ok(document) => {
            let meta = Value::Object(document.meta.clone());
            Ok(format!("{} {:?} {} {meta}", document.id(), document.text(), document.origin.line.unwrap_or(0)))
        }
        Err(error) => Err(format!("{} | {error}", error.id())),
    };
    Ok(reader.map(shown).collect())
}

#[test]
fn tables() {
    type Expected<'a> = Result<&'a [Result<&'a str, &'a str>], &'a str>;
    let cases: &[(&[u8], Expected<'_>)] = &[
        (b"text\na\n", Ok(&[Ok(r#"1 "a" 2 {}"#)])),
        (b"id,text\n", Ok(&[])),
        (b"\xEF\xBB\xBFid,text\r\nx,a\r\n\r\n\ny,b", Ok(&[Ok(r#"x "a" 2 {}"#), Ok(r#"y "b" 5 {}"#)])),
        (b"\n\nid,text\nx,a\n", Ok(&[Ok(r#"x "a" 4 {}"#)])),
        (
            b"id,text,n\nx,\"a \"\"b\"\",\n\nc\",7\ny,d,\n",
            Ok(&[Ok(r#"x "a \"b\",\n\nc" 2 {"n":"7"}"#), Ok(r#"y "d" 5 {"n":""}"#)]),
        ),
        (b"id;text\nx;a, b, c\n", Ok(&[Ok(r#"x "a, b, c" 2 {}"#)])),
        (b"id\ttext\nx\ta, b; c\n", Ok(&[Ok(r#"x "a, b; c" 2 {}"#)])),
        (b"sep=;\r\nid;text\r\nx;a,b\r\n", Ok(&[Ok(r#"x "a,b" 3 {}"#)])),
        (b"id|text\nx|a\n", Ok(&[Ok(r#"x "a" 2 {}"#)])),
        (
            b"id,text\nx\nx,a,b,c\ny,b\n",
            Ok(&[
                Err("1 | line 2: the row has 1 cell, and the header 2"),
                Err("2 | line 3: the row has 4 cells, and the header 2"),
                Ok(r#"y "b" 4 {}"#),
            ]),
        ),
        (b"id,text\nx,\ny,b\n", Ok(&[Err("x | line 2: no text in column \"text\""), Ok(r#"y "b" 3 {}"#)])),
        (
            b"id,text\nx,\xFF\ny,b\n\xC3,\xA9\n",
            Ok(&[
                Err("1 | line 2: the cell in column \"text\" is not UTF-8"),
                Ok(r#"y "b" 3 {}"#),
                Err("3 | line 4: the cell in column \"id\" is not UTF-8"),
            ]),
        ),
        (
            b"id,text\nx,\"abcdefghijklmnopqrstuvwxyz0123456789 and so on and on\"\ny,b\n",
            Ok(&[
                Err("1 | line 2: the row is longer than 40 bytes, the most that is read; is a quotation mark missing?"),
                Ok(r#"y "b" 3 {}"#),
            ]),
        ),
        (b"", Err("line 1: the table is empty: its first row must name the columns")),
        (b"\n\n", Err("line 1: the table is empty: its first row must name the columns")),
        (b"id,text\xFF\n", Err("line 1: the name of a column is not UTF-8")),
        (
            b"a,b\n1,2\n",
            Err(
                "line 1: no column is known to hold the text. Name it with --text-column. The columns are \"a\", \"b\"",
            ),
        ),
    ];
    for (input, expected) in cases {
        let expected = expected
            .map(|rows| rows.iter().map(|row| row.map(str::to_owned).map_err(str::to_owned)).collect())
            .map_err(str::to_owned);
        let options = CsvOptions { limit: 40, ..CsvOptions::default() };
        assert_eq!(read(input, options), expected, "{}", String::from_utf8_lossy(input));
    }
}

#[test]
fn a_delimiter_can_be_given() {
    let options = || CsvOptions { delimiter: Some(b';'), ..CsvOptions::default() };
    assert!(read(b"id,text\nx,a\n", options()).is_err());
    assert_eq!(read(b"text;x\na;b,c\n", options()), Ok(vec![Ok(r#"1 "a" 2 {"x":"b,c"}"#.to_owned())]));
}

/// Gives the same bytes again and again, and counts them.
struct Endless(&'static [u8], usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.1 += length;
        Ok(length)
    }
}

#[test]
fn what_is_no_table_is_refused_before_it_fills_the_memory() {
    let cases: [(&'static [u8], &str); 2] = [
        (b"a,", "the first row names more than 4096 columns: is this a CSV file?"),
        (b"abc", "the row is longer than"),
    ];
    for (bytes, message) in cases {
        // A header is longer than the limit, or has too many columns: both end it, though the input goes on.
        let input = Endless(bytes, 0).take(5_000_000);
        let options = CsvOptions { limit: 100_000, ..CsvOptions::default() };
        let error = CsvReader::new(input, options).map(|_| ()).unwrap_err();
        assert!(error.message().starts_with(message), "{error}");
    }
}

#[test]
fn an_input_that_fails_ends() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => {
                    let head = [b"text\n".as_slice(), &b"a\n".repeat(60_000)].concat();
                    let length = head.len().min(buffer.len());
                    buffer[..length].copy_from_slice(&head[..length]);
                    Ok(length)
                }
                _ => Err(std::io::Error::other("the disk is gone")),
            }
        }
    }
    let mut reader = CsvReader::new(Failing(0), CsvOptions::default()).unwrap();
    let error = reader.find_map(Result::err).unwrap();
    assert!(error.is_io() && error.to_string().ends_with("the disk is gone"), "{error}");
    assert!(reader.next().is_none());
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn cells_are_read_as_they_were_written(
        rows in prop::collection::vec(("[a-z,;|\t\"\r\n😀é ]{0,10}x", "[a-z,;\"\n]{0,8}"), 0..8),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let mut input = format!("text{delimiter}other\n");
        for (text, other) in &rows {
            input += &format!("{}{delimiter}{}\r\n", quoted(text), quoted(other));
        }
        let options = CsvOptions { delimiter: Some(delimiter as u8), ..CsvOptions::default() };
        let found: Vec<Document> = CsvReader::new(input.as_bytes(), options).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(found.len(), rows.len());
        let mut line = 2;
        for ((text, other), document) in rows.iter().zip(&found) {
            prop_assert_eq!(document.text(), text.as_str());
            prop_assert_eq!(document.meta.get("other").and_then(Value::as_str), Some(other.as_str()));
            prop_assert_eq!(document.origin.line, Some(line));
            line += 1 + (text.matches('\n').count() + other.matches('\n').count()) as u64;
        }
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(prop::sample::select(b"text,;\"\n\r\t|\xEF\xFF".as_slice()), 0..80)) {
        let mut input = b"text,b\n".to_vec();
        input.extend_from_slice(&bytes);
        let options = CsvOptions { limit: 20, ..CsvOptions::default() };
        let found = read(&input, options).unwrap();
        prop_assert!(found.len() <= bytes.len() + 1);
    }
}
