//! Tools for authors of plugins. [`check`] exercises a library in a process of its own, [`new_plugin`] starts a plugin,
//! and [`sha256`] identifies a build of a library.
//!
//! Architecture invariants: the crate calls plugins through the loader only, and never prints.
#![forbid(unsafe_code)]

mod check;
mod hash;
mod scaffold;

pub use check::{CheckError, CheckOptions, Finding, Outcome, Summary, check, perform};
pub use hash::sha256;
pub use scaffold::{Language, NewPlugin, NewPluginError, new_plugin};
