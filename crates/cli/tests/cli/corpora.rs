//! Inputs of all formats, choices of documents, and what is told of a run.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::{Value, json};

use super::{Folder, Run, TOKENIZER, command, copydesk, finish, pipe, read};

/// A run of the tokenizer over these arguments.
fn analyze(arguments: &[&str]) -> Run {
    copydesk(&[&["analyze", "-p", TOKENIZER][..], arguments].concat())
}

/// The texts of a run's results.
fn texts(run: &Run) -> Vec<String> {
    run.json().iter().map(|line| line["text"].as_str().unwrap_or("no text").to_owned()).collect()
}

const CSV: &str =
    "guid,body,pub_dt,source,words\n7,\"It rains.\nIt pours.\",\"May 1, 2024\",Desk,4\n8,,,,\n9,It stops.,,,2\n";

#[test]
fn tables() {
    let folder = Folder::new(&[
        ("export.csv", CSV.as_bytes()),
        ("export.tsv", CSV.replace(',', "\t").replace("May 1\t 2024", "2024-05-01").as_bytes()),
        ("other.csv", CSV.replace("body", "prose").as_bytes()),
    ]);
    let run = analyze(&[&folder.arg("export.csv"), "--map", "outlet=source"]).expect(1);
    let lines = run.json();
    assert_eq!(texts(&run), ["It rains.\nIt pours.", "no text", "It stops."]);
    assert_eq!(lines[0]["published"], "2024-05-01");
    assert_eq!((&lines[0]["id"], &lines[0]["outlet"]), (&json!("7"), &json!("Desk")));
    assert_eq!(lines[0]["meta"], json!({"words": "4"}));
    assert_eq!(lines[1]["error"], json!({"stage": null, "message": "no text in column \"body\"", "line": 4}));
    assert!(run.err.contains("note: ") && run.err.contains("text from \"body\", id from \"guid\""), "{}", run.err);
    let run = analyze(&[&folder.arg("export.tsv")]).expect(1);
    assert_eq!(texts(&run), ["It rains.\nIt pours.", "no text", "It stops."]);
    let run = analyze(&[&folder.arg("other.csv")]).expect(2);
    assert!(run.err.contains("--text-column") && run.err.contains("prose"), "{}", run.err);
    let run = analyze(&[&folder.arg("other.csv"), "--text-column", "prose", "--id-column", "words"]).expect(1);
    assert_eq!(run.json()[2]["id"], "2");
    let run = analyze(&[&folder.arg("other.csv"), "--text-column", "pros"]).expect(2);
    assert!(run.err.contains("did you mean \"prose\"?"), "{}", run.err);
    // From standard input the user must say what it is.
    let run =
        pipe(&["analyze", "-p", TOKENIZER, "--input-format", "csv", "--delimiter", ";"], "id;text\na;It rains.\n");
    assert_eq!(texts(&run.expect(0)), ["It rains."]);
}

#[test]
fn json_of_all_forms() {
    let folder = Folder::new(&[
        (
            "array.json",
            b"[\n  {\"id\": \"a\", \"text\": \"It rains.\"},\n  {\"id\": \"b\", \"text\": \"It pours.\"}\n]\n",
        ),
        ("object.json", b"{\n  \"id\": \"c\",\n  \"text\": \"It stops.\"\n}\n"),
        ("lines.json", b"{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n"),
        ("other.jsonl", b"{\"key\": 1, \"story\": \"<p>It rains.</p>\", \"day\": \"2024-05-01\"}\n"),
    ]);
    let files = ["array.json", "object.json", "lines.json"].map(|file| folder.arg(file));
    let run = analyze(&[&files[0], &files[1], &files[2]]).expect(0);
    assert_eq!(texts(&run), ["It rains.", "It pours.", "It stops.", "One.", "Two."]);
    let options = ["--text-column", "story", "--id-column", "key", "--map", "published=day", "--text-format", "html"];
    let run = analyze(&[&[&*folder.arg("other.jsonl")][..], &options].concat()).expect(0);
    assert_eq!(texts(&run), ["It rains."]);
    assert_eq!((&run.json()[0]["id"], &run.json()[0]["published"]), (&json!("1"), &json!("2024-05-01")));
    let run = analyze(&["-", "--map", "day=published"]).expect(2);
    assert!(run.err.contains("field"), "{}", run.err);
}

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"windows-1252\"><title>Rain | The Desk</title>\
<script type=\"application/ld+json\">{\"@type\": \"NewsArticle\", \"headline\": \"Rain stops the vote\", \
\"datePublished\": \"2024-05-01T09:30:00+02:00\", \"author\": {\"name\": \"Ana Ruiz\"}}</script></head><body><nav><a \
href=/>Home</a></nav><article><h1>Rain stops the vote</h1>\
<p>The council of the town put off its vote on Monday, since the caf\u{E9} in which it meets was under water by noon.</p>\
<p>“We will vote next week, whatever the weather brings,” said Tom Reed, who has led the council for eleven years.</p>\
<p>Nobody was hurt, the fire brigade said, and most of the streets were dry again when the evening came.</p>\
</article><footer>All rights reserved</footer></body></html>";

