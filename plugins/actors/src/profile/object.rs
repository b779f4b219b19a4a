//! Objects of prepositions in phrases that tell a role: whose the role is, by a name or by the words of a body.

use super::phrase::{Noun, Reader};
use super::{LENGTH, MODIFIERS, Owner, Tie};
use crate::cluster::NONE;
use crate::names::Class;
use crate::words::{RoleWord, Word, is_possessive};

/// Words that tell what a body is of: `eel fishers`.
const FIELD: usize = 3;

impl Reader<'_, '_> {
    /// The object of a preposition: whose it is, where it ends, and if it is an organisation or a place.
    pub(super) fn object(&self, at: usize, limit: usize) -> Option<(Owner, usize, bool)> {
        let mut at = at;
        let mut depth = 0;
        loop {
            let mut start = at;
            while start < limit && self.entity(start).is_none() && self.word(start).is(Word::DETERMINER) {
                start += 1;
            }
            if let Some(id) = self.entity(start) {
                let (_, end) = self.range(id);
                let owned = end < limit && is_possessive(self.text(end));
                // `Leeds's Institute of Music`.
                if owned
                    && self.class(id) == Class::Place
                    && let Some(body) = self.entity(end + 1).filter(|body| self.class(*body) == Class::Org)
                    && !is_possessive(self.text(self.range(body).1))
                {
                    return Some((Owner::Name(body), self.range(body).1, true));
                }
                if !owned && end > start && !self.hyphen(end) {
                    let next = end < limit && self.is_lower(end) && !self.break_before_noun(end);
                    let modifies = next
                        && !self.word(end).is(Word::PREPOSITION | Word::VERB | Word::SPEECH | Word::DETERMINER)
                        && self.body(end);
                    // `Borgo di Sopra`, taken apart.
                    if !modifies && let Some(last) = self.behind_particle(end, limit) {
                        return Some((Owner::Words { from: start as u32, to: last as u32 }, last, true));
                    }
                    if !modifies {
                        return Some((Owner::Name(id), end, !matches!(self.class(id), Class::Person | Class::Value)));
                    }
                }
            }
            if let Some((id, end)) = self.apposed(start, limit) {
                return Some((Owner::Name(id), end, true));
            }
            if let Some(end) = self.numbered(start, limit) {
                return Some((Owner::Words { from: start as u32, to: end as u32 }, end, true));
            }
            if let Some((from, end)) = self.apposed_capitals(start, limit) {
                return Some((Owner::Words { from: from as u32, to: end as u32 }, end, true));
            }
            let noun = self.plain(start, limit)?;
            let body = self.body(noun.head);
            // `the border town of X`, `the group of X`: the name is what is meant.
            if body
                && depth == 0
                && noun.to < limit
                && self.word(noun.to).is(Word::FUNCTION)
                && self.role(noun.to).is(RoleWord::AFFILIATING)
                && (noun.to + 1..limit.min(noun.to + 3)).any(|k| self.entity(k).is_some())
            {
                at = noun.to + 1;
                depth += 1;
                continue;
            }
            let owner = Owner::Words { from: noun.from as u32, to: noun.to as u32 };
            return Some((owner, noun.to, body));
        }
    }

    /// The name that ends a noun phrase, with its end: `Y` of `the charity Y`, of `the Leeds-based charity Y`.
    fn apposed(&self, at: usize, limit: usize) -> Option<(u32, usize)> {
        let (mut at, sentence) = (at, self.sentence(at));
        let mut noun = NONE as usize;
        let limit = limit.min(at + LENGTH).min(self.input.tokens.len());
        while at < limit && self.sentence(at) == sentence {
            if let Some(id) = self.entity(at) {
                let end = self.range(id).1.max(at + 1);
                let named = match self.class(id) {
                    Class::Org => true,
                    Class::Place => self.body(noun),
                    _ => false,
                };
                if noun.wrapping_add(1) == at && named && !is_possessive(self.text(end)) && !self.hyphen(end) {
                    return Some((id, end));
                }
                at = end;
                continue;
            }
            let function = Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER | Word::FUNCTION;
            if !self.joint(at) && (self.word(at).is(function) || self.break_before_noun(at)) {
                return None;
            }
            if self.is_lower(at) && !self.hyphen(at) {
                noun = at;
            }
            at += 1;
        }
        None
    }

    /// The name by capitals that is, or ends, a noun phrase: `the Leeds-based Harbour Guild`, `the charity Shorewatch`.
    fn apposed_capitals(&self, at: usize, limit: usize) -> Option<(usize, usize)> {
        let sentence = self.sentence(at);
        let mut at = at;
        while at < limit && self.sentence(at) == sentence {
            let based = self.hyphen(at + 1);
            if !based && let Some(end) = self.capitals(at) {
                return Some((at, end));
            }
            let function = Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER | Word::FUNCTION;
            if !self.joint(at)
                && (self.entity(at).is_some() || self.word(at).is(function) || self.break_before_noun(at))
            {
                return None;
            }
            at += if based { 3 } else { 1 };
        }
        None
    }

