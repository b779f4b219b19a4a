//! The stages that read vectors, from a trainer's checkpoint to results, with small random weights.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

const WIDTH: usize = 64;
const STAGES: [&str; 6] = ["tokenizer", "encoder", "ner", "quotes", "actors", "stance"];

/// A folder with models imported from checkpoints of two widths: `tiny-*.cdm` and `wide-*.cdm`.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, width) in [("tiny", WIDTH), ("wide", 2 * WIDTH)] {
        copydesk_tests::tiny::checkpoint(&folder.path().join(name), width);
        let output =
            copydesk(&["model", "import", &path(folder.path(), name), "-o", &path(folder.path(), "."), "--name", name]);
        assert!(output.status.success(), "{}", error(&output));
    }
    folder
});

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn copydesk(arguments: &[&str]) -> Output {
    Command::new(&*COPYDESK).args(arguments).output().expect("the binary runs")
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Writes a pipeline of these stages; `plugin` says how each is named, `model` what its models' names begin with.
fn pipeline(
    name: &str,
    stages: &[&str],
    plugin: impl Fn(&str) -> String,
    model: impl Fn(&str) -> &'static str,
) -> String {
    let mut toml = String::from("name = \"news\"\n");
    for stage in stages {
        let _ = writeln!(toml, "[[stage]]\nplugin = {}", plugin(stage));
        if !["tokenizer", "actors"].contains(stage) {
            let _ = writeln!(toml, "config.model = \"{}-{stage}.cdm\"", model(stage));
        }
    }
    let file = FOLDER.path().join(name);
    fs::write(&file, toml).expect("a temporary file");
    file.display().to_string()
}

fn quoted(stage: &str) -> String {
    format!("{stage:?}")
}

fn input(name: &str, texts: &[String]) -> String {
    let mut lines = String::new();
    for text in texts {
        let _ = writeln!(lines, "{}", serde_json::json!({"text": text}));
    }
    let file = FOLDER.path().join(name);
    fs::write(&file, lines).expect("a temporary file");
    file.display().to_string()
}

fn analyze(pipeline: &str, input: &str, threads: &str) -> Vec<u8> {
    let output = copydesk(&["analyze", "--format", "json", "--pipeline", pipeline, "--threads", threads, input]);
    assert!(output.status.success(), "{}", error(&output));
    output.stdout
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn article() -> String {
    fs::read_to_string(copydesk_tests::root().join("examples/article.txt")).expect("the example")
}

#[test]
fn built_in_and_loaded_plugins_and_any_threads_give_the_same_bytes() {
    let article = article();
    let mut texts = vec![
        article.clone(),
        article.repeat(20),
        article.to_uppercase(),
        article.replace(['“', '”'], "'"),
        String::new(),
        " \n\t\u{a0}\u{feff}".into(),
        "👩‍👩‍👧 «الوزير» قال: “שלום”, said Zoë \u{0} Müller…".into(),
    ];
    texts.extend((1..10).map(|part| article.chars().take(article.chars().count() * part / 10).collect()));
    let input = input("parity.jsonl", &texts);
    let built_in = pipeline("built_in.toml", &STAGES, quoted, |_| "tiny");
    let expected = analyze(&built_in, &input, "1");
    let found = lines(&expected);
    for layer in ["entities", "quotes", "stances", "actors"] {
        assert!(
            found.iter().any(|line| line[layer].as_array().is_some_and(|rows| rows.len() > 5)),
            "there are {layer}"
        );
    }
    for threads in ["2", "5"] {
        assert!(analyze(&built_in, &input, threads) == expected, "{threads} threads");
    }
    let library = |stage: &str| {
        let file = copydesk_tests::library(&format!("copydesk-plugin-{stage}"));
        format!("{{ path = {:?} }}", file.display().to_string())
    };
    let encoder = pipeline(
        "encoder.toml",
        &STAGES,
        |stage| if stage == "encoder" { library(stage) } else { quoted(stage) },
        |_| "tiny",
    );
    assert!(analyze(&encoder, &input, "2") == expected, "the encoder loaded from its library");
    let all = pipeline("all.toml", &STAGES, library, |_| "tiny");
    assert!(analyze(&all, &input, "1") == expected, "all loaded");
}

#[test]
fn every_piece_has_a_vector() {
    let tokenizer_and_encoder = pipeline("vectors.toml", &STAGES[..2], quoted, |_| "tiny");
    let input = input("vectors.jsonl", &[article().repeat(5), "It is.".into(), String::new(), "\u{0}".into()]);
    let output = copydesk(&[
        "analyze",
        "--format",
        "json",
        "--pipeline",
        &tokenizer_and_encoder,
        "--offsets",
        "byte",
        "--layers",
        "vectors,tokens",
        &input,
    ]);
    assert!(output.status.success(), "{}", error(&output));
    let plain = lines(&analyze(&tokenizer_and_encoder, &input, "1"));
    assert!(plain.iter().all(|line| line.get("layers").is_none()), "vectors are written where they are asked for");
    for line in lines(&output.stdout) {
        let rows = line["layers"]["vectors"].as_array().expect("vectors");
        let words: usize = line["tokens"].as_array().expect("tokens").len();
        // Tokens of several words stand as one in `tokens`.
        let seen: std::collections::BTreeSet<u64> =
            rows.iter().map(|row| row["token"].as_u64().expect("a token")).collect();
        assert!(seen.len() >= words && seen.iter().copied().eq(0..seen.len() as u64));
        assert!(rows.is_sorted_by_key(|row| row["token"].as_u64()));
        for row in rows {
            let vector = row["vector"].as_array().expect("a vector");
            assert!(vector.len() == WIDTH && vector.iter().all(|number| number.as_f64().is_some_and(f64::is_finite)));
            assert!(row["start"].as_u64() < row["end"].as_u64());
        }
    }
}

/// A stage of the shipped encoder, with these options.
fn shipped_encoder(name: &str, options: &str) -> String {
    let file = FOLDER.path().join(name);
    let toml =
        format!("[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"encoder\"\nconfig = {{ {options} }}\n");
    fs::write(&file, toml).expect("a temporary file");
    file.display().to_string()
}

#[test]
fn vectors_of_an_inner_layer_are_given_beside_the_last_ones() {
    let input = input("inner.jsonl", &[article().repeat(3), String::new()]);
    let layers = |name: &str, options: &str| {
        let pipeline = shipped_encoder(name, options);
        let arguments = ["analyze", "--format", "json", "-p", &pipeline, "--layers", "vectors,inner_vectors", &input];
        let output = copydesk(&arguments);
        assert!(output.status.success(), "{}", error(&output));
        lines(&output.stdout)
    };
    let plain = layers("plain.toml", "");
    let inner = layers("inner.toml", "inner_layer = 4");
    assert_eq!((plain.len(), inner.len()), (2, 2));
    for (plain, inner) in plain.iter().zip(&inner) {
        assert!(plain["layers"].get("inner_vectors").is_none(), "it is made only if it is asked for");
        let last = plain["layers"]["vectors"].as_array().expect("vectors");
        assert_eq!(inner["layers"]["vectors"].as_array(), Some(last), "the last layer is what it was");
        let inner = inner["layers"]["inner_vectors"].as_array().expect("vectors");
        assert_eq!(inner.len(), last.len());
        for (inner, last) in inner.iter().zip(last) {
            assert!(["start", "end", "token"].iter().all(|key| inner[key] == last[key]), "{inner}");
            assert_eq!(inner["layer"], 4);
            let length = |row: &Value| row["vector"].as_array().map(Vec::len);
            assert!(length(inner) == Some(384) && length(last) == Some(384) && inner["vector"] != last["vector"]);
        }
    }
    let pipeline = shipped_encoder("beyond.toml", "inner_layer = 6");
    let refused = copydesk(&["analyze", "-p", &pipeline, &input]);
    assert!(!refused.status.success());
    assert!(
        error(&refused).contains("inner_layer is 6; the model has 6 layers, so write 1 to 5"),
        "{}",
        error(&refused)
    );
}

#[test]
fn a_long_document_is_read_to_its_end() {
    let sentence = "The minister said that the harbour was closed. ";
    let stages = pipeline("long.toml", &STAGES, quoted, |_| "tiny");
    let input = input("long.jsonl", &[sentence.repeat(2000)]);
    let [line] = lines(&analyze(&stages, &input, "1")).try_into().expect("a line");
    let sentences = line["sentences"].as_array().expect("sentences").len();
    assert_eq!(sentences, 2000);
    let last = line["tokens"].as_array().and_then(|tokens| tokens.last()?.get(1)?.as_u64());
    assert_eq!(last, Some(sentence.len() as u64 * 2000 - 1), "the text is read to its end");
}

#[test]
fn hostile_texts_are_read_to_their_end() {
    let fill = |part: &str| part.repeat((1 << 16) / part.len());
    let texts = vec![
        "X".repeat(1 << 20),
        article().repeat((1 << 20) / article().len()),
        fill("said "),
        fill("“said” "),
        fill("'"),
        fill("Ana Ruiz said. "),
        fill("\u{301}"),
        fill("a-"),
        fill("中"),
        fill("😀\u{200d}"),
        fill("“"),
        fill("\n\n“He said"),
        fill("\0"),
        fill(". "),
    ];
    let stages = pipeline("hostile.toml", &STAGES, quoted, |_| "tiny");
    let found = lines(&analyze(&stages, &input("hostile.jsonl", &texts), "2"));
    assert_eq!(found.len(), texts.len());
    assert!(found.iter().all(|line| line.get("error").is_none()));
}

#[test]
fn a_pipeline_without_the_encoder_is_refused_before_the_first_document() {
    for (stages, line, layer_help) in [
        (&["tokenizer", "ner"][..], 5, "plugin \"encoder\" writes it; add a stage with it before this one"),
        (&["tokenizer", "ner", "encoder"], 5, "stage \"encoder\" (line 8) writes it; move it before this one"),
        (&["tokenizer", "quotes"], 5, "plugin \"encoder\" writes it; add a stage with it before this one"),
    ] {
        let file = pipeline("without.toml", stages, quoted, |_| "tiny");
        for command in [&["pipeline", "check", &file][..], &["analyze", "-p", &file, "no-such-file.txt"]] {
            let output = copydesk(command);
            let said = error(&output);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains("reads layer \"vectors\", which no stage before it writes"), "{said}");
            assert!(said.contains(layer_help) && said.contains(&format!("without.toml:{line}:")), "{said}");
        }
    }
    // The linear models do without.
    let fast = FOLDER.path().join("fast.toml");
    fs::write(&fast, "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n").expect("a file");
    assert!(copydesk(&["pipeline", "check", &fast.display().to_string()]).status.success());
}

#[test]
fn models_that_do_not_belong_together_are_named() {
    let input = input("one.jsonl", &["Ana Ruiz spoke.".into()]);
    for stage in ["ner", "quotes", "stance"] {
        let file = pipeline("mixed.toml", &STAGES, quoted, |other| if other == stage { "wide" } else { "tiny" });
        let output = copydesk(&["analyze", "--format", "json", "-p", &file, &input]);
        assert_eq!(output.status.code(), Some(1), "{}", error(&output));
        let [line] = lines(&output.stdout).try_into().expect("a line");
        assert_eq!(line["error"]["stage"], stage);
        let message = line["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("vectors of 64 numbers") && message.contains("reads 128"), "{message}");
    }
    for (stage, model, wanted) in [
        ("encoder", "tiny-ner.cdm", "is of kind \"ner-head\", needed is one of kind \"encoder\""),
        ("ner", "tiny-encoder.cdm", "needed is one of kind \"ner\""),
        ("encoder", "no.cdm", "cannot read the model"),
        ("encoder", "builtin:no", "no built-in model \"no\""),
    ] {
        let text =
            format!("[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = {stage:?}\nconfig.model = {model:?}\n");
        let file = FOLDER.path().join("wrong.toml");
        fs::write(&file, text).expect("a file");
        let output = copydesk(&["pipeline", "check", &file.display().to_string()]);
        assert_eq!(output.status.code(), Some(3), "{}", error(&output));
        assert!(error(&output).contains(wanted), "{}", error(&output));
    }
}

#[test]
fn a_linear_model_can_be_blended_in() {
    let input = input("blend.jsonl", &[article()]);
    let file = |name: &str, option: &str| {
        let text = format!(
            "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"encoder\"\nconfig.model = \"tiny-encoder.cdm\"\n[[stage]]\nplugin = \"ner\"\nconfig = {{ {option} }}\n"
        );
        let file = FOLDER.path().join(name);
        fs::write(&file, text).expect("a file");
        file.display().to_string()
    };
    let names = |file: &str| -> Vec<String> {
        let [line] = lines(&analyze(file, &input, "1")).try_into().expect("a line");
        let rows = line["entities"].as_array().expect("entities").clone();
        rows.iter().map(|row| format!("{} {}", row["text"], row["label"])).collect()
    };
    let shared = |one: &[String], other: &[String]| one.iter().filter(|name| other.contains(name)).count();
    let linear = names(&file("linear.toml", "min_score = 0"));
    let head = names(&file("head.toml", "model = \"tiny-ner.cdm\""));
    let blended = names(&file("blend.toml", "model = \"tiny-ner.cdm\", blend = \"builtin:news-fast\""));
    // The head is random, so the other's opinion decides more.
    assert!(shared(&blended, &linear) > shared(&head, &linear), "{blended:?}");
    let refused = copydesk(&["pipeline", "check", &file("no.toml", "blend = \"builtin:news-fast\"")]);
    assert!(error(&refused).contains("blend: the model builtin:news-fast reads no vectors"), "{}", error(&refused));
}

#[test]
fn a_linear_model_can_be_blended_into_stances() {
    let input = input("blend-stance.jsonl", &[article()]);
    let file = |name: &str, option: &str| {
        let mut text = String::from("[[stage]]\nplugin = \"tokenizer\"\n");
        text.push_str("[[stage]]\nplugin = \"encoder\"\nconfig.model = \"tiny-encoder.cdm\"\n");
        for stage in ["ner", "quotes", "actors"] {
            let _ = writeln!(text, "[[stage]]\nplugin = {stage:?}");
        }
        let _ = writeln!(text, "[[stage]]\nplugin = \"stance\"\nconfig = {{ {option} }}");
        let file = FOLDER.path().join(name);
        fs::write(&file, text).expect("a file");
        file.display().to_string()
    };
    let polarities = |file: &str| -> Vec<f64> {
        let [line] = lines(&analyze(file, &input, "1")).try_into().expect("a line");
        let rows = line["stances"].as_array().expect("stances").clone();
        rows.iter().map(|row| row["polarity"].as_f64().expect("a number")).collect()
    };
    let apart = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f64>();
    let linear = polarities(&file("linear-stance.toml", "min_score = 0"));
    let head = polarities(&file("head-stance.toml", "model = \"tiny-stance.cdm\""));
    let blended = polarities(&file("blend-stance.toml", "model = \"tiny-stance.cdm\", blend = \"builtin:news-fast\""));
    assert!(linear.len() > 5 && linear.len() == head.len() && linear.len() == blended.len());
    // The head is random, so the other's opinion decides more.
    assert!(apart(&blended, &linear) < apart(&head, &linear), "{blended:?}");
    let refused = copydesk(&["pipeline", "check", &file("no-stance.toml", "blend = \"builtin:news-fast\"")]);
    assert!(error(&refused).contains("blend: the model builtin:news-fast reads no vectors"), "{}", error(&refused));
}

#[test]
fn checkpoints_that_cannot_be_used_are_refused() {
    type Damage = fn(&Path);
    let cases: &[(Damage, &str)] = &[
        (|folder| fs::remove_file(folder.join("vocab.txt")).expect("a file"), "vocab.txt: No such file"),
        (|folder| fs::write(folder.join("vocab.txt"), [0xff]).expect("a file"), "vocab.txt: is not UTF-8"),
        (|folder| fs::write(folder.join("config.json"), "{").expect("a file"), "config.json"),
        (|folder| fs::write(folder.join("model.safetensors"), "x").expect("a file"), "safetensors cannot be read"),
        (
            |folder| {
                let file = folder.join("config.json");
                let text = fs::read_to_string(&file).expect("a file").replace("candidate", "candidates");
                fs::write(&file, text).expect("a file");
            },
            "no head knows \"copydesk.thresholds.candidates\"",
        ),
    ];
    for (damage, wanted) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        copydesk_tests::tiny::checkpoint(folder.path(), WIDTH);
        damage(folder.path());
        let out = path(folder.path(), "models");
        let output = copydesk(&["model", "import", &path(folder.path(), "."), "-o", &out]);
        assert_eq!(output.status.code(), Some(2));
        assert!(error(&output).contains(wanted), "{}", error(&output));
        assert!(!Path::new(&out).exists(), "nothing is written");
    }
}
