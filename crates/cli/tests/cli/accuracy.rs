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

/// The gold file does not tell places that are governed from others, nor events, works and laws from the rest.
const LABELS: &str = "PERSON,ORG,LOC=LOC+GPE,FAC,NORP,PRODUCT,DATE,MONEY,MISC=MISC+EVENT+WORK+LAW";

/// Figures of speakers that must not rise: names of others, and how far the scores are from probabilities.
const CEILINGS: [([&str; 2], f64); 2] = [(["all", "wrong_name"], 6.0), (["calibration", "ece"], 5.0)];

#[test]
fn accuracy_does_not_fall() {
    let fast: &[(&str, &str, &[&str])] = &[
        ("entities", "entities.jsonl", &["all.f1=84", "by_label.PERSON.f1=92"]),
        ("quotes", "quotes.jsonl", &["relation/all.f1=92", "relation/direct.f1=92", "speaker/all.r=92"]),
        ("sentiment", "sentiment.jsonl", &["f1_macro=85"]),
        ("segmentation", "segmentation.conllu", &["tokens.f1=99.5", "sentences.f1=87"]),
        ("quotes", "acts.jsonl", &["act/accuracy=85", "relation/all.f1=75"]),
        ("actors", "actors.jsonl", &["names/b3.f1=60", "pronouns/he_she.p=60", "gap/all.f1=60"]),
        (
            "speakers",
            "speakers.jsonl",
            &["all.right=82", "by_source.name.right=92", "role.r=85", "affiliation.r=69", "affiliation.p=90"],
        ),
        (
            "speakers",
            "profiles.jsonl",
            &["all.right=88", "role.p=95", "role.r=92", "affiliation.p=93", "affiliation.r=80"],
        ),
        (
            "speakers",
            "profiles-later.jsonl",
            &["all.right=86", "role.p=94", "role.r=87", "affiliation.p=84", "affiliation.r=72"],
        ),
        ("speakers", "articles.jsonl", &["all.right=83", "role.r=73", "affiliation.p=88", "affiliation.r=63"]),
        ("links", "links.jsonl", &["accuracy_in_base=80", "outside.recall=80", "all.p=85"]),
        ("identities", "identities.jsonl", &["join.right=95", "apart.right=95"]),
        ("identities", "identities-held.jsonl", &["join.right=95", "apart.right=90"]),
    ];
    let news: &[(&str, &str, &[&str])] = &[
        ("entities", "entities.jsonl", &["all.f1=88", "by_label.PERSON.f1=92"]),
        ("quotes", "quotes.jsonl", &["relation/all.f1=94", "relation/direct.f1=94", "speaker/all.r=98"]),
        ("sentiment", "sentiment.jsonl", &["f1_macro=95"]),
        ("segmentation", "segmentation.conllu", &["tokens.f1=99.5", "sentences.f1=87"]),
        ("quotes", "acts.jsonl", &["act/accuracy=90", "relation/all.f1=85"]),
        ("actors", "actors.jsonl", &["names/b3.f1=82", "pronouns/he_she.p=80", "gap/all.f1=85"]),
        (
            "speakers",
            "speakers.jsonl",
            &["all.right=87", "by_source.name.right=94", "role.r=86", "affiliation.r=80", "affiliation.p=90"],
        ),
        (
            "speakers",
            "profiles.jsonl",
            &["all.right=90", "role.p=96", "role.r=94", "affiliation.p=90", "affiliation.r=82"],
        ),
        (
            "speakers",
            "profiles-later.jsonl",
            &["all.right=91", "role.p=93", "role.r=87", "affiliation.p=82", "affiliation.r=82"],
        ),
        ("speakers", "articles.jsonl", &["all.right=87", "role.r=77", "affiliation.p=92", "affiliation.r=72"]),
        ("links", "links.jsonl", &["accuracy_in_base=80", "outside.recall=80", "all.p=85"]),
        ("identities", "identities.jsonl", &["join.right=95", "apart.right=95"]),
        ("identities", "identities-held.jsonl", &["join.right=95", "apart.right=90"]),
    ];
    for (pipeline, cases) in [("fast", fast), ("news", news)] {
        for (task, file, floors) in cases {
            let gold = gold(file);
            let mut arguments = vec!["eval", task, &gold, "--json", "-p", pipeline];
            match *task {
                "entities" => arguments.extend(["--labels", LABELS]),
                "identities" => arguments.push("--given"),
                _ => {}
            }
            for floor in *floors {
                arguments.extend(["--min", floor]);
            }
            let output = copydesk(&arguments, 0);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((&report["task"], &report["failed"]), (&(*task).into(), &0.into()), "{report}");
            assert_eq!(report["pipeline"], pipeline, "{report}");
            for (figure, most) in CEILINGS.iter().filter(|_| *task == "speakers") {
                let found = report["scores"][figure[0]][figure[1]].as_f64();
                assert!(found.is_some_and(|found| found <= *most), "{figure:?} is above {most}: {report}");
            }
        }
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
    let found = scores(&[]);
    assert!(found["calibration"]["ece"].is_number(), "{found}");
    assert_eq!(scores(&["--predictions", &results]), found);

    let texts = gold("speakers.jsonl");
    copydesk(&["analyze", &texts, "-o", &results], 0);
    let scores = |arguments: &[&str]| -> Value {
        let all = [&["eval", "speakers", &texts, "--json", "--errors", "2"], arguments].concat();
        serde_json::from_slice(&copydesk(&all, 0).stdout).unwrap()
    };
    let (found, again) = (scores(&[]), scores(&["--predictions", &results]));
    assert!(found["worst"][0]["differences"].as_array().is_some_and(|list| !list.is_empty()), "{found}");
    assert_eq!((&found["scores"], &found["worst"]), (&again["scores"], &again["worst"]));

    // The scores of names, too, are those that the results have, to the last decimal.
    let bare = folder.path("bare.jsonl");
    let lines: Vec<String> = fs::read_to_string(gold("entities.jsonl")).unwrap().lines().map(without_names).collect();
    fs::write(&bare, lines.join("\n")).unwrap();
    copydesk(&["analyze", &bare, "-o", &results], 0);
    let names = gold("entities.jsonl");
    let scores = |arguments: &[&str]| -> Value {
        let all = [&["eval", "entities", &names, "--labels", LABELS, "--json"], arguments].concat();
        let report: Value = serde_json::from_slice(&copydesk(&all, 0).stdout).unwrap();
        report["scores"].clone()
    };
    let found = scores(&[]);
    assert!(found["calibration"]["ece"].is_number(), "{found}");
    assert_eq!(scores(&["--predictions", &results]), found);
}

/// A line of a gold file with its id and text alone.
fn without_names(line: &str) -> String {
    let line: Value = serde_json::from_str(line).unwrap();
    serde_json::json!({"id": line["id"], "text": line["text"]}).to_string()
}

/// Each task with a line of gold, one of predictions with scores, the figures of calibration, and the bins that
/// are not empty.
const CALIBRATED: [([&str; 3], [f64; 3], [usize; 2]); 3] = [
    (
        [
            "entities",
            r#"{"id": "a", "text": "Ana met Eva in Rio.", "entities": [{"start": 0, "end": 3, "label": "Person"}, {"start": 8, "end": 11, "label": "Person"}]}"#,
            // The name that is found twice counts once, with the higher score; of the place, nobody asked.
            r#"{"id": "a", "entities": [{"start": 0, "end": 3, "label": "PERSON", "score": 0.9}, {"start": 0, "end": 3, "label": "NAME", "score": 0.4},
            {"start": 8, "end": 12, "label": "PERSON", "score": 0.5}, {"start": 15, "end": 18, "label": "LOC", "score": 0.2}]}"#,
        ],
        [30.0, 70.0, 50.0],
        [4, 8],
    ),
    (
        [
            "quotes",
            r#"{"id": "a", "text": "“No,” said Ana. “Yes,” said Eva.", "attributions": [{"content": [[0, 5]], "cue": [[6, 10]], "source": [[11, 14]]}, {"content": [[16, 22]], "cue": [[23, 27]], "source": [[28, 31]]}]}"#,
            // Right; another source; without content, which does not count; without a score, which does not either.
            r#"{"id": "a", "attributions": [{"content": [[0, 5]], "source": [[11, 14]], "score": 0.8}, {"content": [[16, 22]], "source": [[11, 14]], "score": 0.6},
            {"cue": [[6, 10]], "source": [[11, 14]], "score": 0.1}, {"content": [[23, 27]]}]}"#,
        ],
        [40.0, 70.0, 50.0],
        [5, 7],
    ),
    (
        [
            "sentiment",
            r#"{"id": "a", "sentence": "Ana beat Eva, not Bo or Al.", "targets": [{"start": 0, "end": 3, "polarity": 1}, {"start": 9, "end": 12, "polarity": -1}, {"start": 18, "end": 20, "polarity": 0}]}"#,
            // About Bo nothing was found: that counts as neutral, but nobody was sure of it.
            r#"{"id": "a", "stances": [{"mention": [0, 3], "polarity": 0.9, "score": 0.95}, {"mention": [9, 12], "polarity": 0.1, "score": 0.55}]}"#,
        ],
        [30.0, 75.0, 50.0],
        [5, 9],
    ),
];

