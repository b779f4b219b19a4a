//! Tells states, towns and provinces (GPE) from other places (LOC), for models whose training texts do not:
//! by the word lists, and by the words that name landforms and regions.

use std::collections::HashSet;

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use crate::knowledge::Knowledge;
use crate::knowledge::phrase_hash;
use crate::lexicons::GEOPOLITICAL;
use crate::pieces::{Piece, Pieces};
use crate::words::split_name;

/// Knows the two kinds apart.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    land_and_water: HashSet<u64>,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { land_and_water: ENGLISH.names.land_and_water.iter().map(|word| hash_bytes(word.as_bytes())).collect() }
    }

    /// Whether a place of these pieces is a state, town or province. Listed ones are; of the others, those whose
    /// names have no word for a landform or region.
    pub(crate) fn is_geopolitical(&self, own: &[Piece], pieces: &Pieces, knowledge: &Knowledge<'_>) -> bool {
        let words = own.iter().map(|piece| pieces.words.get(piece.word as usize).map_or(0, |word| word.lower));
        self.are_geopolitical(words, knowledge)
    }

    /// The same for a place's name.
    pub(crate) fn is_geopolitical_name(&self, name: &str, knowledge: &Knowledge<'_>) -> bool {
        let lower = |word: &str| hash_bytes(word.chars().flat_map(char::to_lowercase).collect::<String>().as_bytes());
        self.are_geopolitical(split_name(name).map(lower), knowledge)
    }

    /// The same for the hashes of its words in small letters.
    fn are_geopolitical(&self, words: impl Iterator<Item = u64>, knowledge: &Knowledge<'_>) -> bool {
        let (mut hash, mut count, mut only, mut named_after_land) = (0, 0, 0, false);
        for word in words {
            hash = phrase_hash(hash, word);
            only = word;
            count += 1;
            named_after_land |= self.land_and_water.contains(&word);
        }
        let lists = if count > 1 { knowledge.phrase(hash) >> 1 } else { knowledge.lists(only) };
        lists & GEOPOLITICAL != 0 || !named_after_land
    }
}
