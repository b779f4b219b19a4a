//! "“Nine,” she corrected.", "“Not today,” snapped the clerk.": a quotation with a verb and its subject right behind it. The
//! models miss short ones, and verbs that they do not know.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use crate::document::{Input, Prepared};
use crate::passes::{Draft, around};
use crate::rules::{DASHES, FINITE, SUBJECTS, has, hashed, is_name, word};
use crate::subjects::{self, FILLERS};
use crate::words::{CLOSING, OUTSIDE, Word, lone_mark};

const COMMA: u64 = hash_bytes(b",");
const HAVE: [u64; 2] = [hash_bytes(b"has"), hash_bytes(b"had")];
const ENDING: &[u64] = hashed!(ENGLISH.verbs.closing);
/// The most words of a role before a name: "union leader Ana Ruiz".
const LONGEST_ROLE: usize = 3;
/// A mark outside a quotation: "the growers' league".
const APOSTROPHE: u64 = lone_mark();
const SOMEBODY: &[u64] = hashed!(ENGLISH.function.somebody);
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
/// Words that end a subject behind its verb.
const ENDERS: &[u64] = hashed!(ENGLISH.function.enders);
/// A subject has at most so many tokens.
const LONGEST: usize = 8;
/// A draft with a cue further away, in tokens, does not have the quotation.
const NEAR: usize = 128;
const SCORE: f32 = 0.8;

/// Adds a draft for each quotation of a sentence with a verb and a subject right behind it, if no draft `own` of at least
/// the score `threshold` has a cue there.
pub(crate) fn find(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    sentence: usize,
    own: &Range<usize>,
    threshold: f32,
    drafts: &mut Vec<Draft>,
) {
    for mark in tokens.start.saturating_sub(1)..tokens.end {
        let closing = word(prepared, mark);
        if closing.quote != CLOSING || word(prepared, mark + 1).quote != OUTSIDE {
            continue;
        }
        let Some(content) = prepared.quotation_tokens.get(closing.quotation as usize).cloned() else { continue };
        let Some(last) = mark.checked_sub(1).map(|at| word(prepared, at)) else { continue };
        let clue = if last.lower == COMMA { Clue::Comma } else { Clue::Mark };
        // "“Nine”, she corrected.", "“Nine”, — corrected the nun."
        let outside =
            |at: &usize| !last.sign && [COMMA].iter().chain(&DASHES).any(|own| word(prepared, *at).lower == *own);
        let at = (mark + 1..mark + 3).take_while(outside).last().map_or(mark + 1, |at| at + 1);
        if !last.sign && at == mark + 1 {
            continue;
        }
        let verb_first = behind_verb(input, prepared, tokens, at, clue);
        // The verb goes on with the sentence of the quotation.
        let goes_on = verb_first.is_some() && (clue == Clue::Comma || at > mark + 1);
        let Some((cue, source)) = verb_first.or_else(|| behind_subject(input, prepared, tokens, at, clue)) else {
            continue;
        };
        if content.end != mark + 1 || content.len() < 3 {
            continue;
        }
        let near = |d: &Draft| d.content.iter().any(|c| c.start < content.end && content.start < c.end);
        let known = |d: &&mut Draft| d.cue.start < cue.end && cue.start < d.cue.end;
        let list = drafts.get_mut(own.clone()).unwrap_or_default();
        let around = around(list, mark, NEAR);
        let list = list.get_mut(around).unwrap_or_default();
        if let Some(sure) = list.iter_mut().find(|d| d.score >= threshold && near(d)) {
            if sure.source.is_empty() && known(&sure) {
                sure.source.push(source);
                sure.content.clear();
                sure.content.push(content);
            }
            continue;
        }
        match list.iter_mut().find(known) {
            Some(known) if near(known) => known.score = known.score.max(SCORE),
            // The quotation is what the verb reports, not the words behind it.
            Some(known) if goes_on && known.content.iter().all(|run| run.start >= cue.end) => {
                known.score = known.score.max(SCORE);
                known.source = Vec::from([source]);
                known.content = Vec::from([content]);
            }
            _ => drafts.push(Draft { sentence, rule: false, ..Draft::by_rule(cue, source, content, SCORE) }),
        }
    }
}

