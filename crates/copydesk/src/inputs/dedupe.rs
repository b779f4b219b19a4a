//! Documents that repeat earlier ones: equal texts, and nearly equal ones by MinHash.
//!
//! Broder, "On the resemblance and containment of documents" (1997), and banding as in Leskovec, Rajaraman and Ullman,
//! "Mining of Massive Datasets", chapter 3. A document of which nothing is repeated costs half a kilobyte of memory.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use copydesk_core::Document;

/// Words of a shingle: fewer make texts on one matter look alike, more make a changed word count too much.
const WORDS: usize = 5;

/// The hash functions of a signature.
const HASHES: usize = 128;

/// Hashes of a band. Documents are compared if all hashes of a band agree: with 16 bands of 8, 95 of 100 pairs with a
/// resemblance of 0.8 are, and nearly all with 0.9.
const BAND: usize = 8;

/// The share of equal hashes, an estimate of the resemblance, from which two texts count as the same.
const SAME: usize = HASHES * 8 / 10;

/// Texts with fewer shingles are the same only if they are equal: a word more or less says too much there.
const FEWEST: usize = 20;

/// Documents that are compared with one in a band at most, so that many unlike texts with one band stay linear.
const COMPARED: usize = 16;

/// The low bits of each hash: they say enough of whether two are equal.
type Signature = [u16; HASHES];

/// Finds documents that repeat earlier ones.
#[derive(Default)]
pub(crate) struct Deduper {
    ids: Vec<Box<str>>,
    /// Signatures by document; none for a short text.
    signatures: Vec<Option<Box<Signature>>>,
    /// The first document with each text.
    texts: HashMap<u128, u32, BuildHasherDefault<Taken>>,
    /// Documents with each band.
    bands: HashMap<u64, Vec<u32>, BuildHasherDefault<Taken>>,
    words: Vec<u64>,
}

/// A hasher for keys that are hashes.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// Mixes the bits of a number (SplitMix64).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// The hash of a word in small letters.
fn word(text: &str) -> u64 {
    text.chars()
        .flat_map(char::to_lowercase)
        .fold(0xCBF2_9CE4_8422_2325, |hash, c| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01B3))
}

impl Deduper {
    /// Returns the id of the first document with the same text, or nearly the same. If there is none, the document is
    /// remembered.
    pub(crate) fn repeats(&mut self, document: &Document) -> Option<&str> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        let text = document.text();
        words.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(word));
        let found = self.find(text, &words);
        self.words = words;
        match found {
            Ok(row) => self.ids.get(row as usize).map(AsRef::as_ref),
            Err((text, signature)) => {
                self.remember(document.id(), text, signature);
                None
            }
        }
    }

    fn remember(&mut self, id: &str, text: u128, signature: Option<Box<Signature>>) {
        let row = self.ids.len() as u32;
        self.ids.push(id.into());
        self.texts.insert(text, row);
        for key in signature.iter().flat_map(|signature| bands(signature)) {
            let documents = self.bands.entry(key).or_default();
            if documents.len() < COMPARED {
                documents.push(row);
            }
        }
        self.signatures.push(signature);
    }

    /// The row of an equal document; or the keys of this one.
    fn find(&self, text: &str, words: &[u64]) -> Result<u32, (u128, Option<Box<Signature>>)> {
        // Texts without words, such as a line of dashes, are compared letter by letter.
        let letters = if words.is_empty() { word(text) } else { 0 };
        let fold = |seed: u64| words.iter().fold(mix(seed ^ letters), |hash, word| mix(hash ^ word));
        let key = (u128::from(fold(1)) << 64) | u128::from(fold(2));
        if let Some(row) = self.texts.get(&key) {
            return Ok(*row);
        }
        let Some(signature) = signature(words) else { return Err((key, None)) };
        let near = |row: &&u32| {
            let other = self.signatures.get(**row as usize).and_then(Option::as_deref);
            other.is_some_and(|other| other.iter().zip(&*signature).filter(|(a, b)| a == b).count() >= SAME)
        };
        let candidates = bands(&signature).filter_map(|key| self.bands.get(&key)).flatten();
        // The earliest one, so that all repetitions name the same document.
        match candidates.filter(near).min() {
            Some(row) => Ok(*row),
            None => Err((key, Some(signature))),
        }
    }
}

