//! Why nothing was measured, or an earlier report cannot be used.

use std::fmt;
use std::io;

use crate::report::{MOST_RUNS, SCHEMA};
use crate::sample::Subject;

/// Why a benchmark ended early.
#[derive(Debug)]
pub struct BenchError(pub(crate) BenchErrorKind);

#[derive(Debug)]
pub(crate) enum BenchErrorKind {
    /// A child process could not be started or spoken to.
    Io(io::Error),
    /// A child ended before it had measured anything. The message is the child's reason, if it gave one.
    Child(Subject, String),
    /// There is no `perf`, or it cannot do this.
    Perf(String),
}

impl fmt::Display for BenchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BenchErrorKind::Io(error) => write!(f, "the benchmark cannot be run: {error}"),
            BenchErrorKind::Child(subject, what) => write!(f, "{subject}: {what}"),
            BenchErrorKind::Perf(what) => write!(f, "no flame graph: {what}"),
        }
    }
}

impl std::error::Error for BenchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            BenchErrorKind::Io(error) => Some(error),
            BenchErrorKind::Child(..) | BenchErrorKind::Perf(_) => None,
        }
    }
}

impl From<io::Error> for BenchError {
    fn from(error: io::Error) -> Self {
        BenchError(BenchErrorKind::Io(error))
    }
}

/// Why an earlier report cannot be compared with.
#[derive(Debug)]
pub struct ReportError(pub(crate) ReportErrorKind);

#[derive(Debug)]
pub(crate) enum ReportErrorKind {
    /// It is no JSON, or not a report's.
    Json(serde_json::Error),
    /// The report has another form: this `schema`.
    Schema(String),
    /// It has more samples of a subject than can be.
    Runs(usize),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // serde_json names line and column.
            ReportErrorKind::Json(error) => write!(f, "is no report of `copydesk bench --json`: {error}"),
            ReportErrorKind::Schema(found) => write!(
                f,
                "was written by another version: its schema is {found:?}, this program's {SCHEMA:?}; measure again \
                 with this one"
            ),
            ReportErrorKind::Runs(runs) => write!(f, "has {runs} samples of a pipeline; at most {MOST_RUNS} are read"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            ReportErrorKind::Json(error) => Some(error),
            ReportErrorKind::Schema(_) | ReportErrorKind::Runs(_) => None,
        }
    }
}
