//! The plugins a run can use: those built in, and those that the search path holds.

use std::path::{Path, PathBuf};

use copydesk_abi::Entry;

use crate::isolated::Isolated;
use crate::{ChildCommand, Limits, LoadError, Origin, Plugin, SearchPath, built_in, open};

/// Finds plugins by id or by file. Libraries are opened only when asked for.
#[derive(Clone, Debug)]
pub struct Registry {
    built_in: Vec<Plugin>,
    search: SearchPath,
    /// How a process for an isolated plugin is started.
    child: Option<ChildCommand>,
}

impl Registry {
    /// A registry of these built-in plugins and this search path.
    ///
    /// # Errors
    /// If a built-in plugin fails the handshake, or two have one id.
    pub fn new(entries: &[fn() -> &'static Entry], search: SearchPath) -> Result<Self, LoadError> {
        let mut plugins: Vec<Plugin> = Vec::new();
        for entry in entries {
            for plugin in built_in(entry())? {
                if plugins.iter().any(|other| other.id() == plugin.id()) {
                    return Err(LoadError::new("built in", format!("two plugins have the id {:?}", plugin.id())));
                }
                plugins.push(plugin);
            }
        }
        Ok(Registry { built_in: plugins, search, child: None })
    }

    /// The same registry, with a way to start processes for isolated plugins.
    #[must_use]
    pub fn with_child_command(self, command: ChildCommand) -> Self {
        Registry { child: Some(command), ..self }
    }

    /// Finds a plugin as [`Registry::find`] does, to run isolated. The program of the child command runs a built-in
    /// plugin. A library is not opened in this process.
    ///
    /// # Errors
    /// As [`Registry::find`], and if the library's process ends or does not answer.
    pub fn find_isolated(&self, id: &str, limits: Limits) -> Result<Option<Plugin>, LoadError> {
        if let Some(plugin) = self.built_in.iter().find(|plugin| plugin.id() == id) {
            let command = self.child_command(plugin.origin())?;
            return Ok(Some(plugin.isolated(Isolated::new(command, limits, None)?)));
        }
        match self.library(id)? {
            Some((path, true)) => named(id, &path, self.open_isolated(&path, limits)?),
            Some((path, false)) => Ok(self.open_isolated(&path, limits)?.into_iter().find(|plugin| plugin.id() == id)),
            None => Ok(None),
        }
    }

    /// Returns the plugins of a library, to run isolated. The library is not opened in this process.
    ///
    /// # Errors
    /// As [`open`], and if the library's process ends or does not answer.
    pub fn open_isolated(&self, path: &Path, limits: Limits) -> Result<Vec<Plugin>, LoadError> {
        let command = self.child_command(&Origin::File(path.to_path_buf()))?;
        Isolated::new(command, limits, Some(path.to_path_buf()))?.plugins(path)
    }

    /// Returns the library of a plugin, and true if the library has exactly its name. The name may also be the
    /// beginning of the id.
    fn library(&self, id: &str) -> Result<Option<(PathBuf, bool)>, LoadError> {
        if let Some(path) = self.search.find(id)? {
            return Ok(Some((path, true)));
        }
        let Some((family, _)) = id.split_once('_') else { return Ok(None) };
        Ok(self.search.find(family)?.map(|path| (path, false)))
    }

    fn child_command(&self, origin: &Origin) -> Result<ChildCommand, LoadError> {
        let none = || LoadError::new(origin, "cannot be isolated: this program starts no processes for plugins");
        self.child.clone().ok_or_else(none)
    }

    /// Finds the plugin `id`: built in, or else the first in the search path. A library may hold several plugins whose
    /// ids begin with its name, so `bert_ner` is also looked for in the library `bert`. Returns `None` if there is
    /// none.
    ///
    /// # Errors
    /// If a library of that name exists but cannot be loaded, or one of exactly that name holds only other plugins.
    pub fn find(&self, id: &str) -> Result<Option<Plugin>, LoadError> {
        if let Some(plugin) = self.built_in.iter().find(|plugin| plugin.id() == id) {
            return Ok(Some(plugin.clone()));
        }
        match self.library(id)? {
            Some((path, true)) => named(id, &path, open(&path)?),
            Some((path, false)) => Ok(open(&path)?.into_iter().find(|plugin| plugin.id() == id)),
            None => Ok(None),
        }
    }

    /// The plugins of a library.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&self, path: &Path) -> Result<Vec<Plugin>, LoadError> {
        open(path)
    }

    /// The plugins that are built in.
    #[must_use]
    pub fn built_in(&self) -> &[Plugin] {
        &self.built_in
    }

    /// Every plugin that can be found: built in, then each library of the search path, opened. A library
    /// without a plugin entry is passed over; one that is a plugin but cannot run gives its error.
    #[must_use]
    pub fn list(&self) -> Vec<(Origin, Result<Plugin, LoadError>)> {
        let mut found: Vec<_> = self.built_in.iter().map(|plugin| (Origin::BuiltIn, Ok(plugin.clone()))).collect();
        for path in self.search.libraries() {
            match open(&path) {
                Ok(plugins) => {
                    found.extend(plugins.into_iter().map(|plugin| (Origin::File(path.clone()), Ok(plugin))));
                }
                Err(error) if error.is_no_plugin() => {}
                Err(error) => found.push((Origin::File(path), Err(error))),
            }
        }
        found
    }

    /// Ids that [`Registry::find`] may know, for "did you mean": built-in ones, and libraries by name.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
        let mut ids: Vec<String> = self.built_in.iter().map(|plugin| plugin.id().to_owned()).collect();
        ids.extend(self.search.libraries().iter().filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_prefix(DLL_PREFIX)?.strip_suffix(DLL_SUFFIX)?;
            Some(name.strip_prefix("copydesk_plugin_").unwrap_or(name).to_owned())
        }));
        ids.sort();
        ids.dedup();
        ids
    }
}

/// Returns the plugin `id` from the library that is named after it.
fn named(id: &str, path: &Path, plugins: Vec<Plugin>) -> Result<Option<Plugin>, LoadError> {
    let ids: Vec<String> = plugins.iter().map(|plugin| format!("{:?}", plugin.id())).collect();
    match plugins.into_iter().find(|plugin| plugin.id() == id) {
        Some(plugin) => Ok(Some(plugin)),
        None => Err(LoadError::file(path, format!("holds {}, not {id:?}", ids.join(" and ")))),
    }
}
