//! Joins the names of one participant: full names, surnames, given names, acronyms, short forms.
//!
//! There are two sweeps, both linear. Names of several words come first, each looked up by its first and last word.
//! Then single words go to the most recent fitting actor before them, or else to the first after.

use copydesk_model::hash::HashKeyed;

use crate::names::{Class, Gender, Name, NameWord, parse};
use crate::words::{Lexicon, Word, join};

/// No actor.
pub const NONE: u32 = u32::MAX;

/// How many roles of an actor are kept.
const ROLES: usize = 8;
/// How many actors of one surname are looked at, most recent first: keeps hostile input linear.
const SAME_WORD: usize = 12;

/// A participant while the document is being read.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The form of its name.
    pub class: Class,
    /// The entity that gives it its label; `NONE` for actors made from nominals.
    pub label_of: u32,
    /// Best name so far, in bytes.
    pub name: (u32, u32),
    /// The best name's words in [`Clusters::words`].
    words: (u32, u32),
    /// Gender known from names and titles, later from pronouns.
    pub gender: Gender,
    /// True if a title or a pronoun tells the gender, and not only the given name.
    pub gender_sure: bool,
    /// More than one person: a group or a plural nominal.
    pub plural: bool,
    /// One person whom the text calls "they".
    pub singular_they: bool,
    /// Position of the last mention read.
    pub last: u32,
    /// Mentions so far.
    pub count: u32,
    /// Names of it in the whole document.
    pub total: u32,
    /// Roles heard of it, newest last; a ring.
    pub roles: [u64; ROLES],
    /// Hash of what tells a father from a son, 0 for none.
    generation: u64,
    /// Alias group.
    alias: u32,
    shouted: bool,
    best_letters: u32,
}

impl Actor {
    /// An actor known by a noun phrase or a pronoun only.
    #[must_use]
    pub fn unnamed(class: Class, span: (u32, u32), label_of: u32, gender: Gender, plural: bool) -> Self {
        Actor {
            class,
            label_of,
            name: span,
            words: (0, 0),
            gender,
            gender_sure: gender.0 != 0.0,
            plural,
            singular_they: false,
            last: NONE,
            count: 0,
            total: 0,
            roles: [0; ROLES],
            generation: 0,
            alias: 0,
            shouted: false,
            best_letters: 0,
        }
    }

    /// Returns true if the name is that of somebody else by its title or by its number: `Mr Boone Jr.`, `Ms Boone`.
    fn conflicts(&self, name: &Name) -> bool {
        let others = self.generation != 0 && name.generation != 0 && self.generation != name.generation;
        others || self.gender.conflicts(sure(name.gender))
    }

    /// Remembers that it was called by this role.
    pub fn add_role(&mut self, role: u64) {
        if role != 0 && !self.roles.contains(&role) {
            self.roles.rotate_left(1);
            self.roles[ROLES - 1] = role;
        }
    }
}

/// A name to be joined.
#[derive(Clone, Copy, Debug)]
pub struct NameMention {
    /// Its bytes.
    pub span: (u32, u32),
    /// Its class.
    pub class: Class,
    /// Gender told by the words before it.
    pub gender: Gender,
    /// In brackets right after the name before it: `World Health Organization (WHO)`.
    pub bracketed: bool,
}

/// The actors of one document and the tables that find them.
#[derive(Default)]
pub struct Clusters {
    /// Actors in the order they were made.
    pub actors: Vec<Actor>,
    words: Vec<NameWord>,
    scratch: Vec<NameWord>,
    names: Vec<Option<Name>>,
    by_key: HashKeyed<u32>,
    by_bag: HashKeyed<u32>,
    /// Names of organisations without `Group`, `Inc` and the like at their end.
    by_core: HashKeyed<u32>,
    by_initials: HashKeyed<u32>,
    by_alias: HashKeyed<u32>,
    by_word: HashKeyed<u32>,
    links: Vec<(u32, u32)>,
}

