//! The places around a name where role phrases stand: before it, with a comma before it, after it.

use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use super::phrase::{Noun, Reader};
use super::{LENGTH, MODIFIERS, Owner, Place, RolePhrase, Tie};
use crate::cluster::NONE;
use crate::names::Class;
use crate::words::{RoleWord, Word, fold_hash, is_possessive};

/// What the head noun of a phrase behind a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heads {
    /// One person.
    One,
    /// Persons who are told together.
    Many,
    /// One or more.
    Any,
    /// An organisation.
    Body,
}

impl Reader<'_, '_> {
    /// Reads the phrases around a name.
    pub(super) fn around(&self, entity: u32, out: &mut Vec<RolePhrase>) {
        let class = self.class(entity);
        let (from, to) = self.range(entity);
        if from >= to || !matches!(class, Class::Person | Class::Unknown | Class::Org) {
            return;
        }
        let person = class != Class::Org;
        // `the harbour master, Captain X`: the phrase tells more than the title.
        let honorifics = self.before_honorifics(from);
        let titled = self.before_trade(self.before_titles(from, honorifics));
        let told = out.len();
        if person {
            self.leads_before(entity, titled, out);
        }
        if person && titled < from {
            self.before(entity, from, titled, person, out);
        }
        self.title(entity, from, to, honorifics, person, out);
        if out.len() == told || titled == from {
            self.before(entity, from, honorifics, person, out);
        }
        if person {
            self.possessed(entity, from, out);
        }
        // `X MP`.
        let inside = to - 1 > from && self.after_name(to - 1);
        let behind = self.after_name(to) && self.entity(to).is_none() && self.sentence(to) == self.sentence(from);
        self.after(entity, to + usize::from(behind), person, out);
        if person && (inside || behind) {
            let head = if behind { to } else { to - 1 };
            let mut letters = self.affiliation(entity, Owner::None);
            (letters.head, letters.from, letters.to) = (head as u32, head as u32, head as u32 + 1);
            out.push(letters);
        }
    }

    /// `Greenpeace's X`; `the head of the union, Leeds's X`.
    fn possessed(&self, entity: u32, from: usize, out: &mut Vec<RolePhrase>) {
        let Some(mark) = from.checked_sub(1).filter(|at| is_possessive(self.text(*at))) else { return };
        let Some(id) = mark.checked_sub(1).and_then(|at| self.entity(at)).filter(|id| *id != entity) else { return };
        let (start, end) = self.range(id);
        if end != mark || self.sentence(start) != self.sentence(from) {
            return;
        }
        if start > 0 && self.text(start - 1) == "," {
            self.before(entity, from, start, true, out);
        }
        if self.labelled_organisation(Owner::Name(id)) {
            let own = RolePhrase { tie: Tie::Possessor, ..self.affiliation(entity, Owner::Name(id)) };
            out.push(own);
        }
    }

    /// True for letters after a name that tell a role.
    fn after_name(&self, at: usize) -> bool {
        self.role(at).is(RoleWord::AFTER_NAME) && !self.text(at).contains(char::is_lowercase)
    }

    pub(super) fn wanted(&self, at: usize, person: bool) -> bool {
        if person { self.person(at) } else { self.word(at).is(Word::ROLE_ORG) }
    }

