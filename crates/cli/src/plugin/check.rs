//! `copydesk plugin check`, and the hidden command that its child processes run.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueHint};
use copydesk::formats::sanitize;
use copydesk::kit::{CheckOptions, Finding, check, perform};
use serde_json::{Map, Value};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, registry};
use crate::restart;
use crate::terminal;

/// Exercises a plugin library: is it sound?
///
/// The library is opened in a process of its own, so a crash or a hang is a finding like any other. Each plugin in it
/// is made with its defaults and with wrong options. It gets an article, an empty text, long ones, hostile Unicode and
/// many quotation marks, on many threads, cancelled, twice, and in batches. The built-in plugins make the layers that
/// it reads; rows of other layers are made up.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all checks that could be tried went well
  1  some failed
  2  the command line is wrong, such as an option that the plugin does not have
  3  the library could not be loaded

Examples:
  copydesk plugin check target/release/libshouts.so
  copydesk plugin check libgazetteer.so --id gazetteer_names --config '{\"file\": \"names.tsv\"}'")]
pub struct CheckArguments {
    /// The library's file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    library: PathBuf,
    /// The one plugin to check, of a library that holds several [default: all]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Options in place of the defaults, a JSON object; paths in it are not changed
    #[arg(long, value_name = "JSON")]
    config: Option<String>,
    /// The time limit of a check
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// Writes a JSON object a line: plugin, check, outcome and detail
    #[arg(long)]
    json: bool,
}

/// The work of `plugin check` in a process of its own
#[derive(Args, Debug)]
pub struct CheckProcessArguments {
    library: PathBuf,
    request: String,
}

/// Exercises a library, a line for each check.
pub fn run(arguments: &CheckArguments) -> Result<ExitOutcome, Failure> {
    let config: Map<String, Value> = match &arguments.config {
        Some(json) => {
            serde_json::from_str(json).context("--config: write a JSON object, such as {\"min_words\": 3}")?
        }
        None => Map::new(),
    };
    let options = CheckOptions {
        library: arguments.library.clone(),
        id: arguments.id.clone(),
        config,
        limit: Duration::from_secs(arguments.timeout.into()),
    };
    let program = restart::command()?;
    let command = |request: &str| {
        let mut command = program();
        command.args(["plugin", "check-process"]).arg(&options.library).arg(request);
        command
    };
    let mut report = |finding: &Finding| -> io::Result<()> {
        let line = if arguments.json {
            serde_json::to_string(finding)?
        } else {
            // The texts of a library about itself may hold anything.
            sanitize(&finding.to_string().replace('\n', " "))
        };
        terminal::print(format!("{line}\n").as_bytes())
    };
    let summary = check(&options, &command, &mut report)?;
    if !arguments.json {
        let line = format!("{} ok, {} failed, {} skipped\n", summary.ok, summary.failed, summary.skipped);
        terminal::print(line.as_bytes())?;
    }
    Ok(match (summary.opened, summary.failed) {
        (false, _) => ExitOutcome::NotLoaded,
        (true, 0) => ExitOutcome::Done,
        (true, _) => ExitOutcome::SomeFailed,
    })
}

/// Runs the checks in this process, for [`run`] in another one.
pub fn process(arguments: &CheckProcessArguments) -> Result<ExitOutcome, Failure> {
    let registry = registry(&PluginFlags::default())?;
    perform(&arguments.library, &arguments.request, registry.built_in(), &mut io::stdout())?;
    Ok(ExitOutcome::Done)
}
