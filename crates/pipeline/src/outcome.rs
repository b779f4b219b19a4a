//! Outcomes of documents and of runs.

use std::fmt;
use std::ops::ControlFlow;

use copydesk_core::Document;
use serde::Serialize;

/// Why a stage gave nothing for a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageError {
    /// The stage's id.
    pub stage: String,
    /// The plugin's message, or the reason that its rows were refused.
    pub message: String,
    /// The kind of the error.
    #[serde(skip)]
    pub kind: StageErrorKind,
}

/// The kind of a [`StageError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageErrorKind {
    /// The plugin failed, or its rows were refused.
    Failed,
    /// The run was cancelled.
    Cancelled,
    /// The document took longer than its time limit.
    TimedOut,
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stage {:?}: {}", self.stage, self.message)
    }
}

impl std::error::Error for StageError {}

/// A document that could not be analyzed to the end.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The document as the last successful stage left it.
    pub document: Document,
    /// The error.
    pub error: StageError,
}

impl Failure {
    /// A document that was analyzed, or one that failed.
    pub(crate) fn or(document: Document, outcome: Result<(), StageError>) -> Result<Document, Box<Self>> {
        match outcome {
            Ok(()) => Ok(document),
            Err(error) => Err(Box::new(Failure { document, error })),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {:?}: {}", self.document.id(), self.error)
    }
}

impl std::error::Error for Failure {}

/// The outcome of one input.
#[expect(clippy::large_enum_variant, reason = "one a document; a box would be an allocation for each")]
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly every outcome is a document")]
pub enum RunOutcome<E> {
    /// It was analyzed.
    Done(Document),
    /// A stage failed.
    Failed(Box<Failure>),
    /// The reader gave no document.
    Unreadable(E),
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// There was no more input.
    Complete,
    /// An input failed, and the run was to end there.
    FailFast,
    /// The run was cancelled.
    Cancelled,
    /// The sink wanted no more.
    SinkClosed,
}

/// The outcome of a run: the number of outcomes of each kind, and the reason that it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    /// Documents analyzed.
    pub done: u64,
    /// Documents that failed.
    pub failed: u64,
    /// Inputs that were no documents.
    pub unreadable: u64,
    /// Why it ended.
    pub end: RunEnd,
}

impl<E> RunOutcome<E> {
    /// The outcome of a document.
    pub(crate) fn of(document: Document, outcome: Result<(), StageError>) -> Self {
        match Failure::or(document, outcome) {
            Ok(document) => RunOutcome::Done(document),
            Err(failure) => RunOutcome::Failed(failure),
        }
    }
}

impl RunSummary {
    fn new() -> Self {
        RunSummary { done: 0, failed: 0, unreadable: 0, end: RunEnd::Complete }
    }
}

/// The sink, and the count of its outcomes.
pub(crate) struct Delivery<S> {
    sink: S,
    fail_fast: bool,
    summary: RunSummary,
}

impl<S> Delivery<S> {
    /// A sink that was given nothing yet.
    pub(crate) fn new(sink: S, fail_fast: bool) -> Self {
        Delivery { sink, fail_fast, summary: RunSummary::new() }
    }

    /// Gives the sink an outcome. Returns `Some` if it was the last.
    pub(crate) fn deliver<E>(&mut self, outcome: RunOutcome<E>) -> Option<RunEnd>
    where
        S: FnMut(RunOutcome<E>) -> ControlFlow<()>,
    {
        let (count, failed) = match &outcome {
            RunOutcome::Done(_) => (&mut self.summary.done, false),
            RunOutcome::Failed(failure) if failure.error.kind == StageErrorKind::Cancelled => {
                return Some(RunEnd::Cancelled);
            }
            RunOutcome::Failed(_) => (&mut self.summary.failed, true),
            RunOutcome::Unreadable(_) => (&mut self.summary.unreadable, true),
        };
        *count += 1;
        match (self.sink)(outcome) {
            ControlFlow::Break(()) => Some(RunEnd::SinkClosed),
            ControlFlow::Continue(()) if failed && self.fail_fast => Some(RunEnd::FailFast),
            ControlFlow::Continue(()) => None,
        }
    }

    pub(crate) fn end(self, end: RunEnd) -> RunSummary {
        RunSummary { end, ..self.summary }
    }
}
