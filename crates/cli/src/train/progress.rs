//! Progress of a training: lines on standard error, and on a terminal a bar below them.

use std::io::{self, IsTerminal};
use std::time::Duration;

use copydesk::train::training::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A bar of passes. It is hidden if standard error is no terminal.
#[derive(Clone, Debug)]
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar. It shows once the number of passes is known.
    pub fn new() -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos} of {len} passes  {msg}  {eta} left") {
            bar.set_style(style);
        }
        Bar { bar }
    }

    /// Writes a line, and moves the bar after a pass.
    pub fn tell(&self, step: &Progress) {
        self.bar.suspend(|| terminal::message(&step.to_string()));
        let Some((done, of)) = step.passes else { return };
        if self.bar.is_hidden() && io::stderr().is_terminal() {
            // Time is counted from the first pass on: reading the files tells nothing about the passes.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.set_length(u64::from(of));
            self.bar.reset_elapsed();
            self.bar.reset_eta();
            self.bar.enable_steady_tick(Duration::from_millis(500));
        }
        self.bar.set_position(u64::from(done));
        let figures = step.figures.iter().map(|(name, value)| format!("{name} {value:.2}"));
        let loss = step.loss.map(|loss| format!("loss {loss:.4}"));
        self.bar.set_message(loss.into_iter().chain(figures).collect::<Vec<_>>().join(", "));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
