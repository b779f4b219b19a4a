//! Multinomial logistic regression over hashed features: [`train`] learns one, [`Classifier`] gives
//! probabilities.

use std::ops::ControlFlow;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};
use crate::rng::Rng;
use crate::session::{Keeper, Next, StateReader, StateWriter, unfit};
use crate::table::{Dictionary, Table, width_for};

/// A training example.
#[derive(Debug, Clone)]
pub struct Example {
    /// The features; one that occurs twice counts twice.
    pub features: Vec<u32>,
    /// The number of the gold class.
    pub class: u16,
    /// How much the example counts; one is usual.
    pub weight: f32,
}

/// How to train.
#[derive(Debug, Clone)]
pub struct Options {
    /// Passes over the data.
    pub epochs: u32,
    /// Strength of the Gaussian prior, in the units of the whole objective.
    pub l2: f32,
    /// AdaGrad's step size.
    pub learning_rate: f32,
    /// Order of the examples and dropout.
    pub seed: u64,
    /// Features seen less often are left out.
    pub min_count: u32,
    /// Share of the features that each visit of an example leaves out.
    pub dropout: f32,
    /// The features kept: those that move scores most.
    pub max_features: usize,
    /// The result is the mean of the weights after each of so many last passes.
    pub average: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            epochs: 15,
            l2: 1.0,
            learning_rate: 0.1,
            seed: 1,
            min_count: 2,
            dropout: 0.0,
            max_features: 100_000,
            average: 5,
        }
    }
}

/// The state after a pass.
pub struct Progress<'p> {
    /// The number of the pass, from one.
    pub epoch: u32,
    /// Mean negative log-likelihood of an example during the pass.
    pub loss: f64,
    /// Returns the model as if training ended now.
    pub model: &'p dyn Fn() -> Classifier<'static>,
}

/// A trained model. Immutable, to be shared between threads.
#[derive(Debug, Clone)]
pub struct Classifier<'a> {
    classes: Vec<String>,
    bias: Vec<f32>,
    table: Table<'a>,
}

impl<'a> Classifier<'a> {
    /// Reads the model that [`Classifier::write`] wrote under this name.
    ///
    /// # Errors
    /// If a section is missing or does not fit the others.
    pub fn read(file: &ModelFile<'a>, name: &str) -> Result<Self, ModelError> {
        let section = format!("{name}.classes");
        let mut reader = Reader::new(file.require(&section)?);
        let bad = || ModelError::section(&section, "it is too short or its numbers contradict each other");
        let count = reader.u32().filter(|n| (1..=255).contains(n)).ok_or_else(bad)? as usize;
        let mut classes = Vec::with_capacity(count);
        for _ in 0..count {
            classes.push(reader.text().ok_or_else(bad)?.to_owned());
        }
        let mut bias = Vec::with_capacity(count);
        for _ in 0..count {
            bias.push(reader.f32().filter(|b| b.is_finite()).ok_or_else(bad)?);
        }
        Ok(Self { classes, bias, table: Table::read(file, name, count)? })
    }

    /// Reads the only model of a file: the one named `classifier`.
    ///
    /// # Errors
    /// As [`Classifier::read`].
    pub fn from_file(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        Self::read(file, "classifier")
    }

