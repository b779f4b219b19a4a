//! Who a name is by the words around it: phrases that tell a role (`the commander of the navy, X`, `X, a senior advisor
//! at Y`), each with the one whom the role belongs to.
//!
//! A phrase is looked for near a name only, within a fixed number of words, so the time is linear in the names.

use copydesk_model::hash::HashKeyed;
use copydesk_text::lang::ENGLISH;

use crate::cluster::NONE;
use crate::document::{Input, Layout};
use crate::names::Class;
use crate::words::{Lexicon, RoleWord, Word, fold_hash, is_possessive};

/// Words that a role phrase may have, with what belongs to it.
const LENGTH: usize = 18;
/// Words that a phrase before a name may have between its determiner and its head.
const MODIFIERS: usize = 6;

/// Whose the role is: the organisation, the place or the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Not told.
    None,
    /// A name, by its row in `entities`.
    Name(u32),
    /// A noun phrase without a name, by its tokens without determiners.
    Words {
        /// First token.
        from: u32,
        /// One past the last one.
        to: u32,
    },
    /// A possessive pronoun, by its token.
    Pronoun(u32),
}

/// How an owner is joined to its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// By a preposition: `head of X`, `advisor at X`.
    Preposition,
    /// By a preposition that may tell an origin: `a vet from X`.
    Origin,
    /// As a possessor: `X's head`, `its head`.
    Possessor,
    /// As a modifier: `X spokesman`.
    Modifier,
}

/// Where a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Right before the name: `Mayor X`.
    Title,
    /// Before the name, with a comma: `the mayor, X`.
    Before,
    /// After it: `X, the mayor`, `X is the mayor`.
    After,
}

/// A phrase that tells a role, an affiliation, or both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RolePhrase {
    /// The name it tells of, by its row in `entities`; `NONE` for a phrase that stands for itself.
    pub entity: u32,
    /// Token of the head noun; `NONE` if only the affiliation is told.
    pub head: u32,
    /// First token of the role, without determiners and possessors.
    pub from: u32,
    /// One past its last token. Complements that are no affiliation are part of it: `head of traffic`.
    pub to: u32,
    /// Whose it is.
    pub owner: Owner,
    /// How the owner is joined.
    pub tie: Tie,
    /// Where it stands.
    pub place: Place,
}

/// The role phrases of a document, by the actor.
#[derive(Default)]
pub(crate) struct Profiles {
    phrases: Vec<RolePhrase>,
    /// Rows of `phrases`, actor by actor.
    rows: Vec<u32>,
    /// Where the rows of an actor begin, and one more.
    starts: Vec<u32>,
    /// The entity that the phrase before it with this head noun tells of.
    by_head: HashKeyed<u32>,
}

impl Profiles {
    /// Reads the phrases around all names. `actors` are the actors of the entities, of which there are `count`.
    pub fn fill(&mut self, reader: &Reader<'_, '_>, actors: &[u32], count: usize) {
        self.phrases.clear();
        for (id, actor) in actors.iter().enumerate() {
            if *actor != NONE {
                reader.around(id as u32, &mut self.phrases);
            }
        }
        let actor = |phrase: &RolePhrase| actors.get(phrase.entity as usize).copied().unwrap_or(NONE) as usize;
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        for phrase in &self.phrases {
            if let Some(slot) = self.starts.get_mut(actor(phrase) + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut self.starts {
            sum += *slot;
            *slot = sum;
        }
        self.by_head.clear();
        for phrase in self.phrases.iter().filter(|phrase| phrase.head != NONE && phrase.place == Place::Before) {
            self.by_head.entry(u64::from(phrase.head)).or_insert(phrase.entity);
        }
        // Phrases come in the order of the names, so a stable sort by actor keeps that order.
        self.rows.clear();
        self.rows.extend(0..self.phrases.len() as u32);
        let phrases = &self.phrases;
        self.rows.sort_by_key(|row| phrases.get(*row as usize).map_or(usize::MAX, actor));
    }

    /// The entity that follows a phrase with its head noun at a token (`Her deputy, X`), or `NONE`.
    pub fn told_by(&self, noun: usize) -> u32 {
        self.by_head.get(&(noun as u64)).copied().unwrap_or(NONE)
    }

    /// Numbers of the phrases around a name.
    pub fn rows_of(&self, entity: u32) -> std::ops::Range<usize> {
        let from = self.phrases.partition_point(|phrase| phrase.entity < entity);
        from..self.phrases.partition_point(|phrase| phrase.entity <= entity)
    }

    /// A phrase by its number.
    pub fn phrase(&self, row: usize) -> Option<&RolePhrase> {
        self.phrases.get(row)
    }

    /// The phrases of an actor, in the order of the text.
    pub fn of(&self, actor: u32) -> impl Iterator<Item = &RolePhrase> {
        let start = self.starts.get(actor as usize).copied().unwrap_or(0) as usize;
        let end = self.starts.get(actor as usize + 1).copied().unwrap_or(0) as usize;
        let rows = self.rows.get(start..end).unwrap_or(&[]);
        rows.iter().filter_map(|row| self.phrases.get(*row as usize))
    }
}

/// Reads phrases in a document.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r, 'a> {
    pub input: &'r Input<'a>,
    pub layout: &'r Layout,
    pub lexicon: &'r Lexicon,
}

/// A noun phrase on the way to a role.
#[derive(Clone, Copy, Debug)]
struct Noun {
    from: usize,
    to: usize,
    head: usize,
    owner: Owner,
    tie: Tie,
    /// Where reading stopped.
    end: usize,
    /// True if a determiner or a possessor opens it.
    opened: bool,
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

