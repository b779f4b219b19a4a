//! The program `copydesk`: reads news articles and says who is in them, who said what, and who stands how
//! toward whom.
//!
//! Architecture invariant: this crate reads the command line, opens files, lists the built-in plugins and
//! chooses exit statuses; it holds no logic that another program would want.

mod analyze;
mod args;
mod bench;
mod built_in;
mod eval;
mod failure;
mod model;
mod pipeline;
mod plugin;
mod terminal;
mod train;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command, PluginCommand};
use failure::{Failure, Outcome};
use model::ModelCommand;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Analyze(arguments) => analyze::run(&arguments),
        Command::Plugin(PluginCommand::List(arguments)) => plugin::list(&arguments.plugins),
        Command::Plugin(PluginCommand::Info(arguments)) => plugin::info(&arguments),
        Command::Plugin(PluginCommand::Check(arguments)) => plugin::check::run(&arguments),
        Command::Plugin(PluginCommand::New(arguments)) => plugin::new::run(&arguments),
        Command::Plugin(PluginCommand::CheckProcess(arguments)) => plugin::check::process(&arguments),
        Command::Pipeline(command) => pipeline::run(&command),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchProcess(arguments) => bench::process(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Model(ModelCommand::Import(arguments)) => model::import(&arguments),
        Command::Model(ModelCommand::Export(arguments)) => model::export(&arguments),
        Command::IsolatedPlugin => return built_in::isolated(),
        Command::Completions { shell } => completions(shell),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => failure.report(),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "copydesk", &mut script);
    terminal::print(&script)?;
    Ok(Outcome::Done)
}
