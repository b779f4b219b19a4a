//! Bodies of requests: unpacked, counted, and held to a pace.

use std::io;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::header::CONTENT_LENGTH;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

use crate::admission::{Admission, Admitted};
use crate::packing::{Packing, Unpacker};
use crate::problem::{Problem, ProblemKind};

/// The slowest pace of a body, in bytes a second, after the first time limit. What was sent takes room that others need.
pub(crate) const PACE: u64 = 128 << 10;

/// Reads the body of a request, unpacked.
pub(crate) struct BodyReader {
    body: Body,
    unpacker: Unpacker,
    /// Bytes as they were sent.
    received: u64,
    began: Instant,
    limit: Duration,
    /// True if bytes were unpacked since others had their turn.
    has_unpacked: bool,
    ended: bool,
}

impl BodyReader {
    /// A reader of a body that must come at a pace.
    ///
    /// # Errors
    /// If the body is packed in another way.
    pub(crate) fn new(headers: &HeaderMap, body: Body, limit: Duration) -> Result<Self, Problem> {
        let packing = Packing::of_body(headers)?;
        let unpacker = Unpacker::new(packing).map_err(|error| Problem::stage(None, error.to_string()))?;
        Ok(BodyReader { body, unpacker, received: 0, began: Instant::now(), limit, has_unpacked: false, ended: false })
    }

    /// Returns the time by which the next bytes must come, if the wait for them begins at this moment.
    pub(crate) fn idle_deadline(&self) -> Instant {
        Instant::now() + self.limit
    }

    /// The same for bytes that must come at a pace: so many have come since they began.
    pub(crate) fn paced_deadline(&self, began: Instant, bytes: u64) -> Instant {
        let paced = began + self.limit + Duration::from_secs(bytes / PACE);
        paced.min(self.idle_deadline())
    }

    /// Returns the next bytes; `None` at the end. They must come by `deadline`, if there is one. It can be dropped and
    /// called again.
    ///
    /// # Errors
    /// If the client sends too slowly, goes away, or packs wrongly.
    pub(crate) async fn next(&mut self, deadline: Option<Instant>) -> Result<Option<Bytes>, Problem> {
        loop {
            // A small body can grow to much, and other connections have the same thread.
            if std::mem::take(&mut self.has_unpacked) {
                yield_now().await;
            }
            if let Some(bytes) = self.unpacker.next().map_err(|error| packed_wrongly(&error))? {
                self.has_unpacked = !matches!(self.unpacker, Unpacker::Plain(_));
                return Ok(Some(bytes));
            }
            if self.ended {
                return Ok(None);
            }
            let frame = self.body.frame();
            let frame = match deadline {
                Some(deadline) => timeout_at(deadline, frame).await.map_err(|_| self.too_slow())?,
                None => frame.await,
            };
            match frame {
                Some(Ok(frame)) => {
                    // Trailers say nothing here.
                    let Ok(bytes) = frame.into_data() else { continue };
                    self.received += bytes.len() as u64;
                    self.unpacker.add(bytes);
                }
                Some(Err(_)) => {
                    self.ended = true;
                    return Err(Problem::new(
                        ProblemKind::BadRequest,
                        "the body ended before its end, or is malformed",
                    ));
                }
                None => {
                    self.ended = true;
                    let rest = self.unpacker.finish().map_err(|error| packed_wrongly(&error))?;
                    return Ok(Some(rest).filter(|rest| !rest.is_empty()));
                }
            }
        }
    }

    /// Returns the whole body, and the room that it takes.
    ///
    /// # Errors
    /// As [`BodyReader::next`], and if it is too large or there is no room.
    pub(crate) async fn whole(
        &mut self,
        headers: &HeaderMap,
        admission: &Admission,
        largest: usize,
    ) -> Result<(Vec<u8>, Admitted), Problem> {
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if let (Unpacker::Plain(_), Some(length)) = (&self.unpacker, length) {
            if length > largest as u64 {
                return Err(Problem::too_large(largest));
            }
            admission.check(length)?;
        }
        let mut admitted = admission.admit(0)?;
        let mut whole = BytesMut::new();
        while let Some(bytes) = self.next(Some(self.paced_deadline(self.began, self.received))).await? {
            if whole.len() + bytes.len() > largest {
                return Err(Problem::too_large(largest));
            }
            admitted.add(admission.admit(bytes.len())?);
            whole.extend_from_slice(&bytes);
        }
        Ok((whole.into(), admitted))
    }

    fn too_slow(&self) -> Problem {
        let seconds = self.limit.as_secs_f64();
        Problem::new(ProblemKind::Timeout, format!("nothing came for {seconds} s, or less than {PACE} bytes a second"))
    }
}

fn packed_wrongly(error: &io::Error) -> Problem {
    Problem::new(ProblemKind::BadRequest, format!("the body is not packed as its Content-Encoding says: {error}"))
}
