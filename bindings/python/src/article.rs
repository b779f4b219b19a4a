//! The class `Article`: what was found in one text.

use std::sync::Arc;

use copydesk::Metadata;
use copydesk::core::{Article as Found, Date, OffsetUnit};
use copydesk::formats::{ArticleReport, DocumentWriter, JsonWriter, PARTS, Parts, WriterOptions};
use copydesk::tables::TableBuilder;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use serde_json::value::RawValue;

use crate::fault::mistake;
use crate::pipeline::{json, unit};
use crate::rows::{Actor, Block, Entity, Mention, Quote, Sentence, Shared, Stance, Token};
use crate::table::{Table, table_of};

/// What a result has whatever parts are asked for.
const ALWAYS: [&str; 3] = ["schema", "id", "offsets"];

/// Layers whose rows stand within other parts.
const WITHIN: [&str; 2] = ["quote_parts", "mentions"];

/// What was found in one text.
#[pyclass(frozen, module = "copydesk")]
#[derive(Debug)]
pub struct Article {
    shared: Arc<Shared>,
}

impl Article {
    /// Returns the object of an article.
    pub fn new(article: Found, provenance: Arc<RawValue>) -> Self {
        Article { shared: Shared::new(article, provenance) }
    }

    fn found(&self) -> &Found {
        &self.shared.article
    }

    fn metadata(&self) -> &Metadata {
        self.found().metadata()
    }

    fn options(&self, unit: OffsetUnit, parts: Parts) -> WriterOptions {
        let provenance = RawValue::from_string(self.shared.provenance.get().to_owned()).ok();
        WriterOptions { unit, parts, provenance, ..WriterOptions::default() }
    }

    /// Returns the result as JSON, with these parts.
    ///
    /// # Errors
    /// If there is no such part, or no such unit of offsets.
    fn line(&self, parts: Option<Vec<String>>, offsets: &str) -> PyResult<String> {
        let is_known = |name: &str| {
            PARTS.contains(&name) || ALWAYS.contains(&name) || self.found().has(name) && !WITHIN.contains(&name)
        };
        if let Some(wrong) = parts.iter().flatten().find(|name| !is_known(name)) {
            let message = format!("there is no part {wrong:?}; there are {}", PARTS.join(", "));
            return Err(PyValueError::new_err(message));
        }
        let parts = parts.map_or_else(Parts::default, |names| Parts::named(names.iter().map(String::as_str)));
        let mut line = Vec::new();
        JsonWriter::new(&self.options(unit(offsets)?, parts)).line(self.found(), &mut line);
        line.truncate(line.trim_ascii_end().len());
        String::from_utf8(line).map_err(mistake)
    }
}

#[pymethods]
impl Article {
    /// The id.
    #[getter]
    fn id(&self) -> &str {
        self.found().id()
    }

    /// The text. The article holds it once, in UTF-8; this makes a str of it.
    #[getter]
    fn text(&self) -> &str {
        self.found().text()
    }

