//! What the licences of the models' training data allow.

use std::fs::{self, File};
use std::io::Read;

use copydesk_model::ModelFile;
use copydesk_models::{Licence, of_plugin, own_licence};
use copydesk_pipeline::{CheckedPipeline, CheckedStage, Provenance};
use serde_json::Value;

/// The options that name models.
const OPTIONS: [&str; 3] = ["model", "blend", "ranker"];

/// Bytes of a file that are read. The metadata stand at its beginning.
const HEAD: u64 = 64 << 10;

/// Returns the provenance of a pipeline, with the class of licence of each stage.
pub(crate) fn provenance(pipeline: &CheckedPipeline, lock: Option<String>) -> Provenance {
    let mut provenance = Provenance { lock, ..pipeline.provenance() };
    for (stage, told) in pipeline.stages().iter().zip(&mut provenance.stages) {
        told.licence = of_stage(stage).map(|class| class.as_str().to_owned());
    }
    provenance
}

/// The strictest class of all that a stage learned from.
fn of_stage(stage: &CheckedStage) -> Option<Licence> {
    let plugin = stage.plugin().id();
    let of_option = |option: &&str| of_model(plugin, stage.config().get(*option).and_then(Value::as_str)?);
    OPTIONS.iter().filter_map(of_option).chain(own_licence(plugin)).max()
}

/// The class of a model that an option names. A file that does not tell its class is no known model.
fn of_model(plugin: &str, name: &str) -> Option<Licence> {
    if let Some(name) = name.strip_prefix("builtin:") {
        return Some(of_plugin(plugin).iter().find(|model| model.name() == name)?.licence());
    }
    let mut head = Vec::new();
    // What can be read only once is left to the plugin.
    fs::metadata(name).ok().filter(fs::Metadata::is_file)?;
    File::open(name).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    let metadata: Value = serde_json::from_str(ModelFile::metadata_of_head(&head)?).ok()?;
    Some(metadata.get("data_licence").and_then(Value::as_str).and_then(Licence::from_name).unwrap_or(Licence::Unstated))
}
