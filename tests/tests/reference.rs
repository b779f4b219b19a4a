//! The tables of `docs/reference.md` are made from the program and its crates: the committed page must be what comes of
//! them.
//! To write it anew: `COPYDESK_BLESS=1 cargo test -p copydesk-tests --test all reference`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::mem::{offset_of, size_of};
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use copydesk_abi as abi;
use copydesk_core::{Order, standard};
use serde_json::Value;

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&copydesk(&["pipeline", "schema", "--built-in"])).expect("the schema is JSON")
});

fn copydesk(arguments: &[&str]) -> String {
    let output = Command::new(&*COPYDESK).args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A row of a table; what divides cells is escaped.
fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn head(out: &mut String, cells: &[&str]) {
    row(out, cells);
    row(out, &vec!["---"; cells.len()]);
}

/// The lines after a heading of a help text, until the next blank line.
fn section<'a>(help: &'a str, heading: &str) -> Vec<&'a str> {
    help.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.trim().is_empty()).collect()
}

/// Commands of the program, those of groups by both words, with their help.
fn commands(group: &[&str]) -> Vec<(String, String)> {
    let help = copydesk(&[group, &["--help"]].concat());
    let names: Vec<&str> = section(&help, "Commands:")
        .into_iter()
        .filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    if names.is_empty() {
        return vec![(group.join(" "), help)];
    }
    names.iter().flat_map(|name| commands(&[group, &[*name]].concat())).collect()
}

fn exit_statuses() -> String {
    let mut out = String::new();
    head(&mut out, &["command", "does", "0", "1", "2", "3"]);
    for (name, help) in commands(&[]) {
        let mut statuses = [const { String::new() }; 4];
        let mut last = None;
        for line in section(&help, "Exit status:") {
            let (status, said) = line.trim_start().split_once("  ").unwrap_or(("", line.trim()));
            let status = status.parse::<usize>().ok().or(last).expect("a status");
            if !statuses[status].is_empty() {
                statuses[status].push(' ');
            }
            statuses[status].push_str(said);
            last = Some(status);
        }
        let does = help.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let [zero, one, two, three] = &statuses;
        row(&mut out, &[&format!("`{name}`"), &does, zero, one, two, three]);
    }
    out
}

/// A schema's type and bounds in words.
fn kind(schema: &Value) -> String {
    if schema["format"] == "path" {
        return "path".into();
    }
    if let Some(target) = schema["$ref"].as_str() {
        return if target.ends_with("identifier") { "identifier".into() } else { "table".into() };
    }
    let name = |kind: &str| match kind {
        "integer" => "whole number".to_owned(),
        "array" => "list".into(),
        "object" => "table".into(),
        other => other.to_owned(),
    };
    let mut words = match &schema["type"] {
        Value::String(kind) => name(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(name).collect::<Vec<_>>().join(", "),
        // A value, or a variable in place of it.
        _ => return kind(&schema["anyOf"][0]),
    };
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
        let _ = write!(words, ": {}", choices.join(", "));
    }
    if schema["type"] == "array" {
        let _ = write!(words, " of {}s", kind(&schema["items"]));
    }
    match (&schema["minimum"], &schema["maximum"], &schema["exclusiveMinimum"]) {
        (Value::Null, Value::Null, Value::Null) => {}
        (Value::Null, Value::Null, above) => words = format!("{words}, more than {above}"),
        (least, Value::Null, _) => words = format!("{words}, {least} or more"),
        (least, most, _) => words = format!("{words}, {least} to {most}"),
    }
    words
}

fn default(schema: &Value) -> String {
    schema.get("default").map_or_else(String::new, |value| format!("`{value}`"))
}

fn entries<'a>(schema: &'a Value, order: &[&'a str]) -> Vec<(&'a str, &'a Value)> {
    let properties = schema["properties"].as_object().expect("properties");
    let known: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(known, order.iter().copied().collect(), "a key is new or gone: give it its place in this test");
    order.iter().map(|key| (*key, &properties[*key])).collect()
}

