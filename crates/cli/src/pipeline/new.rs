//! `copydesk pipeline new`.

use std::io::Write;

use anyhow::{Context, anyhow};
use copydesk::Output;

use super::args::NewArguments;
use crate::failure::{ExitOutcome, Failure};
use crate::terminal;

/// The file, with `FILE` for its own name.
const TEMPLATE: &str = include_str!("new.toml");

/// Writes the file, unless there is one.
pub fn run(arguments: &NewArguments) -> Result<ExitOutcome, Failure> {
    let path = if arguments.name.extension().is_some() {
        arguments.name.clone()
    } else {
        arguments.name.with_extension("toml")
    };
    let shown = path.display();
    let Some(name) = path.file_name() else {
        return Err(anyhow!("{shown}: is no file name").into());
    };
    let mut file = Output::new_file(&path).with_context(|| format!("{shown}: cannot be written"))?;
    file.write_all(TEMPLATE.replace("FILE", &name.to_string_lossy()).as_bytes())?;
    match file.finish() {
        Err(error) if error.is_there_already() => Err(anyhow!("{shown}: is there already; nothing was written").into()),
        other => {
            other?;
            terminal::message(&format!("{shown}: written; see what it does with: copydesk pipeline check {shown}"));
            Ok(ExitOutcome::Done)
        }
    }
}
