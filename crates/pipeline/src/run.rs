//! A stream of documents on many threads: results in input order, memory bounded, and an end that no panic
//! can turn into a hang.
//!
//! One thread reads, N threads analyze, and the caller's thread hands results to the sink. A worker takes several small
//! documents at once, about [`HANDFUL`] of work, so that the lock of the queue costs nothing beside the work. If a
//! stage batches, workers take whole groups instead: [`crate::group`].

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_core::Document;

use crate::group::OpenGroup;
use crate::outcome::{Delivery, RunEnd, RunOutcome, RunSummary};
use crate::runner::{Runner, Stage};
use crate::watch::{Leash, POLL, Watch};

/// How a stream is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunOptions<'a> {
    /// Threads that analyze; 0 means one a core. With 1, everything happens on the calling thread.
    pub threads: usize,
    /// True if the first failed document or input ends the run.
    pub fail_fast: bool,
    /// Set from outside to end the run early. Documents on the way are dropped.
    pub cancel: Option<&'a AtomicBool>,
    /// The number of consecutive inputs in a group. A stage that batches gets the documents of a group together. 0
    /// means [`crate::DEFAULT_BATCH`], and no group has more than [`crate::MOST_IN_A_BATCH`]. A mebibyte of text ends a
    /// group too. Results come when their group is complete, so 1 gives each result as soon as possible. It has no
    /// effect if no stage batches.
    pub batch: usize,
    /// The time that all stages together may spend on a document. A document that takes longer fails with
    /// [`crate::StageErrorKind::TimedOut`], and the run goes on. A stage sees the end of its time when it asks for
    /// cancellation, at most some 20 milliseconds late.
    pub time_limit: Option<Duration>,
}

/// The duration of the work that a worker takes at once, and the most documents in it.
const HANDFUL: Duration = Duration::from_millis(2);
const MOST_AT_ONCE: usize = 64;

/// Documents under way for each thread, and bytes of text under way for all. Layers take several times their
/// text's memory. Whatever the bytes, each thread may have one document.
const DOCUMENTS_A_THREAD: usize = 128;
const BYTES: usize = 32 << 20;

/// The stack of a worker, as large as a main thread's. So work that fits one thread fits eight.
const STACK: usize = 8 << 20;

impl Runner {
    /// Analyzes a stream. `sink` is called on this thread, once an input and in input order. It returns
    /// [`ControlFlow::Break`] to end the run, for example if its output is closed. The outcomes do not depend on the
    /// number of threads, even if a stage gives other results for other batches.
    ///
    /// If `inputs` blocks, the end of a run waits for it to return. Its panics, and those of `sink`, continue in the
    /// caller.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub fn run<E: Send>(
        &self,
        inputs: impl Iterator<Item = Result<Document, E>> + Send,
        options: RunOptions<'_>,
        sink: impl FnMut(RunOutcome<E>) -> ControlFlow<()>,
    ) -> io::Result<RunSummary> {
        let threads = match options.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let delivery = Delivery::new(sink, options.fail_fast);
        let group = self.stages.iter().any(Stage::batches).then(|| OpenGroup::new(options.batch)).flatten();
        let watch = options.time_limit.map(|limit| Watch::new(limit, threads));
        if threads > 1 {
            return self.run_threads(inputs, Flow::new(threads, group, watch), options.cancel, delivery);
        }
        let here = |leash: Leash<'_>| match group {
            None => self.run_here(inputs, leash, delivery),
            Some(group) => self.run_groups_here(inputs, group, leash, delivery),
        };
        let never = AtomicBool::new(false);
        let cancel = options.cancel.unwrap_or(&never);
        match watch {
            None => Ok(here(Leash::without_limit(cancel))),
            Some(watch) => watch.over(cancel, here),
        }
    }

    fn run_here<E, S: FnMut(RunOutcome<E>) -> ControlFlow<()>>(
        &self,
        inputs: impl Iterator<Item = Result<Document, E>>,
        leash: Leash<'_>,
        mut delivery: Delivery<S>,
    ) -> RunSummary {
        let mut tallies = self.tallies();
        for input in inputs {
            if leash.is_stopped() {
                return delivery.end(RunEnd::Cancelled);
            }
            let outcome = match input {
                Ok(mut document) => {
                    let outcome = self.annotate_held(&mut document, leash, &mut tallies);
                    RunOutcome::of(document, outcome)
                }
                Err(error) => RunOutcome::Unreadable(error),
            };
            if let Some(end) = delivery.deliver(outcome) {
                return delivery.end(end);
            }
        }
        delivery.end(RunEnd::Complete)
    }

    fn run_threads<E: Send, S: FnMut(RunOutcome<E>) -> ControlFlow<()>>(
        &self,
        inputs: impl Iterator<Item = Result<Document, E>> + Send,
        flow: Flow<E>,
        cancel: Option<&AtomicBool>,
        mut delivery: Delivery<S>,
    ) -> io::Result<RunSummary> {
        let flow = &flow;
        thread::scope(|scope| {
            // Ends the others also where this thread panics in the sink or fails to start one of them.
            let stop = Stop(flow);
            let start = |at: usize| thread::Builder::new().name(format!("analyse-{at}")).stack_size(STACK);
            let reader = thread::Builder::new().name("read".into()).spawn_scoped(scope, move || flow.read(inputs))?;
            if let Some(watch) = &flow.watch {
                thread::Builder::new().name("watch".into()).spawn_scoped(scope, || watch.look(&flow.stop))?;
            }
            for at in 0..flow.threads {
                start(at).spawn_scoped(scope, move || flow.work(self, at))?;
            }
            let end = flow.deliver(cancel, &mut delivery);
            drop(stop);
            match reader.join() {
                Ok(()) => Ok(delivery.end(end)),
                Err(payload) => resume_unwind(payload),
            }
        })
    }
}

