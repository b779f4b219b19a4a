//! Spans as elements within a paragraph. XML has no crossing elements: a span that would cross is written in pieces,
//! each of which names the next and the one before.

use std::cmp::Reverse;

use copydesk_core::Span;

/// A span to be an element.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub span: Span,
    /// The number of the element that the span is a part of: an interrupted quote has several spans.
    pub element: usize,
    /// Of marks with the same span, the one with the lower rank is outside.
    pub rank: u8,
}

/// A step through a text with its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Text from one byte to another.
    Text(Span),
    /// A piece of an element opens.
    Open(usize),
    /// The last piece that opened closes.
    Close(usize),
}

/// Elements that are open at once, at most. Spans within still more are left out: otherwise crossing spans could make
/// the output grow with the square of the text.
pub(super) const DEPTH: usize = 16;

/// Orders marks as [`steps`] needs them.
pub(super) fn sort(marks: &mut [Mark]) {
    marks.sort_by_key(|mark| (mark.span.start, Reverse(mark.span.end), mark.rank, mark.element));
}

/// Cuts `block` into text and pieces of elements. `marks` are sorted, none begins after the block, and those that end
/// before it are passed over.
pub(super) fn steps(block: Span, marks: &[Mark], out: &mut Vec<Step>) {
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut at = block.start;
    for mark in marks {
        let start = mark.span.start.max(block.start);
        let end = mark.span.end.min(block.end);
        if start >= end {
            continue;
        }
        close_until(start, &mut at, &mut open, out);
        if open.len() >= DEPTH {
            continue;
        }
        text(start, &mut at, out);
        out.push(Step::Open(mark.element));
        open.push((end, mark.element));
    }
    close_until(block.end, &mut at, &mut open, out);
    text(block.end, &mut at, out);
}

fn text(until: u32, at: &mut u32, out: &mut Vec<Step>) {
    if *at < until {
        out.push(Step::Text(Span::new(*at, until)));
        *at = until;
    }
}

/// Closes the elements that end at byte `until` or before. Those that were opened later and end later are closed too,
/// and opened again.
fn close_until(until: u32, at: &mut u32, open: &mut Vec<(u32, usize)>, out: &mut Vec<Step>) {
    while let Some(end) = open.iter().map(|(end, _)| *end).min().filter(|end| *end <= until) {
        text(end, at, out);
        let Some(first) = open.iter().position(|(own, _)| *own == end) else { break };
        let above = open.split_off(first);
        out.extend(above.iter().rev().map(|(_, element)| Step::Close(*element)));
        for (own, element) in above.into_iter().filter(|(own, _)| *own != end) {
            out.push(Step::Open(element));
            open.push((own, element));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        let cases: [(&[[u32; 2]], &str); 7] = [
            (&[], "abcdef"),
            (&[[1, 3]], "a<0>bc</0>def"),
            (&[[0, 6], [2, 4]], "<0>ab<1>cd</1>ef</0>"),
            (&[[0, 3], [2, 5]], "<0>ab<1>c</1></0><1>de</1>f"),
            (&[[0, 3], [1, 5], [2, 6]], "<0>a<1>b<2>c</2></1></0><1><2>de</2></1><2>f</2>"),
            (&[[1, 3], [1, 3]], "a<0><1>bc</1></0>def"),
            (&[[4, 9], [6, 7]], "abcd<0>ef</0>"),
        ];
        for (spans, expected) in cases {
            let mut marks: Vec<Mark> = spans
                .iter()
                .enumerate()
                .map(|(element, [start, end])| Mark { span: Span::new(*start, *end), element, rank: 0 })
                .collect();
            sort(&mut marks);
            let mut out = Vec::new();
            steps(Span::new(0, 6), &marks, &mut out);
            let written: String = out
                .iter()
                .map(|step| match step {
                    Step::Text(span) => span.get("abcdef").unwrap().to_owned(),
                    Step::Open(element) => format!("<{element}>"),
                    Step::Close(element) => format!("</{element}>"),
                })
                .collect();
            assert_eq!(written, expected, "{spans:?}");
        }
    }

    #[test]
    fn crossing_spans_stay_linear() {
        let count = 2000;
        let mut marks: Vec<Mark> =
            (0..count).map(|at| Mark { span: Span::new(at, at + count), element: at as usize, rank: 0 }).collect();
        sort(&mut marks);
        let mut out = Vec::new();
        steps(Span::new(0, 2 * count), &marks, &mut out);
        assert!(out.len() < 3 * DEPTH * count as usize, "{}", out.len());
    }
}
