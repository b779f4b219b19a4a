//! TEI P5 (<https://tei-c.org/guidelines/p5/>): a `teiCorpus` with a `TEI` for each document.
//!
//! Metadata are in the header, actors in `standOff`, and names, mentions and quotes are elements of the text. A span that
//! would cross another is written in pieces, joined by `next` and `prev`. Stances and scores have no place here.

mod inline;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use copydesk_core::{Article, Metadata, Span};
use copydesk_text::{Act, EntityLabel};

use crate::parts::Parts;
use crate::plain::visible;
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat};
use inline::{Mark, Step};

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "tei",
    aliases: &[],
    endings: &["tei", "xml"],
    description: "TEI P5: XML with the articles' text, names and quotes marked",
    layout: Layout::File,
    writer: |options| Box::new(TeiWriter { parts: options.parts.clone(), documents: 0, buffer: String::new() }),
};

const HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<teiCorpus xmlns=\"http://www.tei-c.org/ns/1.0\">\n",
    "<teiHeader><fileDesc><titleStmt><title>Articles analyzed by Copydesk</title></titleStmt>",
    "<publicationStmt><p>Written by Copydesk</p></publicationStmt>",
    "<sourceDesc><p>The articles say their sources</p></sourceDesc></fileDesc>",
    "<encodingDesc><classDecl><taxonomy>",
    "<category xml:id=\"speech\"><catDesc>said aloud, or in a way that does not tell</catDesc></category>",
    "<category xml:id=\"writing\"><catDesc>written or posted</catDesc></category>",
    "<category xml:id=\"thought\"><catDesc>believed, known, felt</catDesc></category>",
    "<category xml:id=\"intention\"><catDesc>wanted, planned, decided</catDesc></category>",
    "</taxonomy></classDecl></encodingDesc></teiHeader>\n",
);

/// A buffer that one huge document made larger than this is given back.
const KEPT: usize = 16 << 20;

struct TeiWriter {
    parts: Parts,
    /// Documents written so far: the ids of elements must not come again in a file.
    documents: u64,
    buffer: String,
}

impl TeiWriter {
    fn send(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let written = out.write_all(self.buffer.as_bytes());
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
        written
    }

    /// A document without a text, and why.
    fn without(&mut self, id: &str, kind: &str, note: &str, out: &mut dyn Write) -> io::Result<()> {
        self.documents += 1;
        header(&mut self.buffer, id, &Metadata::default(), &self.parts, Some((kind, note)));
        self.buffer.push_str("<text><body><p/></body></text>\n</TEI>\n");
        self.send(out)
    }
}

impl DocumentWriter for TeiWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(HEAD.as_bytes())
    }

    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.documents += 1;
        header(&mut self.buffer, article.id(), article.metadata(), &self.parts, None);
        let mut page =
            Page { article, document: self.documents, parts: &self.parts, elements: Vec::new(), out: &mut self.buffer };
        page.actors();
        page.body();
        self.buffer.push_str("</TEI>\n");
        self.send(out)
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        let stage = error.stage.as_ref().map_or(String::new(), |stage| format!("stage {stage}: "));
        let line = error.line.map_or(String::new(), |line| format!("line {line}: "));
        self.without(&error.id, "error", &format!("{line}{stage}{}", error.message), out)
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.without(&duplicate.id, "duplicate_of", &duplicate.duplicate_of, out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</teiCorpus>\n")
    }

    fn state(&self) -> Option<Vec<u8>> {
        Some(self.documents.to_le_bytes().to_vec())
    }

    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let Ok(documents) = state.try_into() else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the state is not one of the format tei"));
        };
        self.documents = u64::from_le_bytes(documents);
        Ok(())
    }
}

/// Appends text. XML 1.0 has no form for most control characters: a sign stands for each.
fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{241a}'),
            '\n' | '\t' => out.push(c),
            c if c < ' ' => out.push(visible(c)),
            c => out.push(c),
        }
    }
}

/// Appends a word for an attribute: letters and digits of ASCII, `-` and `_`.
fn push_word(out: &mut String, word: &str) {
    out.extend(word.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }));
    if word.is_empty() {
        out.push('_');
    }
}

fn element(out: &mut String, tag: &str, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    let _ = write!(out, "<{tag}>");
    push_text(out, text);
    let _ = write!(out, "</{name}>");
}

