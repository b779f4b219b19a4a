//! Lock files.

use copydesk_pipeline::{FaultClass, Lock, LockError, PipelineSource};

use crate::{Folder, registry};

const PIPELINE: &str = "[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"ner\"\nconfig = { model = \"builtin:test\" }\n\n\
    [[stage]]\nplugin = \"gazetteer\"\nconfig.file = \"names\"\n";

/// The SHA-256 of `a model`.
static HASH: &str = "97ff8a35544dcf40ad84047074439dd6aa3a0be469ea578a1b1c017d939ec61c";

fn lock(folder: &Folder, text: &str) -> Result<Lock, LockError> {
    let source = PipelineSource::new("x.toml", text, Some(folder.0.clone()));
    let pipeline = source.check(&registry()).unwrap_or_else(|faults| panic!("{faults}"));
    pipeline.lock(|plugin, model| (plugin == "ner" && model == "test").then_some(HASH))
}

#[test]
fn a_lock_is_the_same_wherever_the_files_are() {
    let files: &[(&str, &[u8])] = &[("names/a.txt", b"Ana"), ("names/b/c.txt", b"Bob")];
    let (one, other) = (Folder::of("lock", files), Folder::of("lock", files));
    let first = lock(&one, PIPELINE).unwrap();
    insta::assert_snapshot!(first.text().replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    assert_eq!(first.text(), lock(&other, PIPELINE).unwrap().text());
    let read = Lock::parse(&first.text().replace('\n', "\r\n")).unwrap();
    assert_eq!((&read, read.hash()), (&first, first.hash()));
    assert!(first.allows(&read).is_ok());
    for (name, bytes) in [("names/b/c.txt", "Bob."), ("names/c.txt", ""), ("names/b/d", "")] {
        let changed = Folder::of("lock", files);
        std::fs::write(changed.0.join(name), bytes).unwrap();
        let error = first.allows(&lock(&changed, PIPELINE).unwrap()).unwrap_err();
        assert_eq!(error.class(), FaultClass::Load);
        assert!(error.to_string().starts_with("stage \"gazetteer\": file is sha256:"), "{error}");
    }
}

#[test]
fn what_differs_is_said() {
    let folder = Folder::of("lock", &[("names", b"Ana"), ("model.cdm", b"m")]);
    let locked = lock(&folder, PIPELINE).unwrap();
    let mut said = String::new();
    for text in [
        PIPELINE.to_owned(),
        PIPELINE.replace("{ ", "{ min_score = 0.25, "),
        PIPELINE.replace("builtin:test", "builtin:other"),
        PIPELINE.replace("builtin:test", "model.cdm"),
        PIPELINE.replace("[[stage]]\nplugin = \"gazetteer\"\nconfig.file = \"names\"\n", ""),
        PIPELINE
            .replace("plugin = \"ner\"\nconfig = { model = \"builtin:test\" }", "id = \"ner\"\nplugin = \"other_ner\""),
        format!("name = \"y\"\n{PIPELINE}"),
    ] {
        let now = lock(&folder, &text).unwrap();
        said += &match locked.allows(&now) {
            Ok(()) => "nothing differs\n".to_owned(),
            Err(error) => format!("{:?}: {error}\n", error.class()),
        };
    }
    insta::assert_snapshot!(said);
    let other = locked.text().replace(env!("CARGO_PKG_VERSION"), "0.0.1").replace("\"2.0.0\"", "\"1.0.0\"");
    let error = Lock::parse(&other).unwrap().allows(&locked).unwrap_err();
    assert_eq!(error.class(), FaultClass::Load);
    assert!(error.to_string().contains("the plugin's version is 2.0.0, but 1.0.0 was locked"), "{error}");
}

#[test]
fn files_that_are_no_lock() {
    let folder = Folder::of("lock", &[]);
    let error = lock(&folder, PIPELINE).unwrap_err();
    assert_eq!(error.class(), FaultClass::Load);
    assert!(error.to_string().contains("stage \"gazetteer\": file (") && error.to_string().contains("cannot be read"));
    for text in ["", "{}", "[]", "name = \"x\"", "{\"lock\": 1}", "{\"lock\": 2, \"more\": []}", "{\"lock\": \"1\"}"] {
        let error = Lock::parse(text).unwrap_err();
        assert_eq!(error.class(), FaultClass::Pipeline, "{text}");
        assert!(error.to_string().starts_with("is "), "{error}");
    }
}
