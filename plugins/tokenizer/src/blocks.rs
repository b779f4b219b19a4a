//! Lines of a text to paragraph-like blocks.

use crate::chars::char_at;
use crate::kinds;
use crate::{Block, BlockKind};
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::seen::is_hidden;

/// Text broken by hand or by a mail program has lines of at most this many bytes.
const WIDEST_WRAP: u32 = 120;
/// Narrower columns are lists, verse or addresses.
const NARROWEST_WRAP: u32 = 40;

/// One line of the text without its break and outer white space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    span: Span,
    /// A blank line stands before it.
    after_blank: bool,
}

/// Appends the blocks of `text`; `lines` is scratch.
pub(crate) fn find(text: &str, lines: &mut Vec<Line>, blocks: &mut Vec<Block>) {
    lines.clear();
    read_lines(text, lines);
    let width = wrap_width(text, lines);
    let mut first = 0;
    while first < lines.len() {
        let mut end = first + 1;
        while lines.get(end).is_some_and(|l| !l.after_blank) {
            end += 1;
        }
        join_lines(text, lines.get(first..end).unwrap_or(&[]), width, blocks);
        first = end;
    }
    kinds::assign(text, blocks);
}

fn read_lines(text: &str, lines: &mut Vec<Line>) {
    let bytes = text.as_bytes();
    let mut blank = false;
    let mut start = 0;
    while start < bytes.len() {
        let (at, width) = line_break(bytes, start);
        let line = text.get(start..at).unwrap_or("");
        let unseen = |c: char| c.is_whitespace() || is_hidden(c);
        let tail = line.trim_start_matches(unseen);
        let from = at - tail.len();
        let body = tail.trim_end_matches(unseen);
        if body.is_empty() {
            blank = true;
        } else {
            lines.push(Line { span: Span::new(from as u32, (from + body.len()) as u32), after_blank: blank });
            blank = false;
        }
        start = at + width;
    }
}

/// The next line break at or behind `from` and its width in bytes.
fn line_break(bytes: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | 0x0b | 0x0c => return (at, 1),
            b'\r' => return (at, if bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 }),
            // U+2028 and U+2029
            0xe2 if bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xa8 | 0xa9)) => {
                return (at, 3);
            }
            // U+0085
            0xc2 if bytes.get(at + 1) == Some(&0x85) => return (at, 2),
            _ => at += 1,
        }
    }
    (at, 0)
}

/// Returns the column at which the text was broken into lines, if it was.
///
/// A greedy breaker ends a line only if the next word would not fit. Most breaks of a wrapped text show this, and few
/// of a list.
fn wrap_width(text: &str, lines: &[Line]) -> Option<u32> {
    let mut inner = 0u32;
    let mut widest = 0;
    for pair in lines.windows(2) {
        if let [a, b] = pair
            && !b.after_blank
            && a.span.len() <= WIDEST_WRAP
        {
            inner += 1;
            widest = widest.max(a.span.len());
        }
    }
    if inner < 2 || widest < NARROWEST_WRAP {
        return None;
    }
    let (mut full, mut breaks) = (0u32, 0u32);
    for pair in lines.windows(2) {
        if let [a, b] = pair
            && !b.after_blank
        {
            breaks += 1;
            full += u32::from(is_full(text, *a, *b, widest));
        }
    }
    (full * 10 >= breaks * 7).then_some(widest)
}

/// Returns true if the first word of `next` would not have fitted behind `line`, give or take a ragged edge.
fn is_full(text: &str, line: Line, next: Line, width: u32) -> bool {
    line.span.len() <= width && line.span.len() + 1 + first_word(text, next.span) + width / 10 > width
}

/// Lines without a blank one between them: paragraphs of a line each, or one paragraph with hard breaks.
fn join_lines(text: &str, group: &[Line], width: Option<u32>, blocks: &mut Vec<Block>) {
    let Some((first, rest)) = group.split_first() else { return };
    let mut open = first.span;
    let mut previous = *first;
    for line in rest {
        let item = kinds::is_list_item(text, line.span);
        let wrapped = width.is_some_and(|w| is_full(text, previous, *line, w));
        if !item && (wrapped || continues(text, previous.span, line.span)) {
            open = open.cover(line.span);
        } else {
            blocks.push(Block { span: open, kind: BlockKind::Paragraph });
            open = line.span;
        }
        previous = *line;
    }
    blocks.push(Block { span: open, kind: BlockKind::Paragraph });
}

/// A line that begins in lower case goes on with the one before unless that was finished. So does any line behind one that
/// ends in the middle of a phrase: "said the".
fn continues(text: &str, before: Span, line: Span) -> bool {
    let last = before.get(text).and_then(|before| before.rsplit(char::is_whitespace).next()).unwrap_or("");
    if ENGLISH.function.unfinished.contains(&last) {
        return true;
    }
    let finished = before.get(text).is_some_and(|b| b.ends_with(['.', '!', '?', ':', ';', '"', '\u{201d}']));
    !finished && char_at(text, line.start as usize).is_some_and(char::is_lowercase)
}

fn first_word(text: &str, span: Span) -> u32 {
    let word = span.get(text).unwrap_or("").split(char::is_whitespace).next().unwrap_or("");
    word.len().min(64) as u32
}
