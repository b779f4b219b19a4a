//! Measures pipelines: speed and time of each stage, latency, start-up and memory, on one machine and one text, so that
//! pipelines, or two versions of one, can be told apart.
//!
//! A machine is never quiet, so everything is measured several times, in turns ([`run`]), each time in a process of its
//! own ([`perform`]): no pipeline warms another's caches or adds to its memory, and start-up is that of a
//! process. A [`Report`] holds the samples and, of each figure, the median over the runs with a 95 % bootstrap
//! interval; a [`Comparison`] says which figures differ from those of an earlier report by more than the noise. A
//! [`flame`] graph shows in which functions the time goes.
//!
//! Architecture invariants: it knows pipelines through their [`Runner`](copydesk_pipeline::Runner) alone, reads no
//! document format, and never prints.
#![forbid(unsafe_code)]

mod children;
mod comparison;
mod error;
mod figures;
pub mod flame;
mod input;
mod machine;
mod measure;
mod report;
mod sample;
mod statistics;
mod table;
#[cfg(test)]
mod tests;

pub use children::{Task, perform, run};
pub use comparison::{Change, Comparison, Verdict};
pub use error::{BenchError, ReportError};
pub use figures::{Estimate, StageFigures};
pub use input::{Input, built_in_texts};
pub use machine::Machine;
pub use report::{MOST_RUNS, Measurement, Report, SCHEMA};
pub use sample::{Latency, Sample, StageTime, Subject, Work};
