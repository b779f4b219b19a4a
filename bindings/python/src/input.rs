//! Documents from objects of Python.

use copydesk::Document;
use copydesk::core::{OffsetUnit, Origin};
use copydesk::formats::{Columns, Line, parse_line_with};
use pyo3::exceptions::PyUnicodeEncodeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Number, Value};

use crate::fault::{Fault, FaultKind};

/// Lists and dicts may nest this deep: a JSON reader takes no more.
const DEEPEST: usize = 100;

/// Returns the document of a text, or of a dict with the keys of a line of JSON. `number` is the id if there is no other.
pub fn document(item: &Bound<'_, PyAny>, number: u64) -> Result<Document, Fault> {
    let id = number.to_string();
    if let Ok(text) = item.cast::<PyString>() {
        let text =
            string(text).map_err(|message| Fault::input(FaultKind::Input, &id, format!("the text {message}")))?;
        return Document::new(id.as_str(), text)
            .map_err(|error| Fault::input(FaultKind::Input, &id, error.to_string()));
    }
    if item.cast::<PyDict>().is_ok() || item.cast::<PyMapping>().is_ok() {
        let value = value(item, DEEPEST).map_err(|message| Fault::input(FaultKind::Input, &id, message))?;
        let line = Line { number, bytes: value.to_string().into_bytes() };
        let mut document = parse_line_with(&line, OffsetUnit::Char, &Columns::default()).map_err(|error| {
            // An option of the program, which a dict does not have.
            let message = error.message().replace(" Name it with --text-column.", "");
            Fault::input(FaultKind::Input, error.id(), message)
        })?;
        document.origin = Origin::default();
        return Ok(document);
    }
    let kind = item.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    let message = format!("a document is a str, or a dict with a text in it, not {kind}");
    Err(Fault::input(FaultKind::Type, &id, message))
}

/// Returns a string, or what is wrong with it.
fn string(text: &Bound<'_, PyString>) -> Result<String, String> {
    let py = text.py();
    text.to_str().map(str::to_owned).map_err(|error| {
        let at = error.is_instance_of::<PyUnicodeEncodeError>(py).then(|| error.value(py).getattr("start").ok());
        match at.flatten().and_then(|at| at.extract::<usize>().ok()) {
            Some(at) => format!(
                "has half of a surrogate pair at character {at}, which is no character; mend it with \
                 text.encode(\"utf-16\", \"surrogatepass\").decode(\"utf-16\", \"replace\")"
            ),
            None => format!("cannot be read: {error}"),
        }
    })
}

/// Returns a value as JSON has it. What JSON has not, such as a date, becomes its text in ISO 8601 or its `str`.
fn value(item: &Bound<'_, PyAny>, depth: usize) -> Result<Value, String> {
    let wrong = |error: PyErr| format!("cannot be read: {error}");
    if depth == 0 {
        return Err("lists and dicts nest too deep".to_owned());
    }
    if item.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = item.cast::<PyString>() {
        return string(text).map(Value::String).map_err(|message| format!("a string {message}"));
    }
    if let Ok(flag) = item.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if item.cast::<PyInt>().is_ok() {
        return Ok(match item.extract::<i64>() {
            Ok(number) => Value::Number(number.into()),
            Err(_) => Value::String(item.str().map_err(wrong)?.to_string()),
        });
    }
    if let Ok(number) = item.cast::<PyFloat>() {
        // A missing value of pandas is the float that is no number.
        return Ok(Number::from_f64(number.value()).map_or(Value::Null, Value::Number));
    }
    if item.cast::<PyList>().is_ok() || item.cast::<PyTuple>().is_ok() {
        let items = item.try_iter().map_err(wrong)?;
        return items.map(|item| value(&item.map_err(wrong)?, depth - 1)).collect::<Result<_, _>>().map(Value::Array);
    }
    if let Ok(mapping) = item.cast::<PyMapping>() {
        let mut object = Map::new();
        for pair in mapping.items().map_err(wrong)?.iter() {
            let (key, own) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>().map_err(wrong)?;
            let key = string(&key.str().map_err(wrong)?).map_err(|message| format!("a key {message}"))?;
            object.insert(key, value(&own, depth - 1)?);
        }
        return Ok(Value::Object(object));
    }
    if item.cast::<PyBytes>().is_ok() || item.cast::<PyByteArray>().is_ok() {
        return Err("bytes are no text; decode them, such as with value.decode(\"utf-8\")".to_owned());
    }
    // Those of dates and times, of the standard library and of pandas.
    let text = item.call_method0("isoformat").or_else(|_| item.str().map(Bound::into_any)).map_err(wrong)?;
    match text.extract::<String>() {
        Ok(text) if text == "NaT" => Ok(Value::Null),
        Ok(text) => Ok(Value::String(text)),
        Err(error) => Err(wrong(error)),
    }
}
