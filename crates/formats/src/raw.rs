//! The keys of a JSON line before their values are parsed, and the messages about wrong values.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A line's keys, their values unparsed; other keys are passed over.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct RawLine<'a> {
    pub id: Option<&'a RawValue>,
    pub text: Option<&'a RawValue>,
    pub html: Option<&'a RawValue>,
    pub meta: Option<&'a RawValue>,
    pub title: Option<&'a RawValue>,
    pub authors: Option<&'a RawValue>,
    pub published: Option<&'a RawValue>,
    pub modified: Option<&'a RawValue>,
    pub outlet: Option<&'a RawValue>,
    pub section: Option<&'a RawValue>,
    pub language: Option<&'a RawValue>,
    pub url: Option<&'a RawValue>,
    pub offsets: Option<&'a RawValue>,
    pub blocks: Option<&'a RawValue>,
    pub sentences: Option<&'a RawValue>,
    pub tokens: Option<&'a RawValue>,
    pub multiword_tokens: Option<&'a RawValue>,
    pub entities: Option<&'a RawValue>,
    pub quotes: Option<&'a RawValue>,
}

impl RawLine<'_> {
    /// The name of the first layer that the line brings.
    pub(crate) fn layer(&self) -> Option<&'static str> {
        let layers = [
            ("blocks", self.blocks),
            ("sentences", self.sentences),
            ("tokens", self.tokens),
            ("multiword_tokens", self.multiword_tokens),
            ("entities", self.entities),
            ("quotes", self.quotes),
        ];
        layers.into_iter().find(|(_, value)| value.is_some()).map(|(name, _)| name)
    }
}

/// All keys of an object in their order, their values unparsed.
pub(crate) struct Keys<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut keys = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    keys.push(entry);
                }
                Ok(keys)
            }
        }

        deserializer.deserialize_map(Entries).map(Keys)
    }
}

/// Rewrites serde_json's message: "at line 1" would be taken for the file's line, so it becomes a column of the line.
/// `before` bytes of the line come before the parsed text.
pub(crate) fn describe(error: &serde_json::Error, before: usize) -> String {
    let full = error.to_string();
    let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
    if what.contains("surrogate") || what.contains("unexpected end of hex escape") {
        let column = before + error.column();
        return format!("an escape such as \\ud800 stands alone; surrogates come in pairs (column {column})");
    }
    let kind = if error.is_data() { "" } else { "not valid JSON: " };
    match error.column() {
        0 => format!("{kind}{what}"),
        column => format!("{kind}{what} (column {})", before + column),
    }
}

/// Returns the message about an error in the value of a key. The value is a part of `line`.
pub(crate) fn within(line: &str, key: &str, value: &RawValue, error: &serde_json::Error) -> String {
    let before = (value.get().as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    format!("\"{key}\": {}", describe(error, before))
}
