//! The same plugin built in and loaded from its library gives the same bytes; so do any number of threads.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const STAGES: [&str; 6] = ["tokenizer", "ner", "quotes", "actors", "linker", "stance"];

/// A pipeline of all stages; `plugin` says how each is named.
fn pipeline(folder: &Path, name: &str, plugin: impl Fn(&str) -> String) -> String {
    let mut toml = String::from("name = \"parity\"\n");
    for stage in STAGES {
        let _ = writeln!(toml, "[[stage]]\nplugin = {}", plugin(stage));
    }
    let path = folder.join(name);
    fs::write(&path, toml).expect("a temporary file");
    path.display().to_string()
}

/// Articles of our own, and texts that news never is.
fn input(folder: &Path) -> String {
    let article = fs::read_to_string(copydesk_tests::root().join("examples/article.txt")).expect("the example");
    let mut texts = vec![
        article.clone(),
        article.replace('\n', "\r\n"),
        article.to_uppercase(),
        article.replace(['“', '”'], "\""),
        article.replace(['“', '”'], "'"),
        String::new(),
        " \n\t\u{a0}\u{feff}".into(),
        "👩‍👩‍👧 «الوزير» قال: “שלום”, said Zoë \u{0} Müller…".into(),
        "“".repeat(2000),
        "a.b@c.d http://x.y/z?q=1#f U.S. Mr. ".repeat(50),
    ];
    texts.extend(article.split("\n\n").map(str::to_owned));
    // Every text cut at odd places: quotations that never end, names cut in half.
    texts.extend((1..20).map(|part| article.chars().take(article.chars().count() * part / 20).collect()));
    let mut lines = String::new();
    for text in &texts {
        let _ = writeln!(lines, "{}", serde_json::json!({"text": text}));
        // The same with a block that the line brings, of a kind that nobody knows.
        let end = text.chars().count();
        let blocks = [serde_json::json!({"start": end / 4, "end": end - end / 4, "kind": "aside"})];
        let given = blocks.iter().filter(|_| end > 1).collect::<Vec<_>>();
        let _ = writeln!(lines, "{}", serde_json::json!({"text": text, "blocks": given}));
    }
    let path = folder.join("input.jsonl");
    fs::write(&path, lines).expect("a temporary file");
    path.display().to_string()
}

fn analyze(copydesk: &Path, pipeline: &str, input: &str, threads: &str) -> Vec<u8> {
    let output = Command::new(copydesk)
        .args(["analyze", "--format", "json", "--pipeline", pipeline, "--threads", threads, input])
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The shipped models that read vectors, built in and loaded; `news.rs` does the same with small ones, in more ways.
#[test]
fn the_shipped_encoder_gives_the_same_bytes_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let copydesk = copydesk_tests::copydesk();
    let write = |name: &str, plugin: &dyn Fn(&str) -> String| {
        let mut toml = String::from("name = \"parity\"\n");
        for stage in ["tokenizer", "encoder", "ner", "quotes", "actors", "linker", "stance"] {
            let _ = writeln!(toml, "[[stage]]\nplugin = {}", plugin(stage));
            if !["tokenizer", "actors"].contains(&stage) {
                toml.push_str("config.model = \"builtin:news\"\n");
            }
        }
        let path = folder.path().join(name);
        fs::write(&path, toml).expect("a temporary file");
        path.display().to_string()
    };
    let built_in = write("built_in.toml", &|stage| format!("{stage:?}"));
    let loaded = write("loaded.toml", &|stage| {
        let library = copydesk_tests::library(&format!("copydesk-plugin-{stage}"));
        format!("{{ path = {:?} }}", library.display().to_string())
    });
    let input = copydesk_tests::root().join("examples/articles.jsonl").display().to_string();
    let expected = analyze(&copydesk, &built_in, &input, "1");
    assert!(expected.windows(9).any(|part| part == b"\"quotes\":"), "there is something to compare");
    assert!(analyze(&copydesk, &loaded, &input, "2") == expected);
    if cfg!(unix) {
        let isolated = write("isolated.toml", &|stage| format!("{{ id = {stage:?}, isolate = true }}"));
        assert!(analyze(&copydesk, &isolated, &input, "2") == expected, "isolated");
    }
}

#[test]
fn built_in_and_loaded_plugins_and_any_threads_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let copydesk = copydesk_tests::copydesk();
    let built_in = pipeline(folder.path(), "built_in.toml", |stage| format!("{stage:?}"));
    let input = input(folder.path());
    let expected = analyze(&copydesk, &built_in, &input, "1");
    assert!(expected.len() > 100_000, "there is something to compare");

    for threads in ["2", "8"] {
        assert!(analyze(&copydesk, &built_in, &input, threads) == expected, "{threads} threads");
    }

    let libraries: Vec<String> = STAGES
        .iter()
        .map(|stage| copydesk_tests::library(&format!("copydesk-plugin-{stage}")).display().to_string())
        .collect();
    let library = |stage: &str| {
        let at = STAGES.iter().position(|other| *other == stage).expect("a stage");
        format!("{{ path = {:?} }}", libraries[at])
    };
    // Each plugin loaded alone, so that a difference names its stage, and then all of them.
    for loaded in STAGES {
        let name = format!("{loaded}.toml");
        let mixed =
            pipeline(folder.path(), &name, |stage| if stage == loaded { library(stage) } else { format!("{stage:?}") });
        assert!(analyze(&copydesk, &mixed, &input, "1") == expected, "{loaded} loaded from its library");
    }
    let all = pipeline(folder.path(), "loaded.toml", library);
    assert!(analyze(&copydesk, &all, &input, "2") == expected, "all loaded");
}

#[cfg(unix)]
#[test]
fn isolated_plugins_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let copydesk = copydesk_tests::copydesk();
    let here = pipeline(folder.path(), "here.toml", |stage| format!("{stage:?}"));
    let input = input(folder.path());
    let expected = analyze(&copydesk, &here, &input, "1");
    assert!(expected.len() > 100_000, "there is something to compare");
    for isolated in STAGES {
        let name = format!("{isolated}.toml");
        let library = copydesk_tests::library(&format!("copydesk-plugin-{isolated}")).display().to_string();
        let mixed = pipeline(folder.path(), &name, |stage| match stage == isolated {
            true => format!("{{ path = {library:?}, isolate = true }}"),
            false => format!("{stage:?}"),
        });
        assert!(analyze(&copydesk, &mixed, &input, "1") == expected, "{isolated} isolated");
    }
    // Built in, they run in other processes of the same program.
    let all = pipeline(folder.path(), "all.toml", |stage| format!("{{ id = {stage:?}, isolate = true }}"));
    assert!(analyze(&copydesk, &all, &input, "2") == expected, "all isolated");
}
