//! Where the results of a run go: files of any format, continued after an interruption.

mod each;
mod place;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use copydesk_core::Article;
use copydesk_formats::{DocumentError, DocumentWriter, Duplicate, OutputFormat, WriterOptions};

use crate::checkpoint::{Checkpoint, CheckpointFile, Found, RunIdentity, SavedFile};
use crate::output::folder_of;
use crate::summary::ErrorPlace;
use crate::{Output, OutputError, Summary, catalogue};
use each::Each;
use place::{Place, make_folder};

/// How results are written.
///
/// ```
/// use copydesk::{ResultsOptions, output_format};
///
/// let options = ResultsOptions { format: output_format("json"), resume: true, ..ResultsOptions::default() };
/// assert!(options.errors.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct ResultsOptions {
    /// The format; by default the ending of the output's name says it, or else it is JSON lines.
    pub format: Option<OutputFormat>,
    /// The table to write, for a format with several.
    pub table: Option<String>,
    /// Offsets, parts and provenance.
    pub writer: WriterOptions,
    /// A file for errors, as JSON lines.
    pub errors: Option<PathBuf>,
    /// True if each result is sent on at once, for somebody who waits for it.
    pub at_once: bool,
    /// True if an interrupted run to the same output is continued.
    pub resume: bool,
    /// The time between two checkpoints, from which an interrupted run can be continued. `None` writes none.
    pub checkpoint: Option<Duration>,
}

impl Default for ResultsOptions {
    fn default() -> Self {
        ResultsOptions {
            format: None,
            table: None,
            writer: WriterOptions::default(),
            errors: None,
            at_once: false,
            resume: false,
            checkpoint: Some(CHECKPOINT),
        }
    }
}

/// The usual time between two checkpoints.
const CHECKPOINT: Duration = Duration::from_secs(1);

/// The run goes on for this many times the time of a checkpoint before the next: a slow disk gets fewer of them.
const BETWEEN: u32 = 5;

/// The places of a run's results, in one format: standard output, a file, or a folder of files.
///
/// A file appears once the run is complete. Until then everything is in hidden files beside it. If the run is
/// interrupted, a later one with [`ResultsOptions::resume`] goes on from the last checkpoint, and the output has the same
/// bytes as that of a run without interruption.
///
/// ```
/// use copydesk::{Results, ResultsOptions, RunIdentity};
///
/// let options = ResultsOptions { table: Some("quotes".into()), ..ResultsOptions::default() };
/// let error = Results::create(None, options, RunIdentity::default()).expect_err("no tables");
/// assert_eq!(error.to_string(), "json: has no table \"quotes\"; csv, parquet and tsv have tables");
/// ```
pub struct Results {
    format: OutputFormat,
    files: Vec<ResultFile>,
    /// The folder of a format with files for each document.
    each: Option<Each>,
    errors: Option<Output>,
    at_once: bool,
    checkpoints: Option<Checkpoints>,
    /// Items of the input that are in the output.
    items: u64,
    /// True if the output is whole, and only the names of files are missing.
    whole: bool,
    /// The counts of an interrupted run that is continued.
    before: Option<Summary>,
    /// Documents of an interrupted run that is not continued.
    unfinished: Option<u64>,
}

/// One file of the output.
struct ResultFile {
    writer: Box<dyn DocumentWriter>,
    output: Output,
}

/// The checkpoints of a run.
struct Checkpoints {
    file: CheckpointFile,
    identity: RunIdentity,
    every: Duration,
    last: Instant,
}

impl std::fmt::Debug for Results {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Results").field("format", &self.format.name).field("items", &self.items).finish_non_exhaustive()
    }
}

/// A folder and a name in it.
type Named<'n> = (PathBuf, &'n OsStr);

