//! The metadata keys of a JSON line, such as `title` and `published`, with their types.

use copydesk_core::{Date, Metadata};
use serde_json::value::RawValue;

use crate::raw::{RawLine, within};

/// Reads the metadata of a line; the error names the key. `null` and a key that is not there mean the same.
pub(crate) fn metadata(raw: &RawLine<'_>, line: &str) -> Result<Metadata, String> {
    Ok(Metadata {
        title: string(line, "title", raw.title)?,
        authors: authors(line, raw.authors)?,
        published: date(line, "published", raw.published)?,
        modified: date(line, "modified", raw.modified)?,
        outlet: string(line, "outlet", raw.outlet)?,
        section: string(line, "section", raw.section)?,
        language: string(line, "language", raw.language)?,
        url: string(line, "url", raw.url)?,
    })
}

fn string(line: &str, key: &str, value: Option<&RawValue>) -> Result<Option<String>, String> {
    match value {
        None => Ok(None),
        Some(value) if value.get().starts_with('"') => {
            serde_json::from_str(value.get()).map(Some).map_err(|error| within(line, key, value, &error))
        }
        Some(_) => Err(format!("\"{key}\" must be a string")),
    }
}

fn authors(line: &str, value: Option<&RawValue>) -> Result<Vec<String>, String> {
    let Some(value) = value else { return Ok(Vec::new()) };
    serde_json::from_str(value.get()).map_err(|error| match error.is_data() {
        true => "\"authors\" must be a list of strings".to_owned(),
        false => within(line, "authors", value, &error),
    })
}

fn date(line: &str, key: &str, value: Option<&RawValue>) -> Result<Option<Date>, String> {
    let Some(text) = string(line, key, value)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| format!("\"{key}\": {error}"))
}
