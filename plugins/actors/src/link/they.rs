//! "They" of one person, if the text says so: `who uses they/them pronouns`, `came out as non-binary`.

use copydesk_text::MentionType;

use super::Walk;
use super::resolve::Anaphor;
use super::speakers::BACK;
use crate::cluster::NONE;
use crate::names::Class;
use crate::words::{RoleWord, Word, fold_hash};

/// Names looked back over for the person of whom the pronoun is told.
const NAMES: usize = 4;
/// Tokens of a phrase before a name: `the non-binary singer X`.
const BEFORE: usize = 4;
/// Sentences back in which the person must be mentioned.
const REACH: u32 = 2;

/// True for a form of "they".
fn is_several(word: Word) -> bool {
    word.is(Word::PRONOUN) && word.is(Word::PLURAL) && !word.is(Word::FIRST)
}

impl Walk<'_, '_> {
    /// Marks the persons whom the text calls "they".
    pub(super) fn tell_they(&mut self) {
        for at in 0..self.input.tokens.len() {
            let Some(end) = self.pronouns_end(at).or_else(|| self.called_they_end(at)) else { continue };
            let actor = self.person_told_of(at, end);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
                draft.singular_they = true;
                self.they_of_one = true;
            }
        }
    }

    /// One past the pronouns that are told at a token: `they/them`, `they and them`.
    fn pronouns_end(&self, at: usize) -> Option<usize> {
        if let Some((subject, object)) = self.text(at).split_once('/') {
            let object = object.split('/').next().unwrap_or(object);
            let both = [subject, object].map(|text| self.lexicon.word(fold_hash(text)));
            return both.into_iter().all(is_several).then_some(at + 1);
        }
        let object = self.word(at + 2);
        (is_several(self.word(at))
            && self.word(at).is(Word::SUBJECT)
            && is_several(object)
            && !object.is(Word::SUBJECT | Word::POSSESSIVE)
            && (self.text(at + 1) == "/" || self.word(at + 1).is(Word::CONJUNCTION)))
        .then_some(at + 3)
    }

    /// One past a word at a token that says that somebody is called "they", unless it describes other people.
    fn called_they_end(&self, at: usize) -> Option<usize> {
        let called = |hash: u64| self.lexicon.role(hash).is(RoleWord::CALLED_THEY);
        let end = if called(self.s.layout.hash.get(at).copied()?) {
            at + 1
        } else if matches!(self.text(at + 1), "-" | "‐" | "‑") {
            let whole = self.span(at, at + 3).get(self.input.text).unwrap_or("");
            called(fold_hash(whole)).then_some(at + 3)?
        } else {
            return None;
        };
        let next = self.word(end);
        let alone = !self.text(end).starts_with(char::is_alphabetic)
            || next.is(Word::PREPOSITION | Word::CONJUNCTION | Word::CLAUSE);
        let article = at.checked_sub(2).filter(|_| self.word(at - 1).is(Word::DETERMINER));
        let described = article.is_some_and(|before| self.word(before).is(Word::BE) || self.text(before) == ",");
        (alone || described || self.name_after(end) != NONE).then_some(end)
    }

    /// The person named within a few tokens, in the same sentence: `non-binary singer X`.
    fn name_after(&self, end: usize) -> u32 {
        let sentence = self.s.layout.sentence.get(end);
        let near = (end..end + BEFORE).take_while(|at| self.s.layout.sentence.get(*at) == sentence);
        let mut near = near.take_while(|at| self.text(*at).starts_with(char::is_alphabetic));
        let named = near.find_map(|at| self.s.layout.entity.get(at).copied().filter(|id| *id != NONE));
        named.map_or(NONE, |id| self.person_of(id as usize))
    }

    /// The person of whom the words between two tokens tell: the one named before in the sentence, or else right behind.
    fn person_told_of(&self, at: usize, end: usize) -> u32 {
        let sentence = self.s.layout.sentence.get(at);
        let before = self.s.layout.entity_tokens.partition_point(|(from, _)| (*from as usize) < at);
        let near = (before.saturating_sub(NAMES)..before).rev().filter(|id| {
            let from = self.s.layout.entity_tokens.get(*id).map_or(0, |(from, _)| *from as usize);
            self.s.layout.sentence.get(from) == sentence
        });
        let found = near.map(|id| self.person_of(id)).find(|actor| *actor != NONE);
        found.unwrap_or_else(|| self.name_after(end))
    }

    fn person_of(&self, id: usize) -> u32 {
        let actor = self.s.entity_actor.get(id).copied().unwrap_or(NONE);
        let draft = self.s.clusters.actors.get(actor as usize);
        if draft.is_some_and(|d| d.class == Class::Person && !d.plural) { actor } else { NONE }
    }

    /// The person whom "they" means, if the last one who acts before it is called so.
    pub(super) fn one_called_they(&self, anaphor: &Anaphor) -> u32 {
        if !self.they_of_one {
            return NONE;
        }
        let draft = |actor: u32| self.s.clusters.actors.get(actor as usize);
        let end = self.s.recent.partition_point(|c| (c.from as usize) < anaphor.from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let mut near = near.iter().rev().take_while(|c| c.sentence + REACH >= anaphor.sentence);
        let found = near.find(|c| {
            let (one, several) = draft(c.actor).map_or((false, false), |d| {
                (d.singular_they, d.plural || matches!(d.class, Class::Group | Class::Org))
            });
            one || (several && c.subject && c.kind != MentionType::Pronoun)
        });
        let found = found.filter(|c| draft(c.actor).is_some_and(|d| d.singular_they));
        found.map(|c| c.actor).filter(|actor| !(anaphor.direct && *actor == anaphor.speaker)).unwrap_or(NONE)
    }
}
