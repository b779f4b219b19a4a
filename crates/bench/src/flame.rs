//! Flame graphs (Gregg 2016): the functions in which a pipeline spends its processor time, as sampled by `perf`.
//!
//! Every report has the times of stages. A graph adds the functions within them, which need a sampling profiler.
//! Linux's `perf` watches a process from outside, so the measured program does not change. Its samples become
//! [`Stacks`], and [`svg`] draws them.

mod perf;
mod stacks;
mod svg;

pub use perf::{find_perf, profile};
pub use stacks::Stacks;
pub use svg::svg;
