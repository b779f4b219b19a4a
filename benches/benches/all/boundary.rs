//! The cost of a call of a plugin that reads every token and appends rows, with all checks. It is measured built in,
//! loaded from its library, and isolated in a process of its own. The plugin is the same, `benches/plugin`.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use copydesk_benches::{READER, loaded_reader, reader, registry, rows, steps, texts, thousand_tokens, throughput};
use copydesk_core::{Document, Layer};
use copydesk_loader::{ChildCommand, Limits, Plugin};
use copydesk_pipeline::Runner;
use criterion::{BatchSize, Criterion};

use crate::ISOLATED;

/// The plugin three times.
fn plugins() -> [(&'static str, Plugin); 3] {
    let command = ChildCommand::this_program([ISOLATED]).unwrap_or_else(|| panic!("this program has no file"));
    let registry = registry().with_child_command(command);
    let found = [registry.find(READER), registry.find_isolated(READER, Limits::default())];
    let [built_in, isolated] = found.map(|plugin| {
        plugin.unwrap_or_else(|error| panic!("{error}")).unwrap_or_else(|| panic!("{READER} is built in"))
    });
    [("built-in", built_in), ("loaded", loaded_reader(&registry)), ("isolated", isolated)]
}

/// The article of 1,000 tokens, and the texts once tokenized by a pipeline.
fn documents(runner: &Runner) -> Vec<(&'static str, Document)> {
    let tokenized = |text: &str| steps(runner, text).into_iter().find(|document| document.layer("tokens").is_some());
    let mut documents = vec![("1000-tokens", thousand_tokens())];
    for text in texts() {
        documents.push((text.name, tokenized(&text.text).unwrap_or_else(|| panic!("a stage writes tokens"))));
    }
    documents
}

/// Benches of the group `boundary`.
pub fn bench(criterion: &mut Criterion, runner: &Runner) {
    let cancel = AtomicBool::new(false);
    let documents = documents(runner);
    for (way, plugin) in plugins() {
        let mut group = criterion.benchmark_group(format!("boundary/{way}"));
        group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
        for (name, before) in &documents {
            let instance = reader(&plugin, before);
            let call = |document: &mut Document| {
                instance.annotate(document, &cancel).unwrap_or_else(|error| panic!("{way}: {error}"));
            };
            let mut after = before.clone();
            call(&mut after);
            assert_eq!(after.layer("entities").map(Layer::len), Some(rows(before) as usize), "{way}, {name}");
            group.throughput(throughput(before));
            group.bench_function(*name, |bencher| {
                bencher.iter_batched_ref(|| before.clone(), call, BatchSize::SmallInput);
            });
        }
        group.finish();
    }
}
