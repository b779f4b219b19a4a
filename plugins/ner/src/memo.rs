//! The memory of words from document to document. It holds their properties, and the sums of the weights of features
//! that depend on one word alone. Most words of a text are among a few thousand that every text has.

use copydesk_model::sequence::SequenceModel;

use crate::knowledge::Knowledge;
use crate::word_features::{SITUATIONS, Situation, of_word};
use crate::words::{Known, ROLES, Word};

/// Words that are remembered at most: a power of two. Each takes some 500 bytes.
pub(crate) const WORDS: usize = 1 << 12;
/// The number of places in the memory that a word may take.
const WAYS: usize = 2;

/// The knowledge that describes words.
pub(crate) struct Source<'s> {
    pub knowledge: &'s Knowledge<'s>,
    /// The model with the weights to sum, and its unique number. Without it, nothing is remembered.
    pub model: Option<(&'s SequenceModel<'s>, u64)>,
}

/// A bounded memory of words, the same for every document that a thread reads, and the sums of each of the [`SITUATIONS`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Memo {
    /// The number of the model.
    model: u64,
    /// The number of the document.
    document: u64,
    /// The document is read with a model.
    remembers: bool,
    words: Vec<Word>,
    /// The last document with the word.
    seen: Vec<u64>,
    sums: Vec<i16>,
    features: Vec<u32>,
    ends: Vec<u32>,
}

impl Memo {
    /// Rows of sums, as wide as the model's.
    pub(crate) fn sums(&self) -> &[i16] {
        &self.sums
    }

    /// The number of the model with these sums.
    #[cfg(test)]
    pub(crate) fn model(&self) -> u64 {
        self.model
    }

    /// The row of a situation among the sums, or none if nothing is remembered.
    pub(crate) fn situation(&self, situation: Situation) -> Option<u32> {
        self.remembers.then(|| WORDS as u32 * ROLES as u32 + situation.number())
    }

    pub(crate) fn begin_document(&mut self, source: &Source<'_>) {
        self.document += 1;
        self.remembers = source.model.is_some();
        if let Some((model, number)) = source.model
            && self.model != number
        {
            self.model = number;
            self.words.clear();
            self.words.resize(WORDS, Word::default());
            self.seen.clear();
            self.seen.resize(WORDS, 0);
            self.sums.clear();
            self.sums.resize((WORDS * ROLES + SITUATIONS) * model.width(), 0);
            self.features.clear();
            self.ends.clear();
            for situation in Situation::all() {
                situation.features(|value| self.features.push(value));
                self.ends.push(self.features.len() as u32);
            }
            let rows = self.sums.get_mut(WORDS * ROLES * model.width()..).unwrap_or_default();
            model.steps(&self.features, &self.ends, rows);
        }
    }

    /// Returns the word of this form. A word of the document keeps its place until the next document. If all places are
    /// taken, a word is described and not remembered.
    pub(crate) fn word(&mut self, form: u64, source: &Source<'_>, describe: impl FnOnce() -> Word) -> Word {
        if source.model.is_none() {
            return describe();
        }
        let first = (form >> 32) as usize % (WORDS / WAYS) * WAYS;
        let places = first..first + WAYS;
        let (Some(words), Some(seen)) = (self.words.get_mut(places.clone()), self.seen.get_mut(places)) else {
            return describe();
        };
        for (word, seen) in words.iter_mut().zip(seen.iter_mut()) {
            if word.form == form && word.known != Known::NOWHERE {
                *seen = self.document;
                let mut word = *word;
                self.learn(&mut word, source);
                return word;
            }
        }
        let oldest = seen.iter().enumerate().min_by_key(|(_, seen)| **seen).map_or(0, |(way, _)| way);
        let (Some(place), Some(seen)) = (words.get_mut(oldest), seen.get_mut(oldest)) else { return describe() };
        let mut word = describe();
        if *seen != self.document {
            *seen = self.document;
            word.known = Known::at(first + oldest);
            *place = word;
        }
        word
    }

    /// Sums the weights of a word that comes again. A single occurrence is not worth it.
    #[inline]
    pub(crate) fn learn(&mut self, word: &mut Word, source: &Source<'_>) {
        if !word.known.has_sums()
            && let Some(place) = word.known.place()
            && let Some((model, _)) = source.model
        {
            self.sum(word, place, model);
        }
    }

    fn sum(&mut self, word: &mut Word, place: usize, model: &SequenceModel<'_>) {
        self.features.clear();
        self.ends.clear();
        for role in 0..ROLES {
            of_word(word, role, &mut self.features);
            self.ends.push(self.features.len() as u32);
        }
        let size = ROLES * model.width();
        if let (Some(rows), Some(kept)) =
            (self.sums.get_mut(place * size..(place + 1) * size), self.words.get_mut(place))
        {
            model.steps(&self.features, &self.ends, rows);
            word.known = word.known.with_sums();
            kept.known = word.known;
        }
    }
}
