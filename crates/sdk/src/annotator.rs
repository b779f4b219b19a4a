//! The trait a plugin implements.

use serde::de::DeserializeOwned;

use crate::{Document, Error, Output};

/// One plugin. [`crate::export_plugin!`] turns a type that implements it into what the host loads.
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
    /// Whether [`Annotator::annotate_batch`] does better than one document at a time.
    const BATCHES: bool = false;
    /// The configuration. The host has checked it against the manifest's schema and filled in the
    /// defaults.
    type Config: DeserializeOwned;

    /// Makes an instance for one stage.
    ///
    /// # Errors
    /// Where the configuration cannot be met, such as a model file that is missing.
    fn create(config: Self::Config) -> Result<Self, Error>;

    /// Whether this instance cannot do without a layer that the manifest marks optional in `reads`, such as one that
    /// the configured model reads, or makes one that the manifest marks optional in `writes`. A pipeline in which
    /// a stage needs a layer that no stage before it makes is refused before the first document.
    fn needs(&self, layer: &str) -> bool {
        let _ = layer;
        false
    }

    /// Analyses one document. The result must depend on the document and the configuration alone.
    ///
    /// # Errors
    /// Anything that makes this document's analysis impossible. Nothing of what was written is kept then.
    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error>;

    /// Analyses several documents, at least one: `outputs[i]` belongs to `documents[i]`, and so does result `i`.
    ///
    /// Called only where [`Annotator::BATCHES`] is true. `copydesk` cuts its input into groups of consecutive
    /// documents, of `--batch` (16) or of a mebibyte of text, whichever comes first, and gives those of a group
    /// that no earlier stage failed on. A document left alone goes to [`Annotator::annotate`]. Groups depend on the
    /// input alone, not on threads or time, so that the same input gives the same output even where floats round
    /// differently in other company; but for that, it must give what as many calls of `annotate` would.
    ///
    /// How much is computed at once stays the plugin's choice: sort by length, or split the batch, where that fits
    /// the machine better. Where one document is impossible, make that its result. A panic, or another number of
    /// results than of documents, is a failure of the whole batch: nothing of it is kept, and `annotate` is called for
    /// each of its documents.
    fn annotate_batch(&self, documents: &[Document<'_>], outputs: &mut [Output<'_>]) -> Vec<Result<(), Error>> {
        documents.iter().zip(outputs).map(|(document, output)| self.annotate(document, output)).collect()
    }
}

/// The configuration of a plugin that has none. Any key is refused.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoConfig {}
