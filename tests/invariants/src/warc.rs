//! Any bytes as a web archive: each record gives a page, an error or nothing, however the input arrives.

use std::io::{BufRead, BufReader};

use copydesk_formats::{ReadError, WarcPage, WarcReader};

/// Bytes of a page at most: small, so that inputs of a fuzzer reach it.
const LIMIT: u64 = 4096;

/// Reads `bytes` as a web archive. Pages have an address, keep the limit, and come in the order of the file. An error
/// names its record. What is read does not depend on the size of the pieces in which the input comes.
pub fn warc(bytes: &[u8]) {
    let whole = read(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    assert!(whole.len() <= lines, "{} pages and errors in {lines} lines", whole.len());
    let mut before = None;
    for page in whole.iter().flatten() {
        assert!(page.bytes.len() as u64 <= LIMIT, "{} bytes", page.bytes.len());
        let place = Some((page.record, page.offset));
        assert!(before < place && page.offset < bytes.len() as u64, "{before:?}, {place:?}");
        let first = bytes.get(page.offset as usize..).is_some_and(|record| record.starts_with(b"WARC/"));
        assert!(first, "no record begins at {}", page.offset);
        before = place;
    }
    for size in [1, 7] {
        assert!(read(BufReader::with_capacity(size, bytes)) == whole, "in pieces of {size} bytes");
    }
}

fn read(input: impl BufRead) -> Vec<Result<WarcPage, String>> {
    let message = |error: ReadError| {
        assert!(!error.is_io() && !error.id().is_empty(), "{error:?}");
        let message = error.to_string();
        assert!(message.starts_with("record ") && message.contains(" at byte "), "{message}");
        message
    };
    WarcReader::new(input).with_limit(LIMIT).map(|read| read.map_err(message)).collect()
}
