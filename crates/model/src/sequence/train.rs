//! Training by stochastic gradient descent with AdaGrad step sizes (Duchi, Hazan and Singer 2011), lazy L2, feature
//! dropout, pruning to a budget of features, and averaging over the last passes. It uses one thread and a seed: the
//! same input gives the same model.

use std::ops::ControlFlow;

use super::{Constraints, Scratch, Sequence, SequenceModel, Transitions, forward_backward};
use crate::error::ModelError;
use crate::rng::Rng;
use crate::session::{Keeper, Next, StateReader, StateWriter, unfit};
use crate::table::{Dictionary, Table, width_for, with_width};

/// How to train.
#[derive(Debug, Clone)]
pub struct Options {
    /// Passes over the data.
    pub epochs: u32,
    /// Strength of the Gaussian prior, in the units of the whole objective (CRFsuite's `c2`).
    pub l2: f32,
    /// AdaGrad's step size.
    pub learning_rate: f32,
    /// Order of the sequences and dropout.
    pub seed: u64,
    /// Features seen less often are left out.
    pub min_count: u32,
    /// Share of the features that each visit of a token leaves out.
    pub dropout: f32,
    /// The number of features kept at the end. The others go after `prune_after` passes, so that the rest can learn to
    /// work without them.
    pub max_features: usize,
    /// After which pass to prune (see `max_features`).
    pub prune_after: u32,
    /// The result is the mean of the weights after each of so many last passes.
    pub average: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            epochs: 12,
            l2: 0.5,
            learning_rate: 0.1,
            seed: 1,
            min_count: 2,
            dropout: 0.0,
            max_features: 100_000,
            prune_after: 6,
            average: 4,
        }
    }
}

/// The state after a pass.
pub struct Progress<'p> {
    /// The number of the pass, from one.
    pub epoch: u32,
    /// Mean negative log-likelihood of a token during the pass.
    pub loss: f64,
    /// Features in use.
    pub features: usize,
    /// Returns the model as if training ended now.
    pub model: &'p dyn Fn() -> SequenceModel<'static>,
}

/// Trains a model for these tags. `progress` is called after each pass and may end the training.
///
/// # Errors
/// If there are no or too many tags (at most 255), no sequences, or a sequence whose parts do not fit.
pub fn train(
    tags: &[String],
    constraints: &Constraints,
    sequences: &[Sequence],
    options: &Options,
    mut progress: impl FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> Result<SequenceModel<'static>, ModelError> {
    train_resumable(tags, constraints, sequences, options, "", &mut (), |pass| match progress(pass) {
        ControlFlow::Continue(()) => Next::GoOn,
        ControlFlow::Break(()) => Next::Stop,
    })
}

