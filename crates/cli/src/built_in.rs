//! The plugins inside the program, one line each, and the models inside those.

use std::path::PathBuf;
use std::process::ExitCode;

use copydesk_abi::Entry;
use copydesk_loader::{ChildCommand, LoadError, Registry, SearchPath, serve_isolated};

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

/// The bytes of the model `builtin:NAME` of a built-in plugin.
pub fn model(plugin: &str, name: &str) -> Option<&'static [u8]> {
    let models = match plugin {
        "encoder" => copydesk_plugin_encoder::BUILT_IN,
        "ner" => copydesk_plugin_ner::BUILT_IN,
        "quotes" => copydesk_plugin_quotes::BUILT_IN,
        "stance" => copydesk_plugin_stance::BUILT_IN,
        _ => return None,
    };
    models.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}
