//! `copydesk analyze`: articles in, results out.

mod progress;
mod report;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum, ValueHint};
use copydesk::formats::{OutputFormat, WriterOptions};
use copydesk::pipeline::{DEFAULT_BATCH, MOST_IN_A_BATCH};
use copydesk::{
    AnalyzeOptions, Checked, Columns, INPUT_FORMATS, InputFormat, Inputs, LockFileError, LockFileErrorKind,
    MetadataField, OffsetUnit, Results, ResultsOptions, RunError, RunEvent, RunIdentity, Shard, Share, Summary,
    input_format, output_format, output_format_of, output_formats,
};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{Color, PluginFlags, Settings, builder, seconds};
use crate::terminal;
use progress::Progress;

/// Analyzes articles: web pages, texts, tables, JSON and archives
///
/// A terminal shows each article with its names and quotes marked, and lists of the actors, the quotes and the stances.
/// Otherwise each article becomes a line of JSON, in the order of the input; --format and --output choose other forms.
///
/// The ending of a file's name tells its form: .txt, .html, .jsonl, .json, .csv, .tsv, .parquet, .xlsx, .warc, or a .zip
/// archive of such files. Other files, and standard input (-, or no file at all), are told by their first bytes. Each may
/// be packed by gzip, zstd, bzip2 or xz. A directory is searched for such files. A pattern such as '2024/*.html' may
/// stand in quotation marks.
///
/// A line of JSON is an object: {"id": ..., "text": ..., "meta": {...}}. Only the text is required. Layers such as
/// "entities" in the line are taken as given.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all done
  1  some documents could not be analyzed; each has its line with an \"error\"
  2  the command line, the pipeline or an input file is wrong
  3  a plugin or a model could not be loaded

Examples:
  copydesk analyze article.txt
  copydesk analyze --format json article.txt | jq '.quotes[].speaker_name'
  copydesk analyze articles.jsonl --layers entities,quotes -o results.jsonl
  copydesk analyze articles.jsonl --acts speech,writing -o said.jsonl
  copydesk analyze export.csv --text-column body --map published=pub_dt -o quotes.csv
  copydesk analyze 'crawl/*.warc.gz' --resume --dedupe --format parquet -o results/
  curl -s https://example.org/story.txt | copydesk analyze
  copydesk analyze news/ --pipeline my-pipeline.toml --plugin-dir ~/plugins --threads 4")]
pub struct AnalyzeArguments {
    /// Files, directories or patterns; - is standard input
    #[arg(value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// The pipeline: a TOML file, or the name of a shipped one
    #[arg(short, long, default_value = "news", value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pipeline: String,
    #[command(flatten)]
    settings: Settings,
    /// Runs only what the lock describes; `copydesk pipeline lock` writes locks. Results carry the lock's hash [default
    /// file: the pipeline's with the ending .lock; for a shipped one NAME.lock]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, value_hint = ValueHint::FilePath)]
    locked: Option<Option<PathBuf>>,
    /// The file for results, or the folder for a format with several files; they appear once they are complete
    /// [default: standard output]
    #[arg(short, long, value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// The form of results; auto goes by the ending of --output, else it is pretty on a terminal and json elsewhere
    #[arg(short, long, default_value = AUTO, value_name = "FORMAT", value_parser = formats())]
    format: String,
    /// The table to write, such as quotes, for a format with tables [default: all into a folder, else quotes]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// The parts of a result to write, such as entities,quotes; id and schema always are [default: all]
    #[arg(long, value_delimiter = ',', value_name = "PART,...")]
    layers: Vec<String>,
    /// The acts to keep, such as speech,writing; other quotes are dropped [default: as the pipeline says, all in the
    /// shipped ones]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ACT,...")]
    acts: Vec<Act>,
    /// The number of threads that analyze [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// The number of documents that a stage that batches gets together. 1 gives each result as soon as possible; a
    /// larger batch waits for that many lines or the end of the input. It has no effect if no stage batches (see
    /// `plugin info`)
    #[arg(long, value_name = "N", default_value_t = DEFAULT_BATCH as u16)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=MOST_IN_A_BATCH as i64))]
    batch: u16,
    /// The unit of offsets in the input and the output: Unicode code points, bytes of UTF-8 or UTF-16 units
    #[arg(long, value_enum, default_value_t = Offsets::Char, value_name = "UNIT")]
    offsets: Offsets,
    /// The time limit of an article; one that takes longer fails, and the run goes on [default: no limit]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time_limit: Option<Duration>,
    /// Stops at the first document that fails
    #[arg(long)]
    fail_fast: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    run: RunFlags,
    /// The use of colour; auto is on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    #[command(flatten)]
    plugins: PluginFlags,
}

