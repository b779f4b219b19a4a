//! An article: a document with checked standard layers, read through typed views.

use std::borrow::Cow;

use crate::tables::{Groups, Place, Tables};
use crate::{ArticleError, ColumnData, Document, Metadata, Span, Strings};

/// A document with typed views of its standard layers: entities, actors, quotes, stances and the others.
///
/// The views ([`Quote`](crate::Quote), [`Actor`](crate::Actor) and so on) are small copies that point into the
/// article. A layer that is not there has no rows; [`Article::has`] tells the two apart.
///
/// ```
/// use copydesk_core::{Article, Column, ColumnData, Document, Layer, Span, standard};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A pipeline writes these layers; here one is written by hand.
/// let mut document = Document::new("1", "“No,” said Ana Ruiz.")?;
/// let mut entities = Layer::new("entities", standard::layer("entities").unwrap_or_default());
/// let columns = vec![
///     Column { name: "label".into(), data: ColumnData::strings(["PERSON"]) },
///     Column { name: "score".into(), data: ColumnData::F32 { width: 1, values: vec![0.98] } },
/// ];
/// entities.append(document.text(), &[Span::new(15, 23)], columns)?;
/// document.put(entities);
///
/// let article = Article::new(document)?;
/// for entity in article.entities() {
///     println!("{} {}", entity.label(), entity.text());
/// }
/// # assert_eq!(article.entities().map(|entity| entity.text()).collect::<Vec<_>>(), ["Ana Ruiz"]);
/// assert!(!article.has("quotes"));
/// assert_eq!(article.quotes().len(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Article {
    document: Document,
    pub(crate) tables: Tables,
    /// Spans of quote parts. Those of one quote and role are together, in ascending order.
    part_spans: Vec<Span>,
    /// The beginnings of the spans: those of quote `q` and role `r` begin at `part_starts[q * ROLES + r]`.
    part_starts: Vec<u32>,
    /// Rows of mentions, by actor.
    pub(crate) mentions_of: Groups,
    /// Rows of quotes, by speaker.
    pub(crate) quotes_of: Groups,
}

/// The roles of quote parts, in the order of [`Article`].
const ROLES: [&str; 3] = ["content", "cue", "source"];

/// A role of a quote's parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Content,
    Cue,
    Source,
}

impl Article {
    /// Checks the standard layers of a document. Other layers may hold anything.
    ///
    /// # Errors
    /// If a column of a standard layer is missing, has another type, or refers to a row that is not there. The error
    /// gives the document back.
    pub fn new(document: Document) -> Result<Self, ArticleError> {
        let tables = match Tables::find(&document) {
            Ok(tables) => tables,
            Err(reason) => return Err(ArticleError::new(reason, document)),
        };
        let mut article = Article {
            document,
            tables,
            part_spans: Vec::new(),
            part_starts: Vec::new(),
            mentions_of: Groups::default(),
            quotes_of: Groups::default(),
        };
        article.group_parts();
        article.mentions_of = article.grouped(article.tables.actors.layer, article.tables.mentions.actor);
        article.quotes_of = article.grouped(article.tables.actors.layer, article.tables.quotes.speaker);
        Ok(article)
    }

    /// Groups the rows of a column of references by the row of `parents` that they refer to.
    fn grouped(&self, parents: Option<usize>, column: Option<Place>) -> Groups {
        match self.data(column).and_then(ColumnData::as_references) {
            None => Groups::default(),
            Some(references) => {
                let rows = references.rows().iter().map(|row| Some(*row as usize));
                Groups::new(self.spans(parents).len(), rows)
            }
        }
    }

