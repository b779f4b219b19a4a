//! Speakers that no source tells: of quotes without a source, of texts, of noun phrases that a name takes up.

use copydesk_model::hash::HashKeyed;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::{MentionType, QuoteRole};

use super::speakers::{BACK, score};
use super::{Candidate, Walk};
use crate::cluster::NONE;
use crate::names::Class;
use crate::profile::Owner;
use crate::sources::{Head, head};
use crate::words::{RoleWord, Word, is_possessive};

/// Sentences back in which the only organisation may be meant.
const BODY_REACH: u32 = 4;
/// Tokens before a cue in which its subject is looked for.
const BEFORE_CUE: usize = 40;

impl Walk<'_, '_> {
    /// Quotes without a source: the subject of their cue, the one who acts before them, the speaker of their paragraph,
    /// or of the quote that runs on into it.
    pub(super) fn settle_speakers(&mut self) {
        // A given entity may have become an actor after its source was looked at.
        for at in 0..self.s.sources.len() {
            let Some(&(from, to, quote)) = self.s.sources.get(at) else { continue };
            if self.s.speaker.get(quote as usize) == Some(&NONE)
                && from + 1 >= to
                && let Some(id) =
                    (from..to).find_map(|k| self.s.layout.entity.get(k as usize).copied().filter(|e| *e != NONE))
            {
                let actor = self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE);
                self.set_speaker(quote, actor, score::SURNAME);
            }
        }
        self.take_up_nominals();
        self.give_texts_authors();
        self.float();
    }

    /// Quotes without a source, in order.
    fn float(&mut self) {
        let mut has_source = std::mem::take(&mut self.s.order);
        has_source.clear();
        has_source.resize(self.input.quotes.len(), NONE);
        for &(from, _, quote) in &self.s.sources {
            if let Some(slot) = has_source.get_mut(quote as usize) {
                *slot = from;
            }
        }
        let mut cues = self.input.parts.iter().filter(|p| p.role == QuoteRole::Cue).peekable();
        // The block, where it was said, who said it.
        let mut last: Option<(usize, u32, u32)> = None;
        for (id, quote) in self.input.quotes.iter().enumerate() {
            while cues.next_if(|cue| (cue.quote as usize) < id).is_some() {}
            let cue = cues.peek().filter(|cue| cue.quote as usize == id).map(|cue| cue.span);
            let block = self.input.blocks.partition_point(|(b, _)| b.end <= quote.span.start);
            let source = has_source.get(id).copied().unwrap_or(NONE);
            if self.s.speaker.get(id) == Some(&NONE) && source == NONE {
                let (actor, sure) = self.floating(quote.span, quote.direct, cue, block, last);
                self.set_speaker(id as u32, actor, sure);
            }
            if let Some(&speaker) = self.s.speaker.get(id).filter(|speaker| **speaker != NONE) {
                last = Some((block, quote.span.end, speaker));
            }
        }
        self.s.order = has_source;
    }

    fn floating(
        &self,
        span: Span,
        direct: bool,
        cue: Option<Span>,
        block: usize,
        last: Option<(usize, u32, u32)>,
    ) -> (u32, f32) {
        let first = self.input.tokens.partition_point(|t| t.end <= span.start);
        let sentence = self.s.layout.sentence.get(first).copied().unwrap_or(0);
        if let Some(cue) = cue {
            let at = self.input.tokens.partition_point(|t| t.end <= cue.start);
            if self.hears(at, cue) {
                return (NONE, 0.0);
            }
            let home = self.s.layout.sentence.get(at).copied().unwrap_or(0);
            let joined = at.checked_sub(1).is_some_and(|before| self.word(before).is(Word::CONJUNCTION));
            let said_before = last.filter(|(_, end, _)| {
                let token = self.input.tokens.partition_point(|t| t.end < *end);
                self.s.layout.sentence.get(token) == Some(&home)
            });
            if joined && let Some((.., speaker)) = said_before {
                return (speaker, score::CONTINUED);
            }
            let subject = self.subject_before(at, home);
            if subject != NONE {
                return (subject, score::SUBJECT);
            }
            if let Some((.., speaker)) = said_before {
                return (speaker, score::CONTINUED);
            }
        }
        if !direct {
            return (NONE, 0.0);
        }
        let acts = self.acts_before(first, sentence, block, last.map_or(0, |(_, end, _)| end));
        if acts != NONE {
            return (acts, score::ACTS);
        }
        match last {
            Some((where_, _, speaker)) if where_ == block || where_ + 1 == block => (speaker, score::CONTINUED),
            _ => (NONE, 0.0),
        }
    }

    /// Returns true if the subject of a cue is told something, as in `X was told`: somebody else speaks.
    fn hears(&self, at: usize, cue: Span) -> bool {
        let tokens = self.input.tokens.iter().skip(at).take_while(|t| t.start < cue.end).take(BACK);
        let words = tokens.map(|t| t.get(self.input.text).unwrap_or_default());
        let verbs = &ENGLISH.verbs;
        let mut passive = false;
        words.into_iter().any(|word| {
            let told = passive && verbs.told.contains(&word);
            passive |= verbs.be.contains(&word);
            told
        })
    }

    /// The subject of the verb at a token: the nearest participant before it that is governed by nothing else.
    fn subject_before(&self, verb: usize, sentence: u32) -> u32 {
        let end = self.s.recent.partition_point(|c| (c.from as usize) < verb);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let quote = self.s.layout.quote.get(verb).copied().unwrap_or(NONE);
        let subject = near.iter().rev().find(|c| {
            c.sentence == sentence
                && c.to as usize + BEFORE_CUE >= verb
                && c.quote == quote
                && !c.possessive
                && !c.after_preposition
                && self.speaks(c.actor)
        });
        subject.map_or(NONE, |c| c.actor)
    }

    /// The one who acts in the sentence before a quote, or in its own before it, later than the quote before.
    pub(super) fn acts_before(&self, first: usize, sentence: u32, block: usize, since: u32) -> u32 {
        // A quote that opens its paragraph may have its speaker in the sentence that ends the one before.
        let opens = first.checked_sub(1).is_some_and(|before| self.s.layout.block.get(before) != Some(&(block as u32)));
        let end = self.s.recent.partition_point(|c| (c.from as usize) < first);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let found = near.iter().rev().find(|c| {
            c.sentence + 1 >= sentence
                && (c.block as usize == block || (opens && c.block as usize + 1 == block))
                && c.quote == NONE
                && !self.s.named.contains(&c.actor)
                && (c.subject || (c.inserted && !c.after_preposition && !c.possessive))
                && self.input.tokens.get(c.from as usize).is_some_and(|t| t.start >= since)
                && self.s.clusters.actors.get(c.actor as usize).is_some_and(|d| d.class == Class::Person && !d.plural)
        });
        found.map_or(NONE, |c| c.actor)
    }

    /// The organisation that acts in the sentence before a token, or in its own, if it is the only one there. "They" may
    /// mean several people too.
    pub(super) fn body_acts(&self, from: usize, several: bool) -> u32 {
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let end = self.s.recent.partition_point(|c| (c.from as usize) < from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let mut found = NONE;
        for c in near.iter().rev().take_while(|c| c.sentence + 1 >= sentence) {
            let Some(draft) = self.s.clusters.actors.get(c.actor as usize) else { continue };
            let body = match draft.class {
                Class::Org => !draft.plural || several,
                _ => several && draft.plural,
            };
            if !body || c.quote != NONE || c.actor == found || (c.in_group && several) {
                continue;
            }
            if found != NONE {
                return NONE;
            }
            if c.subject {
                found = c.actor;
            }
        }
        found
    }

    /// The one organisation named in the last sentences before a token, if there is one only.
    pub(super) fn only_body(&self, from: usize) -> u32 {
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let end = self.s.recent.partition_point(|c| (c.from as usize) < from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let mut found = NONE;
        for c in near.iter().rev().take_while(|c| c.sentence + BODY_REACH >= sentence) {
            let draft = self.s.clusters.actors.get(c.actor as usize);
            if draft.is_some_and(|d| d.class == Class::Org && d.total > 0) && c.actor != found {
                if found != NONE {
                    return NONE;
                }
                found = c.actor;
            }
        }
        found
    }

    /// The last speaker, if named in the sentence before and in the same paragraph.
    pub(super) fn spoke_before(&self, sentence: u32, block: u32) -> u32 {
        let near = self.s.recent.iter().rev().take(BACK);
        let mut near = near.filter(|c| c.sentence + 1 >= sentence && c.block == block && c.quote == NONE);
        near.find(|c| c.actor == self.last_speaker && !self.s.named.contains(&c.actor)).map_or(NONE, |c| c.actor)
    }

    pub(super) fn speaks(&self, actor: u32) -> bool {
        self.s
            .clusters
            .actors
            .get(actor as usize)
            .is_some_and(|d| matches!(d.class, Class::Person | Class::Org | Class::Unknown))
    }

    /// A name that is first met as the source of a quote, without a word of who it is, may be who a noun phrase right
    /// before meant: `The captain confirms it. “...,” Ana Ruiz said.`
    fn take_up_nominals(&mut self) {
        let mut taken = HashKeyed::<u32>::default();
        for at in 0..self.s.sources.len() {
            let Some(&(from, to, quote)) = self.s.sources.get(at) else { continue };
            let span = self.span(from as usize, to as usize);
            let Head::Entity(id) = head(self.input, &self.s.layout, span) else { continue };
            let Some(&actor) = self.s.entity_actor.get(id as usize).filter(|a| **a != NONE) else { continue };
            let (first, last) = self.s.layout.entity_tokens.get(id as usize).copied().unwrap_or((0, 0));
            let Some(draft) = self.s.clusters.actors.get(actor as usize) else { continue };
            if draft.class != Class::Person
                || last < first + 2
                || self.s.profiles.of(actor).take(BACK).any(|p| p.head != NONE)
            {
                continue;
            }
            let gender = draft.gender;
            let end = self.s.recent.partition_point(|c| c.from < first);
            let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
            let (Some(&sentence), Some(&block)) =
                (self.s.layout.sentence.get(first as usize), self.s.layout.block.get(first as usize))
            else {
                continue;
            };
            if near.iter().any(|c| c.actor == actor) {
                continue;
            }
            let quoted = self.input.quotes.get(quote as usize).map_or(0, |q| q.span.start);
            let found = near.iter().rev().find(|c| {
                c.kind == MentionType::Nominal
                    && c.sentence + 2 >= sentence
                    && (c.block == block || c.block + 1 == block)
                    && c.quote == NONE
                    && self.input.tokens.get(c.from as usize).is_some_and(|t| t.start < quoted)
                    && (c.subject || self.leads_to(c, quoted))
                    && self.s.clusters.actors.get(c.actor as usize).is_some_and(|d| {
                        d.total == 0
                            && d.label_of == NONE
                            && d.class == Class::Person
                            && !d.plural
                            && !d.gender.conflicts(gender)
                    })
                    && (self.is_definite(c.from as usize)
                        || self.word(c.from as usize).is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE)
                        || (c.from..c.to).any(|k| is_possessive(self.text(k as usize))))
            });
            let Some(nominal) = found.map(|c| c.actor) else { continue };
            taken.entry(u64::from(nominal)).or_insert(actor);
        }
        if taken.is_empty() {
            return;
        }
        let now = |actor: &u32| taken.get(&u64::from(*actor)).copied();
        for mention in &mut self.s.mentions {
            mention.actor = now(&mention.actor).unwrap_or(mention.actor);
        }
        for c in &mut self.s.recent {
            c.actor = now(&c.actor).unwrap_or(c.actor);
        }
        for (speaker, sure) in self.s.speaker.iter_mut().zip(self.s.sure.iter_mut()) {
            if let Some(actor) = now(speaker) {
                *speaker = actor;
                *sure = score::TAKEN_UP;
            }
        }
    }

    /// True for a noun phrase that ends the sentence before a quote, as who speaks: `by her head of staff: “...”`,
    /// `The witness was his gardener. “...”`.
    fn leads_to(&self, nominal: &Candidate, quoted: u32) -> bool {
        let first = self.input.tokens.partition_point(|t| t.end <= quoted);
        let Some(before) = first.checked_sub(1) else { return false };
        let (from, to) = (nominal.from as usize, nominal.to as usize);
        if self.s.layout.sentence.get(before) != Some(&nominal.sentence) || to > before {
            return false;
        }
        let is = |at: usize| self.word(at).is(Word::BE);
        match self.text(before) {
            ":" => {
                let next = self.s.recent.partition_point(|c| c.from < nominal.to);
                let between = self.s.recent.get(next..).unwrap_or(&[]).iter().take(BACK);
                !between.take_while(|c| (c.from as usize) < before).any(|c| c.kind == MentionType::Nominal || c.subject)
            }
            "." => to == before && from.checked_sub(1).is_some_and(is),
            _ => false,
        }
    }

    /// What a text says is said by who wrote it: who is called its author, or who was said to have written it.
    fn give_texts_authors(&mut self) {
        let mut named = Vec::new();
        for id in 0..self.s.entity_actor.len() {
            for row in self.s.profiles.rows_of(id as u32) {
                let Some(phrase) = self.s.profiles.phrase(row) else { continue };
                if phrase.head == NONE || !self.reader().role(phrase.head as usize).is(RoleWord::AUTHOR) {
                    continue;
                }
                // "The study ... Its author, X": the writer of something else has no such owner.
                let its = match phrase.owner {
                    Owner::Pronoun(token) => self.word(token as usize).is(Word::NEUTER),
                    Owner::Words { to, .. } => to > 0 && self.word(to as usize - 1).is(Word::ROLE_TEXT),
                    _ => false,
                };
                if !its {
                    continue;
                }
                let end = self.s.unnamed.partition_point(|(_, own)| own.head < phrase.head);
                let texts = self.s.unnamed.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
                let text = texts.iter().rev().find(|(_, own)| self.word(own.head as usize).is(Word::ROLE_TEXT));
                if let (Some((text, _)), Some(&actor)) = (text, self.s.entity_actor.get(id))
                    && actor != NONE
                {
                    named.push((*text, actor, NONE));
                }
            }
        }
        // Who is called the author comes before the others.
        named.append(&mut self.s.authors);
        let authors = named;
        for at in 0..self.s.speaker.len() {
            let Some(&speaker) = self.s.speaker.get(at).filter(|s| **s != NONE) else { continue };
            if let Some((_, author, _)) = authors.iter().take(64).find(|(text, ..)| *text == speaker)
                && let (Some(slot), Some(sure)) = (self.s.speaker.get_mut(at), self.s.sure.get_mut(at))
            {
                *slot = *author;
                *sure = score::AUTHOR;
            }
        }
        self.s.authors = authors;
    }
}
