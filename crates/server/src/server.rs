//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use copydesk::formats::{JsonWriter, nearest};
use copydesk::{AnalyzeError, AnalyzeErrorKind, AnalyzeOptions, Article, Cancel, Document};
use tokio::sync::watch;

use crate::Options;
use crate::admission::Admission;
use crate::metrics::Metrics;
use crate::pipelines::{FileState, Pipelines, Served};
use crate::problem::Problem;
use crate::request::{Choice, shown};
use crate::workers::Workers;

/// The state of a server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) pipelines: Pipelines,
    pub(crate) admission: Admission,
    pub(crate) workers: Workers,
    pub(crate) metrics: Metrics,
    /// Set when the server is told to stop.
    pub(crate) stop: watch::Sender<bool>,
    /// Set when requests that go on are given up.
    pub(crate) given_up: AtomicBool,
    /// Bytes of results of batches that their clients have not taken.
    pub(crate) untaken: AtomicUsize,
}

impl State {
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Returns the number of threads that analyze.
    pub(crate) fn threads(&self) -> usize {
        self.options.threads()
    }

    /// Returns the pipeline that a request names.
    ///
    /// # Errors
    /// If there is none of that name.
    fn pipeline(&self, choice: &Choice) -> Result<Arc<Served>, Problem> {
        self.pipelines.get(choice.pipeline.as_deref()).map_err(|names| {
            let wrong = choice.pipeline.as_deref().unwrap_or_default();
            let near = nearest(wrong, &names);
            let near = near.map_or("there".to_owned(), |near| format!("did you mean {near:?}? There"));
            Problem::field(
                "pipeline",
                format!("no pipeline has the name {}; {near} are {}", shown(wrong), names.join(", ")),
            )
        })
    }

    /// Returns the pipeline that a request names, and a writer of the results that it asks for.
    ///
    /// # Errors
    /// As [`State::pipeline`], and if a result has no such part.
    pub(crate) fn writer(&self, choice: &Choice) -> Result<(Arc<Served>, JsonWriter), Problem> {
        let served = self.pipeline(choice)?;
        let parts = served.pipeline.parts(&choice.layers);
        let parts = parts.map_err(|error| Problem::field("layers", error.to_string()))?;
        let writer = served.writer(choice.offsets.unwrap_or_default(), parts);
        Ok((served, writer))
    }

    /// Analyzes a document on this thread, within its time.
    ///
    /// # Errors
    /// If a stage fails, or the time is up.
    pub(crate) fn analyze(
        &self,
        served: &Served,
        document: Document,
        cancel: &Cancel,
    ) -> Result<Article, AnalyzeError> {
        let time_limit = Some(self.options.time_limit);
        let options = AnalyzeOptions { time_limit, cancel: Some(cancel.clone()), ..AnalyzeOptions::default() };
        let (name, bytes, start) = (served.pipeline.name(), document.text().len(), std::time::Instant::now());
        let outcome = served.pipeline.analyze_with(document, &options);
        self.admission.done(bytes, start.elapsed());
        self.metrics.document(name, outcome.as_ref().map(|article| article.tokens().len()).map_err(AnalyzeError::kind));
        outcome
    }

    /// The problem of a document that was not analyzed.
    pub(crate) fn problem(&self, error: &AnalyzeError) -> Problem {
        match error.kind() {
            AnalyzeErrorKind::TimedOut => Problem::time_limit(self.options.time_limit.as_secs_f64(), error.message()),
            AnalyzeErrorKind::Cancelled => Problem::shutting_down(),
            _ => Problem::stage(error.stage(), error.message()),
        }
    }

    /// The problem of a task without a result: it was given up at the end, or it panicked.
    pub(crate) fn lost(&self) -> Problem {
        if self.given_up.load(Ordering::Relaxed) {
            return Problem::shutting_down();
        }
        Problem::stage(None, "the analysis ended without a result; this is an error of the program".to_owned())
    }

    /// Loads pipelines again: those whose files are not as `seen`, or all. Says so in the log.
    pub(crate) fn reload(&self, is_chosen: impl Fn(&Served) -> bool) {
        for reload in self.pipelines.reload(is_chosen) {
            self.metrics.reload(reload.outcome.is_ok());
            match reload.outcome {
                Ok(()) => tracing::info!(pipeline = reload.name, "reloaded"),
                Err(error) => {
                    tracing::error!(pipeline = reload.name, error = %error, "not reloaded; it goes on as it was");
                }
            }
        }
    }

    /// The files of all pipelines, as they are now.
    pub(crate) fn files(&self) -> Vec<FileState> {
        self.pipelines.all().map(|served| FileState::of(&served)).collect()
    }
}
