//! Runs that are interrupted at any moment and continued: the output has the same bytes as without interruption.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Folder, Run, TOKENIZER, command, copydesk, finish, read};

/// Documents of a corpus, some of them faulty.
const DOCUMENTS: usize = 3000;

/// A kill at each of so many moments. `COPYDESK_KILLS` sets another number.
const KILLS: u64 = 12;

/// How each format is written: its name, and the names of its files.
const FORMATS: [(&str, &[&str]); 4] = [
    ("json", &["out.jsonl"]),
    ("parquet", &["out/quotes.parquet", "out/sentences.parquet", "out/tokens.parquet", "out/documents.parquet"]),
    ("csv", &["out/tokens.csv", "out/documents.csv"]),
    ("conllu", &["out.conllu"]),
];

fn corpus() -> String {
    let mut lines = String::new();
    for number in 0..DOCUMENTS {
        let text = format!("“We will vote {number} times,” said Ana Ruiz. Tom Reed left. ").repeat(1 + number % 5);
        let _ = match number % 97 {
            5 => writeln!(lines, "{{\"text\": 3}}"),
            _ => writeln!(lines, "{{\"id\": \"a{number}\", \"text\": \"{text}\"}}"),
        };
    }
    lines
}

/// The arguments of a run of the corpus to `output`.
fn arguments<'a>(output: &'a str, format: &'a str) -> Vec<&'a str> {
    let fixed = ["analyze", "-p", TOKENIZER, "corpus.jsonl", "--resume", "--checkpoint", "0.001", "-o", output];
    fixed.into_iter().chain(["-f", format, "--errors", "errors.jsonl", "--threads", "2"]).collect()
}

/// The program in the folder: results name their file.
fn at(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.current_dir(folder.path("")).stderr(Stdio::null());
    command
}

/// A run to its end.
fn run(folder: &Folder, arguments: &[&str]) -> Run {
    finish(&mut at(folder, arguments), Vec::new())
}

/// The bytes of the output's files and of the errors.
fn bytes(folder: &Folder, files: &[&str]) -> Vec<Vec<u8>> {
    let files = files.iter().chain([&"errors.jsonl"]);
    files.map(|file| std::fs::read(folder.path(file)).expect(file)).collect()
}

/// Hidden files of the program in a folder.
fn hidden(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".copydesk")).collect()
}

/// A run without interruption, and its bytes.
fn reference(format: &str, files: &[&str]) -> Vec<Vec<u8>> {
    let folder = Folder::new(&[("corpus.jsonl", corpus().as_bytes())]);
    let output = files[0].split('/').next().expect("a name");
    let arguments = arguments(output, format);
    run(&folder, &arguments).expect(1);
    assert!(hidden(folder.path("").as_path()).is_empty());
    bytes(&folder, files)
}

#[test]
fn kills_at_any_moment() {
    let kills = std::env::var("COPYDESK_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    for (format, files) in FORMATS {
        let expected = reference(format, files);
        let folder = Folder::new(&[("corpus.jsonl", corpus().as_bytes())]);
        let output = files[0].split('/').next().expect("a name");
        let arguments = arguments(output, format);
        let mut moment = 0x2545_F491_4F6C_DD1D_u64;
        let (mut killed, mut finished) = (0, 0);
        while killed < kills {
            let mut child = at(&folder, &arguments).spawn().expect("it starts");
            moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(Duration::from_micros(moment >> 33 & 0x3_FFFF));
            if child.try_wait().expect("a status").is_some() {
                // It came to its end before.
                assert!(bytes(&folder, files) == expected, "{format}, after {killed} kills");
                finished += 1;
                assert!(finished < 1000, "no run is killed");
            } else {
                child.kill().expect("it ends");
                child.wait().expect("a status");
                killed += 1;
            }
        }
        run(&folder, &arguments).expect(1);
        assert!(bytes(&folder, files) == expected, "{format}");
        assert!(hidden(folder.path("").as_path()).is_empty(), "{:?}", folder.names());
    }
}

#[test]
fn power_cuts_within_each_step() {
    for (format, files) in FORMATS {
        let expected = reference(format, files);
        for place in ["flush", "checkpoint", "checkpointed", "rename", "renamed"] {
            for number in 1..=4 {
                let folder = Folder::new(&[("corpus.jsonl", corpus().as_bytes())]);
                let output = files[0].split('/').next().expect("a name");
                let arguments = arguments(output, format);
                let mut cut = at(&folder, &arguments);
                let status = cut.env("COPYDESK_FAILPOINT", format!("{place}:{number}")).status().expect("it starts");
                let again = run(&folder, &arguments).expect(1);
                assert!(bytes(&folder, files) == expected, "{format}, {place}:{number}: {status}, {}", again.err);
                assert!(hidden(folder.path("").as_path()).is_empty(), "{:?}", folder.names());
            }
        }
    }
}

#[test]
fn only_the_same_run_is_continued() {
    let folder = Folder::new(&[("corpus.jsonl", corpus().as_bytes())]);
    let base = arguments("out.jsonl", "json");
    let interrupt = || {
        let status = at(&folder, &base).env("COPYDESK_FAILPOINT", "checkpointed:2").status();
        assert!(!status.expect("it starts").success());
    };
    interrupt();
    let other_run = |more: &[&str], without: &str| {
        let arguments = base.iter().copied().filter(|argument| *argument != without);
        run(&folder, &arguments.chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let other = other_run(&["--limit", "10"], "").expect(2);
    assert!(other.err.contains("had another choice of documents; run with the same one"), "{}", other.err);
    let other = other_run(&["--offsets", "byte"], "").expect(2);
    assert!(other.err.contains("had another form of results"), "{}", other.err);
    std::fs::write(folder.path("corpus.jsonl"), "{\"text\": \"A.\"}\n").expect("a file");
    let other = other_run(&[], "").expect(2);
    assert!(other.err.contains("had another input"), "{}", other.err);
    // A run that is none of these begins anew, and says what it leaves.
    let anew = other_run(&[], "--resume").expect(0);
    assert!(anew.err.contains("note: an interrupted run to this output has "), "{}", anew.err);
    assert_eq!(read(&folder.path("out.jsonl")).lines().count(), 1);
    assert!(hidden(folder.path("").as_path()).is_empty(), "{:?}", folder.names());
    // What cannot be continued is no file.
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("corpus.jsonl"), "--resume"]).expect(2);
    assert!(run.err.contains("--output"), "{}", run.err);
}

#[test]
fn the_counts_go_on() {
    let folder = Folder::new(&[("corpus.jsonl", corpus().as_bytes())]);
    let mut base = arguments("out.jsonl", "json");
    base.extend(["--summary", "summary.json"]);
    let status = at(&folder, &base).env("COPYDESK_FAILPOINT", "checkpointed:1").status();
    assert!(!status.expect("it starts").success());
    run(&folder, &base).expect(1);
    let summary: serde_json::Value = serde_json::from_str(&read(&folder.path("summary.json"))).expect("JSON");
    assert_eq!((summary["documents"].as_u64(), summary["failed"].as_u64()), (Some(DOCUMENTS as u64), Some(31)));
    assert!(summary["resumed"].as_u64().is_some_and(|resumed| resumed > 0 && resumed < DOCUMENTS as u64));
    assert_eq!(summary["errors"][0]["first"]["line"], 6);
    assert!(summary["stages"][0]["documents"].as_u64().is_some_and(|documents| documents >= DOCUMENTS as u64 - 31));
}
