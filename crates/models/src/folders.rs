//! Folders with models that are not inside the program.

use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

/// The environment variable that names a folder of models.
pub const FOLDER_VARIABLE: &str = "COPYDESK_MODELS";

/// The folders of this process. A model has the same bytes in each, so their order does not matter.
static ADDED: RwLock<Vec<PathBuf>> = RwLock::new(Vec::new());

/// Adds a folder with models that are not inside the program. Folders are searched in the order in which they were
/// added.
pub fn add_folder(folder: PathBuf) {
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if !added.contains(&folder) {
        added.push(folder);
    }
}

/// Returns all folders, in the order of the search.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut folders = ADDED.read().unwrap_or_else(PoisonError::into_inner).clone();
    folders.extend(std::env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from));
    folders
}
