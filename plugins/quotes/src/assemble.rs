//! From drafts to quotes. Contents snap to quotation marks, and two attributions never share a word. If a quotation has
//! no cue of its own, it may stay with the speaker before it.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::{Act, BlockKind};

use crate::document::{Input, Prepared};
use crate::layout::behind_bullet;
use crate::passes::Draft;
use crate::repeat::{Passages, block_tokens};
use crate::rules::{hashed, word};
use crate::words::{CLOSING, NOWHERE, OPENING, OUTSIDE};

/// Items of a list that one cue announces.
pub(crate) const LONGEST_LIST: usize = 64;
/// A quotation of so many tokens, marks included, is no title and no scare quote.
const SENTENCE_LIKE: usize = 7;
/// So many drafts on either side in a sentence may hold a draft's cue.
const NEAR: usize = 24;
/// How sure an outer attribution must be to go before an inner one; on held-out training articles anything from
/// 0.3 to 0.8 scored alike.
const OUTER: f32 = 0.8;
/// The most tokens between a cue and a quotation that may be its own.
const AFTER: usize = 64;
const COMMA: u64 = hash_bytes(b",");
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const RELATIVES: &[u64] = hashed!(ENGLISH.function.relatives);
/// A cue further away, in tokens, says nothing of a quotation that stands alone.
const FAR: usize = 128;
/// The score of a quotation that is a sentence of its own and has neither cue nor source.
const ALONE: f32 = 0.5;
/// Such a quotation has at least so many words.
const LEAST_WORDS: usize = 2;
/// The last mark in such a quotation.
const ENDS: [u64; 5] =
    [hash_bytes(b"."), hash_bytes(b"!"), hash_bytes(b"?"), hash_bytes(b"..."), hash_bytes("…".as_bytes())];
/// The number of no draft.
const FREE: u32 = u32::MAX;

/// An attribution with a content of spans of bytes.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Tokens of the cue, or an empty range.
    pub cue: Range<usize>,
    /// Tokens of the source, or an empty range.
    pub source: Range<usize>,
    /// Bytes of the content, in order, disjoint.
    pub content: Vec<Span>,
    /// How sure, 0 to 1.
    pub score: f32,
    /// True if the score is one of the model's.
    pub learned: bool,
    /// True if it repeats another attribution's words. A pull quote was said aloud, even without marks.
    pub repeats: bool,
    /// The act of the cue, if the model decides it.
    pub act: Option<Act>,
}

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// The attribution that a token is content of.
    owner: Vec<u32>,
    /// The attribution that a token is cue of.
    cue: Vec<u32>,
    order: Vec<u32>,
    depth: Vec<u32>,
    /// The attribution of each quotation.
    quoted: Vec<u32>,
    passages: Passages,
}

/// Replaces `out` by the quotes that the drafts give.
///
/// Drafts under `threshold` are used only if a quotation would otherwise have no speaker.
pub fn assemble(
    input: &Input<'_>,
    prepared: &Prepared,
    threshold: f32,
    drafts: &[Draft],
    work: &mut Work,
    out: &mut Vec<Found>,
) {
    out.clear();
    work.owner.clear();
    work.owner.resize(input.tokens.len(), FREE);
    work.cue.clear();
    work.cue.resize(input.tokens.len(), FREE);
    work.quoted.clear();
    work.quoted.resize(prepared.quotations.len(), FREE);
    work.order.clear();
    work.order.extend(0..drafts.len() as u32);
    nesting(drafts, &mut work.depth);
    // Rules first: they speak for the outermost attribution.
    let rank = |i: u32| {
        let depth = work.depth.get(i as usize).copied().unwrap_or(0);
        drafts.get(i as usize).map_or((false, 0, 0.0), |d| (d.rule, depth, d.score))
    };
    work.order.sort_by(|&a, &b| {
        let (x, y) = (rank(a), rank(b));
        y.0.cmp(&x.0).then(x.1.cmp(&y.1)).then(y.2.total_cmp(&x.2)).then(a.cmp(&b))
    });
    let pulled = |s: usize| kind_of(input, s) == BlockKind::PullQuote;
    let mut later = false;
    for place in 0..work.order.len() {
        let Some(draft) = work.order.get(place).and_then(|&i| drafts.get(i as usize)) else { continue };
        if pulled(draft.sentence) {
            later = true;
            continue;
        }
        if draft.score < threshold && !speaks_for_quotation(prepared, draft, work) {
            continue;
        }
        if let Some(found) = settle(input, prepared, draft, out.len() as u32, work) {
            out.push(found);
        }
    }
    carry_on(input, prepared, work, out);
    if input.block_kinds.contains(&BlockKind::PullQuote) {
        repeat(input, prepared, work, out);
    }
    alone(input, prepared, work, out);
    for place in 0..if later { work.order.len() } else { 0 } {
        let Some(draft) = work.order.get(place).and_then(|&i| drafts.get(i as usize)) else { continue };
        if pulled(draft.sentence)
            && let Some(found) = settle(input, prepared, draft, out.len() as u32, work)
        {
            out.push(found);
        }
    }
    for found in out.iter_mut() {
        join(input.text, &mut found.content);
    }
    out.sort_by_key(|f| f.content.first().map_or(u32::MAX, |s| s.start));
}

