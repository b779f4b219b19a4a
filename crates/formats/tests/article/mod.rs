//! Documents for the tests of writers: one with everything, and any that the layers allow.

use copydesk_core::{Article, Column, ColumnData, ColumnType, Document, Layer, Metadata, NONE, Origin, Span, standard};
use copydesk_formats::{DocumentError, Duplicate, FORMATS, WriterOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

pub fn put(document: &mut Document, name: &str, spans: &[Span], columns: Vec<(&str, ColumnData)>) {
    let mut layer = Layer::new(name, standard::layer(name).expect("a standard layer"));
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), spans, columns).expect("rows that fit");
    document.put(layer);
}

pub fn extend(document: &mut Document, layer: &str, column: &str, kind: &ColumnType, data: ColumnData) {
    document.extend(layer, kind, Column { name: column.into(), data }).expect("a column that fits");
}

pub fn floats(values: &[f32]) -> ColumnData {
    ColumnData::F32 { width: 1, values: values.to_vec() }
}

pub fn refs(layer: &str, rows: &[u32]) -> ColumnData {
    ColumnData::Ref { layer: layer.into(), rows: rows.to_vec() }
}

pub fn actor() -> ColumnType {
    ColumnType::Ref { layer: "actors".into(), optional: true }
}

pub fn article(document: &Document) -> Article {
    Article::new(document.clone()).expect("standard layers")
}

/// The spans of `words`, which follow one another in the text.
pub fn words(text: &str, words: &[&str]) -> Vec<Span> {
    let mut from = 0;
    let find = |word: &&str| {
        let start = from + text.get(from..).and_then(|rest| rest.find(word)).unwrap_or_else(|| panic!("{word}"));
        from = start + word.len();
        Span::new(start as u32, from as u32)
    };
    words.iter().map(find).collect()
}

/// A headline and a paragraph with every layer: two quotes, one of them interrupted; names that nest; a token of two
/// words; emoji before the spans, so that units differ.
pub fn full() -> Document {
    let text = "Vote 🗳 on Monday\n\n“We don’t know,” said Ana Ruiz, mayor of Port Vell. “But,” she\tadded, “it’s late.” \
                The city of Port Vell sued.\n";
    let mut document = Document::new("desk 7/b", text).expect("short");
    document.metadata = Metadata {
        title: Some("Vote on\nMonday & after".into()),
        authors: vec!["Bo Li".into(), "Cy <Day>".into()],
        published: "2024-05-01T09:30:00+02:00".parse().ok(),
        outlet: Some("The Desk".into()),
        language: Some("en".into()),
        url: Some("https://news.example/a?b=1&c=2".into()),
        ..Metadata::default()
    };
    document.origin = Origin { file: Some("desk.jsonl".into()), line: Some(7), ..Origin::default() };
    let blocks = words(
        text,
        &[
            "Vote 🗳 on Monday",
            "“We don’t know,” said Ana Ruiz, mayor of Port Vell. “But,” she\tadded, “it’s late.” The city of Port Vell sued.",
        ],
    );
    put(&mut document, "blocks", &blocks, vec![("kind", ColumnData::strings(["headline", "paragraph"]))]);
    extend(
        &mut document,
        "blocks",
        "path",
        &ColumnType::String,
        ColumnData::strings(["h1", "article > p:nth-of-type(1)"]),
    );
    let sentences = words(
        text,
        &[
            "Vote 🗳 on Monday",
            "“We don’t know,” said Ana Ruiz, mayor of Port Vell.",
            "“But,” she\tadded, “it’s late.”",
            "The city of Port Vell sued.",
        ],
    );
    put(&mut document, "sentences", &sentences, vec![("block", refs("blocks", &[0, 1, 1, 1]))]);
    let list = [
        "Vote", "🗳", "on", "Monday", "“", "We", "do", "n’t", "know", ",", "”", "said", "Ana", "Ruiz", ",", "mayor",
        "of", "Port", "Vell", ".", "“", "But", ",", "”", "she", "added", ",", "“", "it", "’s", "late", ".", "”", "The",
        "city", "of", "Port", "Vell", "sued", ".",
    ];
    let tokens = words(text, &list);
    let of = |token: &Span| sentences.iter().position(|sentence| sentence.contains(*token)).expect("a sentence") as u32;
    let space = |token: &Span| {
        let next = text.get(token.end as usize..).and_then(|rest| rest.chars().next());
        u32::from(next.is_none_or(char::is_whitespace))
    };
    let columns = vec![
        ("sentence", refs("sentences", &tokens.iter().map(of).collect::<Vec<_>>())),
        ("space_after", ColumnData::U32(tokens.iter().map(space).collect())),
        ("part", ColumnData::U32(list.iter().map(|word| u32::from(["n’t", "’s"].contains(word))).collect())),
    ];
    put(&mut document, "tokens", &tokens, columns);
    let entities = words(text, &["Monday", "Ana Ruiz", "Port Vell", "city of Port Vell"]);
    let nested = words(text, &["city of", "Port Vell"])[1];
    let entities = [entities, vec![nested]].concat();
    let labels = ["DATE", "PERSON", "GPE", "ORG", "GPE"];
    let columns = vec![("label", ColumnData::strings(labels)), ("score", floats(&[0.9, 0.98765, 0.7, 0.6, 0.5]))];
    put(&mut document, "entities", &entities, columns);
    let quotes =
        [words(text, &["“We don’t know,” said Ana Ruiz"])[0], words(text, &["“But,” she\tadded, “it’s late.”"])[0]];
    let columns = vec![
        ("kind", ColumnData::strings(["direct", "direct"])),
        ("act", ColumnData::strings(["speech", "speech"])),
        ("score", floats(&[0.5, 0.75])),
    ];
    put(&mut document, "quotes", &quotes, columns);
    let parts = words(text, &["“We don’t know,”", "said", "Ana Ruiz", "“But,”", "she", "added", "“it’s late.”"]);
    let roles = ["content", "cue", "source", "content", "source", "cue", "content"];
    let columns = vec![("quote", refs("quotes", &[0, 0, 0, 1, 1, 1, 1])), ("role", ColumnData::strings(roles))];
    put(&mut document, "quote_parts", &parts, columns);
    let mentions = words(text, &["Ana Ruiz", "mayor of Port Vell", "she", "city of Port Vell"]);
    let names = words(text, &["Ana Ruiz", "Vell"]);
    let columns = vec![
        ("name", ColumnData::strings(["Ana Ruiz", "city of Port Vell"])),
        ("label", ColumnData::strings(["PERSON", "ORG"])),
    ];
    put(&mut document, "actors", &[names[0], mentions[3]], columns);
    let kinds = ["name", "nominal", "pronoun", "name"];
    let columns = vec![("actor", refs("actors", &[0, 0, 0, 1])), ("type", ColumnData::strings(kinds))];
    put(&mut document, "mentions", &mentions, columns);
    let columns = vec![
        ("holder", refs("actors", &[1, NONE])),
        ("target", refs("actors", &[0, 1])),
        ("mention", refs("mentions", &[0, 3])),
        ("polarity", floats(&[-0.75, 0.25])),
        ("score", floats(&[0.8, 1.0])),
    ];
    put(&mut document, "stances", &[sentences[1], sentences[3]], columns);
    extend(&mut document, "entities", "actor", &actor(), refs("actors", &[NONE, 0, NONE, 1, NONE]));
    extend(&mut document, "quotes", "speaker", &actor(), refs("actors", &[0, 0]));
    let score = ColumnType::F32 { width: 1 };
    extend(&mut document, "quotes", "speaker_score", &score, floats(&[0.96, 0.625]));
    extend(&mut document, "actors", "kb_score", &score, floats(&[0.875, 0.0]));
    for (column, words) in [("role", "mayor"), ("affiliation", "Port Vell"), ("kb_id", "Q42")] {
        extend(&mut document, "actors", column, &ColumnType::String, ColumnData::strings([words, ""]));
    }
    document
}

