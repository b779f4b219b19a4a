//! The command line.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use copydesk_core::OffsetUnit;

/// Reads news articles: who is in them, who said what, and who stands how toward whom.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version = version(), about, after_help = EXAMPLES, propagate_version = false)]
#[command(infer_subcommands = false, subcommand_required = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  copydesk analyze examples/article.txt               read an article in the terminal
  copydesk analyze articles.jsonl -o results.jsonl    analyse many, one JSON line each
  copydesk plugin list                                see which plugins there are
  copydesk pipeline check my-pipeline.toml            find everything that is wrong with a pipeline";

fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let (major, minor) = (copydesk_abi::ABI_MAJOR, copydesk_abi::ABI_MINOR);
        format!("{} (plugin ABI {major}.{minor})", env!("CARGO_PKG_VERSION"))
    })
}

/// The subcommand with which this program starts itself for an isolated plugin.
pub const ISOLATED_PLUGIN: &str = "isolated-plugin";

#[derive(Debug, Subcommand)]
pub enum Command {
    Analyze(AnalyzeArguments),
    /// Shows which plugins there are, and what they read and write
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Checks pipeline files
    #[command(subcommand)]
    Pipeline(PipelineCommand),
    Eval(crate::eval::EvalArguments),
    Train(crate::train::TrainArguments),
    /// Makes models of checkpoints
    #[command(subcommand)]
    Model(crate::model::ModelCommand),
    /// Runs a plugin for another process of this program
    #[command(name = ISOLATED_PLUGIN, hide = true)]
    IsolatedPlugin,
    /// Prints a completion script for a shell
    #[command(after_help = "\
Examples:
  copydesk completions bash > ~/.local/share/bash-completion/completions/copydesk
  copydesk completions zsh > ~/.zfunc/_copydesk
  copydesk completions fish > ~/.config/fish/completions/copydesk.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Analyses articles: text files, JSON lines, or whole directories
///
/// On a terminal each article is shown with its names and quotes marked, and lists of who is in it, who said
/// what, and who stands how toward whom. Otherwise each article becomes a line of JSON, in the order of the input.
///
/// Files that end in .jsonl or .ndjson hold a JSON object a line: {"id": ..., "text": ..., "meta": {...}}, of which
/// only the text must be there; layers such as "entities" in the line are taken as given. A .txt or .md file
/// is one article. Any other file, and standard input (-, or no file at all), is JSON lines where it begins with
/// {, and one article otherwise. A directory is searched for .txt, .jsonl and .ndjson files.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all done
  1  some documents could not be analysed; each has its line with an \"error\"
  2  the command line, the pipeline or an input file is wrong
  3  a plugin or a model could not be loaded

Examples:
  copydesk analyze article.txt
  copydesk analyze --format json article.txt | jq '.quotes[].speaker_name'
  copydesk analyze articles.jsonl --layers entities,quotes -o results.jsonl
  copydesk analyze articles.jsonl --acts speech,writing -o said.jsonl
  curl -s https://example.org/story.txt | copydesk analyze
  copydesk analyze news/ --pipeline my-pipeline.toml --plugin-dir ~/plugins --threads 4")]
pub struct AnalyzeArguments {
    /// Text files, JSON lines files or directories; - is standard input
    #[arg(value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<PathBuf>,
    /// The pipeline: a TOML file, or the name of a shipped one
    #[arg(short, long, default_value = "news", value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pub pipeline: String,
    /// Where results go; the file appears once it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// What results look like; auto is pretty on a terminal, json elsewhere
    #[arg(short, long, value_enum, default_value_t = Format::Auto, value_name = "FORMAT")]
    pub format: Format,
    /// Which parts of a result to write, such as entities,quotes; id and schema always are [default: all]
    #[arg(long, value_delimiter = ',', value_name = "PART,...")]
    pub layers: Vec<String>,
    /// Which acts of quoting to keep, such as speech,writing; the others are as if they had not been found
    /// [default: as the pipeline says, all in the shipped ones]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ACT,...")]
    pub acts: Vec<Act>,
    /// How many threads analyse [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// What offsets count, in the input and the output: Unicode code points, bytes of UTF-8 or UTF-16 units
    #[arg(long, value_enum, default_value_t = Offsets::Char, value_name = "UNIT")]
    pub offsets: Offsets,
    /// What the input is; auto goes by the file's name, else by its first byte
    #[arg(long, value_enum, default_value_t = InputFormat::Auto, value_name = "FORMAT")]
    pub input_format: InputFormat,
    /// Stops at the first document that fails
    #[arg(long)]
    pub fail_fast: bool,
    /// When to use colour; auto is on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    #[command(flatten)]
    pub plugins: PluginDirs,
}

/// What a source does with a quote's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Act {
    /// Says it
    Speech,
    /// Writes it
    Writing,
    /// Believes, fears or knows it
    Thought,
    /// Wants or plans it
    Intention,
}

#[derive(Args, Debug)]
pub struct PluginDirs {
    /// A folder to look for plugins in, before the others; may be given more than once
    #[arg(long = "plugin-dir", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folders: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    List(ListArguments),
    Info(InfoArguments),
}

/// Lists the built-in plugins and those in the search path
///
/// Plugins are looked for in each --plugin-dir, the folders of COPYDESK_PLUGIN_PATH, the user's data folder
/// (copydesk/plugins), and beside the executable.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin list
  copydesk plugin list --plugin-dir target/release")]
pub struct ListArguments {
    #[command(flatten)]
    pub plugins: PluginDirs,
}

/// Shows what a plugin reads and writes, and its options
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin info ner
  copydesk plugin info target/release/libcopydesk_plugin_ner.so")]
pub struct InfoArguments {
    /// A plugin's id, or a library's file
    #[arg(value_name = "ID or FILE", value_hint = ValueHint::FilePath)]
    pub plugin: String,
    #[command(flatten)]
    pub plugins: PluginDirs,
}

#[derive(Debug, Subcommand)]
pub enum PipelineCommand {
    Check(CheckArguments),
    Test(TestArguments),
}

/// Checks pipeline files and loads their plugins and models, without analysing anything
///
/// Everything that is wrong is shown at once, each fault with its place.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk pipeline check fast
  copydesk pipeline check pipelines/*.toml --plugin-dir target/release")]
pub struct CheckArguments {
    /// Pipeline files, or names of shipped ones
    #[arg(value_name = "FILE or NAME", required = true, value_hint = ValueHint::FilePath)]
    pub pipelines: Vec<String>,
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
    pub plugins: PluginDirs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Auto,
    Json,
    Pretty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    Auto,
    Text,
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Offsets {
    Char,
    Byte,
    Utf16,
}

impl From<Offsets> for OffsetUnit {
    fn from(offsets: Offsets) -> Self {
        match offsets {
            Offsets::Char => OffsetUnit::Char,
            Offsets::Byte => OffsetUnit::Byte,
            Offsets::Utf16 => OffsetUnit::Utf16,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}
