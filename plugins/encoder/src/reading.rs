//! A document as the encoder reads it: pieces and their types, token after token.

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::Mark;
use copydesk_text::seen;
use copydesk_text::token_types::{TokenTypes, shape};

use crate::vocabulary::Vocabulary;

/// Distinct words that are kept between documents.
const MOST_WORDS: usize = 1 << 15;

/// A distinct word.
#[derive(Debug, Clone, Copy)]
struct Word {
    hash: u64,
    start: u32,
    count: u8,
    shape: u8,
    mark: Mark,
}

/// The pieces of a document; memory is kept from document to document.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Vocabulary numbers of the pieces.
    pub ids: Vec<u32>,
    /// Types of the pieces.
    pub types: Vec<u16>,
    /// The first piece of each token, and the number of all pieces.
    pub first: Vec<u32>,
    /// For each token: 2 if it begins a block, 1 if it begins a sentence, otherwise 0.
    pub places: Vec<u8>,
    words: Vec<Word>,
    /// Words by hash: a number plus one, or zero for a free slot. The length is a power of two.
    slots: Vec<u32>,
    pieces: Vec<u32>,
    buffer: String,
}

impl Reading {
    /// Replaces the content by the pieces of a document. The rows of each layer are in text order. The same
    /// vocabulary must be given always.
    pub fn read(&mut self, text: &str, blocks: &[Span], sentences: &[Span], tokens: &[Span], vocabulary: &Vocabulary) {
        self.ids.clear();
        self.types.clear();
        self.first.clear();
        self.places.clear();
        if self.words.len() > MOST_WORDS {
            self.words.clear();
            self.pieces.clear();
            self.slots.clear();
        }
        let mut types = TokenTypes::new(
            blocks.iter().map(|span| span.start),
            sentences.iter().map(|span| span.start),
            tokens.last().map(|last| last.end),
        );
        for (at, token) in tokens.iter().enumerate() {
            let number = self.word(token.get(text).unwrap_or_default(), vocabulary);
            let Some(&word) = self.words.get(number) else { continue };
            let next = tokens.get(at + 1).map(|next| next.start);
            let (kind, place) = types.next(token.start..token.end, next, word.shape, word.mark);
            self.first.push(self.ids.len() as u32);
            self.places.push(place);
            let own = word.start as usize..word.start as usize + usize::from(word.count);
            self.ids.extend_from_slice(self.pieces.get(own).unwrap_or_default());
            self.types.resize(self.ids.len(), kind);
        }
        self.first.push(self.ids.len() as u32);
    }

    /// The number of a word among the distinct ones.
    fn word(&mut self, word: &str, vocabulary: &Vocabulary) -> usize {
        if (self.words.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash_bytes(word.as_bytes());
        let at = self.slot(hash);
        if let Some(number) = self.slots.get(at).and_then(|slot| slot.checked_sub(1)) {
            return number as usize;
        }
        let start = self.pieces.len();
        let word = &*seen::word(word);
        vocabulary.split(word, &mut self.buffer, &mut self.pieces);
        let count = (self.pieces.len() - start) as u8;
        self.words.push(Word { hash, start: start as u32, count, shape: shape(word), mark: Mark::of(word) });
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = self.words.len() as u32;
        }
        self.words.len() - 1
    }

    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(number) = self.slots.get(at).and_then(|slot| slot.checked_sub(1)) {
            if self.words.get(number as usize).is_some_and(|word| word.hash == hash) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        self.slots.clear();
        self.slots.resize(size, 0);
        for number in 0..self.words.len() {
            let at = self.words.get(number).map_or(0, |word| self.slot(word.hash));
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = number as u32 + 1;
            }
        }
    }
}
