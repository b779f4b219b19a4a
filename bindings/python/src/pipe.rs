//! The class `Pipe`: many texts in, their results out, one by one.

use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple};
use serde_json::value::RawValue;

use crate::article::Article;
use crate::fault::{Fault, FaultKind, exception};
use crate::input;
use crate::stream::Stream;

/// The results of `Pipeline.pipe`.
#[pyclass(frozen, generic, module = "copydesk")]
#[derive(Debug)]
pub struct Pipe {
    texts: Py<PyIterator>,
    state: Mutex<State>,
    provenance: Arc<RawValue>,
    as_tuples: bool,
    yields: bool,
    process: u32,
}

#[derive(Debug)]
struct State {
    stream: Option<Stream<Option<Py<PyAny>>>>,
    /// The number of the last input, from 1.
    number: u64,
}

impl Pipe {
    /// Returns the results of `texts`. With `yields` an exception is a result, and otherwise it is raised.
    pub fn new(
        texts: Py<PyIterator>,
        stream: Stream<Option<Py<PyAny>>>,
        provenance: Arc<RawValue>,
        as_tuples: bool,
        yields: bool,
    ) -> Self {
        let state = Mutex::new(State { stream: Some(stream), number: 0 });
        Pipe { texts, state, provenance, as_tuples, yields, process: process::id() }
    }

    /// Returns the state, without a wait: who has it may need the interpreter.
    fn state(&self) -> PyResult<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            Err(TryLockError::Poisoned(state)) => Ok(state.into_inner()),
            Err(TryLockError::WouldBlock) => {
                Err(PyRuntimeError::new_err("a result of this iterator is being taken just now"))
            }
        }
    }

    /// Takes the next input.
    fn take(&self, py: Python<'_>, number: &mut u64) -> PyResult<Option<crate::stream::Entry<Option<Py<PyAny>>>>> {
        let Some(item) = self.texts.bind(py).clone().next() else { return Ok(None) };
        let item = item?;
        *number += 1;
        if !self.as_tuples {
            if item.cast::<PyTuple>().is_ok() {
                let message = "pairs of a text and anything need as_tuples=True".to_owned();
                return Ok(Some((Err(Fault::input(FaultKind::Type, &number.to_string(), message)), None)));
            }
            return Ok(Some((input::document(&item, *number), None)));
        }
        match item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() {
            Ok((text, context)) => Ok(Some((input::document(&text, *number), Some(context.unbind())))),
            Err(_) => {
                let message = format!("item {number}: with as_tuples=True an item is a pair of a text and anything");
                Err(exception(py, "InputTypeError", &message))
            }
        }
    }
}

#[pymethods]
impl Pipe {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.process != process::id() {
            let message = "this iterator belongs to the process that made it; call pipe in each process";
            return Err(exception(py, "CopydeskError", message));
        }
        let mut state = self.state()?;
        let State { stream, number } = &mut *state;
        let Some(own) = stream else { return Ok(None) };
        let next = own.next(py, || self.take(py, number));
        let (result, context) = match next {
            Ok(Some(next)) => next,
            Ok(None) => {
                *stream = None;
                return Ok(None);
            }
            Err(error) => {
                *stream = None;
                return Err(error);
            }
        };
        let result = match result {
            Ok(article) => Article::new(article, Arc::clone(&self.provenance)).into_pyobject(py)?.into_any(),
            Err(fault) if self.yields => fault.exception(py).into_value(py).into_bound(py).into_any(),
            Err(fault) => return Err(fault.exception(py)),
        };
        match context {
            None => Ok(Some(result)),
            Some(context) => Ok(Some(PyTuple::new(py, [result, context.into_bound(py)])?.into_any())),
        }
    }

    /// Shows the collector of garbage the texts, which may refer back to this object.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.texts)
    }

    /// Ends the work. No more results come.
    fn close(&self) -> PyResult<()> {
        if self.process == process::id() {
            self.state()?.stream = None;
        }
        Ok(())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        if self.process != process::id() {
            // The threads are those of the parent.
            let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(state.stream.take());
        }
    }
}
