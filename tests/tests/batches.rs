//! A loaded plugin that batches, in the program as a user runs it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// An answer that takes longer does not come: on an idle machine none takes a second.
const HANGS: Duration = Duration::from_secs(1800);

/// A pipeline of the plugin `together`, in a folder that vanishes with the test.
struct Desk {
    _folder: tempfile::TempDir,
    program: PathBuf,
    pipeline: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let library = copydesk_tests::library("copydesk-plugin-faulty");
        let pipeline = folder.path().join("together.toml");
        let toml = format!("[[stage]]\nplugin = {{ path = {library:?}, id = \"together\" }}\n");
        std::fs::write(&pipeline, toml).expect("a temporary file");
        Desk { _folder: folder, program: copydesk_tests::copydesk(), pipeline }
    }

    /// The program over standard input, once it runs.
    fn start(&self, arguments: &[&str]) -> Child {
        Command::new(&self.program)
            .args(["analyze", "--pipeline"])
            .arg(&self.pipeline)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs")
    }

    /// Returns the output for these lines.
    fn run(&self, arguments: &[&str], lines: &str) -> Output {
        let mut child = self.start(arguments);
        let mut stdin = child.stdin.take().expect("piped");
        std::thread::scope(|scope| {
            // The program may end before it has read all.
            scope.spawn(move || drop(stdin.write_all(lines.as_bytes())));
            child.wait_with_output().expect("it ends")
        })
    }
}

/// A line of JSON for each text; `-` is a line that is none.
fn lines(texts: &[&str]) -> String {
    texts.iter().fold(String::new(), |mut lines, text| {
        let _ = match *text {
            "-" => writeln!(lines, "{{\"text\""),
            text => writeln!(lines, "{}", serde_json::json!({"text": text})),
        };
        lines
    })
}

/// `size/place` of each document in its batch, or the beginning of its error.
fn places(output: &Output) -> Vec<String> {
    let place = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let row = &line["layers"]["batches"][0];
        match line["error"]["message"].as_str() {
            Some(message) => message.split(" (").next().unwrap_or_default().to_owned(),
            None => format!("{}/{}", row["size"], row["place"]),
        }
    };
    String::from_utf8_lossy(&output.stdout).lines().map(place).collect()
}

#[test]
fn threads_give_the_same_bytes() {
    let desk = Desk::new();
    let mut texts = Vec::new();
    for at in 0..200 {
        texts.push(["Some words", "", "😀", "More of them than before", "refuse", "-", "outside"][at * at % 7]);
        if at % 60 == 17 {
            texts.extend(["burst", "clash", "fewer"]);
        }
    }
    let run = |batch: &str, threads: &str| desk.run(&["--batch", batch, "--threads", threads], &lines(&texts));
    for batch in ["1", "5", "4096"] {
        let one = run(batch, "1");
        assert_eq!((one.status.code(), places(&one).len()), (Some(1), texts.len()));
        for threads in ["2", "8"] {
            assert!(run(batch, threads).stdout == one.stdout, "batches of {batch} on {threads} threads");
        }
    }
}

#[test]
fn batches_are_groups_of_consecutive_lines() {
    let desk = Desk::new();
    let output = desk.run(&["--batch", "3"], &lines(&["a", "b", "c", "d", "refuse", "f", "g"]));
    assert_eq!(places(&output), ["3/0", "3/1", "3/2", "3/0", "told to refuse", "3/2", "1/0"]);
    assert_eq!(output.status.code(), Some(1));
    let output = desk.run(&[], &lines(&["a"; 17]));
    assert_eq!(places(&output)[15..], ["16/15", "1/0"]);
    assert_eq!(output.status.code(), Some(0));
    let output = desk.run(&["--batch", "3", "--fail-fast"], &lines(&["a", "refuse", "c", "d"]));
    assert_eq!((places(&output).len(), output.status.code()), (2, Some(1)));
}

#[test]
fn a_panic_in_a_batch_costs_one_document() {
    let output = Desk::new().run(&[], &lines(&["a", "burst", "c"]));
    assert_eq!(places(&output), ["1/0", "the plugin panicked: told to burst", "1/0"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn without_batches_each_line_is_answered_before_the_next() {
    let desk = Desk::new();
    for threads in ["1", "2"] {
        let mut child = desk.start(&["--batch", "1", "--threads", threads]);
        let mut stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (send, answers) = mpsc::channel();
        std::thread::spawn(move || stdout.lines().try_for_each(|line| send.send(line).map_err(drop)));
        for at in 0..3 {
            stdin.write_all(lines(&[&format!("Line {at}")]).as_bytes()).expect("written");
            let answer = answers.recv_timeout(HANGS).expect("an answer").expect("read");
            assert!(answer.contains(&format!("Line {at}")), "{answer}");
        }
        drop(stdin);
        assert!(child.wait().expect("it ends").success());
    }
}

#[test]
fn a_batch_has_a_document_at_least() {
    let output = Desk::new().run(&["--batch", "0"], "");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains("0 is not in 1..=4096"), "{message}");
}