/// Trains like [`train`], but keeps its state in a keeper, under the name `stage`. `progress` may also choose the pass
/// that counts.
///
/// # Errors
/// As [`train`], or if the kept state belongs to other data or options.
pub fn train_resumable(
    tags: &[String],
    constraints: &Constraints,
    sequences: &[Sequence],
    options: &Options,
    stage: &str,
    keeper: &mut dyn Keeper,
    mut progress: impl FnMut(&Progress<'_>) -> Next,
) -> Result<SequenceModel<'static>, ModelError> {
    check(tags, sequences)?;
    let width = width_for(tags.len()).ok_or_else(|| ModelError::training("more than 255 tags"))?;
    let kept = keeper.kept(stage);
    let kept = kept.as_deref().map(StateReader::parse).transpose()?;
    if let Some(done) = kept.as_ref().filter(|kept| kept.kind() == DONE) {
        return Ok(SequenceModel::read(done.file(), MODEL)?.into_owned());
    }
    let mut dictionary = Dictionary::default();
    for &feature in sequences.iter().flat_map(|s| &s.features) {
        dictionary.count(feature);
    }
    dictionary.retain(|_, count| count >= options.min_count);
    let mut own: Vec<Sequence> = sequences.iter().map(|s| number(s, |f| dictionary.id(f))).collect();
    let mut order: Vec<u32> = (0..own.len() as u32).collect();
    let tokens: usize = own.iter().map(|s| s.tags.len()).sum();
    let mut pruned = false;
    let mut best = None;
    if let Some(features) = kept.as_ref().and_then(|kept| kept.indices("features")) {
        let map = keep_only(&mut dictionary, &features);
        for sequence in &mut own {
            *sequence = number(sequence, |id| map.get(id as usize).copied().flatten());
        }
        pruned = true;
    }
    let mut state = State::new(dictionary.features().len(), width, tags.len(), constraints, own.len(), options);
    let mut done = 0;
    if let Some(kept) = &kept {
        done = state.restore(kept, &mut order)?;
        if kept.file().section(HAS_BEST).is_some() {
            best = Some(SequenceModel::read(kept.file(), MODEL)?.into_owned());
        }
    }
    for epoch in done + 1..=options.epochs {
        state.rng.shuffle(&mut order);
        let mut loss = 0.0;
        for &i in &order {
            if let Some(sequence) = own.get(i as usize) {
                loss += state.learn(sequence);
            }
        }
        state.decay_all();
        if epoch == options.prune_after.min(options.epochs) && dictionary.features().len() > options.max_features {
            let map = state.prune(&mut dictionary, options.max_features);
            for sequence in &mut own {
                *sequence = number(sequence, |id| map.get(id as usize).copied().flatten());
            }
            pruned = true;
        }
        if epoch + options.average > options.epochs && epoch >= options.prune_after.min(options.epochs) {
            state.add_to_average();
        }
        let model = || state.model(tags, &dictionary);
        let loss = loss / tokens.max(1) as f64;
        let told = progress(&Progress { epoch, loss, features: dictionary.features().len(), model: &model });
        match told {
            Next::GoOn => {}
            // A pass before the pruning would give a model beyond its budget.
            Next::Best if epoch < options.prune_after.min(options.epochs) => {}
            Next::Best => best = Some(model()),
            Next::Stop => break,
        }
        keeper.keep(stage, &|| {
            let mut writer = state.keep(epoch, &order);
            if pruned {
                writer.indices("features", dictionary.features());
            }
            if let Some(best) = &best {
                best.write(writer.file(), MODEL);
                writer.indices(HAS_BEST, &[]);
            }
            writer.finish()
        });
    }
    let model = best.unwrap_or_else(|| state.model(tags, &dictionary));
    keeper.keep(stage, &|| {
        let mut writer = StateWriter::new(DONE);
        model.write(writer.file(), MODEL);
        writer.finish()
    });
    Ok(model)
}

/// Kinds and sections of the kept state.
const DONE: &str = "sequence-done";
const PASSED: &str = "sequence-passed";
const MODEL: &str = "model";
const HAS_BEST: &str = "has-best";

/// Keeps these features, which the dictionary has in the same order.
fn keep_only(dictionary: &mut Dictionary, features: &[u32]) -> Vec<Option<u32>> {
    let mut keep = vec![false; dictionary.features().len()];
    for id in features.iter().filter_map(|&feature| dictionary.id(feature)) {
        if let Some(slot) = keep.get_mut(id as usize) {
            *slot = true;
        }
    }
    dictionary.retain(|id, _| keep.get(id).copied().unwrap_or(false))
}

fn check(tags: &[String], sequences: &[Sequence]) -> Result<(), ModelError> {
    if tags.is_empty() || tags.len() > 255 {
        return Err(ModelError::training(format!("{} tags; there may be 1 to 255", tags.len())));
    }
    if sequences.iter().all(|s| s.tags.is_empty()) {
        return Err(ModelError::training("no tokens in the training data"));
    }
    for (i, s) in sequences.iter().enumerate() {
        let fits = s.ends.len() == s.tags.len()
            && s.ends.is_sorted()
            && s.ends.last().copied().unwrap_or(0) as usize == s.features.len()
            && s.tags.iter().all(|&tag| (tag as usize) < tags.len());
        if !fits {
            return Err(ModelError::training(format!("sequence {i}: its features, ends and tags do not fit together")));
        }
    }
    Ok(())
}

/// The sequence with its features mapped; those without a number are left out.
fn number(sequence: &Sequence, id: impl Fn(u32) -> Option<u32>) -> Sequence {
    let mut out = Sequence { tags: sequence.tags.clone(), ..Sequence::default() };
    let mut begin = 0;
    for &end in &sequence.ends {
        let own = sequence.features.get(begin..end as usize).unwrap_or_default();
        out.features.extend(own.iter().filter_map(|&f| id(f)));
        out.ends.push(out.features.len() as u32);
        begin = end as usize;
    }
    out
}

