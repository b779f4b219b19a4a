//! `copydesk pipeline new`.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, anyhow};

use super::args::NewArguments;
use crate::failure::{Failure, Outcome};
use crate::terminal;

/// The file, with `FILE` for its own name.
const TEMPLATE: &str = include_str!("new.toml");

/// Writes the file, unless there is one.
pub fn run(arguments: &NewArguments) -> Result<Outcome, Failure> {
    let path = if arguments.name.extension().is_some() {
        arguments.name.clone()
    } else {
        arguments.name.with_extension("toml")
    };
    let shown = path.display();
    let Some(name) = path.file_name() else {
        return Err(anyhow!("{shown}: is no file name").into());
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        // A temporary file is its owner's alone; this one is like any other.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.write_all(TEMPLATE.replace("FILE", &name.to_string_lossy()).as_bytes())?;
        file.persist_noclobber(&path).map_err(|error| error.error)
    });
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(anyhow!("{shown}: is there already; nothing was written").into())
        }
        other => {
            other.with_context(|| format!("{shown}: cannot be written"))?;
            terminal::message(&format!("{shown}: written; see what it does with: copydesk pipeline check {shown}"));
            Ok(Outcome::Done)
        }
    }
}
