//! Results as a folder of Parquet tables, which `copydesk analyze -f parquet` writes.

use std::fs::File;
use std::path::Path;

use copydesk_core::{Document, OffsetMap, OffsetUnit, Span};
use copydesk_corpus::{Corpus, CorpusError, Entry, Record};
use copydesk_formats::result::{Actor, Analysis, Holder, Mention, Quote, Stance, Voice};
use copydesk_formats::{Columns, ReadError};
use copydesk_tables::{ParquetOptions, ParquetReader};
use serde_json::{Map, Value};

/// The tables that a corpus needs, each with a column that always has words.
const TABLES: [(&str, &str); 5] =
    [("documents", "text"), ("actors", "name"), ("mentions", "text"), ("quotes", "text"), ("stances", "target_name")];

/// Returns true if a path is a folder of tables.
pub(super) fn is_folder_of_tables(path: &Path) -> bool {
    TABLES.iter().all(|(table, _)| path.join(format!("{table}.parquet")).is_file())
}

/// The rows of a table, those of one document after another.
struct Rows {
    name: String,
    reader: ParquetReader,
    next: Option<Result<Document, ReadError>>,
}

impl Rows {
    fn open(folder: &Path, table: &str, words: &str) -> Result<Self, String> {
        let path = folder.join(format!("{table}.parquet"));
        let name = path.display().to_string();
        let columns = Columns { text: Some(words.into()), id: Some("document".into()), map: Vec::new() };
        let file = File::open(&path).map_err(|error| format!("{name}: {error}"))?;
        let options = ParquetOptions { columns, ..ParquetOptions::default() };
        let mut reader = ParquetReader::new(file, options).map_err(|error| format!("{name}: {error}"))?;
        let next = reader.next();
        Ok(Rows { name, reader, next })
    }

    /// The next row, if it is of this document.
    fn row(&mut self, id: &str) -> Option<Document> {
        match &self.next {
            Some(Ok(row)) if row.id() == id => {}
            _ => return None,
        }
        std::mem::replace(&mut self.next, self.reader.next())?.ok()
    }

    /// Passes over a row that cannot be read, and says why.
    fn wrong(&mut self) -> Option<ReadError> {
        if !matches!(self.next, Some(Err(_))) {
            return None;
        }
        std::mem::replace(&mut self.next, self.reader.next())?.err()
    }
}

/// Adds the tables of a folder to a corpus. `told` hears of rows that cannot be read.
pub(super) fn add_tables(corpus: &mut Corpus, folder: &Path, told: &mut impl FnMut(String)) -> Result<(), CorpusError> {
    let opened: Result<Vec<Rows>, String> =
        TABLES.iter().map(|(table, words)| Rows::open(folder, table, words)).collect();
    let [mut documents, mut actors, mut mentions, mut quotes, mut stances] = match opened.map(<[Rows; 5]>::try_from) {
        Ok(Ok(tables)) => tables,
        Ok(Err(_)) => return Ok(()),
        Err(message) => {
            told(message);
            return Ok(());
        }
    };
    loop {
        if let Some(error) = documents.wrong() {
            // A document without a result has no text.
            corpus.add(&Entry::Failed(error.id().to_owned()))?;
            continue;
        }
        let Some(Ok(document)) = &documents.next else { break };
        let id = document.id().to_owned();
        let Some(document) = documents.row(&id) else { break };
        if text(&document.meta, "duplicate_of").is_some() {
            corpus.add(&Entry::Repeated(id))?;
            continue;
        }
        let found = Found {
            actors: rows_of(&mut actors, &id, told),
            mentions: rows_of(&mut mentions, &id, told),
            quotes: rows_of(&mut quotes, &id, told),
            stances: rows_of(&mut stances, &id, told),
            document,
        };
        match found.record() {
            Ok(record) => corpus.add(&Entry::Record(record))?,
            Err(message) => told(format!("{}: document {id:?}: {message}", documents.name)),
        }
    }
    Ok(())
}

/// The rows of a document.
fn rows_of(rows: &mut Rows, id: &str, told: &mut impl FnMut(String)) -> Vec<Document> {
    let mut found = Vec::new();
    loop {
        if let Some(error) = rows.wrong() {
            told(format!("{}: {error}", rows.name));
            continue;
        }
        match rows.row(id) {
            Some(row) => found.push(row),
            None => return found,
        }
    }
}

