//! The properties of a word.

use copydesk_model::hash::hash_bytes;
use copydesk_text::Mark;

use crate::knowledge::Knowledge;

/// Shapes look at so many characters at most.
pub(crate) const LONGEST_SHAPE: usize = 48;

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
    /// Hash of the word as it is written.
    pub form: u64,
    /// Hash of the word in small letters.
    pub lower: u64,
    /// Hash of its shape: runs of capitals, small letters, digits; other characters as they are.
    pub shape: u64,
    /// Hashes of the first one to four characters, in small letters; zero if the word is shorter.
    pub prefixes: [u64; 4],
    /// Hashes of the last one to four characters, in small letters; zero if the word is shorter.
    pub suffixes: [u64; 4],
    /// Cluster at each granularity; zero if the word has none.
    pub clusters: [u16; 3],
    /// The word lists that hold it.
    pub lists: u32,
    /// Flags: see the constants.
    pub flags: u32,
    /// Its quotation mark, if it is one.
    pub quote: Mark,
    /// The place of the sums of its own features: [`crate::memo`].
    pub known: Known,
}

/// Places that a word can have toward a piece: the piece itself, before it, after it, two before, two after.
pub(crate) const ROLES: usize = 5;

/// A word's place in the memory, from one, and true if its sums are known there. Zero if it has no place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Known(u32);

impl Known {
    pub(crate) const NOWHERE: Self = Known(0);
    const SUMS: u32 = 1 << 31;

    /// A place without sums.
    pub(crate) fn at(place: usize) -> Self {
        Known(place as u32 + 1)
    }

    /// The same place, with its sums known.
    pub(crate) fn with_sums(self) -> Self {
        Known(self.0 | Self::SUMS)
    }

    pub(crate) fn place(self) -> Option<usize> {
        (self.0 & !Self::SUMS).checked_sub(1).map(|place| place as usize)
    }

    pub(crate) fn has_sums(self) -> bool {
        self.0 & Self::SUMS != 0
    }

    /// Returns the row of a role among the sums, or one past their end if they are not known.
    pub(crate) fn row(self, role: usize) -> u32 {
        if self.has_sums() { ((self.0 & !Self::SUMS) - 1) * ROLES as u32 + role as u32 } else { u32::MAX }
    }
}

/// Returns the length of the piece that the token begins with. Hyphens, dashes, slashes and currency signs are pieces
/// of their own.
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

/// A word in small letters, if it fits the buffer.
pub(crate) fn in_small_letters<'b>(word: &str, buffer: &'b mut [u8; 80]) -> Option<&'b [u8]> {
    let mut length = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let end = length + c.len_utf8();
        c.encode_utf8(buffer.get_mut(length..end)?);
        length = end;
    }
    buffer.get(..length)
}

/// Describes a word. `form` is the hash of the piece, `buffer` memory that the caller keeps.
pub(crate) fn describe(piece: &str, form: u64, buffer: &mut Vec<u8>, knowledge: &Knowledge<'_>) -> Word {
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
