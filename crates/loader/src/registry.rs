//! The plugins a run can use: those built in, and those that the search path holds.

use std::path::Path;

use copydesk_abi::Entry;

use crate::{LoadError, Origin, Plugin, SearchPath, built_in, open};

/// Finds plugins by id or by file. Libraries are opened only when asked for.
#[derive(Clone, Debug)]
pub struct Registry {
    built_in: Vec<Plugin>,
    search: SearchPath,
}

impl Registry {
    /// A registry of these built-in plugins and this search path.
    ///
    /// # Errors
    /// Where a built-in plugin fails the handshake, or two have one id.
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
        Ok(Registry { built_in: plugins, search })
    }

    /// The plugin `id`: built in, or else the first in the search path. A library may hold several plugins whose ids begin
    /// with its name: `bert_ner` is looked for in that of `bert` too. `None` where there is none.
    ///
    /// # Errors
    /// Where a library of that name is there but cannot be loaded, or one named exactly so holds other plugins only.
    pub fn find(&self, id: &str) -> Result<Option<Plugin>, LoadError> {
        if let Some(plugin) = self.built_in.iter().find(|plugin| plugin.id() == id) {
            return Ok(Some(plugin.clone()));
        }
        let Some(path) = self.search.find(id)? else {
            let family = id.split_once('_').map(|(family, _)| self.search.find(family)).transpose()?.flatten();
            let plugins = family.map(|path| open(&path)).transpose()?.unwrap_or_default();
            return Ok(plugins.into_iter().find(|plugin| plugin.id() == id));
        };
        let plugins = open(&path)?;
        let ids: Vec<String> = plugins.iter().map(|plugin| format!("{:?}", plugin.id())).collect();
        match plugins.into_iter().find(|plugin| plugin.id() == id) {
            Some(plugin) => Ok(Some(plugin)),
            None => Err(LoadError::file(&path, format!("holds {}, not {id:?}", ids.join(" and ")))),
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