#[test]
fn web_pages_and_archives_of_them() {
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(PAGE);
    let http = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", &latin[..]].concat();
    let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/rain\r\nWARC-Date: \
                2024-05-02T00:00:00Z\r\nContent-Type: application/http\r\n";
    let record = format!("{head}Content-Length: {}\r\n\r\n", http.len());
    let warc = [record.as_bytes(), &http, b"\r\n\r\n"].concat();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in
        [("pages/rain.html", &latin[..]), ("readme.png", b"\x89PNG"), ("b.jsonl", b"{\"text\": \"B.\"}")]
    {
        let method = zip::CompressionMethod::Deflated;
        zip.start_file(name, zip::write::SimpleFileOptions::default().compression_method(method)).expect("memory");
        zip.write_all(bytes).expect("memory");
    }
    let zip = zip.finish().expect("memory").into_inner();
    let folder = Folder::new(&[
        ("rain.html", &latin),
        ("crawl.warc.zst", &zstd::encode_all(&*warc, 1).expect("memory")),
        ("all.zip", &zip),
    ]);
    let run = analyze(&[&folder.arg("rain.html"), &folder.arg("crawl.warc.zst"), &folder.arg("all.zip")]).expect(0);
    let lines = run.json();
    let (page, archived, zipped) = (&lines[0], &lines[1], &lines[2]);
    assert_eq!(page["title"], "Rain stops the vote");
    assert_eq!((&page["authors"], &page["published"]), (&json!(["Ana Ruiz"]), &json!("2024-05-01T09:30:00+02:00")));
    assert_eq!((&page["language"], &page["source"]["encoding"]), (&json!("en"), &json!("windows-1252")));
    let text = page["text"].as_str().expect("a text");
    assert!(text.contains("since the café in which") && !text.contains("Home") && !text.contains("rights"), "{text}");
    let kinds: Vec<&str> =
        page["blocks"].as_array().expect("blocks").iter().filter_map(|b| b["kind"].as_str()).collect();
    assert_eq!(kinds, ["headline", "paragraph", "paragraph", "paragraph"]);
    assert!(page["blocks"][1]["path"].as_str().is_some_and(|path| path.contains("article")), "{}", page["blocks"][1]);
    assert_eq!((&archived["text"], &zipped["text"]), (&page["text"], &page["text"]));
    assert_eq!(
        (&archived["id"], &archived["url"]),
        (&json!("https://a.example/rain"), &json!("https://a.example/rain"))
    );
    assert!(zipped["id"].as_str().is_some_and(|id| id.ends_with("all.zip/pages/rain.html")));
    assert_eq!((lines.len(), &lines[3]["text"]), (4, &json!("B.")));
    // An archive that cannot go back and forth.
    assert_eq!(pipe(&["analyze", "-p", TOKENIZER], &zip[..]).expect(0).json().len(), 2);
}

#[test]
fn encodings() {
    let text = "“No,” said José Muñoz in the café. Nobody else was there, and naïve questions were not asked.";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let folder = Folder::new(&[("a.txt", text.as_bytes()), ("b.txt", &latin), ("c.txt", &utf16)]);
    let run = analyze(&[&folder.arg("")]).expect(0);
    assert_eq!(texts(&run), [text; 3]);
    let of = |key: fn(&Value) -> &Value| run.json().iter().map(|line| key(line).clone()).collect::<Vec<_>>();
    assert_eq!(of(|line| &line["source"]["encoding"]), ["UTF-8", "windows-1252", "UTF-16LE"]);
    assert_eq!(of(|line| &line["meta"]), [json!({}), json!({"encoding": "windows-1252"}), json!({})]);
}