    fn entity(&self, at: usize) -> Option<u32> {
        self.layout.entity.get(at).copied().filter(|e| *e != NONE)
    }

    fn class(&self, entity: u32) -> Class {
        self.input.entities.get(entity as usize).map_or(Class::Unknown, |e| Class::of_label(e.label))
    }

    fn range(&self, entity: u32) -> (usize, usize) {
        let (from, to) = self.layout.entity_tokens.get(entity as usize).copied().unwrap_or((0, 0));
        (from as usize, to as usize)
    }

    fn sentence(&self, at: usize) -> u32 {
        self.layout.sentence.get(at).copied().unwrap_or(NONE)
    }

    pub fn is_lower(&self, at: usize) -> bool {
        self.text(at).chars().next().is_some_and(char::is_lowercase)
    }

    fn alphabetic(&self, at: usize) -> bool {
        self.text(at).chars().next().is_some_and(char::is_alphabetic)
    }

    fn verb(&self, at: usize) -> bool {
        let text = self.text(at);
        self.word(at).is(Word::VERB | Word::SPEECH) && !self.word(at).is(Word::ROLE | Word::MODIFIER)
            || (self.is_lower(at) && text.len() > 4 && text.ends_with("ly"))
    }

    fn break_before_noun(&self, at: usize) -> bool {
        !self.joint(at) && (self.word(at).is(Word::CLAUSE | Word::CONJUNCTION) || self.verb(at) || !self.alphabetic(at))
    }

    /// True for a hyphen inside a word, and for the words that it joins: `long-distance`, `61-year-old`.
    fn joint(&self, at: usize) -> bool {
        self.hyphen(at) || self.hyphen(at + 1) || at.checked_sub(1).is_some_and(|before| self.hyphen(before))
    }

    fn hyphen(&self, at: usize) -> bool {
        let tokens = self.input.tokens;
        matches!(self.text(at), "-" | "‐" | "‑")
            && at > 0
            && tokens.get(at - 1).zip(tokens.get(at)).is_some_and(|(a, b)| a.end == b.start)
            && tokens.get(at).zip(tokens.get(at + 1)).is_some_and(|(a, b)| a.end == b.start)
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

    pub fn person_or_title(&self, at: usize) -> bool {
        self.person(at) || (self.word(at).is(Word::TITLE) && self.alphabetic(at))
    }

    /// Reads the noun phrase that begins at `at`, no further than `limit`.
    fn noun(&self, at: usize, limit: usize) -> Option<Noun> {
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
                if class != Class::Value && matches!(owner, Owner::None) && to == from {
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
    fn second(&self, noun: &mut Noun, limit: usize) {
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
    fn complements(&self, noun: &mut Noun, limit: usize) {
        self.second(noun, limit);
        let mut at = noun.to;
        let mut extend = true;
        for _ in 0..3 {
            if at >= limit || !self.role(at).is(RoleWord::AFFILIATING) || self.entity(at).is_some() {
                return;
            }
            let inside = self.word(at).is(Word::FUNCTION);
            let object = at + 1;
            let Some((owner, end, telling)) = self.object(object, limit) else { return };
            let definite = self.word(object).is(Word::DETERMINER);
            let named = matches!(owner, Owner::Name(_));
            // `head of state`, `commissioner of police`: no determiner, no affiliation.
            let telling =
                telling && (named || definite || self.text(at) != "of" || self.word(object).is(Word::PRONOUN));
            if telling {
                if matches!(noun.owner, Owner::None) || noun.tie == Tie::Modifier {
                    noun.owner = owner;
                    noun.tie = if inside { Tie::Preposition } else { Tie::Origin };
                }
                noun.end = end;
                return;
            }
            // `owner of the boat`, `docker for twenty years`: no part of the role.
            let time = (object..end).any(|k| {
                self.word(k).is(Word::AGE)
                    || self.text(k).strip_suffix('s').is_some_and(|t| self.lexicon.word(fold_hash(t)).is(Word::AGE))
            });
            if !inside || named || time || (definite && self.text(at) == "of") {
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
    fn object(&self, at: usize, limit: usize) -> Option<(Owner, usize, bool)> {
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
                if !owned && end > start {
                    let next = end < limit && self.is_lower(end) && !self.break_before_noun(end);
                    let modifies = next
                        && !self.word(end).is(Word::PREPOSITION | Word::VERB | Word::SPEECH | Word::DETERMINER)
                        && self.body(end);
                    if !modifies {
                        return Some((Owner::Name(id), end, !matches!(self.class(id), Class::Person | Class::Value)));
                    }
                }
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

    /// A noun phrase as an object, possessors and names kept inside: `bank clerks' union`.
    fn plain(&self, at: usize, limit: usize) -> Option<Noun> {
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

    /// A noun phrase that stands for itself: `a spokesman for X`.
    pub fn phrase(&self, from: usize, to: usize) -> Option<RolePhrase> {
        let mut noun = self.noun(from, to)?;
        self.complements(&mut noun, to);
        Some(self.finish(noun, NONE, Place::After))
    }

    fn finish(&self, noun: Noun, entity: u32, place: Place) -> RolePhrase {
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

    /// Reads the phrases around a name.
    fn around(&self, entity: u32, out: &mut Vec<RolePhrase>) {
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
        } else if self.word(to).is(Word::VERB) && self.copula(to) && person {
            let mut at = to + 1;
            while at < to + 3 && self.verb(at) {
                at += 1;
            }
            if self.word(at).is(Word::DETERMINER)
                && let Some(mut noun) = self.noun(at, limit)
                && (self.word(noun.head).is(Word::ROLE_PERSON) || self.role(noun.head).is(RoleWord::TRADE))
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
