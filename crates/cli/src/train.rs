//! `copydesk train`: models of the fast pipeline from gold data.

mod progress;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};
use copydesk::Output;
use copydesk::models::Licence;
use copydesk::train::score::LabelMap;
use copydesk::train::training::{
    Data, Settings, Task, TrainingError, is_edited, remove_checkpoint, train, with_limits_of,
};

use crate::failure::{ExitOutcome, Failure};
use crate::terminal;
use progress::Bar;

/// Trains a model of the fast pipeline
///
/// Gold files are JSON lines, or CoNLL-U for the tokenizer, packed with gzip or not. docs/training.md describes their
/// forms and the corpora of the shipped models. The model file appears once it is complete, with a card beside it
/// (MODEL with the ending .md): its data, options and scores. The same files, options and version give the same bytes.
///
/// After each pass the state of the training goes into MODEL.checkpoint, which is removed at the end. If a training is
/// cut off, --resume continues it, with the same bytes as a result.
#[derive(Args, Debug)]
#[command(after_help = "\
Models:
  ner        names                from gold entities
  quotes     who said what        from gold quotes
  stance     for or against whom  from gold sentiment
  tokenizer  where sentences end  from treebanks in CoNLL-U

Exit status:
  0  the model is written
  2  the command line or a data file is wrong

