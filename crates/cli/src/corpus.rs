//! `copydesk corpus`: states of corpora.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, Subcommand, ValueHint};
use copydesk::corpus::add_results;
use copydesk::{Output, corpus::CorpusKind, corpus::corpus_kind};

use crate::failure::{ExitOutcome, Failure};
use crate::report::CorpusFlags;
use crate::terminal;

/// Commands on states of corpora.
#[derive(Debug, Subcommand)]
pub enum CorpusCommand {
    Merge(MergeArguments),
}

/// Merges results and states into one state
///
/// Each machine can make a state of its own results. `copydesk report` reads states as it reads results. The same articles
/// give the same bytes, in whatever order and number of shards they come.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all done
  1  some lines are no results; the state is of the others
  2  the command line or an input file is wrong

Examples:
  copydesk corpus merge results-1.jsonl.gz -o 1.corpus
  copydesk corpus merge 1.corpus 2.corpus -o all.corpus
  copydesk report all.corpus -o report.html")]
pub struct MergeArguments {
    /// Results or states: files, directories or patterns; - is standard input
    #[arg(required = true, value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// The file for the state; it appears once it is complete
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    #[command(flatten)]
    size: CorpusFlags,
}

/// Runs a command.
pub fn run(command: &CorpusCommand) -> Result<ExitOutcome, Failure> {
    let CorpusCommand::Merge(arguments) = command;
    if corpus_kind(&arguments.inputs)? == CorpusKind::Articles {
        return Err(
            anyhow!("these are articles, or cannot be read; `copydesk analyze` makes results of articles").into()
        );
    }
    let output = Output::file(&arguments.output)?;
    let mut corpus = arguments.size.corpus();
    let notes = |note: &str| terminal::error(note);
    let wrong = add_results(&mut corpus, &arguments.inputs, notes).map_err(|error| anyhow!(error))?;
    corpus.write_state(output)?.finish()?;
    Ok(if wrong == 0 { ExitOutcome::Done } else { ExitOutcome::SomeFailed })
}
