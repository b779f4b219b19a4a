//! A linear-chain conditional random field over hashed features (Lafferty, McCallum and Pereira 2001):
//! [`train`] learns one, [`SequenceModel`] tags with it.
//!
//! Scores of a token are a row of [`SequenceModel::width`] numbers, one for each tag. The row is padded so that loops
//! run in whole vector registers. Padding never wins.

mod decode;
mod train;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};
use crate::simd::with_lanes;
use crate::table::{Table, width_for, with_width};

pub use train::{Options, Progress, train, train_resumable};

/// The allowed steps between tags. Tags are given by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Pairs of tags. The second must not follow the first.
    pub forbidden: Vec<(u16, u16)>,
    /// Tags that no sequence begins with.
    pub not_first: Vec<u16>,
    /// Tags that no sequence ends with.
    pub not_last: Vec<u16>,
}

impl Constraints {
    /// Returns the constraints that the names of the tags imply. If a name begins with `E-` or `S-`, they are BIOES
    /// (`B-x I-x E-x S-x O`). Otherwise they are BIO, and `I-x` follows only `B-x` or `I-x`. Other names are free.
    pub fn from_names<S: AsRef<str>>(names: &[S]) -> Self {
        let split = |name: &str| match name.split_once('-') {
            Some((place @ ("B" | "I" | "E" | "S"), label)) => (place.as_bytes().first().copied(), label.to_owned()),
            _ => (None, String::new()),
        };
        let tags: Vec<_> = names.iter().map(|n| split(n.as_ref())).collect();
        let bioes = tags.iter().any(|(place, _)| matches!(place, Some(b'E' | b'S')));
        let opens = |place| bioes && matches!(place, Some(b'B' | b'I'));
        let goes_on = |place| matches!(place, Some(b'I')) || bioes && matches!(place, Some(b'E'));
        let mut out = Self::default();
        for (i, (place, label)) in tags.iter().enumerate() {
            if goes_on(*place) {
                out.not_first.push(i as u16);
            }
            if opens(*place) {
                out.not_last.push(i as u16);
            }
            for (j, (next, next_label)) in tags.iter().enumerate() {
                let inside = matches!(place, Some(b'B' | b'I')) && label == next_label;
                let allowed = if goes_on(*next) { inside } else { !opens(*place) };
                if !allowed {
                    out.forbidden.push((i as u16, j as u16));
                }
            }
        }
        out
    }
}

/// A training sequence: the features of all its tokens in a row, their ends, and the gold tags.
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    /// The features of all tokens, one token after the other.
    pub features: Vec<u32>,
    /// For each token, the end of its features.
    pub ends: Vec<u32>,
    /// For each token, its gold tag.
    pub tags: Vec<u16>,
}

/// Transition scores of a model, as they are and as factors.
#[derive(Debug, Clone)]
pub(crate) struct Transitions {
    pub(crate) tags: usize,
    pub(crate) width: usize,
    /// `tags` rows of `width` scores. Forbidden steps and padding are minus infinity.
    pub(crate) scores: Vec<f32>,
    pub(crate) first: Vec<f32>,
    pub(crate) last: Vec<f32>,
    factors: Vec<f32>,
    /// Row `j`, column `i`: the factor from tag `i` to tag `j`.
    factors_back: Vec<f32>,
    first_factors: Vec<f32>,
    last_factors: Vec<f32>,
    /// Zero for each tag, minus infinity for the rest of the row.
    padding: Vec<f32>,
    /// A bit for each tag that many tags may follow: its row counts. The steps from the others (in BIOES, from begin and
    /// inside to inside and end of the same label) are in the bands.
    wide: Vec<u64>,
    bands: Vec<Band>,
    /// The part of `factors_back` that comes from wide tags, and a bit for each row that has any.
    wide_factors_back: Vec<f32>,
    wide_back: Vec<u64>,
    /// The first wide tag that can be followed by every tag that any wide tag can be followed by.
    pivot: Option<usize>,
    /// The most that a wide tag's steps gain over the pivot's. If a tag's score is lower than the pivot's by this much,
    /// it is never the best predecessor. Infinite for the pivot, minus infinity for padding and for tags that are not
    /// wide.
    slack: Vec<f32>,
    /// Row `j`, column `i`: the score from tag `i` to tag `j`.
    scores_back: Vec<f32>,
}

