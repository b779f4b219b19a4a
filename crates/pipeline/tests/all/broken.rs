//! A table of broken pipeline files and what is said about each.

mod composed;

use copydesk_pipeline::{FaultClass, FaultKind, PipelineSource};
use copydesk_tests::growth::{LONGER, linear};

use crate::{Folder, registry, source};

/// Name and file. The expected messages are in `snapshots/`.
const CASES: &[(&str, &str)] = &[
    // Syntax.
    ("syntax_missing_value", "name =\n[[stage]]\nplugin = \"tokenizer\"\n"),
    ("syntax_bare_word", "[[stage]]\nplugin = tokenizer\n"),
    ("syntax_header", "[[stage]\nplugin = \"tokenizer\"\n"),
    ("syntax_open_string", "[[stage]]\nplugin = \"tokenizer\n\n[[stage]]\nplugin = \"nre\"\n"),
    (
        "syntax_open_long_string",
        "[[stage]]\nplugin = \"nre\"\n\n[[test]]\nname = \"a\"\ntext = \"\"\"One\ntwo\n[[test]]\nname = 3\n",
    ),
    (
        "syntax_open_list",
        "[[stage]]\nplugin = \"ner\"\nconfig.only = [\"a\",\nid = \"x\"\n\n[[stage]]\nplugin = \"nre\"\n",
    ),
    ("syntax_open_table", "[[stage]]\nplugin = { path = \"a.so\"\nid = \"x\"\n"),
    ("syntax_no_equals", "[[stage]]\nplugin \"tokenizer\"\n"),
    ("syntax_twice", "[[stage]]\nplugin = \"tokenizer\"\nplugin = \"ner\"\n"),
    ("syntax_escape", "name = \"C:\\news\\quotes\"\n[[stage]]\nplugin = \"tokenizer\"\n"),
    (
        "syntax_and_the_rest",
        "name = \n\n[[stage]]\nplugin = \"tokenizer\n\n[[stage]]\nplugin = \"ner\"\nconfig = { minscore = 1 }\n\n[[stage]]\nplugin = \"quotes\"\nconfg = 1\n\n[[stage]\nplugin = 1\n",
    ),
    ("syntax_nul", "name = \"a\0b\"\n[[stage]]\nplugin = \"tokenizer\"\n"),
    ("syntax_lone_carriage_return", "name = \"a\"\r[[stage]]\rplugin = \"tokenizer\"\r"),
    // Keys and types.
    ("empty", ""),
    ("only_a_comment", "# to do\n"),
    ("no_stages", "name = \"x\"\n"),
    ("empty_stages", "stage = []\n"),
    ("unknown_top_key", "nmae = \"x\"\ntitle = \"y\"\n[[stage]]\nplugin = \"tokenizer\"\n"),
    ("stages", "[[stages]]\nplugin = \"tokenizer\"\n"),
    ("single_brackets", "[stage]\nplugin = \"tokenizer\"\n"),
    ("stage_is_a_string", "stage = \"tokenizer\"\n"),
    ("stage_of_strings", "stage = [\"tokenizer\", \"ner\"]\n"),
    ("unknown_stage_key", "[[stage]]\nplugn = \"tokenizer\"\nwhen = \"always\"\n"),
    ("no_plugin", "[[stage]]\nid = \"first\"\n"),
    ("plugin_is_a_number", "[[stage]]\nplugin = 3\n"),
    (
        "plugin_table",
        "[[stage]]\nplugin = { file = \"a.so\" }\n\n[[stage]]\nplugin = { pth = \"a.so\" }\n\n[[stage]]\nplugin = { path = 1 }\n",
    ),
    (
        "isolation_keys",
        "[[stage]]\nplugin = { id = \"tokenizer\", isolate = 1, time_limit = 3 }\n\n[[stage]]\nid = \"b\"\nplugin = { id = \"tokenizer\", time_limit = 3 }\n\n[[stage]]\nid = \"a\"\nplugin = { path = \"a.so\", isolate = true, time_limit = 0, memory_limit = 1.5, isolated = true }\n\n[[stage]]\nplugin = { isolate = true, memory_limit = 8 }\n",
    ),
    ("name_is_a_list", "name = [\"x\"]\ndescription = 2026-01-01\n[[stage]]\nplugin = \"tokenizer\"\nid = true\n"),
    // Ids.
    ("bad_id", "[[stage]]\nid = \"House-Style\"\nplugin = \"tokenizer\"\n"),
    ("same_id", "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nid = \"tokenizer\"\nplugin = \"maybe\"\n"),
    ("same_plugin_twice", "[[stage]]\nplugin = \"maybe\"\n[[stage]]\nplugin = \"maybe\"\n"),
    // Plugins.
    ("unknown_plugin", "[[stage]]\nplugin = \"tokeniser\"\n[[stage]]\nplugin = \"ner\"\n"),
    ("unknown_plugin_unlike_any", "[[stage]]\nplugin = \"bert\"\n[[stage]]\nplugin = \"ner\"\n"),
    ("plugin_file_as_id", "[[stage]]\nplugin = \"plugins/libhouse_style.so\"\n"),
    ("plugin_of_blank_name", "[[stage]]\nplugin = \"\"\n[[stage]]\nplugin = { path = \"\" }\n"),
    // Configuration.
    (
        "option_unknown",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig = { min-score = 0.5, temperature = 1 }\n",
    ),
    ("option_of_a_plugin_without", "[[stage]]\nplugin = \"tokenizer\"\nconfig = { fast = true }\n"),
    (
        "option_types",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[stage.config]\nmin_score = \"high\"\nwindow = 2.5\nlower = 1\nonly = [\"a\", 2]\nmodel = 7\n",
    ),
    (
        "option_range",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.min_score = 1.5\nconfig.window = 0\nconfig.label = \"LOC\"\n",
    ),
    (
        "option_no_json",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.min_score = nan\nconfig.window = 99999999999999999999\nconfig.label = 2026-01-01\n",
    ),
    (
        "option_missing",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"gazetteer\"\n",
    ),
    (
        "option_missing_beside_another",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"gazetteer\"\nconfig = { fil = \"a\" }\n",
    ),
    ("config_is_a_list", "[[stage]]\nplugin = \"tokenizer\"\nconfig = []\n"),
    // Layers.
    ("layer_unwritten", "[[stage]]\nplugin = \"ner\"\n"),
    ("layers_unwritten", "[[stage]]\nplugin = \"quotes\"\n"),
    ("layer_written_later", "[[stage]]\nplugin = \"ner\"\n[[stage]]\nid = \"split\"\nplugin = \"tokenizer\"\n"),
    ("layer_nobody_writes", "[[stage]]\nplugin = \"orphan\"\n"),
    (
        "layer_written_twice",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"other_ner\"\n",
    ),
    (
        "column_missing",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"shouts\"\n[[stage]]\nplugin = \"pitch\"\n",
    ),
    (
        "column_of_another_type",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"shouts\"\n[[stage]]\nplugin = \"volume\"\n",
    ),
    (
        "column_added_later",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"speakers\"\n[[stage]]\nplugin = \"actors\"\n",
    ),
    (
        "column_nobody_added",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"speakers\"\n",
    ),
    (
        "column_added_twice",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"actors\"\n[[stage]]\nplugin = \"links\"\n",
    ),
    ("rows_for_no_layer", "[[stage]]\nplugin = \"hopeful\"\n[[stage]]\nplugin = \"tokenizer\"\n"),
    (
        "rows_after_a_column",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"quotes\"\n[[stage]]\nplugin = \"actors\"\n[[stage]]\nplugin = \"gazetteer\"\nconfig.file = \"names.txt\"\n",
    ),
    (
        "rows_of_another_shape",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"shouts\"\n[[stage]]\nplugin = \"more_shouts\"\n",
    ),
    (
        "reference_to_nothing",
        "[[stage]]\nplugin = \"pointer\"\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[stage]]\nplugin = \"links\"\n",
    ),
    // Tests.
    (
        "test_keys",
        "[[stage]]\nplugin = \"tokenizer\"\n[[test]]\nname = \"a\"\ntxt = \"b\"\n[[test]]\ntext = 1\n[[test]]\nname = \"b\"\ntext = \"\"\nexpect = 3\n",
    ),
    (
        "test_layers",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[test]]\nname = \"a\"\ntext = \"b\"\nexpect.entitys = []\nexpect.quotes = [{ kind = \"direct\" }]\nexpect.tokens = \"b\"\n",
    ),
    (
        "test_columns",
        "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n[[test]]\nname = \"a\"\ntext = \"b\"\nexpect.entities = [{ lable = \"PERSON\" }, { score = \"high\" }, { start = 0.5 }, {}, 3]\n[[test]]\nname = \"a\"\ntext = \"c\"\n",
    ),
    // How lines are shown.
    ("tabs", "[[stage]]\n\tplugin\t=\t\"tokeniser\"\n"),
    ("carriage_returns", "name = \"x\"\r\n\r\n[[stage]]\r\nplugin = \"tokeniser\"\r\n"),
    ("wide", "stage = [{ id = \"é€😀\", plugin = \"tokeniser\" }]\n"),
    ("byte_order_mark", "\u{feff}nmae = 1\n[[stage]]\nplugin = \"tokenizer\"\n"),
    (
        "terminal_escapes",
        "\"\u{202e}\u{7f}\" = 1 # \u{1b}[31m\n\"a\\u001b[31m\" = 2\n[[stage]]\nplugin = \"tokenizer\"\n",
    ),
];

