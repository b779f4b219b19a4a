//! Unpacks a model file into the tensors of a BERT, as floats: the reverse of [`build`](fn@super::build).

use super::layout::{ByteLinear, Config, FloatLinear, KIND, Layer, Layers, Norm, Parts, Table};
use super::level::LANES;
use super::math::GELU_FLOOR;
use crate::heads::Tensor;
use crate::{ModelError, ModelFile};

/// The shape of an encoder and its parameters, each under its Hugging Face name without the prefix `bert.`.
///
/// Floats come out as they went in, to the bit. Of bytes come the numbers of the file: rounded to their units, with
/// balances, and the floor of the GELU, taken out again. The encoder bounds them when it reads them, see `bounded.rs`.
///
/// # Errors
/// If the file is of another kind, or a section is missing or does not fit.
pub fn tensors(file: &ModelFile<'_>) -> Result<(Config, Vec<(String, Tensor)>), ModelError> {
    file.require_kind(KIND)?;
    let config = Config::read(file)?;
    let Parts { words, positions, types, norm, layers } = Parts::read(file, &config)?;
    let mut tensors = Vec::new();
    for (name, table) in [("word", words), ("position", positions), ("token_type", types)] {
        let values = rows(table, config.width);
        let shape = vec![values.len() / config.width, config.width];
        tensors.push((format!("embeddings.{name}_embeddings.weight"), Tensor { shape, values }));
    }
    put_norm(&mut tensors, "embeddings.LayerNorm", norm);
    match layers {
        Layers::Int8(layers) => put_layers(&mut tensors, &config, layers),
        Layers::Float32(layers) => put_layers(&mut tensors, &config, layers),
    }
    Ok((config, tensors))
}

fn rows(table: Table<'_>, width: usize) -> Vec<f32> {
    match table {
        Table::Floats(values) => values,
        Table::Bytes { rows, units } => {
            let rows = rows.chunks_exact(width).zip(units);
            rows.flat_map(|(row, unit)| row.iter().map(move |&n| f32::from(n as i8) * unit)).collect()
        }
    }
}

fn put_norm(tensors: &mut Vec<(String, Tensor)>, name: &str, norm: Norm) {
    for (part, values) in [("weight", norm.gain), ("bias", norm.shift)] {
        tensors.push((format!("{name}.{part}"), Tensor { shape: vec![values.len()], values }));
    }
}

fn put_layers<P: Packed>(tensors: &mut Vec<(String, Tensor)>, config: &Config, layers: Vec<Layer<P>>) {
    let Config { width, inner, .. } = *config;
    for (number, layer) in layers.into_iter().enumerate() {
        let of = |name: &str| format!("encoder.layer.{number}.{name}");
        let mut put = |name: &str, weights: &[f32], bias: &[f32]| {
            let shape = vec![bias.len(), weights.len() / bias.len().max(1)];
            tensors.push((of(&format!("{name}.weight")), Tensor { shape, values: weights.to_vec() }));
            tensors.push((of(&format!("{name}.bias")), Tensor { shape: vec![bias.len()], values: bias.to_vec() }));
        };
        let (mut weights, bias) = layer.qkv.unpacked(width, true);
        let balances = [&layer.query_key_balance, &layer.query_key_balance, &layer.value_balance];
        let parts = weights.chunks_exact_mut(width * width).zip(bias.chunks_exact(width));
        for ((name, balance), (weights, bias)) in ["query", "key", "value"].into_iter().zip(balances).zip(parts) {
            unbalance(weights, width, balance);
            put(&format!("attention.self.{name}"), weights, bias);
        }
        let (weights, bias) = layer.out.unpacked(width, true);
        put("attention.output.dense", &weights, &bias);
        let (mut weights, bias) = layer.up.unpacked(width, true);
        unbalance(&mut weights, width, &layer.up_balance);
        put("intermediate.dense", &weights, &bias);
        let (weights, bias) = layer.down.unpacked(inner, false);
        put("output.dense", &weights, &bias);
        put_norm(tensors, &of("attention.output.LayerNorm"), layer.attention_norm);
        put_norm(tensors, &of("output.LayerNorm"), layer.output_norm);
    }
}

