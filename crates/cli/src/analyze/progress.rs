//! How far a run is, on a terminal.

use std::io::{self, IsTerminal, Read};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::inputs::Inputs;
use crate::terminal;

/// A bar on standard error, hidden where that is no terminal or where results are shown on one.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    hidden: bool,
}

impl Progress {
    /// A bar for `inputs`.
    pub fn new(inputs: &Inputs, results_to_terminal: bool) -> Self {
        let hidden = results_to_terminal || !io::stderr().is_terminal();
        if hidden {
            return Progress { bar: ProgressBar::hidden(), hidden };
        }
        let (bar, template) = match inputs.bytes() {
            Some(bytes) => {
                (ProgressBar::new(bytes), "{bar:24} {percent:>3}%  {msg} documents  {bytes_per_sec}  {eta} left")
            }
            None => (ProgressBar::no_length(), "{spinner} {msg} documents  {bytes} read  {bytes_per_sec}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message("0");
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar, hidden }
    }

    /// `input`, its bytes counted as they are read.
    pub fn count<R: Read>(&self, input: R) -> impl Read + use<R> {
        self.bar.wrap_read(input)
    }

    /// Shows how many documents are done.
    pub fn documents(&self, done: u64) {
        if !self.hidden {
            self.bar.set_message(done.to_string());
        }
    }

    /// Writes an error without disturbing the bar.
    pub fn error(&self, text: &str) {
        self.bar.suspend(|| terminal::error(text));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
