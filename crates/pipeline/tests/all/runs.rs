//! Streams of documents: order, errors in the middle, every way to end, and no hang.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use copydesk_core::{ColumnType, Document, Layer, LayerType};
use copydesk_pipeline::{RunEnd, RunOptions, RunOutcome, RunSummary, Runner, StageErrorKind};

use crate::runner;

pub const THREADS: [usize; 3] = [1, 2, 8];

pub fn documents(texts: impl IntoIterator<Item = String>) -> Vec<Result<Document, String>> {
    texts.into_iter().enumerate().map(|(at, text)| Ok(Document::new(at.to_string(), text).unwrap())).collect()
}

pub fn line(outcome: &RunOutcome<String>) -> String {
    match outcome {
        RunOutcome::Done(document) => {
            let layers: Vec<String> =
                document.layers().iter().map(|layer| format!("{}={:?}", layer.name(), layer)).collect();
            format!("{} {}", document.id(), layers.join(" "))
        }
        RunOutcome::Failed(failure) => {
            format!("{} {} {}", failure.document.id(), failure.error, failure.document.layers().len())
        }
        RunOutcome::Unreadable(error) => format!("unreadable {error}"),
    }
}

fn run(
    runner: &Runner,
    inputs: Vec<Result<Document, String>>,
    threads: usize,
    fail_fast: bool,
) -> (Vec<String>, RunSummary) {
    run_with(runner, inputs, RunOptions { threads, fail_fast, ..RunOptions::default() })
}

/// A run that takes this long hangs: on an idle machine none takes a second.
pub const HANGS: Duration = Duration::from_secs(1800);

/// Ends the tests where the work hangs.
pub fn watched<T>(work: impl FnOnce() -> T) -> T {
    let (done, watch) = mpsc::channel::<Infallible>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if watch.recv_timeout(HANGS) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("a run hangs");
                std::process::abort();
            }
        });
        // Also by a panic.
        let _done = done;
        work()
    })
}

pub fn run_with(
    runner: &Runner,
    inputs: impl IntoIterator<Item = Result<Document, String>, IntoIter: Send>,
    options: RunOptions<'_>,
) -> (Vec<String>, RunSummary) {
    let mut lines = Vec::new();
    let summary = watched(|| {
        runner.run(inputs.into_iter(), options, |outcome| {
            lines.push(line(&outcome));
            ControlFlow::Continue(())
        })
    });
    (lines, summary.unwrap())
}

#[test]
fn results_come_in_input_order() {
    let runner = runner(&["slow", "tokenizer", "ner"]);
    let texts = || (0..200).map(|at| format!("{}Word {at}", if at % 7 == 0 { "nap nap nap nap " } else { "" }));
    let (first, summary) = run(&runner, documents(texts()), 1, false);
    assert_eq!(summary, RunSummary { done: 200, failed: 0, unreadable: 0, end: RunEnd::Complete });
    assert!(first.iter().enumerate().all(|(at, line)| line.starts_with(&format!("{at} "))));
    for threads in THREADS {
        assert_eq!(run(&runner, documents(texts()), threads, false), (first.clone(), summary), "{threads} threads");
    }
}

#[test]
fn ten_thousand_tiny_documents() {
    let runner = runner(&["tokenizer", "ner", "moody"]);
    for threads in THREADS {
        let inputs = documents((0..10_000).map(|at| format!("Tiny {at}")));
        let (lines, summary) = run(&runner, inputs, threads, false);
        assert_eq!((lines.len(), summary.done), (10_000, 10_000));
        assert!(lines.iter().enumerate().all(|(at, line)| line.starts_with(&format!("{at} "))));
    }
    let timings = runner.timings();
    let counts: Vec<_> =
        timings.iter().map(|timing| (timing.stage.as_str(), timing.calls, timing.failures, timing.rows)).collect();
    assert_eq!(counts, [("tokenizer", 30_000, 0, 120_000), ("ner", 30_000, 0, 30_000), ("moody", 30_000, 0, 30_000)]);
    assert!(timings.iter().all(|timing| timing.time > Duration::ZERO));
}

