//! For authors of plugins: [`check`] exercises a library in a process of its own, [`new_plugin`] starts a new one, and
//! [`sha256`] tells one build of a library from another.
//!
//! Architecture invariants: it calls plugins through the loader alone, and never prints.
#![forbid(unsafe_code)]

mod check;
mod hash;
mod scaffold;

pub use check::{CheckError, CheckOptions, Finding, Outcome, Summary, check, perform};
pub use hash::sha256;
pub use scaffold::{Language, NewPlugin, NewPluginError, new_plugin};
