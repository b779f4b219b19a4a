//! `copydesk pipeline lock`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, anyhow};
use copydesk::Output;

use super::args::LockArguments;
use crate::failure::{ExitOutcome, Failure};
use crate::flags::builder;
use crate::terminal;

/// Writes the lock.
pub fn run(arguments: &LockArguments) -> Result<ExitOutcome, Failure> {
    let checked = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins).check()?;
    let lock = checked.lock();
    // A pipeline that cannot be loaded needs no lock.
    checked.load()?;
    let lock = lock?;
    let path = arguments.output.clone().unwrap_or_else(|| copydesk::lock_path(&arguments.pipeline));
    if path == Path::new(&arguments.pipeline) {
        return Err(anyhow!("{}: is the pipeline file itself; name another with -o", path.display()).into());
    }
    let mut output = Output::file(&path)?;
    output.write_all(lock.text().as_bytes()).with_context(|| path.display().to_string())?;
    output.finish()?;
    terminal::message(&format!("{}: {}", path.display(), lock.hash()));
    Ok(ExitOutcome::Done)
}
