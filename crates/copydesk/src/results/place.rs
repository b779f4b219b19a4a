//! The files and folders of an output, by its path and its format.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use copydesk_formats::{Layout, OutputFormat};

use crate::checkpoint::sync_folder;
use crate::output::folder_of;
use crate::{OutputError, catalogue};

/// The place of an output.
pub(super) enum Place<'p> {
    Stdout,
    File(&'p Path, &'static str),
    Folder(&'p Path, &'static [&'static str]),
    Each(&'p Path, &'static [&'static str]),
}

impl Place<'_> {
    /// Finds the place for a format.
    pub(super) fn find<'p>(
        path: Option<&'p Path>,
        format: OutputFormat,
        table: Option<&str>,
    ) -> Result<Place<'p>, OutputError> {
        let wrong = |message: String| OutputError::new(Path::new(format.name), message);
        match format.layout {
            Layout::Tables(tables) => {
                let named = |name: &str| tables.iter().copied().find(|table| *table == name);
                if let Some(name) = table {
                    let table = named(name)
                        .ok_or_else(|| wrong(format!("has no table {name:?}; there are {}", tables.join(", "))))?;
                    return Ok(path.map_or(Place::File(Path::new("-"), table), |path| Place::File(path, table)));
                }
                let Some(path) = path else {
                    return Ok(Place::File(Path::new("-"), tables.first().copied().unwrap_or_default()));
                };
                if path.is_dir() || catalogue::output_format_of(path).is_none() {
                    return Ok(Place::Folder(path, tables));
                }
                let table = path.file_stem().and_then(OsStr::to_str).and_then(named);
                Ok(Place::File(path, table.or(tables.first().copied()).unwrap_or_default()))
            }
            _ if table.is_some() => {
                let with = catalogue::output_formats().filter(|format| matches!(format.layout, Layout::Tables(_)));
                let mut with: Vec<&str> = with.map(|format| format.name).collect();
                with.sort_unstable();
                let last = with.pop().unwrap_or_default();
                let name = table.unwrap_or_default();
                Err(wrong(format!("has no table {name:?}; {} and {last} have tables", with.join(", "))))
            }
            Layout::File => Ok(path.map_or(Place::Stdout, |path| Place::File(path, ""))),
            Layout::Documents(endings) => match path {
                Some(path) => Ok(Place::Each(path, endings)),
                None => Err(wrong("writes files for each document; give a folder with --output".into())),
            },
        }
    }
}

/// Makes a folder of results, in a folder that is there.
pub(super) fn make_folder(folder: &Path) -> Result<(), OutputError> {
    match fs::create_dir(folder) {
        Ok(()) => {
            sync_folder(&folder_of(folder));
            Ok(())
        }
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("there is no folder {}; make it first", folder_of(folder).display());
            Err(OutputError::new(folder, message))
        }
        Err(error) => Err(OutputError::io(folder, "cannot be made a folder", error)),
    }
}
