//! "According to X, ...", "..., according to X, ..." and "according to what X told Y".

use std::ops::Range;

use copydesk_model::hash::hash_bytes;

use crate::document::Prepared;
use crate::passes::Draft;
use crate::rules::{ACCORDING, FINITE, find_sign, rest, word};
use crate::words::OUTSIDE;

const COMMA: u64 = hash_bytes(b",");
const TO: u64 = hash_bytes(b"to");
const WHAT: u64 = hash_bytes(b"what");
/// A source behind "according to" has at most so many tokens.
const LONGEST: usize = 20;
/// Drafts of the model from this score on count.
const SURE: f32 = 0.5;
const SCORE: f32 = 0.8;

/// Mends the drafts `own` of a sentence with such a cue. Returns one if it is missing.
pub(crate) fn find(prepared: &Prepared, tokens: Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let is_cue = |at: &usize| {
        let word = word(prepared, *at);
        word.lower == ACCORDING && word.quote == OUTSIDE
    };
    let at = tokens.clone().find(is_cue)?;
    if word(prepared, at + 1).lower != TO {
        return None;
    }
    let begin = at + 2;
    let comma = find_sign(prepared, begin..(begin + LONGEST).min(tokens.end), COMMA);
    let end = rest(prepared, begin, tokens.end).end;
    let behind = comma.map_or(end..end, |comma| comma + 1..end);
    let source = begin..comma.unwrap_or(end);
    let before = tokens.start..before_comma(prepared, at, tokens.start);
    // "The vote, according to X, was fair."
    let parted = !before.is_empty() && FINITE.contains(&word(prepared, behind.start).lower) && !behind.is_empty();
    let told = what_is_told(prepared, &source);
    if let Some(known) = own.iter_mut().find(|d| d.cue.contains(&at)) {
        if parted && !known.content.iter().any(|run| run.start < behind.end && behind.start < run.end) {
            known.content.push(behind.clone());
        } else if let Some(teller) = told.clone() {
            known.content.clear();
            known.content.push(if before.is_empty() { behind.clone() } else { before.clone() });
            known.source.clear();
            known.source.push(teller);
        }
        if known.score >= SURE {
            return None;
        }
    }
    let content = if before.is_empty() { behind } else { before };
    let source = told.clone().unwrap_or(source);
    let fits = (at == tokens.start && comma.is_some() || told.is_some()) && !source.is_empty() && content.len() >= 3;
    fits.then(|| Draft::by_rule(at..begin, source, content, SCORE))
}

/// Returns the end of the words before a token, without the comma between them.
fn before_comma(prepared: &Prepared, at: usize, start: usize) -> usize {
    if at > start && word(prepared, at - 1).lower == COMMA { at - 1 } else { at }
}

/// Returns the subject of "what X told Y".
fn what_is_told(prepared: &Prepared, source: &Range<usize>) -> Option<Range<usize>> {
    let verb =
        (source.start + 2..source.end).find(|at| word(prepared, *at).reporting || word(prepared, *at).cue >= 2)?;
    (word(prepared, source.start).lower == WHAT).then_some(source.start + 1..verb)
}
