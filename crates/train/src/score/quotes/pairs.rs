//! Gold and found attributions paired one to one.

use std::collections::{HashMap, HashSet};

use super::view::{Attribution, View};

/// A gold attribution and its partner among the found ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub gold: usize,
    pub found: usize,
}

impl Pair {
    pub fn of<'a, 't>(self, view: &'a View<'t>) -> Option<(&'a Attribution<'t>, &'a Attribution<'t>)> {
        Some((view.gold.get(self.gold)?, view.found.get(self.found)?))
    }
}

/// Pairs greedily by the Dice coefficient of content tokens, without pairs under `threshold`. Ties go to the pair whose
/// cues share more tokens, then to the earlier gold and then the earlier found attribution.
pub(super) fn pair_up(view: &View<'_>, threshold: f64) -> Vec<Pair> {
    let mut owners: HashMap<u32, Vec<usize>> = HashMap::new();
    for (g, gold) in view.gold.iter().enumerate() {
        for token in &gold.tokens[2] {
            owners.entry(*token).or_default().push(g);
        }
    }
    let mut ranked = Vec::new();
    for (f, found) in view.found.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for g in found.tokens[2].iter().filter_map(|token| owners.get(token)).flatten() {
            *shared.entry(*g).or_default() += 1;
        }
        for (g, count) in shared {
            let Some(gold) = view.gold.get(g) else { continue };
            let dice = (2 * count) as f64 / (gold.tokens[2].len() + found.tokens[2].len()) as f64;
            if dice >= threshold {
                let cues = gold.tokens[1].intersection(&found.tokens[1]).count();
                ranked.push((dice, cues, Pair { gold: g, found: f }));
            }
        }
    }
    ranked.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2.gold, a.2.found).cmp(&(b.2.gold, b.2.found)))
    });
    let (mut used_gold, mut used_found) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for (_, _, pair) in ranked {
        if !used_gold.contains(&pair.gold) && !used_found.contains(&pair.found) {
            used_gold.insert(pair.gold);
            used_found.insert(pair.found);
            pairs.push(pair);
        }
    }
    pairs
}
