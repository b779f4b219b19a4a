//! Articles with layers that were made by hand.

use copydesk_core::{Article, Column, ColumnData, Document, Layer, Metadata, NONE, Origin, Span, standard};
use copydesk_formats::{DocumentError, DocumentWriter, Duplicate, WriterOptions};

fn put(document: &mut Document, name: &str, spans: &[[u32; 2]], columns: Vec<(&str, ColumnData)>) {
    let mut layer = Layer::new(name, standard::layer(name).expect("a standard layer"));
    let spans: Vec<Span> = spans.iter().map(|[start, end]| Span::new(*start, *end)).collect();
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), &spans, columns).expect("rows that fit");
    document.put(layer);
}

fn extend(document: &mut Document, layer: &str, column: &str, data: ColumnData) {
    let kind = standard::extension(layer, column).expect("a standard column");
    document.extend(layer, &kind, Column { name: column.into(), data }).expect("a column that fits");
}

fn floats(values: &[f32]) -> ColumnData {
    ColumnData::F32 { width: 1, values: values.to_vec() }
}

fn refs(layer: &str, rows: &[u32]) -> ColumnData {
    ColumnData::Ref { layer: layer.into(), rows: rows.to_vec() }
}

fn strings<const N: usize>(values: [&str; N]) -> ColumnData {
    ColumnData::strings(values)
}

/// An article with every layer.
pub fn full(id: &str) -> Article {
    let mut document = Document::new(id, "Zoë didn’t “go”, she said, “=so, \nthere”.").expect("short");
    document.meta.insert("pages".into(), 3.into());
    document.metadata = Metadata {
        title: Some("=No \"go\"".into()),
        authors: vec!["Ana Ruiz".into(), "Bo Li".into()],
        published: "2024-05-01T09:30:00+02:00".parse().ok(),
        outlet: Some("The Desk, daily".into()),
        language: Some("en".into()),
        ..Metadata::default()
    };
    document.origin =
        Origin { file: Some("desk.jsonl".into()), line: Some(7), encoding: Some("UTF-8".into()), language: None };
    put(&mut document, "blocks", &[[0, 52]], vec![("kind", strings(["paragraph"]))]);
    put(&mut document, "sentences", &[[0, 52]], vec![("block", refs("blocks", &[0]))]);
    let tokens = [[0, 4], [5, 8], [8, 13], [14, 17], [17, 19], [19, 22], [22, 23], [24, 27], [28, 32], [32, 33]];
    let columns = vec![
        ("sentence", refs("sentences", &[0; 10])),
        ("space_after", ColumnData::U32(vec![1, 0, 1, 0, 0, 0, 1, 1, 0, 1])),
        ("part", ColumnData::U32(vec![0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
    ];
    put(&mut document, "tokens", &tokens, columns);
    let columns = vec![("label", strings(["PERSON"])), ("score", floats(&[0.98765]))];
    put(&mut document, "entities", &[[0, 4]], columns);
    let columns = vec![("kind", strings(["direct"])), ("act", strings(["speech"])), ("score", floats(&[0.5]))];
    put(&mut document, "quotes", &[[14, 51]], columns);
    let columns = vec![("quote", refs("quotes", &[0; 4])), ("role", strings(["cue", "content", "source", "content"]))];
    put(&mut document, "quote_parts", &[[28, 32], [14, 22], [24, 27], [34, 51]], columns);
    let columns = vec![("name", strings(["Zoë", "“go”"])), ("label", strings(["PERSON", "MISC"]))];
    put(&mut document, "actors", &[[0, 4], [14, 22]], columns);
    let columns = vec![("actor", refs("actors", &[0, 1, 0])), ("type", strings(["name", "nominal", "pronoun"]))];
    put(&mut document, "mentions", &[[0, 4], [14, 22], [24, 27]], columns);
    let columns = vec![
        ("holder", refs("actors", &[0, NONE])),
        ("target", refs("actors", &[1, 0])),
        ("mention", refs("mentions", &[1, 0])),
        ("polarity", floats(&[-0.7, 0.0])),
        ("score", floats(&[0.8, 1.0])),
    ];
    put(&mut document, "stances", &[[0, 33], [0, 33]], columns);
    extend(&mut document, "entities", "actor", refs("actors", &[0]));
    extend(&mut document, "quotes", "speaker", refs("actors", &[0]));
    extend(&mut document, "quotes", "speaker_score", floats(&[0.625]));
    extend(&mut document, "actors", "role", strings(["=head", ""]));
    extend(&mut document, "actors", "affiliation", strings(["", ""]));
    extend(&mut document, "actors", "kb_id", strings(["Q42", ""]));
    extend(&mut document, "actors", "kb_score", floats(&[0.75, 0.0]));
    Article::new(document).expect("standard layers")
}

/// A text without layers.
pub fn plain(id: &str, text: String) -> Article {
    Article::new(Document::new(id, text).expect("short")).expect("no layers")
}

/// What a run gives a writer.
pub enum Step {
    Article(Box<Article>),
    Error(DocumentError),
    Duplicate(Duplicate),
}

/// An article, a text, an error and a duplicate.
pub fn steps() -> Vec<Step> {
    let error = DocumentError {
        id: "bad".into(),
        stage: Some("ner".into()),
        message: "it\nfailed".into(),
        line: Some(3_000_000_000),
    };
    let origin = Origin { file: Some("b.csv".into()), line: Some(9), ..Origin::default() };
    let duplicate = Duplicate { id: "again".into(), duplicate_of: "-1".into(), origin };
    vec![
        Step::Article(Box::new(full("-1"))),
        Step::Article(Box::new(plain("2", "It rains.".into()))),
        Step::Error(error),
        Step::Duplicate(duplicate),
    ]
}

pub fn writer(format: &str, table: &'static str) -> Box<dyn DocumentWriter> {
    let format = copydesk_tables::FORMATS.into_iter().find(|own| own.name == format).expect("a format");
    (format.writer)(&WriterOptions { table, ..WriterOptions::default() })
}

pub fn take(writer: &mut dyn DocumentWriter, step: &Step, out: &mut Vec<u8>) {
    let written = match step {
        Step::Article(article) => writer.document(article, out),
        Step::Error(error) => writer.error(error, out),
        Step::Duplicate(duplicate) => writer.duplicate(duplicate, out),
    };
    written.expect("a vector takes all");
}

/// The whole output of a table.
pub fn output(format: &str, table: &'static str, steps: &[Step]) -> Vec<u8> {
    let (mut writer, mut out) = (writer(format, table), Vec::new());
    writer.begin(&mut out).expect("a vector takes all");
    steps.iter().for_each(|step| take(writer.as_mut(), step, &mut out));
    writer.finish(&mut out).expect("a vector takes all");
    out
}
