//! Scores of identities across articles: pairs of gold names, and whether both are one.
//!
//! A pair counts as found if its names belong to actors of one identity. Figures are precision, recall and F1 over pairs
//! (pairwise F1), of all pairs and of those across articles. If the gold file has pairs of articles, a further figure
//! is the share of right ones, among those to join and those to keep apart.

use std::collections::BTreeMap;

use copydesk_corpus::Record;
use copydesk_corpus::identity::{Aliases, Sighting, Survey};
use serde_json::{Map, Value, json};

use super::figures::{COLUMNS, Counts, ratio, round};
use super::table::{Table, percent};
use super::{Difference, Scorer};
use crate::gold::IdentityDocument;
use crate::prediction::Prediction;

/// Counts pairs of names.
#[derive(Clone, Debug, Default)]
pub struct IdentityScorer {
    documents: Vec<(Record, Option<String>)>,
    names: Vec<Name>,
    without_prediction: u64,
}

/// A gold name that is scored.
#[derive(Clone, Debug)]
struct Name {
    document: usize,
    identity: String,
    /// The actor that has it.
    actor: Option<u32>,
}

/// All counts of a file.
#[derive(Default)]
struct Tally {
    all: Counts,
    across: Counts,
    /// Pairs of articles to join, and to keep apart: right ones, all.
    join: [u64; 2],
    apart: [u64; 2],
}

