//! Each stage of `fast` on each text, and the whole pipeline: bytes and tokens a second.
//!
//! `cargo bench -p copydesk-benches --bench stages -- tokenizer` runs one of them.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use copydesk_benches::{STAGES, document_before, instance, texts};
use copydesk_core::Document;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Layer that a stage must have filled on an article: a bench of an empty answer fails.
fn filled_by(stage: &str) -> &'static str {
    match stage {
        "tokenizer" => "tokens",
        "ner" => "entities",
        "quotes" => "quote_parts",
        "actors" => "mentions",
        _ => "stances",
    }
}

fn throughput(document: &Document) -> Throughput {
    let bytes = document.text().len() as u64;
    let tokens = document.layer("tokens").map_or(0, |tokens| tokens.len() as u64);
    Throughput::ElementsAndBytes { elements: tokens, bytes }
}

fn stages(criterion: &mut Criterion) {
    let cancel = AtomicBool::new(false);
    for (id, entry) in STAGES {
        let mut group = criterion.benchmark_group(id);
        group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
        let stage = instance(entry);
        for (name, text) in texts() {
            let before = document_before(id, &text);
            let mut after = before.clone();
            stage.annotate(&mut after, &cancel).unwrap_or_else(|error| panic!("{id} on {name}: {error}"));
            let rows = after.layer(filled_by(id)).map_or(0, copydesk_core::Layer::len);
            assert!(rows > 0 || name == "short" || name == "hostile", "{id} found nothing in {name}");
            group.throughput(throughput(&after));
            group.bench_function(name, |bencher| {
                bencher.iter_batched_ref(
                    || before.clone(),
                    |document| stage.annotate(document, &cancel),
                    BatchSize::SmallInput,
                );
            });
        }
        group.finish();
    }
}

fn whole(criterion: &mut Criterion) {
    let cancel = AtomicBool::new(false);
    let stages: Vec<_> = STAGES.iter().map(|(_, entry)| instance(*entry)).collect();
    let mut group = criterion.benchmark_group("fast");
    group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_millis(500));
    for (name, text) in texts() {
        let run = || -> Result<Document, String> {
            let mut document = Document::new("bench", text.as_str()).map_err(|error| error.to_string())?;
            for stage in &stages {
                stage.annotate(&mut document, &cancel).map_err(|error| error.to_string())?;
            }
            Ok(document)
        };
        let after = run().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(after.layer("stances").is_some(), "the pipeline ran to its end on {name}");
        group.throughput(throughput(&after));
        group.bench_function(name, |bencher| bencher.iter(run));
    }
    group.finish();
}

criterion_group!(benches, stages, whole);
criterion_main!(benches);
