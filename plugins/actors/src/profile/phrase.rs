//! Noun phrases that tell a role: the head, its modifiers, what belongs to it.

use copydesk_text::lang::ENGLISH;

use super::{LENGTH, Owner, Place, RolePhrase, Tie};
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
        self.word(at).is(Word::VERB | Word::SPEECH) && !self.word(at).is(Word::ROLE | Word::MODIFIER) && !self.only(at)
            || (self.is_lower(at) && text.len() > 4 && text.ends_with("ly") && !self.body(at))
    }

    /// True for a modifier that may stand before verbs too, right behind what opens a noun phrase: `the only teacher`.
    pub(super) fn only(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|_| self.role(at).is(RoleWord::PASSING)) else { return false };
        self.entity(before).is_none()
            && self.sentence(before) == self.sentence(at)
            && (self.word(before).is(Word::DETERMINER) || is_possessive(self.text(before)))
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

    /// True for a participle that tells more of the noun before it: `a nurse based in Leeds`, `an engineer working for X`.
    pub(super) fn participle(&self, at: usize) -> bool {
        let text = self.text(at);
        self.is_lower(at)
            && text.len() > 4
            && self.entity(at).is_none()
            && (text.ends_with("ed") || text.ends_with("ing"))
            && !self.word(at).is(Word::ROLE | Word::MODIFIER)
            && at.checked_sub(1).is_some_and(|noun| self.entity(noun).is_none() && self.listed(noun))
            && (self.entity(at + 1).is_none() || self.role(at).is(RoleWord::FIELD))
            && (self.word(at + 1).is(Word::PREPOSITION)
                || self.role(at).is(RoleWord::FIELD)
                || (self.alphabetic(at + 1) && !self.is_lower(at + 1)))
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
    pub fn listed(&self, at: usize) -> bool {
        self.word(at).is(Word::ROLE_PERSON) || self.role(at).is(RoleWord::TRADE) || self.letters(at)
    }

    /// True for a role by its letters: `PRO`.
    fn letters(&self, at: usize) -> bool {
        !self.text(at).contains(char::is_lowercase) && self.any_of(at, ENGLISH.roles.letters)
    }

    /// True for a word of a short list.
    pub(super) fn any_of(&self, at: usize, list: &[&str]) -> bool {
        let text = self.text(at);
        list.iter().any(|word| word.eq_ignore_ascii_case(text))
    }

    /// One past the short form of a name in parentheses that begin at a token: `(GDU)`.
    pub(super) fn past_short_form(&self, at: usize) -> Option<usize> {
        let short = self.text(at + 1);
        let capitals = short.chars().filter(|c| c.is_uppercase()).count();
        let word = short.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '&'));
        (self.text(at) == "(" && self.text(at + 2) == ")" && capitals > 1 && word).then_some(at + 3)
    }

    /// One past a name, and past its short form behind it.
    pub(super) fn past_name(&self, end: usize) -> usize {
        self.past_short_form(end).unwrap_or(end)
    }

    /// True if a noun means a person: it is in the lists, or it ends like one.
    pub fn person(&self, at: usize) -> bool {
        let (word, role) = (self.word(at), self.role(at));
        if word.is(Word::ROLE_PERSON) || role.is(RoleWord::TRADE | RoleWord::STRANGER) || self.letters(at) {
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
                // `The Drivers Union (GDU) chair`.
                let end = if class == Class::Org { self.past_name(end) } else { end };
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
            // `a nurse based in Leeds`.
            if to > from && opened && self.participle(to) {
                break;
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
            && !self.role(next.head).is(RoleWord::STRANGER)
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
        let (mut extend, mut employed) = (true, false);
        for _ in 0..3 {
            if extend
                && fields
                && let Some(end) = self.topic(at, limit)
            {
                (noun.to, noun.end, at) = (end, end, end);
            }
            // `an engineer employed by X`.
            if extend && fields && at < limit && self.participle(at) && self.role(at).is(RoleWord::FIELD) {
                at += 1;
                // `an analyst covering airlines at X`.
                if !self.role(at).is(RoleWord::AFFILIATING)
                    && let Some(field) = self.plain(at, limit)
                {
                    at = field.to;
                }
                noun.end = at;
                (extend, employed) = (false, true);
            }
            // `a violinist in the Berlin Orchestra`.
            if extend
                && fields
                && at < limit
                && self.entity(at).is_none()
                && self.role(at).is(RoleWord::TOPIC)
                && self.is_lower(at)
                && matches!(noun.owner, Owner::None)
                && let Some((owner, end, true)) = self.object(at + 1, limit)
                && self.labelled_organisation(owner)
            {
                (noun.owner, noun.tie, noun.end) = (owner, Tie::Origin, end);
                return;
            }
            if at >= limit || !self.role(at).is(RoleWord::AFFILIATING) || self.entity(at).is_some() {
                return;
            }
            let inside = self.word(at).is(Word::FUNCTION) && !employed;
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
            // `a historian of the BBC at X`: what is studied.
            let studied = self.text(at) == "of" && self.role(noun.head).is(RoleWord::WATCHER) && named;
            if studied && self.role(end).is(RoleWord::AT) {
                (noun.end, extend, at) = (end, false, end);
                continue;
            }
            if telling {
                // `X's envoy to Y`: somebody's, and of a body.
                let person = matches!(noun.owner, Owner::Name(id) if self.class(id) == Class::Person);
                // `the UN envoy for Yemen`: of the UN.
                let field = self.text(at) == "for" && self.labelled_organisation(noun.owner) && self.is_place(owner);
                if matches!(noun.owner, Owner::None) || (noun.tie == Tie::Modifier && !field) || person {
                    noun.owner = owner;
                    noun.tie = if inside { Tie::Preposition } else { Tie::Origin };
                } else if extend && inside && self.is_place(owner) {
                    // `the union's envoy for the Black Sea`.
                    noun.to = end;
                }
                noun.end = end;
                // `the committee on transport`, `a union of fishers`.
                let field = self.topic(end, limit).or_else(|| self.of_field(end, limit));
                if let (Owner::Words { from, .. }, Some(end)) = (owner, field) {
                    noun.owner = Owner::Words { from, to: end as u32 };
                    noun.end = end;
                    // `the department of physics at X`.
                    if self.role(end).is(RoleWord::AT)
                        && let Some((Owner::Name(body), after, _)) = self.object(end + 1, limit)
                        && self.class(body) == Class::Org
                    {
                        (noun.owner, noun.end) = (Owner::Name(body), after);
                    }
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
