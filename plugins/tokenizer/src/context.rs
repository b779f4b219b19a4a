//! Properties of a token for the boundary model: its form, its shape and its place.

use copydesk_text::marks::{closes_double, opens_double};
use copydesk_text::seen;

use crate::Token;
use crate::chars::{Class, char_at, char_before, class};

/// Shapes of tokens, as coarse as a boundary needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Shape {
    /// Beyond the block's edge.
    Edge,
    /// `word`
    Lower,
    /// `Word`
    Capital,
    /// `WORD`
    Upper,
    /// `A`
    Letter,
    /// `12`, `3.5`, `10:30`
    Number,
    /// `20th`, `A4`, `e-mail`
    Mixed,
    /// `.`
    Stop,
    /// `!`, `??`
    Bang,
    /// `...`, `…`
    Ellipsis,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `"`
    Straight,
    /// `“`
    OpenQuote,
    /// `”`
    CloseQuote,
    /// `'`, `’`
    Single,
    /// `'`, `‘` before a word
    OpenSingle,
    /// `-`
    Hyphen,
    /// `--`, `—`
    Dash,
    /// `etc.`, `p.m.`
    Abbreviation,
    /// `Mr.`, `Inc.`
    Title,
    /// `U.S.`
    Acronym,
    /// `J.`
    Initial,
    /// `www.example.com`, `name@example.com`
    Address,
    /// `:)`, an emoji
    Emoticon,
    /// `====`, `***`
    Rule,
    /// Other symbols.
    Symbol,
}

impl Shape {
    /// Marks that end most sentences.
    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Shape::Stop | Shape::Bang | Shape::Ellipsis)
    }

    /// Words with a dot of their own before a name.
    pub(crate) fn is_dotted(self) -> bool {
        matches!(self, Shape::Title | Shape::Initial)
    }

    /// Returns the shape as the next sentence's first token. A word with a dot begins like any other word.
    pub(crate) fn leading(self) -> Shape {
        match self {
            Shape::Title | Shape::Initial | Shape::Acronym => Shape::Capital,
            shape => shape,
        }
    }

    /// Marks that close the text before them.
    pub(crate) fn is_closer(self) -> bool {
        matches!(self, Shape::Close | Shape::CloseQuote | Shape::Single)
    }
}

/// One token as the model sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// Hash of the form in lower case.
    pub(crate) form: u32,
    pub(crate) shape: Shape,
    pub(crate) length: u8,
    /// True after white space.
    pub(crate) spaced: bool,
    /// Bit 0: inside straight quotation marks, bit 1: inside curly ones, bit 2: inside parentheses.
    pub(crate) nesting: u8,
    /// Bucketed distance to the next terminal mark of the block, 7 for none.
    pub(crate) ahead: u8,
}

impl Mark {
    pub(crate) const EDGE: Mark = Mark { form: 0, shape: Shape::Edge, length: 0, spaced: true, nesting: 0, ahead: 7 };
}

/// Four steps and beyond, for distances in tokens.
pub(crate) fn bucket(distance: usize) -> u8 {
    match distance {
        0..=3 => distance as u8,
        4..=6 => 4,
        7..=12 => 5,
        13..=25 => 6,
        _ => 7,
    }
}

/// Appends the marks of `tokens`, all of one block.
pub(crate) fn describe(text: &str, tokens: &[Token], marks: &mut Vec<Mark>) {
    let first = marks.len();
    let (mut straight, mut curly, mut round) = (false, 0u8, 0u8);
    let mut spaced = true;
    for token in tokens {
        let word = seen::word(token.span.get(text).unwrap_or(""));
        let word = word.as_ref();
        let shape = directed(shape(word), spaced, token.space_after, straight);
        match shape {
            Shape::OpenQuote if matches!(word, "\"" | "''") => straight = true,
            Shape::CloseQuote if matches!(word, "\"" | "''") => straight = false,
            Shape::OpenQuote => curly = curly.saturating_add(1),
            Shape::CloseQuote => curly = curly.saturating_sub(1),
            Shape::Open => round = round.saturating_add(1),
            Shape::Close => round = round.saturating_sub(1),
            _ => {}
        }
        let nesting = u8::from(straight) | u8::from(curly > 0) << 1 | u8::from(round > 0) << 2;
        let length = word.len().min(15) as u8;
        marks.push(Mark { form: form(word), shape, length, spaced, nesting, ahead: 7 });
        spaced = token.space_after;
    }
    let mut distance = usize::MAX;
    for mark in marks.iter_mut().skip(first).rev() {
        mark.ahead = bucket(distance);
        distance = if matches!(mark.shape, Shape::Stop | Shape::Bang) { 0 } else { distance.saturating_add(1) };
    }
}

