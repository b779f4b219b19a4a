//! `copydesk review`: a sample, judgments, and what a report prints of them.

use serde_json::Value;

use super::{Folder, copydesk, pipe, read};

/// Results of articles, made by another program too.
fn folder() -> Folder {
    let articles: String = (0..30)
        .map(|at| {
            let outlet = ["Vell Courier", "=Harbour Post"][at % 2];
            let text = format!("“We will mend pier {at},” said Ana Ruiz, the mayor. Tom Reed said that it was late.");
            format!("{}\n", serde_json::json!({"id": format!("a{at}"), "outlet": outlet, "text": text}))
        })
        .collect();
    let folder = Folder::new(&[("articles.jsonl", articles.as_bytes())]);
    copydesk(&["analyze", "-p", "fast", &folder.arg("articles.jsonl"), "-o", &folder.arg("results.jsonl")]).expect(0);
    folder
}

/// Judges all rows of a table by their kind.
fn judged(table: &str, right: impl Fn(&str) -> &'static str) -> String {
    let row = |line: &str| match line.split(',').nth(1) {
        Some("kind") | None => line.to_owned(),
        // `right` and `note` are the only empty cells before the score.
        Some(kind) => line.replacen(",,,", &format!(",{},,", right(kind)), 1),
    };
    table.split_inclusive("\r\n").map(row).collect()
}

#[test]
fn a_sample_is_judged_and_scored_and_the_report_prints_it() {
    let folder = folder();
    let (results, check) = (folder.arg("results.jsonl"), folder.arg("check.csv"));
    let run = copydesk(&["review", "sample", &results, "-n", "60", "--seed", "7", "-o", &check]).expect(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    let table = read(&folder.path("check.csv"));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}item,kind,claim,passage,right,note,score %,outlet,date,document,stratum,found,drawn,seed"
    );
    assert_eq!(lines.len(), 61);
    assert!(table.contains("Ana Ruiz said this") && table.contains("⟦") && table.contains(",'=Harbour Post,"));
    // Down a pipe, in another order and packed or not: the same rows.
    let mut reversed: Vec<String> =
        read(&folder.path("results.jsonl")).lines().map(|line| format!("{line}\n")).collect();
    reversed.reverse();
    let piped = pipe(&["review", "sample", "-", "-n", "60", "--seed", "7"], reversed.concat()).expect(0);
    assert_eq!(piped.out, table);

    let marked = judged(&table, |kind| match kind {
        "name" => "",
        "speaker" => "n",
        _ => "y",
    });
    std::fs::write(folder.path("check.csv"), &marked).expect("a file");
    let shown = copydesk(&["review", "score", &check]).expect(0).out;
    for part in ["KIND", "MEAN SCORE", "direct quote", "100.0 %", "speaker", "rows are not judged"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let json = copydesk(&["review", "score", &check, "--json"]).expect(0).out;
    let review: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&review["schema"], &review["seed"], &review["sampled"]),
        (&"copydesk-review/1".into(), &7.into(), &60.into())
    );
    let speaker = review["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["kind"] == "speaker"));
    let speaker = speaker.expect("speakers");
    assert_eq!((&speaker["right"], &speaker["precision"], &speaker["low"]), (&0.into(), &0.0.into(), &0.0.into()));

    // The report takes the table, and what became of it.
    std::fs::write(folder.path("check.json"), json).expect("a file");
    let report = |review: &str| {
        let run = copydesk(&["report", &results, "--review", &folder.arg(review), "--format", "json"]).expect(0);
        serde_json::from_str::<Value>(&run.out).expect("JSON")["review"].clone()
    };
    assert_eq!(report("check.csv"), review);
    assert_eq!(report("check.json"), review);
}

#[test]
fn what_cannot_be_sampled_or_scored_is_said() {
    let folder = folder();
    let folder_of = |name: &str, text: &str| std::fs::write(folder.path(name), text).expect("a file");
    let result = read(&folder.path("results.jsonl")).lines().next().expect("a line").to_owned();
    folder_of(
        "some.jsonl",
        &format!("{result}\n{{\"schema\": \"copydesk/2\", \"id\": \"x\", \"offsets\": \"char\"}}\n"),
    );
    folder_of("bare.jsonl", "{\"schema\": \"copydesk/1\", \"id\": \"x\", \"offsets\": \"char\"}\n");
    folder_of("empty.jsonl", "{\"schema\": \"copydesk/1\", \"id\": \"x\", \"offsets\": \"char\", \"text\": \"\"}\n");
    folder_of("wrong.csv", "kind,right\nspeaker,maybe\nverb,y\n");
    folder_of("none.csv", "kind,right\nspeaker,\n");
    let some = copydesk(&["review", "sample", &folder.arg("some.jsonl"), "-o", &folder.arg("some.csv")]).expect(1);
    assert!(
        some.err.contains("some.jsonl: line 2: is no line of results: its schema is \"copydesk/2\""),
        "{}",
        some.err
    );
    assert!(read(&folder.path("some.csv")).lines().count() > 4);
    let cases: [(&[&str], &[&str]); 6] = [
        (&["sample", "articles.jsonl"], &["these are articles, or cannot be read; `copydesk analyze` makes results"]),
        (&["sample", "bare.jsonl"], &["line 1: the result has no text", "nothing was found in these results"]),
        (&["sample", "empty.jsonl"], &["nothing was found in these results, so there is nothing to judge"]),
        (&["score", "gone.csv"], &["gone.csv cannot be read"]),
        (
            &["score", "wrong.csv"],
            &[
                "wrong.csv: line 2: right is \"maybe\"; write y or n",
                "wrong.csv: line 3: kind is \"verb\"; it is one of",
            ],
        ),
        (&["score", "none.csv"], &["no row is judged: write y or n into the column right"]),
    ];
    for (arguments, messages) in cases {
        let run = copydesk(&["review", arguments[0], &folder.arg(arguments[1])]).expect(2);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(messages.iter().all(|message| run.err.contains(message)), "{arguments:?}: {}", run.err);
    }
    let report = copydesk(&["report", &folder.arg("results.jsonl"), "--review", &folder.arg("wrong.csv")]).expect(2);
    assert!(report.err.contains("--review: ") && report.err.contains("line 2: right is"), "{}", report.err);
}
