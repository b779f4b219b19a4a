//! `copydesk pipeline`, and finding a pipeline by file or name.

mod args;
mod lock;
mod new;

use copydesk_loader::Registry;
use copydesk_pipeline::{Fault, FaultClass, Faults, PipelineSource, SourceError, schema};

use args::{CheckArguments, GraphArguments, GraphFormat, SchemaArguments, ShowArguments, TestArguments};
pub use args::{PipelineCommand, Settings};
pub use lock::locked;

use crate::failure::{Failure, Outcome};
use crate::{built_in, terminal};

/// The pipeline of a file or of a shipped name, with variables set.
pub fn source(name: &str, settings: &Settings) -> Result<PipelineSource, SourceError> {
    let source = PipelineSource::find(name)?;
    Ok(PipelineSource { set: settings.set.clone(), ..source })
}

/// Runs a subcommand.
pub fn run(command: &PipelineCommand) -> Result<Outcome, Failure> {
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

/// What a check of one pipeline found.
enum Checked {
    /// Nothing is wrong: the stages, and what has no effect.
    Sound(Vec<String>, Faults),
    /// These are wrong.
    Wrong(Faults),
    /// The file cannot be read.
    Unreadable(SourceError),
}

impl Checked {
    fn new(name: &str, settings: &Settings, registry: &Registry) -> Self {
        let source = match source(name, settings) {
            Ok(source) => source,
            Err(error) => return Checked::Unreadable(error),
        };
        let loaded = source.check(registry).and_then(|pipeline| {
            let runner = pipeline.load()?;
            let stages = pipeline.stages().iter().map(|stage| stage.id().to_owned()).collect();
            Ok(Checked::Sound(stages, pipeline.warnings(&runner)))
        });
        loaded.unwrap_or_else(Checked::Wrong)
    }

    fn outcome(&self, deny_warnings: bool) -> Outcome {
        match self {
            Checked::Sound(_, warnings) if warnings.is_empty() || !deny_warnings => Outcome::Done,
            Checked::Wrong(faults) if faults.class() == FaultClass::Load => Outcome::NotLoaded,
            _ => Outcome::Wrong,
        }
    }

    fn faults(&self) -> Vec<Fault> {
        match self {
            Checked::Sound(_, faults) | Checked::Wrong(faults) => faults.as_slice().to_vec(),
            Checked::Unreadable(error) => vec![error.fault()],
        }
    }

    fn report(&self, name: &str) -> std::io::Result<()> {
        match self {
            Checked::Unreadable(error) => terminal::error(&error.to_string()),
            Checked::Wrong(faults) => terminal::message(&faults.to_string()),
            Checked::Sound(stages, warnings) => {
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
fn check(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let mut outcome = Outcome::Done;
    let mut faults = Vec::new();
    for name in &arguments.pipelines {
        let checked = Checked::new(name, &arguments.settings, &registry);
        let found = checked.outcome(arguments.deny_warnings);
        // A wrong file is the plainer message where both happen.
        if found != Outcome::Done && outcome != Outcome::Wrong {
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
fn test(arguments: &TestArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let (mut held, mut broken) = (0_u32, 0_u32);
    for name in &arguments.pipelines {
        let pipeline = source(name, &arguments.settings)?.check(&registry)?;
        let runner = pipeline.load()?;
        for case in pipeline.tests() {
            let wrong = match case.run(&runner) {
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
    Ok(if broken == 0 { Outcome::Done } else { Outcome::SomeFailed })
}

fn graph(arguments: &GraphArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let pipeline = source(&arguments.pipeline, &arguments.settings)?.check(&registry)?;
    let graph = match arguments.format {
        GraphFormat::Text => pipeline.as_text(),
        GraphFormat::Mermaid => pipeline.as_mermaid(),
        GraphFormat::Dot => pipeline.as_dot(),
    };
    terminal::print(graph.as_bytes())?;
    Ok(Outcome::Done)
}

fn show(arguments: &ShowArguments) -> Result<Outcome, Failure> {
    let source = source(&arguments.pipeline, &arguments.settings)?;
    if arguments.resolved {
        let registry = built_in::registry(&arguments.plugins.folders)?;
        terminal::print(source.check(&registry)?.as_toml().as_bytes())?;
    } else {
        terminal::print(source.text.as_bytes())?;
    }
    Ok(Outcome::Done)
}

/// Prints the schema; libraries that cannot be loaded go to standard error.
fn print_schema(arguments: &SchemaArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let mut outcome = Outcome::Done;
    let mut plugins = registry.built_in().to_vec();
    if !arguments.built_in {
        for (_, plugin) in registry.list() {
            match plugin {
                Ok(plugin) => plugins.push(plugin),
                Err(error) => {
                    terminal::error(&error.to_string());
                    outcome = Outcome::NotLoaded;
                }
            }
        }
    }
    let mut json = serde_json::to_vec_pretty(&schema(&plugins))?;
    json.push(b'\n');
    terminal::print(&json)?;
    Ok(outcome)
}
