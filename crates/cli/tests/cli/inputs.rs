//! Files, directories, standard input, and what is wrong with them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{Folder, TOKENIZER, command, copydesk, pipe};

fn ids(run: &super::Run) -> Vec<String> {
    run.json().iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn text_and_json_lines() {
    let folder = Folder::new(&[
        ("a.txt", b"\xEF\xBB\xBFOne.\r\nTwo.\r\n"),
        ("b.JSONL", b"{\"id\": 5, \"text\": \"Three.\", \"meta\": {\"k\": [1]}}\n\n{\"text\": \"Four.\"}"),
    ]);
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("b.JSONL"), &folder.arg("a.txt")]).expect(0);
    assert_eq!(ids(&run), ["5".to_owned(), "3".into(), folder.arg("a.txt")]);
    let lines = run.json();
    assert_eq!(lines[0]["meta"]["k"][0], 1);
    assert_eq!(lines[2]["text"], "One.\r\nTwo.\r\n");
    assert_eq!(lines[2]["schema"], "copydesk/1");
    assert_eq!(
        lines[1]["source"],
        json!({"file": folder.arg("b.JSONL"), "line": 3, "encoding": "UTF-8", "language": null})
    );
    assert_eq!(
        lines[2]["source"],
        json!({"file": folder.arg("a.txt"), "line": null, "encoding": "UTF-8", "language": null})
    );
    assert_eq!(run.err, "");
}

#[test]
fn standard_input() {
    let cases: [(&[u8], &[&str]); 5] = [
        (b"  \n{\"id\": \"x\", \"text\": \"A.\"}\n{\"text\": \"B.\"}", &["x", "3"]),
        (b"\xEF\xBB\xBF{\"text\": \"A.\"}", &["1"]),
        (b"Not { JSON.", &["-"]),
        (b"", &["-"]),
        (b" \n ", &["-"]),
    ];
    for (input, expected) in cases {
        assert_eq!(ids(&pipe(&["analyze", "-p", TOKENIZER], input).expect(0)), expected);
        assert_eq!(ids(&pipe(&["analyze", "-p", TOKENIZER, "-"], input).expect(0)), expected);
    }
    let run = pipe(&["analyze", "-p", TOKENIZER, "--input-format", "text"], "{\"text\": \"A.\"}").expect(0);
    assert_eq!(run.json()[0]["text"], "{\"text\": \"A.\"}");
    let unnamed = |line: Value| json!({"file": null, "line": line, "encoding": "UTF-8", "language": null});
    assert_eq!(run.json()[0]["source"], unnamed(json!(null)));
    let run = pipe(&["analyze", "-p", TOKENIZER], "\n{\"text\": \"A.\"}").expect(0);
    assert_eq!(run.json()[0]["source"], unnamed(json!(2)));
    let run = pipe(&["analyze", "-p", TOKENIZER, "--input-format", "jsonl"], "A.").expect(1);
    assert!(run.json()[0]["error"]["message"].as_str().is_some_and(|what| what.contains("must be an object")));
}

#[test]
fn packed_inputs_read_as_what_they_pack() {
    let pack = |text: &str| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).expect("packs");
        packed.finish().expect("packs")
    };
    // Two packed files one after another are one (RFC 1952).
    let lines = [pack("{\"id\": \"x\", \"text\": \"A.\"}\n"), pack("{\"id\": \"y\", \"text\": \"B.\"}\n")].concat();
    let text = pack("{ is no JSON here.");
    let cut = &text[..text.len() / 2];
    let folder = Folder::new(&[("a.jsonl.gz", &lines), ("b.txt.gz", &text), ("c.gz", &lines), ("d.txt.gz", cut)]);
    let cases: [(&str, &[&str]); 3] = [("a.jsonl.gz", &["x", "y"]), ("b.txt.gz", &["b.txt.gz"]), ("c.gz", &["x", "y"])];
    for (file, expected) in cases {
        let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg(file)]).expect(0);
        let found: Vec<String> = ids(&run).iter().map(|id| id.rsplit('/').next().unwrap_or(id).to_owned()).collect();
        assert_eq!(found, expected, "{file}");
    }
    assert_eq!(ids(&pipe(&["analyze", "-p", TOKENIZER], &lines[..]).expect(0)), ["x", "y"]);
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("d.txt.gz"), &folder.arg("b.txt.gz")]).expect(2);
    assert!(run.err.contains("d.txt.gz") && run.json().len() == 1, "{}", run.err);
}

