//! An instance of an isolated plugin: one process for each thread that calls it, which annotates one document at a
//! time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use copydesk_abi::{STATUS_OK, Status};
use copydesk_core::{Column, Document, Layer, Manifest};

use super::channel::{Kind, Patience};
use super::process::{EXCHANGED, Isolated, Process, Trouble, put_create};
use super::wire::{Decoded, Reader, put_rows, put_str, put_u32};
use crate::call::Call;
use crate::convert::Rows;
use crate::{Plugin, PluginError};

/// Processes that hold an instance made from one configuration, started when they are needed.
#[derive(Debug)]
pub(crate) struct Pool {
    isolated: Isolated,
    plugin: Plugin,
    config: String,
    /// Optional layers without which the instance cannot do.
    needs: Vec<String>,
    /// Processes that wait for a document.
    idle: Mutex<Vec<Process>>,
}

/// The answer of a process for a document.
pub(crate) struct Given {
    pub rows: Vec<Rows>,
    pub columns: Vec<(String, Column)>,
}

impl Pool {
    /// Starts the first process.
    ///
    /// # Errors
    /// The plugin's message while it made its instance, or the end of its process.
    pub fn new(isolated: &Isolated, plugin: &Plugin, config: String) -> Result<Self, PluginError> {
        let mut pool = Pool {
            isolated: isolated.clone(),
            plugin: plugin.clone(),
            config,
            needs: Vec::new(),
            idle: Mutex::new(Vec::new()),
        };
        let (process, needs) = pool.start(isolated.starting()).map_err(Trouble::into_error)?;
        pool.needs = needs;
        pool.put(process);
        Ok(pool)
    }

    /// Returns true if the instance needs an optional layer.
    pub fn needs(&self, layer: &str) -> bool {
        self.needs.iter().any(|needed| needed == layer)
    }

    /// Annotates the document of a call. The rows of the process are handed over like those of a plugin in the host.
    pub fn annotate(&self, call: &mut Call<'_, '_>) -> Result<Status, PluginError> {
        // Says what is missing or of another type.
        call.views()?;
        let Some(document) = call.document() else { return Ok(STATUS_OK) };
        let mut process = self.take(call)?;
        let patience = Patience::new(self.isolated.limits().time, Some(call.cancel()));
        let write = |out: &mut Vec<u8>| put_document(out, call.plugin().manifest(), document);
        let given = match process.ask(Kind::Annotate, write, patience, given) {
            Ok(given) => given,
            Err(Trouble::Said(message)) => {
                self.put(process);
                return Err(PluginError::new(message));
            }
            // The process ends here; the next document has another.
            Err(trouble) => return Err(trouble.into_error()),
        };
        self.put(process);
        for rows in given.rows {
            call.take_rows(rows);
        }
        for (layer, column) in given.columns {
            call.take_column(layer, column);
        }
        Ok(STATUS_OK)
    }

    /// A thread that panicked while it held the lock left the list whole.
    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, process: Process) {
        self.idle().push(process);
    }

    /// A process that waits, or a new one. One that ended since its last document harms no other.
    fn take(&self, call: &Call<'_, '_>) -> Result<Process, PluginError> {
        loop {
            let Some(mut process) = self.idle().pop() else { break };
            if process.is_alive() {
                return Ok(process);
            }
        }
        let patience = Patience { cancel: Some(call.cancel()), ..self.isolated.starting() };
        match self.start(patience) {
            Ok((process, _)) => Ok(process),
            Err(Trouble::Said(what)) => Err(PluginError::new(format!("the plugin cannot be started again: {what}"))),
            Err(Trouble::Ended(what)) => Err(PluginError::new(format!("{what} while it was started"))),
            Err(Trouble::Cancelled) => Err(PluginError::cancelled()),
        }
    }

    /// A process with an instance, and the layers that the instance needs.
    fn start(&self, patience: Patience<'_>) -> Result<(Process, Vec<String>), Trouble> {
        let (mut process, offers) = self.isolated.open(patience)?;
        let same = offers.iter().any(|offer| {
            let (id, version, manifest) = (self.plugin.id(), self.plugin.version(), self.plugin.manifest_text());
            (offer.id.as_str(), offer.version.as_str(), offer.manifest.as_str()) == (id, version, manifest)
        });
        if !same {
            return Err(Trouble::Said(EXCHANGED.into()));
        }
        let write = |out: &mut Vec<u8>| put_create(out, self.plugin.id(), &self.config);
        let needs = process.ask(Kind::Create, write, patience, |mut answer| {
            let needs = answer.list(|answer| answer.str().map(str::to_owned))?;
            answer.end().map(|()| needs)
        })?;
        Ok((process, needs))
    }
}

/// A document as a plugin with this manifest sees it.
fn put_document(out: &mut Vec<u8>, manifest: &Manifest, document: &Document) {
    put_str(out, document.id());
    put_str(out, document.text());
    let given: Vec<&str> = manifest
        .writes
        .iter()
        .map(|entry| entry.layer.as_str())
        .filter(|name| document.layer(name).is_some() && !manifest.takes(name))
        .collect();
    put_u32(out, given.len() as u32);
    given.iter().for_each(|name| put_str(out, name));
    let read: Vec<(&Layer, _)> =
        manifest.reads.iter().filter_map(|read| Some((document.layer(&read.layer)?, &read.columns))).collect();
    put_u32(out, read.len() as u32);
    for (layer, columns) in read {
        // Rows fit or not by all columns of the layer that they join.
        let whole = Manifest::find(&manifest.appends, layer.name()).is_some();
        put_rows(out, layer, 0, |column| whole || columns.contains_key(column));
    }
}

/// The answer to [`Kind::Annotate`].
pub(crate) fn given(mut answer: Reader<'_>) -> Decoded<Given> {
    let rows = answer.list(Reader::rows)?;
    let columns = answer.list(|answer| {
        let layer = answer.str()?.to_owned();
        let rows = answer.length()?;
        Ok((layer, answer.column(rows)?))
    })?;
    answer.end().map(|()| Given { rows, columns })
}
