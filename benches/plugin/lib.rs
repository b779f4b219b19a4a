//! A plugin with next to no work: it reads every token and appends a given number of rows. So the time of a call is
//! that of the boundary, built in, loaded or isolated.

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};

/// The options.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Rows to append: names of a token each.
    rows: u32,
}

/// The rows' columns, made once.
pub struct Reader {
    labels: Strings,
    scores: Vec<f32>,
}

impl Annotator for Reader {
    const ID: &'static str = "reader";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = r#"{
        "description": "Reads every token and calls the first ones names",
        "config": {
            "properties": {"rows": {"type": "integer", "minimum": 0, "description": "How many tokens to call names"}},
            "required": ["rows"]
        },
        "reads": [{"layer": "tokens", "columns": {"space_after": "u32"}}],
        "writes": [{"layer": "entities", "columns": {"label": "string", "score": "f32"}}]
    }"#;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let rows = config.rows as usize;
        Ok(Reader { labels: (0..rows).map(|_| "PERSON").collect(), scores: vec![0.5; rows] })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?;
        let spaced = tokens.u32s("space_after")?.iter().filter(|spaced| **spaced > 0).count();
        let spans: Vec<Span> = tokens.spans().iter().take(self.scores.len()).copied().collect();
        // The count is used, so that no compiler leaves the reading out.
        if spaced > tokens.len() || spans.len() < self.scores.len() {
            return Err(Error::new(format!("{} tokens are too few for {} rows", tokens.len(), self.scores.len())));
        }
        output.append(
            "entities",
            &spans,
            &[Column::strings("label", &self.labels), Column::f32s("score", &self.scores)],
        )
    }
}

export_plugin!(Reader);
