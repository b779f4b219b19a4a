//! Tables that stay small whatever comes, and are the same whatever the order in which it comes.

use std::collections::BTreeMap;

use super::fold::mix;

/// The entries with the smallest hashes: a sample of all keys. An entry that is kept has been there since its first sight,
/// so its counts are exact (bottom-k; Cohen and Kaplan 2007).
#[derive(Clone, Debug)]
pub(super) struct BottomK<V> {
    entries: BTreeMap<u64, V>,
    most: usize,
}

impl<V: Default> BottomK<V> {
    /// Keeps at most so many entries.
    pub fn new(most: usize) -> Self {
        BottomK { entries: BTreeMap::new(), most }
    }

    /// Returns the entry of a hash, unless the table has no place for it.
    pub fn entry(&mut self, hash: u64) -> Option<&mut V> {
        // A hash of a hash, so that no key chooses its place.
        let place = mix(hash ^ 0x5bd1_e995);
        if self.entries.len() >= self.most && !self.entries.contains_key(&place) {
            match self.entries.last_key_value() {
                Some((last, _)) if place < *last => {
                    self.entries.pop_last();
                }
                _ => return None,
            }
        }
        Some(self.entries.entry(place).or_default())
    }

    /// Returns the entry of a hash if it is kept.
    pub fn get(&self, hash: u64) -> Option<&V> {
        self.entries.get(&mix(hash ^ 0x5bd1_e995))
    }

    /// Returns all values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values()
    }

    /// Leaves only the values of which this is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.entries.retain(|_, value| keep(value));
    }
}

/// Names with counts, of a few of them.
pub(super) type Names = BottomK<(String, u32)>;

impl Names {
    /// Counts a name.
    pub fn count(&mut self, name: &str) {
        if let Some((own, count)) = self.entry(super::fold::hash(name)) {
            if own.is_empty() {
                name.clone_into(own);
            }
            *count = count.saturating_add(1);
        }
    }

    /// Returns the name with most counts, and the sum of all; of equals, the first by the alphabet.
    pub fn best(&self) -> Option<(&str, u32, u32)> {
        let all = self.values().fold(0u32, |all, (_, count)| all.saturating_add(*count));
        let best = self.values().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        best.map(|(name, count)| (name.as_str(), *count, all))
    }
}

impl Default for Names {
    fn default() -> Self {
        BottomK::new(16)
    }
}

/// How often each key came, or a little more (count-min sketch of one row; Cormode and Muthukrishnan 2005).
#[derive(Clone, Debug)]
pub(super) struct Frequencies(Vec<u32>);

impl Frequencies {
    /// The cells, a power of two.
    const CELLS: usize = 1 << 21;

    /// Returns counts of nothing.
    pub fn new() -> Self {
        Frequencies(vec![0; Frequencies::CELLS])
    }

    fn cell(hash: u64) -> usize {
        (mix(hash ^ 0x9e37_79b9) as usize) & (Frequencies::CELLS - 1)
    }

    /// Counts a key.
    pub fn count(&mut self, hash: u64) {
        if let Some(count) = self.0.get_mut(Frequencies::cell(hash)) {
            *count = count.saturating_add(1);
        }
    }

    /// Returns the count of a key.
    pub fn of(&self, hash: u64) -> u32 {
        self.0.get(Frequencies::cell(hash)).copied().unwrap_or(0)
    }
}

/// Counts of the keys that come most, at most so many (Space-Saving; Metwally et al. 2005).
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Vec<(u64, u32)>);

impl Counter {
    /// Counts a key. A new one takes the place of a key with one count, or finds none.
    pub fn count(&mut self, key: u64, most: usize) {
        if let Some((_, count)) = self.0.iter_mut().find(|(own, _)| *own == key) {
            *count = count.saturating_add(1);
        } else if self.0.len() < most {
            self.0.push((key, 1));
        } else if let Some(least) = self.0.iter_mut().min_by_key(|(_, count)| *count) {
            *least = (key, least.1.saturating_add(1));
        }
    }

    /// Returns true for a key that is counted.
    pub fn has(&self, key: u64) -> bool {
        self.0.iter().any(|(own, _)| *own == key)
    }

    /// Returns true if nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_do_not_depend_on_order() {
        let names: Vec<String> = (0..200).map(|n| format!("name {}", n % 60)).collect();
        let count = |names: &mut dyn Iterator<Item = &String>| {
            let mut table = Names::new(20);
            names.for_each(|name| table.count(name));
            let mut kept: Vec<(String, u32)> = table.values().cloned().collect();
            kept.sort();
            kept
        };
        let forward = count(&mut names.iter());
        assert_eq!(forward, count(&mut names.iter().rev()));
        assert_eq!(forward.len(), 20);
        assert!(forward.iter().all(|(_, count)| (3..=4).contains(count)), "{forward:?}");
    }

    #[test]
    fn counters_keep_what_comes_often() {
        let mut counter = Counter::default();
        for n in 0..1000 {
            counter.count(7, 8);
            counter.count(n, 8);
        }
        assert!(counter.has(7) && counter.0.len() == 8);
    }
}