/// Returns true if a language has the form that XML wants of one.
fn is_language(tag: &str) -> bool {
    tag.split('-').enumerate().all(|(at, part)| {
        let known = |byte: u8| byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit());
        (1..=8).contains(&part.len()) && part.bytes().all(known)
    })
}

/// `<TEI>` and its header.
fn header(out: &mut String, id: &str, metadata: &Metadata, parts: &Parts, note: Option<(&str, &str)>) {
    fn known<'a>(parts: &Parts, name: &str, value: &'a Option<String>) -> Option<&'a str> {
        value.as_deref().filter(|_| parts.has(name))
    }
    let title = known(parts, "title", &metadata.title);
    let authors: &[String] = if parts.has("authors") { &metadata.authors } else { &[] };
    out.push_str("<TEI>\n<teiHeader><fileDesc><titleStmt>");
    element(out, "title", "title", Some(title.unwrap_or(id)));
    authors.iter().for_each(|author| element(out, "author", "author", Some(author)));
    out.push_str("</titleStmt><publicationStmt><p>Written by Copydesk</p></publicationStmt>");
    if let Some((kind, text)) = note {
        let _ = write!(out, "<notesStmt><note type=\"{kind}\">");
        push_text(out, text);
        out.push_str("</note></notesStmt>");
    }
    out.push_str("<sourceDesc><bibl>");
    element(out, "title", "title", title);
    authors.iter().for_each(|author| element(out, "author", "author", Some(author)));
    element(out, "publisher", "publisher", known(parts, "outlet", &metadata.outlet));
    for (name, date) in [("published", &metadata.published), ("modified", &metadata.modified)] {
        if let Some(date) = date.as_ref().filter(|_| parts.has(name)) {
            element(out, &format!("date type=\"{name}\" when=\"{}\"", date.day()), "date", Some(date.as_str()));
        }
    }
    element(out, "biblScope unit=\"section\"", "biblScope", known(parts, "section", &metadata.section));
    element(out, "idno type=\"url\"", "idno", known(parts, "url", &metadata.url));
    element(out, "idno type=\"copydesk\"", "idno", Some(id));
    out.push_str("</bibl></sourceDesc></fileDesc>");
    if let Some(language) = known(parts, "language", &metadata.language).filter(|tag| is_language(tag)) {
        let _ = write!(out, "<profileDesc><langUsage><language ident=\"{language}\"/></langUsage></profileDesc>");
    }
    out.push_str("</teiHeader>\n");
}

/// An element of the text: what is written in each of its pieces.
struct Element {
    name: &'static str,
    attributes: String,
    id: String,
    /// The pieces that there are, and those that are written already.
    pieces: u32,
    written: u32,
}

/// One document on its way out.
struct Page<'a> {
    article: &'a Article,
    document: u64,
    parts: &'a Parts,
    elements: Vec<Element>,
    out: &'a mut String,
}

impl<'a> Page<'a> {
    /// The actors, by what they are.
    fn actors(&mut self) {
        if !self.parts.has("actors") || self.article.actors().len() == 0 {
            return;
        }
        let kind = |label: &str| match EntityLabel::of(label) {
            Some(EntityLabel::Person) => 0,
            Some(EntityLabel::Org | EntityLabel::Norp) => 1,
            Some(EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac) => 2,
            _ => 3,
        };
        let lists = [
            ("listPerson", "person", "persName"),
            ("listOrg", "org", "orgName"),
            ("listPlace", "place", "placeName"),
            ("listObject", "object", "objectName"),
        ];
        self.out.push_str("<standOff>");
        for (number, (list, item, name)) in lists.into_iter().enumerate() {
            let mut own = self.article.actors().filter(|actor| kind(actor.label()) == number).peekable();
            if own.peek().is_none() {
                continue;
            }
            let _ = write!(self.out, "<{list}>");
            for actor in own {
                let _ = write!(self.out, "<{item} xml:id=\"d{}a{}\">", self.document, actor.row());
                element(self.out, name, name, Some(actor.name()));
                // TEI has these for persons alone.
                if item == "person" {
                    element(self.out, "occupation", "occupation", actor.role());
                    element(self.out, "affiliation", "affiliation", actor.affiliation());
                }
                element(self.out, "idno", "idno", actor.kb_id());
                let _ = write!(self.out, "</{item}>");
            }
            let _ = write!(self.out, "</{list}>");
        }
        self.out.push_str("</standOff>\n");
    }

