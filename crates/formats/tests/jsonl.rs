//! Documents through JSON lines: layers that a line brings, and results that are read again.

use copydesk_core::{
    Article, Column, ColumnData, ColumnType, Document, Layer, LayerType, Metadata, NONE, OffsetUnit, Origin, Span,
    standard,
};
use copydesk_formats::result::ResultLine;
use copydesk_formats::{
    DocumentError, DocumentWriter, Duplicate, FORMATS, JsonWriter, JsonlReader, Layout, Parts, View, WriterOptions,
};
use proptest::prelude::*;
use serde_json::Value;

fn read(input: &str, unit: OffsetUnit) -> Result<Document, String> {
    let mut reader = JsonlReader::new(input.as_bytes(), unit);
    let document = reader.next().expect("a line").map_err(|error| error.message().to_owned());
    assert!(reader.next().is_none());
    document
}

fn put(document: &mut Document, name: &str, spans: &[[u32; 2]], columns: Vec<(&str, ColumnData)>) {
    let mut layer = Layer::new(name, standard::layer(name).expect("a standard layer"));
    let spans: Vec<Span> = spans.iter().map(|[start, end]| Span::new(*start, *end)).collect();
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), &spans, columns).expect("rows that fit");
    document.put(layer);
}

fn extend(document: &mut Document, layer: &str, column: &str, kind: &ColumnType, data: ColumnData) {
    let mut extended = document.layer(layer).expect("the layer").clone();
    extended.extend(kind, Column { name: column.into(), data }).expect("a column that fits");
    document.put(extended);
}

fn floats(values: &[f32]) -> ColumnData {
    ColumnData::F32 { width: 1, values: values.to_vec() }
}

fn refs(layer: &str, rows: &[u32]) -> ColumnData {
    ColumnData::Ref { layer: layer.into(), rows: rows.to_vec() }
}

