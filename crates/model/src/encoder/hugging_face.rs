//! From a folder of a Hugging Face BERT (`config.json`, `model.safetensors`) to a model file.

use safetensors::{Dtype, SafeTensors};
use serde_json::{Map, Value, json};

use super::build::build;
use super::layout::{Config, Precision};
use crate::{ModelError, ModelWriter};

/// Builds a model file from the contents of `config.json` and `model.safetensors`. The names of parameters may have the
/// prefix `bert.`. `metadata` is a JSON object, kept as it is.
///
/// # Errors
/// If either cannot be read, if the model is no BERT with absolute positions, GELU and heads 32 wide, or as for
/// [`build`].
pub fn convert(
    config: &str,
    safetensors: &[u8],
    precision: Precision,
    metadata: &str,
) -> Result<ModelWriter, ModelError> {
    let config = read_config(config, precision)?;
    let tensors = SafeTensors::deserialize(safetensors)
        .map_err(|error| ModelError::training(format!("the safetensors cannot be read: {error}")))?;
    build(&config, metadata, |name| {
        let tensor = tensors.tensor(name).or_else(|_| tensors.tensor(&format!("bert.{name}"))).ok()?;
        (tensor.dtype() == Dtype::F32)
            .then(|| tensor.data().as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect())
    })
}

fn read_config(text: &str, precision: Precision) -> Result<Config, ModelError> {
    let wrong = |problem: String| ModelError::training(format!("config.json: {problem}"));
    let value: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let number = |key: &str| {
        let number = value.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        number.ok_or_else(|| wrong(format!("\"{key}\" is missing or no whole number")))
    };
    for (key, needed) in [("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute")] {
        match value.get(key).and_then(Value::as_str) {
            Some(found) if found != needed => {
                return Err(wrong(format!("\"{key}\" is \"{found}\", needed is \"{needed}\"")));
            }
            _ => {}
        }
    }
    let config = Config {
        precision,
        layers: number("num_hidden_layers")?,
        width: number("hidden_size")?,
        inner: number("intermediate_size")?,
        positions: number("max_position_embeddings")?,
        types: number("type_vocab_size")?,
        vocabulary: number("vocab_size")?,
        epsilon: value.get("layer_norm_eps").and_then(Value::as_f64).unwrap_or(1e-12) as f32,
    };
    let heads = number("num_attention_heads")?;
    if heads != config.heads() {
        return Err(wrong(format!("it has {heads} heads, needed are heads 32 wide, so {}", config.heads())));
    }
    Ok(config)
}

/// Returns a `config.json` for an encoder of this shape. [`convert`] reads it, and other readers of BERTs find their
/// keys.
pub fn write_config(config: &Config) -> Map<String, Value> {
    // In the fewest digits that are this float: 1e-12 rather than all that a double has of it.
    let epsilon: f64 = format!("{:e}", config.epsilon).parse().unwrap_or(f64::from(config.epsilon));
    let value = json!({
        "model_type": "bert",
        "hidden_act": "gelu",
        "position_embedding_type": "absolute",
        "num_hidden_layers": config.layers,
        "hidden_size": config.width,
        "num_attention_heads": config.heads(),
        "intermediate_size": config.inner,
        "max_position_embeddings": config.positions,
        "type_vocab_size": config.types,
        "vocab_size": config.vocabulary,
        "layer_norm_eps": epsilon,
        "attention_probs_dropout_prob": 0.1,
        "hidden_dropout_prob": 0.1,
        "initializer_range": 0.02,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;

    use super::*;
    use crate::ModelFile;
    use crate::encoder::{Encoder, Scratch};

    const CONFIG: &str = r#"{"model_type": "bert", "hidden_act": "gelu", "num_hidden_layers": 1, "hidden_size": 64,
        "intermediate_size": 64, "max_position_embeddings": 8, "type_vocab_size": 2, "vocab_size": 5,
        "num_attention_heads": 2, "layer_norm_eps": 1e-12}"#;

    /// A model of which every number is one half.
    fn folder(prefix: &str) -> Vec<u8> {
        let mut shapes = vec![
            ("embeddings.word_embeddings.weight".to_owned(), vec![5, 64]),
            ("embeddings.position_embeddings.weight".to_owned(), vec![8, 64]),
            ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, 64]),
            ("embeddings.LayerNorm.weight".to_owned(), vec![64]),
            ("embeddings.LayerNorm.bias".to_owned(), vec![64]),
        ];
        for name in ["self.query", "self.key", "self.value", "output.dense", "output.LayerNorm"] {
            let weight = if name.ends_with("Norm") { vec![64] } else { vec![64, 64] };
            shapes.push((format!("encoder.layer.0.attention.{name}.weight"), weight));
            shapes.push((format!("encoder.layer.0.attention.{name}.bias"), vec![64]));
        }
        for name in ["intermediate.dense", "output.dense", "output.LayerNorm"] {
            let weight = if name.ends_with("Norm") { vec![64] } else { vec![64, 64] };
            shapes.push((format!("encoder.layer.0.{name}.weight"), weight));
            shapes.push((format!("encoder.layer.0.{name}.bias"), vec![64]));
        }
        let half = 0.5f32.to_le_bytes().repeat(8 * 64 * 64);
        let views = shapes.into_iter().map(|(name, shape)| {
            let size: usize = shape.iter().product();
            (format!("{prefix}{name}"), TensorView::new(Dtype::F32, shape, &half[..4 * size]).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn names_may_have_the_prefix() {
        let [with, without] =
            ["bert.", ""].map(|prefix| convert(CONFIG, &folder(prefix), Precision::Int8, "{}").unwrap().finish());
        assert_eq!(with, without);
        let encoder = Encoder::from_file(&ModelFile::parse(&with).unwrap()).unwrap();
        let mut out = Vec::new();
        encoder.encode(&[1, 2, 3], &[0, 1, 0], &[1, 2], &mut Scratch::new(), &mut out).unwrap();
        assert_eq!(out.len(), 3 * 64);
    }

    #[test]
    fn what_is_written_is_read() {
        let config = read_config(CONFIG, Precision::Int8).unwrap();
        let written = Value::Object(write_config(&config)).to_string();
        assert!(written.contains("\"layer_norm_eps\":1e-12"), "{written}");
        assert_eq!(read_config(&written, Precision::Int8).unwrap(), config);
    }

    #[test]
    fn other_models_are_refused() {
        for (from, to, wanted) in [
            ("\"bert\"", "\"roberta\"", "\"model_type\" is \"roberta\", needed is \"bert\""),
            ("\"gelu\"", "\"relu\"", "\"hidden_act\" is \"relu\", needed is \"gelu\""),
            ("\"num_attention_heads\": 2", "\"num_attention_heads\": 4", "it has 4 heads"),
            ("\"vocab_size\": 5", "\"vocab_size\": 6", "has 320 values, needed are 384"),
            ("\"vocab_size\": 5", "\"x\": 6", "\"vocab_size\" is missing"),
        ] {
            let error = convert(&CONFIG.replace(from, to), &folder(""), Precision::Int8, "{}").unwrap_err();
            assert!(error.to_string().contains(wanted), "{error}");
        }
        let error = convert(CONFIG, b"garbage", Precision::Int8, "{}").unwrap_err().to_string();
        assert!(error.contains("the safetensors cannot be read"), "{error}");
    }
}
