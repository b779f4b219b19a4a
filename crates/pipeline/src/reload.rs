//! A pipeline that is exchanged while it runs: each document is wholly the work of one version.

use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use copydesk_core::Document;

use crate::checked::CheckedPipeline;
use crate::fault::Faults;
use crate::outcome::{Failure, RunEnd, RunOutcome, RunSummary};
use crate::run::RunOptions;
use crate::runner::Runner;

/// A [`Runner`] that can be replaced from any thread, while documents are analyzed.
///
/// ```no_run
/// # use std::path::Path;
/// # use copydesk_loader::{Registry, SearchPath};
/// # use copydesk_pipeline::{PipelineSource, Reloadable};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let registry = Registry::new(&[], SearchPath::new(Vec::new()))?;
/// let file = Path::new("desk.toml");
/// let pipeline = Reloadable::new(PipelineSource::read(file)?.check(&registry)?.load()?);
/// // Later, on whichever thread sees that the file changed:
/// let taken = PipelineSource::read(file)?.check(&registry).and_then(|checked| pipeline.reload(&checked));
/// if let Err(faults) = taken {
///     eprintln!("{faults}\nthe pipeline goes on as it was");
/// }
/// # Ok(())
/// # }
/// ```
///
/// Models are read again, and plugins are looked for again. A library that this process has opened keeps its code until
/// the process ends, even if its file is replaced. So give a new build a new name, or isolate the plugin.
///
/// `R` is the runner itself, or something that holds one, such as a pipeline of the library.
#[derive(Debug)]
pub struct Reloadable<R = Runner> {
    current: RwLock<Arc<R>>,
    /// Counts exchanges, so that streams see them without the lock.
    version: AtomicU64,
    /// Held while a pipeline is loaded: of two reloads, the one that was asked for later stays.
    loading: Mutex<()>,
}

impl Reloadable {
    /// Loads a pipeline and puts it in place, as [`Reloadable::replace_with`].
    ///
    /// # Errors
    /// As [`CheckedPipeline::load`]; the old pipeline stays.
    pub fn reload(&self, pipeline: &CheckedPipeline) -> Result<(), Faults> {
        self.replace_with(|| pipeline.load())
    }
}

impl<R: AsRef<Runner> + Send + Sync> Reloadable<R> {
    /// A pipeline that begins as this one.
    #[must_use]
    pub fn new(runner: R) -> Self {
        Reloadable { current: RwLock::new(Arc::new(runner)), version: AtomicU64::new(0), loading: Mutex::new(()) }
    }

    /// Returns the current pipeline. The caller's pipeline does not change, and its provenance is that of the documents
    /// it analyzes.
    #[must_use]
    pub fn current(&self) -> Arc<R> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts what `load` returns in place. Documents on the way finish on the old pipeline, which is dropped after the
    /// last of them. Of two calls at once, one waits for the other.
    ///
    /// # Errors
    /// That of `load`; the old pipeline stays.
    pub fn replace_with<E>(&self, load: impl FnOnce() -> Result<R, E>) -> Result<(), E> {
        let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        let runner = Arc::new(load()?);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *current, runner);
        self.version.fetch_add(1, Ordering::Release);
        drop(current);
        // Models may take their time to go; nobody should wait for the lock meanwhile.
        drop(old);
        Ok(())
    }

    /// Analyzes one document on this thread.
    ///
    /// # Errors
    /// As [`Runner::annotate`].
    pub fn annotate(&self, document: Document) -> Result<Document, Box<Failure>> {
        (*self.current()).as_ref().annotate(document)
    }

    /// Analyzes a stream as [`Runner::run`] does, from some document on with the pipeline that was put in place
    /// meanwhile. `sink` is also given the pipeline that an outcome is the work of. Documents that have been read
    /// before a change, some hundred a thread at most, finish on the old pipeline.
    ///
    /// # Errors
    /// As [`Runner::run`].
    pub fn run<E: Send>(
        &self,
        inputs: impl Iterator<Item = Result<Document, E>> + Send,
        options: RunOptions<'_>,
        mut sink: impl FnMut(&Arc<R>, RunOutcome<E>) -> ControlFlow<()>,
    ) -> io::Result<RunSummary> {
        let mut rest = Rest { inputs, held: None, ended: false };
        let mut total = RunSummary { done: 0, failed: 0, unreadable: 0, end: RunEnd::Complete };
        loop {
            // In this order: a change between the two is seen as one after them.
            let version = self.version.load(Ordering::Acquire);
            let runner = self.current();
            let inputs = UntilChange { rest: &mut rest, version, pipeline: self };
            let summary = (*runner).as_ref().run(inputs, options, |outcome| sink(&runner, outcome))?;
            total.done += summary.done;
            total.failed += summary.failed;
            total.unreadable += summary.unreadable;
            total.end = summary.end;
            if summary.end != RunEnd::Complete || rest.ended {
                return Ok(total);
            }
        }
    }

    fn is_changed(&self, version: u64) -> bool {
        self.version.load(Ordering::Acquire) != version
    }
}

/// The inputs that no version has taken yet.
struct Rest<I: Iterator> {
    inputs: I,
    /// An input that came just after the pipeline had changed.
    held: Option<I::Item>,
    ended: bool,
}

/// The inputs up to the next change of the pipeline.
struct UntilChange<'a, I: Iterator, R> {
    rest: &'a mut Rest<I>,
    version: u64,
    pipeline: &'a Reloadable<R>,
}

impl<I: Iterator, R: AsRef<Runner> + Send + Sync> Iterator for UntilChange<'_, I, R> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        if self.rest.ended || self.pipeline.is_changed(self.version) {
            return None;
        }
        if let Some(held) = self.rest.held.take() {
            return Some(held);
        }
        match self.rest.inputs.next() {
            None => {
                self.rest.ended = true;
                None
            }
            // The wait for it may have been long.
            Some(input) if self.pipeline.is_changed(self.version) => {
                self.rest.held = Some(input);
                None
            }
            input => input,
        }
    }
}
