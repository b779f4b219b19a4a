//! Reports of one article and of many.

use std::io::Write;

use serde_json::{Value, json};

use super::{Folder, copydesk, pipe, read};

/// Articles with outlets and days, and one without.
const ARTICLES: &str = concat!(
    r#"{"id": "a", "outlet": "Vell Courier", "published": "2026-05-01", "text": "“We will vote on Monday,” said Ana Ruiz, the mayor. Tom Reed said that the plan was a disgrace."}"#,
    "\n",
    r#"{"id": "b", "outlet": "Harbour Post", "published": "2026-05-03", "text": "“It is our pier,” Ana Ruiz said."}"#,
    "\n",
    r#"{"id": "c", "text": "“No,” said Karen Holt </script><img src=x onerror=alert(1)>."}"#,
    "\n",
);

/// A folder with the articles and their results.
fn folder() -> Folder {
    let folder = Folder::new(&[("articles.jsonl", ARTICLES.as_bytes())]);
    let (articles, results) = (folder.arg("articles.jsonl"), folder.arg("results.jsonl"));
    copydesk(&["analyze", "-p", "fast", &articles, "-o", &results]).expect(0);
    folder
}

/// The summary of these inputs.
fn summary(arguments: &[&str]) -> Value {
    let run = copydesk(&[&["report", "-p", "fast", "--format", "json"], arguments].concat()).expect(0);
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn articles_and_their_results_give_the_same_report() {
    let folder = folder();
    let (articles, results) = (folder.arg("articles.jsonl"), folder.arg("results.jsonl"));
    let found = summary(&[&results]);
    assert_eq!(found["totals"]["documents"], 3);
    assert_eq!(found["totals"]["without_date"], 1);
    let actors = &found["actors"];
    assert_eq!(actors["name"][0], "Ana Ruiz");
    assert_eq!((&actors["quotes"][0], &actors["roles"][0]), (&json!(2), &json!([["mayor", 1]])));
    assert_eq!(found["outlets"], json!(["Harbour Post", "Vell Courier"]));
    assert_eq!(found["made"]["pipelines"][0]["provenance"]["pipeline"], "fast");
    assert_eq!(summary(&[&articles]), found);
    let piped = pipe(&["report", "--format", "json", "-"], read(&folder.path("results.jsonl"))).expect(0);
    assert_eq!(serde_json::from_str::<Value>(&piped.out).expect("JSON"), found);

    let (one, other) = (folder.arg("1.html"), folder.arg("2.html"));
    copydesk(&["report", &results, "-o", &one]).expect(0);
    copydesk(&["report", "-p", "fast", "--threads", "3", &articles, "-o", &other]).expect(0);
    let page = read(&folder.path("1.html"));
    assert!(page == read(&folder.path("2.html")), "the two reports differ");
    assert!(page.starts_with("<!doctype html>") && page.contains("class=\"packed\""));
    assert!(!page.contains("onerror"), "what a text says is packed");
}

#[test]
fn one_article_gives_the_report_of_an_article() {
    let folder = Folder::new(&[("article.txt", "“No,” said Ana Ruiz.".as_bytes())]);
    let (article, one, other) = (folder.arg("article.txt"), folder.arg("1.html"), folder.arg("2.html"));
    copydesk(&["report", "-p", "fast", &article, "-o", &one]).expect(0);
    copydesk(&["analyze", "-p", "fast", &article, "-o", &other]).expect(0);
    let page = read(&folder.path("1.html"));
    assert!(page.contains("class=\"result\"") && page == read(&folder.path("2.html")));
    assert_eq!(summary(&[&article])["totals"]["documents"], 1, "if it is asked for, one article is a corpus");
}

#[test]
fn a_wrong_line_costs_itself_alone() {
    let folder = folder();
    let good = read(&folder.path("results.jsonl"));
    let wrong = [
        ("{\"schema\":\"copydesk/1\",\"id\":\"x\",\"offsets\":\"char\"}", "has no text"),
        ("{\"schema\":\"copydesk/2\",\"id\":\"x\"}", "its schema is \"copydesk/2\""),
        (
            "{\"schema\":\"copydesk/1\",\"id\":\"x\",\"offsets\":\"char\",\"text\":\"é\",\"quotes\":[{\"content\":[[0,2]]}]}",
            "[0, 2] is no span of the text",
        ),
        (
            "{\"schema\":\"copydesk/1\",\"id\":\"x\",\"offsets\":\"char\",\"text\":\"é\",\"quotes\":[{\"content\":[[0,1]],\"speaker\":7}]}",
            "there is no actor 7",
        ),
        (
            "{\"schema\":\"copydesk/1\",\"id\":[[[",
            "is no line of results: invalid type: sequence, expected a string, at byte",
        ),
        ("{\"schema\":", "is no line of results: EOF while parsing a value"),
        (
            "{\"schema\":\"copydesk/1\",\"id\":7}",
            "is no line of results: invalid type: integer `7`, expected a string, at byte 29",
        ),
        ("\0", "is no line of results"),
    ];
    let lines: Vec<&str> = good.lines().chain(wrong.iter().map(|(line, _)| *line)).collect();
    std::fs::write(folder.path("mixed.jsonl"), lines.join("\n")).expect("a file");
    let run = copydesk(&["report", "--format", "json", &folder.arg("mixed.jsonl")]).expect(1);
    let found: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(found["totals"]["documents"], 3);
    let told: Vec<&str> = run.err.lines().collect();
    assert_eq!(told.len(), wrong.len(), "{told:?}");
    for (at, (line, (_, reason))) in told.iter().zip(wrong).enumerate() {
        let place = format!("mixed.jsonl: line {}: ", at + 4);
        assert!(line.contains(&place) && line.contains(reason), "{line}");
    }
}

#[test]
fn results_may_be_packed() {
    let folder = folder();
    let bytes = std::fs::read(folder.path("results.jsonl")).expect("a file");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&bytes).expect("memory");
    std::fs::write(folder.path("r.jsonl.gz"), gzip.finish().expect("memory")).expect("a file");
    std::fs::write(folder.path("r.jsonl.zst"), zstd::encode_all(bytes.as_slice(), 1).expect("memory")).expect("a file");
    let found = summary(&[&folder.arg("results.jsonl")]);
    assert_eq!(summary(&[&folder.arg("r.jsonl.gz")]), found);
    // The same articles twice count once.
    assert_eq!(summary(&[&folder.arg("r.jsonl.zst"), &folder.arg("r.jsonl.gz")]), found);
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_lost() {
    let folder = folder();
    let (articles, results) = (folder.arg("articles.jsonl"), folder.arg("results.jsonl"));
    std::fs::write(folder.path("report.html"), "old").expect("a file");
    std::fs::write(folder.path("bad.corpus"), "copydesk-corpus-state/1\nno").expect("a file");
    std::fs::write(folder.path("empty.jsonl"), "").expect("a file");
    let (report, bad, empty) = (folder.arg("report.html"), folder.arg("bad.corpus"), folder.arg("empty.jsonl"));
    let state = format!("--state={bad}");
    for (arguments, message) in [
        (vec![&*articles, &*results], "give articles or results alone"),
        (vec![&*results, &*state], "the state is damaged"),
        (vec![&*bad], "the state is damaged"),
        (vec![&*empty], "there are no articles"),
        (vec![&*results, "--review", &*results], "is no outcome of `copydesk review score"),
        (vec![&*results, "--aliases", "/no/such.csv"], "--aliases: /no/such.csv cannot be read"),
    ] {
        let run = copydesk(&[&["report", "-p", "fast", "-o", &report][..], &arguments].concat()).expect(2);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
        assert_eq!(read(&folder.path("report.html")), "old");
    }
    assert_eq!(read(&folder.path("bad.corpus")), "copydesk-corpus-state/1\nno");
    let merge = copydesk(&["corpus", "merge", &articles, "-o", &report]).expect(2);
    assert!(merge.err.contains("`copydesk analyze` makes results"), "{}", merge.err);
}

#[test]
fn shards_in_any_order_give_the_same_state_and_report() {
    let folder = folder();
    let results = read(&folder.path("results.jsonl"));
    let lines: Vec<&str> = results.lines().collect();
    let shard = |name: &str, lines: &[&str]| {
        let (file, state) = (format!("{name}.jsonl"), folder.arg(&format!("{name}.corpus")));
        std::fs::write(folder.path(&file), lines.join("\n")).expect("a file");
        copydesk(&["corpus", "merge", &folder.arg(&file), "-o", &state]).expect(0);
        state
    };
    let (one, other, whole) = (shard("1", &lines[..1]), shard("2", &lines[1..]), shard("whole", &lines));
    let merged = folder.arg("merged.corpus");
    for order in [vec![&*one, &*other], vec![&*other, &*one, &*other]] {
        copydesk(&[&["corpus", "merge", "-o", &merged][..], &order].concat()).expect(0);
        let bytes = |name: &str| std::fs::read(folder.path(name)).expect("a state");
        assert!(bytes("merged.corpus") == bytes("whole.corpus"), "{order:?}");
        assert_eq!(summary(&order), summary(&[&whole]));
    }
}

#[test]
fn a_state_keeps_ids_from_day_to_day() {
    let folder = folder();
    let results = read(&folder.path("results.jsonl"));
    let (today, tomorrow) = results.split_once('\n').expect("lines");
    std::fs::write(folder.path("today.jsonl"), tomorrow).expect("a file");
    std::fs::write(folder.path("tomorrow.jsonl"), today).expect("a file");
    let state = folder.arg("desk.corpus");
    let ids = |found: &Value| {
        let column = |name: &str| found["actors"][name].as_array().expect("a column").clone();
        column("name").into_iter().zip(column("id")).find(|(name, _)| name == "Ana Ruiz").expect("she is there").1
    };
    let first = summary(&[&folder.arg("today.jsonl"), "--state", &state]);
    let second = summary(&[&folder.arg("tomorrow.jsonl"), "--state", &state]);
    assert_eq!((&first["totals"]["documents"], &second["totals"]["documents"]), (&json!(2), &json!(3)));
    assert_eq!(ids(&second), ids(&first));
    // Without the state, her id comes from the first article of all.
    assert_ne!(ids(&summary(&[&folder.arg("results.jsonl")])), ids(&first));
}

#[test]
fn women_and_men_are_counted_if_asked_for() {
    let folder = folder();
    let results = folder.arg("results.jsonl");
    let found = summary(&[&results, "--gender"]);
    assert_eq!((&found["gender"]["quotes"]["women"], &found["gender"]["men"]), (&json!(3), &json!(1)));
    assert!(found["gender"]["error"].as_str().is_some_and(|error| error.contains("given names alone")));
    assert_eq!(summary(&[&results])["gender"], Value::Null);
}

#[test]
fn a_table_of_names_says_who_is_who() {
    let folder = folder();
    let (results, table) = (folder.arg("results.jsonl"), folder.arg("names.csv"));
    let found = summary(&[&results, "--write-aliases", &table]);
    let written = read(&folder.path("names.csv"));
    assert!(written.starts_with("\u{feff}name,alias,id\r\n") && written.contains("\nAna Ruiz,"), "{written}");
    // Given again as it is, it changes nothing.
    assert_eq!(summary(&[&results, "--aliases", &table]), found);

    std::fs::write(
        folder.path("own.csv"),
        "name,alias,id\nAna Ruiz de Vell,Ana Ruiz,Q1\nAna Ruiz de Vell,Tom Reed,Q1\n",
    )
    .expect("a file");
    let joined = summary(&[&results, "--aliases", &folder.arg("own.csv")]);
    let actors = &joined["actors"];
    assert_eq!((&actors["name"][0], &actors["id"][0]), (&json!("Ana Ruiz de Vell"), &json!("Q1")));
    assert_eq!(actors["quotes"][0], 3, "hers and his");

    std::fs::write(folder.path("wrong.csv"), "Ana,Ruiz\n").expect("a file");
    let wrong = copydesk(&["report", &results, "--aliases", &folder.arg("wrong.csv"), "--format", "json"]).expect(2);
    assert!(wrong.err.contains("wrong.csv: line 1: "), "{}", wrong.err);
}

#[test]
fn tables_give_the_report_of_the_lines() {
    let folder = folder();
    let (articles, tables) = (folder.arg("articles.jsonl"), folder.arg("tables"));
    for offsets in ["char", "utf16", "byte"] {
        copydesk(&["analyze", "-p", "fast", &articles, "-f", "parquet", "-o", &tables, "--offsets", offsets]).expect(0);
        let mut found = summary(&[&tables]);
        // Tables do not say which pipeline made them.
        assert_eq!(found["made"]["pipelines"][0]["provenance"], Value::Null);
        let lines = summary(&[&folder.arg("results.jsonl")]);
        found["made"] = lines["made"].clone();
        assert_eq!(found, lines, "{offsets}");
    }
    std::fs::write(folder.path("tables/quotes.parquet"), "PAR1 no PAR1").expect("a file");
    let run = copydesk(&["report", "--format", "json", &tables]).expect(2);
    assert!(run.err.contains("quotes.parquet") && run.err.contains("there are no articles"), "{}", run.err);
}
