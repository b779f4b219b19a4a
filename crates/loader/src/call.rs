//! One call of a plugin: its input, its output, and the part of the output that is kept.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

use copydesk_abi as abi;
use copydesk_abi::{
    ABI_MINOR, AnnotateBatch, Host, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANICKED, Status, Str,
};
use copydesk_core::{Column, ColumnType, Document, Layer, LayerError, LayerType, Manifest, check_column_references};

use crate::convert::{self, Rows};
use crate::{Plugin, PluginError};

/// The host's side of a call: `Host::context` points at it.
pub(crate) struct Call<'p, 'd> {
    plugin: &'p Plugin,
    /// `None` during `create`.
    document: Option<&'d Document>,
    cancel: &'d AtomicBool,
    /// The plugin's own message about its failure.
    message: Option<String>,
    /// The host's reason to refuse rows. It overrides later messages of the plugin.
    refusal: Option<String>,
    /// Layers with rows of this call in them.
    layers: Vec<Layer>,
    extensions: Vec<Extension<'p>>,
}

/// A column of this call for a layer of another plugin.
pub(crate) struct Extension<'p> {
    pub(crate) layer: String,
    kind: &'p ColumnType,
    pub(crate) column: Column,
}

/// The output of a call, checked against all rules and ready for the document.
pub(crate) struct Staged<'p> {
    /// Layers with rows that moved because others came between them, and the rows' new numbers.
    moved: Vec<(String, Vec<u32>)>,
    layers: Vec<Layer>,
    extensions: Vec<Extension<'p>>,
}

impl Staged<'_> {
    pub(crate) fn commit(self, document: &mut Document) -> Result<(), PluginError> {
        for (layer, numbers) in &self.moved {
            document.renumber(layer, numbers);
        }
        for layer in self.layers {
            document.put(layer);
        }
        for extension in self.extensions {
            document
                .extend(&extension.layer, extension.kind, extension.column)
                .map_err(|error| PluginError::new(error.to_string()))?;
        }
        Ok(())
    }
}

/// The document as tables of the contract.
pub(crate) struct Views {
    _columns: Vec<abi::Column>,
    _widened: Vec<Vec<f32>>,
    _tables: Vec<abi::Table>,
    _pointers: Vec<*const abi::Table>,
    doc: abi::Doc,
}

impl Views {
    pub(crate) fn doc(&self) -> *const abi::Doc {
        &raw const self.doc
    }
}

/// The parts of a call that an isolated plugin's process and its host need.
#[cfg(unix)]
impl<'p, 'd> Call<'p, 'd> {
    /// The document that is analyzed.
    pub(crate) fn document(&self) -> Option<&'d Document> {
        self.document
    }

    /// Set once the run is cancelled.
    pub(crate) fn cancel(&self) -> &'d AtomicBool {
        self.cancel
    }

    /// The plugin that is called.
    pub(crate) fn plugin(&self) -> &'p Plugin {
        self.plugin
    }

    /// The output of the call, each row and column checked by itself. A layer that the document already has begins with
    /// its rows there. [`Call::into_staged`] checks references and promised columns.
    pub(crate) fn into_given(self) -> (Vec<Layer>, Vec<Extension<'p>>) {
        (self.layers, self.extensions)
    }

    /// Stages rows, or notes why they are refused.
    pub(crate) fn take_rows(&mut self, rows: Rows) -> Status {
        let outcome = self.stage_rows(rows);
        self.keep(outcome)
    }

    /// Stages a column, or notes why it is refused.
    pub(crate) fn take_column(&mut self, layer: String, column: Column) -> Status {
        let outcome = self.stage_column(layer, column);
        self.keep(outcome)
    }
}

impl<'p, 'd> Call<'p, 'd> {
    pub(crate) fn for_create(plugin: &'p Plugin, cancel: &'d AtomicBool) -> Self {
        Call {
            plugin,
            document: None,
            cancel,
            message: None,
            refusal: None,
            layers: Vec::new(),
            extensions: Vec::new(),
        }
    }

    pub(crate) fn new(plugin: &'p Plugin, document: &'d Document, cancel: &'d AtomicBool) -> Self {
        Call { document: Some(document), ..Call::for_create(plugin, cancel) }
    }

    /// Returns true if the document brings every layer that the plugin writes, so that there is nothing to do. The plugin
    /// still has to work if the document brings only layers that the plugin takes as given.
    pub(crate) fn given(plugin: &Plugin, document: &Document) -> Result<bool, PluginError> {
        let manifest = plugin.manifest();
        let present = |layer: &str| document.layer(layer).is_some();
        let written = || manifest.writes.iter().filter(|entry| !entry.optional).map(|entry| entry.layer.as_str());
        let Some(given) = written().find(|layer| present(layer) && !manifest.takes(layer)) else { return Ok(false) };
        match written().find(|layer| !present(layer)) {
            None => Ok(manifest.appends.is_empty() && manifest.extends.is_empty()),
            Some(missing) => Err(PluginError::new(format!(
                "the document brings layer {given:?} but not {missing:?}, which this stage makes together; give both or neither"
            ))),
        }
    }

