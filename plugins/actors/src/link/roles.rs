//! The role and the affiliation of each person, by the article's own words. The body that a role is of: [`super::owners`].

use copydesk_text::MentionType;

use super::Walk;
use super::owners::Bodies;
use crate::cluster::NONE;
use crate::names::Class;
use crate::profile::{Owner, Place, Reader, RolePhrase, Tie};
use crate::words::{RoleWord, Word, is_possessive};
/// Phrases with an owner that are kept.
const OWNED: usize = 32;
/// Tokens after a mention that may belong to its noun.
const BEHIND: usize = 12;
/// Phrases looked at for one actor.
const PHRASES: usize = 12;

impl Walk<'_, '_> {
    pub(super) fn reader(&self) -> Reader<'_, '_> {
        Reader { input: self.input, layout: &self.s.layout, lexicon: self.lexicon }
    }

    /// Fills the role and the affiliation of every person.
    pub(super) fn tell_roles(&mut self) {
        let mut nominals = std::mem::take(&mut self.s.nominal_rows);
        let mut told = std::mem::take(&mut self.s.told);
        nominals.clear();
        let rows = (0u32..).zip(&self.s.mentions).filter(|(_, m)| m.kind == MentionType::Nominal);
        nominals.extend(rows.map(|(row, m)| (m.actor, row)));
        nominals.sort_unstable();
        // `at Y, where she works as a nurse`.
        for id in 0..self.input.entities.len() as u32 {
            if let Some((who, phrase)) = self.reader().works_where(id)
                && let Some(actor) = self.mentioned(who, who + 1)
            {
                self.s.unnamed.push((actor, phrase));
            }
        }
        self.s.unnamed.sort_by_key(|(actor, _)| *actor);
        let owned = self.owned();
        let bodies = Bodies { named: self.named_bodies(), company: self.company() };
        told.clear();
        let mut shared = Vec::new();
        for (id, draft) in (0u32..).zip(&self.s.clusters.actors) {
            let mut shares = NONE;
            told.push(if matches!(draft.class, Class::Person | Class::Unknown) && !draft.plural {
                self.told(id, &nominals, &owned, &bodies, &mut shares)
            } else {
                Default::default()
            });
            if shares != NONE && shares != id {
                shared.push((id, shares));
            }
        }
        // `Her co-founder, X`: of the same body.
        for (id, other) in shared {
            let body = told.get(other as usize).map_or_else(String::new, |(_, body)| body.clone());
            if let Some((_, own)) = told.get_mut(id as usize).filter(|(_, own)| own.is_empty()) {
                *own = body;
            }
        }
        self.s.nominal_rows = nominals;
        self.s.told = told;
    }

    /// The role and the affiliation of an actor; and whose body it shares.
    fn told(
        &self,
        actor: u32,
        nominals: &[(u32, u32)],
        owned: &[RolePhrase],
        bodies: &Bodies,
        shares: &mut u32,
    ) -> (String, String) {
        let (mut role, mut affiliation) = (String::new(), String::new());
        // The affiliation was told with a role, or with none.
        let mut beside = false;
        let mut told: Option<RolePhrase> = None;
        let mut consider = |phrase: &RolePhrase| {
            let mut own = false;
            if role.is_empty() {
                role = self.role_text(phrase);
                if !role.is_empty() {
                    told = Some(*phrase);
                    own = true;
                }
            }
            // The owner of a role that is not told is not told either: `her cousin`, `the hospital's neighbour`.
            let stranger = phrase.head != NONE && !self.tells(phrase) && !self.is_peer(phrase);
            // `who runs the shop and is treasurer of X`: the body of the role.
            if (affiliation.is_empty() || (own && beside)) && !stranger && !self.is_outside(phrase) {
                let owner = self.owner_text(phrase, bodies);
                if !owner.is_empty() {
                    affiliation = owner;
                    beside = phrase.head == NONE;
                }
            }
            if *shares == NONE {
                *shares = self.shares_body_of(phrase);
            }
        };
        let from = self.s.unnamed.partition_point(|(a, _)| *a < actor);
        let own = self.s.unnamed.get(from..).unwrap_or(&[]).iter().take_while(|(a, _)| *a == actor);
        self.s.profiles.of(actor).chain(own.map(|(_, phrase)| phrase)).take(PHRASES).for_each(&mut consider);
        let from = nominals.partition_point(|(a, _)| *a < actor);
        let rows = nominals.get(from..).unwrap_or(&[]).iter().take_while(|(a, _)| *a == actor);
        for (_, row) in rows.take(PHRASES) {
            let Some(mention) = self.s.mentions.get(*row as usize) else { continue };
            let from = self.input.tokens.partition_point(|t| t.end <= mention.span.start);
            let to = self.input.tokens.partition_point(|t| t.start < mention.span.end);
            // What belongs to the noun stands behind the mention.
            if let Some(phrase) = self.reader().phrase(from, to, to + BEHIND)
                && (phrase.head as usize + 1 == to
                    || self.reader().role(phrase.head as usize + 1).is(RoleWord::AFFILIATING))
            {
                consider(&phrase);
            }
        }
        if affiliation.is_empty()
            && let Some(phrase) = told.filter(|phrase| phrase.owner == Owner::None)
        {
            // `the chairman, X`, `Finance Director X`; a lawyer may be another one's.
            let same = phrase.place == Place::Before || phrase.from < phrase.head;
            let same = |other: &&RolePhrase| {
                (other.tie != Tie::Possessor || same) && self.words(other).eq(self.words(&phrase))
            };
            let mut bodies_of = owned.iter().filter(same).map(|other| self.owner_text(other, bodies));
            affiliation = bodies_of.find(|body| !body.is_empty()).unwrap_or_default();
            // `Chief Executive X`: of the company that the text is about.
            if affiliation.is_empty() && self.is_officer(&phrase) {
                affiliation = bodies.company.map_or_else(String::new, |company| self.body_name(company));
            }
        }
        if role.is_empty()
            && let Some(title) = self.s.profiles.courtesy(actor)
        {
            let (own, court) = self.courtesy(title);
            role = own;
            if affiliation.is_empty() {
                affiliation = court;
            }
        }
        (role, affiliation)
    }