/// The state that the threads of a run share.
struct Flow<E> {
    threads: usize,
    /// Documents and bytes of text that may be under way.
    most_documents: usize,
    most_bytes: usize,
    state: Mutex<State<E>>,
    /// There is a document to analyze, or never will be.
    work: Condvar,
    /// The next outcome is there, or never will be.
    ready: Condvar,
    /// There is room for a document.
    room: Condvar,
    /// Tells stages to give up.
    stop: AtomicBool,
    /// Holds documents to their time limit.
    watch: Option<Watch>,
}

struct State<E> {
    /// Documents that wait for a worker, each with its number.
    waiting: VecDeque<(u64, Document)>,
    /// The group of the next input, if stages batch. Its documents are the last that wait.
    open: Option<OpenGroup>,
    /// How many of those that wait belong to each group that is complete, the first of them first.
    groups: VecDeque<usize>,
    /// Outcomes from number `next` on, each with its bytes of text; empty while it is under way.
    slots: VecDeque<(usize, Option<RunOutcome<E>>)>,
    /// Number of the first slot.
    next: u64,
    /// Inputs that were read and have not passed the sink, and their bytes.
    under_way: usize,
    bytes: usize,
    /// No more input will come.
    input_ended: bool,
    stopped: bool,
}

/// Ends all threads of a run when dropped.
struct Stop<'f, E>(&'f Flow<E>);

impl<E> Drop for Stop<'_, E> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Says that no input will come any more when dropped, also by a panic of the reader.
struct EndOfInput<'f, E>(&'f Flow<E>);

impl<E> Drop for EndOfInput<'_, E> {
    fn drop(&mut self) {
        {
            let mut state = self.0.lock();
            state.close_group();
            state.input_ended = true;
        }
        self.0.work.notify_all();
        self.0.ready.notify_all();
    }
}

/// Ends the run if a worker panics: its documents will never come.
struct StopOnPanic<'f, E>(&'f Flow<E>);

impl<E> Drop for StopOnPanic<'_, E> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

impl<E> State<E> {
    /// Hands the documents of the open group to the workers.
    fn close_group(&mut self) {
        let documents = self.open.as_mut().map_or(0, OpenGroup::close);
        if documents > 0 {
            self.groups.push_back(documents);
        }
    }
}