#[test]
fn choices_of_documents() {
    let lines: String = (0..1000).fold(String::new(), |mut lines, number| {
        let _ = writeln!(lines, "{{\"id\": {number}, \"text\": \"Number {number} is here.\"}}");
        lines
    });
    let folder = Folder::new(&[("many.jsonl", lines.as_bytes())]);
    let many = folder.arg("many.jsonl");
    let ids = |arguments: &[&str]| -> Vec<u64> {
        let run = analyze(&[&[&*many, "--layers", "id"][..], arguments].concat()).expect(0);
        run.json().iter().map(|line| line["id"].as_str().and_then(|id| id.parse().ok()).expect("a number")).collect()
    };
    assert_eq!(ids(&["--limit", "3"]), [0, 1, 2]);
    let parts: Vec<Vec<u64>> = ["1/3", "2/3", "3/3"].map(|part| ids(&["--shard", part])).into();
    assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), 1000);
    assert_eq!(parts[1][..2], [1, 4]);
    let sample = ids(&["--sample", "10%", "--seed", "7"]);
    assert!((60..150).contains(&sample.len()) && sample.is_sorted());
    assert_eq!(sample, ids(&["--sample", "0.1", "--seed", "7"]));
    assert_ne!(sample, ids(&["--sample", "0.1", "--seed", "8"]));
    for wrong in [["--sample", "500"], ["--shard", "4/3"]] {
        let run = analyze(&[&[&*many][..], &wrong].concat()).expect(2);
        assert!(run.err.contains("write "), "{}", run.err);
    }
}

#[test]
fn duplicates_have_their_line() {
    let long: String = (0..300).map(|number| format!("word{} ", number * 7919 % 1000)).collect();
    let near = long.replacen("word7 ", "another ", 1);
    let line = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let input =
        [line("a", &long), line("b", "It rains."), line("c", &near), line("d", "IT  RAINS"), line("e", "It pours.")];
    let folder = Folder::new(&[("all.jsonl", input.concat().as_bytes())]);
    for threads in ["1", "4"] {
        let summary = folder.arg("summary.json");
        let arguments = [&*folder.arg("all.jsonl"), "--dedupe", "--threads", threads, "--summary", &summary];
        let run = analyze(&arguments).expect(0);
        let of: Vec<Value> = run.json().iter().map(|line| line["duplicate_of"].clone()).collect();
        assert_eq!(of, [Value::Null, Value::Null, json!("a"), json!("b"), Value::Null]);
        assert_eq!(run.json()[2]["source"]["line"], 3);
        let summary: Value = serde_json::from_str(&read(&folder.path("summary.json"))).expect("JSON");
        assert_eq!(
            (&summary["documents"], &summary["analyzed"], &summary["duplicates"]),
            (&json!(5), &json!(3), &json!(2))
        );
    }
    let run = analyze(&[&folder.arg("all.jsonl"), "--dedupe", "--fail-fast"]).expect(0);
    assert_eq!(run.json().len(), 5, "a duplicate is no failure");
}

#[test]
fn a_run_tells_of_errors_and_languages() {
    let german =
        "Der Rat der Stadt stimmt am Montag ab, und die Ministerin sagte, niemand solle eine lange Debatte erwarten.";
    let input =
        format!("{{\"text\": \"{german}\"}}\n{{\"text\": 1}}\n{{\"text\": \"It rains.\"}}\n{{\"id\": \"x\"}}\n");
    let folder = Folder::new(&[("all.jsonl", input.as_bytes())]);
    let (all, missing) = (folder.arg("all.jsonl"), folder.arg("missing.txt"));
    let (summary, errors) = (folder.arg("summary.json"), folder.arg("errors.jsonl"));
    let run =
        copydesk(&["analyze", "-p", "fast", &all, &missing, "--summary", &summary, "--errors", &errors]).expect(2);
    assert!(run.err.contains("warning: fast reads en, but 1 of 4 documents"), "{}", run.err);
    assert!(
        run.err.contains("2 of 4 documents could not be analyzed; the first: 2 (line 2): \"text\" must be a string")
    );
    assert_eq!(run.json()[0]["source"]["language"], "de");
    let summary: Value = serde_json::from_str(&read(&folder.path("summary.json"))).expect("JSON");
    assert_eq!(summary["languages"], json!({"de": 1, "und": 1}));
    assert_eq!((&summary["unreadable_files"], &summary["failed"]), (&json!(1), &json!(2)));
    assert_eq!(summary["errors"][0]["count"], 2);
    let errors = read(&folder.path("errors.jsonl"));
    let errors: Vec<Value> = errors.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ids: Vec<&str> = errors.iter().filter_map(|error| error["id"].as_str()).collect();
    assert_eq!(ids, ["2", "x", &missing]);
    assert_eq!((&errors[0]["file"], &errors[0]["line"]), (&json!(all), &json!(2)));
}

