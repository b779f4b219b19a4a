//! Errors of the library as exceptions of the package.

use copydesk::formats::{DocumentError, ReadError};
use copydesk::{AnalyzeError, AnalyzeErrorKind, ErrorKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};

/// Why a document has no result.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    shown: String,
    /// As a result shows it.
    pub error: DocumentError,
}

/// The class of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The input is not of a type that can be a document.
    Type,
    /// The input cannot be a document.
    Input,
    /// A stage failed.
    Stage,
    /// The time limit was over.
    TimedOut,
}

impl FaultKind {
    fn class(self) -> &'static str {
        match self {
            FaultKind::Type => "InputTypeError",
            FaultKind::Input => "InputError",
            FaultKind::Stage => "DocumentError",
            FaultKind::TimedOut => "TimeLimitError",
        }
    }
}

impl Fault {
    /// Returns an error of an input.
    pub fn input(kind: FaultKind, id: &str, message: String) -> Self {
        let shown = format!("document {id:?}: {message}");
        Fault { kind, shown, error: DocumentError { id: id.to_owned(), message, ..DocumentError::default() } }
    }

    /// Returns the exception.
    pub fn exception(&self, py: Python<'_>) -> PyErr {
        let make = || {
            let fields = PyDict::new(py);
            fields.set_item("id", &self.error.id)?;
            fields.set_item("stage", &self.error.stage)?;
            fields.set_item("reason", &self.error.message)?;
            let class = PyModule::import(py, "copydesk._errors")?.getattr(self.kind.class())?;
            class.call((&self.shown,), Some(&fields))
        };
        make().map_or_else(|error| error, PyErr::from_value)
    }
}

impl From<AnalyzeError> for Fault {
    fn from(error: AnalyzeError) -> Self {
        let kind = match error.kind() {
            AnalyzeErrorKind::TimedOut => FaultKind::TimedOut,
            AnalyzeErrorKind::File | AnalyzeErrorKind::Document => FaultKind::Input,
            _ => FaultKind::Stage,
        };
        Fault { kind, shown: error.to_string(), error: DocumentError::from(&error) }
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Fault::input(FaultKind::Input, error.id(), error.message().to_owned())
    }
}

/// Returns an exception of a class of the package.
pub fn exception(py: Python<'_>, class: &str, message: &str) -> PyErr {
    let make = || PyModule::import(py, "copydesk._errors")?.getattr(class)?.call1((message,));
    make().map_or_else(|error| error, PyErr::from_value)
}

/// Returns the exception of a pipeline that cannot be loaded.
pub fn not_loaded(py: Python<'_>, error: &copydesk::Error) -> PyErr {
    let class = if error.kind() == ErrorKind::Load { "LoadError" } else { "PipelineError" };
    exception(py, class, error.to_string().trim_end())
}

/// Returns the exception of a mistake of this crate.
pub fn mistake(error: impl std::fmt::Display) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
