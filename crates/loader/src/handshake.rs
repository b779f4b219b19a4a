//! The handshake: reads a library's entry. If this host cannot run the library, it refuses it in one clear line.

use std::collections::HashSet;
use std::fmt;
use std::mem::offset_of;
use std::path::Path;

use copydesk_abi::{
    ABI_MAJOR, ABI_MINOR, Descriptor, ENDIAN_BIG, ENDIAN_LITTLE, Entry, LAYOUT_HASH, MAGIC, PANIC_ABORT, PANIC_NONE,
    PANIC_UNWIND, Prefix, Str, native_endianness,
};
use copydesk_core::{Manifest, is_identifier};

use crate::plugin::{Code, Functions, Loaded, Origin, Plugin};
use crate::{LoadError, file};

/// The plugins of a crate that is linked into this program. They pass the same handshake as loaded ones.
///
/// # Errors
/// As [`open`].
pub fn built_in(entry: &'static Entry) -> Result<Vec<Plugin>, LoadError> {
    // SAFETY: whoever made the entry answered for it, see `Entry::new`.
    unsafe { plugins(entry, &Origin::BuiltIn) }
}

/// Opens a library and returns its plugins.
///
/// # Errors
/// If the file is no library, is truncated, exports no plugin, or was built for another contract, machine or panic
/// strategy. Also if a descriptor or manifest cannot be used. The error is one line that names the file, what was found
/// and what is needed.
pub fn open(path: &Path) -> Result<Vec<Plugin>, LoadError> {
    // An absolute path keeps the dynamic linker from searching for the name elsewhere.
    let absolute = path.canonicalize().map_err(|error| LoadError::file(path, format!("cannot be read: {error}")))?;
    let checked = file::check(&absolute)?;
    check_prefix(&checked.prefix, path.display())?;
    let library =
        open_library(&absolute).map_err(|error| LoadError::file(path, format!("cannot be loaded: {error}")))?;
    // SAFETY: the symbol is a static of the type that the checked prefix vouches for; its address is all
    // that is taken here.
    let entry = unsafe { library.get::<*const Entry>(checked.symbol.as_bytes()) };
    let entry: *const Entry = match entry {
        Ok(symbol) => *symbol,
        Err(error) => return Err(LoadError::file(path, format!("cannot be loaded: {error}"))),
    };
    // Never unloaded: descriptors, manifests and code are used until the process ends.
    std::mem::forget(library);
    if entry.is_null() {
        return Err(LoadError::file(path, "its entry has no address"));
    }
    // SAFETY: the prefix was checked against this host's contract, and the library stays open for ever.
    unsafe { plugins(&*entry, &Origin::File(path.to_path_buf())) }
}

#[cfg(unix)]
fn open_library(path: &Path) -> Result<libloading::os::unix::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: the file was checked to be a whole plugin library; running its initialisers is what
    // loading it means.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }
}

#[cfg(not(unix))]
fn open_library(path: &Path) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: as for Unix.
    unsafe { libloading::Library::new(path) }
}

fn number<const N: usize>(bytes: &[u8; size_of::<Prefix>()], at: usize) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes.iter().skip(at)) {
        *to = *from;
    }
    out
}

/// Checks a prefix as bytes, since its author is still unknown.
pub(crate) fn check_prefix(bytes: &[u8; size_of::<Prefix>()], origin: impl fmt::Display) -> Result<(), LoadError> {
    let fault = |what: String| Err(LoadError::new(&origin, what));
    let magic: [u8; 8] = number(bytes, 0);
    if magic != MAGIC {
        return fault(format!("its entry begins with {:?}, not {:?}", magic.escape_ascii().to_string(), "COPYDESK"));
    }
    let [pointer_width] = number(bytes, offset_of!(Prefix, pointer_width));
    let [endianness] = number(bytes, offset_of!(Prefix, endianness));
    let [panic_strategy] = number(bytes, offset_of!(Prefix, panic_strategy));
    if u32::from(pointer_width) != usize::BITS {
        return fault(format!("was built for {pointer_width}-bit pointers; this program has {}-bit ones", usize::BITS));
    }
    if endianness != native_endianness() {
        let name = |value| match value {
            ENDIAN_LITTLE => "little-endian",
            ENDIAN_BIG => "big-endian",
            _ => "of unknown byte order",
        };
        return fault(format!("is {}; this machine is {}", name(endianness), name(native_endianness())));
    }
    let major = u16::from_ne_bytes(number(bytes, offset_of!(Prefix, abi_major)));
    let minor = u16::from_ne_bytes(number(bytes, offset_of!(Prefix, abi_minor)));
    let hint = if (major, minor) > (ABI_MAJOR, ABI_MINOR) { "update copydesk" } else { "build the plugin again" };
    if major != ABI_MAJOR || minor > ABI_MINOR {
        return fault(format!(
            "was built for plugin ABI {major}.{minor}; this program runs {ABI_MAJOR}.0 to {ABI_MAJOR}.{ABI_MINOR}: {hint}"
        ));
    }
    match panic_strategy {
        PANIC_UNWIND | PANIC_NONE => {}
        PANIC_ABORT => {
            return fault(
                "was built with panic = \"abort\", so a panic would end this program: build it with panic = \"unwind\""
                    .into(),
            );
        }
        other => return fault(format!("names panic strategy {other}; known are 1 (unwind) and 3 (none)")),
    }
    let layout = u64::from_ne_bytes(number(bytes, offset_of!(Prefix, layout_hash)));
    if layout != LAYOUT_HASH {
        return fault(format!(
            "lays out the tables differently (layout {layout:#018x}, needed {LAYOUT_HASH:#018x}): build it again with this version's SDK or header"
        ));
    }
    if u32::from_ne_bytes(number(bytes, offset_of!(Prefix, descriptor_count))) == 0 {
        return fault("has no plugins in it: its entry counts 0 descriptors".into());
    }
    Ok(())
}

