//! `copydesk eval`: scores a pipeline against gold data.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum, ValueHint};
use copydesk::core::Document;
use copydesk::models::{LINKER, find};
use copydesk::pipeline::Runner;
use copydesk::train::gold::{GivenError, Gold};
use copydesk::train::score::{
    ActorScorer, EntityScorer, GoldEntries, IdentityScorer, LabelMap, LinkScorer, QuoteScorer, Scorer,
    SegmentationScorer, SentimentScorer, SpeakerScorer, metric, metrics, with_linked_names, with_names,
};
use copydesk::train::{Evaluation, EvaluationError, evaluate_given, evaluate_predictions};
use serde_json::{Value, json};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, Settings, builder};
use crate::terminal;

/// Scores a pipeline against gold data
///
/// The pipeline analyzes the texts of the gold file, and its results are compared with the annotations of the file.
/// Gold files are JSON lines, or CoNLL-U for segmentation, packed with gzip or not; docs/training.md describes their
/// forms. Figures are percentages: precision (P), recall (R) and their harmonic mean (F1). If results have scores,
/// their calibration is reported too.
#[derive(Args, Debug)]
#[command(after_help = "\
Tasks:
  entities      names with exactly the right span and label
  quotes        spans of sources, cues and contents; who said what (relation: content and source)
  sentiment     polarity toward given targets: macro F1 over negative, neutral and positive
  segmentation  tokens and sentences with exactly the right ends, white space aside
  actors        who is who: clusters of mentions (MUC, B-cubed, CEAF), or pronouns and names (GAP)
  speakers      quotes with the right person or organisation behind them; roles and affiliations
  links         names with the right id of a knowledge base, or with none if it lacks them
  identities    names of one person, organisation or place in all articles of the file: pairs of names

Exit status:
  0  scored, and every --min is reached
  1  a --min is not reached, or some documents could not be analyzed
  2  the command line, a pipeline or a data file is wrong
  3  a plugin or a model could not be loaded

Examples:
  copydesk eval entities gold.jsonl.gz --labels Person=PERSON,Location=LOC+GPE,Organization=ORG
  copydesk eval entities gold.jsonl --by region
  copydesk eval quotes gold.jsonl --errors 5
  copydesk eval sentiment gold.jsonl --json --min f1_macro=55
  copydesk eval segmentation en-ud-dev.conllu -p my-pipeline.toml
  copydesk eval actors gap-validation.jsonl --given
  copydesk eval speakers gold.jsonl --min all.right=80
  copydesk eval links gold.jsonl.gz --given --kb my.cdm
  copydesk eval identities gold.jsonl --given --min across.f1=75
  copydesk eval entities gold.jsonl --predictions results.jsonl --min all.f1=73")]
pub struct EvalArguments {
    /// The task to score
    #[arg(value_enum, value_name = "TASK")]
    task: Task,
    /// The gold file
    #[arg(value_name = "GOLD", value_hint = ValueHint::FilePath)]
    gold: PathBuf,
    /// The pipeline: a TOML file, or the name of a shipped one
    #[arg(short, long, default_value = "news", value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pipeline: String,
    #[command(flatten)]
    settings: Settings,
    /// Scores results of `copydesk analyze`, JSON lines, in place of running a pipeline
    #[arg(long, value_name = "FILE", conflicts_with = "pipeline", value_hint = ValueHint::FilePath)]
    predictions: Option<PathBuf>,
    /// For entities: the gold labels to score, each with the predicted labels that count as it; others are left out
    #[arg(long, value_name = "GOLD=FOUND+FOUND,...")]
    labels: Option<String>,
    /// For entities: figures for each value of this key of the documents' "meta" too
    #[arg(long, value_name = "KEY")]
    by: Option<String>,
    /// For links: the knowledge base of the pipeline, builtin:news or a file from copydesk kb build
    #[arg(long, value_name = "KB", value_hint = ValueHint::FilePath)]
    kb: Option<String>,
    /// For actors, links and identities: gives the names of the gold file to the pipeline, so that only what follows is
    /// scored
    #[arg(long, conflicts_with = "predictions")]
    given: bool,
    /// Prints the figures as JSON
    #[arg(long)]
    json: bool,
    /// Shows the N documents with the most differences, each difference with the text around it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    errors: usize,
    /// The least value of a figure of --json, such as all.f1=73; may be given more than once
    #[arg(long, value_name = "FIGURE=VALUE", value_parser = minimum)]
    min: Vec<Minimum>,
    /// The number of threads that analyze [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    plugins: PluginFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Task {
    Entities,
    Quotes,
    Sentiment,
    Segmentation,
    Actors,
    Speakers,
    Links,
    Identities,
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Task::Entities => "entities",
            Task::Quotes => "quotes",
            Task::Sentiment => "sentiment",
            Task::Segmentation => "segmentation",
            Task::Actors => "actors",
            Task::Speakers => "speakers",
            Task::Links => "links",
            Task::Identities => "identities",
        }
    }
}

/// A figure that must be reached.
#[derive(Clone, Debug)]
struct Minimum {
    figure: String,
    value: f64,
}

fn minimum(text: &str) -> Result<Minimum, String> {
    let (figure, value) = text.rsplit_once('=').ok_or("write FIGURE=VALUE, such as all.f1=73")?;
    let value: f64 = value.trim().parse().map_err(|_| format!("{value:?} is not a number"))?;
    if value.is_finite() {
        Ok(Minimum { figure: figure.trim().to_owned(), value })
    } else {
        Err(format!("{value} can never be reached or missed"))
    }
}

