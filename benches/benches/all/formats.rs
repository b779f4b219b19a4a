//! Readers and writers: text, web pages, JSON lines and JSON arrays in, plain and with layers of their own; JSON lines out, with
//! offsets in code points and in UTF-16 units, and the reading view. Throughput counts the bytes and tokens of the
//! article's text only.

use std::time::Duration;

use copydesk_benches::{other_scripts, page, steps, texts, throughput, tokens};
use copydesk_core::{Article, Document, OffsetUnit};
use copydesk_formats::{JsonArrayReader, JsonWriter, JsonlReader, View, WriterOptions, decode, read_html};
use copydesk_pipeline::Runner;
use criterion::Criterion;
use serde_json::{Value, json};

/// Columns of the terminal that the reading view is for.
const COLUMNS: usize = 80;

/// The texts with all layers of a pipeline, and the writers that say so.
pub struct Analysed {
    pub articles: Vec<(&'static str, Article)>,
    in_chars: JsonWriter,
    in_utf16: JsonWriter,
}

impl Analysed {
    pub fn new(runner: &Runner) -> Self {
        let analyse = |text: &str| {
            let document = steps(runner, text).pop().unwrap_or_else(|| panic!("a text is a step"));
            Article::new(document).unwrap_or_else(|error| panic!("{error}"))
        };
        let texts = texts().into_iter().chain([other_scripts()]);
        let writer = |unit| {
            let options = WriterOptions { unit, ..WriterOptions::default() };
            let options = options.with_provenance(&runner.provenance());
            JsonWriter::new(&options.unwrap_or_else(|error| panic!("{error}")))
        };
        Analysed {
            articles: texts.map(|text| (text.name, analyse(&text.text))).collect(),
            in_chars: writer(OffsetUnit::Char),
            in_utf16: writer(OffsetUnit::Utf16),
        }
    }
}

fn line(writer: &JsonWriter, article: &Article) -> Vec<u8> {
    let mut line = Vec::new();
    writer.line(article, &mut line);
    line
}

/// Writes a document's line again and again into one buffer, as a run does; gives its bytes.
fn writing(writer: &JsonWriter, article: &Article) -> impl FnMut() -> usize {
    let mut out = Vec::new();
    move || {
        out.clear();
        writer.line(article, &mut out);
        out.len()
    }
}

/// The group `name` with a bench for each document. `of` checks a result first, and then gives the bench.
pub fn group<'a, O, R: FnMut() -> O>(
    criterion: &mut Criterion,
    name: &str,
    analysed: &'a Analysed,
    of: impl Fn(&'a Article) -> R,
) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(30).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    for (text, article) in &analysed.articles {
        let mut run = of(article);
        group.throughput(throughput(article.document()));
        group.bench_function(*text, |bencher| bencher.iter(&mut run));
    }
    group.finish();
}

fn read_line(line: &[u8]) -> Document {
    let read = JsonlReader::new(line, OffsetUnit::Char).next();
    read.unwrap_or_else(|| panic!("there is a line")).unwrap_or_else(|error| panic!("{error}"))
}

/// The layers that a line may bring are read as they were written.
fn assert_same_layers(document: &Document, read: &Document) {
    for name in ["blocks", "sentences", "tokens", "entities", "quotes"] {
        let spans = |document: &Document| document.layer(name).map(|layer| layer.spans().to_vec());
        assert!(spans(document) == spans(read) && spans(read).is_some(), "{name}");
    }
}

