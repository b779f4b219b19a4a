//! `copydesk eval` and `copydesk train` as a user runs them. The figures of the shipped pipeline on the small gold
//! files must not fall: each floor is a little below what it reaches.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn gold(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name).to_str().unwrap().to_owned()
}

/// Runs the program; the exit status must be this.
fn copydesk(arguments: &[&str], status: i32) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    for name in ["COPYDESK_PLUGIN_PATH", "XDG_DATA_HOME", "HOME"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output.stderr));
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("copydesk-accuracy-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The gold file does not tell places that are governed from others.
const LABELS: &str = "PERSON,ORG,LOC=LOC+GPE,FAC,NORP,PRODUCT,DATE,MONEY,MISC";

#[test]
fn accuracy_does_not_fall() {
    for (task, file, floors) in [
        ("entities", "entities.jsonl", &["all.f1=84", "by_label.PERSON.f1=92"][..]),
        ("quotes", "quotes.jsonl", &["relation/all.f1=92", "relation/direct.f1=92", "speaker/all.r=92"]),
        ("sentiment", "sentiment.jsonl", &["f1_macro=85"]),
        ("segmentation", "segmentation.conllu", &["tokens.f1=99.5", "sentences.f1=87"]),
        ("quotes", "acts.jsonl", &["act/accuracy=85", "relation/all.f1=75"]),
        ("actors", "actors.jsonl", &["names/b3.f1=60", "pronouns/he_she.p=60", "gap/all.f1=60"]),
    ] {
        let gold = gold(file);
        let mut arguments = vec!["eval", task, &gold, "--json"];
        if task == "entities" {
            arguments.extend(["--labels", LABELS]);
        }
        for floor in floors {
            arguments.extend(["--min", floor]);
        }
        let output = copydesk(&arguments, 0);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["task"], &report["failed"]), (&task.into(), &0.into()), "{report}");
        assert_eq!(report["pipeline"], "fast", "{report}");
    }
}

#[test]
fn results_score_as_their_pipeline_does() {
    let folder = Folder::new("results");
    let gold_file = gold("segmentation.conllu");
    let report = |arguments: &[&str]| -> Value {
        let mut all = vec!["eval", "segmentation", &gold_file, "--json"];
        all.extend(arguments);
        serde_json::from_slice(&copydesk(&all, 0).stdout).unwrap()
    };
    // Documents are put together from the treebank: the texts are those that the report's own run saw.
    let expected = report(&["--threads", "2"]);
    assert_eq!(expected["scores"], report(&["--threads", "1"])["scores"]);

    let texts = gold("quotes.jsonl");
    let results = folder.path("results.jsonl");
    copydesk(&["analyze", &texts, "-o", &results], 0);
    let scores = |arguments: &[&str]| -> Value {
        let mut all = vec!["eval", "quotes", &texts, "--json"];
        all.extend(arguments);
        let report: Value = serde_json::from_slice(&copydesk(&all, 0).stdout).unwrap();
        report["scores"].clone()
    };
    assert_eq!(scores(&["--predictions", &results]), scores(&[]));
}

