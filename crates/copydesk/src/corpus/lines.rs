//! Inputs of results, line by line.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use copydesk_formats::{LIMIT, LineRead, read_line};

use crate::inputs::{self, Bytes};

/// The bytes that are read at once.
const BUFFER: usize = 1 << 16;

/// Returns the name of an input in messages. `None` is standard input.
pub(crate) fn name(path: Option<&Path>) -> String {
    path.map_or("-".to_owned(), |path| path.display().to_string())
}

/// Opens an input, and unpacks it. `None` is standard input.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn open(path: Option<&Path>) -> io::Result<Bytes> {
    let input: Box<dyn Read + Send> = match path {
        None => Box::new(io::stdin()),
        Some(path) => Box::new(File::open(path)?),
    };
    let (bytes, _) = inputs::unpacked(Box::new(BufReader::with_capacity(BUFFER, input)))?;
    Ok(bytes)
}

/// Why a line is not what it should be. JSON counts lines of its own, which would contradict that of the file.
pub(crate) fn json_error(what: &str, error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    match (error.line(), error.column()) {
        (1, column @ 1..) => format!("{what}: {reason}, at byte {column}"),
        _ => format!("{what}: {reason}"),
    }
}

/// Gives each line that is not blank to `take`. Returns early if `take` fails for good, by the outer error. The inner
/// error, and lines that cannot be read, go to `told` with their number.
///
/// # Errors
/// If `take` does.
pub(crate) fn each_line<E>(
    mut bytes: Bytes,
    mut told: impl FnMut(String),
    mut take: impl FnMut(&[u8]) -> Result<Result<(), String>, E>,
) -> Result<(), E> {
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        match read_line(&mut bytes, &mut line, LIMIT) {
            Ok(LineRead::End) => return Ok(()),
            Ok(LineRead::TooLong) => told(format!("line {number}: is longer than {LIMIT} bytes")),
            Ok(LineRead::Whole) if line.trim_ascii().is_empty() => {}
            Ok(LineRead::Whole) => {
                if let Err(reason) = take(&line)? {
                    told(format!("line {number}: {reason}"));
                }
            }
            Err(error) => {
                told(format!("line {number}: {error}; what follows is not read"));
                return Ok(());
            }
        }
    }
}
