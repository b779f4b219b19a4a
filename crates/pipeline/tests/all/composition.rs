//! Pipelines that extend others, and variables.

use copydesk_pipeline::{CheckedPipeline, PipelineSource};

use crate::{Folder, registry};

const BASE: &str = r#"
description = "The base"
[vars]
score = 0.5
model = "models/base.cdm"

[[stage]]
plugin = "tokenizer"

[[stage]]
plugin = "ner"
config = { min_score = "${score}", label = "ORG", model = "${model}", only = ["$${x}", "a${score}"] }

[[stage]]
plugin = "quotes"

[[test]]
name = "of the base"
text = "a"
expect.quotes = []
"#;

fn checked(files: &[(&str, &str)], set: &[&str]) -> (Folder, CheckedPipeline) {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = Folder::of("composition", &files);
    let mut source = PipelineSource::read(&folder.0.join(files[0].0)).unwrap();
    source.set = set.iter().map(|set| (*set).to_owned()).collect();
    let pipeline = source.check(&registry()).unwrap_or_else(|faults| panic!("{faults}"));
    (folder, pipeline)
}

fn ids(pipeline: &CheckedPipeline) -> Vec<&str> {
    pipeline.stages().iter().map(|stage| stage.id()).collect()
}

#[test]
fn stages_are_changed_added_moved_and_removed() {
    for (changes, expected) in [
        ("", "tokenizer ner quotes"),
        ("remove = [\"quotes\"]", "tokenizer ner"),
        ("[[stage]]\nplugin = \"actors\"", "tokenizer ner quotes actors"),
        ("[[stage]]\nplugin = \"shouts\"\nafter = \"tokenizer\"", "tokenizer shouts ner quotes"),
        ("[[stage]]\nplugin = \"moody\"\nbefore = \"tokenizer\"", "moody tokenizer ner quotes"),
        (
            "[[stage]]\nid = \"a\"\nplugin = \"slow\"\nafter = \"ner\"\n[[stage]]\nid = \"b\"\nplugin = \"slow\"\nafter = \"ner\"\n\
            [[stage]]\nid = \"c\"\nplugin = \"slow\"\nbefore = \"ner\"\n[[stage]]\nid = \"d\"\nplugin = \"slow\"\nbefore = \"ner\"",
            "tokenizer c d ner a b quotes",
        ),
        (
            "[[stage]]\nid = \"a\"\nplugin = \"slow\"\n[[stage]]\nid = \"b\"\nplugin = \"slow\"\nafter = \"a\"",
            "tokenizer ner quotes a b",
        ),
        ("[[stage]]\nplugin = \"slow\"\n[[stage]]\nid = \"ner\"\nbefore = \"quotes\"", "tokenizer ner quotes slow"),
        ("remove = [\"ner\"]\n[[stage]]\nplugin = \"other_ner\"\nafter = \"tokenizer\"", "tokenizer other_ner quotes"),
        ("[[stage]]\nid = \"ner\"\nplugin = \"other_ner\"", "tokenizer ner quotes"),
    ] {
        let (_folder, pipeline) =
            checked(&[("x.toml", &format!("extends = \"b.toml\"\n{changes}\n")), ("b.toml", BASE)], &[]);
        assert_eq!(ids(&pipeline).join(" "), expected, "{changes}");
        assert!(pipeline.tests().is_empty());
        assert_eq!((pipeline.name(), pipeline.description()), ("x", "The base"));
    }
}

#[test]
fn options_are_merged_unless_the_plugin_is_another() {
    let middle =
        "extends = \"../b.toml\"\n[vars]\nscore = 0.25\n[[stage]]\nplugin = \"ner\"\nconfig.label = \"PERSON\"\n";
    let top = "extends = \"middle/m.toml\"\n[[stage]]\nid = \"ner\"\nconfig = { window = 7 }\n";
    let (folder, pipeline) = checked(&[("x.toml", top), ("middle/m.toml", middle), ("b.toml", BASE)], &[]);
    let config = pipeline.stages()[1].config();
    let model = folder.0.join("middle/../models/base.cdm");
    assert_eq!(
        serde_json::to_value(config).unwrap(),
        serde_json::json!({
            "min_score": 0.25, "label": "PERSON", "window": 7, "lower": false, "model": model,
            "only": ["${x}", "a0.25"]
        })
    );
    let other = "extends = \"b.toml\"\n[[stage]]\nid = \"ner\"\nplugin = \"other_ner\"\n";
    let (_folder, pipeline) = checked(&[("x.toml", other), ("b.toml", BASE)], &[]);
    assert!(pipeline.stages()[1].config().is_empty());
    assert_eq!(pipeline.stages()[1].plugin().id(), "other_ner");
}

