//! Bodies of answers. They hold the room of their request until they are sent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY};
use tokio::time::Instant;

use crate::admission::Admitted;
use crate::body::PACE;
use crate::packing::Packing;

/// Returns an answer with results, packed or not.
pub(crate) fn answered(kind: &'static str, packing: Option<Packing>, body: axum::body::Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(packing) = packing {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(packing.name()));
    }
    response
}

/// A whole answer. A client that takes it too slowly is cut off, since it holds room that others need.
pub(crate) struct Whole {
    rest: Bytes,
    taken: u64,
    began: Option<Instant>,
    limit: Duration,
    _admitted: Admitted,
}

/// Bytes that are handed over at once.
const PART: usize = 64 << 10;

impl Whole {
    pub(crate) fn new(bytes: Vec<u8>, admitted: Admitted, limit: Duration) -> Self {
        Whole { rest: bytes.into(), taken: 0, began: None, limit, _admitted: admitted }
    }
}

/// Why an answer ends before its end: the connection is closed, so that the client sees that it has not all.
#[derive(Debug)]
pub(crate) struct CutOff(pub(crate) &'static str);

impl std::fmt::Display for CutOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for CutOff {}

impl Body for Whole {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let began = *self.began.get_or_insert_with(Instant::now);
        if began.elapsed() > self.limit + Duration::from_secs(self.taken / PACE) {
            return Poll::Ready(Some(Err(CutOff("the client takes the answer too slowly"))));
        }
        let length = self.rest.len().min(PART);
        let part = self.rest.split_to(length);
        self.taken += part.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