    /// The headline.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.metadata().title.as_deref()
    }

    /// The authors.
    #[getter]
    fn authors(&self) -> Vec<&str> {
        self.metadata().authors.iter().map(String::as_str).collect()
    }

    /// When it came out, in ISO 8601.
    #[getter]
    fn published(&self) -> Option<&str> {
        self.metadata().published.as_ref().map(Date::as_str)
    }

    /// When it was last changed, in ISO 8601.
    #[getter]
    fn modified(&self) -> Option<&str> {
        self.metadata().modified.as_ref().map(Date::as_str)
    }

    /// The newspaper, agency, broadcaster or site.
    #[getter]
    fn outlet(&self) -> Option<&str> {
        self.metadata().outlet.as_deref()
    }

    /// The section of the outlet.
    #[getter]
    fn section(&self) -> Option<&str> {
        self.metadata().section.as_deref()
    }

    /// The language, as a BCP 47 tag.
    #[getter]
    fn language(&self) -> Option<&str> {
        self.metadata().language.as_deref()
    }

    /// The address.
    #[getter]
    fn url(&self) -> Option<&str> {
        self.metadata().url.as_deref()
    }

    /// Other metadata, unchanged.
    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &serde_json::to_string(&self.found().document().meta).map_err(mistake)?)
    }

    /// The paragraphs, headlines and so on, in the order of the text.
    #[getter]
    fn blocks(&self) -> Vec<Block> {
        Block::all(&self.shared)
    }

    /// The sentences.
    #[getter]
    fn sentences(&self) -> Vec<Sentence> {
        Sentence::all(&self.shared)
    }

    /// The words.
    #[getter]
    fn tokens(&self) -> Vec<Token> {
        Token::all(&self.shared)
    }

    /// The names, with dates, sums and the like.
    #[getter]
    fn entities(&self) -> Vec<Entity> {
        Entity::all(&self.shared)
    }

    /// The participants.
    #[getter]
    fn actors(&self) -> Vec<Actor> {
        Actor::all(&self.shared)
    }

    /// The mentions of all actors, in the order of the text.
    #[getter]
    fn mentions(&self) -> Vec<Mention> {
        Mention::all(&self.shared)
    }

    /// Who said what, in the order of the text.
    #[getter]
    fn quotes(&self) -> Vec<Quote> {
        Quote::all(&self.shared)
    }

    /// How holders stand toward actors.
    #[getter]
    fn stances(&self) -> Vec<Stance> {
        Stance::all(&self.shared)
    }

    /// Returns True if a stage wrote this layer, with or without rows.
    fn has(&self, layer: &str) -> bool {
        self.found().has(layer)
    }

    /// Returns one layer as a table.
    #[pyo3(signature = (layer = "quotes", *, offsets = "char"))]
    fn table(&self, layer: &str, offsets: &str) -> PyResult<Table> {
        let layer = table_of(layer)?;
        let mut builder = TableBuilder::new(layer, unit(offsets)?);
        let schema = builder.schema();
        builder.article(self.found());
        Ok(Table::new(layer.name(), schema, vec![builder.take().map_err(mistake)?]))
    }

    /// Returns the line that the program writes: schema copydesk/1, with these parts or all.
    #[pyo3(signature = (layers = None, *, offsets = "char"))]
    fn to_json(&self, layers: Option<Vec<String>>, offsets: &str) -> PyResult<String> {
        self.line(layers, offsets)
    }

    /// Returns that line as a dict.
    #[pyo3(signature = (layers = None, *, offsets = "char"))]
    fn to_dict<'py>(&self, py: Python<'py>, layers: Option<Vec<String>>, offsets: &str) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.line(layers, offsets)?)
    }

    /// Returns the article report, a page that needs nothing beside it.
    fn to_html(&self) -> PyResult<String> {
        let mut report = ArticleReport::new(&self.options(OffsetUnit::Utf16, Parts::default()));
        let mut file = Vec::new();
        report.begin(&mut file)?;
        report.document(self.found(), &mut file)?;
        report.finish(&mut file)?;
        String::from_utf8(file).map_err(mistake)
    }

    fn _repr_html_(&self) -> PyResult<String> {
        let page = self.to_html()?.replace('&', "&amp;").replace('"', "&quot;");
        Ok(format!(
            "<iframe title=\"Copydesk\" sandbox=\"allow-scripts allow-downloads\" srcdoc=\"{page}\" \
             style=\"width: 100%; height: 42em; border: 1px solid #8884; border-radius: 4px\"></iframe>"
        ))
    }

    /// Returns a `spacy.tokens.Doc` with these tokens, sentences, names and quotes. It needs spaCy.
    fn to_spacy<'py>(slf: &Bound<'py, Self>, vocab: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        PyModule::import(slf.py(), "copydesk.spacy")?.call_method1("to_doc", (slf, vocab))
    }

    fn __reduce__(&self) -> PyResult<()> {
        let message = "an Article cannot be pickled; hand on article.to_dict(), or article.table(layer).to_rows()";
        Err(PyTypeError::new_err(message))
    }

    fn __repr__(&self) -> String {
        let found = self.found();
        format!(
            "<Article {:?}: {} characters, {} actors, {} quotes, {} stances>",
            found.id(),
            found.text().chars().count(),
            found.actors().len(),
            found.quotes().len(),
            found.stances().len()
        )
    }
}