/// Steps from tags to those that are so many numbers later: a diagonal of the table of steps.
#[derive(Debug, Clone)]
struct Band {
    /// How many numbers later.
    distance: isize,
    /// The position, in a row between two margins, of the tag from which the first tag is reached.
    start: usize,
    /// For each tag, the score of the step to it, or minus infinity.
    scores: Vec<f32>,
    /// The same as factors, or zero.
    factors: Vec<f32>,
    /// The position, in a row between two margins, of the tag that is reached from the first tag.
    start_back: usize,
    /// For each tag, the factor of the step from it.
    factors_back: Vec<f32>,
}

impl Band {
    fn new(distance: isize, width: usize) -> Self {
        Self {
            distance,
            start: MARGIN.saturating_add_signed(-distance),
            scores: vec![f32::NEG_INFINITY; width],
            factors: vec![0.0; width],
            start_back: MARGIN.saturating_add_signed(distance),
            factors_back: vec![0.0; width],
        }
    }

    fn forward(&self) -> (usize, &[f32]) {
        (self.start, &self.factors)
    }

    fn backward(&self) -> (usize, &[f32]) {
        (self.start_back, &self.factors_back)
    }
}

impl Transitions {
    pub(crate) fn new(tags: usize, width: usize, constraints: &Constraints) -> Self {
        let pad =
            |score: f32| -> Vec<f32> { (0..width).map(|j| if j < tags { score } else { f32::NEG_INFINITY }).collect() };
        let mut out = Self {
            tags,
            width,
            scores: pad(0.0).repeat(tags),
            first: pad(0.0),
            last: pad(0.0),
            factors: vec![0.0; tags * width],
            factors_back: vec![0.0; tags * width],
            first_factors: vec![0.0; width],
            last_factors: vec![0.0; width],
            padding: pad(0.0),
            wide: Vec::new(),
            bands: Vec::new(),
            wide_factors_back: Vec::new(),
            wide_back: Vec::new(),
            pivot: None,
            slack: Vec::new(),
            scores_back: Vec::new(),
        };
        let inside = |tag: u16| (tag as usize) < tags;
        for &(i, j) in constraints.forbidden.iter().filter(|(i, j)| inside(*i) && inside(*j)) {
            if let Some(score) = out.scores.get_mut(i as usize * width + j as usize) {
                *score = f32::NEG_INFINITY;
            }
        }
        for (list, scores) in [(&constraints.not_first, &mut out.first), (&constraints.not_last, &mut out.last)] {
            for &tag in list {
                if let Some(score) = scores.get_mut(tag as usize) {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        out.refresh();
        out
    }

    /// Updates everything that is derived from the scores. Called after training and after a file is read.
    pub(crate) fn finish(&mut self) {
        self.refresh();
        self.scores_back = vec![f32::NEG_INFINITY; self.tags * self.width];
        self.bands.clear();
        let blocks = self.width.div_ceil(64);
        (self.wide, self.wide_back) = (vec![0; blocks], vec![0; blocks]);
        self.wide_factors_back = vec![0.0; self.tags * self.width];
        for (i, row) in self.scores.chunks_exact(self.width).enumerate() {
            let allowed: Vec<(usize, f32)> =
                row.iter().copied().enumerate().filter(|(_, score)| score.is_finite()).collect();
            let wide = !add_to_bands(&mut self.bands, i, &allowed, self.width);
            if wide {
                set_bit(&mut self.wide, i);
            }
            for (j, score) in allowed {
                let cell = j * self.width + i;
                if let Some(back) = self.scores_back.get_mut(cell) {
                    *back = score;
                }
                if let Some(back) = self.wide_factors_back.get_mut(cell)
                    && wide
                {
                    *back = score.exp();
                    set_bit(&mut self.wide_back, j);
                }
            }
        }
        self.find_pivot();
    }

    fn find_pivot(&mut self) {
        let wide: Vec<(usize, &[f32])> =
            self.scores.chunks_exact(self.width).enumerate().filter(|(tag, _)| has_bit(&self.wide, *tag)).collect();
        // The most that one row of steps gains over another; infinite where only the first has a step.
        let gain = |own: &[f32], over: &[f32]| {
            let steps = own.iter().zip(over).filter(|(own, _)| own.is_finite());
            steps.map(|(own, over)| own - over).fold(f32::NEG_INFINITY, f32::max)
        };
        let pivot = wide.iter().find(|(_, over)| wide.iter().all(|(_, own)| gain(own, over) < f32::INFINITY));
        let mut slack = vec![f32::NEG_INFINITY; self.width];
        for (tag, own) in &wide {
            if let Some(slot) = slack.get_mut(*tag) {
                *slot = match pivot {
                    Some((pivot, over)) if pivot != tag => gain(own, over),
                    _ => f32::INFINITY,
                };
            }
        }
        self.pivot = pivot.map(|(tag, _)| *tag);
        self.slack = slack;
    }

    /// Brings the factors up to the scores.
    pub(crate) fn refresh(&mut self) {
        let pairs = [
            (&mut self.factors, &self.scores),
            (&mut self.first_factors, &self.first),
            (&mut self.last_factors, &self.last),
        ];
        for (factors, scores) in pairs {
            for (factor, score) in factors.iter_mut().zip(scores) {
                *factor = score.exp();
            }
        }
        for (i, row) in self.factors.chunks_exact(self.width).enumerate() {
            for (j, &factor) in row.iter().enumerate() {
                if j < self.tags
                    && let Some(back) = self.factors_back.get_mut(j * self.width + i)
                {
                    *back = factor;
                }
            }
        }
    }
}

/// Puts the steps from tag `i` to some tags into bands, if they are few and near enough; else changes nothing and returns
/// false.
fn add_to_bands(bands: &mut Vec<Band>, i: usize, allowed: &[(usize, f32)], width: usize) -> bool {
    let distance = |j: usize| j as isize - i as isize;
    let is_new = |j: usize| bands.iter().all(|band| band.distance != distance(j));
    let new = allowed.iter().filter(|(j, _)| is_new(*j)).count();
    let far = allowed.iter().any(|(j, _)| distance(*j).unsigned_abs() > MARGIN);
    if width <= NARROW_MODEL || allowed.len() > NARROW || far || bands.len() + new > BANDS {
        return false;
    }
    for &(j, score) in allowed {
        let at = bands.iter().position(|band| band.distance == distance(j)).unwrap_or_else(|| {
            bands.push(Band::new(distance(j), width));
            bands.len() - 1
        });
        if let Some(Band { scores, factors, factors_back, .. }) = bands.get_mut(at)
            && let (Some(to), Some(factor), Some(back)) =
                (scores.get_mut(j), factors.get_mut(j), factors_back.get_mut(i))
        {
            (*to, *factor, *back) = (score, score.exp(), score.exp());
        }
    }
    true
}

fn set_bit(bits: &mut [u64], at: usize) {
    if let Some(block) = bits.get_mut(at / 64) {
        *block |= 1 << (at % 64);
    }
}

fn has_bit(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|block| block >> (at % 64) & 1 == 1)
}

/// Reusable memory of the decoders, grown to the longest sequence seen.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Best score of each tag on the way to a token, without its emission and with it.
    best: Vec<f32>,
    scores: Vec<f32>,
    /// exp(emission - greatest emission of the token)
    pub(crate) emit: Vec<f32>,
    pub(crate) alpha: Vec<f32>,
    pub(crate) beta: Vec<f32>,
    /// The divisor of each row of `alpha`.
    pub(crate) norms: Vec<f32>,
    /// A row between two margins.
    margins: Vec<f32>,
}

/// A tag that at most so many may follow is decoded by bands instead of as a row.
const NARROW: usize = 4;
/// In rows of one or two registers every tag is decoded as a row.
const NARROW_MODEL: usize = 16;
/// So many bands at most are worth their while.
const BANDS: usize = 6;
/// The steps of bands are no longer than this.
const MARGIN: usize = 16;
/// Emission factors are kept above this: a token that all but forbids a tag cannot make a sequence impossible
/// which the constraints then force.
const LEAST_FACTOR: f32 = 1e-12;
/// Probabilities below this do not reach any result that is shown.
const NEGLIGIBLE: f32 = 1e-10;

/// A trained model. Immutable, to be shared between threads.
#[derive(Debug, Clone)]
pub struct SequenceModel<'a> {
    tags: Vec<String>,
    table: Table<'a>,
    transitions: Transitions,
    bias: Vec<f32>,
}

