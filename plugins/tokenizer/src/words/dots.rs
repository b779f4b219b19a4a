//! Dots that belong to the word before them: abbreviations, acronyms and initials.

use super::Words;
use crate::chars::{Class, char_at, char_before};
use crate::lexicon;

impl Words<'_> {
    /// Keeps the dot of an abbreviation with its word. `end` is the end of the last token.
    pub(super) fn dot_after(&mut self, start: usize, end: usize) -> usize {
        if self.byte(end) != b'.' || self.byte(end + 1) == b'.' {
            return end;
        }
        let Some(start) = self.tokens.last().map(|t| (t.span.start as usize).max(start)) else { return end };
        if !self.keeps_dot(start, end) {
            return end;
        }
        if let Some(token) = self.tokens.last_mut() {
            token.span.end = end as u32 + 1;
        }
        let space = self.space_at(end + 1);
        if let Some(token) = self.tokens.last_mut() {
            token.space_after = space;
        }
        end + 1
    }

    /// Returns the first byte behind the white space at `at`, and true if there was any.
    pub(super) fn after_blank(&self, at: usize) -> usize {
        let mut next = at;
        while next < self.end && next < at + 8 && self.class(next) == Class::Space {
            next += self.width(next);
        }
        next
    }

    pub(super) fn keeps_dot(&self, start: usize, end: usize) -> bool {
        if end - start > 24 {
            return false;
        }
        let word = self.slice(start, end);
        let first = word.chars().next().unwrap_or(' ');
        if word.bytes().any(|b| b == b'.') && !first.is_ascii_digit() && word.len() <= 12 {
            // U.S, p.m, Ph.D: every piece short; a domain or file name is not.
            return word.split('.').all(|piece| piece.len() <= 2);
        }
        let next = self.after_blank(end + 1);
        let follower = self.char(next);
        if lexicon::takes_number(word) && (first.is_ascii_lowercase() || word.len() > 1) {
            return follower.is_some_and(|c| c.is_ascii_digit());
        }
        if lexicon::is_abbreviation(word) {
            let last = next >= self.end;
            return !(last
                && matches!(
                    word,
                    "st" | "mass" | "wash" | "ill" | "ret" | "est" | "rep" | "al" | "pres" | "ed" | "op"
                ))
                && (first.is_uppercase()
                    || !matches!(word, "mass" | "wash" | "ill" | "ark" | "del" | "mo" | "gen" | "rep" | "sec"));
        }
        if lexicon::is_weekday(word) {
            return follower.is_some_and(|c| c.is_ascii_digit())
                || lexicon::is_month(self.slice(next, next + 3)) && self.byte(next + 3) != b' ';
        }
        if word == "v" {
            // Roe v. Wade
            return follower.is_some_and(char::is_uppercase) && self.previous_is_name();
        }
        if word.chars().count() == 1 && first.is_uppercase() {
            return self.is_initial(start, first, follower);
        }
        false
    }

    /// Returns true if the token before the last begins with a capital.
    pub(super) fn previous_is_name(&self) -> bool {
        let previous = self.tokens.len().checked_sub(2).and_then(|i| self.tokens.get(i));
        previous.and_then(|t| char_at(self.text, t.span.start as usize)).is_some_and(char::is_uppercase)
    }

    /// `J. Smith`, `John F. Kennedy`, but not the end of `plan B. The ...` or `so did I. Then ...`.
    pub(super) fn is_initial(&self, start: usize, letter: char, follower: Option<char>) -> bool {
        let Some(follower) = follower else { return false };
        if !follower.is_uppercase() {
            return letter != 'I' && follower == ',';
        }
        let previous = self.tokens.len().checked_sub(2).and_then(|i| self.tokens.get(i));
        let Some(previous) = previous else { return true };
        if previous.span.end as usize == start {
            return true;
        }
        let before = char_at(self.text, previous.span.start as usize).unwrap_or(' ');
        let dotted = char_before(self.text, previous.span.end as usize) == Some('.');
        before.is_uppercase()
            || dotted
            || !before.is_alphabetic()
            || matches!(previous.span.get(self.text), Some("by" | "and" | "of" | "with" | "from" | "to" | "de" | "for"))
    }
}
