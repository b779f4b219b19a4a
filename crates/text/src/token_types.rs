//! The type of a token: its casing, its place among quotation marks, its place in sentence and block. The encoder's
//! words have no case; this is how it comes to know of it.
//!
//! A type is `shape * 9 + quote * 3 + place`. Pieces of no token have [`SPECIAL`]. The trainer computes the same
//! numbers with the string methods of Python. Upper and lower case are Unicode's properties of those names, title case
//! is the category Lt, and digits are characters with a digit's value.

use std::iter::Peekable;
use std::ops::Range;

use crate::marks::Mark;

/// The type of pieces that belong to no token.
pub const SPECIAL: u16 = 63;
/// A type is below this.
pub const TYPES: usize = SPECIAL as usize + 1;

/// Kinds of shape: all small; all capitals, more than one; capitalised; one capital; with a digit; other with a
/// capital; other.
const SMALL: u8 = 0;
const CAPITALS: u8 = 1;
const CAPITALISED: u8 = 2;
const INITIAL: u8 = 3;
const DIGIT: u8 = 4;
const MIXED: u8 = 5;
const OTHER: u8 = 6;

/// Characters beyond ASCII with a digit's value: decimal digits of all scripts (runs of ten), superscripts, subscripts,
/// circled digits and such. Unicode's Numeric_Type Decimal and Digit.
#[rustfmt::skip]
const DIGITS: [(u32, u32); 80] = [
    (0xB2, 0xB3), (0xB9, 0xB9), (0x660, 0x669), (0x6F0, 0x6F9), (0x7C0, 0x7C9), (0x966, 0x96F), (0x9E6, 0x9EF),
    (0xA66, 0xA6F), (0xAE6, 0xAEF), (0xB66, 0xB6F), (0xBE6, 0xBEF), (0xC66, 0xC6F), (0xCE6, 0xCEF), (0xD66, 0xD6F),
    (0xDE6, 0xDEF), (0xE50, 0xE59), (0xED0, 0xED9), (0xF20, 0xF29), (0x1040, 0x1049), (0x1090, 0x1099),
    (0x1369, 0x1371), (0x17E0, 0x17E9), (0x1810, 0x1819), (0x1946, 0x194F), (0x19D0, 0x19DA), (0x1A80, 0x1A89),
    (0x1A90, 0x1A99), (0x1B50, 0x1B59), (0x1BB0, 0x1BB9), (0x1C40, 0x1C49), (0x1C50, 0x1C59), (0x2070, 0x2070),
    (0x2074, 0x2079), (0x2080, 0x2089), (0x2460, 0x2468), (0x2474, 0x247C), (0x2488, 0x2490), (0x24EA, 0x24EA),
    (0x24F5, 0x24FD), (0x24FF, 0x24FF), (0x2776, 0x277E), (0x2780, 0x2788), (0x278A, 0x2792), (0xA620, 0xA629),
    (0xA8D0, 0xA8D9), (0xA900, 0xA909), (0xA9D0, 0xA9D9), (0xA9F0, 0xA9F9), (0xAA50, 0xAA59), (0xABF0, 0xABF9),
    (0xFF10, 0xFF19), (0x104A0, 0x104A9), (0x10A40, 0x10A43), (0x10D30, 0x10D39), (0x10E60, 0x10E68),
    (0x11052, 0x1105A), (0x11066, 0x1106F), (0x110F0, 0x110F9), (0x11136, 0x1113F), (0x111D0, 0x111D9),
    (0x112F0, 0x112F9), (0x11450, 0x11459), (0x114D0, 0x114D9), (0x11650, 0x11659), (0x116C0, 0x116C9),
    (0x11730, 0x11739), (0x118E0, 0x118E9), (0x11950, 0x11959), (0x11C50, 0x11C59), (0x11D50, 0x11D59),
    (0x11DA0, 0x11DA9), (0x16A60, 0x16A69), (0x16AC0, 0x16AC9), (0x16B50, 0x16B59), (0x1D7CE, 0x1D7FF),
    (0x1E140, 0x1E149), (0x1E2F0, 0x1E2F9), (0x1E950, 0x1E959), (0x1F100, 0x1F10A), (0x1FBF0, 0x1FBF9),
];

fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    let c = u32::from(c);
    let at = DIGITS.partition_point(|&(_, last)| last < c);
    DIGITS.get(at).is_some_and(|&(first, _)| first <= c)
}

/// Letters in title case (category Lt): digraphs, and Greek capitals with iota.
fn is_title(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1C5 | 0x1C8 | 0x1CB | 0x1F2 | 0x1F88..=0x1F8F | 0x1F98..=0x1F9F | 0x1FA8..=0x1FAF | 0x1FBC | 0x1FCC | 0x1FFC
    )
}

