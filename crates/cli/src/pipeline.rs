//! `copydesk pipeline`.

mod args;
mod lock;
mod new;

use copydesk::loader::Registry;
use copydesk::pipeline::{Fault, Faults, schema};
use copydesk::{Builder, Error, ErrorKind};

pub use args::PipelineCommand;
use args::{CheckArguments, GraphArguments, GraphFormat, SchemaArguments, ShowArguments, TestArguments};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{builder, registry};
use crate::terminal;

/// Runs a subcommand.
pub fn run(command: &PipelineCommand) -> Result<ExitOutcome, Failure> {
    match command {
        PipelineCommand::Check(arguments) => check(arguments),
        PipelineCommand::Test(arguments) => test(arguments),
        PipelineCommand::Graph(arguments) => graph(arguments),
        PipelineCommand::Show(arguments) => show(arguments),
        PipelineCommand::Schema(arguments) => print_schema(arguments),
        PipelineCommand::New(arguments) => new::run(arguments),
        PipelineCommand::Lock(arguments) => lock::run(arguments),
    }
}

/// The result of a check of one pipeline.
enum Found {
    /// No faults: the stages, and the parts without effect.
    Sound(Vec<String>, Faults),
    /// The faults.
    Wrong(Error),
}

impl Found {
    fn new(builder: &Builder, registry: &Registry) -> Self {
        let loaded = builder.check_with(registry).and_then(|checked| checked.load());
        match loaded {
            Ok(pipeline) => {
                let checked = pipeline.checked();
                let stages = checked.stages().iter().map(|stage| stage.id().to_owned()).collect();
                Found::Sound(stages, checked.warnings(pipeline.runner()))
            }
            Err(error) => Found::Wrong(error),
        }
    }

    fn outcome(&self, deny_warnings: bool) -> ExitOutcome {
        match self {
            Found::Sound(_, warnings) if warnings.is_empty() || !deny_warnings => ExitOutcome::Done,
            Found::Wrong(error) if error.kind() == ErrorKind::Load => ExitOutcome::NotLoaded,
            _ => ExitOutcome::Wrong,
        }
    }

    fn faults(&self) -> Vec<Fault> {
        match self {
            Found::Sound(_, faults) => faults.as_slice().to_vec(),
            Found::Wrong(error) => {
                let faults = error.faults().map(|faults| faults.as_slice().to_vec()).unwrap_or_default();
                faults.into_iter().chain(error.unreadable().map(|error| error.fault())).collect()
            }
        }
    }

    fn report(&self, name: &str) -> std::io::Result<()> {
        match self {
            Found::Wrong(error) => match error.faults() {
                Some(faults) => terminal::message(&faults.to_string()),
                None => terminal::error(&error.to_string()),
            },
            Found::Sound(stages, warnings) => {
                if !warnings.is_empty() {
                    terminal::message(&warnings.to_string());
                }
                terminal::print(format!("{name}: ok: {}\n", stages.join(", ")).as_bytes())?;
            }
        }
        Ok(())
    }
}

/// Checks each pipeline, models included, and shows all faults of all.
fn check(arguments: &CheckArguments) -> Result<ExitOutcome, Failure> {
    let registry = registry(&arguments.plugins)?;
    let mut outcome = ExitOutcome::Done;
    let mut faults = Vec::new();
    for name in &arguments.pipelines {
        let checked = Found::new(&builder(name, &arguments.settings, &arguments.plugins), &registry);
        let found = checked.outcome(arguments.deny_warnings);
        // If both happen, a wrong file has the plainer message.
        if found != ExitOutcome::Done && outcome != ExitOutcome::Wrong {
            outcome = found;
        }
        if arguments.json {
            faults.extend(checked.faults());
        } else {
            checked.report(name)?;
        }
    }
    if arguments.json {
        let mut json = serde_json::to_vec_pretty(&faults)?;
        json.push(b'\n');
        terminal::print(&json)?;
    }
    Ok(outcome)
}

/// Runs the test cases of each pipeline, and shows those that do not hold.
fn test(arguments: &TestArguments) -> Result<ExitOutcome, Failure> {
    let (mut held, mut broken) = (0_u32, 0_u32);
    for name in &arguments.pipelines {
        let pipeline = builder(name, &arguments.settings, &arguments.plugins).load()?;
        for case in pipeline.checked().tests() {
            let wrong = match case.run(pipeline.runner()) {
                Ok(differences) => differences.iter().map(ToString::to_string).collect(),
                Err(message) => vec![message],
            };
            if wrong.is_empty() {
                held += 1;
            } else {
                broken += 1;
                let text = wrong.join("\n").replace('\n', "\n  ");
                terminal::print(
                    format!("{name}:{}: {:?} does not hold\n  {text}\n\n", case.line(), case.name()).as_bytes(),
                )?;
            }
        }
    }
    terminal::print(format!("{held} passed, {broken} failed\n").as_bytes())?;
    Ok(if broken == 0 { ExitOutcome::Done } else { ExitOutcome::SomeFailed })
}

fn graph(arguments: &GraphArguments) -> Result<ExitOutcome, Failure> {
    let checked = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins).check()?;
    let pipeline = checked.pipeline();
    let graph = match arguments.format {
        GraphFormat::Text => pipeline.as_text(),
        GraphFormat::Mermaid => pipeline.as_mermaid(),
        GraphFormat::Dot => pipeline.as_dot(),
    };
    terminal::print(graph.as_bytes())?;
    Ok(ExitOutcome::Done)
}

fn show(arguments: &ShowArguments) -> Result<ExitOutcome, Failure> {
    let builder = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins);
    if arguments.resolved {
        terminal::print(builder.check()?.pipeline().as_toml().as_bytes())?;
    } else {
        terminal::print(builder.source()?.text.as_bytes())?;
    }
    Ok(ExitOutcome::Done)
}

/// Prints the schema; libraries that cannot be loaded go to standard error.
fn print_schema(arguments: &SchemaArguments) -> Result<ExitOutcome, Failure> {
    let registry = registry(&arguments.plugins)?;
    let mut outcome = ExitOutcome::Done;
    let mut plugins = registry.built_in().to_vec();
    if !arguments.built_in {
        for (_, plugin) in registry.list() {
            match plugin {
                Ok(plugin) => plugins.push(plugin),
                Err(error) => {
                    terminal::error(&error.to_string());
                    outcome = ExitOutcome::NotLoaded;
                }
            }
        }
    }
    let mut json = serde_json::to_vec_pretty(&schema(&plugins))?;
    json.push(b'\n');
    terminal::print(&json)?;
    Ok(outcome)
}
