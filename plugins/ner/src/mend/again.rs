//! Surnames that are common words, or stand behind a title alone: "Hugh Power", and later "Power will resign". And those that
//! are places or peoples: "Kate Ireland", and later "Ireland said".

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use super::ends::is_numeral;
use super::{Rows, SCORE, Words, has, is_act, is_capitalised};
use crate::recognizer::Entity;
use crate::words::in_small_letters;

/// The surnames of a document.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Their hashes, sorted, each with the same word in small letters.
    surnames: Vec<(u64, u64)>,
    /// Surnames with the particle before them, as hashes, sorted: `de Alba`, and `la Vega` with `de la`.
    particles: Vec<(u64, u64)>,
    /// The small forms, sorted, and those of them that the text has.
    small: Vec<u64>,
    seen: Vec<u64>,
    /// Surnames behind a given name, as hashes, sorted, and those of them that stand behind a preposition or an article.
    full: Vec<u64>,
    placed: Vec<u64>,
    /// A bit for the first two bytes and the length of each of both: most words of a text are no candidate.
    filter: Vec<u64>,
}

/// The filter has so many bits.
const FILTER: usize = 1 << 10;

fn hash_of(word: &str) -> u64 {
    hash_bytes(word.as_bytes())
}

fn bit(word: &[u8]) -> usize {
    let byte = |at: usize| word.get(at).copied().map_or(0, usize::from);
    (byte(0) * 31 + byte(1) * 7 + word.len() * 97) % FILTER
}

impl Known {
    fn fill(&mut self, words: Words<'_>, rows: Rows, found: &[Entity]) {
        self.surnames.clear();
        self.small.clear();
        self.particles.clear();
        self.seen.clear();
        self.full.clear();
        self.placed.clear();
        self.filter.clear();
        self.filter.resize(FILTER / 64, 0);
        for entity in found.iter().filter(|entity| entity.label == rows.person) {
            let Some((first, last)) = words.of(entity.span) else { continue };
            let word = words.get(last);
            let mut at = last;
            while at > first + 1 && ENGLISH.names.particles.contains(&words.get(at - 1)) {
                self.particles.push((hash_of(words.get(at)), hash_of(words.get(at - 1))));
                at -= 1;
            }
            let letters = word.chars().all(char::is_alphabetic) && word.chars().nth(2).is_some();
            if !letters || !is_capitalised(word) || !word.contains(char::is_lowercase) || word.len() > 40 {
                continue;
            }
            let mut buffer = [0; 80];
            let Some(small) = in_small_letters(word, &mut buffer) else { continue };
            self.surnames.push((hash_bytes(word.as_bytes()), hash_bytes(small)));
            self.small.push(hash_bytes(small));
            if last > first {
                self.full.push(hash_of(word));
            }
            for bit in [bit(word.as_bytes()), bit(small)] {
                if let Some(slot) = self.filter.get_mut(bit / 64) {
                    *slot |= 1 << (bit % 64);
                }
            }
        }
        self.particles.sort_unstable();
        self.surnames.sort_unstable();
        self.surnames.dedup();
        self.small.sort_unstable();
        self.small.dedup();
        self.full.sort_unstable();
        self.full.dedup();
    }

    /// Gives a surname that a model takes for a place or a people, and that acts, to its person. If the text has it behind
    /// "in" or "the" too, nobody knows.
    fn give_back(&mut self, words: Words<'_>, rows: Rows, found: &mut [Entity]) {
        let Known { full, placed, .. } = self;
        let alone = |entity: &Entity| {
            let (first, last) = words.of(entity.span)?;
            let hash = hash_of(words.get(first));
            let is_known = first == last && entity.label != rows.person && full.binary_search(&hash).is_ok();
            is_known.then_some((first, hash))
        };
        let function = &ENGLISH.function;
        let is_placed = |(at, _): &(usize, u64)| {
            has(function.prepositions, words.before(*at)) || has(function.determiners, words.before(*at))
        };
        placed.extend(found.iter().filter_map(alone).filter(is_placed).map(|(_, hash)| hash));
        placed.sort_unstable();
        for entity in found.iter_mut() {
            let Some((at, hash)) = alone(entity) else { continue };
            let (before, after) = (words.before(at), words.after(at));
            let verbs = &ENGLISH.verbs;
            let acts = is_act(after) || [verbs.objects, verbs.clauses].iter().any(|list| list.contains(&after));
            if acts && !before.starts_with(char::is_alphabetic) && placed.binary_search(&hash).is_err() {
                *entity = Entity { label: rows.person, score: SCORE, ..*entity };
            }
        }
    }

    fn may_have(&self, word: &str) -> bool {
        let bit = bit(word.as_bytes());
        self.filter.get(bit / 64).is_some_and(|slot| slot & (1 << (bit % 64)) != 0)
    }

