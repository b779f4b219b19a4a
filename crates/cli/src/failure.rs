//! The ends of a run, and their exit statuses.

use std::io;

use copydesk::ErrorKind;
use copydesk::loader::LoadError;
use copydesk::pipeline::{FaultClass, LockError};

use crate::terminal;

/// The end of a run that was not cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitOutcome {
    /// All done: status 0.
    Done,
    /// Some documents failed: status 1.
    SomeFailed,
    /// The command line, a pipeline or an input file was wrong: status 2.
    Wrong,
    /// A plugin or a model could not be loaded: status 3.
    NotLoaded,
}

impl ExitOutcome {
    /// Returns the exit status.
    pub fn status(self) -> u8 {
        match self {
            ExitOutcome::Done => 0,
            ExitOutcome::SomeFailed => 1,
            ExitOutcome::Wrong => 2,
            ExitOutcome::NotLoaded => 3,
        }
    }
}

/// The reason that a run was cut short.
#[derive(Debug)]
pub struct Failure {
    outcome: ExitOutcome,
    error: anyhow::Error,
}

impl Failure {
    /// Makes a failure with the exit status of a kind of error.
    pub fn of_kind(kind: ErrorKind, error: anyhow::Error) -> Self {
        let outcome = if kind == ErrorKind::Load { ExitOutcome::NotLoaded } else { ExitOutcome::Wrong };
        Failure { outcome, error }
    }

    /// Reports the failure on standard error and returns the status. A closed pipe is no failure: the reader has seen
    /// enough.
    pub fn report(self) -> u8 {
        let closed = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        };
        if self.error.chain().any(closed) {
            return ExitOutcome::Done.status();
        }
        if let Some(faults) = self.error.downcast_ref::<copydesk::Error>().and_then(copydesk::Error::faults) {
            // It has its own "error:" for each fault.
            terminal::message(&faults.to_string());
        } else {
            terminal::error(&format!("{:#}", self.error));
        }
        self.outcome.status()
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let kind = error.downcast_ref::<copydesk::Error>().map(copydesk::Error::kind);
        let locked = || error.downcast_ref::<LockError>().is_some_and(|error| error.class() == FaultClass::Load);
        let not_loaded = kind == Some(ErrorKind::Load) || error.is::<LoadError>() || locked();
        Failure::of_kind(if not_loaded { ErrorKind::Load } else { ErrorKind::Pipeline }, error)
    }
}