/// Multiplies each input's weights by the factor that the encoder has for that input. Floats have no balance.
fn unbalance(weights: &mut [f32], inputs: usize, balance: &[f32]) {
    for row in weights.chunks_exact_mut(inputs) {
        row.iter_mut().zip(balance).for_each(|(w, balance)| *w *= balance);
    }
}

/// A packed linear layer.
trait Packed {
    /// A row of weights for each output, and the biases; `raised` as they were packed with.
    fn unpacked(&self, inputs: usize, raised: bool) -> (Vec<f32>, Vec<f32>);
}

impl Packed for FloatLinear {
    fn unpacked(&self, inputs: usize, _: bool) -> (Vec<f32>, Vec<f32>) {
        let mut weights = Vec::with_capacity(self.packed.len());
        for block in self.packed.chunks_exact(inputs * LANES) {
            for lane in 0..LANES {
                weights.extend(block.iter().skip(lane).step_by(LANES));
            }
        }
        (weights, self.bias.clone())
    }
}

impl Packed for ByteLinear<'_> {
    fn unpacked(&self, inputs: usize, raised: bool) -> (Vec<f32>, Vec<f32>) {
        let bytes = self.packed.bytes();
        let mut weights = Vec::with_capacity(bytes.len());
        let mut bias = Vec::with_capacity(self.bias.len());
        let blocks = bytes.chunks_exact(inputs * LANES);
        let columns = self.units.chunks_exact(LANES).zip(self.bias.chunks_exact(LANES));
        for (block, (units, biases)) in blocks.zip(columns) {
            for (lane, (unit, own)) in units.iter().zip(biases).enumerate() {
                let steps = block.as_chunks::<4>().0.iter().skip(lane).step_by(LANES);
                let row = steps.flatten().map(|&n| n as i8);
                let sum: i32 = row.clone().map(i32::from).sum();
                weights.extend(row.map(|n| f32::from(n) * unit));
                bias.push(if raised { *own } else { own + GELU_FLOOR * unit * sum as f32 });
            }
        }
        (weights, bias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::{Precision, build};

    /// Numbers that are another for each name and place.
    fn drawn(name: &str, size: usize) -> Vec<f32> {
        let norm = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
        let salt = name.bytes().fold(7u32, |salt, byte| salt.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let number = |n: usize| (n as u32).wrapping_add(salt).wrapping_mul(2_654_435_769);
        (0..size).map(|n| norm + (number(n) >> 8) as f32 / (1u32 << 25) as f32 - 0.25).collect()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        for (precision, widest) in [(Precision::Float32, 0.0), (Precision::Int8, 0.01)] {
            let config = Config {
                precision,
                layers: 2,
                width: 64,
                inner: 192,
                positions: 9,
                types: 3,
                vocabulary: 17,
                epsilon: 1e-12,
            };
            let mut given = Vec::new();
            let size = |name: &str| match name {
                "embeddings.word_embeddings.weight" => 17 * 64,
                "embeddings.position_embeddings.weight" => 9 * 64,
                "embeddings.token_type_embeddings.weight" => 3 * 64,
                _ if name.contains("LayerNorm") => 64,
                _ if name.ends_with("intermediate.dense.bias") => 192,
                _ if name.ends_with("bias") => 64,
                _ if name.contains("attention") => 64 * 64,
                _ => 64 * 192,
            };
            let built = build(&config, "{}", |name| {
                let values = drawn(name, size(name));
                given.push((name.to_owned(), values.clone()));
                Some(values)
            });
            let bytes = built.unwrap().finish();
            let (shape, mut found) = tensors(&ModelFile::parse(&bytes).unwrap()).unwrap();
            assert_eq!(shape, config);
            given.sort_by(|a, b| a.0.cmp(&b.0));
            found.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(given.len(), found.len());
            for ((name, values), (found_name, tensor)) in given.iter().zip(&found) {
                assert_eq!((name, values.len()), (found_name, tensor.shape.iter().product()));
                let apart = values.iter().zip(&tensor.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(apart <= widest, "{precision:?} {name}: {apart}");
            }
        }
    }

    #[test]
    fn other_files_are_refused() {
        let other = crate::ModelWriter::new("ner", "{}").finish();
        let error = tensors(&ModelFile::parse(&other).unwrap()).unwrap_err().to_string();
        assert_eq!(error, "the model is of kind \"ner\", needed is one of kind \"encoder\"");
    }
}
