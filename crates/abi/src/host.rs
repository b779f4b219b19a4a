//! The functions that the host lends a plugin during a call.

use core::ffi::c_void;

use crate::{Column, Str, Table};

/// The outcome of a call. Values other than those named here are errors.
pub type Status = u32;

/// The call succeeded.
pub const STATUS_OK: Status = 0;
/// The call failed; `Host::fail` was told why.
pub const STATUS_ERROR: Status = 1;
/// The call stopped because `Host::is_cancelled` said so.
pub const STATUS_CANCELLED: Status = 2;
/// The plugin panicked; `Host::fail` was given the message.
pub const STATUS_PANICKED: Status = 3;

/// A document as a plugin sees it: its text, and the tables of the layers its manifest reads.
#[repr(C)]
#[derive(Debug)]
pub struct Doc {
    /// `size_of::<Doc>()`.
    pub size: u32,
    /// Number of `tables`.
    pub table_count: u32,
    /// The document's id, for messages.
    pub id: Str,
    /// The text: valid UTF-8, shorter than 4 GiB. It may contain NUL.
    pub text: Str,
    /// Pointers to `table_count` tables, in the order of the manifest's `reads`; a layer that is marked
    /// optional and absent has no table.
    pub tables: *const *const Table,
}

/// The host's functions. A plugin calls them only during the call that brought the pointer, and only
/// on the thread of that call.
#[repr(C)]
#[derive(Debug)]
pub struct Host {
    /// `size_of::<Host>()`.
    pub size: u32,
    /// The host's [`crate::ABI_MINOR`].
    pub abi_minor: u32,
    /// To be passed back to every function of this table.
    pub context: *mut c_void,
    /// Says why the running call is about to fail. The last message counts.
    pub fail: unsafe extern "C" fn(context: *mut c_void, message: Str),
    /// Other than zero once the run was cancelled: return [`STATUS_CANCELLED`] soon.
    pub is_cancelled: unsafe extern "C" fn(context: *mut c_void) -> u32,
    /// Stages rows for a layer that the manifest `writes` or `appends` to. The values are copied. Row numbers continue
    /// those of the layer. If rows are appended to another stage's layer, they are sorted in afterwards, and references
    /// follow them. If the rows break the layer's rules, it fails and reports the reason by itself. Not during
    /// `create`.
    pub append: unsafe extern "C" fn(context: *mut c_void, rows: *const Table) -> Status,
    /// Stages one more column, a value for each row of `layer`, which the manifest `extends`. The
    /// values are copied. Not during `create`.
    pub extend: unsafe extern "C" fn(context: *mut c_void, layer: Str, column: *const Column) -> Status,
}