    /// Adds the particles that a surname has elsewhere to the name of a person.
    fn with_particles(&self, words: Words<'_>, span: Span, end: u32) -> Span {
        let Some((mut first, _)) = words.of(span) else { return span };
        let mut span = span;
        while let Some(own) = first.checked_sub(1).and_then(|at| words.tokens.get(at)).filter(|own| own.start >= end) {
            let pair = (hash_of(words.get(first)), hash_of(words.before(first)));
            if self.particles.binary_search(&pair).is_err() {
                break;
            }
            span = own.cover(span);
            first -= 1;
        }
        span
    }

    /// The small form of a surname.
    fn surname(&self, word: &str) -> Option<u64> {
        let hash = hash_bytes(word.as_bytes());
        let at = self.surnames.binary_search_by_key(&hash, |(own, _)| *own).ok()?;
        self.surnames.get(at).map(|(_, small)| *small)
    }
}

/// A word that may be a name.
struct Candidate {
    first: usize,
    last: usize,
    /// Its small form, if it counts only where the text does not have that.
    small: Option<u64>,
}

/// Adds surnames of people that the document names elsewhere, names behind titles, and rulers with a number.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &mut Vec<Entity>, known: &mut Known, out: &mut Vec<Entity>) {
    known.fill(words, rows, found);
    if !known.full.is_empty() {
        known.give_back(words, rows, found);
    }
    if !known.particles.is_empty() {
        let mut end = 0;
        for entity in found.iter_mut() {
            if entity.label == rows.person {
                entity.span = known.with_particles(words, entity.span, end);
            }
            end = entity.span.end;
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let (mut next, mut at) = (0, 0);
    while let Some(token) = words.tokens.get(at) {
        while found.get(next).is_some_and(|entity| entity.span.end <= token.start) {
            next += 1;
        }
        let covered = found.get(next).is_some_and(|entity| entity.span.start < token.end);
        let word = words.get(at);
        let capital = word.as_bytes().first().is_some_and(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
        if !capital || !is_capitalised(word) {
            if known.may_have(word) {
                let hash = hash_bytes(word.as_bytes());
                if known.small.binary_search(&hash).is_ok() {
                    known.seen.push(hash);
                }
            }
        } else if !covered && let Some(candidate) = candidate(words, known, at) {
            at = candidate.last;
            candidates.push(candidate);
        }
        at += 1;
    }
    known.seen.sort_unstable();
    let is_common = |small: Option<u64>| small.is_some_and(|small| known.seen.binary_search(&small).is_ok());
    let mut kept = candidates.iter().filter(|candidate| !is_common(candidate.small)).peekable();
    if kept.peek().is_none() {
        return;
    }
    out.clear();
    let mut rest = found.as_slice();
    for candidate in kept {
        let Some(span) = words.cover(candidate.first, candidate.last) else { continue };
        let before = rest.iter().take_while(|entity| entity.span.end <= span.start).count();
        out.extend_from_slice(rest.get(..before).unwrap_or_default());
        rest = rest.get(before..).unwrap_or_default();
        if rest.first().is_none_or(|entity| entity.span.start >= span.end) {
            out.push(Entity { span, label: rows.person, score: SCORE });
        }
    }
    out.extend_from_slice(rest);
    std::mem::swap(found, out);
}

/// Returns the name that a word in capitals outside of names may be.
fn candidate(words: Words<'_>, known: &Known, at: usize) -> Option<Candidate> {
    let word = words.get(at);
    let (before, after) = (words.before(at), words.after(at));
    if is_numeral(word) {
        // `Pope Urban IX`
        let title = at.checked_sub(2).map_or("", |two| words.near(at, Some(two)));
        let is_ruler = is_capitalised(before) && is_title_of_one(title);
        return is_ruler.then(|| Candidate { first: at - 1, last: at, small: None });
    }
    if is_capitalised(after) {
        return None;
    }
    if is_form_of_address(before) {
        let nouns = &ENGLISH.nouns;
        let is_role = [nouns.person, nouns.men, nouns.women, ENGLISH.names.titles].iter().any(|list| has(list, word));
        let is_name = !is_role && word.contains(char::is_lowercase) && word.chars().all(char::is_alphabetic);
        return is_name.then_some(Candidate { first: at, last: at, small: None });
    }
    if is_capitalised(before) || has(ENGLISH.function.determiners, before) {
        return None;
    }
    let small = known.may_have(word).then(|| known.surname(word)).flatten()?;
    let is_first = before.is_empty() || !before.chars().any(char::is_alphanumeric);
    let is_name = !is_first || is_act(after);
    is_name.then_some(Candidate { first: at, last: at, small: is_first.then_some(small) })
}

/// Returns true for a title that stands before a name alone: `Mr`, `Cllr`, `King`.
fn is_title_of_one(word: &str) -> bool {
    let names = &ENGLISH.names;
    is_capitalised(word)
        && [names.titles_of_men, names.titles_of_women, names.titles_shortened].iter().any(|list| has(list, word))
}

/// Returns true for a short title that a name must follow: `Mr`, `Cllr`.
fn is_form_of_address(word: &str) -> bool {
    is_capitalised(word) && has(ENGLISH.names.forms_of_address, word)
}
