//! The features of the pronoun ranker, by name: evidence for a candidate, and evidence for none of them.

use std::ops::{Index, IndexMut};

/// Declares a set of features. A feature's place in the declaration is its slot in every row of values and weights.
macro_rules! features {
    ($(#[$about:meta])* $set:ident { $($(#[$doc:meta])* $feature:ident,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $set {
            $($(#[$doc])* $feature,)*
        }

        impl $set {
            /// All of them, in the order of their slots.
            pub const ALL: [$set; Self::COUNT] = [$($set::$feature,)*];
            /// How many there are.
            pub const COUNT: usize = [$($set::$feature,)*].len();
        }
    };
}

features! {
    /// Evidence for or against a candidate. Values are 0 or 1 unless stated otherwise.
    Feature {
        /// It is in the sentence of the pronoun.
        SameSentence,
        /// It is in the sentence before.
        OneSentenceBack,
        /// It is two sentences before.
        TwoSentencesBack,
        /// It is farther back.
        FartherBack,
        /// Logarithm of the number of tokens from a candidate to the pronoun after it.
        Distance,
        /// Logarithm of the number of tokens from the pronoun to a candidate after it.
        DistanceAhead,
        /// It is a subject.
        Subject,
        /// It is the first mention of its sentence.
        FirstOfSentence,
        /// It follows a preposition.
        AfterPreposition,
        /// It is a possessive.
        Possessive,
        /// It follows a conjunction.
        AfterConjunction,
        /// It and the pronoun are subjects.
        BothSubjects,
        /// It is a subject in the sentence of the pronoun.
        SubjectHere,
        /// It is a subject in the sentence before.
        SubjectOneBack,
        /// It is the subject, and the pronoun an object of the same clause: `Ana saw her`.
        SubjectOfClause,
        /// How well a gender that is only likely fits, from -1 to 1.
        LikelyGender,
        /// A gender that is sure fits.
        SureGender,
        /// Its gender is unknown.
        UnknownGender,
        /// It is an organisation.
        Organisation,
        /// It may be a person or not.
        UnknownClass,
        /// Logarithm of the number of the actor's mentions so far.
        MentionsSoFar,
        /// The last pronoun of the same gender meant this actor.
        MeantBefore,
        /// It is a pronoun.
        Pronoun,
        /// It is a name of several words.
        LongName,
        /// It is a common noun phrase.
        Nominal,
        /// It is the subject of the sentence, and the pronoun is a possessive: `Ana sold her house`.
        PossessorSubject,
        /// It is between commas.
        Inserted,
        /// It is the subject of the sentence, and the pronoun is reflexive: `Ana saw herself`.
        ReflexiveSubject,
        /// The number of candidates between, each counting less than the one before.
        CandidatesBetween,
        /// It is in another block.
        OtherBlock,
        /// It follows the pronoun.
        Ahead,
        /// It is the latest candidate.
        Latest,
        /// It is before a possessive pronoun in its sentence.
        PossessiveHere,
        /// It follows the pronoun, and a verb follows it.
        AheadOfVerb,
        /// It follows a preposition, and the pronoun is a subject of the same sentence.
        GovernedBeforeSubject,
        /// It follows the pronoun, and names the actor for the first time.
        AheadAndNew,
        /// Logarithm of the number of the actor's names in the document.
        Names,
        /// No person of the document has more names.
        MostNamed,
    }
}

features! {
    /// Evidence for or against "none of the candidates".
    NoneFeature {
        /// Always 1.
        Always,
        /// The pronoun is a possessive.
        Possessive,
        /// The pronoun begins a sentence.
        BeginsSentence,
    }
}

/// Kinds of pronouns with weights of their own.
pub const GROUPS: usize = 3;

/// Kinds of pronouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// He and she.
    Personal,
    /// It.
    Neuter,
    /// They.
    Plural,
}

/// A value for each [`Feature`], zero at first.
#[derive(Clone, Copy, Debug)]
pub struct Features(pub [f32; Feature::COUNT]);

impl Default for Features {
    fn default() -> Self {
        Features([0.0; Feature::COUNT])
    }
}

impl Index<Feature> for Features {
    type Output = f32;

    fn index(&self, feature: Feature) -> &f32 {
        &self.0[feature as usize]
    }
}

impl IndexMut<Feature> for Features {
    fn index_mut(&mut self, feature: Feature) -> &mut f32 {
        &mut self.0[feature as usize]
    }
}