    /// `the commander of the navy, X`, `Her deputy, X`. The titles of the name begin at `end`.
    pub(super) fn before(&self, entity: u32, from: usize, end: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let Some(comma) = end.checked_sub(1).filter(|at| self.text(*at) == ",") else { return };
        let sentence = self.sentence(comma);
        if end == from && sentence != self.sentence(from) {
            return;
        }
        if person && let Some(phrase) = self.office_list(entity, comma) {
            out.push(phrase);
            return;
        }
        // `The judge herself, X`.
        let stop = comma - usize::from(comma > 0 && self.word(comma - 1).is(Word::REFLEXIVE));
        let mut start = stop;
        while start > 0 && stop - start < LENGTH && self.sentence(start - 1) == sentence {
            let at = start - 1;
            let stops = self.entity(at).is_none()
                && !is_possessive(self.text(at))
                && (self.word(at).is(Word::CLAUSE | Word::CONJUNCTION | Word::VERB | Word::SPEECH)
                    && !self.word(at).is(Word::ROLE | Word::MODIFIER)
                    && !self.only(at)
                    || !self.text(at).starts_with(char::is_alphanumeric))
                && !self.joint(at)
                && !self.joins_roles(at);
            // `the chair of the Drivers Union (GDU), X`.
            let short = at.checked_sub(2).filter(|open| self.past_short_form(*open) == Some(start));
            if let Some(open) = short.filter(|open| *open > 0 && self.entity(*open - 1).is_some()) {
                start = open;
                continue;
            }
            if stops {
                break;
            }
            start = at;
        }
        // `The hinges, X said, were sound`: the phrase is what the speech is of.
        let (_, to) = self.range(entity);
        let opens_sentence = start == 0 || self.sentence(start - 1) != sentence;
        if opens_sentence && self.word(to).is(Word::SPEECH) && self.sentence(to) == sentence {
            return;
        }
        // The longest phrase that ends at the comma: `the governor` in `according to the governor, X`.
        for at in start..stop {
            if !self.opens(at, start) && !self.of_team_between_commas(at, entity, stop) {
                continue;
            }
            let Some(mut noun) = self.noun(at, stop) else { continue };
            let and = self.joins_roles(noun.to);
            let under_as =
                self.under_as(at) && person && self.listed(noun.head) && !self.word(noun.head).is(Word::PLURAL);
            if (under_as || self.title_like(&noun, at, person))
                && (noun.to == stop || self.word(noun.to).is(Word::PREPOSITION) || and)
            {
                // `after a clash with the governor, Mayor X`: two people.
                if end < from
                    && at != start
                    && (self.word(end).is(Word::TITLE) || (self.listed(end) && self.text(end + 1) != "."))
                    && !self.role(end).is(RoleWord::HONORIFIC)
                {
                    return;
                }
                self.complements(&mut noun, stop);
                // `As the clerk of Y left, X said`.
                if (and && noun.to <= noun.head + 1 && !self.and_kin(noun.to, stop)) || (under_as && noun.end != stop) {
                    return;
                }
                out.push(self.finish(noun, entity, Place::Before));
                return;
            }
        }
        self.before_relative(entity, stop, person, out);
    }

    /// True if a noun phrase may begin at a token, and nothing governs it: `in the winter`, `the garden of the governor`.
    fn opens(&self, at: usize, start: usize) -> bool {
        let possessive = Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE;
        let opens = at == start
            || self.word(at).is(Word::DETERMINER)
            || (self.word(at).is(Word::PRONOUN) && self.word(at).is(possessive));
        let before = at
            .checked_sub(1)
            .filter(|before| self.entity(*before).is_none() && self.sentence(*before) == self.sentence(at));
        // `was prime minister, X said`.
        let told = at == start && before.is_some_and(|b| self.copula(b));
        opens
            && !told
            && !before.is_some_and(|b| {
                self.word(b).is(Word::PREPOSITION)
                    && !self.under_as(at)
                    && (self.text(b) == "of" || !self.role(b).is(RoleWord::AFFILIATING))
            })
    }

    /// `The farmer who owns the field, X,`.
    fn before_relative(&self, entity: u32, stop: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let sentence = self.sentence(stop);
        let near = stop.saturating_sub(LENGTH);
        let relative = (near..stop)
            .rev()
            .take_while(|at| self.sentence(*at) == sentence && self.text(*at) != ",")
            .find(|at| self.word(*at).is(Word::RELATIVE) && !self.word(*at).is(Word::POSSESSIVE));
        let Some(relative) = relative.filter(|_| person) else { return };
        for at in near.max(relative.saturating_sub(MODIFIERS))..relative {
            let opened = self.sentence(at) == sentence
                && self.word(at).is(Word::DETERMINER)
                && self.opens(at, at.saturating_sub(1));
            if opened
                && let Some(noun) = self.noun(at, relative)
                && noun.to == relative
                && self.title_like(&noun, at, person)
            {
                out.push(self.finish(noun, entity, Place::Before));
                return;
            }
        }
    }

    pub(super) fn title_like(&self, noun: &Noun, start: usize, person: bool) -> bool {
        if !self.wanted(noun.head, person) || self.word(noun.head).is(Word::PLURAL) {
            return false;
        }
        let listed = self.word(noun.head).is(Word::ROLE) || self.role(noun.head).is(RoleWord::TRADE);
        let capital = !self.is_lower(noun.head) && (listed || self.word(noun.head).is(Word::TITLE));
        noun.opened || capital || (listed && noun.head > start) || !matches!(noun.owner, Owner::None)
    }

