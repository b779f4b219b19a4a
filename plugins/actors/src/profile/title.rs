//! Roles and titles right before a name: `Energy Minister X`, `the marine biologist X`.

use copydesk_text::lang::ENGLISH;

use super::phrase::Reader;
use super::{MODIFIERS, Owner, Place, RolePhrase, Tie};
use crate::names::Class;
use crate::words::{RoleWord, Word, fold, is_possessive};

/// Letters of a shortened title: `Md.`, `Engr.`.
const SHORT: usize = 5;
/// Words of a complement between a role and a name, with its preposition.
const COMPLEMENT: usize = 3;

/// True for a word that begins sentences and is no part of a role: `Neither`.
fn starts(text: &str) -> bool {
    ENGLISH.function.starters.iter().any(|word| word.eq_ignore_ascii_case(text))
}

impl Reader<'_, '_> {
    /// `Energy Minister X`, `the marine biologist X`, `Nordal analyst X`. The honorifics of the name begin at `honorifics`.
    pub(super) fn title(
        &self,
        entity: u32,
        from: usize,
        to: usize,
        honorifics: usize,
        person: bool,
        out: &mut Vec<RolePhrase>,
    ) {
        // Titles inside the name: `Mayor X`.
        let mut core = from;
        while person && core + 1 < to && self.word(core).is(Word::TITLE) && self.text(core).len() > 1 {
            core += 1;
        }
        // `Dr X`, `Sister X` are called so; the words before them still tell a role.
        let end = if core == from { honorifics } else { self.before_honorifics(core) };
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
        let end = self.before_initials(end);
        let Some(last) = end.checked_sub(1).filter(|last| self.sentence(*last) == self.sentence(end)) else { return };
        // `nominee Gov. X`: the noun tells more.
        let stop = usize::from(self.text(last) == "." && last > 1);
        let short = last - stop;
        let noun = short.checked_sub(1).filter(|noun| {
            (stop == 1 || self.shortened(short))
                && self.word(short).is(Word::TITLE)
                && self.is_lower(*noun)
                && self.entity(*noun).is_none()
                && self.listed(*noun)
                && !self.word(*noun).is(Word::PLURAL)
        });
        let last = noun.unwrap_or(last);
        if person && self.head_of_body(entity, last, end, out) {
            return;
        }
        // `vice-president for land X`: the head stands before its complement.
        let head = self.head_before_complement(last);
        let naming = self.role(head).is(RoleWord::NAMING);
        let Some(head) = (if naming { head.checked_sub(1) } else { Some(head) }) else { return };
        // `the clinic's director, an Icelander named X`.
        let nation = naming && self.entity(head).is_some_and(|id| id != entity);
        if nation && head > 1 && self.text(head - 2) == "," {
            self.before(entity, head - 1, head - 1, person, out);
        }
        if self.entity(head).is_some_and(|id| id != entity)
            || !(if person { self.person_or_title(head) || self.agent(head) } else { self.wanted(head, false) })
            || self.role(head).is(RoleWord::FORMER)
            || self.acts(head)
            || self.word(head).is(Word::PLURAL | Word::PRONOUN)
            // `the conservative Justice X`.
            || (end < core && self.is_lower(head) && self.word(head).is(Word::MODIFIER))
            || self.layout.quote.get(head) != self.layout.quote.get(core)
            || starts(self.text(head))
        {
            return;
        }
        let capital = !self.is_lower(head);
        let mut start = head;
        let mut sure = head;
        let mut open = false;
        // The words before are a clause: `she swept`, `her views resemble`.
        let (mut clause, mut loose) = (false, false);
        let mut swallowed = false;
        let mut short = 0;
        while start > 0 && head - start < MODIFIERS && self.sentence(start - 1) == self.sentence(head) {
            let at = start - 1;
            // `Treasury Cabinet` read as a name, before `Secretary X`.
            if capital && self.swallowed(at).is_some_and(|(id, _)| id != entity) {
                (start, sure) = (at, at);
                swallowed = true;
                break;
            }
            let named = self.entity(at).filter(|id| *id != entity);
            // `The Drivers Union (GDU) chair X`.
            if at > 2 && self.past_short_form(at - 2) == Some(start) && self.entity(at - 3).is_some() {
                (open, short) = (true, 3);
                break;
            }
            if named.is_some() || is_possessive(self.text(at)) {
                open = true;
                // `X Y heard advocate Z`: a whole name is no modifier, so a verb follows it.
                let whole = |id: u32| self.class(id) == Class::Person && self.range(id).0 + 1 < self.range(id).1;
                clause = start < sure && named.is_some_and(whole);
                open &= !clause;
                break;
            }
            let word = self.word(at);
            let possessive = word.is(Word::PRONOUN) && word.is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE);
            if (word.is(Word::DETERMINER) && !self.joint(at)) || possessive {
                open = true;
                break;
            }
            // `Lawyer and columnist X`.
            if word.is(Word::CONJUNCTION) && self.joins_first_noun(at) {
                (start, sure) = (at - 1, at - 1);
                continue;
            }
            if word.is(Word::PREPOSITION | Word::PRONOUN) || self.break_before_noun(at) {
                clause = word.is(Word::PRONOUN);
                break;
            }
            // `supporters include Rep. X`: a noun of many is no modifier.
            let many = word.is(Word::ROLE_PERSON) && word.is(Word::PLURAL) && self.text(at).ends_with('s');
            if many && self.is_lower(at) {
                clause = true;
                break;
            }
            let text = self.text(at);
            let listed = word.is(Word::MODIFIER | Word::TITLE | Word::ROLE)
                || self.role(at).is(RoleWord::PASSING | RoleWord::TRADE | RoleWord::BODY)
                || self.joint(at);
            let first = at == 0 || self.sentence(at - 1) != self.sentence(at);
            // `Harbour master X` begins a sentence, and so does `Yesterday minister X`.
            let noun = first && !starts(text);
            if listed || (capital && !self.is_lower(at) && !first) || noun {
                if sure == start {
                    sure = at;
                }
            } else if first || (!capital && (!self.is_lower(at) || text.ends_with("ed"))) {
                break;
            } else {
                loose |= capital && self.is_lower(at);
            }
            start = at;
        }
        let whole =
            (open && !loose) || (!capital && !clause) || self.role(start.saturating_sub(1)).is(RoleWord::NAMING);
        let begin = if whole { start } else { sure };
        let (mut begin, mut owner, mut tie) = (begin, Owner::None, Tie::Modifier);
        if let Some((from, to)) = self.capital_body(head) {
            (begin, owner) = (to, Owner::Words { from: from as u32, to: to as u32 });
        } else if let Some((_, first)) = self.swallowed(start).filter(|_| swallowed) {
            if first < start {
                owner = Owner::Words { from: first as u32, to: start as u32 };
            }
        } else if let Some(id) = self.scene(begin, head) {
            (owner, tie) = (Owner::Name(id), Tie::Preposition);
        } else if open && begin == start && start > 0 {
            let at = start - 1 - short;
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
            to: if head < last && !naming { last as u32 + 1 } else { head as u32 + 1 },
            owner,
            tie,
            place: Place::Title,
        });
        // `the clinic's director, a nurse named X`.
        if naming && open && start > 1 && self.text(start - 2) == "," {
            self.before(entity, start - 1, start - 1, person, out);
        }
    }

    /// `head of the Y Office X`, `Director General of Y (YA) X`: reads a role whose body stands right before the name. The
    /// body ends with the token `last`.
    fn head_of_body(&self, entity: u32, last: usize, end: usize, out: &mut Vec<RolePhrase>) -> bool {
        let sentence = self.sentence(last);
        let short = last.checked_sub(2).filter(|open| *open > 0 && self.past_short_form(*open) == Some(last + 1));
        let body = short.map_or(last, |open| open - 1);
        let Some(id) = self.entity(body).filter(|id| *id != entity && self.labelled_organisation(Owner::Name(*id)))
        else {
            return false;
        };
        let (name, _) = self.range(id);
        // `Member of Parliament (MP) X`: letters of the role.
        let letter = |at: usize| self.text(at).chars().next().map(fold);
        if short.is_some_and(|open| letter(open + 1) != letter(name)) {
            return false;
        }
        let the = usize::from(name > 0 && self.entity(name - 1).is_none() && self.word(name - 1).is(Word::DETERMINER));
        let Some(head) = (name - the).checked_sub(2).filter(|head| self.sentence(*head) == sentence) else {
            return false;
        };
        let tells = self.role(head + 1).is(RoleWord::AFFILIATING)
            && self.word(head + 1).is(Word::FUNCTION)
            && self.entity(head + 1).is_none()
            && self.entity(head).is_none()
            && self.person_or_title(head)
            && (self.listed(head) || !self.is_lower(head))
            && !self.word(head).is(Word::PLURAL | Word::PRONOUN)
            && !self.role(head).is(RoleWord::STRANGER | RoleWord::THING);
        if !tells {
            return false;
        }
        let mut start = head;
        while start > 0 && head - start < MODIFIERS && self.sentence(start - 1) == sentence {
            let at = start - 1;
            let listed = self.word(at).is(Word::MODIFIER | Word::TITLE | Word::ROLE)
                || self.role(at).is(RoleWord::PASSING | RoleWord::FORMER | RoleWord::TRADE | RoleWord::BODY)
                || self.joint(at)
                || (!self.is_lower(at) && !starts(self.text(at)));
            let breaks = self.entity(at).is_some()
                || self.word(at).is(Word::PREPOSITION | Word::PRONOUN | Word::DETERMINER)
                || self.break_before_noun(at);
            if !listed || breaks {
                break;
            }
            start = at;
        }
        let Some(mut noun) = self.noun(start, end).filter(|noun| noun.head == head) else { return false };
        self.complements(&mut noun, end);
        out.push(self.finish(noun, entity, Place::Title));
        true
    }

    /// The name whose last word opens an office, and its first token: `Treasury Cabinet` before `Secretary`.
    fn swallowed(&self, at: usize) -> Option<(u32, usize)> {
        let id = self.entity(at).filter(|_| self.role(at).is(RoleWord::OPENER) && !self.is_lower(at))?;
        let (from, to) = self.range(id);
        (to == at + 1 && self.class(id) == Class::Org && self.sentence(from) == self.sentence(at)).then_some((id, from))
    }

    /// The body that opens the sentence of a role, with a comma: `In the town of Y, Mayor X`, `At Z, linguist X`.
    fn scene(&self, begin: usize, head: usize) -> Option<u32> {
        let comma = begin.checked_sub(1).filter(|at| self.text(*at) == ",")?;
        let id = self.entity(comma.checked_sub(1)?)?;
        let (name, end) = self.range(id);
        let sentence = self.sentence(comma);
        let first = (name.saturating_sub(MODIFIERS)..name)
            .rev()
            .take_while(|at| self.sentence(*at) == sentence && self.text(*at) != ",")
            .last()?;
        let opens = first == 0 || self.sentence(first - 1) != sentence;
        let told = match self.class(id) {
            Class::Place => self.role(head).is(RoleWord::OF_TOWN) && self.text(first).eq_ignore_ascii_case("in"),
            Class::Org => self.labelled_organisation(Owner::Name(id)) && self.role(first).is(RoleWord::AT),
            _ => false,
        };
        (opens && told && end == comma && self.sentence(begin) == sentence).then_some(id)
    }

    /// The token of a title of courtesy right before a name that is a role too: `Justice X`.
    pub(super) fn courtesy(&self, entity: u32) -> Option<u32> {
        let (from, to) = self.range(entity);
        let title = from.checked_sub(1).filter(|at| self.sentence(*at) == self.sentence(from));
        let inside = (from + 1 < to).then_some(from);
        // `Secretary of Justice X`: no title.
        let field = |at: usize| at > 0 && self.word(at - 1).is(Word::PREPOSITION) && self.listed(at.saturating_sub(2));
        let courtesy = |at: &usize| self.role(*at).is(RoleWord::COURTESY) && !self.is_lower(*at) && !field(*at);
        title.filter(courtesy).or(inside.filter(courtesy)).map(|at| at as u32)
    }

    /// The first of the titles before a name that tell no role: `Dr X`, `Engr. X`.
    pub(super) fn before_honorifics(&self, name: usize) -> usize {
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

    /// True for a verb that only ends like a noun for people: `will render X`, `to consider X`.
    fn acts(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|_| self.is_lower(at) && !self.listed(at)) else { return false };
        let subject = self.word(before).is(Word::PRONOUN) && self.word(before).is(Word::SUBJECT);
        let verb = self.word(before).is(Word::VERB) && !self.word(before).is(Word::SPEECH);
        self.entity(before).is_none() && (subject || verb || self.text(before) == "to")
    }

    /// The first of all titles before a name, whose honorifics begin at `at`: `Captain X`, `Md. X`, `Dr X`.
    pub(super) fn before_titles(&self, name: usize, mut at: usize) -> usize {
        while at > 0 && name - at < MODIFIERS {
            let stop = usize::from(self.text(at - 1) == "." && at > 1);
            let title = at - 1 - stop;
            let short = |text: &str| if stop == 1 { (2..=SHORT).contains(&text.len()) } else { self.shortened(title) };
            if !(self.word(title).is(Word::TITLE) || short(self.text(title)))
                || self.entity(title).is_some()
                || self.is_lower(title)
                || !self.alphabetic(title)
            {
                break;
            }
            at = title;
        }
        at
    }

    /// True for a title with its full stop in the token: `Gov.`, `Md.`.
    fn shortened(&self, at: usize) -> bool {
        let text = self.text(at);
        text.ends_with('.') && (3..=SHORT + 1).contains(&text.len()) && !self.is_lower(at)
    }

    /// The first of the initials before a name that were not read as part of it: `P. K. X`.
    fn before_initials(&self, name: usize) -> usize {
        let mut at = name;
        while at > 0 && name - at < MODIFIERS {
            let stop = usize::from(self.text(at - 1) == "." && at > 1);
            let letter = self.text(at - 1 - stop);
            let mut chars = letter.chars();
            let initial = chars.next().is_some_and(char::is_uppercase)
                && if stop == 1 { chars.next().is_none() } else { chars.as_str() == "." };
            if !initial || self.entity(at - 1 - stop).is_some() {
                break;
            }
            at -= 1 + stop;
        }
        at
    }

    /// The head noun of a phrase that ends with its complement: `director` of `director of football`. Else the last token.
    fn head_before_complement(&self, last: usize) -> usize {
        let near = last.saturating_sub(COMPLEMENT)..last;
        let found = near.rev().find(|at| {
            self.role(*at).is(RoleWord::AFFILIATING) && self.entity(*at).is_none() && self.text(*at) != "to"
        });
        let Some((preposition, head)) = found.and_then(|at| Some((at, at.checked_sub(1)?))) else { return last };
        let noun = |at: usize| {
            self.entity(at).is_none()
                && self.alphabetic(at)
                && !self.word(at).is(Word::FUNCTION | Word::DETERMINER | Word::PREPOSITION | Word::PRONOUN)
                && !self.break_before_noun(at)
                && !is_possessive(self.text(at))
        };
        if self.listed(head)
            && self.entity(head).is_none()
            && !self.word(head).is(Word::PLURAL)
            && !self.role(head).is(RoleWord::STRANGER | RoleWord::THING)
            && self.word(preposition).is(Word::FUNCTION)
            && self.sentence(head) == self.sentence(last)
            && (preposition + 1..=last).all(noun)
            && !self.shortened(last)
            && self.text(last + 1) != "."
            && !self.person(last)
        {
            head
        } else {
            last
        }
    }

    /// True for "and" between two nouns that open a phrase: `Lawyer and columnist X`, `the poet and teacher X`.
    fn joins_first_noun(&self, at: usize) -> bool {
        let Some(noun) = at.checked_sub(1) else { return false };
        let opener = noun.checked_sub(1).filter(|before| self.sentence(*before) == self.sentence(noun));
        self.entity(noun).is_none()
            && self.listed(noun)
            && !self.word(noun).is(Word::PLURAL)
            && !self.role(noun).is(RoleWord::STRANGER)
            && opener.is_none_or(|before| self.word(before).is(Word::DETERMINER | Word::SPEECH))
    }

    /// A body by its capitals, of two words or more, that modifies a role: `Carters' Union` of `Carters' Union president`.
    fn capital_body(&self, head: usize) -> Option<(usize, usize)> {
        let sentence = self.sentence(head);
        let capital = |at: usize| {
            self.sentence(at) == sentence && self.entity(at).is_none() && self.alphabetic(at) && !self.is_lower(at)
        };
        let near = head.saturating_sub(MODIFIERS)..head;
        let plain = |at: &usize| self.entity(*at).is_none() && self.is_lower(*at) && !self.word(*at).is(Word::FUNCTION);
        let last = near.clone().rev().find(|at| !plain(at))?;
        if !capital(last)
            || !self.body(last)
            || self.word(last).is(Word::PLURAL | Word::ROLE_PLACE)
            || !self.is_lower(head)
        {
            return None;
        }
        let mut from = last;
        while from > near.start {
            let at = from - 1;
            if capital(at)
                && !self.word(at).is(Word::DETERMINER | Word::PRONOUN | Word::TITLE | Word::CLAUSE | Word::PREPOSITION)
            {
                from = at;
            } else if is_possessive(self.text(at)) && at > near.start && capital(at - 1) {
                from = at - 1;
            } else {
                break;
            }
        }
        (from < last).then_some((from, last + 1))
    }

    /// The words before a possessive: `the water board 's`.
    pub(super) fn possessor(&self, possessive: usize) -> Owner {
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
}
