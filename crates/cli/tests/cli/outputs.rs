//! Where results go, and in which form.

use copydesk::formats::result::ResultLine;
use serde_json::{Value, json};

use super::{Folder, TOKENIZER, copydesk, pipe, read};

#[test]
fn a_file_appears_once_it_is_complete() {
    let folder = Folder::new(&[("a.txt", b"A b."), ("old.jsonl", b"old")]);
    let old = folder.arg("old.jsonl");
    let run = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("a.txt"), "-o", &old]).expect(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    let expected = copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("a.txt")]).expect(0).out;
    assert_eq!(read(&folder.path("old.jsonl")), expected);
    // A run that was stopped leaves what was there.
    let run = pipe(&["analyze", "-p", TOKENIZER, "-o", &old, "--fail-fast", "--input-format", "jsonl"], "{").expect(1);
    assert!(run.err.contains("the output file is left as it was"), "{}", run.err);
    assert_eq!(read(&folder.path("old.jsonl")), expected);
    assert_eq!(folder.names(), ["a.txt", "old.jsonl"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name| std::fs::metadata(folder.path(name)).expect("there").permissions().mode() & 0o777;
        let fresh = folder.arg("fresh.jsonl");
        copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("a.txt"), "-o", &fresh]).expect(0);
        assert_eq!(mode("fresh.jsonl"), mode("a.txt"));
        copydesk(&["analyze", "-p", TOKENIZER, &folder.arg("a.txt"), "-o", "/dev/null"]).expect(0);
    }
}

#[test]
fn outputs_that_cannot_be() {
    let folder = Folder::new(&[("a.txt", b"A b.")]);
    for (output, message) in [("no/where.jsonl", "there is no folder"), ("", "is a directory")] {
        let run = copydesk(&["analyze", &folder.arg("a.txt"), "-o", &folder.arg(output)]).expect(2);
        assert!(run.err.contains(message), "{}", run.err);
    }
    assert_eq!(folder.names(), ["a.txt"]);
}

#[test]
fn parts() {
    let run = pipe(&["analyze", "-p", TOKENIZER, "--layers", "tokens,meta", "--layers", "sentences"], "A b.").expect(0);
    let line = &run.json()[0];
    let keys: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "meta", "multiword_tokens", "offsets", "schema", "sentences", "tokens"]);
}

/// What the types say of a result is what the program writes: no key more, and no key less.
#[test]
fn results_are_lines_of_the_schema() {
    /// Numbers by their values, since the program writes 1 for 1.0, and no null at the head of a line.
    fn normal(value: Value, head: bool) -> Value {
        let inner = |value| normal(value, false);
        match value {
            Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
            Value::Array(items) => items.into_iter().map(inner).collect(),
            Value::Object(entries) => {
                let kept = entries.into_iter().filter(|(_, value)| !(head && value.is_null()));
                kept.map(|(key, value)| (key, inner(value))).collect()
            }
            other => other,
        }
    }
    let text =
        "“We don't want it,” said Ana Ruiz, the minister.\n\nThe reckless Ruiz lied to the United Nations on Monday.";
    let known = r#""title": "No", "authors": ["Eva Roth"], "published": "2024-05-01", "url": "https://example.org/1""#;
    let input = format!("{{\"text\": {}, {known}}}\n{{\"text\": 1}}\n", Value::from(text));
    let run = pipe(&["analyze", "-p", "fast"], input).expect(1);
    for line in run.out.lines() {
        let written: Value = serde_json::from_str(line).expect("JSON");
        let read: ResultLine = serde_json::from_str(line).expect("a line of the schema");
        let again = serde_json::to_value(&read).expect("JSON");
        assert_eq!(normal(again, true), normal(written, true));
        let ResultLine::Analysis(found) = read else { continue };
        assert_eq!(found.authors, Some(vec!["Eva Roth".to_owned()]));
        assert!(found.multiword_tokens.is_some_and(|tokens| !tokens.is_empty()), "don't is two words");
        assert!(found.quotes.is_some_and(|quotes| quotes.iter().any(|quote| quote.speaker_name.is_some())));
        assert!(found.stances.is_some_and(|stances| !stances.is_empty()) && found.provenance.is_some());
    }
    assert_eq!(run.out.lines().count(), 2);
}

#[test]
fn offsets_in_three_units() {
    // Two UTF-16 units and four bytes; Hebrew letters of two bytes; a combining accent of its own.
    let text = "😀 שלום e\u{301}.";
    let expected = [
        ("char", "[[0,1],[2,6],[7,9],[9,10]]"),
        ("byte", "[[0,4],[5,13],[14,17],[17,18]]"),
        ("utf16", "[[0,2],[3,7],[8,10],[10,11]]"),
    ];
    for (unit, tokens) in expected {
        let run = pipe(&["analyze", "-p", TOKENIZER, "--offsets", unit], text).expect(0);
        let line = &run.json()[0];
        assert_eq!((line["offsets"].as_str(), line["tokens"].to_string().as_str()), (Some(unit), tokens));
    }
}

#[test]
fn the_reading_view_is_safe_and_plain_in_a_pipe() {
    let run = pipe(&["analyze", "-p", TOKENIZER, "-f", "pretty"], "A\u{1b}[31m red.\u{7}\n\nB\r\nc.").expect(0);
    assert!(run.out.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", run.out);
    let run = pipe(&["analyze", "-p", TOKENIZER, "-f", "pretty", "--color", "always"], "A\u{1b}[5m.").expect(0);
    assert!(run.out.contains("\u{1b}[1m") && !run.out.contains("\u{1b}[5m"), "{:?}", run.out);
    let run = pipe(&["analyze", "-p", TOKENIZER, "-f", "pretty", "--input-format", "jsonl"], "{\n").expect(1);
    assert!(run.out.contains("error: line 1: not valid JSON"), "{}", run.out);
}

#[test]
fn formats_have_other_names() {
    let run =
        |format: &str| pipe(&["analyze", "-p", TOKENIZER, "-f", format], "Ana Ruiz left.".to_owned()).expect(0).out;
    assert_eq!(run("jsonl"), run("json"));
    assert_eq!(run("view"), run("pretty"));
    assert_ne!(run("view"), run("json"));
    let wrong = pipe(&["analyze", "-f", "yaml"], String::new()).expect(2).err;
    assert!(wrong.contains("[possible values: auto, json, pretty, html, conllu, "), "{wrong}");
}

#[test]
fn an_article_past_its_time_limit_fails_alone() {
    let long = "Ana Ruiz said that the vote would be held. ".repeat(50_000);
    let input = format!("{}\n{}\n", json!({"text": long}), json!({"text": ""}));
    let run = pipe(&["analyze", "-p", "fast", "--time-limit", "0.001"], input).expect(1);
    let error = run.json()[0]["error"]["message"].as_str().map(str::to_owned).unwrap_or_default();
    assert_eq!(error, "gave up after 0.001 s, the time limit of a document");
    assert_eq!(run.json().len(), 2);
    let wrong = pipe(&["analyze", "--time-limit", "soon"], String::new()).expect(2).err;
    assert!(wrong.contains("\"soon\" is no time; write a number of seconds, such as 2.5"), "{wrong}");
}
