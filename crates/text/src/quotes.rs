//! Acts, kinds and roles of attributions, as the layers `quotes` and `quote_parts` spell them.

/// The act of a speaker: speech, writing, thought or intention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Act {
    /// Said aloud, or in a way that does not tell.
    #[default]
    Speech,
    /// Written or posted.
    Writing,
    /// Believed, known, felt, favoured.
    Thought,
    /// Wanted, planned, decided.
    Intention,
}

impl Act {
    /// All acts, in the order of a model's outputs.
    pub const ALL: [Act; 4] = [Act::Speech, Act::Writing, Act::Thought, Act::Intention];
    /// The names of all acts, in the same order.
    pub const NAMES: [&str; 4] =
        [Act::Speech.as_str(), Act::Writing.as_str(), Act::Thought.as_str(), Act::Intention.as_str()];

    /// Returns the act's name in the layer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::Speech => "speech",
            Act::Writing => "writing",
            Act::Thought => "thought",
            Act::Intention => "intention",
        }
    }

    /// Returns the act with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.as_str() == name)
    }
}

/// The kind of a quote, by its quotation marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QuoteKind {
    /// All of it.
    Direct,
    /// Some of it.
    Mixed,
    /// None of it.
    #[default]
    Indirect,
}

impl QuoteKind {
    /// The names of all kinds.
    pub const NAMES: [&str; 3] = [QuoteKind::Direct.as_str(), QuoteKind::Mixed.as_str(), QuoteKind::Indirect.as_str()];

    /// Returns the kind's name in the layer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            QuoteKind::Direct => "direct",
            QuoteKind::Mixed => "mixed",
            QuoteKind::Indirect => "indirect",
        }
    }
}

/// The role of a part of an attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuoteRole {
    /// The words that are attributed.
    Content,
    /// The words that attribute them, such as `said`.
    Cue,
    /// The words that name the speaker.
    Source,
}

impl QuoteRole {
    /// All roles.
    pub const ALL: [QuoteRole; 3] = [QuoteRole::Content, QuoteRole::Cue, QuoteRole::Source];

    /// Returns the role's name in the layer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            QuoteRole::Content => "content",
            QuoteRole::Cue => "cue",
            QuoteRole::Source => "source",
        }
    }

    /// Returns the role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<QuoteRole> {
        QuoteRole::ALL.into_iter().find(|role| role.as_str() == name)
    }
}
