//! The parent: starts children, reads their events, and puts crashes and hangs down to the check that ran.

use std::io;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use copydesk_child::{Child, Received};

use super::{
    CheckError, CheckErrorKind, CheckOptions, ENDS, Event, Finding, OPENS, Outcome, Planned, Request, Summary,
};

/// The most characters of a library's standard output that are shown.
const SHOWN: usize = 80;

/// Checks a library in child processes. `command` makes the command of a child that calls [`super::perform`] with its
/// request. Each check is reported as soon as it ends.
///
/// # Errors
/// If a child cannot be started, `report` fails, or the options do not fit the library: no such plugin, or an option
/// that is missing or refused by the schema. An unsound library is no error; it gives a finding.
pub fn check(
    options: &CheckOptions,
    command: &dyn Fn(&str) -> Command,
    report: &mut dyn FnMut(&Finding) -> io::Result<()>,
) -> Result<Summary, CheckError> {
    let mut run =
        Run { plan: vec![Planned { plugin: None, check: OPENS.into(), gate: true }], next: 0, noise: None, report };
    let mut summary = Summary::default();
    let mut fatal = Vec::new();
    while run.next < run.plan.len() {
        let request =
            Request { id: options.id.clone(), config: options.config.clone(), from: run.next, fatal: fatal.clone() };
        let request = serde_json::to_string(&request).map_err(io::Error::from)?;
        let end = run.follow(&mut command(&request), options.limit, &mut summary)?;
        let last = run.next + 1 == run.plan.len() && summary.opened;
        let outcome = match (&end, &run.noise) {
            // The handshake refused the library, and that has been said.
            _ if run.next == run.plan.len() => break,
            (End::Status { status, .. }, None) if last && status.success() => Outcome::Ok(String::new()),
            (End::Status { status, .. }, Some(line)) if last && status.success() => Outcome::Failed(format!(
                "it writes on standard output, where results go: {line:?}; messages belong to `fail`, or on standard error"
            )),
            _ => Outcome::Failed(end.describe()),
        };
        fatal.push(run.next);
        run.finish(outcome, &mut summary)?;
    }
    Ok(summary)
}

/// The state of a run over all its children.
struct Run<'r> {
    plan: Vec<Planned>,
    /// The check that runs.
    next: usize,
    /// The first line of a child's standard output that is no event.
    noise: Option<String>,
    report: &'r mut dyn FnMut(&Finding) -> io::Result<()>,
}

/// How a child ended.
enum End {
    /// By itself or by a signal; with the last line of its standard error.
    Status { status: ExitStatus, said: String },
    /// It had to be killed.
    Hung(Duration),
}

impl End {
    fn describe(&self) -> String {
        match self {
            End::Hung(limit) => format!("it did not return within {} s", limit.as_secs_f32()),
            End::Status { status, said } => {
                let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
                format!("the library ended the process: {}{said}", death(*status))
            }
        }
    }
}

#[cfg(unix)]
fn death(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    let Some(signal) = status.signal() else { return status.to_string() };
    // Numbers that Linux and macOS share, but for SIGBUS.
    let name = match signal {
        4 => "an illegal instruction, SIGILL",
        6 => "an abort, SIGABRT",
        8 => "an arithmetic fault, SIGFPE",
        9 => "killed, SIGKILL",
        11 => "an invalid memory access, SIGSEGV",
        7 if cfg!(target_os = "linux") => "an invalid memory access, SIGBUS",
        10 if cfg!(target_os = "macos") => "an invalid memory access, SIGBUS",
        _ => return status.to_string(),
    };
    name.to_owned()
}

#[cfg(not(unix))]
fn death(status: ExitStatus) -> String {
    status.to_string()
}

impl Run<'_> {
    /// Starts a child and reports its checks until it ends, hangs or is done.
    fn follow(&mut self, command: &mut Command, limit: Duration, summary: &mut Summary) -> Result<End, CheckError> {
        let mut child = Child::start(command)?;
        let mut deadline = Instant::now() + limit;
        loop {
            match child.receive(Some(deadline)) {
                Received::Late => {
                    child.kill()?;
                    return Ok(End::Hung(limit));
                }
                Received::Closed => {
                    // The process must end as well.
                    let Some(status) = child.wait(Some(deadline))? else {
                        child.kill()?;
                        return Ok(End::Hung(limit));
                    };
                    return Ok(End::Status { status, said: child.last_words() });
                }
                Received::Other(line) => {
                    self.noise.get_or_insert_with(|| line.chars().take(SHOWN).collect());
                }
                Received::Event(Event::Plan(plan)) => {
                    self.plan = plan;
                    self.plan.push(Planned { plugin: None, check: ENDS.into(), gate: false });
                    summary.opened = true;
                }
                Received::Event(Event::Refused(what)) => {
                    child.kill()?;
                    return Err(CheckError(CheckErrorKind::Options(what)));
                }
                Received::Event(Event::Done { at, outcome }) if at == self.next => {
                    self.finish(outcome, summary)?;
                    deadline = Instant::now() + limit;
                }
                Received::Event(Event::Done { .. }) => {}
            }
        }
    }

    /// Reports the check that runs, and goes on to the next that makes sense.
    fn finish(&mut self, outcome: Outcome, summary: &mut Summary) -> Result<(), CheckError> {
        let Some(planned) = self.plan.get(self.next).cloned() else { return Ok(()) };
        let gate = planned.gate && matches!(outcome, Outcome::Failed(_));
        let reason = format!("`{}` failed", planned.check);
        self.tell(outcome, summary)?;
        while gate && self.plan.get(self.next).is_some_and(|other| other.plugin == planned.plugin) {
            self.tell(Outcome::Skipped(reason.clone()), summary)?;
        }
        Ok(())
    }

    fn tell(&mut self, outcome: Outcome, summary: &mut Summary) -> Result<(), CheckError> {
        let Some(planned) = self.plan.get(self.next) else { return Ok(()) };
        match outcome {
            Outcome::Ok(_) => summary.ok += 1,
            Outcome::Failed(_) => summary.failed += 1,
            Outcome::Skipped(_) => summary.skipped += 1,
        }
        let finding = Finding { plugin: planned.plugin.clone(), check: planned.check.clone(), outcome };
        self.next += 1;
        (self.report)(&finding)?;
        Ok(())
    }
}
