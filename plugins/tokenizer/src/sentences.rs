//! Sentence boundaries over the tokens of one block.

use crate::chars::{self, char_at, char_before};
use crate::{Sentence, Token};
use copydesk_sdk::Span;

/// Splits `tokens[first..]`, all of one block, into sentences and appends them.
pub(crate) fn split(text: &str, block: u32, tokens: &mut [Token], first: usize, sentences: &mut Vec<Sentence>) {
    let count = tokens.len();
    let mut open = first;
    let mut at = first;
    while at < count {
        let last = boundary_end(text, tokens, open, at);
        if let Some(last) = last {
            close(block, tokens, open, last + 1, sentences);
            open = last + 1;
            at = last + 1;
        } else {
            at += 1;
        }
    }
    close(block, tokens, open, count, sentences);
}

fn close(block: u32, tokens: &mut [Token], first: usize, end: usize, sentences: &mut Vec<Sentence>) {
    let Some(members) = tokens.get_mut(first..end) else { return };
    let (Some(head), Some(tail)) = (members.first(), members.last()) else { return };
    let span = Span::new(head.span.start, tail.span.end);
    let index = sentences.len() as u32;
    sentences.push(Sentence { span, block });
    for token in members {
        token.sentence = index;
    }
}

/// If the token at `at` ends a sentence, the index of that sentence's last token.
fn boundary_end(text: &str, tokens: &[Token], open: usize, at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    let last = char_before(text, token.span.end as usize)?;
    if !matches!(last, '.' | '!' | '?' | '\u{2026}') {
        return None;
    }
    let alone = token.span.len() as usize == last.len_utf8()
        || matches!(char_at(text, token.span.start as usize), Some('.' | '!' | '?' | '\u{2026}'));
    let mut end = at;
    while let Some(next) = tokens.get(end + 1) {
        let adjacent = tokens.get(end).is_some_and(|t| t.span.end == next.span.start);
        let mark = char_at(text, next.span.start as usize).unwrap_or(' ');
        if adjacent && (chars::is_closing_quote(mark) || chars::is_closing_bracket(mark)) {
            end += 1;
        } else {
            break;
        }
    }
    let next = tokens.get(end + 1)?;
    let adjacent = tokens.get(end).is_some_and(|t| t.span.end == next.span.start);
    let start = char_at(text, next.span.start as usize)?;
    if adjacent && !start.is_uppercase() {
        return None;
    }
    if !alone {
        // An abbreviation: only before a word that often begins sentences.
        let word = next.span.get(text).unwrap_or("");
        let ends = end > at
            || matches!(
                word,
                "The"
                    | "He"
                    | "She"
                    | "It"
                    | "They"
                    | "We"
                    | "In"
                    | "But"
                    | "A"
                    | "This"
                    | "That"
                    | "You"
                    | "And"
                    | "If"
                    | "There"
            );
        return (ends && at > open + 1).then_some(end);
    }
    let starts = start.is_uppercase()
        || start.is_numeric()
        || chars::is_opening(start)
        || !(start.is_alphanumeric() || matches!(start, ',' | ';' | ':' | '-' | '\u{2013}' | '\u{2014}' | ')'));
    starts.then_some(end)
}
