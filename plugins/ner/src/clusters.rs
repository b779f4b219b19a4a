//! Word clusters from running text by the exchange algorithm (Kneser and Ney 1993; Martin, Liermann and Ney 1998).
//! Every word moves to the class in which a class bigram model finds the text most likely, until few words move.

use std::collections::HashMap;

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;

use crate::knowledge::pack_clusters;
use crate::words::first_piece;

/// How to cluster.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Words seen less often have no cluster.
    pub min_count: u32,
    /// The most frequent words that get one.
    pub vocabulary: usize,
    /// Numbers of classes: coarse (below 128), middle (below 1,024), fine (below 32,768). Zero leaves one out.
    pub classes: [u32; 3],
    /// Passes over the vocabulary.
    pub passes: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_count: 8, vocabulary: 50_000, classes: [80, 600, 0], passes: 6 }
    }
}

/// Counts words and pairs of neighbouring words.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    ids: HashMap<u64, u32>,
    hashes: Vec<u64>,
    counts: Vec<u32>,
    /// The text: word numbers from one; zero ends a sentence.
    text: Vec<u32>,
}

impl Corpus {
    /// Adds a text with its tokens and the sentence of each. Numbers count as one word.
    pub fn add(&mut self, text: &str, tokens: &[Span], sentences: &[u32]) {
        let mut last = None;
        for (token, sentence) in tokens.iter().zip(sentences) {
            if last != Some(sentence) {
                self.text.push(0);
                last = Some(sentence);
            }
            let mut rest = token.get(text).unwrap_or_default();
            while let Some((piece, tail)) = rest.split_at_checked(first_piece(rest)).filter(|(p, _)| !p.is_empty()) {
                self.add_word(piece);
                rest = tail;
            }
        }
    }

    fn add_word(&mut self, word: &str) {
        let number = word.bytes().any(|b| b.is_ascii_digit());
        let hash = if number { 0 } else { hash_bytes(word.as_bytes()) };
        let next = self.hashes.len() as u32;
        let id = *self.ids.entry(hash).or_insert(next);
        if id == next {
            self.hashes.push(hash);
            self.counts.push(0);
        }
        if let Some(count) = self.counts.get_mut(id as usize) {
            *count += 1;
        }
        self.text.push(id + 1);
    }

    /// The clusters of the frequent words: pairs of a word's hash and its packed numbers. `progress` is told after each
    /// pass how many words moved.
    pub fn cluster(&self, options: &Options, mut progress: impl FnMut(u32, u32, usize)) -> Vec<(u64, u32)> {
        let mut order: Vec<usize> = (0..self.counts.len()).collect();
        let count = |id: usize| self.counts.get(id).copied().unwrap_or(0);
        order.sort_by(|&a, &b| count(b).cmp(&count(a)).then(a.cmp(&b)));
        order.retain(|&id| count(id) >= options.min_count);
        order.truncate(options.vocabulary);
        // Numbers by rank: zero is the end of a sentence, one any rare word.
        let mut ranks = vec![1u32; self.counts.len() + 1];
        if let Some(slot) = ranks.first_mut() {
            *slot = 0;
        }
        for (rank, &id) in order.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(id + 1) {
                *slot = rank as u32 + 2;
            }
        }
        let words: Vec<u32> = self.text.iter().map(|&id| ranks.get(id as usize).copied().unwrap_or(1)).collect();
        let bigrams = Bigrams::count(&words, order.len() + 2);
        let runs: Vec<Vec<u32>> = options
            .classes
            .iter()
            .map(|&classes| {
                if classes < 4 {
                    return Vec::new();
                }
                let mut exchange = Exchange::new(&bigrams, classes as usize);
                for pass in 1..=options.passes {
                    let moved = exchange.pass();
                    progress(classes, pass, moved);
                }
                exchange.class_of
            })
            .collect();
        let class = |run: usize, word: usize| -> u32 {
            runs.get(run).and_then(|classes| classes.get(word)).map_or(0, |class| class + 1)
        };
        let mut out = Vec::with_capacity(order.len());
        for (rank, &id) in order.iter().enumerate() {
            let packed = pack_clusters(class(0, rank + 2), class(1, rank + 2), class(2, rank + 2));
            if let Some(&hash) = self.hashes.get(id).filter(|&&hash| hash != 0) {
                out.push((hash, packed));
            }
        }
        out
    }
}

/// Neighbour counts of each word, as rows of (word, count).
struct Bigrams {
    after: Rows,
    before: Rows,
    counts: Vec<u32>,
}

