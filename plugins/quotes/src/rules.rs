//! Attributions that the training corpus lacks and world news is full of: "For X, ...", "In the words of X", "“...”
//! comments X", "X: “...”", "“...” — X". Each gives a draft with a score of its own, which competes with those of the
//! model.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::{ENGLISH, Gender, Person, Pronoun, Uses};

use crate::according;
use crate::beside;
use crate::document::{Input, Prepared};
use crate::headlines;
use crate::layout;
use crate::passes::Draft;
use crate::passives;
use crate::reports;
use crate::subjects;
use crate::trailing;
use crate::unsaid;
use crate::words::{CLOSING, OPENING, OUTSIDE, Word};

macro_rules! hashes {
    ($($word:literal)*) => { [$(hash_bytes($word.as_bytes())),*] };
}

/// Hashes a list of words while compiling.
macro_rules! hashed {
    ($words:expr) => {
        &copydesk_model::hash::hash_words::<{ $words.len() }>($words)
    };
}
pub(crate) use hashed;

const FOR: u64 = hash_bytes(b"for");
const COMMA: u64 = hash_bytes(b",");
pub(crate) const COLON: u64 = hash_bytes(b":");
pub(crate) const DASHES: [u64; 5] = hashes!["—" "–" "--" "-" "―"];
const STOPS: [u64; 5] = hashes!["." ".." "..." "…" ";"];
const PARTICLES: &[u64] = hashed!(ENGLISH.names.between_capitals);
const OBSERVERS: &[u64] = hashed!(ENGLISH.nouns.observers);
const INSTITUTIONS: &[u64] = hashed!(ENGLISH.nouns.institutions);
const ROLES: &[u64] = hashed!(ENGLISH.nouns.roles);
pub(crate) const FINITE: &[u64] = hashed!(ENGLISH.verbs.finite);
/// Capitalised words that are not a name.
const DATES: [&[u64]; 3] =
    [hashed!(&ENGLISH.calendar.months), hashed!(&ENGLISH.calendar.weekdays), hashed!(ENGLISH.calendar.feasts)];
const ENDERS: &[u64] = hashed!(ENGLISH.function.enders);
pub(crate) const THAT: u64 = hash_bytes(b"that");
/// Pronouns of the third person: he, she, they, it.
pub(crate) const SUBJECTS: &[u64] = &pronouns::<4>(Uses::SUBJECT, false);
/// Pronouns for one person: he, him, she, her.
const PERSONS: &[u64] = &pronouns::<4>(Uses::SUBJECT.or(Uses::OBJECT), true);
pub(crate) const IS: [u64; 2] = hashes!["is" "was"];
/// Words between "is" and what somebody holds something for.
const JUDGED: &[u64] = hashed!(ENGLISH.function.predicates);
const MADE: &[u64] = hashed!(ENGLISH.verbs.made);
const STATEMENTS: &[u64] = hashed!(ENGLISH.nouns.statements);
pub(crate) const ACCORDING: u64 = hash_bytes(b"according");
/// "In the *words* of X", "in the *view* of X".
const WORDS_OF: [u64; 5] = hashes!["words" "view" "opinion" "judgment" "judgement"];
const THE: u64 = hash_bytes(b"the");
const OF: u64 = hash_bytes(b"of");
const VERDICTS: &[u64] = hashed!(ENGLISH.nouns.verdicts);
/// Words that point at the quotation before.
const POINTING: [u64; 4] = hashes!["that" "those" "this" "such"];
const ARE: &[u64] = hashed!(ENGLISH.verbs.holds);
/// The most tokens of a name with its role before a colon.
const LONGEST_LABEL: usize = 14;
/// The most tokens of who holds a verdict.
const LONGEST_VERDICT: usize = 20;
/// Names of more tokens are no names.
const LONGEST_NAME: usize = 8;
/// Words before a colon that are not a name.
const HEADINGS: &[u64] = hashed!(ENGLISH.nouns.headings);
/// Words before a colon that nobody is quoted by.
const LABELS: &[u64] = hashed!(ENGLISH.nouns.labels);

