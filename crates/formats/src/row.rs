//! A row of a table, or an object with keys of its own, to a document.

use copydesk_core::{Date, Document, Metadata};
use serde_json::Value;

use crate::authors;
use crate::columns::{ColumnMapping, MetadataField, Role};
use crate::dates::read_date;
use crate::error::ReadError;

/// Where a row is, for its id and its messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its number, from 1: the id if there is no other.
    pub row: u64,
    /// Its place in the file.
    pub line: u64,
    /// `column` or `key`.
    pub what: &'static str,
}

/// Makes the document of a row; see [`ColumnMapping::document`].
pub(crate) fn document(
    mapping: &ColumnMapping,
    place: Place,
    cells: impl IntoIterator<Item = Value>,
) -> Result<Document, ReadError> {
    let (mut text, mut id) = (Value::Null, None);
    let mut metadata = Metadata::default();
    let mut meta = serde_json::Map::new();
    for ((role, name), cell) in mapping.columns.iter().zip(cells) {
        let rest = match role {
            Role::Text => {
                text = cell;
                None
            }
            Role::Id => match string(cell) {
                Ok(found) => {
                    id = found;
                    None
                }
                Err(cell) => Some(cell),
            },
            Role::Field(field) => put(&mut metadata, *field, cell),
            Role::Meta => Some(cell),
        };
        if let Some(cell) = rest {
            meta.insert(name.clone(), cell);
        }
    }
    let id = id.unwrap_or_else(|| place.row.to_string());
    let fault = |id: String, message: String| ReadError::new(id, Some(place.line), message);
    let named = mapping.columns.iter().find(|(role, _)| *role == Role::Text);
    let text_name = named.map_or("text", |(_, name)| name);
    let text = match text {
        Value::String(text) if !text.trim().is_empty() => text,
        Value::String(_) | Value::Null => {
            return Err(fault(id, format!("no text in {} {text_name:?}", place.what)));
        }
        _ => return Err(fault(id, format!("{} {text_name:?} is not text", place.what))),
    };
    let mut document = Document::new(id.clone(), text).map_err(|error| fault(id, error.to_string()))?;
    (document.metadata, document.meta) = (metadata, meta);
    document.origin.line = Some(place.line);
    Ok(document)
}

/// Puts a value where it belongs, or gives it back.
fn put(metadata: &mut Metadata, field: MetadataField, cell: Value) -> Option<Value> {
    let date = |place: &mut Option<Date>, cell: Value| match string(cell) {
        Ok(None) => None,
        Ok(Some(text)) => {
            *place = read_date(&text);
            if place.is_none() { Some(Value::String(text)) } else { None }
        }
        Err(cell) => Some(cell),
    };
    let text = |place: &mut Option<String>, cell: Value| match string(cell) {
        Ok(found) => {
            *place = found;
            None
        }
        Err(cell) => Some(cell),
    };
    match field {
        MetadataField::Title => text(&mut metadata.title, cell),
        MetadataField::Authors => match names(cell) {
            Ok(names) => {
                metadata.authors = names;
                None
            }
            Err(cell) => Some(cell),
        },
        MetadataField::Published => date(&mut metadata.published, cell),
        MetadataField::Modified => date(&mut metadata.modified, cell),
        MetadataField::Outlet => text(&mut metadata.outlet, cell),
        MetadataField::Section => text(&mut metadata.section, cell),
        MetadataField::Language => text(&mut metadata.language, cell),
        MetadataField::Url => text(&mut metadata.url, cell),
    }
}

/// A value as a string. Blank ones are `None`, and lists and objects come back.
fn string(cell: Value) -> Result<Option<String>, Value> {
    match cell {
        Value::Null => Ok(None),
        Value::String(text) => Ok(match text.trim() {
            "" => None,
            trimmed if trimmed.len() == text.len() => Some(text),
            trimmed => Some(trimmed.to_owned()),
        }),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(value) => Ok(Some(value.to_string())),
        Value::Array(_) | Value::Object(_) => Err(cell),
    }
}

/// A value as a list of names.
fn names(cell: Value) -> Result<Vec<String>, Value> {
    match cell {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(authors::split(&text)),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let names = list.iter().filter_map(Value::as_str).map(str::trim);
            Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
        }
        cell => Err(cell),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::columns::Columns;

    #[test]
    fn rows() {
        let names = ["guid", "body", "author", "date", "updated", "title", "source", "pages"];
        let mapping = Columns::default().find(&names).unwrap();
        let cells = json!([7, " It rains. ", "Ana Ruiz; Bo Li", "May 1, 2024", "soon", "", null, 3]);
        let document = mapping.document(4, 9, cells.as_array().unwrap().clone()).unwrap();
        assert_eq!((document.id(), document.text(), document.origin.line), ("7", " It rains. ", Some(9)));
        let expected = Metadata {
            authors: vec!["Ana Ruiz".into(), "Bo Li".into()],
            published: "2024-05-01".parse().ok(),
            ..Metadata::default()
        };
        assert_eq!(document.metadata, expected);
        assert_eq!(Value::Object(document.meta), json!({"updated": "soon", "pages": 3}));
    }

    #[test]
    fn rows_without_text() {
        let mapping = Columns::default().find(&["body", "id"]).unwrap();
        let cases = [
            (json!(["", null]), "4", "no text in column \"body\""),
            (json!([" \n", " "]), "4", "no text in column \"body\""),
            (json!([null, "x"]), "x", "no text in column \"body\""),
            (json!([7, "x"]), "x", "column \"body\" is not text"),
            (json!([]), "4", "no text in column \"body\""),
        ];
        for (cells, id, message) in cases {
            let error = mapping.document(4, 9, cells.as_array().unwrap().clone()).unwrap_err();
            assert_eq!((error.id(), error.line(), error.message()), (id, Some(9), message));
        }
    }

    #[test]
    fn lists_and_numbers() {
        let mapping = Columns::default().find(&["text", "authors", "title", "url"]).unwrap();
        let cells = json!(["a", ["Ana Ruiz", ""], 1984, ["x"]]);
        let document = mapping.document(1, 1, cells.as_array().unwrap().clone()).unwrap();
        assert_eq!(document.metadata.authors, ["Ana Ruiz"]);
        assert_eq!(document.metadata.title.as_deref(), Some("1984"));
        assert_eq!(Value::Object(document.meta), json!({"url": ["x"]}));
    }
}