    /// `X, a senior advisor at Y`, `X, who heads Y`, `X of Y`, `X is the president of Y`.
    fn after(&self, entity: u32, to: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let sentence = self.sentence(to.saturating_sub(1));
        if self.sentence(to) != sentence {
            return;
        }
        let limit = to + LENGTH + 4;
        if person && let Some(of) = self.shared_body(to) {
            self.affiliated(entity, of, of + LENGTH, out);
        } else if person && let Some(noun) = self.turned(to, limit) {
            out.push(RolePhrase { entity, ..noun });
        } else if person && let Some(at) = self.pair(to) {
            self.apposition(entity, at, limit + at - to, Heads::Many, out);
        } else if self.text(to) == "," {
            let mut at = to + 1;
            // An age between commas.
            if self.text(at).starts_with(|c: char| c.is_ascii_digit()) && matches!(self.text(at + 1), "," | "." | ";") {
                at += 2;
            }
            if self.sentence(at) == sentence {
                let (from, _) = self.range(entity);
                let heads = match person {
                    true if self.pairs(from) => Heads::Any,
                    true => Heads::One,
                    false => Heads::Body,
                };
                self.apposition(entity, at, limit, heads, out);
            }
        } else if person && let Some(close) = self.between_dashes(to, limit) {
            self.apposition(entity, to + 1, close, Heads::One, out);
        } else if person && is_possessive(self.text(to)) {
            self.post(entity, to, limit, out);
        } else if person && self.role(to).is(RoleWord::LEADING) {
            self.relative(entity, to, limit, person, out);
        } else if person && self.word(to).is(Word::VERB) {
            let mut at = to;
            while at < to + 4
                && (self.verb(at) || self.role(at).is(RoleWord::ADVERB))
                && !self.word(at).is(Word::SPEECH)
            {
                at += 1;
            }
            // `X was appointed chair of Y`.
            at += usize::from(self.any_of(at, ENGLISH.roles.appointed) && self.entity(at).is_none());
            if (to..at).any(|k| self.copula(k))
                && let Some(mut noun) = self.noun(at, limit)
                && (self.word(noun.head).is(Word::ROLE_PERSON) || self.role(noun.head).is(RoleWord::TRADE))
                && !self.word(noun.head).is(Word::PLURAL)
                // `X's envoy to Y` is another one.
                && (noun.opened || (self.role(noun.to).is(RoleWord::AFFILIATING) && !is_possessive(self.text(to))))
            {
                self.complements(&mut noun, limit);
                out.push(self.finish(noun, entity, Place::After));
            }
        } else if person && let Some(owner) = self.party(to) {
            out.push(self.affiliation(entity, owner));
            // `X (Labour, Leeds), a farmer`.
            let comma = (to..limit).find(|at| self.text(*at) == ")").map_or(to, |close| close + 1);
            if self.text(comma) == "," && self.sentence(comma + 1) == sentence {
                self.apposition(entity, comma + 1, limit, Heads::One, out);
            }
        } else if self.text(to) == "("
            && let Some(id) = self.entity(to + 1)
            && self.class(id) == Class::Org
            && (self.text(self.range(id).1) == ")" || self.closes_behind_place(self.range(id).1))
            && person
        {
            // `(D-Ore.)`, `(Ore.)`: a seat.
            let seat =
                self.input.entities.get(id as usize).and_then(|e| e.span.get(self.input.text)).is_some_and(|name| {
                    let mut chars = name.chars();
                    let letter = chars.next().is_some_and(char::is_uppercase);
                    (letter && matches!(chars.next(), Some('-') | None)) || name.ends_with('.')
                });
            if !seat {
                out.push(self.affiliation(entity, Owner::Name(id)));
            }
            let close = self.range(id).1;
            let comma = if self.text(close) == "," { self.range_behind(close) } else { close } + 1;
            if self.text(comma) == "," && self.sentence(comma + 1) == sentence {
                self.apposition(entity, comma + 1, limit, Heads::One, out);
            }
        } else {
            // `X at the debate`, `X at the tower`: where X is.
            let stays = self.role(to).is(RoleWord::AT)
                && self.object(to + 1, limit).is_none_or(|(owner, ..)| !self.labelled_organisation(owner));
            if !stays {
                self.affiliated(entity, to, limit, out);
            }
            self.after_origin(entity, to, limit, person, out);
        }
    }

