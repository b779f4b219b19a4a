//! Finds, checks and opens plugins, and calls them.
//!
//! Architecture invariants: this is the only crate that opens a library, and it knows nothing of TOML.
//! A library is refused before any of its code runs: its file is checked (a truncated one would kill the
//! process inside `dlopen`), and the frozen prefix of its entry is read from the file. Libraries are
//! never unloaded. A library that is isolated is opened in processes of its own only.

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
