//! Sources of documents: files, folders and standard input, packed with gzip or not.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::vec;

use copydesk_core::{Document, OffsetUnit, Origin};
use copydesk_formats::{JsonlReader, ReadError, read_text};
use flate2::bufread::MultiGzDecoder;

use crate::sniff::{self, Head};

/// Why an input gave no document.
///
/// ```
/// let mut inputs = copydesk::Inputs::new(&["no-such.jsonl".into()])?;
/// let error = inputs.next().ok_or("no input")?.expect_err("no such file");
/// assert!(error.is_file() && error.to_string().starts_with("no-such.jsonl: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct InputError {
    id: String,
    origin: Origin,
    message: String,
    /// True if nothing of the file can be read, or no more of it.
    is_file: bool,
}

impl InputError {
    fn file(path: impl Into<String>, message: impl Into<String>) -> Self {
        let path = path.into();
        let origin = Origin { file: Some(path.clone()), line: None, ..Origin::default() };
        InputError { id: path, origin, message: message.into(), is_file: true }
    }

    /// A text that cannot be a document.
    pub(crate) fn text(id: &str, message: &str) -> Self {
        InputError { id: id.to_owned(), origin: Origin::default(), message: message.to_owned(), is_file: false }
    }

    /// Makes the error of a reader of the input `name`. An unreadable input is an error of the file, any other error
    /// one of its document.
    fn read(name: &str, error: &ReadError) -> Self {
        if error.is_io() {
            return InputError::file(name, format!("{name}: {error}"));
        }
        let origin = Origin { file: file_name(name), line: error.line(), ..Origin::default() };
        InputError { id: error.id().to_owned(), origin, message: error.message().to_owned(), is_file: false }
    }

    /// Returns true if a file or folder cannot be read: nothing of it, or no more of it, is analyzed. Otherwise the
    /// error is about one document of a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.is_file
    }

    /// Returns the document's id, or else the number of its line or the path of its file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the file, and the line of the document.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the error, and what would be right. For a file, its path comes first.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_file {
            return f.write_str(&self.message);
        }
        let line = self.origin.line.map_or(String::new(), |line| format!(" (line {line})"));
        write!(f, "{}{line}: {}", self.id, self.message)
    }
}

impl std::error::Error for InputError {}

/// The form of the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// By the name of a file, or else by its first bytes. A file that visibly holds no articles is refused.
    #[default]
    Auto,
    /// Each is the text of one article.
    Text,
    /// JSON lines.
    Jsonl,
}

#[derive(Debug)]
enum Source {
    Stdin,
    File(PathBuf),
    /// An error of an input, in its place among the others.
    Unreadable(InputError),
}

/// A reader of any input.
type Bytes = Box<dyn BufRead + Send>;

/// The number of bytes of the inputs that have been read so far. For packed files, packed bytes count.
///
/// ```
/// let inputs = copydesk::Inputs::new(&["no-such.jsonl".into()])?;
/// let read = inputs.bytes_read();
/// assert_eq!((inputs.count(), read.get()), (1, 0));
/// # Ok::<(), copydesk::InputError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// Returns the number.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that counts.
struct Counted<R> {
    input: R,
    read: BytesRead,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(bytes)?;
        self.read.0.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// The documents of files, folders and standard input, one after another.
///
/// ```no_run
/// use copydesk::{Inputs, Pipeline};
///
/// for article in Pipeline::news()?.analyze_all(Inputs::new(&["articles/".into()])?) {
///     match article {
///         Ok(article) => println!("{}: {} quotes", article.id(), article.quotes().len()),
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inputs {
    sources: vec::IntoIter<Source>,
    format: InputFormat,
    unit: OffsetUnit,
    /// The JSON lines that are being read, and their name.
    jsonl: Option<(String, JsonlReader<Bytes>)>,
    read: BytesRead,
    live: bool,
    bytes: Option<u64>,
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs").field("sources", &self.sources).field("format", &self.format).finish_non_exhaustive()
    }
}

/// Files of a folder that are read, also with `.gz` after it; others are passed over.
const EXTENSIONS: [&str; 3] = ["txt", "jsonl", "ndjson"];

/// The first bytes of a file packed with gzip (RFC 1952).
const GZIP: &[u8] = &[0x1F, 0x8B];

/// The name of standard input.
const STDIN: &str = "-";

/// The file of an input; none for standard input.
fn file_name(name: &str) -> Option<String> {
    (name != STDIN).then(|| name.to_owned())
}

/// Returns the extension of a file's name in lower case. For `.gz`, it is that of the packed file.
fn extension(name: &Path) -> Option<String> {
    let last = |name: &Path| name.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match last(name).as_deref() {
        Some("gz") => name.file_stem().and_then(|stem| last(Path::new(stem))),
        other => other.map(str::to_owned),
    }
}

