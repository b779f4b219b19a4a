//! Identity across articles: which actors of different articles are one person, organisation or place.
//!
//! A [`Survey`] sees all sightings and learns which short forms and acronyms stand for which names. Its [`Blocks`] give each
//! sighting a key, and sightings of one identity have one key. A [`Resolver`] then numbers the identities of a key.
//! Equal full names join unless fields of work, countries or companions contradict; a person's [`Aliases`] override all.

mod aliases;
mod blocks;
mod bounded;
mod cluster;
mod evidence;
mod fold;
mod form;
mod lexicon;
mod resolver;
mod survey;
mod view;

pub(crate) use aliases::folded;
pub use aliases::{AliasEntry, AliasError, Aliases};
pub use blocks::Blocks;
pub use resolver::Resolver;
pub use survey::Survey;

use serde::{Deserialize, Serialize};

use crate::{ActorRecord, Record};

/// An actor of one article, as identity sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// The article's number in the order of the corpus.
    pub document: u64,
    /// The actor's place in the article.
    pub actor: u32,
    /// What the article says of it.
    pub own: ActorRecord,
    /// Names of the article's other actors, the most mentioned first.
    pub beside: Vec<String>,
    /// The newspaper, agency, broadcaster or site.
    pub outlet: Option<String>,
    /// The day the article came out.
    pub day: Option<String>,
}

/// The other actors of an article that a sighting names.
const BESIDE: usize = 12;

impl Sighting {
    /// Returns true if no mention is a name: "the minister" of one article is not that of another.
    fn is_phrase(&self) -> bool {
        self.own.names.is_empty()
    }

    /// Returns the actors of an article that have a name.
    pub fn of(document: u64, record: &Record) -> impl Iterator<Item = Sighting> {
        let mut most: Vec<&ActorRecord> = record.actors.iter().filter(|actor| !actor.name.is_empty()).collect();
        most.sort_by(|a, b| b.mentions.cmp(&a.mentions).then_with(|| a.name.cmp(&b.name)));
        most.truncate(BESIDE + 1);
        let names: Vec<String> = most.iter().map(|actor| actor.name.clone()).collect();
        record.actors.iter().enumerate().filter(|(_, actor)| !actor.name.is_empty()).map(move |(at, actor)| Sighting {
            document,
            actor: at as u32,
            own: actor.clone(),
            beside: names.iter().filter(|name| **name != actor.name).take(BESIDE).cloned().collect(),
            outlet: record.outlet.clone(),
            day: record.day.clone(),
        })
    }
}
