//! `copydesk plugin check`, and the hidden command that its child processes run.

use std::env;
use std::io;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use copydesk_formats::sanitize;
use copydesk_kit::{CheckOptions, Finding, check, perform};
use serde_json::{Map, Value};

use crate::args::{CheckProcessArguments, PluginCheckArguments};
use crate::failure::{Failure, Outcome};
use crate::{built_in, terminal};

/// Exercises a library, a line for each check.
pub fn run(arguments: &PluginCheckArguments) -> Result<Outcome, Failure> {
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
    let program = env::current_exe().context("the program cannot find its own file")?;
    let command = |request: &str| {
        let mut command = Command::new(&program);
        command.args(["plugin", "check-process"]).arg(&options.library).arg(request);
        command
    };
    let mut report = |finding: &Finding| -> io::Result<()> {
        let line = if arguments.json {
            serde_json::to_string(finding)?
        } else {
            // What a library says of itself may hold anything.
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
        (false, _) => Outcome::NotLoaded,
        (true, 0) => Outcome::Done,
        (true, _) => Outcome::SomeFailed,
    })
}

/// Runs the checks in this process, for [`run`] in another one.
pub fn process(arguments: &CheckProcessArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&[])?;
    perform(&arguments.library, &arguments.request, registry.built_in(), &mut io::stdout())?;
    Ok(Outcome::Done)
}
