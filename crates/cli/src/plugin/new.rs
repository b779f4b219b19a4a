//! `copydesk plugin new`.

use std::path::PathBuf;

use copydesk_kit::{Language, NewPlugin, new_plugin};
use copydesk_loader::Plugin;

use crate::args::{NewArguments, PluginLanguage};
use crate::failure::{Failure, Outcome};
use crate::{built_in, terminal};

/// Makes the folder of a new plugin, and says what to do next.
pub fn run(arguments: &NewArguments) -> Result<Outcome, Failure> {
    let registry = built_in::registry(&[])?;
    let plugin = NewPlugin {
        name: arguments.name.clone(),
        folder: arguments.path.clone().unwrap_or_else(|| PathBuf::from(&arguments.name)),
        language: match arguments.lang {
            PluginLanguage::Rust => Language::Rust,
            PluginLanguage::C => Language::C,
        },
        sdk: arguments.sdk.clone(),
        taken: registry.built_in().iter().map(Plugin::id).map(str::to_owned).collect(),
    };
    let files = new_plugin(&plugin)?;
    let mut out = String::new();
    for file in files {
        out.push_str(&plugin.folder.join(file).display().to_string());
        out.push('\n');
    }
    terminal::print(out.as_bytes())?;
    terminal::message(&format!("its README says what to do next: {}", plugin.folder.join("README.md").display()));
    Ok(Outcome::Done)
}
