//! W3C Web Annotation Data Model (<https://www.w3.org/TR/annotation-model/>): a JSON array with a collection of
//! annotations for each document.
//!
//! Names, mentions, quotes, their cues and sources, and stances are annotations. What the model has no word for stands
//! under keys that begin with `copydesk:`, as JSON-LD allows. Offsets are code points, as the model says, whatever the
//! run's unit.

use std::io::{self, Write};

use copydesk_core::{Actor, Article, Holder, OffsetMap, OffsetUnit, Span, Strings};
use copydesk_text::{EntityLabel, Polarity};

use crate::json::write::{first_key, float, integer, key, number, string};
use crate::parts::Parts;
use crate::plain::push_percent;
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "webannotation",
    aliases: &["jsonld"],
    endings: &["jsonld"],
    description: "W3C Web Annotation: a JSON array with a collection of annotations for each document",
    layout: Layout::File,
    writer: |options| Box::new(AnnotationWriter::new(options)),
};

/// The context of the model, and ours for the keys that the model lacks.
const CONTEXT: &str = r#"["http://www.w3.org/ns/anno.jsonld",{"copydesk":"urn:copydesk:terms:"}]"#;

/// Characters of the text before and after a span in its selector: enough to tell repeated words apart.
const AROUND: usize = 32;

/// A buffer that one huge document made larger than this is given back.
const KEPT: usize = 16 << 20;

struct AnnotationWriter {
    parts: Parts,
    /// True if a comma is due before the next document.
    begun: bool,
    buffer: Vec<u8>,
}

impl AnnotationWriter {
    fn new(options: &WriterOptions) -> Self {
        AnnotationWriter { parts: options.parts.clone(), begun: false, buffer: Vec::new() }
    }

    /// `{"@context":..,"id":..,"type":"AnnotationCollection","label":..`
    fn open(&mut self, urn: &str, label: &str) {
        self.buffer.extend_from_slice(if self.begun { b",\n{" } else { b"\n{" });
        self.begun = true;
        first_key(&mut self.buffer, "@context");
        self.buffer.extend_from_slice(CONTEXT.as_bytes());
        text(&mut self.buffer, "id", &format!("{urn}:annotations"));
        text(&mut self.buffer, "type", "AnnotationCollection");
        text(&mut self.buffer, "label", label);
    }

    /// A document without annotations, for a reason.
    fn without(&mut self, id: &str, label: &str, name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
        self.open(&urn(id), label);
        text(&mut self.buffer, name, value);
        self.close(0, out)
    }

    fn close(&mut self, total: u32, out: &mut dyn Write) -> io::Result<()> {
        key(&mut self.buffer, "total");
        number(&mut self.buffer, total);
        self.buffer.push(b'}');
        let written = out.write_all(&self.buffer);
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
        written
    }
}

impl DocumentWriter for AnnotationWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        let urn = urn(article.id());
        let metadata = article.metadata();
        let title = metadata.title.as_deref().filter(|_| self.parts.has("title"));
        self.open(&urn, title.unwrap_or_else(|| article.id()));
        key(&mut self.buffer, "first");
        self.buffer.push(b'{');
        first_key(&mut self.buffer, "id");
        string(&mut self.buffer, &format!("{urn}:page"));
        text(&mut self.buffer, "type", "AnnotationPage");
        key(&mut self.buffer, "startIndex");
        number(&mut self.buffer, 0);
        key(&mut self.buffer, "items");
        self.buffer.push(b'[');
        let url = metadata.url.as_deref().filter(|url| self.parts.has("url") && is_iri(url));
        let blocks = article.document().layer("blocks");
        let mut page = Page {
            article,
            map: OffsetMap::new(article.text(), OffsetUnit::Char),
            urn: &urn,
            source: url.unwrap_or(&urn),
            blocks: blocks.map_or(&[], |layer| layer.spans()),
            paths: blocks.and_then(|layer| layer.column("path")).and_then(|column| column.as_strings()),
            total: 0,
            out: &mut self.buffer,
        };
        page.items(&self.parts);
        let total = page.total;
        self.buffer.extend_from_slice(b"]}");
        self.close(total, out)
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        let stage = error.stage.as_ref().map_or(String::new(), |stage| format!("stage {stage}: "));
        let line = error.line.map_or(String::new(), |line| format!("line {line}: "));
        let message = format!("{line}{stage}{}", error.message);
        self.without(&error.id, "not analyzed", "copydesk:error", &message, out)
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.without(&duplicate.id, "duplicate", "copydesk:duplicateOf", &duplicate.duplicate_of, out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\n]\n")
    }

    fn state(&self) -> Option<Vec<u8>> {
        Some(vec![self.begun.into()])
    }

    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let [begun @ (0 | 1)] = state else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the state is not one of the format webannotation"));
        };
        self.begun = *begun == 1;
        Ok(())
    }
}