#[test]
fn actors_with_their_names_given_and_found() {
    let gold_file = gold("actors.jsonl");
    let report = |more: &[&str]| -> Value {
        let output = copydesk(&[&["eval", "actors", &gold_file, "--json"][..], more].concat(), 0);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (found, given) = (report(&["--errors", "3"]), report(&["--given"]));
    assert_eq!((&found["task"], &found["documents"]), (&"actors".into(), &8.into()), "{found}");
    assert_eq!(given["scores"]["names/mentions"]["f1"], 100.0, "given names are all there: {given}");
    assert!(given["scores"]["names/b3"]["f1"].as_f64() >= found["scores"]["names/b3"]["f1"].as_f64(), "{given}");
    assert!(found["worst"][0]["differences"].as_array().is_some_and(|list| !list.is_empty()), "{found}");
    let table = text(&copydesk(&["eval", "actors", &gold_file, "--errors", "1"], 0).stdout);
    for expected in
        ["\nnames ", "\nB-cubed ", "\nhe she ", "\nmasculine ", "gold \\ found", "\nbias, feminine", " difference"]
    {
        assert!(table.contains(expected), "{expected}: {table}");
    }

    // Results score as their pipeline does.
    let folder = Folder::new("actors");
    let results = folder.path("results.jsonl");
    copydesk(&["analyze", &gold_file, "-o", &results], 0);
    let scored = copydesk(&["eval", "actors", &gold_file, "--json", "--predictions", &results], 0);
    let scored: Value = serde_json::from_slice(&scored.stdout).unwrap();
    assert_eq!(scored["scores"], found["scores"]);

    let refused = copydesk(&["eval", "quotes", &gold("quotes.jsonl"), "--given"], 2);
    assert!(text(&refused.stderr).contains("--given is for actors"), "{}", text(&refused.stderr));
    let wrong = copydesk(&["eval", "actors", &gold("quotes.jsonl")], 2);
    let expected = "quotes.jsonl:1: there are neither \"clusters\" nor \"pronoun\" and \"candidates\"";
    assert!(text(&wrong.stderr).contains(expected), "{}", text(&wrong.stderr));
}

#[test]
fn reports_and_refusals_of_eval() {
    let (gold_file, predicted) = (gold("entities.jsonl"), gold("scored/entities.predicted.jsonl"));
    let base = ["eval", "entities", &gold_file, "--predictions", &predicted];
    let with = |more: &[&'static str]| [&base[..], more].concat();

    let table = text(&copydesk(&with(&["--errors", "1"]), 0).stdout);
    assert!(table.starts_with("12 documents\n\n "), "{table}");
    assert!(table.contains("\nPERSON ") && table.contains(" differences\n  missed "), "{table}");
    let report: Value = serde_json::from_slice(&copydesk(&with(&["--errors", "2", "--json"]), 0).stdout).unwrap();
    assert_eq!(report["worst"].as_array().map(Vec::len), Some(2), "{report}");

    let missed = copydesk(&with(&["--min", "all.f1=99", "--min", "all.r=1"]), 1);
    assert!(text(&missed.stderr).starts_with("error: all.f1 is "), "{}", text(&missed.stderr));
    for (more, expected) in [
        (&["--min", "f1=3"][..], "--min: there is no figure \"f1\"; there are all.f1, "),
        (&["--min", "all.f1"], "write FIGURE=VALUE, such as all.f1=73"),
        (&["--labels", "A=+"], "--labels: \"A=+\" has an empty label"),
        (&["-p", "fast"], "cannot be used with"),
    ] {
        let output = copydesk(&with(more), 2);
        assert!(text(&output.stderr).contains(expected), "{more:?}: {}", text(&output.stderr));
    }
    let quotes = gold("quotes.jsonl");
    let wrong = copydesk(&["eval", "entities", &quotes], 2);
    assert!(text(&wrong.stderr).contains("quotes.jsonl:1: missing field `entities`"), "{}", text(&wrong.stderr));
    let wrong = copydesk(&["eval", "quotes", &quotes, "--labels", "A=B"], 2);
    assert!(text(&wrong.stderr).contains("--labels is for entities"), "{}", text(&wrong.stderr));
}

#[test]
fn training_writes_a_model_that_a_pipeline_can_use() {
    let folder = Folder::new("train");
    let (gold_file, model) = (gold("entities.jsonl"), folder.path("names.cdm"));
    let trained =
        copydesk(&["train", "ner", "--data", &gold_file, "--dev", &gold_file, "--epochs", "3", "--out", &model], 0);
    let told = text(&trained.stderr);
    assert!(trained.stdout.is_empty() && told.contains("pass 3: loss ") && told.contains("F1 "), "{told}");

    let pipeline = folder.path("mine.toml");
    let stages = "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig = { model = \"names.cdm\" }\n";
    fs::write(&pipeline, stages).unwrap();
    copydesk(&["eval", "entities", &gold_file, "-p", &pipeline, "--min", "by_label.PERSON.f1=70"], 0);
}

#[test]
fn refusals_of_train_leave_no_file() {
    let folder = Folder::new("refused");
    let (quotes, model, bad) = (gold("quotes.jsonl"), folder.path("m.cdm"), folder.path("bad.jsonl"));
    fs::write(&bad, "{\"text\": \"abc\", \"entities\": []}\n{\"text\": \"abc\", \"entities\": [[0, 1, \"P\"]]}\n")
        .unwrap();
    let nowhere = folder.path("no/m.cdm");
    for (arguments, expected) in [
        (["train", "ner", "--data", &quotes, "--out", &model], "quotes.jsonl:1: missing field `entities`"),
        (
            ["train", "ner", "--data", &bad, "--out", &model],
            "bad.jsonl:2: entities[0]: [0, 1] is no span of the 0 tokens",
        ),
        (["train", "ner", "--data", "none.jsonl", "--out", &model], "none.jsonl: No such file"),
        (["train", "quotes", "--data", &quotes, "--out", &nowhere], "there is no folder"),
    ] {
        let output = copydesk(&arguments, 2);
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
    let output = copydesk(&["train", "quotes", "--data", &quotes, "--out", &model, "--labels", "A=B"], 2);
    assert!(text(&output.stderr).contains("--labels is for ner"), "{}", text(&output.stderr));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}