/// The path of a file, and its table.
type FileOfTable = (PathBuf, &'static str);

impl Results {
    /// Opens the output `path`, or standard output. With [`ResultsOptions::resume`] it continues the most advanced
    /// interrupted run with the same `identity`, if there is one.
    ///
    /// # Errors
    /// If the format has no such table, the output cannot be written, or an interrupted run had another identity.
    pub fn create(path: Option<&Path>, options: ResultsOptions, identity: RunIdentity) -> Result<Self, OutputError> {
        let by_name = || path.and_then(catalogue::output_format_of);
        let format = options.format.or_else(by_name).unwrap_or_else(catalogue::usual);
        let place = Place::find(path, format, options.table.as_deref())?;
        let mut results = Results {
            format,
            files: Vec::new(),
            each: None,
            errors: None,
            at_once: options.at_once,
            checkpoints: None,
            items: 0,
            whole: false,
            before: None,
            unfinished: None,
        };
        let (checkpoint_name, targets): (Option<Named<'_>>, Vec<FileOfTable>) = match place {
            Place::Stdout => (None, vec![(PathBuf::from("-"), "")]),
            Place::File(path, table) if path == Path::new("-") => (None, vec![(path.to_path_buf(), table)]),
            Place::File(path, table) => {
                let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
                let name = path.file_name().unwrap_or_default();
                (Some((folder_of(&target), name)), vec![(path.to_path_buf(), table)])
            }
            Place::Folder(folder, tables) => {
                make_folder(folder)?;
                let file = |table: &&'static str| (folder.join(format!("{table}.{}", format.name)), *table);
                (Some((folder.to_path_buf(), OsStr::new(format.name))), tables.iter().map(file).collect())
            }
            Place::Each(folder, endings) => {
                make_folder(folder)?;
                let options = options.writer.clone();
                results.each = Some(Each { folder: folder.to_path_buf(), endings, options, documents: 0 });
                (Some((folder.to_path_buf(), OsStr::new(format.name))), Vec::new())
            }
        };
        let continued = match checkpoint_name {
            Some((folder, name)) => results.find_checkpoint(&folder, name, &options, &identity)?,
            None if options.resume => {
                return Err(OutputError::new(Path::new("standard output"), "cannot be continued; give --output FILE"));
            }
            None => None,
        };
        match continued {
            Some(found) => results.reopen(&targets, &options, found)?,
            None => results.open(&targets, &options)?,
        }
        // A pipe or a device keeps nothing that could be continued.
        if results.files.iter().any(|file| !file.output.is_file()) {
            results.checkpoints = None;
        }
        Ok(results)
    }

    /// Sets up checkpoints, and returns the one to continue from.
    fn find_checkpoint(
        &mut self,
        folder: &Path,
        name: &OsStr,
        options: &ResultsOptions,
        identity: &RunIdentity,
    ) -> Result<Option<Found>, OutputError> {
        let mut file = CheckpointFile::new(folder, name);
        let earlier = file.earlier();
        let mut found = None;
        if options.resume {
            let first_difference = earlier.first().and_then(|(first, _)| first.run.difference(identity));
            let difference = first_difference.map(str::to_owned);
            found = earlier.into_iter().find(|(checkpoint, _)| checkpoint.run == *identity);
            if let (None, Some(what)) = (&found, difference) {
                let message = format!(
                    "an interrupted run to this output had another {what}; run with the same one to continue it, or \
                     without --resume to begin anew"
                );
                return Err(OutputError::new(&folder.join(name), message));
            }
        } else {
            self.unfinished = earlier.first().map(|(checkpoint, _)| checkpoint.items);
        }
        if let Some((_, path)) = &found {
            file.continue_with(path.clone());
        }
        if let Some(every) = options.checkpoint {
            self.checkpoints = Some(Checkpoints { file, identity: identity.clone(), every, last: Instant::now() });
        }
        Ok(found)
    }

    /// Begins new files.
    fn open(&mut self, targets: &[FileOfTable], options: &ResultsOptions) -> Result<(), OutputError> {
        for (path, table) in targets {
            let mut output = if path == Path::new("-") { Output::stdout() } else { Output::file(path)? };
            let mut writer = (self.format.writer)(&WriterOptions { table, ..options.writer.clone() });
            writer.begin(&mut output).map_err(|error| OutputError::io(path, "cannot be written", error))?;
            self.files.push(ResultFile { writer, output });
        }
        self.errors = options.errors.as_deref().map(Output::file).transpose()?;
        Ok(())
    }

    /// Goes on with the files of a checkpoint.
    fn reopen(
        &mut self,
        targets: &[FileOfTable],
        options: &ResultsOptions,
        (checkpoint, _): Found,
    ) -> Result<(), OutputError> {
        let mut saved = checkpoint.files.iter();
        let mut open = |path: &Path| -> Result<Option<(Output, Vec<u8>)>, OutputError> {
            let damaged = || OutputError::new(path, "the checkpoint is damaged; run without --resume to begin anew");
            let file = saved.next().ok_or_else(damaged)?;
            let name = file.name.as_ref().ok_or_else(damaged)?;
            let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
            let unfinished = folder_of(&target).join(name);
            if checkpoint.whole && !unfinished.exists() {
                // The run was interrupted after this file had got its name.
                return Ok(None);
            }
            let state = file.state().map_err(|error| OutputError::io(path, "", error))?;
            Output::reopen(path, &unfinished, file.bytes).map(|output| Some((output, state)))
        };
        for (path, table) in targets {
            let Some((output, state)) = open(path)? else { continue };
            let mut writer = (self.format.writer)(&WriterOptions { table, ..options.writer.clone() });
            if !checkpoint.whole {
                writer.resume(&state).map_err(|error| OutputError::io(path, "cannot be continued", error))?;
            }
            self.files.push(ResultFile { writer, output });
        }
        if let Some(path) = &options.errors {
            self.errors = open(path)?.map(|(output, _)| output);
        }
        if let Some(each) = &mut self.each {
            each.documents = checkpoint.summary.documents;
        }
        self.items = checkpoint.items;
        self.before = Some(Summary { resumed: checkpoint.summary.documents, ..checkpoint.summary });
        // Nothing is left to write: writers would write their ends twice.
        self.whole = checkpoint.whole;
        Ok(())
    }

    /// Returns the number of inputs that are in the output already, those of an interrupted run.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items
    }

    /// Returns true if the output is whole, and only has to get its name: an interrupted run wrote all of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns true if the results go to files, which appear once they are complete.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.each.is_some() || self.files.iter().any(|file| file.output.is_file())
    }

    /// Returns the format.
    #[must_use]
    pub fn format(&self) -> OutputFormat {
        self.format
    }

    /// Returns the documents of an interrupted run to the same output that is not continued, if there is one.
    #[must_use]
    pub fn unfinished(&self) -> Option<u64> {
        self.unfinished
    }

    /// Takes the counts of the interrupted run.
    pub(crate) fn take_summary(&mut self) -> Summary {
        self.before.take().unwrap_or_default()
    }

    /// Writes an article.
    pub(crate) fn article(&mut self, article: &Article) -> io::Result<()> {
        if let Some(each) = &mut self.each {
            each.write(self.format, article.id(), |writer, out| writer.document(article, out))?;
        }
        self.each_file(|file| file.writer.document(article, &mut file.output))
    }

    /// Writes the error of a document.
    pub(crate) fn error(&mut self, error: &DocumentError) -> io::Result<()> {
        if let Some(each) = &mut self.each {
            // It has no files, and yet a number.
            each.documents += 1;
        }
        self.each_file(|file| file.writer.error(error, &mut file.output))
    }

    /// Writes that a document repeats another.
    pub(crate) fn duplicate(&mut self, duplicate: &Duplicate) -> io::Result<()> {
        if let Some(each) = &mut self.each {
            each.documents += 1;
        }
        self.each_file(|file| file.writer.duplicate(duplicate, &mut file.output))
    }

    /// Writes to the file of errors.
    pub(crate) fn note_error(&mut self, error: &ErrorPlace) -> io::Result<()> {
        let Some(out) = &mut self.errors else { return Ok(()) };
        serde_json::to_writer(&mut *out, error)?;
        out.write_all(b"\n")
    }

    fn each_file(&mut self, mut write: impl FnMut(&mut ResultFile) -> io::Result<()>) -> io::Result<()> {
        for file in &mut self.files {
            write(file)?;
            if self.at_once {
                file.output.flush()?;
            }
        }
        Ok(())
    }

    /// Ends an item of the input, and writes a checkpoint with the counts if it is time.
    pub(crate) fn item_done(&mut self, summary: impl FnOnce() -> Summary) -> io::Result<()> {
        self.items += 1;
        match &self.checkpoints {
            Some(checkpoints) if checkpoints.last.elapsed() >= checkpoints.every => self.save(&summary(), false),
            _ => Ok(()),
        }
    }

    /// Writes a checkpoint, unless a writer keeps rows back.
    fn save(&mut self, summary: &Summary, whole: bool) -> io::Result<()> {
        let Some(checkpoints) = &mut self.checkpoints else { return Ok(()) };
        let states: Option<Vec<Vec<u8>>> = match whole {
            false => self.files.iter().map(|file| file.writer.state()).collect(),
            true => Some(vec![Vec::new(); self.files.len()]),
        };
        let Some(states) = states else { return Ok(()) };
        let start = Instant::now();
        let mut files = Vec::new();
        for (file, state) in self.files.iter_mut().zip(&states) {
            let name = file.output.save()?;
            files.push(SavedFile::new(name, file.output.written(), state));
        }
        if let Some(errors) = &mut self.errors {
            let name = errors.save()?;
            files.push(SavedFile::new(name, errors.written(), &[]));
        }
        let mut checkpoint = Checkpoint::new(checkpoints.identity.clone(), self.items, files, summary.clone());
        checkpoint.whole = whole;
        checkpoints.file.write(&checkpoint)?;
        checkpoints.last = Instant::now();
        checkpoints.every = checkpoints.every.max(start.elapsed() * BETWEEN);
        Ok(())
    }

    /// Ends all files; they get their names now. The run is complete.
    pub(crate) fn finish(mut self, summary: &Summary) -> Result<(), OutputError> {
        let failed = |error| OutputError::io(Path::new("the output"), "cannot be written", error);
        if !self.whole {
            for file in &mut self.files {
                file.writer.finish(&mut file.output).map_err(failed)?;
            }
            // Without a checkpoint before, an interrupted run begins anew, whichever files have their names.
            if self.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.file.is_written()) {
                self.save(summary, true).map_err(failed)?;
            }
        }
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.file.forget_others();
        }
        for file in self.files {
            file.output.finish()?;
        }
        if let Some(errors) = self.errors {
            errors.finish()?;
        }
        if let Some(checkpoints) = self.checkpoints {
            checkpoints.file.remove();
        }
        Ok(())
    }

    /// Ends the run before its time. Saves what is there if the output can be written, so that a later run can go on.
    /// Returns true if it can.
    pub(crate) fn interrupt(mut self, summary: &Summary, writable: bool) -> bool {
        if writable {
            // If a writer keeps rows back, the last checkpoint stands.
            let _ = self.save(summary, false);
        }
        self.checkpoints.is_some_and(|checkpoints| checkpoints.file.is_written())
    }
}
