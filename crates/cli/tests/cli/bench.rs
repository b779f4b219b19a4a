//! `copydesk bench`: what it prints and refuses, never how fast anything is.

use serde_json::Value;

use super::{Folder, Run, TOKENIZER, copydesk, read};

/// Two runs of the tokenizer on two tiny texts.
fn bench(folder: &Folder, arguments: &[&str]) -> Run {
    let input = folder.arg("a.jsonl");
    copydesk(&[&["bench", "-p", TOKENIZER, "--runs", "2", "--input", &input], arguments].concat())
}

fn texts() -> Folder {
    Folder::new(&[(
        "a.jsonl",
        b"{\"text\": \"He left. She stayed.\"}\n{\"id\": \"b\", \"text\": \"Ana Ruiz spoke.\"}\n",
    )])
}

#[test]
fn json_holds_samples_and_figures_and_compare_reads_them() {
    let folder = texts();
    let run = bench(&folder, &["--threads", "1,2", "--json"]).expect(0);
    assert_eq!(run.err, "");
    let report: Value = serde_json::from_str(&run.out).expect("one JSON document");
    assert_eq!(report["schema"], "copydesk-bench/1");
    assert_eq!(report["copydesk"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&report["input"]["documents"], &report["input"]["bytes"]), (&2.into(), &35.into()));
    assert_eq!(report["input"]["files"][0], folder.arg("a.jsonl").as_str());
    assert!(report["date"].as_str().is_some_and(|date| date.starts_with("20") && date.ends_with('Z')));
    assert!(report["machine"]["cores"].as_u64() > Some(0));
    let measurements = report["measurements"].as_array().expect("an array");
    assert_eq!(measurements.len(), 2);
    for (found, threads) in measurements.iter().zip([1, 2]) {
        assert_eq!((&found["pipeline"], &found["threads"]), (&TOKENIZER.into(), &threads.into()));
        for sample in found["samples"].as_array().expect("samples") {
            let number = |key: &str| sample[key].as_f64().unwrap_or(-1.0);
            assert!(number("start_up_seconds") > 0.0 && number("seconds") > 0.0, "{sample}");
            // Whole passes over both documents, of ten tokens.
            let passes = number("documents") / 2.0;
            assert!(passes >= 1.0 && number("tokens") == 10.0 * passes && number("bytes") == 35.0 * passes, "{sample}");
            assert_eq!(sample["failed"], 0);
            assert_eq!(sample["stages"][0]["stage"], "tokenizer");
            let latency = ["p50", "p95", "p99"].map(|key| sample["latency_seconds"][key].as_f64().unwrap_or(-1.0));
            assert!(latency[0] > 0.0 && latency.is_sorted(), "{sample}");
            assert!(!cfg!(target_os = "linux") || number("peak_memory_bytes") > 1e6, "{sample}");
        }
        assert_eq!(found["samples"].as_array().map(Vec::len), Some(2));
        assert!(found["figures"]["tokens_per_second"]["median"].as_f64() > Some(0.0));
        assert_eq!(found["figures"]["tokens_per_second"]["low"], Value::Null);
        assert_eq!(found["stages"][0]["share"]["median"], 1.0);
    }
    assert_eq!(report.get("comparison"), None);

    std::fs::write(folder.path("old.json"), &run.out).expect("a file");
    let old = folder.arg("old.json");
    let again = bench(&folder, &["--compare", &old]).expect(0);
    let lines: Vec<&str> = again.out.lines().collect();
    let columns = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(lines[0].starts_with("input: 2 documents, 35 bytes, 10 tokens"), "{}", again.out);
    let head = "PIPELINE THREADS TOKENS/S 95 % INTERVAL TIMES P50, ms P99, ms START, ms MEM, MB";
    for row in [head, "PIPELINE THREADS tokenizer"] {
        assert!(lines.iter().any(|line| columns(line) == row), "{row}: {}", again.out);
    }
    assert!(lines.iter().any(|line| columns(line).starts_with("change (")), "{}", again.out);
    for part in ["time in stages, %", "too few runs", "2 threads: not measured now"] {
        assert!(again.out.contains(part), "{part}: {}", again.out);
    }
    // A page does not get into the way of JSON.
    let page = folder.path("bench.html");
    let both = bench(&folder, &["--json", "--compare", &old, "-o", &folder.arg("bench.html")]).expect(0);
    assert!(serde_json::from_str::<Value>(&both.out).is_ok_and(|report| report["comparison"].is_object()));
    assert!(read(&page).starts_with("<!doctype html>") && read(&page).contains("copydesk-bench/1"));

    // Other texts: what depends on them is not compared.
    let run = copydesk(&["bench", "-p", TOKENIZER, "--runs", "1", "--json", "--compare", &old]).expect(0);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["input"]["documents"], 12);
    let comparison = &report["comparison"];
    let figures: Vec<&Value> =
        comparison["changes"].as_array().expect("changes").iter().map(|c| &c["figure"]).collect();
    assert_eq!(figures, ["start_up_seconds"]);
    assert!(comparison["notes"].to_string().contains("only start-up is compared"), "{comparison}");
}

