//! The shipped models as a checkpoint.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Folder, copydesk, read};

/// Names and shapes in the header of a file of tensors, and what it says of its form.
fn header(folder: &Folder, name: &str) -> (BTreeMap<String, Vec<u64>>, Value) {
    let bytes = std::fs::read(folder.path(name)).expect("a file");
    let (length, rest) = bytes.split_first_chunk().expect("a length");
    let length = usize::try_from(u64::from_le_bytes(*length)).expect("a length");
    let mut header: BTreeMap<String, Value> = serde_json::from_slice(&rest[..length]).expect("JSON");
    let form = header.remove("__metadata__").expect("metadata");
    let mut end = 0;
    let shapes = header.into_iter().map(|(name, tensor)| {
        assert_eq!(tensor["dtype"], "F32", "{name}");
        end = end.max(tensor["data_offsets"][1].as_u64().expect("an offset"));
        let shape = tensor["shape"].as_array().expect("a shape").iter();
        (name, shape.map(|size| size.as_u64().expect("a size")).collect())
    });
    let shapes = shapes.collect();
    assert_eq!(end as usize, rest.len() - length);
    (shapes, form)
}

#[test]
fn shipped_models_are_exported() {
    let folder = Folder::new(&[]);
    let run = copydesk(&["model", "export", "--format", "safetensors", "-o", &folder.arg("news")]).expect(0);
    assert!(run.out.is_empty(), "{}", run.out);
    let (found, form) = header(&folder, "news/model.safetensors");
    assert_eq!(form, serde_json::json!({"format": "pt"}));

    let mut wanted: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut put = |name: &str, shape: &[u64]| wanted.insert(name.to_owned(), shape.to_vec());
    for (name, rows) in [("word", 24362), ("position", 512), ("token_type", 64)] {
        put(&format!("bert.embeddings.{name}_embeddings.weight"), &[rows, 384]);
    }
    let mut layer = |name: &str, shape: &[u64]| {
        put(&format!("{name}.weight"), shape);
        put(&format!("{name}.bias"), &shape[..1]);
    };
    layer("bert.embeddings.LayerNorm", &[384]);
    for number in 0..6 {
        for (name, shape) in [
            ("attention.self.query", &[384, 384][..]),
            ("attention.self.key", &[384, 384]),
            ("attention.self.value", &[384, 384]),
            ("attention.output.dense", &[384, 384]),
            ("attention.output.LayerNorm", &[384]),
            ("intermediate.dense", &[1536, 384]),
            ("output.dense", &[384, 1536]),
            ("output.LayerNorm", &[384]),
        ] {
            layer(&format!("bert.encoder.layer.{number}.{name}"), shape);
        }
    }
    for (name, shape) in [
        ("classifier", &[49, 384][..]),
        ("ner", &[49, 384]),
        ("quotes.cue", &[3, 384]),
        ("quotes.token", &[128, 384]),
        ("quotes.conv1", &[128, 128, 5]),
        ("quotes.conv2", &[128, 128, 5]),
        ("quotes.out", &[5, 128]),
        ("quotes.act", &[4, 768]),
        ("stance.hidden", &[256, 1152]),
        ("stance.out", &[3, 256]),
    ] {
        layer(name, shape);
    }
    put("quotes.pair.weight", &[128, 768]);
    put("quotes.distance.weight", &[24, 128]);
    assert_eq!(found, wanted);

    let config: Value = serde_json::from_str(&read(&folder.path("news/config.json"))).expect("JSON");
    assert_eq!(config["layer_norm_eps"], 1e-12);
    assert_eq!(config["vocab_size"].as_u64(), Some(read(&folder.path("news/vocab.txt")).lines().count() as u64));
    let labels = config["id2label"].as_object().expect("labels");
    assert_eq!((labels.len(), &labels["5"], &config["pad_token_id"]), (49, &"B-Person".into(), &0.into()));
    assert_eq!(config["copydesk"]["token_types"], "casing-quotes");

    // Models are made of it again.
    copydesk(&["model", "import", &folder.arg("news"), "-o", &folder.arg("models")]).expect(0);
    copydesk(&["model", "export", "--from", &folder.arg("models"), "-o", &folder.arg("again")]).expect(0);
    assert_eq!(read(&folder.path("news/config.json")), read(&folder.path("again/config.json")));

    // Over the encoder that it is of, it has the very heads. Another encoder is refused.
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let encoder = shipped.join("news-encoder.cdm");
    let encoder = encoder.to_str().expect("Unicode");
    let import = |checkpoint: &str| {
        let (checkpoint, out) = (folder.arg(checkpoint), folder.arg("heads"));
        copydesk(&["model", "import", &checkpoint, "-o", &out, "--encoder", encoder])
    };
    import("news").expect(0);
    let names = ["news-ner.cdm", "news-quotes.cdm", "news-stance.cdm"];
    let mut found: Vec<_> =
        std::fs::read_dir(folder.path("heads")).expect("a folder").flatten().map(|one| one.file_name()).collect();
    found.sort();
    assert_eq!(found, names);
    for name in names {
        let bytes = |path: &Path| std::fs::read(path).expect("a file");
        assert!(bytes(&folder.path("heads").join(name)) == bytes(&shipped.join(name)), "{name}");
    }
    let no_encoder = shipped.join("news-ner.cdm");
    let no_encoder = no_encoder.to_str().expect("Unicode");
    let (checkpoint, out) = (folder.arg("news"), folder.arg("none"));
    let run = copydesk(&["model", "import", &checkpoint, "-o", &out, "--encoder", no_encoder]).expect(2);
    assert!(run.err.contains("news-ner.cdm: "), "{}", run.err);
    let tensors = folder.path("news/model.safetensors");
    let mut bytes = std::fs::read(&tensors).expect("a file");
    let header = 8 + usize::try_from(u64::from_le_bytes(*bytes.first_chunk().expect("a length"))).expect("a length");
    let names: Value = serde_json::from_slice(&bytes[8..header]).expect("JSON");
    let place = names["bert.embeddings.LayerNorm.bias"]["data_offsets"][0].as_u64().expect("an offset");
    bytes[header + place as usize] ^= 1;
    std::fs::write(&tensors, bytes).expect("written");
    let run = import("news").expect(2);
    let said =
        "news: model.safetensors: the encoder is not that of the model, since bert.embeddings.LayerNorm.bias differs";
    assert!(run.err.contains(said), "{}", run.err);
}

#[test]
fn wrong_command_lines_write_nothing() {
    let folder = Folder::new(&[("file", b"")]);
    let (out, file, nowhere) = (folder.arg("out"), folder.arg("file"), folder.arg("nowhere"));
    let cases: [(&[&str], &str); 6] = [
        (&["-o", &out, "--name", "fast"], "--name: the program has no models \"fast\"; --from reads those of a folder"),
        (&["-o", &out, "--name", "news-fast"], "--name: the program has no models \"news-fast\""),
        (&["-o", &out, "--from", &nowhere, "--name", "../news"], "--name: \"../news\" cannot begin a file's name"),
        (&["-o", &out, "--from", &nowhere], "nowhere/news-encoder.cdm: No such file"),
        (&["-o", &out, "--format", "onnx"], "--format"),
        (&["-o", &file], "file: File exists"),
    ];
    for (arguments, message) in cases {
        let run = copydesk(&[&["model", "export"], arguments].concat()).expect(2);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
        assert_eq!(folder.names(), ["file"]);
    }
}
