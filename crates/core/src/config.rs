//! Configuration schemas: the part of JSON Schema that a plugin's options need.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

/// The type of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueType {
    /// `"boolean"`.
    Boolean,
    /// `"integer"`.
    Integer,
    /// `"number"`.
    Number,
    /// `"string"`.
    String,
    /// `"array"` of one type.
    Array(Box<ValueType>),
    /// `"object"` with any keys, all values of one type.
    Map(Box<ValueType>),
}

impl ValueType {
    fn matches(&self, value: &Value) -> bool {
        match self {
            ValueType::Boolean => value.is_boolean(),
            ValueType::Integer => value.is_i64() || value.is_u64(),
            ValueType::Number => value.is_number(),
            ValueType::String => value.is_string(),
            ValueType::Array(items) => value.as_array().is_some_and(|list| list.iter().all(|item| items.matches(item))),
            ValueType::Map(values) => value.as_object().is_some_and(|map| map.values().all(|v| values.matches(v))),
        }
    }

    fn parse(schema: &Map<String, Value>, name: &str) -> Result<Self, String> {
        let inner = |key: &str| -> Result<Box<ValueType>, String> {
            let inner = schema.get(key).and_then(Value::as_object);
            let inner =
                inner.ok_or_else(|| format!("config: option {name:?} needs {key:?}, the type of its values"))?;
            Ok(Box::new(ValueType::parse(inner, name)?))
        };
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Ok(ValueType::Boolean),
            Some("integer") => Ok(ValueType::Integer),
            Some("number") => Ok(ValueType::Number),
            Some("string") => Ok(ValueType::String),
            Some("array") => Ok(ValueType::Array(inner("items")?)),
            Some("object") => Ok(ValueType::Map(inner("additionalProperties")?)),
            _ => Err(format!(
                "config: option {name:?} needs a \"type\": boolean, integer, number, string, array or object"
            )),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            ValueType::Boolean => json!({"type": "boolean"}),
            ValueType::Integer => json!({"type": "integer"}),
            ValueType::Number => json!({"type": "number"}),
            ValueType::String => json!({"type": "string"}),
            ValueType::Array(items) => json!({"type": "array", "items": items.to_json()}),
            ValueType::Map(values) => json!({"type": "object", "additionalProperties": values.to_json()}),
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueType::Boolean => f.write_str("true or false"),
            ValueType::Integer => f.write_str("a whole number"),
            ValueType::Number => f.write_str("a number"),
            ValueType::String => f.write_str("a string"),
            ValueType::Array(items) => write!(f, "a list, each item {items}"),
            ValueType::Map(values) => write!(f, "a table, each value {values}"),
        }
    }
}

/// One option.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its type.
    pub kind: ValueType,
    /// Its effect.
    pub description: String,
    /// Its default value.
    pub default: Option<Value>,
    /// Its allowed values, if they are listed.
    pub choices: Vec<Value>,
    /// The least number, included.
    pub minimum: Option<f64>,
    /// The greatest number, included.
    pub maximum: Option<f64>,
    /// True if it names a file (`"format": "path"`). A relative path then starts at the pipeline file's folder. A value
    /// that begins with `builtin:` is passed on unchanged.
    pub is_path: bool,
    /// True if it must be given.
    pub required: bool,
}

/// All options of a plugin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigSchema {
    /// By name.
    pub properties: BTreeMap<String, Property>,
}

/// One thing wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// The wrong or unknown option, or `None` if a required one is missing.
    pub key: Option<String>,
    /// The error, and what would be right.
    pub message: String,
    /// For an unknown option: the known ones, for "did you mean".
    pub known: Vec<String>,
}

/// Keys of JSON Schema that an option may have.
const PROPERTY_KEYS: [&str; 9] =
    ["type", "format", "description", "default", "enum", "minimum", "maximum", "items", "additionalProperties"];

