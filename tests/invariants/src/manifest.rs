//! Any bytes as a plugin's manifest, and any JSON as the configuration of the plugin.

use copydesk_core::{ConfigSchema, LayerUse, Manifest, is_identifier};
use serde_json::{Map, Value};

/// Reads the bytes before the first NUL as a manifest and those behind it as a configuration. An accepted manifest has
/// names of the right form. Its schema stays the same when it is written and read, and its defaults suit it. A
/// configuration without faults has none after its defaults are filled in, and is then complete.
pub fn manifest(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (text, config) = (parts.next().unwrap_or_default(), parts.next().unwrap_or(b"{}"));
    let Ok(text) = std::str::from_utf8(text) else { return };
    let manifest = match Manifest::parse(text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty());
            return;
        }
    };
    let lists = [&manifest.reads, &manifest.writes, &manifest.appends, &manifest.extends];
    for list in lists {
        list.iter().for_each(layer_use);
        for (at, own) in list.iter().enumerate() {
            assert!(list.iter().skip(at + 1).all(|other| other.layer != own.layer), "{} is there twice", own.layer);
        }
    }
    let reads = |layer: &str| Manifest::find(&manifest.reads, layer).is_some();
    assert!(manifest.writes.iter().all(|made| !reads(&made.layer)));
    assert!(manifest.appends.iter().chain(&manifest.extends).all(|added| reads(&added.layer)));
    let config: Map<String, Value> = serde_json::from_slice(config).unwrap_or_default();
    schema(&manifest.config, &config);
    schema(&manifest.config, &Map::new());
}

fn layer_use(entry: &LayerUse) {
    assert!(is_identifier(&entry.layer), "{:?}", entry.layer);
    for (name, kind) in &entry.columns {
        assert!(is_identifier(name), "{name:?}");
        assert_eq!(kind.to_string().parse().as_ref(), Ok(kind), "a type reads as it is written");
    }
}

fn schema(schema: &ConfigSchema, config: &Map<String, Value>) {
    assert_eq!(ConfigSchema::from_json(&schema.to_json()).as_ref(), Ok(schema), "a schema reads as it is written");
    let faults = schema.faults(config);
    for fault in &faults {
        assert!(!fault.message.is_empty());
        assert!(fault.key.as_ref().is_none_or(|key| config.contains_key(key)), "{fault:?} is about nothing given");
    }
    let full = schema.complete(config);
    assert_eq!(schema.complete(&full), full, "what is complete stays as it is");
    assert!(config.iter().all(|(key, value)| full.get(key) == Some(value)), "what is given stays as it is");
    for (name, property) in &schema.properties {
        assert!(full.contains_key(name) || property.default.is_none(), "the default of {name:?} is filled in");
    }
    if faults.is_empty() {
        assert_eq!(schema.faults(&full), [], "defaults suit their schema");
        let known = |key: &String| schema.properties.contains_key(key);
        assert!(full.keys().all(known), "an unknown option is a fault");
        let there = schema.properties.iter().filter(|(_, property)| property.required);
        assert!(there.map(|(name, _)| name).all(|name| full.contains_key(name)), "what is required is there");
    }
}
