//! The class `Article`: what was found in one text.

use std::sync::Arc;

use copydesk::Metadata;
use copydesk::core::{Article as Found, Date, OffsetUnit};
use copydesk::formats::{ArticleReport, DocumentWriter, JsonWriter, Parts, WriterOptions};
use copydesk::tables::TableBuilder;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use serde_json::value::RawValue;

use crate::fault::mistake;
use crate::pipeline::{json, unit};
use crate::rows::{Actor, Block, Entity, Mention, Quote, Sentence, Shared, Stance, Token};
use crate::table::{Table, table_of};

/// What was found in one text. See the stubs for what its attributes mean.
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

    fn line(&self, parts: Option<Vec<String>>, offsets: &str) -> PyResult<String> {
        let parts = parts.map_or_else(Parts::default, |names| Parts::named(names.iter().map(String::as_str)));
        let mut line = Vec::new();
        JsonWriter::new(&self.options(unit(offsets)?, parts)).line(self.found(), &mut line);
        line.truncate(line.trim_ascii_end().len());
        String::from_utf8(line).map_err(mistake)
    }
}

#[pymethods]
impl Article {
    #[getter]
    fn id(&self) -> &str {
        self.found().id()
    }

    #[getter]
    fn text(&self) -> &str {
        self.found().text()
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.metadata().title.as_deref()
    }

    #[getter]
    fn authors(&self) -> Vec<&str> {
        self.metadata().authors.iter().map(String::as_str).collect()
    }

    #[getter]
    fn published(&self) -> Option<&str> {
        self.metadata().published.as_ref().map(Date::as_str)
    }

    #[getter]
    fn modified(&self) -> Option<&str> {
        self.metadata().modified.as_ref().map(Date::as_str)
    }

    #[getter]
    fn outlet(&self) -> Option<&str> {
        self.metadata().outlet.as_deref()
    }

    #[getter]
    fn section(&self) -> Option<&str> {
        self.metadata().section.as_deref()
    }

    #[getter]
    fn language(&self) -> Option<&str> {
        self.metadata().language.as_deref()
    }

    #[getter]
    fn url(&self) -> Option<&str> {
        self.metadata().url.as_deref()
    }

    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &serde_json::to_string(&self.found().document().meta).map_err(mistake)?)
    }

    #[getter]
    fn blocks(&self) -> Vec<Block> {
        Block::all(&self.shared)
    }

    #[getter]
    fn sentences(&self) -> Vec<Sentence> {
        Sentence::all(&self.shared)
    }

    #[getter]
    fn tokens(&self) -> Vec<Token> {
        Token::all(&self.shared)
    }

    #[getter]
    fn entities(&self) -> Vec<Entity> {
        Entity::all(&self.shared)
    }

    #[getter]
    fn actors(&self) -> Vec<Actor> {
        Actor::all(&self.shared)
    }

    #[getter]
    fn mentions(&self) -> Vec<Mention> {
        Mention::all(&self.shared)
    }

    #[getter]
    fn quotes(&self) -> Vec<Quote> {
        Quote::all(&self.shared)
    }

    #[getter]
    fn stances(&self) -> Vec<Stance> {
        Stance::all(&self.shared)
    }

    /// Returns true if a stage wrote this layer, with or without rows.
    fn has(&self, layer: &str) -> bool {
        self.found().has(layer)
    }

    #[pyo3(signature = (layer = "quotes", *, offsets = "char"))]
    fn table(&self, layer: &str, offsets: &str) -> PyResult<Table> {
        let layer = table_of(layer)?;
        let mut builder = TableBuilder::new(layer, unit(offsets)?);
        let schema = builder.schema();
        builder.article(self.found());
        Ok(Table::new(layer.name(), schema, vec![builder.take().map_err(mistake)?]))
    }

    #[pyo3(signature = (layers = None, *, offsets = "char"))]
    fn to_json(&self, layers: Option<Vec<String>>, offsets: &str) -> PyResult<String> {
        self.line(layers, offsets)
    }

    #[pyo3(signature = (layers = None, *, offsets = "char"))]
    fn to_dict<'py>(&self, py: Python<'py>, layers: Option<Vec<String>>, offsets: &str) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.line(layers, offsets)?)
    }

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

    /// Returns the article as a `Doc` of spaCy.
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
