//! Headlines that name a speaker without a verb: "Harbour to reopen in May: Ruiz", "‘We were lied to’: Ruiz attacks the board",
//! "Tax is ‘a gift’ – Ruiz".

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::BlockKind;
use copydesk_text::lang::ENGLISH;

use crate::document::{Input, Prepared};
use crate::passes::Draft;
use crate::rules::{COLON, DASHES, hashed, is_heading, is_name, rest, word};
use crate::words::{CLOSING, OPENING, OUTSIDE};

/// A name in a headline has at most so many tokens.
const LONGEST_NAME: usize = 3;
/// A headline has at most so many sentences.
const LONGEST_HEADLINE: usize = 4;
/// Verbs behind a name whose owner is talked about.
const SUFFERS: &[u64] = hashed!(ENGLISH.verbs.suffers);
const ON: u64 = hash_bytes(b"on");
const SCORE: f32 = 0.8;

/// Finds the attribution of a headline, if the article names the speaker again.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, sentence: usize, tokens: Range<usize>) -> Option<Draft> {
    let block = *input.sentence_block.get(sentence)? as usize;
    if sentence != 0 || input.block_kinds.get(block) != Some(&BlockKind::Headline) {
        return None;
    }
    // "... ‘within weeks’ – Ruiz" may be two sentences of one headline.
    let same = |s: &usize| input.sentence_block.get(*s).is_some_and(|own| *own as usize == block);
    let last = (1..LONGEST_HEADLINE).take_while(same).last().unwrap_or(0);
    let tokens = tokens.start..prepared.sentence(last).end.max(tokens.end);
    at_an_end(prepared, &tokens).or_else(|| behind_quotation(input, prepared, &tokens))
}

/// A name that the article has again, in a headline.
fn is_known(prepared: &Prepared, tokens: &Range<usize>, name: &Range<usize>) -> bool {
    let Some(last) = name.end.checked_sub(1).map(|last| word(prepared, last).lower) else { return false };
    let again = || prepared.words.iter().skip(tokens.end).any(|w| w.lower == last && w.capital);
    let short = name.start < name.end && name.len() <= LONGEST_NAME;
    short && is_name(prepared, name.clone()) && !is_heading(prepared, name.clone()) && again()
}

/// Reads "Harbour to reopen in May: Ruiz", "Ruiz: harbour to reopen in May" and "Tax is ‘a gift’ – Ruiz".
fn at_an_end(prepared: &Prepared, tokens: &Range<usize>) -> Option<Draft> {
    let plain = |at: &usize| word(prepared, *at).quote == OUTSIDE;
    let colon = tokens.clone().rev().find(|at| word(prepared, *at).lower == COLON && plain(at));
    // A dash may stand before the name of the paper; behind quoted words it does not.
    let quoted = |at: &usize| prepared.words(tokens.start..*at).iter().any(|w| w.quote != OUTSIDE);
    let dash =
        || tokens.clone().rev().find(|at| DASHES.contains(&word(prepared, *at).lower) && plain(at) && quoted(at));
    let mark = colon.or_else(dash)?;
    let (left, right) = (tokens.start..mark, rest(prepared, mark + 1, tokens.end));
    let (name, content) = if right.len() <= LONGEST_NAME { (right, left) } else { (left, right) };
    let fits = content.len() >= 3 && (colon.is_some() || name.start > mark) && is_known(prepared, tokens, &name);
    fits.then(|| Draft::by_rule(mark..mark + 1, name, content, SCORE))
}

/// Reads "‘We were lied to’: Ruiz attacks the board": the subject of the words behind the quotation has said it.
fn behind_quotation(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>) -> Option<Draft> {
    let open = word(prepared, tokens.start);
    let content = prepared.quotation_tokens.get(open.quotation as usize)?.clone();
    let colon = content.end;
    let marked = open.quote == OPENING && content.start == tokens.start && word(prepared, colon - 1).quote == CLOSING;
    if !marked || word(prepared, colon).lower != COLON {
        return None;
    }
    let reach = tokens.end.min(colon + 1 + LONGEST_NAME);
    let end = (colon + 1..reach).find(|at| !word(prepared, *at).capital).unwrap_or(reach);
    let form = input.tokens.get(end).and_then(|token| token.get(input.text)).unwrap_or_default();
    let verb = word(prepared, end);
    // "Ruiz attacks" speaks; "Ruiz faces", "Ruiz honoured" are spoken of, perhaps.
    let acts = form.len() > 3 && form.ends_with('s') && !form.ends_with("ss") && !SUFFERS.contains(&verb.lower);
    let speaks = (acts || verb.lower == ON) && is_known(prepared, tokens, &(colon + 1..end));
    (speaks && content.len() >= 4).then(|| Draft::by_rule(colon..colon + 1, colon + 1..end, content, SCORE))
}
