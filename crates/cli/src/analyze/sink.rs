//! What becomes of outcomes: written in order, failures counted.

use std::io::Write;
use std::ops::ControlFlow;

use copydesk_core::OffsetUnit;
use copydesk_formats::{DocumentError, JsonWriter, Parts, ReadError, View};
use copydesk_pipeline::{Provenance, RunOutcome};

use super::inputs::{InputError, Lines};
use super::output::Output;
use super::progress::Progress;
use crate::failure::{Failure, Outcome};
use crate::terminal;

/// How results are written.
pub enum Writer {
    Json(JsonWriter),
    View(View),
}

impl Writer {
    pub fn json(unit: OffsetUnit, parts: Parts, provenance: &Provenance) -> Self {
        Writer::Json(JsonWriter::new(unit, parts, provenance))
    }

    pub fn view(width: usize, color: bool) -> Self {
        Writer::View(View::new(width, color))
    }
}

/// Writes outcomes as they come.
pub struct Sink {
    writer: Writer,
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
    buffer: Vec<u8>,
    page: String,
}

/// A buffer that one huge result made larger than this is given back.
const KEPT: usize = 16 << 20;

impl Sink {
    pub fn new(writer: Writer, output: Output, at_once: bool, lines: Lines, progress: Progress) -> Self {
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
            buffer: Vec::new(),
            page: String::new(),
        }
    }

    /// Writes an outcome; breaks where nothing more can be written.
    pub fn take(&mut self, outcome: RunOutcome<InputError>) -> ControlFlow<()> {
        let line = self.lines.pop();
        match outcome {
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
            RunOutcome::Done(document) => match &self.writer {
                Writer::Json(writer) => writer.document(&document, &mut self.buffer),
                Writer::View(view) => view.document(&document, &mut self.page),
            },
        }
        self.documents += 1;
        self.progress.documents(self.documents);
        match self.write() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error.into());
                ControlFlow::Break(())
            }
        }
    }

    fn failed(&mut self, error: DocumentError) {
        self.failed += 1;
        match &self.writer {
            Writer::Json(writer) => writer.error(&error, &mut self.buffer),
            Writer::View(view) => view.error(&error, &mut self.page),
        }
        self.first_failure.get_or_insert(error);
    }

    fn write(&mut self) -> std::io::Result<()> {
        self.output.write_all(&self.buffer)?;
        self.output.write_all(self.page.as_bytes())?;
        self.buffer.clear();
        self.page.clear();
        self.buffer.shrink_to(KEPT);
        self.page.shrink_to(KEPT);
        if self.at_once { self.output.flush() } else { Ok(()) }
    }

    /// Ends the output and says how the run went.
    pub fn finish(mut self, stopped: bool) -> Result<Outcome, Failure> {
        if let Some(error) = self.error.take() {
            return Err(error.context("the output cannot be written").into());
        }
        if stopped && self.output.is_file() {
            terminal::error("stopped at the first failure; the output file is left as it was");
        } else {
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
