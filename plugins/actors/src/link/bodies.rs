//! Organisations that are called by a common noun (`The Irish carrier said ...`), and those whose name looks like that of a
//! person.

use copydesk_text::MentionType;

use super::Walk;
use super::speakers::BACK;
use crate::cluster::NONE;
use crate::names::Class;
use crate::words::{RoleWord, Word};

/// A given name below this tells no gender.
const UNSURE: f32 = 0.3;
/// Tokens that are searched for a pronoun of a person.
const AROUND: usize = 80;

impl Walk<'_, '_> {
    /// Returns true for a noun that may call any organisation. Of nouns that are institutions too, a modifier may tell
    /// which one: `the tax agency` is not the firm just named, but `the UN agency` may be.
    pub(super) fn is_common_body(&self, from: usize, noun: usize) -> bool {
        let role = self.reader().role(noun);
        let named = |at: usize| self.s.layout.entity.get(at).is_some_and(|e| *e != NONE);
        let telling = |at: usize| {
            !self.word(at).is(Word::DETERMINER | Word::MODIFIER) && !self.reader().role(at).is(RoleWord::PASSING)
        };
        self.word(noun).is(Word::ROLE_ORG)
            && role.is(RoleWord::COMMON_BODY)
            && (!role.is(RoleWord::BODY) || (from..noun).any(named) || !(from..noun).any(telling))
    }

    /// The organisation that a common noun calls: the one that acts just before, or the only one.
    pub(super) fn common_body(&mut self, from: usize, noun: usize) -> u32 {
        let acts = self.body_acts(from, false);
        let found = if acts == NONE { self.only_body(from) } else { acts };
        if found != NONE {
            return if self.tells_other_body(found, noun) { NONE } else { found };
        }
        let text = self.text(noun);
        let agent = text.ends_with("er") || text.ends_with("or");
        self.body_called_person(from, agent)
    }

    /// Returns true if a name tells another kind of organisation: `Dockers’ Union` is no airline.
    fn tells_other_body(&self, actor: u32, noun: usize) -> bool {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return false };
        let own = self.s.layout.hash.get(noun);
        let last = self.s.clusters.name_words(draft).last();
        last.is_some_and(|last| {
            let role = self.lexicon.role(last.hash);
            let kind = last.word.is(Word::ROLE_ORG) || role.is(RoleWord::BODY);
            kind && Some(&last.hash) != own && !last.word.is(Word::DESIGNATOR) && !role.is(RoleWord::COMMON_BODY)
        })
    }

    /// Makes a name an organisation that was taken for a person: an apposition says so, as in `Vell, a maker of boats`.
    pub(super) fn tell_bodies(&mut self) {
        for row in 0..self.s.profiles.phrases().len() {
            let Some(phrase) = self.s.profiles.phrase(row).copied().filter(|phrase| phrase.head != NONE) else {
                continue;
            };
            let (reader, head) = (self.reader(), phrase.head as usize);
            let noun = reader.word(head);
            let body = reader.is_lower(head)
                && noun.is(Word::ROLE_ORG)
                && !noun.is(Word::ROLE_PERSON | Word::PLURAL)
                && !reader.role(head).is(RoleWord::TRADE)
                && !reader.agent(head);
            let (_, to) = self.s.layout.entity_tokens.get(phrase.entity as usize).copied().unwrap_or((0, 0));
            let after = phrase.from > to && self.text(to as usize) == ",";
            let actor = self.s.entity_actor.get(phrase.entity as usize).copied().unwrap_or(NONE);
            if body && after && self.may_be_body(actor) {
                self.make_body(actor);
            }
        }
    }

    /// The one taken for a person who acts just before "it", or before a noun for an organisation, if nothing tells that it
    /// is a person. A name of several words is one only if `strong`.
    pub(super) fn body_called_person(&mut self, from: usize, strong: bool) -> u32 {
        let Some(&sentence) = self.s.layout.sentence.get(from) else { return NONE };
        let end = self.s.recent.partition_point(|c| (c.from as usize) < from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let near = near.iter().rev().take_while(|c| c.sentence + 1 >= sentence).filter(|c| c.quote == NONE);
        let mut persons = near.filter(|c| {
            let draft = self.s.clusters.actors.get(c.actor as usize);
            c.kind == MentionType::Name && draft.is_some_and(|d| d.class == Class::Person)
        });
        let Some(c) = persons.next().copied() else { return NONE };
        if !c.subject || persons.any(|other| other.actor != c.actor) || !self.may_be_body(c.actor) {
            return NONE;
        }
        let words = self.s.clusters.actors.get(c.actor as usize).map_or(0, |d| self.s.clusters.name_words(d).len());
        let told = |at: &usize| self.word(*at).is(Word::RELATIVE | Word::MALE | Word::FEMALE);
        let here = |at: &usize| self.s.layout.sentence.get(*at).is_some_and(|s| *s <= sentence);
        let around = c.from as usize..c.from as usize + AROUND;
        if (words > 1 && !strong) || around.take_while(here).any(|at| told(&at)) {
            return NONE;
        }
        self.make_body(c.actor);
        c.actor
    }

    /// Returns true for a name of a person of whom nothing else tells that it is one: no title, no role, no given name.
    fn may_be_body(&self, actor: u32) -> bool {
        let told = |draft: &crate::cluster::Actor| {
            draft.gender_sure || draft.gender.0.abs() > UNSURE || draft.roles.iter().any(|role| *role != 0)
        };
        let draft = self.s.clusters.actors.get(actor as usize);
        draft.is_some_and(|d| d.class == Class::Person && !d.plural && d.total > 0 && !told(d))
    }

    fn make_body(&mut self, actor: u32) {
        if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
            draft.class = Class::Org;
            // The label is then that of its class.
            draft.label_of = NONE;
        }
    }
}
