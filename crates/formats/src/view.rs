//! The reading view for a terminal: the article with its names and quotes marked, then who is in it, who
//! said what, and who stands how toward whom.
//!
//! Control characters of the text never reach the terminal.

mod lists;
mod wrap;

use anstyle::{AnsiColor, Style};
use copydesk_core::{ColumnData, Document, Layer, NONE, Span};

use crate::DocumentError;
use wrap::Wrapper;
pub use wrap::sanitize;

/// Writes documents for a person who reads them in a terminal.
#[derive(Clone, Copy, Debug)]
pub struct View {
    width: usize,
    color: bool,
}

/// Narrower than this, words would be cut everywhere.
const NARROWEST: usize = 24;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const QUOTE: Style = Style::new().italic().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const ERROR: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const FAVOURABLE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const UNFAVOURABLE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));

/// A name of this label.
fn name_style(label: &str) -> Style {
    let color = match label {
        "PERSON" | "PER" => AnsiColor::Cyan,
        "ORG" => AnsiColor::Yellow,
        "GPE" | "LOC" | "FAC" => AnsiColor::Blue,
        "NORP" => AnsiColor::Magenta,
        _ => return BOLD,
    };
    BOLD.fg_color(Some(color.into()))
}

impl View {
    /// A view for a terminal `width` columns wide; without `color` it holds no escape sequences.
    #[must_use]
    pub fn new(width: usize, color: bool) -> Self {
        View { width: width.max(NARROWEST), color }
    }

    /// Appends a document.
    pub fn document(&self, document: &Document, out: &mut String) {
        let mut page = Wrapper::new(out, self.width, self.color);
        title(&mut page, document.id(), self.width);
        text(&mut page, document);
        lists::actors(&mut page, document);
        lists::quotes(&mut page, document);
        lists::stances(&mut page, document);
    }

    /// Appends a document that has no result.
    pub fn error(&self, error: &DocumentError, out: &mut String) {
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

fn title(page: &mut Wrapper<'_>, id: &str, width: usize) {
    page.line("── ", DIM);
    page.shortened(id, width.saturating_sub(5), BOLD);
    page.line(" ", DIM);
    let rest = width.saturating_sub(page.column());
    page.line(&"─".repeat(rest), DIM);
    page.end_line();
    page.blank_line();
}

/// What stands in the text at a byte.
struct Marks<'a> {
    entities: Vec<(Span, &'a str)>,
    next_entity: usize,
    /// Starts and ends of quoted content.
    starts: Vec<u32>,
    ends: Vec<u32>,
    started: usize,
    ended: usize,
    /// Where a quote ends, and whose it is.
    speakers: Vec<(u32, &'a str)>,
    next_speaker: usize,
}

impl<'a> Marks<'a> {
    fn new(document: &'a Document) -> Self {
        let mut marks = Marks {
            entities: Vec::new(),
            next_entity: 0,
            starts: Vec::new(),
            ends: Vec::new(),
            started: 0,
            ended: 0,
            speakers: Vec::new(),
            next_speaker: 0,
        };
        if let Some(entities) = document.layer("entities")
            && let Some(labels) = entities.column("label")
        {
            marks.entities =
                entities.spans().iter().enumerate().map(|(row, span)| (*span, labels.string(row))).collect();
        }
        if let (Some(quotes), Some(parts)) = (document.layer("quotes"), document.layer("quote_parts")) {
            marks.quotes(document, quotes, parts);
        }
        marks
    }

    fn quotes(&mut self, document: &'a Document, quotes: &'a Layer, parts: &'a Layer) {
        let (Some(roles), Some(parents)) = (parts.column("role"), parts.column("quote")) else { return };
        let mut ends = vec![0u32; quotes.len()];
        for (row, span) in parts.spans().iter().enumerate() {
            if roles.string(row) != "content" {
                continue;
            }
            self.starts.push(span.start);
            self.ends.push(span.end);
            if let Some(end) = ends.get_mut(parents.number(row) as usize) {
                *end = span.end.max(*end);
            }
        }
        self.starts.sort_unstable();
        self.ends.sort_unstable();
        let rows = ends.iter().enumerate().filter(|(_, end)| **end > 0);
        self.speakers = rows.filter_map(|(row, end)| Some((*end, speaker(document, quotes, row)?))).collect();
        self.speakers.sort_by_key(|(end, _)| *end);
    }

    /// The style of the character at a byte; bytes must ascend from call to call.
    fn style(&mut self, at: u32) -> Style {
        while self.entities.get(self.next_entity).is_some_and(|(span, _)| span.end <= at) {
            self.next_entity += 1;
        }
        while self.starts.get(self.started).is_some_and(|start| *start <= at) {
            self.started += 1;
        }
        while self.ends.get(self.ended).is_some_and(|end| *end <= at) {
            self.ended += 1;
        }
        let quoted = self.started > self.ended;
        match self.entities.get(self.next_entity) {
            Some((span, label)) if span.start <= at => {
                let style = name_style(label);
                if quoted { style.italic() } else { style }
            }
            _ if quoted => QUOTE,
            _ => PLAIN,
        }
    }

    /// The speaker of a quote that has ended at a byte or before, once.
    fn ended_quote(&mut self, at: u32) -> Option<&'a str> {
        let (end, name) = *self.speakers.get(self.next_speaker)?;
        (end <= at).then(|| {
            self.next_speaker += 1;
            name
        })
    }
}

/// The name of a quote's speaker, if an actor is known to be it.
fn speaker<'a>(document: &'a Document, quotes: &Layer, row: usize) -> Option<&'a str> {
    let names = document.layer("actors")?.column("name")?;
    match quotes.column("speaker")?.number(row) {
        NONE => None,
        actor => Some(names.string(actor as usize)),
    }
}

fn text(page: &mut Wrapper<'_>, document: &Document) {
    let text = document.text();
    let mut marks = Marks::new(document);
    let kinds = document.layer("blocks").and_then(|blocks| blocks.column("kind"));
    let lines: Vec<Span>;
    let blocks = match document.layer("blocks") {
        Some(blocks) => blocks.spans(),
        None => {
            lines = text_lines(text);
            &lines
        }
    };
    for (row, block) in blocks.iter().enumerate() {
        let base = match kinds.map_or("", |kinds: &ColumnData| kinds.string(row)) {
            "headline" => BOLD,
            "byline" | "dateline" | "caption" => DIM,
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
        let next = blocks.get(row + 1).map_or(block.end, |next| next.start);
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
