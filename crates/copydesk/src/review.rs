//! Samples of results for people to judge.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use copydesk_corpus::STATE_MAGIC;
use copydesk_corpus::review::Sampler;
use copydesk_formats::result::{Analysis, ResultLine};
use copydesk_formats::{LIMIT, LineRead, SCHEMA, read_line};

use crate::inputs::{self, InputError};

/// Adds the claims of results to a sample. Lines that are no results are passed over, and `note` is told file, line and
/// reason. Returns the number of these.
///
/// # Errors
/// If standard input is given twice, or a pattern matches nothing.
///
/// ```no_run
/// use copydesk::corpus::review::Sampler;
/// use copydesk::corpus::sample_results;
///
/// let mut sampler = Sampler::new(200, 1);
/// sample_results(&mut sampler, &["results.jsonl.zst".into()], |note| eprintln!("{note}"))?;
/// sampler.finish().write_csv(&mut std::io::stdout())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sample_results(sampler: &mut Sampler, paths: &[PathBuf], mut note: impl FnMut(&str)) -> Result<u64, InputError> {
    let mut wrong = 0;
    for path in inputs::result_paths(paths)? {
        let name = path.as_deref().map_or("-".to_owned(), |path| path.display().to_string());
        let mut told = |message: &str| {
            wrong += 1;
            note(&format!("{name}: {message}"));
        };
        let input: io::Result<Box<dyn Read + Send>> = match path.as_deref() {
            None => Ok(Box::new(io::stdin())),
            Some(path) => File::open(path).map(|file| Box::new(file) as Box<dyn Read + Send>),
        };
        match input.and_then(|input| inputs::unpacked(Box::new(BufReader::new(input)))) {
            Ok((mut bytes, _)) => lines(sampler, &mut bytes, &mut told),
            Err(error) => told(&error.to_string()),
        }
    }
    Ok(wrong)
}

/// Adds the lines of one input.
fn lines(sampler: &mut Sampler, bytes: &mut impl BufRead, told: &mut impl FnMut(&str)) {
    if bytes.fill_buf().is_ok_and(|head| head.starts_with(STATE_MAGIC)) {
        return told("is a state of a corpus, which has no texts; give the results");
    }
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        let added = match read_line(bytes, &mut line, LIMIT) {
            Ok(LineRead::End) => return,
            Ok(LineRead::TooLong) => Err(format!("is longer than {LIMIT} bytes")),
            Ok(LineRead::Whole) if line.trim_ascii().is_empty() => Ok(()),
            Ok(LineRead::Whole) => add(sampler, &line),
            Err(error) => return told(&format!("line {number}: {error}; what follows is not read")),
        };
        if let Err(reason) = added {
            told(&format!("line {number}: {reason}"));
        }
    }
}

/// Adds a line. One of an article that failed, or that repeats another, has no claims.
fn add(sampler: &mut Sampler, line: &[u8]) -> Result<(), String> {
    // Most lines are results, and a type is read faster than a choice of types.
    if let Ok(found) = serde_json::from_slice::<Analysis>(line)
        && found.schema == SCHEMA
        && found.text.is_some()
    {
        return sampler.add(&found);
    }
    match serde_json::from_slice(line).map_err(|error| format!("is no line of results: {error}"))? {
        ResultLine::Analysis(found) if found.schema == SCHEMA => sampler.add(&found),
        ResultLine::Analysis(found) => {
            Err(format!("is no line of results: its schema is {:?}, not {SCHEMA:?}", found.schema))
        }
        ResultLine::Error(_) | ResultLine::Duplicate(_) => Ok(()),
    }
}
