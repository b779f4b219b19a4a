//! Isolation on systems without its sockets and limits: plugins run in the host or not at all.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};

use copydesk_abi::{Entry, Status};

use super::{ChildCommand, Limits};
use crate::call::Call;
use crate::{LoadError, Plugin, PluginError};

/// An instance that cannot exist, since [`crate::Registry`] refuses first.
#[derive(Clone, Debug)]
pub(crate) struct Isolated(Infallible);

/// As [`Isolated`].
#[derive(Debug)]
pub(crate) struct Pool(Infallible);

impl Isolated {
    pub fn new(_: ChildCommand, _: Limits, library: Option<PathBuf>) -> Result<Self, LoadError> {
        let origin = library.unwrap_or_else(|| "built in".into());
        Err(LoadError::file(&origin, "cannot be isolated on this system"))
    }

    pub fn limits(&self) -> &Limits {
        match self.0 {}
    }

    pub fn plugins(&self, _: &Path) -> Result<Vec<Plugin>, LoadError> {
        match self.0 {}
    }
}

impl Pool {
    pub fn new(isolated: &Isolated, _: &Plugin, _: String) -> Result<Self, PluginError> {
        match isolated.0 {}
    }

    pub fn needs(&self, _: &str) -> bool {
        match self.0 {}
    }

    pub fn annotate(&self, _: &mut Call<'_, '_>) -> Result<Status, PluginError> {
        match self.0 {}
    }
}

/// Why a process could not serve its host.
#[derive(Debug)]
pub struct ServeError(());

impl ServeError {
    /// Returns the exit status of the process.
    #[must_use]
    pub fn status(&self) -> u8 {
        2
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plugins cannot be isolated on this system")
    }
}

impl std::error::Error for ServeError {}

/// Does nothing on this system.
///
/// # Errors
/// Always.
pub fn serve_isolated(_: &[fn() -> &'static Entry]) -> Result<(), ServeError> {
    Err(ServeError(()))
}
