//! Many documents through a pipeline, in their order. The caller's thread alone takes inputs from Python.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use copydesk::{AnalyzeError, AnalyzeOptions, Article, Cancel, Document, Pipeline};
use pyo3::prelude::*;

use crate::fault::{Fault, mistake};
use crate::interrupt::wait;

/// Documents under way for each thread, and bytes of text under way for all. These are those of the library's own runs. A
/// stage that batches needs less.
const DOCUMENTS_A_THREAD: usize = 128;
const BYTES: usize = 32 << 20;

/// A longer text is analyzed on another thread, so that Ctrl-C need not wait for it. The work on a shorter one takes some
/// milliseconds with `fast`, and some tenths of a second with `news`.
const LONG: usize = 8 << 10;

/// The stack of a thread that analyzes, as large as a main thread's.
const STACK: usize = 8 << 20;

/// An input: a document or why it is none, and what the caller keeps with it.
pub type Entry<C> = (Result<Document, Fault>, C);

/// A result: an article or why there is none, and what the caller keeps with it.
pub type Outcome<C> = (Result<Article, Fault>, C);

/// Documents on their way through a pipeline.
#[derive(Debug)]
pub struct Stream<C> {
    pipeline: Pipeline,
    options: AnalyzeOptions,
    /// Threads that analyze, unless the caller's does.
    flow: Option<Flow>,
    /// Inputs that were taken and have not been handed out.
    slots: VecDeque<Slot<C>>,
    bytes: usize,
    ended: bool,
    /// The error of the inputs themselves, which comes after the results of those before it.
    broken: Option<PyErr>,
}

#[derive(Debug)]
struct Slot<C> {
    bytes: usize,
    fault: Option<Fault>,
    context: C,
}

#[derive(Debug)]
struct Flow {
    documents: Option<Sender<Document>>,
    results: Receiver<Result<Article, AnalyzeError>>,
    most: usize,
}

impl<C> Stream<C> {
    /// Returns a stream. With one thread, the caller's thread analyzes and no input is taken ahead.
    pub fn new(pipeline: Pipeline, options: AnalyzeOptions) -> PyResult<Self> {
        let options = AnalyzeOptions { cancel: Some(Cancel::default()), ..options };
        let batches = pipeline.runner().instances().any(|(_, instance)| instance.plugin().batches());
        let flow = match options.threads {
            1 if !batches => None,
            _ => Some(Flow::start(&pipeline, &options)?),
        };
        Ok(Stream { pipeline, options, flow, slots: VecDeque::new(), bytes: 0, ended: false, broken: None })
    }

    /// Returns the next result, or `None` at the end. `take` gives the next input.
    ///
    /// # Errors
    /// If `take` fails: its error, after all results of inputs before. If a signal's handler raises: the stream then ends.
    pub fn next(
        &mut self,
        py: Python<'_>,
        mut take: impl FnMut() -> PyResult<Option<Entry<C>>>,
    ) -> PyResult<Option<Outcome<C>>> {
        if self.flow.is_none() {
            let Some((document, context)) = take()? else { return Ok(None) };
            let article = match document {
                Ok(document) => analyze(py, &self.pipeline, document, &self.options)?.map_err(Fault::from),
                Err(fault) => Err(fault),
            };
            return Ok(Some((article, context)));
        }
        loop {
            if self.slots.front().is_some_and(|slot| slot.fault.is_some()) {
                let slot = self.slots.pop_front();
                return Ok(slot.and_then(|slot| Some((Err(slot.fault?), slot.context))));
            }
            let Some(flow) = &mut self.flow else { return Ok(None) };
            if !self.slots.is_empty()
                && let Ok(result) = flow.results.try_recv()
            {
                return Ok(self.outcome(result));
            }
            let has_room = self.slots.len() < flow.most && (self.bytes < BYTES || self.slots.is_empty());
            if !self.ended && has_room {
                match take() {
                    Ok(Some(input)) => self.put(input),
                    Ok(None) => self.end(),
                    Err(error) => {
                        self.broken = Some(error);
                        self.end();
                    }
                }
                continue;
            }
            if self.slots.is_empty() {
                return self.broken.take().map_or(Ok(None), Err);
            }
            match wait(py, &mut flow.results) {
                Ok(Some(result)) => return Ok(self.outcome(result)),
                Ok(None) => {
                    self.stop();
                    return Err(mistake("the threads that analyze have ended early"));
                }
                Err(error) => {
                    self.stop();
                    return Err(error);
                }
            }
        }
    }

    /// Ends the stream. What is under way is dropped.
    pub fn stop(&mut self) {
        if let Some(cancel) = &self.options.cancel {
            cancel.cancel();
        }
        self.slots.clear();
        self.end();
    }

    fn end(&mut self) {
        self.ended = true;
        if let Some(flow) = &mut self.flow {
            flow.documents = None;
        }
    }

    fn put(&mut self, (document, context): Entry<C>) {
        let (mut bytes, mut fault) = (0, None);
        match document {
            Ok(document) => {
                bytes = document.text().len();
                if let Some(documents) = self.flow.as_ref().and_then(|flow| flow.documents.as_ref()) {
                    // The other end is gone only if its thread is; then no result comes.
                    let _ = documents.send(document);
                }
            }
            Err(error) => fault = Some(error),
        }
        self.bytes += bytes;
        self.slots.push_back(Slot { bytes, fault, context });
    }

    /// Joins a result to its input.
    fn outcome(&mut self, result: Result<Article, AnalyzeError>) -> Option<Outcome<C>> {
        let slot = self.slots.pop_front()?;
        self.bytes -= slot.bytes;
        Some((result.map_err(Fault::from), slot.context))
    }
}

impl<C> Drop for Stream<C> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Flow {
    fn start(pipeline: &Pipeline, options: &AnalyzeOptions) -> PyResult<Self> {
        let threads = match options.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let (documents, inputs) = channel::<Document>();
        let (send, results) = channel();
        let (pipeline, options) = (pipeline.clone(), options.clone());
        let work = move || {
            // Nobody waits for a result if the stream is gone.
            let _ = pipeline.run(inputs, &options, |result| match send.send(result) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            });
        };
        thread::Builder::new().name("copydesk".into()).stack_size(STACK).spawn(work)?;
        Ok(Flow { documents: Some(documents), results, most: threads.saturating_mul(DOCUMENTS_A_THREAD) })
    }
}

/// Analyzes one document without holding the interpreter.
///
/// # Errors
/// If a signal's handler raises. The work then ends by itself.
pub fn analyze(
    py: Python<'_>,
    pipeline: &Pipeline,
    document: Document,
    options: &AnalyzeOptions,
) -> PyResult<Result<Article, AnalyzeError>> {
    if document.text().len() <= LONG {
        return Ok(py.detach(|| match options.time_limit {
            None => pipeline.analyze_document(document),
            Some(_) => pipeline.analyze_with(document, options),
        }));
    }
    let cancel = Cancel::default();
    let own = AnalyzeOptions { cancel: Some(cancel.clone()), ..options.clone() };
    let (send, mut results) = channel();
    let pipeline = pipeline.clone();
    let work = move || {
        let _ = send.send(pipeline.analyze_with(document, &own));
    };
    thread::Builder::new().name("copydesk".into()).stack_size(STACK).spawn(work)?;
    match wait(py, &mut results) {
        Ok(Some(result)) => Ok(result),
        Ok(None) => Err(mistake("the thread that analyzes has ended early")),
        Err(error) => {
            cancel.cancel();
            Err(error)
        }
    }
}
