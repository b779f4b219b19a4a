//! What a person reads who asks the program about itself.

use super::{Folder, TOKENIZER, copydesk, pipe};

#[test]
fn help() {
    for arguments in [
        &["--help"][..],
        &["analyze", "--help"],
        &["report", "--help"],
        &["corpus", "merge", "--help"],
        &["review", "sample", "--help"],
        &["review", "score", "--help"],
        &["plugin", "list", "--help"],
        &["plugin", "info", "--help"],
        &["plugin", "check", "--help"],
        &["plugin", "new", "--help"],
        &["pipeline", "check", "--help"],
        &["pipeline", "graph", "--help"],
        &["pipeline", "lock", "--help"],
        &["pipeline", "new", "--help"],
        &["pipeline", "schema", "--help"],
        &["pipeline", "show", "--help"],
        &["pipeline", "test", "--help"],
        &["bench", "--help"],
        &["eval", "--help"],
        &["train", "--help"],
        &["model", "import", "--help"],
        &["model", "export", "--help"],
        &["completions", "--help"],
    ] {
        let name = arguments.join("_").replace('-', "");
        insta::assert_snapshot!(name, copydesk(arguments).expect(0).out);
    }
}

#[test]
fn version_names_the_plugin_contract() {
    let out = copydesk(&["--version"]).expect(0).out;
    let (major, minor) = copydesk::loader::HOST_ABI;
    let abi = format!("{major}.{minor}");
    assert_eq!(out, format!("copydesk {} (plugin ABI {abi})\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(copydesk(&["completions", shell]).expect(0).out.contains("analyze"));
    }
}

#[test]
fn plugins() {
    let list = copydesk(&["plugin", "list"]).expect(0).out;
    assert!(list.lines().any(|line| line.starts_with("tokenizer ") && line.contains("built in")), "{list}");
    let info = copydesk(&["plugin", "info", "actors"]).expect(0).out;
    for line in [
        "from      built in",
        "writes    actors: affiliation string, label string, name string, role string",
        "extends   entities: actor ref(actors)?",
        "models    inside          licence of its data: any-use",
        "          builtin:news    licence of its data: unstated",
        "          builtin:ranker  licence of its data: unstated",
    ] {
        assert!(info.lines().any(|found| found == line), "{line}\n{info}");
    }
    let unknown = copydesk(&["plugin", "info", "tokeniser"]).expect(2);
    assert!(unknown.err.contains("there is no plugin \"tokeniser\"; there are "), "{}", unknown.err);
}

#[test]
fn libraries_that_are_none() {
    let folder = Folder::new(&[
        ("libshouts.so", b"no library"),
        ("p.toml", b"[[stage]]\nplugin = { path = \"libshouts.so\" }\n"),
    ]);
    let info = copydesk(&["plugin", "info", &folder.arg("libshouts.so")]).expect(3);
    assert!(info.err.contains("libshouts.so"), "{}", info.err);
    let check = copydesk(&["pipeline", "check", &folder.arg("p.toml")]).expect(3);
    assert!(check.err.contains("p.toml:2:"), "{}", check.err);
    copydesk(&["analyze", "-p", &folder.arg("p.toml"), &folder.arg("p.toml")]).expect(3);
    let list = copydesk(&["plugin", "list", "--plugin-dir", &folder.arg("")]).expect(3);
    assert!(list.out.contains("tokenizer") && list.err.contains("libshouts.so"), "{}", list.err);
}

#[test]
fn pipelines() {
    let folder = Folder::new(&[(
        "p.toml",
        b"[[stage]]\nplugin = \"tokeniser\"\n\n[[stage]]\nplugin = \"actors\"\nconfg = {}\n",
    )]);
    let check = copydesk(&["pipeline", "check", TOKENIZER, "fast"]).expect(0);
    assert!(check.out.starts_with(&format!("{TOKENIZER}: ok: tokenizer\nfast: ok: tokenizer")), "{}", check.out);
    let check = copydesk(&["pipeline", "check", &folder.arg("p.toml"), "fast"]).expect(2);
    for part in ["p.toml:2:10", "p.toml:6:1", "tokenizer", "confg"] {
        assert!(check.err.contains(part), "{part}: {}", check.err);
    }
    assert!(check.out.starts_with("fast: ok"));
    let check = copydesk(&["pipeline", "check", "news-of-tomorrow"]).expect(2);
    assert!(check.err.contains("news-of-tomorrow: is neither a pipeline file nor the name of one"), "{}", check.err);
}

#[test]
fn pipeline_tests_hold_or_say_what_differs() {
    for shipped in ["news", "fast"] {
        let run = copydesk(&["pipeline", "test", shipped]).expect(0);
        assert!(run.out.ends_with(" passed, 0 failed\n") && !run.out.starts_with('0'), "{}", run.out);
    }
    let folder = Folder::new(&[(
        "p.toml",
        b"[[stage]]\nplugin = \"tokenizer\"\n\n[[test]]\nname = \"one\"\ntext = \"He left. She stayed.\"\n\
            expect.sentences = [\"He left. She stayed.\"]\n",
    )]);
    let run = copydesk(&["pipeline", "test", &folder.arg("p.toml")]).expect(1);
    for part in [
        "p.toml:5: \"one\"",
        "does not hold",
        "expected  text = \"He left. She stayed.\"",
        "found     text",
        "0 passed, 1 failed",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn acts_choose_what_counts_as_a_quote() {
    for (pipeline, text) in [
        ("fast", "Ana Ruiz said that the bridge was safe. Tom Lee wants to close it."),
        ("news", "Ana Ruiz said that the bridge was safe. Critics want the mayor to close it."),
    ] {
        let acts = |arguments: &[&str]| -> Vec<String> {
            let all = [&["analyze", "-p", pipeline, "--layers", "quotes"], arguments].concat();
            let line = pipe(&all, text).expect(0).json().remove(0);
            let quotes = line["quotes"].as_array().expect("quotes");
            quotes.iter().filter_map(|quote| quote["act"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(acts(&[]), ["speech", "intention"]);
        assert_eq!(acts(&["--acts", "speech,writing"]), ["speech"]);
        assert_eq!(acts(&["--acts", "thought"]), [""; 0]);
    }
    copydesk(&["analyze", "--acts", "shouting", "x.txt"]).expect(2);
    let none = copydesk(&["analyze", "--acts", "speech", "-p", TOKENIZER, "x.txt"]).expect(2);
    assert!(none.err.contains("--acts: no stage of pipeline"), "{}", none.err);
}

#[test]
fn wrong_command_lines() {
    let cases: [(&[&str], &str); 6] = [
        (
            &["analyze", "--layers", "names", "x.txt"],
            "--layers: there is no part \"names\"; there are text, meta, title",
        ),
        (&["analyze", "--threads", "0", "x.txt"], "--threads"),
        (&["analyze", "--offsets", "bytes", "x.txt"], "--offsets"),
        (&["analyze", "-", "-"], "standard input (-) is given twice"),
        (&["analyse", "x.txt"], "analyze"),
        (&["analyze", "-p", "", "x.txt"], ""),
    ];
    for (arguments, message) in cases {
        let run = copydesk(arguments).expect(2);
        assert!(run.err.contains(message) && run.out.is_empty(), "{arguments:?}: {}", run.err);
    }
}