struct State {
    width: usize,
    /// Rows of `width`: weight and sum of squared gradients of each feature.
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// The step at which the prior was last applied to a row.
    touched: Vec<u32>,
    step: u32,
    chain: Transitions,
    /// Squares of the transitions: `tags` rows, then first, then last.
    chain_squares: Vec<f32>,
    average: Vec<f32>,
    chain_average: Vec<f32>,
    averaged: u32,
    rate: f32,
    /// The prior's strength for one sequence.
    l2: f32,
    dropout: f32,
    rng: Rng,
    scratch: Scratch,
    emissions: Vec<f32>,
    expected: Vec<f32>,
    active: Vec<u32>,
    active_ends: Vec<u32>,
}

impl State {
    fn new(
        features: usize,
        width: usize,
        tags: usize,
        constraints: &Constraints,
        sequences: usize,
        o: &Options,
    ) -> Self {
        Self {
            width,
            weights: vec![0.0; features * width],
            squares: vec![0.0; features * width],
            touched: vec![0; features],
            step: 0,
            chain: Transitions::new(tags, width, constraints),
            chain_squares: vec![0.0; (tags + 2) * width],
            average: Vec::new(),
            chain_average: Vec::new(),
            averaged: 0,
            rate: o.learning_rate,
            l2: o.l2 / sequences.max(1) as f32,
            dropout: o.dropout.clamp(0.0, 0.9),
            rng: Rng::new(o.seed),
            scratch: Scratch::default(),
            emissions: Vec::new(),
            expected: Vec::new(),
            active: Vec::new(),
            active_ends: Vec::new(),
        }
    }

    /// Returns the state that a later run needs besides the data. The prior has been applied to every row.
    fn keep(&self, epoch: u32, order: &[u32]) -> StateWriter {
        let mut writer = StateWriter::new(PASSED);
        let [epoch, step, averaged] = [epoch, self.step, self.averaged].map(u64::from);
        writer.numbers("head", &[epoch, step, averaged, self.rng.state()]);
        writer.indices("order", order);
        writer.floats("weights", &self.weights);
        writer.floats("squares", &self.squares);
        let chain = self.chain.scores.iter().chain(&self.chain.first).chain(&self.chain.last);
        writer.floats("chain", &chain.copied().collect::<Vec<f32>>());
        writer.floats("chain-squares", &self.chain_squares);
        writer.floats("average", &self.average);
        writer.floats("chain-average", &self.chain_average);
        writer
    }

    /// Restores the kept state. Returns the number of its pass.
    fn restore(&mut self, kept: &StateReader<'_>, order: &mut Vec<u32>) -> Result<u32, ModelError> {
        kept.file().require_kind(PASSED)?;
        let head = kept.numbers("head")?;
        let &[epoch, step, averaged, rng] = head.as_slice() else { return Err(unfit("head")) };
        let places = kept.indices("order").filter(|places| places.len() == order.len());
        *order = places.ok_or_else(|| unfit("order"))?;
        kept.floats("weights", &mut self.weights)?;
        kept.floats("squares", &mut self.squares)?;
        let mut chain: Vec<f32> = vec![0.0; self.chain_squares.len()];
        kept.floats("chain", &mut chain)?;
        let scores = self.chain.scores.iter_mut().chain(&mut self.chain.first).chain(&mut self.chain.last);
        scores.zip(chain).for_each(|(score, kept)| *score = kept);
        self.chain.refresh();
        kept.floats("chain-squares", &mut self.chain_squares)?;
        kept.floats("average", &mut self.average)?;
        kept.floats("chain-average", &mut self.chain_average)?;
        (self.step, self.averaged) = (step as u32, averaged as u32);
        self.touched.fill(self.step);
        self.rng = Rng::new(rng);
        Ok(epoch as u32)
    }

    /// One step on one sequence; returns its negative log-likelihood before the step.
    fn learn(&mut self, sequence: &Sequence) -> f64 {
        if sequence.tags.is_empty() {
            return 0.0;
        }
        self.step += 1;
        self.choose_active(sequence);
        with_width!(self.width, W => self.learn_of::<W>(sequence))
    }

    fn choose_active(&mut self, sequence: &Sequence) {
        self.active.clear();
        self.active_ends.clear();
        let limit = (f64::from(self.dropout) * 65_536.0) as u64;
        let mut begin = 0;
        for &end in &sequence.ends {
            let own = sequence.features.get(begin..end as usize).unwrap_or_default();
            begin = end as usize;
            if limit == 0 {
                self.active.extend_from_slice(own);
            } else {
                // Four draws from each random number.
                for four in own.chunks(4) {
                    let mut bits = self.rng.next();
                    for &id in four {
                        if bits & 0xFFFF >= limit {
                            self.active.push(id);
                        }
                        bits >>= 16;
                    }
                }
            }
            self.active_ends.push(self.active.len() as u32);
        }
    }

