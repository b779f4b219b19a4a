//! Plugins in processes of their own: whatever they do costs the document that made them do it an error, and
//! nothing else.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// Documents of the long run.
const DOCUMENTS: usize = 1000;

/// Every how many documents there is trouble, every other kind in turn.
const EVERY: usize = 23;

/// The first word of a text, and the error that it leads to; none where the document must come out well.
const TROUBLE: [(&str, Option<&str>); 10] = [
    ("segfault", Some("the plugin's process was ended by SIGSEGV: a wild pointer")),
    (
        "abort",
        Some("the plugin's process was ended by SIGABRT: it gave up, or needed more than its memory limit of 300 MB"),
    ),
    ("exit", Some("the plugin's process ended with status 0 and gave no answer")),
    ("hang", Some("the plugin's process did not answer within its time limit of 2 s")),
    (
        "hog",
        Some("the plugin's process was ended by SIGABRT: it gave up, or needed more than its memory limit of 300 MB"),
    ),
    ("print", None),
    ("garbage", Some("the plugin's process sent something that is no answer")),
    ("close", Some("the plugin's process closed its connection to this program")),
    ("fail", Some("this text is trouble")),
    ("outside", Some("layer \"marks\": row 0: span 0..12 is outside the text of 11 bytes")),
];

/// What a document's text begins with.
fn word(number: usize) -> Option<&'static str> {
    let kind = TROUBLE.get((number / EVERY) % TROUBLE.len());
    if number % EVERY == EVERY - 1 { kind.map(|(word, _)| *word) } else { None }
}

fn faulty() -> PathBuf {
    copydesk_tests::library("copydesk-plugin-faulty")
}

/// Writes a pipeline of one stage.
fn pipeline(folder: &Path, plugin: &str, config: &str) -> PathBuf {
    let path = folder.join("p.toml");
    fs::write(&path, format!("name = \"p\"\n[[stage]]\nplugin = {plugin}\n{config}\n")).expect("a temporary file");
    path
}

fn run(arguments: &[&str], paths: &[&Path]) -> Output {
    Command::new(copydesk_tests::copydesk()).args(arguments).args(paths).output().expect("the program runs")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn a_thousand_documents_of_which_some_kill_their_plugin_are_a_thousand_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = faulty();
    let plugin =
        format!("{{ path = {library:?}, id = \"unstable\", isolate = true, time_limit = 2, memory_limit = 300 }}");
    let pipeline = pipeline(folder.path(), &plugin, "");
    let mut input = String::new();
    for number in 0..DOCUMENTS {
        let text = word(number).map_or_else(|| format!("text {number}"), |word| format!("{word} now"));
        let _ = writeln!(input, "{}", json!({"id": number.to_string(), "text": text}));
    }
    let articles = folder.path().join("in.jsonl");
    fs::write(&articles, input).expect("a temporary file");
    let analyze = |threads: &str| {
        run(
            &["analyze", "--format", "json", "--threads", threads, "--pipeline"],
            &[pipeline.as_path(), articles.as_path()],
        )
    };
    let output = analyze("1");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let results = lines(&output);
    assert_eq!(results.len(), DOCUMENTS);
    for (number, line) in results.iter().enumerate() {
        assert_eq!(line["id"], json!(number.to_string()), "in their order");
        let expected = word(number).and_then(|word| TROUBLE.iter().find(|(other, _)| *other == word)?.1);
        match expected {
            None => assert_eq!(line["layers"]["marks"].as_array().map(Vec::len), Some(1), "{line}"),
            Some(message) => {
                let said = line["error"]["message"].as_str().unwrap_or_else(|| panic!("{line}"));
                // The texts of one word are not all as long.
                let said = said.replace("0..9 is", "0..12 is").replace("of 8 bytes", "of 11 bytes");
                assert_eq!((said.as_str(), &line["error"]["stage"]), (message, &json!("unstable")), "{number}");
            }
        }
    }
    let threads = analyze("4");
    assert!(threads.stdout == output.stdout, "the same lines whatever the threads");
}
