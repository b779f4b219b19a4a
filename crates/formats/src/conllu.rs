//! CoNLL-U: words one a line, with names and coreference as in CorefUD 1.x.
//!
//! The format is that of Universal Dependencies (<https://universaldependencies.org/format.html>) and of CorefUD
//! (<https://ufal.mff.cuni.cz/corefud>). Files pass level 1 of the official validator, and its tests of coreference.
//! Level 2 wants tags and trees, which nobody has made; its other tests pass.
//!
//! A document without words has no place in the format. It is a comment of the next sentence: `# empty`, `# error` or
//! `# duplicate`. If no sentence follows, the file ends with a sentence of one word `_` that carries these comments.

mod brackets;
mod marks;

use std::fmt::Write as _;
use std::io::{self, Write};

use copydesk_core::{Article, Date, Document, OffsetMap, OffsetUnit, Span, SurfaceToken};

use crate::parts::Parts;
use crate::plain::{is_normal, normalise_from, push_line, push_percent};
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};
use brackets::Brackets;
use marks::Words;

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "conllu",
    aliases: &[],
    endings: &["conllu"],
    description: "CoNLL-U: one word a line, names and coreference as in CorefUD, quotes in MISC",
    layout: Layout::File,
    writer: |options| Box::new(ConlluWriter::new(options)),
};

/// The columns from LEMMA to DEPS, of which nothing is known.
const UNKNOWN: &str = "\t_\t_\t_\t_\t_\t_\t_\t";

struct ConlluWriter {
    unit: OffsetUnit,
    parts: Parts,
    /// Documents written so far: ids of entities must not come again in a file.
    documents: u64,
    /// True if comments were written that need a sentence to follow.
    open: bool,
    buffer: String,
}

/// A buffer that one huge document made larger than this is given back.
const KEPT: usize = 16 << 20;

impl ConlluWriter {
    fn new(options: &WriterOptions) -> Self {
        let (unit, parts) = (options.unit, options.parts.clone());
        ConlluWriter { unit, parts, documents: 0, open: false, buffer: String::new() }
    }

    fn send(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let written = out.write_all(self.buffer.as_bytes());
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
        written
    }

    fn comment(&mut self, key: &str, id: &str, texts: &[&str], out: &mut dyn Write) -> io::Result<()> {
        let _ = write!(self.buffer, "# {key} = ");
        push_id(&mut self.buffer, id);
        for text in texts {
            self.buffer.push_str(": ");
            push_line(&mut self.buffer, text, ' ');
        }
        self.buffer.push('\n');
        self.open = true;
        self.send(out)
    }
}

impl DocumentWriter for ConlluWriter {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.documents += 1;
        let tokens: Vec<SurfaceToken<'_>> = article.surface_tokens().collect();
        if tokens.is_empty() {
            return self.comment("empty", article.id(), &[], out);
        }
        let map = OffsetMap::new(article.text(), self.unit);
        let sentences = sentences(&tokens);
        let ends: Vec<u32> = sentences.iter().map(|sentence| sentence.word_end).collect();
        let spans = article.document().layer("tokens").map_or(&[][..], |layer| layer.spans());
        let words = Words { spans, ends: &ends };
        let mut page = Page {
            article,
            map: &map,
            tokens: &tokens,
            parts: &self.parts,
            entities: marks::entities(article, &words, &self.parts, self.documents),
            quotes: marks::quotes(article, &words, &self.parts, self.documents),
            word: 0,
            out: &mut self.buffer,
        };
        page.sentences(&sentences);
        self.open = false;
        self.send(out)
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        let stage = error.stage.as_ref().map(|stage| format!("stage {stage}"));
        let line = error.line.map(|line| format!("line {line}"));
        let texts: Vec<&str> =
            [stage.as_deref(), line.as_deref(), Some(&error.message)].into_iter().flatten().collect();
        self.comment("error", &error.id, &texts, out)
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        let mut of = String::new();
        push_id(&mut of, &duplicate.duplicate_of);
        self.comment("duplicate", &duplicate.id, &[&of], out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.open {
            return Ok(());
        }
        self.open = false;
        // Ids of other sentences end with a number.
        let _ = write!(self.buffer, "# sent_id = copydesk-end\n# text = _\n1\t_{UNKNOWN}_\n\n");
        self.send(out)
    }

    fn state(&self) -> Option<Vec<u8>> {
        let mut state = self.documents.to_le_bytes().to_vec();
        state.push(self.open.into());
        Some(state)
    }

    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let Some((documents, [open @ (0 | 1)])) = state.split_first_chunk() else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the state is not one of the format conllu"));
        };
        self.documents = u64::from_le_bytes(*documents);
        self.open = *open == 1;
        Ok(())
    }
}

