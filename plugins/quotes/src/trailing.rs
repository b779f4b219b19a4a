//! "The war will end this year, says Ruiz.", "It would rain, she thought.": a clause without quotation marks, a comma, and
//! who says so at the end, perhaps with an explanation: "says Ruiz, a judge in Lima". Or it is between two commas.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use crate::beside;
use crate::document::{Input, Prepared};
use crate::layout::behind_bullet;
use crate::passes::Draft;
use crate::rules::{DASHES, FINITE, has, hashed, rest, word};
use crate::subjects;
use crate::words::{OUTSIDE, Word};

const COMMA: u64 = hash_bytes(b",");
const SEMICOLON: u64 = hash_bytes(b";");
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const RELATIVES: &[u64] = hashed!(ENGLISH.function.relatives);
/// The most tokens behind the comma.
const LONGEST: usize = 10;
/// The most tokens of an explanation behind the name.
const LONGEST_EXPLANATION: usize = 24;
/// Commas that are looked at, and how far they may be from the beginning.
const MOST_COMMAS: usize = 3;
const FARTHEST: usize = 40;
const SCORE: f32 = 0.8;

/// Finds the clause and who says it. A draft of `own` with that cue gets what it lacks.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let end = rest(prepared, tokens.start, tokens.end).end;
    let dash = (tokens.start..tokens.start + 1).find(|at| DASHES.contains(&word(prepared, *at).lower));
    let start = behind_bullet(input, tokens).max(dash.map_or(0, |dash| dash + 1));
    // "Nobody came; it rained, says Ruiz." may be half hers.
    let semicolon = (start..end).rev().find(|at| word(prepared, *at).lower == SEMICOLON);
    let start = semicolon.map_or(start, |at| at + 1);
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
        if draft.source.iter().any(|source| source.end == end) {
            // Behind the clause stands nothing but who says it.
            known.content.retain(|run| run.start < draft.cue.start);
            known.source.retain(|run| run.start >= draft.cue.start);
        }
        complete(known, &draft.content);
    }
    if known.source.is_empty() {
        known.source = draft.source;
    }
    None
}

/// Adds the clause to what a draft has of it. What a draft has of it goes on to its end, and is most of a whole clause. A
/// content elsewhere is wrong, and so is its source.
fn complete(known: &mut Draft, clause: &[Range<usize>]) {
    let shared = |own: &Range<usize>, run: &Range<usize>| run.end.min(own.end).saturating_sub(run.start.max(own.start));
    let mut missing = Vec::new();
    for own in clause {
        let mut has = known.content.iter_mut().filter(|run| shared(own, run) > 0);
        let Some(run) = has.next() else {
            missing.push(own.clone());
            continue;
        };
        if has.next().is_none() {
            run.end = run.end.max(own.end);
            if clause.len() == 1 && shared(own, run) * 2 < own.len() {
                run.start = own.start;
            }
        }
    }
    if missing.len() == clause.len() {
        known.content.clear();
        known.source.clear();
    }
    known.content.extend(missing);
}

/// Reads "The war will end, says Ruiz": the attribution behind the last comma, or behind an earlier one if the rest
/// explains the name.
fn last(input: &Input<'_>, prepared: &Prepared, from: usize, clause: Range<usize>) -> Option<Draft> {
    let end = clause.end;
    let nearest = (from + 1).max(end.saturating_sub(LONGEST + LONGEST_EXPLANATION));
    let comma = |at: &usize| word(prepared, *at).lower == COMMA && word(prepared, *at).quote == OUTSIDE;
    let mut stop = end;
    for comma in (nearest..end).rev().filter(comma).take(MOST_COMMAS + 1) {
        if stop - comma <= LONGEST + 1
            && let Some((cue, source)) = beside::attribution(input, prepared, &(from..stop), comma + 1)
            && source.end.max(cue.end) == stop
            && comma > clause.start
        {
            let explained = stop < end && source.start >= cue.end && explains(prepared, stop + 1..end);
            let source = if explained { source.start..end } else { source };
            let whole = stop == end || explained;
            return whole.then(|| Draft { rule: false, ..Draft::by_rule(cue, source, clause.start..comma, SCORE) });
        }
        stop = comma;
    }
    None
}

/// Returns true for words behind a name that say who it is: "a judge in Lima", "who runs the harbour", "34, of Lima".
fn explains(prepared: &Prepared, words: Range<usize>) -> bool {
    let first = word(prepared, words.start);
    let plain = prepared.words(words.clone()).iter().all(|w| w.quote == OUTSIDE);
    if words.is_empty() || words.len() > LONGEST_EXPLANATION || !plain {
        return false;
    }
    let reach = words.start..words.end.min(words.start + LONGEST);
    let role = || subjects::PEOPLE.get(first.lower).is_some() || has_person(prepared, reach);
    RELATIVES.contains(&first.lower)
        || !has(prepared, words.clone(), FINITE) && (DETERMINERS.contains(&first.lower) || role())
}

fn has_person(prepared: &Prepared, words: Range<usize>) -> bool {
    prepared.words(words).iter().any(|w| subjects::PEOPLE.get(w.lower).is_some())
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
