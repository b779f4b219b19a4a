//! The reducer: takes articles in any order, and gives what they say together.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::CorpusError;
use crate::entry::Entry;
use crate::identity::{Aliases, Resolver, Sighting, Survey};
use crate::record::Record;
use crate::sorter::{Pair, Smallest, Sorter, Spool, SpoolWriter};
use crate::state::{StateWriter, joined, read_state};

/// How a corpus is held.
///
/// ```
/// use copydesk_corpus::CorpusOptions;
///
/// let small = CorpusOptions { memory: 16 << 20, ..CorpusOptions::default() };
/// assert!(small.folder.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct CorpusOptions {
    /// The bytes of articles that are held before they go to the disk.
    pub memory: usize,
    /// The folder of temporary files, or `None` for that of the system.
    pub folder: Option<PathBuf>,
}

impl Default for CorpusOptions {
    fn default() -> Self {
        CorpusOptions { memory: 128 << 20, folder: None }
    }
}

/// Takes articles, and sorts them.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_corpus::identity::Aliases;
/// use copydesk_corpus::{Corpus, CorpusOptions, Entry, Record, SummaryOptions};
///
/// let mut corpus = Corpus::new(CorpusOptions::default());
/// for (id, text) in [("2", "It rains."), ("1", "The sun shines.")] {
///     let article = Article::new(Document::new(id, text)?)?;
///     corpus.add(&Entry::Record(Record::of_article(&article)))?;
/// }
/// let mut reduced = corpus.reduce(&Aliases::default())?;
/// assert_eq!(reduced.summary(&SummaryOptions::default())?.totals.documents, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Corpus {
    options: CorpusOptions,
    entries: Sorter,
}

const SORTING: &str = "the articles cannot be sorted on the disk (TMPDIR names the folder of temporary files)";

impl Corpus {
    /// Returns a corpus without articles.
    #[must_use]
    pub fn new(options: CorpusOptions) -> Self {
        let entries = Sorter::new(options.memory, options.folder.as_deref());
        Corpus { options, entries }
    }

    /// Adds a line of results. The same article twice counts once.
    ///
    /// # Errors
    /// If a temporary file cannot be written.
    pub fn add(&mut self, entry: &Entry) -> Result<(), CorpusError> {
        let Pair { key, body } = entry.pair();
        self.entries.push(&key, &body).map_err(CorpusError::io(SORTING))
    }

    /// Adds all articles of a state.
    ///
    /// # Errors
    /// If the state is damaged or of another version, or a temporary file cannot be written.
    pub fn add_state(&mut self, state: impl BufRead) -> Result<(), CorpusError> {
        read_state(state, |pair| self.entries.push(&pair.key, &pair.body).map_err(CorpusError::io(SORTING)))
    }

    /// Writes all articles as a state, and leaves identities as they are.
    ///
    /// # Errors
    /// If a temporary file or `out` cannot be written.
    pub fn write_state<W: Write>(self, out: W) -> Result<W, CorpusError> {
        let mut state = StateWriter::new(out)?;
        self.each(|_, pair| state.push(&pair))?;
        state.finish()
    }

    /// Gives each different entry, in order.
    fn each(self, mut take: impl FnMut(Entry, Pair) -> Result<(), CorpusError>) -> Result<(), CorpusError> {
        let sorting = CorpusError::io(SORTING);
        let mut sorted = self.entries.finish().map_err(sorting)?;
        let mut waiting: Option<(Vec<u8>, Entry)> = None;
        while let Some(pair) = sorted.next().map_err(CorpusError::io(SORTING))? {
            let entry = Entry::read(&pair).ok_or_else(|| CorpusError::state("a temporary file is damaged"))?;
            waiting = Some(match (waiting.take(), entry) {
                (Some((key, Entry::Record(one))), Entry::Record(other)) if key == pair.key => {
                    (key, Entry::Record(if one == other { one } else { joined(one, other) }))
                }
                (Some((key, one)), _) if key == pair.key => (key, one),
                (before, entry) => {
                    if let Some((_, before)) = before {
                        let pair = before.pair();
                        take(before, pair)?;
                    }
                    (pair.key, entry)
                }
            });
        }
        if let Some((_, last)) = waiting {
            let pair = last.pair();
            take(last, pair)?;
        }
        Ok(())
    }

