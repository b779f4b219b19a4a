//! Relation scores. Gold and found attributions are paired by the words of their contents (Dice of at least a half). A
//! pair is right if the sources share a word, or both have none.

use copydesk_sdk::Span;

use super::{Document, Gold};
use crate::quote::Quote;

/// Hits, found, gold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Pairs that are right.
    pub hits: usize,
    /// Attributions found.
    pub found: usize,
    /// Attributions there are.
    pub gold: usize,
}

impl Count {
    /// Precision, recall and their harmonic mean, in percent.
    #[must_use]
    pub fn prf(&self) -> (f64, f64, f64) {
        let share = |of: usize| if of == 0 { 0.0 } else { 100.0 * self.hits as f64 / of as f64 };
        let (p, r) = (share(self.found), share(self.gold));
        (p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
    }

    fn add(&mut self, other: Count) {
        self.hits += other.hits;
        self.found += other.found;
        self.gold += other.gold;
    }
}

/// Scores over documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scores {
    /// Content and source are right.
    pub relation: Count,
    /// Contents are paired, whatever the source.
    pub content: Count,
}

impl Scores {
    /// Adds one document.
    pub fn add(&mut self, document: &Document, found: &[Quote]) {
        let pairs = pair(document, found);
        let right = pairs.iter().filter(|&&(g, f)| {
            let gold = document.gold.get(g).map(|g| token_set(document, &g.source)).unwrap_or_default();
            let own = found.get(f).map(|f| token_set(document, f.source.as_slice())).unwrap_or_default();
            gold.is_empty() && own.is_empty() || gold.iter().any(|t| own.contains(t))
        });
        let (found, gold) = (found.len(), document.gold.len());
        self.relation.add(Count { hits: right.count(), found, gold });
        self.content.add(Count { hits: pairs.len(), found, gold });
    }
}

fn token_set(document: &Document, spans: &[Span]) -> Vec<usize> {
    let mut set = Vec::new();
    for span in spans {
        let first = document.tokens.partition_point(|t| t.end <= span.start);
        let last = document.tokens.partition_point(|t| t.start < span.end);
        set.extend(first..last.max(first));
    }
    set.sort_unstable();
    set.dedup();
    set
}

fn pair(document: &Document, found: &[Quote]) -> Vec<(usize, usize)> {
    let sets: Vec<Vec<usize>> = document.gold.iter().map(|g: &Gold| token_set(document, &g.content)).collect();
    let mut owners = vec![Vec::new(); document.tokens.len()];
    for (g, set) in sets.iter().enumerate() {
        for &token in set {
            if let Some(list) = owners.get_mut(token) {
                list.push(g);
            }
        }
    }
    let mut ranked = Vec::new();
    for (f, quote) in found.iter().enumerate() {
        let own = token_set(document, &quote.content);
        let mut shared = std::collections::BTreeMap::new();
        for &token in &own {
            for &g in owners.get(token).into_iter().flatten() {
                *shared.entry(g).or_insert(0usize) += 1;
            }
        }
        for (g, count) in shared {
            let dice = 2.0 * count as f64 / (own.len() + sets.get(g).map_or(0, Vec::len)) as f64;
            if dice >= 0.5 {
                ranked.push((dice, g, f));
            }
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut used_gold, mut used_found) = (vec![false; sets.len()], vec![false; found.len()]);
    let mut pairs = Vec::new();
    for (_, g, f) in ranked {
        if let (Some(gold), Some(own)) = (used_gold.get_mut(g), used_found.get_mut(f))
            && !*gold
            && !*own
        {
            (*gold, *own) = (true, true);
            pairs.push((g, f));
        }
    }
    pairs
}
