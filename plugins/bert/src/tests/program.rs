//! The library, loaded into the ordinary program as a user runs it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{expected, weights};

/// A folder with checkpoints, which vanishes with the test, and the program.
struct Desk {
    folder: tempfile::TempDir,
    program: PathBuf,
    plugins: PathBuf,
}

/// The result of a run.
struct Run {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn lines(&self) -> Vec<Value> {
        assert_eq!(self.status, Some(0), "{}", self.err);
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    fn new() -> Self {
        let program = copydesk_tests::copydesk();
        let plugins = copydesk_tests::library("copydesk-plugin-bert").parent().unwrap().to_owned();
        Desk { folder: tempfile::tempdir().unwrap(), program, plugins }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("COPYDESK_PLUGIN_PATH", &self.plugins)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            // The program may end before it has read all.
            scope.spawn(move || drop(stdin.write_all(input.as_bytes())));
            let output = child.wait_with_output().unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
        })
    }

    /// A small encoder with a head for names, as `copydesk model export` writes it.
    fn exported(&self) -> &'static str {
        copydesk_tests::tiny::checkpoint(&self.path("trained"), 64);
        for arguments in [
            &["model", "import", "trained", "-o", "models"][..],
            &["model", "export", "--from", "models", "--format", "safetensors", "-o", "exported"],
        ] {
            let run = self.run(arguments, "");
            assert_eq!(run.status, Some(0), "{}", run.err);
        }
        "exported"
    }

    /// A small model of sentiment.
    fn sentiment(&self) -> &'static str {
        let (case, folder) = (expected("bert-sequence"), self.path("sentiment"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("config.json"), case["config"].to_string()).unwrap();
        fs::write(folder.join("model.safetensors"), weights(&case["shapes"], str::to_owned)).unwrap();
        let letters = ('a'..='z').flat_map(|letter| [letter.to_string(), format!("##{letter}")]);
        let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", ",", "'", "\""].map(str::to_owned);
        let vocabulary: Vec<String> = special.into_iter().chain(letters).collect();
        assert_eq!(vocabulary.len(), 60);
        fs::write(folder.join("vocab.txt"), vocabulary.join("\n")).unwrap();
        "sentiment"
    }

    /// A pipeline of the tokenizer and these stages.
    fn pipeline(&self, stages: &[(&str, Value)]) -> &'static str {
        let mut toml = "[[stage]]\nplugin = \"tokenizer\"\n".to_owned();
        for (plugin, config) in stages {
            writeln!(toml, "[[stage]]\nplugin = {plugin:?}\n[stage.config]").unwrap();
            for (key, value) in config.as_object().unwrap() {
                let value = value.to_string();
                // An object is an inline table with other signs.
                let value = if value.starts_with('{') { value.replace(':', " = ") } else { value };
                writeln!(toml, "{key} = {value}").unwrap();
            }
        }
        fs::write(self.path("pipeline.toml"), toml).unwrap();
        "pipeline.toml"
    }
}

fn lines(texts: &[String]) -> String {
    texts.iter().fold(String::new(), |lines, text| lines + &json!({ "text": text }).to_string() + "\n")
}

/// Texts of one to 20,000 words, and odd ones.
fn texts() -> Vec<String> {
    let words = |count: usize| -> String {
        let each = (0..count).map(|n| match n % 17 {
            16 => "said.".to_owned(),
            5 => format!("Minister{n}"),
            11 => "“Ana’s".to_owned(),
            n => "the minister said Ruiz of voted on 3".split(' ').nth(n % 8).unwrap().to_owned(),
        });
        each.collect::<Vec<_>>().join(" ")
    };
    let mut texts: Vec<String> = [1, 2, 15, 300, 700, 20_000].map(words).to_vec();
    texts.extend(
        [
            "",
            " ",
            "\n\n",
            "🗳️",
            "🗳️🗳️🗳️ 🗳️",
            "\0",
            "\r\n.\r\n",
            "שלום עולם",
            "[SEP] [CLS]",
            "e\u{301}\u{301}\u{301}",
            "\u{FFFD}",
        ]
        .map(str::to_owned),
    );
    texts.push("a".repeat(50_000));
    texts.push("\"".repeat(5_000));
    texts
}

/// Entities as spans and labels.
fn names(line: &Value) -> Vec<(u64, u64, &str)> {
    let rows = line["entities"].as_array().unwrap().iter();
    rows.map(|row| (row["start"].as_u64().unwrap(), row["end"].as_u64().unwrap(), row["label"].as_str().unwrap()))
        .collect()
}

