//! `copydesk pipeline lock`, and holding a run to a lock.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use copydesk_pipeline::{CheckedPipeline, Lock};

use super::args::LockArguments;
use super::source;
use crate::analyze::output::Output;
use crate::failure::{Failure, Outcome};
use crate::{built_in, terminal};

/// More than any lock has.
const LARGEST: u64 = 16 << 20;

/// Where the lock of a pipeline is, unless it is said: beside its file, or for a shipped one here.
fn beside(pipeline: &str) -> PathBuf {
    // The same in both cases: a shipped name has no folder and no ending.
    Path::new(pipeline).with_extension("lock")
}

/// Writes the lock.
pub fn run(arguments: &LockArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let checked = source(&arguments.pipeline, &arguments.settings)?.check(&registry)?;
    // What cannot be loaded is not worth a lock.
    checked.load()?;
    let lock = checked.lock(built_in::model_hash)?;
    let path = arguments.output.clone().unwrap_or_else(|| beside(&arguments.pipeline));
    if path == Path::new(&arguments.pipeline) {
        return Err(anyhow!("{}: is the pipeline file itself; name another with -o", path.display()).into());
    }
    let mut output = Output::file(&path)?;
    output.write_all(lock.text().as_bytes()).with_context(|| path.display().to_string())?;
    output.finish()?;
    terminal::message(&format!("{}: {}", path.display(), lock.hash()));
    Ok(Outcome::Done)
}

/// Checks that the pipeline is what its lock describes; returns the lock's hash.
pub fn locked(pipeline: &str, file: Option<&Path>, checked: &CheckedPipeline) -> anyhow::Result<String> {
    let path = file.map_or_else(|| beside(pipeline), Path::to_path_buf);
    let (shown, output) = (path.display(), file.map(|file| format!(" -o {}", file.display())).unwrap_or_default());
    let again = format!("copydesk pipeline lock {pipeline}{output}");
    let text = match read(&path) {
        Ok(text) => text,
        Err(error) => bail!("--locked: {shown} cannot be read ({error}); make it with: {again}"),
    };
    let lock = Lock::parse(&text).with_context(|| format!("--locked: {shown}"))?;
    let now = checked.lock(built_in::model_hash)?;
    lock.allows(&now).with_context(|| format!("{shown} describes another run (to lock this one: {again})"))?;
    Ok(lock.hash())
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}