/// Tokens of one sentence that follow one another.
struct SentenceTokens {
    /// The tokens: from this one, and before that one.
    range: std::ops::Range<usize>,
    /// The number of the word after the last.
    word_end: u32,
    block: u32,
}

fn sentences(tokens: &[SurfaceToken<'_>]) -> Vec<SentenceTokens> {
    let mut sentences: Vec<(u32, SentenceTokens)> = Vec::new();
    let mut word_end = 0;
    for (at, token) in tokens.iter().enumerate() {
        word_end += token.word_spans().len() as u32;
        let Some(sentence) = token.words().next().map(|word| word.sentence()) else { continue };
        match sentences.last_mut() {
            Some((row, last)) if *row == sentence.row() => {
                last.range.end = at + 1;
                last.word_end = word_end;
            }
            _ => {
                let block = sentence.block().row();
                sentences.push((sentence.row(), SentenceTokens { range: at..at + 1, word_end, block }));
            }
        }
    }
    sentences.into_iter().map(|(_, sentence)| sentence).collect()
}

/// Appends an id: white space, control characters, `/` (which Universal Dependencies keep for themselves) and `%` as
/// `%` and two digits for each byte.
fn push_id(out: &mut String, id: &str) {
    let normal = is_normal(id);
    for c in id.chars() {
        let safe =
            !c.is_whitespace() && !c.is_control() && !matches!(c, '/' | '%' | '\u{fffd}' | '\u{2028}' | '\u{2029}');
        if safe && (normal || c.is_ascii()) { out.push(c) } else { push_percent(out, c) }
    }
    if id.is_empty() {
        out.push('_');
    }
}

/// Appends characters as UDPipe does in `SpacesAfter`: `\s` is a blank, `\p` is `|`. Characters beyond ASCII and control
/// characters are `\u` and four digits, or `\U` and eight.
fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        let _ = match c {
            ' ' => write!(out, "\\s"),
            '\t' => write!(out, "\\t"),
            '\r' => write!(out, "\\r"),
            '\n' => write!(out, "\\n"),
            '|' => write!(out, "\\p"),
            '\\' => write!(out, "\\\\"),
            '!'..='~' => write!(out, "{c}"),
            '\0'..='\u{ffff}' => write!(out, "\\u{:04x}", c as u32),
            _ => write!(out, "\\U{:08x}", c as u32),
        };
    }
}

/// One document on its way out.
struct Page<'a> {
    article: &'a Article,
    map: &'a OffsetMap<'a>,
    tokens: &'a [SurfaceToken<'a>],
    parts: &'a Parts,
    entities: Brackets,
    quotes: Brackets,
    /// The number of the next word in the document.
    word: u32,
    out: &'a mut String,
}

