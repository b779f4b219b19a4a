//! Frames over a socket between a host and the process of an isolated plugin: one request, one answer with its
//! number. The host waits no longer than it wants to, and takes no more than it agreed to.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The first bytes of every frame.
const MAGIC: [u8; 4] = *b"CDIP";

/// Magic, kind, number and length.
const HEADER: usize = 4 + 4 + 8 + 8;

/// The bytes to read at once if the length is unknown.
const CHUNK: usize = 1 << 16;

/// A buffer that one huge frame made larger than this is given back.
const KEPT: usize = 16 << 20;

/// How soon a cancellation or the end of the time is seen.
const POLL: Duration = Duration::from_millis(20);

/// The kind of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the process: its limits and its library.
    Open = 1,
    /// To the process: make an instance.
    Create = 2,
    /// To the process: analyze a document.
    Annotate = 3,
    /// From the process: the answer.
    Done = 4,
    /// From the process: why not.
    Failed = 5,
}

impl Kind {
    fn from_number(number: u32) -> Option<Kind> {
        [Kind::Open, Kind::Create, Kind::Annotate, Kind::Done, Kind::Failed]
            .into_iter()
            .find(|kind| *kind as u32 == number)
    }
}

/// Why a frame did not go or come.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The other side is gone.
    Closed,
    /// The bytes are no frame.
    Garbage,
    /// The time is over.
    TimeOut,
    /// The run was cancelled.
    Cancelled,
    /// The system says no.
    Io(io::Error),
}

/// How long to wait.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    /// When the waiting began.
    pub since: Instant,
    /// How long it may last.
    pub limit: Duration,
    /// True once the answer is no longer wanted.
    pub cancel: Option<&'a AtomicBool>,
}

impl<'a> Patience<'a> {
    /// Patience from now on.
    pub fn new(limit: Duration, cancel: Option<&'a AtomicBool>) -> Self {
        Patience { since: Instant::now(), limit, cancel }
    }

    fn check(&self) -> Result<(), Broken> {
        if self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            return Err(Broken::Cancelled);
        }
        if self.since.elapsed() >= self.limit { Err(Broken::TimeOut) } else { Ok(()) }
    }
}

/// One end.
#[derive(Debug)]
pub(crate) struct Channel {
    stream: UnixStream,
    /// Number of the last request.
    number: u64,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
}

impl Channel {
    /// The end of a host, which waits with patience.
    pub fn of_host(stream: UnixStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(POLL))?;
        stream.set_write_timeout(Some(POLL))?;
        Ok(Channel::of_process(stream))
    }

    /// The end of the process. It waits as long as needed.
    pub fn of_process(stream: UnixStream) -> Self {
        Channel { stream, number: 0, incoming: Vec::new(), outgoing: Vec::new() }
    }

    /// Asks, and gives the kind and the content of the answer, which may have `limit` bytes.
    pub fn ask(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut Vec<u8>),
        limit: u64,
        patience: Patience<'_>,
    ) -> Result<(Kind, &[u8]), Broken> {
        self.number += 1;
        self.send(kind, write, Some(patience))?;
        let (kind, number, length) = self.receive(limit, Some(patience))?;
        if number != self.number || !matches!(kind, Kind::Done | Kind::Failed) {
            return Err(Broken::Garbage);
        }
        Ok((kind, self.incoming.get(HEADER..HEADER + length).unwrap_or_default()))
    }

    /// Waits for a request of `limit` bytes at most.
    pub fn listen(&mut self, limit: u64) -> Result<(Kind, &[u8]), Broken> {
        let (kind, number, length) = self.receive(limit, None)?;
        self.number = number;
        Ok((kind, self.incoming.get(HEADER..HEADER + length).unwrap_or_default()))
    }

    /// Answers the request that [`Channel::listen`] gave last.
    pub fn answer(&mut self, kind: Kind, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), Broken> {
        self.send(kind, write, None)
    }

    fn send(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut Vec<u8>),
        patience: Option<Patience<'_>>,
    ) -> Result<(), Broken> {
        self.outgoing.clear();
        self.outgoing.shrink_to(KEPT);
        self.outgoing.resize(HEADER, 0);
        write(&mut self.outgoing);
        let length = (self.outgoing.len() - HEADER) as u64;
        let fields = [&MAGIC[..], &(kind as u32).to_le_bytes(), &self.number.to_le_bytes(), &length.to_le_bytes()];
        for (place, byte) in self.outgoing.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        let mut rest = self.outgoing.as_slice();
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(0) => return Err(Broken::Closed),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) => pause(error)?,
            }
            if !rest.is_empty() {
                patience.map_or(Ok(()), |patience| patience.check())?;
            }
        }
        Ok(())
    }

    /// Reads a frame into `incoming` and gives its kind, number and the length of its content.
    fn receive(&mut self, limit: u64, patience: Option<Patience<'_>>) -> Result<(Kind, u64, usize), Broken> {
        if self.incoming.len() > KEPT {
            self.incoming = Vec::new();
        }
        let mut filled = 0;
        let mut frame = None;
        loop {
            let wanted = frame.map_or(HEADER, |(_, _, length)| HEADER + length);
            if frame.is_some() && filled >= wanted {
                break;
            }
            // The promised bytes have not arrived yet, so the buffer grows with those that have.
            if filled == self.incoming.len() {
                self.incoming.resize(filled + filled.clamp(CHUNK, KEPT), 0);
            }
            match self.stream.read(self.incoming.get_mut(filled..).unwrap_or_default()) {
                Ok(0) => return Err(Broken::Closed),
                Ok(read) => filled += read,
                Err(error) => pause(error)?,
            }
            if frame.is_none()
                && let Some(header) = self.incoming.get(..filled).and_then(<[u8]>::first_chunk::<HEADER>)
            {
                frame = Some(read_header(header, limit).ok_or(Broken::Garbage)?);
            }
            let complete = frame.is_some_and(|(_, _, length)| filled >= HEADER + length);
            if !complete {
                patience.map_or(Ok(()), |patience| patience.check())?;
            }
        }
        // One answers one: nothing comes behind it.
        match frame {
            Some((kind, number, length)) if filled == HEADER + length => Ok((kind, number, length)),
            _ => Err(Broken::Garbage),
        }
    }
}

