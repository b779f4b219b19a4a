//! A gold document and its prediction, made comparable: spans normalised, tokens looked up, kinds read.

use std::collections::BTreeSet;

use super::characters::{is_space, plain, tokens};
use super::kinds::{kind_of, quoted};
use super::{Aliases, KINDS};
use crate::gold::{self, QuoteDocument};

/// A set of spans, or of token numbers.
pub(super) type SpanSet = BTreeSet<[u32; 2]>;
pub(super) type TokenSet = BTreeSet<u32>;

/// Gold or found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Gold,
    Found,
}

/// An attribution with normalised spans and its tokens, by role.
#[derive(Debug)]
pub(super) struct Attribution<'t> {
    pub spans: [Vec<[u32; 2]>; 3],
    pub tokens: [TokenSet; 3],
    pub kind: &'static str,
    pub act: Option<&'t str>,
    pub speaker: Option<&'t str>,
    pub score: Option<f64>,
}

impl Attribution<'_> {
    /// Returns true if both attributions have the same source: they share a token, or neither has any.
    pub fn has_source_of(&self, found: &Attribution<'_>) -> bool {
        if self.spans[0].is_empty() { found.spans[0].is_empty() } else { !self.tokens[0].is_disjoint(&found.tokens[0]) }
    }
}

/// Both sides of a document.
pub(super) struct View<'t> {
    text: Vec<char>,
    token_starts: Vec<u32>,
    token_ends: Vec<u32>,
    aliases: Aliases,
    pub gold: Vec<Attribution<'t>>,
    pub found: Vec<Attribution<'t>>,
}

impl<'t> View<'t> {
    pub fn new(document: &'t QuoteDocument, found: &'t [gold::Attribution]) -> Result<Self, String> {
        let text: Vec<char> = document.text.chars().collect();
        let tokens = if document.tokens.is_empty() { tokens(&text) } else { document.tokens.clone() };
        let names = |character: &gold::Character| {
            let names = std::iter::once(&character.name).chain(&character.aliases);
            (plain(&character.name), names.map(|name| plain(name)).collect())
        };
        let mut view = View {
            token_starts: tokens.iter().map(|token| token[0]).collect(),
            token_ends: tokens.iter().map(|token| token[1]).collect(),
            aliases: document.characters.iter().map(names).collect(),
            gold: Vec::new(),
            found: Vec::new(),
            text,
        };
        let quoted = quoted(&view.text);
        view.gold = document.attributions.iter().map(|raw| view.attribution(raw, &quoted, true)).collect();
        for raw in found {
            raw.check("prediction", view.text.len())?;
            let attribution = view.attribution(raw, &quoted, false);
            // A source alone says nothing of anything.
            if !attribution.spans[1].is_empty() || !attribution.spans[2].is_empty() || !document.linked {
                view.found.push(attribution);
            }
        }
        Ok(view)
    }

    fn attribution(&self, raw: &'t gold::Attribution, quoted: &[bool], is_gold: bool) -> Attribution<'t> {
        let spans = raw.roles().map(|(_, spans)| self.normalise(spans));
        let tokens = [0, 1, 2].map(|role: usize| spans.get(role).map(|spans| self.tokens(spans)).unwrap_or_default());
        let given = raw.kind.as_deref().filter(|_| is_gold);
        let given = KINDS.into_iter().find(|kind| Some(*kind) == given);
        let kind = given.unwrap_or_else(|| kind_of(&self.text, &spans[2], quoted));
        let (act, speaker) = (raw.act.as_deref(), raw.speaker.as_deref());
        Attribution { spans, tokens, kind, act, speaker, score: raw.score }
    }

    /// Spans trimmed of white space and sorted; those that overlap, touch or have only white space between them
    /// are one.
    fn normalise(&self, spans: &[[u32; 2]]) -> Vec<[u32; 2]> {
        let trimmed = spans.iter().map(|span| self.trim(*span, is_space));
        let mut kept: Vec<[u32; 2]> = trimmed.filter(|[start, end]| start < end).collect();
        kept.sort_unstable();
        let mut joined: Vec<[u32; 2]> = Vec::with_capacity(kept.len());
        for [start, end] in kept {
            match joined.last_mut() {
                Some(last) if start <= last[1] || self.chars([last[1], start]).iter().all(|c| is_space(*c)) => {
                    last[1] = last[1].max(end);
                }
                _ => joined.push([start, end]),
            }
        }
        joined
    }

    fn trim(&self, [start, end]: [u32; 2], is_edge: impl Fn(char) -> bool) -> [u32; 2] {
        let chars = self.chars([start, end]);
        let leading = chars.iter().take_while(|c| is_edge(**c)).count();
        let trailing = chars.iter().skip(leading).rev().take_while(|c| is_edge(**c)).count();
        [start + leading as u32, end - trailing as u32]
    }

    fn chars(&self, [start, end]: [u32; 2]) -> &[char] {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The text of a span.
    pub fn slice(&self, span: [u32; 2]) -> String {
        self.chars(span).iter().collect()
    }

    /// All spans of a role on one side.
    pub fn spans(&self, side: Side, role: usize) -> SpanSet {
        let attributions = match side {
            Side::Gold => &self.gold,
            Side::Found => &self.found,
        };
        attributions.iter().filter_map(|attribution| attribution.spans.get(role)).flatten().copied().collect()
    }

    /// Returns spans without characters other than letters and digits at their ends.
    pub fn stripped(&self, spans: &SpanSet) -> SpanSet {
        spans.iter().map(|span| self.trim(*span, |c| !c.is_alphanumeric())).collect()
    }

    /// The tokens that share a character with one of the spans.
    pub fn tokens<'s>(&self, spans: impl IntoIterator<Item = &'s [u32; 2]>) -> TokenSet {
        spans.into_iter().flat_map(|span| self.token_range(*span)).collect()
    }

    fn token_range(&self, [start, end]: [u32; 2]) -> std::ops::Range<u32> {
        let first = self.token_ends.partition_point(|token_end| *token_end <= start);
        let last = self.token_starts.partition_point(|token_start| *token_start < end);
        first as u32..last.max(first) as u32
    }

    /// The sum over spans of the share of their tokens that `pool` has.
    pub fn covered(&self, spans: &SpanSet, pool: &TokenSet) -> f64 {
        let share = |span: &[u32; 2]| {
            let range = self.token_range(*span);
            let length = range.len();
            let inside = range.filter(|token| pool.contains(token)).count();
            if length == 0 { 0.0 } else { inside as f64 / length as f64 }
        };
        spans.iter().map(share).sum()
    }

    /// The plain names that count as a speaker's.
    pub fn names_of(&self, speaker: &str) -> Vec<String> {
        let name = plain(speaker);
        self.aliases.get(&name).cloned().unwrap_or_else(|| vec![name])
    }
}
