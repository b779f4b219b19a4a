//! The features of a mention: words by side, distance and clause, valence around it with negation, the words between it
//! and the nearest opinion words, quotation, and its own form.
//!
//! No feature holds the target's name. A stance comes from the words of the text, not from the person.

use copydesk_model::hash::{combine, feature, hash_bytes};
use copydesk_sdk::Span;
use copydesk_text::Mark;

use crate::kinds::Kind;
use crate::lexicon::{Lexicon, Valence};

/// Tokens on each side of a mention that are looked at: bounds the work on one endless sentence.
pub const WINDOW: usize = 48;

/// Tokens of one document, prepared once for all its mentions.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Hash of each token, lower case.
    hash: Vec<u64>,
    valence: Vec<Valence>,
    /// Mean valence, reversed by negation.
    weight: Vec<f32>,
    kind: Vec<Kind>,
    clause: Vec<u32>,
    quoted: Vec<bool>,
    lower: Vec<u8>,
}

/// A mention to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// First token.
    pub from: usize,
    /// One past its last token.
    pub to: usize,
    /// First token of its sentence.
    pub sentence_from: usize,
    /// One past the last token of its sentence.
    pub sentence_to: usize,
}

impl Prepared {
    /// Reads the tokens `from..to` of a document.
    pub fn fill(
        &mut self,
        text: &str,
        tokens: &[Span],
        sentence_starts: &dyn Fn(usize) -> bool,
        lexicon: &Lexicon<'_>,
    ) {
        self.hash.clear();
        self.valence.clear();
        self.weight.clear();
        self.kind.clear();
        self.clause.clear();
        self.quoted.clear();
        let (mut clause, mut quoted, mut negated) = (0u32, false, 0u32);
        let mut lower = std::mem::take(&mut self.lower);
        for (at, span) in tokens.iter().enumerate() {
            let word = span.get(text).unwrap_or("");
            lower.clear();
            if word.is_ascii() {
                lower.extend(word.bytes().map(|b| b.to_ascii_lowercase()));
            } else {
                for c in word.chars().flat_map(char::to_lowercase) {
                    // One spelling for curly and straight apostrophes.
                    let c = if c == '’' { '\'' } else { c };
                    lower.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            let hash = hash_bytes(&lower);
            let form = std::str::from_utf8(&lower).unwrap_or("");
            let mut k = Kind::of(word, form, hash);
            let starts = sentence_starts(at);
            if starts {
                clause += 1;
                negated = 0;
                quoted = quoted && word != "“";
            }
            match k {
                Kind::Stop | Kind::Comma | Kind::Break => {
                    clause += 1;
                    negated = 0;
                }
                Kind::Mark => {
                    clause += 1;
                    quoted = match Mark::of(form) {
                        Mark::Open => true,
                        Mark::Close => false,
                        _ => !quoted,
                    };
                }
                _ => {}
            }
            let valence = lexicon.get(hash);
            // A sentence's first word is capitalised whatever it is.
            if starts
                && k == Kind::Capital
                && (valence.0 != 0
                    || tokens.get(at + 1).and_then(|t| t.get(text)).is_some_and(|w| w.starts_with(char::is_lowercase)))
            {
                k = Kind::Word;
            }
            let mut weight = valence.mean();
            if negated > 0 {
                weight *= -0.7;
                negated -= 1;
            }
            if k == Kind::Negator {
                negated = 5;
            }
            self.hash.push(hash);
            self.valence.push(valence);
            self.weight.push(weight);
            self.kind.push(k);
            self.clause.push(clause);
            self.quoted.push(quoted);
        }
        self.lower = lower;
    }

    fn kind(&self, at: usize) -> Kind {
        self.kind.get(at).copied().unwrap_or_default()
    }

    fn word(&self, at: usize) -> u64 {
        // All names and numbers look alike: who else is there says little, that somebody is says something.
        match self.kind(at) {
            Kind::Capital => CAPITAL,
            Kind::Number => NUMBER,
            _ => self.hash.get(at).copied().unwrap_or(0),
        }
    }
}

const CAPITAL: u64 = hash_bytes(b"<capital>");
const NUMBER: u64 = hash_bytes(b"<number>");
const EDGE: u64 = hash_bytes(b"<edge>");

fn bucket(distance: usize) -> u64 {
    match distance {
        0 | 1 => 0,
        2 | 3 => 1,
        4..=6 => 2,
        7..=12 => 3,
        _ => 4,
    }
}

/// A sum of valences as one of nine classes.
fn level(sum: f32) -> u64 {
    match sum {
        s if s < -1.8 => 0,
        s if s < -1.0 => 1,
        s if s < -0.45 => 2,
        s if s < -0.01 => 3,
        s if s <= 0.01 => 4,
        s if s <= 0.45 => 5,
        s if s <= 1.0 => 6,
        s if s <= 1.8 => 7,
        _ => 8,
    }
}

/// Fills `out` with the features of a mention.
pub fn extract(p: &Prepared, target: Target, out: &mut Vec<u32>) {
    out.clear();
    let mut put = |template: u64, value: u64| out.push(feature(combine(template, value)));
    let from = target.sentence_from.max(target.from.saturating_sub(WINDOW)).min(target.from);
    let to = target.sentence_to.min(target.to + WINDOW).max(target.to);
    let inside = |at: usize| at >= target.from && at < target.to;
    let word = |at: Option<usize>| match at {
        Some(at) if at >= from && at < to => {
            if inside(at) {
                TARGET
            } else {
                p.word(at)
            }
        }
        _ => EDGE,
    };
    const TARGET: u64 = hash_bytes(b"<target>");
    let own_clause = p.clause.get(target.from).copied().unwrap_or(0);
    let quoted = p.quoted.get(target.from).copied().unwrap_or(false);

    // Words of the sentence: anywhere, by side and distance, in the target's clause.
    let mut sums = [0.0f32; 6];
    let mut counts = [0u32; 2];
    for at in (from..to).filter(|at| !inside(*at)) {
        let left = at < target.from;
        let distance = if left { target.from - at } else { at + 1 - target.to };
        let w = p.word(at);
        let k = p.kind(at);
        let v = p.valence.get(at).copied().unwrap_or_default();
        let weight = p.weight.get(at).copied().unwrap_or(0.0);
        let same_clause = p.clause.get(at) == Some(&own_clause);
        let side = u64::from(left);
        put(1, w);
        if !matches!(k, Kind::Stop | Kind::Comma) {
            put(2 + side, w);
            if distance <= 6 {
                put(4 + bucket(distance) * 2 + side, w);
            }
        }
        if same_clause && k != Kind::Function {
            put(20 + side, w);
        }
        put(24, combine(word(at.checked_sub(1)), w));
        if v.0 & 0xff != 0 {
            let negated = u64::from(weight * v.mean() < 0.0);
            put(30 + negated, u64::from(v.0 & 0xff));
            put(32 + side, u64::from(v.0 & 0xff) | negated << 10);
            put(34, bucket(distance) | side << 4 | negated << 5 | u64::from(v.mean() > 0.0) << 6);
            put(35, u64::from(same_clause) | side << 4 | negated << 5 | u64::from(v.mean() > 0.0) << 6);
        }
        sums[0] += weight;
        sums[usize::from(left) + 1] += weight;
        if same_clause {
            sums[3] += weight;
        }
        if distance <= 4 {
            sums[4] += weight;
        }
        if p.quoted.get(at) == Some(&quoted) {
            sums[5] += weight;
        }
        counts[0] += u32::from(weight > 0.0);
        counts[1] += u32::from(weight < 0.0);
    }
    for (at, sum) in sums.iter().enumerate() {
        put(40 + at as u64, level(*sum));
    }
    put(50, u64::from(counts[0].min(4)) | u64::from(counts[1].min(4)) << 4);
    put(51, level(sums[1]) | level(sums[2]) << 4);

    // Right around the target.
    let (l1, l2, l3) = (target.from.checked_sub(1), target.from.checked_sub(2), target.from.checked_sub(3));
    let (r1, r2, r3) = (Some(target.to), Some(target.to + 1), Some(target.to + 2));
    put(60, word(l1));
    put(61, word(r1));
    put(62, combine(word(l2), word(l1)));
    put(63, combine(word(r1), word(r2)));
    put(64, combine(word(l1), word(r1)));
    put(65, combine(combine(word(l3), word(l2)), word(l1)));
    put(66, combine(combine(word(r1), word(r2)), word(r3)));

    // The verb the target may be the subject of, and the one it may be the object of.
    if let Some(at) = (target.to..to.min(target.to + 6)).find(|at| p.kind(*at) == Kind::Word) {
        put(70, p.word(at));
        put(71, combine(p.word(at), p.word(at + 1)));
        put(72, u64::from(p.valence.get(at).copied().unwrap_or_default().0 & 0xff));
    }
    if let Some(at) = (from.max(target.from.saturating_sub(5))..target.from).rev().find(|at| p.kind(*at) == Kind::Word)
    {
        put(73, p.word(at));
        put(74, combine(word(at.checked_sub(1)), p.word(at)));
        put(75, u64::from(p.valence.get(at).copied().unwrap_or_default().0 & 0xff));
    }
    // The form of the mention.
    let length = target.to - target.from;
    let first = p.kind(target.from);
    let form = match first {
        Kind::Capital => 1,
        Kind::Function | Kind::Possessive => 2 + (p.hash.get(target.from).copied().unwrap_or(0) << 8),
        _ => 0,
    };
    put(80, form);
    put(81, length.min(4) as u64);
    put(82, u64::from(quoted) | u64::from(p.quoted.get(from).copied().unwrap_or(false)) << 1);
    put(83, u64::from(target.from == target.sentence_from));
    put(84, u64::from(p.hash.get(target.to).is_some_and(|h| *h == POSSESSIVE || *h == POSSESSIVE_CURLY)));
    put(85, bucket(target.sentence_to.saturating_sub(target.sentence_from) / 3));
}

const POSSESSIVE: u64 = hash_bytes(b"'s");
const POSSESSIVE_CURLY: u64 = hash_bytes(b"'");
