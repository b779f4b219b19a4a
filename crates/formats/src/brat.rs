//! The stand-off format of brat (<https://brat.nlplab.org/standoff.html>): for each document its text, and its
//! annotations one a line.
//!
//! brat reads texts line by line, and some programs that read its files take other characters for the end of a line too.
//! So control characters other than the line feed are blanks here. Offsets are code points, whatever the run's unit, and
//! no character comes or goes: they are those of the article's own text.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use copydesk_core::{Actor, Article, Holder, OffsetMap, OffsetUnit, Quote, Span};
use copydesk_text::Polarity;

use crate::parts::Parts;
use crate::writer::{DocumentError, DocumentWriter, Layout, OutputFormat};

/// The ending of a file of annotations.
const ANNOTATIONS: &str = "ann";

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "brat",
    aliases: &[],
    endings: &[],
    description: "brat stand-off: a text and a file of annotations for each document",
    layout: Layout::Documents(&["txt", ANNOTATIONS]),
    writer: |options| match options.table {
        ANNOTATIONS => Box::new(AnnotationWriter { parts: options.parts.clone() }),
        _ => Box::new(TextWriter),
    },
};

/// Writes the text of a document.
struct TextWriter;

/// Writes the annotations of a document.
struct AnnotationWriter {
    parts: Parts,
}

impl DocumentWriter for TextWriter {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(article.text().chars().map(shown).collect::<String>().as_bytes())
    }

    fn error(&mut self, _: &DocumentError, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn state(&self) -> Option<Vec<u8>> {
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

impl DocumentWriter for AnnotationWriter {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        let map = OffsetMap::new(article.text(), OffsetUnit::Char);
        let mut page = Page { article, map: &map, parts: &self.parts, counts: [0; 4], out: String::new() };
        page.lines();
        out.write_all(page.out.as_bytes())
    }

    fn error(&mut self, _: &DocumentError, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn state(&self) -> Option<Vec<u8>> {
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// The character that stands for `c` in both files.
fn shown(c: char) -> char {
    if c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) { ' ' } else { c }
}

/// Appends a type or a value: brat knows letters and digits of ASCII, `-` and `_`.
fn push_name(out: &mut String, name: &str) {
    out.extend(name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }));
    if name.is_empty() {
        out.push('_');
    }
}

/// The kinds of annotations that have a number of their own.
#[derive(Clone, Copy)]
enum Id {
    /// A span of the text.
    Text,
    /// An event.
    Event,
    /// An attribute.
    Attribute,
    /// A note.
    Note,
}

impl Id {
    fn letter(self) -> char {
        match self {
            Id::Text => 'T',
            Id::Event => 'E',
            Id::Attribute => 'A',
            Id::Note => '#',
        }
    }
}

/// The annotations of one document on their way out.
struct Page<'a> {
    article: &'a Article,
    map: &'a OffsetMap<'a>,
    parts: &'a Parts,
    /// The last number of each [`Id`].
    counts: [u32; 4],
    out: String,
}