/// The smallest hash of the shingles under each hash function; none for a short text.
fn signature(words: &[u64]) -> Option<Box<Signature>> {
    if words.len() < WORDS + FEWEST {
        return None;
    }
    let mut least = [u64::MAX; HASHES];
    let mut factors = [0; HASHES];
    for (at, factor) in factors.iter_mut().enumerate() {
        *factor = mix(at as u64) | 1;
    }
    for shingle in words.windows(WORDS) {
        let hash = shingle.iter().fold(0, |hash, word| mix(hash ^ word));
        for (least, factor) in least.iter_mut().zip(&factors) {
            // The upper half of a product is mixed well enough.
            *least = (*least).min(hash.wrapping_mul(*factor) >> 16);
        }
    }
    let mut signature = Box::new([0; HASHES]);
    for (short, least) in signature.iter_mut().zip(least) {
        *short = mix(least) as u16;
    }
    Some(signature)
}

/// The key of each band.
fn bands(signature: &Signature) -> impl Iterator<Item = u64> {
    signature
        .chunks(BAND)
        .zip(0..)
        .map(|(band, number)| band.iter().fold(mix(number), |hash, short| mix(hash ^ u64::from(*short))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of this many words that depends on the seed.
    fn text(seed: u64, length: usize) -> Vec<String> {
        (0..length).map(|at| format!("w{}", mix(seed * 10_000 + at as u64) % 5_000)).collect()
    }

    fn document(id: &str, text: impl Into<String>) -> Document {
        Document::new(id, text.into()).expect("short")
    }

    #[test]
    fn equal_and_nearly_equal_texts() {
        let long = text(1, 400);
        let mut edited = long.clone();
        edited[200] = "another".into();
        edited.truncate(390);
        let mut rewritten = long.clone();
        (0..400).step_by(4).for_each(|at| rewritten[at] = format!("new{at}"));
        let mut deduper = Deduper::default();
        let mut repeats = |id: &str, text: &str| deduper.repeats(&document(id, text)).map(str::to_owned);
        assert_eq!(repeats("a", &long.join(" ")), None);
        assert_eq!(repeats("b", &long.join("\n").to_uppercase()), Some("a".into()), "case and space are no difference");
        assert_eq!(repeats("c", &edited.join(" ")), Some("a".into()), "a word and the end");
        assert_eq!(repeats("d", &rewritten.join(" ")), None, "each fourth word is new");
        assert_eq!(repeats("e", &text(2, 400).join(" ")), None);
        assert_eq!(repeats("f", "The vote is on Monday."), None);
        assert_eq!(repeats("g", "The vote is on Tuesday."), None, "short texts must be equal");
        assert_eq!(repeats("h", "the vote is on monday"), Some("f".into()));
        assert_eq!(repeats("i", ""), None);
        assert_eq!(repeats("j", "---"), None);
        assert_eq!(repeats("k", "---"), Some("j".into()));
        assert_eq!(repeats("l", ""), Some("i".into()));
    }

    #[test]
    fn unlike_texts_are_told_apart() {
        let mut deduper = Deduper::default();
        let found = (0..2000).filter(|seed| deduper.repeats(&document("x", text(*seed, 120).join(" "))).is_some());
        assert_eq!(found.count(), 0);
    }

    #[test]
    fn signatures_estimate_the_resemblance() {
        // With one changed word in n, 5 of each n shingles differ.
        for (step, least, most) in [(100, 0.82, 1.0), (20, 0.45, 0.75), (5, 0.0, 0.1)] {
            let one: Vec<u64> = (0..2000).map(mix).collect();
            let mut other = one.clone();
            (0..2000).step_by(step).for_each(|at| other[at] = mix(1 << 40 | at as u64));
            let (one, other) = (signature(&one).expect("long"), signature(&other).expect("long"));
            let share = one.iter().zip(&*other).filter(|(a, b)| a == b).count() as f64 / HASHES as f64;
            assert!((least..=most).contains(&share), "{step}: {share}");
        }
    }
}