fn said(text: &str) -> String {
    match source(text).check(&registry()) {
        Ok(_) => "nothing is wrong".into(),
        Err(faults) => format!("{faults}\n"),
    }
}

#[test]
fn what_is_said() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, text) in CASES {
        settings.bind(|| insta::assert_snapshot!(*name, said(text)));
    }
    for (name, files, set) in composed::CASES {
        let folder = Folder::of(name, files);
        settings.bind(|| insta::assert_snapshot!(*name, folder.said_of(files[0].0, set)));
    }
}

#[test]
fn every_case_has_a_fault_and_its_place_is_in_the_file() {
    for (name, text) in CASES {
        let faults = source(text).check(&registry()).expect_err(name);
        assert_eq!(faults.class(), FaultClass::Pipeline, "{name}");
        for fault in faults.as_slice() {
            assert!(text.get(fault.span.clone()).is_some(), "{name}: {fault:?}");
            assert!(fault.line >= 1 && fault.column >= 1 && fault.line <= text.lines().count().max(1) + 1, "{name}");
            assert!((fault.end_line, fault.end_column) >= (fault.line, fault.column), "{name}");
        }
    }
}

#[test]
fn a_fault_as_json() {
    let faults = source("[[stage]]\nplugin = \"tokeniser\"\n").check(&registry()).expect_err("a fault");
    let json = serde_json::to_value(&faults).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"omitted": 0, "faults": [{
            "severity": "error", "kind": "plugin",
            "message": "unknown plugin \"tokeniser\"", "help": "did you mean \"tokenizer\"?",
            "file": "pipelines/x.toml", "line": 2, "column": 10, "end_line": 2, "end_column": 21,
            "span": {"start": 19, "end": 30}, "class": "pipeline"
        }]})
    );
}

