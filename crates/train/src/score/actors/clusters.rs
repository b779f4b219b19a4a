//! Similarity of two partitions of mentions: MUC (Vilain et al. 1995), B-cubed (Bagga and Baldwin 1998) and CEAF of
//! entities (Luo 2005). Each side has its own mentions, as in the reference implementation of the CoNLL scorer (Pradhan
//! et al. 2014).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::gold::Spans;

/// Numerators and denominators of recall and precision.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shares {
    pub right_of_gold: f64,
    pub gold: f64,
    pub right_of_found: f64,
    pub found: f64,
}

impl Shares {
    pub fn add(&mut self, other: Shares) {
        self.right_of_gold += other.right_of_gold;
        self.gold += other.gold;
        self.right_of_found += other.right_of_found;
        self.found += other.found;
    }

    /// Precision, recall and F1 as shares; 0 of nothing.
    pub fn figures(self) -> [f64; 3] {
        let share = |right: f64, all: f64| if all > 0.0 { right / all } else { 0.0 };
        let (p, r) = (share(self.right_of_found, self.found), share(self.right_of_gold, self.gold));
        [p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }]
    }
}

/// A partition: the cluster of each mention.
pub(super) struct Partition {
    of: HashMap<[u32; 2], usize>,
    sizes: Vec<usize>,
}

impl Partition {
    /// If a mention is in two clusters, the first counts.
    pub fn new(clusters: &[Spans]) -> Self {
        let mut of = HashMap::new();
        let mut sizes = vec![0; clusters.len()];
        for (number, cluster) in clusters.iter().enumerate() {
            for mention in cluster {
                of.entry(*mention).or_insert_with(|| {
                    sizes.get_mut(number).into_iter().for_each(|size| *size += 1);
                    number
                });
            }
        }
        Partition { of, sizes }
    }

    pub fn len(&self) -> usize {
        self.of.len()
    }

    pub fn cluster_of(&self, mention: [u32; 2]) -> Option<usize> {
        self.of.get(&mention).copied()
    }

    fn size(&self, cluster: usize) -> usize {
        self.sizes.get(cluster).copied().unwrap_or(0)
    }

    /// How many mentions each pair of clusters shares.
    fn shared(&self, other: &Partition) -> BTreeMap<(usize, usize), usize> {
        let mut shared = BTreeMap::new();
        for (mention, own) in &self.of {
            if let Some(theirs) = other.cluster_of(*mention) {
                *shared.entry((*own, theirs)).or_default() += 1;
            }
        }
        shared
    }
}

/// Mentions with the same ends.
pub(super) fn mentions(gold: &Partition, found: &Partition) -> Shares {
    let right = gold.of.keys().filter(|mention| found.of.contains_key(*mention)).count() as f64;
    Shares { right_of_gold: right, gold: gold.len() as f64, right_of_found: right, found: found.len() as f64 }
}

/// Links that are needed to hold each cluster together, less those that the other side lacks.
pub(super) fn muc(gold: &Partition, found: &Partition) -> Shares {
    let side = |own: &Partition, other: &Partition| {
        let mut parts: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); own.sizes.len()];
        let mut alone = vec![0usize; own.sizes.len()];
        for (mention, cluster) in &own.of {
            match other.cluster_of(*mention) {
                Some(theirs) => parts.get_mut(*cluster).into_iter().for_each(|parts| _ = parts.insert(theirs)),
                None => alone.get_mut(*cluster).into_iter().for_each(|alone| *alone += 1),
            }
        }
        let (mut right, mut all) = (0, 0);
        for ((size, parts), alone) in own.sizes.iter().zip(&parts).zip(&alone).filter(|((size, _), _)| **size > 0) {
            right += size - (parts.len() + alone);
            all += size - 1;
        }
        (right as f64, all as f64)
    };
    let ((right_of_gold, all_gold), (right_of_found, all_found)) = (side(gold, found), side(found, gold));
    Shares { right_of_gold, gold: all_gold, right_of_found, found: all_found }
}

