//! Progress of a run, on a terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use copydesk::{BytesRead, Inputs};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal;

/// A bar on standard error. It is hidden if that is no terminal, or if results are shown on one.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    hidden: bool,
    read: BytesRead,
}

impl Progress {
    /// A bar for `inputs`.
    pub fn new(inputs: &Inputs, results_to_terminal: bool) -> Self {
        let hidden = results_to_terminal || !io::stderr().is_terminal();
        let read = inputs.bytes_read();
        if hidden {
            return Progress { bar: ProgressBar::hidden(), hidden, read };
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
        Progress { bar, hidden, read }
    }

    /// Shows the number of finished documents and of bytes read.
    pub fn documents(&self, done: u64) {
        if !self.hidden {
            self.bar.set_message(done.to_string());
            self.bar.set_position(self.read.get());
        }
    }

    /// Writes an error without disturbing the bar.
    pub fn error(&self, text: &str) {
        self.bar.suspend(|| terminal::error(text));
    }

    /// Writes a note without disturbing the bar.
    pub fn note(&self, text: &str) {
        self.bar.suspend(|| terminal::message(&format!("note: {text}")));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
