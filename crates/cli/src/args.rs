//! The command line.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use copydesk_core::OffsetUnit;
use copydesk_pipeline::{DEFAULT_BATCH, MOST_IN_A_BATCH};

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
    /// Shows which plugins there are, checks libraries, and starts new ones
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Checks, tests, shows and begins pipeline files
    #[command(subcommand)]
    Pipeline(crate::pipeline::PipelineCommand),
    Bench(crate::bench::BenchArguments),
    Eval(crate::eval::EvalArguments),
    Train(crate::train::TrainArguments),
    /// Makes models of checkpoints, and checkpoints of models
    #[command(subcommand)]
    Model(crate::model::ModelCommand),
    /// Measures a pipeline for another process of this program
    #[command(name = crate::bench::BENCH_PROCESS, hide = true)]
    BenchProcess(crate::bench::BenchProcessArguments),
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
    #[command(flatten)]
    pub settings: crate::pipeline::Settings,
    /// Refuses to run anything but what the lock describes, which `copydesk pipeline lock` wrote; results carry its hash
    /// [default file: the pipeline's with the ending .lock; for a shipped one NAME.lock]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, value_hint = ValueHint::FilePath)]
    pub locked: Option<Option<PathBuf>>,
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
    /// How many documents a stage that batches is given together; 1 gives each answer as soon as it can be had, more
    /// wait for that many lines or the end of the input. Without effect where no stage batches (see `plugin info`)
    #[arg(long, value_name = "N", default_value_t = DEFAULT_BATCH as u16)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=MOST_IN_A_BATCH as i64))]
    pub batch: u16,
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
    Check(PluginCheckArguments),
    New(NewArguments),
    #[command(hide = true)]
    CheckProcess(CheckProcessArguments),
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

/// Exercises a plugin library: is it sound?
///
/// The library is opened in a process of its own, so a crash or a hang is a finding like any other. Each plugin in it
/// is made with its defaults and with wrong options, and given an article, an empty text, long ones, hostile Unicode
/// and many quotation marks, on many threads, cancelled, twice, and in batches. The layers that it reads are made
/// by the built-in plugins; a layer that none of them makes has made-up rows.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all checks that could be tried went well
  1  some failed
  2  the command line is wrong, such as an option that the plugin does not have
  3  the library could not be loaded

Examples:
  copydesk plugin check target/release/libshouts.so
  copydesk plugin check libgazetteer.so --id gazetteer_names --config '{\"file\": \"names.tsv\"}'")]
pub struct PluginCheckArguments {
    /// The library's file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub library: PathBuf,
    /// The one plugin to check, of a library that holds several [default: all]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Options in place of the defaults, a JSON object; paths in it are taken as they are
    #[arg(long, value_name = "JSON")]
    pub config: Option<String>,
    /// How long one check may take
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout: u32,
    /// Writes a JSON object a line: plugin, check, outcome and detail
    #[arg(long)]
    pub json: bool,
}

/// Starts a plugin: a folder that builds, passes its tests and runs in a pipeline as it is
///
/// Nothing is overwritten. The plugin comes with a manifest, tests, a pipeline and a README that says what to do next.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  copydesk plugin new house_style
  copydesk plugin new shouts --lang c --path plugins/shouts
  copydesk plugin new house_style --sdk copydesk/crates/sdk")]
pub struct NewArguments {
    /// The plugin's id: a-z, 0-9 and _, a letter first
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The folder to make [default: NAME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub path: Option<PathBuf>,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = PluginLanguage::Rust, value_name = "LANGUAGE")]
    pub lang: PluginLanguage,
    /// For Rust: the folder crates/sdk of a clone of Copydesk [default: the sources come with the plugin]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub sdk: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PluginLanguage {
    Rust,
    C,
}

/// What `plugin check` runs in a process of its own
#[derive(Args, Debug)]
pub struct CheckProcessArguments {
    pub library: PathBuf,
    pub request: String,
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