#[test]
fn what_cannot_be_measured_is_refused_at_once() {
    let folder = Folder::new(&[
        ("a.txt", b"He left."),
        ("empty.txt", b""),
        ("none.jsonl", b"\n"),
        ("bad.jsonl", b"{\"text\": \"A.\"}\n{\"text\": 5}\n"),
        ("new.json", b"{\"schema\": \"copydesk-bench/2\"}"),
        ("no.json", b"{\n  \"schema\": 1}"),
    ]);
    let cases: [(&[&str], &[&str]); 15] = [
        (&["--input", "gone.txt"], &["--input: ", "gone.txt: "]),
        (&["--input", "empty.txt"], &["--input: there is no text in it"]),
        (&["--input", "none.jsonl"], &["--input: there is no text in it"]),
        (&["--input", "bad.jsonl"], &["--input: ", "(line 2)"]),
        (&["--input", "-"], &["standard input can be read only once"]),
        (&["--compare", "gone.json"], &["--compare: ", "gone.json cannot be read"]),
        (&["--compare", "new.json"], &["new.json was written by another version: its schema is \"copydesk-bench/2\""]),
        (&["--compare", "no.json"], &["no.json is no report of `copydesk bench --json`", "at line 2 column"]),
        (&["--threads", "2,1,2"], &["2 threads: is given twice"]),
        (&["--threads", "0"], &["--threads"]),
        (&["--runs", "0"], &["--runs"]),
        (&["-p", "news-of-tomorrow"], &["news-of-tomorrow: is neither a pipeline file"]),
        (&["--output", "new.json"], &["--output: ", "the page is HTML; give a name that ends in .html, or `--json"]),
        (&["--output", "no/where.html"], &["--output: ", "there is no folder"]),
        (&["--flame", "no/where.svg"], &["--flame: ", "there is no folder"]),
    ];
    for (arguments, messages) in cases {
        if arguments[0] == "--flame" && !has_perf() {
            continue;
        }
        let is_file = |word: &str| {
            word.ends_with(".txt") || word.contains(".json") || word.ends_with(".svg") || word.ends_with(".html")
        };
        let arguments: Vec<String> =
            arguments.iter().map(|word| if is_file(word) { folder.arg(word) } else { (*word).to_owned() }).collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = copydesk(&[&["bench", "-p", TOKENIZER], words.as_slice()].concat()).expect(2);
        for message in messages {
            assert!(run.err.contains(message) && run.out.is_empty(), "{words:?}: {}", run.err);
        }
    }
}

fn has_perf() -> bool {
    std::process::Command::new("perf").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A stand-in for `perf`, since not every machine lets a test sample: it runs what it is to watch, and says what a
/// `perf` would.
#[cfg(unix)]
#[test]
fn a_flame_graph_is_drawn_of_what_perf_samples() {
    use std::os::unix::fs::PermissionsExt;
    let perf = b"#!/bin/sh\ncase $1 in\n--version) exit 0;;\n\
        record) while [ \"$1\" != -- ]; do shift; done; shift; \"$@\" >/dev/null;;\n\
        script) printf 'copydesk  5000000 \\n\\t 1 hash<1>\\n';\
        printf '\\t 2 copydesk_loader::plugin::Instance::annotate\\n\\n';;\nesac\n";
    let folder = Folder::new(&[
        ("a.txt", b"He left."),
        ("bin/perf", perf),
        ("refuses/perf", b"#!/bin/sh\n[ $1 = --version ] && exit\necho 'Access is limited.' >&2\nexit 255\n"),
        ("none/x", b""),
    ]);
    for name in ["bin/perf", "refuses/perf"] {
        std::fs::set_permissions(folder.path(name), std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let graph = folder.path("graph.svg");
    let run = |path: &str| {
        let arguments = ["bench", "-p", TOKENIZER, "--runs", "1", "--input"];
        let mut command = super::command(&arguments);
        command.arg(folder.path("a.txt")).arg("--flame").arg(&graph);
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.arg(path)));
        if path == "none" {
            command.env("PATH", folder.arg(path));
        }
        super::finish(&mut command, Vec::new())
    };
    let missing = run("none").expect(2);
    assert!(missing.err.contains("no flame graph: ") && missing.err.contains("not on the path"), "{}", missing.err);
    let refused = run("refuses").expect(2);
    assert!(refused.err.contains("`perf record` fails: Access is limited."), "{}", refused.err);
    assert!(!graph.exists());
    let drawn = run("bin").expect(0);
    assert_eq!(drawn.err, "");
    assert!(drawn.out.contains("TOKENS/S"), "{}", drawn.out);
    let svg = read(&graph);
    for part in
        ["<svg ", ">copydesk_loader::plugin::Instance::annotate<", "<title>hash&lt;1&gt; (100.0 %, 5 ms)</title>"]
    {
        assert!(svg.contains(part), "{part}: {svg}");
    }
}

#[test]
fn layers_that_a_text_brings_are_taken_as_given() {
    let folder = Folder::new(&[
        ("p.toml", b"[[stage]]\nplugin = \"tokenizer\"\n"),
        ("a.jsonl", b"{\"text\": \"He left.\", \"tokens\": [[0, 2]], \"sentences\": [[0, 8]]}\n"),
    ]);
    // The tokenizer would find more than the one token.
    let pipeline = folder.arg("p.toml");
    let run = copydesk(&["bench", "-p", &pipeline, "--runs", "1", "-i", &folder.arg("a.jsonl"), "--json"]).expect(0);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let sample = &report["measurements"][0]["samples"][0];
    assert_eq!(sample["tokens"], sample["documents"]);
}