struct Rows {
    starts: Vec<u32>,
    cells: Vec<(u32, u32)>,
}

impl Rows {
    fn from_sorted(pairs: &[u64], words: usize) -> Self {
        let (mut starts, mut cells) = (Vec::with_capacity(words + 1), Vec::<(u32, u32)>::new());
        let mut before = None;
        for &pair in pairs {
            let row = (pair >> 32) as usize;
            while starts.len() <= row {
                starts.push(cells.len() as u32);
            }
            if before == Some(pair)
                && let Some(cell) = cells.last_mut()
            {
                cell.1 += 1;
            } else {
                cells.push((pair as u32, 1));
            }
            before = Some(pair);
        }
        while starts.len() <= words {
            starts.push(cells.len() as u32);
        }
        Self { starts, cells }
    }

    fn row(&self, word: usize) -> &[(u32, u32)] {
        let at = |i: usize| self.starts.get(i).copied().unwrap_or(0) as usize;
        self.cells.get(at(word)..at(word + 1)).unwrap_or_default()
    }
}

impl Bigrams {
    fn count(text: &[u32], words: usize) -> Self {
        let mut pairs: Vec<u64> = Vec::with_capacity(text.len());
        let mut counts = vec![0u32; words];
        for pair in text.windows(2) {
            if let &[a, b] = pair {
                pairs.push(u64::from(a) << 32 | u64::from(b));
                if let Some(count) = counts.get_mut(a as usize) {
                    *count += 1;
                }
            }
        }
        pairs.sort_unstable();
        let after = Rows::from_sorted(&pairs, words);
        for pair in &mut pairs {
            *pair = pair.rotate_left(32);
        }
        pairs.sort_unstable();
        let before = Rows::from_sorted(&pairs, words);
        Self { after, before, counts }
    }
}

/// The state of one clustering. Words zero and one (sentence end, rare words) keep classes of their own.
struct Exchange<'b> {
    bigrams: &'b Bigrams,
    classes: usize,
    class_of: Vec<u32>,
    /// Counts of pairs of classes, row by row, and the transposed table.
    pairs: Vec<u32>,
    pairs_back: Vec<u32>,
    sizes: Vec<u64>,
    /// `n log n` of small numbers.
    entropy: Vec<f32>,
}

impl<'b> Exchange<'b> {
    fn new(bigrams: &'b Bigrams, classes: usize) -> Self {
        let words = bigrams.counts.len();
        let class_of: Vec<u32> =
            (0..words).map(|w| if w < 2 { w as u32 } else { (2 + (w - 2) % (classes - 2)) as u32 }).collect();
        let mut out = Self {
            bigrams,
            classes,
            class_of,
            pairs: vec![0; classes * classes],
            pairs_back: vec![0; classes * classes],
            sizes: vec![0; classes],
            entropy: (0..1 << 16).map(|n| if n < 2 { 0.0 } else { n as f32 * (n as f32).ln() }).collect(),
        };
        for word in 0..words {
            let own = out.class(word as u32);
            if let (Some(size), Some(&count)) = (out.sizes.get_mut(own), bigrams.counts.get(word)) {
                *size += u64::from(count);
            }
            for &(other, count) in bigrams.after.row(word) {
                out.add_pair(own, out.class(other), count as i32);
            }
        }
        out
    }

    fn class(&self, word: u32) -> usize {
        self.class_of.get(word as usize).copied().unwrap_or(0) as usize
    }

    fn add_pair(&mut self, a: usize, b: usize, count: i32) {
        if let (Some(cell), Some(back)) =
            (self.pairs.get_mut(a * self.classes + b), self.pairs_back.get_mut(b * self.classes + a))
        {
            *cell = cell.wrapping_add_signed(count);
            *back = *cell;
        }
    }

    fn entropy(&self, n: u32) -> f32 {
        self.entropy.get(n as usize).copied().unwrap_or_else(|| n as f32 * (n as f32).ln())
    }

    /// One pass over all words; returns how many moved.
    fn pass(&mut self) -> usize {
        let mut moved = 0;
        let (mut after, mut before) = (Sparse::new(self.classes), Sparse::new(self.classes));
        for word in 2..self.class_of.len() {
            let bigrams = self.bigrams;
            after.clear();
            before.clear();
            let mut with_itself = 0;
            for &(other, count) in bigrams.after.row(word) {
                if other as usize == word {
                    with_itself = count;
                } else {
                    after.add(self.class(other), count);
                }
            }
            for &(other, count) in bigrams.before.row(word) {
                if other as usize != word {
                    before.add(self.class(other), count);
                }
            }
            let own = self.class(word as u32);
            self.shift(word, own, &after, &before, with_itself, false);
            let best = self.best_class(word, &after, &before, with_itself, own);
            self.shift(word, best, &after, &before, with_itself, true);
            if let Some(slot) = self.class_of.get_mut(word) {
                *slot = best as u32;
            }
            moved += usize::from(best != own);
        }
        moved
    }

