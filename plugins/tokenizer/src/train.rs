//! Trains the sentence boundary model: binary logistic regression over hashed gap features by AdaGrad.

use crate::boundary::{FEATURES, Gap};
use crate::model::BoundaryModel;
use crate::{Segmentation, Segmenter, sentences};
use copydesk_model::ModelError;
use copydesk_model::session::{Keeper, Next, StateReader, StateWriter, unfit};
use std::sync::Arc;

/// A text and its sentence ends.
#[derive(Clone, Copy, Debug)]
pub struct TrainingText<'a> {
    /// The text, paragraphs apart by blank lines.
    pub text: &'a str,
    /// Byte offset behind the last character of each sentence, ascending.
    pub ends: &'a [u32],
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct TrainingOptions {
    /// Passes over the examples.
    pub epochs: u32,
    /// AdaGrad's step.
    pub learning_rate: f32,
    /// Weight decay per example and feature.
    pub l2: f32,
    /// Seed of the shuffling.
    pub seed: u64,
    /// Binary logarithm of the number of weights.
    pub log2_buckets: u32,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        TrainingOptions { epochs: 8, learning_rate: 0.1, l2: 1e-4, seed: 1, log2_buckets: 17 }
    }
}

struct Example {
    features: [u32; FEATURES],
    boundary: bool,
}

/// The state after a pass.
pub struct Progress<'p> {
    /// The number of the pass, from one.
    pub epoch: u32,
    /// Mean negative log-likelihood of a gap during the pass.
    pub loss: f64,
    /// Returns the model as if training ended now.
    pub model: &'p dyn Fn() -> BoundaryModel,
}

/// Trains on `texts`. `progress` gets each pass and decides how to continue.
///
/// # Errors
/// If `keeper` has the state of another training.
pub fn train(
    texts: &[TrainingText<'_>],
    options: &TrainingOptions,
    keeper: &mut dyn Keeper,
    progress: &mut dyn FnMut(&Progress<'_>) -> Next,
) -> Result<BoundaryModel, ModelError> {
    let mut examples = Vec::new();
    let mut segmenter = Segmenter::new(Arc::default());
    let mut layers = Segmentation::default();
    for text in texts {
        gather(text, &mut segmenter, &mut layers, &mut examples);
    }
    let size = 1usize << options.log2_buckets;
    let shift = 32 - options.log2_buckets;
    let mut weights = vec![0f32; size];
    let mut squares = vec![1e-4f32; size];
    // The weights of the best pass, where one was marked.
    let mut best: Vec<f32> = Vec::new();
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    let (mut state, mut done) = (options.seed, 0);
    if let Some(kept) = keeper.kept(STAGE) {
        let kept = StateReader::parse(&kept)?;
        kept.file().require_kind(STAGE)?;
        let &[epoch, random] = kept.numbers("head")?.as_slice() else { return Err(unfit("head")) };
        let places = kept.indices("order").filter(|places| places.len() == order.len());
        order = places.ok_or_else(|| unfit("order"))?;
        kept.floats("weights", &mut weights)?;
        kept.floats("squares", &mut squares)?;
        kept.floats("best", &mut best)?;
        (state, done) = (random, epoch as u32);
    }
    for epoch in done + 1..=options.epochs {
        shuffle(&mut order, &mut state);
        let mut loss = 0f64;
        for &index in &order {
            let Some(example) = examples.get(index as usize) else { continue };
            let buckets = example.features.map(|f| (f >> shift) as usize);
            let score: f32 = buckets.iter().filter_map(|&b| weights.get(b)).sum();
            let probability = 1.0 / (1.0 + (-score).exp());
            let target = f32::from(u8::from(example.boundary));
            loss -= f64::from((1.0 - (probability - target).abs()).max(1e-9).ln());
            for &bucket in &buckets {
                if let (Some(weight), Some(square)) = (weights.get_mut(bucket), squares.get_mut(bucket)) {
                    let gradient = probability - target + options.l2 * *weight;
                    *square += gradient * gradient;
                    *weight -= options.learning_rate * gradient / square.sqrt();
                }
            }
        }
        let loss = loss / examples.len().max(1) as f64;
        match progress(&Progress { epoch, loss, model: &|| quantise(&weights) }) {
            Next::GoOn => {}
            Next::Best => best.clone_from(&weights),
            Next::Stop => break,
        }
        keeper.keep(STAGE, &|| {
            let mut writer = StateWriter::new(STAGE);
            writer.numbers("head", &[u64::from(epoch), state]);
            writer.indices("order", &order);
            writer.floats("weights", &weights);
            writer.floats("squares", &squares);
            writer.floats("best", &best);
            writer.finish()
        });
    }
    Ok(quantise(if best.is_empty() { &weights } else { &best }))
}

/// The only stage of this training, and the kind of its kept state.
const STAGE: &str = "boundaries";

/// Writes one signed byte a weight. The scale clips hardly any weight.
fn quantise(weights: &[f32]) -> BoundaryModel {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let rank = sizes.len().saturating_sub(1 + sizes.len() / 2000);
    let top = sizes.get(rank).copied().unwrap_or(1.0).max(1e-6);
    let scale = 127.0 / top;
    let weights: Vec<i8> = weights.iter().map(|w| (w * scale).round().clamp(-127.0, 127.0) as i8).collect();
    BoundaryModel::from_weights(&weights)
}

fn gather(text: &TrainingText<'_>, segmenter: &mut Segmenter, layers: &mut Segmentation, examples: &mut Vec<Example>) {
    segmenter.lay_out(text.text, layers);
    let casing = sentences::casing(text.text, &layers.tokens);
    for (range, marks) in segmenter.described() {
        let tokens = layers.tokens.get(range).unwrap_or(&[]);
        let mut open = 0;
        for (at, token) in tokens.iter().enumerate() {
            if at + 1 == tokens.len() || tokens.get(at + 1).is_some_and(|t| t.part > 0) {
                continue;
            }
            let boundary = text.ends.binary_search(&token.span.end).is_ok();
            let gap = Gap { marks, at, open, casing };
            if gap.is_candidate() {
                let mut features = [0; FEATURES];
                gap.features(&mut features);
                examples.push(Example { features, boundary });
            }
            if boundary {
                open = at + 1;
            }
        }
    }
}

/// Fisher-Yates with a splitmix64 generator.
fn shuffle(order: &mut [u32], state: &mut u64) {
    for i in (1..order.len()).rev() {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(i, ((z ^ (z >> 31)) % (i as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_a_mark_of_its_own_and_twice_the_same() {
        let text = "One is here ; Two is there ; Three is . Gone now ; Four left ; Five too";
        let ends: Vec<u32> = text.match_indices(';').map(|(at, _)| at as u32 + 1).chain([text.len() as u32]).collect();
        let texts = [TrainingText { text, ends: &ends }];
        let options = TrainingOptions { epochs: 20, log2_buckets: 10, ..TrainingOptions::default() };
        let mut losses = Vec::new();
        let model = train(&texts, &options, &mut (), &mut |pass| {
            losses.push(pass.loss);
            Next::GoOn
        })
        .unwrap();
        assert!(losses.last() < losses.first());
        let again = train(&texts, &options, &mut (), &mut |_| Next::GoOn).unwrap();
        assert_eq!(model.to_bytes("{}"), again.to_bytes("{}"));
        let mut layers = Segmentation::default();
        Segmenter::new(Arc::new(model)).segment_into(text, &mut layers);
        let found: Vec<u32> = layers.sentences.iter().map(|sentence| sentence.span.end).collect();
        assert_eq!(found, ends);
    }
}