/// For each draft, true if its cue is in the content of another draft with a sufficient score. Only the outermost of
/// nested attributions counts, even if an inner one has a higher score.
fn nesting(drafts: &[Draft], depth: &mut Vec<u32>) {
    depth.clear();
    depth.resize(drafts.len(), 0);
    let holds = |a: &Draft, b: &Draft| a.content.iter().any(|run| run.start <= b.cue.start && b.cue.end <= run.end);
    for (i, inner) in drafts.iter().enumerate() {
        let before = drafts.iter().take(i).rev().take_while(|d| d.sentence == inner.sentence);
        let after = drafts.iter().skip(i + 1).take_while(|d| d.sentence == inner.sentence);
        let nested = before
            .take(NEAR)
            .chain(after.take(NEAR))
            .any(|d| d.score >= OUTER && holds(d, inner) && !(holds(inner, d) && inner.score >= d.score));
        if let Some(slot) = depth.get_mut(i) {
            *slot = u32::from(nested);
        }
    }
}

/// Returns true if a draft's content is a quotation of some length that no other attribution has yet.
fn speaks_for_quotation(prepared: &Prepared, draft: &Draft, work: &Work) -> bool {
    draft.content.iter().any(|run| {
        [run.start, run.end.saturating_sub(1)].iter().any(|&end| {
            let quotation = prepared.words.get(end).map_or(NOWHERE, |w| w.quotation) as usize;
            let long = prepared.quotation_tokens.get(quotation).is_some_and(|tokens| tokens.len() >= SENTENCE_LIKE);
            long && work.quoted.get(quotation) == Some(&FREE)
        })
    })
}

fn kind_of(input: &Input<'_>, sentence: usize) -> BlockKind {
    let block = input.sentence_block.get(sentence).map_or(usize::MAX, |&b| b as usize);
    input.block_kinds.get(block).copied().unwrap_or_default()
}

/// Gives each pull quote the speaker of the passage that it repeats.
fn repeat(input: &Input<'_>, prepared: &Prepared, work: &mut Work, out: &mut Vec<Found>) {
    let owner = &work.owner;
    work.passages.collect(&prepared.words, |i| owner.get(i).is_some_and(|&o| o != FREE));
    let mut s = 0;
    while s < prepared.sentences.len() {
        let block = input.sentence_block.get(s);
        let first = s;
        while s < prepared.sentences.len() && input.sentence_block.get(s) == block {
            s += 1;
        }
        if kind_of(input, first) != BlockKind::PullQuote {
            continue;
        }
        let tokens = block_tokens(prepared.sentences.get(first..s).unwrap_or_default());
        let Some(passage) = work.passages.find(prepared.words(tokens.clone())) else { continue };
        let original = work.owner.get(passage).and_then(|&o| out.get(o as usize)).cloned();
        if let (Some(original), Some(content)) = (original, bytes(input, &tokens)) {
            claim(prepared, tokens, out.len() as u32, work);
            out.push(Found { content: vec![content], repeats: true, ..original });
        }
    }
}

