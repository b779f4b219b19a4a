//! Measures pipelines: speed and time of each stage, latency, start-up and memory. Figures of pipelines, or of two
//! versions of one, can be compared on one machine and one text.
//!
//! A machine is never quiet, so everything is measured several times, in turns ([`run`]), each time in a process of its
//! own ([`perform`]). So start-up is real, and no pipeline warms another's caches or adds to its memory. A [`Report`]
//! holds the samples, and for each figure the median of the runs with a 95 % bootstrap interval. A [`Comparison`] lists
//! the figures that differ from an earlier report by more than the noise. A [`flame`] graph shows the functions in
//! which the time goes.
//!
//! Architecture invariants: the crate knows pipelines only through their [`Runner`](copydesk_pipeline::Runner), reads
//! no document format, and never prints.
#![forbid(unsafe_code)]

mod children;
mod columns;
mod comparison;
mod error;
mod figures;
pub mod flame;
mod input;
mod machine;
mod measure;
mod numbers;
mod page;
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
