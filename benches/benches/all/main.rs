//! All criterion benches in one program: each stage of each pipeline inside the program, the plugin boundary, readers
//! and writers, tables, formats for other programs, corpora, the server, and the encoder's kernels.
//!
//! `cargo bench -p copydesk-benches` runs them all, `cargo bench -p copydesk-benches -- news/encoder/article` one.

mod boundary;
mod corpus;
mod encoder;
mod exchange;
mod formats;
mod identity;
mod server;
mod tables;

use copydesk_benches::{bench_pipeline, entries, pipelines};
use copydesk_loader::serve_isolated;
use criterion::Criterion;

/// The argument that makes this program the process of an isolated plugin.
const ISOLATED: &str = "isolated-plugin";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(ISOLATED) {
        serve_isolated(&entries()).unwrap_or_else(|error| panic!("{error}"));
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    let pipelines = pipelines();
    for (checked, runner) in &pipelines {
        bench_pipeline(&mut criterion, checked, runner);
    }
    let (_, default) = pipelines.first().unwrap_or_else(|| panic!("a pipeline is shipped"));
    boundary::bench(&mut criterion, default);
    let analysed = formats::Analysed::new(default);
    formats::bench(&mut criterion, &analysed);
    tables::bench(&mut criterion, &analysed);
    exchange::bench(&mut criterion, default);
    corpus::bench(&mut criterion, &analysed);
    identity::bench(&mut criterion);
    server::bench(&mut criterion);
    encoder::bench(&mut criterion);
    criterion.final_summary();
}
