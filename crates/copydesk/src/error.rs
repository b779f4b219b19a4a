//! Why a pipeline cannot be loaded.

use std::fmt;

use copydesk_loader::LoadError;
use copydesk_pipeline::{FaultClass, Faults, SourceError};

use crate::lock::LockFileError;

/// The reason that a pipeline could not be checked or loaded. The message names the error and what would be right.
///
/// ```
/// use copydesk::{ErrorKind, Pipeline};
///
/// let error = Pipeline::builder().pipeline("fats").check().expect_err("a slip of the pen");
/// assert_eq!(error.kind(), ErrorKind::Pipeline);
/// assert!(error.to_string().contains("did you mean \"fast\"?"));
/// ```
#[derive(Debug)]
pub struct Error(Reason);

#[derive(Debug)]
enum Reason {
    Source(SourceError),
    Registry(LoadError),
    Faults(Faults),
    Setting { option: String, message: String },
    Lock(LockFileError),
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The pipeline file, or the way it is used, is wrong.
    Pipeline,
    /// A plugin or a model cannot be loaded, or is another one than was locked.
    Load,
}

impl Error {
    /// The error of a setting that the pipeline does not take; `option` is its name.
    pub(crate) fn setting(option: &str, message: String) -> Self {
        Error(Reason::Setting { option: option.to_owned(), message })
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        let class = match &self.0 {
            Reason::Source(_) | Reason::Setting { .. } => FaultClass::Pipeline,
            Reason::Registry(_) => FaultClass::Load,
            Reason::Faults(faults) => faults.class(),
            Reason::Lock(error) => error.class(),
        };
        if class == FaultClass::Load { ErrorKind::Load } else { ErrorKind::Pipeline }
    }

    /// Returns the faults of the pipeline file, each with its place, if they are the reason.
    #[must_use]
    pub fn faults(&self) -> Option<&Faults> {
        match &self.0 {
            Reason::Faults(faults) => Some(faults),
            _ => None,
        }
    }

    /// Returns why the pipeline file cannot be read, if that is the reason.
    #[must_use]
    pub fn unreadable(&self) -> Option<&SourceError> {
        match &self.0 {
            Reason::Source(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the error of the lock, if it is the reason.
    #[must_use]
    pub fn lock(&self) -> Option<&LockFileError> {
        match &self.0 {
            Reason::Lock(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the setting that the pipeline does not take, such as `acts`, if it is the reason.
    #[must_use]
    pub fn setting_name(&self) -> Option<&str> {
        match &self.0 {
            Reason::Setting { option, .. } => Some(option),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Source(error) => error.fmt(f),
            Reason::Registry(error) => error.fmt(f),
            Reason::Faults(faults) => faults.fmt(f),
            Reason::Setting { option, message } => write!(f, "{option}: {message}"),
            Reason::Lock(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Error(Reason::Source(error))
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Error(Reason::Registry(error))
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Error(Reason::Faults(faults))
    }
}

impl From<LockFileError> for Error {
    fn from(error: LockFileError) -> Self {
        Error(Reason::Lock(error))
    }
}
