//! The head that says who an anaphor means: it compares the vectors of a pronoun or a noun phrase with those of the
//! mentions that it may refer to, beside features that the caller knows.
//!
//! For an anaphor `a` and a candidate `c`, each the vectors of its first piece, its last piece and the mean of all, and
//! the candidate's features `x`:
//!
//! ```text
//! pa = A a + b_A + G[group]        pc = C c + b_C
//! score = out . relu(H [relu(pc); relu(pa); pa * pc; x] + b_H) + b_out + L[group] . x
//! none = N[group] . [relu(pa); greatest x; n] + b_N[group]
//! ```

use super::{Dense, Rows, Tensor, Tuning, Vectors, dense, dense_tensors, tensor};
use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

const ANAPHOR: &str = "actors.anaphor";
const CANDIDATE: &str = "actors.candidate";
const GROUP: &str = "actors.group";
const HIDDEN: &str = "actors.hidden";
const OUT: &str = "actors.out";
const LINEAR: &str = "actors.linear";
const NONE: &str = "actors.none";
/// The section of the layers that are read, and of the numbers of features.
const SHAPE: &str = "actors.shape";

/// Rows of vectors that are projected at a time.
const ROWS: usize = 64;

/// Ranks the mentions that an anaphor may refer to.
#[derive(Debug, Clone, PartialEq)]
pub struct CorefHead {
    anaphor: Dense,
    candidate: Dense,
    /// A row for each group of anaphors.
    group: Dense,
    hidden: Dense,
    /// The parts of `hidden`: of the candidate, of the anaphor (with the bias), of their product, of the features.
    parts: [Dense; 4],
    out: Dense,
    linear: Dense,
    none: Dense,
    features: usize,
    shape: Shape,
    thresholds: Vec<f32>,
}

/// What a head reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// The inner layer that it reads, counted from 1, or 0.
    pub inner: u32,
    /// True if it reads the last layer.
    pub last: bool,
    /// True if pronouns that were linked before are candidates.
    pub pronouns: bool,
}

impl Shape {
    /// Layers that are read.
    #[must_use]
    pub fn layers(self) -> usize {
        usize::from(self.inner > 0) + usize::from(self.last)
    }
}

/// The mentions of a document, projected.
#[derive(Debug, Clone, Default)]
pub struct Projections {
    anaphors: Vec<f32>,
    candidates: Vec<f32>,
    /// The candidates' part of the hidden layer.
    hidden: Vec<f32>,
    rows: Vec<f32>,
    work: Vec<f32>,
}

/// Memory of [`CorefHead::score`].
#[derive(Debug, Clone, Default)]
pub struct CorefWork {
    anaphor: Vec<f32>,
    own: Vec<f32>,
    products: Vec<f32>,
    by_product: Vec<f32>,
    by_feature: Vec<f32>,
    sums: Vec<f32>,
    none: Vec<f32>,
}

impl CorefHead {
    /// The kind in the file of such a head.
    pub const KIND: &'static str = "actors-head";