    pub(super) fn labelled_organisation(&self, owner: Owner) -> bool {
        let Owner::Name(id) = owner else { return false };
        let label = self.input.entities.get(id as usize).map_or("", |e| e.label);
        EntityLabel::of(label) == Some(EntityLabel::Org)
    }

    /// `X of Leeds, a nurse`.
    fn after_origin(&self, entity: u32, at: usize, limit: usize, person: bool, out: &mut Vec<RolePhrase>) {
        if self.role(at).is(RoleWord::AFFILIATING)
            && let Some(id) = self.entity(at + 1)
            && self.text(self.range(id).1) == ","
            && self.sentence(self.range(id).1 + 1) == self.sentence(at)
            && self.word(self.range(id).1 + 1).is(Word::DETERMINER)
        {
            self.apposition(entity, self.range(id).1 + 1, limit, if person { Heads::One } else { Heads::Body }, out);
        }
    }

    fn copula(&self, at: usize) -> bool {
        self.word(at).is(Word::BE)
    }

    /// `X of the clerks' union`, `X from Y`.
    pub(super) fn affiliated(&self, entity: u32, at: usize, limit: usize, out: &mut Vec<RolePhrase>) {
        if !self.role(at).is(RoleWord::AFFILIATING) {
            return;
        }
        if let Some((owner, _, true)) = self.object(at + 1, limit) {
            let body = match owner {
                // People are of, from or by a place, and at an organisation.
                Owner::Name(id) => {
                    self.class(id) == Class::Org
                        || self.role(at).is(RoleWord::AT)
                        || (self.text(at) == "of" && self.speaks_for_place(entity))
                }
                Owner::Words { from, to } => {
                    let last = to as usize - 1;
                    (self.body(last) && !self.word(last).is(Word::ROLE_PLACE))
                        || self.capitals(from as usize) == Some(to as usize)
                }
                _ => false,
            };
            if body {
                out.push(self.affiliation(entity, owner));
            }
        }
    }

    /// True for a name behind the title of one who speaks for a place: `Mayor X of Leeds`.
    fn speaks_for_place(&self, entity: u32) -> bool {
        let (from, to) = self.range(entity);
        let inside = from + 1 < to && self.role(from).is(RoleWord::OF_PLACE);
        let title = from.checked_sub(1).filter(|at| self.sentence(*at) == self.sentence(from));
        inside || title.is_some_and(|at| self.entity(at).is_none() && self.role(at).is(RoleWord::OF_PLACE))
    }

    pub(super) fn affiliation(&self, entity: u32, owner: Owner) -> RolePhrase {
        RolePhrase { entity, head: NONE, from: 0, to: 0, owner, tie: Tie::Preposition, place: Place::After }
    }

    /// The token behind the comma after a second name: `X and Y, economists at Z`.
    fn pair(&self, and: usize) -> Option<usize> {
        let id = self.entity(and + 1).filter(|_| self.entity(and).is_none() && self.joins_two(and))?;
        let (_, to) = self.range(id);
        let told = self.class(id) == Class::Person
            && self.text(to) == ","
            && self.sentence(and) == self.sentence(to + 1)
            && self.entity(to + 1).is_none();
        told.then_some(to + 1)
    }

    /// True if a name is the second of two.
    fn pairs(&self, from: usize) -> bool {
        let Some(and) = from.checked_sub(1).filter(|and| self.entity(*and).is_none() && self.joins_two(*and)) else {
            return false;
        };
        let first = and.checked_sub(1).and_then(|at| self.entity(at));
        first.is_some_and(|id| self.class(id) == Class::Person)
    }

    fn joins_two(&self, at: usize) -> bool {
        self.word(at).is(Word::CONJUNCTION) && self.text(at) == "and"
    }

