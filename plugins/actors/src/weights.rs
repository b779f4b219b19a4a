//! Weights of the pronoun ranker. Fitted on GAP and GUM training text by `train::fit`, not written by hand.
//!
//! They were fitted when candidates before and after the pronoun shared three slots. Both now have the weight that was
//! fitted for the two. `models/actors-ranker.md` has the scores of weights fitted apart.
#![allow(clippy::approx_constant)]

use crate::features::{Feature, GROUPS, NoneFeature};

/// Returns the weights of a feature of a candidate, one for each kind of pronoun.
pub const fn weights(feature: Feature) -> [f32; GROUPS] {
    match feature {
        Feature::SameSentence => [1.748, 0.437, 0.795],
        Feature::OneSentenceBack => [0.210, -0.092, 0.587],
        Feature::TwoSentencesBack => [-0.460, 0.076, -2.457],
        Feature::FartherBack => [-1.435, -0.602, -1.202],
        Feature::Distance => [-0.321, -0.487, -0.635],
        Feature::DistanceAhead => [-0.08025, -0.12175, -0.15875],
        Feature::Subject => [0.108, 0.446, -0.327],
        Feature::FirstOfSentence => [0.199, 0.265, -0.183],
        Feature::AfterPreposition => [-0.591, -1.153, -0.424],
        Feature::Possessive => [0.040, -1.351, 0.821],
        Feature::AfterConjunction => [-0.791, -1.789, -1.130],
        Feature::BothSubjects => [0.935, 0.599, 0.095],
        Feature::SubjectHere => [-0.070, -0.264, 0.200],
        Feature::SubjectOneBack => [1.112, 1.369, -0.781],
        Feature::SubjectOfClause => [-1.960, -0.752, 0.000],
        Feature::LikelyGender => [0.776, 0.000, 0.000],
        Feature::SureGender => [0.653, 0.000, 0.000],
        Feature::UnknownGender => [0.978, -0.698, -0.170],
        Feature::Organisation => [0.000, -1.044, -0.170],
        Feature::UnknownClass => [-4.236, -0.007, 0.000],
        Feature::MentionsSoFar => [0.245, -0.072, 0.349],
        Feature::MeantBefore => [-0.144, 0.053, -0.066],
        Feature::Pronoun => [-0.119, -1.462, 0.166],
        Feature::LongName => [-0.225, 0.618, -0.921],
        Feature::Nominal => [-1.576, -2.014, -0.429],
        Feature::PossessorSubject => [0.269, 0.005, 0.260],
        Feature::Inserted => [0.216, -0.272, -1.044],
        Feature::ReflexiveSubject => [-1.480, 0.425, 0.000],
        Feature::CandidatesBetween => [-0.219, 0.141, -0.698],
        Feature::OtherBlock => [-0.182, -1.794, 0.061],
        Feature::Ahead => [-0.450, -2.388, -1.864],
        Feature::Latest => [0.133, -0.137, 1.046],
        Feature::PossessiveHere => [1.132, 1.414, 0.375],
        Feature::AheadOfVerb => [1.132, 1.414, 0.375],
        Feature::GovernedBeforeSubject => [0.013, -0.894, -0.280],
        Feature::AheadAndNew => [0.013, -0.894, -0.280],
        Feature::Names => [0.251, 0.532, -0.192],
        Feature::MostNamed => [0.201, 0.011, -0.188],
    }
}

/// Returns the weights of a feature of "none of them", one for each kind of pronoun.
pub const fn none_weights(feature: NoneFeature) -> [f32; GROUPS] {
    match feature {
        NoneFeature::Always => [-0.539, 0.698, 0.170],
        NoneFeature::Possessive => [0.347, -1.371, 0.244],
        NoneFeature::BeginsSentence => [-1.002, 0.037, -0.670],
    }
}
