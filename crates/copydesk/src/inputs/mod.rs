//! Sources of documents: files, folders, patterns and standard input, in any format, packed or not.

mod archive;
mod dedupe;
mod encoded;
mod error;
mod formats;
mod language;
mod open;
mod packed;
mod reader;
mod select;
mod sniff;
mod sources;

use std::fmt;
use std::fs;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use copydesk_core::{Document, OffsetUnit};
use copydesk_formats::{Columns, ReadError};

use archive::Archive;
pub use error::InputError;
pub use formats::{INPUT_FORMATS, InputFormat, input_format};
use open::Opened;
pub(crate) use packed::unpacked;
pub use reader::InputReader;
pub use select::{SelectError, Shard, Share};
use select::{Selection, Selector};
use sources::Source;

/// A reader of any input.
pub(crate) type Bytes = Box<dyn BufRead + Send>;

/// The documents of one input.
type Documents = Box<dyn Iterator<Item = Result<Document, ReadError>> + Send>;

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

/// What a user should know of how inputs are read, such as the columns that were taken. Copies are one list.
///
/// ```
/// let inputs = copydesk::Inputs::new(&["no-such.jsonl".into()])?;
/// let notes = inputs.notes();
/// assert!(inputs.count() == 1 && notes.take().is_empty());
/// # Ok::<(), copydesk::InputError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct InputNotes(Arc<Mutex<Vec<String>>>);

/// Notes that are kept at most: each of a million files could have one.
const MOST_NOTES: usize = 100;

impl InputNotes {
    /// Returns the notes since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, note: String) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < MOST_NOTES {
            notes.push(note);
        }
    }
}

/// The options of reading.
#[derive(Clone, Debug)]
struct Options {
    /// The format of all inputs; none if each tells its own.
    format: Option<InputFormat>,
    unit: OffsetUnit,
    columns: Columns,
    /// The byte between cells of a table; none if its head tells.
    delimiter: Option<u8>,
    /// True if the texts of tables and of JSON are markup.
    markup: bool,
    /// The most bytes of a document.
    largest: u64,
    /// True if the language of a document that does not say it is detected.
    languages: bool,
}

/// The most bytes of a document, unless another limit is set: some twenty million words.
const LARGEST: u64 = 128 << 20;

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
    options: Options,
    selection: Selection,
    /// Chooses documents, once the first has been asked for.
    selector: Option<Selector>,
    /// The archive that is being read, and its name.
    archive: Option<(String, Archive)>,
    /// The input that is being read.
    open: Option<Opened>,
    read: BytesRead,
    notes: InputNotes,
    live: bool,
    bytes: Option<u64>,
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs").field("sources", &self.sources).field("options", &self.options).finish_non_exhaustive()
    }
}

/// The name of standard input.
const STDIN: &str = "-";

/// The files of paths, folders and patterns in their order; none is standard input. What cannot be read is there by its
/// name, so that its reader reports it.
pub(crate) fn result_paths(paths: &[PathBuf]) -> Result<Vec<Option<PathBuf>>, InputError> {
    let path = |source| match source {
        Source::Stdin => None,
        Source::File(path) => Some(path),
        Source::Unreadable(error) => Some(PathBuf::from(error.id())),
    };
    Ok(sources::find(paths)?.into_iter().map(path).collect())
}

/// The file of an input; none for standard input.
fn file_name(name: &str) -> Option<String> {
    (name != STDIN).then(|| name.to_owned())
}

impl Inputs {
    /// Returns the documents of these files and folders; `-` is standard input. Without any it is standard input.
    ///
    /// A folder is searched for files with known endings, packed or not. A path that names no file may be a pattern, such
    /// as `2024/**/*.html`. A file that is not there is an error in its place among the documents.
    ///
    /// # Errors
    /// If standard input is given twice.
    pub fn new(paths: &[PathBuf]) -> Result<Self, InputError> {
        let sources = sources::find(paths)?;
        let live = sources.iter().any(|source| matches!(source, Source::Stdin));
        let size = |source: &Source| match source {
            Source::File(path) => fs::metadata(path).map_or(0, |data| data.len()),
            Source::Stdin | Source::Unreadable(_) => 0,
        };
        let bytes = (!live).then(|| sources.iter().map(size).sum());
        let unit = OffsetUnit::Char;
        let columns = Columns::default();
        let options =
            Options { format: None, unit, columns, delimiter: None, markup: false, largest: LARGEST, languages: false };
        Ok(Inputs {
            sources: sources.into_iter(),
            options,
            selection: Selection::default(),
            selector: None,
            archive: None,
            open: None,
            read: BytesRead::default(),
            notes: InputNotes::default(),
            live,
            bytes,
        })
    }