    /// The head of a checkpoint's tensors `actors.*`. `tuning` has the thresholds `threshold.0`, `threshold.1` and so on of
    /// the groups of anaphors.
    ///
    /// # Errors
    /// If a tensor is missing or does not fit the others.
    pub fn build(
        metadata: &str,
        shape: Shape,
        tuning: &Tuning,
        find: &mut dyn FnMut(&str) -> Option<Tensor>,
    ) -> Result<ModelWriter, ModelError> {
        let mut writer = ModelWriter::new(Self::KIND, metadata);
        for name in [ANAPHOR, CANDIDATE, HIDDEN, OUT, NONE] {
            dense(find, name)?.write_halves(&mut writer, name);
        }
        for name in [GROUP, LINEAR] {
            let ([outputs, inputs], weights) = tensor::<2>(find, &format!("{name}.weight"))?;
            Dense::new(inputs, outputs, &weights, &vec![0.0; outputs])?.write_halves(&mut writer, name);
        }
        let numbers = [shape.inner, u32::from(shape.last), u32::from(shape.pronouns)];
        writer.section(SHAPE, numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
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
        let mut reader = Reader::new(file.require(SHAPE)?);
        let bad = || ModelError::section(SHAPE, "it is no shape of a head");
        let mut number = || reader.u32().ok_or_else(bad);
        let shape = Shape { inner: number()?, last: number()? != 0, pronouns: number()? != 0 };
        let layer = |name: &str| Dense::read_halves(file, name);
        let (anaphor, candidate) = (layer(ANAPHOR)?, layer(CANDIDATE)?);
        let (inputs, size) = (anaphor.inputs(), anaphor.outputs());
        if shape.layers() == 0 || !inputs.is_multiple_of(3 * shape.layers()) {
            let (layers, inputs) = (shape.layers(), inputs);
            return Err(ModelError::section(
                ANAPHOR,
                format!("{inputs} inputs are not three vectors of {layers} layers"),
            ));
        }
        candidate.require(CANDIDATE, inputs, size)?;
        let (group, hidden, out, linear, none) =
            (layer(GROUP)?, layer(HIDDEN)?, layer(OUT)?, layer(LINEAR)?, layer(NONE)?);
        let (groups, features) = (linear.outputs(), linear.inputs());
        group.require(GROUP, size, groups)?;
        hidden.require(HIDDEN, 3 * size + features, hidden.outputs())?;
        out.require(OUT, hidden.outputs(), 1)?;
        none.require(NONE, none.inputs(), groups)?;
        if none.inputs() < size + features {
            return Err(ModelError::section(NONE, format!("{} inputs are too few", none.inputs())));
        }
        let tuning = Tuning::read(file)?;
        let thresholds = (0..groups).map(|group| tuning.get(&format!("threshold.{group}"), 0.5)).collect();
        let (weights, width, zeros) = (hidden.weights(), hidden.inputs(), vec![0.0; hidden.outputs()]);
        let part = |from: usize, count: usize, bias: &[f32]| {
            let rows = weights.chunks_exact(width).flat_map(|row| row.iter().skip(from).take(count));
            Dense::new(count, bias.len(), &rows.copied().collect::<Vec<f32>>(), bias)
        };
        let parts = [
            part(0, size, &zeros)?,
            part(size, size, &hidden.bias())?,
            part(2 * size, size, &zeros)?,
            part(3 * size, features, &zeros)?,
        ];
        Ok(CorefHead { anaphor, candidate, group, hidden, parts, out, linear, none, features, shape, thresholds })
    }

    /// The tensors that it was built from.
    #[must_use]
    pub fn tensors(&self) -> Vec<(String, Tensor)> {
        let plain = |layer: &Dense, name: &str| {
            let tensor = Tensor { shape: vec![layer.outputs(), layer.inputs()], values: layer.weights() };
            (format!("{name}.weight"), tensor)
        };
        [
            (&self.anaphor, ANAPHOR),
            (&self.candidate, CANDIDATE),
            (&self.hidden, HIDDEN),
            (&self.out, OUT),
            (&self.none, NONE),
        ]
        .into_iter()
        .flat_map(|(layer, name)| dense_tensors(layer, name))
        .chain([plain(&self.group, GROUP), plain(&self.linear, LINEAR)])
        .collect()
    }

    /// What it reads.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Width of the vectors it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.anaphor.inputs() / (3 * self.shape.layers().max(1))
    }

    /// Features of a candidate, and of "none of them".
    #[must_use]
    pub fn features(&self) -> (usize, usize) {
        (self.features, self.none.inputs() - self.anaphor.outputs() - self.features)
    }

    /// The least probability at which an anaphor of a group is linked.
    #[must_use]
    pub fn threshold(&self, group: usize) -> f32 {
        self.thresholds.get(group).copied().unwrap_or(1.0)
    }

