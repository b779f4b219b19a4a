//! Pipelines of small plugins, from broken files to long runs.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests are tests too")]

mod broken;
#[cfg(target_os = "linux")]
mod files;
mod hostile;
mod plugins;
mod reload;
mod runs;
mod sound;
mod test_cases;

use copydesk_loader::{Registry, SearchPath};
use copydesk_pipeline::{CheckedPipeline, PipelineSource, Runner};

/// The test plugins, and nothing from the machine the tests run on.
pub fn registry() -> Registry {
    Registry::new(&[plugins::copydesk_entry], SearchPath::only(Vec::new())).unwrap()
}

/// A file that is nowhere.
pub fn source(text: &str) -> PipelineSource {
    PipelineSource::new("pipelines/x.toml", text, Some("/nowhere/pipelines".into()))
}

/// A file in which nothing is wrong.
pub fn checked(text: &str) -> CheckedPipeline {
    source(text).check(&registry()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A runner of these plugins, one stage each.
pub fn runner(plugins: &[&str]) -> Runner {
    let text: String = plugins.iter().map(|plugin| format!("[[stage]]\nplugin = {plugin:?}\n")).collect();
    checked(&text).load().unwrap_or_else(|faults| panic!("{faults}"))
}
