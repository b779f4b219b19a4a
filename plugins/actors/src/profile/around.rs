//! The places around a name where role phrases stand: before it, with a comma before it, after it.

use copydesk_text::lang::ENGLISH;

use super::phrase::{Noun, Reader};
use super::{LENGTH, MODIFIERS, Owner, Place, RolePhrase, Tie};
use crate::cluster::NONE;
use crate::names::Class;
use crate::words::{RoleWord, Word, is_possessive};

impl Reader<'_, '_> {
    /// Reads the phrases around a name.
    pub(super) fn around(&self, entity: u32, out: &mut Vec<RolePhrase>) {
        let class = self.class(entity);
        let (from, to) = self.range(entity);
        if from >= to || !matches!(class, Class::Person | Class::Unknown | Class::Org) {
            return;
        }
        let person = class != Class::Org;
        self.title(entity, from, to, person, out);
        self.before(entity, from, person, out);
        self.after(entity, to, person, out);
    }

    fn wanted(&self, at: usize, person: bool) -> bool {
        if person { self.person(at) } else { self.word(at).is(Word::ROLE_ORG) }
    }

    /// `Energy Minister X`, `the marine biologist X`, `Nordal analyst X`.
    fn title(&self, entity: u32, from: usize, to: usize, person: bool, out: &mut Vec<RolePhrase>) {
        // Titles inside the name: `Mayor X`.
        let mut core = from;
        while person && core + 1 < to && self.word(core).is(Word::TITLE) && self.text(core).len() > 1 {
            core += 1;
        }
        // `Dr X`, `Sister X` are called so; the words before them still tell a role.
        let end = self.before_honorifics(core);
        if end < core && person && self.word(core - 1).is(Word::ROLE_PERSON) && !self.is_lower(core - 1) {
            let at = core - 1;
            out.push(RolePhrase {
                entity,
                head: at as u32,
                from: at as u32,
                to: core as u32,
                owner: Owner::None,
                tie: Tie::Modifier,
                place: Place::Title,
            });
        }
        let Some(head) = end.checked_sub(1).filter(|head| self.sentence(*head) == self.sentence(end)) else { return };
        let naming = self.role(head).is(RoleWord::NAMING);
        let Some(head) = (if naming { head.checked_sub(1) } else { Some(head) }) else { return };
        // `the clinic's director, an Icelander named X`.
        let nation = naming && self.entity(head).is_some_and(|id| id != entity);
        if nation && head > 1 && self.text(head - 2) == "," {
            self.before(entity, head - 1, person, out);
        }
        if self.entity(head).is_some_and(|id| id != entity)
            || !(if person { self.person_or_title(head) } else { self.wanted(head, false) })
            || self.word(head).is(Word::PLURAL)
            || self.word(head).is(Word::PRONOUN)
            || self.layout.quote.get(head) != self.layout.quote.get(core)
        {
            return;
        }
        let capital = !self.is_lower(head);
        let mut start = head;
        let mut sure = head;
        let mut open = false;
        while start > 0 && head - start < MODIFIERS && self.sentence(start - 1) == self.sentence(head) {
            let at = start - 1;
            if self.entity(at).is_some_and(|id| id != entity) || is_possessive(self.text(at)) {
                open = true;
                break;
            }
            let word = self.word(at);
            let possessive = word.is(Word::PRONOUN) && word.is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE);
            if word.is(Word::DETERMINER) || possessive {
                open = true;
                break;
            }
            if word.is(Word::PREPOSITION | Word::PRONOUN) || self.break_before_noun(at) {
                break;
            }
            let text = self.text(at);
            let listed = word.is(Word::MODIFIER | Word::TITLE | Word::ROLE)
                || self.role(at).is(RoleWord::PASSING | RoleWord::TRADE | RoleWord::BODY)
                || self.joint(at);
            let first = at == 0 || self.sentence(at - 1) != self.sentence(at);
            // `Harbour master X` begins a sentence, and so does `Yesterday minister X`.
            let noun = first && !ENGLISH.function.starters.iter().any(|word| word.eq_ignore_ascii_case(text));
            if listed || (capital && !self.is_lower(at) && !first) || noun {
                if sure == start {
                    sure = at;
                }
            } else if first || (!capital && (!self.is_lower(at) || text.ends_with("ed"))) {
                break;
            }
            start = at;
        }
        let begin =
            if open || !capital || self.role(start.saturating_sub(1)).is(RoleWord::NAMING) { start } else { sure };
        let (mut owner, mut tie) = (Owner::None, Tie::Modifier);
        if open && begin == start && start > 0 {
            let at = start - 1;
            if let Some(id) = self.entity(at) {
                owner = Owner::Name(id);
            } else if is_possessive(self.text(at)) && at > 0 {
                tie = Tie::Possessor;
                owner = match self.entity(at - 1) {
                    Some(id) => Owner::Name(id),
                    None => self.possessor(at),
                };
            } else if self.word(at).is(Word::PRONOUN) {
                tie = Tie::Possessor;
                owner = Owner::Pronoun(at as u32);
            }
        }
        out.push(RolePhrase {
            entity,
            head: head as u32,
            from: begin as u32,
            to: head as u32 + 1,
            owner,
            tie,
            place: Place::Title,
        });
        // `the clinic's director, a nurse named X`.
        if naming && open && start > 1 && self.text(start - 2) == "," {
            self.before(entity, start - 1, person, out);
        }
    }

    /// The first of the titles before a name that tell no role: `Dr X`, `Engr. X`.
    fn before_honorifics(&self, name: usize) -> usize {
        let mut at = name;
        while at > 0 && name - at < MODIFIERS {
            let stop = usize::from(self.text(at - 1) == "." && at > 1);
            let title = at - 1 - stop;
            if !self.role(title).is(RoleWord::HONORIFIC) || self.is_lower(title) {
                break;
            }
            at = title;
        }
        at
    }

    /// The words before a possessive: `the water board 's`.
    fn possessor(&self, possessive: usize) -> Owner {
        let mut from = possessive;
        while from > 0
            && possessive - from < MODIFIERS
            && self.sentence(from - 1) == self.sentence(possessive)
            && !self.word(from - 1).is(Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
            && !self.break_before_noun(from - 1)
        {
            from -= 1;
        }
        if from < possessive { Owner::Words { from: from as u32, to: possessive as u32 } } else { Owner::None }
    }

    /// `the commander of the navy, X`, `Her deputy, X`.
    fn before(&self, entity: u32, from: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let end = self.before_honorifics(from);
        let Some(comma) = end.checked_sub(1).filter(|at| self.text(*at) == ",") else { return };
        let sentence = self.sentence(comma);
        if end == from && sentence != self.sentence(from) {
            return;
        }
        let mut start = comma;
        while start > 0 && comma - start < LENGTH && self.sentence(start - 1) == sentence {
            let at = start - 1;
            let stops = self.entity(at).is_none()
                && !is_possessive(self.text(at))
                && (self.word(at).is(Word::CLAUSE | Word::CONJUNCTION | Word::VERB | Word::SPEECH)
                    && !self.word(at).is(Word::ROLE | Word::MODIFIER)
                    || !self.text(at).starts_with(char::is_alphanumeric))
                && !self.joint(at);
            if stops {
                break;
            }
            start = at;
        }
        // The longest phrase that ends at the comma: `the governor` in `according to the governor, X`.
        for at in start..comma {
            let before = at.checked_sub(1).filter(|before| *before >= start && self.entity(*before).is_none());
            let opens = at == start
                || self.word(at).is(Word::DETERMINER)
                || (self.word(at).is(Word::PRONOUN) && self.word(at).is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE));
            // `in the winter, X`, `the garden of the governor, X`.
            let governed = before.is_some_and(|b| {
                self.word(b).is(Word::PREPOSITION) && (self.text(b) == "of" || !self.role(b).is(RoleWord::AFFILIATING))
            });
            if !opens || governed {
                continue;
            }
            let Some(noun) = self.noun(at, comma) else { continue };
            if self.title_like(&noun, at, person) && (noun.to == comma || self.word(noun.to).is(Word::PREPOSITION)) {
                let mut noun = noun;
                self.complements(&mut noun, comma);
                out.push(self.finish(noun, entity, Place::Before));
                return;
            }
        }
    }

    fn title_like(&self, noun: &Noun, start: usize, person: bool) -> bool {
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
        if self.text(to) == "," {
            let mut at = to + 1;
            // An age between commas.
            if self.text(at).starts_with(|c: char| c.is_ascii_digit()) && matches!(self.text(at + 1), "," | "." | ";") {
                at += 2;
            }
            if self.sentence(at) == sentence {
                self.apposition(entity, at, limit, person, out);
            }
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
            if (to..at).any(|k| self.copula(k))
                && let Some(mut noun) = self.noun(at, limit)
                && (self.word(noun.head).is(Word::ROLE_PERSON) || self.role(noun.head).is(RoleWord::TRADE))
                && !self.word(noun.head).is(Word::PLURAL)
                && (noun.opened || self.role(noun.to).is(RoleWord::AFFILIATING))
            {
                self.complements(&mut noun, limit);
                out.push(self.finish(noun, entity, Place::After));
            }
        } else if self.text(to) == "("
            && let Some(id) = self.entity(to + 1)
            && self.class(id) == Class::Org
            && self.text(self.range(id).1) == ")"
            && person
        {
            out.push(self.affiliation(entity, Owner::Name(id)));
            let comma = self.range(id).1 + 1;
            if self.text(comma) == "," && self.sentence(comma + 1) == sentence {
                self.apposition(entity, comma + 1, limit, person, out);
            }
        } else {
            self.affiliated(entity, to, limit, out);
        }
    }

    fn copula(&self, at: usize) -> bool {
        self.word(at).is(Word::BE)
    }

    /// `X of the clerks' union`, `X from Y`.
    fn affiliated(&self, entity: u32, at: usize, limit: usize, out: &mut Vec<RolePhrase>) {
        if !self.role(at).is(RoleWord::AFFILIATING) {
            return;
        }
        if let Some((owner, _, true)) = self.object(at + 1, limit) {
            let body = match owner {
                Owner::Name(id) => self.class(id) == Class::Org,
                Owner::Words { to, .. } => {
                    self.body(to as usize - 1) && !self.word(to as usize - 1).is(Word::ROLE_PLACE)
                }
                _ => false,
            };
            if body {
                out.push(self.affiliation(entity, owner));
            }
        }
    }

    fn affiliation(&self, entity: u32, owner: Owner) -> RolePhrase {
        RolePhrase { entity, head: NONE, from: 0, to: 0, owner, tie: Tie::Preposition, place: Place::After }
    }

    fn apposition(&self, entity: u32, at: usize, limit: usize, person: bool, out: &mut Vec<RolePhrase>) {
        if self.word(at).is(Word::RELATIVE) && self.entity(at).is_none() {
            self.relative(entity, at + 1, limit, person, out);
            return;
        }
        if self.role(at).is(RoleWord::AFFILIATING) {
            self.affiliated(entity, at, limit, out);
            return;
        }
        let adverb = self.role(at).is(RoleWord::ADVERB) && self.entity(at).is_none();
        let at = at + usize::from(adverb && self.word(at + 1).is(Word::DETERMINER));
        // `one of the two priests`.
        let one = self.word(at).is(Word::DETERMINER) && self.role(at + 1).is(RoleWord::AFFILIATING);
        let start = if one { at + 2 } else { at };
        let Some(mut noun) = self.noun(start, limit) else { return };
        if one {
            let word = self.word(noun.head);
            if !word.is(Word::PLURAL) || !word.is(Word::ROLE_PERSON) || !person {
                return;
            }
        } else if !self.wanted(noun.head, person) || self.word(noun.head).is(Word::PLURAL) {
            return;
        }
        // `X, mayor of Y`: without a determiner the noun is a known one or has something to belong to.
        let listed = self.word(noun.head).is(Word::ROLE) || self.role(noun.head).is(RoleWord::TRADE);
        if !noun.opened && !listed {
            return;
        }
        // `X, accused the mayor`: a verb between.
        if (noun.from..noun.head).any(|k| {
            self.entity(k).is_none() && self.word(k).is(Word::VERB) && !self.word(k).is(Word::ROLE | Word::MODIFIER)
        }) {
            return;
        }
        self.complements(&mut noun, limit);
        // `X, the mayor said`: the phrase is the subject of what follows.
        let next = self.word(noun.end);
        if next.is(Word::SPEECH) || (next.is(Word::VERB) && self.sentence(noun.end) == self.sentence(at)) {
            return;
        }
        out.push(self.finish(noun, entity, Place::After));
    }

    /// `who has been engineer to Y since 2016`, `who heads Y`, `who manages funds at Y`.
    fn relative(&self, entity: u32, at: usize, limit: usize, person: bool, out: &mut Vec<RolePhrase>) {
        let mut verb = at;
        while verb < at + 4
            && self.entity(verb).is_none()
            && self.word(verb).is(Word::VERB)
            && !self.role(verb).is(RoleWord::LEADING)
        {
            verb += 1;
        }
        if verb > at && person {
            let before = verb - 1;
            let copula = (at..=before).any(|k| self.copula(k));
            if copula
                && let Some(mut noun) = self.noun(verb, limit)
                && (self.word(noun.head).is(Word::ROLE_PERSON) || self.role(noun.head).is(RoleWord::TRADE))
            {
                self.complements(&mut noun, limit);
                out.push(self.finish(noun, entity, Place::After));
            }
            return;
        }
        if !self.role(verb).is(RoleWord::LEADING) {
            return;
        }
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
        if self.role(object).is(RoleWord::AFFILIATING) {
            object += 1;
        }
        if self.word(object).is(Word::PRONOUN) {
            out.push(self.affiliation(entity, Owner::Pronoun(object as u32)));
            return;
        }
        match self.object(object, limit) {
            Some((Owner::Name(id), ..)) if self.class(id) == Class::Org => {
                out.push(self.affiliation(entity, Owner::Name(id)));
            }
            Some((owner @ Owner::Words { .. }, _, true)) => out.push(self.affiliation(entity, owner)),
            // `who manages pension funds at Y`.
            Some((_, end, _)) => self.affiliated(entity, end, limit, out),
            None => {}
        }
    }
}
