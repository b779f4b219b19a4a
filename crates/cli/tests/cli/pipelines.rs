//! `copydesk pipeline`.

use super::{Folder, TOKENIZER, copydesk};

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
