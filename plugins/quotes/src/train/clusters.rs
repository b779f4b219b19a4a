//! Distributional clusters: words with the same neighbours, by spherical k-means over randomly projected neighbour
//! counts. They let a rare cue ("griped") profit from a frequent one.

use std::collections::HashMap;

use copydesk_model::hash::{combine, hash_bytes};

use crate::words::Folded;

/// How to cluster.
#[derive(Clone, Copy, Debug)]
pub struct ClusterOptions {
    /// Number of clusters.
    pub clusters: usize,
    /// Words seen less often have none.
    pub min_count: u32,
    /// At most so many words, the most frequent.
    pub words: usize,
    /// Rounds of k-means.
    pub rounds: usize,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        ClusterOptions { clusters: 255, min_count: 10, words: 24_000, rounds: 12 }
    }
}

/// Width of the projected counts.
const WIDTH: usize = 256;
/// Neighbours that count: the most frequent words.
const NEIGHBOURS: usize = 1_200;

/// Clusters the words of `texts` (each a list of tokens); numbered from one.
#[must_use]
pub fn cluster<'t, T>(texts: impl Fn() -> T, options: &ClusterOptions) -> Vec<(String, u32)>
where
    T: Iterator<Item = Vec<&'t str>>,
{
    let fold = |token: &str| -> Vec<u8> { Folded::new(token.as_bytes()).bytes().to_vec() };
    let mut counts: HashMap<Vec<u8>, u32> = HashMap::new();
    for text in texts() {
        for token in text {
            *counts.entry(fold(token)).or_default() += 1;
        }
    }
    let mut ranked: Vec<(Vec<u8>, u32)> = counts.into_iter().filter(|(_, n)| *n >= options.min_count).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(options.words);
    let ids: HashMap<&[u8], usize> = ranked.iter().enumerate().map(|(i, (w, _))| (w.as_slice(), i)).collect();
    // Neighbour counts, one sparse row a word.
    let mut rows: Vec<HashMap<u32, u32>> = vec![HashMap::new(); ranked.len()];
    let mut totals: HashMap<u32, u64> = HashMap::new();
    for text in texts() {
        let known: Vec<Option<usize>> = text.iter().map(|t| ids.get(fold(t).as_slice()).copied()).collect();
        for (i, id) in known.iter().enumerate() {
            let Some(row) = id.and_then(|id| rows.get_mut(id)) else { continue };
            for (side, offset) in [-2isize, -1, 1, 2].iter().enumerate() {
                let near = i.checked_add_signed(*offset).and_then(|j| known.get(j)).copied().flatten();
                let near = near.filter(|&n| n < NEIGHBOURS).map_or(NEIGHBOURS, |n| n);
                let key = (side * (NEIGHBOURS + 1) + near) as u32;
                *row.entry(key).or_default() += 1;
                *totals.entry(key).or_default() += 1;
            }
        }
    }
    let all: f64 = totals.values().map(|&n| n as f64).sum::<f64>().max(1.0);
    let vectors: Vec<Vec<f32>> = rows.iter().map(|row| project(row, &totals, all)).collect();
    let assigned = k_means(&vectors, options);
    ranked
        .into_iter()
        .zip(assigned)
        .map(|((word, _), cluster)| (String::from_utf8_lossy(&word).into_owned(), cluster as u32 + 1))
        .collect()
}

/// Positive pointwise mutual information with each neighbour, through random signs, of unit length.
fn project(row: &HashMap<u32, u32>, totals: &HashMap<u32, u64>, all: f64) -> Vec<f32> {
    let own: f64 = row.values().map(|&n| f64::from(n)).sum::<f64>().max(1.0);
    let mut vector = vec![0f32; WIDTH];
    let mut keys: Vec<(&u32, &u32)> = row.iter().collect();
    keys.sort();
    for (&key, &count) in keys {
        let total = totals.get(&key).map_or(1.0, |&n| n as f64);
        // One chance meeting says little.
        let trust = f64::from(count) / (f64::from(count) + 2.0);
        let weight = (trust * (f64::from(count) * all / (own * total)).ln().max(0.0)) as f32;
        // 24 of the 256 places get a random sign.
        let mut state = hash_bytes(&key.to_le_bytes());
        for _ in 0..24 {
            state = combine(state, 7);
            let place = (state >> 33) as usize % WIDTH;
            if let Some(slot) = vector.get_mut(place) {
                *slot += if state & 1 == 0 { weight } else { -weight };
            }
        }
    }
    unit(&mut vector);
    vector
}

fn unit(vector: &mut [f32]) {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-9);
    vector.iter_mut().for_each(|v| *v /= norm);
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, _) = a.as_chunks::<16>();
    let (b, _) = b.as_chunks::<16>();
    let mut sums = [0f32; 16];
    for (a, b) in a.iter().zip(b) {
        for j in 0..16 {
            sums[j] += a[j] * b[j];
        }
    }
    sums.iter().sum()
}

/// The first words, which are the most frequent, are the first centres.
fn k_means(vectors: &[Vec<f32>], options: &ClusterOptions) -> Vec<usize> {
    let mut centres: Vec<Vec<f32>> = vectors.iter().skip(60).step_by(9).take(options.clusters).cloned().collect();
    let mut assigned = vec![0usize; vectors.len()];
    for _ in 0..options.rounds {
        for (vector, slot) in vectors.iter().zip(&mut assigned) {
            let mut best = f32::NEG_INFINITY;
            for (c, centre) in centres.iter().enumerate() {
                let similarity = dot(vector, centre);
                if similarity > best {
                    (best, *slot) = (similarity, c);
                }
            }
        }
        for centre in &mut centres {
            centre.fill(0.0);
        }
        for (vector, &c) in vectors.iter().zip(&assigned) {
            if let Some(centre) = centres.get_mut(c) {
                centre.iter_mut().zip(vector).for_each(|(a, b)| *a += b);
            }
        }
        centres.iter_mut().for_each(|c| unit(c));
    }
    assigned
}
