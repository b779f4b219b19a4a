//! What the recogniser sees: the text cut into *pieces* (tokens, cut further at hyphens and slashes), and the
//! properties of each distinct word of the document, computed once.

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::Mark;

use crate::knowledge::Knowledge;
use crate::memo::{Known, Memo, Source};

/// A sequence longer than this is cut: memory of the decoder stays bounded on a text without sentences.
const LONGEST_SEQUENCE: usize = 256;
/// Shapes look at so many characters at most.
const LONGEST_SHAPE: usize = 48;

/// The word begins with a capital letter.
pub(crate) const CAPITALISED: u32 = 1;
/// All its letters are capitals, and there are two or more.
pub(crate) const ALL_CAPITALS: u32 = 2;
/// It has a digit.
pub(crate) const DIGIT: u32 = 4;
/// It has a letter.
pub(crate) const LETTER: u32 = 8;
/// The document has it with a small first letter too.
pub(crate) const SEEN_SMALL: u32 = 16;
/// The document has it capitalised within a sentence.
pub(crate) const SEEN_WITHIN: u32 = 32;

/// A distinct word of a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Word {
    /// Hash of the word as it stands.
    pub form: u64,
    /// Hash of the word in small letters.
    pub lower: u64,
    /// Hash of its shape: runs of capitals, small letters, digits; other characters as they are.
    pub shape: u64,
    /// Hashes of the first one to four characters, in small letters; zero where the word is shorter.
    pub prefixes: [u64; 4],
    /// Hashes of the last one to four characters, in small letters; zero where the word is shorter.
    pub suffixes: [u64; 4],
    /// Cluster at each granularity; zero where the word has none.
    pub clusters: [u16; 3],
    /// The word lists that hold it.
    pub lists: u32,
    /// Flags: see the constants.
    pub flags: u32,
    /// Which quotation mark it is.
    pub quote: Mark,
    /// Where the sums of its own features are known: see [`Memo`].
    pub known: Known,
}

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
    /// Where each sequence (a sentence, or a part of an endless one) ends.
    pub sequence_ends: Vec<u32>,
    pub words: Vec<Word>,
    slots: Vec<u32>,
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
        self.slots.clear();
        self.slots.resize(1 << 10, 0);
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
            let word = self.intern(piece, shouted, source);
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
        if (self.words.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let at = self.slot(form);
        match self.slots.get(at).copied().unwrap_or(0).checked_sub(1) {
            Some(row) => {
                if let Some(word) = self.words.get_mut(row as usize) {
                    self.memo.learn(word, source);
                }
                row
            }
            None => {
                let Self { memo, buffer, .. } = self;
                let word = memo.word(form, source, || describe(piece, form, buffer, source.knowledge));
                self.words.push(word);
                if let Some(slot) = self.slots.get_mut(at) {
                    *slot = self.words.len() as u32;
                }
                self.words.len() as u32 - 1
            }
        }
    }

    /// The slot of a form: its own or the free one where it belongs.
    fn slot(&self, form: u64) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = form as usize & mask;
        while let Some(row) = self.slots.get(at).and_then(|slot| slot.checked_sub(1)) {
            if self.words.get(row as usize).is_some_and(|word| word.form == form) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        for row in 0..self.words.len() {
            let at = self.words.get(row).map_or(0, |word| self.slot(word.form));
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = row as u32 + 1;
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
            let at = self.slot(word.lower);
            if self.slots.get(at).is_some_and(|&slot| slot != 0)
                && let Some(word) = self.words.get_mut(row)
            {
                word.flags |= SEEN_SMALL;
            }
        }
    }
}

/// Length of the piece that the token begins with: hyphens, dashes, slashes and currency signs stand alone.
pub(crate) fn first_piece(token: &str) -> usize {
    let cuts = |c: char| matches!(c, '-' | '/' | '\u{2010}'..='\u{2015}' | '$' | '\u{20AC}' | '\u{A3}' | '|');
    match token.char_indices().find(|(_, c)| cuts(*c)) {
        Some((0, c)) => c.len_utf8(),
        Some((at, _)) => at,
        None => token.len(),
    }
}