impl ConfigSchema {
    /// Reads `{"properties": {...}, "required": [...]}`. Null means no options.
    ///
    /// # Errors
    /// If the schema is wrong. The message names the option and what would be right.
    pub fn from_json(schema: &Value) -> Result<Self, String> {
        let schema = match schema {
            Value::Null => return Ok(ConfigSchema::default()),
            Value::Object(schema) => schema,
            _ => return Err("config: must be an object with \"properties\"".into()),
        };
        if let Some(key) = schema.keys().find(|key| {
            !["type", "properties", "required", "additionalProperties", "description"].contains(&key.as_str())
        }) {
            return Err(format!("config: unknown key {key:?}"));
        }
        let empty = Map::new();
        let listed = match schema.get("properties") {
            None => &empty,
            Some(Value::Object(listed)) => listed,
            Some(_) => return Err("config: \"properties\" must be an object".into()),
        };
        let required: Vec<&str> = match schema.get("required") {
            None => Vec::new(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(_) => return Err("config: \"required\" must be a list of names".into()),
        };
        if let Some(name) = required.iter().find(|name| !listed.contains_key(**name)) {
            return Err(format!("config: {name:?} is required but not in \"properties\""));
        }
        let mut properties = BTreeMap::new();
        for (name, property) in listed {
            let Value::Object(property) = property else {
                return Err(format!("config: option {name:?} must be an object"));
            };
            if let Some(key) = property.keys().find(|key| !PROPERTY_KEYS.contains(&key.as_str())) {
                return Err(format!("config: option {name:?} has an unknown key {key:?}"));
            }
            let parsed = Property {
                kind: ValueType::parse(property, name)?,
                description: property.get("description").and_then(Value::as_str).unwrap_or("").to_owned(),
                default: property.get("default").cloned(),
                choices: property.get("enum").and_then(Value::as_array).cloned().unwrap_or_default(),
                minimum: property.get("minimum").and_then(Value::as_f64),
                maximum: property.get("maximum").and_then(Value::as_f64),
                is_path: property.get("format").and_then(Value::as_str) == Some("path"),
                required: required.contains(&name.as_str()),
            };
            if let Some(default) = &parsed.default
                && let Err(wrong) = parsed.check(default)
            {
                return Err(format!("config: the default of {name:?} {wrong}"));
            }
            properties.insert(name.clone(), parsed);
        }
        Ok(ConfigSchema { properties })
    }

    /// All faults of a configuration.
    #[must_use]
    pub fn faults(&self, config: &Map<String, Value>) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        for (key, value) in config {
            match self.properties.get(key) {
                None => faults.push(ConfigFault {
                    key: Some(key.clone()),
                    message: if self.properties.is_empty() {
                        format!("unknown option {key:?}; this plugin has no options")
                    } else {
                        format!("unknown option {key:?}")
                    },
                    known: self.properties.keys().cloned().collect(),
                }),
                Some(property) => {
                    if let Err(wrong) = property.check(value) {
                        let message = format!("option {key:?} {wrong}");
                        faults.push(ConfigFault { key: Some(key.clone()), message, known: Vec::new() });
                    }
                }
            }
        }
        for (name, property) in &self.properties {
            if property.required && property.default.is_none() && !config.contains_key(name) {
                let message = format!("option {name:?} is missing; it must be {}", property.kind);
                faults.push(ConfigFault { key: None, message, known: Vec::new() });
            }
        }
        faults
    }

    /// The configuration with the defaults filled in.
    #[must_use]
    pub fn complete(&self, config: &Map<String, Value>) -> Map<String, Value> {
        let mut full = config.clone();
        for (name, property) in &self.properties {
            if let Some(default) = &property.default {
                full.entry(name.clone()).or_insert_with(|| default.clone());
            }
        }
        full
    }

    /// The schema as JSON Schema, for editors.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let properties: Map<String, Value> =
            self.properties.iter().map(|(name, property)| (name.clone(), property.to_json())).collect();
        let required: Vec<&String> =
            self.properties.iter().filter(|(_, property)| property.required).map(|(name, _)| name).collect();
        let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
        if let (false, Some(object)) = (required.is_empty(), schema.as_object_mut()) {
            object.insert("required".into(), json!(required));
        }
        schema
    }
}

impl Property {
    /// `Err` with the end of a sentence: "must be a number, not \"x\"".
    fn check(&self, value: &Value) -> Result<(), String> {
        if !self.kind.matches(value) {
            return Err(format!("must be {}, not {value}", self.kind));
        }
        if !self.choices.is_empty() && !self.choices.contains(value) {
            let choices: Vec<String> = self.choices.iter().map(Value::to_string).collect();
            return Err(format!("must be one of {}, not {value}", choices.join(", ")));
        }
        if let Some(number) = value.as_f64() {
            if let Some(minimum) = self.minimum
                && number < minimum
            {
                return Err(format!("must be at least {minimum}, not {value}"));
            }
            if let Some(maximum) = self.maximum
                && number > maximum
            {
                return Err(format!("must be at most {maximum}, not {value}"));
            }
        }
        Ok(())
    }

    /// The option as JSON Schema.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut schema = self.kind.to_json();
        let Some(object) = schema.as_object_mut() else { return schema };
        if !self.description.is_empty() {
            object.insert("description".into(), json!(self.description));
        }
        if let Some(default) = &self.default {
            object.insert("default".into(), default.clone());
        }
        if !self.choices.is_empty() {
            object.insert("enum".into(), json!(self.choices));
        }
        if self.is_path {
            object.insert("format".into(), json!("path"));
        }
        for (key, bound) in [("minimum", self.minimum), ("maximum", self.maximum)] {
            if let Some(bound) = bound {
                // 64, not 64.0: people read it too.
                let whole = bound.fract() == 0.0 && bound.abs() < 1e15;
                object.insert(key.into(), if whole { json!(bound as i64) } else { json!(bound) });
            }
        }
        schema
    }
}