/// Takes one draft, in the order of scores. Returns `None` if its words belong to another attribution.
fn settle(input: &Input<'_>, prepared: &Prepared, draft: &Draft, number: u32, work: &mut Work) -> Option<Found> {
    let taken = |list: &[u32]| list.get(draft.cue.clone()).is_none_or(|own| own.iter().any(|&o| o != FREE));
    if taken(&work.owner) || taken(&work.cue) {
        return None;
    }
    // "A neighbour, who asked not to be named, said": of several sources, "who" is the last choice.
    let nobody = |source: &Range<usize>| {
        let first = word(prepared, source.start).lower;
        source.len() == 1 && (RELATIVES.contains(&first) || DETERMINERS.contains(&first))
    };
    let nearest = |source: &&Range<usize>| (nobody(source), distance(source, &draft.cue));
    let source = draft.source.iter().min_by_key(nearest).cloned().unwrap_or(0..0);
    let source = one_block(input, before_quotation(prepared, source), &draft.cue);
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut wanted = 0;
    let reach = reach(input, &draft.cue);
    let is_item = input.block_kinds.get(block_of(input, draft.cue.start) as usize) == Some(&BlockKind::ListItem);
    for run in &draft.content {
        // A mark alone is not said, and the quotation that it opens is another's.
        if prepared.words(run.clone()).iter().all(|w| w.sign) {
            continue;
        }
        let run = snap(prepared, run, &draft.cue, &source);
        // Rules know which block a cue stands for.
        let run = if draft.rule { run } else { within(prepared, run, &reach, is_item) };
        let run = without_comma(prepared, without_bullet(input, prepared, run));
        wanted += run.len();
        // Words that a surer attribution has are not this one's.
        let mut i = run.start;
        while i < run.end {
            let start = i;
            while i < run.end && work.owner.get(i) == Some(&FREE) && work.cue.get(i) == Some(&FREE) {
                i += 1;
            }
            if i > start {
                runs.push(start..i);
            }
            i += 1;
        }
    }
    runs.retain(|run| prepared.words(run.clone()).iter().any(|w| !w.sign));
    // The rest of a content that mostly belonged to another attribution is no content.
    if runs.iter().map(|run| run.len()).sum::<usize>() * 5 < wanted * 2 || runs.is_empty() {
        return None;
    }
    for i in draft.cue.clone() {
        if let Some(slot) = work.cue.get_mut(i) {
            *slot = number;
        }
    }
    let mut content = Vec::with_capacity(runs.len());
    for run in &runs {
        claim(prepared, run.clone(), number, work);
        content.extend(bytes(input, run));
    }
    let Draft { score, learned, act, .. } = *draft;
    Some(Found { cue: draft.cue.clone(), source, content, score, learned, repeats: false, act })
}

/// Returns the tokens that a cue can report without quotation marks: those of its block, and the block or the list that
/// its block announces.
fn reach(input: &Input<'_>, cue: &Range<usize>) -> Range<usize> {
    let number = block_of(input, cue.start) as usize;
    let Some(block) = input.blocks.get(number) else { return 0..input.tokens.len() };
    let start = input.tokens.partition_point(|token| token.end <= block.start);
    let mut end = block.end;
    if block.get(input.text).is_some_and(|body| body.trim_end().ends_with(':')) {
        let kinds = input.block_kinds.get(number + 1..).unwrap_or_default();
        let items = kinds.iter().take(LONGEST_LIST).take_while(|kind| **kind == BlockKind::ListItem).count();
        end = input.blocks.get(number + items.max(1)).map_or(end, |last| last.end);
    }
    start..input.tokens.partition_point(|token| token.start < end)
}

/// Cuts a source that runs over the end of a block: the part in the cue's block stays, or else the first one.
fn one_block(input: &Input<'_>, source: Range<usize>, cue: &Range<usize>) -> Range<usize> {
    let Some(last) = source.end.checked_sub(1).filter(|last| source.start < *last) else { return source };
    if block_of(input, source.start) == block_of(input, last) {
        return source;
    }
    let own = block_of(input, cue.start);
    let block = if block_of(input, last) == own { own } else { block_of(input, source.start) };
    let inside = |at: &usize| block_of(input, *at) == block;
    let start = source.clone().find(inside).unwrap_or(source.start);
    start..(start..source.end).take_while(inside).last().map_or(start, |at| at + 1)
}