impl Inputs {
    /// Returns the documents of these files and folders; `-` is standard input. Without any it is standard input.
    ///
    /// A folder is searched for `.txt`, `.jsonl` and `.ndjson` files, packed or not. A file that is not there is an error
    /// in its place among the documents.
    ///
    /// # Errors
    /// If standard input is given twice.
    pub fn new(paths: &[PathBuf]) -> Result<Self, InputError> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == STDIN;
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            return Err(InputError::file(STDIN, "standard input (-) is given twice; it can be read only once"));
        }
        let mut sources = Vec::new();
        for path in paths {
            if is_stdin(path) {
                sources.push(Source::Stdin);
            } else if path.is_dir() {
                let before = sources.len();
                walk(path, &mut sources);
                if sources.len() == before {
                    let path = path.display().to_string();
                    let what = format!("{path}: holds no .txt, .jsonl or .ndjson file, packed or not");
                    sources.push(Source::Unreadable(InputError::file(path, what)));
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
        Ok(Inputs {
            sources: sources.into_iter(),
            format: InputFormat::Auto,
            unit: OffsetUnit::Char,
            jsonl: None,
            read: BytesRead::default(),
            live,
            bytes,
        })
    }

    /// Reads all inputs as of this format.
    #[must_use]
    pub fn format(self, format: InputFormat) -> Self {
        Inputs { format, ..self }
    }

    /// Sets the unit of offsets in given layers. The default is code points.
    #[must_use]
    pub fn offsets(self, unit: OffsetUnit) -> Self {
        Inputs { unit, ..self }
    }

    /// Returns true if documents may come slowly, from another program or a person.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Returns the bytes of all files, if all inputs are files.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// Returns a counter of the bytes that have been read. It counts on while the inputs are read elsewhere.
    #[must_use]
    pub fn bytes_read(&self) -> BytesRead {
        self.read.clone()
    }

    /// An input as it is read: counted, and unpacked if it is packed.
    fn reader(&self, input: impl Read + Send + 'static) -> io::Result<Bytes> {
        let mut input: Bytes = Box::new(BufReader::new(Counted { input, read: self.read.clone() }));
        if input.fill_buf()?.starts_with(GZIP) {
            input = Box::new(BufReader::new(MultiGzDecoder::new(input)));
        }
        Ok(input)
    }

    /// Returns the document of a text. If the source holds JSON lines, it returns nothing, and they are read next.
    fn open(&mut self, source: Source) -> Option<Result<Document, InputError>> {
        let (name, input) = match source {
            Source::Unreadable(error) => return Some(Err(error)),
            Source::Stdin => (STDIN.to_owned(), self.reader(io::stdin())),
            Source::File(path) => (path.display().to_string(), File::open(&path).and_then(|file| self.reader(file))),
        };
        let failed = |what: &dyn fmt::Display| Some(Err(InputError::file(name.as_str(), format!("{name}: {what}"))));
        let mut input = match input {
            Ok(input) => input,
            Err(error) => return failed(&error),
        };
        let is_jsonl = match self.format {
            InputFormat::Jsonl => true,
            InputFormat::Text => false,
            InputFormat::Auto => {
                let extension = extension(Path::new(&name));
                if let Some(refusal) = extension.as_deref().and_then(sniff::refused_by_name) {
                    return failed(&refusal);
                }
                let (head, whole) = match sniff::head(input) {
                    Ok(head) => head,
                    Err(error) => return failed(&error),
                };
                input = whole;
                match (extension.as_deref(), head) {
                    // A zero costs its line alone.
                    (Some("jsonl" | "ndjson"), Head::Binary(sniff::BINARY)) => true,
                    (_, Head::Binary(what)) => return failed(&what),
                    (Some("jsonl" | "ndjson"), _) => true,
                    (Some("txt" | "text" | "md"), _) => false,
                    // Standard input, and names that do not tell.
                    (_, Head::Object) => true,
                    (_, Head::Array) => return failed(&sniff::ARRAY),
                    (_, Head::Text) => false,
                }
            }
        };
        if is_jsonl {
            self.jsonl = Some((name, JsonlReader::new(input, self.unit)));
            return None;
        }
        let read = read_text(input, &name).map_err(|error| InputError::read(&name, &error));
        Some(read.map(|mut document| {
            document.origin = Origin { file: file_name(&name), line: None, ..Origin::default() };
            document
        }))
    }
}

impl Iterator for Inputs {
    type Item = Result<Document, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((name, reader)) = &mut self.jsonl {
                match reader.next() {
                    Some(Ok(mut document)) => {
                        document.origin =
                            Origin { file: file_name(name), line: Some(reader.line()), ..Origin::default() };
                        return Some(Ok(document));
                    }
                    Some(Err(error)) => return Some(Err(InputError::read(name, &error))),
                    None => self.jsonl = None,
                }
            }
            let source = self.sources.next()?;
            if let Some(read) = self.open(source) {
                return Some(read);
            }
        }
    }
}

/// The readable files of a folder and those within it, sorted by name, folders in their place among the files. Hidden ones
/// are passed over, and links to folders not followed.
fn walk(folder: &Path, sources: &mut Vec<Source>) {
    let entries = match folder.read_dir().and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            let path = folder.display().to_string();
            let what = format!("{path}: {error}");
            sources.push(Source::Unreadable(InputError::file(path, what)));
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
