use std::io::Write;

use copydesk_plugin_linker::kb::KnowledgeBase;

use super::*;

/// Builds a base from a file of this name.
fn made(name: &str, content: &[u8]) -> Result<BuiltBase, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a file");
    build(&path).map_err(|error| error.to_string().replace(&format!("{}", path.display()), name))
}

const LINES: &str = r#"{"id": "q:1", "name": "Port Vell", "type": "city", "aliases": [["Vell", 3], "PV"], "country": "es", "src": []}
{"id": "q:2", "name": "Ana Ruiz", "type": "PERSON", "description": "mayor", "count": 2}
"#;
const ROWS: &str = "id,name,type,alias,count,country\nq:1,Port Vell,city,Vell,3,es\nq:2,\"Ana Ruiz\",person,,2,\nq:1,Port Vell,city,PV,,\n";

#[test]
fn lines_and_rows_make_a_base() {
    for (name, content) in [("kb.jsonl", LINES), ("kb.csv", ROWS)] {
        let made = made(name, content.as_bytes()).expect("a base");
        assert_eq!((made.entries, made.names), (2, 4), "{name}");
        let base = KnowledgeBase::parse(&made.bytes).expect("a base");
        let entries: Vec<_> = base.entries().map(|entry| (entry.id(), entry.name, entry.kind, entry.count)).collect();
        let wanted =
            [("q:1".into(), "Port Vell", EntryKind::City, 3), ("q:2".into(), "Ana Ruiz", EntryKind::Person, 2)];
        assert_eq!(entries, wanted, "{name}");
        assert_eq!(base.entry(0).map(|entry| entry.country), Some(*b"ES"), "{name}");
    }
}

#[test]
fn packed_and_reversed_lines_make_the_same_sections() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(LINES.as_bytes()).expect("memory");
    let packed = made("kb.jsonl.gz", &packed.finish().expect("memory")).expect("a base");
    let reversed: Vec<&str> = LINES.lines().rev().collect();
    let reversed = made("kb.jsonl", reversed.join("\n").as_bytes()).expect("a base");
    assert_eq!(packed.entries, reversed.entries);
    let [a, b] = [&packed.bytes, &reversed.bytes].map(|bytes| KnowledgeBase::parse(bytes).expect("a base"));
    assert!(a.entries().eq(b.entries()));
}

#[test]
fn wrong_files_say_what_would_be_right() {
    for (name, content, message) in [
        ("a.jsonl", "", "a.jsonl: has no entries"),
        ("a.jsonl", "{\"id\": \"a\"}", "a.jsonl:1: missing field `name` (column 11)"),
        ("a.jsonl", "\n{\"id\":\"a\",\"name\":\"\"}", "a.jsonl:2: the name is empty; give one, or leave the entry out"),
        (
            "a.jsonl",
            "{\"id\":\"a\",\"name\":\"b\",\"type\":\"planet\"}",
            "a.jsonl:1: there is no type \"planet\"; there are other, person, organisation, party, country, city, region, place, group, event, work",
        ),
        (
            "a.jsonl",
            "{\"id\":\"a\",\"name\":\"b\"}\n{\"id\":\"a\",\"name\":\"c\"}",
            "a.jsonl:2: the id \"a\" is that of line 1 too; give each entry once",
        ),
        (
            "a.jsonl",
            "{\"id\":\"a\",\"name\":\"b\",\"aliases\":[\"c\",[\"c\",2]]}",
            "a.jsonl:1: the alias \"c\" is given twice; add up its counts",
        ),
        (
            "a.jsonl",
            "{\"id\":\"a\",\"name\":\"b\\u0000\"}",
            "a.jsonl:1: the name \"b\\0\" has control characters; remove them",
        ),
        (
            "a.jsonl",
            "{\"id\":\"a\",\"name\":\"b\",\"aliases\":[[1,2]]}",
            "a.jsonl:1: an alias must be \"alias\" or [\"alias\", count] (column 38)",
        ),
        ("a.csv", "", "a.csv: has no entries"),
        (
            "a.csv",
            "id,alias\n",
            "a.csv:1: the first line has no column \"name\"; it must name columns such as id,name,type,alias,count,description,country",
        ),
        ("a.csv", "id,name,count\na,b,many\n", "a.csv:2: the count \"many\" is no whole number below 4294967296"),
        ("a.csv", "id,name\na,\"b\n", "a.csv:2: a field that begins with a quotation mark has no end on its line"),
        (
            "a.csv",
            "id,name\na,\"b\"c\n",
            "a.csv:2: text follows the end of a field in quotation marks; put a comma there",
        ),
        ("a.csv", "id,name,alias\na,b,c\na,b,c\n", "a.csv:3: the alias \"c\" of \"a\" is that of line 2 too"),
        (
            "a.csv",
            "id,name,alias\na,b,c\na,d,e\n",
            "a.csv:3: the entry \"a\" has another name or type in an earlier line",
        ),
    ] {
        assert_eq!(made(name, content.as_bytes()).expect_err(content), message);
    }
    assert_eq!(made("a.jsonl", b"\xff").expect_err("no UTF-8"), "a.jsonl:1: byte 0 of the line is not UTF-8");
}

#[test]
fn hostile_files_are_read_or_refused() {
    let long = format!("{{\"id\":\"a\",\"name\":\"{}\"}}", "b".repeat(10_000_000));
    assert!(
        made("a.jsonl", long.as_bytes()).expect_err("too long").starts_with("a.jsonl:1: the name has 10000000 bytes")
    );
    let aliases: Vec<String> = (0..1_000_000).map(|i| format!("\"v{i}\"")).collect();
    let many = format!("{{\"id\":\"a\",\"name\":\"b\",\"aliases\":[{}]}}", aliases.join(","));
    assert_eq!(made("a.jsonl", many.as_bytes()).expect("a base").names, 1_000_001);
}
