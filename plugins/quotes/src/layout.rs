//! Attributions by the layout of a page: a list behind "promised:", a post with its author's handle, the words behind "A
//! note from X:", and the turns of an interview.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_text::BlockKind;
use copydesk_text::lang::ENGLISH;

use crate::assemble::LONGEST_LIST;
use crate::document::{Input, Prepared};
use crate::passes::Draft;
use crate::rules::{COLON, DASHES, SUBJECTS, has, hashed, is_heading, is_name, rest, word};
use crate::words::{OPENING, OUTSIDE};

/// Drafts of the model from this score on count.
const SURE: f32 = 0.4;
/// A cue further away, in tokens, has another content.
const FAR: usize = 256;
/// The most drafts that are compared with one of the layout, so that a text of nothing but labels stays linear.
const NEAR: usize = 64;
/// A label before a colon has at most so many tokens.
const LONGEST_LABEL: usize = 6;
/// A signature with a role has at most so many tokens.
const LONGEST_SIGNATURE: usize = 14;
const QUESTION: u64 = hash_bytes(b"?");
const COMMA: u64 = hash_bytes(b",");
/// A block that only introduces the next one has at most so many tokens.
const LONGEST_INTRODUCTION: usize = 24;

const INTRODUCTIONS: &[u64] = hashed!(ENGLISH.nouns.introductions);
const TITLES: [&[u64]; 3] =
    [hashed!(ENGLISH.names.titles), hashed!(ENGLISH.names.titles_of_men), hashed!(ENGLISH.names.titles_of_women)];

/// Verbs behind whose colon somebody's words begin.
const WRITES: &[u64] = hashed!(ENGLISH.verbs.announcing);

/// A block: its sentences and tokens.
struct BlockRange {
    sentences: Range<usize>,
    tokens: Range<usize>,
    kind: BlockKind,
}

/// Adds the drafts of the layout to those of the model and of the other rules.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, modelled: usize, drafts: &mut Vec<Draft>) {
    let blocks = blocks(input, prepared);
    let turns = blocks.iter().filter(|block| label(input, prepared, block).is_some()).take(2).count();
    let known = drafts.len();
    for (at, block) in blocks.iter().enumerate() {
        let later = blocks.get(at + 1..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| blocks.get(before));
        let draft = post(input, prepared, block, before)
            .or_else(|| promised_list(input, prepared, block, later))
            .or_else(|| introduced(input, prepared, block, later))
            .or_else(|| signed_below(input, prepared, block, later))
            .or_else(|| announced(input, prepared, block, later))
            .or_else(|| turn(input, prepared, block).filter(|_| turns > 1));
        let Some(mut draft) = draft else { continue };
        draft.sentence = block.sentences.end.saturating_sub(1);
        drafts.push(draft);
    }
    drop_known(drafts, modelled, known);
}

/// Drops the new drafts, from `known` on, whose content a sure draft of the model has with a source. The first `modelled`
/// drafts are the model's; both lists are in text order.
fn drop_known(drafts: &mut Vec<Draft>, modelled: usize, known: usize) {
    let fresh = drafts.split_off(known);
    let mut first = 0;
    for draft in fresh {
        let begin = draft.content.iter().map(|run| run.start).min().unwrap_or(0);
        let end = draft.content.iter().map(|run| run.end).max().unwrap_or(0);
        while first < modelled && drafts.get(first).is_some_and(|own| own.cue.end + FAR < begin) {
            first += 1;
        }
        let covers = |own: &Draft| {
            let shared: usize =
                own.content.iter().map(|run| run.end.min(end).saturating_sub(run.start.max(begin))).sum();
            own.score >= SURE && !own.source.is_empty() && shared * 10 >= (end - begin) * 9 && shared > 0
        };
        let mut near = drafts.get(first..modelled).unwrap_or_default().iter().take(NEAR);
        if !near.any(covers) {
            drafts.push(draft);
        }
    }
}

fn blocks(input: &Input<'_>, prepared: &Prepared) -> Vec<BlockRange> {
    let mut blocks: Vec<BlockRange> = Vec::new();
    let mut last = None;
    for s in 0..prepared.sentences.len() {
        let tokens = prepared.sentence(s);
        let number = input.sentence_block.get(s).copied();
        match blocks.last_mut() {
            Some(block) if number == last => {
                block.sentences.end = s + 1;
                block.tokens.end = block.tokens.end.max(tokens.end);
            }
            _ => {
                let kind = number.and_then(|number| input.block_kinds.get(number as usize)).copied();
                blocks.push(BlockRange { sentences: s..s + 1, tokens, kind: kind.unwrap_or_default() });
            }
        }
        last = number;
    }
    blocks
}

