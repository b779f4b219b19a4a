//! The command line of `copydesk pipeline`.

use clap::{Args, Subcommand, ValueHint};

use crate::args::PluginDirs;

#[derive(Args, Debug)]
pub struct Settings {
    /// Gives a variable of the pipeline another value, of the type that it has; may be given more than once
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum PipelineCommand {
    Check(CheckArguments),
    Test(TestArguments),
}

/// Checks pipeline files and loads their plugins and models, without analysing anything
///
/// Everything that is wrong is shown at once, each fault with its place. Warnings are about parts of a file that have
/// no effect, such as a stage whose layer nobody reads.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  nothing is wrong
  2  a pipeline file is wrong, or --deny-warnings and there are some
  3  a plugin or a model could not be loaded

Examples:
  copydesk pipeline check fast
  copydesk pipeline check pipelines/*.toml --plugin-dir target/release
  copydesk pipeline check desk.toml --json | jq '.[].message'")]
pub struct CheckArguments {
    /// Pipeline files, or names of shipped ones
    #[arg(value_name = "FILE or NAME", required = true, value_hint = ValueHint::FilePath)]
    pub pipelines: Vec<String>,
    /// Takes warnings for errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// Prints what is wrong as a JSON array, for editors: file, line, column, end_line, end_column, severity, kind,
    /// message and help of each fault; lines and columns begin with 1, columns count code points, ends are exclusive
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginDirs,
}

/// Runs the [[test]] cases of pipeline files
///
/// Each case that does not hold is shown with what was expected and what was found; the status is then 1.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline test fast
  copydesk pipeline test my-pipeline.toml")]
pub struct TestArguments {
    /// Pipeline files, or names of shipped ones
    #[arg(value_name = "FILE or NAME", required = true, value_hint = ValueHint::FilePath)]
    pub pipelines: Vec<String>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginDirs,
}
