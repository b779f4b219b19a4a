//! The marks of a document as brackets over words: names and coreference for `Entity`, attributions for `Quote`.

use std::collections::HashMap;
use std::fmt::Write;

use copydesk_core::{Actor, Article, Span};
use copydesk_text::EntityLabel;

use super::brackets::{Bracket, Brackets};
use crate::parts::Parts;

/// The words of a document, and where they are cut into sentences.
pub(super) struct Words<'a> {
    /// The places of the words, in their order.
    pub spans: &'a [Span],
    /// For each written sentence the number of the word after its last.
    pub ends: &'a [u32],
}

impl Words<'_> {
    /// The first and the last word that a span touches.
    fn of(&self, span: Span) -> Option<(u32, u32)> {
        let first = self.spans.partition_point(|word| word.end <= span.start);
        let after = self.spans.partition_point(|word| word.start < span.end);
        (span.start < span.end && first < after).then(|| (first as u32, after as u32 - 1))
    }

    /// As [`Words::of`], without the words after the end of the first word's sentence.
    fn within_sentence(&self, span: Span) -> Option<(u32, u32)> {
        let (first, last) = self.of(span)?;
        let end = self.ends.get(self.ends.partition_point(|end| *end <= first))?;
        Some((first, last.min(end.saturating_sub(1))))
    }
}

/// Returns the type that CorefUD has for a label: its validator knows these alone.
fn entity_type(label: &str) -> &'static str {
    match EntityLabel::of(label) {
        Some(EntityLabel::Person | EntityLabel::Norp) => "person",
        Some(EntityLabel::Org) => "organization",
        Some(EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac) => "place",
        Some(EntityLabel::Event) => "event",
        Some(EntityLabel::Product) => "object",
        Some(EntityLabel::Work | EntityLabel::Law) => "abstract",
        Some(EntityLabel::Date | EntityLabel::Time) => "time",
        Some(EntityLabel::Money | EntityLabel::Percent | EntityLabel::Quantity) => "number",
        Some(EntityLabel::Misc) | None => "other",
    }
}

/// Appends a word for a field of a bracket. Only letters and digits of ASCII mean nothing else there.
fn push_field(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
    if text.is_empty() {
        out.push('_');
    }
}

/// The owner of a mention: what CorefUD calls an entity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Actor(u32),
    Name(u32),
}

/// The mentions of a document, each with the number of its first and last word.
struct Mentions<'a> {
    words: &'a Words<'a>,
    /// The number of the document in the file.
    document: u64,
    found: Vec<(u32, u32, Owner, String, usize)>,
}

impl Mentions<'_> {
    fn push(&mut self, span: Span, owner: Owner, label: &str, kind: &str) {
        let Some((first, last)) = self.words.within_sentence(span) else { return };
        let mut opening = String::new();
        // Writing into a string cannot fail.
        let _ = match owner {
            Owner::Actor(row) => write!(opening, "d{}a{row}", self.document),
            Owner::Name(row) => write!(opening, "d{}n{row}", self.document),
        };
        let id = opening.len();
        // Nobody has looked for heads: the format's default is the first word.
        let _ = write!(opening, "-{}-1-label:", entity_type(label));
        push_field(&mut opening, label);
        opening.push_str(",type:");
        push_field(&mut opening, kind);
        self.found.push((first, last, owner, opening, id));
    }

    fn push_actor(&mut self, span: Span, actor: Actor<'_>, kind: &str) {
        self.push(span, Owner::Actor(actor.row()), actor.label(), kind);
    }

    /// CorefUD has no two mentions of the same words, and no two of one entity that cross: the later one is left out.
    fn brackets(mut self) -> Brackets {
        // Mentions of actors came before names, and the order of equals stays.
        self.found.sort_by_key(|(first, last, ..)| (*first, std::cmp::Reverse(*last)));
        self.found.dedup_by_key(|(first, last, ..)| (*first, *last));
        let mut open: HashMap<Owner, Vec<u32>> = HashMap::new();
        let kept = self.found.into_iter().filter_map(|(first, last, owner, opening, id)| {
            let open = open.entry(owner).or_default();
            while open.last().is_some_and(|end| *end < first) {
                open.pop();
            }
            let crosses = open.last().is_some_and(|end| *end < last);
            if !crosses {
                open.push(last);
            }
            (!crosses).then_some(Bracket { first, last, opening, id })
        });
        Brackets::new(kept.collect())
    }
}

/// The mentions of actors, and the names that are no mention of an actor.
pub(super) fn entities(article: &Article, words: &Words<'_>, parts: &Parts, document: u64) -> Brackets {
    let mut mentions = Mentions { words, document, found: Vec::new() };
    if parts.has("actors") {
        for mention in article.mentions() {
            mentions.push_actor(mention.span(), mention.actor(), mention.kind());
        }
    }
    if parts.has("entities") {
        for entity in article.entities() {
            match entity.actor().filter(|_| parts.has("actors")) {
                Some(actor) => mentions.push_actor(entity.span(), actor, "name"),
                None => mentions.push(entity.span(), Owner::Name(entity.row()), entity.label(), "name"),
            }
        }
    }
    mentions.brackets()
}

/// The parts of quotes: `(d1q0-content-direct-speech-d1a0`. They may reach over several sentences.
pub(super) fn quotes(article: &Article, words: &Words<'_>, parts: &Parts, document: u64) -> Brackets {
    let mut brackets = Vec::new();
    for quote in article.quotes().filter(|_| parts.has("quotes")) {
        let roles = [("content", quote.content()), ("cue", quote.cue()), ("source", quote.source())];
        for (role, span) in roles.iter().flat_map(|(role, spans)| spans.iter().map(move |span| (role, *span))) {
            let Some((first, last)) = words.of(span) else { continue };
            // Writing into a string cannot fail.
            let mut opening = String::new();
            let _ = write!(opening, "d{document}q{}-{role}", quote.row());
            let id = opening.len();
            for field in [quote.kind(), quote.act()] {
                opening.push('-');
                push_field(&mut opening, field);
            }
            let _ = match quote.speaker() {
                Some(speaker) => write!(opening, "-d{document}a{}", speaker.row()),
                None => write!(opening, "-_"),
            };
            brackets.push(Bracket { first, last, opening, id });
        }
    }
    Brackets::new(brackets)
}