    /// Finds who is who, and gives what can be summed up.
    ///
    /// # Errors
    /// If a temporary file cannot be written or read.
    pub fn reduce(self, aliases: &Aliases) -> Result<Reduced, CorpusError> {
        let (memory, folder) = (self.options.memory, self.options.folder.clone());
        let sorting = || CorpusError::io(SORTING);
        let mut entries = SpoolWriter::new(folder.as_deref()).map_err(sorting())?;
        let mut survey = Survey::new(aliases);
        let mut names: Vec<u64> = Vec::new();
        self.each(|entry, pair| {
            if let Entry::Record(record) = &entry {
                Sighting::of(names.len() as u64, record).for_each(|sighting| survey.see(&sighting));
                names.push(short_hash(&pair.key));
            }
            entries.push(&pair.key, &pair.body).map_err(sorting())
        })?;
        let entries = entries.finish().map_err(sorting())?;
        let blocks = survey.finish();

        let mut sightings = Sorter::new(memory, folder.as_deref());
        let mut key = Vec::new();
        each_record(&entries, |document, record| {
            for sighting in Sighting::of(document, &record) {
                key.clear();
                key.extend_from_slice(blocks.key(&sighting).as_bytes());
                key.push(0);
                key.push(blocks.rank(&sighting));
                key.extend_from_slice(&sighting.document.to_be_bytes());
                key.extend_from_slice(&sighting.actor.to_be_bytes());
                let body = serde_json::to_vec(&sighting).unwrap_or_default();
                sightings.push(&key, &body).map_err(sorting())?;
            }
            Ok(())
        })?;

        let mut assigned = Sorter::new(memory, folder.as_deref());
        let mut ids = Ids::default();
        let mut sightings = sightings.finish().map_err(sorting())?;
        let mut block: Option<(Vec<u8>, Resolver<'_>, Claims)> = None;
        while let Some(pair) = sightings.next().map_err(sorting())? {
            let sighting: Sighting =
                serde_json::from_slice(&pair.body).map_err(|_| CorpusError::state("a temporary file is damaged"))?;
            // The key ends with a NUL byte, the rank and the two numbers.
            let name = pair.key.get(..pair.key.len().saturating_sub(14)).unwrap_or_default();
            if block.as_ref().is_none_or(|(own, ..)| own != name) {
                if let Some((_, _, claims)) = block.take() {
                    ids.give(claims);
                }
                block = Some((name.to_vec(), blocks.resolver(), Claims::new(ids.count())));
            }
            let Some((_, resolver, claims)) = &mut block else { continue };
            let number = resolver.next(&sighting);
            let place = names.get(sighting.document as usize).copied().unwrap_or_default();
            let identity = claims.claim(number, &sighting, place, aliases);
            let key = [&sighting.document.to_be_bytes()[..], &sighting.actor.to_be_bytes()].concat();
            assigned.push(&key, &identity.to_le_bytes()).map_err(sorting())?;
        }
        if let Some((_, _, claims)) = block.take() {
            ids.give(claims);
        }
        Reduced::new(entries, assigned, ids, folder)
    }
}

/// Gives each record and its number.
pub(crate) fn each_record(
    entries: &Spool,
    mut take: impl FnMut(u64, Record) -> Result<(), CorpusError>,
) -> Result<(), CorpusError> {
    let mut reader = entries.read().map_err(CorpusError::io(SORTING))?;
    let (mut pair, mut number) = (Pair::default(), 0);
    while reader.next(&mut pair).map_err(CorpusError::io(SORTING))? {
        if let Some(Entry::Record(record)) = Entry::read(&pair) {
            take(number, record)?;
            number += 1;
        }
    }
    Ok(())
}

/// The first eight bytes of a SHA-256.
pub(crate) fn short_hash(bytes: &[u8]) -> u64 {
    let hash = Sha256::digest(bytes);
    hash.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// What the identities of a block have a right to be called.
#[derive(Debug)]
struct Claims {
    /// The number of the block's first identity.
    first: u32,
    of: Vec<Claim>,
}

/// What one identity has a right to be called.
#[derive(Debug)]
struct Claim {
    /// The name of an alias file.
    name: Option<String>,
    /// The id of an alias file.
    alias: Option<String>,
    new: String,
    earlier: BTreeMap<String, u64>,
}

impl Claims {
    fn new(first: u32) -> Self {
        Claims { first, of: Vec::new() }
    }

    /// Notes a sighting of the block's identity `number`. Returns the identity's number among all.
    fn claim(&mut self, number: u32, sighting: &Sighting, place: u64, aliases: &Aliases) -> u32 {
        let at = number as usize;
        if at >= self.of.len() {
            // A new id depends on where the identity was first seen.
            let new = format!("{place:016x}/{}", sighting.actor);
            let new = format!("{:012x}", short_hash(new.as_bytes()) >> 16);
            self.of.push(Claim { name: None, alias: None, new, earlier: BTreeMap::new() });
        }
        if let Some(claim) = self.of.get_mut(at) {
            if claim.name.is_none()
                && let Some(entry) = aliases.of(sighting)
            {
                claim.name = Some(entry.name.clone());
                claim.alias.clone_from(&entry.id);
            }
            if let Some(id) = &sighting.own.identity {
                *claim.earlier.entry(id.clone()).or_default() += 1;
            }
        }
        self.first + number
    }
}

/// The ids of all identities, by number.
#[derive(Debug, Default)]
struct Ids {
    ids: Vec<Box<str>>,
    /// The names that an alias file gives.
    names: BTreeMap<u32, String>,
}

impl Ids {
    fn count(&self) -> u32 {
        self.ids.len() as u32
    }

    /// Gives each identity of a block its id: that of an alias file, else the earlier id that most of its sightings
    /// have, else a new one. An earlier id goes to one identity alone: to that with the most sightings of it.
    fn give(&mut self, claims: Claims) {
        let mut wishes: Vec<(u64, &String, usize)> = Vec::new();
        for (at, claim) in claims.of.iter().enumerate() {
            wishes.extend(claim.earlier.iter().map(|(id, count)| (*count, id, at)));
        }
        wishes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)).then_with(|| a.2.cmp(&b.2)));
        let mut given: Vec<Option<&str>> = claims.of.iter().map(|claim| claim.alias.as_deref()).collect();
        let mut taken: std::collections::BTreeSet<&str> = given.iter().flatten().copied().collect();
        for (_, id, at) in wishes {
            if let Some(place @ None) = given.get_mut(at)
                && taken.insert(id)
            {
                *place = Some(id);
            }
        }
        let named = claims.of.iter().zip(claims.first..).filter_map(|(claim, at)| Some((at, claim.name.clone()?)));
        self.names.extend(named);
        let ids = claims.of.iter().zip(given).map(|(claim, id)| Box::from(id.unwrap_or(&claim.new)));
        self.ids.extend(ids);
    }
}

