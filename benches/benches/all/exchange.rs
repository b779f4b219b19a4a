//! Formats for other programs: each writer of the catalogue but those of `formats.rs`, and web archives in. Throughput
//! counts the bytes and tokens of the article's text only.

use std::time::Duration;

use copydesk_benches::{other_scripts, steps, texts, throughput};
use copydesk_core::Article;
use copydesk_formats::{DocumentWriter, FORMATS, Layout, WarcReader, WriterOptions};
use copydesk_pipeline::Runner;
use criterion::Criterion;

/// Formats that `formats.rs` measures.
const MEASURED: [&str; 2] = ["json", "pretty"];

/// The texts with all layers of a pipeline.
fn articles(runner: &Runner) -> Vec<(&'static str, Article)> {
    let analyse = |text: &str| {
        let document = steps(runner, text).pop().unwrap_or_else(|| panic!("a text is a step"));
        Article::new(document).unwrap_or_else(|error| panic!("{error}"))
    };
    texts().into_iter().chain([other_scripts()]).map(|text| (text.name, analyse(&text.text))).collect()
}

/// The group `name` with a bench for each article.
fn group<'a, R: FnMut() -> usize>(
    criterion: &mut Criterion,
    name: &str,
    articles: &'a [(&'static str, Article)],
    of: impl Fn(&'a Article) -> R,
) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(30).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    for (text, article) in articles {
        let mut run = of(article);
        group.throughput(throughput(article.document()));
        group.bench_function(*text, |bencher| bencher.iter(&mut run));
    }
    group.finish();
}

/// Writes a document, and returns how many bytes it took.
fn write(writer: &mut dyn DocumentWriter, article: &Article, out: &mut Vec<u8>) -> usize {
    out.clear();
    writer.document(article, out).unwrap_or_else(|error| panic!("{error}"));
    out.len()
}

fn writers(criterion: &mut Criterion, articles: &[(&'static str, Article)]) {
    for format in FORMATS.into_iter().filter(|format| !MEASURED.contains(&format.name)) {
        let tables: &[&'static str] = match format.layout {
            Layout::File => &[""],
            Layout::Tables(tables) | Layout::Documents(tables) => tables,
        };
        for table in tables {
            let options = WriterOptions { table, ..WriterOptions::default() };
            let name =
                ["write", format.name, table].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
            group(criterion, &name.join("/"), articles, |article| {
                let (mut writer, mut out) = ((format.writer)(&options), Vec::new());
                writer.begin(&mut out).unwrap_or_else(|error| panic!("{error}"));
                assert!(write(writer.as_mut(), article, &mut out) > 0);
                move || write(writer.as_mut(), article, &mut out)
            });
        }
    }
}

fn archives(criterion: &mut Criterion, articles: &[(&'static str, Article)]) {
    group(criterion, "read/warc", articles, |article| {
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", article.text());
        let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n";
        let length = http.len();
        let file = format!("{head}Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n{http}\r\n\r\n");
        let read = move || match WarcReader::new(file.as_bytes()).next() {
            Some(Ok(page)) => page.bytes.len(),
            other => panic!("{other:?}"),
        };
        assert!(read() == article.text().len());
        read
    });
}

/// Benches of the groups `write` and `read`.
pub fn bench(criterion: &mut Criterion, runner: &Runner) {
    let articles = articles(runner);
    writers(criterion, &articles);
    archives(criterion, &articles);
}
