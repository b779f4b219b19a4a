//! "Ana Ruiz averred that ...": a name, a verb of saying and its clause. News of all continents have verbs that the training
//! corpus lacks, and between a name and a clause there is little doubt.

use std::ops::Range;

use crate::document::{Input, Prepared};
use crate::passes::Draft;
use crate::rules::{FINITE, THAT, has, hashed, rest, word};
use crate::words::{OUTSIDE, Word};
use copydesk_text::lang::ENGLISH;

/// Drafts of the model from this score on count.
const SURE: f32 = 0.5;
const FORMAL: &[u64] = hashed!(ENGLISH.verbs.formal_reports);
const PLAIN: &[u64] = hashed!(ENGLISH.verbs.plain_reports);
/// Words between a name and its verb.
const FILLERS: &[u64] = hashed!(ENGLISH.verbs.before_reports);
/// Tokens before the name: titles and roles.
const LONGEST_TITLE: usize = 8;

/// Finds the report of a sentence. `own` are its drafts: one whose cue is the verb becomes sure.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let start = tokens.start;
    let (span, _) = *input
        .entities
        .get(
            input
                .entities
                .partition_point(|(span, _)| input.tokens.get(start).is_some_and(|first| span.start < first.start))..,
        )?
        .iter()
        .find(|(_, speaks)| *speaks)?;
    let first = input.tokens.partition_point(|token| token.end <= span.start);
    let end = input.tokens.partition_point(|token| token.start < span.end);
    if first > start + LONGEST_TITLE || end >= tokens.end || !is_plain(prepared, start..first) {
        return None;
    }
    let filler = |at: &usize| {
        let word = word(prepared, *at);
        word.quote == OUTSIDE && FILLERS.contains(&word.lower)
    };
    let verb = (end..tokens.end.min(end + 4)).take_while(filler).last().map_or(end, |at| at + 1);
    let told = word(prepared, verb);
    let formal = FORMAL.contains(&told.lower);
    let plain = PLAIN.contains(&told.lower);
    if verb >= tokens.end || told.quote != OUTSIDE || !(formal || plain || told.reporting) {
        return None;
    }
    let that = (verb + 1..tokens.end.min(verb + 6)).find(|at| word(prepared, *at).lower == THAT);
    let between = verb + 1..that.unwrap_or(verb + 1);
    let begin = match that {
        Some(that) if prepared.words(between).iter().all(|w| !w.sign && w.quote == OUTSIDE) => that + 1,
        // "Ana Ruiz said taxes would fall."
        None if plain => verb + 1,
        _ => return None,
    };
    let next = word(prepared, begin);
    let content = rest(prepared, begin, tokens.end);
    if content.len() < 3 || next.sign || next.capital && that.is_none() && !has_clause(prepared, &content) {
        return None;
    }
    if that.is_none() && !has_clause(prepared, &content) {
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

/// Titles and roles before a name: no mark, no verb.
fn is_plain(prepared: &Prepared, range: Range<usize>) -> bool {
    let fits = |w: &Word| !w.sign && w.quote == OUTSIDE;
    prepared.words(range.clone()).iter().all(fits) && !has(prepared, range, FINITE)
}

/// A clause has a verb: this one is among the frequent ones.
fn has_clause(prepared: &Prepared, content: &Range<usize>) -> bool {
    let outside = prepared.words(content.clone()).first().is_some_and(|w| w.quote == OUTSIDE);
    outside && has(prepared, content.start + 1..content.end.min(content.start + 10), CLAUSE_VERBS)
}

/// Finite auxiliaries.
const CLAUSE_VERBS: &[u64] = hashed!(ENGLISH.verbs.auxiliaries);
