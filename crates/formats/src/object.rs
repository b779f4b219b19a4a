//! A JSON object to a document: a line of JSON lines, or an element of an array.

use copydesk_core::{Document, OffsetMap, OffsetUnit};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::columns::{ColumnMapping, Columns, Role};
use crate::error::ReadError;
use crate::html::html_document;
use crate::raw::{Keys, RawLine, describe, within};
use crate::{given, metadata, row};

/// Where an object is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its number, from 1: the id if it has no other.
    pub row: u64,
    /// The line on which it begins.
    pub line: u64,
    /// `line` or `element`.
    pub noun: &'static str,
}

impl Place {
    fn fault(self, id: impl Into<String>, message: impl Into<String>) -> ReadError {
        ReadError::new(id, Some(self.line), message)
    }
}

/// Parses an object, with the keys of a document or with those that `columns` tell.
pub(crate) fn parse(
    bytes: &[u8],
    place: Place,
    unit: OffsetUnit,
    columns: Option<&Columns>,
) -> Result<Document, ReadError> {
    let number = || place.row.to_string();
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or(0);
        place.fault(number(), format!("byte {at} of the {} (0x{byte:02X}) is not UTF-8", place.noun))
    })?;
    if !text.trim_start().starts_with('{') {
        let article = if place.noun == "line" { "a" } else { "an" };
        let message = format!("{article} {} must be an object, {{\"text\": \"...\"}}", place.noun);
        return Err(place.fault(number(), message));
    }
    match columns {
        None => ours(text, place, unit),
        Some(columns) => others(text, place, unit, columns),
    }
}

/// An object with the keys of a document.
fn ours(text: &str, place: Place, unit: OffsetUnit) -> Result<Document, ReadError> {
    let number = place.row.to_string();
    let raw: RawLine<'_> = serde_json::from_str(text).map_err(|error| place.fault(&number, describe(&error, 0)))?;
    let id = match raw.id {
        None => number,
        Some(id) if id.get().starts_with('"') => {
            serde_json::from_str(id.get()).map_err(|error| place.fault(&number, within(text, "id", id, &error)))?
        }
        Some(id) if id.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) => id.get().to_owned(),
        Some(_) => return Err(place.fault(&number, "\"id\" must be a string or a number")),
    };
    // A line may have both, such as those of other programs.
    let (key, body, is_page) = match (raw.text, raw.html) {
        (Some(body), _) => ("text", body, false),
        (None, Some(body)) => ("html", body, true),
        (None, None) => return Err(place.fault(&id, "\"text\" is missing")),
    };
    if !body.get().starts_with('"') {
        return Err(place.fault(&id, format!("\"{key}\" must be a string")));
    }
    let body: String =
        serde_json::from_str(body.get()).map_err(|error| place.fault(&id, within(text, key, body, &error)))?;
    let meta = meta(text, raw.meta).map_err(|message| place.fault(&id, message))?;
    let too_long = |error: copydesk_core::TextError| place.fault(place.row.to_string(), error.to_string());
    let mut document = Document::new(id, body).map_err(too_long)?;
    document.meta = meta;
    document.metadata = metadata::metadata(&raw, text).map_err(|message| place.fault(document.id(), message))?;
    document.origin.line = Some(place.line);
    if is_page {
        return match raw.layer() {
            None => html_document(document),
            Some(layer) => Err(place.fault(document.id(), format!("\"{layer}\" needs \"text\": offsets count in it"))),
        };
    }
    put_layers(&mut document, &raw, unit).map_err(|message| place.fault(document.id(), message))?;
    Ok(document)
}

/// An object of another program.
fn others(text: &str, place: Place, unit: OffsetUnit, columns: &Columns) -> Result<Document, ReadError> {
    let number = || place.row.to_string();
    let Keys(keys) = serde_json::from_str(text).map_err(|error| place.fault(number(), describe(&error, 0)))?;
    let names: Vec<&str> = keys.iter().map(|(name, _)| name.as_str()).collect();
    let mapping = columns.find_keys(&names).map_err(|error| place.fault(number(), error.to_string()))?;
    let has_layers = names.iter().zip(&mapping.columns).any(|(name, (role, _))| *name == "text" && *role == Role::Text);
    let known = if has_layers { layer_keys(&keys, &mapping) } else { RawLine::default() };
    let (mut cells, mut rest) = (Vec::with_capacity(keys.len()), Map::new());
    for ((name, value), (role, _)) in keys.iter().zip(&mapping.columns) {
        let is_free = *role == Role::Meta;
        if is_free && name == "meta" && value.get().starts_with('{') {
            rest = meta(text, Some(value)).map_err(|message| place.fault(number(), message))?;
            cells.push(None);
        } else if is_free && has_layers && LAYER_KEYS.contains(&name.as_str()) {
            cells.push(None);
        } else {
            let cell: Value = serde_json::from_str(value.get())
                .map_err(|error| place.fault(number(), within(text, name, value, &error)))?;
            cells.push(Some(cell));
        }
    }
    let is_cell: Vec<bool> = cells.iter().map(Option::is_some).collect();
    let mapping = mapping.of_those(&is_cell);
    let row = row::Place { row: place.row, line: place.line, what: "key" };
    let mut document = row::document(&mapping, row, cells.into_iter().flatten())?;
    // A key beside `meta` and one inside it may have one name: the one beside it counts.
    for (key, value) in rest {
        document.meta.entry(key).or_insert(value);
    }
    put_layers(&mut document, &known, unit).map_err(|message| place.fault(document.id(), message))?;
    Ok(document)
}

/// The keys that bring layers.
const LAYER_KEYS: [&str; 7] = ["offsets", "blocks", "sentences", "tokens", "multiword_tokens", "entities", "quotes"];

/// The values of those keys that bring layers, unless they were taken for something else. `null` is no value.
fn layer_keys<'a>(keys: &[(String, &'a RawValue)], mapping: &ColumnMapping) -> RawLine<'a> {
    let mut raw = RawLine::default();
    for ((name, value), (role, _)) in keys.iter().zip(&mapping.columns) {
        if *role != Role::Meta || value.get() == "null" {
            continue;
        }
        let place = match name.as_str() {
            "offsets" => &mut raw.offsets,
            "blocks" => &mut raw.blocks,
            "sentences" => &mut raw.sentences,
            "tokens" => &mut raw.tokens,
            "multiword_tokens" => &mut raw.multiword_tokens,
            "entities" => &mut raw.entities,
            "quotes" => &mut raw.quotes,
            _ => continue,
        };
        *place = Some(value);
    }
    raw
}

fn meta(text: &str, value: Option<&RawValue>) -> Result<Map<String, Value>, String> {
    match value {
        None => Ok(Map::new()),
        Some(meta) if meta.get().starts_with('{') => {
            serde_json::from_str(meta.get()).map_err(|error| within(text, "meta", meta, &error))
        }
        Some(_) => Err("\"meta\" must be an object".into()),
    }
}

fn put_layers(document: &mut Document, raw: &RawLine<'_>, unit: OffsetUnit) -> Result<(), String> {
    let layers = {
        let map = OffsetMap::new(document.text(), declared_unit(raw.offsets).unwrap_or(unit));
        given::layers(raw, document.text(), &map)?
    };
    layers.into_iter().for_each(|layer| document.put(layer));
    Ok(())
}

/// The unit that an object says its offsets have. Another program's `offsets`, a list say, is not ours.
fn declared_unit(offsets: Option<&RawValue>) -> Option<OffsetUnit> {
    serde_json::from_str(offsets?.get()).ok()
}
