//! The server's OpenAPI description holds the schema of results as it is in docs/schema/result.json.
//!
//! To copy it anew: `python3 scripts/openapi.py`. All else in the description is written by hand.

use std::fs;

use serde_json::{Map, Value};

fn read(path: &str, references: (&str, &str)) -> Value {
    let text = fs::read_to_string(copydesk_tests::root().join(path)).expect("a file");
    serde_json::from_str(&text.replace(references.0, references.1)).expect("JSON")
}

/// Calls `see` with each object in a value.
fn objects<'a>(value: &'a Value, see: &mut dyn FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object.values().for_each(|value| objects(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| objects(value, see)),
        _ => {}
    }
}

#[test]
fn the_schema_of_results_is_up_to_date() {
    let description = read("crates/server/src/openapi.json", ("", ""));
    let result = read("docs/schema/result.json", ("#/$defs/", "#/components/schemas/"));
    let (schemas, parts) = (&description["components"]["schemas"], result["$defs"].as_object().expect("parts"));
    let mut whole = result.as_object().expect("an object").clone();
    whole.retain(|key, _| !["$defs", "$id", "$schema", "title"].contains(&key.as_str()));
    let wrong: Vec<&str> =
        parts.iter().filter(|(name, part)| schemas[name.as_str()] != **part).map(|(n, _)| n.as_str()).collect();
    assert!(
        wrong.is_empty() && schemas["Result"] == Value::Object(whole),
        "crates/server/src/openapi.json is out of date ({wrong:?}); run python3 scripts/openapi.py"
    );
}

#[test]
fn references_and_descriptions_are_whole() {
    let description = read("crates/server/src/openapi.json", ("", ""));
    let mut faults = Vec::new();
    objects(&description, &mut |object| {
        if let Some(Value::String(target)) = object.get("$ref")
            && target.strip_prefix('#').is_none_or(|path| description.pointer(path).is_none())
        {
            faults.push(format!("{target} is nowhere"));
        }
    });
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            for key in ["operationId", "summary", "description", "tags", "security", "responses"] {
                if operation.get(key).is_none() {
                    faults.push(format!("{method} {path} has no {key}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
