//! Numbers the identities of a block, one sighting after another.

use std::collections::BTreeMap;

use super::cluster::Cluster;
use super::evidence::{self, Fit};
use super::fold::{both, hash, sound};
use super::form::{Form, PersonName};
use super::view::{Kind, View};
use super::{Blocks, Sighting};

/// The identities that a sighting is compared with, of each way to find some: the largest.
const CANDIDATES: usize = 24;

/// Numbers the identities of one block. Sightings come in the order of [`Blocks::rank`], document and actor.
///
/// Time and memory grow with the sightings: each is compared with a bounded number of identities, and an identity is a
/// bounded profile.
#[derive(Debug)]
pub struct Resolver<'a> {
    blocks: &'a Blocks,
    clusters: Vec<Cluster>,
    /// Places of identities by what they can be found by.
    found_by: BTreeMap<u64, Vec<u32>>,
    /// The numbers that were given.
    numbers: u32,
}

/// What a list of candidates is for.
mod way {
    pub(super) const EXACT: u64 = 1;
    pub(super) const FULL: u64 = 2;
    pub(super) const INITIAL: u64 = 3;
    pub(super) const ONLY_INITIAL: u64 = 4;
    pub(super) const WORD: u64 = 5;
    pub(super) const KB: u64 = 6;
    pub(super) const IDENTITY: u64 = 7;
    pub(super) const ALIAS: u64 = 8;
    pub(super) const SPELLING: u64 = 9;
}

impl<'a> Resolver<'a> {
    pub(super) fn new(blocks: &'a Blocks) -> Self {
        Resolver { blocks, clusters: Vec::new(), found_by: BTreeMap::new(), numbers: 0 }
    }

    /// Returns the number of a sighting's identity. A new identity gets the next number.
    pub fn next(&mut self, sighting: &Sighting) -> u32 {
        let view = View::new(sighting);
        let person = PersonName::new(&view.form, self.is_turned(&view));
        let alias = self.blocks.aliases().of(sighting).map(|entry| entry.number);
        let known = self.known(sighting, alias);
        if known.is_none() && alias.is_none() && sighting.is_phrase() {
            return self.new_number();
        }
        let place = known.or_else(|| self.best(&view, &person, sighting, alias)).unwrap_or_else(|| {
            let number = self.new_number();
            self.clusters.push(Cluster { number, ..Cluster::default() });
            self.clusters.len() as u32 - 1
        });
        self.add(place, &view, &person, sighting, alias);
        self.clusters.get(place as usize).map_or(0, |cluster| cluster.number)
    }

