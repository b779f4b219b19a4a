//! The score of a cue by a head and a linear model together. They were trained alike and err in different places. The
//! constants are those that scored best on the development part of PolNeAR.

/// The weight of the linear model's log-odds. The head has the rest.
const WEIGHT: f32 = 0.3;
/// The linear model's score of a cue that it did not find.
const UNSEEN: f32 = 0.15;
/// The least score of an attribution. The linear model's scores are lower than the head's.
pub(crate) const THRESHOLD: f32 = 0.42;
/// The least probability of a cue by the head alone.
pub(crate) const CANDIDATE: f32 = 0.25;
/// The least score of a cue. Those under [`THRESHOLD`] are used if a quotation would otherwise have no speaker.
pub(crate) const LEAST: f32 = 0.42;

/// Returns the score of a cue from the head's probability and the linear model's score, if it found the cue.
pub(crate) fn blend(head: f32, linear: Option<f32>) -> f32 {
    let odds = odds(head) * (1.0 - WEIGHT) + odds(linear.unwrap_or(UNSEEN)) * WEIGHT;
    1.0 / (1.0 + (-odds).exp())
}

/// Returns the logarithm of the odds of a probability, kept away from certainty.
fn odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-3, 1.0 - 1e-3);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_model_can_carry_a_cue_alone() {
        let found = |head, linear| blend(head, linear) >= THRESHOLD;
        let cases = [
            (0.95, None, true),
            (0.7, None, true),
            (0.4, None, false),
            (0.25, Some(0.95), true),
            (0.05, Some(0.95), false),
            (0.4, Some(0.6), true),
            (0.4, Some(0.2), false),
        ];
        for (head, linear, want) in cases {
            assert_eq!(found(head, linear), want, "{head} {linear:?}");
        }
    }
}
