//! Finds the actor that a pronoun means: a log-linear ranker over the latest mentions, with "none of them" as one more
//! choice.
//!
//! Scores on development text, with gold names in GUM and runs of capitalised words in GAP. GAP F1 is 64.9 (precision
//! 67.2, recall 62.8). In GUM, 69.8 of 100 links of he and she are right, and 85.6 of 100 named antecedents are found.
//! Names of GUM news are joined at B3 94.4, those of all its genres at 92.5.

use crate::features::{Feature, Features, GROUPS, Group, NoneFeature};
use crate::weights::{none_weights, weights};

/// The weights of a candidate's features, a row for each kind of pronoun.
const WEIGHTS: [[f32; Feature::COUNT]; GROUPS] = {
    let mut columns = [[0.0; GROUPS]; Feature::COUNT];
    let mut slot = 0;
    while slot < Feature::COUNT {
        columns[slot] = weights(Feature::ALL[slot]);
        slot += 1;
    }
    rows(columns)
};

/// The same for "none of them".
const NONE_WEIGHTS: [[f32; NoneFeature::COUNT]; GROUPS] = {
    let mut columns = [[0.0; GROUPS]; NoneFeature::COUNT];
    let mut slot = 0;
    while slot < NoneFeature::COUNT {
        columns[slot] = none_weights(NoneFeature::ALL[slot]);
        slot += 1;
    }
    rows(columns)
};

/// Turns columns into rows.
const fn rows<const N: usize>(columns: [[f32; GROUPS]; N]) -> [[f32; N]; GROUPS] {
    let mut rows = [[0.0; N]; GROUPS];
    let mut slot = 0;
    while slot < N {
        let mut group = 0;
        while group < GROUPS {
            rows[group][slot] = columns[slot][group];
            group += 1;
        }
        slot += 1;
    }
    rows
}

/// One candidate, with the facts about it.
#[derive(Clone, Copy, Debug)]
pub struct Ranked {
    /// The actor it belongs to.
    pub actor: u32,
    /// First byte of the mention.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Feature values.
    pub features: Features,
}

/// A pronoun and its candidates, kept to fit weights.
#[derive(Clone, Debug)]
pub struct Trace {
    /// First byte of the pronoun.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Its kind.
    pub group: Group,
    /// Candidates, oldest first.
    pub candidates: Vec<Ranked>,
    /// Features of "none of them".
    pub none: [f32; NoneFeature::COUNT],
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The likeliest actor and its probability, all mentions of an actor counted together.
#[must_use]
pub fn best(
    group: Group,
    candidates: &[Ranked],
    none: &[f32; NoneFeature::COUNT],
    weight: &mut Vec<f32>,
) -> Option<(u32, f32)> {
    let row = group as usize;
    let (weights, none_weights) = (WEIGHTS.get(row)?, NONE_WEIGHTS.get(row)?);
    weight.clear();
    let nothing = dot(none, none_weights);
    weight.extend(candidates.iter().map(|c| dot(&c.features.0, weights)));
    let top = weight.iter().copied().fold(nothing, f32::max);
    let mut total = (nothing - top).exp();
    for w in weight.iter_mut() {
        *w = (*w - top).exp();
        total += *w;
    }
    let mut found: Option<(u32, f32)> = None;
    // At most a few dozen candidates, by construction.
    for c in candidates {
        let sum: f32 = candidates.iter().zip(weight.iter()).filter(|(o, _)| o.actor == c.actor).map(|(_, w)| w).sum();
        if found.is_none_or(|(_, best)| sum > best) {
            found = Some((c.actor, sum));
        }
    }
    found.map(|(actor, sum)| (actor, sum / total))
}
