//! `copydesk review`: how much of what was found in one's own corpus is right.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueHint};
use copydesk::Output;
use copydesk::corpus::review::{Review, Sampler};
use copydesk::corpus::{CorpusKind, corpus_kind, sample_results};
use copydesk::formats::sanitize;

use crate::failure::{ExitOutcome, Failure};
use crate::terminal;

/// Commands that let a person judge what was found.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    Sample(SampleArguments),
    Score(ScoreArguments),
}

/// Draws quotes, speakers, names and stances at random, for a person to judge
///
/// The table opens in any spreadsheet. A row has a claim in plain words, such as "Ana Ruiz said this", and the passage
/// with the words marked by ⟦ ⟧. Write y or n into the column right, save the table as CSV, and let `copydesk review
/// score` read it. The rows are in random order, so you may stop after any of them.
///
/// Each kind of claim gets an equal share of the rows, and outlets come in proportion. The same results and the same seed
/// give the same rows, in whatever order the results come.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  the table is written
  1  some lines are no results; the table is of the others
  2  the command line or an input file is wrong

Examples:
  copydesk review sample results.jsonl -o check.csv
  copydesk review sample 'results-*.jsonl.gz' -n 500 --seed 2 -o check.csv")]
pub struct SampleArguments {
    /// Results of `copydesk analyze` as JSON lines: files, directories or patterns; - is standard input
    #[arg(required = true, value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// The number of rows
    #[arg(short = 'n', long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rows: u32,
    /// The seed of random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The file for the table; it appears once it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// Gives the precision of each kind of claim, with its interval, from a judged table
///
/// Right is y, yes, 1, true, x or right; wrong is n, no, 0, false or wrong; an empty cell is not judged. The table may
/// have commas, semicolons or tabs, in any encoding that `copydesk analyze` reads.
///
/// Each stratum counts as often as its claims were found. The 95 % interval is Wilson's, with Kish's effective sample size.
/// MEAN SCORE is the mean score of the judged claims: if it is near the precision, scores can be taken as probabilities.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  scored
  2  the command line or the table is wrong, or nothing in it is judged

Examples:
  copydesk review score check.csv
  copydesk review score check.csv --json > check.json
  copydesk report results.jsonl --review check.json -o report.html")]
pub struct ScoreArguments {
    /// The table of `copydesk review sample`, with the column right filled in
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: PathBuf,
    /// Prints one JSON document, for `copydesk report --review`
    #[arg(long)]
    json: bool,
}

/// Runs a command.
pub fn run(command: &ReviewCommand) -> Result<ExitOutcome, Failure> {
    match command {
        ReviewCommand::Sample(arguments) => sample(arguments),
        ReviewCommand::Score(arguments) => score(arguments),
    }
}

fn sample(arguments: &SampleArguments) -> Result<ExitOutcome, Failure> {
    if arguments.output.is_none() && io::stdout().is_terminal() {
        return Err(anyhow!("a table is no text for a terminal; name a file, such as -o check.csv").into());
    }
    if corpus_kind(&arguments.inputs)? == CorpusKind::Articles {
        return Err(
            anyhow!("these are articles, or cannot be read; `copydesk analyze` makes results of articles").into()
        );
    }
    let mut output = match &arguments.output {
        Some(path) => Output::file(path)?,
        None => Output::stdout(),
    };
    let mut sampler = Sampler::new(arguments.rows as usize, arguments.seed);
    let wrong = sample_results(&mut sampler, &arguments.inputs, terminal::error)?;
    let sample = sampler.finish();
    if sample.claims.is_empty() {
        return Err(anyhow!("nothing was found in these results, so there is nothing to judge").into());
    }
    sample.write_csv(&mut output)?;
    output.finish()?;
    Ok(if wrong == 0 { ExitOutcome::Done } else { ExitOutcome::SomeFailed })
}

fn score(arguments: &ScoreArguments) -> Result<ExitOutcome, Failure> {
    let shown = arguments.table.display();
    let bytes = fs::read(&arguments.table).with_context(|| format!("{shown} cannot be read"))?;
    let review = Review::read(bytes).map_err(|error| {
        let faults: Vec<String> = error.faults().map(|fault| format!("{shown}: {fault}")).collect();
        anyhow!(faults.join("\n"))
    })?;
    if arguments.json {
        terminal::print(&review.to_json()?)?;
    } else {
        // Names of outlets may hold anything.
        let lines: String = review.to_string().lines().map(|line| sanitize(line) + "\n").collect();
        terminal::print(lines.as_bytes())?;
    }
    Ok(ExitOutcome::Done)
}