    /// The document as the plugin sees it: the layers and columns that its manifest reads.
    pub(crate) fn views(&self) -> Result<Views, PluginError> {
        let (id, text) = self.document.map_or(("", ""), |document| (document.id(), document.text()));
        let reads = &self.plugin.manifest().reads;
        let mut columns = Vec::with_capacity(reads.iter().map(|read| read.columns.len()).sum());
        let mut widened = Vec::new();
        let mut ranges = Vec::with_capacity(reads.len());
        for read in reads {
            let Some(layer) = self.document.and_then(|document| document.layer(&read.layer)) else {
                if read.optional {
                    continue;
                }
                return Err(PluginError::new(format!("layer {:?} is not there", read.layer)));
            };
            let first = columns.len();
            convert::views(layer, read.columns.iter(), &mut columns, &mut widened).map_err(PluginError::new)?;
            ranges.push((layer, first));
        }
        let tables: Vec<abi::Table> = ranges
            .iter()
            .enumerate()
            .map(|(at, (layer, first))| {
                let end = ranges.get(at + 1).map_or(columns.len(), |(_, next)| *next);
                abi::Table {
                    size: size_of::<abi::Table>() as u32,
                    column_count: (end - first) as u32,
                    layer: Str::new(layer.name()),
                    row_count: layer.len(),
                    spans: layer.spans().as_ptr(),
                    columns: columns.get(*first..).unwrap_or_default().as_ptr(),
                }
            })
            .collect();
        let pointers: Vec<*const abi::Table> = tables.iter().map(std::ptr::from_ref).collect();
        let doc = abi::Doc {
            size: size_of::<abi::Doc>() as u32,
            table_count: pointers.len() as u32,
            id: Str::new(id),
            text: Str::new(text),
            tables: pointers.as_ptr(),
        };
        Ok(Views { _columns: columns, _widened: widened, _tables: tables, _pointers: pointers, doc })
    }

    /// Lends the host's functions to `call` while it runs.
    pub(crate) fn run(&mut self, call: impl FnOnce(*const Host) -> Status) -> Status {
        let host = host(std::ptr::from_mut(self).cast());
        call(&raw const host)
    }

    /// Success, or why not.
    pub(crate) fn outcome(&mut self, status: Status) -> Result<(), PluginError> {
        // Rows that were refused are lost, so a plugin that goes on has not succeeded.
        if let Some(refusal) = self.refusal.take() {
            return Err(PluginError::new(refusal));
        }
        let message = self.message.take();
        match status {
            STATUS_OK => Ok(()),
            STATUS_CANCELLED if self.cancel.load(Ordering::Relaxed) => Err(PluginError::cancelled()),
            STATUS_PANICKED => {
                Err(PluginError::new(format!("the plugin panicked: {}", message.as_deref().unwrap_or("no message"))))
            }
            STATUS_ERROR | STATUS_CANCELLED => {
                Err(PluginError::new(message.unwrap_or_else(|| "the plugin failed and gave no message".into())))
            }
            other => Err(PluginError::new(format!(
                "the plugin returned the unknown status {other}{}",
                message.map(|message| format!(": {message}")).unwrap_or_default()
            ))),
        }
    }

