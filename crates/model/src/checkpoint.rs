//! From the checkpoint of a trainer to model files: the encoder with its vocabulary, and a head each for names, quotes
//! and stances; and back.
//!
//! A checkpoint is a folder as Hugging Face writes it: `config.json`, `vocab.txt`, `model.safetensors`. Beside a BERT's
//! keys, `config.json` may have a key `copydesk` with tuned values. These are `types` (the types of the name head, in
//! order), `temperature` (`ner`, `blend`, `cue`, `parts`, `stance`) and `thresholds` (the other numbers of
//! [`NUMBERS`]). `token_types` names the way to make token types; there is one, [`encoder::CASING_QUOTES`].

mod export;

pub use export::{Exported, Source, export};

use safetensors::{Dtype, SafeTensors};
use serde_json::{Map, Value};

use crate::encoder::{self, Precision};
use crate::file::ModelWriter;
use crate::hash::hash_bytes;
use crate::heads::{CorefHead, NamesHead, QuotesHead, Shape, StanceHead, Tensor, Tuning};
use crate::{ModelError, ModelFile};

/// The section that holds the vocabulary: a piece a line, its number the line's.
pub const VOCABULARY: &str = "vocabulary";

/// The key of the tuned values in `config.json` and in a head's metadata.
const OWN: &str = "copydesk";
/// The key in it that says how token types are made.
const TOKEN_TYPES: &str = "token_types";

/// The types of names, if `config.json` does not list them.
const TYPES: [&str; 9] = ["Location", "Person", "Organization", "NORP", "Date", "Misc", "Money", "Facility", "Product"];

/// The numbers that heads know, beside `bias.TYPE` for each type of names.
pub const NUMBERS: [&str; 23] = [
    "temperature.ner",
    "temperature.blend",
    "temperature.cue",
    "temperature.parts",
    "temperature.stance",
    "bias.O",
    "blend",
    "blend.stance",
    "bias.cue",
    "bias.source",
    "bias.content",
    "bias.negative",
    "bias.neutral",
    "bias.positive",
    "threshold",
    "candidate",
    "reach",
    "scale",
    "shift",
    "scale.names",
    "shift.names",
    "scale.stance",
    "shift.stance",
];

/// The model files of a checkpoint.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The encoder and its vocabulary.
    pub encoder: ModelWriter,
    /// The heads.
    pub heads: Heads,
}

/// The model files of the heads that are trained together.
#[derive(Debug, Clone)]
pub struct Heads {
    /// The head for names.
    pub names: ModelWriter,
    /// The head for quotes.
    pub quotes: ModelWriter,
    /// The head for stances.
    pub stance: ModelWriter,
}

/// The key that says which checkpoint a file is of. By it, an encoder and heads tell that they belong together.
const CHECKPOINT: &str = "checkpoint";

/// Builds the model files from the contents of `config.json`, `vocab.txt` and `model.safetensors`. `precision` is the
/// encoder's; heads stay in floats.
///
/// # Errors
/// If a file cannot be read, a tensor is missing or does not fit, or something was tuned that no head knows.
pub fn convert(
    config: &str,
    vocabulary: &str,
    safetensors: &[u8],
    precision: Precision,
) -> Result<Converted, ModelError> {
    let checkpoint = format!("{:016x}", hash_bytes(safetensors));
    // Without what was tuned, so that heads can be tuned again without another encoder.
    let metadata = Value::Object(metadata(&checkpoint)).to_string();
    let mut encoder = encoder::convert(config, safetensors, precision, &metadata)?;
    let pieces = vocabulary.lines().collect::<Vec<_>>().join("\n");
    encoder.section(VOCABULARY, pieces.into_bytes());
    let width = encoder::Encoder::from_file(&ModelFile::parse(&encoder.finish())?)?.width();
    let heads = heads(config, &read_tensors(safetensors)?, &checkpoint, width)?;
    Ok(Converted { encoder, heads })
}

/// Builds the heads of a checkpoint whose encoder is that of a model file, as [`export`] wrote it: they were trained anew, and
/// the encoder was not.
///
/// # Errors
/// As [`convert`]. If the model file is damaged or no encoder; the message then begins with its name. If the checkpoint's
/// encoder is another one.
pub fn convert_heads(config: &str, safetensors: &[u8], encoder: Source<'_>) -> Result<Heads, ModelError> {
    let of = |error: ModelError| ModelError::file(encoder.name, error);
    let file = ModelFile::parse(encoder.bytes).map_err(of)?;
    let (shape, tensors) = encoder::tensors(&file).map_err(of)?;
    let own = read_tensors(safetensors)?;
    for (name, tensor) in tensors {
        if find_tensor(&own, &format!("bert.{name}")).as_ref() != Some(&tensor) {
            let problem = format!(
                "the encoder is not that of the model, since bert.{name} differs; import the checkpoint with its own encoder"
            );
            return Err(ModelError::file("model.safetensors", problem));
        }
    }
    let metadata = export::metadata(encoder, &file)?;
    let checkpoint = metadata.get(CHECKPOINT).and_then(Value::as_str);
    let checkpoint =
        checkpoint.ok_or_else(|| ModelError::file(encoder.name, "it does not say which checkpoint it is of"))?;
    heads(config, &own, checkpoint, shape.width)
}

