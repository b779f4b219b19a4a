//! Small checkpoints of every architecture: the same logits as transformers gives, see `checkpoints/expect.py`.

mod program;
mod reading;
mod reference;

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};
use tch::Device;

use crate::architecture::Task;
use crate::checkpoint::Checkpoint;
use crate::network::{Network, Window, device};

/// A tensor's weights, as the script makes them.
fn values(name: &str, shape: &[usize]) -> Vec<f32> {
    let mut state = 14_695_981_039_346_656_037_u64;
    for byte in name.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
    }
    let gain = name.contains("LayerNorm.weight") || name.ends_with("layer_norm.weight");
    let gain = gain || (shape.len() == 1 && name.ends_with("weight"));
    (0..shape.iter().product())
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
            if gain { 1.0 + number * 0.1 } else { number * 0.5 }
        })
        .collect()
}

/// Writes the weights of these shapes under the names that `rename` makes of theirs.
fn weights(shapes: &Value, rename: impl Fn(&str) -> String) -> Vec<u8> {
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = shapes
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, shape)| {
            let shape: Vec<usize> = serde_json::from_value(shape.clone()).unwrap();
            let bytes = values(name, &shape).into_iter().flat_map(f32::to_le_bytes).collect();
            (rename(name), shape, bytes)
        })
        .collect();
    let views =
        tensors.iter().map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    serialize(views, None).unwrap()
}

fn expected(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/checkpoints").join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A folder with this checkpoint.
fn folder(case: &Value) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), case["config"].to_string()).unwrap();
    fs::write(folder.path().join("model.safetensors"), weights(&case["shapes"], str::to_owned)).unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

fn numbers(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap() as f32],
    }
}

/// The windows of a case without their padding, and the expected logits of the rest.
fn windows(case: &Value, task: Task) -> (Vec<Window>, Vec<f32>) {
    let (mut windows, mut logits) = (Vec::new(), Vec::new());
    for (at, mask) in case["mask"].as_array().unwrap().iter().enumerate() {
        let length = mask.as_array().unwrap().iter().filter(|own| **own == json!(1)).count();
        let row = |key: &str| -> Vec<i64> {
            case[key][at]
                .as_array()
                .map(|row| row.iter().take(length).map(|n| n.as_i64().unwrap()).collect())
                .unwrap_or_default()
        };
        let wanted = if task == Task::Tokens { (0..length).collect() } else { vec![0] };
        let rows = if task == Task::Tokens { length } else { 1 };
        let own = numbers(&case["logits"][at]);
        let labels = case["config"]["id2label"].as_object().unwrap().len();
        logits.extend(&own[..rows * labels]);
        windows.push(Window { ids: row("ids"), types: row("types"), wanted });
    }
    (windows, logits)
}

fn difference(checkpoint: Checkpoint, windows: &[Window], logits: &[f32]) -> f32 {
    let task = checkpoint.task;
    let network = Network::new(checkpoint, 16).unwrap();
    let mut found = Vec::new();
    network.logits(windows, task, || Ok(()), &mut found).unwrap();
    assert_eq!(found.len(), logits.len());
    // By total order, in which NaN is above every number.
    found.iter().zip(logits).map(|(a, b)| (a - b).abs()).max_by(f32::total_cmp).unwrap()
}

