//! Groups of consecutive documents, for stages that work on several at once.
//!
//! The number and size of its inputs close a group, and nothing else. A plugin may compute floats that depend on the
//! documents beside them. It must give the same bytes on any number of threads, today and tomorrow.

use std::ops::ControlFlow;
use std::time::Duration;

use copydesk_core::Document;

use crate::outcome::{Delivery, RunEnd, RunOutcome, RunSummary, StageError};
use crate::runner::{Runner, Tallies};
use crate::watch::Leash;

/// The default number of inputs in a group. It is a usual size for transformers, and the first result does not take
/// long.
pub const DEFAULT_BATCH: usize = 16;

/// Inputs in a group at most. Empty texts count no bytes, and yet take memory.
pub const MOST_IN_A_BATCH: usize = 4096;

/// The inputs since the last complete group.
#[derive(Debug)]
pub(crate) struct OpenGroup {
    most: usize,
    inputs: usize,
    documents: usize,
    bytes: usize,
}

impl OpenGroup {
    /// Bytes of text that complete a group. A batch saves little beside the work on that much.
    pub(crate) const BYTES: usize = 1 << 20;

    /// Returns groups of `batch` inputs, 0 for the default, or `None` if each document is on its own.
    pub(crate) fn new(batch: usize) -> Option<Self> {
        let most = if batch == 0 { DEFAULT_BATCH } else { batch.min(MOST_IN_A_BATCH) };
        (most > 1).then_some(OpenGroup { most, inputs: 0, documents: 0, bytes: 0 })
    }

    /// Inputs that complete a group.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Adds one more input, `None` for one that could not be read. Returns true if the group is complete.
    pub(crate) fn add(&mut self, document: Option<&Document>) -> bool {
        self.inputs += 1;
        if let Some(document) = document {
            self.documents += 1;
            self.bytes += document.text().len();
        }
        self.inputs >= self.most || self.bytes >= OpenGroup::BYTES
    }

    /// Begins the next group; the number of documents in this one.
    pub(crate) fn close(&mut self) -> usize {
        let documents = self.documents;
        *self = OpenGroup { most: self.most, inputs: 0, documents: 0, bytes: 0 };
        documents
    }
}

impl Runner {
    /// Analyzes the numbered documents of a group, which is empty then. Outcomes come in any order.
    pub(crate) fn annotate_group<E>(
        &self,
        group: &mut Vec<(u64, Document)>,
        leash: Leash<'_>,
        tallies: &mut Tallies<'_>,
        outcomes: &mut Vec<(u64, RunOutcome<E>)>,
    ) {
        // Apart, since a batch is a slice of documents; what fails leaves both.
        let (mut numbers, mut documents): (Vec<u64>, Vec<Document>) = group.drain(..).unzip();
        let mut spent = vec![Duration::ZERO; documents.len()];
        for (stage, tally) in self.stages.iter().zip(&mut tallies.stages) {
            let results: Vec<Result<(), StageError>> = if stage.batches() && documents.len() > 1 {
                stage.annotate_batch_within(&mut documents, leash, &mut spent, tally)
            } else {
                let each = documents.iter_mut().zip(&mut spent);
                each.map(|(document, spent)| stage.annotate_within(document, leash, spent, tally)).collect()
            };
            if results.iter().all(Result::is_ok) {
                continue;
            }
            let tried = std::mem::take(&mut numbers).into_iter().zip(std::mem::take(&mut documents));
            let tried = tried.zip(std::mem::take(&mut spent));
            for (((number, document), time), result) in tried.zip(results) {
                match result {
                    Ok(()) => {
                        numbers.push(number);
                        documents.push(document);
                        spent.push(time);
                    }
                    Err(error) => {
                        outcomes.push((number, RunOutcome::of(document, Err(error))));
                    }
                }
            }
        }
        outcomes.extend(numbers.into_iter().zip(documents.into_iter().map(RunOutcome::Done)));
    }

    /// A run in groups on the calling thread.
    pub(crate) fn run_groups_here<E, S: FnMut(RunOutcome<E>) -> ControlFlow<()>>(
        &self,
        inputs: impl Iterator<Item = Result<Document, E>>,
        mut group: OpenGroup,
        leash: Leash<'_>,
        mut delivery: Delivery<S>,
    ) -> RunSummary {
        let mut tallies = self.tallies();
        let mut documents: Vec<(u64, Document)> = Vec::new();
        let mut outcomes: Vec<(u64, RunOutcome<E>)> = Vec::new();
        let mut inputs = (0..).zip(inputs);
        let mut ended = false;
        while !ended {
            let full = match inputs.next() {
                None => {
                    ended = true;
                    true
                }
                Some(_) if leash.is_stopped() => return delivery.end(RunEnd::Cancelled),
                Some((number, input)) => {
                    let full = group.add(input.as_ref().ok());
                    match input {
                        Ok(document) => documents.push((number, document)),
                        Err(error) => outcomes.push((number, RunOutcome::Unreadable(error))),
                    }
                    full
                }
            };
            if full {
                group.close();
                self.annotate_group(&mut documents, leash, &mut tallies, &mut outcomes);
                outcomes.sort_unstable_by_key(|(number, _)| *number);
            } else if !documents.is_empty() {
                continue;
            }
            // Of a group that goes on, these are inputs that could not be read, with no document before them.
            for (_, outcome) in outcomes.drain(..) {
                if leash.is_stopped() {
                    return delivery.end(RunEnd::Cancelled);
                }
                if let Some(end) = delivery.deliver(outcome) {
                    return delivery.end(end);
                }
            }
        }
        delivery.end(RunEnd::Complete)
    }
}
