//! Results as an iterator.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use copydesk_core::{Article, Document};
use copydesk_pipeline::Runner;

use crate::run::run;
use crate::{AnalyzeError, AnalyzeOptions, Cancel, InputError};

/// An input of [`crate::Pipeline::analyze_all`]: a text, a document, or an input that could not be read.
///
/// ```
/// use copydesk::{Document, Input};
///
/// let inputs: Vec<Input> = vec!["A text.".into(), Document::new("two", "Another.")?.into()];
/// assert_eq!(inputs.len(), 2);
/// # Ok::<(), copydesk::TextError>(())
/// ```
#[derive(Debug)]
pub struct Input(Kind);

#[derive(Debug)]
enum Kind {
    Text(String),
    Document(Box<Document>),
    Unreadable(InputError),
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Input(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Input(Kind::Text(text))
    }
}

impl From<Document> for Input {
    fn from(document: Document) -> Self {
        Input(Kind::Document(Box::new(document)))
    }
}

impl From<Result<Document, InputError>> for Input {
    fn from(read: Result<Document, InputError>) -> Self {
        match read {
            Ok(document) => document.into(),
            Err(error) => Input(Kind::Unreadable(error)),
        }
    }
}

/// The document of an input; a text's id is the number of the input.
pub(crate) fn number(number: u64, input: Input) -> Result<Document, InputError> {
    match input.0 {
        Kind::Text(text) => {
            let id = number.to_string();
            Document::new(id.as_str(), text).map_err(|error| InputError::text(&id, &error.to_string()))
        }
        Kind::Document(document) => Ok(*document),
        Kind::Unreadable(error) => Err(error),
    }
}

/// The most results that wait to be taken. With so many, the workers do not wait for a consumer who is busy for a
/// moment.
const WAITING: usize = 64;

/// How soon the caller's cancel flag is seen.
const POLL: Duration = Duration::from_millis(20);

/// The articles of [`crate::Pipeline::analyze_all`], in the order of the inputs. It ends after the last input, or when the
/// run is cancelled.
///
/// A panic of the inputs continues in the thread that takes the results. If the iterator is dropped, the run ends.
/// Stages that can be cancelled give up. A thread that waits for an input ends when the input comes.
///
/// ```
/// let mut articles = copydesk::Pipeline::fast()?.analyze_all((0..).map(|n| format!("Ana Ruiz has {n} votes.")));
/// assert_eq!(articles.next().ok_or("no article")??.text(), "Ana Ruiz has 0 votes.");
/// drop(articles);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Articles {
    results: Option<Receiver<Result<Article, AnalyzeError>>>,
    thread: Option<JoinHandle<Result<(), AnalyzeError>>>,
    /// Ends this run. The caller's own flag may serve other runs too.
    stop: Cancel,
    cancel: Option<Cancel>,
    /// An error that takes the place of all results.
    error: Option<AnalyzeError>,
}

impl Articles {
    pub(crate) fn start(
        runner: Arc<Runner>,
        inputs: impl Iterator<Item = Result<Document, InputError>> + Send + 'static,
        options: AnalyzeOptions,
    ) -> Self {
        let (send, results) = sync_channel(WAITING);
        let stop = Cancel::default();
        let cancel = options.cancel.clone();
        let options = AnalyzeOptions { cancel: Some(stop.clone()), ..options };
        let work = move || {
            // Nobody waits for a result if the iterator is gone.
            let mut sink = |result| match send.send(result) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            run(&runner, inputs, &options, &mut sink).map(|_| ()).map_err(AnalyzeError::threads)
        };
        let (thread, error) = match Builder::new().name("articles".into()).spawn(work) {
            Ok(thread) => (Some(thread), None),
            Err(error) => (None, Some(AnalyzeError::threads(error))),
        };
        Articles { results: Some(results), thread, stop, cancel, error }
    }

    /// The next result; nothing if the run has ended.
    fn receive(&mut self) -> Option<Result<Article, AnalyzeError>> {
        let results = self.results.as_ref()?;
        let Some(cancel) = &self.cancel else { return results.recv().ok() };
        loop {
            if cancel.is_cancelled() {
                self.stop.cancel();
                return None;
            }
            match results.recv_timeout(POLL) {
                Ok(result) => return Some(result),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

impl Iterator for Articles {
    type Item = Result<Article, AnalyzeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(result) = self.receive() {
            return Some(result);
        }
        self.results = None;
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        if self.stop.is_cancelled() {
            // A reader may wait for an input that never comes.
            return None;
        }
        match self.thread.take()?.join() {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Err(error)),
            Err(payload) => resume_unwind(payload),
        }
    }
}

impl Drop for Articles {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
