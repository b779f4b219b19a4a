//! The weights of the probability that a link is right.

/// Facts about a link, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// Names of the facts.
pub const FEATURES: [&str; 18] = [
    "always",
    "share_among_candidates",
    "alone",
    "times_meant_by_this_name",
    "never_meant_by_this_name",
    "times_meant",
    "own_name",
    "label_is_near",
    "label_is_unknown",
    "label_is_other",
    "one_word",
    "person",
    "person_of_one_word",
    "place",
    "group",
    "not_whole",
    "country_of_others",
    "described",
];

/// Fitted by `training/kb.sh`: see `models/news-kb.md`.
const WEIGHTS: Features =
    [1.0, 2.0, 0.0, 0.3, 0.0, 0.2, 0.5, -0.5, -0.3, -2.0, -0.5, 0.0, -0.5, 0.3, 0.0, -0.5, 0.5, 0.5];

/// Returns the probability of a link with these facts.
#[must_use]
pub fn probability(facts: &Features) -> f32 {
    let sum: f32 = facts.iter().zip(WEIGHTS).map(|(fact, weight)| fact * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
