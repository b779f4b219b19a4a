//! The life of a server: it opens its addresses, serves connections, and ends in good order.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use copydesk::Builder;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::address::Listener;
use crate::admission::Admission;
use crate::metrics::Metrics;
use crate::pipelines::{FileState, Pipelines};
use crate::routes::Client;
use crate::server::State;
use crate::stream::Paced;
use crate::workers::Workers;
use crate::{Address, Error, Options, routes};

/// Threads for sockets. They only move bytes.
const SOCKET_THREADS: usize = 2;

/// The most bytes of the head of a request.
const HEAD: usize = 64 << 10;

/// How often the files of pipelines are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How long requests that were given up may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A server whose pipelines are loaded and whose addresses are open. [`Server::run`] serves them.
///
/// ```
/// use copydesk_server::{Options, Server};
///
/// let fast = copydesk::Pipeline::builder().pipeline("fast");
/// let server = Server::bind(vec![fast], &["127.0.0.1:0".parse()?], Options::default())?;
/// println!("listening on {}", server.addresses()[0]);
/// let handle = server.handle();
/// let running = std::thread::spawn(move || server.run());
/// handle.shut_down();
/// running.join().expect("no panic")?;
/// # Ok::<(), copydesk_server::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    state: Arc<State>,
    router: Router,
    listeners: Vec<Listener>,
    addresses: Vec<Address>,
    /// The last, since what is above lives in it.
    runtime: Runtime,
}

/// Tells a server what to do, from any thread.
#[derive(Clone, Debug)]
pub struct Handle(Arc<State>);

impl Handle {
    /// Ends the server: it takes no more connections, answers what it has begun, and [`Server::run`] returns.
    pub fn shut_down(&self) {
        self.0.stop.send_replace(true);
    }

    /// Loads all pipelines again, on this thread. Requests that have begun stay with the old ones. A pipeline that cannot be
    /// loaded stays as it was, and the log says why.
    pub fn reload(&self) {
        self.0.reload(|_| true);
    }
}

impl Server {
    /// Loads pipelines, the default first, and opens addresses.
    ///
    /// # Errors
    /// If a pipeline cannot be loaded, or two have one name. If an address cannot be opened. If the system gives no threads.
    pub fn bind(pipelines: Vec<Builder>, addresses: &[Address], options: Options) -> Result<Self, Error> {
        let no_threads = |error| Error::io("the system gives no threads", error);
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime
            .worker_threads(SOCKET_THREADS)
            .max_blocking_threads(16)
            .thread_name("sockets")
            .enable_io()
            .enable_time();
        let runtime = runtime.build().map_err(no_threads)?;
        let pipelines = Pipelines::load(pipelines)?;
        let mut listeners = Vec::new();
        for address in addresses {
            listeners.push(runtime.block_on(Listener::bind(address))?);
        }
        let addresses = listeners.iter().map(Listener::address).collect();
        let state = Arc::new(State {
            pipelines,
            admission: Admission::new(options.waiting.max(options.largest), options.threads()),
            workers: Workers::start(options.threads()).map_err(no_threads)?,
            metrics: Metrics::new(),
            stop: watch::Sender::new(false),
            given_up: AtomicBool::new(false),
            untaken: AtomicUsize::new(0),
            options,
        });
        let router = routes::router(&state)?;
        Ok(Server { state, router, listeners, addresses, runtime })
    }

    /// Returns the open addresses, with their real ports.
    #[must_use]
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Returns a handle.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.state))
    }

    /// Shuts down at SIGTERM and SIGINT, and loads pipelines again at SIGHUP. A second signal to end ends the process at
    /// once.
    ///
    /// # Errors
    /// If the system does not let signals be caught.
    pub fn catch_signals(&self) -> Result<(), Error> {
        let _runtime = self.runtime.enter();
        signals(self.handle()).map_err(|error| Error::io("signals cannot be caught", error))
    }

    /// Serves until it is told to end.
    ///
    /// # Errors
    /// None yet: errors of connections end these alone.
    pub fn run(self) -> Result<(), Error> {
        let Server { state, router, listeners, runtime, .. } = self;
        runtime.block_on(serve(&state, &router, listeners));
        runtime.shutdown_timeout(LAST_WORDS);
        Ok(())
    }
}

#[cfg(unix)]
fn signals(handle: Handle) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => end(&handle),
                _ = interrupt.recv() => end(&handle),
                _ = hang_up.recv() => {
                    let handle = handle.clone();
                    tokio::task::spawn_blocking(move || handle.reload());
                }
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn signals(handle: Handle) -> io::Result<()> {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            end(&handle);
        }
    });
    Ok(())
}

