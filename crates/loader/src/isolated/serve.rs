//! The process of an isolated plugin: opens the library that its host names, and annotates documents until the host is
//! gone.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::thread;

use copydesk_abi::{Entry, LAYOUT_HASH};
use copydesk_core::{ColumnData, ColumnType, Document, Layer, LayerType, Order};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, kill_process};

use super::channel::{Broken, Channel, Kind};
use super::process::{PROTOCOL, STATUS_LOST};
use super::wire::{Decoded, Reader, put_column, put_rows, put_str, put_u32, put_u64};
use crate::call::Call;
use crate::convert::Rows;
use crate::{Instance, Plugin, built_in, open};

/// The first request holds little more than a path.
const FIRST_REQUEST: u64 = 1 << 20;

/// Why a process could not serve its host.
#[derive(Debug)]
pub struct ServeError {
    message: String,
    status: u8,
}

impl ServeError {
    fn new(message: impl Into<String>) -> Self {
        ServeError { message: message.into(), status: 2 }
    }

    /// Returns the exit status of the process. It tells the host what happened.
    #[must_use]
    pub fn status(&self) -> u8 {
        self.status
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ServeError {}

impl From<Broken> for ServeError {
    fn from(broken: Broken) -> Self {
        let message = format!("an isolated plugin cannot speak to its host: {broken:?}");
        ServeError { message, status: STATUS_LOST }
    }
}

/// Does the work of the process of an isolated plugin. The program of a [`crate::ChildCommand`] calls this and then
/// ends. `entries` are the host's built-in plugins. Standard input must be the socket of the host. Prints of the plugin
/// go to standard error.
///
/// Returns when the host has closed the socket, or not at all: a plugin that hangs is ended with its process.
///
/// # Errors
/// If standard input is no such socket, or brings nonsense.
pub fn serve_isolated(entries: &[fn() -> &'static Entry]) -> Result<(), ServeError> {
    let stream = take_stdin().map_err(|error| {
        ServeError::new(format!("this is the process of an isolated plugin, which a host starts itself ({error})"))
    })?;
    let unable = |error: io::Error| ServeError::new(format!("the process of an isolated plugin cannot start: {error}"));
    end_with_host(stream.try_clone().map_err(unable)?).map_err(unable)?;
    let mut channel = Channel::of_process(stream);
    let outcome = serve(&mut channel, entries);
    // A plugin may have closed what the channel would close, and another file may have taken its place.
    std::mem::forget(channel);
    outcome
}

/// The socket on standard input, out of the plugin's way.
fn take_stdin() -> io::Result<UnixStream> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    stream.peer_addr()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(stream)
}

/// Ends this process, whatever its plugin is doing, once the host has closed its end or has been killed.
fn end_with_host(stream: UnixStream) -> io::Result<()> {
    let wait = move || {
        loop {
            let mut ends = [PollFd::new(&stream, PollFlags::empty())];
            let polled = poll(&mut ends, None);
            let [end] = ends;
            // The plugin closed it: an answer cannot be given any more.
            if end.revents().contains(PollFlags::NVAL) {
                std::process::exit(i32::from(STATUS_LOST));
            }
            // Only an end is reported where nothing is asked for.
            if !end.revents().is_empty() || polled.is_err_and(|error| error != rustix::io::Errno::INTR) {
                let _ = kill_process(getpid(), Signal::KILL);
            }
        }
    };
    thread::Builder::new().name("host".into()).stack_size(1 << 16).spawn(wait).map(drop)
}

fn serve(channel: &mut Channel, entries: &[fn() -> &'static Entry]) -> Result<(), ServeError> {
    let (kind, content) = channel.listen(FIRST_REQUEST)?;
    let (memory, library) = first_request(kind, content).map_err(ServeError::new)?;
    limit_memory(memory).map_err(|error| ServeError::new(format!("the memory limit cannot be set: {error}")))?;
    let plugins = match library {
        Some(path) => open(Path::new(OsStr::from_bytes(&path))),
        None => entries.iter().map(|entry| built_in(entry())).collect::<Result<Vec<_>, _>>().map(|all| all.concat()),
    };
    let plugins: Result<Vec<Plugin>, String> = plugins.map_err(|error| error.to_string());
    reply(channel, plugins.as_ref(), |out, plugins| {
        put_u32(out, plugins.len() as u32);
        for plugin in plugins {
            put_str(out, plugin.id());
            put_str(out, plugin.version());
            put_u32(out, u32::from(plugin.abi().0));
            put_u32(out, u32::from(plugin.abi().1));
            put_str(out, plugin.manifest_text());
        }
    })?;
    let plugins = plugins.unwrap_or_default();
    let mut instance = None;
    loop {
        let (kind, content) = match channel.listen(memory) {
            Err(Broken::Closed) => return Ok(()),
            request => request?,
        };
        let unusable = |what: String| ServeError::new(format!("the host of an isolated plugin sent nonsense: {what}"));
        match (kind, &instance) {
            (Kind::Create, None) => {
                let made = create(Reader::new(content), &plugins).map_err(unusable)?;
                reply(channel, made.as_ref(), put_needs)?;
                instance = made.ok();
            }
            (Kind::Annotate, Some(instance)) => {
                let document = document(Reader::new(content)).map_err(unusable)?;
                annotate(channel, instance, &document)?;
            }
            _ => return Err(unusable(format!("{kind:?} out of its turn"))),
        }
    }
}

/// Returns the memory limit in bytes, and the path of the library unless it is built in.
pub(crate) fn first_request(kind: Kind, content: &[u8]) -> Result<(u64, Option<Vec<u8>>), String> {
    let mut reader = Reader::new(content);
    if kind != Kind::Open || reader.u32()? != PROTOCOL || reader.u64()? != LAYOUT_HASH {
        return Err("the host of this isolated plugin is another version of the program".into());
    }
    let (memory, is_library) = (reader.u64()?, reader.u32()? != 0);
    let path = reader.bytes()?.to_vec();
    reader.end()?;
    Ok((memory, is_library.then_some(path)))
}

#[cfg(not(target_os = "openbsd"))]
fn limit_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // A limit that the system has set already can only be made less.
    let most = getrlimit(Resource::As).maximum.map_or(bytes, |most| most.min(bytes));
    Ok(setrlimit(Resource::As, Rlimit { current: Some(most), maximum: Some(most) })?)
}

#[cfg(target_os = "openbsd")]
fn limit_memory(_: u64) -> io::Result<()> {
    Ok(())
}

/// Answers a request, with a result or an error.
fn reply<T>(
    channel: &mut Channel,
    outcome: Result<&T, &String>,
    write: impl FnOnce(&mut Vec<u8>, &T),
) -> Result<(), Broken> {
    match outcome {
        Ok(value) => channel.answer(Kind::Done, |out| write(out, value)),
        Err(message) => channel.answer(Kind::Failed, |out| put_str(out, message)),
    }
}

fn create(mut request: Reader<'_>, plugins: &[Plugin]) -> Decoded<Result<Instance, String>> {
    let (id, config) = (request.str()?, request.str()?);
    request.end()?;
    let plugin = plugins.iter().find(|plugin| plugin.id() == id).ok_or_else(|| format!("no plugin {id:?}"))?;
    let config = serde_json::from_str(config).map_err(|error| format!("a configuration: {error}"))?;
    Ok(plugin.create(&config).map_err(|error| error.to_string()))
}

/// The optional layers without which an instance cannot do.
fn put_needs(out: &mut Vec<u8>, instance: &Instance) {
    let optional = instance.plugin().manifest().reads.iter().filter(|read| read.optional);
    let needs: Vec<&str> = optional.map(|read| read.layer.as_str()).filter(|layer| instance.needs(layer)).collect();
    put_u32(out, needs.len() as u32);
    needs.iter().for_each(|layer| put_str(out, layer));
}

/// Analyzes a document and answers with the rows and columns that the plugin gave.
fn annotate(channel: &mut Channel, instance: &Instance, document: &Document) -> Result<(), Broken> {
    let cancel = AtomicBool::new(false);
    let mut call = Call::new(instance.plugin(), document, &cancel);
    let outcome = instance.call(&mut call).and_then(|status| call.outcome(status));
    let outcome = outcome.map(|()| call.into_given()).map_err(|error| error.to_string());
    reply(channel, outcome.as_ref(), |out, (layers, extensions)| {
        put_u32(out, layers.len() as u32);
        for layer in layers {
            let there = document.layer(layer.name()).map_or(0, Layer::len);
            put_rows(out, layer, there, |_| true);
        }
        put_u32(out, extensions.len() as u32);
        for extension in extensions {
            put_str(out, &extension.layer);
            put_u64(out, extension.column.data.len() as u64);
            put_column(out, &extension.column, 0);
        }
    })
}

/// The document, with the layers that the plugin reads.
pub(crate) fn document(mut request: Reader<'_>) -> Decoded<Document> {
    let (id, text) = (request.str()?, request.str()?);
    let mut document = Document::new(id, text).map_err(|error| error.to_string())?;
    for name in request.list(|request| request.str().map(str::to_owned))? {
        // Given layers stay as they are, so nobody asks what is in them.
        document.put(Layer::new(name, LayerType::default()));
    }
    for rows in request.list(Reader::rows)? {
        document.put(layer(rows, text)?);
    }
    request.end()?;
    Ok(document)
}

/// Returns the rows as a layer. Only the host knows the references and the order that they need.
pub(crate) fn layer(rows: Rows, text: &str) -> Decoded<Layer> {
    let Rows { layer: name, spans, columns } = rows;
    let kinds = columns.iter().map(|column| {
        let kind = match &column.data {
            ColumnData::U32(_) => ColumnType::U32,
            ColumnData::F32 { .. } => ColumnType::F32 { width: 0 },
            ColumnData::F16 { .. } => ColumnType::F16 { width: 0 },
            ColumnData::Strings { .. } => ColumnType::String,
            ColumnData::Ref { layer, .. } => ColumnType::Ref { layer: layer.clone(), optional: true },
        };
        (column.name.clone(), kind)
    });
    let mut layer = Layer::new(name, LayerType { order: Order::Any, columns: kinds.collect() });
    layer.append(text, &spans, columns).map_err(|error| error.to_string())?;
    Ok(layer)
}
