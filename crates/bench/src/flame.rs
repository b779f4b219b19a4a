//! Flame graphs (Gregg 2016): in which functions a pipeline spends its processor time, as `perf` samples it.
//!
//! Times of stages are in every report; what a graph adds are the functions within them, and those need a sampling
//! profiler. Linux's `perf` is the one that watches a process from outside, so that nothing of it is in the program
//! that is measured. Its samples become [`Stacks`], and [`svg`] draws them.

mod perf;
mod stacks;
mod svg;

pub use perf::{find_perf, profile};
pub use stacks::Stacks;
pub use svg::svg;
