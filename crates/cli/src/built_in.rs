//! The plugins inside the program, one line each, and the models inside those.

use std::path::PathBuf;
use std::process::ExitCode;

use copydesk_abi::Entry;
use copydesk_loader::{ChildCommand, LoadError, Registry, SearchPath, serve_isolated};
use copydesk_models::Model;

use crate::args::ISOLATED_PLUGIN;
use crate::terminal;

/// Entries of the built-in plugins, in the natural order of the data.
const ENTRIES: &[fn() -> &'static Entry] = &[
    copydesk_plugin_tokenizer::copydesk_entry,
    copydesk_plugin_encoder::copydesk_entry,
    copydesk_plugin_ner::copydesk_entry,
    copydesk_plugin_quotes::copydesk_entry,
    copydesk_plugin_actors::copydesk_entry,
    copydesk_plugin_stance::copydesk_entry,
];

/// The built-in plugins, and those in `folders` and the rest of the search path. Isolated ones run in processes of
/// this program.
pub fn registry(folders: &[PathBuf]) -> Result<Registry, LoadError> {
    let registry = Registry::new(ENTRIES, SearchPath::new(folders.to_vec()))?;
    Ok(match ChildCommand::this_program([ISOLATED_PLUGIN]) {
        Some(command) => registry.with_child_command(command),
        None => registry,
    })
}

/// The work of such a process.
pub fn isolated() -> ExitCode {
    match serve_isolated(ENTRIES) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::error(&error.to_string());
            error.status().into()
        }
    }
}

/// The model `builtin:NAME` of a built-in plugin.
pub fn model(plugin: &str, name: &str) -> Option<&'static Model> {
    copydesk_models::of_plugin(plugin).iter().copied().find(|model| model.name() == name)
}

/// The SHA-256 of such a model.
pub fn model_hash(plugin: &str, name: &str) -> Option<&'static str> {
    model(plugin, name).map(Model::sha256)
}
