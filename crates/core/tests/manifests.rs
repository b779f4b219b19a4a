//! Manifests and configuration schemas: what is accepted, and what each fault says.

use copydesk_core::Manifest;
use proptest::prelude::*;
use serde_json::{Value, json};

fn refusal(manifest: &Value) -> String {
    Manifest::parse(&manifest.to_string()).expect_err("refused").to_string()
}

#[test]
fn faults_say_what_would_be_right() {
    let entities = json!({"label": "string", "score": "f32"});
    let cases = [
        (json!([]), "the manifest is not valid"),
        (json!({"read": []}), "unknown field `read`, expected one of `description`, `config`, `reads`"),
        (json!({"reads": [{"layer": "Tokens"}]}), "\"Tokens\" is no layer name"),
        (json!({"reads": [{"layer": "tokens"}, {"layer": "tokens"}]}), "`reads` names layer \"tokens\" twice"),
        (json!({"reads": [{"layer": "x", "columns": {"y": "u8"}}]}), "x.y: unknown column type \"u8\""),
        (
            json!({"writes": [{"layer": "entities"}]}),
            "layer \"entities\" is a standard one, its columns are label: string, score: f32",
        ),
        (
            json!({"reads": [{"layer": "x"}], "appends": [{"layer": "x", "optional": true}]}),
            "only what is read or written can be optional",
        ),
        (json!({"writes": [{"layer": "x"}], "reads": [{"layer": "x"}]}), "mark it optional in `reads`"),
        (
            json!({"writes": [{"layer": "x", "columns": {"y": "u32"}}],
                "reads": [{"layer": "x", "columns": {"y": "string"}, "optional": true}]}),
            "column x.y is read as string, but not written so",
        ),
        (
            json!({"writes": [{"layer": "x"}], "reads": [{"layer": "x", "optional": true}], "appends": [{"layer": "x"}]}),
            "is written, so it cannot be added to as well",
        ),
        (json!({"appends": [{"layer": "entities", "columns": entities}]}), "`reads` must name it"),
        (json!({"reads": [{"layer": "x"}], "extends": [{"layer": "x"}]}), "names no column"),
        (
            json!({"reads": [{"layer": "x"}], "appends": [{"layer": "x"}],
                "extends": [{"layer": "x", "columns": {"y": "u32"}}]}),
            "layer \"x\" is appended to and extended",
        ),
        (
            json!({"writes": [{"layer": "x", "columns": {"start": "u32"}}]}),
            "column x.start: results use this name for something else",
        ),
        (
            json!({"reads": [{"layer": "quotes"}], "extends": [{"layer": "quotes", "columns": {"speaker": "string"}}]}),
            "column quotes.speaker is a standard one, its type is ref(actors)?",
        ),
        (json!({"writes": [{"layer": "tokens", "order": "any"}]}), "order of the standard layer \"tokens\" is fixed"),
        (json!({"config": []}), "config: must be an object"),
        (json!({"config": {"properties": {"a": {"type": "text"}}}}), "option \"a\" needs a \"type\""),
        (json!({"config": {"properties": {"a": {"type": "array"}}}}), "option \"a\" needs \"items\""),
        (
            json!({"config": {"properties": {"a": {"type": "string", "default": 1}}}}),
            "the default of \"a\" must be a string, not 1",
        ),
        (json!({"config": {"required": ["a"]}}), "\"a\" is required but not in \"properties\""),
    ];
    for (manifest, message) in cases {
        let error = refusal(&manifest);
        assert!(error.contains(message), "{manifest}: {error}");
    }
}

#[test]
fn a_layer_in_both_lists_is_taken_if_it_is_given() {
    let manifest = json!({
        "reads": [{"layer": "x", "columns": {"y": "u32"}, "optional": true}, {"layer": "z", "optional": true}],
        "writes": [{"layer": "x", "columns": {"y": "u32", "w": "string"}}, {"layer": "v"}]
    });
    let manifest = Manifest::parse(&manifest.to_string()).expect("sound");
    assert_eq!(["x", "z", "v"].map(|layer| manifest.takes(layer)), [true, false, false]);
}

#[test]
fn configurations_are_checked_and_completed() {
    let manifest = json!({"config": {"required": ["path"], "properties": {
        "path": {"type": "string", "format": "path"},
        "min_score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
        "labels": {"type": "array", "items": {"type": "string"}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}}
    }}});
    let schema = Manifest::parse(&manifest.to_string()).expect("sound").config;
    let faults = |config: Value| -> Vec<String> {
        schema.faults(config.as_object().expect("an object")).into_iter().map(|fault| fault.message).collect()
    };
    assert_eq!(faults(json!({"path": "x", "labels": ["a"], "map": {"a": "b"}})), Vec::<String>::new());
    assert_eq!(
        faults(json!({"min_score": 2, "mode": "c", "labels": [1], "colour": true})),
        [
            "unknown option \"colour\"",
            "option \"labels\" must be a list, each item a string, not [1]",
            "option \"min_score\" must be at most 1, not 2",
            "option \"mode\" must be one of \"a\", \"b\", not \"c\"",
            "option \"path\" is missing; it must be a string",
        ]
    );
    let full = schema.complete(json!({"path": "x", "mode": "b"}).as_object().expect("an object"));
    assert_eq!(Value::Object(full), json!({"path": "x", "mode": "b", "min_score": 0.5}));
    assert!(schema.properties["path"].is_path && !schema.properties["mode"].is_path);
    let again = copydesk_core::ConfigSchema::from_json(&schema.to_json()).expect("its own JSON");
    assert_eq!(again, schema);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = Manifest::parse(&text);
    }

    #[test]
    fn any_json_is_read_or_refused(key in "(reads|writes|config|extends)", layer in "\\PC{0,8}", kind in "\\PC{0,8}") {
        let manifest = json!({key: [{"layer": layer, "columns": {"x": kind}}]});
        let _ = Manifest::parse(&manifest.to_string());
    }
}
