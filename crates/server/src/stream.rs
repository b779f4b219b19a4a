//! A connection that a client cannot hold up: a write that makes no progress fails, and what the client still sends when
//! the connection closes is read away, so that the last answer reaches it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// How long, and how many bytes, a client may go on sending after the end.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 16 << 20;

/// A stream with a time limit for writes.
pub(crate) struct Paced<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> {
    /// Taken away at the end.
    stream: Option<S>,
    limit: Duration,
    /// The end of the time of a write that waits.
    stalled: Option<Pin<Box<Sleep>>>,
    /// True if the client has closed its side.
    ended: bool,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Paced<S> {
    pub(crate) fn new(stream: S, limit: Duration) -> Self {
        Paced { stream: Some(stream), limit, stalled: None, ended: false }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Holds a write to its time.
    fn within<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + limit)));
        ready!(stalled.as_mut().poll(cx));
        // Nothing that waits to be read can help such a client.
        self.ended = true;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = self.stream()?.poll_read(cx, buf);
        match &polled {
            Poll::Ready(Ok(())) if buf.filled().len() == before => self.ended = true,
            Poll::Ready(Err(_)) => self.ended = true,
            _ => {}
        }
        polled
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = self.stream()?.poll_write(cx, buf);
        self.within(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = self.stream()?.poll_write_vectored(cx, bufs);
        self.within(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = self.stream()?.poll_flush(cx);
        self.within(cx, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = self.stream()?.poll_shutdown(cx);
        self.within(cx, polled)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Drop for Paced<S> {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take().filter(|_| !self.ended) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let read_away = async {
                let _ = stream.shutdown().await;
                let (mut buffer, mut bytes) = ([0; 4096], 0);
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    bytes += length;
                    if bytes > LINGER_BYTES {
                        break;
                    }
                }
            };
            let _ = timeout(LINGER, read_away).await;
        });
    }
}
