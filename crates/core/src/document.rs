//! A document: an id, a text that never changes, metadata, and layers.

use std::fmt;

use serde_json::{Map, Value};

use crate::{Column, ColumnType, Layer, LayerError, Metadata, Origin};

/// One article.
#[derive(Clone, Debug)]
pub struct Document {
    id: String,
    text: String,
    /// The metadata with types: title, authors, dates and so on.
    pub metadata: Metadata,
    /// Other metadata, passed through unchanged.
    pub meta: Map<String, Value>,
    /// The place that the document was read from.
    pub origin: Origin,
    layers: Vec<Layer>,
}

/// A text that cannot be a document's: longer than spans can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextError {
    len: usize,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text has {} bytes; a document may have {}: split it", self.len, u32::MAX - 1)
    }
}

impl std::error::Error for TextError {}

impl Document {
    /// A document without layers.
    ///
    /// # Errors
    /// If the text has `u32::MAX` bytes or more.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.len() >= u32::MAX as usize {
            return Err(TextError { len: text.len() });
        }
        let (metadata, origin) = (Metadata::default(), Origin::default());
        Ok(Document { id: id.into(), text, metadata, meta: Map::new(), origin, layers: Vec::new() })
    }

    /// Gives the document another id. All else stays.
    ///
    /// ```
    /// let document = copydesk_core::Document::new("1", "It rains.")?.with_id("weather");
    /// assert_eq!((document.id(), document.text()), ("weather", "It rains."));
    /// # Ok::<(), copydesk_core::TextError>(())
    /// ```
    #[must_use]
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Document { id: id.into(), ..self }
    }

    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The layers, in the order they came.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// A layer by its name.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name() == name)
    }

    /// Adds a column to a layer.
    ///
    /// # Errors
    /// If the layer does not exist, or as [`Layer::check_extension`].
    pub fn extend(&mut self, layer: &str, kind: &ColumnType, column: Column) -> Result<(), LayerError> {
        match self.layers.iter_mut().find(|own| own.name() == layer) {
            Some(own) => own.extend(kind, column),
            None => Err(LayerError::new(layer, "is not there")),
        }
    }

    /// Follows rows of `layer` to their new numbers in all layers that refer to it.
    pub fn renumber(&mut self, layer: &str, numbers: &[u32]) {
        for own in &mut self.layers {
            own.renumber(layer, numbers);
        }
    }

    /// Puts a layer in, in place of one with the same name.
    pub fn put(&mut self, layer: Layer) {
        match self.layers.iter_mut().find(|old| old.name() == layer.name()) {
            Some(old) => *old = layer,
            None => self.layers.push(layer),
        }
    }
}
