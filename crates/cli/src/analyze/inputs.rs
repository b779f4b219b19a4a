//! Where documents come from: files, directories and standard input, packed with gzip or not.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use anyhow::bail;
use copydesk_core::{Document, OffsetUnit};
use copydesk_formats::{JsonlReader, ReadError, read_text};
use flate2::bufread::MultiGzDecoder;

use super::progress::Progress;
use crate::args::InputFormat;

/// Why an input gave no document.
#[derive(Debug)]
pub enum InputError {
    /// A file or directory cannot be read: nothing of it, or no more of it, is analysed.
    File(String),
    /// One document of a file cannot be read.
    Document(ReadError),
}

/// The lines that documents stood on, in the order of the documents: a stage that fails does not know its
/// document's.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<VecDeque<Option<u64>>>>);

impl Lines {
    fn push(&self, line: Option<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(line);
    }

    /// The line of the next outcome.
    pub fn pop(&self) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front().flatten()
    }
}

#[derive(Debug)]
enum Source {
    Stdin,
    File(PathBuf),
    /// What is wrong with an input, in its place among the others.
    Unreadable(String),
}

/// A reader of any input.
type Bytes = Box<dyn BufRead + Send>;

/// All documents of a run, one after another.
pub struct Inputs {
    sources: vec::IntoIter<Source>,
    format: InputFormat,
    unit: OffsetUnit,
    /// The JSON lines that are being read, and their name.
    jsonl: Option<(String, JsonlReader<Bytes>)>,
    lines: Lines,
    progress: Option<Progress>,
    live: bool,
    bytes: Option<u64>,
}

/// Files of a directory that are read, also with `.gz` after it; others are passed over.
const EXTENSIONS: [&str; 3] = ["txt", "jsonl", "ndjson"];

/// What a file packed with gzip begins with (RFC 1952).
const GZIP: &[u8] = &[0x1F, 0x8B];

/// The extension of a file's name in lower case, that of what it packs for `.gz`.
fn extension(name: &Path) -> Option<String> {
    let last = |name: &Path| name.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match last(name).as_deref() {
        Some("gz") => name.file_stem().and_then(|stem| last(Path::new(stem))),
        other => other.map(str::to_owned),
    }
}

impl Inputs {
    /// The documents of these files and directories; of standard input where there are none.
    pub fn new(paths: &[PathBuf], format: InputFormat, unit: OffsetUnit) -> anyhow::Result<Self> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            bail!("standard input (-) is given twice; it can be read only once");
        }
        let mut sources = Vec::new();
        for path in paths {
            if is_stdin(path) {
                sources.push(Source::Stdin);
            } else if path.is_dir() {
                let before = sources.len();
                walk(path, &mut sources);
                if sources.len() == before {
                    let what = format!("{}: holds no .txt, .jsonl or .ndjson file, packed or not", path.display());
                    sources.push(Source::Unreadable(what));
                }
            } else {
                sources.push(Source::File(path.clone()));
            }
        }
        if paths.is_empty() {
            sources.push(Source::Stdin);
        }
        let live = sources.iter().any(|source| matches!(source, Source::Stdin));
        let size = |source: &Source| match source {
            Source::File(path) => fs::metadata(path).map_or(0, |data| data.len()),
            _ => 0,
        };
        let bytes = (!live).then(|| sources.iter().map(size).sum());
        let (lines, progress) = (Lines::default(), None);
        Ok(Inputs { sources: sources.into_iter(), format, unit, jsonl: None, lines, progress, live, bytes })
    }

    /// Whether documents may come slowly, from another program or a person.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Bytes of all files, where all inputs are files.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The lines of the documents.
    pub fn lines(&self) -> Lines {
        self.lines.clone()
    }

    /// The same documents, with what is read counted by `progress`.
    pub fn reporting(mut self, progress: Progress) -> Self {
        self.progress = Some(progress);
        self
    }

    /// An input as it is read: counted, and unpacked where it is packed.
    fn reader(&self, input: impl Read + Send + 'static) -> io::Result<Bytes> {
        let mut input: Bytes = match &self.progress {
            Some(progress) => Box::new(BufReader::new(progress.count(input))),
            None => Box::new(BufReader::new(input)),
        };
        if input.fill_buf()?.starts_with(GZIP) {
            input = Box::new(BufReader::new(MultiGzDecoder::new(input)));
        }
        Ok(input)
    }

    /// The document of a text, or nothing where the source holds JSON lines, which are then read next.
    fn open(&mut self, source: Source) -> Option<Result<Document, InputError>> {
        let (name, input) = match source {
            Source::Unreadable(what) => return Some(Err(InputError::File(what))),
            Source::Stdin => ("-".to_owned(), self.reader(io::stdin())),
            Source::File(path) => (path.display().to_string(), File::open(&path).and_then(|file| self.reader(file))),
        };
        let mut input = match input {
            Ok(input) => input,
            Err(error) => return Some(Err(InputError::File(format!("{name}: {error}")))),
        };
        let jsonl = match (self.format, extension(Path::new(&name)).as_deref()) {
            (InputFormat::Jsonl, _) | (InputFormat::Auto, Some("jsonl" | "ndjson")) => true,
            (InputFormat::Text, _) => false,
            (InputFormat::Auto, Some("html" | "htm" | "xhtml")) => {
                let what = "HTML is not read yet; give its text, or JSON lines (--input-format text reads the markup)";
                return Some(Err(InputError::File(format!("{name}: {what}"))));
            }
            (InputFormat::Auto, Some("txt" | "text" | "md")) => false,
            // Standard input, and names that do not tell.
            (InputFormat::Auto, _) => match begins_with_brace(input) {
                Ok((found, whole)) => {
                    input = whole;
                    found
                }
                Err(error) => return Some(Err(InputError::File(format!("{name}: {error}")))),
            },
        };
        if jsonl {
            self.jsonl = Some((name, JsonlReader::new(input, self.unit)));
            return None;
        }
        let read = read_text(input, &name).map_err(|error| file_error(&name, error));
        Some(read.map(|document| from_file(document, &name)))
    }
}

