//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts, each with its weight. `training/kb.sh` fits the weights; `models/news-kb.md` says on what.
pub const FEATURES: [(&str, f32); 20] = [
    ("always", 1.222),
    ("share_among_candidates", 3.168),
    ("alone", 0.620),
    ("times_meant_by_this_name", -0.164),
    ("never_meant_by_this_name", -1.760),
    ("times_meant", 0.326),
    ("own_name", 1.592),
    ("label_is_near", -0.862),
    ("label_is_unknown", -1.480),
    ("label_is_other", -1.363),
    ("one_word", 0.137),
    ("person", 0.835),
    ("person_of_one_word", -0.702),
    ("place", -0.556),
    ("group", 0.199),
    ("untitled", -0.500),
    ("shortened", -2.080),
    ("other_name", -2.322),
    ("country_of_others", 0.961),
    ("described", -1.557),
];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(FEATURES).map(|(fact, (_, weight))| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