/// Returns, for each mention, the share of its cluster that is also in its cluster on the other side.
pub(super) fn b_cubed(gold: &Partition, found: &Partition) -> Shares {
    let mut shares = Shares { gold: gold.len() as f64, found: found.len() as f64, ..Shares::default() };
    for ((g, f), count) in gold.shared(found) {
        let square = (count * count) as f64;
        shares.right_of_gold += square / gold.size(g) as f64;
        shares.right_of_found += square / found.size(f) as f64;
    }
    shares
}

/// The best one-to-one pairing of clusters, by the Dice coefficient of their mentions.
pub(super) fn ceaf_e(gold: &Partition, found: &Partition) -> Shares {
    let similar =
        |((g, f), count): ((usize, usize), usize)| ((g, f), (2 * count) as f64 / (gold.size(g) + found.size(f)) as f64);
    let pairs: BTreeMap<(usize, usize), f64> = gold.shared(found).into_iter().map(similar).collect();
    let total: f64 = components(&pairs).iter().map(assignment).sum();
    let clusters = |side: &Partition| side.sizes.iter().filter(|size| **size > 0).count() as f64;
    Shares { right_of_gold: total, gold: clusters(gold), right_of_found: total, found: clusters(found) }
}

/// A table of similarities, rows gold.
type Matrix = Vec<Vec<f64>>;

