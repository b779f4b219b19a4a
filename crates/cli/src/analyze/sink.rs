//! Writes results in order, and counts failures.

use std::io::Write;
use std::ops::ControlFlow;

use copydesk::formats::{DocumentError, DocumentWriter};
use copydesk::{AnalyzeError, AnalyzeErrorKind, Article, Output};

use super::progress::Progress;
use crate::failure::{ExitOutcome, Failure};
use crate::terminal;

/// Writes results as they come.
pub struct Sink {
    writer: Box<dyn DocumentWriter>,
    output: Output,
    /// True if each result is sent on at once.
    at_once: bool,
    progress: Progress,
    documents: u64,
    failed: u64,
    first_failure: Option<DocumentError>,
    /// True if a file could not be read.
    wrong_file: bool,
    error: Option<anyhow::Error>,
}

impl Sink {
    pub fn new(writer: Box<dyn DocumentWriter>, output: Output, at_once: bool, progress: Progress) -> Self {
        Sink {
            writer,
            output,
            at_once,
            progress,
            documents: 0,
            failed: 0,
            first_failure: None,
            wrong_file: false,
            error: None,
        }
    }

    /// Writes a result. Breaks if nothing more can be written.
    pub fn take(&mut self, result: Result<Article, AnalyzeError>) -> ControlFlow<()> {
        let written = match result {
            Ok(article) => self.writer.document(&article, &mut self.output),
            Err(error) if error.kind() == AnalyzeErrorKind::File => {
                self.wrong_file = true;
                self.progress.error(&error.to_string());
                return ControlFlow::Continue(());
            }
            Err(error) => self.failed((&error).into()),
        };
        self.documents += 1;
        self.progress.documents(self.documents);
        match written.and_then(|()| if self.at_once { self.output.flush() } else { Ok(()) }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error.into());
                ControlFlow::Break(())
            }
        }
    }

    fn failed(&mut self, error: DocumentError) -> std::io::Result<()> {
        self.failed += 1;
        let written = self.writer.error(&error, &mut self.output);
        self.first_failure.get_or_insert(error);
        written
    }

    /// Ends the output and reports the outcome.
    pub fn finish(mut self, stopped: bool) -> Result<ExitOutcome, Failure> {
        if let Some(error) = self.error.take() {
            return Err(error.context("the output cannot be written").into());
        }
        if stopped && self.output.is_file() {
            terminal::error("stopped at the first failure; the output file is left as it was");
        } else {
            self.writer.finish(&mut self.output)?;
            self.output.finish()?;
        }
        if let Some(first) = &self.first_failure {
            let mut place = first.id.clone();
            if let Some(line) = first.line {
                place = format!("{place} (line {line})");
            }
            if let Some(stage) = &first.stage {
                place = format!("{place}, stage {stage}");
            }
            let (failed, documents) = (self.failed, self.documents);
            let count =
                if documents == 1 { "the document".into() } else { format!("{failed} of {documents} documents") };
            terminal::error(&format!("{count} could not be analyzed; the first: {place}: {}", first.message));
        }
        Ok(match (self.wrong_file, self.failed) {
            (true, _) => ExitOutcome::Wrong,
            (false, 0) => ExitOutcome::Done,
            (false, _) => ExitOutcome::SomeFailed,
        })
    }
}
