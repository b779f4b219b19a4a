//! Corpora: what many articles say together, from articles or from results.

mod lines;
mod sample;
mod tables;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use copydesk_core::Article;
pub use copydesk_corpus::*;
use copydesk_formats::result::Analysis;
use copydesk_plugin_actors::{GivenNames, fold_hash};
use serde::Deserialize;

use lines::{each_line, name, open};
pub use sample::sample_results;
use tables::{add_tables, is_folder_of_tables};

use crate::inputs::{self, InputError};
use crate::{AnalyzeError, AnalyzeErrorKind, AnalyzeOptions, Input, Pipeline};

/// What the inputs of a corpus hold.
///
/// ```
/// use copydesk::corpus::{CorpusKind, corpus_kind};
///
/// # let folder = std::env::temp_dir().join(format!("copydesk-kind-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("article.txt");
/// std::fs::write(&path, "It rains.")?;
/// assert_eq!(corpus_kind(&[path])?, CorpusKind::Articles);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorpusKind {
    /// Articles, which a pipeline must analyze.
    Articles,
    /// Results as JSON lines or tables, or states of corpora.
    Results,
}

/// The first bytes of an input that are looked at.
const HEAD: usize = 1 << 16;

/// What a line of results begins with, without blanks.
const RESULT: &[u8] = br#"{"schema":"copydesk/1""#;

/// Tells if inputs hold articles or results, by the first bytes of each. Standard input loses nothing.
///
/// # Errors
/// If some hold articles and others results, or standard input is given twice. An input that cannot be read counts as
/// articles, whose reader reports it.
pub fn corpus_kind(paths: &[PathBuf]) -> Result<CorpusKind, InputError> {
    let mut results = None;
    let mut articles = None;
    let (folders, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| is_folder_of_tables(path));
    if let Some(folder) = folders.first() {
        results = Some(Some(folder.clone()));
        if paths.is_empty() {
            return Ok(CorpusKind::Results);
        }
    }
    for path in inputs::result_paths(&paths)? {
        let head = match path.as_deref() {
            None => io::stdin().lock().fill_buf().map(<[u8]>::to_vec),
            Some(path) => File::open(path).and_then(|file| {
                let mut head = Vec::new();
                file.take(HEAD as u64).read_to_end(&mut head)?;
                Ok(head)
            }),
        };
        let of = if holds_results(head.unwrap_or_default()) { &mut results } else { &mut articles };
        of.get_or_insert(path);
    }
    match (results, articles) {
        (Some(results), Some(articles)) => {
            let name = |path: Option<PathBuf>| path.map_or("-".to_owned(), |path| path.display().to_string());
            let (results, articles) = (name(results), name(articles));
            let message = format!("{articles}: holds no results, but {results} does; give articles or results alone");
            Err(InputError::file(articles, message))
        }
        (Some(_), None) => Ok(CorpusKind::Results),
        (None, _) => Ok(CorpusKind::Articles),
    }
}

/// Returns true if an input begins as results or a state do. The head of a packed input may be cut.
fn holds_results(head: Vec<u8>) -> bool {
    if head.starts_with(STATE_MAGIC) {
        return true;
    }
    let Ok((unpacked, _)) = inputs::unpacked(Box::new(Cursor::new(head))) else { return false };
    let (mut start, mut bytes) = (Vec::new(), unpacked.take(HEAD as u64));
    // What comes before the cut is there.
    let _ = bytes.read_to_end(&mut start);
    let dense = start.iter().filter(|byte| !byte.is_ascii_whitespace()).take(RESULT.len());
    dense.eq(RESULT) || start.starts_with(STATE_MAGIC)
}

/// An error of an input of a corpus: a line that is no result, or a file that cannot be read.
pub type CorpusNote<'a> = &'a str;

