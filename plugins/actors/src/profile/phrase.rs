//! Noun phrases that tell a role: the head, its modifiers, what belongs to it.

use super::{LENGTH, MODIFIERS, Owner, Place, RolePhrase, Tie};
use crate::cluster::NONE;
use crate::document::{Input, Layout};
use crate::names::Class;
use crate::words::{Lexicon, RoleWord, Word, fold_hash, is_possessive};

/// Reads phrases in a document.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r, 'a> {
    pub input: &'r Input<'a>,
    pub layout: &'r Layout,
    pub lexicon: &'r Lexicon,
}

/// A noun phrase on the way to a role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) head: usize,
    pub(super) owner: Owner,
    pub(super) tie: Tie,
    /// Where reading stopped.
    pub(super) end: usize,
    /// True if a determiner or a possessor opens it.
    pub(super) opened: bool,
}

impl<'a> Reader<'_, 'a> {
    pub fn text(&self, at: usize) -> &'a str {
        self.input.tokens.get(at).and_then(|t| t.get(self.input.text)).unwrap_or("")
    }

    pub fn word(&self, at: usize) -> Word {
        self.layout.word.get(at).copied().unwrap_or_default()
    }

    pub fn role(&self, at: usize) -> RoleWord {
        self.layout.hash.get(at).map_or(RoleWord::default(), |hash| self.lexicon.role(*hash))
    }

    pub(super) fn entity(&self, at: usize) -> Option<u32> {
        self.layout.entity.get(at).copied().filter(|e| *e != NONE)
    }

    pub(super) fn class(&self, entity: u32) -> Class {
        self.input.entities.get(entity as usize).map_or(Class::Unknown, |e| Class::of_label(e.label))
    }

    pub(super) fn range(&self, entity: u32) -> (usize, usize) {
        let (from, to) = self.layout.entity_tokens.get(entity as usize).copied().unwrap_or((0, 0));
        (from as usize, to as usize)
    }

    pub(super) fn sentence(&self, at: usize) -> u32 {
        self.layout.sentence.get(at).copied().unwrap_or(NONE)
    }

    pub fn is_lower(&self, at: usize) -> bool {
        self.text(at).chars().next().is_some_and(char::is_lowercase)
    }

    pub(super) fn alphabetic(&self, at: usize) -> bool {
        self.text(at).chars().next().is_some_and(char::is_alphabetic)
    }

    pub(super) fn verb(&self, at: usize) -> bool {
        let text = self.text(at);
        self.word(at).is(Word::VERB | Word::SPEECH) && !self.word(at).is(Word::ROLE | Word::MODIFIER)
            || (self.is_lower(at) && text.len() > 4 && text.ends_with("ly"))
    }

    pub fn break_before_noun(&self, at: usize) -> bool {
        !self.joint(at)
            && (self.word(at).is(Word::CLAUSE | Word::CONJUNCTION)
                || self.verb(at)
                || self.governs(at)
                || !self.alphabetic(at))
    }

    /// True for what is a verb by its form and by the object behind it: `praised the`, `fighting X`.
    fn governs(&self, at: usize) -> bool {
        let text = self.text(at);
        let (past, doing) = (text.ends_with("ed"), text.len() > 5 && text.ends_with("ing"));
        let named = self.entity(at + 1).is_some();
        self.is_lower(at)
            && text.len() > 4
            && !self.word(at).is(Word::ROLE | Word::MODIFIER)
            && ((doing && named)
                || ((past || doing) && !named && self.word(at + 1).is(Word::DETERMINER | Word::PRONOUN)))
    }

    /// True for a hyphen inside a word, and for the words that it joins: `long-distance`, `61-year-old`.
    pub(super) fn joint(&self, at: usize) -> bool {
        self.hyphen(at) || self.hyphen(at + 1) || at.checked_sub(1).is_some_and(|before| self.hyphen(before))
    }

    pub(super) fn hyphen(&self, at: usize) -> bool {
        let tokens = self.input.tokens;
        matches!(self.text(at), "-" | "‐" | "‑")
            && at > 0
            && tokens.get(at - 1).zip(tokens.get(at)).is_some_and(|(a, b)| a.end == b.start)
            && tokens.get(at).zip(tokens.get(at + 1)).is_some_and(|(a, b)| a.end == b.start)
    }

    /// True for a noun for a person of the lists.
    pub(super) fn listed(&self, at: usize) -> bool {
        self.word(at).is(Word::ROLE_PERSON) || self.role(at).is(RoleWord::TRADE)
    }

    /// True if a noun means a person: it is in the lists, or it ends like one.
    pub fn person(&self, at: usize) -> bool {
        let (word, role) = (self.word(at), self.role(at));
        if word.is(Word::ROLE_PERSON) || role.is(RoleWord::TRADE | RoleWord::STRANGER) {
            return true;
        }
        let noun = self.text(at);
        if word.0 & !(Word::MALE | Word::FEMALE) != 0 || role.is(RoleWord::THING) || noun.len() < 5 {
            return false;
        }
        const ENDINGS: [&str; 12] =
            ["er", "or", "ist", "ian", "ant", "man", "woman", "eer", "ee", "smith", "keeper", "ess"];
        noun.chars().all(|c| c.is_alphabetic() || c == '-') && ENDINGS.iter().any(|e| noun.ends_with(e))
    }

    /// True for a noun for what people work for or speak for.
    pub fn body(&self, at: usize) -> bool {
        self.word(at).is(Word::ROLE_ORG | Word::ROLE_PLACE) || self.role(at).is(RoleWord::BODY)
    }

    /// True for a noun for companies that means a person behind another noun: `violin maker`.
    pub fn agent(&self, at: usize) -> bool {
        let noun = self.text(at);
        self.word(at).is(Word::ROLE_ORG)
            && self.is_lower(at)
            && (noun.ends_with("er") || noun.ends_with("or"))
            && at.checked_sub(1).is_some_and(|before| {
                self.entity(before).is_none()
                    && self.alphabetic(before)
                    && !self.word(before).is(Word::FUNCTION | Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
                    && !self.break_before_noun(before)
            })
    }

    pub fn person_or_title(&self, at: usize) -> bool {
        self.person(at) || (self.word(at).is(Word::TITLE) && self.alphabetic(at) && !self.is_lower(at))
    }

    /// Reads the noun phrase that begins at `at`, no further than `limit`.
    pub(super) fn noun(&self, at: usize, limit: usize) -> Option<Noun> {
        let mut from = at;
        let mut owner = Owner::None;
        let mut tie = Tie::Modifier;
        let mut opened = false;
        let sentence = self.sentence(at);
        let limit = limit.min(at + LENGTH).min(self.input.tokens.len());
        let mut to = from;
        let mut last_entity = false;
        while to < limit && self.sentence(to) == sentence {
            if let Some(id) = self.entity(to) {
                let (start, end) = self.range(id);
                let class = self.class(id);
                if start < to || end <= to {
                    return None;
                }
                // `A longtime Nordal official`, `the city's Harbour Office director`.
                let passing = |k: usize| self.role(k).is(RoleWord::PASSING) || self.word(k).is(Word::MODIFIER);
                let first =
                    matches!(owner, Owner::None) && (to == from || (class == Class::Org && (from..to).all(passing)));
                let second = class == Class::Org && tie == Tie::Possessor && to == from;
                if class != Class::Value && (first || second) {
                    // `Peruvian president`, `Nordal spokesman`: no part of the role.
                    owner = Owner::Name(id);
                    tie = Tie::Modifier;
                    from = end;
                }
                last_entity = true;
                to = end;
                continue;
            }
            let word = self.word(to);
            if is_possessive(self.text(to)) {
                if let Some(id) = to.checked_sub(1).and_then(|before| self.entity(before)) {
                    owner = Owner::Name(id);
                } else if from < to {
                    owner = Owner::Words { from: from as u32, to: to as u32 };
                }
                tie = Tie::Possessor;
                opened = true;
                last_entity = false;
                to += 1;
                from = to;
                continue;
            }
            let possessive = word.is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE) && word.is(Word::PRONOUN);
            if to == from && (word.is(Word::DETERMINER) || possessive) {
                if possessive {
                    owner = Owner::Pronoun(to as u32);
                    tie = Tie::Possessor;
                }
                opened = true;
                to += 1;
                from = to;
                continue;
            }
            if !self.joint(to) && word.is(Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER)
                || self.break_before_noun(to)
            {
                // `co-founder`, `56-year-old`: digits inside a phrase do not end it.
                if !self.text(to).starts_with(|c: char| c.is_ascii_digit()) {
                    break;
                }
            }
            last_entity = false;
            to += 1;
        }
        if to <= from || last_entity {
            return None;
        }
        Some(Noun { from, to, head: to - 1, owner, tie, end: to, opened })
    }

    /// `founder and chief executive`: reads on over the conjunction.
    pub(super) fn second(&self, noun: &mut Noun, limit: usize) {
        if noun.to < limit
            && self.word(noun.to).is(Word::CONJUNCTION)
            && let Some(next) = self.noun(noun.to + 1, limit)
            && !next.opened
            && matches!(next.owner, Owner::None)
            && (self.word(next.head).is(Word::ROLE_PERSON) || self.role(next.head).is(RoleWord::TRADE))
            && !self.word(next.head).is(Word::PLURAL)
            && self.sentence(next.head) == self.sentence(noun.head)
            && !(self.word(next.end).is(Word::VERB | Word::SPEECH))
        {
            noun.to = next.to;
            noun.end = next.to;
        }
    }

    /// Reads what belongs to a noun: `of long-distance traffic at X`, `of the border town of X`.
    pub(super) fn complements(&self, noun: &mut Noun, limit: usize) {
        self.belongings(noun, limit, true);
    }

    /// The same; a field is read beside a name alone: `wrote to the minister in red ink`.
    fn belongings(&self, noun: &mut Noun, limit: usize, fields: bool) {
        self.second(noun, limit);
        let mut at = noun.to;
        let mut extend = true;
        for _ in 0..3 {
            if extend
                && fields
                && let Some(end) = self.topic(at, limit)
            {
                (noun.to, noun.end, at) = (end, end, end);
            }
            if at >= limit || !self.role(at).is(RoleWord::AFFILIATING) || self.entity(at).is_some() {
                return;
            }
            let inside = self.word(at).is(Word::FUNCTION);
            let object = at + 1;
            let Some((owner, end, telling)) = self.object(object, limit) else { return };
            let possessor = (object..end).any(|k| is_possessive(self.text(k)) || self.word(k).is(Word::PRONOUN));
            let definite = self.word(object).is(Word::DETERMINER) || possessor;
            let named = match owner {
                Owner::Name(_) => true,
                Owner::Words { from, to } => self.is_name(from as usize, to as usize),
                _ => false,
            };
            // `head of state`, `commissioner of police`: no determiner, no affiliation.
            let telling =
                telling && (named || definite || self.text(at) != "of" || self.word(object).is(Word::PRONOUN));
            if telling {
                // `X's envoy to Y`: somebody's, and of a body.
                let person = matches!(noun.owner, Owner::Name(id) if self.class(id) == Class::Person);
                if matches!(noun.owner, Owner::None) || noun.tie == Tie::Modifier || person {
                    noun.owner = owner;
                    noun.tie = if inside { Tie::Preposition } else { Tie::Origin };
                } else if extend && inside && self.is_place(owner) {
                    // `the union's envoy for the Black Sea`.
                    noun.to = end;
                }
                noun.end = end;
                // `the committee on transport`.
                if let (Owner::Words { from, .. }, Some(end)) = (owner, self.topic(end, limit)) {
                    noun.owner = Owner::Words { from, to: end as u32 };
                    noun.end = end;
                }
                return;
            }
            // `owner of the boat`, `docker for twenty years`: no part of the role.
            let time = (object..end).any(|k| {
                self.word(k).is(Word::AGE)
                    || self.text(k).strip_suffix('s').is_some_and(|t| self.lexicon.word(fold_hash(t)).is(Word::AGE))
            });
            // `a contender to fill the seat`, `adviser to President X`.
            let bare = self.text(at) != "of" && self.word(object).is(Word::TITLE) && !self.is_lower(object);
            let verb = self.text(at) == "to"
                && self.is_lower(object)
                && !self.word(object).is(Word::DETERMINER | Word::PRONOUN);
            if !inside || named || time || bare || verb || (definite && self.text(at) == "of") {
                noun.end = end;
                return;
            }
            if extend {
                noun.to = end;
            }
            extend = false;
            noun.end = end;
            at = end;
        }
    }

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

    fn is_place(&self, owner: Owner) -> bool {
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

    /// A noun phrase that stands for itself: `a spokesman for X`. What belongs to it is read up to `limit`.
    pub fn phrase(&self, from: usize, to: usize, limit: usize) -> Option<RolePhrase> {
        let mut noun = self.noun(from, to)?;
        self.belongings(&mut noun, limit, false);
        Some(self.finish(noun, NONE, Place::After))
    }

    pub(super) fn finish(&self, noun: Noun, entity: u32, place: Place) -> RolePhrase {
        RolePhrase {
            entity,
            head: noun.head as u32,
            from: noun.from as u32,
            to: noun.to as u32,
            owner: noun.owner,
            tie: noun.tie,
            place,
        }
    }
}
