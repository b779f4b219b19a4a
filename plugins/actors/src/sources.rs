//! The source of a quote: a name, a pronoun, or a noun phrase without a name.

use copydesk_sdk::Span;

use crate::cluster::NONE;
use crate::document::{Input, Layout};
use crate::names::Class;
use crate::words::{Word, is_possessive};

/// The head of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// An entity's row.
    Entity(u32),
    /// A pronoun's token.
    Pronoun(usize),
    /// A noun phrase: its tokens, its head noun, and one past the tokens that name it in full.
    Nominal { from: usize, noun: usize, to: usize },
    /// Nothing to hold on to.
    Nothing,
}

/// True for a hyphen between the parts of one word: `Geneva-based`.
pub(crate) fn hyphen(tokens: &[Span], at: usize) -> bool {
    let touch = |a: usize| tokens.get(a).zip(tokens.get(a + 1)).is_some_and(|(a, b)| a.end == b.start);
    at > 0 && touch(at - 1) && touch(at)
}

/// Tokens that may describe a person called by a nationality: `the 31-year-old Australian`.
const DESCRIBED: usize = 7;

/// True for a person called by a nationality: `the Australian`, `the tall Finn`. One word in a singular form, after "the" or
/// "a" and small words that describe.
fn is_demonym(input: &Input<'_>, layout: &Layout, from: usize, entity: u32) -> bool {
    let (first, to) = layout.entity_tokens.get(entity as usize).copied().unwrap_or((0, 0));
    let (first, to) = (first as usize, to as usize);
    let class = layout.names.get(entity as usize).copied().flatten().map(|name| name.class);
    let word = |at: usize| layout.word.get(at).copied().unwrap_or_default();
    let text = |at: usize| input.tokens.get(at).and_then(|t| t.get(input.text)).unwrap_or("");
    let describes = |at: usize| {
        layout.entity.get(at) == Some(&NONE)
            && !text(at).starts_with(char::is_uppercase)
            && !word(at).is(Word::PREPOSITION | Word::CONJUNCTION | Word::CLAUSE | Word::DETERMINER | Word::PRONOUN)
            && !text(at).contains([',', '’', '\''])
    };
    let name = text(first);
    class == Some(Class::Group)
        && from < first
        && first <= from + DESCRIBED
        && (from + 1..first).all(describes)
        && to == first + 1
        && word(from).is(Word::DETERMINER)
        && !name.ends_with('s')
        && !name.ends_with("men")
}

/// Finds the head of the noun phrase `span`. A name that only modifies (`a spokesman for X`, `X's lawyer`)
/// is no head.
pub(crate) fn head(input: &Input<'_>, layout: &Layout, span: Span) -> Head {
    let mut from = input.tokens.partition_point(|t| t.end <= span.start);
    // Quote sources are short; what is longer than this is not read to its end.
    let end = input.tokens.partition_point(|t| t.start < span.end).min(from + 64);
    let text = |at: usize| input.tokens.get(at).and_then(|t| t.get(input.text)).unwrap_or("");
    let word = |at: usize| layout.word.get(at).copied().unwrap_or_default();
    let entity = |at: usize| layout.entity.get(at).copied().filter(|e| *e != NONE);
    let named = |id: u32| layout.names.get(id as usize).is_some_and(Option::is_some);
    while from < end
        && entity(from).is_none()
        && (word(from).is(Word::PREPOSITION) || !text(from).chars().any(char::is_alphanumeric))
    {
        from += 1;
    }
    if from >= end {
        return Head::Nothing;
    }
    if (end == from + 1 || word(from + 1).is(Word::REFLEXIVE))
        && word(from).is(Word::PRONOUN)
        && !word(from).is(Word::POSSESSIVE)
    {
        return Head::Pronoun(from);
    }
    let mut stop = from;
    while stop < end {
        let w = word(stop);
        let boundary = text(stop) == ","
            || matches!(text(stop), "(" | "–" | "—")
            || (text(stop) == "-" && !hyphen(input.tokens, stop))
            || w.is(Word::PREPOSITION | Word::RELATIVE | Word::CLAUSE | Word::CONJUNCTION);
        if boundary && entity(stop).is_none() && stop > from {
            break;
        }
        stop += 1;
    }
    let mut last = stop - 1;
    while last > from && (is_possessive(text(last)) || !text(last).chars().any(char::is_alphanumeric)) {
        last -= 1;
    }
    if let Some(id) = entity(last).filter(|id| named(*id)) {
        if is_demonym(input, layout, from, id) {
            return Head::Nominal { from, noun: last, to: last + 1 };
        }
        return Head::Entity(id);
    }
    if text(stop) == ","
        && let Some(at) = (stop + 1..end.min(stop + 5)).find(|at| entity(*at).is_some())
        && (stop + 1..at).all(|k| word(k).is(Word::TITLE | Word::ROLE | Word::MODIFIER | Word::DETERMINER))
        && let Some(id) = entity(at).filter(|id| named(*id))
        && layout
            .names
            .get(id as usize)
            .and_then(|n| *n)
            .is_some_and(|n| matches!(n.class, Class::Person | Class::Org | Class::Unknown))
    {
        let (_, to) = layout.entity_tokens.get(id as usize).copied().unwrap_or((0, 0));
        let to = to as usize;
        // "officials, Smith and Jones among them" is rare; "the firm, Nordal Partners" is the rule.
        if to >= end || text(to) == "," || word(to).is(Word::PREPOSITION | Word::RELATIVE) {
            return Head::Entity(id);
        }
    }
    for at in from..end {
        if let Some(id) = entity(at).filter(|id| named(*id))
            && layout.names.get(id as usize).and_then(|n| *n).is_some_and(|n| n.class == Class::Person)
        {
            let (first, to) = layout.entity_tokens.get(id as usize).copied().unwrap_or((0, 0));
            let (first, to) = (first as usize, to as usize);
            let before =
                (from..first).rev().find(|at| !word(*at).is(Word::TITLE | Word::MODIFIER) || entity(*at).is_some());
            let governed =
                before.is_some_and(|at| word(at).is(Word::PREPOSITION | Word::CONJUNCTION) && entity(at).is_none());
            let owner = is_possessive(text(to));
            // "Trump lawyers": a name right before a noun modifies it.
            let modifies = to < end
                && text(to).chars().next().is_some_and(char::is_lowercase)
                && !word(to).is(Word::PREPOSITION | Word::RELATIVE | Word::CLAUSE);
            if !governed && !owner && !modifies {
                return Head::Entity(id);
            }
        }
    }
    let mut to = stop;
    // Keep "for X" and "at the ministry" in the name, but no clause and no apposition.
    while to < end && text(to) != "," && !word(to).is(Word::RELATIVE | Word::CLAUSE) && to < from + 16 {
        to += 1;
    }
    Head::Nominal { from, noun: last, to }
}