#[test]
fn directories() {
    let folder = Folder::new(&[
        ("news/b.txt", b"B."),
        ("news/a/z.jsonl", b"{\"id\": \"z\", \"text\": \"Z.\"}"),
        ("news/c.txt", b"C."),
        ("news/a.txt", b"A."),
        ("news/.hidden.txt", b"hidden"),
        ("news/picture.png", b"\x89PNG"),
        ("empty/readme.md", b"# no article"),
    ]);
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("news")]).expect(0);
    let file = |name: &str| folder.arg(&format!("news/{name}"));
    assert_eq!(ids(&run), ["z".to_owned(), file("a.txt"), file("b.txt"), file("c.txt")]);
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("empty")]).expect(2);
    assert!(run.err.contains("holds no file to read (.txt, .html, .jsonl, "), "{}", run.err);
}

#[test]
fn files_that_cannot_be_read() {
    let folder =
        Folder::new(&[("a.txt", b"A."), ("b.pdf", b"%PDF-1.7"), ("c.txt", "A café.\n\u{E9}".repeat(20).as_bytes())]);
    let missing = folder.arg("missing.txt");
    let run = copydesk(&["analyze", "-p", TOKENIZER, &missing, &folder.arg("b.pdf"), &folder.arg("a.txt")]).expect(2);
    assert_eq!(ids(&run), [folder.arg("a.txt")]);
    let errors: Vec<&str> = run.err.lines().collect();
    assert_eq!(errors.len(), 2, "{}", run.err);
    assert!(errors[0].starts_with(&format!("error: {missing}: ")) && errors[1].contains("PDF is not read"));
    // A file that is there but no text is a document that failed.
    let mut text = "A café.\n".repeat(20).into_bytes();
    text.push(0xE9);
    std::fs::write(folder.path("c.txt"), text).expect("a file");
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("c.txt"), &folder.arg("a.txt")]).expect(1);
    let lines = run.json();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], folder.arg("c.txt"));
    assert!(lines[0]["error"]["message"].as_str().is_some_and(|what| what.starts_with("byte 180 (0xE9) is not UTF-8")));
}

#[test]
fn a_bad_line_costs_that_line() {
    let input = b"{\"id\": \"a\", \"text\": \"A.\"}\n{\"id\": \"b\", \"te\n{\"id\": \"c\"}\n\xFF\n{\"id\": \"d\", \"text\": \"\\ud800\"}\n{\"id\": \"e\", \"text\": \"E\\u0000.\"}\n";
    for threads in ["1", "4"] {
        let run = pipe(&["analyze", "-p", TOKENIZER, "--threads", threads], &input[..]).expect(1);
        let lines = run.json();
        assert_eq!(ids(&run), ["a", "2", "c", "4", "d", "e"]);
        let failed: Vec<u64> = lines.iter().filter_map(|line| line["error"]["line"].as_u64()).collect();
        assert_eq!(failed, [2, 3, 4, 5]);
        assert!(lines.iter().all(|line| line["error"]["stage"].is_null()));
        assert_eq!(lines[5]["text"], "E\0.");
        assert!(
            run.err.starts_with("error: 4 of 6 documents could not be analyzed; the first: 2 (line 2): not valid JSON")
        );
    }
    let run = pipe(&["analyze", "-p", TOKENIZER, "--fail-fast"], &input[..]).expect(1);
    assert_eq!(ids(&run), ["a", "2"]);
}

#[test]
fn live_input_is_answered_at_once() {
    use std::io::{BufRead, BufReader, Write};
    let mut command = command(&["analyze", "-p", TOKENIZER]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    for i in 0..3 {
        writeln!(stdin, "{{\"text\": \"Line {i}.\"}}").expect("written");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("an answer");
        assert!(line.contains(&format!("Line {i}.")));
    }
    drop(stdin);
    assert_eq!(super::wait(&mut child), 0);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    use std::io::{BufRead, BufReader, Write};
    for format in ["json", "pretty"] {
        let mut command = command(&["analyze", "-p", TOKENIZER, "-f", format]);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        let feed = std::thread::spawn(move || {
            let line = b"{\"text\": \"A closed pipe ends the run.\"}\n";
            while stdin.write_all(line).is_ok() {}
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let err = super::reader(child.stderr.take());
        assert_eq!(super::wait(&mut child), 0);
        assert_eq!(err.join().expect("read"), "");
        feed.join().expect("the input ended");
    }
}