    /// Reads all inputs as of this format. Without one, the name of a file tells, or else its first bytes; a file that
    /// visibly holds no articles is refused.
    #[must_use]
    pub fn format(mut self, format: Option<InputFormat>) -> Self {
        self.options.format = format;
        self
    }

    /// Names the columns of tables, and the keys of JSON, that hold the text, the id and metadata.
    #[must_use]
    pub fn columns(mut self, columns: Columns) -> Self {
        self.options.columns = columns;
        self
    }

    /// Sets the byte between the cells of a CSV table. Without one, the head of the table tells.
    #[must_use]
    pub fn delimiter(mut self, delimiter: Option<u8>) -> Self {
        self.options.delimiter = delimiter;
        self
    }

    /// Reads the texts of tables, of JSON and of text files as HTML.
    #[must_use]
    pub fn markup(mut self, markup: bool) -> Self {
        self.options.markup = markup;
        self
    }

    /// Sets the unit of offsets in given layers. The default is code points.
    #[must_use]
    pub fn offsets(mut self, unit: OffsetUnit) -> Self {
        self.options.unit = unit;
        self
    }

    /// Sets the most bytes of a document; a larger one is an error. The default is 128 MiB.
    #[must_use]
    pub fn largest(mut self, bytes: u64) -> Self {
        self.options.largest = bytes;
        self
    }

    /// Detects the language of each document that does not say it: see [`copydesk_core::Origin::language`].
    #[must_use]
    pub fn detect_languages(mut self, detect: bool) -> Self {
        self.options.languages = detect;
        self
    }

    /// Gives one of several equal parts of the documents.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.selection.shard = Some(shard);
        self
    }

    /// Gives a random sample of the documents. The same seed draws the same ones.
    #[must_use]
    pub fn sample(mut self, share: Share, seed: u64) -> Self {
        self.selection.sample = Some((share, seed));
        self
    }

    /// Gives the first documents, of those that [`Inputs::shard`] and [`Inputs::sample`] leave.
    #[must_use]
    pub fn limit(mut self, documents: u64) -> Self {
        self.selection.limit = Some(documents);
        self
    }

    /// Gives an error for each document that repeats an earlier one: [`InputError::duplicate_of`]. Texts are the same if
    /// their words are, or 80 % of each five words in a row, as MinHash estimates. It takes half a kilobyte of memory for
    /// each document.
    #[must_use]
    pub fn dedupe(mut self, dedupe: bool) -> Self {
        self.selection.dedupe = dedupe;
        self
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

    /// Returns the notes of reading. They go on while the inputs are read elsewhere.
    #[must_use]
    pub fn notes(&self) -> InputNotes {
        self.notes.clone()
    }

    /// Adds what makes the documents to the identity of a run: the files with their sizes and times, and all options.
    #[must_use]
    pub fn identify(&self, run: crate::RunIdentity) -> crate::RunIdentity {
        let files: Vec<_> = self.sources.as_slice().iter().map(sources::fingerprint).collect();
        run.with("input", &files).with("way of reading", &self.options).with("choice of documents", &self.selection)
    }

    /// Opens the next input. Returns false if there is none.
    fn advance(&mut self) -> Result<bool, InputError> {
        let opener = open::Opener { options: &self.options, read: &self.read, notes: &self.notes };
        if let Some((path, archive)) = &mut self.archive {
            match archive.next_file() {
                Some((name, input)) => {
                    self.open = opener.member(format!("{path}/{name}"), input)?;
                    return Ok(true);
                }
                None => self.archive = None,
            }
        }
        let Some(source) = self.sources.next() else { return Ok(false) };
        match opener.source(source)? {
            open::Found::Documents(opened) => self.open = Some(opened),
            open::Found::Archive(name, archive) => self.archive = Some((name, archive)),
        }
        Ok(true)
    }

    /// The next document or error, chosen or not.
    fn any(&mut self) -> Option<Result<Document, InputError>> {
        loop {
            if let Some(Opened { name, documents }) = &mut self.open {
                match documents.next() {
                    Some(Ok(mut document)) => {
                        document.origin.file = file_name(name);
                        if self.options.languages && document.metadata.language.is_none() {
                            document.origin.language = language::detect(document.text());
                        }
                        return Some(Ok(document));
                    }
                    Some(Err(error)) => return Some(Err(InputError::read(name, &error))),
                    None => self.open = None,
                }
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Iterator for Inputs {
    type Item = Result<Document, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut selector = self.selector.take().unwrap_or_else(|| Selector::new(self.selection));
        let mut chosen = None;
        while chosen.is_none() && !selector.is_full() {
            let Some(item) = self.any() else { break };
            chosen = selector.choose(item);
        }
        self.selector = Some(selector);
        chosen
    }
}
