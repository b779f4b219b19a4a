//! Features of the first pass: each token of a sentence is tagged as part of a source, a cue, a content,
//! or nothing.

use copydesk_model::hash::{combine, feature, hash_bytes};

use crate::words::{INSIDE, OPENING, OUTSIDE, Word};

/// The tags of both passes, in the order of their numbers.
pub const TAGS: [&str; 7] = ["O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content"];
/// Number of the tag for nothing.
pub const O: u16 = 0;
/// Number of the tag that begins a source; the next one goes on with it. So for the two below.
pub const SOURCE: u16 = 1;
/// See [`SOURCE`].
pub const CUE: u16 = 3;
/// See [`SOURCE`].
pub const CONTENT: u16 = 5;

/// Sentences are tagged in pieces of at most so many tokens: a text without full stops costs no more memory.
pub const LONGEST: usize = 256;

/// Before the first token and after the last.
const EDGE: u64 = hash_bytes(b"<edge>");

/// The place of a sentence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// It is the first of its block.
    pub first: bool,
    /// It is the last of its block.
    pub last: bool,
    /// Kind of the block, as a small number.
    pub block: u64,
}

/// Collects features: flattened, with an end for each token.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// All tokens' features in a row.
    pub values: Vec<u32>,
    /// The end of each token's features.
    pub ends: Vec<u32>,
}

impl Features {
    /// Forgets all and keeps the memory.
    pub fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, template: u64, value: u64) {
        self.values.push(feature(combine(template, value)));
    }

    /// Ends a token.
    #[inline(always)]
    pub fn close(&mut self) {
        self.ends.push(self.values.len() as u32);
    }
}

/// A distance in classes that grow with it.
#[inline(always)]
#[must_use]
pub fn bucket(distance: usize) -> u64 {
    match distance {
        0..=4 => distance as u64,
        5..=6 => 5,
        7..=9 => 6,
        10..=14 => 7,
        15..=24 => 8,
        25..=49 => 9,
        _ => 10,
    }
}

#[derive(Clone, Copy)]
struct Near {
    distance: u64,
    stem: u64,
    class: u64,
}

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Work {
    before: Vec<u32>,
    after: Vec<u32>,
    /// The last likely source word before each token.
    holders: Vec<u32>,
}

