//! How a run can end, and its exit status.

use std::io;
use std::process::ExitCode;

use copydesk_loader::LoadError;
use copydesk_pipeline::{FaultClass, Faults, LockError};

use crate::terminal;

/// How a run that was not cut short ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All done: status 0.
    Done,
    /// Some documents failed: status 1.
    SomeFailed,
    /// The command line, a pipeline or an input file was wrong: status 2.
    Wrong,
    /// A plugin or a model could not be loaded: status 3.
    NotLoaded,
}

impl Outcome {
    fn status(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::SomeFailed => 1,
            Outcome::Wrong => 2,
            Outcome::NotLoaded => 3,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(outcome.status())
    }
}

/// Why a run was cut short.
#[derive(Debug)]
pub struct Failure {
    outcome: Outcome,
    error: anyhow::Error,
}

impl Failure {
    /// Reports the failure on standard error and returns the status. A closed pipe is no failure: the reader has seen
    /// enough.
    pub fn report(self) -> ExitCode {
        let closed = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        };
        if self.error.chain().any(closed) {
            return ExitCode::SUCCESS;
        }
        if let Some(faults) = self.error.downcast_ref::<Faults>() {
            // It has its own "error:" for each fault.
            terminal::message(&faults.to_string());
        } else {
            terminal::error(&format!("{:#}", self.error));
        }
        self.outcome.into()
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let class = error.downcast_ref::<Faults>().map(Faults::class);
        let class = class.or_else(|| error.downcast_ref::<LockError>().map(LockError::class));
        let not_loaded = class.map_or_else(|| error.is::<LoadError>(), |class| class == FaultClass::Load);
        Failure { outcome: if not_loaded { Outcome::NotLoaded } else { Outcome::Wrong }, error }
    }
}