    /// The role of a title that tells one if nothing else does, and its court: `Chief Justice X`, `Supreme Court Justice X`.
    fn courtesy(&self, title: usize) -> (String, String) {
        let reader = self.reader();
        let chief = title.checked_sub(1).filter(|at| reader.role(*at).is(RoleWord::OPENER) && !reader.is_lower(*at));
        let first = chief.unwrap_or(title);
        let sentence = |at: usize| self.s.layout.sentence.get(at);
        let before = first.checked_sub(1).filter(|at| sentence(*at) == sentence(title));
        let entity = before.and_then(|at| self.s.layout.entity.get(at)).filter(|id| **id != NONE);
        let court = entity.and_then(|id| self.s.entity_actor.get(*id as usize)).copied();
        let org = |court: &u32| self.s.clusters.actors.get(*court as usize).is_some_and(|d| d.class == Class::Org);
        (self.spelt(first, title + 1), court.filter(org).map_or_else(String::new, |court| self.body_name(court)))
    }

    /// True for a colleague told with the body: `her Nordal colleague`.
    fn is_peer(&self, phrase: &RolePhrase) -> bool {
        let reader = self.reader();
        phrase.tie == Tie::Modifier
            && matches!(phrase.owner, Owner::Name(_))
            && reader.role(phrase.head as usize).is(RoleWord::PEER)
    }

    /// True for somebody who is outside of the body that is told: `a Nordal customer`, `a critic of Nordal`.
    fn is_outside(&self, phrase: &RolePhrase) -> bool {
        let reader = self.reader();
        let role = reader.role(phrase.head as usize);
        let (to, owner) = (phrase.to as usize, self.owner_start(phrase));
        // `a historian of X at Y`.
        let watches = || self.text(to) == "of" && !(to..owner).any(|at| reader.role(at).is(RoleWord::AT));
        phrase.head != NONE && (role.is(RoleWord::OUTSIDER) || (role.is(RoleWord::WATCHER) && watches()))
    }

    /// The first token of an owner.
    fn owner_start(&self, phrase: &RolePhrase) -> usize {
        match phrase.owner {
            Owner::None => 0,
            Owner::Name(id) => self.s.layout.entity_tokens.get(id as usize).map_or(0, |(from, _)| *from as usize),
            Owner::Words { from, .. } => from as usize,
            Owner::Pronoun(token) => token as usize,
        }
    }

    /// True for a head of a company's office right beside a name: `Chief Executive X`.
    fn is_officer(&self, phrase: &RolePhrase) -> bool {
        let reader = self.reader();
        let (from, head) = (phrase.from as usize, phrase.head as usize);
        let chief = from == head || reader.role(from).is(RoleWord::OPENER);
        phrase.to as usize == head + 1
            && phrase.place != Place::After
            && reader.role(head).is(RoleWord::OFFICER)
            && chief
            && (from < head
                || !reader.word(head).is(Word::ROLE_PERSON)
                || reader.text(head).chars().all(char::is_uppercase))
    }

