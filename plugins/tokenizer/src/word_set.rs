//! Sets of short words, filled at compile time: one multiplication and one or two comparisons a look-up.

/// Longest word in bytes.
const LONGEST: usize = 8;

/// Open addressing over `SLOTS` packed words, a power of two at least twice the number of words.
pub(crate) struct WordSet<const SLOTS: usize> {
    keys: [u64; SLOTS],
    /// The beginning of a word's second part, or 0.
    splits: [u8; SLOTS],
}

impl<const SLOTS: usize> WordSet<SLOTS> {
    /// Returns the set of `words`, in lower case. A space marks a split.
    ///
    /// # Panics
    /// While compiling, if a word is too long or the table too small.
    pub(crate) const fn new(words: &[&str]) -> Self {
        assert!(SLOTS.is_power_of_two() && words.len() * 2 <= SLOTS, "the table is too small");
        let mut set = WordSet { keys: [0; SLOTS], splits: [0; SLOTS] };
        let mut index = 0;
        while index < words.len() {
            let (key, split) = pack_split(words[index].as_bytes());
            let mut slot = Self::home(key);
            while set.keys[slot] != 0 {
                slot = (slot + 1) & (SLOTS - 1);
            }
            set.keys[slot] = key;
            set.splits[slot] = split;
            index += 1;
        }
        set
    }

    const fn home(key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (SLOTS - 1)
    }

    /// Returns true if the set holds `word`, in any case.
    pub(crate) fn contains(&self, word: &str) -> bool {
        pack(word).is_some_and(|key| self.get(key).is_some())
    }

    /// Returns the split of the word with this key.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<usize> {
        let mut slot = Self::home(key);
        loop {
            match self.keys.get(slot) {
                Some(&found) if found == key => return self.splits.get(slot).map(|&split| usize::from(split)),
                Some(0) | None => return None,
                Some(_) => slot = (slot + 1) & (SLOTS - 1),
            }
        }
    }
}

/// A word's bytes in lower case as a number; `None` for words that are empty, too long or not ASCII.
#[inline]
pub(crate) fn pack(word: &str) -> Option<u64> {
    if word.is_empty() || word.len() > LONGEST || !word.is_ascii() {
        return None;
    }
    Some(word.bytes().fold(0, |key, byte| key << 8 | u64::from(byte.to_ascii_lowercase())))
}

const fn pack_split(word: &[u8]) -> (u64, u8) {
    let (mut key, mut split, mut index, mut length) = (0u64, 0u8, 0, 0);
    while index < word.len() {
        if word[index] == b' ' {
            split = index as u8;
        } else {
            assert!(!word[index].is_ascii_uppercase(), "a word is not in lower case");
            key = key << 8 | word[index] as u64;
            length += 1;
        }
        index += 1;
    }
    assert!(length > 0 && length <= LONGEST, "a word is empty or too long");
    (key, split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_words_in_any_case_and_no_others() {
        static SET: WordSet<16> = WordSet::new(&["can not", "etc", "a"]);
        assert!(SET.contains("Etc") && SET.contains("A") && SET.contains("CANNOT"));
        assert!(!SET.contains("") && !SET.contains("et") && !SET.contains("etcetera") && !SET.contains("é"));
        assert_eq!(pack("cannot").and_then(|key| SET.get(key)), Some(3));
        assert_eq!(pack("etc").and_then(|key| SET.get(key)), Some(0));
    }
}
