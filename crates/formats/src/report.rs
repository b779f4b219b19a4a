//! The article report: one HTML file with the article, its quotes tied to their speakers, and the stances. It needs no
//! network and no other file.
//!
//! Each result is in the file as JSON, which the file's own script shows. [`page`](crate::page) keeps texts from becoming
//! markup.

use std::io::{self, Write};

use copydesk_core::{Article, OffsetUnit};

use crate::json::JsonWriter;
use crate::page::{Page, write_data};
use crate::parts::{PARTS, Parts};
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "html",
    aliases: &["report"],
    endings: &["html", "htm"],
    description: "a report for a browser: each article with its quotes, speakers and stances, in one file",
    layout: Layout::File,
    writer: |options| Box::new(ArticleReport::new(options)),
};

/// The style of the article, on top of that of all pages.
pub const STYLE: &str = include_str!("report/article.css");
/// The script that shows a result: `copydeskArticle(result, place)`. It needs that of all pages.
pub const SCRIPT: &str = include_str!("report/article.js");
/// The script of the file: it reads the results in it, and shows the first.
const CHOICE: &str = include_str!("report/choice.js");

/// Parts of a result that the report does not show.
const HIDDEN: [&str; 3] = ["meta", "sentences", "tokens"];

/// Writes the article report.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::{ArticleReport, DocumentWriter, WriterOptions};
///
/// let (mut report, mut file) = (ArticleReport::new(&WriterOptions::default()), Vec::new());
/// report.begin(&mut file)?;
/// report.document(&Article::new(Document::new("7", "It rains.")?)?, &mut file)?;
/// report.finish(&mut file)?;
/// assert!(String::from_utf8(file)?.starts_with("<!doctype html>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ArticleReport {
    page: Page,
    results: JsonWriter,
    line: Vec<u8>,
}

impl ArticleReport {
    /// Returns a writer of a file. Of the options, the provenance is shown.
    #[must_use]
    pub fn new(options: &WriterOptions) -> Self {
        // The script counts as JavaScript does.
        let parts = Parts::named(PARTS.into_iter().filter(|part| !HIDDEN.contains(part)));
        let options = WriterOptions { unit: OffsetUnit::Utf16, parts, ..options.clone() };
        let page = Page::new("Copydesk", STYLE, &[SCRIPT, CHOICE]);
        ArticleReport { page, results: JsonWriter::new(&options), line: Vec::new() }
    }

    /// Writes a line of JSON as an element of its own.
    fn send(&mut self, out: &mut dyn Write, line: impl FnOnce(&JsonWriter, &mut Vec<u8>)) -> io::Result<()> {
        self.line.clear();
        line(&self.results, &mut self.line);
        write_data(out, "result", self.line.trim_ascii_end())
    }
}

impl DocumentWriter for ArticleReport {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.page.begin(out)
    }

    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |results, line| results.line(article, line))
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |results, line| results.error_line(error, line))
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |results, line| results.duplicate_line(duplicate, line))
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.page.finish(out)
    }

    fn state(&self) -> Option<Vec<u8>> {
        // An element needs nothing of those before it.
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
