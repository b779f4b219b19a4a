//! Web pages: the article's text in blocks, and its metadata.
//!
//! The page is parsed once, as browsers do it. Its blocks come from the tree in one walk. [`select`] finds those of the
//! article, and is the one place to exchange if another engine is better.

mod authors;
mod blocks;
mod dom;
mod jsonld;
mod metadata;
mod names;
mod parse;
mod paths;
mod phrases;
mod select;

use copydesk_core::{Column, ColumnData, ColumnType, Document, Layer, LayerType, Metadata, Span, standard};
use copydesk_text::BlockKind;

use crate::error::ReadError;
use crate::mend::mend;

/// The column of `blocks` that says where a block stood in the page.
pub const PATH: &str = "path";

/// Reads a web page: the article's text, its blocks, and its metadata.
///
/// The text is made of the article's headline, byline, paragraphs, list items, pull quotes and captions, with a blank
/// line between two of them. The layer `blocks` has a row for each, and one column more than usual, `path`: a CSS path
/// such as `html > body > article > p:nth-of-type(3)`. In the page, as a browser reads it without running scripts, it
/// selects the element with the block's text. Navigation, advertising, related articles, forms, comments and the like
/// are left out.
///
/// A page without an article gives a document without text. Markup that is no whole page is read too, and then all of
/// it is taken for the article.
///
/// ```
/// let page = "<html lang=en><title>Vote on Monday</title><body><nav><a href=/>Home</a></nav>
///     <article><h1>Vote on Monday</h1><p>The council will vote on Monday.</p></article>";
/// let document = copydesk_formats::read_html(page, "page.html")?;
/// assert_eq!(document.text(), "Vote on Monday\n\nThe council will vote on Monday.");
/// assert_eq!(document.metadata.language.as_deref(), Some("en"));
/// let paths = document.layer("blocks").and_then(|blocks| blocks.column("path"));
/// let paths = paths.and_then(|paths| paths.as_strings());
/// assert_eq!(paths.and_then(|paths| paths.get(1)), Some("html > body > article > p"));
/// # Ok::<(), copydesk_formats::ReadError>(())
/// ```
///
/// # Errors
/// If the page has more than a million elements and texts, or if its markup is made so that a browser would open elements
/// again and again.
pub fn read_html(page: &str, id: &str) -> Result<Document, ReadError> {
    let fault = |message: String| ReadError::new(id, None, message);
    let dom = parse::parse(page).map_err(|refusal| fault(refusal.to_string()))?;
    let is_whole = is_whole(page);
    let page = blocks::blocks(&dom);
    let found = metadata::metadata(&page);
    let mut text = Text::default();
    let mut paths = paths::Paths::new(&dom);
    for (block, kind) in select::select(&page, &found, is_whole) {
        text.push(&mend(page.text_of(block)), kind, || paths.path(block.owner));
    }
    let mut document = text.document(id).map_err(fault)?;
    document.metadata = found.metadata;
    Ok(document)
}

/// Reads a document whose text is a web page or a part of one, as columns and keys of exports have it. Id, `meta`,
/// origin, and the metadata that are known already stay.
///
/// # Errors
/// As [`read_html`].
pub fn html_document(document: Document) -> Result<Document, ReadError> {
    let mut read = read_html(document.text(), document.id()).map_err(|error| match document.origin.line {
        Some(line) => ReadError::new(document.id(), Some(line), error.message()),
        None => error,
    })?;
    let (known, found) = (document.metadata, std::mem::take(&mut read.metadata));
    read.metadata = Metadata {
        title: known.title.or(found.title),
        authors: if known.authors.is_empty() { found.authors } else { known.authors },
        published: known.published.or(found.published),
        modified: known.modified.or(found.modified),
        outlet: known.outlet.or(found.outlet),
        section: known.section.or(found.section),
        language: known.language.or(found.language),
        url: known.url.or(found.url),
    };
    read.meta = document.meta;
    read.origin = document.origin;
    Ok(read)
}

/// A whole page says so within this many bytes.
const FRAME: usize = 4096;

/// Returns true if markup is a whole page, and not a part of one as columns of exports have it.
fn is_whole(page: &str) -> bool {
    let start = page.as_bytes().get(..FRAME).unwrap_or(page.as_bytes());
    let tags: [&[u8]; 4] = [b"!doctype", b"html", b"head", b"body"];
    start.split(|byte| *byte == b'<').any(|after| {
        tags.iter().any(|tag| {
            let is_tag = after.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag));
            is_tag && after.get(tag.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        })
    })
}

/// The text of a document and its blocks.
#[derive(Default)]
struct Text {
    text: String,
    spans: Vec<Span>,
    kinds: Vec<&'static str>,
    paths: Vec<String>,
}

impl Text {
    fn push(&mut self, block: &str, kind: BlockKind, path: impl FnOnce() -> String) {
        // A text of 4 GB is refused when the document is made.
        let at = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if block.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = at(self.text.len());
        self.text.push_str(block);
        self.spans.push(Span::new(start, at(self.text.len())));
        self.kinds.push(kind.as_str());
        self.paths.push(path());
    }

    fn document(self, id: &str) -> Result<Document, String> {
        let mut document = Document::new(id, self.text).map_err(|error| error.to_string())?;
        let mut kind: LayerType = standard::layer("blocks").unwrap_or_default();
        kind.columns.insert(PATH.to_owned(), ColumnType::String);
        let mut layer = Layer::new("blocks", kind);
        let columns = [("kind", ColumnData::strings(&self.kinds)), (PATH, ColumnData::strings(&self.paths))];
        let columns = columns.map(|(name, data)| Column { name: name.to_owned(), data });
        layer.append(document.text(), &self.spans, columns.into()).map_err(|error| error.to_string())?;
        document.put(layer);
        Ok(document)
    }
}

/// Mends a text and puts it on one line.
fn mend_line(text: &str) -> String {
    mend(text).replace('\n', " ")
}