fn metadata(checkpoint: &str) -> Map<String, Value> {
    Map::from_iter([
        (CHECKPOINT.to_owned(), Value::from(checkpoint)),
        ("program".to_owned(), Value::from(concat!("copydesk ", env!("CARGO_PKG_VERSION")))),
    ])
}

/// Builds the heads for an encoder of that width.
fn heads(config: &str, tensors: &SafeTensors<'_>, checkpoint: &str, width: usize) -> Result<Heads, ModelError> {
    let (types, tuning, tuned) = read_tuning(config)?;
    let mut metadata = metadata(checkpoint);
    metadata.insert(OWN.to_owned(), tuned);
    let metadata = Value::Object(metadata).to_string();
    let mut find = |name: &str| find_tensor(tensors, name);
    let names = NamesHead::build(&metadata, &types, &tuning, &mut find)?;
    let quotes = QuotesHead::build(&metadata, &tuning, &mut find)?;
    let stance = StanceHead::build(&metadata, &tuning, &mut find)?;
    for (name, own) in [
        ("ner", NamesHead::read(&ModelFile::parse(&names.finish())?)?.width()),
        ("quotes", QuotesHead::read(&ModelFile::parse(&quotes.finish())?)?.width()),
        ("stance", StanceHead::read(&ModelFile::parse(&stance.finish())?)?.width()),
    ] {
        if own != width {
            return Err(ModelError::training(format!(
                "the head \"{name}\" reads {own} numbers, the encoder gives {width}"
            )));
        }
    }
    Ok(Heads { names, quotes, stance })
}

fn read_tensors(safetensors: &[u8]) -> Result<SafeTensors<'_>, ModelError> {
    SafeTensors::deserialize(safetensors)
        .map_err(|error| ModelError::training(format!("the safetensors cannot be read: {error}")))
}

/// A tensor in floats.
fn find_tensor(tensors: &SafeTensors<'_>, name: &str) -> Option<Tensor> {
    let tensor = tensors.tensor(name).ok().filter(|tensor| tensor.dtype() == Dtype::F32)?;
    let values = tensor.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    Some(Tensor { shape: tensor.shape().to_vec(), values })
}

/// The last layer of the encoder that heads of participants read, if `config.json` does not say it.
const LAST_LAYER: u64 = 6;
/// The groups of anaphors, in the order of their rows.
const GROUPS: [&str; 4] = ["personal", "neuter", "plural", "role"];

/// Builds the head for participants from the contents of `config.json` and `model.safetensors`. It is trained apart from the
/// encoder. The key `copydesk` has `layers` (one inner layer and the last one, or either), `pronouns` (true if pronouns
/// that were linked before are candidates) and `thresholds` (`personal`, `neuter`, `plural`, `role`).
///
/// # Errors
/// As [`convert`].
pub fn convert_actors(config: &str, safetensors: &[u8]) -> Result<ModelWriter, ModelError> {
    let wrong = |problem: &str| ModelError::training(format!("config.json: {problem}"));
    let config: Value = serde_json::from_str(config).map_err(|error| wrong(&error.to_string()))?;
    let own = config.get(OWN).ok_or_else(|| wrong("there is no key \"copydesk\""))?;
    let last = config.get("num_hidden_layers").and_then(Value::as_u64).unwrap_or(LAST_LAYER);
    let mut shape =
        Shape { pronouns: own.get("pronouns").and_then(Value::as_bool).unwrap_or(true), ..Shape::default() };
    for layer in own.get("layers").and_then(Value::as_array).into_iter().flatten() {
        match layer.as_u64() {
            Some(layer) if layer == last => shape.last = true,
            Some(layer) if layer > 0 && layer < last && shape.inner == 0 => shape.inner = layer as u32,
            _ => return Err(wrong("\"copydesk.layers\" is not one inner layer, the last one, or both")),
        }
    }
    let mut numbers = Vec::new();
    for (name, number) in own.get("thresholds").and_then(Value::as_object).into_iter().flatten() {
        let group = GROUPS
            .iter()
            .position(|group| group == name)
            .ok_or_else(|| wrong(&format!("no group has the threshold {name:?}; there are {}", GROUPS.join(", "))))?;
        let number = number.as_f64().ok_or_else(|| wrong(&format!("the threshold {name:?} is no number")))?;
        numbers.push((format!("threshold.{group}"), number as f32));
    }
    let metadata = Map::from_iter([
        ("checkpoint".to_owned(), Value::from(format!("{:016x}", hash_bytes(safetensors)))),
        ("program".to_owned(), Value::from(concat!("copydesk ", env!("CARGO_PKG_VERSION")))),
        (OWN.to_owned(), own.clone()),
    ]);
    let tensors = read_tensors(safetensors)?;
    let metadata = Value::Object(metadata).to_string();
    CorefHead::build(&metadata, shape, &Tuning::new(numbers), &mut |name| find_tensor(&tensors, name))
}