impl Clusters {
    /// Forgets the last document, keeps the memory.
    pub fn clear(&mut self) {
        self.actors.clear();
        self.words.clear();
        self.names.clear();
        self.by_key.clear();
        self.by_bag.clear();
        self.by_core.clear();
        self.by_initials.clear();
        self.by_alias.clear();
        self.by_word.clear();
        self.links.clear();
    }

    /// Gives each mention its actor in `out`, or `NONE` if `wanted` says it is no name.
    pub fn join(
        &mut self,
        text: &str,
        mentions: &[Option<NameMention>],
        lexicon: &Lexicon,
        given: &dyn Fn(u64) -> Gender,
        out: &mut Vec<u32>,
    ) {
        out.clear();
        out.resize(mentions.len(), NONE);
        self.names.resize_with(mentions.len(), || None);
        for (at, mention) in mentions.iter().enumerate() {
            let Some(mention) = mention else { continue };
            let mut words = std::mem::take(&mut self.scratch);
            let mut name = parse(text, mention.span.0, mention.span.1, mention.class, lexicon, &mut words);
            if name.gender.0 == 0.0 {
                name.gender = mention.gender;
            }
            if words.len() > 1 && !name.acronym {
                let found = self.find_long(&name, &words, mention.class, lexicon);
                let actor = self.settle(found, at, mention.class, &name, &words, lexicon, given);
                if let Some(slot) = out.get_mut(at) {
                    *slot = actor;
                }
            }
            if let Some(slot) = self.names.get_mut(at) {
                *slot = Some(name);
            }
            self.scratch = words;
        }
        for actor in &mut self.actors {
            actor.last = NONE;
        }
        self.join_single(text, mentions, lexicon, given, out);
        for actor in &mut self.actors {
            actor.last = NONE;
            actor.count = 0;
        }
    }

    fn join_single(
        &mut self,
        text: &str,
        mentions: &[Option<NameMention>],
        lexicon: &Lexicon,
        given: &dyn Fn(u64) -> Gender,
        out: &mut [u32],
    ) {
        let mut before = NONE;
        for (at, mention) in mentions.iter().enumerate() {
            let (Some(mention), Some(slot)) = (mention, out.get_mut(at)) else { continue };
            if *slot == NONE {
                let mut words = std::mem::take(&mut self.scratch);
                let mut name = parse(text, mention.span.0, mention.span.1, mention.class, lexicon, &mut words);
                if name.gender.0 == 0.0 {
                    name.gender = mention.gender;
                }
                let mut found = self.find_single(&name, &words, mention.class, lexicon);
                if found == NONE && mention.bracketed && name.acronym && !self.is_party_of(before, mention, text) {
                    found = before;
                }
                *slot = self.settle(found, at, mention.class, &name, &words, lexicon, given);
                self.scratch = words;
            }
            before = *slot;
            if let Some(actor) = self.actors.get_mut(*slot as usize) {
                actor.last = at as u32;
            }
        }
    }

