//! Shared parts of the stages: their options, and a checkpoint that these open.

use std::collections::BTreeMap;
use std::ops::Range;

use copydesk_model::encoder::windows::Limits;
use copydesk_sdk::{Document, Error, Output};
use serde::Deserialize;

use crate::architecture::Task;
use crate::checkpoint::Checkpoint;
use crate::network::{Network, Window, device};
use crate::pieces::Pieces;
use crate::reading::Reader;

/// Options of every stage.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Options {
    pub model: String,
    pub device: String,
    pub batch_size: usize,
    pub max_length: usize,
}

/// An open checkpoint.
pub(crate) struct Opened {
    pub network: Network,
    pub labels: Vec<String>,
    pub reader: Reader,
    task: Task,
}

impl Opened {
    /// Opens the checkpoint of a stage; `texts` is how many texts a window holds, `overlap` how many pieces two windows share.
    pub fn new(options: &Options, task: Task, texts: usize, overlap: usize) -> Result<Self, Error> {
        let checkpoint = Checkpoint::open(&options.model, task, device(&options.device)?)?;
        let pieces = Pieces::open(&checkpoint.folder)?;
        let wrong = |problem: String| Error::new(format!("model {}: {problem}", options.model));
        if pieces.vocabulary() > checkpoint.vocabulary {
            let (pieces, words) = (pieces.vocabulary(), checkpoint.vocabulary);
            return Err(wrong(format!("its tokenizer has {pieces} pieces, its network knows {words}")));
        }
        let frame: usize = match texts {
            1 => pieces.single.iter().map(Vec::len).sum(),
            _ => pieces.pair.iter().map(Vec::len).sum(),
        };
        let most = options.max_length.min(checkpoint.positions);
        let most = most.checked_sub(frame).filter(|most| *most >= 8).ok_or_else(|| {
            let positions = checkpoint.positions;
            wrong(format!("windows of {most} pieces are too short (max_length, and the model has {positions})"))
        })?;
        let needed = if checkpoint.casing_quotes { copydesk_text::token_types::TYPES } else { 1 };
        if checkpoint.casing_quotes && (task != Task::Tokens || checkpoint.types < needed) {
            return Err(wrong(format!(
                "its token types are Copydesk's, so it must label tokens and have {needed} types"
            )));
        }
        let reader = Reader { casing_quotes: checkpoint.casing_quotes, limits: Limits { most, overlap }, pieces };
        let labels = checkpoint.labels.clone();
        Ok(Opened { network: Network::new(checkpoint, options.batch_size)?, labels, reader, task })
    }
}

/// Annotates documents together. `read` turns each into windows and a state of its own. All windows go through the
/// network. `write` makes rows from a document's own logits, in the order of its windows' wanted rows. A document that
/// cannot be read fails alone.
pub(crate) fn batch<R>(
    opened: &Opened,
    documents: &[Document<'_>],
    outputs: &mut [Output<'_>],
    read: impl Fn(&Document<'_>, &mut Vec<Window>) -> Result<R, Error>,
    write: impl Fn(&Document<'_>, &R, &[f32], &mut Output<'_>) -> Result<(), Error>,
) -> Vec<Result<(), Error>> {
    let (mut windows, mut rows) = (Vec::new(), 0);
    let read: Vec<Result<(R, Range<usize>), Error>> = documents
        .iter()
        .map(|document| {
            let begin = windows.len();
            let kept = read(document, &mut windows).inspect_err(|_| windows.truncate(begin))?;
            let first = rows;
            rows += windows.iter().skip(begin).map(|window| window.wanted.len()).sum::<usize>();
            Ok((kept, first..rows))
        })
        .collect();
    let mut logits = Vec::new();
    // One call is cancelled as a whole.
    let proceed = || outputs.iter().try_for_each(Output::check_cancelled);
    let all = opened.network.logits(&windows, opened.task, proceed, &mut logits);
    let width = opened.labels.len();
    let each = documents.iter().zip(outputs).zip(read);
    each.map(|((document, output), read)| {
        let (kept, rows) = read?;
        all.clone()?;
        let own = logits.get(rows.start * width..rows.end * width).unwrap_or_default();
        write(document, &kept, own, output)
    })
    .collect()
}

/// The first name of a list that is in a table of known ones, in any casing.
pub(crate) fn known<'t, T>(table: &'t [(&str, T)], name: &str) -> Option<&'t T> {
    table.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Refuses keys of the option `labels` that are no labels of the model.
pub(crate) fn check_keys<T>(given: &BTreeMap<String, T>, labels: &[&str]) -> Result<(), Error> {
    match given.keys().find(|key| !labels.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(Error::new(format!("labels: the model has no label {key:?}; it has {}", labels.join(", ")))),
    }
}
