//! What it costs to call a plugin: one that reads every token of a 1,000-token article and appends 185 rows, the
//! size of an article's entities and quotes, with all checks. In this process, and in one of its own.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use copydesk_core::{Column, ColumnData, Document, Layer, Span, standard};
use copydesk_loader::{ChildCommand, Instance, Limits, Registry, SearchPath, serve_isolated};
use copydesk_sdk::{Annotator, NoConfig, Output, Strings, export_plugin};
use criterion::{BatchSize, Criterion, criterion_group};

/// Rows that the plugin appends.
const ROWS: u32 = 185;
/// Tokens of the article.
const TOKENS: u32 = 1000;

struct Reader {
    labels: Strings,
    scores: Vec<f32>,
}

impl Annotator for Reader {
    const ID: &'static str = "reader";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "reads": [{"layer": "tokens", "columns": {"space_after": "u32"}}],
        "writes": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, copydesk_sdk::Error> {
        Ok(Reader { labels: (0..ROWS).map(|_| "PERSON").collect(), scores: vec![0.5; ROWS as usize] })
    }

    fn annotate(
        &self,
        document: &copydesk_sdk::Document<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), copydesk_sdk::Error> {
        let tokens = document.layer("tokens")?;
        let spaced: u32 = tokens.u32s("space_after")?.iter().sum();
        let spans: Vec<Span> = tokens.spans().iter().take(ROWS as usize).copied().collect();
        assert!(spaced == TOKENS);
        output.append(
            "entities",
            &spans,
            &[copydesk_sdk::Column::strings("label", &self.labels), copydesk_sdk::Column::f32s("score", &self.scores)],
        )
    }
}

export_plugin!(Reader);

fn article() -> Document {
    let text = "token ".repeat(TOKENS as usize);
    let spans: Vec<Span> = (0..TOKENS).map(|i| Span::new(i * 6, i * 6 + 5)).collect();
    let column = |name: &str, data: ColumnData| Column { name: name.to_owned(), data };
    let mut tokens = Layer::new("tokens", standard::layer("tokens").unwrap_or_default());
    let columns = vec![
        column("sentence", ColumnData::Ref { layer: "sentences".into(), rows: vec![0; TOKENS as usize] }),
        column("space_after", ColumnData::U32(vec![1; TOKENS as usize])),
        column("part", ColumnData::U32(vec![0; TOKENS as usize])),
    ];
    tokens.append(&text, &spans, columns).unwrap_or_else(|error| panic!("{error}"));
    let mut document = Document::new("bench", text).unwrap_or_else(|error| panic!("{error}"));
    document.put(tokens);
    document
}

/// The plugin in this process, and in one of its own.
fn instances() -> [(&'static str, Instance); 2] {
    let registry = Registry::new(&[copydesk_entry], SearchPath::only(Vec::new()));
    let registry = registry.unwrap_or_else(|error| panic!("{error}"));
    let command = ChildCommand::this_program([PROCESS]).unwrap_or_else(|| panic!("this program has no file"));
    let registry = registry.with_child_command(command);
    let found =
        [("built in", registry.find(Reader::ID)), ("isolated", registry.find_isolated(Reader::ID, Limits::default()))];
    found.map(|(name, plugin)| {
        let plugin = plugin.unwrap_or_else(|error| panic!("{error}")).unwrap_or_else(|| panic!("it is built in"));
        (name, plugin.create(&Default::default()).unwrap_or_else(|error| panic!("{error}")))
    })
}

fn boundary(criterion: &mut Criterion) {
    let cancel = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("boundary");
    group.measurement_time(Duration::from_secs(3));
    for (name, instance) in instances() {
        let before = article();
        let mut after = before.clone();
        instance.annotate(&mut after, &cancel).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(after.layer("entities").map(Layer::len), Some(ROWS as usize));
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(
                || before.clone(),
                |document| instance.annotate(document, &cancel),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, boundary);

/// The argument with which this program is the process of its isolated plugin.
const PROCESS: &str = "isolated-plugin";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(PROCESS) {
        serve_isolated(&[copydesk_entry]).unwrap_or_else(|error| panic!("{error}"));
        return;
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
