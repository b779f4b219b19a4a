//! Heads turn the vectors of an encoder into names, attributions, participants and stances. Each is a few dense layers in floats,
//! read from a file of its own, with numbers that were tuned on development data.
//!
//! A head works on tokens and takes a token's vector from its first piece ([`Vectors`]).

mod coref;
mod decoder;
mod dense;
mod names;
mod predictor;
mod quotes;
mod stance;
#[cfg(test)]
mod tests;
mod tuning;
mod vectors;

pub use coref::{CorefHead, CorefWork, Projections, Shape};
pub use decoder::{Decoder, log_softmax};
pub use dense::{Dense, Rows};
pub use names::NamesHead;
pub use predictor::Predictor;
pub use quotes::{CUE_TAGS, CueWork, PART_TAGS, QuotesHead, Reach};
pub use stance::StanceHead;
pub use tuning::Tuning;
pub use vectors::Vectors;

/// A tensor of a checkpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tensor {
    /// Its shape, the outputs first.
    pub shape: Vec<usize>,
    /// Its values, row by row.
    pub values: Vec<f32>,
}

/// The tensor of a name, and its shape checked by the number of dimensions.
///
/// # Errors
/// If it is missing, has another number of dimensions, or a value that is not finite.
fn tensor<const N: usize>(
    find: &mut dyn FnMut(&str) -> Option<Tensor>,
    name: &str,
) -> Result<([usize; N], Vec<f32>), crate::ModelError> {
    let wrong = |problem: String| crate::ModelError::training(format!("tensor \"{name}\" {problem}"));
    let found = find(name).ok_or_else(|| wrong("is not there".into()))?;
    let shape: [usize; N] = found
        .shape
        .as_slice()
        .try_into()
        .map_err(|_| wrong(format!("has {} dimensions, needed are {N}", found.shape.len())))?;
    if shape.iter().product::<usize>() != found.values.len() {
        return Err(wrong(format!("has {} values, its shape {shape:?} has others", found.values.len())));
    }
    if !found.values.iter().all(|value| value.is_finite()) {
        return Err(wrong("has a value that is not finite".into()));
    }
    Ok((shape, found.values))
}

/// A dense layer from the tensors `NAME.weight` and `NAME.bias`.
fn dense(find: &mut dyn FnMut(&str) -> Option<Tensor>, name: &str) -> Result<Dense, crate::ModelError> {
    let ([outputs, inputs], weights) = tensor::<2>(find, &format!("{name}.weight"))?;
    let ([_], bias) = tensor::<1>(find, &format!("{name}.bias"))?;
    Dense::new(inputs, outputs, &weights, &bias)
}

/// The tensors `NAME.weight` and `NAME.bias` of a dense layer.
fn dense_tensors(layer: &Dense, name: &str) -> [(String, Tensor); 2] {
    let (shape, bias) = (vec![layer.outputs(), layer.inputs()], vec![layer.outputs()]);
    [
        (format!("{name}.weight"), Tensor { shape, values: layer.weights() }),
        (format!("{name}.bias"), Tensor { shape: bias, values: layer.bias() }),
    ]
}

/// A dense layer from the tensor `NAME.weight`, without a bias.
fn unbiased(find: &mut dyn FnMut(&str) -> Option<Tensor>, name: &str) -> Result<Dense, crate::ModelError> {
    let ([outputs, inputs], weights) = tensor::<2>(find, &format!("{name}.weight"))?;
    Dense::new(inputs, outputs, &weights, &vec![0.0; outputs])
}