    fn body(&mut self) {
        self.out.push_str("<text><body>\n");
        let mut marks = self.marks();
        inline::sort(&mut marks);
        let blocks = self.blocks();
        let mut steps = Vec::new();
        let mut ends = Vec::with_capacity(blocks.len());
        // Marks of earlier blocks are passed over once and for all; those that reach into a later block stay.
        let mut from = 0;
        let mut reaching: Vec<Mark> = Vec::new();
        for (block, _) in &blocks {
            let until = marks.partition_point(|mark| mark.span.start < block.end);
            reaching.extend(marks.get(from..until).unwrap_or_default().iter().cloned());
            from = until.max(from);
            reaching.retain(|mark| mark.span.end > block.start);
            inline::steps(*block, &reaching, &mut steps);
            reaching.retain(|mark| mark.span.end > block.end);
            // No more than these can be open at the beginning of the next block.
            reaching.truncate(inline::DEPTH);
            ends.push(steps.len());
        }
        for step in &steps {
            if let Step::Open(element) = step
                && let Some(element) = self.elements.get_mut(*element)
            {
                element.pieces += 1;
            }
        }
        self.divisions(&blocks, &steps, &ends);
        self.out.push_str("</body></text>\n");
    }

    /// Blocks in divisions: a headline begins a new one, as TEI has heads nowhere else. Items that follow one another
    /// are a list.
    fn divisions(&mut self, blocks: &[(Span, &str)], steps: &[Step], ends: &[usize]) {
        let mut start = 0;
        let mut in_list = false;
        self.out.push_str("<div>");
        for (row, ((_, kind), end)) in blocks.iter().zip(ends).enumerate() {
            if in_list && *kind != "list_item" {
                self.out.push_str("\n</list>");
                in_list = false;
            }
            if *kind == "headline" && row > 0 {
                self.out.push_str("\n</div>\n<div>");
            }
            if *kind == "list_item" && !in_list {
                self.out.push_str("\n<list>");
                in_list = true;
            }
            let name = match *kind {
                "headline" => "head",
                "list_item" => "item",
                _ => "p",
            };
            let _ = write!(self.out, "\n<{name}");
            if name == "p" && !matches!(*kind, "" | "paragraph") {
                self.out.push_str(" rend=\"");
                push_word(self.out, kind);
                self.out.push('"');
            }
            self.out.push('>');
            steps.get(start..*end).unwrap_or_default().iter().for_each(|step| self.step(*step));
            start = *end;
            let _ = write!(self.out, "</{name}>");
        }
        if in_list {
            self.out.push_str("\n</list>");
        }
        if blocks.is_empty() {
            self.out.push_str("\n<p/>");
        }
        self.out.push_str("\n</div>\n");
    }

    /// The blocks and their kinds, and what stands between them, if it is more than white space.
    fn blocks(&self) -> Vec<(Span, &'a str)> {
        let text = self.article.text();
        let mut blocks = Vec::new();
        let mut at = 0;
        let end = Span::new(text.len() as u32, text.len() as u32);
        let named = self.article.blocks().filter(|_| self.parts.has("blocks"));
        for (span, kind) in named.map(|block| (block.span(), block.kind())).chain([(end, "")]) {
            let mut start = at;
            for line in Span::new(at, span.start.max(at)).get(text).unwrap_or_default().split_inclusive('\n') {
                let words = line.trim();
                if !words.is_empty() {
                    let from = start + (line.len() - line.trim_start().len()) as u32;
                    blocks.push((Span::new(from, from + words.len() as u32), ""));
                }
                start += line.len() as u32;
            }
            if span.start < span.end {
                blocks.push((span, kind));
            }
            at = at.max(span.end);
        }
        blocks
    }

    fn add(&mut self, name: &'static str, id: String, attributes: String) -> usize {
        self.elements.push(Element { name, attributes, id, pieces: 0, written: 0 });
        self.elements.len() - 1
    }

