//! The result of one run: counts and times as they were measured.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The subject of a measurement: a pipeline on a number of threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The pipeline as the user named it: a file or a shipped name.
    pub pipeline: String,
    /// Threads that analyze.
    pub threads: usize,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.threads == 1 { "" } else { "s" };
        write!(f, "{}, {} thread{plural}", self.pipeline, self.threads)
    }
}

/// One run of a subject, in a process of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Seconds from the start of the process until the pipeline was loaded and the first article could come.
    pub start_up_seconds: f64,
    /// The work after that.
    #[serde(flatten)]
    pub work: Work,
}

/// The work of a process after its pipeline was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Seconds for all the documents below, on all threads.
    pub seconds: f64,
    /// Documents that came out: each of the input as often as there were passes over it.
    pub documents: u64,
    /// How many of them failed in a stage.
    pub failed: u64,
    /// Bytes of their text, UTF-8.
    pub bytes: u64,
    /// Rows of the layer `tokens`, words as in Universal Dependencies; 0 if the pipeline makes none.
    pub tokens: u64,
    /// Time in each stage, in the pipeline's order.
    pub stages: Vec<StageTime>,
    /// The time of an article by itself, or `None` if all failed.
    pub latency_seconds: Option<Latency>,
    /// The most memory that the process ever held, texts included, or `None` if the system does not tell.
    pub peak_memory_bytes: Option<u64>,
}

/// Time in one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    /// The stage's id.
    pub stage: String,
    /// Seconds, summed over threads.
    pub seconds: f64,
}

/// Percentiles of the seconds that articles took, each analyzed by itself while the other threads did the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Half of the articles took no longer.
    pub p50: f64,
    /// 95 of a hundred took no longer.
    pub p95: f64,
    /// 99 of a hundred took no longer.
    pub p99: f64,
}
