//! Asides around a name: between dashes, in parentheses, behind "speaking for", and the post that somebody has.

use copydesk_text::lang::ENGLISH;

use super::phrase::Reader;
use super::{LENGTH, MODIFIERS, Owner, Place, RolePhrase, Tie};
use crate::names::Class;
use crate::words::{RoleWord, Word, is_possessive};

/// Words between a possessive and a post: `her short spell`.
const POST: usize = 2;

impl Reader<'_, '_> {
    /// The dash that closes an aside which a dash opens at a token: `X - a lecturer - said`.
    pub(super) fn between_dashes(&self, at: usize, limit: usize) -> Option<usize> {
        let dash = |at: usize| {
            matches!(self.text(at), "-" | "–" | "—" | "--") && !self.hyphen(at) && self.entity(at).is_none()
        };
        let sentence = self.sentence(at);
        let mut rest = at + 1..limit.min(self.input.tokens.len());
        (dash(at) && self.sentence(at + 1) == sentence)
            .then(|| rest.find(|k| dash(*k) || self.sentence(*k) != sentence))
            .flatten()
            .filter(|close| dash(*close) && self.sentence(*close) == sentence)
    }

    /// True if a place stands behind a comma, and closes parentheses: `, Leeds East)`.
    pub(super) fn closes_behind_place(&self, comma: usize) -> bool {
        self.text(comma) == ","
            && self.entity(comma + 1).is_some_and(|id| matches!(self.class(id), Class::Place | Class::Org))
            && self.text(self.range_behind(comma)) == ")"
    }

    /// One past the name behind a token.
    pub(super) fn range_behind(&self, at: usize) -> usize {
        self.entity(at + 1).map_or(at + 1, |id| self.range(id).1)
    }

    /// A party by its words in parentheses: `(Labour, Leeds)`, `(Lib Dem)`.
    pub(super) fn party(&self, open: usize) -> Option<Owner> {
        let from = open + 1;
        let sentence = self.sentence(open);
        let party = self.text(open) == "("
            && self.any_of(from, ENGLISH.roles.parties)
            && !self.is_lower(from)
            && self.entity(from).is_none_or(|id| self.class(id) != Class::Org);
        let close = (from + 1..from + 1 + POST + 1).find(|at| matches!(self.text(*at), "," | ")"))?;
        let one = |at: usize| self.alphabetic(at) && !self.is_lower(at);
        let told = party && self.sentence(close) == sentence && (from..close).all(one);
        // Other names than of a party end with the comma: `(Green, Leeds)`.
        let ends = self.text(close) == ")" || self.closes_behind_place(close);
        (told && ends).then_some(Owner::Words { from: from as u32, to: close as u32 })
    }

