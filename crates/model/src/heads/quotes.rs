//! The head that finds who said what. It tags cues. For each cue, it then tags the source and the content around it, so
//! that several attributions in a sentence stay apart.
//!
//! For a token `t` within reach of the cue of tokens `f..=l`, it computes
//! `z = relu(T h_t + P [h_f; h_l] + D[bucket(distance)])`. It adds the output of a convolution over the neighbours
//! twice, and scores the tags. `T h_t` is computed once for the whole document.

use std::ops::Range;

use super::{Dense, Rows, Tensor, Tuning, Vectors, decoder::log_softmax, dense, dense_tensors, tensor, unbiased};
use crate::curve::Curve;
use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter};

/// Tags of cues, in the order of their numbers.
pub const CUE_TAGS: [&str; 3] = ["O", "B-cue", "I-cue"];
/// Tags of the parts of an attribution, in the order of their numbers.
pub const PART_TAGS: [&str; 5] = ["O", "B-source", "I-source", "B-content", "I-content"];

/// The acts that a cue may have.
const ACTS: usize = 4;

/// Classes of distance: twelve before the cue, twelve in it and after.
const DISTANCES: usize = 24;
/// The number of tokens that are gathered at a time.
const BLOCK: usize = 96;
const CONVOLUTIONS: [&str; 2] = ["quotes.conv1", "quotes.conv2"];
const DISTANCE: &str = "quotes.distance";

/// Finds cues, and the parts of each.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotesHead {
    cue: Dense,
    token: Dense,
    pair: Dense,
    /// A row for each class of distance.
    distance: Vec<f32>,
    convolutions: [Dense; 2],
    out: Dense,
    act: Dense,
    reach: usize,
    cue_temperature: f32,
    part_temperature: f32,
    cue_bias: [f32; 3],
    part_bias: [f32; 5],
    /// How sure an attribution must be, 0 to 1.
    pub threshold: f32,
    /// See [`QuotesHead::calibrated`].
    curve: Curve,
    /// The least probability of a cue. Less probable ones are used if a quotation would otherwise have no speaker.
    pub candidate: f32,
}

/// The tokens around a cue that may belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The tokens.
    pub tokens: Range<usize>,
    /// The cue.
    pub cue: Range<usize>,
}

/// Memory of a worker: the document, and the current cue.
#[derive(Debug, Clone, Default)]
pub struct CueWork {
    /// A row of three scores a token.
    cues: Vec<f32>,
    /// `T h_t` with its bias, a row a token.
    tokens: Vec<f32>,
    inputs: Vec<f32>,
    block: Vec<f32>,
    pair: Vec<f32>,
    /// Rows around the cue, with rows of zeros before and after.
    rows: Vec<f32>,
    added: Vec<f32>,
    scores: Vec<f32>,
}

impl QuotesHead {
    /// The kind in the file of such a head.
    pub const KIND: &'static str = "quotes-head";

