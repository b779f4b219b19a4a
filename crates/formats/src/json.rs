//! JSON lines out: one document a line, schema `copydesk/1`.
//!
//! Written by hand into a buffer that the caller keeps: no tree of values is built, and the same document
//! gives the same bytes always.

mod write;

use copydesk_core::{ColumnData, Document, Layer, NONE, OffsetMap, OffsetUnit, Span, standard};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::Parts;
use write::{float, key, number, pair, string};

/// The name and version of what is written.
pub const SCHEMA: &str = "copydesk/1";

/// Why a document has no result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentError {
    /// The document's id.
    pub id: String,
    /// The stage that failed; none where the document could not be read.
    pub stage: Option<String>,
    /// What was wrong.
    pub message: String,
    /// The line of the input.
    pub line: Option<u64>,
}

/// Writes results as JSON lines.
#[derive(Debug)]
pub struct JsonWriter {
    unit: OffsetUnit,
    parts: Parts,
    provenance: Option<Box<RawValue>>,
}

/// Standard layers that are written as bare spans or within another layer: columns that a plugin adds to
/// them have no place there, so such a layer is written once more under `layers`, row by row.
const BARE: [&str; 4] = ["sentences", "tokens", "quote_parts", "mentions"];

impl JsonWriter {
    /// A writer of `parts`, with offsets in `unit`; `provenance` says which pipeline made the results.
    #[must_use]
    pub fn new(unit: OffsetUnit, parts: Parts, provenance: &impl Serialize) -> Self {
        let provenance = if parts.has("provenance") { serde_json::value::to_raw_value(provenance).ok() } else { None };
        JsonWriter { unit, parts, provenance }
    }

    /// Appends the line of a document to `out`.
    pub fn document(&self, document: &Document, out: &mut Vec<u8>) {
        let map = OffsetMap::new(document.text(), self.unit);
        let mut line = Line { document, map: &map, parts: &self.parts, out };
        line.begin(document.id());
        key(line.out, "offsets");
        string(line.out, self.unit.name());
        if self.parts.has("text") {
            key(line.out, "text");
            string(line.out, document.text());
        }
        if self.parts.has("meta") {
            key(line.out, "meta");
            write::json(line.out, &document.meta);
        }
        line.layers();
        if let Some(provenance) = &self.provenance {
            key(line.out, "provenance");
            line.out.extend_from_slice(provenance.get().as_bytes());
        }
        line.out.extend_from_slice(b"}\n");
    }

    /// Appends the line of a document that has no result.
    pub fn error(&self, error: &DocumentError, out: &mut Vec<u8>) {
        begin(out, &error.id);
        key(out, "error");
        out.push(b'{');
        write::first_key(out, "stage");
        match &error.stage {
            Some(stage) => string(out, stage),
            None => out.extend_from_slice(b"null"),
        }
        key(out, "message");
        string(out, &error.message);
        key(out, "line");
        match error.line {
            Some(line) => write::integer(out, line),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"}}\n");
    }
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
    document: &'a Document,
    map: &'a OffsetMap<'a>,
    parts: &'a Parts,
    out: &'a mut Vec<u8>,
}

/// The row numbers of a layer grouped by what a column of theirs refers to: rows of `parent` are
/// `rows[starts[parent]..starts[parent + 1]]`, in their order.
struct Groups {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    fn new(parents: usize, column: Option<&ColumnData>, rows: usize) -> Self {
        let parent = |row: usize| column.map_or(NONE, |column| column.number(row)) as usize;
        let mut starts = vec![0u32; parents + 2];
        for row in 0..rows {
            if let Some(count) = starts.get_mut(parent(row).saturating_add(2)) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        // `starts[parent + 1]` now says where the parent's rows begin; filling moves it to their end.
        let mut grouped = vec![0; total as usize];
        for row in 0..rows {
            if let Some(next) = starts.get_mut(parent(row).saturating_add(1))
                && let Some(slot) = grouped.get_mut(*next as usize)
            {
                *slot = row as u32;
                *next += 1;
            }
        }
        Groups { starts, rows: grouped }
    }

