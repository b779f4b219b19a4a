//! Finds possible stances: holder, target, and the words to judge. Each mention of an actor is a possible stance. Its
//! holder is the speaker of the quote around it, or the article if there is none. A classifier then judges them.

use std::cmp::Reverse;
use std::ops::Range;

/// No actor: the article's own voice.
const NONE: u32 = u32::MAX;

/// The parts of a document that matter here, with rows in the order of their layers. `S` is a span in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Voices<'a, S> {
    /// Sentences.
    pub sentences: &'a [S],
    /// Entities. A given or found name always gets a stance.
    pub entities: &'a [S],
    /// The speaker of each quote, or `u32::MAX`.
    pub speakers: &'a [u32],
    /// Contents of quotes: span and row of the quote.
    pub contents: &'a [(S, u32)],
    /// Mentions and their actors, by their start.
    pub mentions: &'a [(S, u32)],
}

/// A possible stance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The sentence, or the holder's words in it.
    pub evidence: Range<u32>,
    /// The actor who holds it, or `u32::MAX` for the article's own voice.
    pub holder: u32,
    /// Actor it is about.
    pub target: u32,
    /// Row of the mention.
    pub mention: u32,
}

/// Memory that the caller keeps.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    contents: Vec<(Range<u32>, u32)>,
    open: Vec<(Range<u32>, u32)>,
}

/// Replaces `out` by the possible stances, in the order of the mentions. If a speaker uses a pronoun for himself, it
/// gives none. If that pronoun was given or found as an entity, it gives the article's stance toward him.
pub fn held<S: Copy + Into<Range<u32>>>(voices: &Voices<'_, S>, scratch: &mut Scratch, out: &mut Vec<Held>) {
    let Scratch { contents, open } = scratch;
    out.clear();
    contents.clear();
    contents.extend(voices.contents.iter().map(|(span, quote)| ((*span).into(), *quote)));
    contents.sort_unstable_by_key(|(span, quote)| (span.start, Reverse(span.end), *quote));
    open.clear();
    let mut next = 0;
    for (row, (mention, actor)) in voices.mentions.iter().enumerate() {
        let mention: Range<u32> = (*mention).into();
        while let Some(content) = contents.get(next).filter(|(span, _)| span.start <= mention.start) {
            open.push(content.clone());
            next += 1;
        }
        // Spans that ended before this mention hold no later one either: mentions come in order.
        while open.last().is_some_and(|(span, _)| span.end <= mention.start) {
            open.pop();
        }
        let content = open.last().filter(|(span, _)| span.start <= mention.start && mention.end <= span.end);
        let speaker = content.and_then(|(_, quote)| voices.speakers.get(*quote as usize)).copied().unwrap_or(NONE);
        let mut holder = speaker;
        if holder == *actor {
            if voices.entities.binary_search_by_key(&mention.start, |entity| (*entity).into().start).is_err() {
                continue;
            }
            holder = NONE;
        }
        let sentence = voices.sentences.partition_point(|sentence| (*sentence).into().end <= mention.start);
        let sentence: Range<u32> = voices.sentences.get(sentence).map_or(mention.clone(), |own| (*own).into());
        let sentence = sentence.start.min(mention.start)..sentence.end.max(mention.end);
        let evidence = match content {
            Some((span, _)) if holder != NONE => sentence.start.max(span.start)..sentence.end.min(span.end),
            _ => sentence,
        };
        out.push(Held { evidence, holder, target: *actor, mention: row as u32 });
    }
}
