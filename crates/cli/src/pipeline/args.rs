//! The command line of `copydesk pipeline`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::flags::{PluginFlags, Settings};

#[derive(Debug, Subcommand)]
pub enum PipelineCommand {
    Check(CheckArguments),
    Test(TestArguments),
    Graph(GraphArguments),
    Show(ShowArguments),
    Schema(SchemaArguments),
    New(NewArguments),
    Lock(LockArguments),
}

/// Checks pipeline files and loads their plugins and models, without a run
///
/// All faults are shown at once, each with its place. Warnings are about parts of a file that have no effect, such as a
/// stage with a layer that nothing reads.
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
    /// Treats warnings as errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// Prints faults as a JSON array, for editors: file, line, column, end_line, end_column, severity, kind, message
    /// and help of each fault; lines and columns begin with 1, columns count code points, ends are exclusive
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
}

/// Runs the [[test]] cases of pipeline files
///
/// A case that does not hold is shown with the expected and the found rows; the status is then 1.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all cases hold
  1  some do not
  2  a pipeline file is wrong
  3  a plugin or a model could not be loaded

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
    pub plugins: PluginFlags,
}

/// Shows the stages of a pipeline and the layers between them
///
/// Only plugins are loaded, and nothing is fetched. Dotted arrows are optional input.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline graph news
  copydesk pipeline graph desk.toml --format mermaid > desk.mmd
  copydesk pipeline graph desk.toml --format dot | dot -Tsvg > desk.svg")]
pub struct GraphArguments {
    /// A pipeline file, or the name of a shipped one
    #[arg(value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pub pipeline: String,
    /// The form of the graph
    #[arg(short, long, value_enum, default_value_t = GraphFormat::Text, value_name = "FORMAT")]
    pub format: GraphFormat,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    Text,
    Mermaid,
    Dot,
}

/// Prints a pipeline file, or the resulting pipeline
///
/// Without --resolved, it prints the file as it is, for example a shipped one to start from.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline show fast > desk.toml
  copydesk pipeline show --resolved desk.toml --set min_score=0.9")]
pub struct ShowArguments {
    /// A pipeline file, or the name of a shipped one
    #[arg(value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pub pipeline: String,
    /// Prints one file with the same effect: with all that it extends, its variables replaced, every option given,
    /// absolute paths, and a comment with the origin of each value
    #[arg(long)]
    pub resolved: bool,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
}

/// Prints the JSON Schema of pipeline files, for editors that complete and check them
///
/// It knows the options of every plugin that is found. An editor with a TOML language server such as taplo reads it if
/// a pipeline file begins with the line `#:schema pipeline.json`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline schema > pipeline.json
  copydesk pipeline schema --plugin-dir target/release > pipeline.json")]
pub struct SchemaArguments {
    /// Leaves out plugins that are not inside the program
    #[arg(long, conflicts_with = "folders")]
    pub built_in: bool,
    #[command(flatten)]
    pub plugins: PluginFlags,
}

/// Writes a commented pipeline file to start from
///
/// The file is NAME.toml in the working directory. An existing file is never overwritten.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline new desk
  copydesk pipeline new pipelines/desk.toml")]
pub struct NewArguments {
    /// The pipeline's name, or the file's
    #[arg(value_name = "NAME", value_hint = ValueHint::FilePath)]
    pub name: PathBuf,
}

/// Records what exactly a pipeline runs: plugins, options, and the hashes of libraries and models
///
/// `copydesk analyze --locked` then refuses anything else, and its results carry the lock's hash. The places of files
/// do not matter, so a lock is valid on another machine. The program's version fixes all built-in plugins.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline lock desk.toml
  copydesk analyze -p desk.toml --locked articles.jsonl")]
pub struct LockArguments {
    /// A pipeline file, or the name of a shipped one
    #[arg(value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pub pipeline: String,
    /// The lock [default: the pipeline file with the ending .lock; for a shipped one NAME.lock]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub plugins: PluginFlags,
}
