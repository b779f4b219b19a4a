//! The process of an isolated plugin as its host sees it: its start, its plugins, and its end.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_abi::LAYOUT_HASH;
use copydesk_core::{Manifest, is_identifier};
use rustix::process::Signal;

use super::channel::{Broken, Channel, Kind, Patience};
use super::wire::{Decoded, Reader, put_bytes, put_str, put_u32, put_u64};
use super::{ChildCommand, Limits, THIS_PROGRAM};
use crate::plugin::{Code, Loaded, Origin, Plugin};
use crate::{LoadError, PluginError};

/// The version of the channel's messages. It grows with every change to them.
pub(crate) const PROTOCOL: u32 = 2;

/// With this status a process ends that can no longer speak to its host.
pub(crate) const STATUS_LOST: u8 = 76;

/// To open a library and a model takes its time on a busy machine, however short documents are.
const LEAST_TO_START: Duration = Duration::from_secs(10);

/// How long after its last word a process may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// The message about a file that was replaced.
pub(crate) const EXCHANGED: &str = "its library is another one than when the pipeline was checked";

/// A library, or the plugins that are built in, opened in processes of their own.
#[derive(Clone, Debug)]
pub(crate) struct Isolated {
    command: ChildCommand,
    limits: Limits,
    /// `None` means the built-in plugins.
    library: Option<PathBuf>,
    /// The identity of the library's file when it was first seen.
    stamp: Option<Stamp>,
}

/// The identity of a file: device, number, length and time of the last change. A replaced file has another.
type Stamp = (u64, u64, u64, i64, i64);

fn stamp(file: &Path) -> Option<Stamp> {
    let data = file.metadata().ok()?;
    Some((data.dev(), data.ino(), data.size(), data.mtime(), data.mtime_nsec()))
}

/// A process's description of one of its plugins.
pub(crate) struct Offer {
    pub id: String,
    pub version: String,
    pub abi: (u16, u16),
    pub manifest: String,
}

/// The answer to [`Kind::Open`].
pub(crate) fn offers(mut answer: Reader<'_>) -> Decoded<Vec<Offer>> {
    let offers = answer.list(|answer| {
        let (id, version) = (answer.str()?.to_owned(), answer.str()?.to_owned());
        let (major, minor) = (answer.u32()? as u16, answer.u32()? as u16);
        Ok(Offer { id, version, abi: (major, minor), manifest: answer.str()?.to_owned() })
    })?;
    answer.end().map(|()| offers)
}

/// Why a process does not work.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It said why.
    Said(String),
    /// It did not.
    Ended(String),
    Cancelled,
}

impl Trouble {
    /// The error of the document that found it.
    pub fn into_error(self) -> PluginError {
        match self {
            Trouble::Said(what) | Trouble::Ended(what) => PluginError::new(what),
            Trouble::Cancelled => PluginError::cancelled(),
        }
    }
}

impl Isolated {
    /// # Errors
    /// If the system cannot isolate. This one can.
    pub fn new(command: ChildCommand, limits: Limits, library: Option<PathBuf>) -> Result<Self, LoadError> {
        let stamp = library.as_deref().and_then(stamp);
        Ok(Isolated { command, limits, library, stamp })
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Patience with a process that starts.
    pub fn starting(&self) -> Patience<'static> {
        Patience::new(self.limits.time.max(LEAST_TO_START), None)
    }

    /// Starts a process and has it open its library.
    pub fn open(&self, patience: Patience<'_>) -> Result<(Process, Vec<Offer>), Trouble> {
        // Documents before and after a crash are analyzed by one and the same code.
        if self.library.as_deref().and_then(stamp) != self.stamp {
            return Err(Trouble::Said(EXCHANGED.into()));
        }
        let started = Process::start(&self.command, self.limits);
        let mut process = started.map_err(|error| {
            let program = self.command.program.display();
            Trouble::Ended(format!("the plugin's process cannot be started: {program}: {error}"))
        })?;
        let write = |out: &mut Vec<u8>| {
            put_u32(out, PROTOCOL);
            put_u64(out, LAYOUT_HASH);
            put_u64(out, self.limits.memory);
            put_u32(out, u32::from(self.library.is_some()));
            put_bytes(out, self.library.as_deref().map_or(&[], |path| path.as_os_str().as_bytes()));
        };
        let offers = process.ask(Kind::Open, write, patience, offers)?;
        Ok((process, offers))
    }

