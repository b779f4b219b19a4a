//! Finds, checks and opens plugins, and calls them.
//!
//! Architecture invariants: only this crate opens libraries, and it knows no TOML. A library is refused before any of
//! its code runs: the loader checks the file, since a truncated one would kill the process inside `dlopen`, and reads
//! the frozen prefix of its entry from the file. Libraries are never unloaded. An isolated library is opened only in
//! processes of its own.

#[doc(hidden)]
pub mod bytes;
mod call;
mod convert;
mod error;
mod file;
mod handshake;
mod isolated;
mod plugin;
mod registry;
mod search;

pub use error::{LoadError, PluginError};
pub use handshake::{built_in, open};
pub use isolated::{ChildCommand, Limits, ServeError, serve_isolated};
pub use plugin::{Instance, Origin, Plugin};
pub use registry::Registry;
pub use search::SearchPath;

/// Major and minor version of the newest contract that plugins may be built against.
pub const HOST_ABI: (u16, u16) = (copydesk_abi::ABI_MAJOR, copydesk_abi::ABI_MINOR);
