//! The plugins and pipelines inside the program, each listed once.

use std::path::PathBuf;

use copydesk_abi::Entry;
use copydesk_loader::{LoadError, Registry, SearchPath, ServeError, serve_isolated as serve};
use copydesk_models::{Model, of_plugin};
use copydesk_pipeline::Shipped;

/// The entries of the built-in plugins, in the natural order of the data, for a [`Registry`] of one's own.
///
/// ```
/// use copydesk::loader::{Registry, SearchPath};
///
/// // The built-in plugins, and none from files.
/// let registry = Registry::new(copydesk::BUILT_IN, SearchPath::only(Vec::new()))?;
/// assert_eq!(registry.built_in().len(), copydesk::BUILT_IN.len());
/// # Ok::<(), copydesk::loader::LoadError>(())
/// ```
pub const BUILT_IN: &[fn() -> &'static Entry] = &[
    copydesk_plugin_tokenizer::copydesk_entry,
    copydesk_plugin_encoder::copydesk_entry,
    copydesk_plugin_ner::copydesk_entry,
    copydesk_plugin_quotes::copydesk_entry,
    copydesk_plugin_actors::copydesk_entry,
    copydesk_plugin_linker::copydesk_entry,
    copydesk_plugin_stance::copydesk_entry,
];

/// The shipped pipelines: the name and the text of each, `news` first.
///
/// ```
/// let names: Vec<&str> = copydesk::SHIPPED.iter().map(|(name, _)| *name).collect();
/// assert_eq!(names, ["news", "fast"]);
/// ```
pub const SHIPPED: Shipped =
    &[("news", include_str!("../../../pipelines/news.toml")), ("fast", include_str!("../../../pipelines/fast.toml"))];

/// Returns the built-in plugins and those of a search path: this process's path with `folders` in front.
///
/// # Errors
/// If a built-in plugin cannot be run.
///
/// ```
/// let registry = copydesk::registry(&[])?;
/// assert!(registry.built_in().iter().any(|plugin| plugin.id() == "quotes"));
/// # Ok::<(), copydesk::loader::LoadError>(())
/// ```
pub fn registry(folders: &[PathBuf]) -> Result<Registry, LoadError> {
    Registry::new(BUILT_IN, SearchPath::new(folders.to_vec()))
}

/// Does the work of a process for isolated plugins, which [`crate::Builder::isolate_with`] has started.
///
/// # Errors
/// If the process was not started for that, or the plugin cannot be loaded.
pub fn serve_isolated() -> Result<(), ServeError> {
    serve(BUILT_IN)
}

/// Returns the model `builtin:NAME` of a built-in plugin.
///
/// ```
/// let model = copydesk::shipped_model("ner", "news-fast").ok_or("no such model")?;
/// assert_eq!(model.file(), "ner-news-fast.cdm");
/// assert!(copydesk::shipped_model("ner", "other").is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn shipped_model(plugin: &str, name: &str) -> Option<&'static Model> {
    of_plugin(plugin).iter().copied().find(|model| model.name() == name)
}

/// Returns the SHA-256 of such a model, for locks.
pub(crate) fn model_hash(plugin: &str, name: &str) -> Option<&'static str> {
    shipped_model(plugin, name).map(Model::sha256)
}