    fn apposition(&self, entity: u32, at: usize, limit: usize, heads: Heads, out: &mut Vec<RolePhrase>) {
        let person = heads != Heads::Body;
        if heads == Heads::Many {
            let both = usize::from(self.role(at).is(RoleWord::ADVERB));
            if let Some(noun) = self.noun(at + both, limit)
                && self.are_many(&noun)
            {
                self.told_after(entity, noun, at, limit, out);
            }
            return;
        }
        if self.word(at).is(Word::RELATIVE) && self.entity(at).is_none() {
            self.relative(entity, at + 1, limit, person, out);
            return;
        }
        // `X, in her capacity as chair of Y`, `X, elected as chair of Y`.
        if person && let Some(noun) = self.in_post(at, limit).or_else(|| self.turned(at, limit)) {
            out.push(RolePhrase { entity, ..noun });
            return;
        }
        if let Some(object) = self.spoken_for(at).filter(|_| person) {
            self.stands_for(entity, object, limit, out);
            return;
        }
        if self.role(at).is(RoleWord::AFFILIATING) {
            self.affiliated(entity, at, limit, out);
            self.after_origin(entity, at, limit, person, out);
            return;
        }
        let adverb = self.role(at).is(RoleWord::ADVERB) && self.entity(at).is_none();
        let many = heads == Heads::Any && self.word(at + 1).is(Word::PLURAL);
        let at = at + usize::from(adverb && (many || self.word(at + 1).is(Word::DETERMINER)));
        // `one of the two priests`.
        let one = self.word(at).is(Word::DETERMINER) && self.role(at + 1).is(RoleWord::AFFILIATING);
        let start = if one { at + 2 } else { at };
        let Some(noun) = self.noun(start, limit) else { return };
        if one {
            let word = self.word(noun.head);
            if !word.is(Word::PLURAL) || !word.is(Word::ROLE_PERSON) || !person {
                return;
            }
        } else if !self.wanted(noun.head, person)
            || (self.word(noun.head).is(Word::PLURAL) && !(heads == Heads::Any && self.are_many(&noun)))
        {
            return;
        }
        // `X, mayor of Y`: without a determiner the noun is a known one or has something to belong to.
        let listed = self.word(noun.head).is(Word::ROLE) || self.role(noun.head).is(RoleWord::TRADE);
        if !noun.opened && !listed {
            return;
        }
        self.told_after(entity, noun, at, limit, out);
    }

    /// True for a noun for more than one person: `economists`.
    fn are_many(&self, noun: &Noun) -> bool {
        let word = self.word(noun.head);
        let one = self.text(noun.head).strip_suffix('s').map(|one| self.lexicon.role(fold_hash(one)));
        let tells = one.is_some_and(|one| !one.is(RoleWord::STRANGER | RoleWord::OUTSIDER));
        word.is(Word::PLURAL) && word.is(Word::ROLE_PERSON) && tells
    }

    /// Tells a phrase behind a name if it is no subject and has no verb.
    fn told_after(&self, entity: u32, mut noun: Noun, at: usize, limit: usize, out: &mut Vec<RolePhrase>) {
        // `X, accused the mayor`: a verb between.
        if (noun.from..noun.head).any(|k| {
            self.entity(k).is_none() && self.word(k).is(Word::VERB) && !self.word(k).is(Word::ROLE | Word::MODIFIER)
        }) {
            return;
        }
        self.complements(&mut noun, limit);
        // `X, an economist who works for Y`.
        let bare = noun.end == noun.head + 1 && matches!(noun.owner, Owner::None);
        let relative = self.word(noun.end).is(Word::RELATIVE) && !self.word(noun.end).is(Word::POSSESSIVE);
        let who = (bare && relative && self.sentence(noun.end) == self.sentence(at)).then_some(noun.end + 1);
        // `X, the mayor said`: the phrase is the subject of what follows.
        let next = self.word(noun.end);
        let subject = next.is(Word::SPEECH) || (next.is(Word::VERB) && self.sentence(noun.end) == self.sentence(at));
        if subject && !self.participle(noun.end) {
            return;
        }
        out.push(self.finish(noun, entity, Place::After));
        if let Some(at) = who {
            self.relative(entity, at, at + LENGTH, true, out);
        }
    }

    /// `who runs the shop and is treasurer of Y`.
    fn and_is(&self, entity: u32, from: usize, limit: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let sentence = self.sentence(from);
        let clause = from..limit.min(self.input.tokens.len());
        let and = clause
            .take_while(|at| {
                self.sentence(*at) == sentence
                    && self.text(*at) != ","
                    && !self.word(*at).is(Word::SPEECH | Word::RELATIVE | Word::CLAUSE)
            })
            .find(|at| self.word(*at).is(Word::CONJUNCTION) && self.copula(*at + 1));
        if let Some(and) = and.filter(|_| person)
            && let Some(mut noun) = self.noun(and + 2, limit)
            && self.listed(noun.head)
            && !self.word(noun.head).is(Word::PLURAL)
        {
            self.complements(&mut noun, limit);
            out.push(self.finish(noun, entity, Place::After));
        }
    }