/// The name of a document: each character but the unreserved ones of RFC 3986 as `%` and digits.
fn urn(id: &str) -> String {
    let mut urn = "urn:copydesk:document:".to_owned();
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || "-._~".contains(c) { urn.push(c) } else { push_percent(&mut urn, c) }
    }
    if id.is_empty() {
        urn.push('_');
    }
    urn
}

/// Returns true if a text is an address with a scheme, and has no character that RFC 3987 forbids.
fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c) && c != '\u{fffd}';
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        && !rest.is_empty()
        && rest.chars().all(allowed)
}

fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    key(out, name);
    string(out, value);
}

/// The annotations of one document on their way out.
struct Page<'a> {
    article: &'a Article,
    map: OffsetMap<'a>,
    urn: &'a str,
    source: &'a str,
    blocks: &'a [Span],
    /// Where each block stood in its web page, as a CSS selector.
    paths: Option<Strings<'a>>,
    total: u32,
    out: &'a mut Vec<u8>,
}

impl Page<'_> {
    fn items(&mut self, parts: &Parts) {
        let article = self.article;
        for entity in article.entities().filter(|_| parts.has("entities")) {
            self.open("entities", entity.row(), "classifying");
            self.bodies(|page| {
                page.textual("classifying", entity.label());
                page.identifying(entity.actor().filter(|_| parts.has("actors")));
            });
            self.score("copydesk:score", entity.score());
            self.close(&[entity.span()]);
        }
        for mention in article.mentions().filter(|_| parts.has("actors")) {
            self.open("mentions", mention.row(), "identifying");
            self.bodies(|page| {
                page.textual("classifying", mention.kind());
                page.identifying(Some(mention.actor()));
            });
            self.close(&[mention.span()]);
        }
        if parts.has("quotes") {
            self.quotes(parts);
        }
        if parts.has("stances") {
            self.stances();
        }
    }

    fn quotes(&mut self, parts: &Parts) {
        let article = self.article;
        for quote in article.quotes() {
            let speaker = quote.speaker().filter(|_| parts.has("actors"));
            self.open("quotes", quote.row(), "classifying");
            self.bodies(|page| {
                page.textual("classifying", quote.kind());
                page.textual("classifying", quote.act());
                page.identifying(speaker);
            });
            self.actor("copydesk:speaker", speaker);
            if let Some(score) = quote.speaker_score().filter(|_| speaker.is_some()) {
                self.score("copydesk:speakerScore", score);
            }
            self.score("copydesk:score", quote.score());
            // An annotation has a target, always.
            let own = [quote.span()];
            self.close(if quote.content().is_empty() { &own } else { quote.content() });
            for (role, spans) in [("cue", quote.cue()), ("source", quote.source())] {
                if spans.is_empty() {
                    continue;
                }
                self.open(role, quote.row(), "linking");
                key(self.out, "body");
                self.out.push(b'{');
                first_key(self.out, "type");
                string(self.out, "SpecificResource");
                text(self.out, "purpose", "linking");
                text(self.out, "source", &format!("{}:quotes:{}", self.urn, quote.row()));
                self.out.push(b'}');
                self.close(spans);
            }
        }
    }

    fn stances(&mut self) {
        let article = self.article;
        for stance in article.stances() {
            self.open("stances", stance.row(), "assessing");
            self.bodies(|page| page.textual("assessing", polarity(stance.polarity())));
            match stance.holder() {
                Holder::Author => text(self.out, "copydesk:holder", "author"),
                Holder::Actor(holder) => self.actor("copydesk:holder", Some(holder)),
            }
            self.actor("copydesk:target", Some(stance.target()));
            key(self.out, "copydesk:mention");
            self.out.push(b'{');
            first_key(self.out, "id");
            string(self.out, &format!("{}:mentions:{}", self.urn, stance.mention().row()));
            self.out.push(b'}');
            self.score("copydesk:polarity", stance.polarity());
            self.score("copydesk:score", stance.score());
            self.close(&[stance.evidence()]);
        }
    }

    /// `{"id":..,"type":"Annotation","motivation":..,"copydesk:layer":..`
    fn open(&mut self, layer: &str, row: u32, motivation: &str) {
        self.out.extend_from_slice(if self.total > 0 { b",\n{" } else { b"\n{" });
        self.total += 1;
        first_key(self.out, "id");
        self.out.push(b'"');
        // Nothing in a URN needs an escape.
        self.out.extend_from_slice(self.urn.as_bytes());
        self.out.push(b':');
        self.out.extend_from_slice(layer.as_bytes());
        self.out.push(b':');
        integer(self.out, row.into());
        self.out.push(b'"');
        text(self.out, "type", "Annotation");
        text(self.out, "motivation", motivation);
        text(self.out, "copydesk:layer", layer);
    }

    /// `"body":[..]`
    fn bodies(&mut self, bodies: impl FnOnce(&mut Self)) {
        key(self.out, "body");
        self.out.push(b'[');
        bodies(self);
        self.out.push(b']');
    }

    /// A comma, unless the list of bodies has just begun.
    fn next_body(&mut self) {
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
        self.out.push(b'{');
    }

    fn textual(&mut self, purpose: &str, value: &str) {
        self.next_body();
        first_key(self.out, "type");
        string(self.out, "TextualBody");
        text(self.out, "purpose", purpose);
        text(self.out, "value", value);
        self.out.push(b'}');
    }

    fn identifying(&mut self, actor: Option<Actor<'_>>) {
        let Some(actor) = actor else { return };
        self.next_body();
        first_key(self.out, "type");
        string(self.out, "SpecificResource");
        text(self.out, "purpose", "identifying");
        self.actor("source", Some(actor));
        self.out.push(b'}');
    }

    /// `"name":{"id":..,"type":"Person","name":..}`
    fn actor(&mut self, name: &str, actor: Option<Actor<'_>>) {
        let Some(actor) = actor else { return };
        key(self.out, name);
        self.out.push(b'{');
        first_key(self.out, "id");
        string(self.out, &format!("{}:actors:{}", self.urn, actor.row()));
        match EntityLabel::of(actor.label()) {
            Some(EntityLabel::Person) => text(self.out, "type", "Person"),
            Some(EntityLabel::Org) => text(self.out, "type", "Organization"),
            _ => {}
        }
        text(self.out, "name", actor.name());
        let about = [
            ("copydesk:role", actor.role()),
            ("copydesk:affiliation", actor.affiliation()),
            ("copydesk:kbId", actor.kb_id()),
        ];
        for (name, words) in about {
            if let Some(words) = words {
                text(self.out, name, words);
            }
        }
        self.out.push(b'}');
    }

    fn score(&mut self, name: &str, value: f32) {
        key(self.out, name);
        float(self.out, value);
    }

    /// `"target":..}`: one, or a list of several.
    fn close(&mut self, spans: &[Span]) {
        key(self.out, "target");
        if let [span] = spans {
            self.target(*span);
        } else {
            for (at, span) in spans.iter().enumerate() {
                self.out.push(if at == 0 { b'[' } else { b',' });
                self.target(*span);
            }
            self.out.push(b']');
        }
        self.out.push(b'}');
    }

    /// The selectors are alternatives: a reader takes the first that it knows.
    fn target(&mut self, span: Span) {
        let row = self.blocks.partition_point(|block| block.end < span.end);
        let block = self.blocks.get(row).filter(|block| block.contains(span));
        let path = block.and(self.paths).and_then(|paths| paths.get(row)).filter(|path| !path.is_empty());
        self.out.push(b'{');
        first_key(self.out, "source");
        string(self.out, self.source);
        key(self.out, "selector");
        let [start, end] = self.map.span(span);
        self.out.extend_from_slice(br#"[{"type":"TextPositionSelector","start":"#);
        number(self.out, start);
        key(self.out, "end");
        number(self.out, end);
        self.out.extend_from_slice(b"},");
        let around = block.copied().unwrap_or(Span::new(0, self.article.text().len() as u32));
        self.quoted(span, around);
        if let Some(path) = path {
            self.out.extend_from_slice(br#",{"type":"CssSelector""#);
            text(self.out, "value", path);
            key(self.out, "refinedBy");
            self.quoted(span, around);
            self.out.push(b'}');
        }
        self.out.extend_from_slice(b"]}");
    }

    /// A TextQuoteSelector of a span within `around`.
    fn quoted(&mut self, span: Span, around: Span) {
        let whole = self.article.text();
        let part = |start, end| Span::new(start, end).get(whole).unwrap_or_default();
        let (before, after) = (part(around.start, span.start), part(span.end, around.end));
        let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
        let to = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
        self.out.extend_from_slice(br#"{"type":"TextQuoteSelector""#);
        text(self.out, "exact", part(span.start, span.end));
        text(self.out, "prefix", before.get(from..).unwrap_or_default());
        text(self.out, "suffix", after.get(..to).unwrap_or_default());
        self.out.push(b'}');
    }
}

fn polarity(value: f32) -> &'static str {
    match Polarity::of(value) {
        Polarity::Negative => "negative",
        Polarity::Neutral => "neutral",
        Polarity::Positive => "positive",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(urn("a-1"), "urn:copydesk:document:a-1");
        assert_eq!(urn("a b/é:"), "urn:copydesk:document:a%20b%2F%C3%A9%3A");
        assert_eq!(urn(""), "urn:copydesk:document:_");
        for (text, expected) in [
            ("https://a.example/?b=é#c", true),
            ("tag:a,2024:b", true),
            ("a.example/b", false),
            ("https:", false),
            ("https://a b", false),
            ("1a:b", false),
            ("https://a/\u{202e}\n", false),
        ] {
            assert_eq!(is_iri(text), expected, "{text}");
        }
    }
}
