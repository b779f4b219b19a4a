//! Stages that are given several documents together: which ones, and what becomes of those that fail.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use copydesk_core::{ColumnData, ColumnType, Document, Layer, LayerType};
use copydesk_pipeline::{DEFAULT_BATCH, MOST_IN_A_BATCH, RunEnd, RunOptions, RunOutcome, RunSummary, Runner};
use proptest::prelude::*;

use crate::runner;
use crate::runs::{HANGS, THREADS, documents, line, run_with, watched};

/// `size/place` of a document in the call that it was part of, or what went wrong.
fn place(outcome: &RunOutcome<String>) -> String {
    match outcome {
        RunOutcome::Done(document) => {
            let number = |column| match document.layer("batches")?.column(column)? {
                ColumnData::U32(values) => values.first().copied(),
                _ => None,
            };
            match (number("size"), number("place")) {
                (Some(size), Some(place)) => format!("{size}/{place}"),
                _ => "no row".to_owned(),
            }
        }
        RunOutcome::Failed(failure) => failure.error.message.split(" (").next().unwrap_or_default().to_owned(),
        RunOutcome::Unreadable(error) => error.clone(),
    }
}

/// Inputs of these texts; `-` stands for one that cannot be read.
fn inputs(texts: &[&str]) -> Vec<Result<Document, String>> {
    let mut inputs = documents(texts.iter().map(|text| (*text).to_owned()));
    for (input, _) in inputs.iter_mut().zip(texts).filter(|(_, text)| **text == "-") {
        *input = Err("unreadable".into());
    }
    inputs
}

fn places(runner: &Runner, inputs: Vec<Result<Document, String>>, options: RunOptions<'_>) -> (Vec<String>, RunEnd) {
    let mut places = Vec::new();
    let summary = watched(|| {
        runner.run(inputs.into_iter(), options, |outcome| {
            places.push(place(&outcome));
            ControlFlow::Continue(())
        })
    });
    (places, summary.unwrap().end)
}

#[test]
fn groups_are_those_of_the_input_whatever_the_threads() {
    const MOOD: &str = "no mood for this";
    const BURST: &str = "the plugin panicked: told to burst";
    const OUTSIDE: &str = "layer \"batches\": row 0: span 0..8 is outside the text of 7 bytes";
    /// Batch, texts, places.
    const CASES: &[(usize, &[&str], &[&str])] = &[
        (2, &[], &[]),
        (2, &["a"], &["1/0"]),
        (2, &["a", "b", "c", "d", "e"], &["2/0", "2/1", "2/0", "2/1", "1/0"]),
        (3, &["a", "b", "c", "d", "e"], &["3/0", "3/1", "3/2", "2/0", "2/1"]),
        (usize::MAX, &["a", "b", "c"], &["3/0", "3/1", "3/2"]),
        (1, &["a", "clash", "c"], &["1/0", "1/0", "1/0"]),
        // A document that fails in the batch costs no other.
        (3, &["a", "refuse", "c", "d"], &["3/0", "told to refuse", "3/2", "1/0"]),
        (3, &["a", "outside", "c"], &["3/0", OUTSIDE, "3/2"]),
        // One that fails in a stage before is not in it.
        (3, &["a", "fail", "c", "d"], &["2/0", MOOD, "2/1", "1/0"]),
        (2, &["a", "fail", "c", "d"], &["1/0", MOOD, "2/0", "2/1"]),
        (2, &["fail", "fail", "c"], &[MOOD, MOOD, "1/0"]),
        // If the batch fails as a whole, each document is on its own.
        (4, &["a", "burst", "c", "refuse", "e"], &["1/0", BURST, "1/0", "told to refuse", "1/0"]),
        (2, &["clash", "b", "c", "d"], &["1/0", "1/0", "2/0", "2/1"]),
        (2, &["a", "fewer", "c", "d"], &["1/0", "1/0", "2/0", "2/1"]),
        // An unreadable input has a place in the group.
        (3, &["-", "b", "-", "d", "-", "f"], &["unreadable", "1/0", "unreadable", "2/0", "unreadable", "2/1"]),
        (2, &["-", "-", "c", "d", "-"], &["unreadable", "unreadable", "2/0", "2/1", "unreadable"]),
    ];
    let runner = runner(&["moody", "together", "slow"]);
    for (batch, texts, expected) in CASES {
        for threads in THREADS {
            let options = RunOptions { threads, batch: *batch, ..RunOptions::default() };
            let (places, end) = places(&runner, inputs(texts), options);
            assert_eq!(places, *expected, "{texts:?} on {threads} threads");
            assert_eq!(end, RunEnd::Complete);
        }
    }
}

