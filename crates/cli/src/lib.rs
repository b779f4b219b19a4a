//! The command line of the program `copydesk`, for its executable and for the Python package. It reads news articles and
//! finds who is in them, who said what, and how each speaker stands toward whom.
//!
//! Architecture invariants: this crate reads the command line, shows messages and chooses exit statuses. It holds no
//! logic that another program would want. Each command owns its arguments. Commands know `flags`, `terminal` and
//! `failure`, and not each other.

mod analyze;
mod bench;
mod corpus;
mod eval;
mod failure;
mod flags;
mod kb;
mod model;
mod pipeline;
mod plugin;
mod report;
mod restart;
mod review;
mod serve;
mod terminal;
mod train;

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::{CommandFactory, Parser, Subcommand};

use copydesk::loader::ChildCommand;
use failure::{ExitOutcome, Failure};
pub use flags::ISOLATED_PLUGIN;
pub use restart::this_program;

/// Reads news articles: who is in them, who said what, and how each speaker stands toward whom.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version = version(), about, after_help = EXAMPLES, propagate_version = false)]
#[command(infer_subcommands = false, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  copydesk analyze examples/article.txt               read an article in the terminal
  copydesk analyze articles.jsonl -o results.jsonl    analyze many, one JSON line each
  copydesk report results.jsonl -o report.html        see who is quoted in all of them
  copydesk serve                                      paste an article into a page, or ask over HTTP
  copydesk plugin list                                see which plugins there are
  copydesk pipeline check my-pipeline.toml            find everything that is wrong with a pipeline";

fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let (major, minor) = copydesk::loader::HOST_ABI;
        format!("{} (plugin ABI {major}.{minor})", env!("CARGO_PKG_VERSION"))
    })
}

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(Box<analyze::AnalyzeArguments>),
    Report(Box<report::ReportArguments>),
    Serve(Box<serve::ServeArguments>),
    /// Merges what was found in many articles
    #[command(subcommand)]
    Corpus(corpus::CorpusCommand),
    /// Draws a sample of what was found for a person to judge, and scores the judgments
    #[command(subcommand)]
    Review(review::ReviewCommand),
    /// Lists plugins, checks libraries, and starts new plugins
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// Checks, tests, shows and starts pipeline files
    #[command(subcommand)]
    Pipeline(pipeline::PipelineCommand),
    Bench(bench::BenchArguments),
    Eval(eval::EvalArguments),
    Train(train::TrainArguments),
    /// Makes models from checkpoints, and checkpoints from models
    #[command(subcommand)]
    Model(model::ModelCommand),
    /// Makes knowledge bases for the plugin linker, and looks names up in them
    #[command(subcommand)]
    Kb(kb::KbCommand),
    /// Measures a pipeline for another process of this program
    #[command(name = bench::BENCH_PROCESS, hide = true)]
    BenchProcess(bench::BenchProcessArguments),
    /// Runs a plugin for another process of this program
    #[command(name = flags::ISOLATED_PLUGIN, hide = true)]
    IsolatedPlugin(flags::ModelFlags),
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

/// Runs the program and returns its exit status. `arguments` begin with the program's name. `program` starts this program
/// once more, if arguments are added to it: isolated plugins and measurements run in such processes.
pub fn run(arguments: impl IntoIterator<Item = OsString>, program: Option<ChildCommand>) -> u8 {
    restart::set(program);
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help, or what is wrong. If the stream is closed, nobody is left to tell.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(u8::MAX);
        }
    };
    let outcome = match arguments.command {
        Command::Analyze(arguments) => analyze::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Corpus(command) => corpus::run(&command),
        Command::Review(command) => review::run(&command),
        Command::Plugin(command) => plugin::run(&command),
        Command::Pipeline(command) => pipeline::run(&command),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchProcess(arguments) => bench::process(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Model(command) => model::run(&command),
        Command::Kb(command) => kb::run(&command),
        Command::IsolatedPlugin(models) => return isolated(models),
        Command::Completions { shell } => completions(shell),
    };
    match outcome {
        Ok(outcome) => outcome.status(),
        Err(failure) => failure.report(),
    }
}

/// The work of a process for isolated plugins.
fn isolated(models: flags::ModelFlags) -> u8 {
    models.folder.into_iter().for_each(copydesk::models::add_folder);
    match copydesk::serve_isolated() {
        Ok(()) => 0,
        Err(error) => {
            terminal::error(&error.to_string());
            error.status()
        }
    }
}

fn completions(shell: clap_complete::Shell) -> Result<ExitOutcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "copydesk", &mut script);
    terminal::print(&script)?;
    Ok(ExitOutcome::Done)
}