fn pipeline_keys() -> String {
    let mut out = String::new();
    head(&mut out, &["key", "is a", "default", "means"]);
    let mut add = |key: String, schema: &Value| {
        let means = schema["description"].as_str().expect("every key is described");
        row(&mut out, &[&format!("`{key}`"), &kind(schema), &default(schema), means]);
    };
    let order = ["name", "description", "languages", "extends", "remove", "vars", "stage", "test"];
    for (key, schema) in entries(&SCHEMA, &order) {
        let key = match key {
            "stage" | "test" => format!("[[{key}]]"),
            "vars" => "[vars]".into(),
            _ => key.to_owned(),
        };
        add(key, schema);
    }
    let stages = SCHEMA["$defs"]["stage"]["anyOf"].as_array().expect("kinds of stages");
    let titled = |title: &str| stages.iter().find(|stage| stage["title"] == title).expect("a kind of stage");
    let plugin = &titled("another plugin")["properties"]["plugin"];
    let library = titled("a library");
    for (key, schema) in entries(library, &["id", "plugin", "config", "before", "after"]) {
        if key == "plugin" {
            add("stage.plugin".into(), plugin);
            add("stage.plugin".into(), schema);
            let order = ["path", "id", "isolate", "time_limit", "memory_limit"];
            for (key, schema) in entries(schema, &order) {
                add(format!("stage.plugin.{key}"), schema);
            }
        } else {
            add(format!("stage.{key}"), schema);
        }
    }
    for (key, schema) in entries(&SCHEMA["$defs"]["test"], &["name", "text", "expect"]) {
        let key = if key == "expect" { "expect.LAYER" } else { key };
        add(format!("test.{key}"), schema);
    }
    out
}

/// Ids of the built-in plugins in the natural order of the data.
fn built_in() -> Vec<String> {
    let stages = SCHEMA["$defs"]["stage"]["anyOf"].as_array().expect("kinds of stages");
    let titles = stages.iter().filter_map(|stage| stage["title"].as_str());
    titles.filter(|title| SCHEMA["$defs"].get(format!("config_{title}")).is_some()).map(str::to_owned).collect()
}

/// The layers in the output of `plugin info`: the list, and `LAYER: COLUMN TYPE, ···`.
fn layer_lines(plugin: &str) -> Vec<(String, String)> {
    let info = copydesk(&["plugin", "info", plugin]);
    let mut list = String::new();
    let mut lines = Vec::new();
    for line in info.lines().skip_while(|line| !line.starts_with("batches")).skip(1) {
        let (name, entry) = line.split_at_checked(10).unwrap_or((line, ""));
        if line.is_empty() || name.starts_with("models") || name.starts_with("options") {
            break;
        }
        if !name.trim().is_empty() {
            name.trim().clone_into(&mut list);
        }
        lines.push((list.clone(), entry.to_owned()));
    }
    lines
}

