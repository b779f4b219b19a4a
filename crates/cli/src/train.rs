//! `copydesk train`: models of the fast pipeline from gold data.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum, ValueHint};
use copydesk_train::score::LabelMap;
use copydesk_train::training::{
    Data, Progress, Settings, TrainingError, train_ner, train_quotes, train_stance, train_tokenizer,
};

use crate::analyze::output::Output;
use crate::failure::{Failure, Outcome};
use crate::terminal;

/// Trains a model of the fast pipeline
///
/// Gold files are JSON lines, or CoNLL-U for the tokenizer, packed with gzip or not; docs/training.md describes their
/// forms, and says which public corpora the shipped models were trained on. The model file appears once it is complete.
/// The same files, options and version give the same bytes.
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
  copydesk train tokenizer --data en_ewt-ud-train.conllu en_gum-ud-train.conllu --out boundaries.cdm

To use a model, name its file in a pipeline: config = { model = \"ner.cdm\" }")]
pub struct TrainArguments {
    /// Which model
    #[arg(value_enum, value_name = "MODEL")]
    model: Model,
    /// Gold files to learn from
    #[arg(long, value_name = "FILE", required = true, num_args = 1.., value_hint = ValueHint::FilePath)]
    data: Vec<PathBuf>,
    /// A gold file to score each pass on; for names, the labels are balanced on it in the end
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    dev: Option<PathBuf>,
    /// For names and stance: a folder of word lists; see docs/training.md for those that are known
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    lexicons: Option<PathBuf>,
    /// For names and quotes: texts without annotation, JSON lines with a "text" each, to group words by their use
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    raw: Vec<PathBuf>,
    /// For names: the gold labels to learn, each with what the model calls it; others are left out
    #[arg(long, value_name = "GOLD=LABEL,...")]
    labels: Option<String>,
    /// Where the model goes
    #[arg(short, long, value_name = "MODEL", value_hint = ValueHint::FilePath)]
    out: PathBuf,
    /// Passes over the data [default: as the shipped model]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: Option<u32>,
    /// Where the pseudo-random numbers begin [default: as the shipped model]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Model {
    Ner,
    Quotes,
    Stance,
    Tokenizer,
}

impl Model {
    fn name(self) -> &'static str {
        match self {
            Model::Ner => "ner",
            Model::Quotes => "quotes",
            Model::Stance => "stance",
            Model::Tokenizer => "tokenizer",
        }
    }
}

/// Trains and writes the model.
pub fn run(arguments: &TrainArguments) -> Result<Outcome, Failure> {
    let labels = arguments.labels.as_deref().map(LabelMap::parse).transpose().context("--labels")?;
    for (given, option, models) in [
        (labels.is_some(), "--labels", &[Model::Ner][..]),
        (arguments.lexicons.is_some(), "--lexicons", &[Model::Ner, Model::Stance]),
        (!arguments.raw.is_empty(), "--raw", &[Model::Ner, Model::Quotes]),
    ] {
        if given && !models.contains(&arguments.model) {
            let names: Vec<&str> = models.iter().map(|model| model.name()).collect();
            return Err(anyhow!("{option} is for {}; this model has no use for it", names.join(" and ")).into());
        }
    }
    // Hours of training should not end at a folder that is not there.
    let mut output = Output::file(&arguments.out)?;

    let data = Data {
        gold: arguments.data.clone(),
        dev: arguments.dev.clone(),
        lexicons: arguments.lexicons.clone(),
        raw: arguments.raw.clone(),
    };
    let settings = Settings { epochs: arguments.epochs, seed: arguments.seed, labels };
    let mut tell = |progress: &Progress| terminal::message(&progress.to_string());
    let trained = match arguments.model {
        Model::Ner => train_ner(&data, &settings, &mut tell),
        Model::Quotes => train_quotes(&data, &settings, &mut tell),
        Model::Stance => train_stance(&data, &settings, &mut tell),
        Model::Tokenizer => train_tokenizer(&data, &settings, &mut tell),
    };
    let model = trained.map_err(|error| match error {
        TrainingError::Data(error) => anyhow::Error::from(error),
        TrainingError::Model(error) => anyhow::Error::from(error),
    })?;
    output.write_all(&model).with_context(|| arguments.out.display().to_string())?;
    output.finish()?;
    terminal::message(&format!("{}: {} bytes", arguments.out.display(), model.len()));
    Ok(Outcome::Done)
}
