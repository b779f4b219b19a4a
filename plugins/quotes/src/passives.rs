//! The passive: "X was told by Y that ..." is what Y says, "it was announced by Y that ..." too, and "X was quoted as saying
//! that ..." is what X says. The models take the nearest noun for the speaker.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_model::words::WordTable;
use copydesk_text::lang::ENGLISH;

use crate::document::Prepared;
use crate::passes::{Draft, around};
use crate::rules::{THAT, hashed, rest, word};
use crate::words::OUTSIDE;

const BE: &[u64] = hashed!(ENGLISH.verbs.be);
const AUXILIARIES: &[u64] = hashed!(ENGLISH.verbs.auxiliaries);
const SAYING: &[u64] = hashed!(ENGLISH.verbs.quoted_saying);
const HEARERS_CLAUSE: &[u64] = hashed!(ENGLISH.function.told_clauses);
const PREPOSITIONS: &[u64] = hashed!(ENGLISH.function.prepositions);
const BY: u64 = hash_bytes(b"by");
const AS: u64 = hash_bytes(b"as");
const COMMA: u64 = hash_bytes(b",");
/// The most tokens of an agent behind "by", and of a subject before "was".
const LONGEST: usize = 12;
/// The most tokens between a participle and its "by".
const FARTHEST_AGENT: usize = 24;
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const JUDGEMENTS: &[u64] = hashed!(ENGLISH.function.judgements);
/// A draft of the model from this score on is mended. Less sure ones are replaced.
const LEAST: f32 = 0.25;
/// The score of what these rules find.
const SCORE: f32 = 0.8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// "was told": the subject hears.
    Told,
    /// "was announced by".
    MadeKnown,
    /// "was quoted as saying".
    Quoted,
    /// "was accused by Y of ...", "was called “...” by Y".
    Judged,
}

static PARTICIPLES: WordTable<Kind, 256> = WordTable::new(
    &[
        (ENGLISH.verbs.told, Kind::Told),
        (ENGLISH.verbs.made_known, Kind::MadeKnown),
        (ENGLISH.verbs.quoted, Kind::Quoted),
        (ENGLISH.verbs.judged, Kind::Judged),
    ],
    Kind::Told,
);

/// Mends the drafts `own` of a sentence that have a passive cue, and returns one for a passive that they miss.
pub(crate) fn find(prepared: &Prepared, tokens: Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let mut missed = None;
    for participle in tokens.start + 1..tokens.end {
        let Some(kind) = PARTICIPLES.get(word(prepared, participle).lower) else { continue };
        if word(prepared, participle).quote != OUTSIDE {
            continue;
        }
        let Some(be) = be_before(prepared, &tokens, participle) else { continue };
        let found = match kind {
            Kind::Told => told(prepared, &tokens, participle),
            Kind::MadeKnown => told(prepared, &tokens, participle).filter(|found| found.source.is_some()),
            Kind::Judged => judged(prepared, &tokens, participle),
            Kind::Quoted => quoted(prepared, &tokens, be, participle),
        };
        let Some(found) = found else { continue };
        let near = around(own, participle, LONGEST);
        let mut near = own.get_mut(near).unwrap_or_default().iter_mut();
        if let Some(known) = near.find(|d| d.cue.start <= participle && be < d.cue.end && d.score >= LEAST) {
            mend(prepared, known, &found, be);
            known.cue = known.cue.start.min(be)..known.cue.end.max(participle + 1);
        } else if let (Some(source), true) = (found.source, found.content.len() >= 3 || kind == Kind::Judged)
            && missed.is_none()
        {
            missed = Some(Draft::by_rule(be..participle + 1, source, found.content, SCORE));
        }
    }
    missed
}

/// Who says what by a passive.
struct Passive {
    source: Option<Range<usize>>,
    content: Range<usize>,
}

/// Returns the auxiliary of a participle.
fn be_before(prepared: &Prepared, tokens: &Range<usize>, participle: usize) -> Option<usize> {
    let from = tokens.start.max(participle.saturating_sub(3));
    let be = |at: &usize| BE.contains(&word(prepared, *at).lower) && word(prepared, *at).quote == OUTSIDE;
    let be = (from..participle).rev().find(be)?;
    prepared.words(be..participle).iter().all(|w| !w.sign && !w.capital).then_some(be)
}

