//! Whole analyses with the shipped pipeline.

use std::fmt::Write;

use serde_json::Value;

use super::{Folder, Run, TOKENIZER, copydesk, pipe};

const EXAMPLES: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/article.txt"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/articles.jsonl"),
];

#[test]
fn threads_give_the_same_bytes() {
    let mut lines = String::new();
    for i in 0..40 {
        let text = format!("“We will vote on Monday {i} times,” said Ana Ruiz.\\nShe isn’t alone.");
        let _ = writeln!(lines, "{{\"text\": \"{}\"}}", text.repeat(1 + i * 7 % 11));
        if i % 9 == 0 {
            lines.push_str("{\"text\"\n");
        }
    }
    let folder = Folder::new(&[("many.jsonl", lines.as_bytes())]);
    let many = folder.arg("many.jsonl");
    let run = |threads| copydesk(&["analyze", EXAMPLES[0], EXAMPLES[1], &many, "--threads", threads]).expect(1).out;
    let one = run("1");
    assert_eq!(one.lines().count(), 49);
    for threads in ["2", "8"] {
        assert!(run(threads) == one, "{threads} threads");
    }
}

#[test]
fn given_entities_are_taken_as_they_are() {
    let input = r#"{"id": "x", "text": "😀 Ana praised the mayor.", "entities": [{"start": 18, "end": 23, "label": "TARGET"}, {"start": 2, "end": 5, "label": "PERSON"}]}"#;
    let line = &pipe(&["analyze"], input).expect(0).json()[0];
    let entities: Vec<String> =
        line["entities"].as_array().expect("a list").iter().map(|e| format!("{} {}", e["text"], e["label"])).collect();
    assert_eq!(entities, [r#""Ana" "PERSON""#, r#""mayor" "TARGET""#]);
    let line = &pipe(&["analyze"], input.replace("18", "17")).expect(0).json()[0];
    assert_eq!(line["entities"][1]["text"], " mayor");
    let run = pipe(&["analyze"], input.replace("23", "99")).expect(1);
    let message = run.json()[0]["error"]["message"].as_str().map(str::to_owned);
    assert_eq!(message.as_deref(), Some("entities[0]: 18..99 is outside the text, which has 24 code points"));
}

#[test]
fn results_can_be_analysed_again() {
    // All but the place where they stand, which is another one.
    let results = |run: Run| -> Vec<Value> {
        let place = |result: &mut Value| result.as_object_mut().and_then(|result| result.remove("source")).is_some();
        let mut results = run.expect(0).json();
        assert!(results.iter_mut().all(place));
        results
    };
    let first = copydesk(&["analyze", EXAMPLES[0], EXAMPLES[1]]).expect(0);
    let again = pipe(&["analyze"], first.out.clone());
    assert_eq!(results(first), results(again));
}

/// What the stages take for many is checked by `plugin check` and by `benches/growth/marks.py`.
#[test]
fn many_quotation_marks() {
    for mark in ["\"", "'", "“", "« "] {
        for (pipeline, count) in [("fast", 100_000), ("news", 5_000)] {
            let run = pipe(&["analyze", "-p", pipeline, "--layers", "quotes"], mark.repeat(count)).expect(0);
            assert_eq!(run.out.lines().count(), 1);
        }
    }
}

#[test]
fn a_megabyte_in_one_document() {
    // One paragraph without a full stop, and one without a blank.
    for piece in ["the council said “no” and ", "abc,"] {
        let text = piece.repeat(1_000_000 / piece.len());
        let run = pipe(&["analyze", "-p", TOKENIZER, "--layers", "sentences"], text).expect(0);
        assert_eq!(run.out.lines().count(), 1);
    }
    let line = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"After.\"}}\n", "A word. ".repeat(125_000));
    let run = pipe(&["analyze", "-p", TOKENIZER, "--layers", "text"], line).expect(0);
    assert_eq!(run.out.lines().count(), 2);
}
