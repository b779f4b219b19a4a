//! JSON lines out: one document a line, schema `copydesk/1`.
//!
//! Written by hand into a buffer: no tree of values is built, and the same document gives the same bytes always.
//! [`result`](crate::result) has the same lines as types.

pub(crate) mod write;

pub use write::float as push_decimal;

use std::io::{self, Write};

use copydesk_core::{
    Article, ColumnData, Date, Document, Holder, Layer, Metadata, OffsetMap, OffsetUnit, Origin, Span, standard,
};
use serde_json::value::RawValue;

use crate::parts::Parts;
use crate::result::SCHEMA;
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};
use write::{float, key, number, pair, string};

/// JSON lines.
pub const FORMAT: OutputFormat = OutputFormat {
    name: "json",
    aliases: &["jsonl"],
    endings: &["jsonl", "ndjson", "json"],
    description: "JSON lines: one object for each document, schema copydesk/1",
    layout: Layout::File,
    writer: |options| Box::new(JsonWriter::new(options)),
};

/// Writes results as JSON lines.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::{JsonWriter, Parts, WriterOptions};
///
/// let options = WriterOptions { parts: Parts::named(["title", "text"]), ..WriterOptions::default() };
/// let mut document = Document::new("7", "It rains.")?;
/// document.metadata.title = Some("Weather".into());
///
/// let mut line = Vec::new();
/// JsonWriter::new(&options).line(&Article::new(document)?, &mut line);
/// let expected = r#"{"schema":"copydesk/1","id":"7","offsets":"char","text":"It rains.","title":"Weather"}"#;
/// assert_eq!(String::from_utf8(line)?.trim_end(), expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonWriter {
    unit: OffsetUnit,
    parts: Parts,
    provenance: Option<Box<RawValue>>,
    buffer: Vec<u8>,
}

/// A buffer that one huge document made larger than this is given back.
const KEPT: usize = 16 << 20;

/// Standard layers that are written as bare spans or within another layer. If a plugin adds columns to one of them, the
/// layer is written once more under `layers`, row by row.
const BARE: [&str; 4] = ["sentences", "tokens", "quote_parts", "mentions"];

impl JsonWriter {
    /// Returns a writer with these parts, offsets and provenance.
    #[must_use]
    pub fn new(options: &WriterOptions) -> Self {
        let provenance = options.provenance.clone().filter(|_| options.parts.has("provenance"));
        JsonWriter { unit: options.unit, parts: options.parts.clone(), provenance, buffer: Vec::new() }
    }

    /// Appends the line of a document to `out`.
    pub fn line(&self, article: &Article, out: &mut Vec<u8>) {
        let map = OffsetMap::new(article.text(), self.unit);
        begin(out, article.id());
        key(out, "offsets");
        string(out, self.unit.name());
        let mut line = Line { article, map: &map, parts: &self.parts, out };
        line.texts();
        line.layers();
        if let Some(provenance) = &self.provenance {
            key(out, "provenance");
            out.extend_from_slice(provenance.get().as_bytes());
        }
        out.extend_from_slice(b"}\n");
    }

    /// Appends the line of a document that has no result.
    pub fn error_line(&self, error: &DocumentError, out: &mut Vec<u8>) {
        begin(out, &error.id);
        key(out, "error");
        out.push(b'{');
        write::first_key(out, "stage");
        write::json(out, &error.stage);
        key(out, "message");
        string(out, &error.message);
        key(out, "line");
        write::json(out, &error.line);
        out.extend_from_slice(b"}}\n");
    }

    /// Appends the line of a document that repeats another.
    pub fn duplicate_line(&self, duplicate: &Duplicate, out: &mut Vec<u8>) {
        begin(out, &duplicate.id);
        key(out, "duplicate_of");
        string(out, &duplicate.duplicate_of);
        if self.parts.has("source") {
            key(out, "source");
            source(out, &duplicate.origin);
        }
        out.extend_from_slice(b"}\n");
    }

    fn send(&mut self, out: &mut dyn Write, line: impl FnOnce(&Self, &mut Vec<u8>)) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        line(self, &mut buffer);
        let written = out.write_all(&buffer);
        buffer.shrink_to(KEPT);
        self.buffer = buffer;
        written
    }
}

