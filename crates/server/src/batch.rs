//! `POST /v1/analyze/batch`: JSON lines in, JSON lines out, in order, as they are done.
//!
//! A batch reads on only while it has room: for documents that are worked on, for their text, and for results that the
//! client has not taken. So a batch of any length has bounded memory, and no batch keeps the others from the queue.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::response::Response;
use bytes::{Buf, Bytes, BytesMut};
use copydesk::formats::{DocumentError, JsonWriter, Line};
use copydesk::{Cancel, InputReader};
use http_body::Frame;
use hyper::header::CONTENT_LENGTH;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendError;
use tokio::time::Instant;

use crate::admission::Admitted;
use crate::answer::{CutOff, answered};
use crate::body::BodyReader;
use crate::packing::{Packer, Packing};
use crate::pipelines::Served;
use crate::problem::{Problem, ProblemKind};
use crate::request::{Choice, Media};
use crate::server::State;
use crate::workers::Ticket;

/// The text of a batch that is worked on, in bytes.
const WINDOW: usize = 1 << 20;

/// A batch is refused if there is less room than this, or than it has text. A line of more bytes is admitted as it comes:
/// if there is no room for it, it is an error, and the batch goes on. Shorter lines wait for room.
const FIRST: usize = 64 << 10;

/// Results that the client of a batch has not taken or that are being made, in bytes. A client that sends everything before it takes anything
/// needs them.
const UNTAKEN: usize = 48 << 20;

/// The same of all batches together. If there are more, each batch may have some all the same.
const UNTAKEN_OF_ALL: usize = 96 << 20;
const UNTAKEN_AT_LEAST: usize = 256 << 10;

/// Bytes of a result for each byte of its line, as long as it is not known: what all layers of an article take.
const EXPECTED: usize = 32;

/// Results are sent when there are so many bytes of them, or when nothing else is ready.
const AT_ONCE: usize = 32 << 10;

/// Bytes of a batch that may give no document, in documents of the largest size.
const PASSED_OVER: usize = 8;

pub(crate) async fn analyze(Shared(state): Shared<Arc<State>>, request: Request) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    if Media::of(&head.headers)? != Media::Lines {
        let detail = "a batch is JSON lines, as application/x-ndjson; one document goes to /v1/analyze";
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, detail));
    }
    let choice = Choice::of_query(head.uri.query(), false)?;
    let (served, writer) = state.writer(&choice)?;
    let length = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    state.admission.check(length.unwrap_or(u64::MAX).min(FIRST as u64))?;
    let packing = Packing::accepted(&head.headers);
    let packer = Packer::new(packing).map_err(|error| Problem::stage(None, error.to_string()))?;
    let reader = BodyReader::new(&head.headers, body, state.options.client_timeout)?;

    let (send, results) = mpsc::channel(1);
    let all = Arc::clone(&state);
    let batch = Batch {
        lines: Lines::new(reader, Arc::clone(&state)),
        writer: Arc::new(writer),
        reader: InputReader::new(choice.offsets.unwrap_or_default()),
        served,
        most: state.threads() * 2 + 2,
        state,
        pending: VecDeque::new(),
        read: None,
        text: 0,
        packer,
        unsent: Untaken { all, bytes: 0, expected: 0 },
    };
    tokio::spawn(batch.run(send));
    Ok(answered("application/x-ndjson", packing, Body::new(Results(results))))
}

/// The results of a batch, as they come.
struct Results(mpsc::Receiver<Result<Bytes, CutOff>>);

impl http_body::Body for Results {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        self.0.poll_recv(cx).map(|part| part.map(|part| part.map(Frame::data)))
    }
}

/// One batch.
struct Batch {
    state: Arc<State>,
    served: Arc<Served>,
    lines: Lines,
    reader: InputReader,
    writer: Arc<JsonWriter>,
    /// Documents that may be worked on at once.
    most: usize,
    /// Documents whose results are to be written next, in their order.
    pending: VecDeque<Pending>,
    /// A line that waits to be admitted.
    read: Option<Line>,
    /// The text of those that are pending, in bytes.
    text: usize,
    packer: Packer,
    /// Results that were written and not sent.
    unsent: Untaken,
}

/// Bytes of results that were not sent, before they are packed. They count among those of all batches.
struct Untaken {
    all: Arc<State>,
    bytes: usize,
    /// Those of results that are not written yet, by estimate.
    expected: usize,
}

