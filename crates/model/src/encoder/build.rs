//! From the tensors of a BERT to a model file, in floats or quantised.

use std::ops::Range;

use super::layout::{Config, KIND, Precision};
use super::level::LANES;
use super::math::GELU_FLOOR;
use super::memory::float_bytes;
use crate::{ModelError, ModelWriter};

/// Builds the model file of an encoder; further sections may be added before it is finished.
///
/// `tensor` returns a parameter by its Hugging Face name without the prefix `bert.`, such as
/// `encoder.layer.0.attention.self.query.weight`. The parameter comes row by row, an output's weights side by side.
/// `metadata` is a JSON object, kept as it is.
///
/// Weights are quantised for each output to -127..=127, symmetrically; embeddings for each row. `layout` describes the
/// other changes.
///
/// # Errors
/// If the shape is none the encoder can work with, or a tensor is missing, of another size or not finite.
pub fn build(
    config: &Config,
    metadata: &str,
    mut tensor: impl FnMut(&str) -> Option<Vec<f32>>,
) -> Result<ModelWriter, ModelError> {
    config.check()?;
    let Config { width, inner, precision, .. } = *config;
    let mut get = |name: &str, size: usize| {
        let values = tensor(name).ok_or_else(|| ModelError::training(format!("there is no tensor \"{name}\"")))?;
        if values.len() != size {
            let found = values.len();
            return Err(ModelError::training(format!("tensor \"{name}\" has {found} values, needed are {size}")));
        }
        if !values.iter().all(|n| n.is_finite()) {
            return Err(ModelError::training(format!("tensor \"{name}\" has a value that is not finite")));
        }
        Ok(values)
    };
    let mut writer = ModelWriter::new(KIND, metadata);
    writer.section("config", config.write());
    for (section, name, rows) in
        [("words", "word_embeddings", config.vocabulary), ("positions", "position_embeddings", config.positions)]
    {
        let values = get(&format!("embeddings.{name}.weight"), rows * width)?;
        match precision {
            Precision::Float32 => writer.section(section, float_bytes(&values)),
            Precision::Int8 => {
                let units: Vec<f32> = values.chunks(width).map(unit).collect();
                let rows =
                    values.chunks(width).zip(&units).flat_map(|(row, unit)| row.iter().map(|x| quantised(*x, *unit)));
                let rows: Vec<u8> = rows.map(|n| n as u8).collect();
                writer.section(format!("{section}.unit"), float_bytes(&units)).section(section, rows)
            }
        };
    }
    writer.section("types", float_bytes(&get("embeddings.token_type_embeddings.weight", config.types * width)?));
    let mut norm = get("embeddings.LayerNorm.weight", width)?;
    norm.extend(get("embeddings.LayerNorm.bias", width)?);
    writer.section("norm", float_bytes(&norm));
    let mut before = norm;
    for layer in 0..config.layers {
        let of = |name: &str| format!("encoder.layer.{layer}.{name}");
        let mut qkv = Linear::default();
        for name in ["query", "key", "value"] {
            qkv.weights.extend(get(&of(&format!("attention.self.{name}.weight")), width * width)?);
            qkv.bias.extend(get(&of(&format!("attention.self.{name}.bias")), width)?);
        }
        let mut linear = |name: &str, inputs: usize, outputs: usize| {
            let weights = get(&of(&format!("{name}.weight")), inputs * outputs)?;
            Ok::<_, ModelError>(Linear { weights, bias: get(&of(&format!("{name}.bias")), outputs)? })
        };
        let out = linear("attention.output.dense", width, width)?;
        let mut up = linear("intermediate.dense", width, inner)?;
        let mut down = linear("output.dense", inner, width)?;
        let mut attention_norm = get(&of("attention.output.LayerNorm.weight"), width)?;
        attention_norm.extend(get(&of("attention.output.LayerNorm.bias"), width)?);
        let mut output_norm = get(&of("output.LayerNorm.weight"), width)?;
        output_norm.extend(get(&of("output.LayerNorm.bias"), width)?);
        let mut norms = [attention_norm.as_slice(), &output_norm].concat();
        if precision == Precision::Int8 {
            norms.extend(qkv.balance(&before, 0..2 * width));
            norms.extend(qkv.balance(&before, 2 * width..3 * width));
            norms.extend(up.balance(&attention_norm, 0..inner));
        }
        writer.section(of_section(layer, "norms"), float_bytes(&norms));
        for (name, linear, raised) in
            [("qkv", &mut qkv, true), ("out", &mut { out }, true), ("up", &mut up, true), ("down", &mut down, false)]
        {
            let (weights, columns) = match precision {
                Precision::Float32 => (float_bytes(&linear.packed_floats()), float_bytes(&linear.bias)),
                Precision::Int8 => linear.packed_bytes(raised),
            };
            writer.section(of_section(layer, name), weights);
            writer.section(of_section(layer, &format!("{name}.columns")), columns);
        }
        before = output_norm;
    }
    Ok(writer)
}

