//! The folders in which plugins are looked for, in order.

use std::env;
use std::path::{Path, PathBuf};

use crate::LoadError;

/// Folders that are searched for plugins, the first hit counting: those given, `COPYDESK_PLUGIN_PATH`, the
/// user's data folder, and the folder of the executable. Never the working directory.
#[derive(Clone, Debug, Default)]
pub struct SearchPath {
    folders: Vec<PathBuf>,
}

/// The environment variable that lists folders, as `PATH` does.
const VARIABLE: &str = "COPYDESK_PLUGIN_PATH";

impl SearchPath {
    /// The search path of this process with `given` in front.
    #[must_use]
    pub fn new(given: Vec<PathBuf>) -> Self {
        let mut folders = given;
        if let Some(list) = env::var_os(VARIABLE) {
            // An empty item would mean the working directory, which is never searched.
            folders.extend(env::split_paths(&list).filter(|folder| folder.is_absolute()));
        }
        folders.extend(user_data_folder().map(|folder| folder.join("copydesk").join("plugins")));
        let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
        folders.extend(beside);
        SearchPath { folders }
    }

    /// Exactly these folders.
    #[must_use]
    pub fn only(folders: Vec<PathBuf>) -> Self {
        SearchPath { folders }
    }

    /// The folders, first to last.
    #[must_use]
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The library that holds the plugin `id`: `libID.so` or `libcopydesk_plugin_ID.so` as this system
    /// spells it.
    ///
    /// # Errors
    /// If one folder holds both.
    pub fn find(&self, id: &str) -> Result<Option<PathBuf>, LoadError> {
        for folder in &self.folders {
            let mut hits = names(id).into_iter().map(|name| folder.join(name)).filter(|path| path.is_file());
            if let Some(hit) = hits.next() {
                return match hits.next() {
                    None => Ok(Some(hit)),
                    Some(other) => Err(LoadError::file(
                        &other,
                        format!("is a second library for plugin {id:?} beside {}; keep one", hit.display()),
                    )),
                };
            }
        }
        Ok(None)
    }

    /// Returns all libraries in the folders with names of plugins, sorted by name within a folder.
    #[must_use]
    pub fn libraries(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for folder in &self.folders {
            let Ok(entries) = folder.read_dir() else { continue };
            let mut here: Vec<PathBuf> = entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_library_name))
                .collect();
            here.sort();
            found.extend(here);
        }
        found
    }
}

fn names(id: &str) -> [String; 2] {
    use env::consts::{DLL_PREFIX, DLL_SUFFIX};
    [format!("{DLL_PREFIX}{id}{DLL_SUFFIX}"), format!("{DLL_PREFIX}copydesk_plugin_{id}{DLL_SUFFIX}")]
}

/// Returns true if a listing should open a file. A folder, such as that of the executable, may hold many other
/// libraries. Only opening tells them apart, so only files with our own naming count there.
fn is_library_name(name: &str) -> bool {
    use env::consts::{DLL_PREFIX, DLL_SUFFIX};
    name.strip_prefix(DLL_PREFIX).and_then(|rest| rest.strip_suffix(DLL_SUFFIX)).is_some()
}

fn user_data_folder() -> Option<PathBuf> {
    let home = || env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    if cfg!(target_os = "windows") {
        env::var_os("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library").join("Application Support"))
    } else {
        let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
        data.or_else(|| home().map(|home| home.join(".local").join("share")))
    }
}