impl DocumentWriter for JsonWriter {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |writer, buffer| writer.line(article, buffer))
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |writer, buffer| writer.error_line(error, buffer))
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |writer, buffer| writer.duplicate_line(duplicate, buffer))
    }

    fn state(&self) -> Option<Vec<u8>> {
        // A line needs nothing of those before it.
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// The place that a document was read from.
fn source(out: &mut Vec<u8>, origin: &Origin) {
    if origin.is_unknown() {
        return out.extend_from_slice(b"null");
    }
    let Origin { file, line, encoding, language } = origin;
    out.push(b'{');
    write::first_key(out, "file");
    write::json(out, file);
    key(out, "line");
    write::json(out, line);
    key(out, "encoding");
    write::json(out, encoding);
    key(out, "language");
    write::json(out, language);
    out.push(b'}');
}

fn begin(out: &mut Vec<u8>, id: &str) {
    out.push(b'{');
    write::first_key(out, "schema");
    string(out, SCHEMA);
    key(out, "id");
    string(out, id);
}

/// One document's line on its way out.
struct Line<'a> {
    article: &'a Article,
    map: &'a OffsetMap<'a>,
    parts: &'a Parts,
    out: &'a mut Vec<u8>,
}

/// The columns that plugins added to a layer, which the layer's standard writer does not write.
type Added<'a> = Vec<(&'a str, &'a ColumnData)>;

impl<'a> Line<'a> {
    /// Text, metadata and origin.
    fn texts(&mut self) {
        let document: &Document = self.article.document();
        let Metadata { title, authors, published, modified, outlet, section, language, url } = &document.metadata;
        if self.parts.has("text") {
            key(self.out, "text");
            string(self.out, document.text());
        }
        if self.parts.has("meta") {
            key(self.out, "meta");
            write::json(self.out, &document.meta);
        }
        self.known("title", title.as_deref());
        if self.parts.has("authors") {
            key(self.out, "authors");
            // Nobody says of an article that it has no author: an empty list is one that is not known.
            write::json(self.out, &Some(authors).filter(|authors| !authors.is_empty()));
        }
        self.known("published", published.as_ref().map(Date::as_str));
        self.known("modified", modified.as_ref().map(Date::as_str));
        self.known("outlet", outlet.as_deref());
        self.known("section", section.as_deref());
        self.known("language", language.as_deref());
        self.known("url", url.as_deref());
        if self.parts.has("source") {
            key(self.out, "source");
            source(self.out, &document.origin);
        }
    }

    fn known(&mut self, name: &str, value: Option<&str>) {
        if self.parts.has(name) {
            key(self.out, name);
            write::json(self.out, &value);
        }
    }

    fn layers(&mut self) {
        if let Some(layer) = self.part("blocks") {
            self.blocks(layer);
        }
        if let Some(layer) = self.part("sentences") {
            key(self.out, "sentences");
            self.list(layer.spans(), |line, span| line.pair(*span));
        }
        if self.part("tokens").is_some() {
            self.tokens();
        }
        if let Some(layer) = self.part("entities") {
            self.entities(layer);
        }
        if let Some(layer) = self.part("actors") {
            self.actors(layer);
        }
        if let Some(layer) = self.part("quotes") {
            self.quotes(layer);
        }
        if let Some(layer) = self.part("stances") {
            self.stances(layer);
        }
        self.other_layers();
    }

