//! Words in quotation marks that nobody says: names ("is called “...”"), mottos, terms of a law, "so-called" things. And
//! words on a sign: the sign has them, not the one who holds it.

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use crate::document::Prepared;
use crate::passes::Draft;
use crate::rules::{IS, has, hashed, word};
use crate::words::{OPENING, OUTSIDE};

const BE: &[u64] = hashed!(ENGLISH.verbs.be);
const NAMINGS: &[u64] = hashed!(ENGLISH.verbs.namings);
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

/// Takes the content from a draft whose words nobody says, and gives words on a sign to the sign.
pub(crate) fn mend(prepared: &Prepared, draft: &mut Draft) {
    let Some(open) = opening(prepared, draft) else { return };
    let length =
        prepared.quotation_tokens.get(word(prepared, open).quotation as usize).map_or(0, ExactSizeIterator::len);
    let others = draft.content.iter().map(ExactSizeIterator::len).sum::<usize>().saturating_sub(length);
    if others <= MOST_OTHERS && length < LONGEST_NAME && (is_named(prepared, draft, open) || is_motto(prepared, open))
        || length <= LONGEST_TERM && is_term(prepared, draft)
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