#[test]
fn no_documents() {
    for threads in THREADS {
        let (lines, summary) = run(&runner(&["tokenizer"]), Vec::new(), threads, false);
        assert_eq!((lines.len(), summary.end), (0, RunEnd::Complete));
    }
}

fn mixed() -> Vec<Result<Document, String>> {
    let mut inputs = documents((0..50).map(|at| match at % 10 {
        3 => format!("fail {at}"),
        5 => format!("panic {at}"),
        7 => format!("beyond {at}"),
        _ => format!("Fine {at}"),
    }));
    inputs[14] = Err("line 15 is no JSON".into());
    inputs
}

#[test]
fn errors_in_the_middle_stay_where_they_are() {
    let runner = runner(&["tokenizer", "moody", "ner"]);
    for threads in THREADS {
        let (lines, summary) = run(&runner, mixed(), threads, false);
        assert_eq!(summary, RunSummary { done: 34, failed: 15, unreadable: 1, end: RunEnd::Complete }, "{threads}");
        assert_eq!(lines.len(), 50);
        assert_eq!(lines[3], "3 stage \"moody\": no mood for this 3");
        assert!(lines[5].starts_with("5 stage \"moody\": the plugin panicked: a bad mood"), "{}", lines[5]);
        assert!(lines[7].starts_with("7 stage \"moody\": layer \"moods\": row 1"), "{}", lines[7]);
        assert_eq!(lines[14], "unreadable line 15 is no JSON");
        assert!(lines[49].starts_with("49 blocks="), "{}", lines[49]);
    }
    assert_eq!(runner.timings()[1].failures, 15 * THREADS.len() as u64);
}

#[test]
fn fail_fast_ends_with_the_first_failure_in_input_order() {
    let runner = runner(&["slow", "moody"]);
    for threads in THREADS {
        // The second failure comes first by the clock.
        let texts = ["Fine".to_owned(), "nap ".repeat(40) + "fail", "fail".to_owned()];
        let (lines, summary) = run(&runner, documents(texts), threads, true);
        assert_eq!(
            summary,
            RunSummary { done: 1, failed: 1, unreadable: 0, end: RunEnd::FailFast },
            "{threads} threads"
        );
        assert_eq!(lines[1], "1 stage \"moody\": no mood for this 0");
        let (lines, summary) =
            run(&runner, vec![Err("not there".into()), Ok(Document::new("1", "Fine").unwrap())], threads, true);
        assert_eq!((lines.len(), summary.unreadable, summary.end), (1, 1, RunEnd::FailFast));
    }
}

