//! Who a name is by the words around it: phrases that tell a role (`the commander of the navy, X`, `X, a senior advisor
//! at Y`), each with the one whom the role belongs to.
//!
//! A phrase is looked for near a name only, within a fixed number of words, so the time is linear in the names.

mod around;
mod aside;
mod object;
mod phrase;
mod title;

use copydesk_model::hash::HashKeyed;

use crate::cluster::NONE;
pub(crate) use phrase::Reader;

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
    /// Actors with the token of a title of courtesy that is a role too.
    courtesies: Vec<(u32, u32)>,
}

impl Profiles {
    /// Reads the phrases around all names. `actors` are the actors of the entities, of which there are `count`.
    pub fn fill(&mut self, reader: &Reader<'_, '_>, actors: &[u32], count: usize) {
        self.phrases.clear();
        self.courtesies.clear();
        for (id, actor) in actors.iter().enumerate() {
            if *actor != NONE {
                reader.around(id as u32, &mut self.phrases);
                self.courtesies.extend(reader.courtesy(id as u32).map(|token| (*actor, token)));
            }
        }
        self.courtesies.sort_unstable();
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

    /// The token of the first title of courtesy of an actor that is a role too: `Justice X`.
    pub fn courtesy(&self, actor: u32) -> Option<usize> {
        let first = self.courtesies.partition_point(|(own, _)| *own < actor);
        self.courtesies.get(first).filter(|(own, _)| *own == actor).map(|(_, token)| *token as usize)
    }

    /// Numbers of the phrases around a name.
    pub fn rows_of(&self, entity: u32) -> std::ops::Range<usize> {
        let from = self.phrases.partition_point(|phrase| phrase.entity < entity);
        from..self.phrases.partition_point(|phrase| phrase.entity <= entity)
    }

    /// All phrases, in the order of the names.
    pub fn phrases(&self) -> &[RolePhrase] {
        &self.phrases
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