// The way that inputs are read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Reading")]
struct Reading {
    /// The form of all inputs; auto goes by the file's name, else by its first bytes
    #[arg(long, default_value = AUTO, value_name = "FORMAT", value_parser = input_formats())]
    input_format: String,
    /// The column of a table, or the key of JSON, with the text [default: text, body, content and the like]
    #[arg(long, value_name = "COLUMN")]
    text_column: Option<String>,
    /// The column or key with the id [default: id, guid and the like]
    #[arg(long, value_name = "COLUMN")]
    id_column: Option<String>,
    /// Columns or keys with metadata, such as published=pub_dt,outlet=source [default: those with usual names]
    #[arg(long, value_name = "FIELD=COLUMN,...", value_delimiter = ',', value_parser = field)]
    map: Vec<(MetadataField, String)>,
    /// The form of texts in tables, JSON and text files
    #[arg(long, value_enum, default_value_t = TextFormat::Text, value_name = "FORMAT")]
    text_format: TextFormat,
    /// The character between the cells of a CSV table [default: as its head has it]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The most megabytes of one document; a larger one fails
    #[arg(long, value_name = "MB", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..4096))]
    largest: u32,
}

/// The form of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TextFormat {
    /// Plain text
    Text,
    /// Markup of a web page
    Html,
}

// The documents to analyze.
#[derive(Args, Debug)]
#[command(next_help_heading = "Choice of documents")]
struct Choice {
    /// Analyzes the first N documents only
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Analyzes a random share of the documents, such as 5% or 0.05
    #[arg(long, value_name = "SHARE")]
    sample: Option<Share>,
    /// Draws another sample for each number
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sample")]
    seed: u64,
    /// Analyzes one of several equal parts, such as 2/4; each machine takes one
    #[arg(long, value_name = "PART/PARTS")]
    shard: Option<Shard>,
    /// Analyzes no document whose text repeats an earlier one, or nearly; it gets a line with "duplicate_of"
    #[arg(long)]
    dedupe: bool,
}

// The run as a whole.
#[derive(Args, Debug)]
#[command(next_help_heading = "Long runs")]
struct RunFlags {
    /// Continues an interrupted run to the same output, from its last checkpoint
    #[arg(long, requires = "output")]
    resume: bool,
    /// The time between checkpoints of a run to a file
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    checkpoint: Duration,
    /// Writes errors to a file too, as JSON lines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    errors: Option<PathBuf>,
    /// Writes the counts of the run to a file, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    summary: Option<PathBuf>,
}

/// The act of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Act {
    /// Says it
    Speech,
    /// Writes it
    Writing,
    /// Believes, fears or knows it
    Thought,
    /// Wants or plans it
    Intention,
}

/// The unit of offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Offsets {
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

/// The format that depends on the output.
const AUTO: &str = "auto";

/// The names of formats, with their aliases.
fn formats() -> PossibleValuesParser {
    let format = |format: OutputFormat| PossibleValue::new(format.name).aliases(format.aliases);
    PossibleValuesParser::new([PossibleValue::new(AUTO)].into_iter().chain(output_formats().map(format)))
}