    fn part(&self, name: &str) -> Option<&'a Layer> {
        if self.parts.has(name) { self.article.document().layer(name) } else { None }
    }

    /// `[...]` of `items`.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Self, T)) {
        self.out.push(b'[');
        for (row, value) in items.into_iter().enumerate() {
            if row > 0 {
                self.out.push(b',');
            }
            item(self, value);
        }
        self.out.push(b']');
    }

    fn pair(&mut self, span: Span) {
        pair(self.out, self.map.span(span));
    }

    fn pairs(&mut self, name: &str, spans: &[Span]) {
        key(self.out, name);
        self.list(spans, |line, span| line.pair(*span));
    }

    /// `{"start":..,"end":..`
    fn open(&mut self, span: Span) {
        let [start, end] = self.map.span(span);
        self.out.push(b'{');
        write::first_key(self.out, "start");
        number(self.out, start);
        key(self.out, "end");
        number(self.out, end);
    }

    fn text_of(&mut self, name: &str, text: &str) {
        key(self.out, name);
        string(self.out, text);
    }

    fn text_or_null(&mut self, name: &str, text: Option<&str>) {
        key(self.out, name);
        write::json(self.out, &text);
    }

    fn float_of(&mut self, name: &str, value: f32) {
        key(self.out, name);
        float(self.out, value);
    }

    fn float_or_null(&mut self, name: &str, value: Option<f32>) {
        key(self.out, name);
        match value {
            None => self.out.extend_from_slice(b"null"),
            Some(value) => float(self.out, value),
        }
    }

    fn row_of(&mut self, name: &str, row: Option<u32>) {
        key(self.out, name);
        self.number_or_null(row);
    }

    fn number_or_null(&mut self, row: Option<u32>) {
        match row {
            None => self.out.extend_from_slice(b"null"),
            Some(row) => number(self.out, row),
        }
    }

    /// The row's values in columns that plugins added.
    fn added(&mut self, columns: &Added<'_>, row: u32) {
        for (name, data) in columns {
            key(self.out, name);
            self.value(data, row as usize);
        }
    }

    fn value(&mut self, column: &ColumnData, row: usize) {
        if let Some(values) = column.as_numbers() {
            self.number_or_null(values.get(row).copied());
        } else if let Some(references) = column.as_references() {
            self.number_or_null(references.get(row));
        } else if let Some(strings) = column.as_strings() {
            string(self.out, strings.get(row).unwrap_or_default());
        } else if let Some(floats) = column.as_floats() {
            match floats.get(row).unwrap_or_default() {
                [one] if floats.width() == 1 => float(self.out, *one),
                vector => self.list(vector, |line, value| float(line.out, *value)),
            }
        } else if let Some(halves) = column.as_halves() {
            match halves.get(row).unwrap_or_default() {
                [one] if halves.width() == 1 => float(self.out, one.to_f32()),
                vector => self.list(vector, |line, value| float(line.out, value.to_f32())),
            }
        }
    }

    fn blocks(&mut self, layer: &Layer) {
        let (article, added) = (self.article, added(layer));
        key(self.out, "blocks");
        self.list(article.blocks(), |line, block| {
            line.open(block.span());
            line.text_of("kind", block.kind());
            line.added(&added, block.row());
            line.out.push(b'}');
        });
    }

    /// Surface tokens: the words that one token was split into are one span here, and listed beside.
    fn tokens(&mut self) {
        let article = self.article;
        let mut split = Vec::new();
        key(self.out, "tokens");
        self.list(article.surface_tokens().enumerate(), |line, (number, token)| {
            if token.word_spans().len() > 1 {
                split.push((number as u32, token));
            }
            line.pair(token.span());
        });
        key(self.out, "multiword_tokens");
        self.list(split, |line, (token, words)| {
            line.out.push(b'{');
            write::first_key(line.out, "token");
            number(line.out, token);
            line.pairs("words", words.word_spans());
            line.out.push(b'}');
        });
    }

    fn entities(&mut self, layer: &Layer) {
        let (article, added) = (self.article, added(layer));
        key(self.out, "entities");
        self.list(article.entities(), |line, entity| {
            line.open(entity.span());
            line.text_of("label", entity.label());
            line.text_of("text", entity.text());
            line.float_of("score", entity.score());
            if article.has_entity_actors() {
                line.row_of("actor", entity.actor().map(|actor| actor.row()));
            }
            line.added(&added, entity.row());
            line.out.push(b'}');
        });
    }

    fn actors(&mut self, layer: &Layer) {
        let (article, added) = (self.article, added(layer));
        key(self.out, "actors");
        self.list(article.actors(), |line, actor| {
            line.out.push(b'{');
            write::first_key(line.out, "id");
            number(line.out, actor.row());
            line.text_of("name", actor.name());
            line.text_of("label", actor.label());
            if article.has_actor_roles() {
                line.text_or_null("role", actor.role());
            }
            if article.has_actor_affiliations() {
                line.text_or_null("affiliation", actor.affiliation());
            }
            if article.has_actor_links() {
                line.text_or_null("kb_id", actor.kb_id());
                line.float_or_null("kb_score", actor.kb_score());
            }
            line.added(&added, actor.row());
            key(line.out, "mentions");
            line.list(actor.mentions(), |line, mention| {
                line.open(mention.span());
                line.text_of("type", mention.kind());
                line.out.push(b'}');
            });
            line.out.push(b'}');
        });
    }

    fn quotes(&mut self, layer: &Layer) {
        let (article, added) = (self.article, added(layer));
        key(self.out, "quotes");
        self.list(article.quotes(), |line, quote| {
            line.out.push(b'{');
            write::first_key(line.out, "id");
            string(line.out, &quote.id());
            line.text_of("kind", quote.kind());
            line.text_of("act", quote.act());
            line.pairs("content", quote.content());
            line.pairs("cue", quote.cue());
            line.pairs("source", quote.source());
            if article.has_quote_speakers() {
                let speaker = quote.speaker();
                line.row_of("speaker", speaker.map(|actor| actor.row()));
                line.text_or_null("speaker_name", speaker.map(|actor| actor.name()));
            }
            if article.has_speaker_scores() {
                line.float_or_null("speaker_score", quote.speaker_score());
            }
            line.float_of("score", quote.score());
            line.added(&added, quote.row());
            line.out.push(b'}');
        });
    }

    fn stances(&mut self, layer: &Layer) {
        let (article, added) = (self.article, added(layer));
        key(self.out, "stances");
        self.list(article.stances(), |line, stance| {
            line.out.push(b'{');
            write::first_key(line.out, "holder");
            match stance.holder() {
                Holder::Author => string(line.out, "author"),
                Holder::Actor(actor) => number(line.out, actor.row()),
            }
            line.row_of("target", Some(stance.target().row()));
            key(line.out, "mention");
            line.pair(stance.mention().span());
            line.float_of("polarity", stance.polarity());
            line.float_of("score", stance.score());
            line.pairs("evidence", &[stance.evidence()]);
            line.added(&added, stance.row());
            line.out.push(b'}');
        });
    }

    /// Layers that are not standard, and bare ones with columns of other plugins, under `layers`.
    fn other_layers(&mut self) {
        let (parts, mut any) = (self.parts, false);
        for layer in self.article.document().layers() {
            if !(parts.has(layer.name()) && is_other(layer) && (!has_vectors(layer) || parts.names(layer.name()))) {
                continue;
            }
            if any {
                key(self.out, layer.name());
            } else {
                key(self.out, "layers");
                self.out.push(b'{');
                write::first_key(self.out, layer.name());
                any = true;
            }
            self.list(layer.spans().iter().enumerate(), |line, (row, span)| {
                line.open(*span);
                for column in layer.columns() {
                    key(line.out, &column.name);
                    line.value(&column.data, row);
                }
                line.out.push(b'}');
            });
        }
        if any {
            self.out.push(b'}');
        }
    }
}

fn added(layer: &Layer) -> Added<'_> {
    let columns = layer.columns().iter().filter(|column| standard::column(layer.name(), &column.name).is_none());
    columns.map(|column| (column.name.as_str(), &column.data)).collect()
}

fn is_other(layer: &Layer) -> bool {
    let name = layer.name();
    // Vectors have no form of their own.
    !standard::LAYERS.contains(&name) || name == "vectors" || (BARE.contains(&name) && !added(layer).is_empty())
}

/// Vectors are written only on request, since they are many times the size of the text.
fn has_vectors(layer: &Layer) -> bool {
    let is_vector =
        |data: &ColumnData| matches!(data, ColumnData::F32 { width, .. } | ColumnData::F16 { width, .. } if *width > 1);
    layer.columns().iter().any(|column| is_vector(&column.data))
}
