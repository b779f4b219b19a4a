//! From models back to a checkpoint: other programs can read it, and models can be made from it again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use copydesk_model::ModelFile;
use copydesk_model::encoder::{Encoder, Scratch};
use safetensors::SafeTensors;
use serde_json::{Value, json};

const WIDTH: usize = 64;
const PARTS: [&str; 4] = ["encoder", "ner", "quotes", "stance"];

/// A folder with a checkpoint `tiny`; models `bytes-*.cdm` and `floats-*.cdm` made from it; their exports, `bytes` and
/// `floats`; models `again-*.cdm` and `exact-*.cdm`, in bytes and in floats, made from `bytes`.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    copydesk_tests::tiny::checkpoint(&folder.path().join("tiny"), WIDTH);
    let models = folder.path().to_str().expect("UTF-8");
    for (checkpoint, name, precision) in [("tiny", "bytes", "int8"), ("tiny", "floats", "float32")] {
        import(folder.path(), checkpoint, name, precision);
        // A folder that is there already, with files that are replaced.
        let out = folder.path().join(name);
        fs::create_dir(&out).expect("a folder");
        fs::write(out.join("config.json"), "{").expect("a file");
        let output = export(&["--from", models, "--name", name, "--out", &path(&out)]);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", error(&output));
    }
    import(folder.path(), "bytes", "again", "int8");
    import(folder.path(), "bytes", "exact", "float32");
    folder
});

fn run(arguments: &[&str]) -> Output {
    static COPYDESK: LazyLock<std::path::PathBuf> = LazyLock::new(copydesk_tests::copydesk);
    Command::new(&*COPYDESK).args(arguments).output().expect("the binary runs")
}

fn export(arguments: &[&str]) -> Output {
    run(&[&["model", "export"], arguments].concat())
}

fn import(folder: &Path, checkpoint: &str, name: &str, precision: &str) {
    let (checkpoint, out) = (path(&folder.join(checkpoint)), path(folder));
    let output = run(&["model", "import", &checkpoint, "-o", &out, "--name", name, "--precision", precision]);
    assert!(output.status.success(), "{}", error(&output));
}

