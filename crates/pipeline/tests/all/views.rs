//! Pipelines as graphs, as one file, and the schema of all.

use copydesk_pipeline::{PipelineSource, schema};

use crate::{checked, registry};

const PIPELINE: &str = r#"
name = "a \"desk\"\n\u001b"
description = "it's \\ \t\u202e"
[vars]
x = "1"
[[stage]]
id = "end"
plugin = "tokenizer"
[[stage]]
plugin = "ner"
config = { only = ["$${x}", "$$${x}", "a\"\\\u0001é😀", "${x}"], min_score = 1e-7, lower = true, model = "m.cdm" }
[[stage]]
plugin = "gazetteer"
config.file = "names.txt"
[[stage]]
plugin = "quotes"
[[stage]]
plugin = "actors"
[[stage]]
plugin = "maybe"
[[test]]
name = "a\nb"
text = "c\r\n${x}"
expect.entities = ["Ana", { text = "Bob", score = { min = 0.5 } }]
expect.quotes = []
expect.actors = [{ mentions = ["a", "b"] }]
"#;

#[test]
fn graphs() {
    let pipeline = checked(PIPELINE);
    insta::assert_snapshot!("graph_text", pipeline.as_text());
    insta::assert_snapshot!("graph_mermaid", pipeline.as_mermaid());
    insta::assert_snapshot!("graph_dot", pipeline.as_dot());
}

#[test]
fn what_is_resolved_means_the_same() {
    let pipeline = checked(PIPELINE);
    let text = pipeline.as_toml();
    insta::assert_snapshot!("resolved", text);
    let again = PipelineSource::new("elsewhere.toml", text, None).check(&registry()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((again.name(), again.description()), (pipeline.name(), pipeline.description()));
    assert_eq!(again.stages().len(), pipeline.stages().len());
    for (one, other) in pipeline.stages().iter().zip(again.stages()) {
        assert_eq!((one.id(), one.plugin().id(), one.config()), (other.id(), other.plugin().id(), other.config()));
    }
    let cases = |tests: &[copydesk_pipeline::TestCase]| format!("{tests:?}").replace(char::is_numeric, "");
    assert_eq!(cases(again.tests()), cases(pipeline.tests()));
}

#[test]
fn the_schema_knows_each_plugin_once_and_lets_variables_stand_for_values() {
    let registry = registry();
    let schema = schema(registry.built_in().iter().chain(registry.built_in()));
    let stages = schema["$defs"]["stage"]["anyOf"].as_array().unwrap();
    assert_eq!(stages.len(), registry.built_in().len() + 3);
    let ner = &schema["$defs"]["config_ner"]["properties"];
    assert_eq!(ner["window"]["anyOf"][0], serde_json::json!({"type": "integer", "minimum": 1}));
    assert_eq!(ner["window"]["anyOf"][1]["$ref"], "#/$defs/variable");
    assert_eq!((&ner["model"]["type"], &ner["model"]["default"]), (&"string".into(), &"builtin:test".into()));
}
