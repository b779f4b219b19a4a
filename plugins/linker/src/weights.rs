//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts, each with its weight. `training/kb.sh` fits the weights; `models/news-kb.md` says on what.
pub const FEATURES: [(&str, f32); 20] = [
    ("always", 1.012),
    ("share_among_candidates", 2.662),
    ("alone", 1.036),
    ("times_meant_by_this_name", 0.021),
    ("never_meant_by_this_name", -1.762),
    ("times_meant", 0.076),
    ("own_name", 1.415),
    ("label_is_near", -0.735),
    ("label_is_unknown", -1.186),
    ("label_is_other", -1.320),
    ("one_word", 0.138),
    ("person", 1.023),
    ("person_of_one_word", -0.714),
    ("place", -0.306),
    ("group", -0.739),
    ("untitled", -0.500),
    ("shortened", -1.804),
    ("other_name", -2.169),
    ("country_of_others", 0.990),
    ("described", -0.356),
];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(FEATURES).map(|(fact, (_, weight))| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