#[test]
fn a_mebibyte_of_text_ends_a_group() {
    let runner = runner(&["together"]);
    let half = "x".repeat(1 << 19);
    let texts = [&half[1..], &half, "small", "small", &half, &half, &half, &half.repeat(5), "last"];
    for threads in THREADS {
        let options = RunOptions { threads, batch: 100, ..RunOptions::default() };
        let (places, _) = places(&runner, inputs(&texts), options);
        assert_eq!(places, ["3/0", "3/1", "3/2", "3/0", "3/1", "3/2", "2/0", "2/1", "1/0"], "{threads} threads");
    }
}

#[test]
fn batches_have_sixteen_documents_by_default_and_a_bound() {
    let runner = runner(&["together"]);
    for (batch, size) in [(0, DEFAULT_BATCH), (usize::MAX, MOST_IN_A_BATCH)] {
        for threads in THREADS {
            let inputs = documents((0..size + 1).map(|_| String::new()));
            let (places, _) = places(&runner, inputs, RunOptions { threads, batch, ..RunOptions::default() });
            assert_eq!(places[0], format!("{size}/0"));
            assert_eq!(places[size - 1..], [format!("{size}/{}", size - 1), "1/0".to_owned()]);
        }
    }
}

#[test]
fn pipelines_that_do_not_batch_know_no_groups() {
    let runner = runner(&["tokenizer"]);
    for threads in [1, 2] {
        answers_come_after(&runner, RunOptions { threads, batch: 100, ..RunOptions::default() }, 1);
    }
}

#[test]
fn answers_come_once_their_group_is_complete() {
    let runner = runner(&["together"]);
    for threads in [1, 2] {
        for batch in [1, 3] {
            answers_come_after(&runner, RunOptions { threads, batch, ..RunOptions::default() }, batch);
        }
    }
}

/// Each group of this many inputs is answered before there are more, an input that cannot be read at once.
fn answers_come_after(runner: &Runner, options: RunOptions<'_>, inputs: usize) {
    let (send, receive) = mpsc::channel::<Result<Document, String>>();
    let (sink, results) = mpsc::channel::<String>();
    thread::scope(|scope| {
        scope.spawn(move || {
            runner.run(receive.into_iter(), options, |outcome| {
                sink.send(line(&outcome)).unwrap();
                ControlFlow::Continue(())
            })
        });
        let answer = || results.recv_timeout(HANGS).expect("an answer");
        for group in 0..10 {
            let ids: Vec<String> = (0..inputs).map(|at| format!("{group}.{at}")).collect();
            for (at, id) in ids.iter().enumerate() {
                if group % 2 == 1 && at == 0 {
                    send.send(Err(id.clone())).unwrap();
                    assert_eq!(answer(), format!("unreadable {id}"));
                } else {
                    send.send(Ok(Document::new(id.clone(), "Some words").unwrap())).unwrap();
                }
            }
            for id in ids.iter().skip(group % 2) {
                assert!(answer().starts_with(&format!("{id} ")));
            }
        }
        drop(send);
    });
}

