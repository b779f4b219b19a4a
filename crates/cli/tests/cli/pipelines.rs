//! `copydesk pipeline`.

use super::{Folder, TOKENIZER, copydesk, pipe};

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
            b"extends = \"fast\"\nremove = [\"quotes\", \"actors\", \"stance\"]\n[vars]\nsure = 0\n\n\
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