/// Replaces `out` by the features of a sentence (or a piece of it).
pub fn features(words: &[Word], setting: Setting, work: &mut Work, out: &mut Features) {
    out.clear();
    nearest_cues(words, work);
    let strong = words.iter().filter(|w| w.cue >= 2).count().min(3) as u64;
    let marks = words.iter().filter(|w| w.quote == OPENING).count().min(2) as u64;
    let starts_inside = words.first().is_some_and(|w| w.quote == INSIDE);
    let ends_inside = words.last().is_some_and(|w| w.quote == INSIDE || w.quote == OPENING);
    let whole =
        combine(strong * 3 + marks, u64::from(starts_inside) | u64::from(ends_inside) << 1 | setting.block << 4);
    let place = u64::from(setting.first) | u64::from(setting.last) << 1;
    let blank = Word { lower: EDGE, stem: EDGE, suffix: EDGE, shape: EDGE, ..Word::default() };
    let at = |i: usize, offset: isize| i.checked_add_signed(offset).and_then(|i| words.get(i)).unwrap_or(&blank);
    for i in 0..words.len() {
        let (w, p1, p2, p3) = (at(i, 0), at(i, -1), at(i, -2), at(i, -3));
        let (n1, n2, n3) = (at(i, 1), at(i, 2), at(i, 3));
        let q0 = u64::from(w.quote);
        let quotes = u64::from(p1.quote) << 4 | q0 << 2 | u64::from(n1.quote);
        let cue = |w: &Word| u64::from(w.cue) | u64::from(w.reporting) << 2;
        // Words.
        out.add(1, w.lower);
        out.add(2, p1.lower);
        out.add(3, n1.lower);
        out.add(4, p2.lower);
        out.add(5, n2.lower);
        out.add(6, p3.lower);
        out.add(7, n3.lower);
        out.add(8, combine(p1.lower, w.lower));
        out.add(9, combine(w.lower, n1.lower));
        out.add(10, combine(p2.lower, p1.lower));
        out.add(11, combine(n1.lower, n2.lower));
        out.add(12, combine(w.lower, q0));
        // Forms.
        out.add(13, w.stem);
        out.add(14, p1.stem);
        out.add(15, n1.stem);
        out.add(16, w.suffix);
        out.add(17, p1.suffix);
        out.add(18, n1.suffix);
        let shapes = combine(combine(p1.shape, w.shape), n1.shape);
        out.add(19, shapes);
        out.add(20, combine(w.shape, q0));
        out.add(21, combine(n1.shape, n2.shape));
        out.add(22, combine(p2.shape, p1.shape));
        // Quotation marks.
        out.add(23, quotes);
        out.add(24, combine(quotes, combine(u64::from(p2.quote), u64::from(n2.quote))));
        out.add(25, combine(quotes, cue(w)));
        out.add(26, combine(q0, whole));
        // Learned classes.
        let classes = cue(p1) << 6 | cue(w) << 3 | cue(n1);
        out.add(27, classes);
        out.add(28, combine(cue(p2), cue(n2)) ^ cue(w));
        out.add(29, cue(p3) << 3 | cue(n3));
        let sources = u64::from(p1.source) << 4 | u64::from(w.source) << 2 | u64::from(n1.source);
        out.add(30, combine(sources, classes));
        out.add(31, combine(sources, shapes));
        // Cues to both sides.
        let (before, after) = (near(words, &work.before, i), near(words, &work.after, i));
        let from = before.distance << 4 | before.class << 2 | q0;
        let to = after.distance << 4 | after.class << 2 | q0;
        out.add(32, from);
        out.add(33, to);
        out.add(34, combine(from, to));
        out.add(35, combine(before.stem, before.distance));
        out.add(36, combine(after.stem, after.distance));
        out.add(37, combine(before.stem, w.lower));
        out.add(38, combine(after.stem, w.lower));
        // Place.
        let (start, end) = (bucket(i), bucket(words.len() - 1 - i));
        out.add(39, combine(start, place));
        out.add(40, combine(end, q0));
        out.add(41, combine(start, w.shape));
        // Clusters.
        let cluster = |w: &Word| u64::from(w.cluster);
        out.add(42, cluster(w));
        out.add(43, cluster(p1));
        out.add(44, cluster(n1));
        out.add(45, combine(cluster(p1), cluster(w)));
        out.add(46, combine(cluster(w), cluster(n1)));
        out.add(53, cluster(p2));
        out.add(54, cluster(n2));
        out.add(55, combine(cluster(w), quotes));
        out.add(56, combine(cluster(w), n1.lower));
        out.add(57, combine(cluster(w), p1.lower));
        out.add(58, combine(cluster(w), w.suffix));
        out.add(59, combine(combine(cluster(p1), cluster(w)), cluster(n1)));
        // A verb with what follows and who comes before it.
        out.add(47, combine(w.stem, n1.lower));
        out.add(48, combine(w.stem, p1.shape));
        out.add(49, combine(w.stem, n1.shape));
        out.add(50, combine(w.stem, u64::from(n1.quote) << 2 | u64::from(p1.quote)));
        let holder = work.holders.get(i).copied().unwrap_or(u32::MAX);
        let (distance, class) = match words.get(holder as usize) {
            Some(w) => (bucket((holder as usize).abs_diff(i)), u64::from(w.source) << 1 | u64::from(w.capital)),
            None => (15, 0),
        };
        out.add(51, combine(distance << 3 | class, cue(w)));
        out.add(52, combine(distance << 3 | class, w.suffix));
        out.close();
    }
}

/// The nearest likely cue before and after each token, outside quotations first.
fn nearest_cues(words: &[Word], work: &mut Work) {
    let likely = |w: &Word| w.cue >= 2 && w.quote == OUTSIDE || w.cue == 3;
    work.before.clear();
    work.after.clear();
    work.holders.clear();
    let mut holder = u32::MAX;
    for (i, word) in words.iter().enumerate() {
        work.holders.push(holder);
        if word.source >= 2 || word.capital && i > 0 {
            holder = i as u32;
        }
    }
    let mut last = u32::MAX;
    for (i, word) in words.iter().enumerate() {
        work.before.push(last);
        if likely(word) {
            last = i as u32;
        }
    }
    let mut next = u32::MAX;
    for (i, word) in words.iter().enumerate().rev() {
        work.after.push(next);
        if likely(word) {
            next = i as u32;
        }
    }
    work.after.reverse();
}

#[inline(always)]
fn near(words: &[Word], list: &[u32], i: usize) -> Near {
    let at = list.get(i).copied().unwrap_or(u32::MAX) as usize;
    match words.get(at) {
        Some(word) => Near { distance: bucket(at.abs_diff(i)), stem: word.stem, class: u64::from(word.cue & 1) },
        None => Near { distance: 15, stem: EDGE, class: 2 },
    }
}
