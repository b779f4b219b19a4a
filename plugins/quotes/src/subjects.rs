//! The subject of a verb of saying, without a parser: a pronoun, or a phrase that ends with a noun for somebody who
//! speaks or with a name. A phrase between commas may explain it.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_model::words::WordTable;
use copydesk_text::lang::ENGLISH;

use crate::document::{Input, Prepared};
use crate::rules::{FINITE, SUBJECTS, hashed, word};
use crate::words::{OUTSIDE, Word};

const COMMA: u64 = hash_bytes(b",");
const PREPOSITIONS: &[u64] = hashed!(ENGLISH.function.prepositions);
/// Words between a subject and its verb.
pub(crate) const FILLERS: &[u64] = hashed!(ENGLISH.verbs.before_reports);
/// A subject without its explanation has at most so many tokens.
const LONGEST: usize = 9;
/// An explanation between commas has at most so many tokens.
const LONGEST_EXPLANATION: usize = 16;
/// The most explanations of a subject.
const MOST_EXPLANATIONS: usize = 2;

/// Nouns for a person.
pub(crate) static PEOPLE: WordTable<(), 2048> = WordTable::new(
    &[
        (ENGLISH.nouns.men, ()),
        (ENGLISH.nouns.women, ()),
        (ENGLISH.nouns.person, ()),
        (ENGLISH.nouns.observers, ()),
        (ENGLISH.nouns.roles, ()),
        (ENGLISH.nouns.speakers, ()),
    ],
    (),
);

/// Nouns for those who speak.
static SPEAKERS: WordTable<(), 2048> = WordTable::new(
    &[
        (ENGLISH.nouns.men, ()),
        (ENGLISH.nouns.women, ()),
        (ENGLISH.nouns.person, ()),
        (ENGLISH.nouns.persons, ()),
        (ENGLISH.nouns.organisation, ()),
        (ENGLISH.nouns.organisations, ()),
        (ENGLISH.nouns.observers, ()),
        (ENGLISH.nouns.institutions, ()),
        (ENGLISH.nouns.roles, ()),
        (ENGLISH.nouns.speakers, ()),
        (ENGLISH.nouns.text, ()),
        (ENGLISH.nouns.texts, ()),
    ],
    (),
);

/// A subject and its verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The words that name somebody.
    pub source: Range<usize>,
    /// The token of the verb.
    pub verb: usize,
}

/// Returns the subject that begins at the token `at` of the sentence `tokens`, if one of `verbs` is its verb.
pub(crate) fn find(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    at: usize,
    verbs: impl Fn(Word) -> bool,
) -> Option<Subject> {
    let plain = |i: usize| i < tokens.end && word(prepared, i).quote == OUTSIDE;
    let verb = |from: usize| {
        let filler = |i: &usize| plain(*i) && FILLERS.contains(&word(prepared, *i).lower);
        let at = (from..from + 3).take_while(filler).last().map_or(from, |i| i + 1);
        (plain(at) && verbs(word(prepared, at))).then_some(at)
    };
    if !plain(at) || word(prepared, at).sign {
        return None;
    }
    if SUBJECTS.contains(&word(prepared, at).lower) {
        return verb(at + 1).map(|verb| Subject { source: at..at + 1, verb });
    }
    for end in at + 1..(at + LONGEST).min(tokens.end) {
        let next = word(prepared, end);
        if next.quote != OUTSIDE {
            return None;
        }
        if next.lower == COMMA {
            let (first, end, verb) = explained(prepared, end, verb)?;
            let speaks = speaks(input, prepared, at..first.start - 1) || is_named(input, first);
            return speaks.then_some(Subject { source: at..end, verb });
        }
        if let Some(verb) = verb(end)
            && speaks(input, prepared, at..end)
        {
            return Some(Subject { source: at..end, verb });
        }
        if next.sign || FINITE.contains(&next.lower) {
            return None;
        }
    }
    None
}

/// Returns the first explanation behind the comma `comma`, the end of the last one, and the verb behind it.
fn explained(
    prepared: &Prepared,
    comma: usize,
    verb: impl Fn(usize) -> Option<usize>,
) -> Option<(Range<usize>, usize, usize)> {
    let mut begin = comma + 1;
    let mut first = None;
    for _ in 0..MOST_EXPLANATIONS {
        let end = (begin..begin + LONGEST_EXPLANATION)
            .take_while(|i| word(prepared, *i).quote == OUTSIDE)
            .find(|i| word(prepared, *i).lower == COMMA)?;
        let first = first.get_or_insert(begin..end).clone();
        if let Some(verb) = verb(end + 1).filter(|_| end > begin) {
            return Some((first, end, verb));
        }
        begin = end + 1;
    }
    None
}

/// Returns true if a phrase means somebody: the noun before its first preposition is one for speakers or has such an
/// ending, or it is a name.
pub(crate) fn speaks(input: &Input<'_>, prepared: &Prepared, phrase: Range<usize>) -> bool {
    let of = |i: &usize| PREPOSITIONS.contains(&word(prepared, *i).lower);
    let end = (phrase.start + 1..phrase.end).find(of).unwrap_or(phrase.end);
    let Some(head) = end.checked_sub(1) else { return false };
    let form = input.tokens.get(head).and_then(|token| token.get(input.text)).unwrap_or_default();
    let ending = |ending: &&str| form.len() > ending.len() + 2 && form.ends_with(*ending);
    let aged = form.ends_with("-old");
    let person = head > phrase.start && (aged || ENGLISH.nouns.person_endings.iter().any(ending));
    // "Witness B".
    let letter = form.len() == 1 && form.starts_with(|c: char| c.is_ascii_uppercase());
    if letter
        && head
            .checked_sub(1)
            .is_some_and(|noun| noun >= phrase.start && PEOPLE.get(word(prepared, noun).lower).is_some())
    {
        return true;
    }
    if person || SPEAKERS.get(word(prepared, head).lower).is_some() {
        return true;
    }
    is_named(input, head..end)
}

/// Returns true if a phrase ends with a noun for those who speak.
pub(crate) fn is_noun(prepared: &Prepared, phrase: &Range<usize>) -> bool {
    phrase.end.checked_sub(1).is_some_and(|last| SPEAKERS.get(word(prepared, last).lower).is_some())
}

/// Returns true if a phrase ends with the name of somebody.
fn is_named(input: &Input<'_>, phrase: Range<usize>) -> bool {
    let Some(token) = phrase.end.checked_sub(1).and_then(|last| input.tokens.get(last)) else { return false };
    let before = input.entities.partition_point(|(span, _)| span.start < token.end);
    let name = before.checked_sub(1).and_then(|last| input.entities.get(last));
    name.is_some_and(|(span, speaks)| *speaks && span.end >= token.end)
}
