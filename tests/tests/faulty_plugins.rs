//! A faulty plugin costs the document an error and nothing else, built in or loaded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use copydesk_core::{ColumnData, Document};
use copydesk_loader::{Plugin, built_in, open};
use serde_json::{Map, json};

/// Plugin, and what the error must say.
const CASES: [(&str, &str); 10] = [
    ("panics", "the plugin panicked: no way to read \"bad\" (tests/plugins/faulty/src/lib.rs:"),
    ("fails", "this text is trouble"),
    ("out_of_bounds", "layer \"marks\": row 0: span 0..11 is outside the text of 10 bytes"),
    ("off_boundary", "layer \"marks\": row 0: span 1..2 cuts a character"),
    ("dangling", "layer \"marks\": row 0: column \"of\" refers to row 7 of \"marks\", which has 1"),
    ("disordered", "layer \"marks\": row 1: span 0..2 precedes the row before it, 2..3"),
    ("not_a_number", "layer \"marks\": row 0: column \"weight\" is not a finite number"),
    ("undeclared", "layer \"sentences\" is neither in `writes` nor in `appends` of the manifest"),
    ("incomplete", "layer \"marks\": column \"how\" is missing"),
    ("stubborn", "layer \"marks\": row 0: span 1..2 cuts a character"),
];

fn document(id: &str, text: &str) -> Document {
    Document::new(id, text).expect("a short text")
}

fn check(plugins: &[Plugin]) {
    let cancel = AtomicBool::new(false);
    for (id, message) in CASES {
        let plugin = plugins.iter().find(|plugin| plugin.id() == id).unwrap_or_else(|| panic!("{id} is exported"));
        let instance = plugin.create(&Map::new()).expect("it can be made");

        let mut bad = document("bad", "é trouble");
        let error = instance.annotate(&mut bad, &cancel).expect_err("trouble");
        assert!(error.to_string().starts_with(message), "{id}: {error}");
        assert!(bad.layers().is_empty(), "{id}: a failed stage leaves the document as it was");

        let mut good = document("good", "fine");
        instance.annotate(&mut good, &cancel).unwrap_or_else(|error| panic!("{id} after trouble: {error}"));
        let marks = good.layer("marks").expect("marks");
        assert_eq!(marks.spans().len(), 1, "{id}");
        assert_eq!(marks.column("how"), Some(&ColumnData::strings(["well"])), "{id}");
    }
}

#[test]
fn faults_of_a_built_in_plugin_cost_one_document() {
    check(&built_in(copydesk_plugin_faulty::copydesk_entry()).expect("a sound entry"));
}

#[test]
fn faults_of_a_loaded_plugin_cost_one_document() {
    check(&open(&copydesk_tests::library("copydesk-plugin-faulty")).expect("a sound library"));
}

#[test]
fn a_plugin_that_cannot_be_made_says_why() {
    let plugins = open(&copydesk_tests::library("copydesk-plugin-faulty")).expect("a sound library");
    let refuse = json!({"refuse": true});
    let error = plugins[0].create(refuse.as_object().expect("an object")).expect_err("asked to refuse");
    assert_eq!(error.to_string(), "asked to refuse");
    let faults = plugins[0].manifest().config.faults(json!({"refuze": 1}).as_object().expect("an object"));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].known, ["refuse", "spoiled"]);
}

#[test]
fn a_running_call_can_be_cancelled() {
    let plugins = built_in(copydesk_plugin_faulty::copydesk_entry()).expect("a sound entry");
    let endless = plugins.iter().find(|plugin| plugin.id() == "endless").expect("endless is exported");
    let instance = endless.create(&Map::new()).expect("it can be made");
    let cancel = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let call = scope.spawn(|| instance.annotate(&mut document("bad", "trouble"), &cancel));
        std::thread::sleep(Duration::from_millis(20));
        cancel.store(true, Ordering::Relaxed);
        let error = call.join().expect("no panic").expect_err("cancelled");
        assert!(error.is_cancelled(), "{error}");
    });
}

#[test]
fn one_instance_serves_many_threads() {
    let plugins = built_in(copydesk_plugin_faulty::copydesk_entry()).expect("a sound entry");
    let instance = plugins[0].create(&Map::new()).expect("it can be made");
    let cancel = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (instance, cancel) = (&instance, &cancel);
            scope.spawn(move || {
                for round in 0..200 {
                    let trouble = (thread + round) % 3 == 0;
                    let mut document = document("bad", if trouble { "trouble" } else { "fine" });
                    assert_eq!(instance.annotate(&mut document, cancel).is_err(), trouble);
                }
            });
        }
    });
}

/// Lines of a run of the program over three documents, the second of which is trouble. `keys` go with the
/// plugin's path and id.
fn run(id: &str, keys: &str, arguments: &[&str]) -> (Option<i32>, Vec<serde_json::Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    let library = copydesk_tests::library("copydesk-plugin-faulty");
    let pipeline = folder.path().join("p.toml");
    let toml = format!("name = \"p\"\n[[stage]]\nplugin = {{ path = {library:?}, id = {id:?}{keys} }}\n");
    std::fs::write(&pipeline, toml).expect("a temporary file");
    let input = folder.path().join("in.jsonl");
    let lines = "{\"id\": \"a\", \"text\": \"fine\"}\n{\"id\": \"b\", \"text\": \"é trouble\"}\n{\"id\": \"c\", \"text\": \"fine\"}\n";
    std::fs::write(&input, lines).expect("a temporary file");
    let output = std::process::Command::new(copydesk_tests::copydesk())
        .args(["analyze", "--format", "json", "--threads", "2", "--pipeline"])
        .arg(&pipeline)
        .args(arguments)
        .arg(&input)
        .output()
        .expect("the program runs");
    let lines = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    (output.status.code(), lines)
}

#[test]
fn in_the_program_too_a_fault_costs_one_document() {
    // Said in the same words by a process of its own.
    let isolate = if cfg!(unix) { ", isolate = true" } else { "" };
    for (keys, (id, message)) in ["", isolate].into_iter().flat_map(|keys| CASES.map(|case| (keys, case))) {
        let (status, lines) = run(id, keys, &[]);
        assert_eq!(status, Some(1), "{id}");
        let ids: Vec<_> = lines.iter().filter_map(|line| line["id"].as_str()).collect();
        assert_eq!(ids, ["a", "b", "c"], "{id}: as many lines as documents, in their order");
        let error = &lines[1]["error"];
        assert_eq!((&error["stage"], &error["line"]), (&json!(id), &json!(2)), "{id}");
        let message = message.replace("\"bad\"", "\"b\"");
        assert!(error["message"].as_str().is_some_and(|said| said.starts_with(&message)), "{id}: {error}");
        for fine in [&lines[0], &lines[2]] {
            assert_eq!(fine["layers"]["marks"].as_array().map(Vec::len), Some(1), "{id}");
        }
    }
}

#[test]
fn fail_fast_stops_at_the_fault() {
    let (status, lines) = run("fails", "", &["--fail-fast"]);
    assert_eq!((status, lines.len()), (Some(1), 2));
}
