//! Types of mentions, as the layer `mentions` spells them.

/// The form of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MentionType {
    /// A name.
    Name,
    /// A common noun phrase: `the senior advisor`.
    Nominal,
    /// A pronoun.
    Pronoun,
}

impl MentionType {
    /// Returns the type's name in the layer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            MentionType::Name => "name",
            MentionType::Nominal => "nominal",
            MentionType::Pronoun => "pronoun",
        }
    }
}
