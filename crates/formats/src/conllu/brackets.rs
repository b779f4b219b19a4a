//! Spans of words as brackets in the column MISC, by the rules of CorefUD: `(e1-person-1` opens a span, `e1)` closes it,
//! and `(e1-person-1)` is a span of one word.

use std::cmp::Reverse;
use std::fmt::Write;

/// A span of words. Words are counted from the beginning of the document.
#[derive(Debug)]
pub(super) struct Bracket {
    /// The first word.
    pub first: u32,
    /// The last word.
    pub last: u32,
    /// What stands after the opening bracket, the id first.
    pub opening: String,
    /// The length of the id within `opening`: what stands before the closing bracket.
    pub id: usize,
}

impl Bracket {
    fn is_word(&self) -> bool {
        self.first == self.last
    }

    fn id(&self) -> &str {
        self.opening.get(..self.id).unwrap_or_default()
    }
}

/// All spans of one key of MISC, given out word by word.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// By first word; of those the longer ones first.
    by_start: Vec<Bracket>,
    /// Spans of more than one word, by last word; of those the shorter ones first.
    by_end: Vec<u32>,
    opened: usize,
    closed: usize,
}

impl Brackets {
    /// Orders the spans. Spans of the same words keep their order.
    pub(super) fn new(mut spans: Vec<Bracket>) -> Self {
        spans.sort_by_key(|span| (span.first, Reverse(span.last)));
        let longer = spans.iter().enumerate().filter(|(_, span)| !span.is_word());
        let mut by_end: Vec<(u32, Reverse<u32>, Reverse<usize>)> =
            longer.map(|(row, span)| (span.last, Reverse(span.first), Reverse(row))).collect();
        by_end.sort_unstable();
        let by_end = by_end.into_iter().map(|(.., Reverse(row))| row as u32).collect();
        Brackets { by_start: spans, by_end, opened: 0, closed: 0 }
    }

    /// Appends `key=` and the brackets at a word, if there are any. Words must ascend from call to call.
    ///
    /// Closing brackets come before opening ones: otherwise they could not be told apart. Spans of one word come after
    /// the opening brackets, or before the closing ones if nothing opens.
    pub(super) fn write(&mut self, key: &str, word: u32, out: &mut String) -> bool {
        let starts = self.by_start.get(self.opened..).unwrap_or_default();
        let starts = starts.get(..starts.partition_point(|span| span.first <= word)).unwrap_or_default();
        let ends = self.by_end.get(self.closed..).unwrap_or_default();
        let span = |row: &u32| self.by_start.get(*row as usize);
        let ends = ends
            .get(..ends.iter().take_while(|row| span(row).is_some_and(|span| span.last <= word)).count())
            .unwrap_or_default();
        if starts.is_empty() && ends.is_empty() {
            return false;
        }
        let (opening, words) = starts.split_at(starts.partition_point(|span| !span.is_word()));
        // Writing into a string cannot fail.
        let _ = write!(out, "{key}=");
        let close = |out: &mut String| {
            ends.iter().filter_map(span).for_each(|span| {
                let _ = write!(out, "{})", span.id());
            });
        };
        let single = |out: &mut String| {
            words.iter().for_each(|span| {
                let _ = write!(out, "({})", span.opening);
            });
        };
        if opening.is_empty() {
            single(out);
            close(out);
        } else {
            close(out);
            opening.iter().for_each(|span| {
                let _ = write!(out, "({}", span.opening);
            });
            single(out);
        }
        let (starts, ends) = (starts.len(), ends.len());
        self.opened += starts;
        self.closed += ends;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans of words `(first, last)`, and MISC of each word.
    type Case = (&'static [(&'static str, u32, u32)], &'static [&'static str]);

    #[test]
    fn orders() {
        let cases: [Case; 6] = [
            (&[("a", 0, 0)], &["E=(a-x)", "_"]),
            (&[("b", 0, 1), ("a", 0, 2)], &["E=(a-x(b-x", "E=b)", "E=a)"]),
            (&[("a", 0, 1), ("b", 1, 2)], &["E=(a-x", "E=a)(b-x", "E=b)"]),
            (&[("a", 0, 1), ("b", 1, 1)], &["E=(a-x", "E=(b-x)a)"]),
            (&[("a", 0, 1), ("b", 1, 2), ("c", 1, 1)], &["E=(a-x", "E=a)(b-x(c-x)", "E=b)"]),
            (&[("a", 0, 2), ("b", 1, 2)], &["E=(a-x", "E=(b-x", "E=b)a)"]),
        ];
        for (spans, expected) in cases {
            let bracket = |(id, first, last): &(&str, u32, u32)| Bracket {
                first: *first,
                last: *last,
                opening: format!("{id}-x"),
                id: id.len(),
            };
            let mut brackets = Brackets::new(spans.iter().map(bracket).collect());
            let written: Vec<String> = (0..expected.len() as u32)
                .map(|word| {
                    let mut out = String::new();
                    if !brackets.write("E", word, &mut out) {
                        out.push('_');
                    }
                    out
                })
                .collect();
            assert_eq!(written, expected, "{spans:?}");
        }
    }
}
