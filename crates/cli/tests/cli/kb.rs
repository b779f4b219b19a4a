//! `copydesk kb` as a user runs it, and pipelines with a knowledge base of one's own.

use super::{Folder, copydesk, pipe};

const ENTRIES: &str = r#"{"id": "desk:1", "name": "Port Vell", "type": "city", "aliases": [["Vell", 3], "PV"], "country": "ES"}
{"id": "desk:2", "name": "Vell", "type": "place", "description": "river"}
{"id": "desk:3", "name": "Ana Ruiz", "type": "person", "count": 4}
"#;

#[test]
fn a_base_is_built_and_asked() {
    let folder = Folder::new(&[("kb.jsonl", ENTRIES.as_bytes())]);
    let (entries, base) = (folder.arg("kb.jsonl"), folder.arg("kb.cdm"));
    let built = copydesk(&["kb", "build", &entries, "-o", &base]).expect(0);
    assert!(built.err.contains("3 entries with 5 names"), "{}", built.err);

    let found = copydesk(&["kb", "find", &base, "the Vell"]).expect(0);
    let lines: Vec<&str> = found.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", found.out);
    assert!(lines[1].ends_with("desk:1 (Port Vell)") && lines[2].ends_with("desk:2 (Vell)"), "{}", found.out);

    let found = copydesk(&["kb", "find", &base, "Vell", "--json"]).expect(0).json();
    assert_eq!(
        (&found[0]["id"], &found[0]["count"], &found[0]["country"]),
        (&"desk:1".into(), &3.into(), &"ES".into())
    );
    let missing = copydesk(&["kb", "find", &base, "Nowhere"]).expect(1);
    assert!(missing.err.contains("has no name \"Nowhere\""), "{}", missing.err);
}

#[test]
fn the_default_base_knows_countries_and_towns() {
    for (name, id) in [("Georgia", "Q230"), ("tbilisi", "geonames:611717"), ("French", "Q142"), ("U.S.", "Q30")] {
        let found = copydesk(&["kb", "find", "builtin:news", name, "--json"]).expect(0).json();
        assert_eq!(found[0]["id"], id, "{name}");
    }
    let unknown = copydesk(&["kb", "find", "builtin:other", "Georgia"]).expect(2);
    assert!(unknown.err.contains("builtin:news"), "{}", unknown.err);
}

#[test]
fn a_wrong_file_names_its_line() {
    let folder = Folder::new(&[("kb.csv", b"id,name\na,b\n,c\n"), ("kb.cdm", b"CDMODEL"), ("kb.toml", b"")]);
    let wrong = copydesk(&["kb", "build", &folder.arg("kb.csv"), "-o", &folder.arg("out.cdm")]).expect(2);
    assert!(wrong.err.contains("kb.csv:3: the id is empty"), "{}", wrong.err);
    assert!(!folder.path("out.cdm").exists());
    let broken = copydesk(&["kb", "find", &folder.arg("kb.cdm"), "a"]).expect(2);
    assert!(broken.err.contains("kb.cdm"), "{}", broken.err);
}

#[test]
fn a_pipeline_links_to_a_base_of_its_own() {
    let pipeline = "extends = \"fast\"\n[[stage]]\nid = \"linker\"\nconfig = { model = \"kb.cdm\", min_score = 0.2 }\n";
    let folder = Folder::new(&[("kb.jsonl", ENTRIES.as_bytes()), ("desk.toml", pipeline.as_bytes())]);
    copydesk(&["kb", "build", &folder.arg("kb.jsonl"), "-o", &folder.arg("kb.cdm")]).expect(0);
    let text = "“We will vote on Monday,” said Ana Ruiz in Port Vell. France did not vote.";
    let analyze = |pipeline: &str| -> serde_json::Value {
        let run = pipe(&["analyze", "-p", pipeline, "-f", "json"], text).expect(0);
        run.json().remove(0)
    };
    let ids = |result: &serde_json::Value| -> Vec<(String, Option<String>)> {
        let actors = result["actors"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        actors.iter().map(|actor| (text(&actor["name"]).unwrap_or_default(), text(&actor["kb_id"]))).collect()
    };
    let own = ids(&analyze(&folder.arg("desk.toml")));
    assert!(own.contains(&("Ana Ruiz".into(), Some("desk:3".into()))), "{own:?}");
    assert!(own.contains(&("Port Vell".into(), Some("desk:1".into()))), "{own:?}");
    assert!(own.contains(&("France".into(), None)), "{own:?}");
    let shipped = analyze("fast");
    assert!(ids(&shipped).contains(&("France".into(), Some("Q142".into()))), "{shipped}");
    let score = |name: &str| {
        let actors = shipped["actors"].as_array().cloned().unwrap_or_default();
        actors.iter().find(|actor| actor["name"] == name).map(|actor| actor["kb_score"].clone())
    };
    assert!(score("France").is_some_and(|score| score.as_f64().is_some_and(|score| score > 0.5)), "{shipped}");
    assert_eq!(score("Ana Ruiz"), Some(serde_json::Value::Null), "{shipped}");
}
