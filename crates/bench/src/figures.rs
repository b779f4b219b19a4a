//! The figures of a benchmark: their samples, their units, and the direction that is better.

use serde::Serialize;

use crate::sample::{Sample, Work};
use crate::statistics::{median, median_interval};

/// Bytes of text, or of memory, that a megabyte has.
const MEGABYTE: f64 = 1e6;

/// A figure that a sample gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// Its name in JSON, with the unit that it has there.
    pub key: &'static str,
    /// Its name in tables, with the unit that it has there.
    pub label: &'static str,
    /// The factor from the number in JSON to the number in tables.
    pub scale: f64,
    /// True if more is better.
    pub more_is_better: bool,
    /// True if the figure does not depend on the texts. It can then be compared on other texts.
    pub any_input: bool,
    of: fn(&Sample) -> Option<f64>,
}

impl Figure {
    /// A duration. Less is better.
    const fn duration(key: &'static str, label: &'static str, of: fn(&Sample) -> Option<f64>) -> Self {
        Figure { key, label, scale: 1e3, more_is_better: false, any_input: false, of }
    }

    /// A speed.
    const fn speed(key: &'static str, label: &'static str, of: fn(&Sample) -> Option<f64>) -> Self {
        Figure { key, label, scale: 1.0, more_is_better: true, any_input: false, of }
    }

    /// Returns the figure of each sample, or nothing if a sample lacks it.
    pub fn values(&self, samples: &[Sample]) -> Option<Vec<f64>> {
        samples.iter().map(|sample| (self.of)(sample).filter(sound)).collect()
    }
}

/// Returns true if a figure can be divided by. A sample of an edited report may hold anything.
fn sound(value: &f64) -> bool {
    value.is_finite() && *value > 0.0
}

/// All figures except those of stages, in the order of tables.
pub(crate) const FIGURES: [Figure; 8] = [
    Figure::speed("tokens_per_second", "tokens/s", |sample| per_second(sample.work.tokens as f64, &sample.work)),
    Figure::speed("articles_per_second", "articles/s", |sample| per_second(sample.work.documents as f64, &sample.work)),
    Figure::speed("megabytes_per_second", "MB/s", |sample| per_second(megabytes(&sample.work), &sample.work)),
    Figure::duration("latency_p50_seconds", "latency p50, ms", |sample| Some(sample.work.latency_seconds?.p50)),
    Figure::duration("latency_p95_seconds", "latency p95, ms", |sample| Some(sample.work.latency_seconds?.p95)),
    Figure::duration("latency_p99_seconds", "latency p99, ms", |sample| Some(sample.work.latency_seconds?.p99)),
    Figure {
        any_input: true,
        ..Figure::duration("start_up_seconds", "start-up, ms", |sample| Some(sample.start_up_seconds))
    },
    Figure {
        scale: 1.0 / MEGABYTE,
        ..Figure::duration("peak_memory_bytes", "peak memory, MB", |sample| Some(sample.work.peak_memory_bytes? as f64))
    },
];

fn per_second(count: f64, work: &Work) -> Option<f64> {
    Some(count / work.seconds)
}

fn megabytes(work: &Work) -> f64 {
    work.bytes as f64 / MEGABYTE
}

/// The part of the time in stages that one stage takes, of each sample.
pub(crate) fn shares(samples: &[Sample], stage: &str) -> Option<Vec<f64>> {
    let share = |sample: &Sample| {
        let all: f64 = sample.work.stages.iter().map(|stage| stage.seconds).sum();
        Some(seconds_in(sample, stage)? / all)
    };
    samples.iter().map(|sample| share(sample).filter(|share| share.is_finite())).collect()
}

/// Seconds in a stage for each megabyte of text, of each sample.
pub(crate) fn seconds_per_megabyte(samples: &[Sample], stage: &str) -> Option<Vec<f64>> {
    let cost = |sample: &Sample| Some(seconds_in(sample, stage)? / megabytes(&sample.work));
    samples.iter().map(|sample| cost(sample).filter(|cost| cost.is_finite())).collect()
}

fn seconds_in(sample: &Sample, stage: &str) -> Option<f64> {
    sample.work.stages.iter().find(|found| found.stage == stage).map(|found| found.seconds)
}

/// A figure over all runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The median of the runs.
    pub median: f64,
    /// The lower end of its 95 % interval; `None` with fewer than six runs, which cannot give one.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Estimate {
    /// Of one value a run.
    pub(crate) fn of(values: &[f64]) -> Self {
        let interval = median_interval(values);
        Estimate { median: median(values), low: interval.map(|[low, _]| low), high: interval.map(|[_, high]| high) }
    }
}

/// One stage over all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageFigures {
    /// The stage's id.
    pub stage: String,
    /// Its part of the time in all stages, 0 to 1.
    pub share: Estimate,
    /// Seconds in it for a megabyte of text, summed over threads.
    pub seconds_per_megabyte: Estimate,
}