impl Untaken {
    fn expect(&mut self, bytes: usize) {
        self.expected += bytes;
        self.all.untaken.fetch_add(bytes, Ordering::Relaxed);
    }

    fn add(&mut self, bytes: usize, expected: usize) {
        self.bytes += bytes;
        self.expected -= expected;
        self.all.untaken.fetch_add(bytes, Ordering::Relaxed);
        self.all.untaken.fetch_sub(expected, Ordering::Relaxed);
    }

    fn clear(&mut self) {
        self.all.untaken.fetch_sub(std::mem::take(&mut self.bytes), Ordering::Relaxed);
    }

    fn has_room(&self) -> bool {
        let (own, all) = (self.bytes + self.expected, self.all.untaken.load(Ordering::Relaxed));
        own < UNTAKEN_AT_LEAST || (own < UNTAKEN && all < UNTAKEN_OF_ALL)
    }
}

impl Drop for Untaken {
    fn drop(&mut self) {
        self.clear();
        self.all.untaken.fetch_sub(self.expected, Ordering::Relaxed);
    }
}

/// A line that is worked on.
struct Pending {
    number: u64,
    bytes: usize,
    result: Work,
    _admitted: Option<Admitted>,
}

enum Work {
    Ticket(Ticket<Vec<u8>>),
    Error(DocumentError),
}

impl Batch {
    async fn run(mut self, send: mpsc::Sender<Result<Bytes, CutOff>>) {
        if let Err(cut_off) = self.run_to_end(&send).await {
            // The client may have gone.
            let _ = send.send(Err(cut_off)).await;
        }
    }

    async fn run_to_end(&mut self, send: &mpsc::Sender<Result<Bytes, CutOff>>) -> Result<(), CutOff> {
        loop {
            let has_room = self.pending.len() < self.most && self.text < WINDOW && self.unsent.has_room();
            let may_read = has_room && self.read.is_none() && !self.lines.ended;
            // A client may wait for its results before it sends more.
            let is_idle = self.pending.is_empty() && self.unsent.bytes == 0;
            let waits = self.read.as_ref().map(|line| line.bytes.len());
            if self.lines.ended && self.pending.is_empty() && waits.is_none() {
                break;
            }
            tokio::select! {
                biased;
                // The client has gone: nothing is worth its time any more.
                () = send.closed() => return Err(CutOff("the client has gone")),
                line = next_result(&mut self.pending), if !self.pending.is_empty() => {
                    let (line, bytes) = self.take(line);
                    self.packer.write(&line).map_err(not_packed)?;
                    self.unsent.add(line.len(), bytes * EXPECTED);
                }
                permit = send.reserve(), if self.unsent.bytes >= AT_ONCE => {
                    self.send(permit)?;
                }
                admitted = self.state.admission.wait(waits.unwrap_or(0)), if waits.is_some() => {
                    if let (Some(line), Some(admitted)) = (self.read.take(), admitted) {
                        self.begin(line, admitted);
                    }
                }
                line = self.lines.next(is_idle), if may_read => match line {
                    Some(Ok((line, Some(admitted)))) => self.begin(line, admitted),
                    Some(Ok((line, None))) => self.read = Some(line),
                    Some(Err(error)) => self.refuse(error),
                    None => {}
                },
                permit = send.reserve(), if self.unsent.bytes > 0 => {
                    self.send(permit)?;
                }
            }
        }
        let rest = self.packer.finish().map_err(not_packed)?;
        if !rest.is_empty() {
            // If the client takes nothing more, its connection ends, and this with it.
            let _ = send.send(Ok(rest.into())).await;
        }
        Ok(())
    }

    /// Sends the results that were written.
    fn send(&mut self, permit: Result<Permit<'_>, SendError<()>>) -> Result<(), CutOff> {
        let permit = permit.map_err(|_| CutOff("the client has gone"))?;
        let part = self.packer.take().map_err(not_packed)?;
        self.unsent.clear();
        permit.send(Ok(part.into()));
        Ok(())
    }

