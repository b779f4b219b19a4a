//! The head that judges a stance: one hidden layer over the vectors of a mention and of its sentence.

use super::{Dense, Rows, Tensor, Tuning, Vectors, decoder::log_softmax, dense, dense_tensors};
use crate::curve::Curve;
use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter};

const HIDDEN: &str = "stance.hidden";
const OUT: &str = "stance.out";
/// So many tokens of a mention are looked at.
const LONGEST_TARGET: usize = 64;
/// So many tokens on either side of a mention are its sentence: real ones are shorter.
const REACH: usize = 256;

/// No model is surer than this that something is not so.
const LEAST_PROBABILITY: f32 = 1e-4;

/// Negative, neutral and positive, in this order.
const CLASSES: usize = 3;

/// Judges mentions.
#[derive(Debug, Clone, PartialEq)]
pub struct StanceHead {
    hidden: Dense,
    out: Dense,
    temperature: f32,
    bias: [f32; CLASSES],
    /// How much the logarithm of another model's probability counts beside a score.
    blend: f32,
    /// From the probability of the likeliest class to the share that is right.
    curve: Curve,
}

impl StanceHead {
    /// The kind in the file of such a head.
    pub const KIND: &'static str = "stance-head";

    /// The head of a checkpoint's tensors `stance.hidden` and `stance.out`.
    ///
    /// # Errors
    /// If a tensor is missing or does not fit the other.
    pub fn build(
        metadata: &str,
        tuning: &Tuning,
        find: &mut dyn FnMut(&str) -> Option<Tensor>,
    ) -> Result<ModelWriter, ModelError> {
        let mut writer = ModelWriter::new(Self::KIND, metadata);
        for name in [HIDDEN, OUT] {
            dense(find, name)?.write(&mut writer, name);
        }
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
        let hidden = Dense::read(file, HIDDEN)?;
        if !hidden.inputs().is_multiple_of(3) {
            return Err(ModelError::section(HIDDEN, format!("{} inputs are not three vectors", hidden.inputs())));
        }
        let out = Dense::read(file, OUT)?;
        out.require(OUT, hidden.outputs(), CLASSES)?;
        let tuning = Tuning::read(file)?;
        let bias = ["bias.negative", "bias.neutral", "bias.positive"].map(|name| tuning.get(name, 0.0));
        let blend = tuning.get("blend.stance", 0.0);
        let curve = tuning.curve(".stance")?;
        Ok(Self { hidden, out, temperature: tuning.temperature("temperature.stance")?, bias, blend, curve })
    }

    /// The tensors that it was built from.
    #[must_use]
    pub fn tensors(&self) -> Vec<(String, Tensor)> {
        [dense_tensors(&self.hidden, HIDDEN), dense_tensors(&self.out, OUT)].into_iter().flatten().collect()
    }

    /// Width of the vectors it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.hidden.inputs() / 3
    }

    /// Appends the inputs of the hidden layer for a mention of the tokens `target` in a sentence of the tokens
    /// `sentence`: the mean of the mention, its first token, the mean of the sentence.
    pub fn gather(
        vectors: &Vectors<'_>,
        target: std::ops::Range<usize>,
        sentence: std::ops::Range<usize>,
        out: &mut Vec<f32>,
    ) {
        let first = target.start;
        let target = first..target.end.min(first + LONGEST_TARGET);
        let sentence = sentence.start.max(first.saturating_sub(REACH))..sentence.end.min(target.end + REACH);
        mean(vectors, target, out);
        vectors.gather(first..first + 1, out);
        mean(vectors, sentence, out);
    }

    /// Replaces `out` by the probabilities of negative, neutral and positive for each mention of `inputs`, which
    /// [`StanceHead::gather`] filled. `other` has another model's probabilities, or nothing. `work` is memory that the
    /// caller keeps.
    pub fn judge(
        &self,
        inputs: &[f32],
        other: &[[f32; CLASSES]],
        work: &mut (Vec<f32>, Vec<f32>),
        out: &mut Vec<[f32; CLASSES]>,
    ) {
        out.clear();
        let (hidden, scores) = work;
        self.hidden.apply(Rows::packed(inputs, self.hidden.inputs()), hidden);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        self.out.apply(Rows::packed(hidden, self.out.inputs()), scores);
        let mut row = Vec::with_capacity(CLASSES);
        let (rows, _) = scores.as_chunks::<CLASSES>();
        out.extend(rows.iter().enumerate().map(|(at, scores)| {
            row.clear();
            let mut sums: [f32; CLASSES] = std::array::from_fn(|class| scores[class] + self.bias[class]);
            if let Some(other) = other.get(at) {
                let logs = other.iter().map(|probability| probability.max(LEAST_PROBABILITY).ln());
                sums.iter_mut().zip(logs).for_each(|(sum, log)| *sum += self.blend * log);
            }
            log_softmax(&sums, self.temperature, CLASSES, &mut row);
            let mut classes = [0.0; CLASSES];
            classes.iter_mut().zip(&row).for_each(|(class, log)| *class = log.exp());
            self.curve.of_likeliest(classes)
        }));
    }
}

/// Appends the mean of some tokens' vectors; zeros for none.
fn mean(vectors: &Vectors<'_>, tokens: std::ops::Range<usize>, out: &mut Vec<f32>) {
    let begin = out.len();
    let count = tokens.len().max(1) as f32;
    out.resize(begin + vectors.width(), 0.0);
    let sums = out.get_mut(begin..).unwrap_or_default();
    for token in tokens {
        vectors.add_to(token, sums);
    }
    sums.iter_mut().for_each(|sum| *sum /= count);
}
