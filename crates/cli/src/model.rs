//! `copydesk model import`: model files from the checkpoint of a trainer.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use copydesk_model::checkpoint::convert;
use copydesk_model::encoder;

use crate::analyze::output::Output;
use crate::failure::{Failure, Outcome};
use crate::terminal;

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    Import(ImportArguments),
}

/// Makes the models of the news pipeline from a checkpoint
///
/// The checkpoint is a folder as Hugging Face has it, with config.json, vocab.txt and model.safetensors; the folder
/// training/ of the source makes one. Four files appear: the encoder with its vocabulary, and what reads its vectors for
/// names, quotes and stances. The same checkpoint and version give the same bytes.
#[derive(Args, Debug)]
#[command(after_help = "\
Files:
  NAME-encoder.cdm  for the plugin encoder
  NAME-ner.cdm      for ner
  NAME-quotes.cdm   for quotes
  NAME-stance.cdm   for stance

Exit status:
  0  the files are written
  2  the command line or the checkpoint is wrong

Examples:
  copydesk model import checkpoint -o models
  copydesk model import checkpoint -o models --name reference --precision float32

To use a model, name its file in a pipeline: config = { model = \"models/news-encoder.cdm\" }")]
pub struct ImportArguments {
    /// The checkpoint's folder
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    checkpoint: PathBuf,
    /// The folder where the models go
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// What the files' names begin with
    #[arg(long, default_value = "news", value_name = "NAME")]
    name: String,
    /// How the encoder's weights are kept: int8 is small and fast, float32 the reference
    #[arg(long, value_enum, default_value_t = Precision::Int8, value_name = "PRECISION")]
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Precision {
    Int8,
    Float32,
}

/// Reads the checkpoint and writes the models.
pub fn import(arguments: &ImportArguments) -> Result<Outcome, Failure> {
    if arguments.name.is_empty() || arguments.name.contains(['/', '\\']) {
        return Err(anyhow!("--name: {:?} cannot begin a file's name", arguments.name).into());
    }
    let file = |name: &str| {
        let path = arguments.checkpoint.join(name);
        fs::read(&path).with_context(|| path.display().to_string())
    };
    let text = |name: &str| -> anyhow::Result<String> {
        let path = arguments.checkpoint.join(name);
        String::from_utf8(file(name)?).map_err(|_| anyhow!("{}: is not UTF-8", path.display()))
    };
    let precision = match arguments.precision {
        Precision::Int8 => encoder::Precision::Int8,
        Precision::Float32 => encoder::Precision::Float32,
    };
    let models = convert(&text("config.json")?, &text("vocab.txt")?, &file("model.safetensors")?, precision)
        .with_context(|| arguments.checkpoint.display().to_string())?;
    fs::create_dir_all(&arguments.out).with_context(|| arguments.out.display().to_string())?;
    for (part, model) in
        [("encoder", models.encoder), ("ner", models.names), ("quotes", models.quotes), ("stance", models.stance)]
    {
        let path = arguments.out.join(format!("{}-{part}.cdm", arguments.name));
        let bytes = model.finish();
        let mut output = Output::file(&path)?;
        output.write_all(&bytes).with_context(|| path.display().to_string())?;
        output.finish()?;
        terminal::message(&format!("{}: {} bytes", path.display(), bytes.len()));
    }
    Ok(Outcome::Done)
}