impl<E> Flow<E> {
    fn new(threads: usize, open: Option<OpenGroup>, watch: Option<Watch>) -> Self {
        // With groups, each thread may have one group and the next. So an incomplete group, which no worker takes, can
        // never use up the room that its next input needs.
        let (documents, bytes) = open.as_ref().map_or((0, 0), |group| (2 * group.most(), 2 * OpenGroup::BYTES));
        Flow {
            threads,
            most_documents: threads.saturating_mul(documents.max(DOCUMENTS_A_THREAD)),
            most_bytes: threads.saturating_mul(bytes).max(BYTES),
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                open,
                groups: VecDeque::new(),
                slots: VecDeque::new(),
                next: 0,
                under_way: 0,
                bytes: 0,
                input_ended: false,
                stopped: false,
            }),
            work: Condvar::new(),
            ready: Condvar::new(),
            room: Condvar::new(),
            stop: AtomicBool::new(false),
            watch,
        }
    }

    /// A thread that panicked while it held the lock left the state whole: every change is one step.
    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(watch) = &self.watch {
            watch.stop();
        }
        let waiting = {
            let mut state = self.lock();
            state.stopped = true;
            state.groups.clear();
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
        self.work.notify_all();
        self.ready.notify_all();
        self.room.notify_all();
    }

    fn has_room(&self, state: &State<E>) -> bool {
        state.under_way < self.threads || (state.under_way < self.most_documents && state.bytes < self.most_bytes)
    }

    fn read(&self, mut inputs: impl Iterator<Item = Result<Document, E>>) {
        let _end = EndOfInput(self);
        loop {
            let mut state = self.lock();
            while !state.stopped && !self.has_room(&state) {
                state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.stopped {
                return;
            }
            drop(state);
            let Some(input) = inputs.next() else { return };
            let mut state = self.lock();
            let number = state.next + state.slots.len() as u64;
            let bytes = input.as_ref().map_or(0, |document| document.text().len());
            state.under_way += 1;
            state.bytes += bytes;
            let full = state.open.as_mut().map(|group| group.add(input.as_ref().ok()));
            let readable = input.is_ok();
            match input {
                Ok(document) => {
                    state.slots.push_back((bytes, None));
                    state.waiting.push_back((number, document));
                }
                Err(error) => state.slots.push_back((bytes, Some(RunOutcome::Unreadable(error)))),
            }
            if full == Some(true) {
                state.close_group();
            }
            drop(state);
            if full.unwrap_or(readable) {
                self.work.notify_one();
            }
            if !readable {
                self.ready.notify_one();
            }
        }
    }

    /// How many of the documents that wait a worker may take.
    fn share(&self, state: &State<E>, at_once: usize) -> usize {
        match state.open {
            // No more than a fair share, or the others would have nothing to do.
            None => state.waiting.len().div_ceil(self.threads).min(at_once),
            Some(_) => state.groups.front().copied().unwrap_or(0),
        }
    }

    /// The work of thread `at`.
    fn work(&self, runner: &Runner, at: usize) {
        let _stop = StopOnPanic(self);
        let leash = match &self.watch {
            None => Leash::without_limit(&self.stop),
            Some(watch) => watch.leash(at, &self.stop),
        };
        let mut tallies = runner.tallies();
        let mut at_once = 1;
        let mut taken: Vec<(u64, Document)> = Vec::new();
        let mut outcomes: Vec<(u64, RunOutcome<E>)> = Vec::new();
        loop {
            let mut state = self.lock();
            let mut share = self.share(&state, at_once);
            while share == 0 && !state.stopped && !state.input_ended {
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                share = self.share(&state, at_once);
            }
            if share == 0 || state.stopped {
                return;
            }
            taken.extend(state.waiting.drain(..share));
            let is_group = state.groups.pop_front().is_some();
            drop(state);

            let start = Instant::now();
            if is_group {
                runner.annotate_group(&mut taken, leash, &mut tallies, &mut outcomes);
            }
            for (number, mut document) in taken.drain(..) {
                let outcome = runner.annotate_held(&mut document, leash, &mut tallies);
                outcomes.push((number, RunOutcome::of(document, outcome)));
            }
            let each = start.elapsed().as_nanos() / share.max(1) as u128;
            let fitting = HANDFUL.as_nanos().checked_div(each).unwrap_or(u128::MAX);
            at_once = usize::try_from(fitting).unwrap_or(usize::MAX).clamp(1, MOST_AT_ONCE);
            tallies.flush();
            self.put(&mut outcomes);
        }
    }

    fn put(&self, outcomes: &mut Vec<(u64, RunOutcome<E>)>) {
        let mut state = self.lock();
        let next = state.next;
        for (number, outcome) in outcomes.drain(..) {
            let at = usize::try_from(number - next).unwrap_or(usize::MAX);
            if let Some((_, slot)) = state.slots.get_mut(at) {
                *slot = Some(outcome);
            }
        }
        let ready = matches!(state.slots.front(), Some((_, Some(_))));
        drop(state);
        if ready {
            self.ready.notify_one();
        }
    }

    /// Hands outcomes to the sink until the last.
    fn deliver<S: FnMut(RunOutcome<E>) -> ControlFlow<()>>(
        &self,
        cancel: Option<&AtomicBool>,
        delivery: &mut Delivery<S>,
    ) -> RunEnd {
        let cancelled = || cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed));
        let mut ready: Vec<RunOutcome<E>> = Vec::new();
        loop {
            let mut state = self.lock();
            while !matches!(state.slots.front(), Some((_, Some(_)))) {
                if cancelled() {
                    return RunEnd::Cancelled;
                }
                // Stopped here means that a worker panicked; the scope carries its panic on.
                if state.stopped || (state.input_ended && state.slots.is_empty()) {
                    return RunEnd::Complete;
                }
                state = if cancel.is_some() {
                    self.ready.wait_timeout(state, POLL).unwrap_or_else(PoisonError::into_inner).0
                } else {
                    self.ready.wait(state).unwrap_or_else(PoisonError::into_inner)
                };
            }
            let mut bytes = 0;
            while let Some((size, Some(_))) = state.slots.front() {
                bytes += size;
                ready.extend(state.slots.pop_front().and_then(|(_, outcome)| outcome));
                state.next += 1;
            }
            drop(state);
            let count = ready.len();
            for outcome in ready.drain(..) {
                if cancelled() {
                    return RunEnd::Cancelled;
                }
                if let Some(end) = delivery.deliver(outcome) {
                    return end;
                }
            }
            let mut state = self.lock();
            state.under_way = state.under_way.saturating_sub(count);
            state.bytes = state.bytes.saturating_sub(bytes);
            drop(state);
            self.room.notify_one();
        }
    }
}
