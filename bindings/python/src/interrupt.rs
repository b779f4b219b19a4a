//! Waits that Ctrl-C ends.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use pyo3::prelude::*;

/// How soon a signal is seen.
const POLL: Duration = Duration::from_millis(50);

/// Waits for a value without holding the interpreter. Returns `None` if none will come.
///
/// # Errors
/// If a signal's handler raises, as that of Ctrl-C does.
pub fn wait<T: Send>(py: Python<'_>, receiver: &mut Receiver<T>) -> PyResult<Option<T>> {
    loop {
        if let Ok(value) = receiver.try_recv() {
            return Ok(Some(value));
        }
        let here = &mut *receiver;
        match py.detach(move || here.recv_timeout(POLL)) {
            Ok(value) => return Ok(Some(value)),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}
