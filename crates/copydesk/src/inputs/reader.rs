//! Documents that come as bytes in memory, such as the bodies of requests.

use copydesk_core::{Document, OffsetUnit};
use copydesk_formats::{Line, ReadError, parse_line};

use super::{encoded, language};

/// Reads documents from bytes in memory, as [`crate::Inputs`] reads them from files. The language of each is detected if
/// it does not say it.
///
/// ```
/// use copydesk::InputReader;
/// use copydesk::formats::Line;
///
/// let reader = InputReader::default();
/// let line = Line { number: 1, bytes: br#"{"id": "a", "html": "<p>It rains.</p>"}"#.to_vec() };
/// assert_eq!(reader.line(&line)?.text(), "It rains.");
/// assert_eq!(reader.text(b"It rains.".to_vec(), "b")?.id(), "b");
/// # Ok::<(), copydesk::formats::ReadError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct InputReader {
    unit: OffsetUnit,
}

impl InputReader {
    /// Returns a reader. Offsets of layers that a line brings are in `unit`, unless the line says otherwise.
    #[must_use]
    pub fn new(unit: OffsetUnit) -> Self {
        InputReader { unit }
    }

    /// Reads a line of JSON: an object with `text`, or with the markup of a web page in `html`.
    ///
    /// # Errors
    /// As [`parse_line`].
    pub fn line(&self, line: &Line) -> Result<Document, ReadError> {
        let mut document = parse_line(line, self.unit)?;
        encoded::describe_utf8(&mut document);
        Ok(finished(document))
    }

    /// Reads a text in any encoding.
    ///
    /// # Errors
    /// If its encoding cannot be told, or it has more than 4 GB.
    pub fn text(&self, bytes: Vec<u8>, id: &str) -> Result<Document, ReadError> {
        encoded::text(bytes, id).map(finished)
    }

    /// Reads a web page. `charset` is that of the response it came in; without one the page tells.
    ///
    /// # Errors
    /// As [`copydesk_formats::read_html`].
    pub fn page(&self, bytes: Vec<u8>, charset: Option<&str>, id: &str) -> Result<Document, ReadError> {
        encoded::page(bytes, charset, id).map(finished)
    }
}

fn finished(mut document: Document) -> Document {
    if document.metadata.language.is_none() {
        document.origin.language = language::detect(document.text());
    }
    document
}