    /// Appends mentions, each as a range of tokens, to `out`. `layers` are the vectors of the layers that it reads, the inner
    /// one first.
    pub fn project(
        &self,
        layers: &[&Vectors<'_>],
        mentions: impl IntoIterator<Item = std::ops::Range<usize>>,
        out: &mut Projections,
    ) {
        let mut mentions = mentions.into_iter().peekable();
        while mentions.peek().is_some() {
            out.rows.clear();
            for mention in mentions.by_ref().take(ROWS) {
                for vectors in layers {
                    vectors.gather_span(mention.clone(), &mut out.rows);
                }
            }
            let rows = Rows::packed(&out.rows, self.anaphor.inputs());
            self.anaphor.apply(rows, &mut out.work);
            out.anaphors.extend_from_slice(&out.work);
            self.candidate.apply(rows, &mut out.work);
            out.candidates.extend_from_slice(&out.work);
            out.work.iter_mut().for_each(|value| *value = value.max(0.0));
            let [by_candidate, ..] = &self.parts;
            by_candidate.apply(Rows::packed(&out.work, by_candidate.inputs()), &mut out.rows);
            out.hidden.extend_from_slice(&out.rows);
        }
    }

    /// Replaces `scores` by that of each candidate, and returns the score of "none of them". `anaphor` and `candidates` are
    /// rows of the projections, `features` a row a candidate.
    #[allow(clippy::too_many_arguments)]
    pub fn score(
        &self,
        group: usize,
        projections: &Projections,
        anaphor: u32,
        candidates: &[u32],
        features: &[f32],
        none: &[f32],
        work: &mut CorefWork,
        scores: &mut Vec<f32>,
    ) -> f32 {
        let (size, hidden) = (self.anaphor.outputs(), self.hidden.outputs());
        let row = |values: &'_ [f32], at: u32, width: usize| -> std::ops::Range<usize> {
            let begin = (at as usize).saturating_mul(width);
            if begin + width <= values.len() { begin..begin + width } else { 0..0 }
        };
        work.anaphor.clear();
        let own = projections.anaphors.get(row(&projections.anaphors, anaphor, size)).unwrap_or_default();
        work.anaphor.extend(self.group.row(group).zip(own).map(|(shift, value)| value + shift));
        work.anaphor.resize(size, 0.0);
        work.none.clear();
        work.none.extend(work.anaphor.iter().map(|value| value.max(0.0)));
        let [_, by_anaphor, by_product, by_feature] = &self.parts;
        by_anaphor.apply(Rows::packed(&work.none, size), &mut work.own);
        work.products.clear();
        for &candidate in candidates {
            let begin = work.products.len();
            let own = projections.candidates.get(row(&projections.candidates, candidate, size)).unwrap_or_default();
            work.products.extend(own.iter().zip(&work.anaphor).map(|(c, a)| c * a));
            work.products.resize(begin + size, 0.0);
        }
        by_product.apply(Rows::packed(&work.products, size), &mut work.by_product);
        by_feature.apply(Rows::packed(features, self.features), &mut work.by_feature);
        work.sums.clear();
        let rows = work.by_product.chunks_exact(hidden).zip(work.by_feature.chunks_exact(hidden));
        for (&candidate, (product, feature)) in candidates.iter().zip(rows) {
            let begin = work.sums.len();
            let known = projections.hidden.get(row(&projections.hidden, candidate, hidden)).unwrap_or_default();
            let sums = known.iter().zip(product).zip(feature).zip(&work.own);
            work.sums.extend(sums.map(|(((c, p), f), a)| (c + p + f + a).max(0.0)));
            work.sums.resize(begin + hidden, 0.0);
        }
        self.out.apply(Rows::packed(&work.sums, hidden), scores);
        for (score, x) in scores.iter_mut().zip(features.chunks_exact(self.features.max(1))) {
            *score += dot(self.linear.row(group), x);
        }
        let begin = work.none.len();
        work.none.resize(begin + self.features, 0.0);
        if let Some(greatest) = work.none.get_mut(begin..) {
            for (at, x) in features.chunks_exact(self.features.max(1)).enumerate() {
                greatest.iter_mut().zip(x).for_each(|(g, x)| *g = if at == 0 { *x } else { g.max(*x) });
            }
        }
        work.none.extend_from_slice(none);
        work.none.resize(self.none.inputs(), 0.0);
        dot(self.none.row(group), &work.none) + self.none.bias_of(group)
    }
}

impl Projections {
    /// Forgets all mentions, keeps the memory.
    pub fn clear(&mut self) {
        self.anaphors.clear();
        self.candidates.clear();
        self.hidden.clear();
    }
}

/// The sum of the products, in order.
fn dot(weights: impl Iterator<Item = f32>, values: &[f32]) -> f32 {
    weights.zip(values).fold(0.0, |sum, (weight, value)| value.mul_add(weight, sum))
}