#[test]
fn a_closed_sink_ends_the_run() {
    let runner = runner(&["tokenizer"]);
    for threads in THREADS {
        let read = AtomicUsize::new(0);
        let endless = (0..).map(|at: u64| {
            read.fetch_add(1, Ordering::Relaxed);
            Ok::<_, String>(Document::new(at.to_string(), "Some words").unwrap())
        });
        let mut seen = 0;
        let options = RunOptions { threads, ..RunOptions::default() };
        let summary = runner.run(endless, options, |_| {
            seen += 1;
            if seen == 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(summary.unwrap(), RunSummary { done: 100, failed: 0, unreadable: 0, end: RunEnd::SinkClosed });
        assert!(read.load(Ordering::Relaxed) < 100_000, "reading stops too");
    }
}

#[test]
fn a_slow_sink_holds_the_reader_back() {
    let runner = runner(&["tokenizer"]);
    let (read, mut delivered) = (AtomicUsize::new(0), 0);
    let inputs = (0..20_000).map(|at| {
        read.fetch_add(1, Ordering::Relaxed);
        Ok::<_, String>(Document::new(at.to_string(), "Some words").unwrap())
    });
    let options = RunOptions { threads: 2, ..RunOptions::default() };
    let mut most = 0;
    let summary = runner.run(inputs, options, |_| {
        if delivered % 1000 == 0 {
            thread::sleep(Duration::from_millis(2));
        }
        delivered += 1;
        most = most.max(read.load(Ordering::Relaxed) - delivered);
        ControlFlow::Continue(())
    });
    assert_eq!(summary.unwrap().done, 20_000);
    assert!(most <= 600, "{most} documents in memory");
}

#[test]
fn cancellation_reaches_a_stage_that_runs() {
    let runner = runner(&["slow"]);
    for threads in THREADS {
        let cancel = AtomicBool::new(false);
        let (started, wait) = mpsc::channel();
        let mut seen = 0;
        let summary = thread::scope(|scope| {
            let cancel = &cancel;
            scope.spawn(move || {
                wait.recv().unwrap();
                thread::sleep(Duration::from_millis(50));
                cancel.store(true, Ordering::Relaxed);
            });
            let inputs = documents(["Fine".into(), "forever".into(), "forever".into(), "Fine".into()]);
            let options = RunOptions { threads, fail_fast: false, cancel: Some(cancel), ..RunOptions::default() };
            runner.run(inputs.into_iter(), options, |_| {
                seen += 1;
                started.send(()).unwrap();
                ControlFlow::Continue(())
            })
        });
        assert_eq!(summary.unwrap(), RunSummary { done: 1, failed: 0, unreadable: 0, end: RunEnd::Cancelled });
        assert_eq!(seen, 1);
    }
}

const LIMIT: Option<Duration> = Some(Duration::from_millis(300));

#[test]
fn a_document_past_its_time_fails_and_the_run_goes_on() {
    let runner = runner(&["slow"]);
    for threads in THREADS {
        let texts = ["Fine", "forever", "Fine", "forever", "Fine"].map(str::to_owned);
        let options = RunOptions { threads, time_limit: LIMIT, ..RunOptions::default() };
        let mut kinds = Vec::new();
        let summary = watched(|| {
            runner.run(documents(texts).into_iter(), options, |outcome| {
                kinds.push(match outcome {
                    RunOutcome::Failed(failure) => Some((failure.error.to_string(), failure.error.kind)),
                    _ => None,
                });
                ControlFlow::Continue(())
            })
        });
        let late = "stage \"slow\": gave up after 0.3 s, the time limit of a document".to_owned();
        let late = Some((late, StageErrorKind::TimedOut));
        assert_eq!(kinds, [None, late.clone(), None, late, None], "{threads} threads");
        let expected = RunSummary { done: 3, failed: 2, unreadable: 0, end: RunEnd::Complete };
        assert_eq!(summary.unwrap(), expected, "{threads} threads");
    }
}

#[test]
fn cancellation_reaches_a_run_with_a_time_limit() {
    let runner = runner(&["slow"]);
    for threads in THREADS {
        let cancel = AtomicBool::new(false);
        let summary = watched(|| {
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(50));
                    cancel.store(true, Ordering::Relaxed);
                });
                let time_limit = Some(Duration::from_secs(1000));
                let options = RunOptions { threads, cancel: Some(&cancel), time_limit, ..RunOptions::default() };
                let inputs = documents(["Fine".into(), "forever".into(), "forever".into()]);
                runner.run(inputs.into_iter(), options, |_| ControlFlow::Continue(()))
            })
        });
        assert_eq!(summary.unwrap(), RunSummary { done: 1, failed: 0, unreadable: 0, end: RunEnd::Cancelled });
    }
}