/// A document of any text, with layers of any spans, names and references that a plugin may write.
pub fn any_document() -> impl Strategy<Value = Document> {
    let text = "(\\PC|[ \r\n\t\0\u{1b}\u{85}\u{2028}\u{fffd}|\"\\\\()<>&;#,-]|😀|é|e\u{301}|ש|a b|\r\n|]]>|%){0,40}";
    let pairs = || vec((any::<Index>(), any::<Index>()), 0..6);
    let words = || vec("(\\PC|[ \n\t|()-]){0,4}", 6);
    let rows = || vec(any::<Index>(), 6);
    (text, vec(any::<Index>(), 0..24), (pairs(), pairs(), pairs()), (words(), words()), rows(), 0u8..8).prop_map(made)
}

type Drawn = (
    String,
    Vec<Index>,
    (Vec<(Index, Index)>, Vec<(Index, Index)>, Vec<(Index, Index)>),
    (Vec<String>, Vec<String>),
    Vec<Index>,
    u8,
);

fn made((text, cuts, (names, parts, refer), (labels, kinds), rows, layers): Drawn) -> Document {
    let boundaries: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
    let at = |index: &Index| *index.get(&boundaries);
    let span = |(a, b): &(Index, Index)| Span::new(at(a).min(at(b)), at(a).max(at(b)));
    let sorted = |pairs: &[(Index, Index)]| {
        let mut spans: Vec<Span> = pairs.iter().map(span).collect();
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        spans
    };
    let length = text.len() as u32;
    let mut cuts: Vec<u32> = cuts.iter().map(at).collect();
    cuts.sort_unstable();
    let id = labels.first().cloned().unwrap_or_default();
    let mut document = Document::new(id, text).expect("short");
    document.metadata.title = labels.get(1).cloned();
    document.metadata.url = labels.get(2).cloned();
    document.metadata.authors = kinds.clone();
    let tokens: Vec<Span> = cuts.chunks_exact(2).map(|pair| Span::new(pair[0], pair[1])).collect();
    let middle = tokens.get(tokens.len() / 2).map_or(0, |token| token.start);
    let sentences = [Span::new(0, middle), Span::new(middle, length)];
    put(&mut document, "blocks", &sentences, vec![("kind", ColumnData::strings(labels.iter().take(2)))]);
    if layers & 1 == 0 {
        return document;
    }
    put(&mut document, "sentences", &sentences, vec![("block", refs("blocks", &[0, 1]))]);
    let of: Vec<u32> = tokens.iter().map(|token| u32::from(token.start >= middle)).collect();
    let columns = vec![
        ("sentence", refs("sentences", &of)),
        ("space_after", ColumnData::U32(vec![0; of.len()])),
        ("part", ColumnData::U32((0..of.len() as u32).map(|row| row % 3).collect())),
    ];
    put(&mut document, "tokens", &tokens, columns);
    let names = sorted(&names);
    let scores = |rows: usize| floats(&vec![0.5; rows]);
    let strings = |from: &[String], rows: usize| ColumnData::strings(from.iter().cycle().take(rows));
    let columns = vec![("label", strings(&labels, names.len())), ("score", scores(names.len()))];
    put(&mut document, "entities", &names, columns);
    let quotes = sorted(&refer);
    let pick = |count: usize, of: usize| -> Vec<u32> {
        rows.iter().cycle().take(count).map(|index| index.index(of.max(1)) as u32).collect()
    };
    let columns = vec![
        ("kind", strings(&kinds, quotes.len())),
        ("act", strings(&labels, quotes.len())),
        ("score", scores(quotes.len())),
    ];
    put(&mut document, "quotes", &quotes, columns);
    if !quotes.is_empty() {
        let spans: Vec<Span> = parts.iter().map(span).collect();
        let roles = ["content", "cue", "source"].iter().cycle().take(spans.len());
        let columns =
            vec![("quote", refs("quotes", &pick(spans.len(), quotes.len()))), ("role", ColumnData::strings(roles))];
        put(&mut document, "quote_parts", &spans, columns);
    }
    if layers & 2 == 0 {
        return document;
    }
    let columns = vec![("name", strings(&labels, 2)), ("label", strings(&kinds, 2))];
    put(&mut document, "actors", &[Span::new(0, length), Span::new(0, 0)], columns);
    let mentions = sorted(&parts);
    let columns = vec![("actor", refs("actors", &pick(mentions.len(), 2))), ("type", strings(&kinds, mentions.len()))];
    put(&mut document, "mentions", &mentions, columns);
    extend(&mut document, "entities", "actor", &actor(), refs("actors", &pick(names.len(), 2)));
    extend(&mut document, "quotes", "speaker", &actor(), refs("actors", &pick(quotes.len(), 2)));
    if layers & 4 != 0 {
        let score = ColumnType::F32 { width: 1 };
        extend(&mut document, "quotes", "speaker_score", &score, scores(quotes.len()));
        for (column, words) in [("role", &kinds), ("affiliation", &labels), ("kb_id", &kinds)] {
            extend(&mut document, "actors", column, &ColumnType::String, strings(words, 2));
        }
        let path = strings(&labels, 2);
        extend(&mut document, "blocks", "path", &ColumnType::String, path);
    }
    if !mentions.is_empty() {
        let stances = mentions.len();
        let columns = vec![
            ("holder", refs("actors", &vec![NONE; stances])),
            ("target", refs("actors", &pick(stances, 2))),
            ("mention", refs("mentions", &pick(stances, mentions.len()))),
            ("polarity", floats(&vec![-0.5; stances])),
            ("score", scores(stances)),
        ];
        put(&mut document, "stances", &mentions, columns);
    }
    document
}