/// A corpus in which it is known who is who.
#[derive(Debug)]
pub struct Reduced {
    pub(crate) entries: Spool,
    /// For each article, the numbers of its actors' identities as little-endian 32-bit numbers.
    pub(crate) assigned: Spool,
    /// The ids of identities, by number.
    pub(crate) ids: Vec<Box<str>>,
    /// The names that an alias file gives to identities.
    pub(crate) names: BTreeMap<u32, String>,
}

/// No identity: the actor has no name.
pub(crate) const NOBODY: u32 = u32::MAX;

impl Reduced {
    fn new(
        entries: Spool,
        assigned: Sorter,
        Ids { ids, names }: Ids,
        folder: Option<PathBuf>,
    ) -> Result<Self, CorpusError> {
        let sorting = || CorpusError::io(SORTING);
        let mut sorted = assigned.finish().map_err(sorting())?;
        let mut rows = SpoolWriter::new(folder.as_deref()).map_err(sorting())?;
        let mut next = sorted.next().map_err(sorting())?;
        let mut row = Vec::new();
        each_record(&entries, |document, record| {
            row.clear();
            for actor in 0..record.actors.len() as u32 {
                let key = [&document.to_be_bytes()[..], &actor.to_be_bytes()].concat();
                match next.take_if(|pair| pair.key == key) {
                    Some(pair) => {
                        row.extend_from_slice(&pair.body);
                        next = sorted.next().map_err(sorting())?;
                    }
                    None => row.extend_from_slice(&NOBODY.to_le_bytes()),
                }
            }
            rows.push(&[], &row).map_err(sorting())
        })?;
        Ok(Reduced { entries, assigned: rows.finish().map_err(sorting())?, ids, names })
    }