#[test]
fn patterns() {
    let folder =
        Folder::new(&[("2024/b.txt", b"B."), ("2024/a.txt", b"A."), ("2025/c.txt", b"C."), ("2025/d.html", b"D.")]);
    let run = analyze(&[&folder.arg("20*/*.txt")]).expect(0);
    assert_eq!(texts(&run), ["A.", "B.", "C."]);
    let run = analyze(&[&folder.arg("**/*.csv")]).expect(2);
    assert!(run.err.contains("no file has a name like this"), "{}", run.err);
}

/// Inputs that are made to break a reader: each costs its document or its file, and memory stays small.
#[test]
fn hostile_inputs() {
    let gzip = |bytes: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    };
    let bomb = gzip(&vec![b'a'; 100 << 20]);
    let long_line = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"It rains.\"}}\n", "x".repeat(3 << 20));
    let whole = zstd::encode_all(CSV.repeat(500).as_bytes(), 1).expect("memory");
    let wide = format!("{}text\n{}It rains.\n", "a,".repeat(1_000_000), ",".repeat(1_000_000));
    let deep = "<div>".repeat(60_000) + PAGE;
    let cases: [(&str, &[u8], i32, &str); 10] = [
        ("bomb.txt.gz", &bomb, 1, "the document has more than 1048576 bytes"),
        ("line.jsonl", long_line.as_bytes(), 1, "longer than 1048576 bytes"),
        ("cut.csv.zst", &whole[..whole.len() / 2], 2, "cut.csv.zst: "),
        ("wide.csv", wide.as_bytes(), 2, "columns"),
        ("deep.html", deep.as_bytes(), 0, ""),
        ("empty.csv", b"", 2, "the table is empty"),
        ("empty.parquet", b"", 2, "empty.parquet: "),
        ("lie.zip", b"PK\x03\x04 nothing of an archive", 2, "lie.zip: "),
        ("lie.parquet", b"PAR1 nothing of a table PAR1", 2, "lie.parquet: "),
        ("lie.html", b"<meta charset=utf-8>\xFF\xFE\x00\x00\x00\x01\x02\x03\x00\x00\x00\x00", 1, "no text"),
    ];
    for (name, bytes, status, message) in cases {
        let folder = Folder::new(&[(name, bytes)]);
        let run = analyze(&[&folder.arg(name), "--largest", "1"]);
        let told = run.err.clone() + &run.out;
        assert!(run.status == status && told.contains(message), "{name}: {} {told}", run.status);
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_a_run_that_can_go_on() {
    // A limit on the size of files stands for a full disk.
    let lines: String = (0..3000).fold(String::new(), |mut lines, number| {
        let _ = writeln!(lines, "{{\"text\": \"Number {number} is here, and it stays.\"}}");
        lines
    });
    let folder = Folder::new(&[("all.jsonl", lines.as_bytes())]);
    let arguments = ["analyze", "-p", TOKENIZER, "all.jsonl", "-o", "out.jsonl", "--checkpoint", "0.001", "--resume"];
    let run = |limit: Option<u64>| {
        let mut command = command(&arguments);
        if let Some(limit) = limit {
            let program = command.get_program().to_owned();
            command = std::process::Command::new("sh");
            // A signal would end the program at once.
            let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
            command.args(["-c", &script, "sh"]).arg(program).args(arguments);
        }
        finish(command.current_dir(folder.path("")), Vec::new())
    };
    let full = run(Some(400)).expect(2);
    assert!(full.err.contains("cannot be written"), "{}", full.err);
    assert!(full.err.contains("--resume continues it"), "{}", full.err);
    assert!(!folder.path("out.jsonl").exists());
    run(None).expect(0);
    let resumed = read(&folder.path("out.jsonl"));
    std::fs::remove_file(folder.path("out.jsonl")).expect("there");
    run(None).expect(0);
    assert!(read(&folder.path("out.jsonl")) == resumed);
}