#[test]
fn scores_are_held_against_what_is_right() {
    let folder = Folder::new("calibration");
    let (gold, predicted) = (folder.path("gold.jsonl"), folder.path("predicted.jsonl"));
    for ([task, gold_line, line], [ece, mean, right], filled) in CALIBRATED {
        fs::write(&gold, gold_line).unwrap();
        let line = line.replace('\n', "");
        let eval = |line: &str, more: &[&str], status| {
            fs::write(&predicted, line).unwrap();
            let labels = if task == "entities" { &["--labels", "Person=PERSON+NAME"][..] } else { &[] };
            copydesk(&[&["eval", task, &gold, "--predictions", &predicted], labels, more].concat(), status)
        };
        let report: Value = serde_json::from_slice(&eval(&line, &["--json"], 0).stdout).unwrap();
        let found = &report["scores"]["calibration"];
        let figures = ["ece", "mean_score", "right"].map(|name| found[name].as_f64());
        assert_eq!(figures, [ece, mean, right].map(Some), "{task}: {found}");
        let bins = (0..10).filter(|bin| found["bins"][*bin]["count"] == 1);
        assert_eq!(bins.collect::<Vec<usize>>(), filled, "{task}: {found}");
        let table = text(&eval(&line, &[], 0).stdout);
        let rows = ["\n\nexpected calibration error ", "\nmean score ", "\nshare right "];
        assert!(rows.iter().all(|row| table.contains(row)), "{table}");

        let missed = text(&eval(&line, &["--min", "calibration.ece=99"], 1).stderr);
        assert!(missed.contains(&format!("calibration.ece is {ece}, below 99")), "{missed}");
        // Without scores there is nothing to say.
        let bare = line.replace("\"score\"", "\"other\"");
        let report: Value = serde_json::from_slice(&eval(&bare, &["--json"], 0).stdout).unwrap();
        assert!(report["scores"].get("calibration").is_none(), "{report}");
        assert!(!text(&eval(&bare, &[], 0).stdout).contains("calibration"));
    }
}

