//! The runs: each in a child process, subjects in turns.

use std::io::{self, Write};
use std::process::{Command, ExitStatus};
use std::time::Instant;

use copydesk_child::{Child, Received, report};
use copydesk_core::Document;
use copydesk_pipeline::Runner;
use serde::{Deserialize, Serialize};

use crate::error::{BenchError, BenchErrorKind};
use crate::measure::{exercise, measure};
use crate::sample::{Sample, Subject, Work};

/// The task of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To measure itself.
    Measure,
    /// To be watched by a profiler for some seconds.
    Profile,
}

/// A report of a child.
#[derive(Debug, Serialize, Deserialize)]
enum Event {
    /// The pipeline is loaded.
    Ready,
    /// All is measured.
    Done(Work),
}

/// Does the work of a child: loads the pipeline, reports that, reads the documents, runs, and reports its measurements
/// on `out`, the standard output of the process. The time up to the first report is the start-up.
///
/// # Errors
/// If `load` or `documents` fails, the system gives no threads, or the reader went away.
pub fn perform<R: AsRef<Runner>, E: From<io::Error>>(
    threads: usize,
    task: Task,
    load: impl FnOnce() -> Result<R, E>,
    documents: impl FnOnce() -> Result<Vec<Document>, E>,
    out: &mut dyn Write,
) -> Result<(), E> {
    let loaded = load()?;
    let runner = loaded.as_ref();
    report(out, &Event::Ready)?;
    let documents = documents()?;
    match task {
        Task::Measure => report(out, &Event::Done(measure(runner, &documents, threads)?))?,
        Task::Profile => exercise(runner, &documents, threads)?,
    }
    Ok(())
}

/// Measures each subject `runs` times. `command` makes the command of a child that calls [`perform`] with
/// [`Task::Measure`]. `progress` gets the subject of each run before it starts. Subjects take turns, and each turn
/// begins with another one, so that a busy machine slows all alike. The samples come in the order of the subjects.
///
/// # Errors
/// If a child cannot be started, or ends before it has measured anything.
pub fn run(
    subjects: &[Subject],
    runs: usize,
    command: &dyn Fn(&Subject) -> Command,
    progress: &mut dyn FnMut(&Subject),
) -> Result<Vec<Vec<Sample>>, BenchError> {
    let mut samples = vec![Vec::with_capacity(runs); subjects.len()];
    for turn in 0..runs {
        for step in 0..subjects.len() {
            let at = (turn + step) % subjects.len();
            if let (Some(subject), Some(samples)) = (subjects.get(at), samples.get_mut(at)) {
                progress(subject);
                samples.push(sample(subject, &mut command(subject))?);
            }
        }
    }
    Ok(samples)
}

/// One run of a subject.
fn sample(subject: &Subject, command: &mut Command) -> Result<Sample, BenchError> {
    let start = Instant::now();
    let mut child = Child::start(command)?;
    let mut start_up = None;
    loop {
        match child.receive(None) {
            Received::Event(Event::Ready) => start_up = Some(start.elapsed()),
            Received::Event(Event::Done(work)) => {
                let start_up_seconds = start_up.unwrap_or_default().as_secs_f64();
                // Nothing waits for the end of the process, for example for threads of a library.
                child.kill()?;
                return Ok(Sample { start_up_seconds, work });
            }
            Received::Other(_) => {}
            Received::Closed | Received::Late => {
                let status = child.wait(None)?;
                let why = status.map(|status| died(status, &child.last_words())).unwrap_or_default();
                return Err(BenchError(BenchErrorKind::Child(subject.clone(), why)));
            }
        }
    }
}

/// Returns the reason that a process ended: its message, or its status.
pub(crate) fn died(status: ExitStatus, said: &str) -> String {
    match (status.code(), said) {
        // Its own words, of one of our errors.
        (Some(1..), said) if !said.is_empty() => said.strip_prefix("error: ").unwrap_or(said).to_owned(),
        (_, "") => format!("the process ended early ({status})"),
        (_, said) => format!("the process ended early ({status}): {said}"),
    }
}
