//! `copydesk bench`, and the hidden command that its child processes run.

mod args;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use copydesk::bench::flame::{find_perf, profile, svg};
use copydesk::bench::{Input, Report, Subject, Task, built_in_texts, perform, run as measure};
use copydesk::formats::sanitize;
use copydesk::{Document, InputError, Inputs, Output};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub use args::{BenchArguments, BenchProcessArguments};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::builder;
use crate::restart;
use crate::terminal;

/// The subcommand with which this program starts itself for each run.
pub const BENCH_PROCESS: &str = "bench-process";

/// Measures, prints, and draws.
pub fn run(arguments: &BenchArguments) -> Result<ExitOutcome, Failure> {
    // Errors are reported before anything is measured.
    let subjects = subjects(arguments)?;
    let old = arguments.compare.as_deref().map(read_report).transpose()?;
    let documents = documents(&arguments.input)?;
    let files = arguments.input.iter().map(|path| path.display().to_string()).collect();
    let input = Input::new(files, &documents);
    if input.bytes == 0 {
        return Err(anyhow!("--input: there is no text in it, so there is nothing to measure").into());
    }
    drop(documents);
    for name in &arguments.pipelines {
        builder(name, &arguments.settings, &arguments.plugins).load()?;
    }
    let page = arguments.output.as_deref().map(page).transpose()?;
    let flame = match &arguments.flame {
        Some(path) => {
            find_perf()?;
            Some(Output::file(path).context("--flame")?)
        }
        None => None,
    };

    let program = restart::command()?;
    let bar = progress(subjects.len() * (usize::from(arguments.runs) + usize::from(flame.is_some())));
    let mut tell = |subject: &Subject| {
        bar.set_message(sanitize(&subject.to_string()));
        bar.inc(1);
    };
    let command = |subject: &Subject| arguments.command(&program, subject, Task::Measure);
    let samples = measure(&subjects, arguments.runs.into(), &command, &mut tell)?;
    let mut report = Report::new(input, arguments.runs.into(), subjects.clone(), samples);
    if let Some(old) = &old {
        report.compare(old);
    }
    let graph = match flame {
        Some(output) => {
            let command = |subject: &Subject| arguments.command(&program, subject, Task::Profile);
            Some((output, svg(&profile(&subjects, &command, &mut tell)?)))
        }
        None => None,
    };
    bar.finish_and_clear();

    if arguments.json {
        terminal::print(&report.to_json()?)?;
    } else {
        // Names of pipelines, in an earlier report too, may hold anything.
        let lines: String = report.to_string().lines().map(|line| sanitize(line) + "\n").collect();
        terminal::print(lines.as_bytes())?;
    }
    if let Some(mut output) = page {
        report.write_page(&mut output)?;
        output.finish()?;
    }
    if let Some((mut output, graph)) = graph {
        output.write_all(graph.as_bytes())?;
        output.finish()?;
    }
    let mut outcome = ExitOutcome::Done;
    for found in &report.measurements {
        let (failed, all) = found.failed();
        if failed > 0 {
            terminal::error(&format!(
                "{}: {failed} of {all} documents of a run failed, and its figures are of what was done; \
                 `copydesk analyze` says why",
                found.subject
            ));
            outcome = ExitOutcome::SomeFailed;
        }
    }
    Ok(outcome)
}

/// Opens the page of --output.
fn page(path: &Path) -> anyhow::Result<Output> {
    let is_html = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
    if !is_html {
        bail!(
            "--output: {}: the page is HTML; give a name that ends in .html, or `--json > FILE` for JSON",
            path.display()
        );
    }
    Output::file(path).context("--output")
}

/// The work of a child process.
pub fn process(arguments: &BenchProcessArguments) -> Result<ExitOutcome, Failure> {
    let load =
        || -> Result<_, Failure> { Ok(builder(&arguments.pipeline, &arguments.settings, &arguments.plugins).load()?) };
    let read = || -> Result<_, Failure> { Ok(documents(&arguments.input)?) };
    let task = if arguments.profile { Task::Profile } else { Task::Measure };
    perform(arguments.threads.into(), task, load, read, &mut io::stdout())?;
    Ok(ExitOutcome::Done)
}

/// Every pipeline on every number of threads.
fn subjects(arguments: &BenchArguments) -> anyhow::Result<Vec<Subject>> {
    let mut subjects: Vec<Subject> = Vec::new();
    for pipeline in &arguments.pipelines {
        for threads in &arguments.threads {
            let subject = Subject { pipeline: pipeline.clone(), threads: usize::from(*threads) };
            if subjects.contains(&subject) {
                bail!("{subject}: is given twice");
            }
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

fn read_report(path: &Path) -> anyhow::Result<Report> {
    let shown = path.display();
    let json = fs::read(path).with_context(|| format!("--compare: {shown} cannot be read"))?;
    Report::from_json(&json).map_err(|error| anyhow!("--compare: {shown} {error}"))
}

/// The documents to measure with. Each child reads them for itself.
fn documents(paths: &[PathBuf]) -> anyhow::Result<Vec<Document>> {
    if paths.is_empty() {
        return built_in_texts().context("the built-in texts");
    }
    if paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("--input: standard input can be read only once, and each run reads the texts anew; give files");
    }
    let documents: Result<Vec<Document>, InputError> = Inputs::new(paths)?.collect();
    documents.map_err(|error| anyhow!("--input: {error}"))
}

/// Shows the number of finished runs on standard error, if it is a terminal.
fn progress(runs: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(runs as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} run {pos} of {len}  {msg}  {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl BenchArguments {
    /// The command of a child process.
    fn command(&self, program: &impl Fn() -> Command, subject: &Subject, task: Task) -> Command {
        let mut command = program();
        command.arg(BENCH_PROCESS).arg(format!("--pipeline={}", subject.pipeline));
        command.arg(format!("--threads={}", subject.threads));
        for setting in &self.settings.set {
            command.arg(format!("--set={setting}"));
        }
        command.args(self.settings.models.arguments());
        for folder in &self.plugins.folders {
            command.arg("--plugin-dir").arg(folder);
        }
        if task == Task::Profile {
            command.arg("--profile");
        }
        command.arg("--").args(&self.input);
        command
    }
}
