//! What tells for a candidate: the form in which the name was found, the countries and divisions of an article, and its
//! words.

use crate::kb::Entry;
use crate::kinds::EntryKind;
use crate::names::{NameWords, before_comma, key};

/// The form in which a name is in the knowledge base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As it is, perhaps without an article, a legal form, or what follows a comma.
    #[default]
    Whole,
    /// Without the titles before it.
    Untitled,
    /// Without a noun at its end, or the names between given name and surname.
    Shortened,
    /// By another name that the article has for the same participant.
    OtherName,
}

/// How often the countries of an article are meant, by the codes of ISO 3166.
#[derive(Clone, Debug, Default)]
pub struct Countries {
    /// Sorted by code.
    tally: Vec<([u8; 2], f32)>,
    total: f32,
}

impl Countries {
    /// Forgets all countries.
    pub fn clear(&mut self) {
        self.tally.clear();
        self.total = 0.0;
    }

    /// Counts a country. There are at most 676 codes, so that the list stays short.
    pub fn add(&mut self, code: [u8; 2], weight: f32) {
        if code == [0, 0] {
            return;
        }
        self.total += weight;
        match self.tally.binary_search_by_key(&code, |(own, _)| *own) {
            Ok(at) => self.tally.iter_mut().skip(at).take(1).for_each(|(_, own)| *own += weight),
            Err(at) => self.tally.insert(at, (code, weight)),
        }
    }

    /// Returns the share of a country, 0 to 1, without the weight `own` that the participant itself gave it.
    #[must_use]
    pub fn share(&self, code: [u8; 2], own: f32) -> f32 {
        let found = self.tally.binary_search_by_key(&code, |(own, _)| *own).ok();
        let weight = found.and_then(|at| self.tally.get(at)).map_or(0.0, |(_, weight)| *weight);
        let others = self.total - own;
        if others <= 0.0 { 0.0 } else { ((weight - own) / others).clamp(0.0, 1.0) }
    }
}

/// The first-level divisions of an article, each with a participant that is a place of it.
#[derive(Clone, Debug, Default)]
pub struct Divisions {
    places: Vec<(u64, u32)>,
}

impl Divisions {
    /// Forgets all divisions.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// Adds a place of a division. [`Divisions::sort`] must follow the last one.
    pub fn add(&mut self, division: u64, participant: u32) {
        self.places.push((division, participant));
    }

    /// Makes the divisions ready to be asked for.
    pub fn sort(&mut self) {
        self.places.sort_unstable();
    }

    /// Returns true if a participant other than this one is a place of the division.
    #[must_use]
    pub fn has_other(&self, division: u64, participant: u32) -> bool {
        let first = self.places.partition_point(|(own, _)| *own < division);
        let mut same = self.places.iter().skip(first).take_while(|(own, _)| *own == division);
        // Each participant is there once, so that the second one is another.
        same.by_ref().take(2).any(|(_, own)| *own != participant)
    }
}

/// Returns the division that an entry is, or in which it lies by its description: `Oregon, United States`. It is a hash,
/// with the country; none for what is no town or region.
#[must_use]
pub fn division(entry: &Entry<'_>, words: &mut NameWords) -> Option<u64> {
    let name = match entry.kind {
        EntryKind::Region => entry.name,
        EntryKind::City => before_comma(entry.description),
        _ => return None,
    };
    words.read(name);
    let [a, b] = entry.country.map(u64::from);
    (!words.hashes().is_empty()).then(|| key(words.hashes()) ^ (a << 8 | b))
}

/// Returns the share of the words of an entry's description that are among one of two sorted lists: the larger share.
#[must_use]
pub fn described(entry: &Entry<'_>, context: &[u64], names: &[u64], words: &mut NameWords) -> f32 {
    if entry.description.is_empty() {
        return 0.0;
    }
    words.read(entry.description);
    let hashes = words.hashes();
    let among = |known: &[u64]| hashes.iter().filter(|word| known.binary_search(word).is_ok()).count();
    among(context).max(among(names)) as f32 / hashes.len().max(1) as f32
}