/// Clusters that share no mention cannot be paired with gain: each connected part is a problem by itself.
fn components(pairs: &BTreeMap<(usize, usize), f64>) -> Vec<Matrix> {
    let mut by_gold: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (g, f) in pairs.keys() {
        by_gold.entry(*g).or_default().push(*f);
        by_found.entry(*f).or_default().push(*g);
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for start in by_gold.keys() {
        if !seen.insert(*start) {
            continue;
        }
        let (mut rows, mut columns, mut open) = (vec![*start], BTreeSet::new(), vec![*start]);
        while let Some(g) = open.pop() {
            for f in by_gold.get(&g).into_iter().flatten() {
                if columns.insert(*f) {
                    for other in by_found.get(f).into_iter().flatten().filter(|other| seen.insert(**other)) {
                        rows.push(*other);
                        open.push(*other);
                    }
                }
            }
        }
        let value = |g: &usize, f: &usize| pairs.get(&(*g, *f)).copied().unwrap_or(0.0);
        out.push(rows.iter().map(|g| columns.iter().map(|f| value(g, f)).collect()).collect());
    }
    out
}

/// The greatest sum of a one-to-one pairing: the Hungarian method with potentials (Kuhn 1955; Munkres 1957).
fn assignment(table: &Matrix) -> f64 {
    let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
    let size = rows.max(columns);
    let cost = |row: usize, column: usize| -> f64 {
        // Rows and columns count from 1; what the table lacks pairs with nothing.
        -table.get(row - 1).and_then(|row| row.get(column - 1)).copied().unwrap_or(0.0)
    };
    let (mut of_row, mut of_column) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    let mut row_of = vec![0usize; size + 1];
    let get = |values: &[f64], at: usize| values.get(at).copied().unwrap_or(0.0);
    for row in 1..=size {
        let (mut least, mut done) = (vec![f64::INFINITY; size + 1], vec![false; size + 1]);
        let mut way = vec![0usize; size + 1];
        let mut column = 0;
        row_of.first_mut().into_iter().for_each(|slot| *slot = row);
        loop {
            done.get_mut(column).into_iter().for_each(|done| *done = true);
            let current = row_of.get(column).copied().unwrap_or(0);
            let (mut step, mut next) = (f64::INFINITY, 0);
            for other in 1..=size {
                if done.get(other) == Some(&true) {
                    continue;
                }
                let slack = cost(current, other) - get(&of_row, current) - get(&of_column, other);
                if let (Some(least), Some(way)) = (least.get_mut(other), way.get_mut(other)) {
                    if slack < *least {
                        (*least, *way) = (slack, column);
                    }
                    if *least < step {
                        (step, next) = (*least, other);
                    }
                }
            }
            for other in 0..=size {
                if done.get(other) == Some(&true) {
                    let row = row_of.get(other).copied().unwrap_or(0);
                    of_row.get_mut(row).into_iter().for_each(|value| *value += step);
                    of_column.get_mut(other).into_iter().for_each(|value| *value -= step);
                } else {
                    least.get_mut(other).into_iter().for_each(|value| *value -= step);
                }
            }
            column = next;
            if row_of.get(column).copied().unwrap_or(0) == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way.get(column).copied().unwrap_or(0);
            let moved = row_of.get(before).copied().unwrap_or(0);
            row_of.get_mut(column).into_iter().for_each(|slot| *slot = moved);
            column = before;
        }
    }
    (1..=size).filter_map(|column| row_of.get(column).map(|row| -cost(*row, column))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(clusters: &[&[u32]]) -> Partition {
        let spans: Vec<Spans> = clusters.iter().map(|c| c.iter().map(|m| [*m, *m + 1]).collect()).collect();
        Partition::new(&spans)
    }

    fn round(shares: Shares) -> [f64; 3] {
        shares.figures().map(|share| (share * 1e4).round() / 1e4)
    }

    /// The figures of Bagga and Baldwin (1998), table 1. Gold is {1..5} {6 7} {8 9 A B C}. The first answer joins the
    /// last two clusters, the second answer the first and the last.
    #[test]
    fn the_example_of_bagga_and_baldwin() {
        let gold = partition(&[&[1, 2, 3, 4, 5], &[6, 7], &[8, 9, 10, 11, 12]]);
        let first = partition(&[&[1, 2, 3, 4, 5], &[6, 7, 8, 9, 10, 11, 12]]);
        let second = partition(&[&[1, 2, 3, 4, 5, 8, 9, 10, 11, 12], &[6, 7]]);
        // MUC gives both 90 per cent precision; B-cubed 76 and 58.
        assert_eq!(round(muc(&gold, &first)), [0.9, 1.0, 0.9474]);
        assert_eq!(round(muc(&gold, &second)), [0.9, 1.0, 0.9474]);
        assert_eq!(round(b_cubed(&gold, &first)), [0.7619, 1.0, 0.8649]);
        assert_eq!(round(b_cubed(&gold, &second)), [0.5833, 1.0, 0.7368]);
    }

    /// The example of Pradhan et al. (2014), section 5. Gold is {a b c} {d e f g}, found is {a b} {c d} {f g h i}. The
    /// figures are MUC 0.40, B-cubed R 0.42 and P 0.50, CEAF-e R 0.65 and P 0.43.
    #[test]
    fn the_example_of_the_reference_implementation() {
        let gold = partition(&[&[1, 2, 3], &[4, 5, 6, 7]]);
        let found = partition(&[&[1, 2], &[3, 4], &[6, 7, 8, 9]]);
        assert_eq!(round(muc(&gold, &found)), [0.4, 0.4, 0.4]);
        assert_eq!(round(b_cubed(&gold, &found)), [0.5, 0.4167, 0.4545]);
        assert_eq!(round(ceaf_e(&gold, &found)), [0.4333, 0.65, 0.52]);
        assert_eq!(mentions(&gold, &found).figures().map(|share| (share * 8.0 * 7.0).round()), [42.0, 48.0, 45.0]);
    }

    #[test]
    fn pairings_are_the_best_ones() {
        // The greedy pairing would take 0.9 and be left with 0.
        let table = vec![vec![0.9, 0.8], vec![0.7, 0.0]];
        assert!((assignment(&table) - 1.5).abs() < 1e-12);
        assert!((assignment(&vec![vec![0.2, 0.5, 0.4]]) - 0.5).abs() < 1e-12);
        assert!((assignment(&vec![vec![0.2], vec![0.6]]) - 0.6).abs() < 1e-12);
        assert_eq!(assignment(&Vec::new()), 0.0);
    }

    #[test]
    fn equal_and_empty_partitions() {
        let gold = partition(&[&[1, 2], &[3]]);
        for score in [muc, b_cubed, ceaf_e, mentions] {
            assert_eq!(round(score(&gold, &gold)), [1.0; 3]);
            assert_eq!(round(score(&gold, &partition(&[]))), [0.0; 3]);
        }
        assert_eq!(round(muc(&partition(&[&[1]]), &partition(&[&[1]]))), [0.0; 3], "a link takes two");
    }
}