#[test]
fn a_stage_that_cannot_be_made_names_its_option() {
    let text = "[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"ner\"\nconfig = { window = 3, model = \"gone.cdm\" }\n";
    let faults = crate::checked(text).load().expect_err("a fault");
    assert_eq!(faults.class(), FaultClass::Load);
    let shown = faults.to_string();
    insta::assert_snapshot!(shown, @r#"
    error: stage "ner" cannot be made: /nowhere/pipelines/gone.cdm: No such file or directory (os error 2)
      --> pipelines/x.toml:6:32
       |
     6 | config = { window = 3, model = "gone.cdm" }
       |                                ^^^^^^^^^^
    "#);
    let file = std::env::current_exe().unwrap();
    let text = format!("[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = {file:?}\n");
    let faults = crate::checked(&text).load().expect_err("a fault");
    let [fault] = faults.as_slice() else { panic!("{faults}") };
    assert_eq!((fault.line, fault.column), (4, 10), "{fault}");
    assert_eq!(fault.message, "stage \"ner\" cannot be made: the model has version 9, this plugin reads version 1");
}

#[test]
fn a_layer_that_a_model_needs_must_be_written_before() {
    let file =
        |stages: &[&str]| -> String { stages.iter().map(|stage| format!("[[stage]]\nplugin = {stage}\n")).collect() };
    let keen = "\"listener\"\nconfig.model = \"keen\"";
    for sound in [
        &["\"tokenizer\"", "\"listener\""][..],
        &["\"tokenizer\"", "\"shouts\"", keen],
        &["\"tokenizer\"", "\"listener\"", "\"shouts\""],
    ] {
        assert!(crate::checked(&file(sound)).load().is_ok(), "{sound:?}");
    }
    let faults = crate::checked(&file(&["\"tokenizer\"", keen])).load().expect_err("a fault");
    assert_eq!(faults.class(), FaultClass::Pipeline);
    insta::assert_snapshot!(faults.to_string(), @r#"
    error: stage "listener" with keen reads layer "shouts", which no stage before it writes
      --> pipelines/x.toml:4:10
       |
     4 | plugin = "listener"
       |          ^^^^^^^^^^ plugin "shouts" writes it; add a stage with it before this one
    "#);
    let faults = crate::checked(&file(&["\"tokenizer\"", keen, "\"shouts\""])).load().expect_err("a fault");
    let [fault] = faults.as_slice() else { panic!("{faults}") };
    assert_eq!(fault.help.as_deref(), Some("stage \"shouts\" (line 7) writes it; move it before this one"));
    // A plugin that cannot say that it works without a layer is taken to need it.
    let confused = keen.replace("keen", "confused");
    let faults = crate::checked(&file(&["\"tokenizer\"", &confused])).load().expect_err("a fault");
    assert_eq!(faults.as_slice().len(), 1);
}

#[test]
fn a_layer_that_some_configurations_make_is_there_if_it_is_made() {
    let file =
        |shy: &str, reader: &str| format!("[[stage]]\nplugin = \"shy\"\n{shy}\n[[stage]]\nplugin = {reader:?}\n");
    let bold = "config.model = \"bold\"";
    for (shy, reader, made) in [(bold, "ear", true), (bold, "deaf_ear", true), ("", "deaf_ear", false)] {
        let runner = crate::checked(&file(shy, reader)).load().expect("nothing is missing");
        let document =
            runner.annotate(copydesk_core::Document::new("d", "Hm.").expect("a short text")).expect("it runs");
        assert_eq!(document.layer("whispers").is_some(), made, "{shy} {reader}");
    }
    let faults = crate::checked(&file("", "ear")).load().expect_err("a fault");
    assert_eq!(faults.class(), FaultClass::Pipeline);
    let [fault] = faults.as_slice() else { panic!("{faults}") };
    assert_eq!(
        fault.message,
        "stage \"ear\" with configuration reads layer \"whispers\", which stage \"shy\" makes only if its options say so"
    );
}

#[test]
fn a_million_faults_are_not_all_listed() {
    let file = |keys: usize| (0..keys).map(|at| format!("key{at} = 1\n")).collect::<String>();
    let faults = linear("unknown keys", &file(40_000 / LONGER), &file(40_000), |text| {
        source(text).check(&registry()).expect_err("faults")
    });
    assert_eq!((faults.as_slice().len(), faults.omitted()), (100, 40_001 - 100));
    assert!(faults.to_string().ends_with("and 39901 more"));
}

#[test]
fn a_file_that_is_no_pipeline() {
    let text = "word ".repeat(300_000);
    let faults = source(&text).check(&registry()).expect_err("a fault").to_string();
    assert!(faults.starts_with("error: this file has more than 1048576 bytes"), "{faults}");
    let error = PipelineSource::from_bytes("x.toml", b"name = 1\n\xff".to_vec(), None).expect_err("not UTF-8");
    assert_eq!(error.to_string(), "x.toml:2: byte 9 of the file is not UTF-8; save it as UTF-8");
    assert_eq!((error.fault().kind, error.fault().line), (FaultKind::File, 2));
    let error = PipelineSource::read(std::path::Path::new("/nowhere/x.toml")).expect_err("not there");
    assert_eq!(error.to_string(), "/nowhere/x.toml: No such file or directory (os error 2)");
}