    fn marks(&mut self) -> Vec<Mark> {
        let (article, document) = (self.article, self.document);
        let with_actors = self.parts.has("actors");
        let mut marks = Vec::new();
        for quote in article.quotes().filter(|_| self.parts.has("quotes")) {
            let id = format!("d{document}q{}", quote.row());
            let direct = match quote.kind() {
                "direct" => "true",
                "indirect" => "false",
                _ => "unknown",
            };
            let mut attributes = format!(" direct=\"{direct}\" n=\"{}\"", quote.row());
            // The header of the file has a category for each act that is known.
            if let Some(act) = Act::from_name(quote.act()) {
                let _ = write!(attributes, " ana=\"#{}\"", act.as_str());
            }
            if let Some(speaker) = quote.speaker().filter(|_| with_actors) {
                let _ = write!(attributes, " who=\"#d{document}a{}\"", speaker.row());
            }
            let said = self.add("said", id.clone(), attributes);
            marks.extend(quote.content().iter().map(|span| Mark { span: *span, element: said, rank: 0 }));
            for (kind, spans) in [("cue", quote.cue()), ("source", quote.source())] {
                if spans.is_empty() {
                    continue;
                }
                let attributes = format!(" type=\"{kind}\" n=\"{}\"", quote.row());
                let part = self.add("seg", format!("{id}.{kind}"), attributes);
                marks.extend(spans.iter().map(|span| Mark { span: *span, element: part, rank: 1 }));
            }
        }
        let mut names = HashSet::new();
        let mut actors_at = HashMap::new();
        for mention in article.mentions().filter(|_| with_actors) {
            actors_at.entry((mention.span().start, mention.span().end)).or_insert(mention.actor().row());
        }
        for entity in article.entities().filter(|_| self.parts.has("entities")) {
            let place = (entity.span().start, entity.span().end);
            let own = entity.actor().filter(|_| with_actors).map(|actor| actor.row());
            let actor = own.or_else(|| actors_at.get(&place).copied());
            names.insert(place);
            let (name, mut attributes) = name_of(entity.label());
            if let Some(actor) = actor.filter(|_| !matches!(name, "date" | "time" | "measure")) {
                let _ = write!(attributes, " ref=\"#d{document}a{actor}\"");
            }
            let element = self.add(name, format!("d{document}e{}", entity.row()), attributes);
            marks.push(Mark { span: entity.span(), element, rank: 3 });
        }
        for mention in article.mentions().filter(|_| with_actors) {
            if names.contains(&(mention.span().start, mention.span().end)) {
                continue;
            }
            let mut attributes = " type=\"".to_owned();
            push_word(&mut attributes, mention.kind());
            let _ = write!(attributes, "\" ref=\"#d{document}a{}\"", mention.actor().row());
            let element = self.add("rs", format!("d{document}m{}", mention.row()), attributes);
            marks.push(Mark { span: mention.span(), element, rank: 2 });
        }
        marks
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Text(span) => push_text(self.out, span.get(self.article.text()).unwrap_or_default()),
            Step::Close(element) => {
                if let Some(element) = self.elements.get(element) {
                    let _ = write!(self.out, "</{}>", element.name);
                }
            }
            Step::Open(element) => {
                let Some(Element { name, attributes, id, pieces, written }) = self.elements.get_mut(element) else {
                    return;
                };
                *written += 1;
                let _ = write!(self.out, "<{name}{attributes}");
                if *pieces > 1 {
                    let _ = write!(self.out, " xml:id=\"{id}.{written}\"");
                }
                if *written > 1 {
                    let _ = write!(self.out, " prev=\"#{id}.{}\"", *written - 1);
                }
                if written < pieces {
                    let _ = write!(self.out, " next=\"#{id}.{}\"", *written + 1);
                }
                self.out.push('>');
            }
        }
    }
}

/// The element for a name with this label, and its attributes.
fn name_of(label: &str) -> (&'static str, String) {
    let typed = |name| {
        let mut attributes = " type=\"".to_owned();
        push_word(&mut attributes, label);
        attributes.push('"');
        (name, attributes)
    };
    match EntityLabel::of(label) {
        Some(EntityLabel::Person) => ("persName", String::new()),
        Some(EntityLabel::Org) => ("orgName", String::new()),
        Some(EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac) => typed("placeName"),
        Some(EntityLabel::Date) => ("date", String::new()),
        Some(EntityLabel::Time) => ("time", String::new()),
        Some(EntityLabel::Money | EntityLabel::Percent | EntityLabel::Quantity) => typed("measure"),
        _ => typed("name"),
    }
}