    fn words(&self, phrase: &RolePhrase) -> impl Iterator<Item = u64> + '_ {
        let tokens = phrase.from..phrase.head + 1;
        tokens.filter_map(|at| self.s.layout.hash.get(at as usize).copied())
    }

    /// Phrases of nobody named that tell whose the role is: `the governor of X`, who is later `the governor, Y`.
    fn owned(&self) -> Vec<RolePhrase> {
        let nominal = self.s.mentions.iter().filter(|m| m.kind == MentionType::Nominal);
        let phrases = nominal.filter_map(|mention| {
            let from = self.input.tokens.partition_point(|t| t.end <= mention.span.start);
            let to = self.input.tokens.partition_point(|t| t.start < mention.span.end);
            let reader = self.reader();
            let of = reader.role(to).is(RoleWord::AFFILIATING);
            // `Nordal's chairman`: the owner stands before the mention.
            let owner = from.checked_sub(2).filter(|_| is_possessive(reader.text(from - 1)));
            let owner = owner.and_then(|at| self.s.layout.entity.get(at)).filter(|id| **id != NONE);
            let start = owner.and_then(|id| self.s.layout.entity_tokens.get(*id as usize));
            let from = start.map_or(from, |(start, _)| *start as usize);
            let phrase = reader.phrase(from, to, if of { to + BEHIND } else { to })?;
            let told = match phrase.owner {
                Owner::Name(_) | Owner::Words { .. } => of || phrase.tie == Tie::Possessor,
                Owner::Pronoun(_) => of,
                Owner::None => false,
            };
            (told && phrase.head as usize + 1 == to).then_some(phrase)
        });
        phrases.take(OWNED).collect()
    }

    /// True if the head noun of a phrase is a role, and not a title of courtesy or a kinship.
    pub(super) fn tells(&self, phrase: &RolePhrase) -> bool {
        let reader = self.reader();
        let head = phrase.head as usize;
        let (word, role) = (reader.word(head), reader.role(head));
        let honorific = role.is(RoleWord::HONORIFIC) && (phrase.to - phrase.from == 1) && !reader.is_lower(head);
        // `a senior fellow`: a role; `a fellow` says nothing.
        let passing = role.is(RoleWord::PASSING) && (phrase.to - phrase.from == 1 || !role.is(RoleWord::TRADE));
        !honorific
            && !passing
            && !role.is(RoleWord::STRANGER)
            && !word.is(Word::PRONOUN)
            && (reader.person_or_title(head) || reader.agent(head) || role.is(RoleWord::AFTER_NAME))
    }

    fn role_text(&self, phrase: &RolePhrase) -> String {
        if phrase.head == NONE || !self.tells(phrase) {
            return String::new();
        }
        let reader = self.reader();
        let (mut from, head, to) = (phrase.from as usize, phrase.head as usize, phrase.to as usize);
        while from < head {
            let text = reader.text(from);
            let office = reader.role(from).is(RoleWord::OFFICE) && !reader.is_lower(from) && !reader.is_lower(from + 1);
            let passing = (reader.role(from).is(RoleWord::PASSING) && !office)
                || text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                || (reader.word(from).is(Word::AGE) && !reader.word(from).is(Word::ROLE))
                || (self.s.layout.entity.get(from).is_some_and(|e| *e != NONE)
                    && !(phrase.place == Place::Title && reader.role(from).is(RoleWord::OPENER)));
            if !passing {
                break;
            }
            from += 1;
        }
        let text = self.spelt(from, to);
        // `one of the two priests`, `X and Y, secretaries at Z`.
        if reader.word(head).is(Word::PLURAL) {
            if let Some(stem) = text.strip_suffix("ies") {
                return format!("{stem}y");
            }
            return text.strip_suffix('s').unwrap_or(&text).to_owned();
        }
        // `a former Nordal chief`: the name between is whose it is.
        if let (Owner::Name(id), Tie::Modifier) = (phrase.owner, phrase.tie)
            && let Some(&(first, last)) = self.s.layout.entity_tokens.get(id as usize)
            && last == phrase.from
            && let Some(before) = (first as usize).checked_sub(1)
            && reader.role(before).is(RoleWord::FORMER)
            && !text.is_empty()
            // `Former Nordal captain X` opens a sentence: as a captain X is known.
            && !(phrase.place == Place::Title
                && reader.role(head).is(RoleWord::OF_TEAM | RoleWord::COACH)
                && self.opens_sentence(before))
        {
            return format!("{} {text}", reader.text(before));
        }
        text
    }

    fn opens_sentence(&self, at: usize) -> bool {
        let sentence = |at: usize| self.s.layout.sentence.get(at);
        at.checked_sub(1).is_none_or(|before| sentence(before) != sentence(at))
    }
}