    /// The plugins of a library, which this process never opens.
    pub fn plugins(&self, path: &Path) -> Result<Vec<Plugin>, LoadError> {
        let (_, offers) = self.open(self.starting()).map_err(|trouble| match trouble {
            // It names the file already.
            Trouble::Said(what) => LoadError::relayed(what),
            Trouble::Ended(what) => LoadError::file(path, what),
            Trouble::Cancelled => LoadError::file(path, "cancelled"),
        })?;
        let plugin = |offer: Offer| {
            let Offer { id, version, abi, manifest: manifest_text } = offer;
            let fault = |what: String| LoadError::file(path, format!("plugin {id:?}: {what}"));
            if !is_identifier(&id) || version.is_empty() {
                return Err(fault("its process gives no usable id and version".into()));
            }
            let manifest = Manifest::parse(&manifest_text).map_err(|error| fault(error.to_string()))?;
            let (origin, code) = (Origin::File(path.to_path_buf()), Code::Isolated(self.clone()));
            Ok(Plugin::new(Loaded { id, version, abi, manifest, manifest_text, origin, code }))
        };
        offers.into_iter().map(plugin).collect()
    }
}

/// A running process. It is ended when the value is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    channel: Channel,
    limits: Limits,
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(command: &ChildCommand, limits: Limits) -> io::Result<Self> {
        let (host, process) = UnixStream::pair()?;
        let channel = Channel::of_host(host)?;
        // A plugin's prints must not come between results.
        let stderr = io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
        let mut started = Command::new(&command.program);
        if command.program == Path::new(THIS_PROGRAM) {
            // Lists of processes show how the host was called, not how Linux calls it.
            started.arg0(std::env::args_os().next().unwrap_or_default());
        }
        let child =
            started.args(&command.arguments).stdin(Stdio::from(OwnedFd::from(process))).stdout(stderr).spawn()?;
        Ok(Process { child, channel, limits })
    }

    /// Returns true if it has not ended.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks, and decodes the answer. After any other trouble than [`Trouble::Said`] the process is of no more use.
    pub fn ask<T>(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut Vec<u8>),
        patience: Patience<'_>,
        decode: impl FnOnce(Reader<'_>) -> Decoded<T>,
    ) -> Result<T, Trouble> {
        // It cannot hold a larger answer than its memory.
        let decoded = match self.channel.ask(kind, write, self.limits.memory, patience) {
            Ok((Kind::Failed, content)) => {
                let mut reader = Reader::new(content);
                match reader.str().and_then(|message| reader.end().map(|()| message)) {
                    Ok(message) => return Err(Trouble::Said(message.to_owned())),
                    Err(what) => Err(what),
                }
            }
            Ok((_, content)) => decode(Reader::new(content)),
            Err(broken) => return Err(self.trouble(broken, patience.limit)),
        };
        decoded.map_err(|what| Trouble::Ended(format!("the plugin's process gave an unusable answer: {what}")))
    }

    fn trouble(&mut self, broken: Broken, limit: Duration) -> Trouble {
        Trouble::Ended(match broken {
            Broken::Cancelled => return Trouble::Cancelled,
            Broken::TimeOut => {
                let seconds = limit.as_secs_f64();
                format!("the plugin's process did not answer within its time limit of {seconds} s")
            }
            Broken::Garbage => "the plugin's process sent something that is no answer".into(),
            Broken::Io(error) => format!("the plugin's process cannot be spoken to: {error}"),
            Broken::Closed => {
                let ended = self.ending();
                ended.map_or_else(|| LOST.into(), |status| describe(status, self.limits))
            }
        })
    }

    /// Returns its end, if it comes soon.
    fn ending(&mut self) -> Option<ExitStatus> {
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }
}

const LOST: &str = "the plugin's process closed its connection to this program";

/// Says how a process ended.
fn describe(status: ExitStatus, limits: Limits) -> String {
    let Some(signal) = status.signal() else {
        return match status.code() {
            Some(code) if code == i32::from(STATUS_LOST) => LOST.into(),
            Some(code) => format!("the plugin's process ended with status {code} and gave no answer"),
            None => "the plugin's process ended and gave no answer".into(),
        };
    };
    let megabytes = limits.memory >> 20;
    let known = [
        (Signal::SEGV, "SIGSEGV", "a wild pointer".to_owned()),
        (Signal::BUS, "SIGBUS", "a wild pointer, or a file that was cut short".to_owned()),
        (Signal::ILL, "SIGILL", "an instruction that this machine does not know".to_owned()),
        (Signal::FPE, "SIGFPE", "a division by zero".to_owned()),
        (Signal::ABORT, "SIGABRT", format!("it gave up, or needed more than its memory limit of {megabytes} MB")),
        (Signal::KILL, "SIGKILL", "somebody ended it, or the system ran out of memory".to_owned()),
        (Signal::TERM, "SIGTERM", "somebody ended it".to_owned()),
    ];
    match known.into_iter().find(|(known, _, _)| known.as_raw() == signal) {
        Some((_, name, why)) => format!("the plugin's process was ended by {name}: {why}"),
        None => format!("the plugin's process was ended by signal {signal}"),
    }
}

/// The request to a process that will make an instance.
pub(crate) fn put_create(out: &mut Vec<u8>, id: &str, config: &str) {
    put_str(out, id);
    put_str(out, config);
}
