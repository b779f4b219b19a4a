//! "Ana Ruiz averred that ...": a name, a verb of saying and its clause. News of all continents have verbs that the training
//! corpus lacks, and between a name and a clause there is little doubt.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use crate::document::{Input, Prepared};
use crate::passes::Draft;
use crate::rules::{FINITE, THAT, has, hashed, rest, word};
use crate::words::{OUTSIDE, Word};

/// Drafts of the model from this score on count.
const SURE: f32 = 0.5;
const FORMAL: &[u64] = hashed!(ENGLISH.verbs.formal_reports);
const PLAIN: &[u64] = hashed!(ENGLISH.verbs.plain_reports);
const TOLD: [u64; 2] = [hash_bytes(b"told"), hash_bytes(b"tells")];
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const CLAUSE_VERBS: &[u64] = hashed!(ENGLISH.verbs.auxiliaries);
/// Words between a name and its verb.
const FILLERS: &[u64] = hashed!(ENGLISH.verbs.before_reports);
/// Names of a sentence that are tried.
const MOST_NAMES: usize = 3;
/// Tokens before the name: titles and roles.
const LONGEST_TITLE: usize = 8;

/// Finds the report of a sentence. `own` are its drafts: one whose cue is the verb becomes sure.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let start = tokens.start;
    let from = input.tokens.get(start)?.start;
    let first = input.entities.partition_point(|(span, _)| span.start < from);
    // `Cabinet` and `Peter Otieno` before one verb: the name right before it counts.
    let names = input.entities.get(first..)?.iter().take(MOST_NAMES).filter(|(_, speaks)| *speaks);
    let (end, verb) = names.filter_map(|(span, _)| subject(input, prepared, &tokens, *span)).next()?;
    let told = word(prepared, verb);
    let plain = PLAIN.contains(&told.lower);
    let that = (verb + 1..tokens.end.min(verb + 6)).find(|at| word(prepared, *at).lower == THAT);
    let between = verb + 1..that.unwrap_or(verb + 1);
    let begin = match that {
        Some(that) if prepared.words(between).iter().all(|w| !w.sign && w.quote == OUTSIDE) => that + 1,
        // "Ana Ruiz said taxes would fall.", "Ana Ruiz told us the road was shut."
        None if TOLD.contains(&told.lower) => behind_hearer(prepared, verb + 1, tokens.end),
        None if plain => verb + 1,
        _ => return None,
    };
    let next = word(prepared, begin);
    let content = rest(prepared, begin, tokens.end);
    if content.len() < 3 || next.sign || that.is_none() && !has_clause(prepared, &content) {
        return None;
    }
    if let Some(known) = own.iter_mut().find(|d| d.cue.contains(&verb) && !d.content.is_empty()) {
        known.score = known.score.max(SURE);
        if known.source.is_empty() {
            known.source.push(start..end);
        }
        return None;
    }
    let taken =
        own.iter().any(|d| d.score >= SURE && d.content.iter().any(|c| c.start < content.end && content.start < c.end));
    (!taken).then(|| Draft { rule: false, ..Draft::by_rule(verb..verb + 1, start..end, content, 0.8) })
}

/// Returns the end of a name and its verb of saying, if nothing but titles stands before the name.
fn subject(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, name: Span) -> Option<(usize, usize)> {
    let first = input.tokens.partition_point(|token| token.end <= name.start);
    let end = input.tokens.partition_point(|token| token.start < name.end);
    if first > tokens.start + LONGEST_TITLE || end >= tokens.end || !is_plain(prepared, tokens.start..first) {
        return None;
    }
    let filler = |at: &usize| {
        let word = word(prepared, *at);
        word.quote == OUTSIDE && FILLERS.contains(&word.lower)
    };
    let verb = (end..tokens.end.min(end + 4)).take_while(filler).last().map_or(end, |at| at + 1);
    let told = word(prepared, verb);
    let reports = FORMAL.contains(&told.lower) || PLAIN.contains(&told.lower) || told.reporting;
    (verb < tokens.end && told.quote == OUTSIDE && reports).then_some((end, verb))
}

/// Returns the beginning of the clause behind "told us" and "told reporters".
fn behind_hearer(prepared: &Prepared, start: usize, end: usize) -> usize {
    let begins = |at: &usize| DETERMINERS.contains(&word(prepared, *at).lower) || word(prepared, *at).capital;
    (start + 1..end.min(start + 4)).find(begins).unwrap_or(start + 1)
}

/// Titles and roles before a name: no mark, no verb.
fn is_plain(prepared: &Prepared, range: Range<usize>) -> bool {
    let fits = |w: &Word| !w.sign && w.quote == OUTSIDE;
    prepared.words(range.clone()).iter().all(fits) && !has(prepared, range, FINITE)
}

/// Returns true if words have a finite auxiliary near their beginning: they are a clause, not an object.
fn has_clause(prepared: &Prepared, content: &Range<usize>) -> bool {
    let outside = prepared.words(content.clone()).first().is_some_and(|w| w.quote == OUTSIDE);
    outside && has(prepared, content.start + 1..content.end.min(content.start + 10), CLAUSE_VERBS)
}