impl<'a> SequenceModel<'a> {
    pub(crate) fn new(tags: Vec<String>, table: Table<'a>, mut transitions: Transitions) -> Self {
        transitions.finish();
        let bias = vec![0.0; table.width()];
        Self { tags, table, transitions, bias }
    }

    /// Reads the model that [`SequenceModel::write`] wrote under this name.
    ///
    /// # Errors
    /// If a section is missing or does not fit the others.
    pub fn read(file: &ModelFile<'a>, name: &str) -> Result<Self, ModelError> {
        let section = format!("{name}.chain");
        let mut reader = Reader::new(file.require(&section)?);
        let bad = || ModelError::section(&section, "it is too short or its numbers contradict each other");
        let count = reader.u32().filter(|n| (1..=255).contains(n)).ok_or_else(bad)? as usize;
        let mut tags = Vec::with_capacity(count);
        for _ in 0..count {
            tags.push(reader.text().ok_or_else(bad)?.to_owned());
        }
        let width = width_for(count).ok_or_else(bad)?;
        let mut transitions = Transitions::new(count, width, &Constraints::default());
        let mut bias = vec![0.0; width];
        let rows = transitions.scores.chunks_exact_mut(width);
        for row in rows.chain([&mut transitions.first[..], &mut transitions.last[..], &mut bias[..]]) {
            for score in row.iter_mut().take(count) {
                *score = reader.f32().filter(|s| *s < f32::INFINITY).ok_or_else(bad)?;
            }
        }
        transitions.finish();
        Ok(Self { tags, table: Table::read(file, name, count)?, transitions, bias })
    }

