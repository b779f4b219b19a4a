//! Standard output and error: colour, width, and writes that do not panic at a closed pipe.

use std::io::{self, IsTerminal, Write};

use copydesk::formats::sanitize;

use crate::flags::Color;

/// The most columns of the reading view, even on a wide terminal: longer lines are hard to read.
const WIDEST: usize = 100;

/// Writes to standard output.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes lines to standard error. If standard error is closed, nobody is left to tell.
pub fn message(text: &str) {
    let shown: String = text.split('\n').map(|line| sanitize(line) + "\n").collect();
    let _ = io::stderr().lock().write_all(shown.as_bytes());
}

/// [`message`] after `error: `.
pub fn error(text: &str) {
    message(&format!("error: {text}"));
}

/// Returns true if escape sequences go to standard output.
pub fn colored(choice: Color, to_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    decide(choice, to_terminal, set("NO_COLOR"), dumb)
}

/// An explicit choice wins. Otherwise, colour needs a capable terminal and a user who did not refuse
/// (<https://no-color.org>).
fn decide(choice: Color, to_terminal: bool, no_color: bool, dumb: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => to_terminal && !no_color && !dumb,
    }
}

/// Columns of a line.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return None;
        }
        terminal_size::terminal_size_of(stdout).map(|(terminal_size::Width(columns), _)| usize::from(columns))
    });
    columns.unwrap_or(80).min(WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour() {
        let cases = [
            (Color::Auto, true, false, false, true),
            (Color::Auto, false, false, false, false),
            (Color::Auto, true, true, false, false),
            (Color::Auto, true, false, true, false),
            (Color::Always, false, true, true, true),
            (Color::Never, true, false, false, false),
        ];
        for (choice, to_terminal, no_color, dumb, expected) in cases {
            assert_eq!(decide(choice, to_terminal, no_color, dumb), expected, "{choice:?} {to_terminal} {no_color}");
        }
    }
}