    /// True for a body in parentheses behind a person whose initials are others: `X (SNP)`.
    fn is_party_of(&self, before: u32, mention: &NameMention, text: &str) -> bool {
        let person = self.actors.get(before as usize).filter(|actor| actor.class == Class::Person);
        let Some(person) = person.filter(|_| mention.class == Class::Org) else { return false };
        let name = text.get(person.name.0 as usize..person.name.1 as usize).unwrap_or("");
        let short = text.get(mention.span.0 as usize..mention.span.1 as usize).unwrap_or("");
        let initials = name.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase());
        !initials.eq(short.chars().filter(|c| c.is_alphanumeric()))
    }

    /// The actor that is called exactly so, if the classes agree.
    fn find_exact(&self, name: &Name, class: Class, lexicon: &Lexicon) -> u32 {
        let group = lexicon.alias(name.key);
        let alias = if group == 0 || class == Class::Person { None } else { self.by_alias.get(&u64::from(group)) };
        for found in [alias, self.by_key.get(&name.key)].into_iter().flatten() {
            if let Some(actor) = self.actors.get(*found as usize)
                && (actor.class.joins(class) || name.words > 1)
                && !actor.conflicts(name)
            {
                return *found;
            }
        }
        NONE
    }

    fn find_long(&self, name: &Name, words: &[NameWord], class: Class, lexicon: &Lexicon) -> u32 {
        let exact = self.find_exact(name, class, lexicon);
        if exact != NONE {
            return exact;
        }
        if class != Class::Person
            && let Some(&found) = self.by_bag.get(&name.bag)
            && self.actors.get(found as usize).is_some_and(|a| a.class.joins(class) && a.class != Class::Person)
        {
            return found;
        }
        let mut best = NONE;
        // A person is found by the first or the last name; an organisation by any of its words.
        let inner = if class == Class::Person { &[] } else { words.get(1..words.len().min(6) - 1).unwrap_or(&[]) };
        for word in [words.last(), words.first()].into_iter().flatten().chain(inner) {
            for id in self.with_word(word.hash) {
                let Some(actor) = self.actors.get(id as usize) else { continue };
                if !self.fits(actor, name, words, class, lexicon) {
                    continue;
                }
                if best == NONE || self.actors.get(best as usize).is_some_and(|b| b.last < actor.last) {
                    best = id;
                }
            }
            if best != NONE {
                return best;
            }
        }
        if name.soft_first && class != Class::Org {
            return words.last().map_or(NONE, |w| self.best_single(w, name, class));
        }
        NONE
    }

    fn fits(&self, actor: &Actor, name: &Name, words: &[NameWord], class: Class, lexicon: &Lexicon) -> bool {
        let theirs = self.words.get(actor.words.0 as usize..actor.words.1 as usize).unwrap_or(&[]);
        let persons = |c: Class| matches!(c, Class::Person | Class::Unknown);
        if persons(actor.class) && persons(class) {
            return !actor.conflicts(name) && same_person(theirs, words, lexicon);
        }
        if actor.class != class && !(actor.class == Class::Unknown || class == Class::Unknown) {
            return false;
        }
        if class == Class::Group || actor.class == Class::Group {
            return false;
        }
        let (short, long) = if theirs.len() < words.len() { (theirs, words) } else { (words, theirs) };
        short_form(short, long)
    }

    fn find_single(&self, name: &Name, words: &[NameWord], class: Class, lexicon: &Lexicon) -> u32 {
        let Some(word) = words.first() else { return NONE };
        if lexicon.alias(name.key) != 0 {
            let exact = self.find_exact(name, class, lexicon);
            if exact != NONE {
                return exact;
            }
        }
        let exact_single = |found: u32| {
            self.actors.get(found as usize).is_some_and(|a| a.class == class && a.words.1 - a.words.0 == 1)
        };
        if let Some(&found) = self.by_key.get(&name.key)
            && exact_single(found)
            && class != Class::Person
        {
            return found;
        }
        if name.acronym
            && let Some(&found) = self.by_initials.get(&word.hash)
            && self
                .actors
                .get(found as usize)
                .is_some_and(|a| a.class.joins(class) || (a.class == Class::Person) == (class == Class::Person))
        {
            return found;
        }
        if class == Class::Org
            && let Some(&found) = self.by_core.get(&name.key)
        {
            return found;
        }
        self.best_single(word, name, class)
    }

    /// The fitting actor mentioned last before, else the first one to come.
    fn best_single(&self, word: &NameWord, name: &Name, class: Class) -> u32 {
        let mut best = NONE;
        let mut best_rank = (false, 0, 0);
        for id in self.with_word(word.hash) {
            let Some(actor) = self.actors.get(id as usize) else { continue };
            let theirs = self.words.get(actor.words.0 as usize..actor.words.1 as usize).unwrap_or(&[]);
            let persons = |c: Class| matches!(c, Class::Person | Class::Unknown);
            let alone = theirs.len() == 1;
            let fits = if alone {
                actor.class.joins(class) && !(actor.class == Class::Unknown && class == Class::Value)
            } else if persons(actor.class) && persons(class) {
                !name.acronym
            } else {
                matches!(class, Class::Org | Class::Unknown)
                    && matches!(actor.class, Class::Org | Class::Unknown)
                    && !name.acronym
                    && short_form(std::slice::from_ref(word), theirs)
            };
            if !fits || actor.conflicts(name) {
                continue;
            }
            // Surname before given name before middle name; then recency; names to come count last.
            let place = if theirs.last().is_some_and(|w| w.hash == word.hash) {
                2
            } else {
                u32::from(theirs.first().is_some_and(|w| w.hash == word.hash))
            };
            // "Mr Nair" is Ravi Nair before he is one whose given name tells nothing.
            let agrees = sure(name.gender).0 * actor.gender.0 > 0.25;
            let rank = if actor.last == NONE { (agrees, 0, place) } else { (agrees, 1 + actor.last, place) };
            let ahead = rank.0 == best_rank.0 && rank.1 == 0 && best_rank.1 == 0;
            let better = if ahead { rank.2 >= best_rank.2 } else { rank > best_rank };
            if best == NONE || better {
                best = id;
                best_rank = rank;
            }
        }
        if best == NONE
            && let Some(&found) = self.by_key.get(&name.key)
            && self.actors.get(found as usize).is_some_and(|a| a.class.joins(class) && !a.conflicts(name))
        {
            return found;
        }
        best
    }

    /// The words of the best name of an actor.
    #[must_use]
    pub fn name_words(&self, actor: &Actor) -> &[NameWord] {
        self.words.get(actor.words.0 as usize..actor.words.1 as usize).unwrap_or(&[])
    }

    fn with_word(&self, word: u64) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.by_word.get(&word).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let &(actor, next) = self.links.get(at as usize)?;
            at = next;
            Some(actor)
        })
        .take(SAME_WORD)
    }

    #[allow(clippy::too_many_arguments)]
    fn settle(
        &mut self,
        found: u32,
        at: usize,
        class: Class,
        name: &Name,
        words: &[NameWord],
        lexicon: &Lexicon,
        given: &dyn Fn(u64) -> Gender,
    ) -> u32 {
        let id = if found == NONE {
            let id = self.actors.len() as u32;
            self.actors.push(Actor {
                class,
                label_of: at as u32,
                name: (name.start, name.end),
                words: (0, 0),
                gender: Gender::default(),
                gender_sure: false,
                plural: class == Class::Group,
                singular_they: false,
                last: at as u32,
                count: 0,
                total: 0,
                roles: [0; ROLES],
                generation: 0,
                alias: 0,
                shouted: name.shouted,
                best_letters: 0,
            });
            id
        } else {
            found
        };
        let group = lexicon.alias(name.key);
        let Some(actor) = self.actors.get_mut(id as usize) else { return NONE };
        actor.add_role(name.title);
        if actor.generation == 0 {
            actor.generation = name.generation;
        }
        if name.gender.0 != 0.0 && !actor.gender_sure {
            actor.gender = name.gender;
            actor.gender_sure = true;
        }
        if actor.class == Class::Unknown && class != Class::Unknown {
            actor.class = class;
            actor.label_of = at as u32;
        }
        if group != 0 && class != Class::Person {
            actor.alias = group;
            self.by_alias.entry(u64::from(group)).or_insert(id);
        }
        let letters = words.iter().map(|w| w.end - w.start).sum::<u32>() + if name.lower { 0 } else { 1 };
        // The longest name is the best; one in normal case beats one in capitals.
        let longer = (!name.shouted, words.len(), letters)
            > (!actor.shouted, (actor.words.1 - actor.words.0) as usize, actor.best_letters);
        let same_class = actor.class == class;
        if longer && (found == NONE || same_class) && (!name.acronym || found == NONE) {
            let from = self.words.len() as u32;
            self.words.extend_from_slice(words);
            actor.name = (name.start, name.end);
            actor.words = (from, self.words.len() as u32);
            actor.shouted = name.shouted;
            actor.best_letters = letters;
            if actor.class == class {
                actor.label_of = at as u32;
            }
            if !actor.gender_sure && class != Class::Org && class != Class::Place && words.len() > 1 {
                let first = words.first().map_or(0, |w| w.hash);
                actor.gender = given(first);
                if actor.gender.0 == 0.0 && words.len() > 2 {
                    actor.gender = given(words.get(1).map_or(0, |w| w.hash));
                }
            } else if !actor.gender_sure && class != Class::Org && class != Class::Place {
                actor.gender = given(words.first().map_or(0, |w| w.hash));
            }
            self.by_bag.entry(name.bag).or_insert(id);
            if name.words > 1 || words.len() > 1 {
                self.by_initials.entry(name.initials).or_insert(id);
                self.by_initials.entry(name.all_initials).or_insert(id);
            }
            for w in words {
                if !w.is_initial && !w.word.is(Word::FUNCTION | Word::DESIGNATOR) {
                    let next = self.by_word.insert(w.hash, self.links.len() as u32).unwrap_or(NONE);
                    self.links.push((id, next));
                }
            }
        }
        self.by_key.entry(name.key).or_insert(id);
        if class == Class::Org && words.len() > 1 {
            let core = words.iter().rev().skip_while(|w| w.word.is(Word::DESIGNATOR)).count();
            if core > 0 && core < words.len() {
                let key = words.iter().take(core).fold(0, |key, w| join(key, w.hash));
                self.by_core.entry(key).or_insert(id);
            }
        }
        id
    }
}