/// The names of formats of inputs.
fn input_formats() -> PossibleValuesParser {
    let format = |format: InputFormat| PossibleValue::new(format.name).help(format.description);
    let auto = PossibleValue::new(AUTO).help("by the name of each file, or its first bytes");
    PossibleValuesParser::new([auto].into_iter().chain(INPUT_FORMATS.into_iter().map(format)))
}

/// A field of metadata, and the column that holds it.
fn field(text: &str) -> Result<(MetadataField, String), String> {
    let (field, column) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} has no =; write a field and a column, such as outlet=source"))?;
    let field = field.trim().parse().map_err(|error: copydesk::ColumnError| error.to_string())?;
    Ok((field, column.trim().to_owned()))
}

/// A character of one byte.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(format!("{text:?} cannot stand between cells; write one character, such as ; or \\t")),
    }
}

/// Analyzes all inputs.
pub fn run(arguments: &AnalyzeArguments) -> Result<ExitOutcome, Failure> {
    // Errors of the command line are reported before a model is loaded.
    if arguments.inputs.is_empty() && io::stdin().is_terminal() {
        return Err(anyhow!("no input; give a file or a directory, or pipe a text in (see --help)").into());
    }
    let (checked, parts) = check(arguments)?;
    let to_terminal = arguments.output.is_none() && io::stdout().is_terminal();
    let inputs = inputs(arguments)?;
    let identity = RunIdentity::default()
        .with("version of copydesk", env!("CARGO_PKG_VERSION"))
        .with("pipeline", &checked.pipeline().as_toml())
        .with("form of results", &(arguments.offsets, &parts, &arguments.run.errors))
        .with("format", &(&arguments.format, &arguments.table));
    let identity = inputs.identify(identity);
    let width = if to_terminal { terminal::width() } else { terminal::width().min(80) };
    let color = terminal::colored(arguments.color, to_terminal);
    let unit = arguments.offsets.into();
    let writer = WriterOptions { unit, parts, width, color, ..WriterOptions::default() };
    let options = ResultsOptions {
        format: format(&arguments.format, arguments.output.as_deref(), to_terminal),
        table: arguments.table.clone(),
        // Results carry it, so that it is there before the models are.
        writer: writer.with_provenance(&checked.provenance())?,
        errors: arguments.run.errors.clone(),
        // Somebody who watches, or feeds a line at a time, wants each result at once.
        at_once: to_terminal || inputs.is_live(),
        resume: arguments.run.resume,
        checkpoint: Some(arguments.run.checkpoint),
    };
    let results = Results::create(arguments.output.as_deref(), options, identity)?;
    if let Some(documents) = results.unfinished() {
        terminal::message(&format!(
            "note: an interrupted run to this output has {documents} documents; --resume would continue it"
        ));
    }
    let pipeline = checked.load()?;
    let progress = Progress::new(&inputs, to_terminal);
    let options = AnalyzeOptions {
        threads: arguments.threads.map_or(0, usize::from),
        batch: arguments.batch.into(),
        fail_fast: arguments.fail_fast,
        time_limit: arguments.time_limit,
        cancel: None,
    };
    let is_file = results.is_file();
    let ran = pipeline.write_all(inputs, results, &options, |event| match event {
        RunEvent::Documents(done) => progress.documents(done),
        RunEvent::File(error) => progress.error(&error.to_string()),
        RunEvent::Note(note) => progress.note(note),
    });
    progress.finish();
    let (summary, error) = match ran {
        Ok(summary) => (summary, None),
        Err(error) => (error.summary().clone(), Some(error)),
    };
    if let Some(path) = &arguments.run.summary {
        report::file(&summary, path)?;
    }
    if let Some(error) = error {
        ended(error, is_file)?;
    }
    report::failures(&summary);
    report::languages(&summary, pipeline.name(), pipeline.checked().languages());
    if !to_terminal && summary.documents > 1 && io::stderr().is_terminal() {
        report::counts(&summary);
    }
    Ok(outcome(&summary))
}

/// The exit status of a run.
fn outcome(summary: &Summary) -> ExitOutcome {
    match (summary.unreadable_files, summary.failed) {
        (0, 0) => ExitOutcome::Done,
        (0, _) => ExitOutcome::SomeFailed,
        (_, _) => ExitOutcome::Wrong,
    }
}