#[test]
fn entities_by_what_their_documents_say_of_themselves() {
    let folder = Folder::new("by");
    let (gold_file, predicted) = (folder.path("gold.jsonl"), folder.path("predicted.jsonl"));
    let (mut lines, mut found) = (String::new(), String::new());
    // Each document with how many of its two names are found.
    for (id, meta, names) in [
        ("a", r#"{"region": "Africa", "year": 2019}"#, 2),
        ("b", r#"{"region": "Africa", "year": 2020}"#, 1),
        ("c", r#"{"region": "South America", "year": 2020}"#, 2),
        ("d", r#"{"year": 2020}"#, 0),
        ("e", "null", 2),
    ] {
        let entity = |start: u32| format!(r#"{{"start": {start}, "end": {}, "label": "PERSON"}}"#, start + 3);
        let list = |count: usize| [0, 8].into_iter().take(count).map(entity).collect::<Vec<_>>().join(", ");
        let text = "Ana met Eva.";
        lines += &format!(r#"{{"id": "{id}", "text": "{text}", "meta": {meta}, "entities": [{}]}}"#, list(2));
        found += &format!(r#"{{"id": "{id}", "entities": [{}]}}"#, list(names));
        lines.push('\n');
        found.push('\n');
    }
    fs::write(&gold_file, lines).unwrap();
    fs::write(&predicted, found).unwrap();
    let eval = |more: &[&str], status| {
        copydesk(&[&["eval", "entities", &gold_file, "--predictions", &predicted], more].concat(), status)
    };
    let table = text(&eval(&["--by", "region"], 0).stdout);
    let expected = "\
5 documents

                    P       R      F1  gold  found
all            100.00   70.00   82.35    10      7
PERSON         100.00   70.00   82.35    10      7

region              P       R      F1  gold  found
(none)         100.00   50.00   66.67     4      2
Africa         100.00   75.00   85.71     4      3
South America  100.00  100.00  100.00     2      2
";
    assert_eq!(table, expected);
    let report: Value = serde_json::from_slice(&eval(&["--by", "year", "--json"], 0).stdout).unwrap();
    let years = &report["scores"]["by"]["year"];
    assert_eq!(years["2020"], serde_json::json!({"p": 100.0, "r": 50.0, "f1": 66.67, "gold": 6, "predicted": 3}));
    assert_eq!(years.as_object().map(|groups| groups.keys().collect::<Vec<_>>()).unwrap(), ["(none)", "2019", "2020"]);
    let report: Value = serde_json::from_slice(&eval(&["--json"], 0).stdout).unwrap();
    assert!(report["scores"].get("by").is_none(), "{report}");

    let missed = text(&eval(&["--by", "region", "--min", "by.region.South America.f1=100.5"], 1).stderr);
    assert!(missed.contains("by.region.South America.f1 is 100, below 100.5"), "{missed}");
    let refused = copydesk(&["eval", "quotes", &gold("quotes.jsonl"), "--by", "region"], 2);
    assert!(text(&refused.stderr).contains("--by is for entities"), "{}", text(&refused.stderr));
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
