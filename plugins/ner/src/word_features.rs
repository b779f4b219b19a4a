//! The features of a piece that depend on one word alone, or on its situation. Their weights are summed once and
//! remembered.

use copydesk_model::hash::combine;

use crate::templates::Template;
use crate::words::{ALL_CAPITALS, CAPITALISED, SEEN_SMALL, SEEN_WITHIN, Word};

/// Adds the features of a piece that depend only on the word in one role, below [`crate::words::ROLES`].
pub(crate) fn of_word(word: &Word, role: usize, out: &mut Vec<u32>) {
    let mut put = |template: Template, value: u64| out.push(template.of(value));
    if role == 0 {
        put(Template::ALWAYS, 0);
        put(Template::FORM, word.form);
        put(Template::LOWER, word.lower);
        put(Template::SHAPE, word.shape);
        for (i, (prefix, suffix)) in word.prefixes.iter().zip(word.suffixes).enumerate() {
            if *prefix != 0 {
                put(Template::prefix(i), *prefix);
                put(Template::suffix(i), suffix);
            }
        }
        put(Template::LISTS_AND_CAPITALS, combine(u64::from(word.lists), word.flags as u64 & 3));
    } else {
        put(Template::neighbour(role), word.lower);
    }
    if role == 1 || role == 2 {
        put(Template::neighbour_shape(role), word.shape);
        put(Template::neighbour_suffix(role), word.suffixes[2]);
    }
    if role < 3 {
        let mut rest = word.lists;
        while rest != 0 {
            put(Template::list(role, rest.trailing_zeros()), 0);
            rest &= rest - 1;
        }
    }
    for (i, &cluster) in word.clusters.iter().enumerate() {
        if role > 0 || cluster != 0 {
            put(Template::cluster(i, role), u64::from(cluster));
        }
    }
}

/// Returns the facts about a piece besides words, as few bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Situation {
    /// It begins the sequence.
    pub first: bool,
    /// The flags of [`Situation::FLAGS`] that its word has.
    pub flags: u32,
    /// It follows the piece before without a space, and the next one follows it so.
    pub glued: [bool; 2],
    /// Quotation marks are open.
    pub quoted: bool,
    /// Neither its word nor that before is in any list; and neither its word nor that after.
    pub unlisted: [bool; 2],
}

/// How many situations there are.
pub(crate) const SITUATIONS: usize = 1 << 10;

impl Situation {
    const FLAGS: [u32; 4] = [CAPITALISED, ALL_CAPITALS, SEEN_SMALL, SEEN_WITHIN];

    /// Below [`SITUATIONS`].
    pub(crate) fn number(self) -> u32 {
        let flags =
            Self::FLAGS.iter().enumerate().fold(0, |bits, (i, flag)| bits | u32::from(self.flags & flag != 0) << i);
        let [glued, next] = self.glued;
        let [before, after] = self.unlisted;
        let rest = [self.first, glued, next, self.quoted, before, after];
        rest.iter().enumerate().fold(flags, |bits, (i, bit)| bits | u32::from(*bit) << (4 + i))
    }

    /// All of them, by their numbers.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..SITUATIONS as u32).map(|number| {
            let bit = |at: u32| number >> at & 1 == 1;
            let flags = Self::FLAGS.iter().zip(0..).fold(0, |flags, (flag, i)| flags | if bit(i) { *flag } else { 0 });
            Self { first: bit(4), flags, glued: [bit(5), bit(6)], quoted: bit(7), unlisted: [bit(8), bit(9)] }
        })
    }

    /// Its features.
    pub(crate) fn features(self, mut put: impl FnMut(u32)) {
        let mut put = |template: Template, value: u64| put(template.of(value));
        put(Template::FIRST_AND_FLAGS, combine(u64::from(self.first), u64::from(self.flags)));
        put(Template::GLUED, combine(u64::from(self.glued[0]), u64::from(self.glued[1])));
        put(Template::QUOTED, u64::from(self.quoted));
        for (unlisted, template) in
            self.unlisted.into_iter().zip([Template::LISTS_BEFORE_AND_OWN, Template::LISTS_OWN_AND_AFTER])
        {
            if unlisted {
                put(template, combine(0, 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn situations_are_numbered() {
        let mut seen = std::collections::HashSet::new();
        for (number, situation) in Situation::all().enumerate() {
            assert_eq!(situation.number() as usize, number);
            let mut features = Vec::new();
            situation.features(|feature| features.push(feature));
            assert!((3..=5).contains(&features.len()) && seen.insert(features), "{situation:?}");
        }
        assert_eq!(seen.len(), SITUATIONS);
    }
}
