//! Finds the actor that a pronoun or a role phrase means: a log-linear ranker over the latest mentions, with "none of
//! them" as one more choice. `models/actors-ranker.md` has its scores.

use copydesk_text::MentionType;

use crate::features::{Feature, Features, GROUPS, Group, NoneFeature};
use crate::weights::{none_weights, weights};

/// The weights of a candidate's features, a row for each kind of anaphor.
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
    /// First token of the mention.
    pub from: u32,
    /// One past its last token.
    pub to: u32,
    /// Its form.
    pub kind: MentionType,
    /// True if its actor has no name.
    pub unnamed: bool,
    /// Feature values.
    pub features: Features,
}

/// An anaphor and its candidates, kept to fit weights.
#[derive(Clone, Debug)]
pub struct Trace {
    /// First token of the anaphor.
    pub from: u32,
    /// One past its last token.
    pub to: u32,
    /// Its kind.
    pub group: Group,
    /// Candidates, oldest first.
    pub candidates: Vec<Ranked>,
    /// Features of "none of them".
    pub none: [f32; NoneFeature::COUNT],
    /// The probability that the ranker gives to each candidate.
    pub probability: Vec<f32>,
    /// The probability that it gives to none of them.
    pub none_probability: f32,
    /// The actor that it links to, if any.
    pub linked: u32,
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Replaces `probability` by that of each candidate, and returns the probability of "none of them".
pub fn rank(group: Group, candidates: &[Ranked], none: &[f32; NoneFeature::COUNT], probability: &mut Vec<f32>) -> f32 {
    let row = group as usize;
    probability.clear();
    let (Some(weights), Some(none_weights)) = (WEIGHTS.get(row), NONE_WEIGHTS.get(row)) else { return 1.0 };
    probability.extend(candidates.iter().map(|c| dot(&c.features.0, weights)));
    normalize(dot(none, none_weights), probability)
}

/// Turns scores into probabilities, and returns that of "none of them", whose score is `nothing`.
pub fn normalize(nothing: f32, scores: &mut [f32]) -> f32 {
    let top = scores.iter().copied().fold(nothing, f32::max);
    let nothing = (nothing - top).exp();
    let mut total = nothing;
    for score in scores.iter_mut() {
        *score = (*score - top).exp();
        total += *score;
    }
    scores.iter_mut().for_each(|score| *score /= total);
    nothing / total
}

/// The likeliest actor and its probability, all mentions of an actor counted together.
#[must_use]
pub fn best(candidates: &[Ranked], probability: &[f32]) -> Option<(u32, f32)> {
    let mut found: Option<(u32, f32)> = None;
    // At most a few dozen candidates, by construction.
    for c in candidates {
        let sum = of_actor(c.actor, candidates, probability);
        if found.is_none_or(|(_, best)| sum > best) {
            found = Some((c.actor, sum));
        }
    }
    found
}

/// The probability of an actor.
#[must_use]
pub fn of_actor(actor: u32, candidates: &[Ranked], probability: &[f32]) -> f32 {
    candidates.iter().zip(probability).filter(|(c, _)| c.actor == actor).map(|(_, p)| p).sum()
}
