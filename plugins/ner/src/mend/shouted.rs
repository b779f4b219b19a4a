//! Lines in capitals. There, no word tells a name from others, and the models join them: "HOLT QUITS AFTER ROW". The
//! names of the other lines tell them apart.

use copydesk_model::hash::hash_bytes;
use copydesk_text::lang::ENGLISH;

use super::{Rows, Words, has};
use crate::recognizer::Entity;

/// A name in capitals has no more words, unless the document has it elsewhere.
const LONGEST: usize = 2;

/// The names of lines in other letters, as hashes in small letters, sorted.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Each with its label. Of people, the surnames too.
    names: Vec<(u64, u16)>,
    small: String,
}

impl Known {
    fn hash(&mut self, words: Words<'_>, first: usize, last: usize) -> u64 {
        self.small.clear();
        for at in first..=last {
            self.small.push_str(if at > first { " " } else { "" });
            self.small.extend(words.get(at).chars().flat_map(char::to_lowercase));
        }
        hash_bytes(self.small.as_bytes())
    }

    fn fill(&mut self, words: Words<'_>, rows: Rows, found: &[Entity]) {
        let mut names = std::mem::take(&mut self.names);
        names.clear();
        for entity in found {
            let small = entity.span.get(words.text).is_some_and(|name| name.contains(char::is_lowercase));
            let Some((first, last)) = words.of(entity.span).filter(|(first, last)| small && last - first < 8) else {
                continue;
            };
            names.push((self.hash(words, first, last), entity.label));
            if entity.label == rows.person && first < last {
                names.push((self.hash(words, last, last), entity.label));
            }
        }
        names.sort_unstable();
        names.dedup_by_key(|(hash, _)| *hash);
        self.names = names;
    }

    fn label(&mut self, words: Words<'_>, first: usize, last: usize) -> Option<u16> {
        let hash = self.hash(words, first, last);
        let at = self.names.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
        self.names.get(at).map(|(_, label)| *label)
    }
}

/// Takes names in lines of capitals apart. A long one, or one with a small word such as `FOR`, is replaced by the names
/// within it that the document has elsewhere.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &mut Vec<Entity>, known: &mut Known, out: &mut Vec<Entity>) {
    let (mut is_filled, mut last_line, mut changed) = (false, None, false);
    out.clear();
    for (row, entity) in found.iter().enumerate() {
        let range = words.of(entity.span).filter(|(first, last)| first < last && is_loud(words, *first, *last));
        let in_capitals = range.filter(|(first, _)| {
            let line = words.sentences.get(*first).copied();
            let is_known = matches!(last_line, Some((known, _)) if Some(known) == line);
            if !is_known {
                last_line = line.map(|line| (line, is_shouted(words, *first)));
            }
            matches!(last_line, Some((_, true)))
        });
        let Some((first, last)) = in_capitals else {
            if changed {
                out.push(*entity);
            }
            continue;
        };
        if !is_filled {
            known.fill(words, rows, found);
            is_filled = true;
        }
        let is_plausible = is_plausible(words, rows, *entity, first, last);
        // `MAYOR HOLT` is one name, `HOLT QUITS` is none.
        let is_whole = known.label(words, first, last).is_some()
            || is_plausible && (first + 1..=last).any(|at| known.label(words, at, last).is_some());
        let mut parts = Parts { words, known, at: first, last };
        let mut next = if is_whole { None } else { parts.next() };
        if is_whole || next.is_none() && is_plausible {
            if changed {
                out.push(*entity);
            }
            continue;
        }
        if !changed {
            out.extend_from_slice(found.get(..row).unwrap_or_default());
            changed = true;
        }
        while let Some((from, to, label)) = next {
            out.extend(words.cover(from, to).map(|span| Entity { span, label, ..*entity }));
            next = parts.next();
        }
    }
    if changed {
        std::mem::swap(found, out);
    }
}

/// The known names within a range of tokens, the longest first at each place.
struct Parts<'a, 'k> {
    words: Words<'a>,
    known: &'k mut Known,
    at: usize,
    last: usize,
}

impl Parts<'_, '_> {
    fn next(&mut self) -> Option<(usize, usize, u16)> {
        while self.at <= self.last {
            let first = self.at;
            let longest = self.last.min(first + 5);
            let found = (first..=longest).rev().find_map(|to| Some((to, self.known.label(self.words, first, to)?)));
            self.at = found.map_or(first, |(to, _)| to) + 1;
            if let Some((to, label)) = found {
                return Some((first, to, label));
            }
        }
        None
    }
}

/// Returns true for a name that may be one even if the document has it nowhere else.
fn is_plausible(words: Words<'_>, rows: Rows, entity: Entity, first: usize, last: usize) -> bool {
    let function = &ENGLISH.function;
    let is_small = |at: usize| {
        let word = words.get(at);
        has(function.prepositions, word) || has(function.conjunctions, word) || has(ENGLISH.verbs.finite, word)
    };
    let count = last + 1 - first;
    if entity.label == rows.person || Some(entity.label) != rows.organisation {
        return count <= LONGEST + 1 && !(first..=last).any(is_small);
    }
    // `BANK OF KENYA`
    let is_named =
        |at: usize| has(ENGLISH.nouns.organisation, words.get(at)) || has(ENGLISH.names.designators, words.get(at));
    let joined = |at: usize| has(ENGLISH.names.between_capitals, words.get(at));
    !(first..=last).any(|at| is_small(at) && !joined(at))
        && (count <= LONGEST || (first..=last).any(is_named) && count <= 5)
}

/// Returns true if words have no small letters.
fn is_loud(words: Words<'_>, first: usize, last: usize) -> bool {
    words.cover(first, last).and_then(|span| span.get(words.text)).is_some_and(|own| !own.contains(char::is_lowercase))
}

/// Returns true if the sentence of a token has three words of capitals or more, and no small letter.
fn is_shouted(words: Words<'_>, at: usize) -> bool {
    let sentence = words.sentences.get(at);
    let own = |at: &usize| words.sentences.get(*at) == sentence;
    let first = words.sentences.partition_point(|own| Some(own) < sentence);
    let mut loud = 0;
    for at in (first..words.tokens.len()).take_while(own) {
        let word = words.get(at);
        if word.contains(char::is_lowercase) {
            return false;
        }
        loud += usize::from(word.chars().filter(|c| c.is_uppercase()).count() > 1);
    }
    loud > 2
}