    /// Returns the output of the call, complete and with every reference checked.
    pub(crate) fn into_staged(mut self) -> Result<Staged<'p>, PluginError> {
        let Some(document) = self.document else {
            return Ok(Staged { moved: Vec::new(), layers: Vec::new(), extensions: Vec::new() });
        };
        let manifest = self.plugin.manifest();
        for written in manifest.writes.iter().filter(|written| !written.optional) {
            let there = self.layers.iter().any(|layer| layer.name() == written.layer);
            if !there && document.layer(&written.layer).is_none() {
                self.layers.push(new_layer(manifest, &written.layer));
            }
        }
        for extended in &manifest.extends {
            for column in extended.columns.keys() {
                let given = self
                    .extensions
                    .iter()
                    .any(|extension| extension.layer == extended.layer && extension.column.name == *column);
                if !given {
                    let error =
                        LayerError::new(&extended.layer, format!("the promised column {column:?} was not given"));
                    return Err(PluginError::new(error.to_string()));
                }
            }
        }
        let rows_of = |name: &str| {
            let staged = self.layers.iter().find(|layer| layer.name() == name);
            staged.or_else(|| document.layer(name)).map_or(0, Layer::len)
        };
        let refused = |error: LayerError| PluginError::new(error.to_string());
        for layer in &self.layers {
            layer.check_references(rows_of).map_err(refused)?;
        }
        for Extension { layer, kind, column } in &self.extensions {
            check_column_references(layer, kind, column, rows_of).map_err(refused)?;
        }
        let mut moved = Vec::new();
        for layer in &mut self.layers {
            if Manifest::find(&manifest.appends, layer.name()).is_some()
                && let Some(numbers) = layer.settle().map_err(refused)?
            {
                moved.push((layer.name().to_owned(), numbers));
            }
        }
        for (name, numbers) in &moved {
            self.layers.iter_mut().for_each(|layer| layer.renumber(name, numbers));
            self.extensions.iter_mut().for_each(|extension| extension.column.data.renumber(name, numbers));
        }
        Ok(Staged { moved, layers: self.layers, extensions: self.extensions })
    }

    /// Stages rows.
    ///
    /// # Safety
    /// As [`convert::rows`].
    unsafe fn append(&mut self, table: *const abi::Table) -> Result<(), String> {
        // SAFETY: the caller vouches for it.
        let rows = unsafe { convert::rows(table) }?;
        self.stage_rows(rows)
    }

    fn stage_rows(&mut self, rows: Rows) -> Result<(), String> {
        let document = self.document.ok_or("rows can be handed over only while a document is annotated")?;
        let manifest = self.plugin.manifest();
        let writes = Manifest::find(&manifest.writes, &rows.layer).is_some();
        if !writes && Manifest::find(&manifest.appends, &rows.layer).is_none() {
            return Err(format!("layer {:?} is neither in `writes` nor in `appends` of the manifest", rows.layer));
        }
        if writes && document.layer(&rows.layer).is_some() {
            // The document brought the layer: it stays as given.
            return Ok(());
        }
        let at = match self.layers.iter().position(|layer| layer.name() == rows.layer) {
            Some(at) => at,
            None => {
                let fresh = document.layer(&rows.layer).cloned();
                self.layers.push(fresh.unwrap_or_else(|| new_layer(manifest, &rows.layer)));
                self.layers.len() - 1
            }
        };
        let layer = self.layers.get_mut(at).ok_or("the layer is gone")?;
        let appended = if writes {
            layer.append(document.text(), &rows.spans, rows.columns)
        } else {
            layer.append_anywhere(document.text(), &rows.spans, rows.columns)
        };
        appended.map_err(|error| error.to_string())
    }

    /// Stages a column.
    ///
    /// # Safety
    /// As [`convert::column`], and [`convert::string`] for the layer's name.
    unsafe fn extend(&mut self, layer: Str, column: *const abi::Column) -> Result<(), String> {
        let document = self.document.ok_or("columns can be handed over only while a document is annotated")?;
        // SAFETY: the caller vouches for it.
        let name = unsafe { convert::string(layer) }?;
        if !column.is_aligned() {
            return Err("the column is no pointer to one".into());
        }
        // SAFETY: aligned, and null is refused; the caller vouches for the rest.
        let raw = unsafe { column.as_ref() }.ok_or("the column is a null pointer")?;
        let target = document.layer(&name).ok_or_else(|| format!("layer {name:?} is not there"))?;
        // SAFETY: as above.
        let column = unsafe { convert::column(raw, target.len()) }.map_err(|what| format!("layer {name:?}: {what}"))?;
        self.stage_column(name, column)
    }

    fn stage_column(&mut self, name: String, mut column: Column) -> Result<(), String> {
        let document = self.document.ok_or("columns can be handed over only while a document is annotated")?;
        let target = document.layer(&name).ok_or_else(|| format!("layer {name:?} is not there"))?;
        let kind = Manifest::find(&self.plugin.manifest().extends, &name)
            .and_then(|extended| extended.columns.get(&column.name))
            .ok_or_else(|| format!("column {name}.{} is not in `extends` of the manifest", column.name))?;
        column.data = column.data.rounded_for(kind);
        target.check_extension(kind, &column).map_err(|error| error.to_string())?;
        if self.extensions.iter().any(|other| other.layer == name && other.column.name == column.name) {
            return Err(format!("column {name}.{} is given twice", column.name));
        }
        self.extensions.push(Extension { layer: name, kind, column });
        Ok(())
    }

    fn keep(&mut self, outcome: Result<(), String>) -> Status {
        match outcome {
            Ok(()) => STATUS_OK,
            Err(what) => {
                self.refusal.get_or_insert(what);
                STATUS_ERROR
            }
        }
    }
}

fn new_layer(manifest: &Manifest, name: &str) -> Layer {
    let kind = Manifest::find(&manifest.writes, name)
        .map(|written| LayerType { order: written.order, columns: written.columns.clone() });
    Layer::new(name, kind.unwrap_or_default())
}

