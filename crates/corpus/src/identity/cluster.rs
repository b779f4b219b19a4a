//! One identity of a block: what its sightings say, in bounded counters.

use super::bounded::Counter;
use super::form::{Form, PersonName};
use super::lexicon::FIELDS;
use super::view::{Kind, View};

/// The different full names that are kept of one identity.
const NAMES: usize = 8;
/// The names beside, words around and words of affiliations that are kept.
const PROFILE: usize = 48;

/// What is known of one identity.
#[derive(Clone, Debug, Default)]
pub(super) struct Cluster {
    /// Its number in the block.
    pub number: u32,
    /// Its sightings.
    pub size: u32,
    /// Different full names, the first first.
    pub names: Vec<(Form, PersonName)>,
    /// Sightings of each kind.
    pub kinds: [u32; Kind::COUNT],
    pub generation: Option<u8>,
    /// Sightings by field of the role, and by field of the role or words around.
    pub role_fields: [u32; FIELDS],
    pub fields: [u32; FIELDS],
    /// The most that a sighting says of each field.
    pub told: [u8; FIELDS],
    /// Sightings with a role.
    pub roles: u32,
    pub role: Counter,
    /// Countries of role and affiliation, and of all.
    pub own_countries: Counter,
    pub countries: Counter,
    pub affiliation: Counter,
    pub beside: Counter,
    pub around: Counter,
    pub kb_id: Option<String>,
    pub identity: Option<String>,
    pub alias: Option<usize>,
}

/// Returns the fields that were counted, a bit each. Those with less than a part of the most frequent one are left out.
pub(super) fn fields(counts: impl Iterator<Item = u32> + Clone, part: u64) -> u16 {
    let most = u64::from(counts.clone().max().unwrap_or(0));
    let is_frequent = |count: u32| count > 0 && u64::from(count) * part >= most;
    counts.enumerate().filter(|(_, count)| is_frequent(*count)).fold(0, |fields, (at, _)| fields | 1 << at)
}

impl Cluster {
    /// Adds a sighting.
    pub fn add(&mut self, view: &View, person: &PersonName) {
        self.size = self.size.saturating_add(1);
        if self.names.len() < NAMES && self.names.iter().all(|(own, _)| own.text != view.form.text) {
            self.names.push((view.form.clone(), person.clone()));
        }
        if let Some(count) = self.kinds.get_mut(view.kind as usize) {
            *count = count.saturating_add(1);
        }
        self.generation = self.generation.or(view.form.generation);
        for (at, own) in self.role_fields.iter_mut().enumerate() {
            *own = own.saturating_add(u32::from(view.role_fields & (1 << at) != 0));
        }
        for ((own, most), told) in self.fields.iter_mut().zip(&mut self.told).zip(&view.fields) {
            *own = own.saturating_add(u32::from(*told));
            *most = (*most).max(*told);
        }
        self.roles = self.roles.saturating_add(u32::from(view.has_role));
        view.role.iter().for_each(|word| self.role.count(*word, PROFILE));
        view.own_countries.iter().for_each(|country| self.own_countries.count(u64::from(*country), PROFILE));
        let all = view.own_countries.iter().chain(&view.countries);
        all.for_each(|country| self.countries.count(u64::from(*country), PROFILE));
        view.affiliation.iter().for_each(|word| self.affiliation.count(*word, PROFILE));
        view.beside.iter().for_each(|name| self.beside.count(*name, PROFILE));
        view.around.iter().for_each(|word| self.around.count(*word, PROFILE));
    }

    /// Returns true if most sightings have this kind.
    pub fn is_mostly(&self, kind: Kind) -> bool {
        self.kinds.get(kind as usize).is_some_and(|count| 2 * u64::from(*count) > u64::from(self.size))
    }
}
