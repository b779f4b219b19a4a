//! Compact read-only tables from hashed words or phrases to a small number: cluster numbers, gazetteer
//! bits. The text itself is not stored, only its hash.
//!
//! The hash picks a slot by its top bits; the slot keeps 32 further bits, so that about one unknown word in
//! a billion is taken for a known one.

use std::borrow::Cow;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

/// The table. A value is 32 bits; zero means that the word is not there.
#[derive(Debug, Clone)]
pub struct Lookup<'a> {
    bits: u32,
    /// Four bytes of fingerprint for each slot.
    keys: Cow<'a, [u8]>,
    /// `bytes` bytes of value for each slot.
    values: Cow<'a, [u8]>,
    bytes: usize,
}

impl<'a> Lookup<'a> {
    /// Builds a table. Entries whose value is zero are left out; of two entries with one hash the values
    /// are joined by `or`.
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
        let bytes = ((u32::BITS - most.leading_zeros()) as usize).div_ceil(8).max(1);
        // At most four slots in five are taken.
        let bits = (usize::BITS - (entries.len() * 5 / 4).leading_zeros()).max(4);
        let slots = 1usize << bits;
        let mut keys = vec![0u8; slots * 4];
        let mut values = vec![0u8; slots * bytes];
        for (hash, value) in entries {
            let mut at = (hash >> (64 - bits)) as usize;
            while values.get(at * bytes..(at + 1) * bytes).is_some_and(|own| own.iter().any(|&b| b != 0)) {
                at = (at + 1) & (slots - 1);
            }
            let key = (hash as u32).to_le_bytes();
            for (slot, byte) in keys.iter_mut().skip(at * 4).take(4).zip(key) {
                *slot = byte;
            }
            for (slot, byte) in values.iter_mut().skip(at * bytes).take(bytes).zip(value.to_le_bytes()) {
                *slot = byte;
            }
        }
        Lookup { bits, keys: Cow::Owned(keys), values: Cow::Owned(values), bytes }
    }

    /// The value of a hash; zero where it is unknown.
    #[inline]
    pub fn get(&self, hash: u64) -> u32 {
        let (keys, _) = self.keys.as_chunks::<4>();
        let mask = keys.len().wrapping_sub(1);
        let wanted = (hash as u32).to_le_bytes();
        let mut at = (hash >> (64 - self.bits)) as usize;
        loop {
            let value = self.value(at & mask);
            if value == 0 || keys.get(at & mask) == Some(&wanted) {
                return value;
            }
            at += 1;
        }
    }

    #[inline(always)]
    fn value(&self, at: usize) -> u32 {
        match self.bytes {
            1 => self.values.get(at).map_or(0, |&b| u32::from(b)),
            2 => self.values.as_chunks::<2>().0.get(at).map_or(0, |&b| u32::from(u16::from_le_bytes(b))),
            3 => self.values.as_chunks::<3>().0.get(at).map_or(0, |&[a, b, c]| u32::from_le_bytes([a, b, c, 0])),
            _ => self.values.as_chunks::<4>().0.get(at).map_or(0, |&b| u32::from_le_bytes(b)),
        }
    }

    /// Adds the table's section to a file.
    pub fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut bytes = Vec::with_capacity(8 + self.keys.len() + self.values.len());
        bytes.extend(self.bits.to_le_bytes());
        bytes.extend((self.bytes as u32).to_le_bytes());
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
        let bits = reader.u32().filter(|b| (1..32).contains(b)).ok_or_else(bad)?;
        let bytes = reader.u32().filter(|b| (1..=4).contains(b)).ok_or_else(bad)? as usize;
        let keys = reader.take(4usize << bits).ok_or_else(bad)?;
        let values = reader.take(bytes << bits).ok_or_else(bad)?;
        let free = values.chunks_exact(bytes).any(|value| value.iter().all(|&b| b == 0));
        if !reader.rest().is_empty() || !free {
            return Err(bad());
        }
        Ok(Self { bits, keys: Cow::Borrowed(keys), values: Cow::Borrowed(values), bytes })
    }
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
            assert!((3000..100_000).all(|i| table.get(hash(i)) == 0));
        }
    }

    #[test]
    fn values_of_one_word_are_joined() {
        let table = Lookup::build([(5, 1), (5, 4), (6, 0)]);
        assert_eq!((table.get(5), table.get(6)), (5, 0));
    }
}