/// "Zoë didn’t “go”, she said." with every layer.
fn full() -> Document {
    let mut document = Document::new("a\"1", "Zoë didn’t “go”, she said.").expect("short");
    document.meta.insert("date".into(), "2024-05-01".into());
    document.metadata = Metadata {
        title: Some("No “go”".into()),
        authors: vec!["Ana Ruiz".into(), "Bo".into()],
        published: "2024-05-01T09:30:00+02:00".parse().ok(),
        language: Some("en".into()),
        ..Metadata::default()
    };
    document.origin = Origin { file: Some("desk.jsonl".into()), line: Some(7), ..Origin::default() };
    put(&mut document, "blocks", &[[0, 33]], vec![("kind", ColumnData::strings(["paragraph"]))]);
    put(&mut document, "sentences", &[[0, 33]], vec![("block", refs("blocks", &[0]))]);
    let tokens = [[0, 4], [5, 8], [8, 13], [14, 17], [17, 19], [19, 22], [22, 23], [24, 27], [28, 32], [32, 33]];
    let columns = vec![
        ("sentence", refs("sentences", &[0; 10])),
        ("space_after", ColumnData::U32(vec![1, 0, 1, 0, 0, 0, 1, 1, 0, 1])),
        ("part", ColumnData::U32(vec![0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
    ];
    put(&mut document, "tokens", &tokens, columns);
    let columns = vec![("label", ColumnData::strings(["PERSON"])), ("score", floats(&[0.98765]))];
    put(&mut document, "entities", &[[0, 4]], columns);
    let columns = vec![
        ("kind", ColumnData::strings(["direct"])),
        ("act", ColumnData::strings(["speech"])),
        ("score", floats(&[0.5])),
    ];
    put(&mut document, "quotes", &[[14, 32]], columns);
    let columns = vec![("quote", refs("quotes", &[0; 3])), ("role", ColumnData::strings(["cue", "content", "source"]))];
    put(&mut document, "quote_parts", &[[28, 32], [14, 22], [24, 27]], columns);
    let columns =
        vec![("name", ColumnData::strings(["Zoë", "“go”"])), ("label", ColumnData::strings(["PERSON", "MISC"]))];
    put(&mut document, "actors", &[[0, 4], [14, 22]], columns);
    let columns =
        vec![("actor", refs("actors", &[0, 1, 0])), ("type", ColumnData::strings(["name", "nominal", "pronoun"]))];
    put(&mut document, "mentions", &[[0, 4], [14, 22], [24, 27]], columns);
    let columns = vec![
        ("holder", refs("actors", &[0, NONE])),
        ("target", refs("actors", &[1, 0])),
        ("mention", refs("mentions", &[1, 0])),
        ("polarity", floats(&[-0.7, 0.0])),
        ("score", floats(&[0.8, 1.0])),
    ];
    put(&mut document, "stances", &[[0, 33], [0, 33]], columns);
    let actor = ColumnType::Ref { layer: "actors".into(), optional: true };
    extend(&mut document, "entities", "actor", &actor, refs("actors", &[0]));
    extend(&mut document, "quotes", "speaker", &actor, refs("actors", &[0]));
    extend(&mut document, "quotes", "speaker_score", &ColumnType::F32 { width: 1 }, floats(&[0.875]));
    extend(&mut document, "actors", "role", &ColumnType::String, ColumnData::strings(["senior advisor", ""]));
    extend(&mut document, "actors", "affiliation", &ColumnType::String, ColumnData::strings(["", ""]));
    extend(&mut document, "actors", "kb_id", &ColumnType::String, ColumnData::strings(["Q42", ""]));
    extend(&mut document, "actors", "kb_score", &ColumnType::F32 { width: 1 }, floats(&[0.75, 0.0]));
    document
}

fn provenance() -> Value {
    let stage = serde_json::json!({"id": "tokenizer", "version": "0.1.0"});
    serde_json::json!({"pipeline": "fast", "copydesk": "0.1.0", "stages": [stage]})
}

fn options(unit: OffsetUnit, parts: Parts) -> WriterOptions {
    let options = WriterOptions { unit, parts, ..WriterOptions::default() };
    options.with_provenance(&provenance()).expect("JSON")
}

fn write(document: &Document, unit: OffsetUnit, parts: Parts) -> String {
    let mut out = Vec::new();
    JsonWriter::new(&options(unit, parts)).line(&article(document), &mut out);
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn article(document: &Document) -> Article {
    Article::new(document.clone()).expect("standard layers")
}

fn page(document: &Document, width: usize, color: bool) -> String {
    let mut out = String::new();
    View::new(width, color).page(&article(document), &mut out);
    out
}

#[test]
fn everything() {
    insta::assert_snapshot!(write(&full(), OffsetUnit::Char, Parts::default()).replace(",\"", ",\n\""));
}

#[test]
fn units() {
    let parts = || Parts::named(["entities", "sentences"]);
    for (unit, length) in [(OffsetUnit::Char, 26), (OffsetUnit::Byte, 33), (OffsetUnit::Utf16, 26)] {
        let value: serde_json::Value = serde_json::from_str(&write(&full(), unit, parts())).expect("JSON");
        assert_eq!(value["sentences"][0][1], length);
        assert_eq!(value["offsets"], unit.name());
        assert!(value.get("text").is_none() && value.get("provenance").is_none());
    }
}

#[test]
fn layers_of_other_plugins() {
    let mut document = full();
    let kind = LayerType {
        columns: [
            ("how", ColumnType::String),
            ("token", ColumnType::Ref { layer: "tokens".into(), optional: true }),
            ("weight", ColumnType::F32 { width: 1 }),
        ]
        .into_iter()
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect(),
        ..LayerType::default()
    };
    let mut layer = Layer::new("shouts", kind);
    let columns =
        [("how", ColumnData::strings(["loud"])), ("token", refs("tokens", &[NONE])), ("weight", floats(&[0.25]))];
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), &[Span::new(0, 4)], columns).expect("rows that fit");
    document.put(layer);
    let mut vectors = Layer::new(
        "vectors",
        LayerType { columns: [("x".to_owned(), ColumnType::F32 { width: 2 })].into(), ..LayerType::default() },
    );
    let column = Column { name: "x".into(), data: ColumnData::F32 { width: 2, values: vec![0.5, -1.0] } };
    vectors.append(document.text(), &[Span::new(0, 4)], vec![column]).expect("rows that fit");
    document.put(vectors);
    extend(&mut document, "sentences", "mood", &ColumnType::String, ColumnData::strings(["calm"]));
    extend(&mut document, "actors", "wiki", &ColumnType::U32, ColumnData::U32(vec![42, 43]));

    let value = |parts| -> serde_json::Value {
        serde_json::from_str(&write(&document, OffsetUnit::Char, parts)).expect("JSON")
    };
    let all = value(Parts::default());
    assert_eq!(all["layers"]["shouts"].to_string(), r#"[{"end":3,"how":"loud","start":0,"token":null,"weight":0.25}]"#);
    assert_eq!(all["layers"]["sentences"].to_string(), r#"[{"block":0,"end":26,"mood":"calm","start":0}]"#);
    assert_eq!(all["actors"][1]["wiki"], 43);
    assert!(all["layers"].get("vectors").is_none());
    let vectors = value(Parts::named(["vectors"]));
    assert_eq!(vectors["layers"].to_string(), r#"{"vectors":[{"end":3,"start":0,"x":[0.5,-1]}]}"#);
    assert!(value(Parts::named(["entities"])).get("layers").is_none());
}

#[test]
fn reading_view() {
    let mut document = full();
    document.meta.clear();
    for (name, color) in [("plain", false), ("color", true)] {
        insta::assert_snapshot!(name, page(&document, 48, color).replace('\u{1b}', "\u{241b}"));
    }
}

#[test]
fn nothing_of_the_text_controls_the_terminal() {
    let text = "a\u{1b}[2Jb\r\0c\u{9b}31md\u{202e}e\u{7f}\n\u{7}".repeat(3);
    let document = Document::new("\u{1b}]0;x\u{7}", text).expect("short");
    let mut out = page(&document, 40, false);
    let error = DocumentError { id: "\u{1b}c".into(), message: "\u{1b}c".into(), ..DocumentError::default() };
    View::new(40, false).error_page(&error, &mut out);
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
    assert!(!out.contains('\u{202e}'));
}

#[test]
fn long_words_and_narrow_terminals() {
    let document = Document::new("x", format!("{} b", "ab".repeat(50_000))).expect("short");
    let out = page(&document, 0, false);
    assert!(out.lines().all(|line| line.chars().count() <= 24));
    assert_eq!(out.matches("ab").count(), 50_000);
}

#[test]
fn errors() {
    let mut out = Vec::new();
    let writer = JsonWriter::new(&WriterOptions::default());
    let error =
        DocumentError { id: "a".into(), message: "no \"text\"".into(), line: Some(3), ..DocumentError::default() };
    writer.error_line(&error, &mut out);
    writer.error_line(&DocumentError { stage: Some("ner".into()), line: None, ..error }, &mut out);
    let expected = concat!(
        r#"{"schema":"copydesk/1","id":"a","error":{"stage":null,"message":"no \"text\"","line":3}}"#,
        "\n",
        r#"{"schema":"copydesk/1","id":"a","error":{"stage":"ner","message":"no \"text\"","line":null}}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
}

#[test]
fn what_is_known_of_an_article() {
    let line = r#"{"text": "a", "title": "T", "authors": ["A", "B"], "published": "2024-05-01", "modified": null,
        "outlet": "", "section": "s", "language": "es-MX", "url": "https://a.b/?c", "source": "Reuters"}"#;
    let document = read(&line.replace('\n', " "), OffsetUnit::Char).expect("fits");
    let text = |text: &str| Some(text.to_owned());
    let expected = Metadata {
        title: text("T"),
        authors: vec!["A".into(), "B".into()],
        published: "2024-05-01".parse().ok(),
        modified: None,
        outlet: text(""),
        section: text("s"),
        language: text("es-MX"),
        url: text("https://a.b/?c"),
    };
    assert_eq!(document.metadata, expected);
    assert_eq!(
        document.origin,
        Origin { line: Some(1), ..Origin::default() },
        "where it was read, whatever the line says"
    );
    let line = write(&document, OffsetUnit::Char, Parts::named(["title", "authors", "modified", "source"]));
    let expected = concat!(
        r#""offsets":"char","title":"T","authors":["A","B"],"modified":null,"#,
        r#""source":{"file":null,"line":1,"encoding":null,"language":null}}"#
    );
    assert!(line.ends_with(&format!("{expected}\n")), "{line}");
    let nothing = Document::new("x", "a").expect("short");
    let line = write(&nothing, OffsetUnit::Char, Parts::named(["authors", "published", "source"]));
    assert!(line.ends_with("\"offsets\":\"char\",\"authors\":null,\"published\":null,\"source\":null}\n"), "{line}");
}

#[test]
fn a_duplicate_is_a_line() {
    let origin = Origin { file: Some("desk.jsonl".into()), line: Some(7), ..Origin::default() };
    let duplicate = Duplicate { id: "b".into(), duplicate_of: "a".into(), origin };
    let mut line = Vec::new();
    JsonWriter::new(&options(OffsetUnit::Char, Parts::default())).duplicate_line(&duplicate, &mut line);
    let read: ResultLine = serde_json::from_slice(&line).expect("a line of the schema");
    let ResultLine::Duplicate(read) = read else { panic!("{read:?}") };
    assert_eq!((read.id.as_str(), read.duplicate_of.as_str()), ("b", "a"));
    assert_eq!(read.source.and_then(|source| source.line), Some(7));
}

#[test]
fn metadata_of_another_type() {
    let cases = [
        (r#""title": 3"#, r#""title" must be a string"#),
        (r#""authors": "Ana""#, r#""authors" must be a list of strings"#),
        (r#""authors": ["Ana", 3]"#, r#""authors" must be a list of strings"#),
        (r#""language": {"code": "en"}"#, r#""language" must be a string"#),
        (r#""modified": 1714550000"#, r#""modified" must be a string"#),
        (
            r#""published": "May 1, 2024""#,
            r#""published": "May 1, 2024" is no date; write it as in ISO 8601, "2024-05-01" or "2024-05-01T09:30:00Z""#,
        ),
        (r#""url": "\ud800""#, r#""url": an escape such as \ud800 stands alone; surrogates come in pairs (column 29)"#),
    ];
    for (key, expected) in cases {
        assert_eq!(read(&format!(r#"{{"text": "a", {key}}}"#), OffsetUnit::Char).expect_err(key), expected);
    }
}

/// The line as the types have it, and as JSON. Numbers are compared by their values: `1` is `1.0`.
fn typed(line: &str) -> (Value, Value) {
    fn normal(value: Value) -> Value {
        match value {
            Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
            Value::Array(items) => items.into_iter().map(normal).collect(),
            Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, normal(value))).collect(),
            other => other,
        }
    }
    let mut written: Value = serde_json::from_str(line).expect("JSON");
    let read: ResultLine = serde_json::from_str(line).expect("a line of the schema");
    // The types do not tell a key that is not there from null at the line's head.
    written.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    (normal(serde_json::to_value(read).expect("JSON")), normal(written))
}

#[test]
fn lines_are_those_of_the_types() {
    let mut without_actors = Document::new("x", "Ana.").expect("short");
    let columns = vec![("label", ColumnData::strings(["PERSON"])), ("score", floats(&[1.0]))];
    put(&mut without_actors, "entities", &[[0, 3]], columns);
    let mut with_layer = Document::new("x", "a").expect("short");
    with_layer.put(Layer::new("shouts", LayerType::default()));
    for document in [full(), without_actors, with_layer, Document::new("x", "").expect("short")] {
        for parts in [Parts::default(), Parts::named(["quotes", "tokens", "url", "source"]), Parts::named(["entities"])]
        {
            let (read, written) = typed(&write(&document, OffsetUnit::Utf16, parts));
            assert_eq!(read, written);
        }
    }
    let mut out = Vec::new();
    let writer = JsonWriter::new(&WriterOptions::default());
    writer.error_line(&DocumentError { id: "a".into(), message: "no".into(), ..DocumentError::default() }, &mut out);
    let line = String::from_utf8(out).expect("UTF-8");
    let (read, written) = typed(&line);
    assert_eq!(read, written);
    assert!(matches!(serde_json::from_str(&line), Ok(ResultLine::Error(_))));
}

#[test]
fn every_format_writes_documents_and_errors() {
    let article = article(&full());
    let error = DocumentError { id: "b".into(), message: "wrong".into(), ..DocumentError::default() };
    // A document without a result has no files of its own.
    for format in FORMATS.into_iter().filter(|format| format.layout == Layout::File) {
        let mut writer: Box<dyn DocumentWriter> = (format.writer)(&options(OffsetUnit::Char, Parts::default()));
        let mut out = Vec::new();
        let mut written = || {
            writer.begin(&mut out)?;
            writer.document(&article, &mut out)?;
            writer.error(&error, &mut out)?;
            writer.document(&article, &mut out)?;
            writer.finish(&mut out)
        };
        written().expect("a vector takes everything");
        let out = String::from_utf8(out).expect("UTF-8");
        let (first, rest) = out.split_once("wrong").expect("the error");
        assert!(first.contains("Zoë") && rest.contains("Zoë"), "{}", format.name);
        assert!(!out.contains('\u{1b}'), "{}: colours only if asked for", format.name);
    }
}

#[test]
fn numbers_of_the_metadata_stay_the_same() {
    let meta = r#"{"a":[0.1,2.5099999999999997e+39,1.7976931348623157e+308,5e-324,-0.0,18446744073709551615,1.0]}"#;
    let document = read(&format!(r#"{{"text": "a", "meta": {meta}}}"#), OffsetUnit::Char).expect("fits");
    let line = write(&document, OffsetUnit::Char, Parts::default());
    assert!(line.contains(meta), "{line}");
}

#[test]
fn given_entities_may_nest() {
    let line = r#"{"text": "é b d", "entities": [{"start": 0, "end": 1, "label": "A"}, {"start": 0, "end": 5, "label": "B"}]}"#;
    let document = read(line, OffsetUnit::Char).expect("nested names are taken as given");
    let entities = document.layer("entities").expect("entities");
    assert_eq!(entities.spans(), [Span::new(0, 6), Span::new(0, 2)], "the outer one first");
}

#[test]
fn given_layers_that_do_not_fit() {
    let cases = [
        (r#""entities": 3"#, r#""entities" must be a list of objects"#),
        (r#""entities": [[0, 1, "PER"]]"#, r#"entities[0] must be an object, not [0, 1, "PER"]"#),
        (r#""entities": [{"start": 0, "end": 1}]"#, "entities[0]: missing field `label` (column 22)"),
        (
            r#""entities": [{"start": -1, "end": 1, "label": "A"}]"#,
            "entities[0]: invalid value: integer `-1`, expected u32 (column 12)",
        ),
        (r#""entities": [{"start": 1, "end": 1, "label": "A"}]"#, "entities[0]: 1..1 is empty"),
        (
            r#""entities": [{"start": 0, "end": 1, "label": "A"}, {"start": 4, "end": 9, "label": "A"}]"#,
            "entities[1]: 4..9 is outside the text, which has 7 code points",
        ),
        (
            r#""entities": [{"start": 0, "end": 1, "label": "A", "text": "b"}]"#,
            r#"entities[0]: "text" is "b", but the text at 0..1 is "é"; offsets are in unit char"#,
        ),
        (
            r#""offsets": "byte", "entities": [{"start": 0, "end": 1, "label": "A"}]"#,
            "entities[0]: 0..1 cuts a character; offsets count bytes",
        ),
        (r#""sentences": [[0, 2]], "tokens": [[0, 1], [3, 7]]"#, "tokens[1] lies in no sentence"),
        (r#""sentences": [[0, 7]], "tokens": [[3, 7], [0, 1]]"#, "tokens[1]: 0..1 overlaps or precedes the one before"),
        (
            r#""sentences": [[0, 7]], "tokens": [[0, 7]], "multiword_tokens": [{"token": 1, "words": []}]"#,
            "multiword_tokens[0]: no token 1, or given twice",
        ),
        (r#""quotes": [{"kind": "direct", "content": []}]"#, "quotes[0] has neither content nor cue nor source"),
    ];
    for (layers, expected) in cases {
        let line = format!(r#"{{"text": "é b 😀 d", {layers}}}"#);
        assert_eq!(read(&line, OffsetUnit::Char).expect_err(layers), expected);
    }
}

#[test]
fn given_entities() {
    let line = r#"{"text": "é b 😀 d", "entities": [
        {"start": 4, "end": 7, "label": "X", "score": 0.5}, {"start": 0, "end": 1, "label": "Y", "text": "é"},
        {"start": 0, "end": 1, "label": "Y"}]}"#
        .replace('\n', " ");
    let document = read(&line, OffsetUnit::Char).expect("fits");
    let entities = document.layer("entities").expect("given");
    assert_eq!(entities.spans(), [Span::new(0, 2), Span::new(5, 11)]);
    assert_eq!(entities.column("label"), Some(&ColumnData::strings(["Y", "X"])));
    assert_eq!(entities.column("score"), Some(&floats(&[1.0, 0.5])));
    // Half of a segmentation is passed over, as are another program's tokens.
    let document = read(r#"{"text": "a b", "tokens": [[0, 1], [2, 3]]}"#, OffsetUnit::Char).expect("fits");
    assert!(document.layers().is_empty());
}

#[test]
fn blocks_without_sentences() {
    let line = r#"{"text": "é b. C.", "blocks": [{"start": 0, "end": 4, "kind": "caption"}], "tokens": [[0, 1]]}"#;
    let document = read(line, OffsetUnit::Char).expect("fits");
    let blocks = document.layer("blocks").expect("given");
    assert_eq!(blocks.spans(), [Span::new(0, 5)]);
    assert_eq!(blocks.column("kind"), Some(&ColumnData::strings(["caption"])));
    assert_eq!(document.layers().len(), 1);
    for (blocks, message) in [
        (r#"[{"start": 0, "end": 9, "kind": "x"}]"#, "blocks[0]: 0..9 is outside the text"),
        (r#"[{"start": 0, "end": 4, "kind": 1}]"#, "blocks[0]: invalid type"),
        (r#"[{"start": 3, "end": 4, "kind": "x"}, {"start": 0, "end": 4, "kind": "x"}]"#, "blocks[1]: 0..4 overlaps"),
    ] {
        let line = format!(r#"{{"text": "é b. C.", "blocks": {blocks}}}"#);
        let error = read(&line, OffsetUnit::Char).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn sentences_without_blocks() {
    let line = r#"{"text": "A b. C.\n\nD.", "sentences": [[0, 4], [5, 7], [9, 11]], "tokens": [[0, 1], [9, 10]]}"#;
    let document = read(line, OffsetUnit::Char).expect("fits");
    let blocks = document.layer("blocks").expect("made");
    assert_eq!(blocks.spans(), [Span::new(0, 7), Span::new(9, 11)]);
    let sentence = document.layer("tokens").expect("given").column("sentence").cloned();
    assert_eq!(sentence, Some(refs("sentences", &[0, 2])));
}

fn same(a: &Document, b: &Document, name: &str) {
    let (a, b) = (a.layer(name).expect("written"), b.layer(name).expect("read"));
    assert_eq!(a.spans(), b.spans(), "{name}");
    for column in b.columns() {
        match &column.data {
            // Scores are rounded.
            ColumnData::F32 { .. } => {}
            data => assert_eq!(a.column(&column.name), Some(data), "{name}.{}", column.name),
        }
    }
}

#[test]
fn results_are_read_again() {
    let document = full();
    for unit in [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16] {
        // The line says its unit itself, whatever the run's.
        let again = read(&write(&document, unit, Parts::default()), OffsetUnit::Char).expect("fits");
        assert_eq!((again.id(), again.text(), &again.meta), (document.id(), document.text(), &document.meta));
        assert_eq!(again.metadata, document.metadata);
        for name in ["blocks", "sentences", "tokens", "entities", "quotes"] {
            same(&document, &again, name);
        }
        let parts = again.layer("quote_parts").expect("read");
        assert_eq!(parts.spans(), [Span::new(14, 22), Span::new(28, 32), Span::new(24, 27)]);
    }
}

proptest! {
    #[test]
    fn any_text_and_spans_survive(
        text in "(\\PC|\r|\n|\t|\0|\u{1b}|\"|\\\\|😀|é|ש){0,60}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        unit in prop::sample::select(vec![OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16]),
    ) {
        let boundaries: Vec<u32> =
            text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
        let mut cuts: Vec<u32> = cuts.iter().map(|index| *index.get(&boundaries)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let spans: Vec<[u32; 2]> = cuts.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        let mut document = Document::new("x", text).expect("short");
        let labels = ColumnData::strings(spans.iter().map(|_| "MISC"));
        let scores = floats(&vec![1.0; spans.len()]);
        put(&mut document, "entities", &spans, vec![("label", labels), ("score", scores)]);
        let again = read(&write(&document, unit, Parts::default()), unit).expect("fits");
        prop_assert_eq!(again.text(), document.text());
        same(&document, &again, "entities");
    }

    #[test]
    fn no_bytes_do_harm(line in prop::collection::vec(any::<u8>(), 0..80)) {
        let read = JsonlReader::new(line.as_slice(), OffsetUnit::Char).count();
        prop_assert!(read <= 80);
    }

    #[test]
    fn no_spans_do_harm(
        pairs in prop::collection::vec((0u32..12, 0u32..12), 0..6),
        tokens in prop::collection::vec((0u32..12, 1u32..4), 0..6),
        token in 0usize..6,
        unit in prop::sample::select(vec!["char", "byte", "utf16"]),
    ) {
        let spans = |pairs: &[(u32, u32)]| pairs.iter().map(|(a, b)| serde_json::json!([a, b])).collect::<Vec<_>>();
        let tokens: Vec<(u32, u32)> = tokens.iter().map(|(start, length)| (*start, start + length)).collect();
        let objects = |extra: serde_json::Value| -> Vec<serde_json::Value> {
            let object = |(start, end): &(u32, u32)| {
                let mut object = serde_json::json!({"start": start, "end": end});
                object.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
                object
            };
            pairs.iter().map(object).collect()
        };
        let line = serde_json::json!({
            "text": "aé😀 b\n\nש c",
            "offsets": unit,
            "entities": objects(serde_json::json!({"label": "X"})),
            "blocks": objects(serde_json::json!({"kind": "paragraph"})),
            "sentences": spans(&pairs),
            "tokens": spans(&tokens),
            "multiword_tokens": [{"token": token, "words": spans(&tokens)}],
            "quotes": [{"kind": "direct", "content": spans(&pairs), "cue": spans(&tokens)}],
        });
        if let Ok(document) = read(&line.to_string(), OffsetUnit::Char) {
            for layer in document.layers() {
                prop_assert!(layer.check_references(|name| document.layer(name).map_or(0, Layer::len)).is_ok());
            }
            write(&document, OffsetUnit::Utf16, Parts::default());
            page(&document, 30, true);
        }
    }
}
