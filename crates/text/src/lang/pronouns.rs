//! Pronouns, with the grammar of each form.

/// The person of a pronoun in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// The speaker.
    First,
    /// The one spoken to.
    Second,
    /// Anybody else.
    Third,
    /// The subject of the clause: `who`.
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

/// The uses of a form in a sentence. A form may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Uses(u8);

impl Uses {
    /// A subject: `he`.
    pub const SUBJECT: Uses = Uses(1);
    /// An object: `him`.
    pub const OBJECT: Uses = Uses(2);
    /// A possessive before a noun: `my`.
    pub const DETERMINER: Uses = Uses(4);
    /// A possessive without a noun: `mine`.
    pub const INDEPENDENT: Uses = Uses(8);
    /// A reflexive: `himself`.
    pub const REFLEXIVE: Uses = Uses(16);

    /// Returns the uses of both.
    #[must_use]
    pub const fn or(self, other: Uses) -> Uses {
        Uses(self.0 | other.0)
    }

    /// Returns true if the two have a use in common.
    #[must_use]
    pub const fn any(self, other: Uses) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns true if all uses are among those of `other`.
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
    /// Its person.
    pub person: Person,
    /// True if it is plural. For a form that can be either (`you`), this tells nothing.
    pub plural: bool,
    /// The gender that it tells.
    pub gender: Gender,
    /// Its uses in a sentence.
    pub uses: Uses,
}
