//! The child: opens the library, runs the checks of the plan one after another, and reports each outcome.

use std::io::{self, Write};
use std::path::Path;

use copydesk_child::report;
use copydesk_loader::{LoadError, Plugin, open};

use super::subject::{CHECKS, Subject};
use super::{Event, OPENS, Outcome, Planned, Request};

/// Runs the checks of `request`, which [`super::check`] made, and writes their outcomes to `out`. `out` must be the
/// standard output of a process of its own, since the library may end it. The `built_in` plugins make the layers that a
/// plugin reads.
///
/// # Errors
/// If the request is not from [`super::check`], or `out` is closed.
pub fn perform(library: &Path, request: &str, built_in: &[Plugin], out: &mut dyn Write) -> io::Result<()> {
    let request: Request = serde_json::from_str(request)?;
    let mut say = |event: &Event| report(out, event);
    let plugins = match open(library) {
        Ok(plugins) => plugins,
        Err(error) => return say(&Event::Done { at: 0, outcome: Outcome::Failed(reason(library, &error)) }),
    };
    let subjects = match chosen(&plugins, &request) {
        Ok(subjects) => subjects,
        Err(what) => return say(&Event::Refused(what)),
    };
    let mut plan = vec![Planned { plugin: None, check: OPENS.into(), gate: true }];
    for plugin in &subjects {
        plan.extend(CHECKS.iter().map(|check| Planned {
            plugin: Some(plugin.id().to_owned()),
            check: check.name().to_owned(),
            gate: check.is_gate(),
        }));
    }
    say(&Event::Plan(plan))?;
    if request.from == 0 {
        let ids: Vec<&str> = plugins.iter().map(Plugin::id).collect();
        let abi = plugins.first().map_or((0, 0), Plugin::abi);
        let outcome = Outcome::Ok(format!("ABI {}.{}, {}", abi.0, abi.1, ids.join(", ")));
        say(&Event::Done { at: 0, outcome })?;
    }
    let mut at = 1;
    for plugin in subjects {
        let fatal = CHECKS.iter().enumerate().filter(|(number, _)| request.fatal.contains(&(at + number)));
        let fatal = fatal.map(|(_, check)| *check).collect();
        let mut subject = Subject::new(plugin, &request.config, built_in, fatal);
        let mut gated = false;
        for check in CHECKS {
            if at >= request.from && !gated {
                let outcome = subject.run(*check);
                gated = check.is_gate() && matches!(outcome, Outcome::Failed(_));
                say(&Event::Done { at, outcome })?;
            }
            at += 1;
        }
    }
    Ok(())
}

/// The loader's message without the file, which the user has just named.
fn reason(library: &Path, error: &LoadError) -> String {
    let message = error.to_string();
    let named = format!("{}: ", library.display());
    message.strip_prefix(&named).map(str::to_owned).unwrap_or(message)
}

/// The plugins to check. Their schemas accept the options.
fn chosen(plugins: &[Plugin], request: &Request) -> Result<Vec<Plugin>, String> {
    let wanted = |plugin: &&Plugin| request.id.as_ref().is_none_or(|id| id == plugin.id());
    let chosen: Vec<Plugin> = plugins.iter().filter(wanted).cloned().collect();
    if let (true, Some(id)) = (chosen.is_empty(), &request.id) {
        let ids: Vec<&str> = plugins.iter().map(Plugin::id).collect();
        return Err(format!("this library holds no plugin {id:?}; it holds {}", ids.join(", ")));
    }
    for plugin in &chosen {
        if let Some(fault) = plugin.manifest().config.faults(&request.config).first() {
            let known =
                if fault.known.is_empty() { String::new() } else { format!("; it has {}", fault.known.join(", ")) };
            return Err(format!("plugin {:?}: {}{known}: give its options with --config", plugin.id(), fault.message));
        }
    }
    Ok(chosen)
}
