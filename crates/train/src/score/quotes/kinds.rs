//! Finds the characters inside quotation marks, and the kind of an attribution.

use copydesk_text::QuoteKind;
use copydesk_text::marks::{closes_double, opens_double};

use super::characters::{is_space, is_word, word_starts};

/// The longest quotation between single marks. Longer ones are two apostrophes.
const LONGEST_SINGLE: usize = 400;

/// The characters of a text inside quotation marks, the marks excluded.
///
/// Double marks pair within a line. An open one runs to the line's end, since a quotation may continue in the next
/// paragraph. Single marks count only if they look like quotation marks and are outside double ones.
pub(super) fn quoted(text: &[char]) -> Vec<bool> {
    let mut marks = Marks { inside: vec![false; text.len()] };
    let mut begin = 0;
    for line in text.split(|c| *c == '\n') {
        marks.double(line, begin);
        marks.single(line, begin);
        begin += line.len() + 1;
    }
    marks.inside
}

/// Returns `direct` if every word is inside quotation marks, `indirect` if none is, otherwise `mixed`, and `none` if
/// there are no words.
pub(super) fn kind_of(text: &[char], content: &[[u32; 2]], quoted: &[bool]) -> &'static str {
    let (mut inside, mut outside) = (false, false);
    for span in content {
        for start in word_starts(text, *span) {
            let here = quoted.get(start).copied().unwrap_or(false);
            inside |= here;
            outside |= !here;
        }
    }
    match (inside, outside) {
        (false, false) => "none",
        (true, false) => QuoteKind::Direct.as_str(),
        (false, true) => QuoteKind::Indirect.as_str(),
        (true, true) => QuoteKind::Mixed.as_str(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Open,
    Close,
    Straight,
}

/// The double mark at a place of a line, and its width.
fn double_mark(line: &[char], at: usize) -> Option<(Mark, usize)> {
    match (line.get(at)?, line.get(at + 1)) {
        ('\'', Some('\'')) => Some((Mark::Straight, 2)),
        ('`', Some('`')) => Some((Mark::Open, 2)),
        (&c, _) if opens_double(c) => Some((Mark::Open, 1)),
        (&c, _) if closes_double(c) => Some((Mark::Close, 1)),
        ('"' | '〞' | '＂', _) => Some((Mark::Straight, 1)),
        _ => None,
    }
}

/// An opening single mark: at the line's start or after a space or opening punctuation, and before a word.
fn opens(line: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| line.get(before));
    matches!(line.get(at), Some('‘' | '\''))
        && before.is_none_or(|c| is_space(*c) || "([—–:,.;-".contains(*c))
        && line.get(at + 1).is_some_and(|c| is_word(*c) || "“\"$#…".contains(*c))
}

/// A closing single mark: after a word or final punctuation, and before a space, punctuation or the line's end.
fn closes(line: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| line.get(before));
    matches!(line.get(at), Some('’' | '\''))
        && before.is_some_and(|c| is_word(*c) || ".,!?…;)".contains(*c))
        && line.get(at + 1).is_none_or(|c| is_space(*c) || ".,;:!?)]—–-".contains(*c))
}

/// Returns true if the mark is one of two straight marks that make a double one.
fn is_doubled(line: &[char], at: usize) -> bool {
    let straight = |at: usize| line.get(at) == Some(&'\'');
    straight(at) && (straight(at + 1) || at.checked_sub(1).is_some_and(straight))
}

struct Marks {
    inside: Vec<bool>,
}

impl Marks {
    fn fill(&mut self, start: usize, end: usize) {
        if let Some(range) = self.inside.get_mut(start..end) {
            range.fill(true);
        }
    }

    fn double(&mut self, line: &[char], begin: usize) {
        let (mut open, mut at) = (None, 0);
        while at < line.len() {
            let (mark, width) = match double_mark(line, at) {
                Some((mark, width)) => (Some(mark), width),
                None => (None, 1),
            };
            let opening = mark == Some(Mark::Open) || (mark == Some(Mark::Straight) && open.is_none());
            if mark.is_some()
                && let Some(start) = open.take()
            {
                self.fill(begin + start, begin + at);
            }
            if opening {
                open = Some(at + width);
            }
            at += width;
        }
        if let Some(start) = open {
            self.fill(begin + start, begin + line.len());
        }
    }

    fn single(&mut self, line: &[char], begin: usize) {
        let closings: Vec<usize> = (0..line.len()).filter(|at| closes(line, *at)).collect();
        let mut done = 0;
        for start in (0..line.len()).filter(|at| opens(line, *at)) {
            let doubled = line.get(start..start + 2) == Some(&['\'', '\'']);
            if start < done || doubled || self.inside.get(begin + start) == Some(&true) {
                continue;
            }
            let later = closings.get(closings.partition_point(|at| *at <= start)..).unwrap_or_default();
            if let Some(end) = first_closing(line, later)
                && end - start < LONGEST_SINGLE
            {
                self.fill(begin + start + 1, begin + end);
                done = end + 1;
            }
        }
    }
}

/// The first of the places that closes a quotation and is no plural possessive.
fn first_closing(line: &[char], places: &[usize]) -> Option<usize> {
    for (i, at) in places.iter().copied().enumerate() {
        if is_doubled(line, at) {
            continue;
        }
        let possessive =
            at.checked_sub(1).and_then(|before| line.get(before)) == Some(&'s') && line.get(at + 1) == Some(&' ');
        let next = places.get(i + 1).copied().filter(|_| possessive);
        if next.is_some_and(|next| line.get(at + 1..next).is_some_and(|between| !between.contains(&'‘'))) {
            continue;
        }
        return Some(at);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (text, expected) in [
            ("“So it goes,”", "direct"),
            ("\"So,\" \"it goes\"", "direct"),
            ("''So it goes''", "direct"),
            ("``So it goes''", "direct"),
            ("«So it goes»", "direct"),
            ("that it “goes”", "mixed"),
            ("that it goes", "indirect"),
            ("‘So it goes’", "direct"),
            ("‘The workers’ own words’", "direct"),
            ("the workers' own words", "indirect"),
            ("“Left open", "direct"),
            ("“One “two” three", "mixed"),
            ("it's Jim's, isn't it", "indirect"),
            ("...", "none"),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(kind_of(&text, &[[0, text.len() as u32]], &quoted(&text)), expected, "{text:?}");
        }
    }
}
