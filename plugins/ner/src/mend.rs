//! Rules on the names of a model. Training texts lack some forms of other newspapers, so the models join a weekday to a
//! surname, take a title for a name, or read a headline in capitals as one name. Each rule is for one such form.

mod again;
mod bodies;
mod ends;
mod kinds;
mod organisations;
mod shouted;

use copydesk_sdk::Span;
use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use crate::recognizer::Entity;

/// The score of a name that a rule found, 0 to 1.
const SCORE: f32 = 0.8;

/// The rows of labels that rules give.
#[derive(Clone, Copy, Debug)]
struct Rows {
    person: u16,
    organisation: Option<u16>,
    date: Option<u16>,
    event: Option<u16>,
    misc: Option<u16>,
    work: Option<u16>,
    law: Option<u16>,
}

/// The tokens of a text.
#[derive(Clone, Copy, Debug)]
struct Words<'a> {
    text: &'a str,
    tokens: &'a [Span],
    sentences: &'a [u32],
}

impl<'a> Words<'a> {
    /// The token at `at`, or nothing past the end.
    fn get(&self, at: usize) -> &'a str {
        self.tokens.get(at).and_then(|token| token.get(self.text)).unwrap_or_default()
    }

    /// The same, or nothing if it belongs to another sentence than the token `of`.
    fn near(&self, of: usize, at: Option<usize>) -> &'a str {
        at.filter(|at| self.sentences.get(*at) == self.sentences.get(of)).map_or("", |at| self.get(at))
    }

    /// The word before a token, in its sentence.
    fn before(&self, at: usize) -> &'a str {
        self.near(at, at.checked_sub(1))
    }

    /// The word behind a token, in its sentence.
    fn after(&self, at: usize) -> &'a str {
        self.near(at, Some(at + 1))
    }

    /// The first and the last token that a span touches.
    fn of(&self, span: Span) -> Option<(usize, usize)> {
        let first = self.tokens.partition_point(|token| token.end <= span.start);
        let end = self.tokens.partition_point(|token| token.start < span.end);
        (first < end).then(|| (first, end - 1))
    }

    /// From the first to the last token.
    fn cover(&self, first: usize, last: usize) -> Option<Span> {
        Some(self.tokens.get(first)?.cover(*self.tokens.get(last)?))
    }
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Returns true if a list has the word, whatever its case. A full stop at its end does not count.
fn has(list: &[&str], word: &str) -> bool {
    let bare = word.strip_suffix('.').unwrap_or(word);
    list.iter().any(|own| own.eq_ignore_ascii_case(bare))
}

/// Returns true if a word in small letters tells that the word before it acts.
fn is_act(word: &str) -> bool {
    let verbs = &ENGLISH.verbs;
    let small = word.starts_with(|c: char| c.is_lowercase() || matches!(c, '\'' | '’'));
    small
        && ([verbs.speech, verbs.finite, verbs.after_subjects].iter().any(|list| list.contains(&word))
            || word.len() > 4 && word.ends_with("ed"))
}

/// Memory of the rules, reused from document to document.
#[derive(Debug, Default)]
pub(crate) struct Mender {
    mended: Vec<Entity>,
    again: again::Known,
    shouted: shouted::Known,
    told: Vec<Span>,
}

impl Mender {
    /// Mends names, which are in the order of the text and do not overlap. They stay so. A model without people is left
    /// alone.
    pub(crate) fn mend(
        &mut self,
        text: &str,
        tokens: &[Span],
        sentences: &[u32],
        labels: &[String],
        found: &mut Vec<Entity>,
    ) {
        let row = |label: EntityLabel| labels.iter().position(|own| own == label.as_str()).map(|row| row as u16);
        let Some(person) = row(EntityLabel::Person) else { return };
        let (organisation, date, misc) = (row(EntityLabel::Org), row(EntityLabel::Date), row(EntityLabel::Misc));
        let (event, work, law) = (row(EntityLabel::Event).or(misc), row(EntityLabel::Work), row(EntityLabel::Law));
        let rows = Rows { person, organisation, date, event, misc, work, law };
        let words = Words { text, tokens, sentences };
        ends::mend(words, rows, found, &mut self.mended);
        std::mem::swap(found, &mut self.mended);
        shouted::mend(words, rows, found, &mut self.shouted, &mut self.mended);
        if organisations::mend(words, rows, found, &mut self.mended) {
            std::mem::swap(found, &mut self.mended);
        }
        ends::without_numbers(words, rows, found);
        kinds::mend(words, rows, found);
        bodies::mend(words, rows, found, &mut self.told);
        again::mend(words, rows, found, &mut self.again, &mut self.mended);
    }
}

#[cfg(test)]
mod tests;