/// Returns the hashes of the pronouns of the third person that have a use; `gendered` leaves out those for things and for
/// several.
const fn pronouns<const COUNT: usize>(uses: Uses, gendered: bool) -> [u64; COUNT] {
    let all = ENGLISH.pronouns;
    let (mut hashes, mut count, mut at) = ([0; COUNT], 0, 0);
    while at < all.len() {
        let Pronoun { form, person, gender, uses: own, .. } = all[at];
        let told = matches!(gender, Gender::Masculine | Gender::Feminine);
        if matches!(person, Person::Third) && own.any(uses) && (told || !gendered) {
            hashes[count] = hash_bytes(form.as_bytes());
            count += 1;
        }
        at += 1;
    }
    assert!(count == COUNT, "so many pronouns there are");
    hashes
}

/// Adds the drafts of the rules to those of the model, which are in text order. Drafts of a lower score than `threshold`
/// do not count.
pub fn find(input: &Input<'_>, prepared: &Prepared, threshold: f32, drafts: &mut Vec<Draft>) {
    let modelled = drafts.len();
    let mut next = 0;
    for s in 0..prepared.sentences.len() {
        let tokens = prepared.sentence(s);
        while drafts.get(next).is_some_and(|d| next < modelled && d.sentence < s) {
            next += 1;
        }
        let mut end = next;
        while drafts.get(end).is_some_and(|d| end < modelled && d.sentence == s) {
            end += 1;
        }
        for draft in drafts.get_mut(next..end).unwrap_or_default() {
            // "According to X, the owners feared ...": never the inner one.
            draft.rule |= draft.score >= 0.5 && word(prepared, draft.cue.start).lower == ACCORDING;
        }
        let according = according::find(prepared, tokens.clone(), drafts.get_mut(next..end).unwrap_or_default());
        let passive = passives::find(prepared, tokens.clone(), drafts.get_mut(next..end).unwrap_or_default());
        let trailing = trailing::find(input, prepared, &tokens, drafts.get_mut(next..end).unwrap_or_default());
        let report = reports::find(input, prepared, tokens.clone(), drafts.get_mut(next..end).unwrap_or_default());
        let own = drafts.get_mut(next..end).unwrap_or_default();
        for draft in own.iter_mut() {
            // "“...”, — said": a dash names nobody.
            let named = |w: &Word| !w.sign && !DASHES.contains(&w.lower);
            draft.source.retain(|source| prepared.words(source.clone()).iter().any(named));
        }
        unsaid::before_settled(prepared, own);
        for draft in own {
            without_label(prepared, draft);
            if is_in_name(input, prepared, &draft.cue) {
                draft.content.clear();
            }
            unsaid::mend(prepared, draft);
        }
        let own = drafts.get(next..end).unwrap_or_default();
        let draft = for_somebody(input, prepared, tokens.clone(), own)
            .or(according)
            .or_else(|| in_the_words_of(prepared, tokens.clone()))
            .or_else(|| name_colon(input, prepared, tokens.clone()))
            .or_else(|| made_is_that(prepared, tokens.clone()))
            .or_else(|| the_fact_that(prepared, tokens.clone()))
            .or_else(|| headlines::find(input, prepared, s, tokens.clone()))
            .or_else(|| verdict(prepared, tokens.clone()))
            .or(passive)
            .or(trailing)
            .or(report);
        if let Some(mut draft) = draft {
            draft.sentence = s;
            drafts.push(draft);
        }
        signed(prepared, tokens.clone(), s, drafts);
        before_quotation(prepared, tokens.clone(), s, next..end, drafts);
        beside::find(input, prepared, &tokens, s, &(next..end), threshold, drafts);
        after_quotation(input, prepared, tokens, s, next..end, drafts);
    }
    layout::find(input, prepared, modelled, drafts);
}

/// Returns true if a cue is a part of a name, and no verb.
fn is_in_name(input: &Input<'_>, prepared: &Prepared, cue: &Range<usize>) -> bool {
    let Some(token) = input.tokens.get(cue.start).filter(|_| cue.len() == 1) else { return false };
    let word = word(prepared, cue.start);
    let after = input.entities.partition_point(|(span, _)| span.end <= token.start);
    let named =
        || input.entities.get(after).is_some_and(|(span, _)| span.start <= token.start && token.end <= span.end);
    word.capital && !word.reporting && named()
}

/// Takes the content from a draft whose source is a label: "Photo: “...”". Nothing is then made of it.
fn without_label(prepared: &Prepared, draft: &mut Draft) {
    let label = |source: &Range<usize>| {
        let words = prepared.words(source.clone());
        source.len() <= 2
            && word(prepared, source.end).lower == COLON
            && !words.is_empty()
            && words.iter().all(|w| w.sign || LABELS.contains(&w.lower))
    };
    if draft.source.iter().any(label) {
        draft.content.clear();
    }
}