impl Page<'_> {
    fn sentences(&mut self, sentences: &[SentenceTokens]) {
        self.head();
        for (number, sentence) in sentences.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|before| sentences.get(before));
            let new_block = |other: Option<&SentenceTokens>| other.is_none_or(|other| other.block != sentence.block);
            if self.parts.has("blocks") && new_block(before) {
                self.block(sentence.block);
            }
            self.out.push_str("# sent_id = ");
            push_id(self.out, self.article.id());
            let _ = write!(self.out, "-{}\n# text = ", number + 1);
            self.text(sentence);
            let ends_block = new_block(sentences.get(number + 1));
            let mut id = 0;
            for at in sentence.range.clone() {
                let last = at + 1 == sentence.range.end;
                self.token(at, &mut id, last && ends_block);
            }
            self.out.push('\n');
        }
    }

    /// Comments about the document.
    fn head(&mut self) {
        self.out.push_str("# newdoc id = ");
        push_id(self.out, self.article.id());
        self.out.push('\n');
        if self.parts.has("entities") || self.parts.has("actors") {
            self.out.push_str("# global.Entity = eid-etype-head-other\n");
        }
        if self.parts.has("quotes") {
            self.out.push_str("# global.Quote = qid-role-kind-act-speaker\n");
        }
        let document: &Document = self.article.document();
        let metadata = &document.metadata;
        let known = [
            ("title", metadata.title.as_deref()),
            ("published", metadata.published.as_ref().map(Date::as_str)),
            ("modified", metadata.modified.as_ref().map(Date::as_str)),
            ("outlet", metadata.outlet.as_deref()),
            ("section", metadata.section.as_deref()),
            ("language", metadata.language.as_deref()),
            ("url", metadata.url.as_deref()),
        ];
        let authors = Some(metadata.authors.join("; ")).filter(|authors| !authors.is_empty());
        let known = [("authors", authors.as_deref())].into_iter().chain(known);
        for (key, value) in known.filter_map(|(key, value)| Some((key, value?))).filter(|(key, _)| self.parts.has(key))
        {
            let _ = write!(self.out, "# meta::{key} = ");
            push_line(self.out, value, ' ');
            self.out.push('\n');
        }
    }

    fn block(&mut self, row: u32) {
        let kind = self.article.block(row).map_or("", |block| block.kind());
        self.out.push_str("# newpar\n# newpar_kind = ");
        push_line(self.out, kind, ' ');
        self.out.push('\n');
    }

    /// The forms of a sentence, with one blank where anything is between two.
    fn text(&mut self, sentence: &SentenceTokens) {
        let start = self.out.len();
        for at in sentence.range.clone() {
            let Some(token) = self.tokens.get(at) else { continue };
            push_form(self.out, token.text(), token.word_spans().len() > 1);
            if at + 1 < sentence.range.end && !gap(self.article.text(), self.tokens, at).is_empty() {
                self.out.push(' ');
            }
        }
        // A word may begin with a combining character that joins the word before.
        normalise_from(self.out, start);
        self.out.push('\n');
    }

    /// The lines of a token. `id` is the number of the last word within the sentence.
    fn token(&mut self, at: usize, id: &mut u32, ends_block: bool) {
        let Some(&token) = self.tokens.get(at) else { return };
        let words = token.word_spans();
        let several = words.len() > 1;
        if several {
            let _ = write!(self.out, "{}-{}\t", *id + 1, *id as usize + words.len());
            let changed = push_form(self.out, token.text(), true);
            self.out.push_str(UNKNOWN);
            self.spaces(at, ends_block, changed);
            self.out.push('\n');
        }
        for word in words {
            *id += 1;
            let _ = write!(self.out, "{id}\t");
            let changed = push_form(self.out, word.get(self.article.text()).unwrap_or_default(), false);
            self.out.push_str(UNKNOWN);
            let start = self.out.len();
            let marked = self.entities.write("Entity", self.word, self.out);
            if marked {
                self.out.push('|');
            }
            if self.quotes.write("Quote", self.word, self.out) {
                self.out.push('|');
            }
            if !several {
                self.spaces(at, ends_block, changed);
            } else if self.out.len() == start {
                self.out.push('_');
            } else {
                // No key follows the last bar.
                self.out.pop();
            }
            self.out.push('\n');
            self.word += 1;
        }
    }

    /// What restores the text around a token, and its place in the text.
    fn spaces(&mut self, at: usize, ends_block: bool, changed: bool) {
        let Some(token) = self.tokens.get(at) else { return };
        let is_last = at + 1 == self.tokens.len();
        let gap = gap(self.article.text(), self.tokens, at);
        match gap {
            // A paragraph cannot end so; at the end of a document nothing is said.
            "" if !ends_block => self.out.push_str("SpaceAfter=No|"),
            "" => {}
            " " if !is_last => {}
            _ => {
                self.out.push_str("SpacesAfter=");
                push_escaped(self.out, gap);
                self.out.push('|');
            }
        }
        if at == 0 && token.span().start > 0 {
            self.out.push_str("SpacesBefore=");
            push_escaped(self.out, Span::new(0, token.span().start).get(self.article.text()).unwrap_or_default());
            self.out.push('|');
        }
        if changed {
            self.out.push_str("SpacesInToken=");
            push_escaped(self.out, token.text());
            self.out.push('|');
        }
        let [start, end] = self.map.span(token.span());
        let _ = write!(self.out, "TokenRange={start}:{end}");
    }
}

/// The text between a token and the next, or up to the end of the document.
fn gap<'a>(text: &'a str, tokens: &[SurfaceToken<'_>], at: usize) -> &'a str {
    let start = tokens.get(at).map_or(0, |token| token.span().end);
    let end = tokens.get(at + 1).map_or(text.len() as u32, |token| token.span().start);
    Span::new(start, end.max(start)).get(text).unwrap_or_default()
}

/// Appends a word or token as FORM, and returns true if it is not as in the text. No token of several words may hold
/// white space; in a word it is one blank. A word of which nothing is left is `_`.
fn push_form(out: &mut String, text: &str, several: bool) -> bool {
    let start = out.len();
    push_line(out, text, if several { '\u{2423}' } else { ' ' });
    if out.len() == start {
        out.push('_');
    }
    out.get(start..) != Some(text)
}