/// The words of a listed name, cut like the pieces of a text.
pub(crate) fn split_name(name: &str) -> impl Iterator<Item = &str> {
    name.split_whitespace().map(|w| w.trim_matches(|c| matches!(c, ',' | '(' | ')' | '"' | ';'))).flat_map(|word| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let (piece, tail) = rest.split_at_checked(first_piece(rest)).filter(|(piece, _)| !piece.is_empty())?;
            rest = tail;
            Some(piece)
        })
    })
}

/// Whether a sentence is set in capitals: at least three words of two letters or more, all of them capitals.
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

/// A word of a line in capitals as it would stand elsewhere: `CARACAS` as `Caracas`. Single letters and words
/// with other characters stay.
fn in_title_case(piece: &str) -> Option<String> {
    if piece.chars().nth(1).is_none() || !piece.chars().all(char::is_uppercase) {
        return None;
    }
    let mut characters = piece.chars();
    let first = characters.next()?;
    Some(first.to_string() + &characters.as_str().to_lowercase())
}

fn describe(piece: &str, form: u64, buffer: &mut Vec<u8>, knowledge: &Knowledge<'_>) -> Word {
    buffer.clear();
    let mut shape = [0u8; LONGEST_SHAPE];
    let (mut shape_length, mut run, mut before) = (0, 0, 0u8);
    let (mut flags, mut capitals, mut letters) = (0, 0usize, 0usize);
    for (i, c) in piece.chars().enumerate() {
        let class = if c.is_uppercase() {
            capitals += 1;
            letters += 1;
            flags |= LETTER | if i == 0 { CAPITALISED } else { 0 };
            b'X'
        } else if c.is_alphabetic() {
            letters += 1;
            flags |= LETTER;
            b'x'
        } else if c.is_numeric() {
            flags |= DIGIT;
            b'9'
        } else if c.is_ascii() {
            c as u8
        } else {
            b'?'
        };
        run = if class == before { run + 1 } else { 1 };
        before = class;
        // Letters in runs of one or "two or more", digits counted to four: years have a shape of their own.
        if run <= if class == b'9' { 4 } else { 2 }
            && let Some(slot) = shape.get_mut(shape_length)
        {
            *slot = class;
            shape_length += 1;
        }
        if c.is_ascii() {
            buffer.push(c.to_ascii_lowercase() as u8);
        } else {
            for small in c.to_lowercase() {
                buffer.extend_from_slice(small.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    if capitals > 1 && capitals == letters {
        flags |= ALL_CAPITALS;
    }
    let lower = hash_bytes(buffer);
    let (prefixes, suffixes) = affixes(buffer);
    Word {
        form,
        lower,
        shape: hash_bytes(shape.get(..shape_length).unwrap_or_default()),
        prefixes,
        suffixes,
        clusters: knowledge.clusters(form, lower),
        lists: if flags & CAPITALISED != 0 { knowledge.lists(lower) } else { 0 },
        flags,
        quote: Mark::of(piece),
        known: Known::default(),
    }
}

/// Hashes of the first and the last one to four characters of a word in UTF-8.
fn affixes(word: &[u8]) -> ([u64; 4], [u64; 4]) {
    let starts_character = |at: usize| word.get(at).is_none_or(|b| b & 0xC0 != 0x80);
    let (mut prefixes, mut suffixes) = ([0; 4], [0; 4]);
    let mut at = 0;
    for prefix in &mut prefixes {
        if at >= word.len() {
            break;
        }
        at += 1;
        while !starts_character(at) {
            at += 1;
        }
        *prefix = hash_bytes(word.get(..at).unwrap_or_default());
    }
    let mut at = word.len();
    for suffix in &mut suffixes {
        if at == 0 {
            break;
        }
        at -= 1;
        while at > 0 && !starts_character(at) {
            at -= 1;
        }
        *suffix = hash_bytes(word.get(at..).unwrap_or_default());
    }
    (prefixes, suffixes)
}
