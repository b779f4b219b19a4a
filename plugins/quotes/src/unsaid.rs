//! Words in quotation marks that nobody says: names ("is called “...”"), mottos, terms of a law, "so-called" things. And
//! words on a sign: the sign has them, not the one who holds it. And what nobody says at all: "asked not to be named", "but
//! his aide denied it".

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use crate::document::Prepared;
use crate::passes::Draft;
use crate::rules::{IS, THAT, has, hashed, is_name, word};
use crate::subjects;
use crate::words::{CLOSING, OPENING, OUTSIDE, Word};

const BE: &[u64] = hashed!(ENGLISH.verbs.be);
const NAMINGS: &[u64] = hashed!(ENGLISH.verbs.namings);
const LABELLED: &[u64] = hashed!(ENGLISH.verbs.labelled);
const DEEDS: &[u64] = hashed!(ENGLISH.verbs.deeds);
const CLAUSE_VERBS: &[u64] = hashed!(ENGLISH.verbs.auxiliaries);
const INFINITIVE: u64 = hash_bytes(b"to");
const UNNAMED: &[u64] = hashed!(ENGLISH.verbs.unnamed);
const SETTLED: &[u64] = hashed!(ENGLISH.verbs.settled);
const BUT: u64 = hash_bytes(b"but");
const AND: u64 = hash_bytes(b"and");
/// Tokens between "but" and the verb of "but his aide, Ana Ruiz, denied it".
const FARTHEST_SETTLED: usize = 24;
/// What is denied or confirmed has been said before.
const BEFORE: [u64; 2] = [hash_bytes(b"it"), hash_bytes(b"this")];
const LEGAL: &[u64] = hashed!(ENGLISH.verbs.legal);
const READING: &[u64] = hashed!(ENGLISH.verbs.reading);
const MOTTOS: &[u64] = hashed!(ENGLISH.nouns.mottos);
const SIGNS: &[u64] = hashed!(ENGLISH.nouns.signs);
const TEXTS: &[u64] = hashed!(ENGLISH.nouns.text);
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const AS: u64 = hash_bytes(b"as");
const COMMA: u64 = hash_bytes(b",");
const SO: u64 = hash_bytes(b"so");
const CALLED: u64 = hash_bytes(b"called");
/// A quotation of so many tokens, marks included, is no name.
const LONGEST_NAME: usize = 9;
/// So many tokens beside the quotation, such as its subject, make it no statement.
const MOST_OTHERS: usize = 6;
/// A term of a law has at most so many tokens, marks included.
const LONGEST_TERM: usize = 5;
/// Tokens between a sign and its words.
const NEAR: usize = 5;
/// The most tokens of what gets a name: "call the old stadium “...”".
const LONGEST_OBJECT: usize = 5;

/// Takes the content from a draft whose words nobody says, and gives words on a sign to the sign.
pub(crate) fn mend(prepared: &Prepared, draft: &mut Draft) {
    if stays_unnamed(prepared, draft) || settles(prepared, draft) || is_deed(prepared, draft) {
        draft.content.clear();
        return;
    }
    let Some(open) = opening(prepared, draft) else { return };
    let length =
        prepared.quotation_tokens.get(word(prepared, open).quotation as usize).map_or(0, ExactSizeIterator::len);
    let others = draft.content.iter().map(ExactSizeIterator::len).sum::<usize>().saturating_sub(length);
    let short = others <= MOST_OTHERS && length < LONGEST_NAME;
    if short && (is_named(prepared, draft, open) || is_motto(prepared, open) || gets_name(prepared, draft, open))
        || length <= LONGEST_TERM && (is_term(prepared, draft) || is_label(prepared, open))
    {
        draft.content.clear();
    } else if let Some(sign) = sign(prepared, open) {
        let start = (sign.saturating_sub(2)..sign).find(|at| DETERMINERS.contains(&word(prepared, *at).lower));
        draft.source.clear();
        draft.source.push(start.unwrap_or(sign)..sign + 1);
    }
}

/// The opening mark of the first quotation in a content, near the beginning of a run.
fn opening(prepared: &Prepared, draft: &Draft) -> Option<usize> {
    let opens = |at: &usize| word(prepared, *at).quote == OPENING;
    draft.content.iter().find_map(|run| (run.start..run.end.min(run.start + LONGEST_NAME)).find(opens))
}

/// "is called “...”", "known as “...”", "the so-called “...”". A passive with an agent behind it is a judgement.
fn is_named(prepared: &Prepared, draft: &Draft, open: usize) -> bool {
    let Some(before) = open.checked_sub(1) else { return false };
    let verb = if word(prepared, before).lower == AS { before.checked_sub(1).unwrap_or(before) } else { before };
    let agent = draft.source.iter().any(|source| source.start > open);
    if agent || !NAMINGS.contains(&word(prepared, verb).lower) {
        return false;
    }
    let earlier = verb.saturating_sub(3)..verb;
    let so = word(prepared, verb).lower == CALLED && prepared.words(earlier.clone()).iter().any(|w| w.lower == SO);
    let passive = has(prepared, earlier, BE);
    // Behind a subject, the verb may be active: "the mayor called “...” a lie".
    let comma = verb.checked_sub(1).is_some_and(|before| word(prepared, before).lower == COMMA);
    so || passive || comma || !draft.source.iter().any(|source| source.end == verb)
}