    /// Reads the only model of a file: the one named `sequence`.
    ///
    /// # Errors
    /// As [`SequenceModel::read`].
    pub fn from_file(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        Self::read(file, "sequence")
    }

    /// Returns the same model with weights of its own.
    #[must_use]
    pub fn into_owned(self) -> SequenceModel<'static> {
        let SequenceModel { tags, table, transitions, bias } = self;
        SequenceModel { tags, table: table.into_owned(), transitions, bias }
    }

    /// Adds the model's sections to a file, their names beginning with `name`.
    pub fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut chain = Vec::new();
        chain.extend((self.tags.len() as u32).to_le_bytes());
        for tag in &self.tags {
            chain.extend((tag.len() as u32).to_le_bytes());
            chain.extend_from_slice(tag.as_bytes());
        }
        let chained = &self.transitions;
        let rows = chained.scores.chunks_exact(chained.width);
        for row in rows.chain([&chained.first[..], &chained.last[..], &self.bias[..]]) {
            chain.extend(row.iter().take(self.tags.len()).flat_map(|score| score.to_le_bytes()));
        }
        writer.section(format!("{name}.chain"), chain);
        self.table.write(writer, name);
    }

    /// The names of the tags; a tag's number is its place here.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// How many numbers a token has in emissions and marginals: at least the number of tags.
    pub fn width(&self) -> usize {
        self.table.width()
    }

    /// How many features the model knows.
    pub fn feature_count(&self) -> usize {
        self.table.row_count()
    }

    /// A score added to every emission of a tag: how a model is tuned toward recall or precision.
    pub fn set_bias(&mut self, tag: usize, bias: f32) {
        if tag < self.tags.len()
            && let Some(slot) = self.bias.get_mut(tag)
        {
            *slot = bias;
        }
    }

    /// Replaces `out` by the emission scores: a row of [`SequenceModel::width`] numbers for each token. `features`
    /// holds the features of all tokens in a row, and `ends` their ends.
    pub fn emissions(&self, features: &[u32], ends: &[u32], out: &mut Vec<f32>) {
        out.clear();
        self.append_emissions(features, ends, &[], &[], out);
    }

    /// Appends the emission scores to `out`, like [`SequenceModel::emissions`], but with sums of weights that are
    /// already known. `known` holds rows from [`SequenceModel::steps`]. For each token, `parts` holds the numbers of
    /// some rows, in place of their features. A number past the last row has no effect. A token should have at most 256
    /// features in all.
    pub fn append_emissions(&self, features: &[u32], ends: &[u32], parts: &[u32], known: &[i16], out: &mut Vec<f32>) {
        let first = out.len();
        for _ in ends {
            out.extend_from_slice(&self.bias);
        }
        self.table.sums_with(features, ends, parts, known, out.get_mut(first..).unwrap_or_default());
    }

    /// Replaces the rows of `out`, each of [`SequenceModel::width`] numbers, by the sums of the weights of their
    /// features. The sums are in the steps of the stored weights. `features` and `ends` are as in
    /// [`SequenceModel::emissions`]. The first 256 features of each row count.
    pub fn steps(&self, features: &[u32], ends: &[u32], out: &mut [i16]) {
        self.table.steps(features, ends, out);
    }

    /// Adds the weights of more features to emissions that [`SequenceModel::emissions`] gave.
    pub fn add(&self, features: &[u32], ends: &[u32], emissions: &mut [f32]) {
        self.table.sums(features, ends, emissions);
    }

    /// Replaces `out` by the best sequence of tags. Memory grows with the length of the sequence times the
    /// number of tags: cut endless sentences before.
    pub fn viterbi(&self, emissions: &[f32], scratch: &mut Scratch, out: &mut Vec<u16>) {
        with_lanes!(self.width(), N => decode::viterbi::<N>(&self.transitions, emissions, scratch, out));
    }

    /// Leaves the posterior probabilities in the scratch, for [`SequenceModel::path_probability`], and returns the logarithm
    /// of the partition function.
    pub fn posterior(&self, emissions: &[f32], scratch: &mut Scratch) -> f64 {
        with_lanes!(self.width(), N => decode::posterior::<N>(&self.transitions, emissions, scratch))
    }

    /// As [`SequenceModel::posterior`], and replaces `out` by the posterior probability of each tag at each token, in rows
    /// like the emissions.
    pub fn marginals(&self, emissions: &[f32], scratch: &mut Scratch, out: &mut Vec<f32>) -> f64 {
        let log_z = self.posterior(emissions, scratch);
        out.clear();
        out.extend(scratch.alpha.iter().zip(&scratch.beta).map(|(a, b)| a * b));
        log_z
    }

    /// The posterior probability that the tokens from `first` on have exactly these tags, from the scratch that
    /// [`SequenceModel::posterior`] left. Zero for tags or tokens that are not there.
    pub fn path_probability(&self, scratch: &Scratch, first: usize, tags: &[u16]) -> f32 {
        let width = self.width();
        let cell = |values: &[f32], row: usize, tag: u16| {
            if (tag as usize) < width { values.get(row * width + tag as usize).copied().unwrap_or(0.0) } else { 0.0 }
        };
        let Some((&head, rest)) = tags.split_first() else { return 0.0 };
        let mut probability = cell(&scratch.alpha, first, head);
        let (mut before, mut at) = (head, first);
        for &tag in rest {
            at += 1;
            let norm = scratch.norms.get(at).copied().unwrap_or(f32::INFINITY);
            probability *= cell(&self.transitions.factors, before as usize, tag) * cell(&scratch.emit, at, tag) / norm;
            before = tag;
        }
        if at > first && at + 1 == scratch.norms.len() {
            probability *= cell(&self.transitions.last_factors, 0, before);
        }
        (probability * cell(&scratch.beta, at, before)).clamp(0.0, 1.0)
    }
}

