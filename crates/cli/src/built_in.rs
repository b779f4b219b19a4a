//! The plugins inside the program, one line each, and the models inside those.

use std::path::PathBuf;

use copydesk_abi::Entry;
use copydesk_loader::{LoadError, Registry, SearchPath};

/// Entries of the built-in plugins, in the natural order of the data.
const ENTRIES: &[fn() -> &'static Entry] = &[
    copydesk_plugin_tokenizer::copydesk_entry,
    copydesk_plugin_encoder::copydesk_entry,
    copydesk_plugin_ner::copydesk_entry,
    copydesk_plugin_quotes::copydesk_entry,
    copydesk_plugin_actors::copydesk_entry,
    copydesk_plugin_stance::copydesk_entry,
];

/// The bytes of the model `builtin:NAME` of a plugin that reads a checkpoint's models.
pub fn model(plugin: &str, name: &str) -> Option<&'static [u8]> {
    let models = match plugin {
        "encoder" => copydesk_plugin_encoder::BUILT_IN,
        "ner" => copydesk_plugin_ner::BUILT_IN,
        "quotes" => copydesk_plugin_quotes::BUILT_IN,
        "stance" => copydesk_plugin_stance::BUILT_IN,
        _ => return None,
    };
    models.iter().find(|(own, _)| *own == name).map(|(_, bytes)| *bytes)
}

/// The built-in plugins, and those in `folders` and the rest of the search path.
pub fn registry(folders: &[PathBuf]) -> Result<Registry, LoadError> {
    Registry::new(ENTRIES, SearchPath::new(folders.to_vec()))
}

/// The bytes of the model `name` inside a plugin that is built in.
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