/// "Fans call the stadium “The Oven”": people at large give a name, not a judgement ("“a shame”"). What one politician calls
/// another is a quote.
fn gets_name(prepared: &Prepared, draft: &Draft, open: usize) -> bool {
    if draft.source.iter().any(|source| !subjects::is_noun(prepared, source)) {
        return false;
    }
    let reach = open.saturating_sub(LONGEST_OBJECT + 1)..open;
    let verb = reach.rev().find(|at| NAMINGS.contains(&word(prepared, *at).lower));
    let plain = |object: Range<usize>| prepared.words(object).iter().all(|w| !w.sign && w.quote == OUTSIDE);
    let marked = prepared.quotation_tokens.get(word(prepared, open).quotation as usize).cloned();
    let inside = marked.map_or(0..0, |marked| marked.start + 1..marked.end.saturating_sub(1).max(marked.start + 1));
    let article = DETERMINERS.contains(&word(prepared, inside.start).lower);
    let name = inside.start + usize::from(article)..inside.end;
    verb.is_some_and(|verb| plain(verb + 1..open)) && !name.is_empty() && is_name(prepared, name)
}

/// "Boxes marked “evidence”", "labelled “C” and “D”": words on things.
fn is_label(prepared: &Prepared, open: usize) -> bool {
    let Some(before) = open.checked_sub(1) else { return false };
    let joined = before.checked_sub(1).filter(|at| word(prepared, *at).quote == CLOSING);
    let first = joined.and_then(|mark| prepared.quotation_tokens.get(word(prepared, mark).quotation as usize));
    let verb = first.and_then(|first| first.start.checked_sub(1)).unwrap_or(before);
    // "was labelled “false”" judges.
    LABELLED.contains(&word(prepared, verb).lower) && !has(prepared, verb.saturating_sub(2)..verb, BE)
}

/// Ends what others say before ", but his aide, Ana Ruiz, denied it".
pub(crate) fn before_settled(prepared: &Prepared, own: &mut [Draft]) {
    let Some(verb) = own.iter().find(|draft| settles(prepared, draft)).map(|draft| draft.cue.start) else { return };
    for draft in own.iter_mut().filter(|draft| draft.cue.end < verb) {
        let joins =
            |at: &usize| word(prepared, *at).lower == COMMA && [BUT, AND].contains(&word(prepared, at + 1).lower);
        for run in &mut draft.content {
            let reach = run.start.max(run.end.min(verb).saturating_sub(FARTHEST_SETTLED))..run.end.min(verb);
            if let Some(comma) = reach.rev().find(joins).filter(|comma| *comma > run.start) {
                run.end = comma;
            }
        }
    }
}

/// "approved the budget": what is done with a thing says nothing of it.
fn is_deed(prepared: &Prepared, draft: &Draft) -> bool {
    let verb = draft.cue.end.saturating_sub(1);
    let thing = |run: &Range<usize>| {
        let said = |w: &Word| {
            w.quote != OUTSIDE || w.lower == THAT || w.lower == INFINITIVE || CLAUSE_VERBS.contains(&w.lower)
        };
        (run.start == draft.cue.end || run.end <= draft.cue.start) && !prepared.words(run.clone()).iter().any(said)
    };
    DEEDS.contains(&word(prepared, verb).lower) && draft.content.iter().all(thing)
}

/// "asked not to be named".
fn stays_unnamed(prepared: &Prepared, draft: &Draft) -> bool {
    let [run] = draft.content.as_slice() else { return false };
    let last = run.end.checked_sub(1).map(|last| word(prepared, last)).unwrap_or_default();
    let be = run.end.checked_sub(2).map(|be| word(prepared, be)).unwrap_or_default();
    run.len() <= LONGEST_TERM && UNNAMED.contains(&last.lower) && BE.contains(&be.lower)
}

/// "The dam is weak. His aide, Ana Ruiz, denied it.": what is denied was said before, and nothing of this sentence is it.
fn settles(prepared: &Prepared, draft: &Draft) -> bool {
    let Some(verb) = draft.cue.clone().rev().find(|at| SETTLED.contains(&word(prepared, *at).lower)) else {
        return false;
    };
    let back = BEFORE.contains(&word(prepared, verb + 1).lower);
    let behind = word(prepared, verb + 2);
    let alone = behind.sign || behind.quote != OUTSIDE || behind.capital;
    let plain = draft.content.iter().all(|run| prepared.words(run.clone()).iter().all(|w| w.quote == OUTSIDE));
    back && alone && plain && draft.content.iter().all(|run| run.end <= draft.cue.start || run.start == verb + 1)
}

/// "The slogan is “...”".
fn is_motto(prepared: &Prepared, open: usize) -> bool {
    let (Some(is), Some(noun)) = (open.checked_sub(1), open.checked_sub(2)) else { return false };
    IS.contains(&word(prepared, is).lower) && MOTTOS.contains(&word(prepared, noun).lower)
}

/// "The law bans “...”".
fn is_term(prepared: &Prepared, draft: &Draft) -> bool {
    has(prepared, draft.cue.clone(), LEGAL) && draft.source.iter().any(|source| has(prepared, source.clone(), TEXTS))
}

/// The noun of "a banner that read “...”" and "a shirt with the words “...”".
fn sign(prepared: &Prepared, open: usize) -> Option<usize> {
    let from = open.saturating_sub(NEAR);
    let noun = (from..open).rev().find(|at| SIGNS.contains(&word(prepared, *at).lower))?;
    let between = noun + 1..open;
    let reads = has(prepared, between.clone(), READING)
        || has(prepared, between.clone(), &[const { hash_bytes(b"words") }, const { hash_bytes(b"slogan") }]);
    let plain = prepared.words(between).iter().all(|w| w.quote == OUTSIDE && (!w.capital || w.sign));
    (reads && plain).then_some(noun)
}