/// Adds results and states to a corpus. Results are lines of JSON, or a folder of Parquet tables. Lines that are no
/// results are passed over, and `note` is told file, line and reason. Returns the number of these.
///
/// # Errors
/// If a state is damaged, or a temporary file cannot be written.
///
/// ```no_run
/// use copydesk::corpus::{Corpus, CorpusOptions, SummaryOptions, add_results};
///
/// let mut corpus = Corpus::new(CorpusOptions::default());
/// add_results(&mut corpus, &["results.jsonl.zst".into()], |note| eprintln!("{note}"))?;
/// let summary = corpus.reduce(&Default::default())?.summary(&SummaryOptions::default())?;
/// println!("{} quotes", summary.totals.quotes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add_results(
    corpus: &mut Corpus,
    paths: &[PathBuf],
    mut note: impl FnMut(CorpusNote<'_>),
) -> Result<u64, CorpusInputError> {
    let mut wrong = 0;
    let (folders, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| is_folder_of_tables(path));
    for folder in &folders {
        let mut told = |message: String| {
            wrong += 1;
            note(&message);
        };
        add_tables(corpus, folder, &mut told).map_err(|error| CorpusInputError(error.to_string()))?;
    }
    let rest = if paths.is_empty() && !folders.is_empty() { Vec::new() } else { result_paths(&paths)? };
    for path in rest {
        let name = name(path.as_deref());
        let mut told = |message: String| {
            wrong += 1;
            note(&format!("{name}: {message}"));
        };
        let mut bytes = match open(path.as_deref()) {
            Ok(bytes) => bytes,
            Err(error) => {
                told(error.to_string());
                continue;
            }
        };
        if bytes.fill_buf().is_ok_and(|head| head.starts_with(STATE_MAGIC)) {
            let added = corpus.add_state(bytes);
            added.map_err(|error| CorpusInputError(format!("{name}: {error}")))?;
            continue;
        }
        let add = |line: &[u8]| match read_entry(line) {
            Ok(entry) => corpus.add(&entry).map(Ok),
            Err(reason) => Ok(Err(reason)),
        };
        each_line(bytes, told, add).map_err(|error| CorpusInputError(error.to_string()))?;
    }
    Ok(wrong)
}

fn result_paths(paths: &[PathBuf]) -> Result<Vec<Option<PathBuf>>, CorpusInputError> {
    inputs::result_paths(paths).map_err(|error| CorpusInputError(error.to_string()))
}

/// What tells the kinds of lines apart.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    schema: String,
    #[serde(default)]
    id: String,
    error: Option<serde::de::IgnoredAny>,
    duplicate_of: Option<String>,
}

/// Reads a line of results, as `copydesk analyze` writes it.
///
/// # Errors
/// If it is none, or has no text, or an offset outside its text. The message says what is wrong.
///
/// ```
/// use copydesk::corpus::{Entry, read_entry};
///
/// let failed = br#"{"schema": "copydesk/1", "id": "7", "error": {"stage": null, "message": "no text", "line": 7}}"#;
/// assert_eq!(read_entry(failed)?, Entry::Failed("7".into()));
/// assert!(read_entry(b"{}").is_err());
/// # Ok::<(), String>(())
/// ```
pub fn read_entry(line: &[u8]) -> Result<Entry, String> {
    let kind: Kind =
        serde_json::from_slice(line).map_err(|error| lines::json_error("is no line of results", &error))?;
    if kind.schema != copydesk_formats::SCHEMA {
        return Err(format!("is no line of results: its schema is {:?}, not \"copydesk/1\"", kind.schema));
    }
    if kind.error.is_some() {
        return Ok(Entry::Failed(kind.id));
    }
    if kind.duplicate_of.is_some() {
        return Ok(Entry::Repeated(kind.id));
    }
    let line: Analysis = serde_json::from_slice(line).map_err(|error| lines::json_error("is no result", &error))?;
    Record::of_analysis(&line).map(Entry::Record)
}

/// Why inputs cannot be added to a corpus. The message names the file.
#[derive(Debug)]
pub struct CorpusInputError(String);

impl std::fmt::Display for CorpusInputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CorpusInputError {}

