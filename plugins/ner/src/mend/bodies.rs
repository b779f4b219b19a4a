//! Organisations and storms that a model takes for people, though a noun beside the name tells what they are: "the relief agency
//! X", "X, a shipping company", "Hurricane X".

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use super::{Rows, SCORE, Words, is_act};
use crate::recognizer::Entity;

/// No more names of a text are looked at closely: time stays linear.
const MOST: usize = 64;

/// Gives the names of people that a noun calls an organisation or a storm that label, wherever they stand. `told` is memory.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &mut [Entity], told: &mut Vec<Span>) {
    if let Some(event) = rows.event {
        told.clear();
        for entity in found.iter_mut().filter(|entity| entity.label == rows.person) {
            let Some((first, last)) = words.of(entity.span) else { continue };
            let inside = usize::from(last > first && is_storm(words.get(first)));
            let name = words.cover(first + inside, last).filter(|_| inside == 1 || is_storm(words.before(first)));
            if let Some(name) = name.filter(|_| told.len() < MOST) {
                (entity.label, entity.score) = (event, SCORE);
                told.push(name);
            }
        }
        give(words, rows, found, told, event);
    }
    let Some(organisation) = rows.organisation else { return };
    told.clear();
    let people = || found.iter().filter(|entity| entity.label == rows.person);
    for entity in people() {
        let Some((first, last)) = words.of(entity.span) else { continue };
        // "The agency X said", but not "the company X founded".
        let after = words.after(last);
        let acts = is_act(after) && !ENGLISH.verbs.speech.contains(&after);
        let is_one = first == last && is_body(words.before(first)) && !acts;
        if is_one || is_apposed(words, last) {
            told.push(entity.span);
        }
        if told.len() == MOST {
            break;
        }
    }
    give(words, rows, found, told, organisation);
}

/// Gives the people that are called like one of the names `told` a label, but not if that is the surname of somebody.
fn give(words: Words<'_>, rows: Rows, found: &mut [Entity], told: &mut Vec<Span>, label: u16) {
    let people = || found.iter().filter(|entity| entity.label == rows.person);
    told.retain(|span| {
        let name = span.get(words.text).unwrap_or_default();
        !people().any(|person| {
            let whole = person.span.get(words.text).unwrap_or_default();
            whole.len() > name.len() && whole.split_whitespace().any(|part| part == name)
        })
    });
    if told.is_empty() {
        return;
    }
    for entity in found.iter_mut().filter(|entity| entity.label == rows.person) {
        if told.iter().any(|span| span.get(words.text) == entity.span.get(words.text)) {
            (entity.label, entity.score) = (label, SCORE);
        }
    }
}

/// Returns true for a word before the name of a storm. The name of a storm has no small letter before it.
fn is_storm(word: &str) -> bool {
    super::is_capitalised(word) && super::has(ENGLISH.nouns.storms, word)
}

fn is_body(word: &str) -> bool {
    let nouns = &ENGLISH.nouns;
    word.starts_with(char::is_lowercase) && (nouns.organisation.contains(&word) || nouns.institutions.contains(&word))
}

/// Returns true if ", the company that" follows the token at `at`, with a word or two before the noun.
fn is_apposed(words: Words<'_>, at: usize) -> bool {
    let next = |ahead: usize| words.near(at, Some(at + ahead));
    if next(1) != "," || !ENGLISH.function.determiners.contains(&next(2)) {
        return false;
    }
    let noun = (3..6).find(|ahead| is_body(next(*ahead)));
    noun.is_some_and(|noun| {
        let small = (3..noun).all(|ahead| next(ahead).starts_with(char::is_lowercase));
        small && (next(noun + 1) == "," || ENGLISH.function.relatives.contains(&next(noun + 1)))
    })
}
