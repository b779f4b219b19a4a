//! A loaded pipeline: its stages run over one document after another, and each stage's time is kept.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use copydesk_core::{Document, Layer};
use copydesk_loader::{Instance, Plugin, PluginError};
use serde::Serialize;

use crate::outcome::{Failure, StageError, StageErrorKind};
use crate::watch::{Leash, Watch};

/// A pipeline with loaded plugins and models. One instance of each stage serves all threads.
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
    /// A stage of a plugin's instance; `model` is the option of that name.
    pub(crate) fn new(id: String, model: Option<String>, instance: Instance) -> Self {
        Stage { id, model, instance }
    }

    /// The stage's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The instance of its plugin.
    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Returns true if its plugin takes several documents in one call.
    pub(crate) fn batches(&self) -> bool {
        self.instance.plugin().batches()
    }

    /// Annotates one document within the rest of its time, of which it has `spent` some. If it fails, the document
    /// stays as it was.
    pub(crate) fn annotate_within(
        &self,
        document: &mut Document,
        leash: Leash<'_>,
        spent: &mut Duration,
        tally: &mut Tally,
    ) -> Result<(), StageError> {
        if let Some(error) = leash.no_time(*spent, &self.id) {
            return Err(error);
        }
        let work = |cancel: &AtomicBool| self.annotate(document, cancel, tally);
        let (outcome, time, expired) = leash.hold(&[*spent], work);
        *spent += time;
        outcome.map_err(|error| leash.explain(error, expired))
    }

    /// Runs over several documents in one call, as [`Stage::annotate_within`]; as many results, in their order.
    pub(crate) fn annotate_batch_within(
        &self,
        documents: &mut [Document],
        leash: Leash<'_>,
        spent: &mut [Duration],
        tally: &mut Tally,
    ) -> Vec<Result<(), StageError>> {
        let work = |cancel: &AtomicBool| self.annotate_batch(documents, cancel, tally);
        let (outcomes, time, expired) = leash.hold(spent, work);
        if !expired {
            let each = time / u32::try_from(spent.len()).unwrap_or(u32::MAX).max(1);
            spent.iter_mut().for_each(|spent| *spent += each);
            return outcomes;
        }
        // Nobody knows which of them takes so long: each is tried by itself.
        let again =
            |((outcome, document), spent): ((Result<(), StageError>, &mut Document), &mut Duration)| match outcome {
                Err(error) if error.kind == StageErrorKind::Cancelled => {
                    self.annotate_within(document, leash, spent, tally)
                }
                outcome => outcome,
            };
        outcomes.into_iter().zip(documents).zip(spent).map(again).collect()
    }

    /// Runs over one document.
    fn annotate(&self, document: &mut Document, cancel: &AtomicBool, tally: &mut Tally) -> Result<(), StageError> {
        if cancel.load(Ordering::Relaxed) {
            return Err(self.cancelled());
        }
        let rows = self.rows(document);
        let start = Instant::now();
        // The SDK catches panics of plugins. This catches those of the host's own code, so that a mistake there costs
        // one document and not the run.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.instance.annotate(document, cancel)));
        tally.add_time(start);
        match outcome {
            Ok(outcome) => self.count(outcome, document, rows, tally),
            Err(payload) => Err(self.panicked(payload.as_ref(), tally)),
        }
    }

    /// Runs over several documents in one call.
    fn annotate_batch(
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
                let kind = if error.is_cancelled() { StageErrorKind::Cancelled } else { StageErrorKind::Failed };
                Err(StageError { stage: self.id.clone(), message: error.to_string(), kind })
            }
        }
    }

    fn cancelled(&self) -> StageError {
        StageError { stage: self.id.clone(), message: "cancelled".into(), kind: StageErrorKind::Cancelled }
    }

    fn panicked(&self, payload: &(dyn Any + Send), tally: &mut Tally) -> StageError {
        tally.calls += 1;
        tally.failures += 1;
        StageError { stage: self.id.clone(), message: panic_message(payload), kind: StageErrorKind::Failed }
    }

    /// Rows in the layers that the stage makes or adds to.
    fn rows(&self, document: &Document) -> u64 {
        let manifest = self.instance.plugin().manifest();
        let made = manifest.writes.iter().chain(&manifest.appends);
        made.filter_map(|entry| document.layer(&entry.layer)).map(|layer| Layer::len(layer) as u64).sum()
    }
}

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

