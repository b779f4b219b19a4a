//! The input of the recogniser: the text cut into *pieces* (tokens, cut further at hyphens and slashes), and the
//! properties of each distinct word of the document, computed once.

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::seen;
use hashbrown::HashTable;

use crate::knowledge::Knowledge;
use crate::memo::{Memo, Source};
use crate::words::{CAPITALISED, LONGEST_SHAPE, SEEN_SMALL, SEEN_WITHIN, Word, describe, first_piece};

/// A sequence longer than this is cut: memory of the decoder stays bounded on a text without sentences.
const LONGEST_SEQUENCE: usize = 256;

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub span: Span,
    /// Row in the document's words.
    pub word: u32,
    /// It follows the piece before without a space.
    pub glued: bool,
}

/// The pieces and words of one document; reused from document to document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pieces {
    pub pieces: Vec<Piece>,
    /// The end of each sequence. A sequence is a sentence, or a part of an endless one.
    pub sequence_ends: Vec<u32>,
    pub words: Vec<Word>,
    /// The words by their forms.
    rows: HashTable<u32>,
    buffer: Vec<u8>,
    /// Of words of this document and of others.
    pub memo: Memo,
}

impl Pieces {
    /// Replaces the content by the pieces of a text, and remembers nothing of its words: see [`Pieces::read_with`].
    pub(crate) fn read(&mut self, text: &str, tokens: &[Span], sentences: &[u32], knowledge: &Knowledge<'_>) {
        self.read_with(text, tokens, sentences, &Source { knowledge, model: None });
    }

    /// Replaces the content by the pieces of a text. `sentences` holds the sentence of each token. Tokens that
    /// do not fit the text are passed over.
    pub(crate) fn read_with(&mut self, text: &str, tokens: &[Span], sentences: &[u32], source: &Source<'_>) {
        self.memo.begin_document(source);
        self.pieces.clear();
        self.sequence_ends.clear();
        self.words.clear();
        self.rows.clear();
        let mut begin = 0;
        while let Some(&sentence) = sentences.get(begin) {
            let rest = sentences.get(begin..).unwrap_or_default();
            let length = rest.iter().position(|&s| s != sentence).unwrap_or(rest.len());
            let own = tokens.get(begin..begin + length).unwrap_or_default();
            begin += length;
            let shouted = is_shouted(text, own);
            let first = self.pieces.len();
            for &token in own {
                self.push_token(text, token, shouted, source);
            }
            self.end_sentence(first);
        }
        self.mark_seen();
    }

    fn push_token(&mut self, text: &str, token: Span, shouted: bool, source: &Source<'_>) {
        let Some(own) = token.get(text) else { return };
        let mut start = 0;
        while let Some(rest) = own.get(start..).filter(|rest| !rest.is_empty()) {
            let length = first_piece(rest);
            let Some(piece) = rest.get(..length) else { return };
            let word = self.intern(&seen::word(piece), shouted, source);
            let span = Span::new(token.start + start as u32, token.start + (start + length) as u32);
            let glued = self.pieces.last().is_some_and(|before| before.span.end == span.start);
            self.pieces.push(Piece { span, word, glued });
            start += length;
        }
    }

    fn end_sentence(&mut self, first: usize) {
        let end = self.pieces.len();
        let mut at = first;
        while at < end {
            at = (at + LONGEST_SEQUENCE).min(end);
            self.sequence_ends.push(at as u32);
        }
    }

    fn intern(&mut self, piece: &str, shouted: bool, source: &Source<'_>) -> u32 {
        let titled = if shouted { in_title_case(piece) } else { None };
        let piece = titled.as_deref().unwrap_or(piece);
        let form = hash_bytes(piece.as_bytes());
        match self.rows.find(form, |row| is_form(&self.words, *row, form)) {
            Some(&row) => {
                if let Some(word) = self.words.get_mut(row as usize) {
                    self.memo.learn(word, source);
                }
                row
            }
            None => {
                let Self { memo, buffer, words, rows, .. } = self;
                let row = words.len() as u32;
                words.push(memo.word(form, source, || describe(piece, form, buffer, source.knowledge)));
                rows.insert_unique(form, row, |row| words.get(*row as usize).map_or(0, |word| word.form));
                row
            }
        }
    }

    /// Marks the words that the document has in small letters too, or capitalised within a sentence.
    fn mark_seen(&mut self) {
        let mut begin = 0;
        for &end in &self.sequence_ends {
            for piece in self.pieces.get(begin + 1..end as usize).unwrap_or_default() {
                if let Some(word) = self.words.get_mut(piece.word as usize)
                    && word.flags & CAPITALISED != 0
                {
                    word.flags |= SEEN_WITHIN;
                }
            }
            begin = end as usize;
        }
        for row in 0..self.words.len() {
            let Some(word) = self.words.get(row).filter(|w| w.flags & CAPITALISED != 0) else { continue };
            let lower = word.lower;
            if self.rows.find(lower, |row| is_form(&self.words, *row, lower)).is_some()
                && let Some(word) = self.words.get_mut(row)
            {
                word.flags |= SEEN_SMALL;
            }
        }
    }
}

/// Returns true if the word in this row has this form.
fn is_form(words: &[Word], row: u32, form: u64) -> bool {
    words.get(row as usize).is_some_and(|word| word.form == form)
}

/// Returns true if a sentence is set in capitals: at least three words of two letters or more, all of them capitals.
fn is_shouted(text: &str, tokens: &[Span]) -> bool {
    let mut words = 0;
    for token in tokens {
        let own = token.get(text).unwrap_or_default();
        if own.chars().take(LONGEST_SHAPE).any(char::is_lowercase) {
            return false;
        }
        words += usize::from(own.chars().take(LONGEST_SHAPE).filter(|c| c.is_uppercase()).count() > 1);
    }
    words > 2
}

/// Returns a word of a line in capitals in its usual form: `CARACAS` as `Caracas`. Single letters and words with other
/// characters stay.
fn in_title_case(piece: &str) -> Option<String> {
    if piece.chars().nth(1).is_none() || !piece.chars().all(char::is_uppercase) {
        return None;
    }
    let mut characters = piece.chars();
    let first = characters.next()?;
    Some(first.to_string() + &characters.as_str().to_lowercase())
}
