//! A plugin that passed the handshake, and its instances.

use std::ffi::c_void;
use std::fmt;
use std::path::PathBuf;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use copydesk_abi::{
    AnnotateBatch, Descriptor, EXTENSION_ANNOTATE_BATCH, EXTENSION_NEEDS, Needs, STATUS_OK, Status, Str,
};
use copydesk_core::{Document, Manifest};
use serde_json::{Map, Value};

use crate::PluginError;
use crate::call::Call;
use crate::isolated::{Isolated, Limits, Pool};

/// The origin of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Linked into this program.
    BuiltIn,
    /// Loaded from a library.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::BuiltIn => f.write_str("built in"),
            Origin::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The functions of a descriptor.
#[derive(Clone, Copy)]
pub(crate) struct Functions {
    pub descriptor: &'static Descriptor,
    pub batch: Option<&'static AnnotateBatch>,
    pub needs: Option<&'static Needs>,
}

impl Functions {
    pub(crate) fn new(descriptor: &'static Descriptor) -> Self {
        // SAFETY: the types are those of the extensions' tables, the sizes those of their first versions.
        unsafe {
            let batch = extension(descriptor, EXTENSION_ANNOTATE_BATCH, AnnotateBatch::SIZE_1_0);
            let needs = extension(descriptor, EXTENSION_NEEDS, Needs::SIZE_1_0);
            Functions { descriptor, batch, needs }
        }
    }
}

/// Returns the table of an extension, if the plugin has it with at least `least` bytes.
///
/// # Safety
/// `T` must be the type of the table that the extension `id` has.
unsafe fn extension<T>(descriptor: &Descriptor, id: &str, least: usize) -> Option<&'static T> {
    // SAFETY: `get_extension` may be called from any thread and gives null or a static table that begins with
    // its size; the caller vouches for the type.
    unsafe {
        let table = (descriptor.get_extension)(Str::new(id)).cast::<T>();
        let whole = !table.is_null() && table.is_aligned() && table.cast::<u32>().read() as usize >= least;
        if whole { table.as_ref() } else { None }
    }
}

/// The place in which a plugin's code runs.
pub(crate) enum Code {
    /// In this process.
    Here(Functions),
    /// In processes of its own.
    Isolated(Isolated),
}

pub(crate) struct Loaded {
    pub id: String,
    pub version: String,
    /// Major and minor version of the contract that the library was built against.
    pub abi: (u16, u16),
    pub manifest: Manifest,
    /// The manifest as the plugin has it.
    pub manifest_text: String,
    pub origin: Origin,
    pub code: Code,
}

/// A plugin that passed the handshake. Cheap to clone.
#[derive(Clone)]
pub struct Plugin {
    loaded: Arc<Loaded>,
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("id", &self.id()).field("origin", self.origin()).finish_non_exhaustive()
    }
}

impl Plugin {
    pub(crate) fn new(loaded: Loaded) -> Self {
        Plugin { loaded: Arc::new(loaded) }
    }

    /// The same plugin, run in processes of its own.
    pub(crate) fn isolated(&self, isolated: Isolated) -> Self {
        let Loaded { id, version, abi, manifest, manifest_text, origin, .. } = &*self.loaded;
        Plugin::new(Loaded {
            id: id.clone(),
            version: version.clone(),
            abi: *abi,
            manifest: manifest.clone(),
            manifest_text: manifest_text.clone(),
            origin: origin.clone(),
            code: Code::Isolated(isolated),
        })
    }

    #[cfg(unix)]
    pub(crate) fn manifest_text(&self) -> &str {
        &self.loaded.manifest_text
    }

    /// The plugin's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.loaded.id
    }

    /// The plugin's own version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.loaded.version
    }

    /// Major and minor version of the contract that it was built against.
    #[must_use]
    pub fn abi(&self) -> (u16, u16) {
        self.loaded.abi
    }

    /// Returns the manifest: the layers it reads and makes, and its options.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.loaded.manifest
    }

    /// Returns its origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.loaded.origin
    }

    /// Returns true if it can annotate several documents in one call. An isolated plugin gets one document after
    /// another.
    #[must_use]
    pub fn batches(&self) -> bool {
        matches!(&self.loaded.code, Code::Here(functions) if functions.batch.is_some())
    }

    /// Returns its limits, if it is isolated.
    #[must_use]
    pub fn limits(&self) -> Option<&Limits> {
        match &self.loaded.code {
            Code::Here(_) => None,
            Code::Isolated(isolated) => Some(isolated.limits()),
        }
    }

    /// Makes an instance. Defaults of the schema are filled in; faults against the schema are the
    /// caller's to look for first, see [`copydesk_core::ConfigSchema::faults`].
    ///
    /// # Errors
    /// The plugin's own message, for example about a missing model file. For an isolated plugin, also the end of its
    /// first process.
    pub fn create(&self, config: &Map<String, Value>) -> Result<Instance, PluginError> {
        let config = Value::Object(self.manifest().config.complete(config)).to_string();
        let work = match &self.loaded.code {
            Code::Here(functions) => Work::Here(self.create_here(*functions, &config)?),
            Code::Isolated(isolated) => Work::Isolated(Pool::new(isolated, self, config)?),
        };
        Ok(Instance { plugin: self.clone(), work })
    }

    fn create_here(&self, functions: Functions, config: &str) -> Result<Made, PluginError> {
        let mut instance = ptr::null_mut();
        let cancel = AtomicBool::new(false);
        let mut call = Call::for_create(self, &cancel);
        let status = call.run(|host| {
            // SAFETY: a checked descriptor; the configuration, the host and the place for the instance
            // live until the call returns.
            unsafe { (functions.descriptor.create)(Str::new(config), host, &raw mut instance) }
        });
        // Made before the outcome is looked at: an instance that is not wanted is destroyed.
        let made = (status == STATUS_OK && !instance.is_null()).then(|| Made { functions, instance });
        call.outcome(status)?;
        made.ok_or_else(|| PluginError::new("create returned no instance"))
    }
}

