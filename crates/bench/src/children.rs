//! The runs: each in a child process, subjects in turns.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_core::Document;
use copydesk_pipeline::Runner;
use serde::{Deserialize, Serialize};

use crate::error::{BenchError, BenchErrorKind};
use crate::measure::{exercise, measure};
use crate::sample::{Sample, Subject, Work};

/// What a child is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To measure itself.
    Measure,
    /// To be watched by a profiler for some seconds.
    Profile,
}

/// What a child says on its standard output, a line each after [`MARK`]; whatever else stands there is a plugin's.
#[derive(Debug, Serialize, Deserialize)]
enum Event {
    /// The pipeline is loaded.
    Ready,
    /// All is measured.
    Done(Work),
}

/// What an event's line begins with.
const MARK: &str = "copydesk-bench: ";

/// Bytes of a child's standard error that are kept, the last of them: enough for the reason of an abort.
const TAIL: usize = 4096;

/// Does the work of a child: loads the pipeline, says so, reads the documents, runs, and says what it measured on
/// `out`, the standard output of the process. The time up to the first of these is the start-up.
///
/// # Errors
/// Those of `load` and `documents`, where the system gives no threads, and where nobody listens any more.
pub fn perform<E: From<io::Error>>(
    threads: usize,
    task: Task,
    load: impl FnOnce() -> Result<Runner, E>,
    documents: impl FnOnce() -> Result<Vec<Document>, E>,
    out: &mut dyn Write,
) -> Result<(), E> {
    let runner = load()?;
    say(out, &Event::Ready)?;
    let documents = documents()?;
    match task {
        Task::Measure => say(out, &Event::Done(measure(&runner, &documents, threads)?))?,
        Task::Profile => exercise(&runner, &documents, threads)?,
    }
    Ok(())
}

fn say(out: &mut dyn Write, event: &Event) -> io::Result<()> {
    // A line of its own, whatever a plugin left on the one before.
    writeln!(out, "\n{MARK}{}", serde_json::to_string(event)?)?;
    out.flush()
}

/// Measures each subject `runs` times. `command` makes the command of a child that calls [`perform`] with
/// [`Task::Measure`]; `progress` is told the subject of each run before it starts. Subjects take turns, and each turn
/// begins with another one, so that what disturbs the machine for a while disturbs all alike. The samples of each
/// subject come in the order of the subjects.
///
/// # Errors
/// Where a child cannot be started, or ends before it has measured anything.
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
    let mut child = Running::start(command)?;
    let mut start_up = None;
    loop {
        match child.event()? {
            Some(Event::Ready) => start_up = Some(start.elapsed()),
            Some(Event::Done(work)) => {
                let start_up_seconds = start_up.unwrap_or_default().as_secs_f64();
                // What the process does when it ends, such as what a library left behind, is waited for by nobody.
                child.kill()?;
                return Ok(Sample { start_up_seconds, work });
            }
            None => {
                let status = child.child.wait()?;
                return Err(BenchError(BenchErrorKind::Child(subject.clone(), died(status, &child.said()))));
            }
        }
    }
}

/// Why a process ended: what it said, or how.
pub(crate) fn died(status: ExitStatus, said: &str) -> String {
    match (status.code(), said) {
        // Its own words, of one of our errors.
        (Some(1..), said) if !said.is_empty() => said.strip_prefix("error: ").unwrap_or(said).to_owned(),
        (_, "") => format!("the process ended early ({status})"),
        (_, said) => format!("the process ended early ({status}): {said}"),
    }
}

/// The last line of what a process wrote on standard error.
pub(crate) fn last_line(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// A child that runs, and the thread that reads its standard error.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    errors: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (Some(stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("a child process has no output"));
        };
        let (said, errors) = channel();
        thread::spawn(move || {
            let (mut tail, mut buffer) = (Vec::new(), [0; TAIL]);
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                tail.extend_from_slice(buffer.get(..count).unwrap_or_default());
                let surplus = tail.len().saturating_sub(TAIL);
                tail.drain(..surplus);
            }
            // Nobody waits for it where all went well.
            let _ = said.send(last_line(&tail));
        });
        Ok(Running { child, lines: BufReader::new(stdout), errors })
    }

    /// The next event, or `None` where the child has closed its output.
    fn event(&mut self) -> io::Result<Option<Event>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            // A plugin that writes one endless line must not fill the memory; events are short.
            if self.lines.by_ref().take(1 << 20).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let text = String::from_utf8_lossy(&line);
            let event = text.trim_end().strip_prefix(MARK).and_then(|event| serde_json::from_str(event).ok());
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// The last line of its standard error. Once the child has ended.
    fn said(&self) -> String {
        // A process that a plugin started may keep the pipe open.
        self.errors.recv_timeout(Duration::from_secs(1)).unwrap_or_default()
    }

    fn kill(&mut self) -> io::Result<()> {
        // It may have ended by itself meanwhile.
        let _ = self.child.kill();
        self.child.wait().map(|_| ())
    }
}

impl Drop for Running {
    /// No child goes on running where a report could not be read.
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
