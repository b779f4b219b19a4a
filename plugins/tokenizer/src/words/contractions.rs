//! Contractions, possessives, and apostrophes against single quotation marks.

use super::Words;
use crate::chars::{self, Class, char_before};
use crate::lexicon;

impl Words<'_> {
    /// Pushes a word and the words it contracts; returns its end.
    pub(super) fn emit(&mut self, start: usize, end: usize) -> usize {
        let word = self.slice(start, end);
        if word.len() <= 64 && word.bytes().any(|b| matches!(b, b'\'' | b'`' | b'&') || b >= 128) {
            // At most two clitics: couldn't've.
            let last = self.clitic_start(start, end);
            if let Some(last) = last {
                match self.clitic_start(start, last) {
                    Some(first) => {
                        self.push(start, first, 0);
                        self.push(first, last, 1);
                        self.push(last, end, 2);
                    }
                    None => {
                        self.push(start, last, 0);
                        self.push(last, end, 1);
                    }
                }
                return end;
            }
        } else if let Some(second) = lexicon::bare_contraction(word) {
            self.push(start, start + second, 0);
            self.push(start + second, end, 1);
            return end;
        }
        self.push(start, end, 0);
        end
    }

    /// Returns the beginning of the last clitic of `text[start..end]`.
    pub(super) fn clitic_start(&self, start: usize, end: usize) -> Option<usize> {
        let word = self.slice(start, end);
        let (at, len) = if word.contains(['&', 'â', '\u{92}', '′', '´']) {
            // The apostrophe may stand there in another form.
            let is_mark = |at: &usize| matches!(self.char(*at), Some('\'' | '\u{2019}' | '`'));
            let at = (start..end).rev().find(|at| word.is_char_boundary(at - start) && is_mark(at))?;
            (at - start, self.width(at))
        } else {
            let mut last = word.char_indices().rev().take(4);
            last.find(|&(_, c)| matches!(c, '\'' | '\u{2019}' | '`')).map(|(at, c)| (at, c.len_utf8()))?
        };
        if at == 0 {
            return None;
        }
        let tail = word.get(at + len..)?;
        if lexicon::is_clitic(tail) {
            return Some(start + at);
        }
        let stem = word.get(..at)?;
        if matches!(tail, "t" | "T") && stem.len() > 1 && stem.ends_with(['n', 'N']) {
            return Some(start + at - 1);
        }
        None
    }

    /// A word with an apostrophe right behind it: plural possessive, dropped letter or closing mark.
    pub(super) fn word_before_apostrophe(&mut self, start: usize, end: usize) -> usize {
        let mark = end + self.width(end);
        let last = char_before(self.text, end).unwrap_or(' ');
        let doubled = self.class(mark) == Class::Apostrophe;
        let word = self.slice(start, end);
        let sibilant = matches!(last, 's' | 'S' | 'x' | 'z') && !word.ends_with("'s") && !word.ends_with("\u{2019}s");
        // Inside single marks a plural's apostrophe shows by what comes after it.
        let inner = sibilant && self.precedes_lower(mark) && self.single_closes(mark);
        let closes = (self.open_single && !inner) || doubled || self.char(end) == Some('\u{2018}');
        if !closes && sibilant && self.class(mark) != Class::Digit {
            self.push(start, end, 0);
            self.push(end, mark, 1);
            return mark;
        }
        let dropped = (word.len() > 3 && (word.ends_with("in") || word.ends_with("IN")))
            || matches!(word, "o" | "O" | "n" | "ol" | "th" | "l" | "d" | "an" | "wi" | "ta" | "mo" | "y" | "Y");
        if !closes && dropped {
            self.push(start, mark, 0);
            return mark;
        }
        self.emit(start, end)
    }

    /// An apostrophe at the beginning of a token.
    pub(super) fn apostrophe(&mut self, at: usize) -> usize {
        let mark = at + self.width(at);
        let glyph = self.char(at);
        if self.class(mark) == Class::Apostrophe && self.char(mark) == glyph {
            let end = mark + self.width(mark);
            self.push(at, end, 0);
            return end;
        }
        let mut end = mark;
        while end < mark + 12 && self.is_alnum(end) {
            end += self.width(end);
        }
        let tail = self.slice(mark, end);
        let fresh = self.after_space(at);
        if !tail.is_empty() {
            let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
            let year = digits == 2 && matches!(&tail[2..], "" | "s") && glyph != Some('\u{2018}');
            let clitic = !fresh && lexicon::is_clitic(tail);
            let elision = fresh && !self.open_single && lexicon::is_elision(tail) && !self.single_closes(end);
            if year || clitic || elision {
                // U.S.'s: the dot ended the word, the clitic belongs to it all the same.
                let dotted =
                    clitic && self.tokens.last().is_some_and(|t| t.span.len() > 1) && self.byte(at - 1) == b'.';
                self.push(at, end, u32::from(dotted));
                return end;
            }
        }
        self.open_single =
            if fresh || self.after_opening() { !tail.is_empty() || self.class(mark) == Class::Other } else { false };
        self.push(at, mark, 0);
        mark
    }

    pub(super) fn after_opening(&self) -> bool {
        self.char_before_token().is_some_and(chars::is_opening)
    }

    /// Returns true if a space and a word in lower case follow.
    fn precedes_lower(&self, at: usize) -> bool {
        self.class(at) == Class::Space && self.char(at + self.width(at)).is_some_and(char::is_lowercase)
    }

    /// Returns true if an apostrophe follows soon that can only close a quotation.
    pub(super) fn single_closes(&self, from: usize) -> bool {
        let mut at = from;
        let mut previous = Class::Letter;
        while at < self.end && at < from + 200 {
            let class = self.class(at);
            let next = at + self.width(at);
            if class == Class::Apostrophe && previous != Class::Space && !self.is_alnum(next) {
                return true;
            }
            if class == Class::Apostrophe && previous == Class::Space && self.is_alnum(next) {
                return false;
            }
            previous = class;
            at = next;
        }
        false
    }
}
