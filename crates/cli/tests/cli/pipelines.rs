//! `copydesk pipeline`.

use std::path::Path;

use super::{Folder, TOKENIZER, command, copydesk, finish, pipe, read};

/// The shipped encoder whose vectors nobody reads.
const IDLE: &[u8] = b"[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"encoder\"\n\n\
    [[stage]]\nplugin = \"ner\"\nconfig.model = \"builtin:news-fast\"\n";

#[test]
fn warnings() {
    let folder = Folder::new(&[("idle.toml", IDLE)]);
    let check = copydesk(&["pipeline", "check", &folder.arg("idle.toml")]).expect(0);
    for part in ["warning: stage \"encoder\" makes vectors, which no stage with its model reads", "idle.toml:5:10"] {
        assert!(check.err.contains(part), "{part}: {}", check.err);
    }
    assert!(check.out.contains("idle.toml: ok: tokenizer, encoder, ner"), "{}", check.out);
    copydesk(&["pipeline", "check", "--deny-warnings", &folder.arg("idle.toml")]).expect(2);
    let shipped = copydesk(&["pipeline", "check", "--deny-warnings", "news", "fast", TOKENIZER]).expect(0);
    assert_eq!(shipped.err, "");
}

#[test]
fn the_permissive_set_passes_its_tests_and_tells_its_licences() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/fast-free.toml");
    let file = file.to_str().expect("Unicode");
    let tested = copydesk(&["pipeline", "test", file]).expect(0);
    assert!(tested.out.contains("5 passed"), "{}", tested.out);
    let found = pipe(&["analyze", "-p", file, "--layers", "provenance", "-f", "json"], b"Ana Ruiz left.\n").expect(0);
    let stages = found.json()[0]["provenance"]["stages"].clone();
    let stages: Vec<(&str, &str)> = stages
        .as_array()
        .expect("stages")
        .iter()
        .map(|stage| (stage["id"].as_str().expect("an id"), stage["licence"].as_str().expect("a class")))
        .collect();
    assert_eq!(stages, ["tokenizer", "ner", "quotes", "actors", "stance"].map(|stage| (stage, "any-use")));
}