pub(crate) fn word(prepared: &Prepared, i: usize) -> Word {
    prepared.words.get(i).copied().unwrap_or_default()
}

pub(crate) fn find_sign(prepared: &Prepared, range: Range<usize>, sign: u64) -> Option<usize> {
    range.into_iter().find(|&i| word(prepared, i).lower == sign && word(prepared, i).quote == OUTSIDE)
}

/// Returns the drafts `own` with a cue that may contain a token. They are in the order of their cues.
fn near(drafts: &[Draft], own: &Range<usize>, token: usize) -> Range<usize> {
    let list = drafts.get(own.clone()).unwrap_or_default();
    let first = own.start + list.partition_point(|d| d.cue.end <= token);
    first.saturating_sub(2).max(own.start)..(first + 3).min(own.end)
}

/// A name: capitalised words, with particles between them.
pub(crate) fn is_name(prepared: &Prepared, range: Range<usize>) -> bool {
    let words = prepared.words(range);
    let capitals = words.iter().filter(|w| w.capital).count();
    capitals > 0
        && words.iter().all(|w| w.capital || w.sign || PARTICLES.contains(&w.lower))
        && !words.iter().any(|w| DATES.iter().any(|list| list.contains(&w.lower)))
}

/// Returns true if words before a colon are no name.
pub(crate) fn is_heading(prepared: &Prepared, range: Range<usize>) -> bool {
    has(prepared, range.clone(), HEADINGS) || has(prepared, range, LABELS)
}

pub(crate) fn has(prepared: &Prepared, range: Range<usize>, list: &[u64]) -> bool {
    prepared.words(range).iter().any(|w| list.contains(&w.lower))
}

/// Returns the sentence from `start` on, without its end marks outside quotation marks.
pub(crate) fn rest(prepared: &Prepared, start: usize, end: usize) -> Range<usize> {
    let mut end = end;
    while end > start && word(prepared, end - 1).quote == OUTSIDE && STOPS.contains(&word(prepared, end - 1).lower) {
        end -= 1;
    }
    start..end
}

/// Finds "For some analysts, ..." and "For Ana Ruiz, adviser at the bank, ...": an opinion. X has opinions by trade, or
/// is a name with a role after it or a quotation behind it.
fn for_somebody(input: &Input<'_>, prepared: &Prepared, tokens: Range<usize>, own: &[Draft]) -> Option<Draft> {
    let start = tokens.start;
    if word(prepared, start).lower != FOR || word(prepared, start).quote != OUTSIDE {
        return None;
    }
    let reach = (start + 16).min(tokens.end);
    let comma = find_sign(prepared, start + 1..reach, COMMA)?;
    let holder = start + 1..comma;
    if holder.clone().next().is_none() || !prepared.words(holder.clone()).iter().all(|w| w.quote == OUTSIDE) {
        return None;
    }
    let observer = has(prepared, holder.clone(), OBSERVERS);
    let organisation = input
        .entities
        .iter()
        .skip(input.entities.partition_point(|(span, _)| span.end <= span_start(input, holder.start)))
        .take_while(|(span, _)| span.start < span_start(input, comma))
        .any(|&(_, holds_opinions)| holds_opinions);
    let named = is_name(prepared, holder.clone())
        || organisation
        || has(prepared, holder.clone(), INSTITUTIONS)
        || has(prepared, holder.clone(), PERSONS);
    if !observer && !named && !is_person(prepared, &holder) {
        return None;
    }
    // The explanation of the name, up to its comma.
    let mut begin = comma + 1;
    let mut source = holder;
    let mut explained = false;
    let second = find_sign(prepared, begin..(begin + 14).min(tokens.end), COMMA);
    if let Some(second) = second {
        let between = begin..second;
        let plain = prepared.words(between.clone()).iter().all(|w| w.quote == OUTSIDE)
            && !has(prepared, between.clone(), FINITE);
        let role = has(prepared, between.start..(between.start + 5).min(between.end), ROLES)
            || has(prepared, between.clone(), OBSERVERS);
        if plain && (role || (observer || named) && is_name(prepared, between.clone())) {
            explained = role;
            source.end = second;
            begin = second + 1;
        }
    }
    let content = rest(prepared, begin, tokens.end);
    let quoted = prepared.words(content.clone()).iter().filter(|w| w.quote != OUTSIDE && !w.sign).count();
    let judged = is_person(prepared, &source) && is_judgement(prepared, &content);
    if content.len() < 4 || !(observer || explained || quoted >= 2 || judged) {
        return None;
    }
    // A name with a role after it speaks, unless another has the last word.
    let last = |d: &Draft| d.source.iter().chain([&d.cue]).any(|part| part.end + 2 >= content.end);
    let taken = own.iter().filter(|d| !explained || last(d)).any(|d| {
        let parts = d.content.iter().chain(&d.source).chain([&d.cue]);
        let covered: usize = parts.map(|part| part.end.saturating_sub(part.start.max(begin))).sum();
        !d.source.is_empty() && d.source.iter().all(|s| s.start >= begin) && covered * 5 >= content.len() * 3
    });
    if taken {
        return None;
    }
    Some(Draft::by_rule(start..start + 1, source, content, if observer || quoted >= 2 { 0.9 } else { 0.8 }))
}

