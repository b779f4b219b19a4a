//! Compact read-only tables from hashed words or phrases to a small number: cluster numbers, gazetteer
//! bits. The text itself is not stored, only its hash.
//!
//! The hash picks a slot by its top bits; the slot keeps 16 further bits. About one unknown word in twenty
//! thousand is taken for a known one, which a feature of a statistical model can bear.

use std::borrow::Cow;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

/// The table. A value is 32 bits; zero means that the word is not there.
#[derive(Debug, Clone)]
pub struct Lookup<'a> {
    slots: u64,
    /// `key_bytes` bytes of fingerprint for each slot: the low bits of the hash.
    keys: Cow<'a, [u8]>,
    key_bytes: usize,
    /// `value_bytes` bytes of value for each slot.
    values: Cow<'a, [u8]>,
    value_bytes: usize,
}

/// If the first number of the section is below this, it is the binary logarithm of the number of slots, and
/// fingerprints have four bytes (as in the first models). Otherwise it is the number of slots.
const LEAST_SLOTS: u32 = 32;

impl<'a> Lookup<'a> {
    /// Builds a table. Entries with the value zero are left out. If two entries have one hash, their values are joined
    /// by `or`.
    pub fn build(entries: impl IntoIterator<Item = (u64, u32)>) -> Lookup<'static> {
        let mut entries: Vec<(u64, u32)> = entries.into_iter().filter(|(_, value)| *value != 0).collect();
        entries.sort_unstable();
        entries.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 |= next.1;
            }
            same
        });
        let most = entries.iter().map(|(_, value)| *value).max().unwrap_or(0);
        let value_bytes = ((u32::BITS - most.leading_zeros()) as usize).div_ceil(8).max(1);
        // Three slots in four are taken at most: a search for an unknown word then ends after a few.
        let slots = (entries.len() as u64 * 4 / 3 + 1).max(u64::from(LEAST_SLOTS));
        let key_bytes = 2;
        let mut keys = vec![0u8; slots as usize * key_bytes];
        let mut values = vec![0u8; slots as usize * value_bytes];
        for (hash, value) in entries {
            let mut at = first_slot(hash, slots);
            while values.chunks_exact(value_bytes).nth(at).is_some_and(|own| own.iter().any(|&b| b != 0)) {
                at = if at as u64 + 1 == slots { 0 } else { at + 1 };
            }
            for (slot, byte) in keys.iter_mut().skip(at * key_bytes).take(key_bytes).zip(hash.to_le_bytes()) {
                *slot = byte;
            }
            for (slot, byte) in values.iter_mut().skip(at * value_bytes).take(value_bytes).zip(value.to_le_bytes()) {
                *slot = byte;
            }
        }
        Lookup { slots, keys: Cow::Owned(keys), key_bytes, values: Cow::Owned(values), value_bytes }
    }

    /// Returns the value of a hash, or zero if it is unknown.
    #[inline]
    pub fn get(&self, hash: u64) -> u32 {
        let mut at = first_slot(hash, self.slots);
        loop {
            let value = self.value(at);
            if value == 0 || self.has_key(at, hash) {
                return value;
            }
            at = if at as u64 + 1 == self.slots { 0 } else { at + 1 };
        }
    }

    #[inline(always)]
    fn has_key(&self, at: usize, hash: u64) -> bool {
        if self.key_bytes == 2 {
            self.keys.as_chunks::<2>().0.get(at) == Some(&(hash as u16).to_le_bytes())
        } else {
            self.keys.as_chunks::<4>().0.get(at) == Some(&(hash as u32).to_le_bytes())
        }
    }

    #[inline(always)]
    fn value(&self, at: usize) -> u32 {
        match self.value_bytes {
            1 => self.values.get(at).map_or(0, |&b| u32::from(b)),
            2 => self.values.as_chunks::<2>().0.get(at).map_or(0, |&b| u32::from(u16::from_le_bytes(b))),
            3 => self.values.as_chunks::<3>().0.get(at).map_or(0, |&[a, b, c]| u32::from_le_bytes([a, b, c, 0])),
            _ => self.values.as_chunks::<4>().0.get(at).map_or(0, |&b| u32::from_le_bytes(b)),
        }
    }

    /// Adds the table's section to a file.
    pub fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut bytes = Vec::with_capacity(8 + self.keys.len() + self.values.len());
        let head = if self.key_bytes == 2 { self.slots as u32 } else { self.slots.trailing_zeros() };
        bytes.extend(head.to_le_bytes());
        bytes.extend((self.value_bytes as u32).to_le_bytes());
        bytes.extend_from_slice(&self.keys);
        bytes.extend_from_slice(&self.values);
        writer.section(name, bytes);
    }

    /// Reads the table of that section.
    ///
    /// # Errors
    /// If the section is missing or its length is wrong.
    pub fn read(file: &ModelFile<'a>, name: &str) -> Result<Self, ModelError> {
        let mut reader = Reader::new(file.require(name)?);
        let bad = || ModelError::section(name, "its length is wrong");
        let head = reader.u32().filter(|&head| head > 0).ok_or_else(bad)?;
        let (slots, key_bytes) = if head < LEAST_SLOTS { (1u64 << head, 4) } else { (u64::from(head), 2) };
        let value_bytes = reader.u32().filter(|b| (1..=4).contains(b)).ok_or_else(bad)? as usize;
        let keys = reader.take(slots as usize * key_bytes).ok_or_else(bad)?;
        let values = reader.take(slots as usize * value_bytes).ok_or_else(bad)?;
        // A search ends at a free slot.
        let free = values.chunks_exact(value_bytes).any(|value| value.iter().all(|&b| b == 0));
        if !reader.rest().is_empty() || !free {
            return Err(bad());
        }
        Ok(Self { slots, keys: Cow::Borrowed(keys), key_bytes, values: Cow::Borrowed(values), value_bytes })
    }
}

