//! `copydesk plugin new`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use copydesk::kit::{Language, NewPlugin, new_plugin};
use copydesk::loader::Plugin;

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, registry};
use crate::terminal;

/// Starts a plugin: a folder that builds, passes its tests and runs in a pipeline
///
/// Nothing is overwritten. The plugin comes with a manifest, tests, a pipeline and a README with the next steps.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin new house_style
  copydesk plugin new shouts --lang c --path plugins/shouts
  copydesk plugin new house_style --sdk copydesk/crates/sdk")]
pub struct NewArguments {
    /// The plugin's id: a-z, 0-9 and _, beginning with a letter
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder to make [default: NAME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    path: Option<PathBuf>,
    /// The language of the plugin
    #[arg(long, value_enum, default_value_t = PluginLanguage::Rust, value_name = "LANGUAGE")]
    lang: PluginLanguage,
    /// For Rust: the folder crates/sdk of a clone of Copydesk [default: the sources come with the plugin]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    sdk: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PluginLanguage {
    Rust,
    C,
}

/// Makes the folder of a new plugin, and tells the next steps.
pub fn run(arguments: &NewArguments) -> Result<ExitOutcome, Failure> {
    let registry = registry(&PluginFlags::default())?;
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
    Ok(ExitOutcome::Done)
}