/// Returns true if a phrase is a pronoun for a person, a name, or ends with a noun for a person.
fn is_person(prepared: &Prepared, phrase: &Range<usize>) -> bool {
    let last = phrase.end.checked_sub(1).map(|last| word(prepared, last)).unwrap_or_default();
    subjects::PEOPLE.get(last.lower).is_some() || PERSONS.contains(&last.lower) || is_name(prepared, phrase.clone())
}

/// Returns true if a clause says what something is: "the flood was a warning".
fn is_judgement(prepared: &Prepared, clause: &Range<usize>) -> bool {
    let reach = clause.start + 1..clause.end.min(clause.start + LONGEST_NAME);
    let is = reach.clone().find(|at| FINITE.contains(&word(prepared, *at).lower));
    let plain = !SUBJECTS.contains(&word(prepared, clause.start).lower);
    plain
        && is.is_some_and(|is| IS.contains(&word(prepared, is).lower) && JUDGED.contains(&word(prepared, is + 1).lower))
}

fn span_start(input: &Input<'_>, token: usize) -> u32 {
    input.tokens.get(token).map_or(u32::MAX, |t| t.start)
}

/// "In the words of X, ...".
fn in_the_words_of(prepared: &Prepared, tokens: Range<usize>) -> Option<Draft> {
    let at = tokens.clone().find(|&i| {
        word(prepared, i).lower == const { hash_bytes(b"in") }
            && word(prepared, i + 1).lower == THE
            && WORDS_OF.contains(&word(prepared, i + 2).lower)
            && word(prepared, i + 3).lower == OF
            && word(prepared, i).quote == OUTSIDE
    })?;
    let begin = at + 4;
    let end = (begin..tokens.end)
        .find(|&i| {
            let w = word(prepared, i);
            w.quote != OUTSIDE || w.lower == COMMA || STOPS.contains(&w.lower) || DASHES.contains(&w.lower)
        })
        .unwrap_or(tokens.end);
    if end == begin || end - begin > 14 {
        return None;
    }
    let content =
        if at == tokens.start { rest(prepared, end + 1, tokens.end) } else { trim_comma(prepared, tokens.start..at) };
    (content.len() >= 2).then(|| Draft::by_rule(at..begin, begin..end, content, 0.9))
}

/// Finds "That was the verdict of X" behind a quotation.
fn verdict(prepared: &Prepared, tokens: Range<usize>) -> Option<Draft> {
    let start = tokens.start;
    let noun = start + 3;
    let points = POINTING.contains(&word(prepared, start).lower)
        && ARE.contains(&word(prepared, start + 1).lower)
        && word(prepared, start + 2).lower == THE
        && VERDICTS.contains(&word(prepared, noun).lower)
        && word(prepared, noun + 1).lower == OF;
    let mark = start.checked_sub(1).map(|before| word(prepared, before)).filter(|mark| mark.quote == CLOSING)?;
    let content = prepared.quotation_tokens.get(mark.quotation as usize)?.clone();
    let source = rest(prepared, noun + 2, tokens.end.min(noun + LONGEST_VERDICT));
    (points && source.start < source.end).then(|| Draft::by_rule(start..noun + 2, source, content, 0.85))
}

