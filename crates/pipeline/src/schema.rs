//! JSON Schema of pipeline files, so that editors complete and check them.

use copydesk_core::{ConfigSchema, Property, ValueType};
use copydesk_loader::{Limits, Plugin};
use serde_json::{Map, Value, json};

/// Returns the JSON Schema (draft 2020-12) of pipeline files: their keys, and the options of these plugins. The schema
/// accepts every file that a check accepts. It also accepts some files that a check refuses, for example if layers do
/// not fit together.
#[must_use]
pub fn schema<'a>(plugins: impl IntoIterator<Item = &'a Plugin>) -> Value {
    let mut stages = Vec::new();
    let mut names = Vec::new();
    let mut definitions = Map::new();
    for plugin in plugins {
        let (id, manifest) = (plugin.id(), plugin.manifest());
        if names.contains(&id) {
            continue;
        }
        names.push(id);
        definitions.insert(format!("config_{id}"), config(&manifest.config));
        let name = json!({"const": id, "description": manifest.description});
        stages.push(stage(id, Some(name), json!({"$ref": format!("#/$defs/config_{id}")}), &["plugin"]));
    }
    let other = json!({
        "type": "string",
        "not": {"enum": names},
        "description": "The id of a plugin in the plugin folders: `copydesk plugin list` shows them",
    });
    let limits = Limits::default();
    let library = json!({
        "type": "object",
        "description": "Or a library, or a plugin by its id, with its isolation",
        "properties": {
            "path": {"type": "string", "description": "The library's file, relative to this file"},
            "id": {"$ref": "#/$defs/identifier", "description": "The id of one of its plugins, if it holds several"},
            "isolate": {"type": "boolean", "default": false, "description": "Runs the plugin in processes of its own"},
            "time_limit": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": limits.time.as_secs(),
                "description": "Seconds that a document may take, if it is isolated",
            },
            "memory_limit": {
                "type": "integer",
                "minimum": 256,
                "default": limits.memory >> 20,
                "description": "Megabytes that each process may take, if it is isolated",
            },
        },
        "anyOf": [{"required": ["path"]}, {"required": ["id"]}],
    });
    let options = json!({
        "type": "object",
        "description": "The plugin's options; one that names a file takes a path relative to this file",
    });
    stages.push(stage("another plugin", Some(other), options.clone(), &["plugin"]));
    stages.push(stage("a library", Some(library), options.clone(), &["plugin"]));
    stages.push(stage("a change of a stage of the pipeline that this one extends", None, options, &["id"]));
    definitions.insert("stage".into(), json!({"anyOf": stages}));
    definitions.insert("test".into(), test());
    definitions.insert("identifier".into(), json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}));
    let variable = json!({
        "type": "string",
        "pattern": r"\$\{[a-z][a-z0-9_]*\}",
        "description": "A variable of [vars]",
    });
    definitions.insert("variable".into(), variable);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A pipeline of Copydesk",
        "type": "object",
        "properties": properties(),
        "anyOf": [{"required": ["stage"]}, {"required": ["extends"]}],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The keys of a file.
fn properties() -> Value {
    json!({
        "name": {"type": "string", "description": "The name in the provenance of results; the file's name by default"},
        "description": {"type": "string", "description": "The purpose of the pipeline"},
        "languages": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Tags of the languages that it reads, such as en; articles in others give a warning",
        },
        "extends": {
            "type": "string",
            "description": "The pipeline that this one changes: a shipped name, or a file relative to this one",
        },
        "remove": {
            "type": "array",
            "items": {"$ref": "#/$defs/identifier"},
            "description": "Ids of stages to leave out, of the pipeline that this one extends",
        },
        "vars": {
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/identifier"},
            "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
            "description": "Variables: written ${name} in options and paths, changed by --set name=value",
        },
        "stage": {
            "type": "array",
            "items": {"$ref": "#/$defs/stage"},
            "description": "The stages, in the order of the run",
        },
        "test": {
            "type": "array",
            "items": {"$ref": "#/$defs/test"},
            "description": "Test cases of this pipeline, for `copydesk pipeline test`",
        },
    })
}

/// One kind of stage: its plugin, its options, and its required options.
fn stage(title: &str, plugin: Option<Value>, config: Value, required: &[&str]) -> Value {
    let id = json!({
        "$ref": "#/$defs/identifier",
        "description": "Names the stage in messages and timings; the plugin's id by default",
    });
    let beside = |side: &str| {
        json!({
            "$ref": "#/$defs/identifier",
            "description": format!("The stage to run this one {side}, if the file extends another"),
        })
    };
    let mut properties = Map::new();
    properties.insert("id".into(), id);
    if let Some(plugin) = plugin {
        properties.insert("plugin".into(), plugin);
    }
    properties.insert("config".into(), config);
    properties.insert("before".into(), beside("before"));
    properties.insert("after".into(), beside("after"));
    json!({
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The options of a plugin. None is required: a stage that is changed has them already.
fn config(schema: &ConfigSchema) -> Value {
    let options: Map<String, Value> =
        schema.properties.iter().map(|(name, property)| (name.clone(), option(property))).collect();
    json!({"type": "object", "properties": options, "additionalProperties": false})
}

/// An option. A variable may replace its value.
fn option(property: &Property) -> Value {
    let own = property.to_json();
    let plain = property.kind == ValueType::String && property.choices.is_empty();
    if plain {
        return own;
    }
    let mut own = own;
    let mut outer = Map::new();
    if let Value::Object(own) = &mut own {
        for key in ["description", "default"] {
            if let Some(value) = own.remove(key) {
                outer.insert(key.to_owned(), value);
            }
        }
    }
    outer.insert("anyOf".into(), json!([own, {"$ref": "#/$defs/variable"}]));
    Value::Object(outer)
}

fn test() -> Value {
    let row = json!({
        "description": "A row that the layer must have; a string means its text",
        "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1}],
    });
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The subject of the case"},
            "text": {"type": "string", "description": "The text to analyze"},
            "expect": {
                "type": "object",
                "propertyNames": {"$ref": "#/$defs/identifier"},
                "additionalProperties": {"type": "array", "items": row},
                "description": "The rows that a layer must have; an empty list means that it has none",
            },
        },
        "required": ["name", "text"],
        "additionalProperties": false,
    })
}
