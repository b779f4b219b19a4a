//! Benches of a pipeline's stages.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use copydesk_core::{Document, Layer};
use copydesk_loader::Instance;
use copydesk_pipeline::{CheckedPipeline, Runner};
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion};

use crate::{steps, texts, throughput, tokens};

/// Benches each stage of a pipeline on each text, and the whole pipeline: bytes and tokens a second. Stages and options
/// come from the pipeline's file.
///
/// # Panics
/// If a stage fails, or gives a wrong result.
pub fn bench_pipeline(criterion: &mut Criterion, checked: &CheckedPipeline, runner: &Runner) {
    let cancel = AtomicBool::new(false);
    let texts = texts();
    let steps: Vec<(&str, Vec<Document>)> = texts.iter().map(|text| (text.name, steps(runner, &text.text))).collect();
    assert_right(checked, runner, &steps);
    for (at, (id, stage)) in runner.instances().enumerate() {
        let mut group = group(criterion, runner.name(), id);
        for (text, steps) in &steps {
            let (Some(before), Some(last)) = (steps.get(at), steps.last()) else { continue };
            let run = |document: &mut Document| {
                stage.annotate(document, &cancel).unwrap_or_else(|error| panic!("{id} on {text}: {error}"));
            };
            group.throughput(throughput(last));
            group.bench_function(*text, |bencher| {
                bencher.iter_batched_ref(|| before.clone(), run, BatchSize::SmallInput);
            });
        }
        group.finish();
    }
    let mut group = group(criterion, runner.name(), "whole");
    for (text, (_, steps)) in texts.iter().zip(&steps) {
        let run = || {
            let document = Document::new("bench", text.text.as_str()).unwrap_or_else(|error| panic!("{error}"));
            runner.annotate(document).unwrap_or_else(|failure| panic!("{}: {failure}", text.name))
        };
        let Some(last) = steps.last() else { continue };
        assert_eq!(run().layers(), last.layers(), "{} on {}: as its stages one by one", runner.name(), text.name);
        group.throughput(throughput(last));
        group.bench_function(text.name, |bencher| bencher.iter(run));
    }
    group.finish();
}

/// The group of a pipeline's stage.
fn group<'c>(criterion: &'c mut Criterion, pipeline: &str, stage: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(format!("{pipeline}/{stage}"));
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    group
}

/// Rows in the layers that a stage writes or adds to, and columns of those that it extends.
fn made(stage: &Instance, document: &Document) -> usize {
    let manifest = stage.plugin().manifest();
    let layer = |name: &str| document.layer(name);
    let rows = manifest.writes.iter().chain(&manifest.appends).filter_map(|made| layer(&made.layer)).map(Layer::len);
    let columns = manifest.extends.iter().filter_map(|made| layer(&made.layer)).map(|layer| layer.columns().len());
    rows.chain(columns).sum()
}

/// Checks a pipeline, and panics if it is wrong, since its speed would mean nothing. Its own test cases pass, each
/// stage finds something in an article, and eight articles in one have the tokens of eight.
fn assert_right(checked: &CheckedPipeline, runner: &Runner, steps: &[(&str, Vec<Document>)]) {
    let name = runner.name();
    for case in checked.tests() {
        let differences = case.run(runner).unwrap_or_else(|error| panic!("{name}: {:?}: {error}", case.name()));
        assert!(differences.is_empty(), "{name}: {:?}: {differences:#?}", case.name());
    }
    for (text, steps) in steps.iter().filter(|(text, _)| ["article", "long"].contains(text)) {
        for ((id, stage), step) in runner.instances().zip(steps.windows(2)) {
            let [before, after] = step else { continue };
            assert!(made(stage, after) > made(stage, before), "{name}/{id} found nothing in the text {text}");
        }
    }
    let tokens_of = |wanted: &str| {
        let steps = steps.iter().find(|(text, _)| *text == wanted).and_then(|(_, steps)| steps.last());
        steps.map_or(0, tokens)
    };
    assert_eq!(tokens_of("long"), 8 * tokens_of("article"), "{name}");
}
