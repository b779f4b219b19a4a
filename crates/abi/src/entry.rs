//! The exports of a plugin: the frozen prefix, and one descriptor for each plugin in the library.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use crate::{Doc, Host, Status, Str};

/// The first bytes of every plugin's entry.
pub const MAGIC: [u8; 8] = *b"COPYDESK";

/// A plugin's entry is exported under this prefix followed by its crate's name.
pub const SYMBOL_PREFIX: &str = "copydesk_plugin__";
/// The name under which a plugin written in C may export its entry.
pub const SYMBOL_C: &str = "copydesk_plugin";

/// [`Prefix::endianness`] of a little-endian library.
pub const ENDIAN_LITTLE: u8 = 1;
/// [`Prefix::endianness`] of a big-endian library.
pub const ENDIAN_BIG: u8 = 2;

/// [`Prefix::panic_strategy`]: the library unwinds, and catches panics before they reach the host.
pub const PANIC_UNWIND: u8 = 1;
/// [`Prefix::panic_strategy`]: a panic ends the process. Such a library is refused.
pub const PANIC_ABORT: u8 = 2;
/// [`Prefix::panic_strategy`]: the library's language has no panics, as C.
pub const PANIC_NONE: u8 = 3;

/// The part of an entry that is frozen for ever, in all versions: 32 bytes.
///
/// The host reads it from the file. It alone decides if the library can run, before any code of the plugin does.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// [`MAGIC`].
    pub magic: [u8; 8],
    /// [`crate::ABI_MAJOR`] of the contract the library was built against.
    pub abi_major: u16,
    /// [`crate::ABI_MINOR`] of the contract the library was built against.
    pub abi_minor: u16,
    /// Width of a pointer in bits.
    pub pointer_width: u8,
    /// [`ENDIAN_LITTLE`] or [`ENDIAN_BIG`].
    pub endianness: u8,
    /// [`PANIC_UNWIND`], [`PANIC_ABORT`] or [`PANIC_NONE`].
    pub panic_strategy: u8,
    /// Zero.
    pub reserved: u8,
    /// [`crate::LAYOUT_HASH`] as the library's compiler computed it.
    pub layout_hash: u64,
    /// How many pointers [`Entry::descriptors`] holds; at least one.
    pub descriptor_count: u32,
    /// Zero.
    pub reserved2: u32,
}

/// The one static a plugin library exports.
#[repr(C)]
#[derive(Debug)]
pub struct Entry {
    /// See [`Prefix`].
    prefix: Prefix,
    /// `prefix.descriptor_count` pointers to descriptors, valid for the life of the process.
    descriptors: *const *const Descriptor,
}

impl Entry {
    /// An entry. A host that links it calls the functions behind it.
    ///
    /// # Safety
    /// The prefix must be true of this very build. `descriptors` must point to `prefix.descriptor_count` pointers to
    /// descriptors that fulfil the contract for the life of the process.
    #[must_use]
    pub const unsafe fn new(prefix: Prefix, descriptors: *const *const Descriptor) -> Self {
        Entry { prefix, descriptors }
    }

    /// The frozen part.
    #[must_use]
    pub const fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// The pointers to the descriptors.
    #[must_use]
    pub const fn descriptors(&self) -> *const *const Descriptor {
        self.descriptors
    }
}

/// One plugin of a library: its id, its manifest and its functions.
#[repr(C)]
#[derive(Debug)]
pub struct Descriptor {
    /// `size_of::<Descriptor>()` as the library's compiler saw it.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The plugin's id: `[a-z][a-z0-9_]*`, unique among the plugins of a run.
    pub id: Str,
    /// The plugin's own version, by semantic versioning.
    pub version: Str,
    /// JSON: description, configuration schema, and the layers it reads, writes, appends to and
    /// extends.
    pub manifest: Str,
    /// Makes an instance from `config` (a JSON object that fits the manifest's schema, defaults filled
    /// in) and stores it in `*instance`. On failure it calls `host.fail` and returns another status
    /// than OK; `*instance` is then not used. Called once a stage, on one thread.
    pub create: unsafe extern "C" fn(config: Str, host: *const Host, instance: *mut *mut c_void) -> Status,
    /// Annotates one document: reads the tables of `doc`, hands rows to `host.append` and columns to `host.extend`.
    /// Many threads call it at once on one instance. The result must depend on the document and the configuration
    /// alone.
    pub annotate: unsafe extern "C" fn(instance: *const c_void, doc: *const Doc, host: *const Host) -> Status,
    /// Frees an instance. Called once, when no other call on it runs.
    pub destroy: unsafe extern "C" fn(instance: *mut c_void),
    /// The extension named `id`, valid for the life of the process, or null. Callable from any
    /// thread.
    pub get_extension: unsafe extern "C" fn(id: Str) -> *const c_void,
}

impl Descriptor {
    /// Bytes of a descriptor in version 1.0, the least that a host accepts.
    pub const SIZE_1_0: usize = offset_of!(Descriptor, get_extension) + size_of::<usize>();
}

/// Name of the extension with the table [`AnnotateBatch`].
pub const EXTENSION_ANNOTATE_BATCH: &str = "copydesk.annotate_batch/1";

/// Extension [`EXTENSION_ANNOTATE_BATCH`]: several documents in one call.
#[repr(C)]
#[derive(Debug)]
pub struct AnnotateBatch {
    /// `size_of::<AnnotateBatch>()`.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Annotates `count` documents, at least one. `hosts[i]` belongs to `docs[i]`, and the outcome of each goes to
    /// `statuses[i]`. The result must equal that of single `annotate` calls, apart from float rounding. Many threads
    /// call it at once on one instance. Returns OK unless the batch as a whole failed. If it failed, the host keeps
    /// nothing of it and calls `annotate` for each document.
    pub annotate_batch: unsafe extern "C" fn(
        instance: *const c_void,
        docs: *const *const Doc,
        hosts: *const *const Host,
        statuses: *mut Status,
        count: usize,
    ) -> Status,
}

impl AnnotateBatch {
    /// Bytes of the table in version 1.0, the least that a host accepts.
    pub const SIZE_1_0: usize = offset_of!(AnnotateBatch, annotate_batch) + size_of::<usize>();
}

/// Name of the extension with the table [`Needs`].
pub const EXTENSION_NEEDS: &str = "copydesk.needs/1";

/// Extension [`EXTENSION_NEEDS`]: tells which of the layers that the manifest marks optional concern an instance, for
/// example because its model reads one of them.
#[repr(C)]
#[derive(Debug)]
pub struct Needs {
    /// `size_of::<Needs>()`.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Returns one or zero. One for a layer that the manifest `reads` means that this instance needs it. One for a
    /// layer that the manifest `writes`, since version 1.1, means that it makes it. The host asks before the first
    /// document, on any thread.
    pub needs: unsafe extern "C" fn(instance: *const c_void, layer: Str) -> u32,
}

impl Needs {
    /// Bytes of the table in its first version, the least that a host accepts.
    pub const SIZE_1_0: usize = offset_of!(Needs, needs) + size_of::<usize>();
}

// SAFETY: entries, descriptors and extension tables are immutable statics. The strings and functions they point to live
// as long as the process, and each function states which threads may call it.
unsafe impl Sync for Entry {}
// SAFETY: as for `Entry`.
unsafe impl Sync for Descriptor {}
// SAFETY: as for `Entry`.
unsafe impl Send for Descriptor {}