    /// `National Chairman, Drivers Union (DU), Comrade X`: an office in capitals and its body, each with a comma.
    pub(super) fn office_list(&self, entity: u32, comma: usize) -> Option<RolePhrase> {
        let sentence = self.sentence(comma);
        let last = comma.checked_sub(1)?;
        let short = last.checked_sub(2).filter(|open| *open > 0 && self.past_short_form(*open) == Some(comma));
        let id = self.entity(short.map_or(last, |open| open - 1)).filter(|id| *id != entity)?;
        let (name, _) = self.range(id);
        let the = usize::from(name > 0 && self.entity(name - 1).is_none() && self.word(name - 1).is(Word::DETERMINER));
        let first = (name - the).checked_sub(1)?;
        let head = first.checked_sub(1)?;
        let office = self.text(first) == ","
            && self.labelled_organisation(Owner::Name(id))
            && self.sentence(head) == sentence
            && self.listed(head)
            && !self.role(head).is(RoleWord::STRANGER)
            && !self.word(head).is(Word::PLURAL);
        let mut from = head;
        let capital = |at: usize| {
            self.sentence(at) == sentence
                && self.entity(at).is_none()
                && self.alphabetic(at)
                && !self.is_lower(at)
                && !self.word(at).is(Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
        };
        while from > 0 && head - from < MODIFIERS && capital(from - 1) {
            from -= 1;
        }
        // Two capitals or more, so that no list of names is read as one.
        let before = from.checked_sub(1).filter(|at| self.sentence(*at) == sentence);
        let opens = before.is_none_or(|at| {
            self.word(at).is(Word::DETERMINER | Word::SPEECH | Word::PREPOSITION | Word::CONJUNCTION | Word::CLAUSE)
                || !self.alphabetic(at)
        });
        (office && opens && from < head && capital(head)).then(|| RolePhrase {
            head: head as u32,
            from: from as u32,
            to: head as u32 + 1,
            place: Place::Before,
            ..self.affiliation(entity, Owner::Name(id))
        })
    }

    /// The object of `speaking for`, `on behalf of`, `representing`.
    pub(super) fn spoken_for(&self, at: usize) -> Option<usize> {
        if self.entity(at).is_some() {
            return None;
        }
        let behalf = |at: usize| {
            let told = self.text(at) == "on" && self.text(at + 1) == "behalf" && self.text(at + 2) == "of";
            told.then_some(at + 3)
        };
        if self.any_of(at, ENGLISH.roles.representing) {
            return Some(at + 1);
        }
        if self.any_of(at, ENGLISH.roles.speaking) {
            return behalf(at + 1).or((self.text(at + 1) == "for").then_some(at + 2));
        }
        behalf(at)
    }

    /// Tells the body that somebody speaks for.
    pub(super) fn stands_for(&self, entity: u32, at: usize, limit: usize, out: &mut Vec<RolePhrase>) {
        let body = match self.object(at, limit) {
            Some((owner @ Owner::Name(id), ..)) if self.class(id) == Class::Org => owner,
            Some((owner @ Owner::Words { to, .. }, _, true))
                if !self.word(to as usize - 1).is(Word::ROLE_PLACE | Word::PLURAL) =>
            {
                owner
            }
            _ => return,
        };
        out.push(self.affiliation(entity, body));
    }

    /// `X's role as chair of Y`. The possessive stands at a token.
    pub(super) fn post(&self, entity: u32, mark: usize, limit: usize, out: &mut Vec<RolePhrase>) {
        let sentence = self.sentence(mark);
        let post = (mark + 1..mark + 2 + POST)
            .take_while(|at| self.sentence(*at) == sentence && self.entity(*at).is_none() && self.is_lower(*at))
            .find(|at| self.any_of(*at, ENGLISH.roles.posts) && self.text(*at + 1) == "as");
        let Some(post) = post.filter(|post| self.sentence(*post + 1) == sentence) else { return };
        if let Some(noun) = self.told_as(post + 2, limit) {
            out.push(RolePhrase { entity, ..noun });
        }
    }

    /// `joined Y as finance director`, `joined Y in 2010 as a nurse`. The body ends at a token.
    pub(super) fn came_as(
        &self,
        entity: u32,
        body: Owner,
        end: usize,
        limit: usize,
        person: bool,
        out: &mut Vec<RolePhrase>,
    ) {
        let date = self.word(end).is(Word::PREPOSITION).then(|| self.entity(end + 1)).flatten();
        let date = date.filter(|id| self.class(*id) == Class::Value);
        let at = date.map_or(end, |id| self.range(id).1);
        if !person || self.text(at) != "as" || self.sentence(at) != self.sentence(end.saturating_sub(1)) {
            return;
        }
        let Some(mut phrase) = self.told_as(at + 1, limit) else { return };
        if phrase.owner == Owner::None {
            (phrase.owner, phrase.tie) = (body, Tie::Preposition);
        }
        out.push(RolePhrase { entity, ..phrase });
    }

    /// The role behind "as", of nobody yet.
    fn told_as(&self, at: usize, limit: usize) -> Option<RolePhrase> {
        let mut noun = self.noun(at, limit)?;
        if !self.listed(noun.head) || self.word(noun.head).is(Word::PLURAL) {
            return None;
        }
        self.complements(&mut noun, limit);
        // `as the director left`.
        let verb = self.word(noun.end).is(Word::VERB | Word::SPEECH) && noun.opened && noun.end == noun.head + 1;
        let clause = verb && self.sentence(noun.end) == self.sentence(noun.head);
        (!clause).then(|| self.finish(noun, crate::cluster::NONE, Place::After))
    }

    /// True for a phrase behind the first word of its sentence, if that is "as": `As head of Y, X`.
    pub(super) fn under_as(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| self.entity(*before).is_none()) else { return false };
        let first = before == 0 || self.sentence(before - 1) != self.sentence(before);
        // `In her role as chair of Y, X`.
        let post = before > 1
            && self.any_of(before - 1, ENGLISH.roles.posts)
            && self.word(before - 2).is(Word::PRONOUN)
            && self.word(before - 2).is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE);
        (first || post) && self.sentence(before) == self.sentence(at) && self.text(before).eq_ignore_ascii_case("as")
    }

    /// The role behind `in her capacity as`.
    pub(super) fn in_post(&self, at: usize, limit: usize) -> Option<RolePhrase> {
        let told = matches!(self.text(at), "in" | "during")
            && self.word(at + 1).is(Word::PRONOUN)
            && self.any_of(at + 2, ENGLISH.roles.posts)
            && self.text(at + 3) == "as"
            && self.sentence(at) == self.sentence(at + 3);
        told.then(|| self.told_as(at + 4, limit)).flatten()
    }

    /// The role behind a verb and "as": `took over as chair of Y`, `left Z as head of Y`.
    pub(super) fn turned(&self, at: usize, limit: usize) -> Option<RolePhrase> {
        if self.entity(at).is_some() || !self.any_of(at, ENGLISH.roles.turning) {
            return None;
        }
        let particle = |at: usize| matches!(self.text(at), "over" | "down" | "on" | "out" | "in" | "work" | "office");
        let mut verb = at + 1 + usize::from(particle(at + 1));
        // `resigned last week as`, `resigned in May as`.
        let time = |k: usize| match self.entity(k) {
            Some(id) => self.class(id) == Class::Value,
            None => {
                self.word(k).is(Word::AGE | Word::DETERMINER)
                    || self.role(k).is(RoleWord::PASSING)
                    || matches!(self.text(k), "in" | "on" | "week" | "month" | "year" | "today" | "yesterday")
            }
        };
        let first = verb;
        while verb < first + MODIFIERS && self.text(verb) != "as" && time(verb) {
            verb += 1;
        }
        (self.text(verb) == "as" && self.sentence(verb) == self.sentence(at))
            .then(|| self.told_as(verb + 1, limit))
            .flatten()
    }

    /// The preposition before the body of all persons of a list: `X, Y and Z, all of` a body. The first name ends at `to`.
    pub(super) fn shared_body(&self, to: usize) -> Option<usize> {
        let sentence = self.sentence(to);
        let mut at = to;
        for _ in 0..MODIFIERS {
            let comma = usize::from(self.text(at) == ",");
            if comma == 1 && matches!(self.text(at + 1), "both" | "all") && self.role(at + 2).is(RoleWord::AFFILIATING)
            {
                // A list stands before it.
                let (start, _) = self.range(self.entity(at.checked_sub(1)?)?);
                let and = start.checked_sub(1).is_some_and(|and| self.text(and) == "and");
                return (and && self.sentence(at + 2) == sentence).then_some(at + 2);
            }
            let next = at + comma + usize::from(self.text(at + comma) == "and");
            let id = self.entity(next).filter(|id| next > at && self.class(*id) == Class::Person)?;
            if self.sentence(next) != sentence {
                return None;
            }
            at = self.range(id).1.max(next + 1);
        }
        None
    }

    /// `at Y, where she works as a nurse`: the token of who works there, and what is told. `id` is the body.
    pub(crate) fn works_where(&self, id: u32) -> Option<(usize, RolePhrase)> {
        let (from, to) = self.range(id);
        let sentence = self.sentence(to);
        let body = match self.class(id) {
            Class::Org => true,
            // A clinic that was read as a place.
            Class::Place => to > from + 1 && self.body(to - 1) && !self.word(to - 1).is(Word::ROLE_PLACE),
            _ => false,
        };
        let who = to + 2;
        if !body
            || self.text(to) != ","
            || self.text(to + 1) != "where"
            || self.sentence(who) != sentence
            || !self.word(who).is(Word::PRONOUN)
            || !self.word(who).is(Word::MALE | Word::FEMALE)
        {
            return None;
        }
        let mut verb = who + 1;
        while verb < who + 4
            && self.entity(verb).is_none()
            && (self.word(verb).is(Word::VERB) || self.role(verb).is(RoleWord::ADVERB))
            && !self.role(verb).is(RoleWord::LEADING | RoleWord::FIELD)
        {
            if ENGLISH.verbs.negators.iter().any(|no| no.eq_ignore_ascii_case(self.text(verb))) {
                return None;
            }
            verb += 1;
        }
        // `where she is a nurse`.
        let copula = (who + 1..verb).any(|at| self.word(at).is(Word::BE));
        let works = self.any_of(verb, &["works", "worked", "working", "teaches", "taught"]);
        if !(copula || works) || self.sentence(verb) != sentence {
            return None;
        }
        let limit = verb + LENGTH;
        let told = match (works, self.text(verb + 1)) {
            (true, "as") => self.told_as(verb + 2, limit),
            (true, _) => None,
            (false, _) => Some(self.told_as(verb, limit)?),
        };
        let own = RolePhrase { tie: Tie::Preposition, ..self.affiliation(crate::cluster::NONE, Owner::Name(id)) };
        let phrase = match told {
            Some(phrase) if phrase.owner == Owner::None => RolePhrase { owner: own.owner, tie: own.tie, ..phrase },
            Some(phrase) => phrase,
            None => own,
        };
        Some((who, phrase))
    }

    /// True for "and" between two roles of one phrase: `the co-founder and chief executive of Y, X`.
    pub(super) fn joins_roles(&self, at: usize) -> bool {
        let Some(noun) = at.checked_sub(1).filter(|_| self.text(at) == "and") else { return false };
        let sentence = self.sentence(at);
        if self.entity(noun).is_some()
            || !self.listed(noun)
            || self.word(noun).is(Word::PLURAL)
            || self.role(noun).is(RoleWord::STRANGER)
            || self.word(at + 1).is(Word::DETERMINER | Word::PRONOUN)
        {
            return false;
        }
        // The phrase of the first role is opened, and nothing but its own words stands before it.
        let near = noun.saturating_sub(MODIFIERS)..noun;
        let begins =
            near.start == 0 || self.sentence(near.start) != sentence || self.sentence(near.start - 1) != sentence;
        let opener = near.rev().take_while(|k| self.sentence(*k) == sentence).find(|k| {
            !self.joint(*k)
                && (self.entity(*k).is_some()
                    || self.word(*k).is(Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
                    || is_possessive(self.text(*k))
                    || self.break_before_noun(*k))
        });
        opener.map_or(begins, |k| {
            self.entity(k).is_some() || self.word(k).is(Word::DETERMINER) || is_possessive(self.text(k))
        })
    }

    /// True for a second noun that tells no role, behind "and": `the nurse and mother of two, X`.
    pub(super) fn and_kin(&self, and: usize, stop: usize) -> bool {
        self.noun(and + 1, stop).is_some_and(|noun| self.role(noun.head).is(RoleWord::STRANGER))
    }

    /// True for a player told between commas: `the innings of the Nordal opener, X, ended`.
    pub(super) fn of_team_between_commas(&self, at: usize, entity: u32, stop: usize) -> bool {
        let Some(head) = stop.checked_sub(1) else { return false };
        let (from, to) = self.range(entity);
        let Some(name) = (at + 1 < head && self.word(at).is(Word::DETERMINER)).then(|| self.entity(at + 1)).flatten()
        else {
            return false;
        };
        matches!(self.class(name), Class::Org | Class::Place)
            && self.range(name).1 <= head
            && self.role(head).is(RoleWord::OF_TEAM | RoleWord::COACH)
            && self.text(to) == ","
            && self.sentence(to) == self.sentence(from)
    }

    /// The first token of a trade as a title, behind a comma: `the head of Y, Engineer X`.
    pub(super) fn before_trade(&self, name: usize) -> usize {
        let Some(at) = name.checked_sub(1).filter(|at| self.text(at.saturating_sub(1)) == ",") else { return name };
        let title = self.entity(at).is_none()
            && at > 1
            && self.listed(at)
            && !self.is_lower(at)
            && !self.word(at).is(Word::PLURAL)
            && self.sentence(at - 1) == self.sentence(name);
        if title { at } else { name }
    }

    /// `Y's communications team, led by X`, `the harbour board, chaired by X`. The titles of the name begin at a token.
    pub(super) fn leads_before(&self, entity: u32, name: usize, out: &mut Vec<RolePhrase>) {
        let Some(led) = name.checked_sub(2).filter(|led| {
            self.text(led + 1) == "by" && self.any_of(*led, ENGLISH.roles.led) && self.entity(*led).is_none()
        }) else {
            return;
        };
        let sentence = self.sentence(led);
        let Some(mut last) = led.checked_sub(1).filter(|_| self.sentence(name) == sentence) else { return };
        if self.text(last) == "," && last > 0 {
            last -= 1;
        }
        if self.sentence(last) != sentence {
            return;
        }
        // `school of law`.
        let of = (last.saturating_sub(POST)..last).find(|at| self.text(*at) == "of" && self.entity(*at).is_none());
        if let Some(noun) = of.and_then(|of| of.checked_sub(1))
            && self.entity(last).is_none()
            && self.is_lower(last)
            && self.entity(noun).is_none()
            && self.body(noun)
            && self.sentence(noun) == sentence
        {
            last = noun;
        }
        // What governs the phrase may be what is led: `the attack on Y's office, led by X`.
        let free = |first: usize| {
            let before = first.checked_sub(1).filter(|before| self.sentence(*before) == sentence);
            before.is_none_or(|b| !self.word(b).is(Word::PREPOSITION) || matches!(self.text(b), "by" | "from" | "with"))
        };
        let owner = if let Some(id) = self.entity(last) {
            let (from, _) = self.range(id);
            let first = from - usize::from(from > 0 && self.word(from - 1).is(Word::DETERMINER));
            // `Researchers at Y, led by X`.
            let of_body = first > 1
                && matches!(self.text(first - 1), "at" | "from")
                && self.entity(first - 2).is_none()
                && (self.body(first - 2) || self.person(first - 2) || self.word(first - 2).is(Word::ROLE_PERSON))
                && self.sentence(first - 2) == sentence;
            (self.labelled_organisation(Owner::Name(id)) && (of_body || free(first))).then_some(Owner::Name(id))
        } else if self.body(last) && !self.word(last).is(Word::PLURAL | Word::ROLE_PLACE) {
            let mut first = last;
            let mut body = None;
            while first > 0 && last - first < LENGTH && self.sentence(first - 1) == sentence {
                let at = first - 1;
                if let Some(id) = self.entity(at) {
                    let (from, _) = self.range(id);
                    body = body.or(Some(id));
                    first = from.min(at);
                    continue;
                }
                if is_possessive(self.text(at)) {
                    first = at;
                    continue;
                }
                if self.word(at).is(Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER) || self.break_before_noun(at)
                {
                    break;
                }
                first = at;
            }
            let opened = first - usize::from(first > 0 && self.word(first - 1).is(Word::DETERMINER));
            match body.filter(|_| free(opened)) {
                Some(id) => self.labelled_organisation(Owner::Name(id)).then_some(Owner::Name(id)),
                None if free(opened) && first < last => Some(Owner::Words { from: first as u32, to: last as u32 + 1 }),
                None => None,
            }
        } else {
            None
        };
        if let Some(owner) = owner {
            out.push(self.affiliation(entity, owner));
        }
    }
}