    fn new_number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers - 1
    }

    /// Returns true if the name begins with the surname.
    fn is_turned(&self, view: &View) -> bool {
        match self.blocks.usual_order(&view.form) {
            Some(usual) if usual != view.form.text => {
                let usual = Form::new(usual);
                let surname = if self.blocks.is_turned(&usual) { usual.first() } else { usual.last() };
                view.form.first() == surname
            }
            _ => view.kind == Kind::Person && self.blocks.is_turned(&view.form),
        }
    }

    /// Returns the identity that a person's list or an earlier state names.
    fn known(&self, sighting: &Sighting, alias: Option<usize>) -> Option<u32> {
        let find = |way: u64, key: u64| self.found_by.get(&both(way, key)).map_or(&[][..], Vec::as_slice);
        let listed = alias.and_then(|alias| find(way::ALIAS, alias as u64).first());
        let earlier = || {
            let all = find(way::IDENTITY, hash(sighting.own.identity.as_ref()?));
            let free = |place: &&u32| {
                let cluster = self.clusters.get(**place as usize);
                cluster.is_some_and(|cluster| alias.is_none() || cluster.alias.is_none())
            };
            all.iter().find(free)
        };
        listed.or_else(earlier).copied()
    }

    /// Returns the identity that fits best, if one does.
    fn best(&self, view: &View, person: &PersonName, sighting: &Sighting, alias: Option<usize>) -> Option<u32> {
        let mut candidates: Vec<u32> = Vec::new();
        let linked = sighting.own.kb_id.iter().map(|id| both(way::KB, hash(id)));
        for key in self.keys(view, person, true).into_iter().chain(linked) {
            let Some(found) = self.found_by.get(&key) else { continue };
            candidates.extend(found);
        }
        candidates.sort_unstable();
        candidates.dedup();
        let own = &sighting.own;
        let is_other = |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
        let closed = |cluster: &Cluster| {
            evidence::differs(cluster.kb_id.as_deref(), own.kb_id.as_deref())
                || is_other(&cluster.identity, &own.identity)
                || cluster.alias.is_some() && alias.is_some()
        };
        let mut fits: Vec<(Fit, u32)> = Vec::new();
        for number in candidates {
            let Some(cluster) = self.clusters.get(number as usize).filter(|cluster| !closed(cluster)) else { continue };
            if let Some(fit) = evidence::fit(self.blocks, view, person, own.kb_id.as_deref(), cluster) {
                fits.push((fit, number));
            }
        }
        let all: u64 = fits.iter().filter(|(fit, _)| fit.is_short).map(|(fit, _)| u64::from(fit.size)).sum();
        let rivals = fits.iter().filter(|(fit, _)| fit.is_short).count();
        let scored = fits.iter().map(|(fit, number)| (fit.score(all, rivals), *number));
        let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
        best.filter(|(score, _)| *score > 0.0).map(|(_, number)| number)
    }

    /// Returns what a sighting is found by, or looked for by.
    fn keys(&self, view: &View, person: &PersonName, looks: bool) -> Vec<u64> {
        let mut keys = vec![both(way::EXACT, view.form.hash())];
        if !view.form.is_single() {
            keys.push(both(way::SPELLING, view.form.spelling()));
        }
        if let Some(full) = self.blocks.full(&view.form).filter(|_| looks) {
            keys.push(both(way::EXACT, Form::new(full).hash()));
        }
        for other in view.others.iter().filter(|other| !looks || !other.is_single()) {
            keys.push(both(way::EXACT, other.hash()));
        }
        let word = |word: &str| both(way::WORD, hash(&sound(word)));
        if view.form.is_single() {
            keys.push(word(view.form.last()));
            return keys;
        }
        let is_person = view.kind == Kind::Person;
        if is_person && !person.given.is_empty() {
            let (full, initial) = (person.full_key(), person.initial_key());
            match (looks, person.has_initial()) {
                (_, true) => keys.extend([both(way::INITIAL, initial), both(way::ONLY_INITIAL, initial)]),
                (true, false) => keys.extend([both(way::FULL, full), both(way::ONLY_INITIAL, initial)]),
                (false, false) => keys.extend([both(way::FULL, full), both(way::INITIAL, initial)]),
            }
        }
        if let Some(called) = person.called().filter(|_| is_person) {
            keys.push(both(way::FULL, called.full_key()));
        }
        if is_person && person.given.is_empty() {
            keys.push(word(&person.surname));
        } else if looks && !is_person {
            keys.push(word(view.form.first()));
        } else if !looks {
            keys.push(word(view.form.first()));
            keys.push(word(view.form.last()));
            if is_person {
                keys.push(word(&person.surname));
                keys.push(word(&person.given));
            }
        }
        keys
    }

    fn add(&mut self, place: u32, view: &View, person: &PersonName, sighting: &Sighting, alias: Option<usize>) {
        let mut keys = self.keys(view, person, false);
        let own = &sighting.own;
        keys.extend(own.kb_id.iter().map(|id| both(way::KB, hash(id))));
        keys.extend(own.identity.iter().map(|id| both(way::IDENTITY, hash(id))));
        keys.extend(alias.map(|alias| both(way::ALIAS, alias as u64)));
        let Some(cluster) = self.clusters.get_mut(place as usize) else { return };
        cluster.add(view, person);
        cluster.kb_id = cluster.kb_id.take().or_else(|| own.kb_id.clone());
        cluster.identity = cluster.identity.take().or_else(|| own.identity.clone());
        cluster.alias = cluster.alias.or(alias);
        for key in keys {
            let list = self.found_by.entry(key).or_default();
            if list.contains(&place) {
                continue;
            }
            if list.len() < CANDIDATES {
                list.push(place);
                continue;
            }
            // The smallest makes room for a larger one.
            let size = |place: u32| self.clusters.get(place as usize).map_or(0, |cluster| cluster.size);
            if let Some(least) = list.iter_mut().min_by_key(|other| (size(**other), std::cmp::Reverse(**other)))
                && size(*least) < size(place)
            {
                *least = place;
            }
        }
    }
}