    /// Gives each entry with the identities of its actors.
    pub(crate) fn each(
        &self,
        mut take: impl FnMut(Entry, &[u32]) -> Result<(), CorpusError>,
    ) -> Result<(), CorpusError> {
        let sorting = || CorpusError::io(SORTING);
        let mut entries = self.entries.read().map_err(sorting())?;
        let mut assigned = self.assigned.read().map_err(sorting())?;
        let (mut pair, mut row, mut numbers) = (Pair::default(), Pair::default(), Vec::new());
        while entries.next(&mut pair).map_err(sorting())? {
            let Some(entry) = Entry::read(&pair) else { continue };
            numbers.clear();
            if matches!(entry, Entry::Record(_)) && assigned.next(&mut row).map_err(sorting())? {
                let number = |bytes: &[u8]| bytes.try_into().map_or(NOBODY, u32::from_le_bytes);
                numbers.extend(row.body.chunks_exact(4).map(number));
            }
            take(entry, &numbers)?;
        }
        Ok(())
    }

    /// Writes the articles as a state, with the ids of identities. An identity keeps its id when articles are added.
    ///
    /// # Errors
    /// If a temporary file cannot be read, or `out` not written.
    pub fn write_state<W: Write>(&self, out: W) -> Result<W, CorpusError> {
        let mut state = StateWriter::new(out)?;
        self.each(|mut entry, identities| {
            if let Entry::Record(record) = &mut entry {
                for (actor, identity) in record.actors.iter_mut().zip(identities) {
                    actor.identity = self.ids.get(*identity as usize).map(|id| id.to_string());
                }
            }
            state.push(&entry.pair())
        })?;
        state.finish()
    }
}

/// The passages that are kept of a large corpus: at most so many of all, and some of each actor. The choice depends on
/// the passages alone.
#[derive(Debug)]
pub(crate) struct Sample<T> {
    all: Smallest<(u64, T)>,
    own: BTreeMap<u32, Smallest<(u64, T)>>,
    each: usize,
    seen: u64,
}

impl<T: Ord + Clone> Sample<T> {
    pub(crate) fn new(most: usize, each: usize) -> Self {
        Sample { all: Smallest::new(most), own: BTreeMap::new(), each, seen: 0 }
    }

    /// Offers a passage. `rank` is a hash; the smallest are kept.
    pub(crate) fn push(&mut self, rank: u64, owner: Option<u32>, item: T) {
        self.seen += 1;
        if let Some(owner) = owner {
            let own = self.own.entry(owner).or_insert_with(|| Smallest::new(self.each));
            own.push((rank, item.clone()));
        }
        self.all.push((rank, item));
    }

    /// Returns the kept passages in their own order, and the number of all.
    pub(crate) fn finish(self) -> (Vec<T>, u64) {
        let own = self.own.into_values().flat_map(Smallest::into_sorted);
        let mut kept: Vec<T> = self.all.into_sorted().into_iter().chain(own).map(|(_, item)| item).collect();
        kept.sort_unstable();
        kept.dedup();
        (kept, self.seen)
    }
}
