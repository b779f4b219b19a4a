//! Any bytes as a web page: a document of sound blocks, or an error.

use copydesk_core::Document;
use copydesk_formats::{PATH, decode, html_document, read_html};
use copydesk_text::BlockKind;

use crate::sound;

/// Pages this short have a path for each block.
const SHORT: usize = 10_000;

/// Decodes `bytes` and reads them as a page. The blocks of the document are its text, in order, with a blank line
/// between two of them. Each has a kind, a path from the page's root, and a text without white space at its ends. What
/// is known of a document stays if its text is read as a page.
pub fn html(bytes: &[u8]) {
    let Ok(decoded) = decode(bytes.to_vec(), true, None) else { return };
    let document = match read_html(&decoded.text, "page") {
        Ok(document) => document,
        Err(error) => {
            assert!(error.id() == "page" && !error.message().is_empty() && !error.is_io(), "{error:?}");
            return;
        }
    };
    sound::document(&document);
    let blocks = document.layer("blocks").expect("a page has blocks");
    let column = |name: &str| {
        let column = blocks.column(name).and_then(|column| column.as_strings());
        column.unwrap_or_else(|| panic!("blocks have no {name}"))
    };
    let (kinds, paths) = (column("kind"), column(PATH));
    let mut texts = Vec::new();
    for (row, span) in blocks.spans().iter().enumerate() {
        let text = span.get(document.text()).expect("a block lies in the text");
        assert!(!text.is_empty() && text.trim() == text, "{text:?}");
        assert!(!text.contains("\n\n") && !text.contains(['\0', '\r', '\t', '\u{AD}']), "{text:?}");
        texts.push(text);
        assert!(kinds.get(row).and_then(BlockKind::from_name).is_some(), "{:?}", kinds.get(row));
        let path = paths.get(row).expect("a path a row");
        assert!(path.starts_with("html") || bytes.len() > SHORT, "{path:?}");
    }
    assert_eq!(texts.join("\n\n"), document.text());
    again(&decoded.text, &document);
}

fn again(page: &str, read: &Document) {
    let metadata = &read.metadata;
    for text in [&metadata.title, &metadata.outlet, &metadata.section, &metadata.language, &metadata.url] {
        assert!(text.as_ref().is_none_or(|text| !text.is_empty()), "{metadata:?}");
    }
    let mut given = Document::new("row", page).expect("a short text");
    given.metadata.title = Some("Known".to_owned());
    given.meta.insert("key".to_owned(), 1.into());
    given.origin.line = Some(7);
    let document = html_document(given).expect("a page that could be read");
    assert_eq!((document.id(), document.text()), ("row", read.text()));
    assert_eq!(document.metadata.title.as_deref(), Some("Known"));
    assert_eq!(document.metadata.authors, metadata.authors);
    assert_eq!((document.meta.len(), document.origin.line), (1, Some(7)));
}
