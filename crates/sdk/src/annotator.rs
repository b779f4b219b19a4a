//! The trait a plugin implements.

use serde::de::DeserializeOwned;

use crate::{Document, Error, Output};

/// One plugin. [`crate::export_plugin!`] exports a type that implements it to the host.
///
/// One instance serves many threads: `annotate` takes `&self`. Keep scratch memory in a
/// `thread_local!` or a pool. A panic is caught and becomes an error of that document.
pub trait Annotator: Send + Sync + Sized + 'static {
    /// The plugin's id, `[a-z][a-z0-9_]*`.
    const ID: &'static str;
    /// The plugin's version, by semantic versioning; `env!("CARGO_PKG_VERSION")` as a rule.
    const VERSION: &'static str;
    /// The manifest, JSON; `include_str!("../manifest.json")` as a rule. See the crate's page.
    const MANIFEST: &'static str;
    /// True if [`Annotator::annotate_batch`] is better than one document at a time.
    const BATCHES: bool = false;
    /// The configuration. The host has checked it against the manifest's schema and filled in the
    /// defaults.
    type Config: DeserializeOwned;

    /// Makes an instance for one stage.
    ///
    /// # Errors
    /// If the configuration cannot be met, for example if a model file is missing.
    fn create(config: Self::Config) -> Result<Self, Error>;

    /// Returns true if this instance needs a layer that the manifest marks optional in `reads`, for example because its
    /// model reads it. Also returns true if it makes a layer that the manifest marks optional in `writes`. If a stage
    /// needs a layer and no earlier stage makes it, the pipeline is refused before the first document.
    fn needs(&self, layer: &str) -> bool {
        let _ = layer;
        false
    }

    /// Annotates one document. The result must depend on the document and the configuration alone.
    ///
    /// # Errors
    /// If this document cannot be annotated. Nothing that was written is kept then.
    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error>;

    /// Analyzes several documents, at least one: `outputs[i]` belongs to `documents[i]`, and so does result `i`.
    ///
    /// Called only if [`Annotator::BATCHES`] is true. `copydesk` cuts its input into groups of consecutive documents. A
    /// group ends after `--batch` documents (16) or a mebibyte of text. The batch holds those documents of the group
    /// that no earlier stage failed on. A single document goes to [`Annotator::annotate`]. Groups depend on the input
    /// alone, not on threads or time, so that the same input gives the same output. The result must equal that of
    /// single `annotate` calls, apart from float rounding.
    ///
    /// The plugin may sort the batch by length or split it, if that fits the machine better. If one document cannot be
    /// annotated, make that its result. A panic or a wrong number of results fails the whole batch. Then nothing of it
    /// is kept, and `annotate` is called for each document.
    fn annotate_batch(&self, documents: &[Document<'_>], outputs: &mut [Output<'_>]) -> Vec<Result<(), Error>> {
        documents.iter().zip(outputs).map(|(document, output)| self.annotate(document, output)).collect()
    }
}

/// The configuration of a plugin that has none. Any key is refused.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoConfig {}