    /// Hands a line to the threads that analyze.
    fn begin(&mut self, line: Line, admitted: Admitted) {
        let (state, served) = (Arc::clone(&self.state), Arc::clone(&self.served));
        let (reader, writer) = (self.reader, Arc::clone(&self.writer));
        let (number, bytes) = (line.number, line.bytes.len());
        let work = move |cancel: &Cancel| result(&state, &served, reader, &writer, &line, cancel);
        let result = Work::Ticket(self.state.workers.submit(work));
        self.text += bytes;
        self.unsent.expect(bytes * EXPECTED);
        self.pending.push_back(Pending { number, bytes, result, _admitted: Some(admitted) });
    }

    /// Puts the error of a line that cannot be read in its place.
    fn refuse(&mut self, error: DocumentError) {
        let number = error.line.unwrap_or(0);
        self.pending.push_back(Pending { number, bytes: 0, result: Work::Error(error), _admitted: None });
    }

    /// The line of the first document that is pending, and the bytes of its text.
    fn take(&mut self, line: Option<Vec<u8>>) -> (Vec<u8>, usize) {
        let Some(Pending { number, bytes, result, .. }) = self.pending.pop_front() else { return (Vec::new(), 0) };
        self.text -= bytes;
        if let Some(line) = line {
            return (line, bytes);
        }
        let error = match result {
            Work::Error(error) => error,
            Work::Ticket(_) => {
                let message = "the document was given up".to_owned();
                DocumentError { id: number.to_string(), stage: None, message, line: Some(number) }
            }
        };
        let mut out = Vec::new();
        self.writer.error_line(&error, &mut out);
        (out, bytes)
    }
}

fn not_packed(_: io::Error) -> CutOff {
    CutOff("the results cannot be packed")
}

/// A place in the channel to the client.
type Permit<'a> = mpsc::Permit<'a, Result<Bytes, CutOff>>;

/// Waits for the first of the documents; `None` if it has no result.
async fn next_result(pending: &mut VecDeque<Pending>) -> Option<Vec<u8>> {
    match &mut pending.front_mut()?.result {
        Work::Ticket(ticket) => ticket.result().await,
        Work::Error(_) => None,
    }
}

/// The result of a line. Runs on a thread that analyzes.
fn result(
    state: &State,
    served: &Served,
    reader: InputReader,
    writer: &JsonWriter,
    line: &Line,
    cancel: &Cancel,
) -> Vec<u8> {
    let mut out = Vec::new();
    match reader.line(line) {
        Ok(document) => match state.analyze(served, document, cancel) {
            Ok(article) => writer.line(&article, &mut out),
            Err(error) => writer.error_line(&DocumentError::from(&error), &mut out),
        },
        Err(error) => {
            state.metrics.unreadable(served.pipeline.name());
            writer.error_line(&unreadable(error.id(), error.line(), error.message()), &mut out);
        }
    }
    out
}

fn unreadable(id: &str, line: Option<u64>, message: &str) -> DocumentError {
    DocumentError { id: id.to_owned(), stage: None, message: message.to_owned(), line }
}

/// A line, with its room if it has that already; or the error in its place.
type Found = Result<(Line, Option<Admitted>), DocumentError>;

/// The lines of a body.
struct Lines {
    body: BodyReader,
    state: Arc<State>,
    /// Bytes that are no whole line yet, and those that were looked at.
    buffer: BytesMut,
    looked_at: usize,
    /// The room of a long line, how many of its bytes have it, and since when.
    admitted: Option<(Admitted, usize, Instant)>,
    number: u64,
    /// Why the rest of a line is to be passed over.
    skipping: Option<Skipped>,
    /// Bytes that gave no document: of blank lines, and of those that are too long.
    passed_over: usize,
    body_ended: bool,
    ended: bool,
}

/// Why a line is passed over.
#[derive(Clone, Copy)]
enum Skipped {
    TooLong,
    NoRoom,
}

impl Lines {
    fn new(body: BodyReader, state: Arc<State>) -> Self {
        Lines {
            body,
            state,
            buffer: BytesMut::new(),
            looked_at: 0,
            admitted: None,
            number: 0,
            skipping: None,
            passed_over: 0,
            body_ended: false,
            ended: false,
        }
    }

    /// The most bytes of a line.
    fn largest(&self) -> usize {
        self.state.options.largest
    }