    /// Returns the same model with weights of its own.
    #[must_use]
    pub fn into_owned(self) -> Classifier<'static> {
        let Classifier { classes, bias, table } = self;
        Classifier { classes, bias, table: table.into_owned() }
    }

    /// Adds the model's sections to a file, their names beginning with `name`.
    pub fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut head = Vec::new();
        head.extend((self.classes.len() as u32).to_le_bytes());
        for class in &self.classes {
            head.extend((class.len() as u32).to_le_bytes());
            head.extend_from_slice(class.as_bytes());
        }
        head.extend(self.bias.iter().flat_map(|b| b.to_le_bytes()));
        writer.section(format!("{name}.classes"), head);
        self.table.write(writer, name);
    }

    /// The names of the classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// How many features the model knows.
    pub fn feature_count(&self) -> usize {
        self.table.row_count()
    }

    /// Divides the scores by a temperature, so that probabilities on examples that were not learned from mean what they
    /// say (Guo et al. 2017). It is the one, 0.5 to 3, by which these examples are likeliest. The likeliest class stays.
    pub fn calibrate(&mut self, examples: &[Example]) {
        let mut scores = Vec::new();
        let scored: Vec<(Vec<f32>, usize, f32)> = examples
            .iter()
            .map(|example| {
                self.scores(&example.features, &mut scores);
                (scores.clone(), usize::from(example.class), example.weight)
            })
            .collect();
        let loss = |temperature: f32| -> f64 {
            let of_one = |(scores, class, weight): &(Vec<f32>, usize, f32)| {
                let mut scaled: Vec<f32> = scores.iter().map(|score| score / temperature).collect();
                let gold = scaled.get(*class).copied().unwrap_or_default();
                f64::from(weight * (softmax(&mut scaled) - gold))
            };
            scored.iter().map(of_one).sum()
        };
        let tried = (10..=60).map(|step| step as f32 / 20.0).map(|temperature| (loss(temperature), temperature));
        let best = tried.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let temperature = best.filter(|_| !examples.is_empty()).map_or(1.0, |(_, temperature)| temperature);
        self.bias.iter_mut().for_each(|bias| *bias /= temperature);
        self.table.multiply(1.0 / temperature);
    }

    /// Replaces `out` by the scores of the classes before normalisation (log-odds up to a constant).
    pub fn scores(&self, features: &[u32], out: &mut Vec<f32>) {
        out.clear();
        out.extend_from_slice(&self.bias);
        out.resize(self.table.width(), 0.0);
        self.table.sums(features, &[features.len() as u32], out);
        out.truncate(self.classes.len());
    }

    /// Replaces `out` by the probabilities of the classes.
    pub fn probabilities(&self, features: &[u32], out: &mut Vec<f32>) {
        self.scores(features, out);
        softmax(out);
    }
}

/// Scores to probabilities in place; returns the logarithm of their sum before.
fn softmax(scores: &mut [f32]) -> f32 {
    let greatest = scores.iter().fold(f32::NEG_INFINITY, |m, &s| m.max(s));
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - greatest).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
    greatest + sum.ln()
}

