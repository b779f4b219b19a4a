//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts, each with its weight. `training/kb.sh` fits the weights; `models/news-kb.md` says on what.
pub const FEATURES: [(&str, f32); 18] = [
    ("always", 0.810),
    ("share_among_candidates", 2.859),
    ("alone", 1.126),
    ("times_meant_by_this_name", 0.038),
    ("never_meant_by_this_name", -1.541),
    ("times_meant", 0.103),
    ("own_name", 1.455),
    ("label_is_near", -0.734),
    ("label_is_unknown", -1.098),
    ("label_is_other", -1.316),
    ("one_word", 0.105),
    ("person", 0.977),
    ("person_of_one_word", -0.596),
    ("place", -0.429),
    ("group", -0.715),
    ("not_whole", -2.525),
    ("country_of_others", 1.112),
    ("described", -0.371),
];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(FEATURES).map(|(fact, (_, weight))| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
