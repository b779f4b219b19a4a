//! BERT and RoBERTa by libtorch's fused operators. rust-bert has both, out of single steps: its GELU is five passes over
//! the widest states, its attention five over all pairs of pieces. The logits are the same (see the tests); on a plain
//! processor the fused ones take some tenths less time, which `benches/peers/bert` compares with `transformers`.

use std::collections::HashMap;

use rust_bert::RustBertError;
use serde_json::{Map, Value};
use tch::{Kind, Tensor};

use crate::architecture::{Architecture, Forward, Input, Task};

/// A linear layer: weights `[outputs, inputs]`, and a bias.
struct Linear(Tensor, Tensor);

/// Gain and shift of a layer normalisation.
struct Norm {
    gain: Tensor,
    shift: Tensor,
    epsilon: f64,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    norm: Norm,
}

struct Network {
    words: Tensor,
    positions: Tensor,
    types: Option<Tensor>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: i64,
    /// Position of the first piece.
    first_position: i64,
    /// For a whole text: the layer of its first state, and the hyperbolic tangent after it.
    pooler: Option<Linear>,
    classifier: Linear,
}

/// The weights of a checkpoint under a prefix.
struct Weights<'w> {
    all: &'w HashMap<String, Tensor>,
    epsilon: f64,
}

impl Weights<'_> {
    /// Shares the tensor's memory.
    fn tensor(&self, name: &str) -> Option<Tensor> {
        self.all.get(name).map(Tensor::shallow_clone)
    }

    fn linear(&self, name: &str) -> Option<Linear> {
        Some(Linear(self.tensor(&format!("{name}.weight"))?, self.tensor(&format!("{name}.bias"))?))
    }

    fn norm(&self, name: &str) -> Option<Norm> {
        let Linear(gain, shift) = self.linear(name)?;
        Some(Norm { gain, shift, epsilon: self.epsilon })
    }
}

impl Linear {
    fn apply(&self, x: &Tensor) -> Tensor {
        x.linear(&self.0, Some(&self.1))
    }
}

impl Norm {
    fn apply(&self, x: &Tensor) -> Tensor {
        x.layer_norm(self.gain.size(), Some(&self.gain), Some(&self.shift), self.epsilon, false)
    }
}

/// Makes the network, if its architecture and configuration are supported here. The caller has checked that all weights
/// exist, with the shapes of the configuration.
pub(crate) fn network(
    architecture: Architecture,
    task: Task,
    config: &Map<String, Value>,
    weights: &HashMap<String, Tensor>,
) -> Option<Forward> {
    let (prefix, first_position) = match architecture {
        Architecture::Bert => ("bert", 0),
        Architecture::Roberta => ("roberta", architecture.padding(config) + 1),
        _ => return None,
    };
    let text = |key: &str, default: &'static str| config.get(key).and_then(Value::as_str).unwrap_or(default) == default;
    if !text("hidden_act", "gelu") || !text("position_embedding_type", "absolute") {
        return None;
    }
    let number = |key: &str| config.get(key).and_then(Value::as_i64);
    let epsilon = config.get("layer_norm_eps").and_then(Value::as_f64).unwrap_or(1e-12);
    let weights = Weights { all: weights, epsilon };
    let embedding = |name: &str| weights.tensor(&format!("{prefix}.embeddings.{name}.weight"));
    let layer = |number: i64| {
        let of = |name: &str| format!("{prefix}.encoder.layer.{number}.{name}");
        Some(Layer {
            query: weights.linear(&of("attention.self.query"))?,
            key: weights.linear(&of("attention.self.key"))?,
            value: weights.linear(&of("attention.self.value"))?,
            output: weights.linear(&of("attention.output.dense"))?,
            attention_norm: weights.norm(&of("attention.output.LayerNorm"))?,
            up: weights.linear(&of("intermediate.dense"))?,
            down: weights.linear(&of("output.dense"))?,
            norm: weights.norm(&of("output.LayerNorm"))?,
        })
    };
    let (pooler, classifier) = match (architecture, task) {
        (_, Task::Tokens) => (None, "classifier"),
        (Architecture::Bert, Task::Sequence) => (Some("bert.pooler.dense"), "classifier"),
        (_, Task::Sequence) => (Some("classifier.dense"), "classifier.out_proj"),
    };
    let network = Network {
        words: embedding("word_embeddings")?,
        positions: embedding("position_embeddings")?,
        types: embedding("token_type_embeddings"),
        norm: weights.norm(&format!("{prefix}.embeddings.LayerNorm"))?,
        layers: (0..number("num_hidden_layers")?).map(layer).collect::<Option<_>>()?,
        heads: number("num_attention_heads").filter(|heads| *heads > 0)?,
        first_position,
        pooler: match pooler {
            Some(name) => Some(weights.linear(name)?),
            None => None,
        },
        classifier: weights.linear(classifier)?,
    };
    Some(Box::new(move |input: &Input| network.logits(input)))
}

impl Network {
    fn logits(&self, input: &Input) -> Result<Tensor, RustBertError> {
        let [windows, pieces] = <[i64; 2]>::try_from(input.ids.size()).map_err(|size| {
            RustBertError::ValueError(format!("pieces of the shape {size:?}, needed are windows of pieces"))
        })?;
        let embed = |table: &Tensor, rows: &Tensor| Tensor::embedding(table, rows, -1, false, false);
        let positions =
            Tensor::arange_start(self.first_position, self.first_position + pieces, (Kind::Int64, input.ids.device()));
        let mut state = embed(&self.words, &input.ids) + embed(&self.positions, &positions);
        if let Some(types) = &self.types {
            // Without types all pieces are of the first.
            state = match &input.types {
                Some(own) => state + embed(types, own),
                None => state + types.narrow(0, 0, 1),
            };
        }
        state = self.norm.apply(&state);
        // Also where no window is filled up: tch hands no mask over as one without a type, which libtorch refuses.
        let seen = input.mask.to_kind(Kind::Bool).view([windows, 1, 1, pieces]);
        for layer in &self.layers {
            state = layer.apply(&state, &seen, self.heads);
        }
        Ok(match &self.pooler {
            Some(pooler) => self.classifier.apply(&pooler.apply(&state.select(1, 0)).tanh()),
            None => self.classifier.apply(&state),
        })
    }
}

impl Layer {
    fn apply(&self, state: &Tensor, seen: &Tensor, heads: i64) -> Tensor {
        let size = state.size();
        let split = |x: Tensor| x.view([size[0], size[1], heads, -1]).transpose(1, 2);
        let query = split(self.query.apply(state));
        let (key, value) = (split(self.key.apply(state)), split(self.value.apply(state)));
        let context = Tensor::scaled_dot_product_attention(&query, &key, &value, Some(seen), 0.0, false, None);
        let context = context.transpose(1, 2).contiguous().view([size[0], size[1], -1]);
        let attended = self.attention_norm.apply(&(self.output.apply(&context) + state));
        let inner = self.up.apply(&attended).gelu("none");
        self.norm.apply(&(self.down.apply(&inner) + attended))
    }
}
