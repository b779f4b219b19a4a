//! The reading view for a terminal: the article with marked names and quotes, then lists of the actors, the quotes and
//! the stances.
//!
//! Control characters of the text never reach the terminal.

mod lists;
mod marks;
mod style;
mod wrap;

use std::io::{self, Write};

use copydesk_core::{Article, Span};
use copydesk_text::BlockKind;

use crate::writer::{DocumentError, DocumentWriter, Layout, OutputFormat};
use marks::Marks;
use style::{BOLD, DIM, ERROR, PLAIN};
use wrap::Wrapper;
pub use wrap::sanitize;

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "pretty",
    aliases: &["view"],
    endings: &[],
    description: "the reading view: the article with its names and quotes marked, for a terminal",
    layout: Layout::File,
    writer: |options| Box::new(View::new(options.width, options.color)),
};

/// Writes documents for a reader at a terminal.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::View;
///
/// let (columns, color) = (40, false);
/// let mut page = String::new();
/// View::new(columns, color).page(&Article::new(Document::new("7", "It rains.")?)?, &mut page);
/// assert!(page.contains("It rains."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct View {
    width: usize,
    color: bool,
}

/// Narrower than this, words would be cut everywhere.
const NARROWEST: usize = 24;

impl View {
    /// A view for a terminal `width` columns wide; without `color` it holds no escape sequences.
    #[must_use]
    pub fn new(width: usize, color: bool) -> Self {
        View { width: width.max(NARROWEST), color }
    }

    /// Appends the page of a document.
    pub fn page(&self, article: &Article, out: &mut String) {
        let mut page = Wrapper::new(out, self.width, self.color);
        title(&mut page, article.id(), self.width);
        text(&mut page, article);
        lists::actors(&mut page, article);
        lists::quotes(&mut page, article);
        lists::stances(&mut page, article);
    }

    /// Appends the page of a document that has no result.
    pub fn error_page(&self, error: &DocumentError, out: &mut String) {
        let mut page = Wrapper::new(out, self.width, self.color);
        title(&mut page, &error.id, self.width);
        page.text("error: ", ERROR);
        if let Some(line) = error.line {
            page.text(&format!("line {line}: "), PLAIN);
        }
        if let Some(stage) = &error.stage {
            page.text(&format!("stage {stage}: "), PLAIN);
        }
        page.text(&error.message, PLAIN);
        page.end_line();
        page.blank_line();
    }
}

impl DocumentWriter for View {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        let mut page = String::new();
        self.page(article, &mut page);
        out.write_all(page.as_bytes())
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        let mut page = String::new();
        self.error_page(error, &mut page);
        out.write_all(page.as_bytes())
    }
}

fn title(page: &mut Wrapper<'_>, id: &str, width: usize) {
    page.line("── ", DIM);
    page.shortened(id, width.saturating_sub(5), BOLD);
    page.line(" ", DIM);
    let rest = width.saturating_sub(page.column());
    page.line(&"─".repeat(rest), DIM);
    page.end_line();
    page.blank_line();
}

fn text(page: &mut Wrapper<'_>, article: &Article) {
    let text = article.text();
    let mut marks = Marks::new(article);
    let blocks: Vec<(Span, &str)> = if article.has("blocks") {
        article.blocks().map(|block| (block.span(), block.kind())).collect()
    } else {
        text_lines(text).into_iter().map(|line| (line, "")).collect()
    };
    for (row, (block, kind)) in blocks.iter().enumerate() {
        let base = match BlockKind::from_name(kind) {
            Some(BlockKind::Headline) => BOLD,
            Some(BlockKind::Byline | BlockKind::Dateline | BlockKind::Caption) => DIM,
            _ => PLAIN,
        };
        for (at, c) in block.get(text).unwrap_or_default().char_indices() {
            let at = block.start + at as u32;
            speakers(page, &mut marks, at);
            let style = marks.style(at);
            page.push(c, if style == PLAIN { base } else { style });
        }
        speakers(page, &mut marks, block.end);
        // A dateline stands on the line of the paragraph that it begins.
        let next = blocks.get(row + 1).map_or(block.end, |(next, _)| next.start);
        let between = Span::new(block.end, next).get(text).unwrap_or_default();
        if between.is_empty() || between.contains('\n') {
            page.blank_line();
        } else {
            page.text(between, PLAIN);
        }
    }
}

fn speakers(page: &mut Wrapper<'_>, marks: &mut Marks<'_>, at: u32) {
    while let Some(name) = marks.ended_quote(at) {
        page.text(" [", DIM);
        page.text(name, DIM);
        page.text("]", DIM);
    }
}

/// The lines of a text that are not blank, for a document without blocks.
fn text_lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let end = start + line.len() as u32;
        if !line.trim().is_empty() {
            lines.push(Span::new(start, end));
        }
        start = end;
    }
    lines
}