/// A gender that a title told; given names are no ground to keep two mentions apart.
fn sure(gender: Gender) -> Gender {
    if gender.0.abs() >= 0.99 { gender } else { Gender::default() }
}

/// Returns true if one name holds the other's words in order. Initials match words, and short given names match long
/// ones.
fn same_person(a: &[NameWord], b: &[NameWord], lexicon: &Lexicon) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 2 {
        return false;
    }
    let mut at = 0;
    let mut full = 0;
    for w in short {
        let found = long.get(at..).unwrap_or(&[]).iter().position(|l| {
            lexicon.same_given_name(l.hash, w.hash) || ((l.is_initial || w.is_initial) && l.initial == w.initial)
        });
        let Some(found) = found else { return false };
        full += usize::from(!w.is_initial);
        at += found + 1;
    }
    full > 0
}

/// A shorter name of an organisation: its first words (`Goldman`), or its last two or more.
fn short_form(short: &[NameWord], long: &[NameWord]) -> bool {
    let core = |words: &[NameWord]| {
        let tail = words.iter().rev().take_while(|w| w.word.is(Word::DESIGNATOR)).count();
        words.len() - tail.min(words.len().saturating_sub(1))
    };
    let equal = |x: &[NameWord], y: &[NameWord]| x.len() == y.len() && x.iter().zip(y).all(|(p, q)| p.hash == q.hash);
    let short_core = short.get(..core(short)).unwrap_or(short);
    if short.is_empty() || short.len() > long.len() {
        return false;
    }
    let capital = short.iter().all(|w| !w.is_initial) && short.iter().any(|w| w.capital);
    let prefix = long.get(..short_core.len()).is_some_and(|p| equal(short_core, p));
    // "Bank" or "National" alone is no short form; "University of X" is not "University".
    let telling = short_core
        .iter()
        .any(|w| !w.word.is(Word::FUNCTION | Word::DESIGNATOR | Word::ROLE | Word::MODIFIER | Word::TITLE));
    let next_is_of = long.get(short_core.len()).is_some_and(|w| w.word.is(Word::FUNCTION));
    if capital && prefix && telling && (!next_is_of || short.len() > 1) {
        return short.len() > 1
            || long.get(1).is_some_and(|w| w.word.is(Word::DESIGNATOR | Word::ROLE))
            || long.len() == 2;
    }
    short.len() >= 2 && telling && long.get(long.len() - short.len()..).is_some_and(|s| equal(short, s))
}