/// Takes the bullet of a list's item from a run, but not those of a whole list.
fn without_bullet(input: &Input<'_>, prepared: &Prepared, run: Range<usize>) -> Range<usize> {
    let sentence = input.token_sentence.get(run.start).map_or(usize::MAX, |&s| s as usize);
    let own = prepared.sentence(sentence);
    if kind_of(input, sentence) != BlockKind::ListItem || own.start != run.start || own.end < run.end {
        return run;
    }
    let marked = |at: &usize| prepared.words.get(*at).is_some_and(|word| word.quotation != NOWHERE);
    let begin = behind_bullet(input, &own);
    let begin = (run.start..begin).find(marked).unwrap_or(begin);
    begin.min(run.end)..run.end
}

/// Takes the comma behind a closing mark from the end of a run.
fn without_comma(prepared: &Prepared, run: Range<usize>) -> Range<usize> {
    match prepared.words(run.clone()) {
        [.., mark, comma] if mark.quote == CLOSING && comma.quote == OUTSIDE && comma.lower == COMMA => {
            run.start..run.end - 1
        }
        _ => run,
    }
}

/// Cuts a run where it leaves `reach`, unless it is in quotation marks there. The `item` of a list ends with itself.
fn within(prepared: &Prepared, run: Range<usize>, reach: &Range<usize>, item: bool) -> Range<usize> {
    let quoted = |at: &usize| !item && prepared.words.get(*at).is_some_and(|word| word.quotation != NOWHERE);
    let (mut start, mut end) = (run.start, run.end);
    if end > reach.end {
        end = (reach.end.max(start)..end).take_while(quoted).last().map_or(reach.end.max(start), |at| at + 1);
    }
    if start < reach.start {
        start = (start..reach.start.min(end)).rev().take_while(quoted).last().unwrap_or(reach.start.min(end));
    }
    start..end
}

/// Ends a source before a quotation of some length: the words after the speaker's name are speech.
fn before_quotation(prepared: &Prepared, source: Range<usize>) -> Range<usize> {
    let speech = |i: &usize| {
        prepared.words.get(*i).is_some_and(|w| {
            let tokens = prepared.quotation_tokens.get(w.quotation as usize);
            w.quote == OPENING && tokens.is_some_and(|t| t.len() >= 5)
        })
    };
    let Some(cut) = source.clone().find(speech) else { return source };
    let stop = |i: usize| prepared.words.get(i).is_some_and(|w| w.sign && w.lower != COMMA);
    let end = (source.start..cut).rev().find(|&i| !stop(i)).map_or(source.start, |i| i + 1);
    source.start..end
}

fn claim(prepared: &Prepared, run: Range<usize>, number: u32, work: &mut Work) {
    for i in run {
        if let Some(slot) = work.owner.get_mut(i) {
            *slot = number;
        }
        let quotation = prepared.words.get(i).map_or(NOWHERE, |w| w.quotation);
        if let Some(slot) = work.quoted.get_mut(quotation as usize) {
            *slot = number;
        }
    }
}

fn distance(a: &Range<usize>, b: &Range<usize>) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

/// Extends a run that cuts a quotation to all of it, unless its own cue or source is in there.
fn snap(prepared: &Prepared, run: &Range<usize>, cue: &Range<usize>, source: &Range<usize>) -> Range<usize> {
    let mut wide = run.clone();
    for end in [run.start, run.end.saturating_sub(1)] {
        let quotation = prepared.words.get(end).map_or(NOWHERE, |w| w.quotation);
        let Some(tokens) = prepared.quotation_tokens.get(quotation as usize) else { continue };
        let holds = |part: &Range<usize>| part.start < part.end && part.start < tokens.end && tokens.start < part.end;
        if !holds(cue) && !holds(source) {
            wide.start = wide.start.min(tokens.start);
            wide.end = wide.end.max(tokens.end);
        }
    }
    wide
}

/// Bytes from the first token of a run to its last.
pub(crate) fn bytes(input: &Input<'_>, run: &Range<usize>) -> Option<Span> {
    let first = input.tokens.get(run.start)?;
    let last = input.tokens.get(run.end.checked_sub(1)?)?;
    (first.start < last.end).then(|| Span::new(first.start, last.end))
}