    fn learn_of<const W: usize>(&mut self, sequence: &Sequence) -> f64 {
        let keep = 1.0 / (1.0 - self.dropout);
        self.emissions.clear();
        self.emissions.resize(sequence.tags.len() * W, 0.0);
        let (weights, _) = self.weights.as_chunks::<W>();
        let (emissions, _) = self.emissions.as_chunks_mut::<W>();
        let mut begin = 0;
        for (emission, &end) in emissions.iter_mut().zip(&self.active_ends) {
            for &id in self.active.get(begin..end as usize).unwrap_or_default() {
                if let Some(row) = weights.get(id as usize) {
                    for j in 0..W {
                        emission[j] += row[j];
                    }
                }
            }
            for value in emission.iter_mut() {
                *value *= keep;
            }
            begin = end as usize;
        }
        let log_z = forward_backward(&self.chain, &self.emissions, &mut self.scratch);
        let gold = self.gold_score(sequence);
        self.learn_chain::<W>(sequence);
        let (weights, _) = self.weights.as_chunks_mut::<W>();
        let (squares, _) = self.squares.as_chunks_mut::<W>();
        let (alpha, _) = self.scratch.alpha.as_chunks::<W>();
        let (beta, _) = self.scratch.beta.as_chunks::<W>();
        let mut begin = 0;
        for (((alpha, beta), &tag), &end) in alpha.iter().zip(beta).zip(&sequence.tags).zip(&self.active_ends) {
            let own = self.active.get(begin..end as usize).unwrap_or_default();
            begin = end as usize;
            let mut gradient = [0f32; W];
            for j in 0..W {
                gradient[j] = alpha[j] * beta[j] * keep;
            }
            if let Some(slot) = gradient.get_mut(tag as usize) {
                *slot -= keep;
                // A token that is right for certain moves nothing.
                if *slot > -1e-4 {
                    continue;
                }
            }
            for &id in own {
                let id = id as usize;
                if let (Some(row), Some(squares), Some(touched)) =
                    (weights.get_mut(id), squares.get_mut(id), self.touched.get_mut(id))
                {
                    let prior = self.l2 * (self.step - *touched) as f32;
                    *touched = self.step;
                    for j in 0..W {
                        squares[j] += gradient[j] * gradient[j];
                        let rate = self.rate / (squares[j] + 1e-8).sqrt();
                        row[j] = (row[j] - rate * gradient[j]) / (1.0 + rate * prior);
                    }
                }
            }
        }
        log_z - gold
    }

    fn gold_score(&self, sequence: &Sequence) -> f64 {
        let at = |values: &[f32], index: usize| f64::from(values.get(index).copied().unwrap_or(0.0));
        let mut score = 0.0;
        let mut before = None;
        for (t, &tag) in sequence.tags.iter().enumerate() {
            let tag = tag as usize;
            score += at(&self.emissions, t * self.width + tag);
            score += match before {
                None => at(&self.chain.first, tag),
                Some(before) => at(&self.chain.scores, before * self.width + tag),
            };
            before = Some(tag);
        }
        score + before.map_or(0.0, |tag| at(&self.chain.last, tag))
    }

