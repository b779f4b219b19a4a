//! Samples of results for people to judge.

use std::convert::Infallible;
use std::path::PathBuf;

use copydesk_corpus::STATE_MAGIC;
use copydesk_corpus::review::Sampler;
use copydesk_formats::SCHEMA;
use copydesk_formats::result::{Analysis, ResultLine};

use super::lines::{each_line, json_error, name, open};
use super::tables::is_folder_of_tables;
use crate::inputs::{self, InputError};

/// Adds the claims of results to a sample. Lines that are no results are passed over, and `note` is told file, line and
/// reason. Returns the number of these.
///
/// # Errors
/// If standard input is given twice, a pattern matches nothing, or a folder holds tables.
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
    if let Some(folder) = paths.iter().find(|path| is_folder_of_tables(path)) {
        let message = "holds tables, and a sample is drawn of JSON lines; analyze again with -f json";
        return Err(InputError::file(folder.display().to_string(), message));
    }
    let mut wrong = 0;
    for path in inputs::result_paths(paths)? {
        let name = name(path.as_deref());
        let mut told = |message: String| {
            wrong += 1;
            note(&format!("{name}: {message}"));
        };
        match open(path.as_deref()) {
            Err(error) => told(error.to_string()),
            Ok(mut bytes) => {
                if bytes.fill_buf().is_ok_and(|head| head.starts_with(STATE_MAGIC)) {
                    told("is a state of a corpus, which has no texts; give the results".to_owned());
                    continue;
                }
                let Ok(()) = each_line::<Infallible>(bytes, told, |line| Ok(add(sampler, line)));
            }
        }
    }
    Ok(wrong)
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
    match serde_json::from_slice(line).map_err(|error| json_error("is no line of results", &error))? {
        ResultLine::Analysis(found) if found.schema == SCHEMA => sampler.add(&found),
        ResultLine::Analysis(found) => {
            Err(format!("is no line of results: its schema is {:?}, not {SCHEMA:?}", found.schema))
        }
        ResultLine::Error(_) | ResultLine::Duplicate(_) => Ok(()),
    }
}
