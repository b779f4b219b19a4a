//! The command line of `copydesk bench`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use copydesk::bench::MOST_RUNS;

use crate::flags::{PluginFlags, Settings};

/// Measures pipelines: speed, time in each stage, latency, start-up and memory
///
/// Each pipeline runs several times on each number of threads, in turns, each time in a process of its own. Figures are
/// medians of the runs, with 95 % bootstrap intervals. A run loads the pipeline (start-up) and analyzes some articles
/// to warm up. Then it analyzes all of them as `copydesk analyze` would, without reading and writing (speed, stages,
/// memory), and then each by itself (latency), both for at least half a second.
///
/// --compare marks the figures that changed since an earlier --json by more than the noise within the runs. -o writes
/// a page with pictures of it all.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  measured, whatever --compare says
  1  some documents could not be analyzed
  2  the command line, a pipeline, an input file or the report of --compare is wrong, or a run, --output or --flame failed
  3  a plugin or a model could not be loaded

Examples:
  copydesk bench -p fast -p news
  copydesk bench -p desk.toml --input articles.jsonl --threads 1,2,4
  copydesk bench -p news --json > before.json
  copydesk bench -p news --compare before.json -o bench.html
  copydesk bench -p fast --runs 1 --flame fast.svg")]
pub struct BenchArguments {
    /// A pipeline: a TOML file, or the name of a shipped one; may be given more than once
    #[arg(short, long = "pipeline", default_value = "news", value_name = "FILE or NAME")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub pipelines: Vec<String>,
    /// Text files, JSON lines files or directories, as for `analyze` [default: built-in texts: a long one, a hostile
    /// one and an article ten times]
    #[arg(short, long, num_args = 1.., value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    pub input: Vec<PathBuf>,
    /// The numbers of threads that analyze; each is measured
    #[arg(long, value_delimiter = ',', value_name = "N,...", default_value = "1")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Vec<u16>,
    /// The number of runs of each pipeline on each number of threads; an interval needs six
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=MOST_RUNS as i64))]
    pub runs: u16,
    /// Writes a page for a browser too: pictures of speed, stages, latency and changes, in one HTML file
    #[arg(short, long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Prints one JSON document: the samples, the figures, the texts and the machine
    #[arg(long)]
    pub json: bool,
    /// An earlier output of --json; reports the changes since
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub compare: Option<PathBuf>,
    /// Draws a flame graph, an SVG; needs Linux's `perf`, which watches one more run of each
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub flame: Option<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
}

/// The work of `bench` in a process of its own
#[derive(Args, Debug)]
pub struct BenchProcessArguments {
    #[arg(long)]
    pub pipeline: String,
    #[arg(long)]
    pub threads: u16,
    /// Runs for a profiler that watches, and measures nothing
    #[arg(long)]
    pub profile: bool,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
    pub input: Vec<PathBuf>,
}
