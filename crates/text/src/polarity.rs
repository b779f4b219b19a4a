//! The scale of stances: from -1, hostile, to 1, favourable, in three classes of a third each.

/// Polarities nearer to zero than this are neutral: each of the three classes has a third of the scale.
pub const NEUTRAL: f64 = 1.0 / 3.0;

/// The class of a polarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// Below the neutral third.
    Negative,
    /// The middle third.
    Neutral,
    /// Above the neutral third.
    Positive,
}

impl Polarity {
    /// The names of the classes, in the order of a model's outputs.
    pub const NAMES: [&str; 3] = ["negative", "neutral", "positive"];

    /// Returns the class of a polarity.
    #[must_use]
    pub fn of(polarity: f32) -> Polarity {
        const BOUND: f32 = NEUTRAL as f32;
        match polarity {
            p if p > BOUND => Polarity::Positive,
            p if p < -BOUND => Polarity::Negative,
            _ => Polarity::Neutral,
        }
    }
}