fn plugins() -> String {
    let mut out = String::new();
    for plugin in built_in() {
        let info = copydesk(&["plugin", "info", &plugin]);
        let does = info.lines().nth(1).unwrap_or_default();
        let _ = writeln!(out, "### `{plugin}`\n\n{does}.\n");
        head(&mut out, &["", "layer"]);
        for (list, entry) in layer_lines(&plugin) {
            let (entry, optional) = match entry.strip_suffix(" (optional)") {
                Some(entry) if list == "writes" => (entry, ", if its options ask for it"),
                Some(entry) => (entry, ", if it is there"),
                None => (entry.as_str(), ""),
            };
            let (layer, columns) = entry.split_once(": ").unwrap_or((entry, ""));
            let columns: Vec<String> = columns
                .split(", ")
                .filter_map(|column| column.split_once(' '))
                .map(|(name, kind)| format!("`{name}` {kind}"))
                .collect();
            let columns = if columns.is_empty() { String::new() } else { format!(": {}", columns.join(", ")) };
            row(&mut out, &[&list, &format!("`{layer}`{columns}{optional}")]);
        }
        let config = &SCHEMA["$defs"][format!("config_{plugin}")]["properties"];
        let options = config.as_object().expect("options");
        if options.is_empty() {
            out.push_str("\nIt has no options.\n\n");
            continue;
        }
        out.push('\n');
        head(&mut out, &["option", "is a", "default", "means"]);
        for (name, schema) in options {
            let means = schema["description"].as_str().expect("every option is described");
            row(&mut out, &[&format!("`{name}`"), &kind(schema), &default(schema), means]);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

/// A layer, what a row of it is, and what its columns hold.
type Meaning = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const MEANINGS: [Meaning; standard::LAYERS.len()] = [
    (
        "blocks",
        "a paragraph-like block",
        &[("kind", "headline, dateline, byline, paragraph, list_item, pull_quote or caption")],
    ),
    ("sentences", "a sentence", &[("block", "the block it is in")]),
    (
        "tokens",
        "a word as in Universal Dependencies: `do` and `n't`",
        &[
            ("sentence", "the sentence it is in"),
            ("space_after", "1 where white space or the end of the text follows, else 0"),
            ("part", "0, or n for the n-th later word of one surface token: 1 for `n't` of `don't`"),
        ],
    ),
    ("vectors", "a piece of a word", &[("token", "the word"), ("vector", "its vector; the model fixes the width")]),
    (
        "entities",
        "a name",
        &[
            ("label", "PERSON, ORG, GPE and so on"),
            ("score", "probability"),
            ("actor", "the participant that it names; none for dates, sums and the like"),
        ],
    ),
    (
        "quotes",
        "an attribution",
        &[
            ("kind", "direct, mixed or indirect"),
            ("act", "speech, writing, thought or intention"),
            ("score", "probability"),
            ("speaker", "the participant whose words they are, or none"),
            ("speaker_score", "probability that the speaker is right; 0 without one"),
        ],
    ),
    ("quote_parts", "a span of an attribution", &[("quote", "the attribution"), ("role", "content, cue or source")]),
    (
        "actors",
        "a participant",
        &[
            ("name", "the longest name"),
            ("label", "as of names"),
            ("role", "the role in the article's own words, or empty"),
            ("affiliation", "the organisation or place that it speaks for, or empty"),
            ("kb_id", "the id in the knowledge base, or empty"),
            ("kb_score", "probability that the id is right; 0 without one"),
        ],
    ),
    (
        "mentions",
        "a name, a nominal or a pronoun for a participant",
        &[("actor", "the participant"), ("type", "name, nominal or pronoun")],
    ),
    (
        "stances",
        "how one stands toward a participant where it is mentioned",
        &[
            ("holder", "the participant who holds it; none for the article's own voice"),
            ("target", "the participant whom it is about"),
            ("mention", "where"),
            ("polarity", "-1, against, to 1, for"),
            ("score", "probability of its class"),
        ],
    ),
];

fn layers() -> String {
    let mut out = String::new();
    head(&mut out, &["layer", "a row is", "order", "column", "type", "holds", "made by"]);
    let makers: Vec<(String, String, String)> = built_in()
        .into_iter()
        .flat_map(|plugin| layer_lines(&plugin).into_iter().map(move |(list, entry)| (plugin.clone(), list, entry)))
        .collect();
    let maker = |wanted: &[&str], layer: &str, column: &str| -> String {
        let makes = |(_, list, entry): &&(String, String, String)| {
            let (name, columns) = entry.split_once(": ").unwrap_or((entry, ""));
            wanted.contains(&list.as_str())
                && name == layer
                && columns.split(", ").any(|found| found.split(' ').next() == Some(column))
        };
        makers.iter().find(makes).map_or_else(|| panic!("who makes {layer}.{column}?"), |(plugin, ..)| plugin.clone())
    };
    assert_eq!(MEANINGS.map(|(layer, ..)| layer), standard::LAYERS, "each standard layer has its meaning in this test");
    for (layer, is, columns) in MEANINGS {
        let made = standard::layer(layer).expect("a standard layer");
        let order = match made.order {
            Order::Disjoint => "disjoint",
            Order::Sorted => "sorted",
            Order::Any => "any",
        };
        for name in made.columns.keys() {
            assert!(columns.iter().any(|(column, _)| column == name), "what is {layer}.{name}? say it in this test");
        }
        for (i, (column, holds)) in columns.iter().enumerate() {
            let own = made.columns.get(*column);
            let kind = own.cloned().or_else(|| standard::extension(layer, column)).expect("a standard column");
            let plugin = maker(if own.is_some() { &["writes"] } else { &["writes", "extends"] }, layer, column);
            let (name, is, order) = if i == 0 { (format!("`{layer}`"), is, order) } else { Default::default() };
            row(
                &mut out,
                &[&name, is, order, &format!("`{column}`"), &kind.to_string(), holds, &format!("`{plugin}`")],
            );
        }
    }
    out
}

fn abi() -> String {
    use abi::Prefix;
    let mut out = String::new();
    let version = format!("{}.{}", abi::ABI_MAJOR, abi::ABI_MINOR);
    let magic = String::from_utf8(abi::MAGIC.to_vec()).expect("ASCII");
    let _ = writeln!(
        out,
        "The version is {version}. An entry is the static `{}`, or `{}` with the crate's name.",
        abi::SYMBOL_C,
        abi::SYMBOL_PREFIX
    );
    let _ = writeln!(out, "Its first {} bytes are frozen:\n", size_of::<Prefix>());
    head(&mut out, &["offset", "bytes", "field", "holds"]);
    let mut field = |offset: usize, bytes: usize, name: &str, holds: String| {
        row(&mut out, &[&offset.to_string(), &bytes.to_string(), &format!("`{name}`"), &holds]);
    };
    let word = size_of::<u32>();
    field(offset_of!(Prefix, magic), abi::MAGIC.len(), "magic", format!("`{magic}`"));
    field(offset_of!(Prefix, abi_major), 2, "abi_major", format!("{}; another is refused", abi::ABI_MAJOR));
    field(
        offset_of!(Prefix, abi_minor),
        2,
        "abi_minor",
        format!("{}; a newer one than the host's is refused", abi::ABI_MINOR),
    );
    field(offset_of!(Prefix, pointer_width), 1, "pointer_width", "bits of a pointer: 64 or 32".into());
    let (little, big) = (abi::ENDIAN_LITTLE, abi::ENDIAN_BIG);
    field(offset_of!(Prefix, endianness), 1, "endianness", format!("{little} little, {big} big"));
    let (unwind, abort, none) = (abi::PANIC_UNWIND, abi::PANIC_ABORT, abi::PANIC_NONE);
    let panics =
        format!("{unwind} panics are caught, {abort} they end the process (refused), {none} there are none, as in C");
    field(offset_of!(Prefix, panic_strategy), 1, "panic_strategy", panics);
    field(offset_of!(Prefix, reserved), 1, "reserved", "0".into());
    let hash = format!("a hash of all sizes and offsets: `{:#018x}` on 64-bit machines", abi::LAYOUT_HASH);
    field(offset_of!(Prefix, layout_hash), 8, "layout_hash", hash);
    field(offset_of!(Prefix, descriptor_count), word, "descriptor_count", "plugins in the library, one or more".into());
    field(offset_of!(Prefix, reserved2), word, "reserved2", "0".into());
    out.push('\n');
    head(&mut out, &["constant", "value", "means"]);
    let (batch, needs) = (abi::EXTENSION_ANNOTATE_BATCH, abi::EXTENSION_NEEDS);
    for (name, value, means) in [
        ("STATUS_OK", abi::STATUS_OK.to_string(), "the call did what it should"),
        ("STATUS_ERROR", abi::STATUS_ERROR.to_string(), "it failed; `fail` was told why"),
        ("STATUS_CANCELLED", abi::STATUS_CANCELLED.to_string(), "it stopped because `is_cancelled` said so"),
        ("STATUS_PANICKED", abi::STATUS_PANICKED.to_string(), "the plugin panicked; `fail` was given the message"),
        ("KIND_U32", abi::KIND_U32.to_string(), "a column of numbers from 0 to 4,294,967,295"),
        ("KIND_F32", abi::KIND_F32.to_string(), "a column of floats, `width` of them a row"),
        ("KIND_F16", abi::KIND_F16.to_string(), "a column of half floats, `width` of them a row; since 1.1"),
        ("KIND_STRING", abi::KIND_STRING.to_string(), "a column of UTF-8"),
        ("KIND_REF", abi::KIND_REF.to_string(), "a column of row numbers of another layer"),
        ("NONE", format!("{:#x}", abi::NONE), "in such a column: no row"),
        ("EXTENSION_ANNOTATE_BATCH", format!("`{batch}`"), "several documents a call"),
        ("EXTENSION_NEEDS", format!("`{needs}`"), "which of its optional layers an instance cannot do without"),
    ] {
        row(&mut out, &[&format!("`COPYDESK_{name}`"), &value, means]);
    }
    out
}

/// The page with each part between `<!-- NAME: made by a test -->` and `<!-- end -->` made anew.
fn made(page: &str) -> String {
    let parts = [
        ("commands", exit_statuses()),
        ("pipeline keys", pipeline_keys()),
        ("layers", layers()),
        ("plugins", plugins()),
        ("abi", abi()),
    ];
    parts.iter().fold(page.to_owned(), |page, (name, table)| {
        let (begin, end) = (format!("<!-- {name}: made by a test -->\n"), "<!-- end -->");
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has no {begin}"));
        let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("{begin} has no end"));
        format!("{before}{begin}\n{table}\n{end}{after}")
    })
}

#[test]
fn the_committed_reference_is_the_one_that_is_made() {
    let path = copydesk_tests::root().join("docs/reference.md");
    let committed = fs::read_to_string(&path).expect("the page is committed");
    let page = made(&committed);
    if std::env::var_os("COPYDESK_BLESS").is_some() {
        fs::write(&path, &page).expect("the page can be written");
        return;
    }
    assert!(
        committed == page,
        "docs/reference.md is out of date; run COPYDESK_BLESS=1 cargo test -p copydesk-tests --test all reference"
    );
}

#[test]
fn every_key_of_a_result_is_described() {
    let page = fs::read_to_string(copydesk_tests::root().join("docs/output.md")).expect("the page");
    let table = page.split_once("| key | holds |\n| --- | --- |\n").expect("its table").1;
    let rows = table.lines().take_while(|line| line.starts_with("| `"));
    let described: BTreeSet<String> = rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect();
    let article = copydesk_tests::root().join("examples/article.txt").display().to_string();
    let result: Value =
        serde_json::from_str(&copydesk(&["analyze", "-p", "fast", "-f", "json", &article])).expect("JSON");
    let mut found: BTreeSet<String> = result.as_object().expect("an object").keys().cloned().collect();
    // Only a plugin of one's own writes others.
    found.insert("layers".into());
    assert_eq!(described, found);
}
