//! Counters for Prometheus, in the OpenMetrics text format.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copydesk::AnalyzeErrorKind;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::problem::ProblemKind;
use crate::server::State;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DocumentLabels {
    pipeline: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PipelineLabels {
    pipeline: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TypeLabels {
    r#type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// What is counted while requests are answered.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    documents: Family<DocumentLabels, Counter>,
    tokens: Family<PipelineLabels, Counter>,
    errors: Family<TypeLabels, Counter>,
    reloads: Family<OutcomeLabels, Counter>,
    pub(crate) connections: Arc<AtomicUsize>,
}

/// From a millisecond to a minute.
fn histogram() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Metrics {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            documents: Family::default(),
            tokens: Family::default(),
            errors: Family::default(),
            reloads: Family::default(),
            connections: Arc::default(),
        }
    }

    /// Counts a request that was answered.
    pub(crate) fn request(&self, route: &str, status: u16, time: Duration) {
        self.requests.get_or_create(&RequestLabels { route: route.to_owned(), status }).inc();
        self.seconds.get_or_create(&RouteLabels { route: route.to_owned() }).observe(time.as_secs_f64());
    }

    /// Counts a document, with its tokens if it was analyzed.
    pub(crate) fn document(&self, pipeline: &str, tokens: Result<usize, AnalyzeErrorKind>) {
        let outcome = match tokens {
            Ok(_) => "done",
            Err(AnalyzeErrorKind::Cancelled) => "cancelled",
            Err(_) => "failed",
        };
        self.documents.get_or_create(&DocumentLabels { pipeline: pipeline.to_owned(), outcome }).inc();
        let tokens = tokens.unwrap_or(0) as u64;
        self.tokens.get_or_create(&PipelineLabels { pipeline: pipeline.to_owned() }).inc_by(tokens);
    }

    /// Counts a line of a batch that is no document.
    pub(crate) fn unreadable(&self, pipeline: &str) {
        self.documents.get_or_create(&DocumentLabels { pipeline: pipeline.to_owned(), outcome: "unreadable" }).inc();
    }

    /// Counts a problem.
    pub(crate) fn problem(&self, kind: ProblemKind) {
        self.errors.get_or_create(&TypeLabels { r#type: kind.name() }).inc();
    }

    /// Counts a pipeline that was loaded again, or could not be.
    pub(crate) fn reload(&self, is_done: bool) {
        let outcome = if is_done { "done" } else { "failed" };
        self.reloads.get_or_create(&OutcomeLabels { outcome }).inc();
    }
}

/// All metrics as text.
///
/// # Errors
/// If a metric cannot be written.
pub(crate) fn text(state: &Arc<State>) -> Result<String, fmt::Error> {
    let metrics = &state.metrics;
    let mut registry = Registry::with_prefix("copydesk");
    registry.register("requests", "Requests by route and status", metrics.requests.clone());
    registry.register_with_unit("request", "Time to answer", Unit::Seconds, metrics.seconds.clone());
    registry.register("documents", "Documents by pipeline and outcome", metrics.documents.clone());
    registry.register("tokens", "Tokens of documents that were analyzed", metrics.tokens.clone());
    registry.register("errors", "Problems that were answered, by type", metrics.errors.clone());
    registry.register("reloads", "Pipelines that were loaded again", metrics.reloads.clone());
    registry.register_collector(Box::new(Snapshot(Arc::clone(state))));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    let mut process = Registry::default();
    process.register_collector(Box::new(Process));
    // The first text ends with the mark of the end.
    text.truncate(text.trim_end().trim_end_matches("# EOF").len());
    encode(&mut text, &process)?;
    Ok(text)
}

/// What is read when somebody asks.
#[derive(Debug)]
struct Snapshot(Arc<State>);

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let state = &self.0;
        let gauges = [
            ("waiting_bytes", "Bytes of text that are admitted and not answered", state.admission.waiting()),
            ("waiting_documents", "Documents that wait or are worked on", state.workers.tasks()),
            ("connections", "Open connections", state.metrics.connections.load(Ordering::Relaxed)),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(value as u64);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let kind = ConstCounter::new(0.0).metric_type();
        let help = "Processor time of each stage since its pipeline was loaded";
        let mut family = encoder.encode_descriptor("stage", help, Some(&Unit::Seconds), kind)?;
        for served in state.pipelines.all() {
            for timing in served.pipeline.runner().timings() {
                let labels = [("pipeline", served.pipeline.name()), ("stage", timing.stage.as_str())];
                ConstCounter::new(timing.time.as_secs_f64()).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// What Linux tells of the process, under the names that Prometheus gives it.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        if let Some(bytes) = resident() {
            let gauge = ConstGauge::new(bytes);
            let unit = Some(&Unit::Bytes);
            let help = "Memory that the process holds";
            gauge.encode(encoder.encode_descriptor("process_resident_memory", help, unit, gauge.metric_type())?)?;
        }
        if let Some(seconds) = processor() {
            let counter = ConstCounter::new(seconds);
            let help = "Processor time of the process";
            let unit = Some(&Unit::Seconds);
            counter.encode(encoder.encode_descriptor("process_cpu", help, unit, counter.metric_type())?)?;
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            let gauge = ConstGauge::new(files.count() as u64);
            let help = "Open files and sockets";
            gauge.encode(encoder.encode_descriptor("process_open_fds", help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The memory of this process, in bytes.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// The processor time of this process, in seconds. Linux counts it in hundredths.
fn processor() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the process is in parentheses, and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_ascii_whitespace().skip(11).take(2).map(|field| field.parse::<u64>());
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some((user + system) as f64 / 100.0)
}
