//! The ends of names: weekdays, months and titles before them, and `He` that belongs to them.

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use super::{Rows, SCORE, Words, has, is_act, is_capitalised};
use crate::recognizer::Entity;

/// Replaces `out` by the mended names.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &[Entity], out: &mut Vec<Entity>) {
    out.clear();
    for (at, entity) in found.iter().enumerate() {
        if is_title(words, rows, *entity, found.get(at + 1)) {
            continue;
        }
        let mut entity = *entity;
        entity.span = before_bar(words.text, entity.span);
        let Some((mut first, last)) = words.of(entity.span) else {
            out.push(entity);
            continue;
        };
        if let Some((date, rest)) = calendar(words, rows, entity, first, last) {
            out.extend(date);
            (entity, first) = (rest, first + 1);
        }
        entity = without_titles(words, rows, entity, first, last);
        if entity.label == rows.person {
            let end = out.last().map_or(0, |before: &Entity| before.span.end);
            entity.span = with_he(words, entity.span, end);
        }
        out.push(entity);
    }
}

/// Returns the part of a name before a bar, which separates columns and titles of pages.
fn before_bar(text: &str, span: Span) -> Span {
    let own = span.get(text).unwrap_or_default();
    let part = own.split('|').next().unwrap_or_default().trim_end();
    if part.is_empty() { span } else { Span::new(span.start, span.start + part.len() as u32) }
}

/// Takes a weekday or a month off a name: "On Monday Holt told". Some people have such names, so a word before it must
/// tell that it is a time. A date that goes on with a capital is cut if an act follows: "In May Diallo won".
fn calendar(
    words: Words<'_>,
    rows: Rows,
    entity: Entity,
    first: usize,
    last: usize,
) -> Option<(Option<Entity>, Entity)> {
    let calendar = &ENGLISH.calendar;
    let (time, next) = (words.get(first), words.get(first + 1));
    let own = words.tokens.get(first).filter(|own| own.start == entity.span.start && first < last)?;
    let before = words.before(first);
    let is_time = is_capitalised(time)
        && (has(&calendar.weekdays, time) && has(calendar.before_weekdays, before)
            || has(&calendar.months, time) && has(calendar.before_months, before));
    let is_name = is_capitalised(next) && !has(&calendar.months, next) && !has(&calendar.weekdays, next);
    if !is_time || !is_name {
        return None;
    }
    let is_date = Some(entity.label) == rows.date;
    if is_date && !is_act(words.after(last)) {
        return None;
    }
    let span = words.cover(first + 1, last)?;
    let label = if is_date { rows.person } else { entity.label };
    let date = rows.date.map(|label| Entity { span: *own, label, score: SCORE });
    Some((date, Entity { span, label, ..entity }))
}

/// Returns true for a short title that a model takes for a person, before the name of its bearer: "Barr. Ana Ruiz".
fn is_title(words: Words<'_>, rows: Rows, entity: Entity, next: Option<&Entity>) -> bool {
    let Some((first, last)) = words.of(entity.span) else { return false };
    let Some((name, _)) = next.filter(|next| next.label == rows.person).and_then(|next| words.of(next.span)) else {
        return false;
    };
    let stops = usize::from(words.after(last) == ".");
    entity.label == rows.person
        && first == last
        && name == last + 1 + stops
        && is_capitalised(words.get(first))
        && has(ENGLISH.names.titles_shortened, words.get(first))
}

/// Takes short titles off a name: "PC Dev Rawlins", "Det Insp Munro". Behind one, a person follows, unless the last word
/// tells of an organisation ("PC World Magazine").
fn without_titles(words: Words<'_>, rows: Rows, entity: Entity, mut first: usize, last: usize) -> Entity {
    let begin = first;
    while first < last
        && is_capitalised(words.get(first))
        && has(ENGLISH.names.titles_shortened, words.get(first))
        && is_capitalised(words.get(first + 1))
    {
        first += 1;
    }
    let rest = words.cover(first, last).filter(|_| first > begin);
    let Some(rest) = rest.map(|rest| Span::new(rest.start, entity.span.end)).filter(|rest| rest.start < rest.end)
    else {
        return entity;
    };
    if entity.label == rows.person {
        return Entity { span: rest, ..entity };
    }
    let word = words.get(last);
    let is_organisation = has(ENGLISH.names.designators, word) || has(ENGLISH.nouns.organisation, word);
    let is_person = first < last || is_act(words.after(last));
    if Some(entity.label) == rows.organisation && is_person && !is_organisation {
        return Entity { span: rest, label: rows.person, ..entity };
    }
    entity
}

/// Adds a surname that is also a pronoun: "He Wei". No sentence has a name right behind the pronoun.
fn with_he(words: Words<'_>, span: Span, end: u32) -> Span {
    let Some((first, _)) = words.of(span) else { return span };
    let Some(own) = first.checked_sub(1).and_then(|at| words.tokens.get(at)) else { return span };
    let is_surname = words.before(first) == "He" && own.start >= end && own.end + 1 == span.start;
    if is_surname { own.cover(span) } else { span }
}

/// Drops a year that is the number of something: "Flight 1984", "room 2021".
pub(super) fn without_numbers(words: Words<'_>, rows: Rows, found: &mut Vec<Entity>) {
    found.retain(|entity| {
        let Some((first, last)) = words.of(entity.span).filter(|_| rows.date == Some(entity.label)) else {
            return true;
        };
        let word = words.get(first);
        let number = first == last && word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        !(number && super::has(ENGLISH.nouns.numbered, words.before(first)))
    });
}

/// Returns true for a Roman number from two to some thirty.
pub(super) fn is_numeral(word: &str) -> bool {
    (2..=6).contains(&word.len()) && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}