fn trim_comma(prepared: &Prepared, range: Range<usize>) -> Range<usize> {
    let last = range.end.saturating_sub(1);
    if range.len() > 1 && word(prepared, last).lower == COMMA && word(prepared, last).quote == OUTSIDE {
        range.start..last
    } else {
        range
    }
}

/// Finds "“...” — Ana Ruiz": quotations with signatures, perhaps several in a row.
fn signed(prepared: &Prepared, tokens: Range<usize>, sentence: usize, drafts: &mut Vec<Draft>) {
    // A signature at the beginning of a sentence belongs to a quotation that ended the one before.
    for dash in tokens.clone() {
        if !DASHES.contains(&word(prepared, dash).lower) {
            continue;
        }
        let Some(mark) = dash.checked_sub(1).map(|before| word(prepared, before)).filter(|mark| mark.quote == CLOSING)
        else {
            continue;
        };
        let Some(content) = prepared.quotation_tokens.get(mark.quotation as usize).cloned() else { continue };
        let end = (dash + 1..tokens.end)
            .find(|&i| word(prepared, i).quote != OUTSIDE)
            .unwrap_or_else(|| rest(prepared, dash + 1, tokens.end).end);
        let comma = find_sign(prepared, dash + 1..end, COMMA).unwrap_or(end);
        let name = dash + 1..end;
        let begins = content.start <= tokens.start
            || drafts.last().is_some_and(|d| d.source.iter().any(|s| s.end == content.start));
        if begins && content.len() >= 5 && (1..10).contains(&name.len()) && is_name(prepared, name.start..comma) {
            drafts.push(Draft { sentence, ..Draft::by_rule(dash..dash + 1, name, content, 0.9) });
        }
    }
}

/// "... the fact that he called “...”": the words are told with a cue of their own, nearer than the outer one.
fn the_fact_that(prepared: &Prepared, tokens: Range<usize>) -> Option<Draft> {
    let that = tokens.clone().skip(2).find(|&i| {
        word(prepared, i).lower == THAT
            && word(prepared, i - 1).lower == const { hash_bytes(b"fact") }
            && SUBJECTS.contains(&word(prepared, i + 1).lower)
            && word(prepared, i).quote == OUTSIDE
    })?;
    let (verb, mark) = (that + 2, word(prepared, that + 3));
    let content = prepared.quotation_tokens.get(mark.quotation as usize)?.clone();
    let told = mark.quote == OPENING && (word(prepared, verb).reporting || word(prepared, verb).cue >= 2);
    (told && content.start == verb + 1 && content.len() >= 6)
        .then(|| Draft::by_rule(verb..verb + 1, that + 1..that + 2, content, 0.9))
}

/// "The announcement that X made is that ...".
fn made_is_that(prepared: &Prepared, tokens: Range<usize>) -> Option<Draft> {
    let is = tokens.clone().skip(2).find(|&i| {
        IS.contains(&word(prepared, i).lower)
            && MADE.contains(&word(prepared, i - 1).lower)
            && word(prepared, i + 1).lower == THAT
            && word(prepared, i).quote == OUTSIDE
    })?;
    let made = is - 1;
    let from = tokens.start.max(made.saturating_sub(8));
    let noun = (from..made).rev().find(|&i| STATEMENTS.contains(&word(prepared, i).lower))?;
    let begin = if word(prepared, noun + 1).lower == THAT { noun + 2 } else { noun + 1 };
    let content = rest(prepared, is + 1, tokens.end);
    (begin < made && content.len() >= 4 && is + 1 < tokens.end)
        .then(|| Draft::by_rule(made..is + 1, begin..made, content, 0.85))
}

/// "Ana Ruiz: “...”".
fn name_colon(input: &Input<'_>, prepared: &Prepared, tokens: Range<usize>) -> Option<Draft> {
    let start = layout::behind_bullet(input, &tokens);
    let colon = find_sign(prepared, start..(start + LONGEST_LABEL).min(tokens.end), COLON)?;
    let name = start..colon;
    // "Ana Ruiz, a judge in Lima: “...”".
    let comma = find_sign(prepared, start..colon, COMMA).filter(|_| !has(prepared, name.clone(), FINITE));
    let own = start..comma.unwrap_or(colon);
    if own.is_empty() || own.len() > LONGEST_NAME || !is_name(prepared, own.clone()) || is_heading(prepared, own) {
        return None;
    }
    let open = word(prepared, colon + 1);
    // The quotation may be the next sentence.
    let content = if open.quote == OPENING {
        let quotation = prepared.quotation_tokens.get(open.quotation as usize)?.clone();
        // "Ana Ruiz: ‘A slap’ in the face."
        let rest = rest(prepared, colon + 1, tokens.end);
        if rest.end > quotation.end { rest } else { quotation }
    } else {
        return None;
    };
    (content.len() >= 4).then(|| Draft::by_rule(colon..colon + 1, name, content, 0.9))
}

