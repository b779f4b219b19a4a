//! Pipelines in which nothing is wrong.

use copydesk_pipeline::{FaultClass, PipelineSource};

use crate::{checked, registry};

const NEWS: &str = r#"
#:schema ../docs/schema/pipeline.json
name = "news"
description = "Who said what about whom"

[[stage]]
plugin = "tokenizer"

[[stage]]
id = "names"
plugin = "ner"
config = { min_score = 1, label = "ORG" }

[[stage]]
plugin = "quotes"

[[stage]]
plugin = "actors"

[[stage]]
plugin = "speakers"

[[test]]
name = "speaker after the quote"
text = '"We will vote" said Ana'
expect.quotes = [{ kind = "direct", speaker = "Ana", content = '"We will vote"' }]
expect.entities = [{ text = "Ana", label = "ORG" }]
"#;

#[test]
fn a_whole_file() {
    let pipeline = checked(NEWS);
    assert_eq!((pipeline.name(), pipeline.description()), ("news", "Who said what about whom"));
    let stages: Vec<_> =
        pipeline.stages().iter().map(|stage| (stage.id(), stage.plugin().id(), stage.line())).collect();
    assert_eq!(
        stages,
        [
            ("tokenizer", "tokenizer", 7),
            ("names", "ner", 11),
            ("quotes", "quotes", 15),
            ("actors", "actors", 18),
            ("speakers", "speakers", 21)
        ]
    );
    assert_eq!(pipeline.tests().len(), 1);
    let provenance = serde_json::to_value(pipeline.load().unwrap().provenance()).unwrap();
    assert_eq!(
        provenance,
        serde_json::json!({"pipeline": "news", "copydesk": env!("CARGO_PKG_VERSION"), "stages": [
            {"id": "tokenizer", "version": "1.2.3"},
            {"id": "names", "plugin": "ner", "version": "2.0.0", "model": "builtin:test"},
            {"id": "quotes", "version": "1.0.0"},
            {"id": "actors", "version": "1.0.0"},
            {"id": "speakers", "version": "1.0.0"}
        ]})
    );
}

#[test]
fn forms_that_are_right() {
    for text in [
        "stage = [{ plugin = \"tokenizer\" }, { plugin = \"ner\", config.label = \"ORG\" }]",
        "[[stage]]\nplugin = \"maybe\"",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"maybe\"",
        "[[stage]]\nplugin = \"tokenizer\"\n[stage.config]\n[[stage]]\nplugin = \"maybe\"\n[[stage]]\nid = \"again\"\nplugin = \"maybe\"",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"gazetteer\"\nconfig.file = \"x\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"actors\"",
        "\u{feff}[[stage]]\r\nplugin = \"tokenizer\"\r\n",
        "[[test]]\nname = \"a\"\ntext = \"\"\"\n[[stage]]\n\"\"\"\n[[stage]]\nplugin = \"tokenizer\"",
    ] {
        checked(text);
    }
}

#[test]
fn a_file_without_a_name_is_called_after_the_file() {
    assert_eq!(checked("[[stage]]\nplugin = \"tokenizer\"").name(), "x");
}

#[test]
fn paths_start_from_the_file() {
    let text = "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"MODEL\"";
    for (written, read) in
        [("a/b.cdm", "/nowhere/pipelines/a/b.cdm"), ("/a/b.cdm", "/a/b.cdm"), ("builtin:x", "builtin:x")]
    {
        let pipeline = checked(&text.replace("MODEL", written));
        assert_eq!(pipeline.stages()[1].config()["model"], read);
        assert_eq!(pipeline.stages()[1].config()["window"], 2, "defaults are filled in");
    }
}

#[test]
fn the_example_of_the_manual_lacks_only_its_libraries() {
    let manual = include_str!("../../../../pipelines/README.md");
    let example = manual.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let faults = crate::source(example).check(&registry()).expect_err("libraries that are nowhere");
    assert_eq!((faults.class(), faults.as_slice().len()), (FaultClass::Load, 2), "{faults}");
}

#[test]
fn a_shipped_pipeline_is_found_by_name() {
    let found = PipelineSource::find("fast", crate::SHIPPED).unwrap();
    assert_eq!((found.name.as_str(), found.text.as_str()), ("fast.toml (shipped)", crate::SHIPPED[0].1));
    let error = PipelineSource::find("fats", crate::SHIPPED).unwrap_err().to_string();
    assert!(error.contains("is neither a pipeline file nor the name of one that is shipped"), "{error}");
    assert!(error.contains("\"fast\""), "{error}");
}

#[test]
fn what_has_no_effect() {
    let warned = |text: &str| {
        let pipeline = checked(text);
        pipeline.warnings(&pipeline.load().unwrap()).to_string()
    };
    assert_eq!(warned(&NEWS.replace("[[stage]]\nplugin = \"speakers\"\n", "")), "");
    let encoder = "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"encoder\"\n";
    for read in ["[[stage]]\nplugin = \"head\"\nconfig.model = \"deep\"\n", "[[stage]]\nplugin = \"compass\"\n"] {
        assert_eq!(warned(&format!("{encoder}{read}")), "", "{read}");
    }
    let unread = format!(
        "{encoder}[[stage]]\nplugin = \"head\"\n[[stage]]\nplugin = \"slow\"\n[[test]]\nname = \"a\"\ntext = \"b\"\n"
    );
    insta::assert_snapshot!(warned(&unread));
}