/// Straight marks open or close by the white space beside them, else by turns.
fn directed(shape: Shape, before: bool, after: bool, open: bool) -> Shape {
    match shape {
        Shape::Straight if before != after => {
            if before {
                Shape::OpenQuote
            } else {
                Shape::CloseQuote
            }
        }
        Shape::Straight if open => Shape::CloseQuote,
        Shape::Straight => Shape::OpenQuote,
        Shape::Single if before && !after => Shape::OpenSingle,
        shape => shape,
    }
}

/// FNV-1a over the bytes in ASCII lower case; at most the first 24 count.
pub(crate) const fn form(word: &str) -> u32 {
    let bytes = word.as_bytes();
    let (mut hash, mut at) = (0x811c_9dc5u32, 0);
    while at < bytes.len() && at < 24 {
        let byte = if bytes[at].is_ascii_digit() { b'0' } else { bytes[at].to_ascii_lowercase() };
        hash = (hash ^ byte as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

/// The forms of a list of words, while compiling.
pub(crate) const fn forms<const COUNT: usize>(words: &[&str]) -> [u32; COUNT] {
    let (mut forms, mut at) = ([0; COUNT], 0);
    while at < COUNT {
        forms[at] = form(words[at]);
        at += 1;
    }
    forms
}

pub(crate) fn shape(word: &str) -> Shape {
    let Some(first) = char_at(word, 0) else { return Shape::Edge };
    match class(first) {
        Class::Letter => letters(word, first),
        Class::Digit => {
            if word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':' | b'/' | b'-')) {
                Shape::Number
            } else {
                Shape::Mixed
            }
        }
        Class::Apostrophe if word.len() > 3 => Shape::Mixed,
        Class::Apostrophe if word == "''" => Shape::Straight,
        Class::Apostrophe if word.len() > first.len_utf8() => Shape::Lower,
        Class::Apostrophe => Shape::Single,
        Class::Hyphen if word.len() == 1 => Shape::Hyphen,
        _ => punctuation(word, first),
    }
}

fn letters(word: &str, first: char) -> Shape {
    let bytes = word.as_bytes();
    let upper = first.is_uppercase();
    if word.len() == first.len_utf8() {
        return if upper { Shape::Letter } else { Shape::Lower };
    }
    let rest = bytes.get(first.len_utf8()..).unwrap_or(&[]);
    if rest == b"." {
        return if upper { Shape::Initial } else { Shape::Abbreviation };
    }
    let (mut lower, mut caps, mut dots, mut other) = (0u32, 0u32, 0u32, 0u32);
    for &byte in rest.iter().take(40) {
        match byte {
            b'a'..=b'z' | 0x80.. => lower += 1,
            b'A'..=b'Z' => caps += 1,
            b'.' => dots += 1,
            b'@' | b'/' => other += 16,
            b'\'' => {}
            _ => other += 1,
        }
    }
    if other >= 16 || (dots > 0 && lower > 4 && char_before(word, word.len()) != Some('.')) {
        return Shape::Address;
    }
    if dots > 0 {
        return match (dots, upper) {
            (1, true) => Shape::Title,
            (1, false) => Shape::Abbreviation,
            _ => Shape::Acronym,
        };
    }
    if other > 0 {
        return Shape::Mixed;
    }
    match (upper, lower, caps) {
        (false, _, 0) => Shape::Lower,
        (true, 0, _) => Shape::Upper,
        (true, _, 0) => Shape::Capital,
        (true, _, _) => Shape::Capital,
        _ => Shape::Mixed,
    }
}

fn punctuation(word: &str, first: char) -> Shape {
    let single = word.len() == first.len_utf8();
    match first {
        '.' if single => Shape::Stop,
        '.' if word.bytes().all(|b| b == b'.') => Shape::Ellipsis,
        '\u{2026}' => Shape::Ellipsis,
        '!' | '?' => Shape::Bang,
        ',' if single => Shape::Comma,
        ':' if single => Shape::Colon,
        ';' if single => Shape::Semicolon,
        '(' | '[' | '{' if single => Shape::Open,
        ')' | ']' | '}' if single => Shape::Close,
        '"' => Shape::Straight,
        _ if opens_double(first) => Shape::OpenQuote,
        '`' if word == "``" => Shape::OpenQuote,
        _ if closes_double(first) => Shape::CloseQuote,
        '`' | '\u{2039}' | '\u{203a}' => Shape::Single,
        '\u{2013}' | '\u{2014}' => Shape::Dash,
        '-' if word.len() <= 3 => Shape::Dash,
        ':' | ';' | '=' | '8' | '(' | '<' | '^' if word.len() <= 4 && !single && word != "<<" && word != "==" => {
            Shape::Emoticon
        }
        '.' | '+' | '#' | '@' if word.len() > 1 && word.bytes().any(|b| b.is_ascii_alphanumeric()) => Shape::Mixed,
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => Shape::Emoticon,
        _ if word.len() >= 3 && single_char(word, first) => Shape::Rule,
        _ => Shape::Symbol,
    }
}

fn single_char(word: &str, first: char) -> bool {
    first.is_ascii() && word.bytes().all(|b| b == first as u8)
}
