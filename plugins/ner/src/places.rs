//! Tells states, towns and provinces (GPE) from other places (LOC), if the training texts of a model do not. Word lists
//! decide, and words for landforms and regions.

use std::collections::HashSet;

use copydesk_model::hash::hash_bytes;
use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use crate::knowledge::{Knowledge, phrase_hash};
use crate::lexicons::GEOPOLITICAL;
use crate::pieces::{Piece, Pieces};
use crate::words::split_name;

/// Gives GPE to places, if the model was trained with LOC alone.
#[derive(Debug, Clone)]
pub(crate) struct MergedPlaces {
    /// The rows of the two labels.
    location: u16,
    geopolitical: u16,
    land_and_water: HashSet<u64>,
}

impl MergedPlaces {
    /// Adds GPE to the labels of a model. Returns `None` if the model has it, or has no LOC.
    pub(crate) fn new(labels: &mut Vec<String>) -> Option<Self> {
        let row = |wanted: EntityLabel| labels.iter().position(|label| label == wanted.as_str());
        let location = row(EntityLabel::Loc).filter(|_| row(EntityLabel::Gpe).is_none())? as u16;
        labels.push(EntityLabel::Gpe.as_str().to_owned());
        let land_and_water = ENGLISH.names.land_and_water.iter().map(|word| hash_bytes(word.as_bytes())).collect();
        Some(Self { location, geopolitical: labels.len() as u16 - 1, land_and_water })
    }

    /// Returns the row of GPE for a state, town or province of these pieces, and `label` for anything else.
    pub(crate) fn label(&self, label: u16, own: &[Piece], pieces: &Pieces, knowledge: &Knowledge<'_>) -> u16 {
        let words = own.iter().map(|piece| pieces.words.get(piece.word as usize).map_or(0, |word| word.lower));
        self.label_of_words(label, words, knowledge)
    }

    /// Returns the same for a name.
    pub(crate) fn label_of_name(&self, label: u16, name: &str, knowledge: &Knowledge<'_>) -> u16 {
        let lower = |word: &str| hash_bytes(word.chars().flat_map(char::to_lowercase).collect::<String>().as_bytes());
        self.label_of_words(label, split_name(name).map(lower), knowledge)
    }

    fn label_of_words(&self, label: u16, words: impl Iterator<Item = u64>, knowledge: &Knowledge<'_>) -> u16 {
        if label == self.location && self.are_geopolitical(words, knowledge) { self.geopolitical } else { label }
    }

    /// Returns true if words, hashed in small letters, name a state, town or province. Listed names do; of the others,
    /// those without a word for a landform or region.
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