impl<'a> Page<'a> {
    fn lines(&mut self) {
        let mut names = HashMap::new();
        for entity in self.article.entities().filter(|_| self.parts.has("entities")) {
            if let Some(number) = self.text(entity.label(), &[entity.span()]) {
                names.entry((entity.span().start, entity.span().end)).or_insert(number);
            }
        }
        let mentions = if self.parts.has("actors") { self.mentions(&names) } else { Vec::new() };
        let of_mention = |row: u32| mentions.get(row as usize).copied().flatten();
        // The mention that stands for an actor in events: its first name, or its first mention.
        let of_actor = |actor: Actor<'_>| {
            let numbers = || actor.mentions().filter_map(|mention| Some((mention.kind(), of_mention(mention.row())?)));
            numbers().find(|(kind, _)| *kind == "name").or_else(|| numbers().next()).map(|(_, number)| number)
        };
        let actors: Vec<Option<u32>> = self.article.actors().map(of_actor).collect();
        let of_actor = |actor: Actor<'_>| actors.get(actor.row() as usize).copied().flatten();
        for quote in self.article.quotes().filter(|_| self.parts.has("quotes")) {
            self.quote(quote, quote.speaker().and_then(of_actor));
        }
        for stance in self.article.stances().filter(|_| self.parts.has("stances")) {
            let Some(trigger) = self.text("Stance", &[stance.mention().span()]) else { continue };
            let holder = match stance.holder() {
                Holder::Author => None,
                Holder::Actor(holder) => Some(holder),
            };
            let target = of_mention(stance.mention().row());
            let event = self.event("Stance", trigger, &[("Target", target), ("Holder", holder.and_then(of_actor))]);
            let polarity = match Polarity::of(stance.polarity()) {
                Polarity::Negative => "negative",
                Polarity::Neutral => "neutral",
                Polarity::Positive => "positive",
            };
            self.attribute("Polarity", (Id::Event, event), polarity);
            let (polarity, score) = (stance.polarity(), stance.score());
            let voice = if holder.is_none() { "; holder author" } else { "" };
            self.note((Id::Event, event), &format!("polarity {polarity}; score {score}{voice}"));
        }
    }

    /// Writes mentions and says which mean the same actor. Returns for each row its number, if it has one.
    fn mentions(&mut self, names: &HashMap<(u32, u32), u32>) -> Vec<Option<u32>> {
        let mut numbers = Vec::with_capacity(self.article.mentions().len());
        for mention in self.article.mentions() {
            let span = mention.span();
            let number = match names.get(&(span.start, span.end)) {
                Some(number) => Some(*number),
                None => self.text("Mention", &[span]),
            };
            if let Some(number) = number {
                self.attribute("Form", (Id::Text, number), mention.kind());
            }
            numbers.push(number);
        }
        for actor in self.article.actors() {
            let row = |row: u32| numbers.get(row as usize).copied().flatten();
            let mut own: Vec<u32> = actor.mentions().filter_map(|mention| row(mention.row())).collect();
            own.sort_unstable();
            own.dedup();
            if own.len() > 1 {
                self.out.push_str("*\tEquiv");
                own.iter().for_each(|number| {
                    let _ = write!(self.out, " T{number}");
                });
                self.out.push('\n');
            }
            if let Some(first) = own.first() {
                let mut note = format!("actor {}: {}", actor.row(), actor.name());
                for (name, words) in
                    [("role", actor.role()), ("affiliation", actor.affiliation()), ("kb_id", actor.kb_id())]
                {
                    if let Some(words) = words {
                        // Writing into a string cannot fail.
                        let _ = write!(note, "; {name} {words}");
                    }
                }
                self.note((Id::Text, *first), &note);
            }
        }
        numbers
    }

    /// The cue is the event's trigger; if there is none, the content is, or the whole.
    fn quote(&mut self, quote: Quote<'a>, speaker: Option<u32>) {
        let own = [quote.span()];
        let trigger = [quote.cue(), quote.content(), &own].into_iter().find(|spans| !spans.is_empty());
        let Some(trigger) = self.text("Quote", trigger.unwrap_or_default()) else { return };
        let content = self.text("Content", quote.content());
        let source = self.text("Source", quote.source());
        let event = self.event("Quote", trigger, &[("Content", content), ("Source", source), ("Speaker", speaker)]);
        self.attribute("Kind", (Id::Event, event), quote.kind());
        self.attribute("Act", (Id::Event, event), quote.act());
    }

    /// Begins a line, and returns the number of its annotation.
    fn begin(&mut self, id: Id) -> u32 {
        let number = self.counts.get_mut(id as usize).map_or(0, |count| {
            *count += 1;
            *count
        });
        let _ = write!(self.out, "{}{number}\t", id.letter());
        number
    }

    /// Writes the words of some spans, or nothing if there are none. A span over several lines has a part on each.
    fn text(&mut self, kind: &str, spans: &[Span]) -> Option<u32> {
        let parts = fragments(self.article.text(), spans);
        if parts.is_empty() {
            return None;
        }
        let number = self.begin(Id::Text);
        push_name(&mut self.out, kind);
        for (at, part) in parts.iter().enumerate() {
            let [start, end] = self.map.span(*part);
            let _ = write!(self.out, "{}{start} {end}", if at == 0 { ' ' } else { ';' });
        }
        for (at, part) in parts.iter().enumerate() {
            self.out.push(if at == 0 { '\t' } else { ' ' });
            self.out.extend(part.get(self.article.text()).unwrap_or_default().chars().map(shown));
        }
        self.out.push('\n');
        Some(number)
    }

    fn event(&mut self, kind: &str, trigger: u32, arguments: &[(&str, Option<u32>)]) -> u32 {
        let number = self.begin(Id::Event);
        let _ = write!(self.out, "{kind}:T{trigger}");
        for (role, argument) in arguments.iter().filter_map(|(role, argument)| Some((role, (*argument)?))) {
            let _ = write!(self.out, " {role}:T{argument}");
        }
        self.out.push('\n');
        number
    }

    fn attribute(&mut self, name: &str, (id, of): (Id, u32), value: &str) {
        self.begin(Id::Attribute);
        let _ = write!(self.out, "{name} {}{of} ", id.letter());
        push_name(&mut self.out, value);
        self.out.push('\n');
    }

    fn note(&mut self, (id, of): (Id, u32), note: &str) {
        self.begin(Id::Note);
        let _ = write!(self.out, "AnnotatorNotes {}{of}\t", id.letter());
        self.out.extend(note.chars().map(|c| if c == '\n' { ' ' } else { shown(c) }));
        self.out.push('\n');
    }
}

/// Cuts spans into parts of one line each, in their order and without overlap; white space at the ends is left out.
fn fragments(text: &str, spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut parts: Vec<Span> = Vec::new();
    let mut done = 0;
    for span in sorted {
        let mut start = span.start.max(done);
        let own = Span::new(start, span.end.max(start)).get(text).unwrap_or_default();
        for line in own.split_inclusive('\n') {
            let blank = |c: char| c.is_whitespace() || shown(c) == ' ';
            let left = line.len() - line.trim_start_matches(blank).len();
            let words = line.trim_matches(blank);
            if !words.is_empty() {
                let from = start + left as u32;
                parts.push(Span::new(from, from + words.len() as u32));
            }
            start += line.len() as u32;
        }
        done = done.max(start);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_span() {
        let text = "one two\r\n\n three";
        let cases: [(&[[u32; 2]], &[&str]); 5] = [
            (&[[0, 3]], &["one"]),
            (&[[4, 16]], &["two", "three"]),
            (&[[7, 11]], &[]),
            (&[[11, 16], [0, 3]], &["one", "three"]),
            (&[[0, 7], [4, 16]], &["one two", "three"]),
        ];
        for (spans, expected) in cases {
            let spans: Vec<Span> = spans.iter().map(|[start, end]| Span::new(*start, *end)).collect();
            let parts = fragments(text, &spans);
            assert_eq!(parts.iter().map(|part| part.get(text).unwrap()).collect::<Vec<_>>(), expected);
        }
    }
}