/// Reads who says the words before the token `at`: "said the clerk", "she said". The verb must be one of the lexicon.
pub(crate) fn attribution(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    at: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let names = || {
        let name = at + 1..tokens.end;
        let fits =
            reports(input, at, word(prepared, at), Clue::Clause) && !name.is_empty() && is_name(prepared, name.clone());
        fits.then_some((at..at + 1, name))
    };
    names()
        .or_else(|| behind_verb(input, prepared, tokens, at, Clue::Clause))
        .or_else(|| behind_subject(input, prepared, tokens, at, Clue::Clause))
}

/// What stands before the words that may attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clue {
    /// A comma and a closing mark: each finite form reports.
    Comma,
    /// Another closing mark.
    Mark,
    /// A clause without marks, and a comma: "it was late, she thought".
    Clause,
}

/// Returns true for a form that reports.
fn reports(input: &Input<'_>, at: usize, verb: Word, clue: Clue) -> bool {
    let form = input.tokens.get(at).and_then(|token| token.get(input.text)).unwrap_or_default();
    let finite = form.len() > 3 && (form.ends_with("ed") || form.ends_with('s') && !form.ends_with("ss"));
    let known = verb.reporting || clue == Clue::Clause && ENDING.contains(&verb.lower);
    !verb.sign && !verb.capital && verb.quote == OUTSIDE && (known || clue == Clue::Comma && finite)
}

/// Returns the end of a name that begins at a token, perhaps behind words for a role: "architect Ana Ruiz".
fn name_at(prepared: &Prepared, tokens: &Range<usize>, at: usize) -> Option<usize> {
    let ends = |i: &usize| {
        let word = word(prepared, *i);
        word.sign || word.quote != OUTSIDE || ENDERS.contains(&word.lower)
    };
    let reach = tokens.end.min(at + LONGEST);
    let end = (at..reach).find(ends).unwrap_or(reach);
    let lower = |i: &usize| !word(prepared, *i).capital;
    let begin = (at..end.min(at + LONGEST_ROLE)).take_while(lower).last().map_or(at, |i| i + 1);
    let role = begin == at || subjects::PEOPLE.get(word(prepared, begin - 1).lower).is_some();
    (role && begin < end && word(prepared, begin).capital && is_name(prepared, begin..end)).then_some(end)
}

/// Reads "snapped the clerk" and "said she" from the token `at` on: cue and source.
fn behind_verb(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    at: usize,
    clue: Clue,
) -> Option<(Range<usize>, Range<usize>)> {
    // "has declared the secretary".
    let verb = at + usize::from(HAVE.contains(&word(prepared, at).lower));
    if !reports(input, verb, word(prepared, verb), clue) {
        return None;
    }
    let (cue, at) = (at..verb + 1, verb);
    let first = word(prepared, at + 1);
    if SUBJECTS.contains(&first.lower) && (at + 2 >= tokens.end || word(prepared, at + 2).sign) {
        return Some((cue, at + 1..at + 2));
    }
    if let Some(end) = name_at(prepared, tokens, at + 1) {
        return Some((cue, at + 1..end));
    }
    if !DETERMINERS.contains(&first.lower) {
        return None;
    }
    let ends = |i: &usize| {
        let word = word(prepared, *i);
        word.sign && word.lower != APOSTROPHE || word.quote != OUTSIDE || ENDERS.contains(&word.lower)
    };
    let reach = tokens.end.min(at + 1 + LONGEST);
    let source = at + 1..(at + 2..reach).find(ends).unwrap_or(reach);
    let phrase = !has(prepared, source.clone(), FINITE) && subjects::speaks(input, prepared, source.clone());
    phrase.then_some((cue, source))
}

/// Reads "she corrected" and "the nun asks" from the token `at` on.
fn behind_subject(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    at: usize,
    clue: Clue,
) -> Option<(Range<usize>, Range<usize>)> {
    let verb = |from: usize| {
        let filler = |i: &usize| FILLERS.contains(&word(prepared, *i).lower);
        let verb = (from..from + 3).take_while(filler).last().map_or(from, |i| i + 1);
        (verb < tokens.end && reports(input, verb, word(prepared, verb), clue)).then_some(verb)
    };
    let first = word(prepared, at);
    if SUBJECTS.contains(&first.lower) || SOMEBODY.contains(&first.lower) {
        return verb(at + 1).map(|verb| (verb..verb + 1, at..at + 1));
    }
    for end in at + 1..tokens.end.min(at + LONGEST) {
        if word(prepared, end - 1).sign || word(prepared, end).quote != OUTSIDE {
            return None;
        }
        if let Some(verb) = verb(end)
            && subjects::speaks(input, prepared, at..end)
        {
            return Some((verb..verb + 1, at..end));
        }
    }
    None
}
