//! A pipeline whose file changes while documents are under way: each document is wholly the work of one version.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use copydesk_core::{ColumnData, Document};
use copydesk_pipeline::{Faults, PipelineSource, Reloadable, RunEnd, RunOptions, RunOutcome, Runner};

use crate::{checked, registry, source};

/// The first version finds people, the second organisations, and shouts in a stage of its own.
const VERSIONS: [&str; 2] = [
    "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"slow\"\n[[stage]]\nplugin = \"ner\"\n",
    "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"slow\"\n[[stage]]\nplugin = \"ner\"\nconfig.label = \"ORG\"\n\
     [[stage]]\nplugin = \"shouts\"\n",
];

fn reloadable() -> Reloadable {
    Reloadable::new(checked(VERSIONS[0]).load().unwrap())
}

/// Takes what a file says over, if it is right.
fn reload(pipeline: &Reloadable, text: &str) -> Result<(), Faults> {
    source(text).check(&registry()).and_then(|checked| pipeline.reload(&checked))
}

/// The version that made the whole of a document.
fn version(document: &Document) -> usize {
    let label =
        document.layer("entities").unwrap().column("label").and_then(ColumnData::as_strings).unwrap().get(0).unwrap();
    match (label, document.layer("shouts").is_some()) {
        ("PERSON", false) => 0,
        ("ORG", true) => 1,
        mixed => panic!("{} is the work of two versions: {mixed:?}", document.id()),
    }
}

fn document(at: usize) -> Document {
    let text = format!("{}Word {at}", if at.is_multiple_of(97) { "nap nap nap " } else { "" });
    Document::new(at.to_string(), text).unwrap()
}

#[test]
fn a_stream_goes_over_to_the_new_version() {
    const DOCUMENTS: usize = 6000;
    for threads in [1, 2, 8] {
        let pipeline = reloadable();
        let inputs = (0..DOCUMENTS).map(|at| Ok::<_, String>(document(at)));
        let options = RunOptions { threads, ..RunOptions::default() };
        let mut found = Vec::new();
        let summary = pipeline.run(inputs, options, |runner: &Arc<Runner>, outcome| {
            let RunOutcome::Done(document) = outcome else { panic!("{outcome:?}") };
            assert_eq!(document.id(), found.len().to_string());
            let version = version(&document);
            assert_eq!(runner.provenance().stages.len(), 3 + version, "told whose work it is");
            found.push(version);
            // There, back, and a version that is wrong in between.
            match found.len() {
                500 => reload(&pipeline, VERSIONS[1]).unwrap(),
                2500 => drop(reload(&pipeline, "[[stage]]\nplugin = \"tokeniser\"\n").unwrap_err()),
                4000 => reload(&pipeline, VERSIONS[0]).unwrap(),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        let summary = summary.unwrap();
        assert_eq!((summary.done, summary.end, found.len()), (6000, RunEnd::Complete, DOCUMENTS), "{threads} threads");
        assert!(found[..500].iter().all(|version| *version == 0));
        let changes = found.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!((changes, found.last()), (2, Some(&0)), "{threads} threads: one change for each reload");
        if threads == 1 {
            assert_eq!((found[500], found[4000]), (1, 0), "nothing is read ahead");
        }
    }
}

#[test]
fn threads_that_call_see_one_version_or_the_other() {
    let pipeline = reloadable();
    let (stop, seen) = (AtomicBool::new(false), [AtomicUsize::new(0), AtomicUsize::new(0)]);
    thread::scope(|scope| {
        for first in 0..4 {
            let (pipeline, stop, seen) = (&pipeline, &stop, &seen);
            scope.spawn(move || {
                let mut at = first;
                while !stop.load(Ordering::Relaxed) {
                    let version = version(&pipeline.annotate(document(at)).unwrap());
                    seen[version].fetch_add(1, Ordering::Relaxed);
                    at += 4;
                }
            });
        }
        for round in 0.. {
            reload(&pipeline, VERSIONS[(round + 1) % 2]).unwrap();
            let enough = |seen: &AtomicUsize| seen.load(Ordering::Relaxed) > 200;
            if round > 20 && seen.iter().all(enough) {
                break;
            }
            thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_wrong_changes_nothing() {
    let pipeline = reloadable();
    let before = pipeline.current();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    for (text, wrong) in [
        ("[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"nerr\"\n", "unknown plugin \"nerr\""),
        (
            "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"gone.model\"\n",
            "gone.model",
        ),
        ("", "no stages"),
    ] {
        std::fs::write(&file, text).unwrap();
        let checked = PipelineSource::read(&file).unwrap().check(&registry());
        let faults = checked.and_then(|checked| pipeline.reload(&checked)).unwrap_err();
        assert!(faults.to_string().contains(wrong), "{faults}");
        assert!(Arc::ptr_eq(&before, &pipeline.current()));
        assert_eq!(version(&pipeline.annotate(document(1)).unwrap()), 0);
    }
    std::fs::write(&file, VERSIONS[1]).unwrap();
    pipeline.reload(&PipelineSource::read(&file).unwrap().check(&registry()).unwrap()).unwrap();
    assert_eq!(version(&pipeline.annotate(document(1)).unwrap()), 1);
    assert_eq!(version(&before.annotate(document(1)).unwrap()), 0, "who holds the old one keeps it");
}

#[test]
fn the_end_of_a_run_is_the_streams() {
    let pipeline = reloadable();
    let inputs = || (0..100).map(|at| if at == 50 { Err("no document") } else { Ok(document(at)) });
    for threads in [1, 4] {
        let options = RunOptions { threads, fail_fast: true, ..RunOptions::default() };
        let summary = pipeline.run(inputs(), options, |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!((summary.done, summary.unreadable, summary.end), (50, 1, RunEnd::FailFast));
        let options = RunOptions { threads, ..RunOptions::default() };
        let mut left = 10;
        let summary = pipeline.run(inputs(), options, |_, _| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(summary.unwrap().end, RunEnd::SinkClosed);
        let cancel = AtomicBool::new(true);
        let options = RunOptions { threads, cancel: Some(&cancel), ..RunOptions::default() };
        let summary = pipeline.run(inputs(), options, |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!(summary.end, RunEnd::Cancelled);
    }
}
