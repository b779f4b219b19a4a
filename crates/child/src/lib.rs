//! Child processes that report on their standard output, an event a line.
//!
//! A measurement needs a process of its own, and so does a library that may crash. The parent starts a [`Child`] and
//! receives its events. The child calls [`report`]. Plugins run in the child and may write on its standard output too,
//! so a mark identifies events.
//!
//! Architecture invariants: it knows nothing of plugins, documents or pipelines, and never prints by itself.
#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Begins the line of an event.
const MARK: &str = "@copydesk-event ";

/// Most bytes of a line: a child that writes one endless line must not fill the memory.
const LONGEST_LINE: u64 = 1 << 20;

/// Lines that are read ahead of the parent: enough that neither waits for the other at each.
const LINES_AHEAD: usize = 64;

/// Bytes of a child's standard error that are kept, the last of them: enough for the reason of an abort.
const TAIL: usize = 4096;

/// Writes an event of this process, a child, to `out`, its standard output.
///
/// # Errors
/// If the event cannot be written as JSON, or the reader went away.
pub fn report<E: Serialize>(out: &mut dyn Write, event: &E) -> io::Result<()> {
    // A line of its own, whatever a plugin left on the one before.
    writeln!(out, "\n{MARK}{}", serde_json::to_string(event)?)?;
    out.flush()
}

/// A message from a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received<E> {
    /// An event.
    Event(E),
    /// A line that is no event, without its end; never an empty one.
    Other(String),
    /// Its standard output is closed.
    Closed,
    /// Nothing came before the deadline.
    Late,
}

/// A running child, and the threads that read its output. It is killed when the value is dropped.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    lines: Receiver<String>,
    last_words: Receiver<String>,
}

impl Child {
    /// Starts a command without standard input.
    ///
    /// # Errors
    /// If the system does not start it.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (Some(stdout), Some(stderr)) = (process.stdout.take(), process.stderr.take()) else {
            return Err(io::Error::other("a child process has no output"));
        };
        let (sender, lines) = sync_channel(LINES_AHEAD);
        thread::spawn(move || {
            let (mut reader, mut line) = (BufReader::new(stdout), Vec::new());
            while matches!(reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line), Ok(1..)) {
                let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
                line.clear();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        let (sender, last_words) = channel();
        thread::spawn(move || {
            // Nobody waits for it where all went well.
            let _ = sender.send(last_line(stderr));
        });
        Ok(Child { process, lines, last_words })
    }

    /// Waits for the next line. Without a deadline, it waits as long as needed.
    pub fn receive<E: DeserializeOwned>(&self, deadline: Option<Instant>) -> Received<E> {
        loop {
            let line = match deadline {
                None => self.lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            let line = match line {
                Ok(line) if line.is_empty() => continue,
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => return Received::Closed,
                Err(RecvTimeoutError::Timeout) => return Received::Late,
            };
            let event = line.strip_prefix(MARK).and_then(|event| serde_json::from_str(event).ok());
            return event.map_or(Received::Other(line), Received::Event);
        }
    }

    /// Waits until the process has ended, and returns its status; `None` if it has not by the deadline.
    ///
    /// # Errors
    /// If the system does not know the process.
    pub fn wait(&mut self, deadline: Option<Instant>) -> io::Result<Option<ExitStatus>> {
        let Some(deadline) = deadline else { return self.process.wait().map(Some) };
        loop {
            match self.process.try_wait()? {
                None if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
                status => return Ok(status),
            }
        }
    }

    /// Returns the last non-empty line of standard error. Call it after the process has ended.
    pub fn last_words(&self) -> String {
        // A process that a plugin started may keep the pipe open.
        self.last_words.recv_timeout(Duration::from_secs(1)).unwrap_or_default()
    }

    /// Ends the process.
    ///
    /// # Errors
    /// If the system does not know the process.
    pub fn kill(&mut self) -> io::Result<()> {
        // It may have ended by itself meanwhile.
        let _ = self.process.kill();
        self.process.wait().map(|_| ())
    }
}

impl Drop for Child {
    /// No child keeps running after its parent gives up.
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Reads to the end, and returns the last non-empty line, as far as the last bytes hold it.
fn last_line(mut stream: impl Read) -> String {
    let (mut tail, mut buffer) = (Vec::new(), [0; TAIL]);
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        tail.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let surplus = tail.len().saturating_sub(TAIL);
        tail.drain(..surplus);
    }
    let text = String::from_utf8_lossy(&tail);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Child {
        Child::start(Command::new("sh").args(["-c", script])).expect("a shell")
    }

    #[test]
    fn events_are_told_from_other_lines() {
        let mut said = Vec::new();
        report(&mut said, &[1, 2]).expect("written");
        let said = String::from_utf8(said).expect("UTF-8");
        let mut child =
            shell(&format!("printf 'half a line%s%s\\n\\n' '{said}' '{MARK}[x]'; echo >&2 no; echo >&2; exit 3"));
        assert_eq!(child.receive::<Vec<u32>>(None), Received::Other("half a line".into()));
        assert_eq!(child.receive::<Vec<u32>>(None), Received::Event(vec![1, 2]));
        assert_eq!(child.receive::<Vec<u32>>(None), Received::Other(format!("{MARK}[x]")));
        assert_eq!(child.receive::<Vec<u32>>(None), Received::Closed);
        assert_eq!(child.wait(None).expect("known").and_then(|status| status.code()), Some(3));
        assert_eq!(child.last_words(), "no");
    }

    #[test]
    fn a_silent_child_is_late_and_can_be_killed() {
        let mut child = shell("exec sleep 1000");
        let deadline = Some(Instant::now() + Duration::from_millis(10));
        assert_eq!(child.receive::<u32>(deadline), Received::Late);
        assert_eq!(child.wait(deadline).expect("known"), None);
        child.kill().expect("known");
        assert!(!child.wait(None).expect("known").expect("it has ended").success());
    }

    #[test]
    fn the_last_line_is_found() {
        let long = "x".repeat(TAIL * 2) + "\nlast \n\n";
        for (text, wanted) in [("", ""), ("\n \n", ""), ("one\ntwo", "two"), (&long, "last")] {
            assert_eq!(last_line(text.as_bytes()), wanted);
        }
    }
}
