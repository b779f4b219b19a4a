//! Bare groups of people that open a sentence: `Villagers in X blocked the road. They said ...`. Such a group is hidden until
//! it speaks, so that "they" has somebody to mean.

use copydesk_text::MentionType;
use copydesk_text::lang::ENGLISH;

use super::Walk;
use crate::cluster::NONE;
use crate::names::{Class, Gender};
use crate::words::{RoleWord, Word, fold_hash, is_possessive};

/// Tokens that may stand before the noun.
const LONGEST: usize = 6;
/// Tokens of a phrase before the subject: `On Tuesday, farmers ...`.
const FRONTED: usize = 12;
/// A noun of fewer letters is not judged by its ending.
const SHORTEST: usize = 5;

impl Walk<'_, '_> {
    /// Reads the group that opens the sentence of its first token, if there is one. Returns one past its noun, or 0.
    pub(super) fn read_opening_group(&mut self, at: usize) -> usize {
        let direct = self.quote_of(at).is_some_and(|q| self.input.quotes.get(q as usize).is_some_and(|q| q.direct));
        if direct || self.is_byline(at) {
            return 0;
        }
        let Some((from, noun)) = self.subject_start(at).and_then(|from| self.opening_group(from)) else { return 0 };
        let word = self.word(noun);
        let class = if word.is(Word::ROLE_ORG) && !word.is(Word::ROLE_PERSON) { Class::Org } else { Class::Person };
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let actor = self.hide(from, noun, class, Gender::default(), true);
        self.mention(self.span(from, noun + 1), actor, MentionType::Nominal, from, noun + 1, sentence);
        if let Some(group) = self.s.recent.last_mut().filter(|c| c.actor == actor) {
            group.subject = true;
        }
        self.group = (from as u32, noun as u32);
        noun + 1
    }

    /// The token at which the subject of a sentence may begin: behind `Meanwhile`, or behind a phrase with a comma.
    fn subject_start(&self, at: usize) -> Option<usize> {
        let (word, sentence) = (self.word(at), self.s.layout.sentence.get(at));
        let here = |k: &usize| self.s.layout.sentence.get(*k) == sentence;
        if word.is(Word::PREPOSITION) && self.s.layout.entity.get(at) == Some(&NONE) {
            let comma = (at..at + FRONTED).take_while(here).find(|k| self.text(*k) == ",")?;
            return Some(comma + 1).filter(here);
        }
        let text = self.text(at);
        let starts = ENGLISH.function.starters.iter().any(|own| own.eq_ignore_ascii_case(text));
        if !starts || word.is(Word::DETERMINER | Word::PRONOUN | Word::CLAUSE) {
            return Some(at);
        }
        Some(if self.text(at + 1) == "," { at + 2 } else { at + 1 }).filter(here)
    }

    /// The group that begins at a token: where it begins, and its noun.
    fn opening_group(&self, at: usize) -> Option<(usize, usize)> {
        let sentence = self.s.layout.sentence.get(at);
        let mut from = at;
        for noun in at..at + LONGEST {
            if self.s.layout.sentence.get(noun) != sentence {
                return None;
            }
            if let Some(id) = self.s.layout.entity.get(noun).filter(|id| **id != NONE) {
                let label = self.input.entities.get(*id as usize).map_or("", |entity| entity.label);
                if matches!(Class::of_label(label), Class::Person | Class::Unknown) {
                    return None;
                }
                continue;
            }
            let (word, text) = (self.word(noun), self.text(noun));
            if is_possessive(text) || matches!(text, "-" | "‑" | "‐") {
                continue;
            }
            if self.is_group_noun(noun, noun == at) && !self.goes_on(noun + 1) {
                // The walk reads nouns of the lists behind a determiner.
                let read = word.is(Word::ROLE) && (from..noun).any(|k| self.word(k).is(Word::DETERMINER));
                return (!read).then_some((from, noun));
            }
            // `Hundreds of farmers`, `more than 40 farmers`: the group begins behind.
            let quantity = matches!(text, "of" | "than") && noun > at && noun <= at + 2;
            if quantity && !(at..noun).any(|k| self.means_person(k)) {
                from = noun + 1;
                continue;
            }
            let breaks = word.is(Word::PREPOSITION
                | Word::VERB
                | Word::SPEECH
                | Word::CLAUSE
                | Word::CONJUNCTION
                | Word::PRONOUN
                | Word::BE)
                && !word.is(Word::MODIFIER | Word::ROLE | Word::DETERMINER);
            let capital = noun > from && text.starts_with(char::is_uppercase);
            if breaks || capital || !text.chars().any(char::is_alphanumeric) {
                return None;
            }
        }
        None
    }

    /// Returns true if a noun phrase goes on at a token: `police chief`, `farmers’ union`.
    fn goes_on(&self, at: usize) -> bool {
        let word = self.word(at);
        is_possessive(self.text(at))
            || self.s.layout.entity.get(at).is_some_and(|e| *e != NONE)
            || matches!(self.text(at), "-" | "‑" | "‐" | ":")
            || (word.is(Word::ROLE) && !word.is(Word::VERB | Word::SPEECH))
            || self.is_trade(at)
            || self.is_group_noun(at, false)
    }

    /// Returns true for a noun for several people: of the lists, the plural of one of these, or by its ending.
    fn is_group_noun(&self, at: usize, opens: bool) -> bool {
        let (word, text) = (self.word(at), self.text(at));
        if !opens && !text.starts_with(char::is_lowercase) {
            return false;
        }
        if word.is(Word::PLURAL) {
            return word.is(Word::ROLE_PERSON | Word::ROLE_ORG);
        }
        if word.0 != 0 || !text.chars().skip(1).all(char::is_lowercase) {
            return false;
        }
        let endings = ENGLISH.nouns.person_endings;
        let several = text.ends_with('s') && !text.ends_with("ss");
        let Some(one) = text.strip_suffix('s').filter(|_| several) else {
            return text.len() >= SHORTEST && text.ends_with("men") && endings.contains(&"men");
        };
        let hash = fold_hash(one);
        let (word, role) = (self.lexicon.word(hash), self.lexicon.role(hash));
        if word.is(Word::ROLE_PERSON) || role.is(RoleWord::TRADE | RoleWord::STRANGER) {
            return !word.is(Word::VERB | Word::SPEECH);
        }
        word.0 == 0 && !role.is(RoleWord::THING) && one.len() >= SHORTEST && endings.iter().any(|e| one.ends_with(e))
    }

    /// Returns true for a name within the group that was read last: `Austrian` of `Austrian police`.
    pub(super) fn is_in_group(&self, from: usize, to: usize) -> bool {
        let (first, noun) = self.group;
        first as usize <= from && to <= noun as usize
    }
}