/// Notes in which file a document was read.
fn from_file(mut document: Document, name: &str) -> Document {
    document.origin.file = (name != "-").then(|| name.to_owned());
    document
}

/// An input that cannot be read is a fault of the file, anything else one of its document.
fn file_error(name: &str, error: ReadError) -> InputError {
    if error.is_io() { InputError::File(format!("{name}: {error}")) } else { InputError::Document(error) }
}

impl Iterator for Inputs {
    type Item = Result<Document, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((name, reader)) = &mut self.jsonl {
                match reader.next() {
                    Some(read) => {
                        self.lines.push(Some(reader.line()));
                        let read = read.map_err(|error| file_error(name, error));
                        return Some(read.map(|document| from_file(document, name)));
                    }
                    None => self.jsonl = None,
                }
            }
            let source = self.sources.next()?;
            if let Some(read) = self.open(source) {
                self.lines.push(None);
                return Some(read);
            }
        }
    }
}

/// Blanks at the head of an input after which it is taken for text.
const BLANKS: usize = 1 << 16;

/// Whether the first byte that is not blank is `{`, and the input as it was.
fn begins_with_brace(mut input: Bytes) -> io::Result<(bool, Bytes)> {
    let mut seen = Vec::new();
    loop {
        let here = input.fill_buf()?;
        let length = here.len();
        seen.extend_from_slice(here);
        input.consume(length);
        let first = seen.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&seen).iter().find(|byte| !byte.is_ascii_whitespace());
        // A part of a byte order mark says nothing yet; so many blanks do.
        let decided = (first.is_some() && seen.len() >= 3) || seen.len() > BLANKS;
        if decided || length == 0 {
            let found = first == Some(&b'{');
            return Ok((found, Box::new(io::Cursor::new(seen).chain(input))));
        }
    }
}

/// The readable files of a directory and those within it, sorted by name, directories in their place among
/// the files. Hidden ones are passed over, and links to directories not followed.
fn walk(folder: &Path, sources: &mut Vec<Source>) {
    let entries = match folder.read_dir().and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            sources.push(Source::Unreadable(format!("{}: {error}", folder.display())));
            return;
        }
    };
    let mut entries: Vec<_> = entries.into_iter().map(|entry| (entry.file_name(), entry)).collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, entry) in entries {
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, sources);
            continue;
        }
        if extension(&path).is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) && path.is_file() {
            sources.push(Source::File(path));
        }
    }
}