fn of_section(layer: usize, name: &str) -> String {
    format!("layer.{layer}.{name}")
}

/// Returns the size of one step, if the greatest magnitude is 127 steps.
fn unit(row: &[f32]) -> f32 {
    row.iter().fold(1e-20, |most: f32, x| most.max(x.abs())) / 127.0
}

fn quantised(x: f32, unit: f32) -> i8 {
    (x / unit).round_ties_even().clamp(-127.0, 127.0) as i8
}

/// A linear layer: `outputs` rows of weights.
#[derive(Debug, Default)]
struct Linear {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    fn outputs(&self) -> usize {
        self.bias.len()
    }

    fn inputs(&self) -> usize {
        self.weights.len() / self.outputs().max(1)
    }

    /// Balances inputs and weights: multiplies each input's weights for `outputs` so that they and the input have like
    /// sizes. Returns the factors of the inputs. `norm` has the gain and shift of the normalisation before; an input
    /// rarely lies beyond three gains around its shift.
    fn balance(&mut self, norm: &[f32], outputs: Range<usize>) -> Vec<f32> {
        let inputs = self.inputs();
        let weights = self.weights.get_mut(outputs.start * inputs..outputs.end * inputs).unwrap_or_default();
        let (gain, shift) = norm.split_at(inputs);
        let mut most = vec![1e-5f32; inputs];
        for row in weights.chunks(inputs) {
            most.iter_mut().zip(row).for_each(|(most, w)| *most = most.max(w.abs()));
        }
        let factors: Vec<f32> = gain
            .iter()
            .zip(shift)
            .zip(&most)
            .map(|((gain, shift), most)| ((3.0 * gain.abs() + shift.abs()) / most).sqrt().clamp(1e-3, 1e3))
            .collect();
        for row in weights.chunks_mut(inputs) {
            row.iter_mut().zip(&factors).for_each(|(w, factor)| *w *= factor);
        }
        factors.iter().map(|factor| 1.0 / factor).collect()
    }

    /// Bytes, and unit, bias and start of each column. `raised` inputs are bytes around 128, others count from the
    /// floor of the GELU.
    fn packed_bytes(&self, raised: bool) -> (Vec<u8>, Vec<u8>) {
        let inputs = self.inputs();
        let rows: Vec<&[f32]> = self.weights.chunks(inputs).collect();
        let units: Vec<f32> = rows.iter().map(|row| unit(row)).collect();
        let bytes: Vec<Vec<i8>> =
            rows.iter().zip(&units).map(|(row, unit)| row.iter().map(|x| quantised(*x, *unit)).collect()).collect();
        let sums: Vec<i32> = bytes.iter().map(|row| row.iter().map(|&n| i32::from(n)).sum()).collect();
        let mut packed = Vec::with_capacity(self.weights.len());
        for block in bytes.chunks(LANES) {
            for step in 0..inputs / 4 {
                packed.extend(block.iter().flat_map(|row| row.iter().skip(step * 4).take(4).map(|&n| n as u8)));
            }
        }
        let start = sums.iter().map(|sum| if raised { -128 * sum } else { 0 });
        let bias = self
            .bias
            .iter()
            .zip(&sums)
            .zip(&units)
            .map(|((bias, sum), unit)| if raised { *bias } else { bias - GELU_FLOOR * unit * *sum as f32 });
        let mut columns = float_bytes(&units);
        columns.extend(bias.flat_map(f32::to_le_bytes));
        columns.extend(start.flat_map(i32::to_le_bytes));
        (packed, columns)
    }

    fn packed_floats(&self) -> Vec<f32> {
        let inputs = self.inputs();
        let rows: Vec<&[f32]> = self.weights.chunks(inputs).collect();
        let mut packed = Vec::with_capacity(self.weights.len());
        for block in rows.chunks(LANES) {
            for input in 0..inputs {
                packed.extend(block.iter().filter_map(|row| row.get(input)));
            }
        }
        packed
    }
}
