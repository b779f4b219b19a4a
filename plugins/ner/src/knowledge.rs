//! The model's knowledge of words beyond its weights: the word lists and the clusters, as hashed tables.

use copydesk_model::hash::combine;
use copydesk_model::lookup::Lookup;
use copydesk_model::{ModelError, ModelFile, ModelWriter};

/// The most words of a listed phrase.
pub const LONGEST_PHRASE: usize = 8;
/// In the table of phrases: longer phrases begin with these words.
pub(crate) const PHRASE_GOES_ON: u32 = 1;

/// Word lists and clusters of a model.
#[derive(Debug, Clone)]
pub struct Knowledge<'a> {
    /// Hash of a word in small letters to the lists that have it in a name.
    words: Lookup<'a>,
    /// Hash of a phrase to the lists that have it as a name, shifted by one; the lowest bit says that longer
    /// phrases begin so.
    phrases: Lookup<'a>,
    /// Hash of a word as its clusters are stored: [`pack_clusters`].
    clusters: Lookup<'a>,
}

/// The hash of a phrase from the hash of its beginning and of its next word in small letters.
#[inline]
pub(crate) fn phrase_hash(before: u64, word: u64) -> u64 {
    combine(before, word)
}

impl<'a> Knowledge<'a> {
    /// Knowledge of nothing.
    pub fn none() -> Knowledge<'static> {
        Knowledge { words: Lookup::build([]), phrases: Lookup::build([]), clusters: Lookup::build([]) }
    }

    pub(crate) fn new(words: Lookup<'a>, phrases: Lookup<'a>, clusters: Lookup<'a>) -> Self {
        Self { words, phrases, clusters }
    }

    pub(crate) fn write(&self, writer: &mut ModelWriter) {
        self.words.write(writer, "lists.words");
        self.phrases.write(writer, "lists.phrases");
        self.clusters.write(writer, "clusters");
    }

    pub(crate) fn read(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        Ok(Self {
            words: Lookup::read(file, "lists.words")?,
            phrases: Lookup::read(file, "lists.phrases")?,
            clusters: Lookup::read(file, "clusters")?,
        })
    }

    /// The lists that have the word, by its hash in small letters.
    #[inline]
    pub(crate) fn lists(&self, lower: u64) -> u32 {
        self.words.get(lower)
    }

    /// Returns the facts about a phrase: `phrases`.
    #[inline]
    pub(crate) fn phrase(&self, hash: u64) -> u32 {
        self.phrases.get(hash)
    }

    /// The clusters of a word: of its form, else of its form in small letters.
    #[inline]
    pub(crate) fn clusters(&self, form: u64, lower: u64) -> [u16; 3] {
        let own = self.clusters.get(form);
        let packed = if own == 0 { self.clusters.get(lower) } else { own };
        [(packed & 0x7F) as u16, (packed >> 7 & 0x3FF) as u16, (packed >> 17) as u16]
    }
}

/// Three cluster numbers, from one, in one value: the coarse below 2^7, the middle below 2^10, the fine below 2^15.
pub(crate) fn pack_clusters(coarse: u32, middle: u32, fine: u32) -> u32 {
    coarse & 0x7F | (middle & 0x3FF) << 7 | fine << 17
}
