//! The features of the pronoun ranker, by name: what speaks for a candidate, and what speaks for none of them.

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
    /// What speaks for a candidate or against it. Values are 0 or 1 where nothing else is said.
    Feature {
        /// It stands in the sentence of the pronoun.
        SameSentence,
        /// It stands in the sentence before.
        OneSentenceBack,
        /// It stands two sentences before.
        TwoSentencesBack,
        /// It stands farther back.
        FartherBack,
        /// Logarithm of the number of tokens from a candidate to the pronoun after it.
        Distance,
        /// Logarithm of the number of tokens from the pronoun to a candidate after it.
        DistanceAhead,
        /// It is a subject.
        Subject,
        /// It is the first mention of its sentence.
        FirstOfSentence,
        /// A preposition stands before it.
        AfterPreposition,
        /// It is a possessive.
        Possessive,
        /// A conjunction stands before it.
        AfterConjunction,
        /// It and the pronoun are subjects.
        BothSubjects,
        /// It is a subject in the sentence of the pronoun.
        SubjectHere,
        /// It is a subject in the sentence before.
        SubjectOneBack,
        /// It is the subject of the clause in which the pronoun is an object: `Ana saw her`.
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
        /// It stands between commas.
        Inserted,
        /// It is the subject of the sentence, and the pronoun is reflexive: `Ana saw herself`.
        ReflexiveSubject,
        /// How many candidates stand between, each counting less than the one before.
        CandidatesBetween,
        /// It stands in another block.
        OtherBlock,
        /// It stands after the pronoun.
        Ahead,
        /// It is the latest candidate.
        Latest,
        /// It stands before a possessive pronoun in its sentence.
        PossessiveHere,
        /// It stands after the pronoun, and a verb follows it.
        AheadOfVerb,
        /// It stands after a preposition, and the pronoun is a subject of the same sentence.
        GovernedBeforeSubject,
        /// It stands after the pronoun, and names the actor for the first time.
        AheadAndNew,
        /// Logarithm of the number of the actor's names in the document.
        Names,
        /// No person of the document has more names.
        MostNamed,
    }
}

features! {
    /// What speaks for "none of the candidates", or against it.
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
