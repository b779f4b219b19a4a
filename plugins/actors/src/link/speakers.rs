//! Speakers: the actor of each source, and of quotes that have none.

use copydesk_sdk::Span;
use copydesk_text::{MentionType, QuoteRole};

use super::Walk;
use crate::cluster::NONE;
use crate::names::{Class, Gender};
use crate::sources::{Head, head};
use crate::words::{Word, join};

impl Walk<'_, '_> {
    /// Sources in order; those that are names give their quote's speaker at once.
    pub(super) fn prepare_sources(&mut self) {
        for part in self.input.parts {
            if part.role != QuoteRole::Source {
                continue;
            }
            let from = self.input.tokens.partition_point(|t| t.end <= part.span.start) as u32;
            let to = self.input.tokens.partition_point(|t| t.start < part.span.end) as u32;
            self.s.sources.push((from, to.max(from), part.quote));
            if let Head::Entity(id) = head(self.input, &self.s.layout, part.span) {
                self.set_speaker(part.quote, self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE));
            }
        }
        self.s.sources.sort_unstable();
    }

    pub(super) fn set_speaker(&mut self, quote: u32, actor: u32) {
        if let Some(slot) = self.s.speaker.get_mut(quote as usize)
            && *slot == NONE
        {
            *slot = actor;
        }
    }

    /// Gives a source its actor. Returns the token up to which the source was handled.
    pub(super) fn read_source(&mut self, from: usize, to: usize, quote: u32) -> usize {
        self.in_source = true;
        let end = self.read_source_head(from, to, quote);
        self.in_source = false;
        if let Some(&speaker) = self.s.speaker.get(quote as usize).filter(|speaker| **speaker != NONE) {
            self.last_speaker = speaker;
        }
        end
    }

    fn read_source_head(&mut self, from: usize, to: usize, quote: u32) -> usize {
        let span = self.span(from, to);
        match head(self.input, &self.s.layout, span) {
            Head::Pronoun(at) if self.s.layout.entity.get(at).is_none_or(|e| *e == NONE) => {
                let word = self.word(at);
                let actor = if word.is(Word::FIRST) {
                    NONE
                } else if word.is(Word::RELATIVE) {
                    self.head_of_relative(at)
                } else {
                    let threshold = if word.is(Word::MALE | Word::FEMALE) { 0.25 } else { 0.5 };
                    self.resolve(at, word, threshold)
                };
                if actor != NONE {
                    let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
                    let span = self.span(at, at + 1);
                    self.mention(span, actor, MentionType::Pronoun, at, at + 1, sentence);
                    self.set_speaker(quote, actor);
                }
                to
            }
            Head::Nominal { from, noun, to } => {
                self.nominal_source(from, noun, to, quote);
                to
            }
            _ => 0,
        }
    }

    fn nominal_source(&mut self, from: usize, noun: usize, to: usize, quote: u32) {
        if self.s.layout.entity.get(from).is_some_and(|e| *e != NONE && noun == from) {
            return;
        }
        let (word, span) = (self.word(noun), self.span(from, to));
        if !span.get(self.input.text).is_some_and(|t| t.chars().any(char::is_alphabetic)) {
            return;
        }
        let mut actor = if to == noun + 1 { self.definite(from, noun) } else { NONE };
        if actor == NONE {
            let mut key = 3;
            for at in from..to {
                if !self.word(at).is(Word::DETERMINER) {
                    key = join(key, self.s.layout.hash.get(at).copied().unwrap_or(0));
                }
            }
            let class = if self.is_person_noun(noun, word) { Class::Person } else { Class::Org };
            actor = self.own_actor(key, class, span, NONE, Gender::of_word(word), word.is(Word::PLURAL));
            if let Some(phrase) = self.reader().phrase(from, to) {
                self.s.unnamed.push((actor, phrase));
            }
            let role = self.s.layout.hash.get(noun).copied().unwrap_or(0);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                && word.is(Word::ROLE)
                && !word.is(Word::PLURAL)
            {
                draft.add_role(role);
            }
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        self.mention(span, actor, MentionType::Nominal, from, noun + 1, sentence);
        self.set_speaker(quote, actor);
    }

    /// Returns true if the head noun of a source means persons: by the lists, or else by its ending.
    fn is_person_noun(&self, at: usize, word: Word) -> bool {
        if word.is(Word::ROLE) {
            return word.is(Word::ROLE_PERSON);
        }
        let noun = self.text(at);
        // "the Courier", "the Examiner": a proper name after a determiner is an outlet or a body.
        if noun.chars().next().is_some_and(char::is_uppercase) {
            return false;
        }
        let noun = noun.strip_suffix('s').unwrap_or(noun);
        ["er", "or", "ist", "ian", "ant", "ent", "man", "men", "woman", "women", "ee", "ive", "people"]
            .iter()
            .any(|e| noun.ends_with(e))
    }

    /// Quotes without a source: the speaker of their paragraph, or of the quote that runs on into it.
    pub(super) fn settle_speakers(&mut self) {
        // A given entity may have become an actor after its source was looked at.
        for at in 0..self.s.sources.len() {
            let Some(&(from, to, quote)) = self.s.sources.get(at) else { continue };
            if self.s.speaker.get(quote as usize) == Some(&NONE)
                && from + 1 >= to
                && let Some(id) =
                    (from..to).find_map(|k| self.s.layout.entity.get(k as usize).copied().filter(|e| *e != NONE))
            {
                self.set_speaker(quote, self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE));
            }
        }
        let has_source: Vec<bool> = {
            let mut has = vec![false; self.input.quotes.len()];
            for &(_, _, quote) in &self.s.sources {
                if let Some(slot) = has.get_mut(quote as usize) {
                    *slot = true;
                }
            }
            has
        };
        let block_of = |span: Span| self.input.blocks.partition_point(|(b, _)| b.end <= span.start);
        let mut last: Option<(usize, u32)> = None;
        for (id, quote) in self.input.quotes.iter().enumerate() {
            let block = block_of(quote.span);
            let Some(slot) = self.s.speaker.get_mut(id) else { continue };
            if *slot == NONE
                && quote.direct
                && !has_source.get(id).copied().unwrap_or(false)
                && let Some((where_, speaker)) = last
                && (where_ == block || where_ + 1 == block)
            {
                *slot = speaker;
            }
            if *slot != NONE {
                last = Some((block, *slot));
            }
        }
    }
}
