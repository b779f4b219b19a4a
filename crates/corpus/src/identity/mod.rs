//! Identity across articles: which actors of different articles are one person, organisation or place.

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

#[derive(Clone, Debug, Default)]
pub struct Aliases;
#[derive(Clone, Debug)]
pub struct AliasEntry {
    pub name: String,
    pub id: Option<String>,
}
impl Aliases {
    pub fn of(&self, _: &Sighting) -> Option<&AliasEntry> {
        None
    }
}
#[derive(Debug)]
pub struct Survey;
impl Survey {
    pub fn new(_: &Aliases) -> Self {
        Survey
    }
    pub fn see(&mut self, _: &Sighting) {}
    pub fn finish(self) -> Blocks {
        Blocks
    }
}
#[derive(Debug)]
pub struct Blocks;
impl Blocks {
    pub fn key(&self, s: &Sighting) -> String {
        s.own.name.to_lowercase()
    }
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver(std::marker::PhantomData)
    }
}
#[derive(Debug)]
pub struct Resolver<'a>(std::marker::PhantomData<&'a ()>);
impl Resolver<'_> {
    pub fn next(&mut self, _: &Sighting) -> u32 {
        0
    }
}
impl Aliases {
    pub fn read(_: &[u8]) -> Result<Aliases, String> {
        Ok(Aliases)
    }
}
