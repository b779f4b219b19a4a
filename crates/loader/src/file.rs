//! Checks a library's file before it is opened, and reads the entry's prefix from it.

use std::fs;
use std::path::Path;

use copydesk_abi::{Prefix, SYMBOL_C, SYMBOL_PREFIX};
use object::{ExportTarget, NameOrOrdinal, Object, ObjectKind, ObjectSegment};

use crate::LoadError;

/// Facts about a library, found without running it.
pub(crate) struct Checked {
    /// Name of the symbol that is the entry.
    pub symbol: String,
    /// The entry's prefix as the file holds it.
    pub prefix: [u8; size_of::<Prefix>()],
}

/// Reads and checks a library's file.
///
/// # Errors
/// As [`check_bytes`], and if the file cannot be read.
pub(crate) fn check(path: &Path) -> Result<Checked, LoadError> {
    let bytes = fs::read(path).map_err(|error| LoadError::file(path, format!("cannot be read: {error}")))?;
    check_bytes(path, &bytes)
}

/// Checks the bytes of a library's file.
///
/// # Errors
/// If the file is no plugin for this machine: one line for each reason.
pub(crate) fn check_bytes(path: &Path, bytes: &[u8]) -> Result<Checked, LoadError> {
    let fault = |what: String| LoadError::file(path, what);
    let library = object::File::parse(bytes).map_err(|error| {
        // The tables at a library's end are the first to go when it is cut short.
        let what = match object::FileKind::parse(bytes) {
            Ok(_) => format!("is truncated or damaged ({error}); copy or build it again"),
            Err(_) => format!("is not a library ({error}); a plugin is a shared library for this machine"),
        };
        fault(what)
    })?;
    if library.kind() != ObjectKind::Dynamic {
        return Err(fault(format!("is not a shared library but {:?}", library.kind()).to_lowercase()));
    }
    let width = if library.is_64() { 64 } else { 32 };
    if width != usize::BITS {
        return Err(fault(format!("is built for {width}-bit machines; this one needs {} bits", usize::BITS)));
    }
    if library.is_little_endian() != cfg!(target_endian = "little") {
        return Err(fault("is built for machines of the other byte order".into()));
    }
    // A segment that ends behind the file's end would be a SIGBUS inside the dynamic linker.
    for segment in library.segments() {
        let (start, size) = segment.file_range();
        if start.checked_add(size).is_none_or(|end| end > bytes.len() as u64) {
            let what =
                format!("is truncated: it has {} bytes and refers to byte {}", bytes.len(), start.saturating_add(size));
            return Err(fault(what));
        }
    }
    let unreadable = |error: object::Error| fault(format!("has no readable symbol table: {error}"));
    let exports = library.exports().map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let mut entries = exports.iter().filter_map(|export| {
        let NameOrOrdinal::Name(name) = export.name() else { return None };
        let ExportTarget::Address { address } = export.target() else { return None };
        let name = std::str::from_utf8(name).ok()?;
        // Mach-O puts an underscore before every C name; the dynamic linker wants it off.
        let name = if cfg!(target_os = "macos") { name.strip_prefix('_').unwrap_or(name) } else { name };
        (name == SYMBOL_C || name.starts_with(SYMBOL_PREFIX)).then_some((name, address))
    });
    let Some((symbol, address)) = entries.next() else {
        let what = format!("is a library but no plugin: it exports no symbol {SYMBOL_PREFIX}NAME or {SYMBOL_C}");
        return Err(LoadError::no_plugin(path, what));
    };
    if let Some((other, _)) = entries.next() {
        return Err(fault(format!(
            "exports two plugin entries, {symbol} and {other}; use export_plugin! once a library"
        )));
    }
    let mut prefix = [0; size_of::<Prefix>()];
    let held = library
        .segments()
        .find_map(|segment| segment.data_range(address, prefix.len() as u64).ok().flatten())
        .filter(|held| held.len() == prefix.len())
        .ok_or_else(|| fault(format!("is truncated: the bytes of {symbol} are not in the file")))?;
    prefix.copy_from_slice(held);
    Ok(Checked { symbol: symbol.to_owned(), prefix })
}