/// Gives quotations without a speaker to the one who speaks before them.
fn carry_on(input: &Input<'_>, prepared: &Prepared, work: &mut Work, out: &mut [Found]) {
    for q in 0..prepared.quotations.len() {
        if work.quoted.get(q) != Some(&FREE) {
            continue;
        }
        let Some(tokens) = prepared.quotation_tokens.get(q).cloned() else { continue };
        if tokens.start >= tokens.end || !begins_sentence(input, prepared, tokens.start) {
            continue;
        }
        let speaker = speaker_before(input, prepared, q, &tokens, work, out);
        give(input, prepared, &tokens, speaker, work, out);
    }
    // Paragraphs whose quotation goes on into the one that says who speaks, the last of them first.
    for q in (0..prepared.quotations.len()).rev() {
        let goes_on = prepared.quotations.get(q).is_some_and(|quotation| quotation.goes_on);
        if work.quoted.get(q) == Some(&FREE)
            && goes_on
            && let Some(tokens) = prepared.quotation_tokens.get(q).cloned()
            && tokens.start < tokens.end
        {
            let speaker = work.quoted.get(q + 1).copied().filter(|&owner| owner != FREE);
            give(input, prepared, &tokens, speaker, work, out);
        }
    }
}

/// Adds the quotations that are sentences of their own and that nobody has yet. Whoever speaks in the sentence before goes
/// on. Otherwise it is open who says them.
fn alone(input: &Input<'_>, prepared: &Prepared, work: &mut Work, out: &mut Vec<Found>) {
    for q in 0..prepared.quotations.len() {
        let tokens = prepared.quotation_tokens.get(q).cloned().unwrap_or(0..0);
        if work.quoted.get(q) != Some(&FREE) || !is_sentence(input, prepared, &tokens) {
            continue;
        }
        if let Some(content) = bytes(input, &tokens) {
            let source = source_before(input, prepared, tokens.start, work, out);
            claim(prepared, tokens, out.len() as u32, work);
            out.push(Found { source, content: vec![content], score: ALONE, ..Found::default() });
        }
    }
}

/// Returns the source of the sentence before a token, if that is in the same block and one attribution has all its cues.
fn source_before(input: &Input<'_>, prepared: &Prepared, token: usize, work: &Work, out: &[Found]) -> Range<usize> {
    let Some(last) = token.checked_sub(1).filter(|last| block_of(input, *last) == block_of(input, token)) else {
        return 0..0;
    };
    let sentence = prepared.sentence(input.token_sentence.get(last).map_or(usize::MAX, |&s| s as usize));
    let near = sentence.start.max(token.saturating_sub(FAR))..sentence.end;
    let cues = work.cue.get(near).unwrap_or_default();
    let mut owners = cues.iter().copied().filter(|owner| *owner != FREE);
    let owner = owners.next().filter(|owner| owners.all(|other| other == *owner));
    owner.and_then(|owner| out.get(owner as usize)).map_or(0..0, |found| found.source.clone())
}

/// Returns true if a quotation begins a sentence of a paragraph and ends with a mark of sentences inside its closing mark.
fn is_sentence(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>) -> bool {
    let words = prepared.words(tokens.clone());
    let [open, first, .., stop, close] = words else { return false };
    let marked = open.quote == OPENING && close.quote == CLOSING && first.capital && ENDS.contains(&stop.lower);
    let block = input.block_kinds.get(block_of(input, tokens.start) as usize).copied().unwrap_or_default();
    marked
        && matches!(block, BlockKind::Paragraph | BlockKind::ListItem)
        && words.iter().filter(|w| !w.sign).count() >= LEAST_WORDS
        && begins_sentence(input, prepared, tokens.start)
}

/// Adds a quotation to an attribution.
fn give(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    speaker: Option<u32>,
    work: &mut Work,
    out: &mut [Found],
) {
    let Some(speaker) = speaker else { return };
    claim(prepared, tokens.clone(), speaker, work);
    if let (Some(found), Some(span)) = (out.get_mut(speaker as usize), bytes(input, tokens)) {
        found.content.push(span);
    }
}

fn begins_sentence(input: &Input<'_>, prepared: &Prepared, token: usize) -> bool {
    let sentence = input.token_sentence.get(token).map_or(usize::MAX, |&s| s as usize);
    prepared.sentence(sentence).start == token
        || token.checked_sub(1).is_some_and(|before| ends_sentence(prepared, before))
}