    /// Takes a word out of a class or puts it in.
    fn shift(&mut self, word: usize, class: usize, after: &Sparse, before: &Sparse, with_itself: u32, into: bool) {
        let sign = if into { 1 } else { -1 };
        for (other, count) in after.iter() {
            self.add_pair(class, other, sign * count as i32);
        }
        for (other, count) in before.iter() {
            self.add_pair(other, class, sign * count as i32);
        }
        self.add_pair(class, class, sign * with_itself as i32);
        if let (Some(size), Some(&count)) = (self.sizes.get_mut(class), self.bigrams.counts.get(word)) {
            *size = if into { *size + u64::from(count) } else { size.saturating_sub(u64::from(count)) };
        }
    }

    /// Returns the class with the largest gain in likelihood from the word, which is in no class now.
    fn best_class(&self, word: usize, after: &Sparse, before: &Sparse, with_itself: u32, own: usize) -> usize {
        let count = f64::from(self.bigrams.counts.get(word).copied().unwrap_or(0));
        let log = |n: f64| if n > 0.0 { n * n.ln() } else { 0.0 };
        let mut best = (f64::NEG_INFINITY, own);
        for class in 2..self.classes {
            let row = self.pairs.get(class * self.classes..(class + 1) * self.classes).unwrap_or_default();
            let back = self.pairs_back.get(class * self.classes..(class + 1) * self.classes).unwrap_or_default();
            let mut gain = 0f64;
            for (cells, neighbours) in [(row, after), (back, before)] {
                for (other, count) in neighbours.iter() {
                    if other != class {
                        let cell = cells.get(other).copied().unwrap_or(0);
                        gain += f64::from(self.entropy(cell + count) - self.entropy(cell));
                    }
                }
            }
            let cell = row.get(class).copied().unwrap_or(0);
            let more = after.get(class) + before.get(class) + with_itself;
            gain += f64::from(self.entropy(cell + more) - self.entropy(cell));
            let size = self.sizes.get(class).copied().unwrap_or(0) as f64;
            gain -= 2.0 * (log(size + count) - log(size));
            if gain > best.0 + 1e-9 {
                best = (gain, class);
            }
        }
        best.1
    }
}

/// Counts by class with a list of those that are not zero.
struct Sparse {
    counts: Vec<u32>,
    used: Vec<u32>,
}

impl Sparse {
    fn new(classes: usize) -> Self {
        Self { counts: vec![0; classes], used: Vec::new() }
    }

    fn clear(&mut self) {
        for &class in &self.used {
            if let Some(count) = self.counts.get_mut(class as usize) {
                *count = 0;
            }
        }
        self.used.clear();
    }

    fn add(&mut self, class: usize, count: u32) {
        if let Some(own) = self.counts.get_mut(class) {
            if *own == 0 {
                self.used.push(class as u32);
            }
            *own += count;
        }
    }

    fn get(&self, class: usize) -> u32 {
        self.counts.get(class).copied().unwrap_or(0)
    }

    fn iter(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.used.iter().map(|&class| (class as usize, self.get(class as usize)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_kind_share_a_cluster() {
        let mut corpus = Corpus::default();
        let (nouns, verbs) = (["dog", "cat", "cow"], ["runs", "sits", "eats"]);
        for i in 0..900 {
            let text = format!("the {} {}", nouns[i % 3], verbs[i / 3 % 3]);
            let mut at = 0;
            let tokens: Vec<Span> = text
                .split(' ')
                .map(|w| {
                    at += w.len() as u32 + 1;
                    Span::new(at - 1 - w.len() as u32, at - 1)
                })
                .collect();
            corpus.add(&text, &tokens, &[0, 0, 0]);
        }
        let options = Options { min_count: 1, classes: [5, 0, 0], ..Options::default() };
        let clusters: HashMap<u64, u32> = corpus.cluster(&options, |_, _, _| {}).into_iter().collect();
        let of = |word: &str| clusters.get(&hash_bytes(word.as_bytes())).copied();
        assert!(of("dog").is_some() && of("dog") == of("cat") && of("cat") == of("cow"));
        assert!(of("runs") == of("sits") && of("runs") != of("dog") && of("the") != of("dog"));
    }
}
