//! Lines and columns of a text, and the part of a line that is shown under a message.

use std::borrow::Cow;
use std::ops::Range;

/// A line and a column, both from 1; the column counts code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub line: usize,
    pub column: usize,
}

/// A line as it is shown, and the places of the carets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub text: String,
    pub indent: String,
    pub carets: usize,
}

/// Code points that are shown before the culprit of a long line, and after its start.
const BEFORE: usize = 80;
const AFTER: usize = 120;

/// The beginnings of the lines of a text.
pub(crate) struct LineIndex<'a> {
    text: &'a str,
    starts: Cow<'a, [usize]>,
}

impl<'a> LineIndex<'a> {
    #[cfg(test)]
    pub fn new(text: &'a str) -> Self {
        LineIndex { text, starts: Cow::Owned(LineIndex::starts(text)) }
    }

    /// With the beginnings of lines that [`LineIndex::starts`] gave for the text.
    pub fn with(text: &'a str, starts: &'a [usize]) -> Self {
        LineIndex { text, starts: Cow::Borrowed(starts) }
    }

    /// Finds the beginnings of the lines of a text.
    pub fn starts(text: &str) -> Vec<usize> {
        // A byte order mark is no column.
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        std::iter::once(first).chain(newlines.map(|(at, _)| at + 1)).collect()
    }

    /// The nearest character boundary at or before `offset`.
    fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }

    /// The line of `offset`, from 1.
    pub fn number(&self, offset: usize) -> usize {
        self.line(offset).0
    }

    fn line(&self, offset: usize) -> (usize, usize) {
        let number = self.starts.partition_point(|start| *start <= offset).max(1);
        (number, self.starts.get(number - 1).copied().unwrap_or(0))
    }

    pub fn position(&self, offset: usize) -> Position {
        let offset = self.boundary(offset);
        let (line, start) = self.line(offset);
        let before = self.text.get(start..offset).unwrap_or("");
        Position { line, column: before.chars().count() + 1 }
    }

    /// Returns the line that contains the start of `span`, without its end and with at least one caret.
    pub fn excerpt(&self, span: Range<usize>) -> Excerpt {
        let offset = self.boundary(span.start);
        let (_, start) = self.line(offset);
        let before = self.text.get(start..offset).unwrap_or("");
        let rest = self.text.get(offset..).unwrap_or("").lines().next().unwrap_or("");
        let culprit = rest.get(..self.boundary(span.end).saturating_sub(offset)).unwrap_or(rest);

        let head_from = before.char_indices().rev().nth(BEFORE).map(|(at, c)| at + c.len_utf8());
        let head = before.get(head_from.unwrap_or(0)..).unwrap_or("");
        let tail_to = rest.char_indices().nth(AFTER).map(|(at, _)| at);
        let tail = rest.get(..tail_to.unwrap_or(rest.len())).unwrap_or("");

        let mut text = String::new();
        let mut indent = String::new();
        if head_from.is_some() {
            text.push('…');
            indent.push(' ');
        }
        text.extend(head.chars().map(shown));
        // A tab stays a tab, so that the caret stands right whatever a tab's width is.
        indent.extend(head.chars().map(|c| if c == '\t' { '\t' } else { ' ' }));
        text.extend(tail.chars().map(shown));
        if tail_to.is_some() {
            text.push('…');
        }
        Excerpt { text: text.trim_end().to_owned(), indent, carets: culprit.chars().take(AFTER).count().max(1) }
    }
}

/// Characters that would move a terminal's cursor or turn its text around are shown as a picture of
/// themselves.
fn shown(c: char) -> char {
    match c {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let Position { line, column } = LineIndex::new(text).position(offset);
        (line, column)
    }

    #[test]
    fn lines_and_columns_count_code_points() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("ab\r\ncd\r\n", 5), (2, 2));
        assert_eq!(at("é€😀x", 9), (1, 4));
        assert_eq!(at("\ta", 1), (1, 2));
        assert_eq!(at("a\n", 2), (2, 1));
        assert_eq!(at("\u{feff}a", 3), (1, 1));
        assert_eq!(at("é", 1), (1, 1), "within a character");
        assert_eq!(at("ab", 99), (1, 3), "past the end");
    }

    #[test]
    fn carets_stand_under_the_culprit() {
        let excerpt = |text: &str, span| LineIndex::new(text).excerpt(span);
        let seen = excerpt("\tplugin = \"é\"\r\nnext", 10..14);
        assert_eq!((seen.text.as_str(), seen.indent.as_str(), seen.carets), ("\tplugin = \"é\"", "\t         ", 3));
        let seen = excerpt("a = [1,\n2]", 4..10);
        assert_eq!((seen.text.as_str(), seen.carets), ("a = [1,", 3), "a culprit of two lines ends with the first");
        let seen = excerpt("a = ", 4..4);
        assert_eq!((seen.text.as_str(), seen.indent.len(), seen.carets), ("a =", 4, 1));
        let seen = excerpt("a\u{1b}[31m", 0..1);
        assert_eq!(seen.text, "a␛[31m");
    }

    #[test]
    fn a_long_line_is_cut() {
        let text = "x".repeat(100_000);
        let seen = LineIndex::new(&text).excerpt(50_000..60_000);
        assert_eq!(seen.text.chars().count(), 1 + BEFORE + AFTER + 1);
        assert_eq!((seen.indent.chars().count(), seen.carets), (1 + BEFORE, AFTER));
    }
}
