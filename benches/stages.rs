//! The shipped pipelines, read from their files. If a file changes or a new one comes, the benches follow.

use std::sync::atomic::AtomicBool;

use copydesk::{BUILT_IN, SHIPPED};
use copydesk_core::Document;
use copydesk_loader::{Registry, SearchPath};
use copydesk_pipeline::{CheckedPipeline, PipelineSource, Runner};

/// The built-in plugins, and the one that the boundary is measured with.
#[must_use]
pub fn entries() -> Vec<fn() -> &'static copydesk_abi::Entry> {
    BUILT_IN.iter().copied().chain([copydesk_plugin_reader::copydesk_entry as _]).collect()
}

/// The plugins of [`entries`], and none from files.
///
/// # Panics
/// If one of them cannot be used. There is nothing to measure then.
#[must_use]
pub fn registry() -> Registry {
    Registry::new(&entries(), SearchPath::only(Vec::new())).unwrap_or_else(|error| panic!("{error}"))
}

/// A pipeline, checked and loaded.
///
/// # Panics
/// If it has a fault, or a model cannot be loaded.
#[must_use]
pub fn load(source: &PipelineSource, registry: &Registry) -> (CheckedPipeline, Runner) {
    let checked = source.check(registry).unwrap_or_else(|faults| panic!("{faults}"));
    let runner = checked.load().unwrap_or_else(|faults| panic!("{faults}"));
    (checked, runner)
}

/// Every pipeline inside the program.
///
/// # Panics
/// As [`load`].
#[must_use]
pub fn pipelines() -> Vec<(CheckedPipeline, Runner)> {
    let registry = registry();
    let find = |name: &str| PipelineSource::find(name, SHIPPED).unwrap_or_else(|error| panic!("{error}"));
    SHIPPED.iter().map(|(name, _)| load(&find(name), &registry)).collect()
}

/// A text as each stage of a pipeline gets it, in their order, and at the end as the pipeline leaves it.
///
/// # Panics
/// If a stage fails, or leaves out a layer that its manifest does not mark as optional.
#[must_use]
pub fn steps(runner: &Runner, text: &str) -> Vec<Document> {
    let mut document = Document::new("bench", text).unwrap_or_else(|error| panic!("{error}"));
    let mut steps = vec![document.clone()];
    for (id, stage) in runner.instances() {
        let outcome = stage.annotate(&mut document, &AtomicBool::new(false));
        outcome.unwrap_or_else(|error| panic!("{}/{id}: {error}", runner.name()));
        for written in &stage.plugin().manifest().writes {
            let is_there = document.layer(&written.layer).is_some();
            assert!(is_there || written.optional, "{}/{id} writes {}", runner.name(), written.layer);
        }
        steps.push(document.clone());
    }
    steps
}
