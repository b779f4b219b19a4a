//! Names of organisations in other languages, whose parts a small word joins: "Banque du Sahel".

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use super::{Rows, SCORE, Words, is_capitalised};
use crate::recognizer::Entity;

/// A name has no more tokens than this.
const LONGEST: usize = 10;

/// Finds names that begin with a noun such as `Banque`, go on with small words such as `du`, and end with a capital. They
/// replace the names within them. Fills `out` and returns true if there are any.
pub(super) fn mend(words: Words<'_>, rows: Rows, found: &[Entity], out: &mut Vec<Entity>) -> bool {
    let Some(organisation) = rows.organisation else { return false };
    let names = &ENGLISH.names;
    out.clear();
    let (mut rest, mut at, mut any) = (found, 1, false);
    while at < words.tokens.len() {
        let own = words.get(at);
        // Nearly no word passes: this is looked at for each of the text.
        let is_link = own.len() <= 5 && own.starts_with(['d', 'p']) && names.organisation_links.contains(&own);
        if !is_link {
            at += 1;
            continue;
        }
        let head = words.before(at);
        let last = if is_capitalised(head) && names.organisation_heads.iter().any(|own| is_same(own, head)) {
            end(words, at)
        } else {
            None
        };
        let Some((span, last)) = last.and_then(|last| Some((words.cover(at - 1, last)?, last))) else {
            at += 1;
            continue;
        };
        let before = rest.iter().take_while(|entity| entity.span.end <= span.start).count();
        let within = rest.iter().skip(before).take_while(|entity| entity.span.start < span.end).count();
        let inner = rest.get(before..before + within).unwrap_or_default();
        let span = inner.iter().fold(span, |span, entity| span.cover(entity.span));
        let is_right = inner.iter().any(|entity| entity.span == span && entity.label == organisation);
        let is_free = out.last().is_none_or(|before| before.span.end <= span.start);
        if !is_right && is_free && widens_little(words, span, at - 1, last) {
            out.extend_from_slice(rest.get(..before).unwrap_or_default());
            out.push(Entity { span, label: organisation, score: SCORE });
            rest = rest.get(before + within..).unwrap_or_default();
            any = true;
        }
        at = last + 1;
    }
    out.extend_from_slice(rest);
    any
}

/// A name around it that the model found may add a word or two, no more.
fn widens_little(words: Words<'_>, span: Span, first: usize, last: usize) -> bool {
    words.of(span).is_some_and(|(from, to)| first - from.min(first) <= 2 && to.max(last) - last <= 2)
}

/// The last token of a name whose first small word is at `at`, or nothing if no capital follows.
fn end(words: Words<'_>, at: usize) -> Option<usize> {
    let (mut last, mut next) = (None, at + 1);
    while next < at + LONGEST {
        let word = words.near(at, Some(next));
        if is_capitalised(word) {
            last = Some(next);
        } else if !ENGLISH.names.organisation_links.contains(&word) {
            break;
        }
        next += 1;
    }
    last
}

/// Compares a noun in small letters with a word, whose case does not count.
fn is_same(noun: &str, word: &str) -> bool {
    noun.chars().eq(word.chars().flat_map(char::to_lowercase))
}