    fn of(&self, parent: usize) -> &[u32] {
        match (self.starts.get(parent), self.starts.get(parent + 1)) {
            (Some(&start), Some(&end)) => self.rows.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl<'a> Line<'a> {
    fn begin(&mut self, id: &str) {
        begin(self.out, id);
    }

    fn layers(&mut self) {
        if let Some(layer) = self.part("blocks") {
            self.blocks(layer);
        }
        if let Some(layer) = self.part("sentences") {
            key(self.out, "sentences");
            self.list(layer.spans(), |line, _, span| line.pair(*span));
        }
        if let Some(layer) = self.part("tokens") {
            self.tokens(layer);
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
        if self.parts.has(name) { self.document.layer(name) } else { None }
    }

    /// `[...]` of `items`.
    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, usize, &T)) {
        self.out.push(b'[');
        for (row, value) in items.iter().enumerate() {
            if row > 0 {
                self.out.push(b',');
            }
            item(self, row, value);
        }
        self.out.push(b']');
    }

    fn pair(&mut self, span: Span) {
        pair(self.out, self.map.span(span));
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

    fn text_of(&mut self, name: &str, layer: &Layer, row: usize) {
        key(self.out, name);
        string(self.out, layer.column(name).map_or("", |column| column.string(row)));
    }

    fn float_of(&mut self, name: &str, layer: &Layer, row: usize) {
        key(self.out, name);
        float(self.out, layer.column(name).map_or(0.0, |column| column.float(row)));
    }

    fn row_of(&mut self, name: &str, row: u32) {
        key(self.out, name);
        self.number_or_null(row);
    }

    fn number_or_null(&mut self, row: u32) {
        match row {
            NONE => self.out.extend_from_slice(b"null"),
            row => number(self.out, row),
        }
    }

    /// The columns of a row that the layer's standard writer does not write: those that plugins added.
    fn added(&mut self, layer: &Layer, row: usize) {
        for column in layer.columns() {
            if standard::column(layer.name(), &column.name).is_none() {
                key(self.out, &column.name);
                self.value(&column.data, row);
            }
        }
    }

    fn value(&mut self, column: &ColumnData, row: usize) {
        match column {
            ColumnData::U32(values) => number(self.out, values.get(row).copied().unwrap_or(0)),
            ColumnData::Ref { .. } => self.number_or_null(column.number(row)),
            ColumnData::Strings { .. } => string(self.out, column.string(row)),
            ColumnData::F32 { width: 1, .. } => float(self.out, column.float(row)),
            ColumnData::F32 { width, values } => {
                let width = *width as usize;
                let values = values.get(row * width..(row + 1) * width).unwrap_or_default();
                self.list(values, |line, _, value| float(line.out, *value));
            }
        }
    }

    fn blocks(&mut self, layer: &Layer) {
        key(self.out, "blocks");
        self.list(layer.spans(), |line, row, span| {
            line.open(*span);
            line.text_of("kind", layer, row);
            line.added(layer, row);
            line.out.push(b'}');
        });
    }

    /// Surface tokens: the words that one token was split into are one span here, and listed beside.
    fn tokens(&mut self, layer: &Layer) {
        let part = layer.column("part");
        let is_later = |row: usize| part.is_some_and(|part| !matches!(part.number(row), 0 | NONE));
        let spans = layer.spans();
        // Rows of the first words of tokens that have more than one, with the tokens' numbers.
        let mut split: Vec<(u32, usize)> = Vec::new();
        key(self.out, "tokens");
        self.out.push(b'[');
        let (mut row, mut token) = (0, 0);
        while let Some(first) = spans.get(row) {
            let mut end = row + 1;
            while end < spans.len() && is_later(end) {
                end += 1;
            }
            if end > row + 1 {
                split.push((token, row));
            }
            if token > 0 {
                self.out.push(b',');
            }
            let last = spans.get(end - 1).unwrap_or(first);
            self.pair(first.cover(*last));
            token += 1;
            row = end;
        }
        self.out.push(b']');
        key(self.out, "multiword_tokens");
        self.list(&split, |line, _, (token, first)| {
            line.out.push(b'{');
            write::first_key(line.out, "token");
            number(line.out, *token);
            key(line.out, "words");
            let later = (first + 1..spans.len()).take_while(|row| is_later(*row)).count();
            line.list(spans.get(*first..=first + later).unwrap_or_default(), |line, _, span| line.pair(*span));
            line.out.push(b'}');
        });
    }

    fn entities(&mut self, layer: &Layer) {
        let actor = layer.column("actor");
        key(self.out, "entities");
        self.list(layer.spans(), |line, row, span| {
            line.open(*span);
            line.text_of("label", layer, row);
            key(line.out, "text");
            string(line.out, span.get(line.document.text()).unwrap_or_default());
            line.float_of("score", layer, row);
            if let Some(actor) = actor {
                line.row_of("actor", actor.number(row));
            }
            line.added(layer, row);
            line.out.push(b'}');
        });
    }

    fn actors(&mut self, layer: &Layer) {
        let mentions = self.document.layer("mentions");
        let groups = Groups::new(
            layer.len(),
            mentions.and_then(|mentions| mentions.column("actor")),
            mentions.map_or(0, Layer::len),
        );
        key(self.out, "actors");
        self.list(layer.spans(), |line, row, _| {
            line.out.push(b'{');
            write::first_key(line.out, "id");
            number(line.out, row as u32);
            line.text_of("name", layer, row);
            line.text_of("label", layer, row);
            line.added(layer, row);
            key(line.out, "mentions");
            line.list(groups.of(row), |line, _, mention| {
                let Some(mentions) = mentions else { return };
                line.open(mentions.spans().get(*mention as usize).copied().unwrap_or_default());
                line.text_of("type", mentions, *mention as usize);
                line.out.push(b'}');
            });
            line.out.push(b'}');
        });
    }

    fn quotes(&mut self, layer: &Layer) {
        let parts = self.document.layer("quote_parts");
        let groups =
            Groups::new(layer.len(), parts.and_then(|parts| parts.column("quote")), parts.map_or(0, Layer::len));
        let names = self.document.layer("actors").and_then(|actors| actors.column("name"));
        let mut spans = Vec::new();
        key(self.out, "quotes");
        self.list(layer.spans(), |line, row, _| {
            line.out.push(b'{');
            write::first_key(line.out, "kind");
            string(line.out, layer.column("kind").map_or("", |column| column.string(row)));
            line.text_of("act", layer, row);
            for role in ["content", "cue", "source"] {
                spans.clear();
                if let Some(parts) = parts
                    && let Some(roles) = parts.column("role")
                {
                    let of_role = groups.of(row).iter().filter(|part| roles.string(**part as usize) == role);
                    spans.extend(of_role.filter_map(|part| parts.spans().get(*part as usize)));
                }
                spans.sort_unstable();
                key(line.out, role);
                line.list(&spans, |line, _, span| line.pair(*span));
            }
            if let Some(speaker) = layer.column("speaker") {
                let speaker = speaker.number(row);
                line.row_of("speaker", speaker);
                key(line.out, "speaker_name");
                match names {
                    Some(names) if speaker != NONE => string(line.out, names.string(speaker as usize)),
                    _ => line.out.extend_from_slice(b"null"),
                }
            }
            line.float_of("score", layer, row);
            line.added(layer, row);
            line.out.push(b'}');
        });
    }

    fn stances(&mut self, layer: &Layer) {
        let number_of = |name: &str, row: usize| layer.column(name).map_or(NONE, |column| column.number(row));
        let mentions = self.document.layer("mentions").map_or(&[][..], Layer::spans);
        key(self.out, "stances");
        self.list(layer.spans(), |line, row, evidence| {
            line.out.push(b'{');
            write::first_key(line.out, "holder");
            match number_of("holder", row) {
                NONE => string(line.out, "author"),
                holder => number(line.out, holder),
            }
            line.row_of("target", number_of("target", row));
            key(line.out, "mention");
            match mentions.get(number_of("mention", row) as usize) {
                Some(mention) => line.pair(*mention),
                None => line.out.extend_from_slice(b"null"),
            }
            line.float_of("polarity", layer, row);
            line.float_of("score", layer, row);
            key(line.out, "evidence");
            line.list(std::slice::from_ref(evidence), |line, _, span| line.pair(*span));
            line.added(layer, row);
            line.out.push(b'}');
        });
    }

    /// Layers that are not standard, and bare ones with columns of other plugins, under `layers`.
    fn other_layers(&mut self) {
        let (parts, mut any) = (self.parts, false);
        for layer in self.document.layers() {
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
            self.list(layer.spans(), |line, row, span| {
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

fn is_other(layer: &Layer) -> bool {
    let name = layer.name();
    let extended = || layer.columns().iter().any(|column| standard::column(name, &column.name).is_none());
    // Vectors have no form of their own.
    !standard::LAYERS.contains(&name) || name == "vectors" || (BARE.contains(&name) && extended())
}

/// Vectors are written only where they are asked for: they are many times the size of the text.
fn has_vectors(layer: &Layer) -> bool {
    layer.columns().iter().any(|column| matches!(column.data, ColumnData::F32 { width, .. } if width > 1))
}
