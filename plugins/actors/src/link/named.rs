//! Persons whom a quote names in the third person. The pronoun or the noun phrase that is its source means somebody else:
//! `“Ana needs rest,” she said.`

use copydesk_text::lang::ENGLISH;
use copydesk_text::marks::Mark;
use copydesk_text::{MentionType, QuoteRole};

use super::Walk;
use super::resolve::Anaphor;
use crate::cluster::NONE;
use crate::features::Group;
use crate::names::Class;
use crate::words::Word;

/// So many parts of a quote are looked at.
const PARTS: usize = 32;
/// So many parts of its words are looked at, and so many names of each.
const MOST: usize = 8;
/// So many titles may stand before a name.
const TITLES: usize = 3;
/// Tokens looked at for a quotation inside a quote.
const INSIDE: usize = 48;

impl Walk<'_, '_> {
    /// Fills the list of the persons whom a quote names.
    pub(super) fn name_quoted(&mut self, quote: u32) {
        let mut named = std::mem::take(&mut self.s.named);
        named.clear();
        // The parts of a quote are neighbours.
        let first = self.input.parts.partition_point(|part| part.quote < quote);
        let parts = self.input.parts.iter().skip(first).take(PARTS).take_while(|part| part.quote == quote);
        for part in parts.filter(|part| part.role == QuoteRole::Content).take(MOST) {
            let from = self.input.tokens.partition_point(|t| t.end <= part.span.start);
            let to = self.input.tokens.partition_point(|t| t.start < part.span.end);
            self.name_persons(from, to, &mut named);
            self.name_nominals(from, to, &mut named);
        }
        self.s.named = named;
    }

    /// Adds the persons named between two tokens.
    fn name_persons(&self, from: usize, to: usize, named: &mut Vec<u32>) {
        let first = self.s.layout.entity_tokens.partition_point(|(first, _)| (*first as usize) < from);
        for id in first..first + MOST {
            if self.s.layout.entity_tokens.get(id).is_none_or(|(first, _)| *first as usize >= to) {
                return;
            }
            if self.is_third_person(id, from, to) {
                named.push(self.s.entity_actor.get(id).copied().unwrap_or(NONE));
            }
        }
    }

    /// Adds those between two tokens who have no name: `“My client slept,” she said` is not said by the client.
    fn name_nominals(&self, from: usize, to: usize, named: &mut Vec<u32>) {
        let end = self.s.recent.partition_point(|c| (c.from as usize) < to);
        let near = self.s.recent.get(end.saturating_sub(MOST)..end).unwrap_or(&[]).iter();
        let nominal = near.filter(|c| c.from as usize >= from && c.kind == MentionType::Nominal);
        let draft = |actor: u32| self.s.clusters.actors.get(actor as usize);
        let unnamed = nominal.filter(|c| draft(c.actor).is_some_and(|d| d.total == 0 && d.label_of == NONE));
        named.extend(unnamed.map(|c| c.actor));
    }

    /// Returns true if the name of a person in the words of a quote means somebody other than the speaker.
    fn is_third_person(&self, id: usize, content: usize, end: usize) -> bool {
        let Some(&(name, to)) = self.s.layout.entity_tokens.get(id) else { return false };
        let (name, to) = (name as usize, to as usize);
        let label = self.input.entities.get(id).map_or("", |entity| entity.label);
        Class::of_label(label) == Class::Person
            && self.s.layout.quote.get(name) == self.s.layout.quote.get(content)
            && !self.names_speaker(name, content)
            && !self.is_beside(name, to, content)
            && !(name == content && self.is_marked_later(to, end))
    }

    /// Returns true for a name by which the speaker calls himself: `I, Ana Ruiz`, `I am Ana`, `my name is Ana`.
    fn names_speaker(&self, name: usize, content: usize) -> bool {
        let back = (content..name).rev().take(TITLES + 1);
        let titles = back.take_while(|at| self.word(*at).is(Word::TITLE) || self.text(*at) == ".").count();
        let Some(before) = (name - titles).checked_sub(1).filter(|at| *at >= content) else { return false };
        let Some(earlier) = before.checked_sub(1).filter(|at| *at >= content) else { return false };
        let (first, text) = (self.word(earlier), self.text(before));
        let is = self.word(before).is(Word::BE) || ENGLISH.verbs.auxiliaries.contains(&text);
        let me = first.is(Word::FIRST) && !first.is(Word::POSSESSIVE | Word::PLURAL);
        (me && (is || text == ",")) || (is && ENGLISH.nouns.mottos.contains(&self.text(earlier)))
    }

    /// Returns true for a name beside the speaker's own words: in a quotation or in brackets, or before a verb of saying.
    /// Others may call the speaker so, or the article does.
    fn is_beside(&self, name: usize, to: usize, content: usize) -> bool {
        let opens = |text: &str| match (Mark::of(text), text) {
            (Mark::Open | Mark::OpenSingle, _) | (_, "(") => Some(true),
            (Mark::Close | Mark::Apostrophe, _) | (_, ")") => Some(false),
            _ => None,
        };
        let mut near = (content + 1..name).rev().take(INSIDE);
        self.word(to).is(Word::SPEECH) || near.find_map(|at| opens(self.text(at))).unwrap_or(false)
    }

    /// Returns true if a quotation opens within a quote: a name before it is mostly the subject of the article's own words,
    /// as in `Ana agreed, “and I slept”, she said`.
    fn is_marked_later(&self, from: usize, end: usize) -> bool {
        let opens = |at: usize| matches!(Mark::of(self.text(at)), Mark::Open | Mark::OpenSingle | Mark::Either);
        (from..end.min(from + INSIDE)).any(opens)
    }

    /// Returns true if the quote whose source an anaphor is names this person.
    pub(super) fn is_named_in_quote(&self, anaphor: &Anaphor, actor: u32) -> bool {
        anaphor.source && matches!(anaphor.group, Group::Personal | Group::Role) && self.s.named.contains(&actor)
    }
}
