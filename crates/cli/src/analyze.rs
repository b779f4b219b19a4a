//! `copydesk analyze`: articles in, results out.

pub mod inputs;
pub mod output;
mod progress;
mod sink;

use std::io::{self, IsTerminal};

use anyhow::{Context, bail};
use clap::ValueEnum;
use copydesk_formats::{OutputFormat, PARTS, Parts, WriterOptions};
use copydesk_pipeline::{CheckedPipeline, Provenance, RunEnd, RunOptions};

use crate::args::{Act, AnalyzeArguments, Format};
use crate::failure::{Failure, Outcome};
use crate::{built_in, pipeline, terminal};
use inputs::Inputs;
use output::Output;
use progress::Progress;
use sink::Sink;

/// Tells the stages that find quotes which acts to keep.
fn keep_acts(acts: &[Act], pipeline: &mut CheckedPipeline) -> anyhow::Result<()> {
    if acts.is_empty() {
        return Ok(());
    }
    let names: Vec<String> =
        acts.iter().filter_map(Act::to_possible_value).map(|value| value.get_name().to_owned()).collect();
    match pipeline.set_option("acts", &names.into()) {
        Ok(0) => bail!("--acts: no stage of pipeline {:?} has an option \"acts\"", pipeline.name()),
        Ok(_) => Ok(()),
        Err(fault) => bail!("--acts: {}", fault.message),
    }
}

/// Analyses all inputs.
pub fn run(arguments: &AnalyzeArguments) -> Result<Outcome, Failure> {
    // Whatever is wrong with the command line is said before a model is loaded.
    if arguments.inputs.is_empty() && io::stdin().is_terminal() {
        return Err(anyhow::anyhow!("no input; give a file or a directory, or pipe a text in (see --help)").into());
    }
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let mut checked = pipeline::source(&arguments.pipeline, &arguments.settings)?.check(&registry)?;
    keep_acts(&arguments.acts, &mut checked)?;
    let parts = parts(&arguments.layers, &checked)?;
    let lock = match &arguments.locked {
        Some(file) => Some(pipeline::locked(&arguments.pipeline, file.as_deref(), &checked)?),
        None => None,
    };
    let to_terminal = arguments.output.is_none() && io::stdout().is_terminal();
    let mut output = match &arguments.output {
        Some(path) => Output::file(path)?,
        None => Output::stdout(),
    };
    let runner = checked.load()?;

    let unit = arguments.offsets.into();
    let inputs = Inputs::new(&arguments.inputs, arguments.input_format, unit)?;
    let progress = Progress::new(&inputs, to_terminal);
    let pretty = arguments.format == Format::Pretty || (arguments.format == Format::Auto && to_terminal);
    let width = if to_terminal { terminal::width() } else { terminal::width().min(80) };
    let color = terminal::colored(arguments.color, to_terminal);
    let options = WriterOptions { unit, parts, width, color, provenance: None };
    let options = options.with_provenance(&Provenance { lock, ..runner.provenance() })?;
    let format = OutputFormat::named(if pretty { "pretty" } else { "json" }).context("a format of that name")?;
    let mut writer = (format.writer)(&options);
    writer.begin(&mut output)?;
    // Somebody who watches, or feeds a line at a time, wants each result at once.
    let at_once = to_terminal || inputs.is_live();
    let mut sink = Sink::new(writer, output, at_once, inputs.lines(), progress.clone());

    let options = RunOptions {
        threads: arguments.threads.map_or(0, usize::from),
        fail_fast: arguments.fail_fast,
        batch: arguments.batch.into(),
        ..RunOptions::default()
    };
    let summary = runner
        .run(inputs.reporting(progress.clone()), options, |outcome| sink.take(outcome))
        .context("no threads to run on; try --threads 1")?;
    progress.finish();
    sink.finish(summary.end == RunEnd::FailFast)
}

/// The parts that `--layers` names.
fn parts(names: &[String], pipeline: &CheckedPipeline) -> anyhow::Result<Parts> {
    if names.is_empty() {
        return Ok(Parts::default());
    }
    let mut known: Vec<&str> = PARTS.to_vec();
    for stage in pipeline.stages() {
        let written = stage.plugin().manifest().writes.iter().map(|entry| entry.layer.as_str());
        // Rows of these stand within `quotes` and `actors`.
        known.extend(written.filter(|layer| !["quote_parts", "mentions"].contains(layer)));
    }
    let mut unique = Vec::new();
    known.retain(|name| {
        let new = !unique.contains(name);
        unique.push(*name);
        new
    });
    let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
    // These are always written.
    let is_known = |name: &str| known.contains(&name) || ["schema", "id", "offsets"].contains(&name);
    if let Some(wrong) = names.iter().find(|name| !is_known(name)) {
        bail!("--layers: there is no part {wrong:?}; there are {}", known.join(", "));
    }
    Ok(Parts::named(names))
}
