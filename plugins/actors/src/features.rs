//! The features of the ranker of pronouns and role phrases, by name: evidence for a candidate, and evidence for none
//! of them. "The anaphor" is the pronoun or the role phrase.

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
            /// Their names, in the same order.
            pub const NAMES: [&'static str; Self::COUNT] = [$(stringify!($feature),)*];
            /// How many there are.
            pub const COUNT: usize = [$($set::$feature,)*].len();
        }
    };
}

features! {
    /// Evidence for or against a candidate. Values are 0 or 1 unless stated otherwise.
    Feature {
        /// It is in the sentence of the anaphor.
        SameSentence,
        /// It is in the sentence before.
        OneSentenceBack,
        /// It is two sentences before.
        TwoSentencesBack,
        /// It is farther back.
        FartherBack,
        /// Logarithm of the number of tokens from a candidate to the anaphor after it.
        Distance,
        /// Logarithm of the number of tokens from the anaphor to a candidate after it.
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
        /// It and the anaphor are subjects.
        BothSubjects,
        /// It is a subject in the sentence of the anaphor.
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
        /// It follows the anaphor.
        Ahead,
        /// It is the latest candidate.
        Latest,
        /// It is before a possessive pronoun in its sentence.
        PossessiveHere,
        /// It follows the anaphor, and a verb follows it.
        AheadOfVerb,
        /// It follows a preposition, and the anaphor is a subject of the same sentence.
        GovernedBeforeSubject,
        /// It follows the anaphor, and names the actor for the first time.
        AheadAndNew,
        /// Logarithm of the number of the actor's names in the document.
        Names,
        /// No person of the document has more names.
        MostNamed,
        /// Logarithm of the number of sentences back.
        SentencesBack,
        /// It follows a word that looks like a verb, so it is an object.
        AfterVerb,
        /// A conjunction follows it.
        BeforeConjunction,
        /// It is a place.
        Place,
        /// It is a nationality, a party's followers, or more than one person.
        Several,
        /// How badly a gender that is only likely fits, from 0 to 1.
        WrongGender,
        /// Its actor is the first person named in the document.
        FirstActor,
        /// It is the latest mention of its actor.
        LatestOfActor,
        /// All candidates are one actor.
        OnlyActor,
        /// Its actor has no name.
        Unnamed,
        /// Its actor is the speaker of the quote that has the anaphor.
        Speaker,
        /// It and the anaphor are in one quote.
        SameQuote,
        /// It is in a quote that does not have the anaphor.
        InOtherQuote,
        /// The anaphor is in a quote that does not have it.
        QuotedHere,
        /// Its actor is the speaker of the last quote that has one.
        LastSpeaker,
        /// The anaphor is the source of a quote.
        SourceHere,
        /// The anaphor is the source of a quote, and its actor the speaker of the last one.
        SpeaksAgain,
        /// The anaphor begins its sentence.
        BeginsSentence,
        /// It is a subject of the sentence before, and the anaphor begins its sentence.
        SubjectBeforeBeginning,
        /// The anaphor is a subject.
        SubjectOfVerb,
        /// It is the subject of the sentence, and the anaphor follows a conjunction: `Ana left and she`.
        SubjectBeforeConjunction,
        /// A name of another actor stands between, in the sentence of the anaphor.
        RivalBetween,
        /// The anaphor stands between commas or brackets right before it, or it does so after the anaphor: `the mayor, Ana
        /// Ruiz,`.
        Apposition,
        /// It was called by the noun of the anaphor.
        SharedRole,
        /// It was called by other nouns only.
        OtherRole,
        /// Logarithm of the number of words before the noun that it was called by too.
        SharedModifiers,
        /// Logarithm of the number of words before the noun that it was not called by, where it was called by others.
        OtherModifiers,
        /// The anaphor and what it was called by name one owner: `the Peruvian president`, `Peru's president`.
        SameOwner,
        /// They name different owners.
        OtherOwner,
        /// It is a common noun phrase with the noun of the anaphor.
        SameNoun,
        /// Its name has the noun of the anaphor.
        NounInName,
        /// Its name has a word before the noun of the anaphor.
        ModifierInName,
        /// The anaphor has words before its noun, or an owner.
        Modified,
        /// The anaphor's noun is one for organisations.
        OrganisationNoun,
        /// The anaphor's noun is one for places.
        PlaceNoun,
        /// The anaphor gives an age, and the words after the name give the same.
        SameAge,
    }
}

features! {
    /// Evidence for or against "none of the candidates".
    NoneFeature {
        /// Always 1.
        Always,
        /// The anaphor is a possessive pronoun.
        Possessive,
        /// The anaphor begins a sentence.
        BeginsSentence,
        /// There is no candidate.
        NoCandidate,
        /// All candidates are one actor.
        OneActor,
        /// The anaphor is in a quote.
        Quoted,
        /// The anaphor is the source of a quote.
        Source,
        /// The role phrase has words before its noun, or an owner.
        Modified,
        /// Some candidate was called by the noun of the anaphor.
        RoleKnown,
        /// Some candidate was called by the noun of the anaphor with its words before the noun.
        ModifiersKnown,
        /// The noun is one for organisations.
        OrganisationNoun,
        /// The noun is one for places.
        PlaceNoun,
        /// The pronoun follows `it is` or begins like one that means nothing: `it was clear that`.
        Empty,
    }
}

/// Kinds of anaphors with weights of their own.
pub const GROUPS: usize = 4;

/// Kinds of anaphors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// He and she.
    Personal,
    /// It.
    Neuter,
    /// They.
    Plural,
    /// A noun phrase with a role: `the minister`, `the bank`.
    Role,
}

impl Group {
    /// All of them, in the order of their weights.
    pub const ALL: [Group; GROUPS] = [Group::Personal, Group::Neuter, Group::Plural, Group::Role];
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
