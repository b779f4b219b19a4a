//! Stable 64-bit hashing for features. The values are part of every trained model: changing a
//! constant here makes all shipped models useless, which the test at the end would notice.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are hashes already, so that they are not hashed again.
pub type HashKeyed<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Gives a `u64` as its own hash. See [`HashKeyed`].
#[derive(Clone, Debug, Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = combine(self.0, hash_bytes(bytes));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const MIX_A: u64 = 0xA076_1D64_78BD_642F;
const MIX_B: u64 = 0xE703_7ED1_A0B4_28DB;

/// Multiplies to 128 bits and folds, the mixing step of wyhash.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let wide = (a as u128).wrapping_mul(b as u128);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The hash of a byte string. Two strings that differ only in trailing NULs hash differently.
#[inline]
pub const fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut state = SEED ^ (bytes.len() as u64).wrapping_mul(MIX_B);
    let mut rest = bytes;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        state = fold(state ^ u64::from_le_bytes(*chunk), MIX_A);
        rest = tail;
    }
    let mut last = 0u64;
    if let Some((chunk, tail)) = rest.split_first_chunk::<4>() {
        last = u32::from_le_bytes(*chunk) as u64;
        rest = tail;
    }
    if let Some((chunk, tail)) = rest.split_first_chunk::<2>() {
        last = (last << 16) | u16::from_le_bytes(*chunk) as u64;
        rest = tail;
    }
    if let Some((byte, _)) = rest.split_first() {
        last = (last << 8) | *byte as u64;
    }
    fold(state ^ last, MIX_B ^ SEED)
}

/// Returns the hashes of `COUNT` words. A constant of them costs nothing at run time.
///
/// # Panics
/// If there are fewer words.
pub const fn hash_words<const COUNT: usize>(words: &[&str]) -> [u64; COUNT] {
    let mut hashes = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        hashes[at] = hash_bytes(words[at].as_bytes());
        at += 1;
    }
    hashes
}

/// The hash of an ordered pair of hashes: `combine(a, b)` and `combine(b, a)` differ.
#[inline(always)]
pub const fn combine(a: u64, b: u64) -> u64 {
    fold(a ^ MIX_A, b.rotate_left(23) ^ MIX_B)
}

/// Returns the feature of a hash, for [`crate::sequence`] and [`crate::classifier`].
#[inline(always)]
pub const fn feature(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The bucket of a hash among `2^log2`, from its top bits. `log2` above 32 counts as 32.
#[inline(always)]
pub const fn bucket(hash: u64, log2: u32) -> u32 {
    let log2 = if log2 > 32 { 32 } else { log2 };
    if log2 == 0 { 0 } else { (hash >> (64 - log2)) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_frozen() {
        assert_eq!(hash_bytes(b""), 0x8b85_9aef_fa59_a4fc);
        assert_eq!(hash_bytes(b"Caracas"), 0xa9f8_b77a_492a_c699);
        assert_eq!(combine(1, 2), 0x9c62_83ef_c963_146c);
    }

    #[test]
    fn short_strings_spread() {
        let mut seen = std::collections::HashSet::new();
        for a in 0..=255u8 {
            assert!(seen.insert(feature(hash_bytes(&[a]))));
            for b in 0..=255u8 {
                seen.insert(feature(hash_bytes(&[a, b])));
            }
        }
        // 65,792 values in 2^32: half a collision is expected.
        assert!(seen.len() >= 65_788, "{}", seen.len());
        assert_ne!(combine(1, 2), combine(2, 1));
        assert_ne!(hash_bytes(b"a"), hash_bytes(b"a\0"));
        assert_eq!(bucket(u64::MAX, 0), 0);
        assert_eq!(bucket(u64::MAX, 18), (1 << 18) - 1);
    }
}
