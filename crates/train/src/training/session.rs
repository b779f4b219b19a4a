//! One run of a training: it reports progress, decides about the end, and keeps state from pass to pass.

use std::cell::RefCell;
use std::collections::BTreeMap;

use copydesk_model::session::{Keeper, Next};
use serde_json::{Value, json};

use super::checkpoint::Checkpoint;
use super::{Listener, Progress, Settings, Source, TrainingError};
use crate::Error;

/// The state of the run so far.
#[derive(Default)]
struct State {
    history: Vec<Progress>,
    /// The best pass of those that count, by its place in the history, and its score.
    best: Option<(usize, f64)>,
    /// Passes that counted since then.
    since: u32,
    /// The kept state of each stage.
    kept: BTreeMap<String, Vec<u8>>,
    /// True if the checkpoint can no longer be written. This has been reported.
    broken: bool,
}

/// A run. Its keeper is `&Session`.
pub(super) struct Session<'l> {
    listener: RefCell<Listener<'l>>,
    state: RefCell<State>,
    checkpoint: Option<Checkpoint>,
    patience: Option<u32>,
    /// Passes of all stages together.
    total: u32,
}

/// A score that decides which pass is best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score(pub f64);

impl<'l> Session<'l> {
    /// Begins a run of `total` passes, or continues the one that was cut off, if `options` and `sources` are the same.
    pub fn new(
        task: &str,
        sources: &[Source],
        settings: &Settings,
        options: &Value,
        total: u32,
        listener: Listener<'l>,
    ) -> Result<Self, TrainingError> {
        let mut state = State::default();
        let mut checkpoint = None;
        if let Some(path) = &settings.checkpoint {
            let options = json!({
                "options": options, "patience": settings.patience, "min_score": settings.min_score,
                "labels": settings.labels.as_ref().map(ToString::to_string),
            });
            let own = Checkpoint::new(path, task, &options, sources);
            if settings.resume && path.exists() {
                let (history, kept) = own.read()?;
                let passes = history.iter().filter(|step| step.epoch.is_some()).count();
                state.kept = kept;
                let stage = format!("{}: going on after {passes} of {total} passes", path.display());
                listener(&Progress { stage, ..Progress::default() });
                for (place, step) in history.iter().enumerate() {
                    state.judge(place, step);
                }
                state.history = history;
            } else if path.exists() {
                let shown = path.display();
                let stage = format!("{shown}: kept by a training that was cut off; --resume would go on from it");
                listener(&Progress { stage, ..Progress::default() });
            }
            checkpoint = Some(own);
        }
        let patience = settings.patience;
        Ok(Session { listener: RefCell::new(listener), state: RefCell::new(state), checkpoint, patience, total })
    }

    /// Tells something that is no pass.
    pub fn tell(&self, stage: String) {
        (self.listener.borrow_mut())(&Progress { stage, ..Progress::default() });
    }

    /// Reports a pass, and returns what to do next. A pass without a score takes no part in the choice.
    pub fn pass(&self, stage: String, epoch: u32, loss: f64, figures: Vec<(&str, f64)>, score: Option<Score>) -> Next {
        let mut state = self.state.borrow_mut();
        let done = state.history.len() as u32 + 1;
        let step = Progress {
            stage,
            epoch: Some(epoch),
            loss: Some(loss),
            figures: figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            score: score.filter(|_| self.patience.is_some()).map(|score| score.0),
            passes: Some((done, self.total.max(done))),
        };
        (self.listener.borrow_mut())(&step);
        let place = state.history.len();
        let is_best = state.judge(place, &step);
        state.history.push(step);
        match self.patience {
            Some(patience) if !is_best && state.since >= patience => Next::Stop,
            _ if is_best => Next::Best,
            _ => Next::GoOn,
        }
    }

    /// Returns the number of passes, and the pass of the model: the last, if none was chosen.
    pub fn finish(self) -> (Vec<Progress>, Option<Progress>) {
        let state = self.state.into_inner();
        let best = state.best.and_then(|(place, _)| state.history.get(place)).cloned();
        if let Some(best) = &best {
            let (epoch, score) = (best.epoch.unwrap_or(0), best.score.unwrap_or(0.0));
            let stage = format!("pass {epoch} of {:?} is the best, with {score:.2}: it is the model", best.stage);
            (self.listener.into_inner())(&Progress { stage, ..Progress::default() });
        }
        (state.history, best)
    }
}

impl State {
    /// Returns true if this pass is better than all before it.
    fn judge(&mut self, place: usize, step: &Progress) -> bool {
        let Some(score) = step.score else { return false };
        let better = self.best.is_none_or(|(_, best)| score > best);
        if better {
            (self.best, self.since) = (Some((place, score)), 0);
        } else {
            self.since += 1;
        }
        better
    }
}

impl Keeper for &Session<'_> {
    fn kept(&mut self, stage: &str) -> Option<Vec<u8>> {
        self.state.borrow().kept.get(stage).cloned()
    }

    fn keep(&mut self, stage: &str, make: &dyn Fn() -> Vec<u8>) {
        let Some(checkpoint) = &self.checkpoint else { return };
        let mut state = self.state.borrow_mut();
        if state.broken {
            return;
        }
        state.kept.insert(stage.to_owned(), make());
        // A full disk must not end a training that can do without it.
        let written: Result<(), Error> = checkpoint.write(&state.history, &state.kept);
        if let Err(error) = written {
            state.broken = true;
            drop(state);
            self.tell(format!("{error}; going on without a checkpoint"));
        }
    }
}
