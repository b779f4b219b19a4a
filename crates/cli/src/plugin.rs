//! `copydesk plugin list` and `copydesk plugin info`; the other commands about plugins are in modules of their own.

mod check;
mod new;

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueHint};
use copydesk::core::{LayerUse, Property};
use copydesk::formats::sanitize;
use copydesk::kit::sha256;
use copydesk::loader::{Origin, Plugin};
use copydesk::models::{Licence, of_plugin, own_licence};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, registry};
use crate::terminal;

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    List(ListArguments),
    Info(InfoArguments),
    Check(check::CheckArguments),
    New(new::NewArguments),
    #[command(hide = true)]
    CheckProcess(check::CheckProcessArguments),
}

/// Lists the built-in plugins and those in the search path
///
/// Plugins are looked for in each --plugin-dir, the folders of COPYDESK_PLUGIN_PATH, the user's data folder
/// (copydesk/plugins), and the folder of the program.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin list
  copydesk plugin list --plugin-dir target/release")]
pub struct ListArguments {
    #[command(flatten)]
    plugins: PluginFlags,
}

/// Shows the layers and options of a plugin
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin info ner
  copydesk plugin info target/release/libcopydesk_plugin_ner.so")]
pub struct InfoArguments {
    /// A plugin's id, or a library's file
    #[arg(value_name = "ID or FILE", value_hint = ValueHint::FilePath)]
    plugin: String,
    #[command(flatten)]
    plugins: PluginFlags,
}

/// Runs a subcommand.
pub fn run(command: &PluginCommand) -> Result<ExitOutcome, Failure> {
    match command {
        PluginCommand::List(arguments) => list(&arguments.plugins),
        PluginCommand::Info(arguments) => info(arguments),
        PluginCommand::Check(arguments) => check::run(arguments),
        PluginCommand::New(arguments) => new::run(arguments),
        PluginCommand::CheckProcess(arguments) => check::process(arguments),
    }
}

/// Lists every plugin that can be found. Those that cannot be loaded go to standard error.
fn list(plugins: &PluginFlags) -> Result<ExitOutcome, Failure> {
    let registry = registry(plugins)?;
    let mut rows = vec![["ID".to_owned(), "VERSION".into(), "FROM".into(), "DESCRIPTION".into()]];
    let mut outcome = ExitOutcome::Done;
    for (origin, plugin) in registry.list() {
        match plugin {
            Ok(plugin) => rows.push([
                plugin.id().to_owned(),
                plugin.version().to_owned(),
                sanitize(&origin.to_string()),
                sanitize(&plugin.manifest().description),
            ]),
            Err(error) => {
                terminal::error(&error.to_string());
                outcome = ExitOutcome::NotLoaded;
            }
        }
    }
    terminal::print(table(&rows).as_bytes())?;
    Ok(outcome)
}

/// Columns as wide as their widest cell, two blanks apart.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Shows one plugin, or all of a library.
fn info(arguments: &InfoArguments) -> Result<ExitOutcome, Failure> {
    let registry = registry(&arguments.plugins)?;
    let name = arguments.plugin.as_str();
    let path = Path::new(name);
    let plugins = if path.components().count() > 1 || path.extension().is_some() {
        registry.open(path)?
    } else {
        match registry.find(name)? {
            Some(plugin) => vec![plugin],
            None => {
                let known = registry.ids().join(", ");
                return Err(
                    anyhow!("there is no plugin {name:?}; there are {known}; a library is given by its file").into()
                );
            }
        }
    };
    let pages = plugins.iter().map(page).collect::<Result<Vec<String>, _>>()?;
    terminal::print(pages.join("\n").as_bytes())?;
    Ok(ExitOutcome::Done)
}

fn page(plugin: &Plugin) -> anyhow::Result<String> {
    let manifest = plugin.manifest();
    let mut out = String::new();
    let _ = writeln!(out, "{} {}", plugin.id(), plugin.version());
    if !manifest.description.is_empty() {
        let _ = writeln!(out, "{}", sanitize(&manifest.description));
    }
    let _ = writeln!(out, "\nfrom      {}", sanitize(&plugin.origin().to_string()));
    if let Origin::File(path) = plugin.origin() {
        let hash = sha256(path).with_context(|| format!("{} cannot be read again", path.display()))?;
        let _ = writeln!(out, "SHA-256   {hash}");
    }
    let (major, minor) = plugin.abi();
    let _ = writeln!(out, "ABI       {major}.{minor}");
    let _ = writeln!(out, "batches   {}", if plugin.batches() { "yes" } else { "no" });
    for (list, entries) in [
        ("reads", &manifest.reads),
        ("writes", &manifest.writes),
        ("appends", &manifest.appends),
        ("extends", &manifest.extends),
    ] {
        for (i, entry) in entries.iter().enumerate() {
            let _ = writeln!(out, "{:8}  {}", if i == 0 { list } else { "" }, layer(entry));
        }
    }
    if matches!(plugin.origin(), Origin::BuiltIn) {
        out.push_str(&licences(plugin.id()));
    }
    if manifest.config.properties.is_empty() {
        out.push_str("options   none\n");
        return Ok(out);
    }
    out.push_str("\noptions\n");
    for (name, property) in &manifest.config.properties {
        let _ = writeln!(out, "  {name} ({})", option(property));
        if !property.description.is_empty() {
            let _ = writeln!(out, "      {}", sanitize(&property.description));
        }
    }
    Ok(out)
}

/// What the licences of the training data of a plugin's models allow, a line a model.
fn licences(id: &str) -> String {
    let own = own_licence(id).map(|class| ("inside".to_owned(), class));
    let named = of_plugin(id).iter().map(|model| (format!("builtin:{}", model.name()), model.licence()));
    let rows: Vec<(String, Licence)> = own.into_iter().chain(named).collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (i, (name, class)) in rows.iter().enumerate() {
        let list = if i == 0 { "models" } else { "" };
        let _ = writeln!(out, "{list:8}  {name:width$}  licence of its data: {class}");
    }
    out
}

/// `tokens: sentence ref(sentences), space_after u32 (optional)`.
fn layer(entry: &LayerUse) -> String {
    let columns: Vec<String> = entry.columns.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
    let mut line = entry.layer.clone();
    if !columns.is_empty() {
        let _ = write!(line, ": {}", columns.join(", "));
    }
    if entry.optional {
        line.push_str(" (optional)");
    }
    line
}

/// `a number, 0 to 1, default 0.5`.
fn option(property: &Property) -> String {
    let mut line = if property.is_path { "a file".to_owned() } else { property.kind.to_string() };
    if !property.choices.is_empty() {
        let choices: Vec<String> = property.choices.iter().map(ToString::to_string).collect();
        let _ = write!(line, ", one of {}", choices.join(", "));
    }
    match (property.minimum, property.maximum) {
        (Some(minimum), Some(maximum)) => line = format!("{line}, {minimum} to {maximum}"),
        (Some(minimum), None) => line = format!("{line}, at least {minimum}"),
        (None, Some(maximum)) => line = format!("{line}, at most {maximum}"),
        (None, None) => {}
    }
    match &property.default {
        Some(default) => line = format!("{line}, default {default}"),
        None if property.required => line.push_str(", required"),
        None => {}
    }
    sanitize(&line)
}