/// What a run may write in one format.
pub enum Row<'a> {
    Document(&'a Document),
    Error(DocumentError),
    Duplicate(Duplicate),
}

pub fn error(id: &str, message: &str) -> Row<'static> {
    Row::Error(DocumentError { id: id.into(), message: message.into(), stage: Some("ner".into()), line: Some(7) })
}

pub fn duplicate(id: &str, of: &str) -> Row<'static> {
    Row::Duplicate(Duplicate { id: id.into(), duplicate_of: of.into(), origin: Origin::default() })
}

/// Writes a whole file, with another writer after each row if the format can go on.
pub fn write(format: &str, options: &WriterOptions, rows: &[Row<'_>]) -> String {
    let format = FORMATS.into_iter().find(|row| row.name == format).expect("a format");
    let mut writer = (format.writer)(options);
    let mut out = Vec::new();
    writer.begin(&mut out).expect("a vector takes everything");
    for row in rows {
        match row {
            Row::Document(document) => writer.document(&article(document), &mut out),
            Row::Error(error) => writer.error(error, &mut out),
            Row::Duplicate(duplicate) => writer.duplicate(duplicate, &mut out),
        }
        .expect("a vector takes everything");
        if let Some(state) = writer.state() {
            writer = (format.writer)(options);
            writer.resume(&state).expect("its own state");
        }
    }
    writer.finish(&mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}