/// # Safety
/// The entry must fulfil the contract of the version its prefix states, for the life of the process.
unsafe fn plugins(entry: &'static Entry, origin: &Origin) -> Result<Vec<Plugin>, LoadError> {
    let fault = |what: String| LoadError::new(origin, what);
    // SAFETY: `Prefix` has no padding and every bit pattern of bytes is valid.
    let bytes = unsafe { *std::ptr::from_ref(entry.prefix()).cast::<[u8; size_of::<Prefix>()]>() };
    check_prefix(&bytes, origin)?;
    if entry.descriptors().is_null() {
        return Err(fault("its entry points to no descriptors".into()));
    }
    let abi = (entry.prefix().abi_major, entry.prefix().abi_minor);
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    for at in 0..entry.prefix().descriptor_count as usize {
        // SAFETY: the entry holds `descriptor_count` pointers.
        let descriptor = unsafe { *entry.descriptors().add(at) };
        // SAFETY: the caller vouches for the entry.
        let plugin = unsafe { read_descriptor(descriptor, at, abi, origin) }?;
        if !ids.insert(plugin.id().to_owned()) {
            return Err(fault(format!("has two plugins with the id {:?}; ids must differ", plugin.id())));
        }
        found.push(plugin);
    }
    Ok(found)
}

/// Copies a string of the library, checked to be UTF-8.
///
/// # Safety
/// `text` must point to `len` readable bytes, or be null.
unsafe fn copy_str(text: Str) -> Option<String> {
    if text.len == 0 {
        return Some(String::new());
    }
    if text.ptr.is_null() || text.len > isize::MAX as usize {
        return None;
    }
    // SAFETY: not null; the caller vouches for the length.
    let bytes = unsafe { std::slice::from_raw_parts(text.ptr, text.len) };
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// # Safety
/// `descriptor` must be null or point to a descriptor that lives for ever.
unsafe fn read_descriptor(
    descriptor: *const Descriptor,
    at: usize,
    abi: (u16, u16),
    origin: &Origin,
) -> Result<Plugin, LoadError> {
    let fault = |what: String| LoadError::new(origin, format!("descriptor {at} {what}"));
    if descriptor.is_null() || !descriptor.is_aligned() {
        return Err(fault("is no pointer to a descriptor".into()));
    }
    // SAFETY: the size is a descriptor's first field, whatever its version.
    let size = unsafe { descriptor.cast::<u32>().read() } as usize;
    if size < Descriptor::SIZE_1_0 {
        return Err(fault(format!("has {size} bytes; ABI 1.0 needs {}", Descriptor::SIZE_1_0)));
    }
    // A null function pointer is no Rust value, so the four are looked at as addresses first.
    for (offset, name) in [
        (offset_of!(Descriptor, create), "create"),
        (offset_of!(Descriptor, annotate), "annotate"),
        (offset_of!(Descriptor, destroy), "destroy"),
        (offset_of!(Descriptor, get_extension), "get_extension"),
    ] {
        // SAFETY: the descriptor is at least as long as this version's.
        if unsafe { descriptor.cast::<u8>().add(offset).cast::<usize>().read() } == 0 {
            return Err(fault(format!("has no function `{name}`")));
        }
    }
    // SAFETY: checked to be whole, with functions in place; statics of a library that stays open.
    let descriptor: &'static Descriptor = unsafe { &*descriptor };
    // SAFETY: the strings of a descriptor live as long as it.
    let (id, version, manifest) =
        unsafe { (copy_str(descriptor.id), copy_str(descriptor.version), copy_str(descriptor.manifest)) };
    let id = id
        .filter(|id| is_identifier(id))
        .ok_or_else(|| fault("has no usable id; an id is a-z, 0-9 and _, a letter first".into()))?;
    let fault = |what: String| LoadError::new(origin, format!("plugin {id:?}: {what}"));
    let version = version.filter(|version| !version.is_empty()).ok_or_else(|| fault("has no version".into()))?;
    let manifest_text = manifest.ok_or_else(|| fault("the manifest is not UTF-8".into()))?;
    let manifest = Manifest::parse(&manifest_text).map_err(|error| fault(error.to_string()))?;
    Ok(Plugin::new(Loaded {
        id,
        version,
        abi,
        manifest,
        manifest_text,
        origin: origin.clone(),
        code: Code::Here(Functions::new(descriptor)),
    }))
}