/// Goes on after errors that only mean that nothing happened yet.
fn pause(error: io::Error) -> Result<(), Broken> {
    match error.kind() {
        ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(()),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Err(Broken::Closed),
        _ => Err(Broken::Io(error)),
    }
}

/// Returns kind, number and length, or `None` if the bytes are no header or the content is larger than `limit`.
fn read_header(header: &[u8; HEADER], limit: u64) -> Option<(Kind, u64, usize)> {
    let (magic, rest) = header.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let length = u64::from_le_bytes(*rest.first_chunk::<8>()?);
    let kind = Kind::from_number(u32::from_le_bytes(*kind))?;
    let length = usize::try_from(length).ok().filter(|_| length <= limit && length < u64::from(u32::MAX) << 8)?;
    (*magic == MAGIC).then_some((kind, u64::from_le_bytes(*number), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any machine takes.
    fn patience() -> Patience<'static> {
        Patience::new(Duration::from_secs(1800), None)
    }

    fn pair() -> (Channel, UnixStream) {
        let (host, process) = UnixStream::pair().expect("a pair of sockets");
        (Channel::of_host(host).expect("time limits"), process)
    }

    #[test]
    fn a_request_of_any_size_is_answered() {
        let (mut host, process) = pair();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut process = Channel::of_process(process);
                while let Ok((kind, content)) = process.listen(1 << 30) {
                    assert_eq!(kind, Kind::Annotate);
                    let content = content.to_vec();
                    process.answer(Kind::Done, |out| out.extend_from_slice(&content)).expect("an answer");
                }
            });
            for size in [0, 1, CHUNK - HEADER, CHUNK - HEADER + 1, 3_000_000, KEPT + 1, 7] {
                let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
                let write = |out: &mut Vec<u8>| out.extend_from_slice(&content);
                let (kind, answer) = host.ask(Kind::Annotate, write, 1 << 30, patience()).expect("an answer");
                assert!(kind == Kind::Done && answer == content, "{size}");
            }
            drop(host);
        });
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let frame = |kind: u32, number: u64, length: u64, content: &[u8]| {
            let parts = [&MAGIC[..], &kind.to_le_bytes(), &number.to_le_bytes(), &length.to_le_bytes(), content];
            parts.concat()
        };
        let cases: [(&str, Vec<u8>); 7] = [
            ("text", b"something printed, no frame at all".to_vec()),
            ("unknown kind", frame(9, 1, 0, b"")),
            ("a request", frame(1, 1, 0, b"")),
            ("another number", frame(4, 2, 0, b"")),
            ("too long", frame(4, 1, 1001, b"")),
            ("longer than memory", frame(4, 1, u64::MAX, b"")),
            ("more behind it", frame(4, 1, 2, b"abc")),
        ];
        for (name, bytes) in cases {
            let (mut host, mut process) = pair();
            process.write_all(&bytes).expect("room in the socket");
            let outcome = host.ask(Kind::Annotate, |_| {}, 1000, patience());
            assert!(matches!(outcome, Err(Broken::Garbage)), "{name}: {outcome:?}");
        }
    }

    #[test]
    fn patience_ends() {
        let (mut host, process) = pair();
        let soon = Patience::new(Duration::from_millis(30), None);
        assert!(matches!(host.ask(Kind::Annotate, |_| {}, 1000, soon), Err(Broken::TimeOut)));
        // Nor does it wait for ever to get rid of its question.
        let large = |out: &mut Vec<u8>| out.resize(32 << 20, 0);
        let soon = Patience::new(Duration::from_millis(30), None);
        assert!(matches!(host.ask(Kind::Annotate, large, 1000, soon), Err(Broken::TimeOut)));
        let cancel = AtomicBool::new(true);
        let cancelled = Patience { cancel: Some(&cancel), ..patience() };
        assert!(matches!(host.ask(Kind::Annotate, large, 1000, cancelled), Err(Broken::Cancelled)));
        drop(process);
        assert!(matches!(host.ask(Kind::Annotate, |_| {}, 1000, patience()), Err(Broken::Closed)));
    }
}