#[test]
fn fail_fast_ends_with_the_first_failure_in_input_order() {
    let runner = runner(&["together", "moody"]);
    // By the stages, the last fails first.
    let texts = ["a", "b", "fail", "-", "refuse", "g"];
    for threads in THREADS {
        for batch in [1, 2, 6] {
            let options = RunOptions { threads, batch, fail_fast: true, ..RunOptions::default() };
            let (lines, summary) = run_with(&runner, inputs(&texts), options);
            assert_eq!(summary, RunSummary { done: 2, failed: 1, unreadable: 0, end: RunEnd::FailFast }, "{threads}");
            assert_eq!(lines[2], "2 stage \"moody\": no mood for this 1");
            let (_, summary) = run_with(&runner, inputs(&texts[3..]), options);
            assert_eq!(summary, RunSummary { done: 0, failed: 0, unreadable: 1, end: RunEnd::FailFast }, "{threads}");
        }
    }
}

#[test]
fn cancellation_reaches_a_batch_that_runs() {
    let runner = runner(&["together", "slow"]);
    // In the stage that batches, and in one after it.
    for trouble in ["endless", "forever"] {
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
                let options = RunOptions { threads, batch: 2, cancel: Some(cancel), ..RunOptions::default() };
                let inputs = inputs(&["a", "b", "c", trouble, trouble, "f", "g"]);
                runner.run(inputs.into_iter(), options, |_| {
                    seen += 1;
                    if seen == 2 {
                        started.send(()).unwrap();
                    }
                    ControlFlow::Continue(())
                })
            });
            let expected = RunSummary { done: 2, failed: 0, unreadable: 0, end: RunEnd::Cancelled };
            assert_eq!((summary.unwrap(), seen), (expected, 2), "{trouble} on {threads} threads");
        }
    }
}

#[test]
fn a_run_that_is_cancelled_between_inputs_gives_no_more() {
    let runner = runner(&["together"]);
    for threads in THREADS {
        let cancel = AtomicBool::new(false);
        let options = RunOptions { threads, batch: 3, cancel: Some(&cancel), ..RunOptions::default() };
        let mut seen = 0;
        let endless = (0..).map(|at: u64| Ok::<_, String>(Document::new(at.to_string(), "Some words").unwrap()));
        let summary = runner.run(endless, options, |_| {
            seen += 1;
            cancel.store(seen == 4, Ordering::Relaxed);
            ControlFlow::Continue(())
        });
        assert_eq!(summary.unwrap(), RunSummary { done: 4, failed: 0, unreadable: 0, end: RunEnd::Cancelled });
    }
}

#[test]
fn documents_that_bring_the_layer_are_not_in_the_batch() {
    let runner = runner(&["together"]);
    let columns = [("size", ColumnType::U32), ("place", ColumnType::U32), ("sum", ColumnType::F32 { width: 1 })];
    let columns = columns.map(|(name, kind)| (name.to_owned(), kind));
    let layer =
        Layer::new("batches", LayerType { columns: columns.clone().into_iter().collect(), ..LayerType::default() });
    for threads in THREADS {
        let mut inputs = inputs(&["a", "b", "c", "d", "e"]);
        for at in [1, 3, 4] {
            inputs[at].as_mut().unwrap().put(layer.clone());
        }
        let options = RunOptions { threads, batch: 4, ..RunOptions::default() };
        assert_eq!(places(&runner, inputs, options).0, ["2/0", "no row", "2/1", "no row", "no row"], "{threads}");
    }
}

#[test]
fn a_slow_sink_holds_the_reader_back() {
    let runner = runner(&["together"]);
    // Bounded by documents, by groups that are larger than that, and by bytes.
    for (batch, length, bound) in [(16, 10, 256), (1000, 10, 4000), (100, 1 << 16, 512)] {
        for threads in [1, 2] {
            let (read, mut delivered, mut most) = (AtomicUsize::new(0), 0, 0);
            let text = "x".repeat(length);
            let inputs = (0..if length > 10 { 2_000 } else { 12_000 }).map(|at: usize| {
                read.fetch_add(1, Ordering::Relaxed);
                Ok::<_, String>(Document::new(at.to_string(), text.as_str()).unwrap())
            });
            let options = RunOptions { threads, batch, ..RunOptions::default() };
            let sink = |_| {
                if delivered % 500 == 0 {
                    thread::sleep(Duration::from_millis(2));
                }
                delivered += 1;
                most = most.max(read.load(Ordering::Relaxed) - delivered);
                ControlFlow::Continue(())
            };
            let summary = watched(|| runner.run(inputs, options, sink));
            assert_eq!(summary.unwrap().end, RunEnd::Complete);
            // Outcomes that the sink got at once are counted until it is done with all of them.
            assert!(most <= bound, "{most} documents in memory, in batches of {batch} on {threads} threads");
        }
    }
}

