//! Checkpoints: what a later run needs to continue an interrupted one.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Summary, failpoint, leftovers};

/// The form of checkpoints. A run never continues from another form.
const FORM: &str = "copydesk-checkpoint/1";

/// What makes the bytes of a run's output: a name and a value for each thing, such as the pipeline, the inputs and the
/// options. An interrupted run is continued only by a run with equal values.
///
/// ```
/// use copydesk::RunIdentity;
///
/// let first = RunIdentity::default().with("limit", &100);
/// assert_eq!(first.difference(&RunIdentity::default().with("limit", &200)), Some("limit"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunIdentity(BTreeMap<String, String>);

impl RunIdentity {
    /// Adds a value. Values are equal if their debug forms are.
    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl std::fmt::Debug + ?Sized)) -> Self {
        let digest = Sha256::digest(format!("{value:?}"));
        let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.0.insert(name.to_owned(), digits);
        self
    }

    /// Returns the name of a value that differs, or `None` if all are equal.
    #[must_use]
    pub fn difference<'a>(&'a self, other: &'a RunIdentity) -> Option<&'a str> {
        let names = self.0.keys().chain(other.0.keys());
        names.map(String::as_str).find(|name| self.0.get(*name) != other.0.get(*name))
    }
}

/// The state of a run between two documents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    form: String,
    /// What the run reads and how.
    pub(crate) run: RunIdentity,
    /// Items of the input that are in the output.
    pub(crate) items: u64,
    /// True if the output is whole, and only the names of files are missing.
    pub(crate) whole: bool,
    /// The files, in the order of the output.
    pub(crate) files: Vec<SavedFile>,
    /// The counts so far.
    pub(crate) summary: Summary,
}

/// An unfinished file of a checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SavedFile {
    /// The name of the file beside the one that it will be; none for an output that is no file.
    pub(crate) name: Option<String>,
    /// Its bytes at the checkpoint; later ones are cut off.
    pub(crate) bytes: u64,
    /// The state of its writer, in hexadecimal digits.
    state: String,
}

impl SavedFile {
    pub(crate) fn new(name: Option<String>, bytes: u64, state: &[u8]) -> Self {
        SavedFile { name, bytes, state: state.iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    /// The state of its writer.
    pub(crate) fn state(&self) -> io::Result<Vec<u8>> {
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the checkpoint is damaged");
        let pair = |digits: &[u8]| {
            std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()).ok_or_else(wrong)
        };
        self.state.as_bytes().chunks(2).map(pair).collect()
    }
}

impl Checkpoint {
    pub(crate) fn new(run: RunIdentity, items: u64, files: Vec<SavedFile>, summary: Summary) -> Self {
        Checkpoint { form: FORM.to_owned(), run, items, whole: false, files, summary }
    }
}

/// The file of a run's checkpoints. Each checkpoint replaces the one before.
#[derive(Debug)]
pub(crate) struct CheckpointFile {
    folder: PathBuf,
    /// The name of the output.
    name: OsString,
    path: Option<PathBuf>,
}

/// A checkpoint that was found, and its file.
pub(crate) type Found = (Checkpoint, PathBuf);

impl CheckpointFile {
    /// The file for an output of this name. It is made with the first checkpoint.
    pub(crate) fn new(folder: &Path, name: &OsStr) -> Self {
        CheckpointFile { folder: folder.to_path_buf(), name: name.to_owned(), path: None }
    }

    /// Goes on with a checkpoint that was found.
    pub(crate) fn continue_with(&mut self, path: PathBuf) {
        self.path = Some(path);
    }

    /// Returns true if there is a checkpoint of this run.
    pub(crate) fn is_written(&self) -> bool {
        self.path.is_some()
    }

    /// The checkpoints of earlier runs to this output, the most advanced one first.
    pub(crate) fn earlier(&self) -> Vec<Found> {
        let mut found: Vec<Found> = leftovers::checkpoints(&self.folder, &self.name)
            .into_iter()
            .filter_map(|path| {
                let checkpoint: Checkpoint = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
                (checkpoint.form == FORM).then_some((checkpoint, path))
            })
            .collect();
        found.sort_by_key(|(checkpoint, _)| std::cmp::Reverse((checkpoint.whole, checkpoint.items)));
        found
    }

    /// Puts a checkpoint in the place of the last one, on the disk.
    pub(crate) fn write(&mut self, checkpoint: &Checkpoint) -> io::Result<()> {
        let path = match &self.path {
            Some(path) => path.clone(),
            None => leftovers::new_checkpoint(&self.folder, &self.name)?,
        };
        let mut file = leftovers::create(&self.folder, &self.name, None)?;
        serde_json::to_writer(io::BufWriter::new(&mut file), checkpoint)?;
        file.flush()?;
        file.as_file().sync_data()?;
        failpoint::reach("checkpoint");
        file.persist(&path).map_err(|error| error.error)?;
        sync_folder(&self.folder);
        failpoint::reach("checkpointed");
        self.path = Some(path);
        Ok(())
    }

    /// Removes the checkpoints of earlier runs to this output. Nobody continues them any more.
    pub(crate) fn forget_others(&self) {
        for (_, path) in self.earlier() {
            if self.path.as_ref() != Some(&path) {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Removes the checkpoint, after the output has its name.
    pub(crate) fn remove(self) {
        if let Some(path) = self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes sure that renames in a folder are on the disk. A file system that cannot do that does what it can.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
