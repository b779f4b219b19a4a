//! The body that a role is of, by the article's own words.

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::{EntityLabel, MentionType};

use super::{Walk, one_line};
use crate::cluster::NONE;
use crate::names::Class;
use crate::profile::{Owner, RolePhrase, Tie};
use crate::words::{RoleWord, Word, is_possessive};
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
pub(super) struct Bodies {
    /// Hashes of names of one word, sorted, and true for a place.
    pub(super) named: Vec<(u64, bool)>,
    /// The company that the text is about.
    pub(super) company: Option<u32>,
}

impl Walk<'_, '_> {
    /// The company that a text is about: it does something in the lead, and no other organisation is named more often.
    pub(super) fn company(&self) -> Option<u32> {
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
    pub(super) fn named_bodies(&self) -> Vec<(u64, bool)> {
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

    pub(super) fn owner_text(&self, phrase: &RolePhrase, bodies: &Bodies) -> String {
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
                    return self.spelt(from, to);
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
                self.spelt(from, to)
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
    pub(super) fn shares_body_of(&self, phrase: &RolePhrase) -> u32 {
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
            return self.spelt(from, to);
        }
        if !named || (place && !of_place) {
            // `The inquiry was told, its counsel said`; `Norland's tourist board was glad. Its director, X, ...`.
            let near = if named { None } else { self.nearest_body(token) };
            if let Some((from, to)) = near.or_else(|| self.opening_body(token)) {
                return self.spelt(from, to);
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
    pub(super) fn mentioned(&self, from: usize, to: usize) -> Option<u32> {
        let span = self.span(from, to);
        let end = self.s.mentions.partition_point(|m| m.span.start <= span.start);
        let near = self.s.mentions.get(end.saturating_sub(3)..end)?;
        near.iter().rev().find(|m| m.span.end == span.end && m.span.start + 8 >= span.start).map(|m| m.actor)
    }

    /// The name of an organisation or a place. What is made by an organisation stands for it: `a study by X`.
    pub(super) fn body_name(&self, actor: u32) -> String {
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
            return self.spelt(from, phrase.to as usize);
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
            return self.spelt(from, to);
        }
        one_line(self.input.text.get(draft.name.0 as usize..draft.name.1 as usize).unwrap_or(""))
    }

    /// The words of these tokens, in one line.
    pub(super) fn spelt(&self, from: usize, to: usize) -> String {
        one_line(self.span(from, to).get(self.input.text).unwrap_or(""))
    }
}