/// Reads "was told (by Y) that ...". Without an agent nobody is named.
fn told(prepared: &Prepared, tokens: &Range<usize>, participle: usize) -> Option<Passive> {
    let by = (participle + 1..participle + 3).find(|at| word(prepared, *at).lower == BY);
    let from = by.map_or(participle + 1, |by| by + 1);
    let begins = |at: &usize| {
        let word = word(prepared, *at);
        word.quote != OUTSIDE || HEARERS_CLAUSE.contains(&word.lower)
    };
    let reach = from..tokens.end.min(from + LONGEST);
    let begin = match by {
        Some(_) => reach.clone().find(begins)?,
        None => reach.start,
    };
    let source = by.map(|by| by + 1..begin).filter(|source| !source.is_empty());
    // "Staff were told at noon": nobody knows what.
    if source.is_none()
        && PREPOSITIONS.contains(&word(prepared, begin).lower)
        && !HEARERS_CLAUSE.contains(&word(prepared, begin).lower)
    {
        return Some(Passive { source: None, content: 0..0 });
    }
    Some(Passive { source, content: rest(prepared, begin, tokens.end) })
}

/// Reads "was accused by Y of ..." and "was called “...” by Y".
fn judged(prepared: &Prepared, tokens: &Range<usize>, participle: usize) -> Option<Passive> {
    let reach = participle + 1..tokens.end.min(participle + FARTHEST_AGENT);
    let by = reach.clone().find(|at| word(prepared, *at).lower == BY && word(prepared, *at).quote == OUTSIDE)?;
    let begins = |at: &usize| {
        let word = word(prepared, *at);
        word.quote != OUTSIDE || word.sign || JUDGEMENTS.contains(&word.lower)
    };
    let end = (by + 2..tokens.end.min(by + LONGEST)).find(begins).unwrap_or(tokens.end.min(by + LONGEST));
    let source = by + 1..end;
    let between = participle + 1..by;
    // "A letter, seen by the Courier, says ...": behind the comma is no judgement of the Courier.
    let stop = word(prepared, end);
    if between.is_empty() && stop.sign && stop.quote == OUTSIDE {
        return None;
    }
    let begin = if JUDGEMENTS.contains(&word(prepared, end).lower) { end + 1 } else { end };
    let content = if between.is_empty() { rest(prepared, begin, tokens.end) } else { between };
    let enough = prepared.words(content.clone()).iter().any(|w| !w.sign);
    // "The guards were called at noon by a neighbour."
    let first = word(prepared, content.start);
    let about = content.start > by || first.quote != OUTSIDE || DETERMINERS.contains(&first.lower);
    (enough && about && !source.is_empty()).then_some(Passive { source: Some(source), content })
}

/// Reads "X was quoted (by Y) as saying ...".
fn quoted(prepared: &Prepared, tokens: &Range<usize>, be: usize, participle: usize) -> Option<Passive> {
    let reach = participle + 1..tokens.end.min(participle + LONGEST);
    let saying = reach.clone().find(|at| {
        SAYING.contains(&word(prepared, *at).lower) && (participle + 1..*at).any(|i| word(prepared, i).lower == AS)
    })?;
    let ends = |at: &usize| {
        let word = word(prepared, *at);
        word.quote != OUTSIDE || word.sign || word.lower == THAT
    };
    let from = tokens.start.max(be.saturating_sub(LONGEST));
    // "X, the mayor, has been quoted": the subject ends before the comma, and the auxiliaries are no part of it.
    let verb = (from..be).rev().find(|at| !AUXILIARIES.contains(&word(prepared, *at).lower)).map_or(from, |at| at + 1);
    let comma = verb.checked_sub(1).is_some_and(|at| at > from && word(prepared, at).lower == COMMA);
    let end = if comma { verb - 1 } else { verb };
    let within = |at: &usize| ends(at) && !(comma && word(prepared, *at).lower == COMMA);
    let start = (from..end).rev().find(within).map_or(from, |at| at + 1);
    let that = (saying + 1..tokens.end.min(saying + LONGEST)).find(|at| word(prepared, *at).lower == THAT);
    let content = rest(prepared, that.unwrap_or(saying + 1), tokens.end);
    (start < end).then_some(Passive { source: Some(start..end), content })
}

/// Gives a draft the source of the passive, and the content behind it if the draft has nothing in quotation marks.
fn mend(prepared: &Prepared, draft: &mut Draft, found: &Passive, be: usize) {
    let before = |run: &Range<usize>| {
        run.end <= be && prepared.words(run.clone()).iter().any(|w| w.lower == COMMA || w.quote != OUTSIDE)
    };
    let behind = !found.content.is_empty();
    if !behind {
        draft.content.retain(|run| run.start < be && before(run));
    }
    if behind {
        draft.content.retain(before);
        draft.content.push(found.content.clone());
    }
    draft.source.clear();
    draft.source.extend(found.source.clone());
    if found.source.is_some() && behind {
        draft.rule = true;
        draft.score = draft.score.max(SCORE);
    }
}