    fn group_parts(&mut self) {
        let parts = &self.tables.parts;
        let roles = self.data(parts.role).and_then(ColumnData::as_strings);
        let quotes = self.data(parts.quote).and_then(ColumnData::as_references);
        let (Some(roles), Some(quotes)) = (roles, quotes) else { return };
        let groups = self.spans(self.tables.quotes.layer).len() * ROLES.len();
        let group = |(quote, role): (&u32, &str)| {
            let role = ROLES.iter().position(|own| *own == role)?;
            Some(*quote as usize * ROLES.len() + role)
        };
        let grouped = Groups::new(groups, quotes.rows().iter().zip(roles.iter()).map(group));
        let spans = self.spans(parts.layer);
        let mut part_spans = Vec::with_capacity(spans.len());
        let mut part_starts = Vec::with_capacity(groups + 1);
        part_starts.push(0);
        for group in 0..groups {
            let first = part_spans.len();
            part_spans.extend(grouped.of(group).iter().filter_map(|row| spans.get(*row as usize)));
            if let Some(own) = part_spans.get_mut(first..) {
                own.sort_unstable();
            }
            part_starts.push(part_spans.len() as u32);
        }
        self.part_spans = part_spans;
        self.part_starts = part_starts;
    }

    /// Returns the document, with layers of other plugins as well.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Gives the document back.
    #[must_use]
    pub fn into_document(self) -> Document {
        self.document
    }

    /// Returns the article's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.document.id()
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Returns the metadata of the article.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.document.metadata
    }

    /// Returns true if a layer exists, with or without rows.
    #[must_use]
    pub fn has(&self, layer: &str) -> bool {
        self.document.layer(layer).is_some()
    }

    /// Returns the words of some spans, joined by blanks.
    #[must_use]
    pub fn words(&self, spans: &[Span]) -> Cow<'_, str> {
        let words = |span: &Span| span.get(self.text()).unwrap_or_default();
        match spans {
            [] => Cow::Borrowed(""),
            [span] => Cow::Borrowed(words(span)),
            spans => Cow::Owned(spans.iter().map(words).collect::<Vec<_>>().join(" ")),
        }
    }

    /// The spans of one quote that have one role.
    pub(crate) fn parts(&self, quote: u32, role: Role) -> &[Span] {
        let group = quote as usize * ROLES.len() + role as usize;
        match (self.part_starts.get(group), self.part_starts.get(group + 1)) {
            (Some(&start), Some(&end)) => self.part_spans.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn data(&self, place: Option<Place>) -> Option<&ColumnData> {
        let Place { layer, column } = place?;
        Some(&self.document.layers().get(layer)?.columns().get(column)?.data)
    }

    /// The spans of a layer; none if it is not there.
    pub(crate) fn spans(&self, layer: Option<usize>) -> &[Span] {
        layer.and_then(|layer| self.document.layers().get(layer)).map_or(&[], |layer| layer.spans())
    }

    /// The number of rows of a layer.
    pub(crate) fn rows(&self, layer: Option<usize>) -> u32 {
        self.spans(layer).len() as u32
    }

    pub(crate) fn span(&self, layer: Option<usize>, row: u32) -> Span {
        self.spans(layer).get(row as usize).copied().unwrap_or_default()
    }

    // The tables hold columns of these types alone: none of the values below stands for another type.

    pub(crate) fn string(&self, place: Option<Place>, row: u32) -> &str {
        let strings: Option<Strings<'_>> = self.data(place).and_then(ColumnData::as_strings);
        strings.and_then(|strings| strings.get(row as usize)).unwrap_or_default()
    }

    pub(crate) fn numbers(&self, place: Option<Place>) -> &[u32] {
        self.data(place).and_then(ColumnData::as_numbers).unwrap_or_default()
    }

    pub(crate) fn float(&self, place: Option<Place>, row: u32) -> f32 {
        let floats = self.data(place).and_then(ColumnData::as_floats).and_then(|floats| floats.scalars());
        floats.and_then(|floats| floats.get(row as usize)).copied().unwrap_or_default()
    }

    pub(crate) fn reference(&self, place: Option<Place>, row: u32) -> Option<u32> {
        self.data(place)?.as_references()?.get(row as usize)
    }

    /// A reference that always refers to a row: [`Article::new`] has checked it.
    pub(crate) fn required(&self, place: Option<Place>, row: u32) -> u32 {
        self.reference(place, row).unwrap_or_default()
    }
}