#[test]
fn one_document_can_be_cancelled_and_limited() {
    let runner = runner(&["slow"]);
    let document = |text: &str| Document::new("1", text).unwrap();
    let never = AtomicBool::new(false);
    assert!(runner.annotate_with(document("Fine"), &never, LIMIT).is_ok());
    let late = watched(|| runner.annotate_with(document("forever"), &never, LIMIT)).unwrap_err();
    assert_eq!((late.document.text(), late.error.kind), ("forever", StageErrorKind::TimedOut));
    for limit in [None, LIMIT] {
        let cancelled = runner.annotate_with(document("forever"), &AtomicBool::new(true), limit).unwrap_err();
        assert_eq!(cancelled.error.kind, StageErrorKind::Cancelled);
    }
}

#[test]
fn a_run_that_is_cancelled_before_it_begins_gives_nothing() {
    let cancel = AtomicBool::new(true);
    for threads in THREADS {
        let options = RunOptions { threads, fail_fast: false, cancel: Some(&cancel), ..RunOptions::default() };
        let inputs = documents(["Fine".into()]).into_iter();
        let summary = runner(&["tokenizer"]).run(inputs, options, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((summary.done, summary.end), (0, RunEnd::Cancelled));
    }
}

#[test]
fn panics_of_reader_and_sink_reach_the_caller() {
    let runner = runner(&["tokenizer"]);
    for threads in THREADS {
        let options = RunOptions { threads, ..RunOptions::default() };
        let document = |at: u64| Ok::<_, String>(Document::new(at.to_string(), "Some words").unwrap());
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let inputs = (0..100).map(|at| if at == 50 { panic!("the reader") } else { document(at) });
            runner.run(inputs, options, |_| ControlFlow::Continue(()))
        }));
        assert_eq!(caught.expect_err("a panic").downcast_ref::<&str>(), Some(&"the reader"));
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            runner.run((0..).map(document), options, |_| panic!("the sink"))
        }));
        assert_eq!(caught.expect_err("a panic").downcast_ref::<&str>(), Some(&"the sink"));
    }
}

#[test]
fn a_result_does_not_wait_for_the_next_input() {
    let runner = runner(&["tokenizer"]);
    let (send, inputs) = mpsc::channel::<Result<Document, String>>();
    let (sink, results) = mpsc::channel::<String>();
    thread::scope(|scope| {
        scope.spawn(|| {
            let options = RunOptions { threads: 2, ..RunOptions::default() };
            let sink = sink;
            runner.run(inputs.into_iter(), options, |outcome| {
                sink.send(line(&outcome)).unwrap();
                ControlFlow::Continue(())
            })
        });
        for at in 0..20 {
            send.send(Ok(Document::new(at.to_string(), "Some words").unwrap())).unwrap();
            let line = results.recv_timeout(HANGS).expect("a result");
            assert!(line.starts_with(&format!("{at} ")));
        }
        drop(send);
    });
}

#[test]
fn layers_that_a_document_brings_are_kept() {
    let runner = runner(&["tokenizer", "ner"]);
    let text = "Ana and Bob";
    let mut document = Document::new("1", text).unwrap();
    let columns = [("label".to_owned(), ColumnType::String), ("score".to_owned(), ColumnType::F32 { width: 1 })];
    document.put(Layer::new("entities", LayerType { columns: columns.into_iter().collect(), ..LayerType::default() }));
    let document = runner.annotate(document).unwrap();
    assert_eq!(document.layer("entities").map(Layer::len), Some(0));
    assert_eq!(document.layer("tokens").map(Layer::len), Some(3));
}

#[test]
fn one_document_that_fails_comes_back() {
    let failure = runner(&["tokenizer", "moody"]).annotate(Document::new("7", "fail").unwrap()).expect_err("a failure");
    assert_eq!(failure.to_string(), "document \"7\": stage \"moody\": no mood for this");
    assert_eq!(failure.document.layers().len(), 3, "as the last good stage left it");
    assert_eq!(serde_json::to_string(&failure.error).unwrap(), r#"{"stage":"moody","message":"no mood for this"}"#);
}
