//! "The war will end this year, says Ruiz.", "It would rain, she thought.": a clause without quotation marks, a comma, and
//! who says so at the end. Or it is between two commas.

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
/// Commas that are looked at, and how far they may be from the beginning.
const MOST_COMMAS: usize = 3;
const FARTHEST: usize = 40;
const SCORE: f32 = 0.8;

/// Finds the clause and who says it. A draft of `own` with that cue gets what it lacks.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let end = rest(prepared, tokens.start, tokens.end).end;
    let dash = (tokens.start..tokens.start + 1).find(|at| DASHES.contains(&word(prepared, *at).lower));
    let start = behind_bullet(input, tokens).max(dash.map_or(0, |dash| dash + 1));
    let plain = |w: &Word| w.quote == OUTSIDE;
    let unquoted = prepared.words(start..end).iter().all(plain);
    let inserted = || inserted(input, prepared, start..end).filter(|_| unquoted);
    let found = last(input, prepared, tokens.start, start..end).or_else(inserted);
    let draft = found.filter(|found| found.content.iter().map(ExactSizeIterator::len).sum::<usize>() >= 2)?;
    let Some(known) = own.iter_mut().find(|d| d.cue.start < draft.cue.end && draft.cue.start < d.cue.end) else {
        let inside = |d: &Draft| d.score >= SCORE && draft.content.iter().any(|run| run.contains(&d.cue.start));
        return (unquoted && !own.iter().any(inside)).then_some(draft);
    };
    if unquoted {
        known.score = known.score.max(SCORE);
        complete(known, &draft.content);
    }
    if known.source.is_empty() {
        known.source = draft.source;
    }
    None
}

/// Adds the clause to what a draft has of it. A content elsewhere is wrong, and so is its source.
fn complete(known: &mut Draft, clause: &[Range<usize>]) {
    let missing: Vec<Range<usize>> = clause
        .iter()
        .filter(|own| !known.content.iter().any(|run| run.start < own.end && own.start < run.end))
        .cloned()
        .collect();
    if missing.len() == clause.len() {
        known.content.clear();
        known.source.clear();
    }
    known.content.extend(missing);
}

/// Reads "The war will end, says Ruiz": the attribution behind the last comma.
fn last(input: &Input<'_>, prepared: &Prepared, from: usize, clause: Range<usize>) -> Option<Draft> {
    let end = clause.end;
    let nearest = (from + 1).max(end.saturating_sub(LONGEST + 1));
    let comma = (nearest..end).rev().find(|at| word(prepared, *at).lower == COMMA)?;
    let (cue, source) = beside::attribution(input, prepared, &(from..end), comma + 1)?;
    let whole = source.end.max(cue.end) == end && comma > clause.start;
    whole.then(|| Draft { rule: false, ..Draft::by_rule(cue, source, clause.start..comma, SCORE) })
}

/// Reads "Her landlady, she reports, is eighty": an attribution between two commas.
fn inserted(input: &Input<'_>, prepared: &Prepared, clause: Range<usize>) -> Option<Draft> {
    let comma = |at: &usize| word(prepared, *at).lower == COMMA;
    let commas = (clause.start + 1..clause.end.min(clause.start + FARTHEST)).filter(comma).take(MOST_COMMAS);
    for first in commas {
        let Some(second) = (first + 2..clause.end.min(first + LONGEST)).find(comma) else { continue };
        let Some((cue, source)) = beside::attribution(input, prepared, &(first..second), first + 1) else { continue };
        if source.end.max(cue.end) == second && second + 1 < clause.end {
            let content = Vec::from([clause.start..first, second + 1..clause.end]);
            return Some(Draft { rule: false, content, ..Draft::by_rule(cue, source, 0..0, SCORE) });
        }
    }
    None
}