/// "Ana Ruiz smiled: “...”": whatever she did before the colon, she said this.
fn before_quotation(
    prepared: &Prepared,
    tokens: Range<usize>,
    sentence: usize,
    own: Range<usize>,
    drafts: &mut Vec<Draft>,
) {
    // The quotation may be the next sentence.
    for i in tokens.start + 3..=tokens.end {
        let (mark, colon, verb) = (word(prepared, i), word(prepared, i - 1), word(prepared, i - 2));
        if mark.quote != OPENING || colon.lower != COLON || verb.capital || verb.sign || verb.quote != OUTSIDE {
            continue;
        }
        let Some(content) = prepared.quotation_tokens.get(mark.quotation as usize).cloned() else { continue };
        let end = i - 2;
        let reach = tokens.start.max(end.saturating_sub(LONGEST_NAME));
        let named = |j: &usize| word(prepared, *j).capital && is_name(prepared, *j..end);
        let begin = (reach..end).rev().take_while(named).last().unwrap_or(end);
        let known = |d: &&mut Draft| d.cue.contains(&end) && d.content.iter().any(|c| c.contains(&i));
        let near = near(drafts, &own, end);
        if let Some(known) = drafts.get_mut(near).unwrap_or_default().iter_mut().find(known) {
            // The model's parts are better; that the quotation is theirs is certain.
            known.rule = true;
            known.score = known.score.max(0.6);
        } else if begin < end && content.len() >= 4 && !is_heading(prepared, begin..i - 1) {
            drafts.push(Draft { sentence, ..Draft::by_rule(end..i, begin..end, content, 0.85) });
        }
    }
}

/// "“...,” comments Ana Ruiz": a reporting verb right behind the closing mark and a name behind it.
fn after_quotation(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: Range<usize>,
    sentence: usize,
    own: Range<usize>,
    drafts: &mut Vec<Draft>,
) {
    for i in tokens.clone() {
        let mark = word(prepared, i);
        if mark.quote != CLOSING {
            continue;
        }
        let ended = i > 0 && word(prepared, i - 1).sign;
        let verb = word(prepared, i + 1);
        let first = word(prepared, i + 2);
        let capital = first.capital || PARTICLES.contains(&first.lower) && word(prepared, i + 3).capital;
        if i + 2 >= tokens.end || !ended || verb.capital || verb.sign || !capital || first.quote != OUTSIDE {
            continue;
        }
        // After ",”" and before a name any verb form reports.
        let comma = i > 0 && word(prepared, i - 1).lower == COMMA;
        let form = input.tokens.get(i + 1).and_then(|t| t.get(input.text)).unwrap_or("");
        if !verb.reporting && !(comma && form.len() > 3 && (form.ends_with('s') || form.ends_with("ed"))) {
            continue;
        }
        let Some(content) = prepared.quotation_tokens.get(mark.quotation as usize).cloned() else { continue };
        let known = |d: &Draft| {
            d.cue.contains(&(i + 1))
                && d.source.iter().any(|s| s.start == i + 2)
                && d.content.iter().any(|c| c.start < content.end && content.start < c.end)
        };
        let near = near(drafts, &own, i + 1);
        if let Some(known) = drafts.get_mut(near).unwrap_or_default().iter_mut().find(|d| known(d)) {
            known.score = known.score.max(0.6);
            continue;
        }
        let end = (i + 2..tokens.end.min(i + 12))
            .find(|&j| {
                let w = word(prepared, j);
                w.lower == COMMA
                    || w.sign && !DASHES.contains(&w.lower)
                    || ENDERS.contains(&w.lower)
                    || w.quote != OUTSIDE
            })
            .unwrap_or(tokens.end.min(i + 12));
        if content.len() < if comma { 4 } else { 6 } || end <= i + 2 || !is_name(prepared, i + 2..end) {
            continue;
        }
        drafts.push(Draft { sentence, ..Draft::by_rule(i + 1..i + 2, i + 2..end, content, 0.9) });
    }
}