#[test]
fn texts_of_every_size_give_a_line_each() {
    let desk = Desk::new();
    let model = desk.exported();
    // The same weights as an ordinary BERT, which reads the text as it stands.
    let plain = desk.path("plain");
    fs::create_dir(&plain).unwrap();
    for file in ["model.safetensors", "vocab.txt", "tokenizer_config.json"] {
        fs::copy(desk.path(model).join(file), plain.join(file)).unwrap();
    }
    let config: Value =
        serde_json::from_str(&fs::read_to_string(desk.path(model).join("config.json")).unwrap()).unwrap();
    let mut config = config;
    config.as_object_mut().unwrap().remove("copydesk");
    fs::write(plain.join("config.json"), config.to_string()).unwrap();

    let input = lines(&texts());
    for model in [model, "plain"] {
        for decoding in ["simple", "constrained"] {
            let config =
                json!({"model": model, "decoding": decoding, "batch_size": 4, "max_length": 100, "overlap": 20});
            let pipeline = desk.pipeline(&[("bert_ner", config)]);
            let analyze =
                |arguments: &[&str]| desk.run(&[&["analyze", "-p", pipeline], arguments, &["-"]].concat(), &input);
            let one = analyze(&["--threads", "1"]);
            let found = one.lines();
            assert_eq!(found.len(), texts().len());
            assert!(found.iter().all(|line| line["error"].is_null()), "{model} {decoding}");
            // Text far behind the first window is read, and named.
            let long = names(&found[5]);
            let length = found[5]["text"].as_str().unwrap().chars().count() as u64;
            assert!(long.iter().any(|(start, ..)| *start > length * 9 / 10), "{model} {decoding}: {}", long.len());
            assert_eq!(analyze(&["--threads", "4"]).out, one.out, "{model} {decoding}");
            let alone = analyze(&["--batch", "1"]).lines();
            for (together, alone) in found.iter().zip(&alone) {
                assert_eq!(names(together), names(alone), "{model} {decoding}");
            }
        }
    }
}

#[test]
fn sentences_and_stances_are_judged() {
    let desk = Desk::new();
    let model = desk.sentiment();
    let article = include_str!("../../../../examples/article.txt").to_owned();
    let input = lines(&[article, String::new(), "Ana Ruiz is a liar. ".repeat(400)]);
    let judged = desk.pipeline(&[("bert_sentiment", json!({"model": model, "max_length": 40}))]);
    for line in desk.run(&["analyze", "-p", judged, "-"], &input).lines() {
        let (sentences, rows) = (line["sentences"].as_array().unwrap(), line["layers"]["sentiments"].as_array());
        let rows = rows.map(Vec::as_slice).unwrap_or_default();
        assert_eq!(rows.len(), sentences.len());
        for (row, sentence) in rows.iter().zip(sentences) {
            assert_eq!(json!([row["start"], row["end"]]), *sentence);
            let (polarity, score) = (row["polarity"].as_f64().unwrap(), row["score"].as_f64().unwrap());
            assert!((-1.0..=1.0).contains(&polarity) && (0.333..=1.0).contains(&score), "{row}");
            assert!(["negative", "neutral", "positive"].contains(&row["label"].as_str().unwrap()));
        }
    }

    // Holders, targets and evidence are those of the built-in plugin.
    let before = [("ner", json!({})), ("quotes", json!({})), ("actors", json!({}))];
    let stances = |stage: (&'static str, Value)| {
        let pipeline = desk.pipeline(&[&before[..], &[stage]].concat());
        let run = desk.run(&["analyze", "-p", pipeline, "-"], &input);
        let who = |row: &Value| ["holder", "target", "mention", "evidence"].map(|key| row[key].clone());
        run.lines()
            .iter()
            .map(|line| line["stances"].as_array().unwrap().iter().map(who).collect())
            .collect::<Vec<Vec<_>>>()
    };
    let built_in = stances(("stance", json!({})));
    assert!(built_in[0].len() > 20 && built_in[2].len() > 100);
    for input in ["pair", "sentence"] {
        assert_eq!(stances(("bert_stance", json!({"model": model, "input": input, "max_length": 40}))), built_in);
    }
}

#[test]
fn what_is_wrong_is_said_before_the_first_document() {
    let desk = Desk::new();
    let (names, sentiment) = (desk.exported(), desk.sentiment());
    fs::create_dir(desk.path("bare")).unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(desk.path(names).join(file), desk.path("bare").join(file)).unwrap();
    }
    let bare: &Path = &desk.path("bare");
    for (plugin, config, wanted) in [
        ("bert_ner", json!({"model": "nowhere"}), "nowhere: is no folder; needed is one with config.json in it"),
        ("bert_ner", json!({"model": sentiment}), "a BertForSequenceClassification, needed is one whose name ends in"),
        ("bert_stance", json!({"model": names}), "a BertForTokenClassification, needed is one whose name ends in"),
        ("bert_ner", json!({"model": names, "device": "cuda:0"}), "device \"cuda:0\": "),
        ("bert_ner", json!({"model": names, "device": "tpu"}), "device \"tpu\" is unknown"),
        (
            "bert_ner",
            json!({"model": names, "labels": {"DISEASE": "MISC"}}),
            "the model has no label \"DISEASE\"; it has Location",
        ),
        ("bert_ner", json!({"model": bare}), "has no tokenizer.json (and no vocab.txt)"),
        ("bert_ner", json!({"model": names, "batch_size": 0}), "batch_size"),
        ("bert_ner", json!({}), "model"),
        (
            "bert_sentiment",
            json!({"model": sentiment, "labels": {"neutral": 3}}),
            "\"neutral\" is worth 3, possible is -1 to 1",
        ),
    ] {
        // Without its layers `bert_stance` would be refused for them.
        let before = [("ner", json!({})), ("quotes", json!({})), ("actors", json!({}))];
        let stages =
            if plugin == "bert_stance" { [&before[..], &[(plugin, config)]].concat() } else { vec![(plugin, config)] };
        let run = desk.run(&["analyze", "-p", desk.pipeline(&stages), "-"], "{\"text\": \"Ana Ruiz spoke.\"}\n");
        assert!(matches!(run.status, Some(2 | 3)), "{wanted}: {:?}", run.status);
        assert!(run.err.contains(wanted) && run.out.is_empty(), "{}\nwanted: {wanted}", run.err);
    }
}
