//! Runs of documents through a loaded pipeline.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use copydesk_core::{Article, Document};
use copydesk_formats::{DocumentError, Duplicate};
use copydesk_pipeline::{RunEnd, RunOptions, RunOutcome, RunSummary, Runner, StageTiming};

use crate::{
    AnalyzeError, AnalyzeErrorKind, AnalyzeOptions, Cancel, InputError, Inputs, OutputError, Results, Summary,
};

/// Runs documents through a runner.
pub(crate) fn run(
    runner: &Runner,
    inputs: impl Iterator<Item = Result<Document, InputError>> + Send,
    options: &AnalyzeOptions,
    sink: &mut impl FnMut(Result<Article, AnalyzeError>) -> ControlFlow<()>,
) -> io::Result<RunSummary> {
    let options = RunOptions {
        threads: options.threads,
        fail_fast: options.fail_fast,
        cancel: options.cancel.as_ref().map(Cancel::flag),
        batch: options.batch,
        time_limit: options.time_limit,
    };
    runner.run(inputs, options, |outcome| {
        sink(match outcome {
            RunOutcome::Done(document) => Article::new(document).map_err(AnalyzeError::from),
            RunOutcome::Failed(failure) => Err(failure.into()),
            RunOutcome::Unreadable(error) => Err(error.into()),
        })
    })
}

/// What happens in a run, for somebody who watches it.
#[derive(Clone, Copy, Debug)]
pub enum RunEvent<'a> {
    /// So many documents are done, those of an interrupted run included.
    Documents(u64),
    /// A file cannot be read, or not to its end.
    File(&'a AnalyzeError),
    /// A note on how the inputs are read, such as the columns that were taken.
    Note(&'a str),
}

/// Why a run did not come to its end.
///
/// ```no_run
/// use copydesk::{AnalyzeOptions, Inputs, Pipeline, Results, ResultsOptions, RunIdentity};
///
/// let inputs = Inputs::new(&["articles/".into()])?;
/// let results = Results::create(Some("out.jsonl".as_ref()), ResultsOptions::default(), RunIdentity::default())?;
/// match Pipeline::news()?.write_all(inputs, results, &AnalyzeOptions::default(), |_| {}) {
///     Ok(summary) => println!("{} documents", summary.documents),
///     Err(error) if error.can_be_resumed() => eprintln!("{error}; --resume continues the run"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RunError {
    reason: Reason,
    /// The counts up to there.
    summary: Box<Summary>,
    resumable: bool,
}

#[derive(Debug)]
enum Reason {
    Threads(io::Error),
    Output(OutputError),
    FailFast,
    Cancelled,
}

impl RunError {
    /// Returns true if the run was to end at the first failure, and a document failed.
    #[must_use]
    pub fn is_fail_fast(&self) -> bool {
        matches!(self.reason, Reason::FailFast)
    }

    /// Returns true if a later run with [`crate::ResultsOptions::resume`] can go on from here.
    #[must_use]
    pub fn can_be_resumed(&self) -> bool {
        self.resumable
    }

    /// Returns the counts up to the end.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Threads(_) => f.write_str("the system gives no threads"),
            Reason::Output(error) => error.fmt(f),
            Reason::FailFast => f.write_str("stopped at the first failure"),
            Reason::Cancelled => f.write_str("the run was cancelled"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Threads(error) => Some(error),
            Reason::Output(error) => error.source(),
            Reason::FailFast | Reason::Cancelled => None,
        }
    }
}

/// The inputs of a run, without those that an interrupted run has done.
fn skip(mut inputs: Inputs, items: u64) -> Inputs {
    for _ in 0..items {
        if inputs.next().is_none() {
            break;
        }
    }
    inputs
}

/// The work since these timings.
fn since(before: &[StageTiming], now: Vec<StageTiming>) -> Vec<StageTiming> {
    let before: HashMap<&str, &StageTiming> = before.iter().map(|timing| (timing.stage.as_str(), timing)).collect();
    let rest = |mut timing: StageTiming| {
        if let Some(before) = before.get(timing.stage.as_str()) {
            timing.calls -= before.calls.min(timing.calls);
            timing.time = timing.time.saturating_sub(before.time);
        }
        timing
    };
    now.into_iter().map(rest).collect()
}

