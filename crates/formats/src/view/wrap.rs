//! Styled words broken into lines.

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use super::style::PLAIN;

/// Returns a character that is safe for a terminal. White space becomes a blank. Control characters, and those that
/// change the direction of text, become visible signs.
fn shown(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '\0'..='\u{1F}' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// A text on one line that a terminal can be sent: white space is a blank, control characters are visible
/// signs.
#[must_use]
pub fn sanitize(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Writes words into lines of a width, with their styles.
pub(super) struct Wrapper<'a> {
    out: &'a mut String,
    width: usize,
    color: bool,
    column: usize,
    style: Style,
    /// The word that is not yet on a line.
    word: Vec<(char, Style)>,
    word_width: usize,
    /// The blank before it.
    gap: Option<Style>,
}

impl<'a> Wrapper<'a> {
    pub(super) fn new(out: &'a mut String, width: usize, color: bool) -> Self {
        Wrapper { out, width, color, column: 0, style: PLAIN, word: Vec::new(), word_width: 0, gap: None }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    fn set(&mut self, style: Style) {
        if self.color && style != self.style {
            if self.style != PLAIN {
                self.out.push_str("\u{1b}[0m");
            }
            self.out.push_str(&style.render().to_string());
        }
        self.style = style;
    }

    fn put(&mut self, c: char, style: Style) {
        self.set(style);
        self.out.push(c);
        self.column += width(c);
    }

    /// A character of running text.
    pub(super) fn push(&mut self, c: char, style: Style) {
        let c = shown(c);
        if c == ' ' {
            self.flush();
            self.gap = Some(style);
            return;
        }
        // A word longer than a line is broken where the line ends.
        if self.word_width + width(c) > self.width {
            self.flush();
        }
        self.word.push((c, style));
        self.word_width += width(c);
    }

    /// Running text of one style.
    pub(super) fn text(&mut self, text: &str, style: Style) {
        text.chars().for_each(|c| self.push(c, style));
    }

    /// Puts the word onto this line or the next.
    fn flush(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let gap = self.gap.take();
        let blank = usize::from(gap.is_some() && self.column > 0);
        if self.column + blank + self.word_width > self.width {
            self.new_line();
        } else if let (Some(style), 1) = (gap, blank) {
            self.put(' ', style);
        }
        let mut word = std::mem::take(&mut self.word);
        for (c, style) in word.drain(..) {
            self.put(c, style);
        }
        self.word = word;
        self.word_width = 0;
    }

    fn new_line(&mut self) {
        self.set(PLAIN);
        self.out.push('\n');
        self.column = 0;
    }

    /// Ends the line, if anything is on it.
    pub(super) fn end_line(&mut self) {
        self.flush();
        self.gap = None;
        if self.column > 0 {
            self.new_line();
        }
    }

    pub(super) fn blank_line(&mut self) {
        self.end_line();
        self.out.push('\n');
    }

    /// Text that stays on this line, blanks as they are.
    pub(super) fn line(&mut self, text: &str, style: Style) {
        text.chars().for_each(|c| self.put(shown(c), style));
    }

    /// As much of `text` as fits into `width` columns, white space between words one blank.
    pub(super) fn shortened(&mut self, text: &str, width: usize, style: Style) {
        self.shortened_parts(std::iter::once(text), width, style);
    }

    /// [`Wrapper::shortened`], of texts with an ellipsis between them.
    pub(super) fn shortened_parts<'t>(&mut self, texts: impl Iterator<Item = &'t str>, width: usize, style: Style) {
        let mut line = String::new();
        let mut used = 0;
        let joined = texts.enumerate().flat_map(|(i, text)| {
            let between = if i == 0 { "" } else { " … " };
            between.chars().chain(text.trim().chars())
        });
        let mut after_blank = true;
        for c in joined.map(shown) {
            if c == ' ' && after_blank {
                continue;
            }
            after_blank = c == ' ';
            used += self::width(c);
            line.push(c);
            if used > width {
                break;
            }
        }
        if used > width {
            while used + 1 > width {
                let Some(last) = line.pop() else { break };
                used -= self::width(last);
            }
            line.truncate(line.trim_end().len());
            line.push('…');
        }
        self.line(&line, style);
    }
}

impl Drop for Wrapper<'_> {
    fn drop(&mut self) {
        self.end_line();
        self.set(PLAIN);
    }
}