/// The shape of a word: a number below seven.
#[must_use]
pub fn shape(word: &str) -> u8 {
    // Of the first character, of the rest, and of all.
    let (mut capitals, mut titles, mut small, mut length) = (0usize, 0usize, 0usize, 0usize);
    let mut first_capital = false;
    for c in word.chars() {
        if is_digit(c) {
            return DIGIT;
        }
        if c.is_uppercase() {
            capitals += 1;
            first_capital |= length == 0;
        } else if c.is_lowercase() {
            small += 1;
        } else if is_title(c) {
            titles += 1;
        }
        length += 1;
    }
    if titles == 0 && capitals == 0 && small > 0 {
        SMALL
    } else if titles == 0 && small == 0 && capitals > 0 {
        if length > 1 { CAPITALS } else { INITIAL }
    } else if first_capital && titles == 0 && capitals == 1 && small > 0 {
        CAPITALISED
    } else if capitals > 0 {
        MIXED
    } else {
        OTHER
    }
}

/// The state of a text among quotation marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Quotes {
    #[default]
    Outside,
    Double,
    Single,
}

impl Quotes {
    /// Advances by a token. Returns 0 outside, 1 inside, 2 for a mark. `opens` is true if a straight single mark here
    /// has white space before it and none after.
    fn step(&mut self, mark: Mark, opens: bool) -> u16 {
        let after = match (mark, *self) {
            (Mark::Open, _) => Quotes::Double,
            (Mark::OpenSingle, _) => Quotes::Single,
            (Mark::Close, _) => Quotes::Outside,
            (Mark::Either, Quotes::Outside) => Quotes::Double,
            (Mark::Either, _) => Quotes::Outside,
            (Mark::Apostrophe | Mark::Straight, Quotes::Single) => Quotes::Outside,
            (Mark::Straight, Quotes::Outside) if opens => Quotes::Single,
            (_, Quotes::Outside) => return 0,
            _ => return 1,
        };
        *self = after;
        2
    }
}

/// Walks over a document's tokens and gives each its type. Blocks and sentences are known by their starts, in bytes.
#[derive(Debug)]
pub struct TokenTypes<B: Iterator<Item = u32>, S: Iterator<Item = u32>> {
    blocks: Peekable<B>,
    sentences: Peekable<S>,
    quotes: Quotes,
    /// The end of the token before.
    before: Option<u32>,
}

impl<B: Iterator<Item = u32>, S: Iterator<Item = u32>> TokenTypes<B, S> {
    /// Starts before the first token. `last` is the end of the document's last token. For the first token, the trainer
    /// looks at that one in place of the token before.
    pub fn new(blocks: B, sentences: S, last: Option<u32>) -> Self {
        let (blocks, sentences) = (blocks.peekable(), sentences.peekable());
        TokenTypes { blocks, sentences, quotes: Quotes::default(), before: last }
    }

    /// Returns the type of the next token, and its place: 2 if it begins a block, 1 if it begins a sentence, otherwise
    /// 0. `next` is the start of the token after it.
    pub fn next(&mut self, token: Range<u32>, next: Option<u32>, shape: u8, mark: Mark) -> (u16, u8) {
        let (block, sentence) = (passes(&mut self.blocks, token.start), passes(&mut self.sentences, token.start));
        let place = if block { 2 } else { u8::from(sentence) };
        if block {
            self.quotes = Quotes::Outside;
        }
        let apart = block || self.before.is_some_and(|before| before < token.start);
        let opens = apart && next == Some(token.end);
        self.before = Some(token.end);
        (u16::from(shape) * 9 + self.quotes.step(mark, opens) * 3 + u16::from(place), place)
    }
}

/// Advances past all starts up to `at`. Returns true if there was one.
fn passes(starts: &mut Peekable<impl Iterator<Item = u32>>, at: u32) -> bool {
    let mut any = false;
    while starts.next_if(|start| *start <= at).is_some() {
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_those_of_the_trainer() {
        // As Python's isdigit, islower, isupper and istitle-like slices give them.
        #[rustfmt::skip]
        let cases = [
            ("said", SMALL), ("don't", SMALL), ("NATO", CAPITALS), ("U.S.", CAPITALS), ("A", INITIAL), ("I", INITIAL),
            ("Ana", CAPITALISED), ("A.", CAPITALS), ("O’Brien", MIXED), ("McDonald", MIXED), ("iPhone", MIXED),
            ("2016", DIGIT), ("F16", DIGIT), ("x²", DIGIT), ("٣", DIGIT), ("½", OTHER), ("Ⅳ", INITIAL), (",", OTHER),
            ("", OTHER), ("中文", OTHER), ("Zoë", CAPITALISED), ("ÉLAN", CAPITALS), ("É", INITIAL), ("ß", SMALL),
            ("ﬁ", SMALL), ("ª", SMALL), ("ǅ", OTHER), ("ǅaba", OTHER), ("Aǅa", MIXED), ("שלום", OTHER), ("😀", OTHER),
            ("Москва", CAPITALISED), ("İ", INITIAL), ("e\u{301}", SMALL), ("①", DIGIT), ("𝟘", DIGIT),
        ];
        for (word, wanted) in cases {
            assert_eq!(shape(word), wanted, "{word}");
        }
    }
}