/// Returns the types, the numbers, and the tuned values as they were written.
fn read_tuning(config: &str) -> Result<(Vec<String>, Tuning, Value), ModelError> {
    let wrong = |problem: String| ModelError::training(format!("config.json: {problem}"));
    let config: Value = serde_json::from_str(config).map_err(|error| wrong(error.to_string()))?;
    let own = config.get(OWN).cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let types: Vec<String> = match own.get("types") {
        None => TYPES.map(str::to_owned).to_vec(),
        Some(types) => {
            let names = types.as_array().map(|list| list.iter().map(|name| name.as_str().map(str::to_owned)));
            let names: Option<Vec<String>> = names.and_then(Iterator::collect);
            names.ok_or_else(|| wrong("\"copydesk.types\" is no list of names".into()))?
        }
    };
    let made = own.get(TOKEN_TYPES).filter(|made| made.as_str() != Some(encoder::CASING_QUOTES));
    if let Some(made) = made {
        let known = encoder::CASING_QUOTES;
        return Err(wrong(format!("\"copydesk.{TOKEN_TYPES}\" is {made}, token types are made by \"{known}\" alone")));
    }
    let mut numbers = Vec::new();
    for (group, prefix) in [("temperature", "temperature."), ("thresholds", "")] {
        let Some(listed) = own.get(group) else { continue };
        let listed = listed.as_object().ok_or_else(|| wrong(format!("\"copydesk.{group}\" is no table of numbers")))?;
        for (name, number) in listed {
            let full = format!("{prefix}{name}");
            let number = number.as_f64().map(|number| number as f32);
            let number = number.ok_or_else(|| wrong(format!("\"copydesk.{group}.{name}\" is no number")))?;
            let of_type = full.strip_prefix("bias.").is_some_and(|name| types.iter().any(|own| own == name));
            if !of_type && !NUMBERS.contains(&full.as_str()) {
                let known = NUMBERS.map(|known| known.strip_prefix(prefix).unwrap_or(known)).join(", ");
                return Err(wrong(format!("no head knows \"copydesk.{group}.{name}\"; there are {known}")));
            }
            numbers.push((full, number));
        }
    }
    Ok((types, Tuning::new(numbers), own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tuned_is_read() {
        let (types, tuning, _) = read_tuning("{}").unwrap();
        assert_eq!((types.len(), tuning), (9, Tuning::default()));
        let config = r#"{"copydesk": {"types": ["Person", "Place"], "token_types": "casing-quotes", "temperature": {"ner": 1.5},
            "thresholds": {"bias.Place": -1, "candidate": 0.25}}}"#;
        let (types, tuning, kept) = read_tuning(config).unwrap();
        assert_eq!(types, ["Person", "Place"]);
        assert_eq!(kept["token_types"], "casing-quotes");
        assert_eq!(
            ["temperature.ner", "bias.Place", "candidate", "threshold"].map(|name| tuning.get(name, 9.0)),
            [1.5, -1.0, 0.25, 9.0]
        );
        for (config, wanted) in [
            ("{", "config.json: "),
            (r#"{"copydesk": {"types": 3}}"#, "no list of names"),
            (r#"{"copydesk": {"token_types": "sentences"}}"#, "\"copydesk.token_types\" is \"sentences\""),
            (r#"{"copydesk": {"thresholds": [1]}}"#, "no table of numbers"),
            (r#"{"copydesk": {"thresholds": {"candidate": "x"}}}"#, "\"copydesk.thresholds.candidate\" is no number"),
            (r#"{"copydesk": {"thresholds": {"bias.Plant": 1}}}"#, "no head knows \"copydesk.thresholds.bias.Plant\""),
            (
                r#"{"copydesk": {"temperature": {"nre": 1}}}"#,
                "no head knows \"copydesk.temperature.nre\"; there are ner, blend, cue",
            ),
        ] {
            let error = read_tuning(config).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
