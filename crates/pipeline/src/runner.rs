//! A loaded pipeline: its stages run over one document after another, and each stage's time is kept.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use copydesk_core::{Document, Layer};
use copydesk_loader::{Instance, PluginError};
use serde::Serialize;
use serde_json::Value;

use crate::checked::CheckedStage;

/// A pipeline whose plugins and models are loaded. One instance of each stage serves all threads.
#[derive(Debug)]
pub struct Runner {
    name: String,
    pub(crate) stages: Vec<Stage>,
    totals: Vec<Totals>,
}

/// A stage ready to run.
#[derive(Debug)]
pub(crate) struct Stage {
    id: String,
    model: Option<String>,
    instance: Instance,
}

impl Stage {
    pub(crate) fn new(stage: &CheckedStage, instance: Instance) -> Self {
        let model = stage.config().get("model").and_then(Value::as_str).map(str::to_owned);
        Stage { id: stage.id().to_owned(), model, instance }
    }

    /// The stage's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What was made of its plugin.
    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Whether its plugin takes several documents in one call.
    pub(crate) fn batches(&self) -> bool {
        self.instance.plugin().batches()
    }

    /// Runs over one document, which stays as it was where that fails.
    pub(crate) fn annotate(
        &self,
        document: &mut Document,
        cancel: &AtomicBool,
        tally: &mut Tally,
    ) -> Result<(), StageError> {
        if cancel.load(Ordering::Relaxed) {
            return Err(self.cancelled());
        }
        let rows = self.rows(document);
        let start = Instant::now();
        // The SDK catches panics of plugins; this one is for the host's own code, so that a mistake there
        // costs one document and not the run.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.instance.annotate(document, cancel)));
        tally.add_time(start);
        match outcome {
            Ok(outcome) => self.count(outcome, document, rows, tally),
            Err(payload) => Err(self.panicked(payload.as_ref(), tally)),
        }
    }

    /// Runs over several documents in one call; as many results, in their order.
    pub(crate) fn annotate_batch(
        &self,
        documents: &mut [Document],
        cancel: &AtomicBool,
        tally: &mut Tally,
    ) -> Vec<Result<(), StageError>> {
        if cancel.load(Ordering::Relaxed) {
            return documents.iter().map(|_| Err(self.cancelled())).collect();
        }
        let rows: Vec<u64> = documents.iter().map(|document| self.rows(document)).collect();
        let start = Instant::now();
        // As above, except that a mistake of the host costs the batch.
        let outcomes = catch_unwind(AssertUnwindSafe(|| self.instance.annotate_batch(documents, cancel)));
        tally.add_time(start);
        match outcomes {
            Ok(outcomes) => outcomes
                .into_iter()
                .zip(documents.iter().zip(rows))
                .map(|(outcome, (document, rows))| self.count(outcome, document, rows, tally))
                .collect(),
            Err(payload) => documents.iter().map(|_| Err(self.panicked(payload.as_ref(), tally))).collect(),
        }
    }

    /// Counts a call over a document that had this many rows before.
    fn count(
        &self,
        outcome: Result<(), PluginError>,
        document: &Document,
        rows: u64,
        tally: &mut Tally,
    ) -> Result<(), StageError> {
        tally.calls += 1;
        match outcome {
            Ok(()) => {
                tally.rows += self.rows(document).saturating_sub(rows);
                Ok(())
            }
            Err(error) => {
                tally.failures += 1;
                let (message, cancelled) = (error.to_string(), error.is_cancelled());
                Err(StageError { stage: self.id.clone(), message, cancelled })
            }
        }
    }

    fn cancelled(&self) -> StageError {
        StageError { stage: self.id.clone(), message: "cancelled".into(), cancelled: true }
    }

    fn panicked(&self, payload: &(dyn Any + Send), tally: &mut Tally) -> StageError {
        tally.calls += 1;
        tally.failures += 1;
        StageError { stage: self.id.clone(), message: panic_message(payload), cancelled: false }
    }

    /// Rows in the layers that the stage makes or adds to.
    fn rows(&self, document: &Document) -> u64 {
        let manifest = self.instance.plugin().manifest();
        let made = manifest.writes.iter().chain(&manifest.appends);
        made.filter_map(|entry| document.layer(&entry.layer)).map(|layer| Layer::len(layer) as u64).sum()
    }
}

/// Why a stage gave nothing for a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageError {
    /// The stage's id.
    pub stage: String,
    /// What the plugin said, or why its rows were refused.
    pub message: String,
    /// Whether the stage stopped because the run was cancelled.
    #[serde(skip)]
    pub cancelled: bool,
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stage {:?}: {}", self.stage, self.message)
    }
}

impl std::error::Error for StageError {}

/// A document that could not be analysed to the end.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The document as the last successful stage left it.
    pub document: Document,
    /// What went wrong.
    pub error: StageError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {:?}: {}", self.document.id(), self.error)
    }
}