/// A full stop that the sentence splitter passed over.
fn ends_sentence(prepared: &Prepared, token: usize) -> bool {
    prepared.words.get(token).is_some_and(|w| w.lower == const { hash_bytes(b".") })
}

fn block_of(input: &Input<'_>, token: usize) -> u32 {
    let sentence = input.token_sentence.get(token).map_or(usize::MAX, |&s| s as usize);
    input.sentence_block.get(sentence).copied().unwrap_or(u32::MAX)
}

/// Returns the attribution that a quotation `q` without a cue belongs to.
fn speaker_before(
    input: &Input<'_>,
    prepared: &Prepared,
    q: usize,
    tokens: &Range<usize>,
    work: &Work,
    out: &[Found],
) -> Option<u32> {
    // A cue in the sentences of the quotation, outside it, speaks for something else.
    let sentence = *input.token_sentence.get(tokens.end - 1)? as usize;
    let tail = tokens.end..prepared.sentence(sentence).end.min(tokens.end + AFTER).max(tokens.end);
    if work.cue.get(tail)?.iter().any(|&c| c != FREE) {
        return None;
    }
    // "He said:" and the quotation follows.
    let before = tokens.start.checked_sub(1)?;
    if input.text.as_bytes().get(input.tokens.get(before)?.range()) == Some(b":") {
        let cue = (before.saturating_sub(AFTER)..tokens.start).rev().find_map(|i| {
            let same = input.token_sentence.get(i) == input.token_sentence.get(before);
            work.cue.get(i).copied().filter(|&c| c != FREE && same)
        });
        if cue.is_some() {
            return cue;
        }
    }
    if let Some(speaker) = block_before(input, prepared, tokens, work, out) {
        return Some(speaker);
    }
    let previous = q.checked_sub(1)?;
    let owner = *work.quoted.get(previous)?;
    let found = out.get(owner as usize)?;
    let last = prepared.quotation_tokens.get(previous)?;
    let same_block = block_of(input, last.start) == block_of(input, tokens.start);
    let linked = prepared.quotations.get(previous)?.goes_on;
    // Between the two stand at most the words that attribute the first.
    let between = last.end..tokens.start;
    let own_cue = between.contains(&found.cue.start);
    let other_cue = work.cue.get(between.clone())?.iter().enumerate().any(|(i, &cue)| {
        let token = between.start + i;
        let sentence = |token: usize| input.token_sentence.get(token);
        cue != FREE && !found.cue.contains(&token) && !(own_cue && sentence(token) == sentence(found.cue.start))
    });
    if linked || same_block && !other_cue && (own_cue || between.len() < 12) {
        return Some(owner);
    }
    None
}

/// Continues the paragraph before, if a paragraph is one quotation that names nobody, and the one before ends with
/// somebody's words.
fn block_before(
    input: &Input<'_>,
    prepared: &Prepared,
    tokens: &Range<usize>,
    work: &Work,
    out: &[Found],
) -> Option<u32> {
    let block = block_of(input, tokens.start);
    let before = tokens.start.checked_sub(1)?;
    let after = prepared.words(tokens.end..tokens.end + 1).first();
    let whole = block_of(input, before) != block
        && (block_of(input, tokens.end) != block
            || after.is_some_and(|w| w.sign) && block_of(input, tokens.end + 1) != block);
    if !whole || tokens.len() < 6 || block_of(input, before) + 1 != block {
        return None;
    }
    let start =
        input.tokens.partition_point(|t| input.blocks.get(block as usize - 1).is_some_and(|b| t.end <= b.start));
    // The last words of the paragraph before that are somebody's.
    let (mut number, mut i) = (None, before + 1);
    while i > start && number.is_none() {
        i -= 1;
        number = work.owner.get(i).copied().filter(|&o| o != FREE);
    }
    number.filter(|&n| out.get(n as usize).is_some())
}

/// Sorts spans and joins those with only white space between them.
fn join(text: &str, spans: &mut Vec<Span>) {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for &span in spans.iter() {
        if let Some(last) = joined.last_mut()
            && (span.start <= last.end
                || text.get(last.end as usize..span.start as usize).is_some_and(|gap| gap.trim().is_empty()))
        {
            last.end = last.end.max(span.end);
            continue;
        }
        joined.push(span);
    }
    *spans = joined;
}
