//! Tokens of one block after Universal Dependencies' English treebanks.
//!
//! One pass over the white-space separated chunks; every look-ahead is bounded, so the pass is linear.

mod addresses;
mod connectors;
mod contractions;
mod dots;
mod symbols;

use crate::Token;
use crate::chars::{Class, byte_class, char_at, class};
use crate::lexicon;
use copydesk_sdk::Span;
use copydesk_text::seen::{self, Seen};

/// No connector joins a word beyond this many bytes: it bounds every look back.
const LONGEST_WORD: usize = 128;

/// Appends the tokens of `text[start..end]`; `sentence` is left 0.
pub(crate) fn tokenize(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let mut words = Words { text, bytes: text.as_bytes(), end, tokens, open_single: false, emphasis: false };
    let mut at = start;
    while at < end {
        at = words.step(at);
    }
}

struct Words<'a> {
    text: &'a str,
    bytes: &'a [u8],
    end: usize,
    tokens: &'a mut Vec<Token>,
    /// An opening single quotation mark waits for its partner in this block.
    open_single: bool,
    /// An asterisk before a word was found in this block.
    emphasis: bool,
}

impl Words<'_> {
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.bytes.get(at).copied().unwrap_or(0) } else { b' ' }
    }

    /// The character at `at` if it stands there in another form: `&ldquo;`.
    #[inline]
    fn seen(&self, at: usize) -> Option<Seen> {
        if !seen::may_begin(self.byte(at)) {
            return None;
        }
        self.text.get(at..self.end).and_then(seen::first)
    }

    /// The character at `at`, as it is seen.
    #[inline]
    fn char(&self, at: usize) -> Option<char> {
        match self.seen(at) {
            Some(seen) => Some(seen.char),
            None if at < self.end => char_at(self.text, at),
            None => None,
        }
    }

    #[inline]
    fn class(&self, at: usize) -> Class {
        let byte = self.byte(at);
        if byte < 128 && byte != b'&' { byte_class(byte) } else { self.char(at).map_or(Class::Space, class) }
    }

    /// Bytes of the character at `at`, in the form that it has there.
    #[inline]
    fn width(&self, at: usize) -> usize {
        if let Some(seen) = self.seen(at) {
            return seen.len;
        }
        match self.byte(at) {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        }
    }

    /// True if nobody sees the character at `at`.
    fn is_hidden(&self, at: usize) -> bool {
        (self.byte(at) >= 128 || self.byte(at) == b'&') && self.char(at).is_some_and(seen::is_hidden)
    }

    /// Moves the end of a token before the hidden characters at its end.
    fn without_hidden(&self, start: usize, end: usize) -> usize {
        let kept = self.slice(start, end).trim_end_matches(seen::is_hidden);
        if kept.is_empty() { end } else { start + kept.len() }
    }

    /// The last character before the token that begins here, as it is seen.
    fn char_before_token(&self) -> Option<char> {
        let word = self.tokens.last()?.span.get(self.text)?;
        let whole = seen::first(word).filter(|seen| seen.len == word.len());
        whole.map(|seen| seen.char).or_else(|| word.chars().next_back())
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    fn is_alnum(&self, at: usize) -> bool {
        matches!(self.class(at), Class::Letter | Class::Digit)
    }

    /// Returns true if `at` follows white space or the block's beginning.
    fn after_space(&self, at: usize) -> bool {
        self.tokens.last().is_none_or(|t| t.space_after && t.span.end as usize != at)
    }

    /// White space or the text's end, perhaps behind hidden characters; a block may end without either.
    #[inline]
    fn space_at(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(&byte) if byte < 128 && byte != b'&' => byte_class(byte) == Class::Space,
            _ => {
                let mut at = at;
                while at < self.end && self.is_hidden(at) {
                    at += self.width(at);
                }
                if at < self.end {
                    return self.class(at) == Class::Space;
                }
                let outside = self.text.get(at..).unwrap_or("").trim_start_matches(seen::is_hidden);
                outside.chars().next().is_none_or(|c| class(c) == Class::Space)
            }
        }
    }

    fn push(&mut self, start: usize, end: usize, part: u32) {
        if start >= end {
            return;
        }
        let space_after = self.space_at(end);
        self.tokens.push(Token { span: Span::new(start as u32, end as u32), sentence: 0, space_after, part });
    }

    /// Consumes the token at `at` and returns the next position.
    fn step(&mut self, at: usize) -> usize {
        match self.class(at) {
            Class::Space => at + self.width(at),
            Class::Letter | Class::Digit => self.word(at),
            Class::Apostrophe => self.apostrophe(at),
            Class::Extend if self.is_hidden(at) => at + self.width(at),
            Class::Hyphen | Class::Other | Class::Extend => self.symbol(at),
        }
    }

    /// Tokens that start with a letter or a digit.
    fn word(&mut self, start: usize) -> usize {
        // Most words are plain ASCII letters between spaces.
        let mut at = start;
        while byte_class(self.byte(at)) == Class::Letter {
            at += 1;
        }
        if at > start && self.byte(at) == b' ' {
            self.plain(start, at);
            return at;
        }
        if let Some(end) = self.address(start) {
            self.push(start, end, 0);
            return end;
        }
        let end = self.without_hidden(start, self.word_end(start));
        if let Some(unit) = self.unit_after_number(start, end) {
            self.push(start, unit, 0);
            self.push(unit, end, 0);
            return self.dot_after(unit, end);
        }
        if self.class(end) == Class::Apostrophe {
            return self.word_before_apostrophe(start, end);
        }
        if self.byte(end) == b'`' && matches!(self.byte(end + 1), b's' | b'S') && !self.is_alnum(end + 2) {
            // A grave accent for an apostrophe: mama`s.
            self.push(start, end, 0);
            self.push(end, end + 2, 1);
            return end + 2;
        }
        let after = self.emit(start, end);
        self.dot_after(start, after)
    }

    /// A word of letters only.
    fn plain(&mut self, start: usize, end: usize) {
        match lexicon::bare_contraction(self.slice(start, end)) {
            Some(second) => {
                self.push(start, start + second, 0);
                self.push(start + second, end, 1);
            }
            None => self.push(start, end, 0),
        }
    }

    /// Returns the beginning of the unit of `5pm` or `20k`.
    fn unit_after_number(&self, start: usize, end: usize) -> Option<usize> {
        if !self.byte(start).is_ascii_digit() || end - start > 24 {
            return None;
        }
        let word = self.slice(start, end);
        let unit = word.rfind(|c: char| c.is_ascii_digit())? + 1;
        let (number, tail) = word.split_at_checked(unit)?;
        if tail.is_empty() || number.bytes().any(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let bare = tail.trim_end_matches('.');
        let cased = bare.bytes().all(|b| b.is_ascii_lowercase())
            || matches!(
                bare,
                "AM" | "PM" | "K" | "M" | "MM" | "MB" | "GB" | "TB" | "kW" | "MW" | "GHz" | "MHz" | "KM" | "B"
            );
        if (cased && lexicon::is_unit(bare)) || matches!(tail, "a.m" | "p.m" | "A.M" | "P.M") {
            return Some(start + unit);
        }
        None
    }
}
