//! The first pass over a corpus: what its names say of each other.

use super::bounded::{BottomK, Frequencies, Names};
use super::fold::hash;
use super::form::Form;
use super::view::{Kind, forms};
use super::{Aliases, Blocks, Sighting};

/// Forms, words and ids that are kept. A table of so many takes some 20 to 60 MB when it is full.
const MOST: usize = 250_000;

/// What is counted of a word of names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Uses {
    /// Times it stood alone for a longer name that begins with it, or for an organisation.
    pub first: u32,
    /// Times it stood alone for a longer name that ends with it, or for a person.
    pub last: u32,
    /// Longer names of persons that begin with it.
    pub given: u32,
    /// Longer names of persons that end with it.
    pub surname: u32,
}

/// What is learned of the names of a corpus. It sees each sighting once, in any order.
#[derive(Clone, Debug)]
pub struct Survey {
    pub(super) aliases: Aliases,
    /// The fuller names of which each form is a short one, in one article.
    pub(super) links: BottomK<(String, Names)>,
    /// Uses of words.
    pub(super) uses: BottomK<Uses>,
    /// Persons' names of several words, by their words in any order.
    pub(super) orders: BottomK<Names>,
    /// Names of several words that are not persons'.
    pub(super) expansions: Names,
    /// Names that are acronyms.
    pub(super) acronyms: Names,
    /// The names of each id of a knowledge base or of an earlier state.
    pub(super) ids: BottomK<Names>,
    /// How many articles have each name.
    pub(super) frequencies: Frequencies,
}

impl Survey {
    /// Returns a survey that has seen nothing.
    #[must_use]
    pub fn new(aliases: &Aliases) -> Self {
        Survey {
            aliases: aliases.clone(),
            links: BottomK::new(MOST),
            uses: BottomK::new(MOST),
            orders: BottomK::new(MOST),
            expansions: Names::new(MOST),
            acronyms: Names::new(MOST),
            ids: BottomK::new(MOST),
            frequencies: Frequencies::new(),
        }
    }

    /// Counts a sighting.
    pub fn see(&mut self, sighting: &Sighting) {
        if sighting.is_phrase() {
            return;
        }
        let (form, others) = forms(sighting);
        let kind = Kind::of(&sighting.own.label);
        self.frequencies.count(form.hash());
        for id in [&sighting.own.kb_id, &sighting.own.identity].into_iter().flatten() {
            if let Some(names) = self.ids.entry(hash(id)) {
                names.count(&form.text);
            }
        }
        if form.is_single() {
            let word = hash(form.first());
            match kind {
                Kind::Person => self.usage(word, |uses| uses.last += 1),
                Kind::Organisation => self.usage(word, |uses| uses.first += 1),
                Kind::Place | Kind::People | Kind::Other => {}
            }
            if form.is_acronym || kind == Kind::Organisation && (4..=8).contains(&form.text.len()) {
                self.acronyms.count(&form.text);
            }
        } else if kind == Kind::Person {
            self.usage(hash(form.first()), |uses| uses.given += 1);
            self.usage(hash(form.last()), |uses| uses.surname += 1);
            if form.words.len() < 5
                && let Some(names) = self.orders.entry(form.any_order())
            {
                names.count(&form.text);
            }
        } else if !matches!(kind, Kind::Place | Kind::People) {
            self.expansions.count(&form.text);
        }
        for other in &others {
            self.link(other, &form);
        }
    }

    fn usage(&mut self, word: u64, count: impl FnOnce(&mut Uses)) {
        if let Some(uses) = self.uses.entry(word) {
            count(uses);
        }
    }

    /// Counts a short form beside its full one.
    fn link(&mut self, short: &Form, full: &Form) {
        if short.words.len() >= full.words.len() || full.words.len() > 6 {
            return;
        }
        if short.is_single() {
            let word = hash(short.first());
            if short.first() == full.first() {
                self.usage(word, |uses| uses.first += 1);
            } else if short.first() == full.last() {
                self.usage(word, |uses| uses.last += 1);
            }
        }
        if let Some((form, names)) = self.links.entry(short.hash()) {
            if form.is_empty() {
                form.clone_from(&short.text);
            }
            names.count(&full.text);
        }
    }

    /// Returns what was learned.
    #[must_use]
    pub fn finish(self) -> Blocks {
        Blocks::of(self)
    }
}