fn text<'a>(input: &Input<'a>, token: usize) -> &'a str {
    input.tokens.get(token).and_then(|token| token.get(input.text)).unwrap_or_default()
}

/// Returns the tokens of the speakers' names in a range.
fn names<'a>(input: &'a Input<'_>, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let (start, end) =
        match (input.tokens.get(range.start), range.end.checked_sub(1).and_then(|at| input.tokens.get(at))) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (0, 0),
        };
    let first = input.entities.partition_point(|(span, _)| span.start < start);
    let own = input.entities.iter().skip(first).take_while(move |(span, _)| span.end <= end);
    own.filter(|(_, speaks)| *speaks).map(|(span, _)| {
        input.tokens.partition_point(|token| token.end <= span.start)
            ..input.tokens.partition_point(|token| token.start < span.end)
    })
}

/// Returns the beginning of a line's words behind its bullet or number.
pub(crate) fn behind_bullet(input: &Input<'_>, tokens: &Range<usize>) -> usize {
    let is_bullet = |at: &usize| {
        let word = text(input, *at);
        !word.starts_with(char::is_alphabetic) && word.chars().count() <= 3
    };
    (tokens.start..tokens.end.min(tokens.start + 3)).take_while(is_bullet).last().map_or(tokens.start, |at| at + 1)
}

/// Finds "So proud of this team! — Ana Ruiz (@anaruiz) March 3, 2021": a post with its author, who may stand in a block of
/// his own.
fn post(input: &Input<'_>, prepared: &Prepared, block: &BlockRange, before: Option<&BlockRange>) -> Option<Draft> {
    let tokens = block.tokens.clone();
    let from = tokens.start.max(tokens.end.saturating_sub(24));
    let handle = (from..tokens.end).find(|at| text(input, *at).len() > 1 && text(input, *at).starts_with('@'))?;
    let dash = (from..handle).rev().find(|at| DASHES.contains(&word(prepared, *at).lower))?;
    let end = (dash + 1..handle).find(|at| matches!(text(input, *at), "(" | "|" | ",")).unwrap_or(handle);
    let name = dash + 1..end;
    let above = before.filter(|before| dash == tokens.start && before.kind == BlockKind::Paragraph);
    let content = above.map_or(tokens.start..dash, |above| above.tokens.clone());
    let fits = (1..=5).contains(&name.len()) && content.len() >= 3 && is_name(prepared, name.clone());
    fits.then(|| Draft::by_rule(dash..dash + 1, name, content, 0.9))
}

/// Finds "Ana Ruiz promised:" and the list behind it.
fn promised_list(input: &Input<'_>, prepared: &Prepared, block: &BlockRange, later: &[BlockRange]) -> Option<Draft> {
    let colon = last_colon(prepared, block)?;
    let items = later.iter().take(LONGEST_LIST).take_while(|item| item.kind == BlockKind::ListItem).last()?;
    let sentence = prepared.sentence(block.sentences.end - 1);
    let near = sentence.start.max(colon.saturating_sub(6))..colon;
    let verb = near.clone().rev().find(|at| word(prepared, *at).reporting || word(prepared, *at).cue >= 2)?;
    let name = names(input, &(sentence.start..verb)).filter(|name| name.end + 4 >= verb).last()?;
    // Items with sources of their own are no list of promises.
    let list = colon + 1..items.tokens.end;
    let own = prepared.words(list.clone()).iter().any(|w| w.quote == OPENING || w.reporting && w.cue >= 2);
    (!own && word(prepared, verb).quote == OUTSIDE).then(|| Draft::by_rule(verb..colon, name, list, 0.9))
}

/// Finds "From the desk of Ana Ruiz, mayor:" and the quotation behind it.
fn introduced(input: &Input<'_>, prepared: &Prepared, block: &BlockRange, later: &[BlockRange]) -> Option<Draft> {
    let colon = last_colon(prepared, block)?;
    let next = later.first()?;
    let open = word(prepared, next.tokens.start);
    let content = prepared.quotation_tokens.get(open.quotation as usize)?.clone();
    let whole = open.quote == OPENING && content.start == next.tokens.start && content.end + 1 >= next.tokens.end;
    let line = block.tokens.start..colon;
    if !whole || line.len() > LONGEST_INTRODUCTION || !has(prepared, line.clone(), INTRODUCTIONS) {
        return None;
    }
    let mut found = names(input, &line);
    let name = found.next()?;
    // Of two names nobody knows who speaks.
    found.next().is_none().then(|| Draft::by_rule(colon..colon + 1, name, content, 0.8))
}

