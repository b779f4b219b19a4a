//! Features of the second pass. For one likely cue, they describe the tokens around it, which may be its source, its
//! content or neither. So several attributions in a sentence stay apart without a rule.

use copydesk_model::hash::{combine, hash_bytes, hash_words};
use copydesk_text::lang::ENGLISH;

use crate::tagging::{CONTENT, CUE, Features, SOURCE, bucket};
use crate::words::{CLOSING, OPENING, Word};

/// So many tokens on either side of the cue are looked at.
pub const REACH: usize = 100;

const EDGE: u64 = hash_bytes(b"<edge>");
const COMMA: u64 = hash_bytes(b",");
/// Words that open a clause.
const OPENERS: [u64; ENGLISH.function.openers.len()] = hash_words(ENGLISH.function.openers);
/// Forms of "be".
const BE: [u64; ENGLISH.verbs.be.len()] = hash_words(ENGLISH.verbs.be);
const BY: u64 = hash_bytes(b"by");
/// As a suffix.
const ING: u64 = hash_bytes(b"ing");

/// A likely cue: tokens `start..end` of the window, and the one of them that is surest.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    /// First token.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The surest.
    pub top: usize,
    /// How sure, 0 to 1.
    pub probability: f32,
}

/// The output of the first pass for the window.
#[derive(Clone, Copy)]
pub struct FirstPass<'a> {
    /// Best tag of each token.
    pub tags: &'a [u16],
    /// Rows of `width` probabilities.
    pub marginals: &'a [f32],
    /// Numbers in a row.
    pub width: usize,
}

impl FirstPass<'_> {
    /// Probability that a token has this role ([`SOURCE`], [`CUE`], [`CONTENT`]).
    #[must_use]
    pub fn role(&self, token: usize, role: u16) -> f32 {
        let at = token * self.width + role as usize;
        self.marginals.get(at..at + 2).map_or(0.0, |pair| pair.iter().sum())
    }
}

/// The tokens between a token and the cue.
#[derive(Clone, Copy, Debug, Default)]
struct Path {
    sources: u8,
    cues: u8,
    contents: u8,
    commas: u8,
    marks: u8,
    openers: u8,
}

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Work {
    paths: Vec<Path>,
    bins: Vec<[u8; 3]>,
}

#[inline(always)]
fn bin(probability: f32) -> u8 {
    match probability {
        p if p < 0.02 => 0,
        p if p < 0.1 => 1,
        p if p < 0.3 => 2,
        p if p < 0.6 => 3,
        p if p < 0.9 => 4,
        _ => 5,
    }
}

fn role_of(tag: u16) -> u8 {
    tag.div_ceil(2) as u8
}