Examples:
  copydesk train ner --data train.jsonl --dev dev.jsonl --out ner.cdm
  copydesk train ner --data corpora/*.jsonl.gz --labels Person=PERSON,Location=LOC --lexicons lexicons --out ner.cdm
  copydesk train quotes --data train.jsonl --raw articles.jsonl.gz --epochs 8 --seed 7 --out quotes.cdm
  copydesk train stance --data train.jsonl --dev dev.jsonl --epochs 60 --patience 5 --out stance.cdm
  copydesk train tokenizer --data en_ewt-ud-train.conllu en_gum-ud-train.conllu --out boundaries.cdm
  copydesk analyze -p stronger.toml raw.jsonl | copydesk train ner --data - --min-score 0.9 --out ner.cdm

To use a model, name its file in a pipeline: config = { model = \"ner.cdm\" }")]
pub struct TrainArguments {
    /// The kind of model
    #[arg(value_enum, value_name = "MODEL")]
    model: Model,
    /// Gold files to learn from, or output of `copydesk analyze`; - is standard input
    #[arg(long, value_name = "FILE", required = true, num_args = 1.., value_hint = ValueHint::FilePath)]
    data: Vec<PathBuf>,
    /// A gold file to score each pass on; at the end, names balance their labels on it, and stances calibrate their scores
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    dev: Option<PathBuf>,
    /// For names and stance: a folder of word lists; docs/training.md names the known ones
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    lexicons: Option<PathBuf>,
    /// For names and quotes: texts without annotation, JSON lines with a "text" each, to group words by their use
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    raw: Vec<PathBuf>,
    /// For names: the gold labels to learn, each with its name in the model; others are left out
    #[arg(long, value_name = "GOLD=LABEL,...")]
    labels: Option<String>,
    /// The file for the model
    #[arg(short, long, value_name = "MODEL", value_hint = ValueHint::FilePath)]
    out: PathBuf,
    /// Passes over the data [default: as the shipped model]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: Option<u32>,
    /// The seed of pseudo-random numbers [default: as the shipped model]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Stops after N passes that score no better on --dev, and takes the best pass
    #[arg(long, value_name = "N", requires = "dev", value_parser = clap::value_parser!(u32).range(1..=1000))]
    patience: Option<u32>,
    /// Leaves out annotations of --data with a lower "score", 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.0, hide_default_value = true, value_parser = share)]
    min_score: f64,
    /// Continues from MODEL.checkpoint, if a training of the same data and options was cut off
    #[arg(long)]
    resume: bool,
    /// The model's licence, for its card
    #[arg(long, visible_alias = "license", value_name = "TEXT")]
    licence: Option<String>,
    /// What the licences of all data, word lists and texts allow, by the strictest; results name it
    #[arg(long, value_name = "CLASS", value_parser = licence_class())]
    data_licence: Option<Licence>,
    /// Replaces a card that was edited; without this the new one goes beside it, with the ending .new.md
    #[arg(long)]
    force: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("it must be 0 to 1".into()) }
}

fn licence_class() -> impl TypedValueParser<Value = Licence> {
    let names = PossibleValuesParser::new(Licence::ALL.map(Licence::as_str));
    names.try_map(|name| Licence::from_name(&name).ok_or("no such class"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Model {
    Ner,
    Quotes,
    Stance,
    Tokenizer,
}

impl Model {
    fn task(self) -> Task {
        match self {
            Model::Ner => Task::Ner,
            Model::Quotes => Task::Quotes,
            Model::Stance => Task::Stance,
            Model::Tokenizer => Task::Tokenizer,
        }
    }
}

/// Trains and writes the model.
pub fn run(arguments: &TrainArguments) -> Result<ExitOutcome, Failure> {
    let labels = arguments.labels.as_deref().map(LabelMap::parse).transpose().context("--labels")?;
    for (given, option, models) in [
        (labels.is_some(), "--labels", &[Model::Ner][..]),
        (arguments.lexicons.is_some(), "--lexicons", &[Model::Ner, Model::Stance]),
        (!arguments.raw.is_empty(), "--raw", &[Model::Ner, Model::Quotes]),
    ] {
        if given && !models.contains(&arguments.model) {
            let names: Vec<&str> = models.iter().map(|model| model.task().name()).collect();
            return Err(anyhow!("{option} is for {}; this model has no use for it", names.join(" and ")).into());
        }
    }
    // Hours of training must not fail at a missing folder.
    let mut output = Output::file(&arguments.out)?;
    // A pipe or a device has nothing beside it.
    let has_place = output.is_file();

    let data = Data {
        gold: arguments.data.clone(),
        dev: arguments.dev.clone(),
        lexicons: arguments.lexicons.clone(),
        raw: arguments.raw.clone(),
        licence: arguments.data_licence,
    };
    let checkpoint = has_place.then(|| with_ending(&arguments.out, "checkpoint"));
    let settings = Settings {
        epochs: arguments.epochs,
        seed: arguments.seed,
        labels,
        patience: arguments.patience,
        min_score: arguments.min_score,
        checkpoint: checkpoint.clone(),
        resume: arguments.resume,
    };
    let bar = Bar::new();
    let trained = train(arguments.model.task(), &data, &settings, &mut |step| bar.tell(step));
    bar.finish();
    let trained = trained.map_err(|error| match error {
        TrainingError::Data(error) => anyhow::Error::from(error),
        TrainingError::Model(error) => anyhow::Error::from(error),
    })?;
    output.write_all(&trained.model).with_context(|| arguments.out.display().to_string())?;
    output.finish()?;
    terminal::message(&format!("{}: {} bytes", arguments.out.display(), trained.model.len()));
    if let Some(checkpoint) = checkpoint {
        let name = arguments.out.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let licence = arguments.licence.as_deref();
        write_card(arguments, &trained.card.render(&name, &trained.model, &command_line(), licence))?;
        remove_checkpoint(&checkpoint)?;
    }
    Ok(ExitOutcome::Done)
}

/// The path with this after its name.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes the card beside the model. Text that was written by hand stays: limits are kept in the new card, and a card
/// with other changes is not touched.
fn write_card(arguments: &TrainArguments, card: &str) -> anyhow::Result<()> {
    let path = arguments.out.with_extension("md");
    let path = if path == arguments.out { with_ending(&path, "md") } else { path };
    let (path, card) = match fs::read_to_string(&path) {
        Ok(old) if is_edited(&old) && !arguments.force => {
            let beside = path.with_extension("new.md");
            let (kept, new) = (path.display(), beside.display());
            terminal::message(&format!("{kept} was written by hand and stays; the new card is {new}"));
            (beside, card.to_owned())
        }
        Ok(old) => (path, with_limits_of(card, &old)),
        Err(_) => (path, card.to_owned()),
    };
    let mut output = Output::file(&path)?;
    output.write_all(card.as_bytes()).with_context(|| path.display().to_string())?;
    output.finish()?;
    terminal::message(&format!("{}: its card", path.display()));
    Ok(())
}

/// Returns the command that makes the model again, without the options that concern this run alone.
fn command_line() -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let arguments = arguments.filter(|argument| argument != "--resume" && argument != "--force");
    ["copydesk".to_owned()].into_iter().chain(arguments.map(|argument| quoted(&argument))).collect::<Vec<_>>().join(" ")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,+:@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        for (word, expected) in [
            ("--data=a/b.jsonl", "--data=a/b.jsonl"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", "'it'\\''s'"),
            ("A=B+C,D", "A=B+C,D"),
            ("$HOME;*", "'$HOME;*'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn endings() {
        assert_eq!(with_ending(Path::new("a/ner.cdm"), "checkpoint"), Path::new("a/ner.cdm.checkpoint"));
    }
}
