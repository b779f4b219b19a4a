//! A document as the encoder reads it: pieces and their types, token after token.

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;

use crate::types::{Mark, Quotes, shape};
use crate::vocabulary::Vocabulary;

/// The type of pieces that stand for no token.
pub const SPECIAL: u16 = 63;
/// A type is below this.
pub(crate) const TYPES: usize = SPECIAL as usize + 1;
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
    /// For each token: 2 where it begins a block, 1 where it begins a sentence, else 0.
    pub places: Vec<u8>,
    words: Vec<Word>,
    /// Words by hash: a number plus one, zero where free. A power of two.
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
        let (mut blocks, mut sentences) = (starts(blocks), starts(sentences));
        let mut quotes = Quotes::default();
        let mut before = None;
        for (at, token) in tokens.iter().enumerate() {
            let (block, sentence) = (passes(&mut blocks, token.start), passes(&mut sentences, token.start));
            let place = if block { 2 } else { u8::from(sentence) };
            if block {
                quotes = Quotes::Outside;
            }
            let number = self.word(token.get(text).unwrap_or_default(), vocabulary);
            let Some(&word) = self.words.get(number) else { continue };
            // The trainer looks at the last token where there is none before.
            let apart = block || before.or(tokens.last()).is_some_and(|before: &Span| before.end < token.start);
            let opens = apart && tokens.get(at + 1).is_some_and(|next| next.start == token.end);
            let kind = u16::from(word.shape) * 9 + quotes.step(word.mark, opens) * 3 + u16::from(place);
            self.first.push(self.ids.len() as u32);
            self.places.push(place);
            let own = word.start as usize..word.start as usize + usize::from(word.count);
            self.ids.extend_from_slice(self.pieces.get(own).unwrap_or_default());
            self.types.resize(self.ids.len(), kind);
            before = Some(token);
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

fn starts(spans: &[Span]) -> std::iter::Peekable<impl Iterator<Item = u32>> {
    spans.iter().map(|span| span.start).peekable()
}

/// Goes past all starts up to `at`; whether there was one.
fn passes(starts: &mut std::iter::Peekable<impl Iterator<Item = u32>>, at: u32) -> bool {
    let mut any = false;
    while starts.next_if(|start| *start <= at).is_some() {
        any = true;
    }
    any
}
