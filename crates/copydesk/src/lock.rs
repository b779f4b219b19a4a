//! Lock files on disk: read, and compared with a pipeline.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use copydesk_pipeline::{CheckedPipeline, FaultClass, Lock, LockError};

use crate::built_in::model_hash;

/// More than any lock has.
const LARGEST: u64 = 16 << 20;

/// Why a pipeline cannot be held to a lock file.
///
/// ```
/// use copydesk::{LockFileErrorKind, Pipeline};
///
/// let error = Pipeline::builder().pipeline("fast").locked("no-such.lock").check().expect_err("no lock");
/// assert_eq!(error.lock().map(|error| error.kind()), Some(LockFileErrorKind::Unreadable));
/// ```
#[derive(Debug)]
pub struct LockFileError {
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Unreadable(io::Error),
    Invalid(LockError),
    Differs(LockError),
}

/// The kind of a [`LockFileError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFileErrorKind {
    /// The file cannot be read.
    Unreadable,
    /// The file is no lock.
    Invalid,
    /// The lock describes something else than would run.
    Differs,
}

impl LockFileError {
    /// Returns the path of the lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> LockFileErrorKind {
        match &self.reason {
            Reason::Unreadable(_) => LockFileErrorKind::Unreadable,
            Reason::Invalid(_) => LockFileErrorKind::Invalid,
            Reason::Differs(_) => LockFileErrorKind::Differs,
        }
    }

    /// Returns the message, without the path.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.reason {
            Reason::Unreadable(error) => error.to_string(),
            Reason::Invalid(error) | Reason::Differs(error) => error.to_string(),
        }
    }

    /// Returns [`FaultClass::Load`] if plugins or models are others than those locked, and nothing else is wrong.
    #[must_use]
    pub fn class(&self) -> FaultClass {
        match &self.reason {
            Reason::Unreadable(_) => FaultClass::Pipeline,
            Reason::Invalid(error) | Reason::Differs(error) => error.class(),
        }
    }
}

impl fmt::Display for LockFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, message) = (self.path.display(), self.message());
        match self.kind() {
            LockFileErrorKind::Unreadable => write!(f, "{path} cannot be read ({message})"),
            LockFileErrorKind::Invalid => write!(f, "{path}: {message}"),
            LockFileErrorKind::Differs => write!(f, "{path} describes another run: {message}"),
        }
    }
}

impl std::error::Error for LockFileError {}

/// Returns the lock of a pipeline, with libraries and files hashed.
pub(crate) fn lock_of(pipeline: &CheckedPipeline) -> Result<Lock, LockError> {
    pipeline.lock(model_hash)
}

/// Returns the usual path of a pipeline's lock: beside its file, or for a shipped name in the working directory.
///
/// ```
/// assert_eq!(copydesk::lock_path("desk.toml"), std::path::Path::new("desk.lock"));
/// assert_eq!(copydesk::lock_path("news"), std::path::Path::new("news.lock"));
/// ```
#[must_use]
pub fn lock_path(pipeline: &str) -> PathBuf {
    // The same in both cases: a shipped name has no folder and no ending.
    Path::new(pipeline).with_extension("lock")
}

/// Reads a lock file.
///
/// # Errors
/// If it cannot be read, or is no lock.
pub fn read_lock(path: &Path) -> Result<Lock, LockFileError> {
    let wrong = |reason| LockFileError { path: path.to_path_buf(), reason };
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    read.map_err(|error| wrong(Reason::Unreadable(error)))?;
    Lock::parse(&text).map_err(|error| wrong(Reason::Invalid(error)))
}

/// Checks that a pipeline equals its lock. Returns the lock's hash.
pub(crate) fn hold(path: &Path, pipeline: &CheckedPipeline) -> Result<String, LockFileError> {
    let lock = read_lock(path)?;
    let differs = |error| LockFileError { path: path.to_path_buf(), reason: Reason::Differs(error) };
    let now = lock_of(pipeline).map_err(differs)?;
    lock.allows(&now).map_err(differs)?;
    Ok(lock.hash())
}
