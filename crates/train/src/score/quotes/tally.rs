//! Sums behind precision and recall, with hits counted on each side by itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::score::figures::round;

/// Hits and sizes of both sides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Found items that are right, or the sum of their right shares.
    pub found_hits: f64,
    pub found: u64,
    /// Gold items that were found, or the sum of their found shares.
    pub gold_hits: f64,
    pub gold: u64,
}

impl Tally {
    pub fn of(found_hits: usize, found: usize, gold_hits: usize, gold: usize) -> Self {
        Tally { found_hits: found_hits as f64, found: found as u64, gold_hits: gold_hits as f64, gold: gold as u64 }
    }

    /// Whole hits on the gold side.
    pub fn hits(self) -> u64 {
        self.gold_hits as u64
    }

    /// Returns precision, recall and F1, or `None` if both sides are empty.
    pub fn shares(self) -> Option<[f64; 3]> {
        if self.found == 0 && self.gold == 0 {
            return None;
        }
        let share = |hits: f64, all: u64| if all == 0 { 0.0 } else { hits / all as f64 };
        let (p, r) = (share(self.found_hits, self.found), share(self.gold_hits, self.gold));
        Some([p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }])
    }

    pub fn json(self) -> Value {
        match self.shares() {
            None => Value::Null,
            Some(shares) => {
                let [p, r, f1] = shares.map(|share| round(100.0 * share, 3));
                json!({"p": p, "r": r, "f1": f1, "pred": self.found, "gold": self.gold})
            }
        }
    }
}

/// Tallies by metric and by subject.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies(BTreeMap<(&'static str, &'static str), Tally>);

impl Tallies {
    pub fn add(&mut self, name: &'static str, what: &'static str, more: Tally) {
        let tally = self.0.entry((name, what)).or_default();
        tally.found_hits += more.found_hits;
        tally.found += more.found;
        tally.gold_hits += more.gold_hits;
        tally.gold += more.gold;
    }

    pub fn get(&self, name: &'static str, what: &'static str) -> Tally {
        self.0.get(&(name, what)).copied().unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&(&'static str, &'static str), &Tally)> {
        self.0.iter()
    }
}
