//! The head that finds names: one dense layer from a token's vector to BIOES tags.

use super::{Dense, Rows, Tensor, Tuning, Vectors, decoder::log_softmax, dense, dense_tensors};
use crate::curve::Curve;
use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

const LAYER: &str = "names";
const TYPES: &str = "types";
/// The number of tokens that are gathered at a time.
const BLOCK: usize = 96;

/// Scores the tags of names: `O`, then `B-`, `I-`, `E-` and `S-` of each type.
#[derive(Debug, Clone, PartialEq)]
pub struct NamesHead {
    types: Vec<String>,
    layer: Dense,
    temperature: f32,
    /// Added to the scores of each tag.
    bias: Vec<f32>,
    /// How much the scores of another model's tags count.
    pub blend: f32,
    /// The divisor of the scores of both: two that agree are not twice as sure.
    pub blend_temperature: f32,
    /// From the posterior probability of a name to the share that is right.
    pub curve: Curve,
}

impl NamesHead {
    /// The kind in the file of such a head.
    pub const KIND: &'static str = "ner-head";

    /// The head of a checkpoint's tensors `ner.weight` and `ner.bias`.
    ///
    /// # Errors
    /// If a tensor is missing or does not fit the types.
    pub fn build(
        metadata: &str,
        types: &[String],
        tuning: &Tuning,
        find: &mut dyn FnMut(&str) -> Option<Tensor>,
    ) -> Result<ModelWriter, ModelError> {
        let mut writer = ModelWriter::new(Self::KIND, metadata);
        dense(find, "ner")?.write(&mut writer, LAYER);
        let mut names = (types.len() as u32).to_le_bytes().to_vec();
        for name in types {
            names.extend((name.len() as u32).to_le_bytes());
            names.extend(name.as_bytes());
        }
        writer.section(TYPES, names);
        tuning.write(&mut writer);
        Self::read(&ModelFile::parse(&writer.finish())?)?;
        Ok(writer)
    }

    /// Reads a head.
    ///
    /// # Errors
    /// If the file is of another kind, or a part of it is missing or does not fit.
    pub fn read(file: &ModelFile<'_>) -> Result<Self, ModelError> {
        file.require_kind(Self::KIND)?;
        let bad = || ModelError::section(TYPES, "it is no list of types");
        let mut reader = Reader::new(file.require(TYPES)?);
        let count = reader.u32().filter(|count| (1..=63).contains(count)).ok_or_else(bad)?;
        let types: Option<Vec<String>> = (0..count).map(|_| reader.text().map(str::to_owned)).collect();
        let types = types.ok_or_else(bad)?;
        let layer = Dense::read(file, LAYER)?;
        layer.require(LAYER, layer.inputs(), 1 + 4 * types.len())?;
        let tuning = Tuning::read(file)?;
        let mut bias = vec![tuning.get("bias.O", 0.0)];
        for name in &types {
            bias.extend([tuning.get(&format!("bias.{name}"), 0.0); 4]);
        }
        let temperature = tuning.temperature("temperature.ner")?;
        let blend_temperature = tuning.temperature("temperature.blend")?;
        let curve = tuning.curve(".names")?;
        Ok(Self { types, layer, temperature, bias, blend: tuning.get("blend", 0.0), blend_temperature, curve })
    }

    /// The tensors that it was built from.
    #[must_use]
    pub fn tensors(&self) -> Vec<(String, Tensor)> {
        dense_tensors(&self.layer, "ner").into()
    }

    /// Returns the head as one linear layer, `classifier.weight` and `classifier.bias`, with biases and temperature.
    /// The logarithm of its softmax equals [`NamesHead::emissions`].
    #[must_use]
    pub fn classifier(&self) -> Vec<(String, Tensor)> {
        let [mut weight, mut bias] = dense_tensors(&self.layer, "classifier");
        weight.1.values.iter_mut().for_each(|weight| *weight /= self.temperature);
        bias.1.values.iter_mut().zip(&self.bias).for_each(|(own, tuned)| *own = (*own + tuned) / self.temperature);
        vec![weight, bias]
    }

    /// The types, as the model calls them.
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The tags in the order of their numbers.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let of = |name: &String| ["B", "I", "E", "S"].map(|place| format!("{place}-{name}"));
        std::iter::once("O".to_owned()).chain(self.types.iter().flat_map(of)).collect()
    }

    /// Width of the vectors it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.layer.inputs()
    }

    /// Replaces `out` by the logarithm of each tag's probability for the tokens of `range`, in rows of `width`
    /// numbers.
    pub fn emissions(
        &self,
        vectors: &Vectors<'_>,
        range: std::ops::Range<usize>,
        width: usize,
        work: &mut (Vec<f32>, Vec<f32>),
        out: &mut Vec<f32>,
    ) {
        out.clear();
        let (inputs, scores) = work;
        for begin in range.clone().step_by(BLOCK) {
            inputs.clear();
            vectors.gather(begin..(begin + BLOCK).min(range.end), inputs);
            self.layer.apply(Rows::packed(inputs, self.layer.inputs()), scores);
            for row in scores.chunks_exact_mut(self.layer.outputs()) {
                row.iter_mut().zip(&self.bias).for_each(|(score, bias)| *score += bias);
                log_softmax(row, self.temperature, width, out);
            }
        }
    }
}
