//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts, each with its weight. `training/kb.sh` fits the weights; `models/news-kb.md` says on what.
pub const FEATURES: [(&str, f32); 20] = [
    ("always", 0.931),
    ("share_among_candidates", 2.885),
    ("alone", 0.988),
    ("times_meant_by_this_name", -0.163),
    ("never_meant_by_this_name", -1.750),
    ("times_meant", 0.347),
    ("own_name", 1.546),
    ("label_is_near", -0.858),
    ("label_is_unknown", -1.476),
    ("label_is_other", -1.369),
    ("one_word", 0.072),
    ("person", 0.847),
    ("person_of_one_word", -0.643),
    ("place", -0.591),
    ("group", 0.206),
    ("untitled", -0.500),
    ("shortened", -2.103),
    ("other_name", -2.407),
    ("country_of_others", 0.915),
    ("described", -0.183),
];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(FEATURES).map(|(fact, (_, weight))| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