    /// The head of a checkpoint's tensors `quotes.*`.
    ///
    /// # Errors
    /// If a tensor is missing or does not fit the others.
    pub fn build(
        metadata: &str,
        tuning: &Tuning,
        find: &mut dyn FnMut(&str) -> Option<Tensor>,
    ) -> Result<ModelWriter, ModelError> {
        let mut writer = ModelWriter::new(Self::KIND, metadata);
        for name in ["quotes.cue", "quotes.token", "quotes.out", "quotes.act"] {
            dense(find, name)?.write(&mut writer, name);
        }
        unbiased(find, "quotes.pair")?.write(&mut writer, "quotes.pair");
        let ([_, _], distance) = tensor::<2>(find, "quotes.distance.weight")?;
        writer.section(DISTANCE, distance.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>());
        for name in CONVOLUTIONS {
            // From outputs, inputs, taps to outputs, taps, inputs: the rows around a token lie one after another.
            let ([outputs, inputs, taps], weights) = tensor::<3>(find, &format!("{name}.weight"))?;
            let ([_], bias) = tensor::<1>(find, &format!("{name}.bias"))?;
            let mut turned = Vec::with_capacity(weights.len());
            for kernel in weights.chunks_exact((inputs * taps).max(1)) {
                for tap in 0..taps {
                    turned.extend(kernel.iter().skip(tap).step_by(taps));
                }
            }
            Dense::new(inputs * taps, outputs, &turned, &bias)?.write(&mut writer, name);
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
        let token = Dense::read(file, "quotes.token")?;
        let (width, inner) = (token.inputs(), token.outputs());
        let layer = |name: &str, inputs: usize, outputs: usize| {
            let layer = Dense::read(file, name)?;
            layer.require(name, inputs, outputs).map(|()| layer)
        };
        let distance = file.require(DISTANCE)?;
        let (distance, rest) = distance.as_chunks::<4>();
        let distance: Vec<f32> = distance.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let whole = rest.is_empty() && distance.len() == DISTANCES * inner;
        if !whole || !distance.iter().all(|value| value.is_finite()) {
            return Err(ModelError::section(
                DISTANCE,
                format!("needed are {DISTANCES} rows of {inner} finite numbers"),
            ));
        }
        let convolution = |name: &str| {
            let layer = Dense::read(file, name)?;
            let taps = layer.inputs() / inner;
            if taps % 2 == 0 || layer.inputs() % inner != 0 || layer.outputs() != inner {
                return Err(ModelError::section(
                    name,
                    format!("it is no convolution over an odd number of rows of {inner}"),
                ));
            }
            Ok(layer)
        };
        let tuning = Tuning::read(file)?;
        let (cue, source, content) =
            (tuning.get("bias.cue", 0.0), tuning.get("bias.source", 0.0), tuning.get("bias.content", 0.0));
        let share = |name: &str, otherwise: f32| {
            let value = tuning.get(name, otherwise);
            let wrong = || ModelError::section("tuning", format!("{name} is {value}, a probability is 0 to 1"));
            if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(wrong()) }
        };
        Ok(Self {
            cue: layer("quotes.cue", width, 3)?,
            pair: layer("quotes.pair", 2 * width, inner)?,
            convolutions: [convolution(CONVOLUTIONS[0])?, convolution(CONVOLUTIONS[1])?],
            out: layer("quotes.out", inner, 5)?,
            act: layer("quotes.act", 2 * width, ACTS)?,
            token,
            distance,
            reach: tuning.get("reach", 120.0).clamp(1.0, 1000.0) as usize,
            cue_temperature: tuning.temperature("temperature.cue")?,
            part_temperature: tuning.temperature("temperature.parts")?,
            cue_bias: [0.0, cue, cue],
            part_bias: [0.0, source, 0.0, content, 0.0],
            threshold: share("threshold", 0.5)?,
            curve: tuning.curve("")?,
            candidate: share("candidate", 0.5)?,
        })
    }

    /// The tensors that it was built from.
    #[must_use]
    pub fn tensors(&self) -> Vec<(String, Tensor)> {
        let mut tensors = Vec::new();
        for (name, layer) in [
            ("quotes.cue", &self.cue),
            ("quotes.token", &self.token),
            ("quotes.out", &self.out),
            ("quotes.act", &self.act),
        ] {
            tensors.extend(dense_tensors(layer, name));
        }
        let [pair, _] = dense_tensors(&self.pair, "quotes.pair");
        tensors.push(pair);
        let inner = self.token.outputs();
        let distance = Tensor { shape: vec![DISTANCES, inner], values: self.distance.clone() };
        tensors.push(("quotes.distance.weight".to_owned(), distance));
        for (name, layer) in CONVOLUTIONS.into_iter().zip(&self.convolutions) {
            let [(weight, turned), bias] = dense_tensors(layer, name);
            let taps = layer.inputs() / inner;
            let mut values = Vec::with_capacity(turned.values.len());
            for kernel in turned.values.chunks_exact(layer.inputs()) {
                for input in 0..inner {
                    values.extend(kernel.iter().skip(input).step_by(inner));
                }
            }
            tensors.extend([(weight, Tensor { shape: vec![layer.outputs(), inner, taps], values }), bias]);
        }
        tensors
    }

