//! Scores a pipeline, or predictions made before, against a gold file.

use std::collections::VecDeque;
use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use copydesk_core::{Article, Document};
use copydesk_pipeline::{RunOptions, RunOutcome, Runner};

use crate::gold::{GivenError, Gold};
use crate::score::{Difference, Scorer, Worst};
use crate::{Error, Prediction, Predictions};

/// How many messages of failed documents are kept: all of a kind mostly say the same.
const KEPT: usize = 10;

/// The size and the errors of an evaluation.
#[derive(Debug)]
pub struct Evaluation {
    /// Documents of the gold file.
    pub documents: u64,
    /// Those that the pipeline could not analyze. They count as if nothing was found in them.
    pub failed: u64,
    /// The messages of the first of those.
    pub failures: Vec<String>,
    /// The documents with the most differences.
    pub worst: Worst,
}

/// Why nothing could be scored.
#[derive(Debug)]
pub enum EvaluationError {
    /// The gold data or the predictions have errors.
    Data(Error),
    /// The system gave no threads.
    Threads(std::io::Error),
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvaluationError::Data(error) => error.fmt(f),
            EvaluationError::Threads(error) => write!(f, "no threads to run on ({error}); try one"),
        }
    }
}

impl std::error::Error for EvaluationError {}

impl From<Error> for EvaluationError {
    fn from(error: Error) -> Self {
        EvaluationError::Data(error)
    }
}

impl Evaluation {
    /// `worst` is how many documents to keep for a closer look.
    fn new(worst: usize) -> Self {
        Evaluation { documents: 0, failed: 0, failures: Vec::new(), worst: Worst::new(worst) }
    }

    fn add<G: Gold>(&mut self, gold: &G, differences: Vec<Difference>) {
        self.documents += 1;
        self.worst.add(gold.id(), gold.text(), differences);
    }
}

/// Runs a pipeline over the texts of a gold file.
///
/// # Errors
/// If a line of the file has the wrong form, or its text cannot be a document.
pub fn evaluate<S: Scorer>(
    scorer: &mut S,
    gold: &Path,
    runner: &Runner,
    threads: usize,
    worst: usize,
) -> Result<Evaluation, EvaluationError> {
    evaluate_given(scorer, gold, runner, threads, worst, S::Gold::document)
}

/// Does the same. `given` makes the pipeline's input from each document.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_given<S: Scorer>(
    scorer: &mut S,
    gold: &Path,
    runner: &Runner,
    threads: usize,
    worst: usize,
    given: impl Fn(&S::Gold) -> Result<Document, GivenError> + Sync,
) -> Result<Evaluation, EvaluationError> {
    // Results come in the order of the inputs: the next one is of the oldest document that waits.
    let waiting: Mutex<VecDeque<S::Gold>> = Mutex::new(VecDeque::new());
    let queue = || waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut number = 0;
    let inputs = S::Gold::read(gold)?.map(|read| {
        let document = read?;
        number += 1;
        let input = given(&document)
            .map_err(|error| Error::file(gold, format!("document {:?}, the {number}th: {error}", document.id())));
        queue().push_back(document);
        input
    });
    let mut evaluation = Evaluation::new(worst);
    let mut fault = None;
    let mut score = |evaluation: &mut Evaluation, found: Option<&Article>| {
        let Some(document) = queue().pop_front() else { return Ok(()) };
        let found = found.map(Prediction::of);
        let differences = scorer.add(&document, found.as_ref());
        let differences =
            differences.map_err(|message| Error::file(gold, format!("{:?}: {message}", document.id())))?;
        evaluation.add(&document, differences);
        Ok(())
    };
    let ran = runner.run(inputs, RunOptions { threads, ..RunOptions::default() }, |outcome| {
        let scored = match outcome {
            RunOutcome::Done(document) => match Article::new(document) {
                Ok(article) => score(&mut evaluation, Some(&article)),
                Err(error) => Err(Error::file(gold, format!("document {:?}: {error}", error.document().id()))),
            },
            RunOutcome::Failed(failure) => {
                evaluation.failed += 1;
                if evaluation.failures.len() < KEPT {
                    evaluation.failures.push(failure.to_string());
                }
                score(&mut evaluation, None)
            }
            RunOutcome::Unreadable(error) => Err(error),
        };
        match scored {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    ran.map_err(EvaluationError::Threads)?;
    match fault {
        Some(error) => Err(error.into()),
        None => Ok(evaluation),
    }
}

/// Scores predictions that were made before.
///
/// # Errors
/// If a line of either file has the wrong form, or a prediction belongs to no gold document.
pub fn evaluate_predictions<S: Scorer>(
    scorer: &mut S,
    gold: &Path,
    predicted: &Path,
    worst: usize,
) -> Result<Evaluation, Error> {
    let mut predictions = Predictions::read(predicted)?;
    let mut evaluation = Evaluation::new(worst);
    for document in S::Gold::read(gold)? {
        let document = document?;
        let found = predictions.get(document.id());
        let differences = scorer.add(&document, found);
        let differences =
            differences.map_err(|message| Error::file(predicted, format!("{:?}: {message}", document.id())))?;
        evaluation.add(&document, differences);
    }
    match predictions.left() {
        Some(id) => Err(Error::file(predicted, format!("document {id:?} is not in {}", gold.display()))),
        None => Ok(evaluation),
    }
}
