//! `copydesk train` as a user runs it: cards, early stopping, trainings that are cut off, and models learned from what
//! another pipeline found.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

fn gold(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name).to_str().unwrap().to_owned()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    for name in ["COPYDESK_PLUGIN_PATH", "XDG_DATA_HOME", "HOME"] {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Runs the program; the exit status must be this. Gives what went to standard error.
fn copydesk(arguments: &[&str], status: i32) -> String {
    said(&command(arguments).output().unwrap(), status)
}

fn said(output: &Output, status: i32) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{told}");
    told
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("copydesk-train-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_card_says_what_a_model_was_made_from() {
    let folder = Folder::new("card");
    let (data, model) = (gold("entities.jsonl"), folder.path("my names.cdm"));
    let arguments =
        ["train", "ner", "--data", &data, "--dev", &data, "--epochs", "4", "--licence", "CC BY 4.0", "--out", &model];
    let told = copydesk(&arguments, 0);
    assert!(told.contains("my names.md: its card\n"), "{told}");
    assert_eq!(folder.names(), ["my names.cdm", "my names.md"], "the checkpoint is gone");
    let card = fs::read_to_string(folder.path("my names.md")).unwrap();
    for expected in [
        "# my names\n",
        "| licence | CC BY 4.0 |",
        "| labels | DATE FAC LOC MISC ",
        "| learned from | 12 documents, ",
        "| options | dropout 0.5, epochs 4, ",
        "seed 1 |",
        "| passes | 24; the model is of the last, loss ",
        "| `--data` | `gold/entities.jsonl` | 12 | ",
        "| `--dev` | `gold/entities.jsonl` | 12 | ",
        "On `gold/entities.jsonl`, in percent. The labels were balanced on it.",
        "\nPERSON ",
        "--epochs 4 --licence 'CC BY 4.0' --out '",
        "## Known limits\n",
    ] {
        assert!(card.contains(expected), "{expected}: {card}");
    }
    assert!(!card.contains("--resume") && !card.contains(" --force"), "{card}");

    // What its readers add stays; a card that was changed above that is not touched.
    fs::write(folder.path("my names.md"), format!("{card}\nIt knows no ships.\n")).unwrap();
    copydesk(&arguments, 0);
    let again = fs::read_to_string(folder.path("my names.md")).unwrap();
    assert_eq!(again, format!("{card}\nIt knows no ships.\n"));
    let edited = again.replace("CC BY 4.0 |", "CC BY 4.0, but ask us |");
    fs::write(folder.path("my names.md"), &edited).unwrap();
    let told = copydesk(&arguments, 0);
    assert!(told.contains("was written by hand and stays; the new card is "), "{told}");
    assert_eq!(fs::read_to_string(folder.path("my names.md")).unwrap(), edited);
    assert_eq!(fs::read_to_string(folder.path("my names.new.md")).unwrap(), card);
    copydesk(&[&arguments[..], &["--force"]].concat(), 0);
    assert_eq!(fs::read_to_string(folder.path("my names.md")).unwrap(), again);
}

#[test]
fn results_name_the_licence_of_the_data_of_each_model() {
    let folder = Folder::new("licence");
    let (data, text) = (gold("sentiment.jsonl"), folder.path("text.txt"));
    fs::write(&text, "Ana Ruiz praised Tom Reed.").unwrap();
    let pipeline = "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n\
        [[stage]]\nplugin = \"actors\"\n[[stage]]\nplugin = \"stance\"\nconfig = { model = \"stance.cdm\" }\n";
    fs::write(folder.path("mine.toml"), pipeline).unwrap();
    for (class, told) in [(&["--data-licence", "any-use"][..], "any-use"), (&[], "unstated")] {
        let train = ["train", "stance", "--data", &data, "--epochs", "1", "--out", &folder.path("stance.cdm")];
        copydesk(&[&train[..], class].concat(), 0);
        let pipeline = folder.path("mine.toml");
        let analyze = ["analyze", "-p", &pipeline, "-f", "json", "--layers", "provenance", &text];
        let found = command(&analyze).output().unwrap();
        let result: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
        let stages = result["provenance"]["stages"].as_array().unwrap();
        let licences: Vec<&str> = stages.iter().map(|stage| stage["licence"].as_str().unwrap()).collect();
        assert_eq!(licences, ["non-commercial", "unstated", "unstated", "unstated", told]);
    }
}

#[test]
fn a_training_stops_where_nothing_gets_better() {
    let folder = Folder::new("early");
    let (data, model) = (gold("sentiment.jsonl"), folder.path("stance.cdm"));
    let base = ["train", "stance", "--data", &data, "--out", &model, "--epochs", "40", "--patience", "3"];
    let told = copydesk(&[&base[..], &["--dev", &data]].concat(), 0);
    let passes = told.lines().filter(|line| line.starts_with("stance, pass ")).count();
    assert!((4..40).contains(&passes), "{told}");
    assert!(told.contains(" of \"stance\" is the best, with "), "{told}");
    let card = fs::read_to_string(folder.path("stance.md")).unwrap();
    assert!(card.contains(&format!("| passes | {passes}; the model is of pass {}, ", passes - 3)), "{card}");
    assert!(card.contains("The pass was chosen and the probabilities were calibrated on it."), "{card}");
    let told = copydesk(&base, 2);
    assert!(told.contains("--dev <FILE>"), "{told}");
}

/// Starts a training and kills it once it has a checkpoint. Where the machine is so busy that the training ends before,
/// it is started again.
fn killed(arguments: &[&str], checkpoint: &str, model: &str) {
    for _ in 0..20 {
        let mut child = command(arguments).stderr(Stdio::null()).spawn().unwrap();
        while !Path::new(checkpoint).exists() && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        if !child.wait().unwrap().success() {
            assert!(Path::new(checkpoint).exists(), "no checkpoint");
            return;
        }
        fs::remove_file(model).unwrap();
    }
    panic!("it ended each time before it could be killed");
}

#[test]
fn a_killed_training_goes_on_to_the_same_bytes() {
    let folder = Folder::new("killed");
    let data = gold("segmentation.conllu");
    let (whole, model) = (folder.path("whole.cdm"), folder.path("model.cdm"));
    let checkpoint = folder.path("model.cdm.checkpoint");
    let train = |out: &str| -> Vec<String> {
        ["train", "tokenizer", "--data", &data, "--dev", &data, "--epochs", "900", "--out", out]
            .map(str::to_owned)
            .to_vec()
    };
    let (whole_run, run) = (train(&whole), train(&model));
    let strings = |run: &[String], more: &[&'static str]| -> Vec<String> {
        run.iter().cloned().chain(more.iter().map(|word| (*word).to_owned())).collect()
    };
    fn words(run: &[String]) -> Vec<&str> {
        run.iter().map(String::as_str).collect()
    }
    let call = |run: &[String], status| copydesk(&words(run), status);
    call(&whole_run, 0);
    killed(&words(&run), &checkpoint, &model);
    assert!(!Path::new(&model).exists(), "no model before it is complete");

    let told = call(&strings(&run, &["--resume", "--seed", "5"]), 2);
    let expected = "model.cdm.checkpoint: this checkpoint is of another training: its seed is 1, here it is 5";
    assert!(told.contains(expected), "{told}");
    let told = call(&strings(&run, &["--resume"]), 0);
    assert!(told.contains("model.cdm.checkpoint: going on after "), "{told}");
    assert!(fs::read(&whole).unwrap() == fs::read(&model).unwrap());
    assert!(!Path::new(&checkpoint).exists());
    let table = |path: &str| fs::read_to_string(path).unwrap().split("## Scores").nth(1).unwrap()[..200].to_owned();
    assert_eq!(table(&folder.path("whole.md")), table(&folder.path("model.md")));

    // Without a checkpoint there is nothing to go on from: it begins.
    call(&strings(&train(&model), &["--resume"]), 0);
    // Without --resume it begins anew, and says what it might have done.
    killed(&words(&run), &checkpoint, &model);
    let told = call(&run, 0);
    assert!(told.contains("kept by a training that was cut off; --resume would go on from it"), "{told}");
    assert!(fs::read(&whole).unwrap() == fs::read(&model).unwrap());
}

#[test]
fn bad_data_is_told_with_file_and_line() {
    let folder = Folder::new("bad");
    let model = folder.path("m.cdm");
    for (task, name, lines, expected) in [
        (
            "ner",
            "a.jsonl",
            "{\"text\": \"a\", \"entities\": []}\n\n{\"text\": 3}\n",
            "a.jsonl:3: invalid type: integer `3`",
        ),
        (
            "quotes",
            "b.jsonl",
            "{\"text\": \"a\", \"attributions\": [{\"cue\": [[0, 9]]}]}\n",
            "b.jsonl:1: attributions[0]: cue: [0, 9] does not lie within the text",
        ),
        (
            "stance",
            "c.jsonl",
            "{\"sentence\": \"ab\", \"targets\": [{\"start\": 0, \"end\": 1, \"polarity\": 0.5}]}\n",
            "c.jsonl:1: targets[0]: the polarity must be -1, 0 or 1, not 0.5",
        ),
        ("tokenizer", "d.conllu", "# text = a\n1\ta\n", "d.conllu:2: a word has ten columns"),
        (
            "ner",
            "e.jsonl",
            "{\"offsets\": \"byte\", \"text\": \"a\", \"entities\": []}\n",
            "e.jsonl:1: offsets must be code points: analyze with `--offsets char`",
        ),
        ("stance", "f.jsonl", "\n", "f.jsonl: there are no documents in this file"),
        ("ner", "g.jsonl", "{\"text\": \"a\", \"entities\": []}\n", "no names in the training documents"),
    ] {
        let path = folder.path(name);
        fs::write(&path, lines).unwrap();
        let told = copydesk(&["train", task, "--data", &path, "--out", &model], 2);
        assert!(told.contains(expected), "{told}");
        fs::remove_file(&path).unwrap();
    }
    assert_eq!(folder.names(), [""; 0], "nothing is left");
    let told = copydesk(&["train", "ner", "--data", "x", "--out", &model, "--min-score", "2"], 2);
    assert!(told.contains("it must be 0 to 1"), "{told}");
}

#[test]
fn a_model_learns_from_what_another_pipeline_found() {
    let folder = Folder::new("learned");
    let texts = gold("quotes.jsonl");
    let analyzed = command(&["analyze", "-p", "fast", &texts]).output().unwrap();
    said(&analyzed, 0);
    for (task, stages, file, figure) in [
        ("ner", "", "entities.jsonl", "by_label.PERSON.f1=20"),
        ("quotes", "[[stage]]\nplugin = \"ner\"\n", "quotes.jsonl", "relation/all.f1=60"),
        (
            "stance",
            "[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"actors\"\n",
            "sentiment.jsonl",
            "accuracy=20",
        ),
    ] {
        let model = folder.path(&format!("{task}.cdm"));
        let mut child = command(&["train", task, "--data", "-", "--min-score", "0.3", "--out", &model])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&analyzed.stdout).unwrap();
        said(&child.wait_with_output().unwrap(), 0);
        let card = fs::read_to_string(folder.path(&format!("{task}.md"))).unwrap();
        assert!(card.contains("| `--data` | standard input | 14 | "), "{card}");

        let pipeline = folder.path(&format!("{task}.toml"));
        let stages = format!(
            "[[stage]]\nplugin = \"tokenizer\"\n{stages}[[stage]]\nplugin = \"{task}\"\nconfig = {{ model = \"{task}.cdm\" }}\n"
        );
        fs::write(&pipeline, stages).unwrap();
        copydesk(&["eval", &figure_task(task), &gold(file), "-p", &pipeline, "--min", figure], 0);
    }
    let mut child = command(&["train", "ner", "--data", "-", "--out", &folder.path("none.cdm")])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"text\": \"a\"}\n").unwrap();
    let told = said(&child.wait_with_output().unwrap(), 2);
    assert!(told.contains("standard input:1: missing field `entities`"), "{told}");
}

/// What `eval` calls the task of a model.
fn figure_task(task: &str) -> String {
    match task {
        "ner" => "entities",
        "stance" => "sentiment",
        other => other,
    }
    .to_owned()
}
