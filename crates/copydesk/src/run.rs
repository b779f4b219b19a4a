//! A run of documents through a loaded pipeline, whose results are articles.

use std::io;
use std::ops::ControlFlow;

use copydesk_core::{Article, Document};
use copydesk_pipeline::{RunOptions, RunOutcome, RunSummary, Runner};

use crate::{AnalyzeError, AnalyzeOptions, Cancel, InputError};

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
