//! A checkpoint as trainers leave it, small and with random weights.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::json;

/// Width of the heads' inner layers.
const INNER: usize = 32;
/// Width of the encoder's inner layer.
const FEED_FORWARD: usize = 64;
const POSITIONS: usize = 256;
const TYPES: usize = 64;

/// The pieces: every letter, digit and sign of ASCII, first or later in a word, and a few words.
fn vocabulary() -> Vec<String> {
    let signs: Vec<String> = ('!'..='~').filter(|c| !c.is_ascii_uppercase()).map(String::from).collect();
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    let later = signs.iter().map(|sign| format!("##{sign}"));
    let words = ["said", "the", "##ing", "min", "##ister", "“", "”", "‘", "’"].map(str::to_owned);
    special.into_iter().chain(signs.clone()).chain(later).chain(words).collect()
}

/// The tensors' names and shapes.
fn shapes(width: usize) -> BTreeMap<String, Vec<usize>> {
    let mut shapes = BTreeMap::new();
    let mut put = |name: &str, shape: &[usize]| shapes.insert(name.to_owned(), shape.to_vec());
    put("bert.embeddings.word_embeddings.weight", &[vocabulary().len(), width]);
    put("bert.embeddings.position_embeddings.weight", &[POSITIONS, width]);
    put("bert.embeddings.token_type_embeddings.weight", &[TYPES, width]);
    let layer = "bert.encoder.layer.0";
    let mut linear = |name: &str, outputs: usize, inputs: usize| {
        put(&format!("{name}.weight"), &[outputs, inputs]);
        put(&format!("{name}.bias"), &[outputs]);
    };
    for part in ["query", "key", "value"] {
        linear(&format!("{layer}.attention.self.{part}"), width, width);
    }
    linear(&format!("{layer}.attention.output.dense"), width, width);
    linear(&format!("{layer}.intermediate.dense"), FEED_FORWARD, width);
    linear(&format!("{layer}.output.dense"), width, FEED_FORWARD);
    linear("ner", 37, width);
    linear("quotes.cue", 3, width);
    linear("quotes.token", INNER, width);
    linear("quotes.out", 5, INNER);
    linear("quotes.act", 4, 2 * width);
    linear("stance.hidden", INNER, 3 * width);
    linear("stance.out", 3, INNER);
    for norm in [
        "bert.embeddings.LayerNorm".to_owned(),
        format!("{layer}.attention.output.LayerNorm"),
        format!("{layer}.output.LayerNorm"),
    ] {
        put(&format!("{norm}.weight"), &[width]);
        put(&format!("{norm}.bias"), &[width]);
    }
    put("quotes.pair.weight", &[INNER, 2 * width]);
    put("quotes.distance.weight", &[24, INNER]);
    for name in ["quotes.conv1", "quotes.conv2"] {
        put(&format!("{name}.weight"), &[INNER, INNER, 5]);
        put(&format!("{name}.bias"), &[INNER]);
    }
    shapes
}

/// Writes the files of a checkpoint with an encoder of this width; always the same ones.
///
/// # Panics
/// If the files cannot be written.
pub fn checkpoint(folder: &Path, width: usize) {
    fs::create_dir_all(folder).expect("a folder");
    let mut state = 88_172_645_463_325_252_u64;
    let mut number = |name: &str| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let number = (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
        if name.ends_with("LayerNorm.weight") { 1.0 + number * 0.1 } else { number * 0.3 }
    };
    let bytes: BTreeMap<String, (Vec<usize>, Vec<u8>)> = shapes(width)
        .into_iter()
        .map(|(name, shape)| {
            let values = (0..shape.iter().product()).flat_map(|_| number(&name).to_le_bytes()).collect();
            (name, (shape, values))
        })
        .collect();
    let views = bytes.iter().map(|(name, (shape, bytes))| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor"))
    });
    fs::write(folder.join("model.safetensors"), serialize(views, None).expect("tensors")).expect("a file");
    fs::write(folder.join("vocab.txt"), vocabulary().join("\n") + "\n").expect("a file");
    let config = json!({
        "model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12, "vocab_size": vocabulary().len(),
        "hidden_size": width, "num_hidden_layers": 1, "num_attention_heads": width / 32,
        "intermediate_size": FEED_FORWARD, "max_position_embeddings": POSITIONS, "type_vocab_size": TYPES,
        "copydesk": {"temperature": {"ner": 1.5}, "thresholds": {"bias.O": 1.5, "bias.cue": -0.5, "candidate": 0.25, "reach": 30, "blend": 0.5, "blend.stance": 4}},
    });
    fs::write(folder.join("config.json"), config.to_string()).expect("a file");
}