/// Finds "Ana Ruiz wrote on her page:" and the paragraph behind it, without quotation marks.
fn announced(input: &Input<'_>, prepared: &Prepared, block: &BlockRange, later: &[BlockRange]) -> Option<Draft> {
    let colon = last_colon(prepared, block)?;
    let next = later.first().filter(|next| next.kind == BlockKind::Paragraph)?;
    let start = prepared.sentence(block.sentences.end - 1).start;
    let near = start.max(colon.saturating_sub(LONGEST_LABEL))..colon;
    let verb =
        near.rev().find(|at| WRITES.contains(&word(prepared, *at).lower) && word(prepared, *at).quote == OUTSIDE)?;
    let before = start.max(verb.saturating_sub(LONGEST_INTRODUCTION))..verb;
    let pronoun = verb.checked_sub(1).filter(|at| SUBJECTS.contains(&word(prepared, *at).lower));
    let source = pronoun.map(|at| at..at + 1).or_else(|| names(input, &before).last())?;
    let content = next.tokens.clone();
    let plain = prepared.words(content.clone()).first().is_some_and(|first| first.quote == OUTSIDE);
    let whole = plain && last_colon(prepared, next).is_none() && content.len() >= 3;
    (whole && source.start >= start).then(|| Draft::by_rule(verb..verb + 1, source, content, 0.8))
}

/// Finds a paragraph that is a quotation, and the line "Ana Ruiz, mayor" below it.
fn signed_below(input: &Input<'_>, prepared: &Prepared, block: &BlockRange, later: &[BlockRange]) -> Option<Draft> {
    let line = later.first()?.tokens.clone();
    let open = word(prepared, block.tokens.start);
    let content = prepared.quotation_tokens.get(open.quotation as usize)?.clone();
    let whole = open.quote == OPENING && content.start == block.tokens.start && content.end + 1 >= block.tokens.end;
    let name = names(input, &line).next().filter(|name| name.start <= line.start + 1)?;
    let marks = prepared.words(line.clone()).iter().filter(|w| w.sign).count();
    let comma = word(prepared, name.end).lower == COMMA && marks == 1;
    let short = line.len() <= LONGEST_SIGNATURE && (comma || marks == 0 && name.end == line.end);
    (whole && short).then(|| Draft::by_rule(name.start..name.start, name.clone(), content, 0.8))
}

/// The words before the colon of "Ana Ruiz: I doubt it." and "Host: Why?".
fn label(input: &Input<'_>, prepared: &Prepared, block: &BlockRange) -> Option<Range<usize>> {
    // A first question looks like a headline.
    let asks = || block.tokens.end.checked_sub(1).is_some_and(|last| word(prepared, last).lower == QUESTION);
    let spoken = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
    if !(spoken || block.kind == BlockKind::Headline && asks()) {
        return None;
    }
    let start = behind_bullet(input, &block.tokens);
    let colon = (start..block.tokens.end.min(start + LONGEST_LABEL)).find(|at| word(prepared, *at).lower == COLON)?;
    let name = start..colon;
    let plain = prepared.words(name.clone()).iter().all(|w| w.quote == OUTSIDE);
    (!name.is_empty() && plain && is_name(prepared, name.clone()) && word(prepared, colon + 1).quote == OUTSIDE)
        .then_some(name)
}

/// Finds "Ana Ruiz: I doubt it.", a turn of an interview.
fn turn(input: &Input<'_>, prepared: &Prepared, block: &BlockRange) -> Option<Draft> {
    let name = label(input, prepared, block).filter(|name| !is_heading(prepared, name.clone()))?;
    let titled = name.len() > 1 && TITLES.iter().any(|list| list.contains(&bare(text(input, name.start))));
    let named = names(input, &name).next().is_some_and(|own| own.end == name.end);
    let content = rest(prepared, name.end + 1, block.tokens.end);
    ((titled || named) && content.len() >= 2).then(|| Draft::by_rule(name.end..name.end + 1, name, content, 0.8))
}

/// The hash of a title without its dot.
fn bare(title: &str) -> u64 {
    hash_bytes(title.trim_end_matches('.').to_lowercase().as_bytes())
}

/// The colon that ends a block.
fn last_colon(prepared: &Prepared, block: &BlockRange) -> Option<usize> {
    let last = block.tokens.end.checked_sub(1)?;
    let colon = word(prepared, last);
    (colon.lower == COLON && colon.quote == OUTSIDE && last > block.tokens.start).then_some(last)
}
