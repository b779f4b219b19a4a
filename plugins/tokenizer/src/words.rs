//! Tokens of one block after Universal Dependencies' English treebanks.
//!
//! One pass over the white-space separated chunks; every look-ahead is bounded, so the pass is linear.

use crate::Token;
use crate::chars::{self, Class, byte_class, char_at, char_before, class};
use crate::lexicon;
use copydesk_sdk::Span;

/// Longest local part of an e-mail address, after RFC 5321.
const LONGEST_LOCAL_PART: usize = 64;

/// No connector joins a word beyond this many bytes: it bounds every look back.
const LONGEST_WORD: usize = 128;

/// Appends the tokens of `text[start..end]`; `sentence` is left 0.
pub(crate) fn tokenize(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let mut words = Words { text, bytes: text.as_bytes(), end, tokens, open_single: false };
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
}

impl Words<'_> {
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.bytes.get(at).copied().unwrap_or(0) } else { b' ' }
    }

    #[inline]
    fn char(&self, at: usize) -> Option<char> {
        if at < self.end { char_at(self.text, at) } else { None }
    }

    #[inline]
    fn class(&self, at: usize) -> Class {
        let byte = self.byte(at);
        if byte < 128 { byte_class(byte) } else { self.char(at).map_or(Class::Space, class) }
    }

    #[inline]
    fn width(&self, at: usize) -> usize {
        match self.byte(at) {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        }
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    fn is_alnum(&self, at: usize) -> bool {
        matches!(self.class(at), Class::Letter | Class::Digit)
    }

    /// Whether `at` follows white space or the block's beginning.
    fn after_space(&self, at: usize) -> bool {
        self.tokens.last().is_none_or(|t| t.span.end as usize != at)
    }

    /// White space or the text's end; a block may end without either.
    #[inline]
    fn space_at(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(&byte) if byte < 128 => byte_class(byte) == Class::Space,
            _ => char_at(self.text, at).is_none_or(|c| class(c) == Class::Space),
        }
    }

    fn push(&mut self, start: usize, end: usize, part: u32) {
        if start >= end {
            return;
        }
        let space_after = self.space_at(end);
        self.tokens.push(Token { span: Span::new(start as u32, end as u32), sentence: 0, space_after, part });
    }

    /// Consumes what stands at `at` and returns the next position.
    fn step(&mut self, at: usize) -> usize {
        match self.class(at) {
            Class::Space => at + self.width(at),
            Class::Letter | Class::Digit => self.word(at),
            Class::Apostrophe => self.apostrophe(at),
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
        let end = self.word_end(start);
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

    /// Where the word that begins at `start` ends, connectors included.
    fn word_end(&self, start: usize) -> usize {
        let mut at = start;
        // Where the current hyphen-free piece began.
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
                    at += 1;
                    if self.byte(at - 1) == b'$' {
                        return at;
                    }
                }
                Class::Space => return at,
            }
        }
    }

    fn digits(&self, at: usize) -> usize {
        let mut n = 0;
        while n < 12 && self.byte(at + n).is_ascii_digit() {
            n += 1;
        }
        n
    }

    fn digits_before(&self, start: usize, at: usize) -> usize {
        let mut n = 0;
        while n < 12 && at > start + n && self.byte(at - n - 1).is_ascii_digit() {
            n += 1;
        }
        n
    }

    /// Whether the hyphen at `at` lies inside one token: prefixes, phone numbers and dates.
    fn joins_hyphen(&self, start: usize, piece: usize, at: usize, next: usize) -> bool {
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
    fn is_name_pair(&self, start: usize, prefix: &str, next: usize) -> bool {
        let capital = |at: usize| self.char(at).is_some_and(char::is_uppercase);
        prefix.len() > 2
            && capital(start)
            && capital(next)
            && self.tokens.last().is_some_and(|t| capital(t.span.start as usize) && t.span.end as usize + 1 == start)
    }

    /// Whether the symbol at `at` lies inside the word that began at `start`.
    fn joins(&self, start: usize, at: usize) -> bool {
        let byte = self.byte(at);
        if byte >= 128 || at - start > LONGEST_WORD {
            return false;
        }
        let next = at + 1;
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
                left.is_ascii_alphabetic()
                    && right.is_ascii_alphabetic()
                    && ((left.is_ascii_uppercase() && right.is_ascii_uppercase()) || at == start + 1)
            }
            b'_' => self.is_alnum(next) || right == b'_',
            b'*' => left.is_ascii_alphabetic() && (right.is_ascii_alphabetic() || right == b'*'),
            b'$' => matches!(self.slice(start, at), "US" | "A" | "C" | "HK" | "NZ" | "S" | "NT" | "U" | "AU" | "CA"),
            b'@' => right.is_ascii_alphanumeric() && left.is_ascii_alphanumeric(),
            b'!' => self.slice(start, at) == "Yahoo",
            _ => false,
        }
    }

    fn joins_dot(&self, start: usize, at: usize) -> bool {
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
    fn dotted_name(&self, start: usize, at: usize) -> bool {
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

    /// The end of a URL or an e-mail address that begins at `start`.
    fn address(&self, start: usize) -> Option<usize> {
        let rest = self.text.get(start..self.end)?;
        let head = rest.as_bytes().get(..rest.len().min(12))?;
        let url = head.starts_with(b"http://")
            || head.starts_with(b"https://")
            || head.starts_with(b"www.")
            || head.starts_with(b"ftp://")
            || head.starts_with(b"HTTP://")
            || head.starts_with(b"WWW.")
            || head.starts_with(b"mailto:")
            || head.starts_with(b"doi:");
        if url || self.has_domain(rest) || self.has_local_part(start) {
            return Some(self.address_end(start));
        }
        None
    }

    /// `example.com/path`: a host with a known ending followed by a path.
    fn has_domain(&self, rest: &str) -> bool {
        let bytes = rest.as_bytes();
        let mut dot = None;
        for (i, &b) in bytes.iter().enumerate().take(40) {
            match b {
                b'.' => dot = Some(i),
                b'/' => {
                    return dot.is_some_and(|d| d > 1 && rest.get(d + 1..i).is_some_and(lexicon::is_ending));
                }
                b'-' => {}
                _ if b.is_ascii_alphanumeric() => {}
                _ => return false,
            }
        }
        false
    }

    /// `name@host`: a local part, the sign and a letter or digit.
    fn has_local_part(&self, start: usize) -> bool {
        let mut at = start;
        while at < start + LONGEST_LOCAL_PART {
            match self.byte(at) {
                b'@' => return at > start && self.byte(at + 1).is_ascii_alphanumeric(),
                b'.' | b'_' | b'%' | b'+' | b'-' => at += 1,
                b if b.is_ascii_alphanumeric() => at += 1,
                _ => return false,
            }
        }
        false
    }

    /// Runs to white space or a mark that no address contains, then gives back sentence punctuation.
    fn address_end(&self, start: usize) -> usize {
        let mut at = start;
        let mut open = 0u32;
        while at < self.end {
            match self.byte(at) {
                b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'[' | b']' => break,
                b'(' => open += 1,
                b')' if open == 0 => break,
                b')' => open -= 1,
                _ => {}
            }
            match self.class(at) {
                Class::Space => break,
                Class::Apostrophe if self.byte(at) >= 128 => break,
                _ if matches!(
                    self.char(at),
                    Some('\u{201c}'..='\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{2026}' | '\u{2014}')
                ) =>
                {
                    break;
                }
                _ => at += self.width(at),
            }
        }
        while at > start + 1 && matches!(self.byte(at - 1), b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'') {
            at -= 1;
        }
        at.max(start + self.width(start))
    }

    /// Where the unit of `5pm` or `20k` begins.
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

    /// Pushes a word and the words it contracts; returns its end.
    fn emit(&mut self, start: usize, end: usize) -> usize {
        let word = self.slice(start, end);
        if word.len() <= 64 && word.bytes().any(|b| b == b'\'' || b == b'`' || b >= 128) {
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

    /// Where the last clitic of `text[start..end]` begins.
    fn clitic_start(&self, start: usize, end: usize) -> Option<usize> {
        let word = self.slice(start, end);
        let (at, mark) = word.char_indices().rev().take(4).find(|&(_, c)| matches!(c, '\'' | '\u{2019}' | '`'))?;
        if at == 0 {
            return None;
        }
        let tail = word.get(at + mark.len_utf8()..)?;
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
    fn word_before_apostrophe(&mut self, start: usize, end: usize) -> usize {
        let mark = end + self.width(end);
        let last = char_before(self.text, end).unwrap_or(' ');
        let doubled = self.class(mark) == Class::Apostrophe;
        let closes = self.open_single || doubled || self.char(end) == Some('\u{2018}');
        let word = self.slice(start, end);
        if !closes && matches!(last, 's' | 'S' | 'x' | 'z') && self.class(mark) != Class::Digit {
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
    fn apostrophe(&mut self, at: usize) -> usize {
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

    fn after_opening(&self) -> bool {
        self.tokens.last().and_then(|t| char_before(self.text, t.span.end as usize)).is_some_and(chars::is_opening)
    }

    /// Whether an apostrophe follows soon that can only close a quotation.
    fn single_closes(&self, from: usize) -> bool {
        let mut at = from;
        let mut previous = Class::Letter;
        while at < self.end && at < from + 200 {
            let class = self.class(at);
            let next = at + self.width(at);
            if class == Class::Apostrophe && previous != Class::Space && !self.is_alnum(next) {
                return true;
            }
            previous = class;
            at = next;
        }
        false
    }

    /// Keeps the dot of an abbreviation with its word; `end` is where the last token ends.
    fn dot_after(&mut self, start: usize, end: usize) -> usize {
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

    /// The first byte behind the white space at `at`, and whether there was any.
    fn after_blank(&self, at: usize) -> usize {
        let mut next = at;
        while next < self.end && next < at + 8 && self.class(next) == Class::Space {
            next += self.width(next);
        }
        next
    }

    fn keeps_dot(&self, start: usize, end: usize) -> bool {
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

    /// Whether the token before the last begins with a capital.
    fn previous_is_name(&self) -> bool {
        let previous = self.tokens.len().checked_sub(2).and_then(|i| self.tokens.get(i));
        previous.and_then(|t| char_at(self.text, t.span.start as usize)).is_some_and(char::is_uppercase)
    }

    /// `J. Smith`, `John F. Kennedy`, but not the end of `plan B. The ...` or `so did I. Then ...`.
    fn is_initial(&self, start: usize, letter: char, follower: Option<char>) -> bool {
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

    /// Punctuation, symbols, emoji, handles and tags.
    fn symbol(&mut self, at: usize) -> usize {
        let end = self.symbol_end(at);
        self.push(at, end, 0);
        end
    }

    fn symbol_end(&self, at: usize) -> usize {
        let Some(c) = self.char(at) else { return at + 1 };
        let next = at + c.len_utf8();
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

    fn run_end(&self, at: usize, same: impl Fn(char) -> bool) -> usize {
        let mut end = at;
        while let Some(c) = self.char(end).filter(|&c| same(c)) {
            end += c.len_utf8();
        }
        self.extended(end)
    }

    fn extended(&self, at: usize) -> usize {
        let mut end = at;
        while self.byte(end) >= 128 && self.class(end) == Class::Extend {
            end += self.width(end);
        }
        end
    }

    /// One emoji: a flag, or pictographs joined by zero-width joiners.
    fn emoji_end(&self, at: usize) -> usize {
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
