//! The templates of features, by name. A feature is the hash of a template's number and an observation, so a trained
//! model depends on these numbers. If a number changes, the weights of its features become useless.

use copydesk_model::hash::{combine, feature};

/// The template of a feature. *Own* is the piece itself; *before* and *after* are its neighbours. *Form* is a word as
/// it is written, *lower* the word in small letters. A *run* is a row of capitalised pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Template(u64);

impl Template {
    pub(crate) const ALWAYS: Self = Self(1);
    pub(crate) const FORM: Self = Self(2);
    pub(crate) const LOWER: Self = Self(3);
    pub(crate) const SHAPE: Self = Self(4);
    /// Each length has a number of its own: [`Template::nth`]. The same holds for the other families below.
    const PREFIXES: Self = Self(5);
    const SUFFIXES: Self = Self(10);
    /// From the second place on: see [`crate::word_features::ROLES`].
    const NEIGHBOURS: Self = Self(14);
    pub(crate) const LOWER_BEFORE_AND_OWN: Self = Self(19);
    pub(crate) const LOWER_OWN_AND_AFTER: Self = Self(20);
    const NEIGHBOUR_SHAPES: Self = Self(20);
    pub(crate) const SHAPES: Self = Self(23);
    pub(crate) const LOWER_TWO_BEFORE: Self = Self(24);
    pub(crate) const LOWER_TWO_AFTER: Self = Self(25);
    pub(crate) const SHAPE_BETWEEN_LOWERS: Self = Self(26);
    const NEIGHBOUR_SUFFIXES: Self = Self(26);
    pub(crate) const LOWER_BEFORE_AND_SHAPE: Self = Self(29);
    pub(crate) const SHAPE_AND_LOWER_AFTER: Self = Self(30);
    pub(crate) const LISTS_AND_CAPITALS: Self = Self(31);
    pub(crate) const LISTS_BEFORE_AND_OWN: Self = Self(32);
    pub(crate) const LISTS_OWN_AND_AFTER: Self = Self(33);
    pub(crate) const FIRST_AND_FLAGS: Self = Self(34);
    pub(crate) const GLUED: Self = Self(35);
    pub(crate) const CHARACTERS_AND_FORM_BEFORE: Self = Self(36);
    const LISTS: Self = Self(40);
    const CLUSTERS: Self = Self(140);
    pub(crate) const CLUSTER_BEFORE_AND_OWN: Self = Self(145);
    pub(crate) const CLUSTER_OWN_AND_AFTER: Self = Self(146);
    const PHRASES: Self = Self(180);
    const PHRASES_AND_SHAPE: Self = Self(190);
    pub(crate) const QUOTED: Self = Self(219);
    pub(crate) const RUN_HEAD: Self = Self(220);
    pub(crate) const RUN_OPENING: Self = Self(221);
    pub(crate) const RUN_LOWER_BEFORE: Self = Self(222);
    pub(crate) const RUN_LOWER_AFTER: Self = Self(223);
    pub(crate) const RUN_LENGTH: Self = Self(224);
    pub(crate) const RUN_LOWER_TWO_AFTER: Self = Self(225);
    pub(crate) const RUN_HEAD_CLUSTER: Self = Self(226);
    pub(crate) const RUN_CLUSTERS_AROUND: Self = Self(227);
    pub(crate) const RUN_QUOTED: Self = Self(228);

    /// Returns the template of the prefix of so many characters, less one.
    pub(crate) const fn prefix(length: usize) -> Self {
        Self::PREFIXES.nth(length)
    }

    /// Returns the template of the suffix of so many characters, less one.
    pub(crate) const fn suffix(length: usize) -> Self {
        Self::SUFFIXES.nth(length)
    }

    /// Returns the template of a neighbour's word in small letters.
    pub(crate) const fn neighbour(role: usize) -> Self {
        Self::NEIGHBOURS.nth(role)
    }

    /// Returns the template of the shape of the word before (role 1) or after (2).
    pub(crate) const fn neighbour_shape(role: usize) -> Self {
        Self::NEIGHBOUR_SHAPES.nth(role)
    }

    /// Returns the template of the last three characters of the word before (role 1) or after (2).
    pub(crate) const fn neighbour_suffix(role: usize) -> Self {
        Self::NEIGHBOUR_SUFFIXES.nth(role)
    }

    /// Returns the template of a word list that has the own word (role 0), the word before (1) or after (2).
    pub(crate) const fn list(role: usize, list: u32) -> Self {
        Self::LISTS.nth(32 * role + list as usize)
    }

    /// Returns the template of a word's cluster of this granularity.
    pub(crate) const fn cluster(granularity: usize, role: usize) -> Self {
        Self::CLUSTERS.nth(10 * granularity + role)
    }

    /// Returns the template of a listed phrase of this group of lists.
    pub(crate) const fn phrase(group: usize) -> Self {
        Self::PHRASES.nth(group)
    }

    /// Returns the template of a listed phrase of this group together with the own shape.
    pub(crate) const fn phrase_and_shape(group: usize) -> Self {
        Self::PHRASES_AND_SHAPE.nth(group)
    }

    const fn nth(self, n: usize) -> Self {
        Self(self.0 + n as u64)
    }

    /// Returns the feature of an observation.
    #[inline(always)]
    pub(crate) const fn of(self, value: u64) -> u32 {
        feature(combine(value, self.0))
    }
}

/// The template of a feature of the second pass: [`crate::consistency`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Agreement {
    LabelAndCount = 0x201,
    LabelAndShare = 0x202,
    LabelAndOwn = 0x203,
    PartAndLabel = 0x204,
    PartAndOwn = 0x205,
    LabelAndBefore = 0x206,
    LabelAndAfter = 0x207,
}

impl Agreement {
    /// Returns the feature of two small numbers that were seen.
    #[inline(always)]
    pub(crate) const fn of(self, a: usize, b: usize) -> u32 {
        feature(combine(self as u64, (a * 256 + b) as u64))
    }
}
