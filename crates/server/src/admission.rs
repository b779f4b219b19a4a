//! Admission: how much text may wait. It is counted in bytes, since one document may be a thousand times another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// Bytes of text that were admitted and not yet answered, and the most of them.
#[derive(Debug)]
pub(crate) struct Admission {
    room: Arc<Semaphore>,
    most: usize,
    /// Bytes of text that were analyzed, and the time of all threads that it took, in microseconds.
    bytes: AtomicU64,
    time: AtomicU64,
    threads: u64,
}

/// The longest and the shortest time after which a client is told to try again, in seconds.
const RETRY: (u64, u64) = (1, 60);

impl Admission {
    /// Room for this many bytes, worked on by this many threads.
    pub(crate) fn new(most: usize, threads: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        let room = Arc::new(Semaphore::new(most));
        Admission { room, most, bytes: AtomicU64::new(0), time: AtomicU64::new(0), threads: threads.max(1) as u64 }
    }

    /// Returns the bytes that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.most.saturating_sub(self.room.available_permits())
    }

    /// Admits bytes, and gives back their room when what is returned is dropped.
    ///
    /// # Errors
    /// If there is no room.
    pub(crate) fn admit(&self, bytes: usize) -> Result<Admitted, Problem> {
        let permits = u32::try_from(bytes).map_err(|_| self.busy())?;
        let permit = Arc::clone(&self.room).try_acquire_many_owned(permits).map_err(|_| self.busy())?;
        Ok(Admitted(permit))
    }

    /// Waits for room, for a request that was admitted and goes on.
    pub(crate) async fn wait(&self, bytes: usize) -> Option<Admitted> {
        let permits = u32::try_from(bytes.min(self.most)).ok()?;
        Arc::clone(&self.room).acquire_many_owned(permits).await.ok().map(Admitted)
    }

    /// Refuses a body that has no room now, before any of it is read.
    ///
    /// # Errors
    /// If it has more bytes than there is room for.
    pub(crate) fn check(&self, bytes: u64) -> Result<(), Problem> {
        if bytes > self.room.available_permits() as u64 { Err(self.busy()) } else { Ok(()) }
    }

    /// Counts work that was done, for the times that clients are told.
    pub(crate) fn done(&self, bytes: usize, time: Duration) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.time.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The problem of a request that finds no room. It says when half of what waits will be done, at the speed so far.
    fn busy(&self) -> Problem {
        let (bytes, time) = (self.bytes.load(Ordering::Relaxed), self.time.load(Ordering::Relaxed));
        let half = self.waiting() as u64 / 2;
        let micros = half.saturating_mul(time).checked_div(bytes.saturating_mul(self.threads)).unwrap_or(0);
        Problem::busy(micros.div_ceil(1_000_000).clamp(RETRY.0, RETRY.1))
    }
}

/// Room that is taken.
#[derive(Debug)]
pub(crate) struct Admitted(OwnedSemaphorePermit);

impl Admitted {
    /// Adds more room of the same server.
    pub(crate) fn add(&mut self, more: Admitted) {
        self.0.merge(more.0);
    }
}