/// Returns the first slot to search for a hash: its top half, scaled to the number of slots.
#[inline(always)]
fn first_slot(hash: u64, slots: u64) -> usize {
    (((hash >> 32) * slots) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::hash_bytes;

    #[test]
    fn words_are_found_and_others_are_not() {
        for most in [200u32, 60_000, 10_000_000, u32::MAX] {
            let hash = |i: u32| hash_bytes(&i.to_le_bytes());
            let value = |i: u32| (i.wrapping_mul(2_654_435_761) % most).max(1);
            let table = Lookup::build((0..3000).map(|i| (hash(i), value(i))));
            let mut writer = ModelWriter::new("test", "{}");
            table.write(&mut writer, "words");
            let bytes = writer.finish();
            let file = ModelFile::parse(&bytes).unwrap();
            let table = Lookup::read(&file, "words").unwrap();
            assert!((0..3000).all(|i| table.get(hash(i)) == value(i)));
            let taken = (3000..200_000).filter(|&i| table.get(hash(i)) != 0).count();
            assert!(taken < 40, "{taken}");
        }
    }

    #[test]
    fn tables_of_the_first_models_are_read() {
        // Two to the power of one slots with fingerprints of four bytes and values of one.
        let hash = 0x8000_0000_1234_5678u64;
        let bytes = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0, 7];
        let mut writer = ModelWriter::new("test", "{}");
        writer.section("words", bytes);
        let bytes = writer.finish();
        let file = ModelFile::parse(&bytes).unwrap();
        let table = Lookup::read(&file, "words").unwrap();
        assert_eq!((table.get(hash), table.get(hash ^ 1), table.get(0)), (7, 0, 0));
        let mut writer = ModelWriter::new("test", "{}");
        table.write(&mut writer, "words");
        assert_eq!(writer.finish(), bytes);
    }

    #[test]
    fn values_of_one_word_are_joined() {
        let table = Lookup::build([(5, 1), (5, 4), (6, 0)]);
        assert_eq!((table.get(5), table.get(6)), (5, 0));
    }
}
