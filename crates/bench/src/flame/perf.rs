//! Sampling a subject with `perf`.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};

use super::Stacks;
use crate::error::{BenchError, BenchErrorKind};
use crate::sample::Subject;

/// The program that samples.
const PERF: &str = "perf";

/// Samples a second. No timer of the program shares this number, so a periodic event is neither always met nor always
/// missed.
const FREQUENCY: &str = "199";

/// How stacks are found: the program keeps no frame pointers, so perf copies the upper 16 KiB of each stack and follows
/// the unwinding tables.
const STACKS: &str = "dwarf,16384";

/// Processor time in the program itself. Every machine has this clock, even a virtual one, and users without privileges
/// may read it.
const EVENT: &str = "cpu-clock:u";

/// Characters of perf's own words that are shown.
const SHOWN: usize = 400;

/// Checks that there is a `perf` to call.
///
/// # Errors
/// If there is none. The message says how to get it.
pub fn find_perf() -> Result<(), BenchError> {
    let found = Command::new(PERF).arg("--version").stdin(Stdio::null()).output();
    match found {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(refused(&format!("`{PERF} --version` fails"), &output.stderr)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(BenchError(BenchErrorKind::Perf(format!(
            "it is sampled by Linux's {PERF}, which is not on the path; \
             a package named linux-perf, linux-tools or perf has it"
        )))),
        Err(error) => Err(BenchError(BenchErrorKind::Perf(format!("{PERF} cannot be started: {error}")))),
    }
}

/// Samples each subject for some seconds. `command` makes the command of a child that calls
/// [`perform`](crate::perform) with [`Task::Profile`](crate::Task::Profile); `progress` is told each subject before
/// it starts.
///
/// # Errors
/// If there is no `perf`, it may not sample, or a child fails.
pub fn profile(
    subjects: &[Subject],
    command: &dyn Fn(&Subject) -> Command,
    progress: &mut dyn FnMut(&Subject),
) -> Result<Vec<(Subject, Stacks)>, BenchError> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("perf.data");
    let mut profiles = Vec::new();
    for subject in subjects {
        progress(subject);
        let child = command(subject);
        let mut record = perf(&["record", "-q", "-F", FREQUENCY, "-e", EVENT, "--call-graph", STACKS, "-o"]);
        record.arg(&data).arg("--").arg(child.get_program()).args(child.get_args());
        let output = record.output()?;
        if !output.status.success() {
            return Err(refused(&format!("{subject}: `{PERF} record` fails"), &output.stderr));
        }
        // Inlined functions would be looked up one by one, in minutes.
        let mut script = perf(&["script", "--no-inline", "-F", "comm,period,ip,sym", "-i"]);
        let output = script.arg(&data).output()?;
        if !output.status.success() {
            return Err(refused(&format!("{subject}: `{PERF} script` fails"), &output.stderr));
        }
        let stacks = Stacks::of_perf_script(&String::from_utf8_lossy(&output.stdout));
        if stacks.is_empty() {
            return Err(refused(&format!("{subject}: {PERF} took no samples"), &output.stderr));
        }
        profiles.push((subject.clone(), stacks));
    }
    Ok(profiles)
}

fn perf(arguments: &[&str]) -> Command {
    let mut command = Command::new(PERF);
    command.args(arguments.iter().map(OsStr::new)).stdin(Stdio::null());
    command
}

fn refused(what: &str, errors: &[u8]) -> BenchError {
    let said = String::from_utf8_lossy(errors);
    let words: Vec<&str> = said.split_whitespace().collect();
    let said: String = words.join(" ").chars().take(SHOWN).collect();
    let colon = if said.is_empty() { "" } else { ": " };
    BenchError(BenchErrorKind::Perf(format!("{what}{colon}{said}")))
}
