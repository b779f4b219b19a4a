//! Flags that several commands share, and the pipelines that they name.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use copydesk::Builder;
use copydesk::loader::{ChildCommand, LoadError, Registry};

use crate::restart;

/// The subcommand that this program starts itself with for an isolated plugin.
pub const ISOLATED_PLUGIN: &str = "isolated-plugin";

// Values of a pipeline's variables, and the folder of its models. A doc comment here would be the help of each command.
#[derive(Args, Clone, Debug, Default)]
pub struct Settings {
    /// Sets a variable of the pipeline; the value must have the variable's type; may be given more than once
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub models: ModelFlags,
}

// The folder of models.
#[derive(Args, Clone, Debug, Default)]
pub struct ModelFlags {
    /// A folder with the models that are not inside the program [default: that of COPYDESK_MODELS]
    #[arg(long = "models", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
}

// The folders of plugins.
#[derive(Args, Clone, Debug, Default)]
pub struct PluginFlags {
    /// A folder with plugins, searched before the others; may be given more than once
    #[arg(long = "plugin-dir", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folders: Vec<PathBuf>,
}

/// The use of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl ModelFlags {
    /// The same flags for another process of this program.
    pub fn arguments(&self) -> Vec<OsString> {
        let folder = self.folder.iter().map(|folder| folder.as_os_str().to_owned());
        folder.flat_map(|folder| [OsString::from("--models"), folder]).collect()
    }
}

/// A time of more than nothing.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let wrong = || format!("{text:?} is no time; write a number of seconds, such as 2.5");
    seconds.filter(|time| !time.is_zero()).ok_or_else(wrong)
}

/// The pipeline of a file or of a shipped name, with these settings and plugins.
pub fn builder(pipeline: &str, settings: &Settings, plugins: &PluginFlags) -> Builder {
    let mut builder = copydesk::Pipeline::builder().pipeline(pipeline);
    for variable in &settings.set {
        builder = builder.set(variable);
    }
    for folder in &plugins.folders {
        builder = builder.plugin_folder(folder);
    }
    if let Some(folder) = &settings.models.folder {
        builder = builder.models(folder);
    }
    match child_command(&settings.models) {
        Some(command) => builder.isolate_with(command),
        None => builder,
    }
}

/// The plugins that are built in or found. Isolated ones run in processes of this program.
pub fn registry(plugins: &PluginFlags) -> Result<Registry, LoadError> {
    let registry = copydesk::registry(&plugins.folders)?;
    Ok(match child_command(&ModelFlags::default()) {
        Some(command) => registry.with_child_command(command),
        None => registry,
    })
}

fn child_command(models: &ModelFlags) -> Option<ChildCommand> {
    restart::with([OsString::from(ISOLATED_PLUGIN)].into_iter().chain(models.arguments()))
}
