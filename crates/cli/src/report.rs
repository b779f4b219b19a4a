//! `copydesk report`: one HTML file that shows an article, or what many say together.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum, ValueHint};
use copydesk::corpus::identity::Aliases;
use copydesk::corpus::review::Review;
use copydesk::corpus::{
    Corpus, CorpusKind, CorpusOptions, Gender, NameGenders, Reduced, SummaryOptions, add_articles, add_results,
    add_state_file, corpus_kind, write_report,
};
use copydesk::formats::{ArticleReport, DocumentWriter, WriterOptions};
use copydesk::{AnalyzeOptions, Document, InputError, Inputs, Output, Pipeline};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, Settings, builder};
use crate::terminal;

/// Makes one HTML file that shows an article, or what many articles say together
///
/// A single article becomes the page of `analyze --format html`: its text with quotes, speakers and stances.
///
/// Many articles, or results of `copydesk analyze` as JSON lines, become the report of a corpus: who is quoted, how often
/// and where, who stands how toward whom, and each passage. The file needs no network and no other file.
///
/// Articles that repeat an id and a text count once. The same articles give the same report, in whatever order they come.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  all done
  1  some documents could not be analyzed, or some lines are no results; the report is of the others
  2  the command line, the pipeline or an input file is wrong
  3  a plugin or a model could not be loaded

Examples:
  copydesk report article.txt -o article.html
  copydesk report results.jsonl -o report.html
  copydesk report news/ --pipeline fast -o report.html
  zcat results-*.jsonl.gz | copydesk report - -o report.html
  copydesk report today.jsonl --state desk.corpus -o report.html
  copydesk report results.jsonl --aliases people.csv -o report.html
  copydesk report results.jsonl --format json | jq '.totals'")]
pub struct ReportArguments {
    /// Results, states of corpora, or articles: files, directories or patterns; - is standard input
    #[arg(value_name = "FILE or DIR", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// The file for the report; it appears once it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// The form of the report; auto goes by the ending of --output, else it is html
    #[arg(short, long, value_enum, default_value_t = Form::Auto, value_name = "FORMAT")]
    format: Form,
    /// The title of the report
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// A file with all articles so far; these articles are added to it, and identities keep their ids
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    state: Option<PathBuf>,
    /// A CSV table with the columns name, alias and id, which says who is who
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    aliases: Option<PathBuf>,
    /// Writes such a table with the names of this report, to be edited and given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    write_aliases: Option<PathBuf>,
    /// Counts quoted women and men, by given names alone
    #[arg(long)]
    gender: bool,
    /// The judged table of `copydesk review sample`, or the outcome of `copydesk review score --json`, which the report
    /// prints
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    review: Option<PathBuf>,
    /// The number of actors that are shown; others are summed
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    actors: u32,
    /// The number of quotes, and of passages of stances, that are kept with their words; beyond it a sample is
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    passages: u32,
    #[command(flatten)]
    size: CorpusFlags,
    /// The pipeline for articles: a TOML file, or the name of a shipped one
    #[arg(short, long, default_value = "news", value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pipeline: String,
    #[command(flatten)]
    settings: Settings,
    /// The number of threads that analyze [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    plugins: PluginFlags,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Auto,
    /// A page for a browser
    Html,
    /// The counts and passages of the page, for other programs
    Json,
}

// The memory of a corpus.
#[derive(Args, Clone, Copy, Debug)]
pub struct CorpusFlags {
    /// The megabytes of articles that are held in memory; more go to temporary files
    #[arg(long, value_name = "MB", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    memory: u32,
}

impl CorpusFlags {
    /// An empty corpus.
    pub fn corpus(self) -> Corpus {
        Corpus::new(CorpusOptions { memory: (self.memory as usize) << 20, ..CorpusOptions::default() })
    }
}

/// Makes the report.
pub fn run(arguments: &ReportArguments) -> Result<ExitOutcome, Failure> {
    if arguments.inputs.is_empty() && io::stdin().is_terminal() {
        return Err(anyhow!("no input; give results, articles or a directory (see --help)").into());
    }
    if arguments.output.is_none() && io::stdout().is_terminal() && !arguments.is_json() {
        return Err(anyhow!("a report is no text for a terminal; name a file, such as -o report.html").into());
    }
    let aliases = match &arguments.aliases {
        None => Aliases::default(),
        Some(path) => {
            let bytes = fs::read(path).with_context(|| format!("--aliases: {} cannot be read", path.display()))?;
            Aliases::read(&bytes).map_err(|error| anyhow!("--aliases: {}: {error}", path.display()))?
        }
    };
    let review = arguments.review.as_deref().map(read_review).transpose()?;
    let kind = corpus_kind(&arguments.inputs)?;
    let output = match &arguments.output {
        Some(path) => Output::file(path)?,
        None => Output::stdout(),
    };
    let mut corpus = arguments.size.corpus();
    let failed = match kind {
        CorpusKind::Results => {
            let notes = |note: &str| terminal::error(note);
            add_results(&mut corpus, &arguments.inputs, notes).map_err(|error| anyhow!(error))?
        }
        CorpusKind::Articles => {
            let pipeline = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins).load()?;
            let mut inputs = Inputs::new(&arguments.inputs)?;
            let first = [inputs.next(), inputs.next()];
            if let [Some(Ok(_)), None] = &first
                && arguments.is_plain()
            {
                let [Some(Ok(document)), _] = first else { return Ok(ExitOutcome::Done) };
                return article(&pipeline, document, output);
            }
            analyze(&mut corpus, &pipeline, first.into_iter().flatten().chain(inputs), arguments)?
        }
    };
    if let Some(path) = &arguments.state {
        add_state_file(&mut corpus, path).map_err(|error| anyhow!("--state: {error}"))?;
    }
    let mut reduced = corpus.reduce(&aliases)?;
    write(arguments, &mut reduced, review.as_ref(), output)?;
    Ok(if failed == 0 { ExitOutcome::Done } else { ExitOutcome::SomeFailed })
}

