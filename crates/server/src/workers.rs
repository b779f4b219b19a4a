//! The threads that analyze. Tasks wait in one queue; those whose client has gone are passed over.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use copydesk::Cancel;
use tokio::sync::oneshot;

/// The stack of a worker, as large as a main thread's.
const STACK: usize = 8 << 20;

/// A queue of tasks, and the threads that do them.
#[derive(Debug)]
pub(crate) struct Workers {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Task>,
    /// What each thread works on.
    running: Vec<Option<Cancel>>,
    stopped: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("waiting", &self.waiting.len()).field("stopped", &self.stopped).finish()
    }
}

struct Task {
    work: Box<dyn FnOnce(&Cancel) + Send>,
    cancel: Cancel,
}

/// What a task will give. If it is dropped, the task is not begun, or given up.
#[derive(Debug)]
pub(crate) struct Ticket<T> {
    result: oneshot::Receiver<T>,
    cancel: Cancel,
}

impl<T> Ticket<T> {
    /// Waits for the result; `None` if the task was given up or panicked. If it is not polled to its end, it can be
    /// called again.
    pub(crate) async fn result(&mut self) -> Option<T> {
        (&mut self.result).await.ok()
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Workers {
    /// Starts this many threads.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub(crate) fn start(threads: usize) -> io::Result<Self> {
        let running = (0..threads).map(|_| None).collect();
        let state = Mutex::new(State { running, ..State::default() });
        let shared = Arc::new(Shared { state, work: Condvar::new() });
        let workers = Workers { shared: Arc::clone(&shared), threads: Mutex::new(Vec::with_capacity(threads)) };
        for at in 0..threads {
            let shared = Arc::clone(&shared);
            let builder = thread::Builder::new().name(format!("analyze-{at}")).stack_size(STACK);
            let thread = builder.spawn(move || shared.work(at))?;
            workers.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(workers)
    }

    /// Puts a task at the end of the queue. It is given the flag that tells it to give up.
    pub(crate) fn submit<T: Send + 'static>(&self, task: impl FnOnce(&Cancel) -> T + Send + 'static) -> Ticket<T> {
        let (send, result) = oneshot::channel();
        let cancel = Cancel::default();
        let work = Box::new(move |cancel: &Cancel| {
            // Nobody may wait for it any more.
            let _ = send.send(task(cancel));
        });
        let mut state = self.shared.lock();
        if !state.stopped {
            state.waiting.push_back(Task { work, cancel: cancel.clone() });
            drop(state);
            self.shared.work.notify_one();
        }
        Ticket { result, cancel }
    }

    /// Returns the number of tasks that wait or run.
    pub(crate) fn tasks(&self) -> usize {
        let state = self.shared.lock();
        state.waiting.len() + state.running.iter().flatten().count()
    }

    /// Gives up all tasks, those that run too. Later ones are not begun.
    pub(crate) fn stop(&self) {
        let waiting = {
            let mut state = self.shared.lock();
            state.stopped = true;
            state.running.iter().flatten().for_each(Cancel::cancel);
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
        self.shared.work.notify_all();
    }
}

impl Drop for Workers {
    /// Waits for the threads.
    fn drop(&mut self) {
        self.stop();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A panic of a task was caught.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// A thread that panicked while it held the lock left the state whole: every change is one step.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work of thread `at`.
    fn work(&self, at: usize) {
        while let Some(Task { work, cancel }) = self.next(at) {
            if cancel.is_cancelled() {
                continue;
            }
            // The ticket then has no result, and the request fails; the thread goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| work(&cancel)));
        }
    }

    /// The next task of thread `at`, which has done the one before.
    fn next(&self, at: usize) -> Option<Task> {
        let mut state = self.lock();
        if let Some(place) = state.running.get_mut(at) {
            *place = None;
        }
        while state.waiting.is_empty() && !state.stopped {
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let task = state.waiting.pop_front()?;
        if let Some(place) = state.running.get_mut(at) {
            *place = Some(task.cancel.clone());
        }
        Some(task)
    }
}
