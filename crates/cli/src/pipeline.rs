//! Finding a pipeline by file or name, and `copydesk pipeline check`.

use std::fmt::Write;
use std::path::Path;

use anyhow::bail;
use copydesk_loader::Registry;
use copydesk_pipeline::{CheckedPipeline, FaultClass, Faults, PipelineSource};

use crate::args::{CheckArguments, TestArguments};
use crate::failure::{Failure, Outcome};
use crate::{built_in, terminal};

/// The pipeline of a file or of a shipped name. A name with a separator or an extension is a file's.
pub fn source(name: &str) -> anyhow::Result<PipelineSource> {
    let path = Path::new(name);
    let bare = path.components().count() == 1 && path.extension().is_none();
    if bare && let Some(source) = PipelineSource::shipped(name) {
        return Ok(source);
    }
    if bare && !path.exists() {
        let shipped: Vec<&str> = PipelineSource::shipped_names().collect();
        bail!("there is no pipeline {name:?}: neither a file nor one that is shipped ({})", shipped.join(", "));
    }
    Ok(PipelineSource::read(path)?)
}

fn checked(name: &str, registry: &Registry) -> Result<Result<CheckedPipeline, Faults>, anyhow::Error> {
    let source = source(name)?;
    Ok(source.check(registry).and_then(|pipeline| pipeline.load().map(|_| pipeline)))
}

/// Checks each pipeline, models included, and shows all faults of all.
pub fn check(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let mut outcome = Outcome::Done;
    let mut worse = |found: Outcome| {
        // A wrong file is the plainer message where both happen.
        if outcome != Outcome::Wrong {
            outcome = found;
        }
    };
    for name in &arguments.pipelines {
        match checked(name, &registry) {
            Err(error) => {
                terminal::error(&format!("{error:#}"));
                worse(Outcome::Wrong);
            }
            Ok(Err(faults)) => {
                terminal::message(&faults.to_string());
                worse(if faults.class() == FaultClass::Load { Outcome::NotLoaded } else { Outcome::Wrong });
            }
            Ok(Ok(pipeline)) => {
                let stages: Vec<&str> = pipeline.stages().iter().map(|stage| stage.id()).collect();
                let mut line = format!("{name}: ok");
                let _ = writeln!(line, ": {}", stages.join(", "));
                terminal::print(line.as_bytes())?;
            }
        }
    }
    Ok(outcome)
}

/// Runs the test cases of each pipeline, and shows those that do not hold.
pub fn test(arguments: &TestArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&arguments.plugins.folders)?;
    let (mut held, mut broken) = (0_u32, 0_u32);
    for name in &arguments.pipelines {
        let pipeline = source(name)?.check(&registry)?;
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
                terminal::print(format!("{name}:{}: {:?}\n  {text}\n", case.line(), case.name()).as_bytes())?;
            }
        }
    }
    terminal::print(format!("{held} passed, {broken} failed\n").as_bytes())?;
    Ok(if broken == 0 { Outcome::Done } else { Outcome::SomeFailed })
}