/// Tells why a run ended early. The end that a user asked for is no failure of the run.
fn ended(error: RunError, is_file: bool) -> Result<(), Failure> {
    if error.is_fail_fast() {
        if is_file {
            terminal::error("stopped at the first failure; the output file is left as it was");
        }
        return Ok(());
    }
    let resumable = error.can_be_resumed();
    let error = anyhow::Error::from(error);
    Err(match resumable {
        true => error.context("the run was interrupted; --resume continues it").into(),
        false => error.into(),
    })
}

/// The documents to read.
fn inputs(arguments: &AnalyzeArguments) -> Result<Inputs, Failure> {
    let Choice { limit, sample, seed, shard, dedupe } = arguments.choice;
    let reading = &arguments.reading;
    let (text, id) = (reading.text_column.clone(), reading.id_column.clone());
    let mut inputs = Inputs::new(&arguments.inputs)?
        .format(input_format(&reading.input_format))
        .columns(Columns { text, id, map: reading.map.clone() })
        .markup(reading.text_format == TextFormat::Html)
        .delimiter(reading.delimiter)
        .largest(u64::from(reading.largest) << 20)
        .offsets(arguments.offsets.into())
        .detect_languages(true)
        .dedupe(dedupe);
    if let Some(share) = sample {
        inputs = inputs.sample(share, seed);
    }
    if let Some(shard) = shard {
        inputs = inputs.shard(shard);
    }
    if let Some(limit) = limit {
        inputs = inputs.limit(limit);
    }
    Ok(inputs)
}

/// The checked pipeline, and the parts of results to write.
fn check(arguments: &AnalyzeArguments) -> Result<(Checked, copydesk::formats::Parts), Failure> {
    let mut builder = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins);
    if !arguments.acts.is_empty() {
        let acts = arguments.acts.iter().filter_map(Act::to_possible_value);
        builder = builder.acts(acts.map(|value| value.get_name().to_owned()));
    }
    let file = arguments.locked.as_ref().map(|file| file.as_deref());
    if let Some(file) = file {
        builder = builder.locked(file.map_or_else(|| copydesk::lock_path(&arguments.pipeline), Path::to_path_buf));
    }
    // The settings are those of flags.
    let said = |error: copydesk::Error| match (error.setting_name(), error.lock()) {
        (Some(_), _) => anyhow!("--{error}").into(),
        (None, Some(lock)) => not_locked(lock, error.kind(), &arguments.pipeline, file.flatten()),
        (None, None) => Failure::from(error),
    };
    let checked = builder.check().map_err(said)?;
    let parts = checked.parts(&arguments.layers).map_err(said)?;
    Ok((checked, parts))
}

/// Reports why the pipeline differs from its lock, and how to make a lock.
fn not_locked(error: &LockFileError, kind: copydesk::ErrorKind, pipeline: &str, file: Option<&Path>) -> Failure {
    let (path, message) = (error.path().display(), error.message());
    let output = file.map(|file| format!(" -o {}", file.display())).unwrap_or_default();
    let again = format!("copydesk pipeline lock {pipeline}{output}");
    let error = match error.kind() {
        LockFileErrorKind::Unreadable => anyhow!("--locked: {path} cannot be read ({message}); make it with: {again}"),
        LockFileErrorKind::Invalid => anyhow!("--locked: {path}: {message}"),
        LockFileErrorKind::Differs => anyhow!("{path} describes another run (to lock this one: {again}): {message}"),
    };
    Failure::of_kind(kind, error)
}

/// Returns the requested format, or the one that fits the output.
fn format(name: &str, output: Option<&Path>, to_terminal: bool) -> Option<OutputFormat> {
    if name != AUTO {
        return output_format(name);
    }
    let usual = || output_format(if to_terminal { "pretty" } else { "json" });
    output.and_then(output_format_of).or_else(usual)
}