/// A plugin made ready by one stage's configuration; shared by all threads.
pub struct Instance {
    plugin: Plugin,
    work: Work,
}

/// The worker behind an instance.
enum Work {
    Here(Made),
    Isolated(Pool),
}

/// The instance that `create` made in this process.
struct Made {
    functions: Functions,
    instance: *mut c_void,
}

// SAFETY: the contract says that `annotate` is called from many threads at once on one instance, and that
// `create` and `destroy` may run on different threads.
unsafe impl Send for Made {}
// SAFETY: as above.
unsafe impl Sync for Made {}

impl Drop for Made {
    fn drop(&mut self) {
        // SAFETY: made by `create` of the same descriptor, destroyed once, and no call runs since this is
        // the last owner.
        unsafe { (self.functions.descriptor.destroy)(self.instance) }
    }
}

impl Made {
    fn annotate(&self, call: &mut Call<'_, '_>) -> Result<Status, PluginError> {
        let views = call.views()?;
        Ok(call.run(|host| {
            // SAFETY: the instance is alive; the views and the host live until the call returns.
            unsafe { (self.functions.descriptor.annotate)(self.instance, views.doc(), host) }
        }))
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

impl Instance {
    /// The plugin it was made from.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Returns true if it needs a layer that its manifest marks optional.
    #[must_use]
    pub fn needs(&self, layer: &str) -> bool {
        match &self.work {
            Work::Here(made) => {
                // SAFETY: the instance is alive; the name lives until the call returns.
                let needs = |table: &Needs| unsafe { (table.needs)(made.instance, Str::new(layer)) };
                made.functions.needs.is_some_and(|table| needs(table) != 0)
            }
            Work::Isolated(pool) => pool.needs(layer),
        }
    }

    /// Annotates a document. Given layers stay as they are: if the document brings all that the plugin writes, the
    /// plugin is not called. Rows are checked as they come. They enter the document only if the plugin returned
    /// success; otherwise the document stays as it was.
    ///
    /// # Errors
    /// The plugin's own message, or the host's reason to refuse its rows. For an isolated plugin, also the end of its
    /// process.
    pub fn annotate(&self, document: &mut Document, cancel: &AtomicBool) -> Result<(), PluginError> {
        let given = Call::given(&self.plugin, document)?;
        if given {
            return Ok(());
        }
        let staged = {
            let mut call = Call::new(&self.plugin, document, cancel);
            let status = self.call(&mut call)?;
            call.outcome(status)?;
            call.into_staged()?
        };
        staged.commit(document)
    }

    /// Runs a call. Its output stays in `call`.
    pub(crate) fn call(&self, call: &mut Call<'_, '_>) -> Result<Status, PluginError> {
        match &self.work {
            Work::Here(made) => made.annotate(call),
            Work::Isolated(pool) => pool.annotate(call),
        }
    }

    /// Annotates several documents, in one call if the plugin has the extension. It runs them one by one if the plugin
    /// is isolated or that call fails as a whole, for example by a panic. So a bad document costs its neighbours
    /// nothing. Outcomes are in the order of the documents.
    pub fn annotate_batch(&self, documents: &mut [Document], cancel: &AtomicBool) -> Vec<Result<(), PluginError>> {
        if let Work::Here(Made { functions: Functions { batch: Some(batch), .. }, instance }) = &self.work
            && let Some(outcomes) = crate::call::batch(&self.plugin, batch, *instance, documents, cancel)
        {
            return outcomes;
        }
        let one = |document: &mut Document| {
            if cancel.load(Ordering::Relaxed) {
                return Err(PluginError::cancelled());
            }
            self.annotate(document, cancel)
        };
        documents.iter_mut().map(one).collect()
    }
}
