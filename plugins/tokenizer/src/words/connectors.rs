//! Ends of words: the marks that join letters and digits into one token.

use super::{LONGEST_WORD, Words};
use crate::chars::Class;
use crate::lexicon;

impl Words<'_> {
    /// Returns the end of the word that begins at `start`, connectors included.
    pub(super) fn word_end(&self, start: usize) -> usize {
        let mut at = start;
        // The beginning of the current piece without hyphens.
        let mut piece = start;
        loop {
            match self.class(at) {
                Class::Letter | Class::Digit | Class::Extend => at += self.width(at),
                Class::Apostrophe => {
                    let next = at + self.width(at);
                    if !self.is_alnum(next) || self.char(at) == Some('\u{2018}') {
                        return at;
                    }
                    at = next;
                }
                Class::Hyphen => {
                    let next = at + self.width(at);
                    if at - start <= 2 && self.class(next) == Class::Space && self.class(at - 1) == Class::Letter {
                        // A word broken off: th- the.
                        return next;
                    }
                    if !self.joins_hyphen(start, piece, at, next) {
                        return at;
                    }
                    at = next;
                    piece = next;
                }
                Class::Other => {
                    if !self.joins(start, at) {
                        return at;
                    }
                    at += self.width(at);
                    if self.byte(at - 1) == b'$' {
                        return at;
                    }
                }
                Class::Space => return at,
            }
        }
    }

    pub(super) fn digits(&self, at: usize) -> usize {
        let mut n = 0;
        while n < 12 && self.byte(at + n).is_ascii_digit() {
            n += 1;
        }
        n
    }

    pub(super) fn digits_before(&self, start: usize, at: usize) -> usize {
        let mut n = 0;
        while n < 12 && at > start + n && self.byte(at - n - 1).is_ascii_digit() {
            n += 1;
        }
        n
    }

    /// Returns true if the hyphen at `at` is inside one token: prefixes, phone numbers and dates.
    pub(super) fn joins_hyphen(&self, start: usize, piece: usize, at: usize, next: usize) -> bool {
        if !self.is_alnum(next) {
            return false;
        }
        let before = self.slice(piece, at);
        if before.bytes().all(|b| b.is_ascii_alphabetic()) {
            if piece == start && lexicon::is_joined_prefix(before) {
                return !self.is_name_pair(start, before, next);
            }
            let mut end = next;
            while end < next + 12 && self.byte(end).is_ascii_alphabetic() {
                end += 1;
            }
            return self.byte(end) != b'-' && lexicon::is_joined_suffix(self.slice(next, end));
        }
        let (left, right) = (self.digits_before(start, at), self.digits(next));
        if left == 0 || right == 0 {
            return false;
        }
        let starts_number = left == at - start;
        let ends_number = !self.is_alnum(next + right);
        let phone = right == 4 && ends_number && (matches!(left, 1 | 3 | 5) || !starts_number);
        let area = left == 3 && right == 3 && self.byte(next + 3) == b'-' && self.digits(next + 4) == 4;
        let country = left <= 2 && right == 3 && self.byte(next + 3) == b'-' && self.digits(next + 4) == 3;
        let date = self.byte(next + right) == b'-' && self.digits(next + right + 1) >= 2 && left <= 4 && right <= 2;
        let date_tail = !starts_number && self.byte(at - left - 1) == b'-' && left <= 2;
        phone || area || country || date || date_tail
    }

    /// `Washington Post-ABC`: a capital on both sides of the hyphen and on the word before.
    pub(super) fn is_name_pair(&self, start: usize, prefix: &str, next: usize) -> bool {
        let capital = |at: usize| self.char(at).is_some_and(char::is_uppercase);
        prefix.len() > 2
            && capital(start)
            && capital(next)
            && self.tokens.last().is_some_and(|t| capital(t.span.start as usize) && t.span.end as usize + 1 == start)
    }

    /// Returns true if the symbol at `at` is inside the word that began at `start`.
    pub(super) fn joins(&self, start: usize, at: usize) -> bool {
        let byte = self.byte(at);
        if byte >= 128 || at - start > LONGEST_WORD {
            return false;
        }
        let next = at + self.width(at);
        let (left, right) = (self.byte(at - 1), self.byte(next));
        match byte {
            b'.' => self.joins_dot(start, at),
            b',' => left.is_ascii_digit() && self.digits(next) == 3 && self.digits_before(start, at) <= 3,
            b':' => left.is_ascii_digit() && right.is_ascii_digit() && self.digits(next) <= 2,
            b'/' => {
                (left.is_ascii_digit() && right.is_ascii_digit())
                    || (right.is_ascii_alphabetic()
                        && left.is_ascii_alphabetic()
                        && at == start + 1
                        && (!self.is_alnum(next + 1) || matches!(self.slice(start, next + 2), "s/he" | "S/he")))
                    || matches!(self.slice(start, next + 3), "w/out")
                    || (at == start + 1 && matches!(left, b'w' | b'W') && self.class(next) == Class::Space)
            }
            b'&' => {
                self.char(at) == Some('&')
                    && left.is_ascii_alphabetic()
                    && right.is_ascii_alphabetic()
                    && ((left.is_ascii_uppercase() && right.is_ascii_uppercase()) || at == start + 1)
            }
            b'_' => self.is_alnum(next) || right == b'_',
            // A censored word, but not the end of *emphasis*.
            b'*' if self.emphasis => left.is_ascii_alphabetic() && right.is_ascii_alphabetic(),
            b'*' => left == b'*' || left.is_ascii_alphabetic() && (right.is_ascii_alphabetic() || right == b'*'),
            b'$' => matches!(self.slice(start, at), "US" | "A" | "C" | "HK" | "NZ" | "S" | "NT" | "U" | "AU" | "CA"),
            b'@' => right.is_ascii_alphanumeric() && left.is_ascii_alphanumeric(),
            b'!' => self.slice(start, at) == "Yahoo",
            _ => false,
        }
    }

    pub(super) fn joins_dot(&self, start: usize, at: usize) -> bool {
        let next = at + 1;
        let (left, right) = (self.byte(at - 1), self.byte(next));
        if left.is_ascii_digit() && right.is_ascii_digit() {
            return true;
        }
        if !self.is_alnum(next) {
            return false;
        }
        // U.S, p.m, Ph.D: a single letter, or two, on either side.
        let single = |at: usize| self.class(at) == Class::Letter && !self.is_alnum(at + self.width(at));
        let word = self.slice(start, at);
        let piece = word.rsplit('.').next().unwrap_or(word);
        if piece.chars().count() == 1 && single(next) && self.class(at - 1) != Class::Digit {
            return true;
        }
        if matches!(word, "Ph" | "M" | "B" | "D" | "Ed")
            && matches!(self.slice(next, next + 2), "D" | "D." | "D," | "Sc" | "Ph" | "Ed" | "M.")
        {
            return true;
        }
        let mut end = next;
        while end < next + 6 && self.byte(end).is_ascii_alphanumeric() {
            end += 1;
        }
        let ending = self.slice(next, end);
        if self.is_alnum(end) {
            // A longer name: joined only inside dotted lower-case names such as comp.sources.unix.
            return self.dotted_name(start, at);
        }
        let uniform = ending.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            || (ending.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && word.bytes().all(|b| !b.is_ascii_lowercase()));
        (uniform && word.len() > 1 && lexicon::is_ending(ending)) || self.dotted_name(start, at)
    }

    /// Lower-case names with at least two dots and nothing but letters between them.
    pub(super) fn dotted_name(&self, start: usize, at: usize) -> bool {
        if self.slice(start, at).bytes().any(|b| b == b'.') {
            return self.slice(start, at).bytes().all(|b| b == b'.' || b.is_ascii_lowercase() || b.is_ascii_digit())
                && self.byte(at + 1).is_ascii_lowercase();
        }
        let mut end = at + 1;
        while end < at + 24 && self.byte(end).is_ascii_lowercase() {
            end += 1;
        }
        end > at + 1
            && self.byte(end) == b'.'
            && self.byte(end + 1).is_ascii_lowercase()
            && self.slice(start, at).bytes().all(|b| b.is_ascii_lowercase())
    }
}