impl ReportArguments {
    /// True if the summary itself was asked for.
    fn is_json(&self) -> bool {
        let ending = || self.output.as_ref().and_then(|path| path.extension()).is_some_and(|ending| ending == "json");
        self.format == Form::Json || (self.format == Form::Auto && ending())
    }

    /// True if nothing was asked for that only the report of a corpus has.
    fn is_plain(&self) -> bool {
        !self.is_json()
            && self.state.is_none()
            && self.aliases.is_none()
            && self.write_aliases.is_none()
            && self.review.is_none()
    }
}

/// Writes the report of one article.
fn article(pipeline: &Pipeline, document: Document, mut output: Output) -> Result<ExitOutcome, Failure> {
    let options = WriterOptions::default().with_provenance(&pipeline.provenance())?;
    let mut report = ArticleReport::new(&options);
    let article = pipeline.analyze_document(document)?;
    report.begin(&mut output)?;
    report.document(&article, &mut output)?;
    report.finish(&mut output)?;
    output.finish()?;
    Ok(ExitOutcome::Done)
}

/// Analyzes articles. Returns the number of those that failed.
fn analyze(
    corpus: &mut Corpus,
    pipeline: &Pipeline,
    inputs: impl Iterator<Item = Result<Document, InputError>> + Send,
    arguments: &ReportArguments,
) -> Result<u64, Failure> {
    let options = AnalyzeOptions { threads: arguments.threads.map_or(0, usize::from), ..AnalyzeOptions::default() };
    let bar = progress();
    let mut failed = 0;
    let added = add_articles(corpus, pipeline, inputs, &options, |result| {
        bar.inc(1);
        if let Err(error) = result
            && error.duplicate_of().is_none()
        {
            failed += 1;
            bar.suspend(|| terminal::error(&error.to_string()));
        }
    });
    bar.finish_and_clear();
    added.map_err(|error| anyhow!(error))?;
    Ok(failed)
}

/// Counts articles on standard error, if it is a terminal.
fn progress() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} articles, {per_sec}") {
        bar.set_style(style);
    }
    bar
}

/// Writes the report of a corpus, and the files beside it.
fn write(
    arguments: &ReportArguments,
    reduced: &mut Reduced,
    review: Option<&serde_json::Value>,
    mut output: Output,
) -> Result<(), Failure> {
    let genders = arguments.gender.then(NameGenders::new).transpose().map_err(|error| anyhow!("--gender: {error}"))?;
    let of = |name: &str| genders.as_ref().map_or(copydesk::corpus::NameGender::Unknown, |genders| genders.of(name));
    let options = SummaryOptions {
        title: arguments.title.as_deref(),
        actors: arguments.actors as usize,
        quotes: arguments.passages as usize,
        passages: arguments.passages as usize,
        gender: arguments.gender.then_some(Gender { of: &of, error: NameGenders::ERROR }),
        review,
        ..SummaryOptions::default()
    };
    let summary = reduced.summary(&options)?;
    if summary.totals.documents == 0 {
        return Err(anyhow!("there are no articles to report on").into());
    }
    if arguments.is_json() {
        serde_json::to_writer(&mut output, &summary).context("the report")?;
        output.write_all(b"\n")?;
    } else {
        let title = arguments.title.as_deref().unwrap_or("Who is quoted");
        write_report(&summary, title, &mut output)?;
    }
    if let Some(path) = &arguments.write_aliases {
        let mut aliases = Output::file(path).context("--write-aliases")?;
        aliases.write_all(&summary.aliases())?;
        aliases.finish()?;
    }
    if let Some(path) = &arguments.state {
        let state = Output::file(path).context("--state")?;
        reduced.write_state(state)?.finish()?;
    }
    output.finish()?;
    Ok(())
}

fn read_review(path: &Path) -> anyhow::Result<serde_json::Value> {
    let bytes = fs::read(path).with_context(|| format!("--review: {} cannot be read", path.display()))?;
    let shown = path.display();
    if bytes.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(&bytes)
            .with_context(|| format!("--review: {shown} is no outcome of `copydesk review score --json`"));
    }
    let review = Review::read(bytes).map_err(|error| anyhow!("--review: {shown}: {error}"))?;
    Ok(serde_json::to_value(review)?)
}