#[test]
fn panics_of_reader_and_sink_reach_the_caller() {
    let runner = runner(&["together"]);
    for threads in THREADS {
        let options = RunOptions { threads, batch: 16, ..RunOptions::default() };
        let document = |at: u64| Ok::<_, String>(Document::new(at.to_string(), "Some words").unwrap());
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let inputs = (0..100).map(|at| if at == 50 { panic!("the reader") } else { document(at) });
            watched(|| runner.run(inputs, options, |_| ControlFlow::Continue(())))
        }));
        assert_eq!(caught.expect_err("a panic").downcast_ref::<&str>(), Some(&"the reader"));
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            watched(|| runner.run((0..).map(document), options, |_| panic!("the sink")))
        }));
        assert_eq!(caught.expect_err("a panic").downcast_ref::<&str>(), Some(&"the sink"));
    }
}

#[test]
fn timings_count_documents() {
    let texts = ["a", "refuse", "c", "fail", "burst", "f", "-", "h", "clash", "j"];
    for threads in THREADS {
        let runner = runner(&["moody", "together", "slow"]);
        run_with(&runner, inputs(&texts), RunOptions { threads, batch: 3, ..RunOptions::default() });
        let timings = runner.timings();
        let counts: Vec<_> =
            timings.iter().map(|timing| (timing.stage.as_str(), timing.calls, timing.failures, timing.rows)).collect();
        assert_eq!(counts, [("moody", 9, 1, 8), ("together", 8, 2, 6), ("slow", 6, 0, 0)], "{threads} threads");
        assert!(timings.iter().all(|timing| timing.time > Duration::ZERO));
    }
}

/// Streams of all that can happen to an input.
fn streams() -> impl Strategy<Value = Vec<&'static str>> {
    let text = prop_oneof![
        12 => prop::sample::select(vec!["", "a", "Some words", "nap nap", "😀"]),
        4 => prop::sample::select(vec!["refuse", "outside", "fail", "panic", "beyond", "-"]),
        1 => prop::sample::select(vec!["burst", "clash", "fewer"]),
    ];
    prop::collection::vec(text, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn outcomes_are_the_same_for_any_threads(texts in streams(), batch in 1_usize..20, fail_fast in any::<bool>()) {
        let runner = runner(&["slow", "moody", "together"]);
        let run = |threads| {
            run_with(&runner, inputs(&texts), RunOptions { threads, batch, fail_fast, ..RunOptions::default() })
        };
        let (lines, summary) = run(1);
        if summary.end == RunEnd::Complete {
            prop_assert_eq!(lines.len(), texts.len());
        }
        for (at, line) in lines.iter().enumerate() {
            let begins = if texts[at] == "-" { "unreadable".to_owned() } else { format!("{at} ") };
            prop_assert!(line.starts_with(&begins), "{} for input {}", line, at);
        }
        for threads in [2, 3, 8] {
            prop_assert_eq!(run(threads), (lines.clone(), summary), "{} threads", threads);
        }
    }
}

#[test]
fn in_a_batch_only_the_document_past_its_time_fails() {
    let runner = runner(&["together"]);
    let texts = ["one", "endless", "three", "four"];
    for threads in THREADS {
        let time_limit = Some(Duration::from_millis(300));
        let options = RunOptions { threads, batch: 4, time_limit, ..RunOptions::default() };
        let (places, end) = places(&runner, inputs(&texts), options);
        assert_eq!(places[1], "gave up after 0.3 s, the time limit of a document", "{threads}");
        assert!(places.len() == 4 && [0, 2, 3].iter().all(|at| !places[*at].contains("gave up")), "{places:?}");
        assert_eq!(end, RunEnd::Complete);
    }
}
