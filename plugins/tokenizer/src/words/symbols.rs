//! Punctuation, symbols, emoticons, emoji, handles and tags.

use super::Words;
use crate::chars::{self, Class, char_before};
use crate::lexicon;

impl Words<'_> {
    /// Punctuation, symbols, emoji, handles and tags.
    pub(super) fn symbol(&mut self, at: usize) -> usize {
        let end = self.without_hidden(at, self.symbol_end(at));
        self.emphasis |= self.byte(at) == b'*' && !self.space_at(end);
        self.push(at, end, 0);
        end
    }

    pub(super) fn symbol_end(&self, at: usize) -> usize {
        let Some(c) = self.char(at) else { return at + 1 };
        let next = at + self.width(at);
        if let Some(emoticon) = lexicon::emoticon(self.slice(at, self.end.min(next + 4)).trim_end()) {
            let end = at + emoticon.len();
            let tail_letter = emoticon.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
            if !(self.is_alnum(end) || (tail_letter && self.byte(end) == b'/'))
                && (emoticon != "(:" || self.after_space(at))
            {
                return end;
            }
        }
        match c {
            '#' | '@'
                if (self.class(next) == Class::Letter || (c == '@' && self.is_alnum(next)))
                    && (self.after_space(at) || self.after_opening()) =>
            {
                let mut end = next;
                while self.is_alnum(end) || self.class(end) == Class::Extend || self.byte(end) == b'_' {
                    end += self.width(end);
                }
                end
            }
            '+' if self.byte(next).is_ascii_digit() && self.after_space(at) => self.word_end(next),
            '.' if self.byte(next).is_ascii_digit() && self.after_space(at) => self.word_end(next),
            '.' | '-' | '=' | '*' | '/' | '\\' | '$' | '_' | '<' | '>' | '~' | '`' | '|' | '+' | '\u{2026}'
            | '\u{2013}' | '\u{2014}' => self.run_end(at, |d| d == c || (c == '\u{2026}' && d == '.')),
            '!' | '?' => self.run_end(at, |d| d == '!' || d == '?'),
            _ if chars::is_pictograph(c) || chars::is_regional(c) => self.emoji_end(at),
            _ => self.extended(next),
        }
    }

    pub(super) fn run_end(&self, at: usize, same: impl Fn(char) -> bool) -> usize {
        let mut end = at;
        while self.char(end).is_some_and(&same) {
            end += self.width(end);
        }
        self.extended(end)
    }

    pub(super) fn extended(&self, at: usize) -> usize {
        let mut end = at;
        while self.byte(end) >= 128 && self.class(end) == Class::Extend {
            end += self.width(end);
        }
        end
    }

    /// One emoji: a flag, or pictographs joined by zero-width joiners.
    pub(super) fn emoji_end(&self, at: usize) -> usize {
        let first = self.char(at).unwrap_or(' ');
        let mut end = at + first.len_utf8();
        if chars::is_regional(first) {
            if let Some(second) = self.char(end).filter(|&c| chars::is_regional(c)) {
                end += second.len_utf8();
            }
            return self.extended(end);
        }
        loop {
            let extended = self.extended(end);
            let joined = extended > end && char_before(self.text, extended) == Some('\u{200d}');
            end = extended;
            match self.char(end) {
                Some(c) if joined && chars::is_pictograph(c) => end += c.len_utf8(),
                _ => return end,
            }
        }
    }
}