    /// The step on the transitions.
    fn learn_chain<const W: usize>(&mut self, sequence: &Sequence) {
        let tags = self.chain.tags;
        self.expected.clear();
        self.expected.resize((tags + 2) * W, 0.0);
        let (expected, _) = self.expected.as_chunks_mut::<W>();
        let (alpha, _) = self.scratch.alpha.as_chunks::<W>();
        let (beta, _) = self.scratch.beta.as_chunks::<W>();
        let (emit, _) = self.scratch.emit.as_chunks::<W>();
        let (factors, _) = self.chain.factors.as_chunks::<W>();
        let length = alpha.len();
        for t in 1..length {
            let (Some(before), Some(beta), Some(emit), Some(&norm)) =
                (alpha.get(t - 1), beta.get(t), emit.get(t), self.scratch.norms.get(t))
            else {
                continue;
            };
            let last = if t + 1 == length { self.chain.last_factors.first_chunk::<W>() } else { None };
            let mut after = [0f32; W];
            for j in 0..W {
                after[j] = beta[j] * emit[j] / norm * last.map_or(1.0, |l| l[j]);
            }
            for ((row, factors), &probability) in expected.iter_mut().zip(factors).zip(before) {
                if probability > 1e-6 {
                    for j in 0..W {
                        row[j] += probability * factors[j] * after[j];
                    }
                }
            }
        }
        for (place, t) in [(tags, 0), (tags + 1, length.wrapping_sub(1))] {
            if let (Some(row), Some(alpha), Some(beta)) = (expected.get_mut(place), alpha.get(t), beta.get(t)) {
                for j in 0..W {
                    row[j] += alpha[j] * beta[j];
                }
            }
        }
        let mut take = |row: usize, tag: u16| {
            if let Some(slot) = expected.get_mut(row).and_then(|row| row.get_mut(tag as usize)) {
                *slot -= 1.0;
            }
        };
        for pair in sequence.tags.windows(2) {
            if let &[before, tag] = pair {
                take(before as usize, tag);
            }
        }
        if let (Some(&first), Some(&last)) = (sequence.tags.first(), sequence.tags.last()) {
            take(tags, first);
            take(tags + 1, last);
        }
        let scores = self.chain.scores.iter_mut().chain(&mut self.chain.first).chain(&mut self.chain.last);
        for ((score, square), &gradient) in scores.zip(&mut self.chain_squares).zip(&self.expected) {
            if score.is_finite() && gradient != 0.0 {
                *square += gradient * gradient;
                let rate = self.rate / (*square + 1e-8).sqrt();
                *score = (*score - rate * gradient) / (1.0 + rate * self.l2);
            }
        }
        self.chain.refresh();
    }

    /// Brings every row up to date with the prior.
    fn decay_all(&mut self) {
        let rows = self.weights.chunks_exact_mut(self.width).zip(self.squares.chunks_exact(self.width));
        for ((weights, squares), touched) in rows.zip(&mut self.touched) {
            let prior = self.l2 * (self.step - *touched) as f32;
            *touched = self.step;
            for (weight, square) in weights.iter_mut().zip(squares) {
                *weight /= 1.0 + self.rate / (square + 1e-8).sqrt() * prior;
            }
        }
    }

    /// Keeps the features that move scores most: norm of the weights times the root of the occurrences.
    fn prune(&mut self, dictionary: &mut Dictionary, most: usize) -> Vec<Option<u32>> {
        let worth: Vec<f32> = self
            .weights
            .chunks_exact(self.width)
            .zip(dictionary.counts())
            .map(|(row, &count)| row.iter().map(|w| w * w).sum::<f32>() * count as f32)
            .collect();
        let mut order: Vec<u32> = (0..worth.len() as u32).collect();
        let value = |id: u32| worth.get(id as usize).copied().unwrap_or(0.0);
        order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        let mut keep = vec![false; worth.len()];
        for &id in order.iter().take(most) {
            if let Some(slot) = keep.get_mut(id as usize) {
                *slot = true;
            }
        }
        let map = dictionary.retain(|id, _| keep.get(id).copied().unwrap_or(false));
        for values in [&mut self.weights, &mut self.squares] {
            let mut left = Vec::with_capacity(most * self.width);
            for (row, _) in values.chunks_exact(self.width).zip(&keep).filter(|(_, keep)| **keep) {
                left.extend_from_slice(row);
            }
            *values = left;
        }
        self.touched = vec![self.step; dictionary.features().len()];
        self.average.clear();
        map
    }

    fn add_to_average(&mut self) {
        self.average.resize(self.weights.len(), 0.0);
        for (sum, weight) in self.average.iter_mut().zip(&self.weights) {
            *sum += weight;
        }
        let chain = self.chain.scores.iter().chain(&self.chain.first).chain(&self.chain.last);
        self.chain_average.resize(self.chain_squares.len(), 0.0);
        for (sum, score) in self.chain_average.iter_mut().zip(chain) {
            *sum += score;
        }
        self.averaged += 1;
    }

    fn model(&self, tags: &[String], dictionary: &Dictionary) -> SequenceModel<'static> {
        let mut chain = self.chain.clone();
        let table = if self.averaged == 0 {
            Table::build(dictionary.features(), &self.weights, self.width)
        } else {
            let part = 1.0 / self.averaged as f32;
            let mean: Vec<f32> = self.average.iter().map(|sum| sum * part).collect();
            let scores = chain.scores.iter_mut().chain(&mut chain.first).chain(&mut chain.last);
            for (score, sum) in scores.zip(&self.chain_average) {
                *score = sum * part;
            }
            chain.refresh();
            Table::build(dictionary.features(), &mean, self.width)
        };
        SequenceModel::new(tags.to_vec(), table, chain)
    }
}