#[test]
fn faults_as_json() {
    let folder = Folder::new(&[
        ("idle.toml", IDLE),
        ("wrong.toml", "name = \"é\"; stage = 1\n[[stage]]\nplugn = \"tokenizer\"\n".as_bytes()),
        ("latin.toml", b"name = \"x\"\n# \xe9\n"),
    ]);
    let names = ["idle.toml", "wrong.toml", "latin.toml", "gone.toml"].map(|name| folder.arg(name));
    let all: Vec<&str> = ["pipeline", "check", "--json"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let check = copydesk(&all).expect(2);
    assert_eq!(check.err, "");
    let faults: serde_json::Value = serde_json::from_str(&check.out).expect("JSON");
    let shown: Vec<String> = faults
        .as_array()
        .expect("an array")
        .iter()
        .map(|fault| {
            let file = fault["file"].as_str().expect("a file").rsplit('/').next().expect("a name");
            let place = ["line", "column", "end_line", "end_column"].map(|key| fault[key].to_string()).join(":");
            let words = ["severity", "kind", "message", "help"].map(|key| fault[key].as_str().unwrap_or("-"));
            format!("{file}:{place}: {}", words.join(" | "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(copydesk(&["pipeline", "check", "--json", TOKENIZER]).expect(0).out, "[]\n");
}

#[test]
fn a_pipeline_that_extends_a_shipped_one_and_has_a_variable() {
    let folder = Folder::new(&[
        (
            "desk.toml",
            b"extends = \"fast\"\nremove = [\"quotes\", \"actors\", \"linker\", \"stance\"]\n[vars]\nsure = 0\n\n\
            [[stage]]\nid = \"ner\"\nconfig.min_score = \"${sure}\"\n",
        ),
        (
            "gold.jsonl",
            b"{\"text\": \"Ana Ruiz spoke.\", \"entities\": [{\"start\": 0, \"end\": 8, \"label\": \"PERSON\"}]}\n",
        ),
    ]);
    let desk = folder.arg("desk.toml");
    let check = copydesk(&["pipeline", "check", "--deny-warnings", &desk]).expect(0);
    assert!(check.out.ends_with("desk.toml: ok: tokenizer, ner\n"), "{}", check.out);
    let names = |set: &[&str]| {
        let all = [&["analyze", "-p", &desk], set].concat();
        pipe(&all, "Ana Ruiz spoke.").expect(0).json()[0]["entities"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((names(&[]), names(&["--set", "sure=1"])), (1, 0));
    let eval = |set: &str| {
        copydesk(&["eval", "entities", &folder.arg("gold.jsonl"), "-p", &desk, "--set", set, "--min", "all.f1=99"])
    };
    eval("sure=0").expect(0);
    eval("sure=1").expect(1);
    let wrong = copydesk(&["pipeline", "check", &desk, "--set", "sure=2"]).expect(2);
    assert!(wrong.err.contains("must be at most 1, not 2") && wrong.err.contains("the command line"), "{}", wrong.err);
    let wrong = pipe(&["analyze", "-p", &desk, "--set", "shure=1"], "Ana").expect(2);
    assert!(wrong.err.contains("did you mean \"sure\"?"), "{}", wrong.err);
}

#[test]
fn a_wrong_model_is_shown_in_the_file_that_names_it() {
    let file = |model: &str| {
        format!(
            "name = \"p\"\ndescription = \"d\"\nextends = \"news\"\n[[stage]]\nid = \"actors\"\nconfig.model = {model:?}\n"
        )
    };
    let folder = Folder::new(&[
        ("other.toml", file("builtin:news-fast").as_bytes()),
        ("no.toml", file("gone.cdm").as_bytes()),
        ("text.toml", file("other.toml").as_bytes()),
    ]);
    for (name, message) in [
        ("other.toml", "no built-in model \"news-fast\"; there is builtin:news"),
        ("no.toml", "No such file or directory"),
        ("text.toml", "stage \"actors\" cannot be made"),
    ] {
        let check = copydesk(&["pipeline", "check", &folder.arg(name)]).expect(3);
        assert!(check.err.contains(message) && check.err.contains(&format!("{name}:6:16")), "{}", check.err);
    }
}

#[test]
fn graph() {
    insta::assert_snapshot!("graph_of_news", copydesk(&["pipeline", "graph", "news"]).expect(0).out);
    let mermaid = copydesk(&["pipeline", "graph", "fast", "--format", "mermaid"]).expect(0).out;
    assert!(mermaid.starts_with("flowchart TD\n    s0[\"tokenizer\"]\n"), "{mermaid}");
    let dot = copydesk(&["pipeline", "graph", "fast", "-f", "dot"]).expect(0).out;
    assert!(dot.starts_with("digraph \"fast\" {\n") && dot.ends_with("}\n"), "{dot}");
}

#[test]
fn the_committed_schema_is_that_of_the_built_in_plugins() {
    let schema = copydesk(&["pipeline", "schema", "--built-in"]).expect(0).out;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema/pipeline.json");
    let committed = read(Path::new(path));
    assert!(schema == committed, "run `copydesk pipeline schema --built-in > docs/schema/pipeline.json`");
    for name in ["news", "fast"] {
        let shipped = copydesk(&["pipeline", "show", name]).expect(0).out;
        assert_eq!(shipped.lines().next(), Some("#:schema ../docs/schema/pipeline.json"));
        assert_eq!(shipped, read(Path::new(&format!("{}/../../pipelines/{name}.toml", env!("CARGO_MANIFEST_DIR")))));
    }
}

#[test]
fn a_new_pipeline_is_sound_and_replaces_nothing() {
    let folder = Folder::new(&[("there.toml", b"# mine\n")]);
    copydesk(&["pipeline", "new", &folder.arg("desk")]).expect(0);
    assert_eq!(folder.names(), ["desk.toml", "there.toml"]);
    let desk = folder.arg("desk.toml");
    let check = copydesk(&["pipeline", "check", "--deny-warnings", &desk]).expect(0);
    assert_eq!(check.err, "");
    let test = copydesk(&["pipeline", "test", &desk]).expect(0);
    assert_eq!(test.out, "1 passed, 0 failed\n");
    for there in ["there", "there.toml"] {
        let run = copydesk(&["pipeline", "new", &folder.arg(there)]).expect(2);
        assert!(run.err.contains("there.toml: is there already"), "{}", run.err);
    }
    assert_eq!(read(&folder.path("there.toml")), "# mine\n");
    copydesk(&["pipeline", "new", &folder.arg("gone/desk")]).expect(2);

    // What it comes to, in one file.
    let resolved = copydesk(&["pipeline", "show", "--resolved", &desk, "--set", "min_score=0.75"]).expect(0).out;
    assert!(resolved.contains("\nmin_score = 0.75  # command line\n"), "{resolved}");
    std::fs::write(folder.path("one.toml"), &resolved).expect("a file");
    copydesk(&["pipeline", "check", "--deny-warnings", &folder.arg("one.toml")]).expect(0);
    assert!(copydesk(&["pipeline", "show", &desk]).expect(0).out.contains("extends = \"news\""));
}

#[test]
fn a_locked_run_is_what_its_lock_says_or_none() {
    let desk: &[u8] = b"[vars]\nsure = 0\n[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"ner\"\n\
        config = { model = \"ner.cdm\", min_score = \"${sure}\" }\n";
    let model = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/ner-news-fast.cdm")).expect("a model");
    let folder = Folder::new(&[("desk.toml", desk), ("ner.cdm", &model)]);
    let path = folder.arg("desk.toml");
    let analyze = |more: &[&str]| pipe(&[&["analyze", "-p", &path, "--locked"], more].concat(), "Ana Ruiz spoke.");

    let none = analyze(&[]).expect(2);
    assert!(none.err.contains("desk.lock cannot be read") && none.err.contains("pipeline lock "), "{}", none.err);
    let written = copydesk(&["pipeline", "lock", &path]).expect(0);
    assert_eq!(folder.names(), ["desk.lock", "desk.toml", "ner.cdm"]);
    let hash = analyze(&[]).expect(0).json()[0]["provenance"]["lock"].as_str().expect("a hash").to_owned();
    assert!(hash.starts_with("sha256:") && written.err.ends_with(&format!("desk.lock: {hash}\n")), "{}", written.err);
    let free = pipe(&["analyze", "-p", &path], "Ana Ruiz spoke.").expect(0).json().remove(0);
    assert!(free["provenance"].get("lock").is_none());

    // What is set is part of what is locked; so is what a model file holds.
    let set = analyze(&["--set", "sure=0.5"]).expect(2);
    assert!(set.err.contains("stage \"ner\": min_score is 0.5, but 0 was locked"), "{}", set.err);
    let other = folder.arg("other.lock");
    copydesk(&["pipeline", "lock", &path, "--set", "sure=0.5", "-o", &other]).expect(0);
    let run = pipe(&["analyze", "-p", &path, &format!("--locked={other}"), "--set", "sure=0.5"], "Ana").expect(0);
    assert_ne!(run.json()[0]["provenance"]["lock"], hash.as_str());
    let longer = [model.as_slice(), b" "].concat();
    std::fs::write(folder.path("ner.cdm"), longer).expect("a file");
    let changed = analyze(&[]).expect(3);
    assert!(changed.err.contains("stage \"ner\": model is sha256:"), "{}", changed.err);
    std::fs::write(folder.path("desk.lock"), "{}").expect("a file");
    let broken = analyze(&[]).expect(2);
    assert!(broken.err.contains("desk.lock: is no lock"), "{}", broken.err);
}

#[test]
fn a_shipped_pipeline_is_locked_where_one_is() {
    let folder = Folder::new(&[]);
    let here = |arguments: &[&str]| finish(command(arguments).current_dir(folder.0.path()), Vec::new());
    here(&["pipeline", "lock", "fast"]).expect(0);
    let lock: serde_json::Value = serde_json::from_str(&read(&folder.path("fast.lock"))).expect("JSON");
    let model = lock["stages"][1]["files"]["model"].as_str().expect("a model");
    assert!(model.starts_with("builtin:news-fast sha256:"), "{model}");
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/article.txt");
    let run = here(&["analyze", "-p", "fast", "--locked", "--layers", "provenance", examples]).expect(0);
    assert!(run.out.contains("\"lock\":\"sha256:"), "{}", run.out);
    let acts = here(&["analyze", "-p", "fast", "--locked", "--acts", "speech", examples]).expect(2);
    assert!(acts.err.contains("stage \"quotes\": acts is [\"speech\"], but ["), "{}", acts.err);
}
