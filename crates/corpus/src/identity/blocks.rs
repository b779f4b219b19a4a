//! What the first pass learned, and the key under which all sightings of one identity come together.

use std::collections::BTreeMap;

use super::bounded::{BottomK, Frequencies, Names};
use super::fold::{hash, sound};
use super::form::{Form, PersonName};
use super::lexicon::LEXICON;
use super::survey::{Survey, Uses};
use super::view::{Kind, forms};
use super::{Aliases, Resolver, Sighting};

/// The sightings of a corpus by key. Those of one identity have one key.
#[derive(Clone, Debug)]
pub struct Blocks {
    aliases: Aliases,
    /// The full name of a short form or an acronym, by the hash of the form.
    full: BTreeMap<u64, String>,
    uses: BottomK<Uses>,
    orders: BottomK<Names>,
    ids: BottomK<Names>,
    frequencies: Frequencies,
}

/// The most steps from a short form to its full name.
const STEPS: usize = 4;

impl Blocks {
    pub(super) fn of(survey: Survey) -> Blocks {
        let Survey { aliases, links, uses, mut orders, expansions, acronyms, ids, frequencies } = survey;
        let mut full = BTreeMap::new();
        for (form, names) in links.values() {
            // A short form of many names stands for itself.
            if let Some((name, count, all)) = names.best()
                && u64::from(count) * 2 > u64::from(all)
            {
                full.insert(hash(form), name.to_owned());
            }
        }
        let mut by_acronym: BTreeMap<String, Names> = BTreeMap::new();
        let known: std::collections::BTreeSet<&str> = acronyms.values().map(|(form, _)| form.as_str()).collect();
        for (name, count) in expansions.values() {
            for acronym in Form::new(name).acronyms() {
                if known.contains(acronym.as_str()) {
                    let names = by_acronym.entry(acronym).or_default();
                    if let Some((own, all)) = names.entry(hash(name)) {
                        name.clone_into(own);
                        *all = *count;
                    }
                }
            }
        }
        for (acronym, names) in by_acronym {
            // Initials alone join if one name has them, or if it is by far the most frequent.
            if let Some((name, count, all)) = names.best()
                && u64::from(count) * 5 >= u64::from(all) * 4
            {
                full.entry(hash(&acronym)).or_insert_with(|| name.to_owned());
            }
        }
        // One order is the rule, and needs no entry.
        orders.retain(|names| names.values().count() > 1);
        Blocks { aliases, full, uses, orders, ids, frequencies }
    }

    /// Returns the key of a sighting. Sightings of one identity have one key.
    #[must_use]
    pub fn key(&self, sighting: &Sighting) -> String {
        if let Some(entry) = self.aliases.of(sighting) {
            return self.key_of(Form::new(&entry.name));
        }
        for id in [&sighting.own.kb_id, &sighting.own.identity].into_iter().flatten() {
            if let Some((name, _, _)) = self.ids.get(hash(id)).and_then(Names::best) {
                return self.key_of(Form::new(name));
            }
        }
        self.key_of(forms(sighting).0)
    }

    /// Returns the place of a sighting in its block: full names come before short ones, which then find them. Sort by key,
    /// this, document and actor.
    #[must_use]
    pub fn rank(&self, sighting: &Sighting) -> u8 {
        let (form, _) = forms(sighting);
        let is_known = sighting.own.kb_id.is_some() || sighting.own.identity.is_some();
        if is_known && !form.is_single() {
            0
        } else if form.is_single() {
            3
        } else if Kind::of(&sighting.own.label) == Kind::Person && PersonName::new(&form, false).has_initial() {
            2
        } else {
            1
        }
    }

    fn key_of(&self, mut form: Form) -> String {
        for _ in 0..STEPS {
            match self.full(&form) {
                Some(name) if name != form.text => form = Form::new(name),
                _ => break,
            }
        }
        if let Some(name) = self.usual_order(&form) {
            form = Form::new(name);
        }
        let turned = self.is_turned(&form);
        let word = match turned {
            true => form.first(),
            false => form.last(),
        };
        let is_common = |word: &str| LEXICON.is_generic(word) || LEXICON.is_descriptive(word);
        // Thousands of names end with "University": all their words make the key.
        let key = match turned || form.is_single() || !is_common(word) {
            true => sound(word),
            false => form.sounds().join(" "),
        };
        // A key has no control characters, whatever a name has.
        key.chars().filter(|c| !c.is_control()).collect()
    }

    /// Returns the full name for which a form is the short one.
    pub(super) fn full(&self, form: &Form) -> Option<&str> {
        self.full.get(&form.hash()).map(String::as_str)
    }

    /// Returns the form in the order of words that the corpus has most, if it has several.
    pub(super) fn usual_order(&self, form: &Form) -> Option<&str> {
        if form.is_single() {
            return None;
        }
        self.orders.get(form.any_order()).and_then(Names::best).map(|(name, _, _)| name)
    }

    /// Returns true if the first word of a name stands for the whole: a surname that comes first, or `Samsung` of
    /// `Samsung Electronics`.
    pub(super) fn is_turned(&self, form: &Form) -> bool {
        !form.is_single() && self.uses(form.first()).first > self.uses(form.last()).last
    }

    /// Returns true for a word that is mostly a given name.
    pub(super) fn is_given(&self, word: &str) -> bool {
        let uses = self.uses(word);
        uses.given > uses.surname
    }

    fn uses(&self, word: &str) -> Uses {
        self.uses.get(hash(word)).copied().unwrap_or_default()
    }

    /// Returns how many articles have a name, about.
    pub(super) fn frequency(&self, hash: u64) -> u32 {
        self.frequencies.of(hash)
    }

    pub(super) fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    /// Returns what numbers the identities of one block.
    #[must_use]
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver::new(self)
    }

    /// Returns the number of each sighting's identity in a block, by first appearance.
    #[must_use]
    pub fn resolve(&self, block: &[Sighting]) -> Vec<u32> {
        let mut order: Vec<usize> = (0..block.len()).collect();
        order.sort_by_key(|at| block.get(*at).map(|own| (self.rank(own), own.document, own.actor)));
        let mut resolver = self.resolver();
        let mut found = vec![0; block.len()];
        for at in order {
            if let (Some(slot), Some(sighting)) = (found.get_mut(at), block.get(at)) {
                *slot = resolver.next(sighting);
            }
        }
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for own in &mut found {
            let next = numbers.len() as u32;
            *own = *numbers.entry(*own).or_insert(next);
        }
        found
    }
}