/// Ends the server, or the process if that was said before.
fn end(handle: &Handle) {
    if handle.0.is_stopping() {
        tracing::warn!("ended at once");
        std::process::exit(1);
    }
    tracing::info!("shutting down");
    handle.shut_down();
}

/// Waits until the server is told to end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender lives as long as the state, which the caller holds.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn serve(state: &Arc<State>, router: &Router, listeners: Vec<Listener>) {
    let mut accepting: Vec<JoinHandle<()>> = Vec::new();
    // Each connection holds a sender. When all are gone, the receiver ends.
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    let room = Arc::new(Semaphore::new(state.options.connections.clamp(1, Semaphore::MAX_PERMITS)));
    for listener in listeners {
        let connections = Connections {
            state: Arc::clone(state),
            router: router.clone(),
            room: Arc::clone(&room),
            open: open.clone(),
        };
        accepting.push(tokio::spawn(connections.accept(listener)));
    }
    drop(open);
    if state.options.watch {
        tokio::spawn(look_at_files(Arc::clone(state)));
    }
    let mut stop = state.stop.subscribe();
    stopped(&mut stop).await;
    for task in accepting {
        let _ = task.await;
    }
    if timeout(state.options.grace, all_closed.recv()).await.is_ok() {
        return;
    }
    tracing::warn!("requests were given up at the end of the time to shut down");
    state.given_up.store(true, Ordering::Relaxed);
    state.workers.stop();
    let _ = timeout(LAST_WORDS, all_closed.recv()).await;
}

/// Loads pipelines again when their files change.
async fn look_at_files(state: Arc<State>) {
    let mut stop = state.stop.subscribe();
    let mut seen = state.files();
    while timeout(LOOK, stopped(&mut stop)).await.is_err() {
        let (shared, before) = (Arc::clone(&state), seen.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let now = shared.files();
            if now != before {
                shared.reload(|served| !before.contains(&FileState::of(served)));
            }
            // The new version may have other files.
            if now == before { now } else { shared.files() }
        });
        match looked.await {
            Ok(now) => seen = now,
            Err(_) => return,
        }
    }
}

/// Takes connections from one address.
struct Connections {
    state: Arc<State>,
    router: Router,
    room: Arc<Semaphore>,
    open: mpsc::Sender<()>,
}

/// A pause after an error that does not go away at once, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

impl Connections {
    async fn accept(self, listener: Listener) {
        let mut stop = self.state.stop.subscribe();
        loop {
            let stopped = tokio::select! {
                () = stopped(&mut stop) => true,
                () = self.accept_one(&listener) => false,
            };
            if stopped {
                break;
            }
        }
        // Clients whose connection the system has made already are served.
        while timeout(Duration::ZERO, self.accept_one(&listener)).await.is_ok() {}
    }

    /// Takes one connection, and serves it in a task of its own.
    async fn accept_one(&self, listener: &Listener) {
        let Ok(room) = Arc::clone(&self.room).acquire_owned().await else { return };
        match listener {
            Listener::Tcp(listener) => match listener.accept().await {
                Ok((stream, client)) => {
                    // Answers are whole: nothing is gained by waiting for more.
                    let _ = stream.set_nodelay(true);
                    let is_on_loopback = listener.local_addr().is_ok_and(|own| own.ip().to_canonical().is_loopback());
                    self.spawn(stream, Client { name: client.ip().to_string(), is_on_loopback }, room);
                }
                Err(error) => refused(&error).await,
            },
            #[cfg(unix)]
            Listener::Unix(listener, _) => match listener.accept().await {
                Ok((stream, _)) => self.spawn(stream, Client { name: "unix".to_owned(), is_on_loopback: false }, room),
                Err(error) => refused(&error).await,
            },
        }
    }

    fn spawn<S>(&self, stream: S, client: Client, room: tokio::sync::OwnedSemaphorePermit)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (state, router, open) = (Arc::clone(&self.state), self.router.clone(), self.open.clone());
        tokio::spawn(async move {
            let count = Count::new(&state.metrics.connections);
            connection(state, router, stream, client).await;
            drop((open, room, count));
        });
    }
}

/// Waits after a connection that could not be taken.
async fn refused(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be taken");
    sleep(PAUSE).await;
}

/// Counts one while it lives.
struct Count(Arc<AtomicUsize>);

impl Count {
    fn new(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Count(Arc::clone(counter))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves the requests of one connection.
async fn connection<S>(state: Arc<State>, router: Router, stream: S, client: Client)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let limit = state.options.client_timeout;
    let mut stop = state.stop.subscribe();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (state, router, client) = (Arc::clone(&state), router.clone(), client.clone());
        async move { Ok::<_, Infallible>(routes::answer(state, router, request.map(Body::new), client).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limit).max_buf_size(HEAD).half_close(false);
    let connection = http.serve_connection(TokioIo::new(Paced::new(stream, limit)), service);
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
