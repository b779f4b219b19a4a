//! A plugin that shows the documents it gets together, and misbehaves if a text tells it to.

use std::time::Duration;

use copydesk_sdk::{Annotator, Column, Document, Error, NoConfig, Output, Span};

/// Writes a row of the layer `batches` for each document: the number of documents in the call, the document's place,
/// and a number that depends on all of their texts and on their order.
///
/// A text can give an order. `refuse` gives an error, `outside` a span behind the end, `burst` a panic. `clash` panics
/// in company only. With `fewer`, a result is missing. `endless` works until it is cancelled.
pub struct Together;

impl Together {
    fn one(document: &Document<'_>, output: &mut Output<'_>, size: usize, place: usize, sum: f32) -> Result<(), Error> {
        let text = document.text();
        if text.contains("refuse") {
            return Err("told to refuse".into());
        }
        if text.contains("endless") {
            for _ in 0..crate::PATIENCE {
                output.check_cancelled()?;
                std::thread::sleep(Duration::from_millis(1));
            }
            return Err("nobody cancelled".into());
        }
        let end = text.len() as u32 + u32::from(text.contains("outside"));
        output.append(
            "batches",
            &[Span::new(0, end)],
            &[
                Column::u32s("size", &[size as u32]),
                Column::u32s("place", &[place as u32]),
                Column::f32s("sum", &[sum]),
            ],
        )
    }
}

impl Annotator for Together {
    const ID: &'static str = "together";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = r#"{
        "description": "Shows which documents it is given together",
        "writes": [{"layer": "batches", "columns": {"size": "u32", "place": "u32", "sum": "f32"}}]
    }"#;
    const BATCHES: bool = true;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Together)
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        assert!(!document.text().contains("burst"), "told to burst");
        Together::one(document, output, 1, 0, sum([document.text()]))
    }

    fn annotate_batch(&self, documents: &[Document<'_>], outputs: &mut [Output<'_>]) -> Vec<Result<(), Error>> {
        let says = |word: &str| documents.iter().any(|document| document.text().contains(word));
        assert!(!says("burst") && !says("clash"), "told to burst in a batch of {}", documents.len());
        let sum = sum(documents.iter().map(Document::text));
        let results = documents.iter().zip(outputs).enumerate();
        let results =
            results.map(|(place, (document, output))| Together::one(document, output, documents.len(), place, sum));
        results.skip(usize::from(says("fewer"))).collect()
    }
}

/// Rounds at every step.
fn sum<'t>(texts: impl IntoIterator<Item = &'t str>) -> f32 {
    texts.into_iter().flat_map(str::bytes).fold(0.1, |sum, byte| sum * 0.7 + f32::from(byte) / 3.0)
}
