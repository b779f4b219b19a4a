//! Paragraph-like blocks of an article and what each is for.

use crate::chars::char_at;
use crate::{Block, BlockKind};
use copydesk_sdk::Span;

/// One line of the text without its break and outer white space.
#[derive(Clone, Copy, Debug)]
struct Line {
    span: Span,
    /// A blank line stands before it.
    after_blank: bool,
}

/// Appends the blocks of `text`.
pub(crate) fn find(text: &str, blocks: &mut Vec<Block>) {
    let mut lines = Vec::new();
    read_lines(text, &mut lines);
    let mut first = 0;
    while first < lines.len() {
        let mut end = first + 1;
        while lines.get(end).is_some_and(|l| !l.after_blank) {
            end += 1;
        }
        if let Some(group) = lines.get(first..end) {
            join_lines(text, group, blocks);
        }
        first = end;
    }
}

fn read_lines(text: &str, lines: &mut Vec<Line>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut blank = false;
    let mut at = 0;
    while start <= bytes.len() {
        while at < bytes.len() && !matches!(bytes.get(at), Some(b'\n' | b'\r' | 0x0b | 0x0c)) {
            at += 1;
        }
        let line = text.get(start..at).unwrap_or("");
        let body = line.trim();
        if body.is_empty() {
            blank = true;
        } else {
            let from = start + (line.len() - line.trim_start().len());
            lines.push(Line { span: Span::new(from as u32, (from + body.len()) as u32), after_blank: blank });
            blank = false;
        }
        if bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n') {
            at += 1;
        }
        at += 1;
        start = at;
    }
}

/// Lines without a blank one between them: paragraphs of a line each, or one paragraph with hard breaks.
fn join_lines(text: &str, group: &[Line], blocks: &mut Vec<Block>) {
    let widest = group.iter().map(|l| l.span.len()).max().unwrap_or(0);
    let wrapped = group.len() > 1 && widest <= 120 && {
        let full = group
            .windows(2)
            .filter(|pair| matches!(pair, [a, b] if a.span.len() + 1 + first_word(text, b.span) >= widest))
            .count();
        full * 5 >= (group.len() - 1) * 4
    };
    let mut open: Option<Span> = None;
    for line in group {
        open = match open {
            Some(span) if wrapped => Some(span.cover(line.span)),
            Some(span) => {
                blocks.push(Block { span, kind: BlockKind::Paragraph });
                Some(line.span)
            }
            None => Some(line.span),
        };
    }
    if let Some(span) = open {
        blocks.push(Block { span, kind: BlockKind::Paragraph });
    }
}

fn first_word(text: &str, span: Span) -> u32 {
    let mut at = span.start as usize;
    while at < span.end as usize {
        match char_at(text, at) {
            Some(c) if !c.is_whitespace() => at += c.len_utf8(),
            _ => break,
        }
    }
    at as u32 - span.start
}
