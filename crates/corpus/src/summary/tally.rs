//! The first pass over a corpus: counts of everybody.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use copydesk_text::lang::ENGLISH;

use super::Totals;
use crate::corpus::NOBODY;
use crate::record::Record;

/// The probability of a speaker below which it is unsure, in per cent.
const SURE: u8 = 60;

/// The counts of one identity.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) documents: u32,
    pub(super) mentions: u32,
    pub(super) quotes: u32,
    pub(super) words: u32,
    pub(super) quoted_documents: u32,
    pub(super) quoted_outlets: u32,
    /// The sum of the places of the first quotes.
    pub(super) places: u32,
}

/// The first pass over the articles: counts of everybody.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) totals: Totals,
    pub(super) of: Vec<Counts>,
    pub(super) outlets: BTreeMap<String, u64>,
    /// Outlets by name, in order of appearance.
    pub(super) numbers: BTreeMap<String, u32>,
    /// Outlets and the identities that they quote. Only its length and members matter, never its order.
    pub(super) quoted: HashSet<(u32, u32)>,
    pub(super) days: BTreeSet<String>,
    pub(super) verbs: BTreeMap<String, u64>,
    pub(super) kinds: BTreeMap<String, u64>,
    pub(super) acts: BTreeMap<String, u64>,
    pub(super) made: BTreeMap<String, u64>,
}

/// The number of an unknown outlet.
const NO_OUTLET: u32 = u32::MAX;

impl Tally {
    pub(super) fn see(&mut self, record: &Record, identities: &[u32]) {
        let totals = &mut self.totals;
        totals.documents += 1;
        totals.words += u64::from(record.words);
        totals.without_date += u64::from(record.day.is_none());
        totals.without_outlet += u64::from(record.outlet.is_none());
        totals.stances += record.stances.len() as u64;
        self.days.extend(record.day.clone());
        if let Some(outlet) = &record.outlet {
            *self.outlets.entry(outlet.clone()).or_default() += 1;
        }
        if let Some(provenance) = &record.provenance {
            *self.made.entry(provenance.clone()).or_default() += 1;
        }
        let outlet = record.outlet.as_ref().map_or(NO_OUTLET, |outlet| {
            let next = self.numbers.len() as u32;
            *self.numbers.entry(outlet.clone()).or_insert(next)
        });
        let mut here = BTreeSet::new();
        for (actor, identity) in record.actors.iter().zip(identities) {
            if let Some(counts) = self.of.get_mut(*identity as usize) {
                counts.mentions = counts.mentions.saturating_add(actor.mentions);
                counts.documents += u32::from(here.insert(*identity));
            }
        }
        let mut quoted = BTreeSet::new();
        for quote in &record.quotes {
            let totals = &mut self.totals;
            totals.quotes += 1;
            *self.kinds.entry(quote.kind.clone()).or_default() += 1;
            *self.acts.entry(quote.act.clone()).or_default() += 1;
            if let Some(verb) = verb(&quote.cue) {
                *self.verbs.entry(verb).or_default() += 1;
            }
            let Some(identity) = identity(identities, quote.speaker) else { continue };
            totals.named += 1;
            totals.unsure += u64::from(quote.sure.is_some_and(|sure| sure < SURE));
            let Some(counts) = self.of.get_mut(identity as usize) else { continue };
            counts.quotes += 1;
            counts.words = counts.words.saturating_add(quote.words);
            if quoted.insert(identity) {
                counts.quoted_documents += 1;
                counts.places += u32::from(quote.place);
            }
            let new = self.quoted.insert((outlet, identity));
            counts.quoted_outlets += u32::from(new && outlet != NO_OUTLET);
        }
    }
}

/// The identity of an actor of an article, if it has one.
pub(super) fn identity(identities: &[u32], actor: Option<u32>) -> Option<u32> {
    identities.get(actor? as usize).copied().filter(|identity| *identity != NOBODY)
}

/// The letters that a word must have to be counted as a verb if no list knows it.
const LONG: usize = 5;

/// The verb of a cue: the base of its first verb of saying, else its first long word as it is.
pub(super) fn verb(cue: &str) -> Option<String> {
    let words = || cue.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let known = words().find_map(|word| (ENGLISH.verbs.reporting_lemma)(word));
    known.map(str::to_owned).or_else(|| words().find(|word| word.len() >= LONG).map(str::to_owned))
}
