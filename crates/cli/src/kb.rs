//! `copydesk kb build` makes the file of a knowledge base. `copydesk kb find` shows whom a name may mean in one.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueHint};
use copydesk::formats::sanitize;
use copydesk::linker::{KnowledgeBase, meanings};
use copydesk::models::{LINKER, add_folder, find as find_model};
use copydesk::{Output, train};
use serde_json::json;

use crate::failure::{ExitOutcome, Failure};
use crate::flags::ModelFlags;
use crate::terminal;

#[derive(Debug, Subcommand)]
pub enum KbCommand {
    Build(BuildArguments),
    Find(FindArguments),
}

/// Makes the file of a knowledge base for the plugin linker
///
/// The entries are JSON lines, or CSV if the file's name ends in .csv, packed with gzip or not. Each entry has an id and a
/// name. It may have a type (other, person, organisation, party, country, city, region, place, group, event or work),
/// aliases with how often each means it, a description, the two letters of its country, and how often it is meant. The
/// same entries give the same names and ids, whatever their order.
#[derive(Args, Debug)]
#[command(after_help = "\
Forms:
  {\"id\": \"q:1\", \"name\": \"Port Vell\", \"type\": \"city\", \"aliases\": [[\"Vell\", 3], \"PV\"], \"country\": \"ES\"}
  id,name,type,alias,count        CSV: a row for each alias

Exit status:
  0  the file is written
  2  the command line or the entries are wrong

Examples:
  copydesk kb build entries.jsonl.gz -o my.cdm
  copydesk kb build entries.csv -o my.cdm

To use it, name the file in a pipeline: config = { model = \"my.cdm\" } of the stage linker")]
pub struct BuildArguments {
    /// The file with the entries
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    entries: PathBuf,
    /// The file to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
}

/// Shows the entries that a name may mean, the likeliest first
///
/// The shares are those of the name alone. In an article, the label, the countries of others, and roles weigh too.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  shown
  1  the knowledge base does not have the name
  2  the command line or the file is wrong

Examples:
  copydesk kb find builtin:news Georgia
  copydesk kb find my.cdm \"Port Vell\" --json")]
pub struct FindArguments {
    /// The knowledge base: builtin:news, or a file from copydesk kb build
    #[arg(value_name = "KB", value_hint = ValueHint::FilePath)]
    base: String,
    /// The name
    #[arg(value_name = "NAME")]
    name: String,
    /// Prints JSON lines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelFlags,
}

/// Runs a subcommand.
pub fn run(command: &KbCommand) -> Result<ExitOutcome, Failure> {
    match command {
        KbCommand::Build(arguments) => build(arguments),
        KbCommand::Find(arguments) => find(arguments),
    }
}

fn build(arguments: &BuildArguments) -> Result<ExitOutcome, Failure> {
    let built = train::kb::build(&arguments.entries)?;
    let path = &arguments.output;
    let mut output = Output::file(path)?;
    output.write_all(&built.bytes).with_context(|| path.display().to_string())?;
    output.finish()?;
    let (entries, names, bytes) = (built.entries, built.names, built.bytes.len());
    terminal::message(&format!("{}: {entries} entries with {names} names, {bytes} bytes", path.display()));
    Ok(ExitOutcome::Done)
}

fn find(arguments: &FindArguments) -> Result<ExitOutcome, Failure> {
    arguments.models.folder.clone().into_iter().for_each(add_folder);
    let bytes = find_model(&arguments.base, LINKER).map_err(|error| anyhow!("{error}"))?;
    let base = KnowledgeBase::parse(&bytes).with_context(|| arguments.base.clone())?;
    let found = meanings(&base, &arguments.name);
    let mut out = String::new();
    if !arguments.json && !found.is_empty() {
        let _ = writeln!(out, "{:>6}  {:>6}  {:>6}  {:12}  {:2}  ID", "SHARE", "NAMED", "MEANT", "TYPE", "IN");
    }
    for meaning in &found {
        let entry = &meaning.entry;
        let (country, kind) = (entry.country_code(), entry.kind.as_str());
        if arguments.json {
            let line = json!({
                "id": entry.id(), "name": entry.name, "type": kind, "country": country,
                "description": Some(entry.description).filter(|text| !text.is_empty()),
                "share": (f64::from(meaning.share) * 1e4).round() / 1e4,
                "count": meaning.count, "count_of_all_names": entry.count,
            });
            let _ = writeln!(out, "{line}");
        } else {
            let (share, id) = (100.0 * meaning.share, sanitize(&entry.id()));
            let country = sanitize(country.unwrap_or("-"));
            let _ = writeln!(
                out,
                "{share:>5.1}%  {:>6}  {:>6}  {kind:12}  {country:2}  {id} ({})",
                meaning.count,
                entry.count,
                sanitize(entry.name)
            );
        }
    }
    terminal::print(out.as_bytes())?;
    if found.is_empty() {
        terminal::error(&format!("{} has no name {:?}", arguments.base, arguments.name));
        return Ok(ExitOutcome::SomeFailed);
    }
    Ok(ExitOutcome::Done)
}
