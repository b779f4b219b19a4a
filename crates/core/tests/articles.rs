//! Articles: the standard layers by their meaning, and documents that are none.

use copydesk_core::{
    Article, Column, ColumnData, ColumnType, Document, Holder, Layer, LayerType, NONE, Span, standard,
};

type Columns<'a> = Vec<(&'a str, ColumnData)>;

fn layer(document: &Document, name: &str, kind: LayerType, spans: &[[u32; 2]], columns: Columns<'_>) -> Layer {
    let mut layer = Layer::new(name, kind);
    let spans: Vec<Span> = spans.iter().map(|[start, end]| Span::new(*start, *end)).collect();
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.into(), data }).collect();
    layer.append(document.text(), &spans, columns).expect("rows that fit");
    layer
}

fn put(document: &mut Document, name: &str, spans: &[[u32; 2]], columns: Columns<'_>) {
    let kind = standard::layer(name).expect("a standard layer");
    let layer = layer(document, name, kind, spans, columns);
    document.put(layer);
}

fn refs(layer: &str, rows: &[u32]) -> ColumnData {
    ColumnData::Ref { layer: layer.into(), rows: rows.to_vec() }
}

fn floats(values: &[f32]) -> ColumnData {
    ColumnData::F32 { width: 1, values: values.to_vec() }
}

/// "Zoë can’t “go”, she said, “now”." with every layer.
fn document() -> Document {
    let text = "Zoë can’t “go”, she said, “now”.";
    let mut document = Document::new("a", text).expect("short");
    let at = |words: &str| {
        let start = text.find(words).expect(words) as u32;
        [start, start + words.len() as u32]
    };
    let all = [0, text.len() as u32];
    put(&mut document, "blocks", &[all], vec![("kind", ColumnData::strings(["paragraph"]))]);
    put(&mut document, "sentences", &[all], vec![("block", refs("blocks", &[0]))]);
    let columns = vec![
        ("sentence", refs("sentences", &[0; 4])),
        ("space_after", ColumnData::U32(vec![1, 0, 1, 1])),
        ("part", ColumnData::U32(vec![0, 0, 1, 0])),
    ];
    put(&mut document, "tokens", &[at("Zoë"), at("ca"), at("n’t"), at("she")], columns);
    let columns = vec![("label", ColumnData::strings(["PERSON", "DATE"])), ("score", floats(&[0.75, 0.5]))];
    put(&mut document, "entities", &[at("Zoë"), at("now")], columns);
    let columns = vec![
        ("kind", ColumnData::strings(["direct", "indirect"])),
        ("act", ColumnData::strings(["speech", "thought"])),
        ("score", floats(&[0.5, 0.25])),
    ];
    put(&mut document, "quotes", &[at("“go”, she said, “now”"), at("now")], columns);
    // Not in the order of quotes, roles or places; one role that is no standard one.
    let parts = [at("“now”"), at("now"), at("said"), at("go"), at("“go”"), at("she")];
    let columns = vec![
        ("quote", refs("quotes", &[0, 1, 0, 1, 0, 0])),
        ("role", ColumnData::strings(["content", "content", "cue", "addressee", "content", "source"])),
    ];
    put(&mut document, "quote_parts", &parts, columns);
    let columns =
        vec![("name", ColumnData::strings(["Ana", "Zoë"])), ("label", ColumnData::strings(["ORG", "PERSON"]))];
    put(&mut document, "actors", &[at("go"), at("Zoë")], columns);
    let columns =
        vec![("actor", refs("actors", &[1, 0, 1])), ("type", ColumnData::strings(["name", "nominal", "pronoun"]))];
    put(&mut document, "mentions", &[at("Zoë"), at("go"), at("she")], columns);
    let columns = vec![
        ("holder", refs("actors", &[1, NONE])),
        ("target", refs("actors", &[0, 1])),
        ("mention", refs("mentions", &[1, 0])),
        ("polarity", floats(&[-0.75, 0.0])),
        ("score", floats(&[0.5, 1.0])),
    ];
    put(&mut document, "stances", &[at("“go”"), all], columns);
    for (layer, column, rows) in [("entities", "actor", [1, NONE]), ("quotes", "speaker", [1, NONE])] {
        let kind = standard::extension(layer, column).expect("a standard column");
        let column = Column { name: column.into(), data: refs("actors", &rows) };
        document.extend(layer, &kind, column).expect("a column that fits");
    }
    document
}