/// Writes the results of a run, and counts.
struct Sink<'s, W> {
    runner: &'s Runner,
    start: Instant,
    /// The work of the stages before the run.
    before: Vec<StageTiming>,
    results: Results,
    /// The counts, without times.
    summary: Summary,
    watch: W,
    notes: &'s crate::InputNotes,
    fail_fast: bool,
    failed: bool,
    error: Option<io::Error>,
}

impl<W: FnMut(RunEvent<'_>)> Sink<'_, W> {
    fn take(&mut self, result: Result<Article, AnalyzeError>) -> ControlFlow<()> {
        for note in self.notes.take() {
            (self.watch)(RunEvent::Note(&note));
            self.summary.notes.push(note);
        }
        let written = self.write(result).and_then(|()| {
            let Sink { results, summary, runner, start, before, .. } = self;
            results.item_done(|| timed(summary, *start, before, runner))
        });
        match written {
            Ok(()) => {
                (self.watch)(RunEvent::Documents(self.summary.documents));
                if self.failed && self.fail_fast { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn write(&mut self, result: Result<Article, AnalyzeError>) -> io::Result<()> {
        let error = match result {
            Ok(article) => {
                self.summary.article(&article);
                return self.results.article(&article);
            }
            Err(error) => error,
        };
        if let Some(duplicate_of) = error.duplicate_of() {
            self.summary.duplicate();
            let (id, duplicate_of) = (error.id().to_owned(), duplicate_of.to_owned());
            return self.results.duplicate(&Duplicate { id, duplicate_of, origin: error.origin() });
        }
        self.failed = true;
        self.summary.error(&error);
        self.results.note_error(&(&error).into())?;
        if error.kind() == AnalyzeErrorKind::File {
            (self.watch)(RunEvent::File(&error));
            return Ok(());
        }
        self.results.error(&DocumentError::from(&error))
    }
}

/// The counts with the times up to now.
fn timed(summary: &Summary, start: Instant, before: &[StageTiming], runner: &Runner) -> Summary {
    let mut summary = summary.clone();
    summary.finish(start.elapsed(), &since(before, runner.timings()));
    summary
}

/// Runs inputs through a runner, and writes the results.
pub(crate) fn write_all(
    runner: &Runner,
    inputs: Inputs,
    mut results: Results,
    options: &AnalyzeOptions,
    watch: impl FnMut(RunEvent<'_>),
) -> Result<Summary, RunError> {
    let summary = results.take_summary();
    let notes = inputs.notes();
    let mut sink = Sink {
        runner,
        start: Instant::now(),
        before: runner.timings(),
        results,
        summary,
        watch,
        notes: &notes,
        fail_fast: options.fail_fast,
        failed: false,
        error: None,
    };
    let wrong =
        |reason, summary: &Summary, resumable| RunError { reason, summary: Box::new(summary.clone()), resumable };
    if !sink.results.is_whole() {
        let inputs = skip(inputs, sink.results.items());
        // Notes of an interrupted run are told again, and counted once.
        sink.summary.notes.clear();
        // The sink ends the run at a failure, but not at a duplicate.
        let options = AnalyzeOptions { fail_fast: false, ..options.clone() };
        let ran = run(runner, inputs, &options, &mut |result| sink.take(result));
        let end = ran.map(|summary| summary.end);
        let Sink { start, before, results, summary, failed, error, fail_fast, .. } = sink;
        let summary = timed(&summary, start, &before, runner);
        if let Some(error) = error {
            let resumable = results.interrupt(&summary, false);
            let reason =
                Reason::Output(OutputError::io(std::path::Path::new("the output"), "cannot be written", error));
            return Err(wrong(reason, &summary, resumable));
        }
        match end {
            Err(error) => return Err(wrong(Reason::Threads(error), &summary, results.interrupt(&summary, true))),
            Ok(RunEnd::Cancelled) => {
                return Err(wrong(Reason::Cancelled, &summary, results.interrupt(&summary, true)));
            }
            Ok(_) if failed && fail_fast => {
                if results.is_file() {
                    // The output stays as it was.
                    return Err(wrong(Reason::FailFast, &summary, false));
                }
                results.finish(&summary).map_err(|error| wrong(Reason::Output(error), &summary, false))?;
                return Err(wrong(Reason::FailFast, &summary, false));
            }
            Ok(_) => {}
        }
        results.finish(&summary).map_err(|error| wrong(Reason::Output(error), &summary, false))?;
        return Ok(summary);
    }
    let Sink { results, summary, .. } = sink;
    results.finish(&summary).map_err(|error| wrong(Reason::Output(error), &summary, true))?;
    Ok(summary)
}