/// Scores and prints.
pub fn run(arguments: &EvalArguments) -> Result<ExitOutcome, Failure> {
    let labels = arguments.labels.as_deref().map(LabelMap::parse).transpose().context("--labels")?;
    if labels.is_some() && arguments.task != Task::Entities {
        return Err(anyhow!("--labels is for entities; {} have no labels", arguments.task.name()).into());
    }
    if arguments.by.is_some() && arguments.task != Task::Entities {
        return Err(anyhow!("--by is for entities").into());
    }
    if arguments.given && !matches!(arguments.task, Task::Actors | Task::Links | Task::Identities) {
        return Err(anyhow!("--given is for actors, links and identities").into());
    }
    if arguments.kb.is_some() && arguments.task != Task::Links {
        return Err(anyhow!("--kb is for links").into());
    }
    match arguments.task {
        Task::Entities => score(EntityScorer::new(labels).by(arguments.by.clone()), arguments, asked),
        Task::Quotes => score(QuoteScorer::new(), arguments, asked),
        Task::Sentiment => score(SentimentScorer::default(), arguments, asked),
        Task::Segmentation => score(SegmentationScorer::default(), arguments, asked),
        Task::Actors if arguments.given => score(ActorScorer::default(), arguments, |gold, runner| {
            with_names(gold, |document| runner.annotate(document))
        }),
        Task::Actors => score(ActorScorer::default(), arguments, asked),
        Task::Speakers => score(SpeakerScorer::default(), arguments, asked),
        Task::Links if arguments.given => score(link_scorer(arguments)?, arguments, |gold, runner| {
            with_linked_names(gold, |document| runner.annotate(document))
        }),
        Task::Links => score(link_scorer(arguments)?, arguments, asked),
        Task::Identities if arguments.given => score(IdentityScorer::default(), arguments, |gold, _| gold.with_names()),
        Task::Identities => score(IdentityScorer::default(), arguments, asked),
    }
}

fn link_scorer(arguments: &EvalArguments) -> anyhow::Result<LinkScorer> {
    let name = arguments.kb.as_deref().unwrap_or("builtin:news");
    let bytes = find(name, LINKER).map_err(|error| anyhow!("--kb: {error}"))?;
    let entries = GoldEntries::new(&bytes).map_err(|error| anyhow!("--kb: {name}: {error}"))?;
    Ok(LinkScorer::new(entries))
}

/// Returns the input of a pipeline: the text, and the layers that the task takes as known.
fn asked<G: Gold>(gold: &G, _: &Runner) -> Result<Document, GivenError> {
    gold.document()
}

fn score<S: Scorer>(
    mut scorer: S,
    arguments: &EvalArguments,
    given: fn(&S::Gold, &Runner) -> Result<Document, GivenError>,
) -> Result<ExitOutcome, Failure> {
    let (evaluation, source) = match &arguments.predictions {
        Some(path) => {
            let evaluation = evaluate_predictions(&mut scorer, &arguments.gold, path, arguments.errors)?;
            (evaluation, ("predictions", path.display().to_string()))
        }
        None => {
            let pipeline = builder(&arguments.pipeline, &arguments.settings, &arguments.plugins).load()?;
            let runner = pipeline.runner();
            let threads = arguments.threads.map_or(0, usize::from);
            let given = |gold: &S::Gold| given(gold, runner);
            let evaluated = evaluate_given(&mut scorer, &arguments.gold, runner, threads, arguments.errors, given);
            (evaluated.map_err(described)?, ("pipeline", runner.name().to_owned()))
        }
    };
    let scores = scorer.scores();
    let missed = missed(&arguments.min, &scores)?;
    let shown = if arguments.json {
        as_json(arguments, &evaluation, source, scores)
    } else {
        as_text(&evaluation, &scorer.table())
    };
    terminal::print(shown.as_bytes())?;
    evaluation.failures.iter().for_each(|failure| terminal::error(failure));
    if evaluation.failed > 0 {
        terminal::error(&format!("{} of {} documents could not be analyzed", evaluation.failed, evaluation.documents));
    }
    missed.iter().for_each(|line| terminal::error(line));
    Ok(if evaluation.failed > 0 || !missed.is_empty() { ExitOutcome::SomeFailed } else { ExitOutcome::Done })
}

/// The errors keep their types, which decide the exit status.
fn described(error: EvaluationError) -> anyhow::Error {
    match error {
        EvaluationError::Data(error) => error.into(),
        other => other.into(),
    }
}

/// A line for each figure that is below its least.
fn missed(minima: &[Minimum], scores: &Value) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for Minimum { figure, value } in minima {
        let found = metric(scores, figure).ok_or_else(|| {
            let known: Vec<String> = metrics(scores).into_iter().map(|(name, _)| name).collect();
            anyhow!("--min: there is no figure {figure:?}; there are {}", known.join(", "))
        })?;
        if found < *value {
            lines.push(format!("{figure} is {found}, below {value}"));
        }
    }
    Ok(lines)
}

fn as_json(arguments: &EvalArguments, evaluation: &Evaluation, source: (&str, String), scores: Value) -> String {
    let mut out = json!({
        "task": arguments.task.name(),
        "gold": arguments.gold.display().to_string(),
        "documents": evaluation.documents,
        "failed": evaluation.failed,
        "scores": scores,
    });
    if let Value::Object(map) = &mut out {
        map.insert(source.0.to_owned(), source.1.into());
        if arguments.errors > 0 {
            map.insert("worst".into(), evaluation.worst.to_json());
        }
    }
    format!("{out}\n")
}

fn as_text(evaluation: &Evaluation, table: &str) -> String {
    let worst = evaluation.worst.render();
    let gap = if worst.is_empty() { "" } else { "\n" };
    format!("{} documents\n\n{table}{gap}{worst}", evaluation.documents)
}