    /// `who has been engineer to Y since 2016`, `who heads Y`, `who manages funds at Y`.
    fn relative(&self, entity: u32, at: usize, limit: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let mut verb = at;
        while verb < at + 4
            && self.entity(verb).is_none()
            && (self.word(verb).is(Word::VERB) || self.role(verb).is(RoleWord::ADVERB))
            && !self.role(verb).is(RoleWord::LEADING | RoleWord::FIELD)
        {
            verb += 1;
        }
        let copula = (at..verb).any(|k| self.copula(k));
        // `who now runs Y`, `who has led Y`; not `who never led Y`.
        let denied =
            || (at..verb).any(|k| ENGLISH.verbs.negators.iter().any(|no| no.eq_ignore_ascii_case(self.text(k))));
        let does = !copula && self.role(verb).is(RoleWord::LEADING | RoleWord::FIELD) && !denied();
        // `who has retired as head of Y`.
        if !copula
            && person
            && let Some(noun) = self.turned(verb, limit).filter(|_| !denied())
        {
            out.push(RolePhrase { entity, ..noun });
            return;
        }
        if verb > at && person && !does {
            if copula
                && let Some(mut noun) = self.noun(verb, limit)
                && (self.word(noun.head).is(Word::ROLE_PERSON) || self.role(noun.head).is(RoleWord::TRADE))
            {
                self.complements(&mut noun, limit);
                out.push(self.finish(noun, entity, Place::After));
                return;
            }
            // `who is in charge of Y`.
            let charge = verb + usize::from(self.word(verb).is(Word::PREPOSITION));
            if copula
                && self.role(charge).is(RoleWord::IN_CHARGE)
                && self.role(charge + 1).is(RoleWord::AFFILIATING)
                && let Some((owner, _, true)) = self.object(charge + 2, limit)
            {
                out.push(self.affiliation(entity, owner));
            }
            return;
        }
        // `who covers airlines at Y`.
        if self.role(verb).is(RoleWord::FIELD)
            && let Some(field) = self.plain(verb + 1, limit)
        {
            self.affiliated(entity, field.to, limit, out);
            return;
        }
        if !self.role(verb).is(RoleWord::LEADING) {
            return;
        }
        self.and_is(entity, verb + 1, limit, person, out);
        let mut object = verb + 1;
        if self.text(object) == "as" && person {
            if let Some(mut noun) = self.noun(object + 1, limit)
                && self.person(noun.head)
            {
                self.complements(&mut noun, limit);
                out.push(self.finish(noun, entity, Place::After));
            }
            return;
        }
        // `plays in Y`: other prepositions before a name alone.
        // `plays for Leeds`.
        let plays_for = self.text(object) == "for";
        let inside = self.word(object).is(Word::PREPOSITION) && !self.role(object).is(RoleWord::AFFILIATING);
        if self.word(object).is(Word::PREPOSITION) {
            object += 1;
        }
        if self.word(object).is(Word::PRONOUN) {
            out.push(self.affiliation(entity, Owner::Pronoun(object as u32)));
            return;
        }
        match self.object(object, limit) {
            Some((Owner::Name(id), end, _)) if self.class(id) == Class::Org => {
                self.came_as(entity, Owner::Name(id), end, limit, person, out);
                out.push(self.affiliation(entity, Owner::Name(id)));
            }
            Some((Owner::Name(id), ..)) if plays_for && self.class(id) == Class::Place => {
                out.push(self.affiliation(entity, Owner::Name(id)));
            }
            _ if inside => {}
            // `who heads a project on tides for Y`.
            Some((Owner::Words { from, .. }, end, true)) if matches!(self.text(object), "a" | "an") => {
                // `who heads a union of fishers`.
                if let Some(to) = self.of_field(end, limit) {
                    out.push(self.affiliation(entity, Owner::Words { from, to: to as u32 }));
                } else {
                    self.affiliated(entity, self.topic(end, limit).unwrap_or(end), limit, out);
                }
            }
            Some((owner @ Owner::Words { .. }, _, true)) => out.push(self.affiliation(entity, owner)),
            // `who manages pension funds at Y`.
            Some((_, end, _)) => self.affiliated(entity, end, limit, out),
            None => {}
        }
    }
}