/// Pairs of `count` names.
fn pairs(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

impl IdentityScorer {
    /// Returns the identity of each actor that has one.
    fn identities(&self) -> BTreeMap<(usize, u32), (String, u32)> {
        let sightings = || {
            self.documents.iter().enumerate().flat_map(|(document, (record, _))| Sighting::of(document as u64, record))
        };
        let aliases = Aliases::default();
        let mut survey = Survey::new(&aliases);
        sightings().for_each(|sighting| survey.see(&sighting));
        let blocks = survey.finish();
        let mut by_key: BTreeMap<String, Vec<Sighting>> = BTreeMap::new();
        for sighting in sightings() {
            by_key.entry(blocks.key(&sighting)).or_default().push(sighting);
        }
        let mut identities = BTreeMap::new();
        for (key, block) in by_key {
            for (sighting, number) in block.iter().zip(blocks.resolve(&block)) {
                identities.insert((sighting.document as usize, sighting.actor), (key.clone(), number));
            }
        }
        identities
    }

    /// Returns the found identity of each name as a number. A name without an actor is alone.
    fn found(&self) -> Vec<usize> {
        let identities = self.identities();
        let mut numbers: BTreeMap<&(String, u32), usize> = BTreeMap::new();
        let mut found = Vec::with_capacity(self.names.len());
        for (at, name) in self.names.iter().enumerate() {
            let identity = name.actor.and_then(|actor| identities.get(&(name.document, actor)));
            let next = self.names.len() + numbers.len();
            found.push(identity.map_or(at, |identity| *numbers.entry(identity).or_insert(next)));
        }
        found
    }

    /// Counts the pairs of names with equal gold, equal found, and both.
    fn tally(&self) -> Tally {
        let found = self.found();
        let mut tally = Tally::default();
        let mut judged: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        // Pairs within groups of equal values are counted, never listed.
        for within in [false, true] {
            let place = |name: &Name| (self.pair(name), within.then_some(name.document));
            let mut both: BTreeMap<_, u64> = BTreeMap::new();
            let mut gold: BTreeMap<_, u64> = BTreeMap::new();
            let mut predicted: BTreeMap<_, u64> = BTreeMap::new();
            for (name, found) in self.names.iter().zip(&found) {
                *both.entry((place(name), &name.identity, found)).or_default() += 1;
                *gold.entry((place(name), &name.identity)).or_default() += 1;
                *predicted.entry((place(name), found)).or_default() += 1;
            }
            let right: u64 = both.into_values().map(pairs).sum();
            let gold: u64 = gold.into_values().map(pairs).sum();
            let predicted: u64 = predicted.into_values().map(pairs).sum();
            let counts = Counts { right, spurious: predicted - right, missed: gold - right };
            match within {
                false => tally.all = counts,
                true => {
                    let Counts { right, spurious, missed } = tally.all;
                    let (spurious, missed) = (spurious - counts.spurious, missed - counts.missed);
                    tally.across = Counts { right: right - counts.right, spurious, missed };
                }
            }
        }
        let mut of_pair: BTreeMap<&str, Vec<(&Name, usize)>> = BTreeMap::new();
        for (name, found) in self.names.iter().zip(found) {
            if let Some(pair) = self.pair(name) {
                of_pair.entry(pair).or_default().push((name, found));
            }
        }
        for (pair, names) in of_pair {
            let (mut same, mut right) = (true, true);
            for (at, (first, one)) in names.iter().enumerate() {
                for (second, other) in names.iter().skip(at + 1) {
                    let is_same = first.identity == second.identity;
                    same &= is_same;
                    right &= is_same == (one == other);
                }
            }
            judged.insert(pair, (same, right));
        }
        for (same, right) in judged.into_values() {
            let counts = if same { &mut tally.join } else { &mut tally.apart };
            counts[0] += u64::from(right);
            counts[1] += 1;
        }
        tally
    }

    fn pair(&self, name: &Name) -> Option<&str> {
        self.documents.get(name.document).and_then(|(_, pair)| pair.as_deref())
    }
}

impl Scorer for IdentityScorer {
    type Gold = IdentityDocument;

    fn add(&mut self, gold: &IdentityDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        let document = self.documents.len();
        let record = match found {
            None => {
                self.without_prediction += 1;
                Record::default()
            }
            Some(found) => {
                let record = found.record.as_deref();
                record.cloned().ok_or("identities are scored by running a pipeline, not by --predictions")?
            }
        };
        self.documents.push((record, gold.pair.clone()));
        let actors = found.map(|found| found.actors.as_slice()).unwrap_or_default();
        for name in &gold.names {
            let Some(identity) = name.identity.clone() else { continue };
            let span = [name.start, name.end];
            let has = |span: [u32; 2]| actors.iter().position(|actor| actor.mentions.iter().any(|(at, _)| *at == span));
            let touches = || {
                actors.iter().position(|actor| {
                    actor.mentions.iter().any(|([start, end], kind)| {
                        kind == copydesk_text::MentionType::Name.as_str() && *start < span[1] && span[0] < *end
                    })
                })
            };
            let actor = has(span).or_else(touches).and_then(|actor| u32::try_from(actor).ok());
            self.names.push(Name { document, identity, actor });
        }
        Ok(Vec::new())
    }

    fn scores(&self) -> Value {
        let tally = self.tally();
        let mut scores = Map::new();
        scores.insert("all".into(), tally.all.json());
        scores.insert("across".into(), tally.across.json());
        for (name, [right, all]) in [("join", tally.join), ("apart", tally.apart)] {
            if all > 0 {
                scores.insert(name.into(), json!({"right": round(100.0 * ratio(right, all), 2), "pairs": all}));
            }
        }
        scores.insert("names".into(), self.names.len().into());
        scores.insert("documents_without_prediction".into(), self.without_prediction.into());
        Value::Object(scores)
    }

    fn table(&self) -> String {
        let tally = self.tally();
        let mut table = Table::default();
        table.row(["pairs of names"].into_iter().chain(COLUMNS));
        table.row(tally.all.row("all"));
        table.row(tally.across.row("across articles"));
        if tally.join[1] + tally.apart[1] > 0 {
            table.gap();
            table.row(["pairs of articles", "right", "of", "share"]);
            for (name, [right, all]) in [("to join", tally.join), ("to keep apart", tally.apart)] {
                table.row([name.to_owned(), right.to_string(), all.to_string(), percent(100.0 * ratio(right, all))]);
            }
        }
        table.render()
    }
}
