//! URLs, host names and e-mail addresses.

use super::Words;
use crate::chars::Class;
use crate::lexicon;

/// Longest local part of an e-mail address, after RFC 5321.
const LONGEST_LOCAL_PART: usize = 64;

impl Words<'_> {
    /// The end of a URL or an e-mail address that begins at `start`.
    pub(super) fn address(&self, start: usize) -> Option<usize> {
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
    pub(super) fn has_domain(&self, rest: &str) -> bool {
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
    pub(super) fn has_local_part(&self, start: usize) -> bool {
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
    pub(super) fn address_end(&self, start: usize) -> usize {
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
}
