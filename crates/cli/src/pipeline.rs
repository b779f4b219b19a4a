//! Finding a pipeline by file or name, and `copydesk pipeline check`.

use std::fmt::Write;
use std::path::Path;

use anyhow::bail;
use copydesk_loader::Registry;
use copydesk_pipeline::{CheckedPipeline, FaultClass, Faults, PipelineSource};

use crate::args::CheckArguments;
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
