//! "The war will end this year, says Ruiz.", "It would rain, she thought.": a clause without quotation marks, a comma, and
//! who says so at the end.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;

use crate::beside;
use crate::document::{Input, Prepared};
use crate::layout::behind_bullet;
use crate::passes::Draft;
use crate::rules::{DASHES, rest, word};
use crate::words::{OUTSIDE, Word};

const COMMA: u64 = hash_bytes(b",");
/// The most tokens behind the comma.
const LONGEST: usize = 10;
const SCORE: f32 = 0.8;

/// Finds the clause and who says it. A draft of `own` with that cue gets what it lacks.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let end = rest(prepared, tokens.start, tokens.end).end;
    let from = (tokens.start + 1).max(end.saturating_sub(LONGEST + 1));
    let comma = (from..end).rev().find(|at| word(prepared, *at).lower == COMMA)?;
    let dash = |at: &usize| DASHES.contains(&word(prepared, *at).lower);
    let start = behind_bullet(input, tokens).max((tokens.start..tokens.start + 1).find(dash).map_or(0, |dash| dash + 1));
    let content = start..comma;
    let plain = |w: &Word| w.quote == OUTSIDE;
    if content.len() < 2 || !prepared.words(content.start..end).iter().all(plain) {
        return None;
    }
    let (cue, source) = beside::attribution(input, prepared, &(tokens.start..end), comma + 1)?;
    if source.end.max(cue.end) < end {
        return None;
    }
    let Some(known) = own.iter_mut().find(|d| d.cue.start < cue.end && cue.start < d.cue.end) else {
        let inside = |d: &Draft| d.score >= SCORE && content.contains(&d.cue.start);
        return (!own.iter().any(inside)).then(|| Draft { rule: false, ..Draft::by_rule(cue, source, content, SCORE) });
    };
    known.score = known.score.max(SCORE);
    if !known.content.iter().any(|run| run.start < content.end && content.start < run.end) {
        known.content.clear();
        known.content.push(content);
        known.source.clear();
    }
    if known.source.is_empty() {
        known.source.push(source);
    }
    None
}