    /// Width of the vectors it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.token.inputs()
    }

    /// Returns the probability that the content and source of an attribution are right, from that of its cue.
    #[must_use]
    pub fn calibrated(&self, cue: f32) -> f32 {
        self.curve.of(cue)
    }

    /// Looks at all tokens of a document; the other functions then answer for its parts.
    pub fn read_document(&self, vectors: &Vectors<'_>, work: &mut CueWork) {
        work.cues.clear();
        work.tokens.clear();
        let tokens = vectors.tokens();
        for begin in (0..tokens).step_by(BLOCK) {
            work.inputs.clear();
            vectors.gather(begin..(begin + BLOCK).min(tokens), &mut work.inputs);
            let rows = Rows::packed(&work.inputs, self.width());
            self.cue.apply(rows, &mut work.block);
            work.cues.extend_from_slice(&work.block);
            self.token.apply(rows, &mut work.block);
            work.tokens.extend_from_slice(&work.block);
        }
    }

    /// Replaces `out` by the logarithm of the probability of each of [`CUE_TAGS`] for some tokens, in rows of `width`
    /// numbers.
    pub fn cue_emissions(&self, tokens: Range<usize>, width: usize, work: &CueWork, out: &mut Vec<f32>) {
        out.clear();
        for scores in work.cues.as_chunks::<3>().0.get(tokens).unwrap_or_default() {
            let scores: [f32; 3] = std::array::from_fn(|tag| scores[tag] + self.cue_bias[tag]);
            log_softmax(&scores, self.cue_temperature, width, out);
        }
    }

    /// The tokens that may belong to a cue.
    #[must_use]
    pub fn reach(&self, cue: Range<usize>, vectors: &Vectors<'_>) -> Reach {
        let tokens = cue.start.saturating_sub(self.reach)..(cue.end + self.reach).min(vectors.tokens());
        Reach { tokens, cue }
    }

    /// Returns the number of the likeliest act, below four, for the cue that [`QuotesHead::part_emissions`] looked at last.
    pub fn act(&self, work: &mut CueWork) -> usize {
        self.act.apply(Rows::packed(&work.inputs, self.act.inputs()), &mut work.pair);
        let best = work.pair.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |(act, _)| act)
    }

    /// Replaces `out` by the logarithm of the probability of each of [`PART_TAGS`] for the tokens around a cue, in
    /// rows of `width` numbers.
    pub fn part_emissions(
        &self,
        reach: &Reach,
        vectors: &Vectors<'_>,
        width: usize,
        work: &mut CueWork,
        out: &mut Vec<f32>,
    ) {
        out.clear();
        let (cue, inner) = (&reach.cue, self.token.outputs());
        work.inputs.clear();
        vectors.gather(cue.start..cue.start + 1, &mut work.inputs);
        vectors.gather(cue.end.saturating_sub(1)..cue.end, &mut work.inputs);
        self.pair.apply(Rows::packed(&work.inputs, self.pair.inputs()), &mut work.pair);
        let padding = self.convolutions.iter().map(|layer| layer.inputs() / inner / 2).max().unwrap_or(0) * inner;
        work.rows.clear();
        work.rows.resize(padding, 0.0);
        for token in reach.tokens.clone() {
            let own = work.tokens.get(token * inner..(token + 1) * inner).unwrap_or_default();
            let class = bucket(token, cue);
            let far = self.distance.get(class * inner..(class + 1) * inner).unwrap_or_default();
            let sums = own.iter().zip(&work.pair).zip(far);
            work.rows.extend(sums.map(|((own, pair), far)| (own + pair + far).max(0.0)));
        }
        let end = work.rows.len();
        work.rows.resize(end + padding, 0.0);
        for layer in &self.convolutions {
            let around = layer.inputs() / inner / 2 * inner;
            let values = work.rows.get(padding - around..end + around).unwrap_or_default();
            layer.apply(Rows { values, stride: inner }, &mut work.added);
            let rows = work.rows.get_mut(padding..end).unwrap_or_default();
            rows.iter_mut().zip(&work.added).for_each(|(row, added)| *row += added.max(0.0));
        }
        let rows = work.rows.get(padding..end).unwrap_or_default();
        self.out.apply(Rows::packed(rows, inner), &mut work.scores);
        for scores in work.scores.as_chunks::<5>().0 {
            let scores: [f32; 5] = std::array::from_fn(|tag| scores[tag] + self.part_bias[tag]);
            log_softmax(&scores, self.part_temperature, width, out);
        }
    }
}

/// The class of a token's distance from a cue.
fn bucket(token: usize, cue: &Range<usize>) -> usize {
    let last = cue.end.saturating_sub(1);
    let (half, distance) = match token {
        t if t < cue.start => (0, cue.start - t),
        t => (DISTANCES / 2, t.saturating_sub(last)),
    };
    half + match distance {
        0..=3 => distance,
        4..6 => 4,
        6..9 => 5,
        9..14 => 6,
        14..22 => 7,
        22..36 => 8,
        36..60 => 9,
        60..110 => 10,
        _ => 11,
    }
}

#[cfg(test)]
mod tests {
    use super::bucket;

    #[test]
    fn distances_fall_into_the_classes_that_the_trainer_uses() {
        let cue = 200..203;
        for (token, class) in [
            (199, 1),
            (198, 2),
            (197, 3),
            (196, 4),
            (195, 4),
            (194, 5),
            (191, 6),
            (186, 7),
            (178, 8),
            (164, 9),
            (140, 10),
            (91, 10),
            (90, 11),
            (0, 11),
            (200, 12),
            (201, 12),
            (202, 12),
            (203, 13),
            (205, 15),
            (206, 16),
            (208, 17),
            (211, 18),
            (216, 19),
            (224, 20),
            (238, 21),
            (262, 22),
            (311, 22),
            (312, 23),
            (9999, 23),
        ] {
            assert_eq!(bucket(token, &cue), class, "{token}");
        }
    }
}
