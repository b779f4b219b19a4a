//! Tables of known words that the compiler fills: a hash and a value each.

use crate::hash::hash_bytes;

/// A table from the hashes of words to values. `SLOTS` is a power of two, at least twice the number of words.
///
/// ```
/// use copydesk_model::hash::hash_bytes;
/// use copydesk_model::words::WordTable;
///
/// static TABLE: WordTable<bool, 8> = WordTable::new(&[(&["yes", "aye"], true), (&["no"], false)], false);
/// assert_eq!(TABLE.get(hash_bytes(b"aye")), Some(true));
/// assert_eq!(TABLE.get(hash_bytes(b"perhaps")), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct WordTable<V, const SLOTS: usize> {
    /// Zero in a free slot.
    hashes: [u64; SLOTS],
    values: [V; SLOTS],
    words: usize,
}

impl<V: Copy, const SLOTS: usize> WordTable<V, SLOTS> {
    /// Returns a table of these lists, each with the value of its words. The first list that has a word counts. `free` is
    /// any value: it fills the slots that no word has.
    ///
    /// # Panics
    /// If `SLOTS` is no power of two, or less than twice the number of words.
    #[must_use]
    pub const fn new(lists: &[(&[&str], V)], free: V) -> Self {
        assert!(SLOTS.is_power_of_two(), "the table has no power of two of slots");
        let mut table = WordTable { hashes: [0; SLOTS], values: [free; SLOTS], words: 0 };
        let mut list = 0;
        while list < lists.len() {
            let (words, value) = lists[list];
            let mut word = 0;
            while word < words.len() {
                table = table.with(words[word], value);
                word += 1;
            }
            list += 1;
        }
        table
    }

    /// Adds a word, if the table has it not.
    ///
    /// # Panics
    /// If the table is half full.
    #[must_use]
    pub const fn with(mut self, word: &str, value: V) -> Self {
        let hash = hash_bytes(word.as_bytes());
        let mut slot = hash as usize & (SLOTS - 1);
        while self.hashes[slot] != 0 {
            if self.hashes[slot] == hash {
                return self;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        self.hashes[slot] = hash;
        self.values[slot] = value;
        self.words += 1;
        assert!(self.words * 2 <= SLOTS, "the table is too small");
        self
    }

    /// Returns the value of a word by its hash.
    #[inline]
    pub fn get(&self, hash: u64) -> Option<V> {
        let mut slot = hash as usize & (SLOTS - 1);
        // Half of the slots are free, so the walk ends.
        loop {
            match self.hashes.get(slot) {
                Some(&own) if own == hash => return self.values.get(slot).copied(),
                Some(0) | None => return None,
                Some(_) => slot = (slot + 1) & (SLOTS - 1),
            }
        }
    }
}