/// Fills `alpha` and `beta` so that their products are the posterior probabilities. Returns log Z.
pub(crate) fn forward_backward(transitions: &Transitions, emissions: &[f32], scratch: &mut Scratch) -> f64 {
    with_width!(transitions.width, W => forward_backward_of::<W>(transitions, emissions, scratch))
}

fn forward_backward_of<const W: usize>(transitions: &Transitions, emissions: &[f32], scratch: &mut Scratch) -> f64 {
    let (emissions, _) = emissions.as_chunks::<W>();
    let length = emissions.len();
    for values in [&mut scratch.emit, &mut scratch.alpha, &mut scratch.beta] {
        values.clear();
        values.resize(length * W, 0.0);
    }
    scratch.norms.clear();
    scratch.norms.resize(length, 1.0);
    let (emit, _) = scratch.emit.as_chunks_mut::<W>();
    let (alpha, _) = scratch.alpha.as_chunks_mut::<W>();
    let (beta, _) = scratch.beta.as_chunks_mut::<W>();
    let (factors, _) = transitions.factors.as_chunks::<W>();
    let (factors_back, _) = transitions.factors_back.as_chunks::<W>();
    let (Some(first), Some(last)) =
        (transitions.first_factors.first_chunk::<W>(), transitions.last_factors.first_chunk::<W>())
    else {
        return 0.0;
    };
    let mut log_z = 0.0f64;
    let mut before = *first;
    for (t, (emission, emit)) in emissions.iter().zip(emit.iter_mut()).enumerate() {
        let greatest = emission.iter().take(transitions.tags).fold(f32::NEG_INFINITY, |m, &e| m.max(e));
        for j in 0..transitions.tags.min(W) {
            emit[j] = (emission[j] - greatest).exp().max(LEAST_FACTOR);
        }
        let mut row = [0f32; W];
        if t == 0 {
            row = before;
        } else {
            for (factors, probability) in factors.iter().zip(before) {
                if probability > NEGLIGIBLE {
                    for j in 0..W {
                        row[j] += probability * factors[j];
                    }
                }
            }
        }
        for j in 0..W {
            row[j] *= emit[j];
        }
        if t + 1 == length {
            for j in 0..W {
                row[j] *= last[j];
            }
        }
        let sum: f32 = row.iter().sum();
        // Constraints with no way through: any tag is as wrong as any other.
        let norm = if sum > 0.0 && sum.is_finite() {
            sum
        } else {
            row = [1.0; W];
            W as f32
        };
        for value in &mut row {
            *value /= norm;
        }
        if let (Some(slot), Some(cells)) = (scratch.norms.get_mut(t), alpha.get_mut(t)) {
            *slot = norm;
            *cells = row;
        }
        before = row;
        log_z += f64::from(norm.ln()) + f64::from(greatest);
    }
    let mut after = [0f32; W];
    for t in (0..length).rev() {
        let Some(cells) = beta.get_mut(t) else { continue };
        if t + 1 == length {
            *cells = [1.0; W];
        } else {
            let mut row = [0f32; W];
            for (factors, weight) in factors_back.iter().zip(after) {
                if weight > 0.0 {
                    for i in 0..W {
                        row[i] += weight * factors[i];
                    }
                }
            }
            *cells = row;
        }
        // The message to the token before: emission times beta over the norm, with the last factors at the end.
        if let (Some(emit), Some(&norm)) = (emit.get(t), scratch.norms.get(t)) {
            for j in 0..W {
                after[j] = emit[j] * cells[j] / norm * if t + 1 == length { last[j] } else { 1.0 };
            }
        }
    }
    log_z
}

#[cfg(test)]
mod tests;