fn path(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn config(folder: &str) -> Value {
    let text = fs::read_to_string(FOLDER.path().join(folder).join("config.json")).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

/// Shape and values of each tensor.
fn tensors(folder: &str) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let bytes = fs::read(FOLDER.path().join(folder).join("model.safetensors")).expect("a file");
    let tensors = SafeTensors::deserialize(&bytes).expect("tensors");
    tensors
        .iter()
        .map(|(name, tensor)| {
            let values = tensor.data().as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
            (name.to_owned(), (tensor.shape().to_vec(), values))
        })
        .collect()
}

/// The vectors that an encoder gives for a few windows.
fn vectors(name: &str) -> Vec<f32> {
    let bytes = fs::read(FOLDER.path().join(format!("{name}-encoder.cdm"))).expect("a file");
    let encoder = Encoder::from_file(&ModelFile::parse(&bytes).expect("a model")).expect("an encoder");
    let lengths = [5, 40, 120];
    let ids: Vec<u32> = (0..165).map(|n| n * 37 % encoder.config().vocabulary as u32).collect();
    let types: Vec<u16> = (0..165).map(|n| n * 11 % encoder.config().types as u16).collect();
    let mut out = Vec::new();
    encoder.encode(&ids, &types, &lengths, &mut Scratch::new(), &mut out).expect("vectors");
    out
}

/// How long the difference is, as a share of the first.
fn distance(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let square = |values: &mut dyn Iterator<Item = f32>| values.map(|x| x * x).sum::<f32>().sqrt();
    square(&mut one.iter().zip(other).map(|(a, b)| a - b)) / square(&mut one.iter().copied())
}

#[test]
fn floats_come_out_as_they_went_in() {
    let (given, mut found) = (tensors("tiny"), tensors("floats"));
    let (shape, weights) = found.remove("classifier.weight").expect("a classifier");
    let (_, bias) = found.remove("classifier.bias").expect("a classifier");
    assert!(given == found, "the tensors' names, shapes and values");
    // The tuned values: a temperature of 1.5, and 1.5 more for the tag O.
    assert_eq!(shape, [37, WIDTH]);
    let divided = |values: &[f32]| values.iter().map(|x| x / 1.5).collect::<Vec<_>>();
    assert_eq!(weights, divided(&given["ner.weight"].1));
    let mut raised = given["ner.bias"].1.clone();
    raised[0] += 1.5;
    assert_eq!(bias, divided(&raised));
    let vocabulary = |folder: &str| fs::read_to_string(FOLDER.path().join(folder).join("vocab.txt")).expect("a file");
    assert_eq!(vocabulary("tiny"), vocabulary("floats"));
}

#[test]
fn the_configuration_is_a_bert_for_tokens_and_keeps_what_was_tuned() {
    let (given, found) = (config("tiny"), config("floats"));
    for (key, value) in given.as_object().expect("an object").iter().filter(|(key, _)| *key != "copydesk") {
        assert_eq!(&found[key], value, "{key}");
    }
    assert_eq!(found["architectures"], json!(["BertForTokenClassification"]));
    assert_eq!([&found["id2label"]["0"], &found["id2label"]["36"]], ["O", "S-Product"]);
    assert_eq!([&found["label2id"]["O"], &found["label2id"]["B-Person"]], [0, 5]);
    let mut own = given["copydesk"].clone();
    own["token_types"] = json!("casing-quotes");
    own["types"] =
        json!(["Location", "Person", "Organization", "NORP", "Date", "Misc", "Money", "Facility", "Product"]);
    assert_eq!(found["copydesk"], own);
    let tokenizer = fs::read_to_string(FOLDER.path().join("floats/tokenizer_config.json")).expect("a file");
    let tokenizer: Value = serde_json::from_str(&tokenizer).expect("JSON");
    assert_eq!(tokenizer, json!({"tokenizer_class": "BertTokenizer", "do_lower_case": true, "model_max_length": 256}));
}

#[test]
fn bytes_come_out_as_the_numbers_of_the_file() {
    let (given, found) = (tensors("tiny"), tensors("bytes"));
    assert_eq!(found.len(), given.len() + 2);
    for (name, (shape, values)) in &given {
        let (found_shape, found) = &found[name];
        assert_eq!(shape, found_shape, "{name}");
        if name.starts_with("bert.") {
            assert!(distance(values, found) < 0.02, "{name}: {}", distance(values, found));
        } else {
            assert_eq!(values, found, "{name}");
        }
    }
    // The checkpoint has the rounding of the weights. It has neither that of the activations nor the bounds of the kernels.
    let [bytes, floats, exact, again] = ["bytes", "floats", "exact", "again"].map(vectors);
    let (error, rest) = (distance(&floats, &bytes), distance(&exact, &bytes));
    assert!(error < 0.03 && rest < error, "{error} {rest}");
    assert!(distance(&exact, &again) < 0.03 && distance(&bytes, &again) < 0.03);
}

#[test]
fn models_of_an_export_export_the_same() {
    let out = FOLDER.path().join("exact");
    let output = export(&["--from", &path(FOLDER.path()), "--name", "exact", "-o", &path(&out)]);
    assert!(output.status.success(), "{}", error(&output));
    for file in ["config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"] {
        let [one, other] =
            ["bytes", "exact"].map(|name| fs::read(FOLDER.path().join(name).join(file)).expect("a file"));
        assert!(one == other, "{file}");
    }
}

/// A folder of models with something wrong, and the message about it.
#[test]
fn models_that_do_not_belong_together_are_refused() {
    type Damage = fn(&Path);
    fn retrained(folder: &Path, width: usize, change: impl Fn(&Path), part: &str) {
        let checkpoint = folder.join("checkpoint");
        copydesk_tests::tiny::checkpoint(&checkpoint, width);
        change(&checkpoint);
        import(folder, "checkpoint", "other", "int8");
        let [from, to] = ["other", "bytes"].map(|name| folder.join(format!("{name}-{part}.cdm")));
        fs::rename(from, to).expect("a file");
    }
    let cases: &[(Damage, &str)] = &[
        (|folder| fs::remove_file(folder.join("bytes-stance.cdm")).expect("a file"), "bytes-stance.cdm: No such file"),
        (
            |folder| {
                fs::copy(folder.join("bytes-ner.cdm"), folder.join("bytes-quotes.cdm")).expect("a file");
            },
            "bytes-quotes.cdm: the model is of kind \"ner-head\", needed is one of kind \"quotes-head\"",
        ),
        (
            |folder| {
                let file = folder.join("bytes-encoder.cdm");
                let mut bytes = fs::read(&file).expect("a file");
                *bytes.last_mut().expect("bytes") ^= 1;
                fs::write(file, bytes).expect("a file");
            },
            "bytes-encoder.cdm: the model is damaged",
        ),
        (
            |folder| retrained(folder, 2 * WIDTH, |_| (), "stance"),
            "bytes-stance.cdm: it reads 128 numbers, the encoder ",
        ),
        (
            |folder| {
                let other = |checkpoint: &Path| {
                    let file = checkpoint.join("model.safetensors");
                    let mut bytes = fs::read(&file).expect("a file");
                    let lowest = bytes.len() - 4;
                    bytes[lowest] ^= 1;
                    fs::write(file, bytes).expect("a file");
                };
                retrained(folder, WIDTH, other, "ner");
            },
            "bytes-ner.cdm: it is not of the checkpoint that ",
        ),
        (
            |folder| {
                let other = |checkpoint: &Path| {
                    let file = checkpoint.join("config.json");
                    let text = fs::read_to_string(&file).expect("a file").replace("0.25", "0.5");
                    fs::write(file, text).expect("a file");
                };
                retrained(folder, WIDTH, other, "quotes");
            },
            "bytes-quotes.cdm: it was tuned apart from ",
        ),
    ];
    for (damage, wanted) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        for part in PARTS {
            let file = format!("bytes-{part}.cdm");
            fs::copy(FOLDER.path().join(&file), folder.path().join(&file)).expect("a file");
        }
        damage(folder.path());
        let out = folder.path().join("out");
        let output = export(&["--from", &path(folder.path()), "--name", "bytes", "-o", &path(&out)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(error(&output).contains(wanted), "{}", error(&output));
        assert!(!out.exists(), "nothing is written");
    }
}