#[test]
fn every_architecture_gives_the_logits_of_transformers() {
    let mut table = String::new();
    let mut wrong = Vec::new();
    for name in
        ["bert", "distilbert", "roberta", "xlm-roberta", "camembert", "albert", "electra", "mobilebert", "longformer"]
    {
        for (word, task) in [("tokens", Task::Tokens), ("sequence", Task::Sequence)] {
            if (name, task) == ("electra", Task::Sequence) {
                continue;
            }
            let case = expected(&format!("{name}-{word}"));
            let (_kept, path) = folder(&case);
            let checkpoint = Checkpoint::open(path.to_str().unwrap(), task, Device::Cpu).unwrap();
            let (windows, logits) = windows(&case, task);
            let largest = logits.iter().map(|x| x.abs()).fold(0.0, f32::max);
            let difference = std::panic::catch_unwind(|| difference(checkpoint, &windows, &logits));
            let difference = difference.unwrap_or(f32::INFINITY);
            table += &format!("{name} {word}: {difference:e} of {largest}\n");
            if difference.is_nan() || difference >= 1e-4 {
                wrong.push(format!("{name} {word}: {difference} of {largest}"));
            }
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A small BERT with its tokenizer, changed by the caller before it is opened.
fn refused(change: impl Fn(&Path)) -> String {
    let (_kept, path) = folder(&expected("bert-tokens"));
    change(&path);
    let opened = Checkpoint::open(path.to_str().unwrap(), Task::Tokens, Device::Cpu);
    let opened = opened.and_then(|checkpoint| checkpoint.network().map(drop));
    opened.unwrap_err().to_string().replace(path.to_str().unwrap(), "FOLDER")
}

#[test]
fn what_is_no_checkpoint_of_this_kind_is_refused() {
    let config = |key: &'static str, value: Value| {
        move |path: &Path| {
            let file = path.join("config.json");
            let mut config: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            config[key] = value.clone();
            fs::write(file, config.to_string()).unwrap();
        }
    };
    type Change = Box<dyn Fn(&Path)>;
    let remove = |name: &'static str| Box::new(move |path: &Path| fs::remove_file(path.join(name)).unwrap());
    let cases: Vec<(Change, &str)> = vec![
        (remove("config.json"), "FOLDER/config.json: No such file"),
        (
            Box::new(|path| fs::write(path.join("config.json"), "{").unwrap()),
            "FOLDER/config.json: is no configuration: EOF",
        ),
        (
            Box::new(config("model_type", json!("gpt2"))),
            "\"model_type\" is \"gpt2\"; rust-bert runs bert, distilbert, roberta",
        ),
        (
            Box::new(config("model_type", json!("deberta-v2"))),
            "is \"deberta-v2\", whose relative attention rust-bert 0.23",
        ),
        (Box::new(config("model_type", Value::Null)), "it has no \"model_type\""),
        (
            Box::new(config("architectures", json!(["BertForMaskedLM"]))),
            "the checkpoint is a BertForMaskedLM, needed is one whose name ends in ForTokenClassification",
        ),
        (Box::new(config("id2label", Value::Null)), "it has no \"id2label\""),
        (Box::new(config("id2label", json!({"1": "O"}))), "does not name the labels 0 to 0"),
        (Box::new(config("hidden_act", json!("quick_gelu"))), "unknown variant `quick_gelu`"),
        (
            Box::new(config("vocab_size", json!(61))),
            "weight \"bert.embeddings.word_embeddings.weight\" has the shape [60, 16], config.json makes it [61, 16]",
        ),
        (
            Box::new(config("copydesk", json!({"token_types": "other"}))),
            "\"copydesk.token_types\" is \"other\", known is \"casing-quotes\"",
        ),
        (remove("model.safetensors"), "FOLDER: has no weights; needed is model.safetensors or rust_model.ot"),
        (
            Box::new(|path| fs::rename(path.join("model.safetensors"), path.join("pytorch_model.bin")).unwrap()),
            "from pytorch_model.bin it is made by",
        ),
        (Box::new(|path| fs::write(path.join("model.safetensors"), "x").unwrap()), "FOLDER/model.safetensors: "),
        (
            Box::new(|path| {
                let case = expected("bert-tokens");
                let other = weights(&case["shapes"], |name| name.replace("classifier", "cls"));
                fs::write(path.join("model.safetensors"), other).unwrap();
            }),
            "FOLDER: 2 weights are missing, \"classifier.bias\" first: the checkpoint must be one that was trained as a model \
             ForTokenClassification",
        ),
    ];
    for (change, wanted) in cases {
        let error = refused(change);
        assert!(error.contains(wanted), "{error}\nwanted: {wanted}");
    }
}

#[test]
fn weights_may_be_in_several_files_in_rust_berts_own_and_under_old_names() {
    let case = expected("bert-tokens");
    let logits_of = |path: &Path| {
        let checkpoint = Checkpoint::open(path.to_str().unwrap(), Task::Tokens, Device::Cpu).unwrap();
        let (windows, logits) = windows(&case, Task::Tokens);
        difference(checkpoint, &windows, &logits)
    };
    let (_kept, path) = folder(&case);
    let whole = path.join("model.safetensors");
    let tensors = tch::Tensor::read_safetensors(&whole).unwrap();

    fs::remove_file(&whole).unwrap();
    tch::Tensor::save_multi(&tensors, path.join("rust_model.ot")).unwrap();
    assert!(logits_of(&path) < 1e-4);

    fs::remove_file(path.join("rust_model.ot")).unwrap();
    let mut map = serde_json::Map::new();
    for (number, part) in tensors.chunks(tensors.len() / 2 + 1).enumerate() {
        let name = format!("model-{number}.safetensors");
        let old = |name: &str| {
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        };
        let part: Vec<(String, &tch::Tensor)> = part.iter().map(|(name, tensor)| (old(name), tensor)).collect();
        tch::Tensor::write_safetensors(&part, path.join(&name)).unwrap();
        map.extend(part.iter().map(|(tensor, _)| (tensor.clone(), json!(name))));
    }
    fs::write(path.join("model.safetensors.index.json"), json!({"weight_map": map}).to_string()).unwrap();
    assert!(logits_of(&path) < 1e-4);
}

#[test]
fn threads_and_batches_change_nothing_that_counts() {
    let case = expected("roberta-tokens");
    let (_kept, path) = folder(&case);
    let (windows, logits) = windows(&case, Task::Tokens);
    let many: Vec<Window> = (0..40).map(|n| windows[n % 2].clone()).collect();
    let checkpoint = |batch| {
        let opened = Checkpoint::open(path.to_str().unwrap(), Task::Tokens, Device::Cpu).unwrap();
        Network::new(opened, batch).unwrap()
    };
    let run = |network: &Network| {
        let mut out = Vec::new();
        network.logits(&many, Task::Tokens, || Ok(()), &mut out).unwrap();
        out
    };
    let network = checkpoint(16);
    let alone = run(&network);
    let close = |row: &[f32]| row.iter().zip(&logits).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(alone.chunks(logits.len()).all(close));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&network))).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
    let one_by_one = run(&checkpoint(1));
    assert!(one_by_one.iter().zip(&alone).all(|(a, b)| (a - b).abs() < 1e-4));
    // Asked before each step, and its answer is the end.
    let stop = || Err(copydesk_sdk::Error::cancelled());
    assert!(network.logits(&many, Task::Tokens, stop, &mut Vec::new()).unwrap_err().is_cancelled());
}

#[test]
fn devices_are_named_or_refused() {
    assert_eq!(device("cpu").unwrap(), Device::Cpu);
    for (name, wanted) in
        [("gpu", "there are \"cpu\" and \"cuda:0\""), ("cuda:x", "is unknown"), ("cuda:99", "cuda:99")]
    {
        let error = device(name).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}
