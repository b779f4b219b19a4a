//! From model files back to a checkpoint: the reverse of [`convert`](super::convert), for readers of a BERT with a head
//! for tokens.

use std::collections::HashMap;

use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};
use serde_json::{Map, Value, json};

use super::{CHECKPOINT, OWN, TOKEN_TYPES, VOCABULARY};
use crate::encoder::{CASING_QUOTES, tensors, write_config};
use crate::heads::{NamesHead, QuotesHead, StanceHead, Tensor};
use crate::{ModelError, ModelFile};

/// The files of a checkpoint, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// `config.json`: the shape, the tags of names by number, and the tuned values.
    pub config: String,
    /// `vocab.txt`.
    pub vocabulary: String,
    /// `tokenizer_config.json`: that words are cut as BERT's tokenizer for uncased models cuts them.
    pub tokenizer: String,
    /// `model.safetensors`, in floats of 32 bits.
    pub safetensors: Vec<u8>,
}

/// A model file, and its name in messages.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// For example its path.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Builds the checkpoint of an encoder and its heads, in floats whatever the encoder's weights are kept in.
///
/// The checkpoint is one for `BertForTokenClassification`. `classifier` scores the tags of names, with their tuned
/// biases and temperature. The heads' own tensors are beside it. From these, [`convert`](super::convert) makes the same
/// heads again, bit by bit, and the same encoder, if it is in floats.
///
/// # Errors
/// If a file is damaged or of another kind, or the files do not belong together. The message begins with the file's
/// name.
pub fn export(
    encoder: Source<'_>,
    names: Source<'_>,
    quotes: Source<'_>,
    stance: Source<'_>,
) -> Result<Exported, ModelError> {
    let of = |source: Source<'_>, error: ModelError| ModelError::file(source.name, error);
    let encoder_file = ModelFile::parse(encoder.bytes).map_err(|error| of(encoder, error))?;
    let (shape, mut all) = tensors(&encoder_file).map_err(|error| of(encoder, error))?;
    all.iter_mut().for_each(|(name, _)| name.insert_str(0, "bert."));
    let vocabulary = encoder_file.require(VOCABULARY).map_err(|error| of(encoder, error))?;
    let vocabulary =
        std::str::from_utf8(vocabulary).map_err(|_| ModelError::file(encoder.name, "its vocabulary is not UTF-8"))?;
    let checkpoint = metadata(encoder, &encoder_file)?.remove(CHECKPOINT);

    // Each head with what was tuned, which must be one thing for all: a checkpoint says it once.
    let mut tuned = None;
    let mut belongs = |source: Source<'_>, file: &ModelFile<'_>, width: usize| {
        let mut metadata = metadata(source, file)?;
        let wrong = |problem: String| Err(ModelError::file(source.name, problem));
        if width != shape.width {
            return wrong(format!(
                "it reads {width} numbers, the encoder {} gives {}; take models that were imported together",
                encoder.name, shape.width
            ));
        }
        if metadata.remove(CHECKPOINT) != checkpoint {
            return wrong(format!(
                "it is not of the checkpoint that {} is of; take models that were imported together",
                encoder.name
            ));
        }
        let own = metadata.remove(OWN);
        if own != *tuned.get_or_insert_with(|| own.clone()) {
            return wrong(format!("it was tuned apart from {}: import the checkpoint again", names.name));
        }
        Ok(())
    };
    let file = ModelFile::parse(names.bytes).map_err(|error| of(names, error))?;
    let head = NamesHead::read(&file).map_err(|error| of(names, error))?;
    belongs(names, &file, head.width())?;
    all.extend(head.tensors());
    all.extend(head.classifier());
    let (tags, types) = (head.tags(), head.types().to_vec());
    let file = ModelFile::parse(quotes.bytes).map_err(|error| of(quotes, error))?;
    let head = QuotesHead::read(&file).map_err(|error| of(quotes, error))?;
    belongs(quotes, &file, head.width())?;
    all.extend(head.tensors());
    let file = ModelFile::parse(stance.bytes).map_err(|error| of(stance, error))?;
    let head = StanceHead::read(&file).map_err(|error| of(stance, error))?;
    belongs(stance, &file, head.width())?;
    all.extend(head.tensors());

    let Some(Some(Value::Object(mut own))) = tuned else {
        return Err(ModelError::file(names.name, "it does not say what was tuned: import the checkpoint again"));
    };
    own.insert("types".to_owned(), types.into());
    own.insert(TOKEN_TYPES.to_owned(), CASING_QUOTES.into());
    let mut config = write_config(&shape);
    config.insert("architectures".to_owned(), json!(["BertForTokenClassification"]));
    let padding = vocabulary.lines().position(|piece| piece == "[PAD]").unwrap_or(0);
    config.insert("pad_token_id".to_owned(), padding.into());
    let numbered = || tags.iter().cloned().enumerate();
    let labels: Map<String, Value> = numbered().map(|(number, tag)| (number.to_string(), tag.into())).collect();
    config.insert("id2label".to_owned(), labels.into());
    let numbers: Map<String, Value> = numbered().map(|(number, tag)| (tag, number.into())).collect();
    config.insert("label2id".to_owned(), numbers.into());
    config.insert(OWN.to_owned(), own.into());
    let tokenizer = json!({
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": true,
        "model_max_length": shape.positions,
    });
    Ok(Exported {
        config: format!("{:#}\n", Value::Object(config)),
        vocabulary: vocabulary.lines().flat_map(|piece| [piece, "\n"]).collect(),
        tokenizer: format!("{tokenizer:#}\n"),
        safetensors: write_tensors(&all)?,
    })
}

pub(super) fn metadata(source: Source<'_>, file: &ModelFile<'_>) -> Result<Map<String, Value>, ModelError> {
    serde_json::from_str(file.metadata())
        .map_err(|error| ModelError::file(source.name, format!("its metadata cannot be read: {error}")))
}

fn write_tensors(all: &[(String, Tensor)]) -> Result<Vec<u8>, ModelError> {
    let bytes: Vec<Vec<u8>> =
        all.iter().map(|(_, tensor)| tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect()).collect();
    let wrong = |error| ModelError::file("model.safetensors", error);
    let views = all.iter().zip(&bytes).map(|((name, tensor), bytes)| {
        Ok((name.as_str(), TensorView::new(Dtype::F32, tensor.shape.clone(), bytes).map_err(wrong)?))
    });
    let views = views.collect::<Result<Vec<_>, ModelError>>()?;
    // `transformers` asks whose conventions a file follows.
    let format = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    serialize(views, Some(format)).map_err(wrong)
}
