//! The stages of `pipelines/bert.toml` on the shipped encoder, exported as a checkpoint, on each text of the other benches.
//!
//! `cargo bench -p copydesk-plugin-bert -- bert/bert_ner/article` runs one of them; it needs libtorch (docs/bert.md).

use std::fs;
use std::path::Path;

use copydesk_benches::{bench_pipeline, entries, load};
use copydesk_loader::{Registry, SearchPath};
use copydesk_model::checkpoint::{Source, export};
use copydesk_models::of_plugin;
use copydesk_pipeline::PipelineSource;
use criterion::{Criterion, criterion_group, criterion_main};

/// The pipeline's file.
const PIPELINE: &str = include_str!("../../../pipelines/bert.toml");

/// The checkpoint that it names.
const CHECKPOINT: &str = "../target/checkpoint";

/// Writes the models of `news` as a checkpoint.
fn write_checkpoint(folder: &Path) {
    let source = |name| {
        let model = of_plugin(name).iter().find(|model| model.name() == "news");
        let bytes = model.and_then(|model| model.built_in()).unwrap_or_else(|| panic!("{name}: no news"));
        Source { name, bytes }
    };
    let exported = export(source("encoder"), source("ner"), source("quotes"), source("stance"));
    let exported = exported.unwrap_or_else(|error| panic!("{error}"));
    let files: [(&str, &[u8]); 3] = [
        ("config.json", exported.config.as_ref()),
        ("vocab.txt", exported.vocabulary.as_ref()),
        ("model.safetensors", exported.safetensors.as_ref()),
    ];
    for (name, content) in files {
        fs::write(folder.join(name), content).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    write_checkpoint(folder.path());
    let text = PIPELINE.replace(CHECKPOINT, &folder.path().display().to_string());
    let entries: Vec<_> = entries().into_iter().chain([copydesk_plugin_bert::copydesk_entry as _]).collect();
    let registry = Registry::new(&entries, SearchPath::only(Vec::new())).unwrap_or_else(|error| panic!("{error}"));
    let (checked, runner) = load(&PipelineSource::new("bert.toml", text, None), &registry);
    bench_pipeline(criterion, &checked, &runner);
}

criterion_group!(benches, stages);
criterion_main!(benches);
