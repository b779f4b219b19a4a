//! Rows of a layer keep its rules; what breaks one is refused with a message that names row and rule.

use std::collections::BTreeMap;

use copydesk_core::{Column, ColumnData, ColumnType, Document, Layer, LayerType, NONE, Order, Span, standard};

/// Text, spans, and what the refusal says.
type Case = (&'static str, &'static [(u32, u32)], &'static str);

fn layer(name: &str) -> Layer {
    Layer::new(name, standard::layer(name).expect("a standard layer"))
}

/// Names that share no byte.
fn disjoint() -> Layer {
    let columns = standard::layer("entities").expect("a standard layer").columns;
    Layer::new("names", LayerType { order: Order::Disjoint, columns })
}

fn column(name: &str, data: ColumnData) -> Column {
    Column { name: name.to_owned(), data }
}

fn labels(rows: usize) -> Vec<Column> {
    vec![
        column("label", ColumnData::strings(vec!["ORG"; rows])),
        column("score", ColumnData::F32 { width: 1, values: vec![0.5; rows] }),
    ]
}

#[test]
fn spans_are_checked() {
    let cases: [Case; 7] = [
        ("abc", &[(0, 4)], "row 0: span 0..4 is outside the text of 3 bytes"),
        ("abc", &[(2, 1)], "row 0: span 2..1 ends before it starts"),
        ("aéb", &[(2, 3)], "row 0: span 2..3 cuts a character"),
        ("abc", &[(0, 1), (0, 1)], "row 1: span 0..1 overlaps or precedes the row before it, 0..1"),
        ("abc", &[(1, 2), (0, 1)], "row 1: span 0..1 overlaps or precedes"),
        ("", &[(0, 1)], "row 0: span 0..1 is outside the text of 0 bytes"),
        ("abc", &[(u32::MAX, u32::MAX)], "is outside the text"),
    ];
    for (text, spans, message) in cases {
        let spans: Vec<Span> = spans.iter().map(|(start, end)| Span::new(*start, *end)).collect();
        let mut entities = disjoint();
        let error = entities.append(text, &spans, labels(spans.len())).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
        assert!(entities.is_empty(), "nothing is kept");
    }
}

#[test]
fn names_may_nest_but_not_go_back() {
    let mut entities = layer("entities");
    entities.append("abcd", &[Span::new(0, 4), Span::new(0, 2), Span::new(1, 3)], labels(3)).expect("sorted by start");
    let error = entities.append("abcd", &[Span::new(0, 1)], labels(1)).expect_err("refused").to_string();
    assert!(error.contains("row 3: span 0..1 precedes the row before it, 1..3"), "{error}");
}

#[test]
fn columns_are_checked() {
    let one = [Span::new(0, 1)];
    let score = |values: Vec<f32>| column("score", ColumnData::F32 { width: 1, values });
    let label = || column("label", ColumnData::strings(["ORG"]));
    let cases = [
        (vec![label()], "column \"score\" is missing"),
        (vec![label(), score(vec![0.1, 0.2])], "column \"score\" has 2 values for 1 rows"),
        (vec![label(), column("score", ColumnData::U32(vec![1]))], "column \"score\" is u32, the manifest says f32"),
        (vec![label(), label(), score(vec![0.1])], "column \"label\" is given twice"),
        (vec![label(), score(vec![0.1]), column("x", ColumnData::U32(vec![1]))], "column \"x\" is not in the manifest"),
        (vec![label(), score(vec![f32::NAN])], "column \"score\" is not a finite number"),
    ];
    for (columns, message) in cases {
        let error = layer("entities").append("abc", &one, columns).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn values_are_those_of_the_rows() {
    let kind = |name: &str, kind: &str| (name.to_owned(), kind.parse().expect("a type"));
    let columns =
        [kind("f", "f32[2]"), kind("any", "f32[]"), kind("s", "string")].into_iter().collect::<BTreeMap<_, _>>();
    let new = || Layer::new("things", LayerType { order: Order::Any, columns: columns.clone() });
    let floats =
        |name: &str, width: u32, values: usize| column(name, ColumnData::F32 { width, values: vec![0.5; values] });
    let strings = |offsets: &[u32], bytes: &str| {
        column("s", ColumnData::Strings { offsets: offsets.to_vec(), bytes: bytes.to_owned() })
    };
    let sound = || vec![floats("f", 2, 2), floats("any", 3, 3), strings(&[0, 2], "é")];
    let cases = [
        (floats("f", 2, 3), "column \"f\" has 3 numbers for 1 rows of 2"),
        (floats("any", 3, 4), "column \"any\" has 4 numbers for 1 rows of 3"),
        (strings(&[1, 2], "é"), "column \"s\": its offsets do not divide its strings"),
        (strings(&[0, 1], "é"), "column \"s\": its offsets do not divide its strings"),
        (strings(&[0, 1], "ab"), "column \"s\": its offsets do not divide its strings"),
        (strings(&[0, 3], "ab"), "column \"s\": its offsets do not divide its strings"),
    ];
    let one = [Span::new(0, 1)];
    for (wrong, message) in cases {
        let mut layer = new();
        let mut columns = sound();
        columns.retain(|column| column.name != wrong.name);
        columns.push(wrong);
        let error = layer.append("abc", &one, columns).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
        assert!(layer.is_empty(), "nothing is kept");
    }
    let mut layer = new();
    layer.append("abc", &one, sound()).expect("sound rows");
    // A layer without rows has no room for values either.
    let any: ColumnType = "f32[]".parse().expect("a type");
    for values in [floats("more", 0, 4), floats("more", 2, 1)] {
        let error = new().extend(&any, values).expect_err("refused").to_string();
        assert!(error.contains("numbers for 0 rows"), "{error}");
    }
}

/// Floats for a column of half floats are rounded to the nearest one, ties to even; half floats are kept.
#[test]
fn half_floats_are_rounded() {
    let kind: ColumnType = "f16[2]".parse().expect("a type");
    let new =
        || Layer::new("things", LayerType { order: Order::Any, columns: [("h".to_owned(), kind.clone())].into() });
    let floats = |values: &[f32]| column("h", ColumnData::F32 { width: 2, values: values.to_vec() });
    let one = [Span::new(0, 1)];
    let step = 2f32.powi(-10);
    for (given, wanted) in [
        ([0.1, -0.1], [0.099_975_586, -0.099_975_586]),
        ([1.0 + step / 2.0, 1.0 + step * 1.5], [1.0, 1.0 + 2.0 * step]),
        ([1.0 + step * 0.51, 1.0 - step * 0.24], [1.0 + step, 1.0]),
        ([65504.0, -65519.0], [65504.0, -65504.0]),
        // The smallest half float, half of it, and the largest that is no normal one.
        ([6e-8, 2.9e-8], [2f32.powi(-24), 0.0]),
        ([6.09e-5, -0.0], [2f32.powi(-14) - 2f32.powi(-24) * 2.0, -0.0]),
    ] {
        let mut layer = new();
        layer.append("a", &one, vec![floats(&given)]).expect("numbers");
        let Some(ColumnData::F16 { width: 2, values }) = layer.column("h") else { panic!("half floats") };
        let found: Vec<u32> = values.iter().map(|value| value.to_f32().to_bits()).collect();
        assert_eq!(found, wanted.map(f32::to_bits), "{given:?}");
        let again = vec![column("h", ColumnData::F16 { width: 2, values: values.clone() })];
        let mut copy = new();
        copy.append("a", &one, again).expect("half floats");
        assert_eq!(copy, layer);
    }
    for (values, message) in [
        (&[1.0, 65520.0][..], "row 0: column \"h\" is not a finite half float, which is 65504 at most"),
        (&[f32::NAN, 0.0], "is not a finite half float"),
        (&[1.0], "column \"h\" has 1 numbers for 0 rows of 2"),
    ] {
        let rows = if values.len() == 2 { &one[..] } else { &[] };
        let error = new().append("a", rows, vec![floats(values)]).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
    }
    // Half floats serve who wants floats, and not the other way round.
    for (made, wanted, serves) in [
        ("f16[]", "f32[]", true),
        ("f16[2]", "f32[2]", true),
        ("f16[2]", "f32[]", true),
        ("f16[2]", "f16[]", true),
        ("f16[2]", "f32[3]", false),
        ("f16[]", "f16[2]", false),
        ("f32[]", "f16[]", false),
    ] {
        let [made, wanted] = [made, wanted].map(|kind| kind.parse::<ColumnType>().expect("a type"));
        assert_eq!(made.satisfies(&wanted), serves, "{made} for {wanted}");
    }
}

#[test]
fn rows_come_in_more_than_one_batch() {
    let mut entities = disjoint();
    entities.append("a b c", &[Span::new(0, 1)], labels(1)).expect("sound");
    entities.append("a b c", &[Span::new(2, 3), Span::new(4, 5)], labels(2)).expect("sound");
    assert_eq!(entities.len(), 3);
    assert_eq!(entities.column("label").and_then(ColumnData::as_strings).and_then(|labels| labels.get(2)), Some("ORG"));
    let error = entities.append("a b c", &[Span::new(3, 4)], labels(1)).expect_err("refused").to_string();
    assert!(error.contains("row 3: span 3..4 overlaps or precedes the row before it, 4..5"), "{error}");
}

#[test]
fn references_are_checked() {
    let mut sentences = layer("sentences");
    let block = column("block", ColumnData::Ref { layer: String::new(), rows: vec![2] });
    sentences.append("abc", &[Span::new(0, 3)], vec![block]).expect("sound but for the reference");
    let error = sentences.check_references(|_| 1).expect_err("dangling").to_string();
    assert!(error.contains("refers to row 2 of \"blocks\", which has 1"), "{error}");
    assert!(sentences.check_references(|_| 3).is_ok());
}

#[test]
fn a_column_can_be_added_once() {
    let kind = standard::extension("entities", "actor").expect("a standard extension");
    let mut document = Document::new("d", "a b").expect("a short text");
    let mut entities = layer("entities");
    entities.append("a b", &[Span::new(0, 1)], labels(1)).expect("sound");
    document.put(entities);
    let actor = |rows: Vec<u32>| column("actor", ColumnData::Ref { layer: String::new(), rows });
    let error = document.extend("entities", &kind, actor(vec![0, 1])).expect_err("too long").to_string();
    assert!(error.contains("has 2 values for 1 rows"), "{error}");
    document.extend("entities", &kind, actor(vec![NONE])).expect("sound");
    let error = document.extend("entities", &kind, actor(vec![NONE])).expect_err("twice").to_string();
    assert!(error.contains("is there already"), "{error}");
    assert!(document.extend("quotes", &kind, actor(vec![])).is_err());
}

#[test]
fn column_types_read_as_they_are_written() {
    for text in ["u32", "f32", "f32[]", "f32[384]", "f16", "f16[]", "f16[384]", "string", "ref(actors)", "ref(actors)?"]
    {
        let kind: ColumnType = text.parse().expect("a type");
        assert_eq!(kind.to_string(), text);
    }
    for text in ["", "u64", "f32[0]", "f32[x]", "ref()", "ref(A)", "ref(actors)??", "string?"] {
        assert!(text.parse::<ColumnType>().is_err(), "{text}");
    }
    let optional: ColumnType = "ref(actors)?".parse().expect("a type");
    let strict: ColumnType = "ref(actors)".parse().expect("a type");
    assert!(strict.satisfies(&optional) && !optional.satisfies(&strict));
}
