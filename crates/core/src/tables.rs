//! The columns of the standard layers in a document, looked up by name and checked once.

use std::fmt;

use crate::{ColumnType, Document, Layer, LayerError, check_column_references, standard};

/// A column: the number of its layer in the document, and its own number in the layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub layer: usize,
    pub column: usize,
}

/// The standard layers of a document. Missing ones are `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub blocks: Blocks,
    pub sentences: Sentences,
    pub tokens: Tokens,
    pub entities: Entities,
    pub quotes: Quotes,
    pub parts: Parts,
    pub actors: Actors,
    pub mentions: Mentions,
    pub stances: Stances,
}

/// Declares the columns of one layer.
macro_rules! table {
    ($name:ident, $layer:literal, [$($column:ident $key:literal),*], [$($added:ident $added_key:literal),*]) => {
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name {
            pub layer: Option<usize>,
            $(pub $column: Option<Place>,)*
            $(pub $added: Option<Place>,)*
        }

        impl $name {
            fn find(document: &Document) -> Result<Self, Reason> {
                let Some(finder) = Finder::new(document, $layer) else { return Ok($name::default()) };
                Ok($name {
                    layer: Some(finder.at),
                    $($column: Some(finder.required($key)?),)*
                    $($added: finder.added($added_key)?,)*
                })
            }
        }
    };
}

table!(Blocks, "blocks", [kind "kind"], []);
table!(Sentences, "sentences", [block "block"], []);
table!(Tokens, "tokens", [sentence "sentence", space_after "space_after", part "part"], []);
table!(Entities, "entities", [label "label", score "score"], [actor "actor"]);
table!(Quotes, "quotes", [kind "kind", act "act", score "score"], [speaker "speaker", speaker_score "speaker_score"]);
table!(Parts, "quote_parts", [quote "quote", role "role"], []);
table!(
    Actors,
    "actors",
    [name "name", label "label"],
    [role "role", affiliation "affiliation", kb_id "kb_id", kb_score "kb_score"]
);
table!(Mentions, "mentions", [actor "actor", kind "type"], []);
table!(
    Stances,
    "stances",
    [holder "holder", target "target", mention "mention", polarity "polarity", score "score"],
    []
);

impl Tables {
    /// Finds the standard columns.
    pub(crate) fn find(document: &Document) -> Result<Self, Reason> {
        Ok(Tables {
            blocks: Blocks::find(document)?,
            sentences: Sentences::find(document)?,
            tokens: Tokens::find(document)?,
            entities: Entities::find(document)?,
            quotes: Quotes::find(document)?,
            parts: Parts::find(document)?,
            actors: Actors::find(document)?,
            mentions: Mentions::find(document)?,
            stances: Stances::find(document)?,
        })
    }
}

/// Finds the columns of one layer.
struct Finder<'a> {
    document: &'a Document,
    layer: &'a Layer,
    at: usize,
}

impl<'a> Finder<'a> {
    fn new(document: &'a Document, name: &str) -> Option<Self> {
        let at = document.layers().iter().position(|layer| layer.name() == name)?;
        Some(Finder { document, layer: document.layers().get(at)?, at })
    }

    /// A column that whoever writes the layer gives.
    fn required(&self, name: &'static str) -> Result<Place, Reason> {
        self.added(name)?.ok_or_else(|| self.reason(name, None))
    }

    /// A column that a later stage may have added.
    fn added(&self, name: &'static str) -> Result<Option<Place>, Reason> {
        let columns = self.layer.columns();
        let Some(at) = columns.iter().position(|column| column.name == name) else { return Ok(None) };
        let found = self.layer.column_type(name);
        let (Some(kind), Some(column)) = (found, columns.get(at)) else { return Err(self.reason(name, found)) };
        if !standard::column(self.layer.name(), name).is_some_and(|wanted| kind.satisfies(wanted)) {
            return Err(self.reason(name, found));
        }
        let rows_of = |layer: &str| self.document.layer(layer).map_or(0, Layer::len);
        check_column_references(self.layer.name(), kind, column, rows_of).map_err(Reason::Reference)?;
        Ok(Some(Place { layer: self.at, column: at }))
    }

    fn reason(&self, column: &'static str, found: Option<&ColumnType>) -> Reason {
        let layer = self.layer.name();
        let wanted = standard::column(layer, column).map_or_else(String::new, ToString::to_string);
        Reason::Column { layer: layer.to_owned(), column, found: found.map(ToString::to_string), wanted }
    }
}

/// The error of a layer.
#[derive(Clone, Debug)]
pub(crate) enum Reason {
    /// A column is missing or has another type.
    Column { layer: String, column: &'static str, found: Option<String>, wanted: String },
    /// A row refers to a row that is not there.
    Reference(LayerError),
}

/// A document that is no [`Article`](crate::Article): a column of a standard layer is missing, has another type, or
/// refers to a missing row. The message names the layer, the column, and the type found and wanted.
#[derive(Clone, Debug)]
pub struct ArticleError {
    reason: Reason,
    document: Box<Document>,
}

impl ArticleError {
    pub(crate) fn new(reason: Reason, document: Document) -> Self {
        ArticleError { reason, document: Box::new(document) }
    }

    /// Returns the document, as it was given.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Gives the document back.
    #[must_use]
    pub fn into_document(self) -> Document {
        *self.document
    }
}

impl fmt::Display for ArticleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Column { layer, column, found: Some(found), wanted } => {
                write!(f, "layer {layer:?}: column {column:?} is {found}, it must be {wanted}")
            }
            Reason::Column { layer, column, found: None, wanted } => {
                write!(f, "layer {layer:?}: column {column:?} of type {wanted} is missing")
            }
            Reason::Reference(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ArticleError {}

/// Rows grouped by the parent that each refers to: rows of `parent` are `rows[starts[parent]..starts[parent + 1]]`,
/// in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    /// Groups rows by their parents. There are `count` parents. A row without a parent is in no group.
    pub(crate) fn new(count: usize, parents: impl Iterator<Item = Option<usize>> + Clone) -> Self {
        let mut starts = vec![0u32; count + 2];
        for parent in parents.clone().flatten() {
            if let Some(rows) = starts.get_mut(parent.saturating_add(2)) {
                *rows += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        // `starts[parent + 1]` now says where the parent's rows begin; filling moves it to their end.
        let mut rows = vec![0; total as usize];
        for (row, parent) in parents.enumerate() {
            if let Some(parent) = parent
                && let Some(next) = starts.get_mut(parent.saturating_add(1)).filter(|_| parent < count)
                && let Some(slot) = rows.get_mut(*next as usize)
            {
                *slot = row as u32;
                *next += 1;
            }
        }
        Groups { starts, rows }
    }

    /// Returns the rows of a parent.
    pub(crate) fn of(&self, parent: usize) -> &[u32] {
        match (self.starts.get(parent), self.starts.get(parent + 1)) {
            (Some(&start), Some(&end)) => self.rows.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}