fn readers(criterion: &mut Criterion, analysed: &Analysed) {
    group(criterion, "read/text", analysed, |article| {
        let run = || {
            let decoded = decode(article.text().into(), false, None).unwrap_or_else(|error| panic!("{error}"));
            Document::new("bench", decoded.text).unwrap_or_else(|error| panic!("{error}"))
        };
        assert!(run().text() == article.text());
        run
    });
    group(criterion, "read/html", analysed, |article| {
        let page = page(article.text()).into_bytes();
        let run = move || {
            let decoded = decode(page.clone(), true, None).unwrap_or_else(|error| panic!("{error}"));
            read_html(&decoded.text, "bench").unwrap_or_else(|error| panic!("{error}"))
        };
        // The sentence is too short, and the hostile text is mended.
        let is_news = article.text().contains("\n\n") && article.text().starts_with(|c: char| c.is_ascii_alphabetic());
        if is_news {
            assert_same_paragraphs(article, &run());
        }
        run
    });
    group(criterion, "read/jsonl", analysed, |article| {
        let line = format!("{}\n", json!({"id": "bench", "text": article.text()}));
        let run = move || read_line(line.as_bytes());
        assert!(run().text() == article.text());
        run
    });
    group(criterion, "read/json-array", analysed, |article| {
        let array = format!("[\n{}\n]\n", json!({"id": "bench", "text": article.text()}));
        let run = move || {
            let read = JsonArrayReader::new(array.as_bytes(), OffsetUnit::Char).next();
            read.unwrap_or_else(|| panic!("there is an element")).unwrap_or_else(|error| panic!("{error}"))
        };
        assert!(run().text() == article.text());
        run
    });
    group(criterion, "read/jsonl-given", analysed, |article| {
        let line = line(&analysed.in_chars, article);
        let run = move || read_line(&line);
        assert_same_layers(article.document(), &run());
        run
    });
}

/// The paragraphs of the article are the page's, in their order, and what stands around them is not.
fn assert_same_paragraphs(article: &Article, read: &Document) {
    let texts = |text: &str| text.split("\n\n").filter(|part| part.len() > 100).map(str::to_owned).collect::<Vec<_>>();
    assert!(read.metadata.title.as_deref() == Some("Vote on the harbour") && read.metadata.published.is_some());
    assert!(!read.text().contains("Section 7") && !read.text().contains("other article"));
    assert_eq!(texts(read.text()), texts(article.text()));
}

/// Checks that a line holds each token, and each name at its offsets by `slice`, which counts in the line's unit.
fn assert_names_stand(article: &Article, line: &[u8], slice: impl Fn(usize, usize) -> String) {
    let line: Value = serde_json::from_slice(line).unwrap_or_else(|error| panic!("{error}"));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let split: usize = list(&line["multiword_tokens"]).iter().map(|token| list(&token["words"]).len() - 1).sum();
    assert_eq!((list(&line["tokens"]).len() + split) as u64, tokens(article.document()));
    let entities = list(&line["entities"]);
    assert_eq!(entities.len(), article.entities().len());
    for entity in entities {
        let [start, end] = ["start", "end"].map(|key| entity[key].as_u64().unwrap_or(0) as usize);
        assert_eq!(Some(slice(start, end).as_str()), entity["text"].as_str());
    }
}

/// The view shows no control characters, and is the same with colours but for them.
fn assert_fit_for_a_terminal(plain: &str, colored: &str) {
    assert!(!plain.is_empty() && plain.chars().all(|c| c == '\n' || !c.is_control()));
    let mut parts = colored.split('\u{1b}');
    let first = parts.next().unwrap_or("");
    let others = parts.map(|part| part.split_once('m').map_or("", |(_, text)| text));
    assert!([first].into_iter().chain(others).collect::<String>() == plain);
}

fn writers(criterion: &mut Criterion, analysed: &Analysed) {
    group(criterion, "write/jsonl", analysed, |article| {
        let chars: Vec<char> = article.text().chars().collect();
        assert_names_stand(article, &line(&analysed.in_chars, article), |start, end| {
            chars[start..end].iter().collect()
        });
        writing(&analysed.in_chars, article)
    });
    group(criterion, "write/jsonl-utf16", analysed, |article| {
        let units: Vec<u16> = article.text().encode_utf16().collect();
        let slice = |start, end| String::from_utf16_lossy(&units[start..end]);
        assert_names_stand(article, &line(&analysed.in_utf16, article), slice);
        writing(&analysed.in_utf16, article)
    });
    group(criterion, "write/view", analysed, |article| {
        let view = |color| {
            let mut out = String::new();
            View::new(COLUMNS, color).page(article, &mut out);
            out
        };
        assert_fit_for_a_terminal(&view(false), &view(true));
        let mut out = String::new();
        move || {
            out.clear();
            View::new(COLUMNS, true).page(article, &mut out);
            out.len()
        }
    });
}

/// Benches of the groups `read` and `write`.
pub fn bench(criterion: &mut Criterion, analysed: &Analysed) {
    readers(criterion, analysed);
    writers(criterion, analysed);
}
