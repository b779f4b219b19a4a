//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts, each with its weight. `training/kb.sh` fits the weights; `models/news-kb.md` says on what.
pub const FEATURES: [(&str, f32); 20] = [
    ("always", 0.973),
    ("share_among_candidates", 3.059),
    ("alone", 1.082),
    ("times_meant_by_this_name", 0.033),
    ("never_meant_by_this_name", -1.633),
    ("times_meant", 0.084),
    ("own_name", 1.476),
    ("label_is_near", -0.780),
    ("label_is_unknown", -1.216),
    ("label_is_other", -1.314),
    ("one_word", 0.119),
    ("person", 0.913),
    ("person_of_one_word", -0.634),
    ("place", -0.468),
    ("group", -0.749),
    ("untitled", -0.500),
    ("shortened", -1.884),
    ("other_name", -2.159),
    ("country_of_others", 1.078),
    ("described", -0.389),
];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(FEATURES).map(|(fact, (_, weight))| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
