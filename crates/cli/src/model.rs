//! `copydesk model import` makes model files from the checkpoint of a trainer. `copydesk model export` does the
//! reverse.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use copydesk::model::checkpoint::{Converted, Source, convert, convert_actors, convert_heads};
use copydesk::model::{checkpoint, encoder};
use copydesk::models::{ModelBytes, add_folder};
use copydesk::{Output, shipped_model};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::ModelFlags;
use crate::terminal;

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    Import(ImportArguments),
    Export(ExportArguments),
}

/// Makes the models of the news pipeline from a checkpoint
///
/// The checkpoint is a folder as Hugging Face has it, with config.json, vocab.txt and model.safetensors. The folder
/// training/ of the source makes one. Four files appear: the encoder with its vocabulary, and the heads for names,
/// quotes and stances. The same checkpoint and version give the same bytes. With --head actors, the folder has a head for
/// participants alone, without vocab.txt, and one file appears. With --encoder, the heads were trained anew over an encoder
/// that exists, as copydesk model export wrote it, and it stays as it is.
#[derive(Args, Debug)]
#[command(after_help = "\
Files:
  NAME-encoder.cdm  for the plugin encoder
  NAME-ner.cdm      for ner
  NAME-quotes.cdm   for quotes
  NAME-stance.cdm   for stance
  NAME-actors.cdm   for actors, with --head actors alone

Exit status:
  0  the files are written
  2  the command line or the checkpoint is wrong

Examples:
  copydesk model import checkpoint -o models
  copydesk model import actors-head -o models --head actors
  copydesk model import checkpoint -o models --encoder models/news-encoder.cdm
  copydesk model import checkpoint -o models --name reference --precision float32

To use a model, name its file in a pipeline: config = { model = \"models/news-encoder.cdm\" }")]
pub struct ImportArguments {
    /// The checkpoint's folder
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    checkpoint: PathBuf,
    /// The folder for the models
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// The beginning of the files' names
    #[arg(long, default_value = "news", value_name = "NAME")]
    name: String,
    /// The form of the encoder's weights: int8 is small and fast, float32 the reference
    #[arg(long, value_enum, default_value_t = Precision::Int8, value_name = "PRECISION")]
    precision: Precision,
    /// A head that was trained apart from the encoder
    #[arg(long, value_enum, value_name = "HEAD")]
    head: Option<Head>,
    /// A model of the encoder. The checkpoint must have that encoder, and only the heads are written
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["head", "precision"])]
    encoder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Head {
    Actors,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Precision {
    Int8,
    Float32,
}

/// Writes the models of the news pipeline as a checkpoint that other programs read
///
/// The checkpoint is a folder as Hugging Face has it: a BERT in floats with a classifier of tokens, which finds names.
/// The heads for quotes and stances are in it as well, so that copydesk model import can make models from it again. It
/// is made from the models inside the program, or from files of copydesk model import.
///
/// Token types carry the shape of a word and quotation. A program that gives other types, or none, finds less.
/// docs/training.md describes them.
#[derive(Args, Debug)]
#[command(after_help = "\
Files:
  config.json            the shape, the tags of names, and what was tuned
  vocab.txt              the word pieces
  tokenizer_config.json  how words are cut into them
  model.safetensors      the weights

Exit status:
  0  the files are written
  2  the command line or a model is wrong

Examples:
  copydesk model export -o checkpoint
  copydesk model export --from models --name reference -o checkpoint
  python -c \"import transformers as t; t.BertForTokenClassification.from_pretrained('checkpoint')\"")]
pub struct ExportArguments {
    /// The folder for the checkpoint
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// The folder with the models [default: those inside the program]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    from: Option<PathBuf>,
    /// The beginning of the models' names
    #[arg(long, default_value = "news", value_name = "NAME")]
    name: String,
    /// The form of the weights
    #[arg(long, value_enum, default_value_t = Format::Safetensors, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    models: ModelFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Safetensors,
}

/// Runs a subcommand.
pub fn run(command: &ModelCommand) -> Result<ExitOutcome, Failure> {
    match command {
        ModelCommand::Import(arguments) => import(arguments),
        ModelCommand::Export(arguments) => export(arguments),
    }
}

/// The ends of the file names of a pipeline's models.
const PARTS: [&str; 4] = ["encoder", "ner", "quotes", "stance"];

fn model_file(folder: &Path, name: &str, part: &str) -> PathBuf {
    folder.join(format!("{name}-{part}.cdm"))
}