#[test]
fn a_path_starts_from_where_its_variable_is_set() {
    let base = BASE.replace("\"${model}\"", "\"${model}.x\"");
    let of = |text: &str, set: &[&str]| {
        let (folder, pipeline) = checked(&[("top/x.toml", text), ("b.toml", &base)], set);
        let model = pipeline.stages()[1].config()["model"].as_str().unwrap().to_owned();
        model.replace(&folder.0.display().to_string(), "DIR")
    };
    assert_eq!(of("extends = \"../b.toml\"", &[]), "DIR/top/../models/base.cdm.x");
    assert_eq!(of("extends = \"../b.toml\"\nvars.model = \"own\"", &[]), "DIR/top/own.x");
    let here = std::env::current_dir().unwrap();
    assert_eq!(of("extends = \"../b.toml\"", &["model=own"]), here.join("own.x").display().to_string());
}

#[test]
fn set_takes_the_type_of_the_variable() {
    let file = |value: &str, option: &str| {
        format!(
            "vars.x = {value}\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.{option} = \"${{x}}\"\n"
        )
    };
    for (value, option, set, expected) in [
        ("0.5", "min_score", "1", "1"),
        ("0", "min_score", "0.75", "0.75"),
        ("false", "lower", "true", "true"),
        ("\"\"", "label", "ORG", "\"ORG\""),
        ("[]", "only", "[\"a\", \"b=c\"]", "[\"a\",\"b=c\"]"),
    ] {
        let (_folder, pipeline) =
            checked(&[("x.toml", &file(value, option))], &["x=ignored", &format!("x={set}")][1..]);
        assert_eq!(pipeline.stages()[1].config()[option].to_string(), expected, "{value} {set}");
    }
}

#[test]
fn a_change_that_changes_nothing_is_told() {
    let top = "extends = \"b.toml\"\n[vars]\nscore = 0.9\nidle = 1\n[[stage]]\nid = \"tokenizer\"\n\
        [[stage]]\nid = \"ner\"\nconfig = { label = \"ORG\", min_score = 0.1 }\n";
    let (folder, pipeline) = checked(&[("x.toml", top), ("b.toml", &BASE.replace("model = \"${model}\", ", ""))], &[]);
    let warnings = pipeline.warnings(&pipeline.load().unwrap()).to_string();
    insta::assert_snapshot!(warnings.replace(&folder.0.display().to_string(), "DIR"));
}

#[test]
fn a_shipped_name_is_found_from_any_folder() {
    let folder = Folder::of("shipped", &[("x.toml", b"extends = \"fast\"\nremove = [\"stance\"]\n")]);
    // Of the shipped plugins the tests know but the names: what is said is about them and not about the base.
    let said = folder.said_of("x.toml", &[]);
    assert!(said.contains("fast.toml (shipped):") && !said.contains("extends"), "{said}");
}

#[test]
fn variables_cannot_fill_the_memory() {
    let long = "x".repeat(300_000);
    let uses = "${x}".repeat(100_000);
    let text = format!("vars.x = \"{long}\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"{uses}\"\n");
    let folder = Folder::of("bomb", &[("x.toml", text.as_bytes())]);
    assert!(folder.said_of("x.toml", &[]).contains("the values of variables come to more than 4194304 bytes"));
    let deep: Vec<(String, String)> =
        (0..30).map(|at| (format!("{at}.toml"), format!("extends = \"{}.toml\"\n", at + 1))).collect();
    let files: Vec<(&str, &[u8])> = deep.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let said = Folder::of("deep", &files).said_of("0.toml", &[]);
    assert!(said.contains("DIR/15.toml:1:11") && said.contains("there may be 16"), "{said}");
}
