//! Learns the linker's data: the table of given names, and the weights of the ranker of pronouns and role phrases.

use std::collections::BTreeMap;

use copydesk_model::ModelWriter;
use copydesk_model::lookup::Lookup;

use crate::features::{Feature, GROUPS, NoneFeature};
use crate::given::{KIND, STEPS};
use crate::rank::Trace;
use crate::words::fold_hash;

/// A given name and its bearers.
#[derive(Clone, Copy, Debug)]
pub struct NameShare<'a> {
    /// The name.
    pub name: &'a str,
    /// How many people with this name are known.
    pub bearers: f64,
    /// The share of men among them, 0 to 1.
    pub men: f64,
}

/// Makes a [`crate::GivenNames`] model. Names that differ only in case, marks or diacritics are counted together.
/// `sources` is JSON for the file's metadata.
#[must_use]
pub fn given_names(names: &[NameShare<'_>], sources: &str) -> Vec<u8> {
    let mut people: BTreeMap<u64, [f64; 2]> = BTreeMap::new();
    for name in names {
        let [all, men] = people.entry(fold_hash(name.name)).or_default();
        *all += name.bearers;
        *men += name.bearers * name.men;
    }
    let table = Lookup::build(people.into_iter().map(|(hash, [all, men])| {
        let share = men / all;
        (hash, 1 + (share * f64::from(STEPS - 1)).round() as u32)
    }));
    let mut file = ModelWriter::new(KIND, sources);
    table.write(&mut file, "names");
    file.finish()
}

/// An anaphor with the right answer: any of the marked candidates, or "none of them".
#[derive(Clone, Debug)]
pub struct Example {
    /// Candidates and features.
    pub trace: Trace,
    /// The right candidates.
    pub right: Vec<bool>,
    /// True if "none of them" is right.
    pub none: bool,
    /// How much it counts.
    pub weight: f32,
}

/// Weights of one kind of anaphor.
pub type Weights = ([f32; Feature::COUNT], [f32; NoneFeature::COUNT]);

/// Fits the ranker by AdaGrad on the log-likelihood of the right candidates together, in the given order
/// of examples, `epochs` times. `progress` hears the mean likelihood after each pass.
pub fn fit(examples: &[Example], epochs: usize, l2: f32, mut progress: impl FnMut(usize, f64)) -> [Weights; GROUPS] {
    let mut weights = [([0.0f32; Feature::COUNT], [0.0f32; NoneFeature::COUNT]); GROUPS];
    let mut squares = [([1e-3f32; Feature::COUNT], [1e-3f32; NoneFeature::COUNT]); GROUPS];
    for epoch in 0..epochs {
        let mut total = 0.0f64;
        for example in examples {
            let group = example.trace.group as usize;
            let (Some(w), Some(sq)) = (weights.get_mut(group), squares.get_mut(group)) else { continue };
            total += f64::from(example.weight * step(example, w, sq, l2));
        }
        progress(epoch, total / examples.len().max(1) as f64);
    }
    weights
}

fn step(example: &Example, w: &mut Weights, sq: &mut Weights, l2: f32) -> f32 {
    let t = &example.trace;
    let mut score: Vec<f32> =
        t.candidates.iter().map(|c| c.features.0.iter().zip(&w.0).map(|(f, w)| f * w).sum()).collect();
    score.push(t.none.iter().zip(&w.1).map(|(f, w)| f * w).sum());
    let right: Vec<bool> = example.right.iter().copied().chain([example.none]).collect();
    if !right.contains(&true) {
        return 0.0;
    }
    let top = score.iter().copied().fold(f32::MIN, f32::max);
    let (mut all, mut good) = (0.0, 0.0);
    for (s, r) in score.iter_mut().zip(&right) {
        *s = (*s - top).exp();
        all += *s;
        good += if *r { *s } else { 0.0 };
    }
    let mut gradient: Weights = ([0.0; Feature::COUNT], [0.0; NoneFeature::COUNT]);
    for (at, (s, r)) in score.iter().zip(&right).enumerate() {
        let g = example.weight * (if *r { s / good } else { 0.0 } - s / all);
        match t.candidates.get(at) {
            Some(c) => gradient.0.iter_mut().zip(&c.features.0).for_each(|(slot, f)| *slot += g * f),
            None => gradient.1.iter_mut().zip(&t.none).for_each(|(slot, f)| *slot += g * f),
        }
    }
    let climb = |w: &mut f32, sq: &mut f32, g: f32| {
        let g = g - l2 * *w;
        *sq += g * g;
        *w += 0.1 * g / sq.sqrt();
    };
    for ((w, sq), g) in w.0.iter_mut().zip(&mut sq.0).zip(gradient.0) {
        climb(w, sq, g);
    }
    for ((w, sq), g) in w.1.iter_mut().zip(&mut sq.1).zip(gradient.1) {
        climb(w, sq, g);
    }
    (good / all).ln()
}
