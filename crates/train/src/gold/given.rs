//! The input of a pipeline from a gold document: its text and its names.

use std::cmp::Reverse;
use std::fmt;

use copydesk_core::{Column, ColumnData, Document, Layer, LayerError, OffsetMap, Span, TextError, standard};

/// A gold document that cannot be given to a pipeline.
#[derive(Debug)]
pub struct GivenError(Reason);

#[derive(Debug)]
enum Reason {
    Text(TextError),
    Span([u32; 2]),
    Layer(LayerError),
    Analysis(String),
}

impl GivenError {
    /// A pipeline that was to find the other names has failed.
    pub(crate) fn analysis(message: impl fmt::Display) -> Self {
        GivenError(Reason::Analysis(message.to_string()))
    }
}

impl fmt::Display for GivenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Text(error) => error.fmt(f),
            Reason::Span([start, end]) => write!(f, "[{start}, {end}] is no span of the text"),
            Reason::Layer(error) => error.fmt(f),
            Reason::Analysis(message) => write!(f, "its other names cannot be found: {message}"),
        }
    }
}

impl std::error::Error for GivenError {}

impl From<TextError> for GivenError {
    fn from(error: TextError) -> Self {
        GivenError(Reason::Text(error))
    }
}

impl From<LayerError> for GivenError {
    fn from(error: LayerError) -> Self {
        GivenError(Reason::Layer(error))
    }
}

/// The bytes of a span in code points.
pub(super) fn span(map: &OffsetMap<'_>, place: [u32; 2]) -> Result<Span, GivenError> {
    match place.map(|offset| map.byte(offset)) {
        [Some(start), Some(end)] if start <= end => Ok(Span::new(start, end)),
        _ => Err(GivenError(Reason::Span(place))),
    }
}

/// Orders names as the layer `entities` does: by their start, the outer one first.
pub(super) fn sort(names: &mut [(Span, String)]) {
    names.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
}

/// Puts names, in their order, into a document as its entities.
pub(super) fn put(document: &mut Document, names: &[(Span, String)]) -> Result<(), GivenError> {
    let spans: Vec<Span> = names.iter().map(|(span, _)| *span).collect();
    let columns = vec![
        Column { name: "label".into(), data: ColumnData::strings(names.iter().map(|(_, label)| label)) },
        Column { name: "score".into(), data: ColumnData::F32 { width: 1, values: vec![1.0; spans.len()] } },
    ];
    let mut layer = Layer::new("entities", standard::layer("entities").unwrap_or_default());
    layer.append(document.text(), &spans, columns)?;
    document.put(layer);
    Ok(())
}
