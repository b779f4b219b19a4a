//! Laws, events and works. Few training texts tell them apart, so a model gives their labels almost by chance to what they all
//! call MISC. The head noun of a name tells more: "the Forests Act", "Battle of X", "Operation X".

use copydesk_text::lang::ENGLISH;

use super::ends::is_numeral;
use super::{Rows, Words, has, is_capitalised};
use crate::recognizer::Entity;

/// A work that is less sure is no work. Of the names in news with a lower score, few are films, books or journals.
const LEAST_WORK: f32 = 0.3;
/// A work that is surer may be called like an event: `Star Wars`.
const SURE_WORK: f32 = 0.5;

/// Gives each name of these kinds the label that its words tell. Without such words, no name is a law or an event.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &mut [Entity]) {
    let Rows { misc: Some(misc), work: Some(work), law: Some(law), event: Some(event), .. } = rows else { return };
    for entity in found.iter_mut().filter(|entity| [misc, work, law, event].contains(&entity.label)) {
        let Some((first, last)) = words.of(entity.span) else { continue };
        let nouns = &ENGLISH.nouns;
        let head = words.get(head(words, first, last));
        let long = last > first;
        let capital = long && is_capitalised(head);
        // `2019 general election`
        let is_event = capital || long && entity.label == event;
        entity.label = match rows.date {
            Some(date) if first == last && has(&ENGLISH.calendar.weekdays, head) => date,
            _ if entity.label == work && entity.score >= SURE_WORK => work,
            _ if capital && has(nouns.laws, head) => law,
            _ if is_event && has(nouns.events, head) || long && has(nouns.before_events, words.get(first)) => event,
            _ if entity.label == work && entity.score >= LEAST_WORK => work,
            _ => misc,
        };
    }
}

/// The head noun of a name: the word before its first preposition, or the last one that is no number.
fn head(words: Words<'_>, first: usize, last: usize) -> usize {
    let is_preposition = |at: &usize| ENGLISH.function.prepositions.contains(&words.get(*at));
    let is_number = |at: usize| is_numeral(words.get(at)) || words.get(at).bytes().all(|byte| byte.is_ascii_digit());
    match (first + 1..=last).find(is_preposition) {
        Some(at) => at - 1,
        None => (first..=last).rev().find(|at| !is_number(*at)).unwrap_or(last),
    }
}
