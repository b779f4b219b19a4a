//! The article report: one HTML file with the article, its quotes tied to their speakers, and the stances. It needs no
//! network and no other file.
//!
//! Each result is in the file as JSON, which the file's own script shows. What a text says never becomes markup or
//! script: the JSON holds no `<`, the script makes text nodes alone, and the file's Content-Security-Policy allows
//! nothing but its own script and style, by their hashes.

use std::io::{self, Write};

use copydesk_core::{Article, OffsetUnit};

use crate::json::JsonWriter;
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

/// The style of the report.
pub const STYLE: &str = include_str!("report/article.css");
/// The script that shows a result: `copydeskArticle(result, place)`. A page of one's own can use it too.
pub const SCRIPT: &str = include_str!("report/article.js");
/// The script of the file: it reads the results in it, and shows the first.
const PAGE: &str = include_str!("report/page.js");

/// The hashes of the style and of the two scripts, as in a Content-Security-Policy. A test compares them.
const STYLE_HASH: &str = "sha256-5rF9789t0dtxjS5UxinwfJFZqA1hnHA9I11O5PNHX+c=";
const SCRIPT_HASH: &str = "sha256-q1s4hwdLfvEWKSbzxAsqfc7bzUbRFwlH4LwMRfDgxBs=";
const PAGE_HASH: &str = "sha256-tY5yY2vOTyPq0gYK+OB/llI3H3GLagNwUcohF+JuSSs=";

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
    results: JsonWriter,
    line: Vec<u8>,
    element: Vec<u8>,
}

impl ArticleReport {
    /// Returns a writer of a file. Of the options, the provenance is shown.
    #[must_use]
    pub fn new(options: &WriterOptions) -> Self {
        // The script counts as JavaScript does.
        let parts = Parts::named(PARTS.into_iter().filter(|part| !HIDDEN.contains(part)));
        let options = WriterOptions { unit: OffsetUnit::Utf16, parts, ..options.clone() };
        ArticleReport { results: JsonWriter::new(&options), line: Vec::new(), element: Vec::new() }
    }

    /// Writes a line of JSON as an element of its own.
    fn send(&mut self, out: &mut dyn Write, line: impl FnOnce(&JsonWriter, &mut Vec<u8>)) -> io::Result<()> {
        self.line.clear();
        line(&self.results, &mut self.line);
        self.element.clear();
        self.element.extend_from_slice(b"<script type=\"application/json\" class=\"result\">");
        for byte in &self.line {
            match byte {
                // It is in strings only. As an escape, it neither ends the element nor begins a comment.
                b'<' => self.element.extend_from_slice(b"\\u003c"),
                b'\n' => {}
                byte => self.element.push(*byte),
            }
        }
        self.element.extend_from_slice(b"</script>\n");
        out.write_all(&self.element)
    }
}

impl DocumentWriter for ArticleReport {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; \
             script-src '{SCRIPT_HASH}' '{PAGE_HASH}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Copydesk</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#article\">To the article</a>\n\
             <div id=\"report\"><noscript>This report needs JavaScript, which runs in this file alone.</noscript></div>\n"
        )
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
        write!(out, "<script>{SCRIPT}</script>\n<script>{PAGE}</script>\n</body>\n</html>\n")
    }

    fn state(&self) -> Option<Vec<u8>> {
        // An element needs nothing of those before it.
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
