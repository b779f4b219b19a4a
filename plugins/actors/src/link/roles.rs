//! The role and the affiliation of each person, by the article's own words.

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::{EntityLabel, MentionType};

use super::{Walk, one_line};
use crate::cluster::NONE;
use crate::names::Class;
use crate::profile::{Owner, Place, Reader, RolePhrase, Tie};
use crate::words::{RoleWord, Word, is_possessive};

/// Phrases with an owner that are kept.
const OWNED: usize = 32;
/// Tokens after a mention that may belong to its noun.
const BEHIND: usize = 12;
/// Tokens looked back over for the body behind "its".
const NEAR_BODY: usize = 24;
/// Names looked back over for one with a given noun in it.
const NAMES: usize = 48;
/// Tokens of a name that may tell its kind.
const OF_NAME: usize = 16;
/// Phrases looked at for one actor.
const PHRASES: usize = 12;
/// Tokens at the beginning of a text that tell what company it is about.
const LEAD: u32 = 64;

/// Bodies of a text that its roles may be of.
struct Bodies {
    /// Hashes of names of one word, sorted, and true for a place.
    named: Vec<(u64, bool)>,
    /// The company that the text is about.
    company: Option<u32>,
}

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
            // `Chief Justice X`.
            let reader = self.reader();
            let chief =
                title.checked_sub(1).filter(|at| reader.role(*at).is(RoleWord::OPENER) && !reader.is_lower(*at));
            let first = chief.unwrap_or(title);
            role = one_line(self.span(first, title + 1).get(self.input.text).unwrap_or(""));
            // `Supreme Court Justice X`.
            let court = first.checked_sub(1).and_then(|at| self.s.layout.entity.get(at)).filter(|id| **id != NONE);
            let court = court.and_then(|id| self.s.entity_actor.get(*id as usize)).filter(|_| affiliation.is_empty());
            if let Some(court) =
                court.filter(|_| self.s.layout.sentence.get(title) == self.s.layout.sentence.get(first - 1))
            {
                let org = self.s.clusters.actors.get(*court as usize).is_some_and(|draft| draft.class == Class::Org);
                affiliation = if org { self.body_name(*court) } else { affiliation };
            }
        }
        (role, affiliation)
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

    /// The company that a text is about: it does something in the lead, and no other organisation is named more often.
    fn company(&self) -> Option<u32> {
        let reader = self.reader();
        let organisation = |id: usize| {
            let label = self.input.entities.get(id).map_or("", |e| e.label);
            EntityLabel::of(label) == Some(EntityLabel::Org)
        };
        let lead = (0..).zip(&self.s.layout.entity_tokens).take_while(|(_, (from, _))| *from < LEAD);
        // `(Reuters)`: whose report it is.
        let lead = lead.filter(|(id, (_, to))| organisation(*id) && reader.text(*to as usize) != ")");
        let acts = |to: usize| reader.word(to).is(Word::VERB) && !reader.word(to).is(Word::SPEECH);
        let mut lead = lead.map(|(id, (_, to))| (id, *to as usize));
        let (id, to) = lead.next().filter(|(_, to)| acts(*to))?;
        let actor = self.s.entity_actor.get(id).copied().filter(|actor| *actor != NONE)?;
        // `The regulator fined X`: two bodies, so nobody knows whose the office is.
        let sentence = |to: usize| self.s.layout.sentence.get(to.saturating_sub(1));
        let mut beside = lead.take_while(|(_, other)| sentence(*other) == sentence(to));
        if !beside.all(|(other, _)| self.s.entity_actor.get(other) == Some(&actor)) {
            return None;
        }
        // `the maker said`: a company, and no authority.
        let firm = |at: &usize| {
            reader.is_lower(*at) && reader.word(*at).is(Word::ROLE_ORG) && reader.role(*at).is(RoleWord::COMMON_BODY)
        };
        (0..LEAD as usize).find(firm)?;
        let own = self.s.clusters.actors.get(actor as usize)?;
        let most = self.s.clusters.actors.iter().filter(|a| a.class == Class::Org).map(|a| a.total).max();
        (own.class == Class::Org && most == Some(own.total)).then_some(actor)
    }

    /// Hashes of names that are an organisation or a place somewhere in the text, and true for a place.
    fn named_bodies(&self) -> Vec<(u64, bool)> {
        let bodies = self.input.entities.iter().zip(&self.s.layout.entity_tokens).filter(|(entity, (from, to))| {
            from + 1 == *to && matches!(Class::of_label(entity.label), Class::Org | Class::Place)
        });
        let hashes = bodies.filter_map(|(entity, (from, _))| {
            let hash = self.s.layout.hash.get(*from as usize).copied()?;
            Some((hash, Class::of_label(entity.label) == Class::Place))
        });
        let mut hashes: Vec<(u64, bool)> = hashes.collect();
        hashes.sort_unstable();
        hashes
    }

    /// What a name of one word is that was read as a person's and is a body's: `Nordal` of `Nordal captain X`.
    fn misread(&self, entity: u32, phrase: &RolePhrase, bodies: &Bodies) -> Option<Class> {
        let &(from, to) = self.s.layout.entity_tokens.get(entity as usize)?;
        // `Leeds Rovers's goalkeeper`: a club by its last word.
        let club = |at: usize| ENGLISH.roles.clubs.iter().any(|word| word.eq_ignore_ascii_case(self.text(at)));
        if from + 2 == to
            && phrase.head != NONE
            && self.reader().role(phrase.head as usize).is(RoleWord::OF_TEAM | RoleWord::COACH)
            && club(to as usize - 1)
        {
            return Some(Class::Org);
        }
        let hash = *self.s.layout.hash.get(from as usize).filter(|_| from + 1 == to && phrase.head != NONE)?;
        let reader = self.reader();
        let named = bodies.named.partition_point(|(own, _)| *own < hash);
        if let Some((_, place)) = bodies.named.get(named).filter(|(own, _)| *own == hash) {
            return Some(if *place { Class::Place } else { Class::Org });
        }
        if reader.word(from as usize).is(Word::ROLE_ORG) {
            return Some(Class::Org);
        }
        let actor = self.s.entity_actor.get(entity as usize).copied().unwrap_or(NONE);
        let draft = self.s.clusters.actors.get(actor as usize)?;
        let name = self.input.text.get(draft.name.0 as usize..draft.name.1 as usize).unwrap_or("");
        let alone =
            !draft.gender_sure && !name.contains(char::is_whitespace) && self.s.profiles.of(actor).next().is_none();
        let head = phrase.head as usize;
        let role = reader.role(head);
        // `Her head coach`: not of one person; `her coach`: perhaps.
        let coach = role.is(RoleWord::COACH) && phrase.from < phrase.head && reader.listed(head - 1);
        (alone && phrase.tie != Tie::Origin && (role.is(RoleWord::OF_TEAM) || coach)).then_some(Class::Org)
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
        let text = one_line(self.span(from, to).get(self.input.text).unwrap_or(""));
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

    fn owner_text(&self, phrase: &RolePhrase, bodies: &Bodies) -> String {
        match phrase.owner {
            Owner::None => String::new(),
            Owner::Name(id) => {
                let Some(entity) = self.input.entities.get(id as usize) else { return String::new() };
                let actor = self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE);
                let label = Class::of_label(entity.label);
                let misread = if label == Class::Person { self.misread(id, phrase, bodies) } else { None };
                let speaks = match misread.unwrap_or(label) {
                    Class::Org => true,
                    Class::Place if phrase.tie == Tie::Modifier => {
                        let of_place = RoleWord::OF_PLACE | RoleWord::OF_TEAM | RoleWord::COACH;
                        phrase.head != NONE && self.reader().role(phrase.head as usize).is(of_place)
                    }
                    // `a striker with Leeds`, and not `from Leeds`.
                    Class::Place if phrase.tie == Tie::Origin => {
                        let player = RoleWord::OF_TEAM | RoleWord::COACH;
                        phrase.head != NONE
                            && self.reader().role(phrase.head as usize).is(player)
                            && self.text(phrase.to as usize) != "from"
                    }
                    Class::Place => matches!(phrase.tie, Tie::Preposition | Tie::Possessor),
                    _ => false,
                };
                match (speaks, misread) {
                    (false, _) => String::new(),
                    (true, None) => self.body_name(actor),
                    (true, Some(_)) => one_line(entity.span.get(self.input.text).unwrap_or("")),
                }
            }
            Owner::Pronoun(token) if self.s.layout.word.get(token as usize).is_some_and(|w| w.is(Word::NEUTER)) => {
                self.its_owner(token as usize, phrase)
            }
            Owner::Pronoun(token) => self
                .mentioned(token as usize, token as usize + 1)
                .map_or_else(String::new, |actor| self.body_name(actor)),
            Owner::Words { from, to } => {
                let (from, to) = (from as usize, to as usize);
                let reader = self.reader();
                // `the committee on transport`: the body stands before its field.
                let topic = (from..to).position(|at| reader.role(at).is(RoleWord::TOPIC) || reader.text(at) == "of");
                let head = topic.map_or(to, |topic| from + topic);
                let named = reader.is_name(from, to) || (from + 1 == to && self.is_capital_owner(from, phrase));
                // `X (Labour)`.
                let bracket = from.checked_sub(1).is_some_and(|open| reader.text(open) == "(");
                let party =
                    bracket && ENGLISH.roles.parties.iter().any(|word| word.eq_ignore_ascii_case(reader.text(from)));
                if party {
                    return one_line(self.span(from, to).get(self.input.text).unwrap_or(""));
                }
                if head == 0 || !(named || reader.body(head - 1)) {
                    return String::new();
                }
                if topic.is_none()
                    && !named
                    && reader.word(to - 1).is(Word::PLURAL)
                    && reader.text(to - 1).ends_with('s')
                {
                    return String::new();
                }
                // `the port`: of X.
                if let Some(span) = self.kind_of_place(from).filter(|_| from + 1 == to) {
                    return one_line(span.get(self.input.text).unwrap_or(""));
                }
                // `the hospital`: a short form of a name.
                if from + 1 == to {
                    let named = self.named_by_kind(from).or_else(|| self.mentioned(from, to));
                    let found = named
                        .filter(|actor| !self.is_other_kind(*actor, from))
                        .map_or_else(String::new, |actor| self.body_name(actor));
                    if !found.is_empty() {
                        return found;
                    }
                }
                // `the island's development committee`.
                let place = |at: &usize| {
                    *at > from
                        && is_possessive(reader.text(*at))
                        && reader.word(*at - 1).is(Word::ROLE_PLACE)
                        && !reader.word(*at - 1).is(Word::PLURAL)
                };
                let mut from = (from..to - 1).find(place).map_or(from, |mark| mark + 1);
                while from + 1 < to && reader.role(from).is(RoleWord::PASSING) {
                    from += 1;
                }
                if from + 1 == to && reader.role(from).is(RoleWord::COMMON_BODY) {
                    // `the firm's director`: the firm named last.
                    let firm = reader.word(from).is(Word::ROLE_ORG) || reader.role(from).is(RoleWord::BODY);
                    let named = if firm { self.body_before(from as u32) } else { None };
                    return named.map_or_else(String::new, |actor| self.body_name(actor));
                }
                one_line(self.span(from, to).get(self.input.text).unwrap_or(""))
            }
        }
    }

    /// True for one word with a capital whose the role is: `the Met's commissioner`.
    fn is_capital_owner(&self, at: usize, phrase: &RolePhrase) -> bool {
        let reader = self.reader();
        let before = at.checked_sub(1).filter(|before| reader.word(*before).is(Word::DETERMINER));
        before.is_some()
            && phrase.tie == Tie::Possessor
            && !reader.is_lower(at)
            && reader.text(at).chars().all(char::is_alphabetic)
            && !reader.person_or_title(at)
            && !reader.word(at).is(Word::PLURAL | Word::ROLE)
            && !reader.role(at).is(RoleWord::COMMON_BODY)
    }

    /// The one whose body a role belongs to: `her` of `her co-founder`.
    fn shares_body_of(&self, phrase: &RolePhrase) -> u32 {
        if phrase.head == NONE || !self.reader().role(phrase.head as usize).is(RoleWord::SHARED) {
            return NONE;
        }
        match phrase.owner {
            Owner::Name(id) => self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE),
            Owner::Pronoun(token) => self.mentioned(token as usize, token as usize + 1).unwrap_or(NONE),
            _ => NONE,
        }
    }

    /// The body behind "its".
    fn its_owner(&self, token: usize, phrase: &RolePhrase) -> String {
        if let Some(actor) = self.it_before(token) {
            let found = self.body_name(actor);
            if !found.is_empty() {
                return found;
            }
        }
        let found = self.mentioned(token, token + 1).or_else(|| self.body_before(token as u32));
        let draft = |actor: u32| self.s.clusters.actors.get(actor as usize);
        let named = found.and_then(draft).is_some_and(|d| d.total > 0 || d.label_of != NONE);
        let place = found.and_then(draft).is_some_and(|d| d.class == Class::Place);
        let of_place = phrase.head != NONE && self.reader().role(phrase.head as usize).is(RoleWord::OF_PLACE);
        // `The union at X struck. Its president, Y`: of what opens the sentence, and not of the place in it.
        let opening = if named && place && of_place { self.opening_body(token) } else { None };
        if let Some((from, to)) = opening {
            return one_line(self.span(from, to).get(self.input.text).unwrap_or(""));
        }
        if !named || (place && !of_place) {
            // `The inquiry was told, its counsel said`; `Norland's tourist board was glad. Its director, X, ...`.
            let near = if named { None } else { self.nearest_body(token) };
            if let Some((from, to)) = near.or_else(|| self.opening_body(token)) {
                return one_line(self.span(from, to).get(self.input.text).unwrap_or(""));
            }
        }
        found.map_or_else(String::new, |actor| self.body_name(actor))
    }

    /// The body that "it" meant in the sentence before, if "its" begins a sentence.
    fn it_before(&self, token: usize) -> Option<u32> {
        let sentence = *self.s.layout.sentence.get(token)?;
        if token == 0 || self.s.layout.sentence.get(token - 1) == Some(&sentence) {
            return None;
        }
        let end = self.s.recent.partition_point(|c| (c.from as usize) < token);
        let near = self.s.recent.get(end.saturating_sub(PHRASES)..end)?;
        let it = near
            .iter()
            .rev()
            .take_while(|c| c.sentence + 1 >= sentence)
            .find(|c| c.kind == MentionType::Pronoun && c.subject && self.word(c.from as usize).is(Word::NEUTER));
        it.map(|c| c.actor)
    }

    /// The body nearest before a token in its sentence.
    fn nearest_body(&self, token: usize) -> Option<(usize, usize)> {
        let reader = self.reader();
        let sentence = self.s.layout.sentence.get(token)?;
        let near = (token.saturating_sub(NEAR_BODY)..token).rev();
        let at = near.take_while(|at| self.s.layout.sentence.get(*at) == Some(sentence)).find(|at| {
            reader.is_lower(*at)
                && reader.body(*at)
                && !reader.word(*at).is(Word::PLURAL)
                && !reader.role(*at).is(RoleWord::COMMON_BODY)
                && self.s.layout.entity.get(*at) == Some(&NONE)
        })?;
        let mut from = at;
        while from > 0
            && at - from < PHRASES
            && self.s.layout.sentence.get(from - 1) == Some(sentence)
            && self.s.layout.entity.get(from - 1) == Some(&NONE)
            && !reader.word(from - 1).is(Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
            && !is_possessive(reader.text(from - 1))
            && !reader.break_before_noun(from - 1)
        {
            from -= 1;
        }
        Some((from, at + 1))
    }

    /// The words by which a body was told with its place: `the port of X`, later `the port`.
    fn kind_of_place(&self, noun: usize) -> Option<Span> {
        let end = self.s.layout.entity_tokens.partition_point(|(from, _)| (*from as usize) < noun);
        let kind = self.s.layout.hash.get(noun)?;
        let reader = self.reader();
        if reader.word(noun).is(Word::ROLE_PLACE) || reader.role(noun).is(RoleWord::COMMON_BODY) {
            return None;
        }
        let (from, to) = (end.saturating_sub(NAMES)..end).rev().find_map(|id| {
            let (from, to) = *self.s.layout.entity_tokens.get(id)?;
            let head = (from as usize).checked_sub(2)?;
            let label = self.input.entities.get(id)?.label;
            let told = Class::of_label(label) == Class::Place
                && self.s.layout.hash.get(head) == Some(kind)
                && self.text(head + 1) == "of";
            told.then_some((head, to as usize))
        })?;
        Some(self.span(from, to))
    }

    /// The body whose noun phrase opens the sentence before that of a token: `tourist board` of `Norland's tourist board`.
    fn opening_body(&self, token: usize) -> Option<(usize, usize)> {
        let sentence = *self.s.layout.sentence.get(token)?;
        let first = self.s.layout.sentence.partition_point(|s| *s + 1 < sentence);
        let reader = self.reader();
        let phrase = reader.phrase(first, first + BEHIND, first)?;
        let (mut from, mut head) = (phrase.from as usize, phrase.head as usize);
        // `The teachers' union`.
        if let (Owner::Words { from: many, to }, Tie::Possessor) = (phrase.owner, phrase.tie)
            && matches!(reader.text(to as usize), "'" | "’")
        {
            from = many as usize;
        }
        // `The union representing guards`.
        let doing = |at: &usize| reader.text(*at).ends_with("ing") && reader.is_lower(*at) && reader.body(*at - 1);
        if let Some(verb) = (from + 1..head).find(doing) {
            head = verb - 1;
        }
        let telling = reader.body(head)
            && !reader.word(head).is(Word::PLURAL)
            && (from < head || !reader.role(head).is(RoleWord::COMMON_BODY));
        telling.then_some((from, head + 1))
    }

    /// The organisation named before a token, with its noun in the name: `Leeds Credit Union`, later `the union`.
    fn named_by_kind(&self, noun: usize) -> Option<u32> {
        let end = self.s.layout.entity_tokens.partition_point(|(from, _)| (*from as usize) < noun);
        let kind = self.s.layout.hash.get(noun)?;
        (end.saturating_sub(NAMES)..end).rev().find_map(|id| {
            let (from, to) = *self.s.layout.entity_tokens.get(id)?;
            let label = self.input.entities.get(id)?.label;
            let named = Class::of_label(label) == Class::Org
                && to > from + 1
                && self.s.layout.hash.get(from as usize..to as usize)?.iter().take(OF_NAME).any(|word| word == kind);
            named.then(|| self.s.entity_actor.get(id).copied()).flatten().filter(|actor| *actor != NONE)
        })
    }

    /// True if the name of an actor tells another kind of body than a noun: `University of X` is no ministry.
    fn is_other_kind(&self, actor: u32, noun: usize) -> bool {
        let Some(draft) = self.s.clusters.actors.get(actor as usize).filter(|d| d.total > 0) else { return false };
        let reader = self.reader();
        if reader.role(noun).is(RoleWord::COMMON_BODY) {
            return false;
        }
        let from = self.input.tokens.partition_point(|t| t.end <= draft.name.0);
        let to = self.input.tokens.partition_point(|t| t.start < draft.name.1).min(from + OF_NAME);
        let kind = self.s.layout.hash.get(noun);
        let kinds = |at: &usize| reader.word(*at).is(Word::ROLE_ORG) || reader.role(*at).is(RoleWord::BODY);
        (from..to).any(|at| kinds(&at)) && !(from..to).any(|at| self.s.layout.hash.get(at) == kind)
    }

    /// The actor of a mention that ends with these tokens.
    fn mentioned(&self, from: usize, to: usize) -> Option<u32> {
        let span = self.span(from, to);
        let end = self.s.mentions.partition_point(|m| m.span.start <= span.start);
        let near = self.s.mentions.get(end.saturating_sub(3)..end)?;
        near.iter().rev().find(|m| m.span.end == span.end && m.span.start + 8 >= span.start).map(|m| m.actor)
    }

    /// The name of an organisation or a place. What is made by an organisation stands for it: `a study by X`.
    fn body_name(&self, actor: u32) -> String {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return String::new() };
        if !matches!(draft.class, Class::Org | Class::Place) {
            return String::new();
        }
        if let Some((_, phrase)) =
            self.s.unnamed.get(self.s.unnamed.partition_point(|(a, _)| *a < actor)).filter(|(a, _)| *a == actor)
        {
            let head = self.reader().word(phrase.head as usize);
            if head.is(Word::ROLE_TEXT) {
                return match phrase.owner {
                    Owner::Name(id) => {
                        let owner = self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE);
                        self.named_body(owner)
                    }
                    _ => String::new(),
                };
            }
            let from = phrase.from as usize;
            if phrase.to as usize == from + 1 && self.reader().role(from).is(RoleWord::COMMON_BODY) {
                return String::new();
            }
            return one_line(self.span(from, phrase.to as usize).get(self.input.text).unwrap_or(""));
        }
        self.named_body(actor)
    }

    /// The organisation named last before a token, in its sentence or in the one before.
    fn body_before(&self, token: u32) -> Option<u32> {
        let end = self.s.recent.partition_point(|c| c.from < token);
        let sentence = self.s.layout.sentence.get(token as usize).copied().unwrap_or(0);
        let near = self.s.recent.get(end.saturating_sub(PHRASES)..end)?;
        let body = near.iter().rev().find(|c| {
            c.sentence + 3 >= sentence
                && matches!(c.kind, MentionType::Name | MentionType::Nominal)
                && self.s.clusters.actors.get(c.actor as usize).is_some_and(|d| d.class == Class::Org && !d.plural)
        });
        body.map(|c| c.actor)
    }

    fn named_body(&self, actor: u32) -> String {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return String::new() };
        if !matches!(draft.class, Class::Org | Class::Place) {
            return String::new();
        }
        if draft.total == 0 && draft.label_of == NONE {
            // A noun phrase, without its determiner.
            let mut from = self.input.tokens.partition_point(|t| t.end <= draft.name.0);
            let to = self.input.tokens.partition_point(|t| t.start < draft.name.1);
            let reader = self.reader();
            while from + 1 < to
                && (reader.word(from).is(Word::DETERMINER | Word::PRONOUN) || reader.role(from).is(RoleWord::PASSING))
            {
                from += 1;
            }
            let plural = from < to && reader.word(to - 1).is(Word::PLURAL) && reader.text(to - 1).ends_with('s');
            let telling = from < to && !plural && reader.body(to - 1) && !reader.word(to - 1).is(Word::ROLE_TEXT);
            if !telling || (from + 1 == to && reader.role(from).is(RoleWord::COMMON_BODY)) {
                return String::new();
            }
            return one_line(self.span(from, to).get(self.input.text).unwrap_or(""));
        }
        one_line(self.input.text.get(draft.name.0 as usize..draft.name.1 as usize).unwrap_or(""))
    }
}
