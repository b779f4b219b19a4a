//! Time limits of documents: a thread watches the others, and cancels work that takes too long.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::outcome::{StageError, StageErrorKind};

/// How soon a cancellation, or the end of a document's time, is seen.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// The time limit of a run, and the work that it is held over: one desk a thread.
#[derive(Debug)]
pub(crate) struct Watch {
    limit: Duration,
    desks: Vec<Desk>,
    ended: Mutex<bool>,
    end: Condvar,
}

/// The current work of one thread.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// The flag that stages are given.
    cancel: AtomicBool,
    work: Mutex<Work>,
}

#[derive(Debug, Default)]
struct Work {
    /// When the time of the work is up.
    until: Option<Instant>,
    /// True if the time was up before the work was done.
    expired: bool,
    /// True if the run has ended.
    stopped: bool,
}

/// Ends a watch when dropped, also by a panic.
struct End<'w>(&'w Watch);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Watch {
    /// A watch over this many threads.
    pub(crate) fn new(limit: Duration, threads: usize) -> Self {
        let desks = (0..threads).map(|_| Desk::default()).collect();
        Watch { limit, desks, ended: Mutex::new(false), end: Condvar::new() }
    }

    /// Returns the flags that may end the work of thread `at`. `stop` is the run's own flag.
    pub(crate) fn leash<'a>(&'a self, at: usize, stop: &'a AtomicBool) -> Leash<'a> {
        Leash { stop, desk: self.desks.get(at).map(|desk| (desk, self.limit)) }
    }

    /// Does work on this thread with another one watching. The work is given up too once `stop` is set.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn over<T>(&self, stop: &AtomicBool, work: impl FnOnce(Leash<'_>) -> T) -> io::Result<T> {
        thread::scope(|scope| {
            let end = End(self);
            thread::Builder::new().name("watch".into()).spawn_scoped(scope, || self.look(stop))?;
            let done = work(self.leash(0, stop));
            drop(end);
            Ok(done)
        })
    }

    /// Cancels work that takes too long, until the watch is stopped. Once `stop` is set, it cancels everything.
    pub(crate) fn look(&self, stop: &AtomicBool) {
        // A limit of a few milliseconds is looked at as often.
        let pause = POLL.min(self.limit / 4).max(Duration::from_millis(1));
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        while !*ended {
            ended = self.end.wait_timeout(ended, pause).unwrap_or_else(PoisonError::into_inner).0;
            let (now, stop) = (Instant::now(), stop.load(Ordering::Relaxed));
            self.desks.iter().for_each(|desk| desk.look(now, stop));
        }
    }

    /// Cancels all work and ends [`Watch::look`].
    pub(crate) fn stop(&self) {
        self.desks.iter().for_each(|desk| desk.look(Instant::now(), true));
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.end.notify_all();
    }
}

impl Desk {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, now: Instant, stop: bool) {
        let mut work = self.work();
        work.stopped |= stop;
        let is_up = work.until.is_some_and(|until| until <= now);
        work.expired |= is_up && !work.stopped;
        if work.stopped || is_up {
            self.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Begins work that may take this long.
    fn begin(&self, time: Duration) {
        let mut work = self.work();
        work.until = Instant::now().checked_add(time);
        work.expired = false;
        self.cancel.store(work.stopped, Ordering::Relaxed);
    }

    /// Ends the work. Returns true if its time was up.
    fn end(&self) -> bool {
        let mut work = self.work();
        work.until = None;
        work.expired
    }
}

/// The two events that may end the work of one thread early: the end of the run, and the end of a document's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leash<'a> {
    stop: &'a AtomicBool,
    desk: Option<(&'a Desk, Duration)>,
}

impl<'a> Leash<'a> {
    /// Work without a time limit.
    pub(crate) fn without_limit(stop: &'a AtomicBool) -> Self {
        Leash { stop, desk: None }
    }

    /// Returns true if the run must end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Does work on documents that have spent some of their time already. The work gets the flag that cancels it.
    /// Returns its duration, 0 if there is no limit, and true if the time was up.
    pub(crate) fn hold<T>(&self, spent: &[Duration], work: impl FnOnce(&AtomicBool) -> T) -> (T, Duration, bool) {
        let Some((desk, limit)) = self.desk else { return (work(self.stop), Duration::ZERO, false) };
        let left = spent.iter().map(|spent| limit.saturating_sub(*spent));
        let start = Instant::now();
        desk.begin(left.fold(Duration::ZERO, Duration::saturating_add));
        let done = work(&desk.cancel);
        let expired = desk.end();
        (done, start.elapsed(), expired)
    }

    /// The error of a stage that was given a document without time left.
    pub(crate) fn no_time(&self, spent: Duration, stage: &str) -> Option<StageError> {
        let (_, limit) = self.desk.filter(|(_, limit)| spent >= *limit)?;
        Some(self.timed_out(limit, stage))
    }

    /// The error of a stage, now that it is known that the time was up.
    pub(crate) fn explain(&self, error: StageError, expired: bool) -> StageError {
        match self.desk {
            Some((_, limit)) if expired && error.kind == StageErrorKind::Cancelled => {
                self.timed_out(limit, &error.stage)
            }
            _ => error,
        }
    }

    fn timed_out(&self, limit: Duration, stage: &str) -> StageError {
        let message = format!("gave up after {} s, the time limit of a document", limit.as_secs_f64());
        StageError { stage: stage.to_owned(), message, kind: StageErrorKind::TimedOut }
    }
}