    /// The end of a name that goes on behind a particle: `di Sopra`.
    fn behind_particle(&self, at: usize, limit: usize) -> Option<usize> {
        let next = self.entity(at + 1).filter(|_| at + 1 < limit)?;
        let particle = self.word(at).is(Word::PARTICLE) && self.is_lower(at) && self.entity(at).is_none();
        (particle && self.sentence(at) == self.sentence(at + 1)).then(|| self.range(next).1)
    }

    /// True for words that are a name, though no entity is: by capitals, by a number, or taken apart.
    pub fn is_name(&self, from: usize, to: usize) -> bool {
        self.entity(from).is_some() || self.numbered(from, to) == Some(to) || self.capitals(from) == Some(to)
    }

    /// The end of a body told by its number: `union number two`, `School No. 7`.
    fn numbered(&self, from: usize, limit: usize) -> Option<usize> {
        let near = from + 1..limit.min(from + MODIFIERS);
        let number =
            near.into_iter().find(|at| self.role(*at).is(RoleWord::NUMBERING) && self.entity(*at).is_none())?;
        let stop = usize::from(self.text(number + 1) == ".");
        let figure = number + 1 + stop;
        let told =
            self.word(figure).is(Word::DETERMINER) || self.text(figure).starts_with(|c: char| c.is_ascii_digit());
        (self.body(number - 1) && told && self.sentence(figure) == self.sentence(from)).then_some(figure + 1)
    }

    pub(super) fn is_place(&self, owner: Owner) -> bool {
        matches!(owner, Owner::Name(id) if self.class(id) == Class::Place)
    }

    /// The end of a name of two words or more by its capitals, which is in no entity: `Friends of the Harbour`. One word is
    /// enough behind a noun for a body: `the charity Shorewatch`.
    pub(super) fn capitals(&self, from: usize) -> Option<usize> {
        let sentence = self.sentence(from);
        let limit = (from + LENGTH).min(self.input.tokens.len());
        let capital = |at: usize| {
            at < limit
                && self.sentence(at) == sentence
                && self.entity(at).is_none()
                && self.alphabetic(at)
                && !self.is_lower(at)
                && !self.word(at).is(Word::TITLE | Word::PRONOUN | Word::DETERMINER)
                && (!self.word(at).is(Word::ROLE_PERSON) || self.word(at).is(Word::PLURAL))
        };
        let (mut to, mut words, mut at) = (from, 0, from);
        while at < limit {
            if capital(at) {
                words += 1;
                at += 1;
                to = at;
            } else if words > 0
                && self.entity(at).is_none()
                && self.word(at).is(Word::FUNCTION | Word::DETERMINER)
                && self.is_lower(at)
            {
                at += 1;
            } else {
                break;
            }
        }
        let told = from.checked_sub(1).is_some_and(|before| self.body(before) && self.is_lower(before));
        (words > usize::from(!told) && self.entity(to).is_none() && !is_possessive(self.text(to))).then_some(to)
    }

    /// The end of a field behind a role or a body: `on energy`.
    pub(super) fn topic(&self, at: usize, limit: usize) -> Option<usize> {
        if at + 1 >= limit
            || !self.role(at).is(RoleWord::TOPIC)
            || self.entity(at + 1).is_some()
            || !self.is_lower(at + 1)
            || self.word(at + 1).is(Word::DETERMINER | Word::PRONOUN)
        {
            return None;
        }
        let end = self.plain(at + 1, limit)?.to;
        (at + 1..end).all(|k| self.entity(k).is_none()).then_some(end)
    }

    /// The end of those whom a body is made of, or of its field: `of eel fishers`.
    pub(super) fn of_field(&self, at: usize, limit: usize) -> Option<usize> {
        if at + 1 >= limit
            || self.text(at) != "of"
            || !self.is_lower(at + 1)
            || self.word(at + 1).is(Word::DETERMINER | Word::PRONOUN)
        {
            return None;
        }
        let noun = self.plain(at + 1, limit)?;
        let short = noun.to - noun.from <= FIELD && !self.word(noun.head).is(Word::AGE | Word::VERB);
        (short && (noun.from..noun.to).all(|k| self.entity(k).is_none() && self.is_lower(k))).then_some(noun.to)
    }

    /// A noun phrase as an object, possessors and names kept inside: `bank clerks' union`.
    pub(super) fn plain(&self, at: usize, limit: usize) -> Option<Noun> {
        let mut from = at;
        let mut to = at;
        let sentence = self.sentence(at);
        let limit = limit.min(at + LENGTH).min(self.input.tokens.len());
        while to < limit && self.sentence(to) == sentence {
            let word = self.word(to);
            if self.entity(to).is_none() && !is_possessive(self.text(to)) {
                let possessive = word.is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE) && word.is(Word::PRONOUN);
                if to == from && (possessive || word.is(Word::DETERMINER)) {
                    to += 1;
                    from = to;
                    continue;
                }
                if (!self.joint(to) && word.is(Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER))
                    || self.break_before_noun(to)
                {
                    break;
                }
            }
            to += 1;
        }
        if to <= from || is_possessive(self.text(to - 1)) {
            return None;
        }
        Some(Noun { from, to, head: to - 1, owner: Owner::None, tie: Tie::Modifier, end: to, opened: from > at })
    }
}
