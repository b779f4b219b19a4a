//! The work of a child process with its pipeline: some articles to warm up, then all articles as `analyze` runs them,
//! then each article by itself.

use std::convert::Infallible;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_core::Document;
use copydesk_pipeline::{RunOptions, RunOutcome, Runner};

use crate::input::bytes;
use crate::machine::peak_memory;
use crate::sample::{Latency, StageTime, Work};
use crate::statistics::percentile;

/// How long articles are analyzed before anything is measured: caches fill, and a slow processor clock speeds up.
const WARM_UP: Duration = Duration::from_millis(100);

/// The least duration of each of the two measurements: a thousand times the cost of starting a thread.
const MEASURED: Duration = Duration::from_millis(500);

/// How long a pipeline runs for a flame graph.
const PROFILED: Duration = Duration::from_secs(2);

/// The stack of a thread, as large as that of a run.
const STACK: usize = 8 << 20;

/// Measures a loaded pipeline. `documents` holds some text.
///
/// # Errors
/// If the system gives no threads.
pub(crate) fn measure(runner: &Runner, documents: &[Document], threads: usize) -> io::Result<Work> {
    let passes = passes(runner, documents, threads);
    let before: Vec<Duration> = runner.timings().into_iter().map(|timing| timing.time).collect();
    let (mut failed, mut tokens) = (0, 0);
    let start = Instant::now();
    let inputs = (0..passes).flat_map(|_| documents).map(|document| Ok::<_, Infallible>(document.clone()));
    runner.run(inputs, RunOptions { threads, ..RunOptions::default() }, |outcome| {
        match outcome {
            RunOutcome::Done(document) => tokens += document.layer("tokens").map_or(0, |layer| layer.len() as u64),
            RunOutcome::Failed(_) => failed += 1,
            RunOutcome::Unreadable(never) => match never {},
        }
        ControlFlow::Continue(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let stages = runner.timings().into_iter().zip(before).map(|(timing, before)| StageTime {
        stage: timing.stage,
        seconds: timing.time.saturating_sub(before).as_secs_f64(),
    });
    let stages = stages.collect();
    // Before the latencies, whose list takes memory of its own.
    let peak_memory_bytes = peak_memory();
    let mut latencies = latencies(runner, documents, threads, passes)?;
    latencies.sort_by(f64::total_cmp);
    let at = |share| percentile(&latencies, share);
    Ok(Work {
        seconds,
        documents: documents.len() as u64 * passes as u64,
        failed,
        bytes: bytes(documents) * passes as u64,
        tokens,
        stages,
        latency_seconds: at(0.5).zip(at(0.95)).zip(at(0.99)).map(|((p50, p95), p99)| Latency { p50, p95, p99 }),
        peak_memory_bytes,
    })
}

/// Runs a loaded pipeline over the documents, again and again, for a profiler that watches.
///
/// # Errors
/// If the system gives no threads.
pub(crate) fn exercise(runner: &Runner, documents: &[Document], threads: usize) -> io::Result<()> {
    let start = Instant::now();
    let inputs = documents.iter().cycle().map(|document| Ok::<_, Infallible>(document.clone()));
    runner.run(inputs, RunOptions { threads, ..RunOptions::default() }, |_| {
        if start.elapsed() < PROFILED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(())
}

/// Warms up. Returns the number of passes over the documents that fill a measurement. A pass is never cut short, so
/// each article counts equally often.
fn passes(runner: &Runner, documents: &[Document], threads: usize) -> usize {
    let start = Instant::now();
    let mut done = 0;
    for document in documents.iter().cycle() {
        // The measurement itself counts the failures.
        let _ = runner.annotate(document.clone());
        done += document.text().len();
        if start.elapsed() >= WARM_UP {
            break;
        }
    }
    let pass = start.elapsed().as_secs_f64() * bytes(documents) as f64 / done.max(1) as f64;
    let fitting = MEASURED.as_secs_f64() * threads as f64 / pass;
    // A number that is too large for the type becomes the largest.
    (fitting.ceil() as usize).clamp(1, MOST_PASSES)
}

/// However fast a pipeline seems, a run ends.
const MOST_PASSES: usize = 1 << 20;

/// Seconds that each article took that did not fail, in no order.
fn latencies(runner: &Runner, documents: &[Document], threads: usize, passes: usize) -> io::Result<Vec<f64>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut seconds = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let document = documents.get(at % documents.len().max(1)).filter(|_| at < documents.len() * passes);
            let Some(document) = document.cloned() else { return seconds };
            let start = Instant::now();
            let outcome = runner.annotate(document);
            let elapsed = start.elapsed();
            if outcome.is_ok() {
                seconds.push(elapsed.as_secs_f64());
            }
        }
    };
    if threads == 1 {
        return Ok(work());
    }
    thread::scope(|scope| {
        let mut started = Vec::new();
        for at in 0..threads {
            started.push(
                thread::Builder::new().name(format!("analyse-{at}")).stack_size(STACK).spawn_scoped(scope, work)?,
            );
        }
        let mut all = Vec::new();
        for thread in started {
            all.extend(thread.join().map_err(|_| io::Error::other("a thread panicked"))?);
        }
        Ok(all)
    })
}
