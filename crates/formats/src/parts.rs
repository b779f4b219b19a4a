//! The parts of a result that are written.

use std::collections::BTreeSet;

/// The parts of a result, in the order they are written: each is a key. Layers that none of these holds go by their
/// own names.
pub const PARTS: [&str; 19] = [
    "text",
    "meta",
    "title",
    "authors",
    "published",
    "modified",
    "outlet",
    "section",
    "language",
    "url",
    "source",
    "blocks",
    "sentences",
    "tokens",
    "entities",
    "actors",
    "quotes",
    "stances",
    "provenance",
];

/// A choice of parts; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// `None` means all.
    named: Option<BTreeSet<String>>,
}

impl Parts {
    /// Returns only the named parts.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Parts { named: Some(names.into_iter().map(Into::into).collect()) }
    }

    /// Returns true if a part is written.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.named.as_ref().is_none_or(|named| named.contains(part))
    }

    /// Returns true if a part was asked for by its name.
    #[must_use]
    pub fn names(&self, part: &str) -> bool {
        self.named.as_ref().is_some_and(|named| named.contains(part))
    }
}
