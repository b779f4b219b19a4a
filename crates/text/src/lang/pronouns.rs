//! Pronouns, with what grammar says of each form.

/// Whom a pronoun stands for in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// Who speaks.
    First,
    /// Who is spoken to.
    Second,
    /// Anybody else.
    Third,
    /// Whoever the clause is about: `who`.
    Relative,
}

/// The gender that a pronoun tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// None.
    Unknown,
    /// A man's.
    Masculine,
    /// A woman's.
    Feminine,
    /// A thing's.
    Neuter,
}

/// What a form can be in a sentence. A form may have several uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Uses(u8);

impl Uses {
    /// A subject: `he`.
    pub const SUBJECT: Uses = Uses(1);
    /// An object: `him`.
    pub const OBJECT: Uses = Uses(2);
    /// A possessive before a noun: `my`.
    pub const DETERMINER: Uses = Uses(4);
    /// A possessive that stands alone: `mine`.
    pub const INDEPENDENT: Uses = Uses(8);
    /// A reflexive: `himself`.
    pub const REFLEXIVE: Uses = Uses(16);

    /// Returns the uses of both.
    #[must_use]
    pub const fn or(self, other: Uses) -> Uses {
        Uses(self.0 | other.0)
    }

    /// Returns whether the two have a use in common.
    #[must_use]
    pub const fn any(self, other: Uses) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns whether all uses are among those of `other`.
    #[must_use]
    pub const fn only(self, other: Uses) -> bool {
        self.0 & !other.0 == 0
    }
}

/// A form of a pronoun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pronoun {
    /// The word, in lower case.
    pub form: &'static str,
    /// For whom it stands.
    pub person: Person,
    /// Whether it stands for several. A form that can mean one or several (`you`) does not tell.
    pub plural: bool,
    /// The gender that it tells.
    pub gender: Gender,
    /// What it can be in a sentence.
    pub uses: Uses,
}
