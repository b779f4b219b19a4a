//! What becomes of outcomes: written in order, failures counted.

use std::io::Write;
use std::ops::ControlFlow;

use copydesk_core::Article;
use copydesk_formats::{DocumentError, DocumentWriter, ReadError};
use copydesk_pipeline::RunOutcome;

use super::inputs::{InputError, Lines};
use super::output::Output;
use super::progress::Progress;
use crate::failure::{Failure, Outcome};
use crate::terminal;

/// Writes outcomes as they come.
pub struct Sink {
    writer: Box<dyn DocumentWriter>,
    output: Output,
    /// Whether each result is sent on at once.
    at_once: bool,
    lines: Lines,
    progress: Progress,
    documents: u64,
    failed: u64,
    first_failure: Option<DocumentError>,
    /// Whether a file could not be read.
    wrong_file: bool,
    error: Option<anyhow::Error>,
}

impl Sink {
    pub fn new(
        writer: Box<dyn DocumentWriter>,
        output: Output,
        at_once: bool,
        lines: Lines,
        progress: Progress,
    ) -> Self {
        Sink {
            writer,
            output,
            at_once,
            lines,
            progress,
            documents: 0,
            failed: 0,
            first_failure: None,
            wrong_file: false,
            error: None,
        }
    }

    /// Writes an outcome; breaks where nothing more can be written.
    pub fn take(&mut self, outcome: RunOutcome<InputError>) -> ControlFlow<()> {
        let line = self.lines.pop();
        let written = match outcome {
            RunOutcome::Unreadable(InputError::File(what)) => {
                self.wrong_file = true;
                self.progress.error(&what);
                return ControlFlow::Continue(());
            }
            RunOutcome::Unreadable(InputError::Document(error)) => self.failed(document_error(&error)),
            RunOutcome::Failed(failure) => self.failed(DocumentError {
                id: failure.document.id().to_owned(),
                stage: Some(failure.error.stage),
                message: failure.error.message,
                line,
            }),
            RunOutcome::Done(document) => match Article::new(document) {
                Ok(article) => self.writer.document(&article, &mut self.output),
                Err(error) => self.failed(DocumentError {
                    id: error.document().id().to_owned(),
                    stage: None,
                    message: error.to_string(),
                    line,
                }),
            },
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

    /// Ends the output and says how the run went.
    pub fn finish(mut self, stopped: bool) -> Result<Outcome, Failure> {
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
            terminal::error(&format!("{count} could not be analysed; the first: {place}: {}", first.message));
        }
        Ok(match (self.wrong_file, self.failed) {
            (true, _) => Outcome::Wrong,
            (false, 0) => Outcome::Done,
            (false, _) => Outcome::SomeFailed,
        })
    }
}

fn document_error(error: &ReadError) -> DocumentError {
    DocumentError { id: error.id().to_owned(), stage: None, message: error.message().to_owned(), line: error.line() }
}