/// Trains a model for these classes. `progress` is called after each pass and may end the training.
///
/// # Errors
/// If there are no or too many classes (at most 255), no examples, or an example of a class that is not there.
pub fn train(
    classes: &[String],
    examples: &[Example],
    options: &Options,
    mut progress: impl FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> Result<Classifier<'static>, ModelError> {
    train_resumable(classes, examples, options, "", &mut (), |pass| match progress(pass) {
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
    classes: &[String],
    examples: &[Example],
    options: &Options,
    stage: &str,
    keeper: &mut dyn Keeper,
    mut progress: impl FnMut(&Progress<'_>) -> Next,
) -> Result<Classifier<'static>, ModelError> {
    let width = width_for(classes.len()).filter(|_| (1..=255).contains(&classes.len()));
    let width =
        width.ok_or_else(|| ModelError::training(format!("{} classes; there may be 1 to 255", classes.len())))?;
    if examples.is_empty() {
        return Err(ModelError::training("no examples in the training data"));
    }
    if let Some(i) = examples.iter().position(|e| e.class as usize >= classes.len() || !e.weight.is_finite()) {
        return Err(ModelError::training(format!("example {i}: its class or its weight is not valid")));
    }
    let kept = keeper.kept(stage);
    let kept = kept.as_deref().map(StateReader::parse).transpose()?;
    if let Some(done) = kept.as_ref().filter(|kept| kept.kind() == DONE) {
        return Ok(Classifier::read(done.file(), MODEL)?.into_owned());
    }
    let mut dictionary = Dictionary::default();
    for &feature in examples.iter().flat_map(|e| &e.features) {
        dictionary.count(feature);
    }
    dictionary.retain(|_, count| count >= options.min_count);
    let ids: Vec<Vec<u32>> =
        examples.iter().map(|e| e.features.iter().filter_map(|&f| dictionary.id(f)).collect()).collect();
    let mut state = State::new(dictionary.features().len(), width, classes.len(), examples.len(), options);
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    let (mut done, mut best) = (0, None);
    if let Some(kept) = &kept {
        done = state.restore(kept, &mut order)?;
        if kept.file().section(HAS_BEST).is_some() {
            best = Some(Classifier::read(kept.file(), MODEL)?.into_owned());
        }
    }
    for epoch in done + 1..=options.epochs {
        state.rng.shuffle(&mut order);
        let mut loss = 0.0;
        for &i in &order {
            if let (Some(ids), Some(example)) = (ids.get(i as usize), examples.get(i as usize)) {
                loss += f64::from(state.learn(ids, example.class, example.weight));
            }
        }
        state.decay_all();
        if epoch + options.average > options.epochs {
            state.add_to_average();
        }
        let model = || state.model(classes, &dictionary, options.max_features);
        match progress(&Progress { epoch, loss: loss / examples.len() as f64, model: &model }) {
            Next::GoOn => {}
            Next::Best => best = Some(model()),
            Next::Stop => break,
        }
        keeper.keep(stage, &|| {
            let mut writer = state.keep(epoch, &order);
            if let Some(best) = &best {
                best.write(writer.file(), MODEL);
                writer.indices(HAS_BEST, &[]);
            }
            writer.finish()
        });
    }
    let model = best.unwrap_or_else(|| state.model(classes, &dictionary, options.max_features));
    keeper.keep(stage, &|| {
        let mut writer = StateWriter::new(DONE);
        model.write(writer.file(), MODEL);
        writer.finish()
    });
    Ok(model)
}

/// Kinds and sections of the kept state.
const DONE: &str = "classifier-done";
const PASSED: &str = "classifier-passed";
const MODEL: &str = "model";
const HAS_BEST: &str = "has-best";

struct State {
    width: usize,
    classes: usize,
    /// A row for each feature, and a last one that is always on: the bias.
    weights: Vec<f32>,
    squares: Vec<f32>,
    touched: Vec<u32>,
    step: u32,
    average: Vec<f32>,
    averaged: u32,
    rate: f32,
    l2: f32,
    dropout: f32,
    rng: Rng,
    active: Vec<u32>,
    scores: Vec<f32>,
}

impl State {
    fn new(features: usize, width: usize, classes: usize, examples: usize, options: &Options) -> Self {
        let rows = features + 1;
        Self {
            width,
            classes,
            weights: vec![0.0; rows * width],
            squares: vec![0.0; rows * width],
            touched: vec![0; rows],
            step: 0,
            average: Vec::new(),
            averaged: 0,
            rate: options.learning_rate,
            l2: options.l2 / examples as f32,
            dropout: options.dropout.clamp(0.0, 0.9),
            rng: Rng::new(options.seed),
            active: Vec::new(),
            scores: Vec::new(),
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
        writer.floats("average", &self.average);
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
        kept.floats("average", &mut self.average)?;
        (self.step, self.averaged) = (step as u32, averaged as u32);
        self.touched.fill(self.step);
        self.rng = Rng::new(rng);
        Ok(epoch as u32)
    }

    fn learn(&mut self, ids: &[u32], class: u16, weight: f32) -> f32 {
        self.step += 1;
        let keep = 1.0 / (1.0 - self.dropout);
        let limit = (f64::from(self.dropout) * f64::from(u32::MAX)) as u64;
        self.active.clear();
        for &id in ids {
            if limit == 0 || self.rng.next() >> 32 >= limit {
                self.active.push(id);
            }
        }
        self.scores.clear();
        self.scores.resize(self.classes, 0.0);
        let bias = (self.touched.len() - 1) as u32;
        for (&id, scale) in self.active.iter().zip(std::iter::repeat(keep)).chain([(&bias, 1.0)]) {
            let row = self.weights.get(id as usize * self.width..).unwrap_or_default();
            for (score, weight) in self.scores.iter_mut().zip(row) {
                *score += weight * scale;
            }
        }
        let gold = self.scores.get(class as usize).copied().unwrap_or(0.0);
        let log_z = softmax(&mut self.scores);
        if let Some(slot) = self.scores.get_mut(class as usize) {
            *slot -= 1.0;
        }
        for (&id, scale) in self.active.iter().zip(std::iter::repeat(keep)).chain([(&bias, 1.0)]) {
            let begin = id as usize * self.width;
            let (Some(row), Some(squares), Some(touched)) =
                (self.weights.get_mut(begin..), self.squares.get_mut(begin..), self.touched.get_mut(id as usize))
            else {
                continue;
            };
            let prior = if id == bias { 0.0 } else { self.l2 * (self.step - *touched) as f32 };
            *touched = self.step;
            for ((slot, square), gradient) in row.iter_mut().zip(squares).zip(&self.scores) {
                let gradient = gradient * scale * weight;
                *square += gradient * gradient;
                let rate = self.rate / (*square + 1e-8).sqrt();
                *slot = (*slot - rate * gradient) / (1.0 + rate * prior);
            }
        }
        (log_z - gold) * weight
    }

    fn decay_all(&mut self) {
        let features = self.touched.len() - 1;
        let rows = self.weights.chunks_exact_mut(self.width).zip(self.squares.chunks_exact(self.width));
        for ((weights, squares), touched) in rows.zip(&mut self.touched).take(features) {
            let prior = self.l2 * (self.step - *touched) as f32;
            *touched = self.step;
            for (weight, square) in weights.iter_mut().zip(squares) {
                *weight /= 1.0 + self.rate / (square + 1e-8).sqrt() * prior;
            }
        }
    }

    fn add_to_average(&mut self) {
        self.average.resize(self.weights.len(), 0.0);
        for (sum, weight) in self.average.iter_mut().zip(&self.weights) {
            *sum += weight;
        }
        self.averaged += 1;
    }

    fn model(&self, classes: &[String], dictionary: &Dictionary, most: usize) -> Classifier<'static> {
        let mean: Vec<f32> = if self.averaged == 0 {
            self.weights.clone()
        } else {
            self.average.iter().map(|sum| sum / self.averaged as f32).collect()
        };
        let mut rows: Vec<(f32, u32, &[f32])> = mean
            .chunks_exact(self.width)
            .zip(dictionary.features())
            .zip(dictionary.counts())
            .map(|((row, &feature), &count)| (row.iter().map(|w| w * w).sum::<f32>() * count as f32, feature, row))
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rows.truncate(most);
        let features: Vec<u32> = rows.iter().map(|r| r.1).collect();
        let weights: Vec<f32> = rows.iter().flat_map(|r| r.2.iter().copied()).collect();
        let bias =
            mean.get(mean.len() - self.width..).unwrap_or_default().iter().take(classes.len()).copied().collect();
        Classifier { classes: classes.to_vec(), bias, table: Table::build(&features, &weights, self.width) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{feature, hash_bytes};

    fn word(text: &str) -> u32 {
        feature(hash_bytes(text.as_bytes()))
    }

    #[test]
    fn opinions_are_learned_and_survive_the_file() {
        let classes = ["negative".to_owned(), "neutral".to_owned(), "positive".to_owned()];
        let mut examples = Vec::new();
        for i in 0..200 {
            let filler = word(&format!("filler{}", i % 17));
            for (class, cue) in ["bad", "plain", "good"].into_iter().enumerate() {
                examples.push(Example { features: vec![word(cue), filler], class: class as u16, weight: 1.0 });
            }
        }
        let options = Options { dropout: 0.2, max_features: 12, ..Options::default() };
        let model = train(&classes, &examples, &options, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(model.feature_count(), 12);
        let mut writer = ModelWriter::new("toy", "{}");
        model.write(&mut writer, "classifier");
        let bytes = writer.finish();
        let file = ModelFile::parse(&bytes).unwrap();
        let mut read = Classifier::from_file(&file).unwrap();
        let mut out = Vec::new();
        for (class, cue) in ["bad", "plain", "good"].into_iter().enumerate() {
            read.probabilities(&[word(cue), word("unseen")], &mut out);
            assert!(out[class] > 0.8, "{cue}: {out:?}");
            assert!((out.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }

        // A cue means the next class in three of ten examples that were not learned from: so sure it must be, no more.
        let held: Vec<Example> = (0..30)
            .map(|i| {
                let class = (i % 3 + usize::from(i >= 21)) % 3;
                Example { features: vec![word(["bad", "plain", "good"][i % 3])], class: class as u16, weight: 1.0 }
            })
            .collect();
        read.calibrate(&held);
        for (class, cue) in ["bad", "plain", "good"].into_iter().enumerate() {
            read.probabilities(&[word(cue)], &mut out);
            assert!((0.6..0.8).contains(&out[class]), "{cue}: {out:?}");
        }
        let calibrated = out.clone();
        read.calibrate(&[]);
        read.probabilities(&[word("good")], &mut out);
        assert_eq!(out, calibrated, "no examples, no change");
    }

    #[test]
    fn input_that_does_not_fit_is_refused() {
        let go = |_: &Progress<'_>| ControlFlow::Continue(());
        assert!(train(&[], &[], &Options::default(), go).is_err());
        let bad = Example { features: vec![], class: 2, weight: 1.0 };
        assert!(train(&["a".to_owned()], &[bad], &Options::default(), go).is_err());
    }
}