/// All rows of one document.
struct Found {
    document: Document,
    actors: Vec<Document>,
    mentions: Vec<Document>,
    quotes: Vec<Document>,
    stances: Vec<Document>,
}

fn number(row: &Map<String, Value>, column: &str) -> Option<u32> {
    row.get(column)?.as_u64()?.try_into().ok()
}

fn share(row: &Map<String, Value>, column: &str) -> Option<f64> {
    row.get(column)?.as_f64()
}

fn text(row: &Map<String, Value>, column: &str) -> Option<String> {
    row.get(column)?.as_str().map(str::to_owned)
}

/// Start and end of a row.
fn pair(row: &Map<String, Value>, start: &str, end: &str) -> Option<[u32; 2]> {
    Some([number(row, start)?, number(row, end)?])
}

impl Found {
    /// The unit of offsets, which the tables do not tell: the one in which mentions have their own words.
    fn unit(&self) -> OffsetUnit {
        let units = [OffsetUnit::Char, OffsetUnit::Utf16, OffsetUnit::Byte];
        let fits = |unit: &OffsetUnit| {
            let map = OffsetMap::new(self.document.text(), *unit);
            self.mentions.iter().all(|mention| {
                let span = pair(&mention.meta, "start", "end").and_then(|[start, end]| {
                    let (start, end) = (map.byte(start)?, map.byte(end)?);
                    (start <= end).then(|| Span::new(start, end))
                });
                span.and_then(|span| span.get(self.document.text())) == Some(mention.text())
            })
        };
        units.into_iter().find(fits).unwrap_or_default()
    }

    fn record(self) -> Result<Record, String> {
        let mut actors: Vec<Actor> = Vec::new();
        for row in &self.actors {
            actors.push(Actor {
                id: number(&row.meta, "actor"),
                name: row.text().to_owned(),
                label: text(&row.meta, "label").unwrap_or_default(),
                role: Some(text(&row.meta, "role")),
                affiliation: Some(text(&row.meta, "affiliation")),
                kb_id: Some(text(&row.meta, "kb_id")),
                kb_score: None,
                mentions: Vec::new(),
            });
        }
        for row in &self.mentions {
            let actor = number(&row.meta, "actor").and_then(|actor| actors.get_mut(actor as usize));
            if let (Some(actor), Some([start, end])) = (actor, pair(&row.meta, "start", "end")) {
                let kind = text(&row.meta, "type").unwrap_or_default();
                actor.mentions.push(Mention { start, end, kind });
            }
        }
        let quotes = self.quotes.iter().map(|row| Quote {
            id: text(&row.meta, "quote_id"),
            kind: text(&row.meta, "kind"),
            act: text(&row.meta, "act"),
            content: pair(&row.meta, "start", "end").into_iter().collect(),
            cue: Vec::new(),
            source: Vec::new(),
            speaker: Some(number(&row.meta, "speaker")),
            speaker_name: None,
            speaker_score: Some(share(&row.meta, "speaker_score")),
            score: share(&row.meta, "score"),
        });
        let stances = self.stances.iter().map(|row| Stance {
            holder: Some(number(&row.meta, "holder").map_or(Holder::Voice(Voice::Author), Holder::Actor)),
            target: number(&row.meta, "target"),
            mention: None,
            polarity: share(&row.meta, "polarity").unwrap_or_default(),
            score: share(&row.meta, "score"),
            evidence: pair(&row.meta, "start", "end").into_iter().collect(),
        });
        let mut record = Record::of_analysis(&Analysis {
            schema: copydesk_formats::SCHEMA.to_owned(),
            id: self.document.id().to_owned(),
            offsets: self.unit(),
            text: Some(self.document.text().to_owned()),
            meta: None,
            title: self.document.metadata.title.clone(),
            authors: None,
            published: self.document.metadata.published.as_ref().map(ToString::to_string),
            modified: None,
            outlet: self.document.metadata.outlet.clone(),
            section: None,
            language: None,
            url: self.document.metadata.url.clone(),
            source: None,
            blocks: None,
            sentences: None,
            tokens: None,
            multiword_tokens: None,
            entities: None,
            actors: Some(actors),
            quotes: Some(quotes.collect()),
            stances: Some(stances.collect()),
            layers: None,
            provenance: None,
        })?;
        for (quote, row) in record.quotes.iter_mut().zip(&self.quotes) {
            quote.say(row.text(), &text(&row.meta, "cue").unwrap_or_default());
        }
        Ok(record)
    }
}