/// The origin of a document's layers: the pipeline, its plugins and its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The pipeline's name.
    pub pipeline: String,
    /// The version of this program.
    pub copydesk: String,
    /// The hash of the lock file of the run, if there was one.
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
    /// The plugin's id, if it differs from the stage's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The plugin's version.
    pub version: String,
    /// The option `model`, if the plugin has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the licences of the models' training data allow, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

impl Provenance {
    pub(crate) fn new(pipeline: &str, stages: Vec<StageProvenance>) -> Self {
        let copydesk = env!("CARGO_PKG_VERSION").to_owned();
        Provenance { pipeline: pipeline.to_owned(), copydesk, lock: None, stages }
    }
}

impl StageProvenance {
    pub(crate) fn new(id: &str, plugin: &Plugin, model: Option<&str>) -> Self {
        StageProvenance {
            id: id.to_owned(),
            plugin: (plugin.id() != id).then(|| plugin.id().to_owned()),
            version: plugin.version().to_owned(),
            model: model.map(str::to_owned),
            licence: None,
        }
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("no message"))
}

impl AsRef<Runner> for Runner {
    fn as_ref(&self) -> &Runner {
        self
    }
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

    /// Returns the plugins and models that make the layers.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        let stage = |stage: &Stage| StageProvenance::new(&stage.id, stage.instance.plugin(), stage.model.as_deref());
        Provenance::new(&self.name, self.stages.iter().map(stage).collect())
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

    /// Analyzes one document on this thread.
    ///
    /// # Errors
    /// If a stage fails: that stage, and the document as it was before it.
    pub fn annotate(&self, document: Document) -> Result<Document, Box<Failure>> {
        self.annotate_with(document, &AtomicBool::new(false), None)
    }

    /// Analyzes one document on this thread, unless `cancel` is set or it takes longer than `time_limit`: see
    /// [`crate::RunOptions`]. A limit has another thread watch.
    ///
    /// # Errors
    /// As [`Runner::annotate`]; if the system gives no thread to watch, as a failure of the first stage.
    pub fn annotate_with(
        &self,
        document: Document,
        cancel: &AtomicBool,
        time_limit: Option<Duration>,
    ) -> Result<Document, Box<Failure>> {
        let mut document = document;
        let mut tallies = self.tallies();
        let mut work = |leash: Leash<'_>| self.annotate_held(&mut document, leash, &mut tallies);
        let outcome = match time_limit {
            None => work(Leash::without_limit(cancel)),
            Some(limit) => Watch::new(limit, 1).over(cancel, work).unwrap_or_else(|error| {
                let stage = self.stages.first().map(|stage| stage.id.clone()).unwrap_or_default();
                Err(StageError { stage, message: format!("no thread to watch: {error}"), kind: StageErrorKind::Failed })
            }),
        };
        Failure::or(document, outcome)
    }

    pub(crate) fn tallies(&self) -> Tallies<'_> {
        Tallies { runner: self, stages: vec![Tally::default(); self.stages.len()] }
    }

    /// Analyzes one document, which stays as the last successful stage left it.
    pub(crate) fn annotate_held(
        &self,
        document: &mut Document,
        leash: Leash<'_>,
        tallies: &mut Tallies<'_>,
    ) -> Result<(), StageError> {
        let mut spent = Duration::ZERO;
        for (stage, tally) in self.stages.iter().zip(&mut tallies.stages) {
            stage.annotate_within(document, leash, &mut spent, tally)?;
        }
        Ok(())
    }
}