fn host(context: *mut c_void) -> Host {
    Host {
        size: size_of::<Host>() as u32,
        abi_minor: u32::from(ABI_MINOR),
        context,
        fail,
        is_cancelled,
        append,
        extend,
    }
}

/// # Safety
/// `context` must be the argument of [`host`], during its call. The contract allows the plugin no other use.
unsafe fn call_of<'c, 'p, 'd>(context: *mut c_void) -> Option<&'c mut Call<'p, 'd>> {
    // SAFETY: the caller vouches for it; one thread at a time uses it.
    unsafe { context.cast::<Call<'p, 'd>>().as_mut() }
}

unsafe extern "C" fn fail(context: *mut c_void, message: Str) {
    // SAFETY: called by a plugin during its call, with strings of the contract.
    unsafe {
        if let Some(call) = call_of(context) {
            call.message = Some(
                convert::string(message).unwrap_or_else(|what| format!("a failure whose message is unusable: {what}")),
            );
        }
    }
}

unsafe extern "C" fn is_cancelled(context: *mut c_void) -> u32 {
    // SAFETY: called by a plugin during its call.
    unsafe { call_of(context) }.map_or(1, |call| u32::from(call.cancel.load(Ordering::Relaxed)))
}

unsafe extern "C" fn append(context: *mut c_void, rows: *const abi::Table) -> Status {
    // SAFETY: called by a plugin during its call, with a table of the contract.
    unsafe {
        let Some(call) = call_of(context) else { return STATUS_ERROR };
        let outcome = call.append(rows);
        call.keep(outcome)
    }
}

unsafe extern "C" fn extend(context: *mut c_void, layer: Str, column: *const abi::Column) -> Status {
    // SAFETY: called by a plugin during its call, with a column of the contract.
    unsafe {
        let Some(call) = call_of(context) else { return STATUS_ERROR };
        let outcome = call.extend(layer, column);
        call.keep(outcome)
    }
}

/// Calls the batch extension and commits each document that came out well. Returns `None` if the batch as a whole
/// failed. All documents then stay as they were.
pub(crate) fn batch(
    plugin: &Plugin,
    extension: &AnnotateBatch,
    instance: *mut c_void,
    documents: &mut [Document],
    cancel: &AtomicBool,
) -> Option<Vec<Result<(), PluginError>>> {
    let mut outcomes: Vec<Result<(), PluginError>> = Vec::with_capacity(documents.len());
    let mut staged: Vec<Option<Staged<'_>>> = Vec::with_capacity(documents.len());
    {
        let mut calls = Vec::with_capacity(documents.len());
        let mut views = Vec::with_capacity(documents.len());
        let mut places = Vec::with_capacity(documents.len());
        for (at, document) in documents.iter().enumerate() {
            staged.push(None);
            let call = Call::new(plugin, document, cancel);
            match Call::given(plugin, document).and_then(|given| Ok((given, call.views()?))) {
                Ok((false, view)) => {
                    outcomes.push(Ok(()));
                    calls.push(call);
                    views.push(view);
                    places.push(at);
                }
                Ok((true, _)) => outcomes.push(Ok(())),
                Err(error) => outcomes.push(Err(error)),
            }
        }
        let docs: Vec<*const abi::Doc> = views.iter().map(Views::doc).collect();
        let hosts: Vec<Host> = calls.iter_mut().map(|call| host(std::ptr::from_mut(call).cast())).collect();
        let host_pointers: Vec<*const Host> = hosts.iter().map(std::ptr::from_ref).collect();
        let mut statuses = vec![STATUS_ERROR; docs.len()];
        let whole = if docs.is_empty() {
            STATUS_OK
        } else {
            // SAFETY: the instance is alive; all arrays have `docs.len()` elements and live until the call
            // returns.
            unsafe {
                (extension.annotate_batch)(
                    instance,
                    docs.as_ptr(),
                    host_pointers.as_ptr(),
                    statuses.as_mut_ptr(),
                    docs.len(),
                )
            }
        };
        if whole != STATUS_OK {
            return None;
        }
        for ((mut call, status), at) in calls.into_iter().zip(statuses).zip(places) {
            let outcome = call.outcome(status).and_then(|()| call.into_staged());
            match (outcome, staged.get_mut(at), outcomes.get_mut(at)) {
                (Ok(rows), Some(place), _) => *place = Some(rows),
                (Err(error), _, Some(place)) => *place = Err(error),
                _ => {}
            }
        }
    }
    for ((document, rows), outcome) in documents.iter_mut().zip(staged).zip(&mut outcomes) {
        if let Some(rows) = rows {
            *outcome = rows.commit(document);
        }
    }
    Some(outcomes)
}