/// Analyzes articles and adds them to a corpus. `watch` is told of each article that is done or has failed.
///
/// # Errors
/// If the system gives no threads, or a temporary file cannot be written.
pub fn add_articles(
    corpus: &mut Corpus,
    pipeline: &Pipeline,
    inputs: impl IntoIterator<Item: Into<Input>, IntoIter: Send>,
    options: &AnalyzeOptions,
    mut watch: impl FnMut(Result<&Article, &AnalyzeError>),
) -> Result<(), CorpusInputError> {
    let provenance = provenance(pipeline);
    let mut error = None;
    let ran = pipeline.run(inputs, options, |result| {
        watch(result.as_ref());
        let entry = match result {
            Ok(article) => Entry::Record(Record { provenance: provenance.clone(), ..Record::of_article(&article) }),
            Err(failed) if failed.kind() == AnalyzeErrorKind::File => return ControlFlow::Continue(()),
            Err(failed) if failed.duplicate_of().is_some() => Entry::Repeated(failed.id().to_owned()),
            Err(failed) => Entry::Failed(failed.id().to_owned()),
        };
        match corpus.add(&entry) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failed) => {
                error = Some(failed);
                ControlFlow::Break(())
            }
        }
    });
    match (ran, error) {
        (_, Some(error)) => Err(CorpusInputError(error.to_string())),
        (Err(_), None) => Err(CorpusInputError("the system gives no threads".to_owned())),
        (Ok(_), None) => Ok(()),
    }
}

/// The provenance of results, as their lines have it.
fn provenance(pipeline: &Pipeline) -> Option<String> {
    let value = serde_json::to_vec(&pipeline.provenance()).ok()?;
    let read: copydesk_formats::result::Provenance = serde_json::from_slice(&value).ok()?;
    serde_json::to_string(&read).ok()
}

/// Reads a state file that may not be there yet. Returns false if it is not.
///
/// # Errors
/// If the file cannot be read, or is no state.
pub fn add_state_file(corpus: &mut Corpus, path: &Path) -> Result<bool, CorpusInputError> {
    let wrong = |error: &dyn std::fmt::Display| CorpusInputError(format!("{}: {error}", path.display()));
    match File::open(path) {
        Ok(file) => corpus.add_state(BufReader::new(file)).map(|()| true).map_err(|error| wrong(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(wrong(&error)),
    }
}

/// Tells the gender of people by given names alone: see `models/given-names.md`.
///
/// ```
/// use copydesk::corpus::{NameGender, NameGenders};
///
/// let genders = NameGenders::new()?;
/// let of = |name| genders.of(name);
/// assert_eq!((of("Maria Silva"), of("Xqz Smith")), (NameGender::Woman, NameGender::Unknown));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct NameGenders(copydesk_models::ModelBytes);

/// The share of one gender among the bearers of a name, from 0 to 1, at which the name tells it.
const TELLING: f32 = 0.7;

impl NameGenders {
    /// How the gender is told, and how often this is wrong.
    pub const ERROR: &str = "Told by given names alone, as public lists of many countries have them. Of 646 people of \
        Wikipedia (GAP) this told 88 %, and 0.2 % of these wrongly. Of 537 members of the US Congress it told 89 %, and \
        0.6 % of these wrongly. Names of some countries tell less. A name says nothing of how a person sees himself or \
        herself.";

    /// Loads the table of given names.
    ///
    /// # Errors
    /// If the table is not there or damaged.
    pub fn new() -> Result<Self, String> {
        let bytes = copydesk_models::GIVEN_NAMES.read().map_err(|error| error.to_string())?;
        GivenNames::parse(&bytes).map_err(|error| error.to_string())?;
        Ok(NameGenders(bytes))
    }

    /// Returns the gender that a name tells: that of its first word, if it has several.
    #[must_use]
    pub fn of(&self, name: &str) -> NameGender {
        let mut words = name.split_whitespace();
        let (Some(first), Some(_)) = (words.next(), words.next()) else { return NameGender::Unknown };
        let Ok(names) = GivenNames::parse(&self.0) else { return NameGender::Unknown };
        match names.gender(fold_hash(first)).0 {
            men if men > TELLING => NameGender::Man,
            women if women < -TELLING => NameGender::Woman,
            _ => NameGender::Unknown,
        }
    }
}