impl std::error::Error for Failure {}

/// The work of one stage so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageTiming {
    /// The stage's id.
    pub stage: String,
    /// Documents it was given.
    pub calls: u64,
    /// How many of them failed in it.
    pub failures: u64,
    /// Rows it made.
    pub rows: u64,
    /// Time spent in it, summed over threads.
    #[serde(rename = "nanoseconds", serialize_with = "as_nanoseconds")]
    pub time: Duration,
}

fn as_nanoseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

#[derive(Debug, Default)]
struct Totals {
    calls: AtomicU64,
    failures: AtomicU64,
    rows: AtomicU64,
    nanoseconds: AtomicU64,
}

/// The work of one stage that is not yet in the totals.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    calls: u64,
    failures: u64,
    rows: u64,
    nanoseconds: u64,
}

impl Tally {
    fn add_time(&mut self, start: Instant) {
        self.nanoseconds += u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    }
}

/// A thread's own sums, one a stage: threads that add to one counter for each small document would wait
/// for each other. They join the totals when the value is dropped or flushed.
pub(crate) struct Tallies<'r> {
    runner: &'r Runner,
    pub(crate) stages: Vec<Tally>,
}

impl Tallies<'_> {
    pub(crate) fn flush(&mut self) {
        for (tally, totals) in self.stages.iter_mut().zip(&self.runner.totals) {
            let Tally { calls, failures, rows, nanoseconds } = std::mem::take(tally);
            if calls > 0 {
                totals.calls.fetch_add(calls, Ordering::Relaxed);
                totals.failures.fetch_add(failures, Ordering::Relaxed);
                totals.rows.fetch_add(rows, Ordering::Relaxed);
                totals.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Tallies<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Which pipeline made a document's layers, with which plugins and models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The pipeline's name.
    pub pipeline: String,
    /// The version of this program.
    pub copydesk: String,
    /// The hash of the lock file that the run was held to, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// The stages.
    pub stages: Vec<StageProvenance>,
}

/// One stage of a [`Provenance`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageProvenance {
    /// The stage's id.
    pub id: String,
    /// The plugin's id, where it is not the stage's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The plugin's version.
    pub version: String,
    /// The option `model`, where the plugin has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("no message"))
}

impl Runner {
    pub(crate) fn new(name: String, stages: Vec<Stage>) -> Self {
        let totals = stages.iter().map(|_| Totals::default()).collect();
        Runner { name, stages, totals }
    }

    /// The pipeline's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stages' instances, in order.
    pub fn instances(&self) -> impl ExactSizeIterator<Item = (&str, &Instance)> {
        self.stages.iter().map(|stage| (stage.id.as_str(), &stage.instance))
    }

    /// Which plugins and models make the layers.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        let stage = |stage: &Stage| {
            let plugin = stage.instance.plugin();
            StageProvenance {
                id: stage.id.clone(),
                plugin: (plugin.id() != stage.id).then(|| plugin.id().to_owned()),
                version: plugin.version().to_owned(),
                model: stage.model.clone(),
            }
        };
        Provenance {
            pipeline: self.name.clone(),
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            lock: None,
            stages: self.stages.iter().map(stage).collect(),
        }
    }

    /// Documents, rows and time of each stage since the runner was made.
    #[must_use]
    pub fn timings(&self) -> Vec<StageTiming> {
        let timing = |(stage, totals): (&Stage, &Totals)| StageTiming {
            stage: stage.id.clone(),
            calls: totals.calls.load(Ordering::Relaxed),
            failures: totals.failures.load(Ordering::Relaxed),
            rows: totals.rows.load(Ordering::Relaxed),
            time: Duration::from_nanos(totals.nanoseconds.load(Ordering::Relaxed)),
        };
        self.stages.iter().zip(&self.totals).map(timing).collect()
    }

    /// Analyses one document on this thread.
    ///
    /// # Errors
    /// The stage that failed, and the document as it was before that stage.
    pub fn annotate(&self, document: Document) -> Result<Document, Box<Failure>> {
        self.annotate_with(document, &AtomicBool::new(false), &mut self.tallies())
    }

    pub(crate) fn tallies(&self) -> Tallies<'_> {
        Tallies { runner: self, stages: vec![Tally::default(); self.stages.len()] }
    }

    pub(crate) fn annotate_with(
        &self,
        mut document: Document,
        cancel: &AtomicBool,
        tallies: &mut Tallies<'_>,
    ) -> Result<Document, Box<Failure>> {
        for (stage, tally) in self.stages.iter().zip(&mut tallies.stages) {
            if let Err(error) = stage.annotate(&mut document, cancel, tally) {
                return Err(Box::new(Failure { document, error }));
            }
        }
        Ok(document)
    }
}