/// Replaces `out` by the features of a window.
pub fn features(words: &[Word], first: FirstPass<'_>, anchor: Anchor, work: &mut Work, out: &mut Features) {
    out.clear();
    walk(words, first, anchor, work);
    work.bins.clear();
    work.bins.extend((0..words.len()).map(|i| [SOURCE, CUE, CONTENT].map(|role| bin(first.role(i, role)))));
    let blank = Word { lower: EDGE, stem: EDGE, suffix: EDGE, shape: EDGE, ..Word::default() };
    let at = |i: usize, offset: isize| i.checked_add_signed(offset).and_then(|i| words.get(i)).unwrap_or(&blank);
    let tag = |i: usize, offset: isize| {
        u64::from(i.checked_add_signed(offset).and_then(|i| first.tags.get(i)).copied().unwrap_or(7))
    };
    let top = at(anchor.top, 0);
    let last = at(anchor.end, -1);
    let next = at(anchor.end, 0);
    let before = at(anchor.start, -1);
    let opening = at(anchor.start, 0);
    // "was called", "called by": what stands before a passive is no source.
    let be = |w: &Word| BE.contains(&w.lower);
    let passive = !be(top) && (before_is(words, anchor, be) || be(before));
    let by = next.lower == BY || last.lower == BY;
    let voice = u64::from(passive) | u64::from(by) << 1 | u64::from(top.suffix == ING) << 2;
    let cue_stem = combine(top.stem, u64::from(anchor.end - anchor.start > 1));
    let certainty = u64::from(bin(anchor.probability));
    let sides = sides(words, anchor, work);
    for i in 0..words.len() {
        let (w, p1, n1) = (at(i, 0), at(i, -1), at(i, 1));
        let path = work.paths.get(i).copied().unwrap_or_default();
        let bins = work.bins.get(i).copied().unwrap_or_default();
        let side: u64 = if i < anchor.start {
            0
        } else if i < anchor.end {
            1
        } else {
            2
        };
        let distance = match side {
            0 => bucket(anchor.start - i),
            1 => (i - anchor.start).min(5) as u64,
            _ => bucket(i + 1 - anchor.end),
        };
        let far = distance << 2 | side;
        let q0 = u64::from(w.quote);
        let quotes = u64::from(p1.quote) << 6 | q0 << 4 | u64::from(n1.quote) << 2 | side;
        let t0 = tag(i, 0);
        let tags = tag(i, -1) << 6 | t0 << 3 | tag(i, 1);
        let between =
            u64::from(path.sources.min(2)) | u64::from(path.cues.min(2)) << 2 | u64::from(path.contents.min(2)) << 4;
        let signs =
            u64::from(path.commas.min(2)) | u64::from(path.marks.min(2)) << 2 | u64::from(path.openers.min(2)) << 4;
        let [source, cue, content] = bins.map(u64::from);
        let probabilities = source << 6 | cue << 3 | content;
        // The token itself.
        out.add(101, combine(w.lower, side));
        out.add(102, combine(combine(p1.lower, w.lower), side));
        out.add(103, combine(combine(w.lower, n1.lower), side));
        out.add(104, combine(p1.lower, side));
        out.add(105, combine(n1.lower, side));
        out.add(106, combine(w.suffix, side));
        out.add(107, combine(combine(p1.shape, w.shape), combine(n1.shape, side)));
        out.add(108, quotes);
        out.add(109, combine(quotes, t0));
        // Its place as seen from the cue.
        out.add(110, far);
        out.add(111, combine(far, q0 << 3 | t0));
        out.add(112, combine(far, w.shape));
        out.add(113, combine(cue_stem, far));
        out.add(114, combine(cue_stem, side << 8 | t0 << 4 | q0));
        out.add(115, combine(top.stem, combine(w.lower, side)));
        out.add(116, combine(last.lower, combine(w.lower, far)));
        out.add(117, combine(next.lower, side << 3 | t0));
        out.add(118, combine(before.lower, side << 3 | t0));
        out.add(142, combine(u64::from(w.cluster), far));
        out.add(143, combine(u64::from(top.cluster), combine(far, t0)));
        out.add(144, combine(u64::from(top.cluster), combine(w.lower, side)));
        out.add(145, combine(combine(u64::from(p1.cluster), u64::from(w.cluster)), side));
        out.add(146, combine(voice, side << 3 | t0));
        out.add(147, combine(voice, combine(far, t0)));
        out.add(148, combine(opening.lower, side << 3 | t0));
        out.add(149, combine(opening.lower, combine(top.suffix, side << 3 | t0)));
        // The label of the first pass.
        out.add(119, tags << 2 | side);
        out.add(120, combine(tags, combine(between, side)));
        out.add(121, combine(tags, distance << 2 | side));
        out.add(122, combine(probabilities, side));
        out.add(123, combine(probabilities, between << 2 | side));
        out.add(124, combine(probabilities, certainty << 2 | side));
        let around = work.bins.get(i.wrapping_sub(1)).copied().unwrap_or([7; 3]);
        let after = work.bins.get(i + 1).copied().unwrap_or([7; 3]);
        out.add(125, combine(source << 8 | u64::from(around[0]) << 4 | u64::from(after[0]), side));
        out.add(126, combine(content << 8 | u64::from(around[2]) << 4 | u64::from(after[2]), side));
        out.add(127, combine(cue << 8 | u64::from(around[1]) << 4 | u64::from(after[1]), side << 3 | certainty));
        // The tokens between.
        out.add(128, combine(between, side << 3 | t0));
        out.add(129, combine(signs, side << 3 | t0));
        out.add(130, combine(between, combine(signs, side << 3 | t0)));
        out.add(131, combine(sides, side << 3 | t0));
        out.add(132, combine(sides, combine(tags, between)));
        out.add(133, combine(u64::from(top.quote), q0 << 2 | side));
        if side == 1 {
            out.add(134, combine(certainty, u64::from(top.quote)));
            out.add(135, combine(top.stem, sides));
            out.add(136, combine(combine(top.stem, next.lower), before.lower));
            out.add(137, combine(top.stem, next.stem));
            out.add(138, combine(top.stem, before.stem));
            out.add(139, combine(u64::from(top.cluster), sides));
            out.add(140, combine(u64::from(next.quote), certainty));
            out.add(141, combine(next.lower, certainty));
        }
        out.close();
    }
}

/// Returns true if a word of the cue before its most certain one is such a word.
fn before_is(words: &[Word], anchor: Anchor, is: impl Fn(&Word) -> bool) -> bool {
    words.get(anchor.start..anchor.top).unwrap_or_default().iter().any(is)
}

/// Fills in the facts about the tokens between each token and the cue.
fn walk(words: &[Word], first: FirstPass<'_>, anchor: Anchor, work: &mut Work) {
    work.paths.clear();
    work.paths.resize(words.len(), Path::default());
    let tag = |i: usize| role_of(first.tags.get(i).copied().unwrap_or(0));
    let step = |path: &mut Path, i: usize, nearer: u8| {
        let role = tag(i);
        if role != nearer {
            match role {
                1 => path.sources = path.sources.saturating_add(1),
                2 => path.cues = path.cues.saturating_add(1),
                3 => path.contents = path.contents.saturating_add(1),
                _ => {}
            }
        }
        if let Some(word) = words.get(i) {
            path.commas = path.commas.saturating_add(u8::from(word.lower == COMMA));
            path.marks = path.marks.saturating_add(u8::from(word.quote == OPENING || word.quote == CLOSING));
            path.openers = path.openers.saturating_add(u8::from(OPENERS.contains(&word.lower)));
        }
        role
    };
    let mut path = Path::default();
    let mut nearer = 2;
    for i in (0..anchor.start).rev() {
        if let Some(slot) = work.paths.get_mut(i) {
            *slot = path;
        }
        nearer = step(&mut path, i, nearer);
    }
    let mut path = Path::default();
    let mut nearer = 2;
    for i in anchor.end..words.len() {
        if let Some(slot) = work.paths.get_mut(i) {
            *slot = path;
        }
        nearer = step(&mut path, i, nearer);
    }
}

/// The roles that the first pass finds near the cue on either side, before another cue.
fn sides(words: &[Word], anchor: Anchor, work: &Work) -> u64 {
    let mut seen = 0u64;
    let near = |i: usize| i + 40 >= anchor.start && i < anchor.end + 40;
    for (i, (path, bins)) in work.paths.iter().zip(&work.bins).enumerate() {
        if i >= words.len() || !near(i) || path.cues > 0 || (i >= anchor.start && i < anchor.end) {
            continue;
        }
        let side = u64::from(i >= anchor.end);
        if bins[0] >= 3 {
            seen |= 1 << side;
        }
        if bins[2] >= 3 {
            seen |= 4 << side;
        }
    }
    seen
}
