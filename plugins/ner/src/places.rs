//! Tells states, towns and provinces (GPE) from other places (LOC), for models whose training texts do not:
//! by the word lists, and by the words that name landforms and regions.

use std::collections::HashSet;

use copydesk_model::hash::hash_bytes;

use crate::knowledge::Knowledge;
use crate::knowledge::phrase_hash;
use crate::lexicons::GEOPOLITICAL;
use crate::words::{Piece, Pieces};

/// Words in the names of places that are no state, town or province.
const LAND_AND_WATER: &str = "river lake sea ocean bay gulf strait canal creek falls delta coast basin island islands isle \
    peninsula mount mountain mountains hill hills valley desert forest plateau volcano glacier reef beach cape border \
    region regions area zone corridor belt street avenue road highway bridge square park \
    africa asia europe eurasia oceania antarctica arctic atlantic pacific mediterranean caribbean balkans caucasus sahara \
    sahel himalayas himalaya andes alps amazon nile levant maghreb scandinavia indochina latin central middle far near \
    east west north south eastern western northern southern earth moon mars";

/// Knows the two kinds apart.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    land_and_water: HashSet<u64>,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { land_and_water: LAND_AND_WATER.split_whitespace().map(|word| hash_bytes(word.as_bytes())).collect() }
    }

    /// Whether a place of these pieces is a state, town or province. Listed ones are; of the others, those whose
    /// names have no word for a landform or region.
    pub(crate) fn is_geopolitical(&self, own: &[Piece], pieces: &Pieces, knowledge: &Knowledge<'_>) -> bool {
        let (mut hash, mut lists, mut named_after_land) = (0, 0, false);
        for piece in own {
            let Some(word) = pieces.words.get(piece.word as usize) else { return false };
            hash = phrase_hash(hash, word.lower);
            lists = word.lists;
            named_after_land |= self.land_and_water.contains(&word.lower);
        }
        if own.len() > 1 {
            lists = knowledge.phrase(hash) >> 1;
        }
        lists & GEOPOLITICAL != 0 || !named_after_land
    }
}