fn check_name(name: &str) -> anyhow::Result<()> {
    if name.is_empty() || name.contains(['/', '\\']) {
        bail!("--name: {name:?} cannot begin a file's name");
    }
    Ok(())
}

/// Writes files into a folder. A missing folder is made.
fn write_all(folder: &Path, files: &[(PathBuf, &[u8])]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (path, bytes) in files {
        let mut output = Output::file(path)?;
        output.write_all(bytes).with_context(|| path.display().to_string())?;
        output.finish()?;
        terminal::message(&format!("{}: {} bytes", path.display(), bytes.len()));
    }
    Ok(())
}

/// Reads the checkpoint and writes the models.
fn import(arguments: &ImportArguments) -> Result<ExitOutcome, Failure> {
    check_name(&arguments.name)?;
    let file = |name: &str| {
        let path = arguments.checkpoint.join(name);
        fs::read(&path).with_context(|| path.display().to_string())
    };
    let text = |name: &str| -> anyhow::Result<String> {
        let path = arguments.checkpoint.join(name);
        String::from_utf8(file(name)?).map_err(|_| anyhow!("{}: is not UTF-8", path.display()))
    };
    if let Some(Head::Actors) = arguments.head {
        let model = convert_actors(&text("config.json")?, &file("model.safetensors")?)
            .with_context(|| arguments.checkpoint.display().to_string())?;
        let path = model_file(&arguments.out, &arguments.name, "actors");
        write_all(&arguments.out, &[(path, &model.finish())])?;
        return Ok(ExitOutcome::Done);
    }
    let (config, tensors) = (text("config.json")?, file("model.safetensors")?);
    let wrong = || arguments.checkpoint.display().to_string();
    let (encoder, heads) = match &arguments.encoder {
        Some(path) => {
            let encoder = (path.display().to_string(), ModelBytes::read(path)?);
            (None, convert_heads(&config, &tensors, source(&encoder)).with_context(wrong)?)
        }
        None => {
            let precision = match arguments.precision {
                Precision::Int8 => encoder::Precision::Int8,
                Precision::Float32 => encoder::Precision::Float32,
            };
            let made = convert(&config, &text("vocab.txt")?, &tensors, precision).with_context(wrong)?;
            let Converted { encoder, heads } = made;
            (Some(encoder), heads)
        }
    };
    let models = [encoder, Some(heads.names), Some(heads.quotes), Some(heads.stance)];
    let models: Vec<(PathBuf, Vec<u8>)> = PARTS
        .iter()
        .zip(models)
        .filter_map(|(part, model)| Some((model_file(&arguments.out, &arguments.name, part), model?.finish())))
        .collect();
    let files: Vec<_> = models.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    write_all(&arguments.out, &files)?;
    Ok(ExitOutcome::Done)
}

/// Reads the models and writes the checkpoint.
fn export(arguments: &ExportArguments) -> Result<ExitOutcome, Failure> {
    let Format::Safetensors = arguments.format;
    arguments.models.folder.clone().into_iter().for_each(add_folder);
    check_name(&arguments.name)?;
    let read = |part: &str| -> anyhow::Result<(String, ModelBytes)> {
        let name = &arguments.name;
        let Some(folder) = &arguments.from else {
            let model = shipped_model(part, name).with_context(|| {
                format!("--name: the program has no models {name:?}; --from reads those of a folder")
            })?;
            return Ok((format!("{part} builtin:{name}"), model.read()?));
        };
        let path = model_file(folder, name, part);
        Ok((path.display().to_string(), ModelBytes::read(&path)?))
    };
    let [encoder, names, quotes, stance] = PARTS.map(read);
    let (encoder, names, quotes, stance) = (encoder?, names?, quotes?, stance?);
    let made = checkpoint::export(source(&encoder), source(&names), source(&quotes), source(&stance))?;
    let files = [
        ("config.json", made.config.as_bytes()),
        ("vocab.txt", made.vocabulary.as_bytes()),
        ("tokenizer_config.json", made.tokenizer.as_bytes()),
        ("model.safetensors", &made.safetensors),
    ];
    write_all(&arguments.out, &files.map(|(name, bytes)| (arguments.out.join(name), bytes)))?;
    Ok(ExitOutcome::Done)
}

fn source((name, bytes): &(String, ModelBytes)) -> Source<'_> {
    Source { name, bytes }
}