    /// Returns the next line that is not blank, or the error in its place; `None` at the end, which `ended` tells too. If
    /// it is the client's turn, it must come in time. It can be dropped and called again.
    async fn next(&mut self, is_clients_turn: bool) -> Option<Found> {
        loop {
            if let Some(line) = self.line() {
                if let Some(line) = line {
                    return Some(line);
                }
                continue;
            }
            if self.body_ended {
                self.ended = true;
                return None;
            }
            let deadline = match self.admitted {
                // It holds room that others need.
                Some((_, bytes, began)) => Some(self.body.paced_deadline(began, bytes as u64)),
                None => is_clients_turn.then(|| self.body.idle_deadline()),
            };
            let most = PASSED_OVER * self.largest();
            match self.body.next(deadline).await {
                // A packed body can hold any number of them.
                Ok(Some(_)) if self.passed_over > most => {
                    let message = format!("more than {most} bytes of blank and too long lines; the rest is not read");
                    return Some(Err(self.break_off(&message)));
                }
                Ok(Some(bytes)) => self.buffer.extend_from_slice(&bytes),
                Ok(None) => self.body_ended = true,
                Err(problem) => return Some(Err(self.break_off(problem.detail()))),
            }
        }
    }

    /// Ends the lines before their end. What came of the current one is not the whole line.
    fn break_off(&mut self, message: &str) -> DocumentError {
        self.buffer.clear();
        self.admitted = None;
        (self.body_ended, self.ended) = (true, true);
        let number = self.number + 1;
        unreadable(&number.to_string(), Some(number), message)
    }

    /// Admits the first bytes of the buffer, if they are more than those of a short line.
    fn admit(&mut self, bytes: usize) -> Result<(), Skipped> {
        if bytes > self.largest() {
            return Err(Skipped::TooLong);
        }
        let has = self.admitted.as_ref().map_or(0, |(_, has, _)| *has);
        if bytes <= FIRST || bytes <= has {
            return Ok(());
        }
        let more = self.state.admission.admit(bytes - has).map_err(|_| Skipped::NoRoom)?;
        match &mut self.admitted {
            Some((admitted, has, _)) => {
                admitted.add(more);
                *has = bytes;
            }
            none => *none = Some((more, bytes, Instant::now())),
        }
        Ok(())
    }

    /// Takes a line out of the buffer: `None` if there is no whole one, `Some(None)` if it is to be passed over.
    fn line(&mut self) -> Option<Option<Found>> {
        if self.looked_at == 0 && self.skipping.is_none() {
            let blank = self.buffer.iter().take_while(|byte| **byte == b'\n').count();
            self.buffer.advance(blank);
            self.number += blank as u64;
            self.passed_over += blank;
        }
        let rest = self.buffer.get(self.looked_at..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n').map(|at| self.looked_at + at);
        let is_last = end.is_none() && self.body_ended;
        if is_last && self.buffer.is_empty() && self.skipping.is_none() {
            return None;
        }
        let end = end.or(is_last.then_some(self.buffer.len()));
        if self.skipping.is_none()
            && let Err(skipped) = self.admit(end.unwrap_or(self.buffer.len()))
        {
            self.skipping = Some(skipped);
            self.admitted = None;
        }
        let Some(end) = end else {
            self.looked_at = self.buffer.len();
            if self.skipping.is_some() {
                self.passed_over += self.looked_at;
                self.buffer.clear();
                self.looked_at = 0;
            }
            return None;
        };
        let mut line = self.buffer.split_to(end);
        let admitted = self.admitted.take().map(|(admitted, ..)| admitted);
        self.looked_at = 0;
        if !is_last {
            let _ = self.buffer.split_to(1.min(self.buffer.len()));
        }
        self.number += 1;
        let number = self.number;
        if let Some(skipped) = self.skipping.take() {
            let message = match skipped {
                Skipped::TooLong => format!("the line is longer than {} bytes, the most that is read", self.largest()),
                Skipped::NoRoom => format!(
                    "the server has no room now for a line of more than {FIRST} bytes; send the document again later"
                ),
            };
            return Some(Some(Err(unreadable(&number.to_string(), Some(number), &message))));
        }
        if number == 1 && line.starts_with(b"\xEF\xBB\xBF") {
            let _ = line.split_to(3);
        }
        while line.last() == Some(&b'\r') {
            line.truncate(line.len() - 1);
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            self.passed_over += line.len() + 1;
            return Some(None);
        }
        Some(Some(Ok((Line { number, bytes: line.into() }, admitted))))
    }
}