#[test]
fn rows_by_their_meaning() {
    let article = Article::new(document()).expect("standard layers");
    let words = |spans: &[Span]| spans.iter().filter_map(|span| span.get(article.text())).collect::<Vec<_>>();

    let block = article.block(0).expect("a block");
    assert_eq!((block.kind(), block.text()), ("paragraph", article.text()));
    let tokens: Vec<_> = article.tokens().map(|token| (token.text(), token.space_after())).collect();
    assert_eq!(tokens, [("Zoë", true), ("ca", false), ("n’t", true), ("she", true)]);
    let sentence = article.token(3).expect("a token").sentence();
    assert_eq!((sentence.row(), sentence.block()), (0, block));
    let surface: Vec<_> = article.surface_tokens().map(|token| (token.text(), token.words().len())).collect();
    assert_eq!(surface, [("Zoë", 1), ("can’t", 2), ("she", 1)]);

    let entities: Vec<_> = article.entities().map(|name| (name.text(), name.label(), name.score())).collect();
    assert_eq!(entities, [("Zoë", "PERSON", 0.75), ("now", "DATE", 0.5)]);
    let actors: Vec<_> = article.entities().map(|name| name.actor().map(|actor| actor.name())).collect();
    assert_eq!(actors, [Some("Zoë"), None]);

    let [first, second] = [0, 1].map(|row| article.quote(row).expect("a quote"));
    assert_eq!((first.kind(), first.act(), first.score()), ("direct", "speech", 0.5));
    assert_eq!(words(first.content()), ["“go”", "“now”"], "in the order of the text");
    assert_eq!((words(first.cue()), words(first.source())), (vec!["said"], vec!["she"]));
    assert_eq!((first.text(), second.text()), ("“go” “now”".into(), "now".into()));
    assert_eq!((second.cue(), second.speaker()), (&[][..], None));
    let zoe = first.speaker().expect("a speaker");
    assert_eq!((zoe.row(), zoe.name(), zoe.label()), (1, "Zoë", "PERSON"));
    assert_eq!(zoe.quotes().collect::<Vec<_>>(), [first]);
    let mentions: Vec<_> = zoe.mentions().map(|mention| (mention.text(), mention.kind())).collect();
    assert_eq!(mentions, [("Zoë", "name"), ("she", "pronoun")]);
    assert!(zoe.mentions().all(|mention| mention.actor() == zoe));

    // FNV-1a over the document's id, a NUL byte and the content's spans, computed by another program.
    assert_eq!((first.id(), second.id()), ("3d67e433724e8fe7".into(), "69be3f38a03463d7".into()));

    let stance = article.stance(0).expect("a stance");
    assert_eq!((stance.holder(), stance.target().name()), (Holder::Actor(zoe), "Ana"));
    assert_eq!((stance.mention().text(), stance.polarity(), stance.score()), ("go", -0.75, 0.5));
    assert_eq!(stance.evidence().get(article.text()), Some("“go”"));
    assert_eq!(article.stance(1).map(|stance| stance.holder()), Some(Holder::Author));

    assert!(article.has_entity_actors() && article.has_quote_speakers());
    assert_eq!((article.quote(2), article.actor(u32::MAX)), (None, None));
    assert_eq!(article.into_document().layers().len(), 9);
}

#[test]
fn layers_that_are_not_there() {
    let article = Article::new(Document::new("a", "Go.").expect("short")).expect("no layers, no faults");
    let rows = [
        article.blocks().len(),
        article.sentences().len(),
        article.tokens().len(),
        article.entities().len(),
        article.quotes().len(),
        article.actors().len(),
        article.mentions().len(),
        article.stances().len(),
        article.surface_tokens().count(),
    ];
    assert_eq!(rows, [0; 9]);
    assert!(!article.has("tokens") && !article.has_entity_actors() && !article.has_quote_speakers());
}

#[test]
fn quotes_without_parts_and_actors_without_mentions() {
    let mut document = Document::new("a", "Go.").expect("short");
    let strings = || ColumnData::strings(["x"]);
    put(&mut document, "quotes", &[[0, 2]], vec![("kind", strings()), ("act", strings()), ("score", floats(&[1.0]))]);
    put(&mut document, "actors", &[[0, 2]], vec![("name", strings()), ("label", strings())]);
    let article = Article::new(document).expect("standard layers");
    let quote = article.quote(0).expect("a quote");
    assert_eq!((quote.content(), quote.text(), quote.speaker()), (&[][..], "".into(), None));
    let actor = article.actor(0).expect("an actor");
    assert_eq!((actor.mentions().len(), actor.quotes().len()), (0, 0));
}

/// A column's name, type and values.
type TypedColumn<'a> = (&'a str, ColumnType, ColumnData);

#[test]
fn documents_that_are_no_articles() {
    let strings = || ColumnData::strings(["x"]);
    let label = ("label", ColumnType::String, strings());
    let cases: [(&str, Vec<TypedColumn<'_>>, &str); 5] = [
        (
            "entities",
            vec![label.clone(), ("score", ColumnType::U32, ColumnData::U32(vec![1]))],
            r#"layer "entities": column "score" is u32, it must be f32"#,
        ),
        ("entities", vec![label.clone()], r#"layer "entities": column "score" of type f32 is missing"#),
        (
            "entities",
            vec![
                label,
                ("score", ColumnType::F32 { width: 1 }, floats(&[1.0])),
                ("actor", ColumnType::String, strings()),
            ],
            r#"layer "entities": column "actor" is string, it must be ref(actors)?"#,
        ),
        (
            "sentences",
            vec![("block", ColumnType::Ref { layer: "blocks".into(), optional: true }, refs("blocks", &[NONE]))],
            r#"layer "sentences": column "block" is ref(blocks)?, it must be ref(blocks)"#,
        ),
        (
            "sentences",
            vec![("block", ColumnType::Ref { layer: "blocks".into(), optional: false }, refs("blocks", &[0]))],
            r#"layer "sentences": row 0: column "block" refers to row 0 of "blocks", which has 0"#,
        ),
    ];
    for (name, columns, expected) in cases {
        let mut document = Document::new("a", "Go.").expect("short");
        let types = columns.iter().map(|(name, kind, _)| ((*name).to_owned(), kind.clone())).collect();
        let kind = LayerType { columns: types, ..LayerType::default() };
        let data = columns.into_iter().map(|(name, _, data)| (name, data)).collect();
        let layer = layer(&document, name, kind, &[[0, 2]], data);
        document.put(layer);
        let error = Article::new(document).expect_err(expected);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.into_document().id(), "a", "the document comes back");
    }
}
