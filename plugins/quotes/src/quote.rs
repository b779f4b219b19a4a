//! A quote, and the way from a model's drafts to quotes.

use std::ops::Range;

use copydesk_sdk::Span;
use copydesk_text::{Act, QuoteKind};

use crate::act;
use crate::assemble::{self, Found, bytes};
use crate::document::{Input, Prepared};
use crate::passes::Draft;
use crate::rules;
use crate::words::OUTSIDE;

/// An attribution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quote {
    /// Direct, mixed or indirect.
    pub kind: QuoteKind,
    /// Speech, writing, thought or intention.
    pub act: Act,
    /// How sure, 0 to 1.
    pub score: f32,
    /// The content: at least one span, in order.
    pub content: Vec<Span>,
    /// The words that attribute, if there are any.
    pub cue: Option<Span>,
    /// The words that name the speaker, if there are any.
    pub source: Option<Span>,
}

impl Quote {
    /// The smallest span that covers all parts; `None` without content.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.content.iter().copied().chain(self.cue).chain(self.source).reduce(Span::cover)
    }
}

/// The document and the drafts of a model, on their way to quotes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drafted {
    pub(crate) prepared: Prepared,
    pub(crate) drafts: Vec<Draft>,
    assembly: assemble::Work,
    found: Vec<Found>,
}

/// From a model's drafts to quotes: adds the drafts of the rules, and assembles all. `calibrate` turns a model's score
/// into a probability. Rules have scores of their own.
pub(crate) fn finish(
    input: &Input<'_>,
    threshold: f32,
    calibrate: impl Fn(f32) -> f32,
    drafted: &mut Drafted,
    out: &mut Vec<Quote>,
) {
    let Drafted { prepared, drafts, assembly, found } = drafted;
    rules::find(input, prepared, threshold, drafts);
    assemble::assemble(input, prepared, threshold, drafts, assembly, found);
    out.extend(found.drain(..).map(|mut found| {
        if found.learned {
            found.score = calibrate(found.score);
        }
        quote(input, prepared, found)
    }));
}

fn quote(input: &Input<'_>, prepared: &Prepared, found: Found) -> Quote {
    let span = |range: &Range<usize>| bytes(input, range);
    let kind = if found.repeats { QuoteKind::Direct } else { kind(input, prepared, &found.content) };
    let cue = input.tokens.get(found.cue.clone()).unwrap_or_default();
    let words = cue.iter().map(|t| input.text.as_bytes().get(t.range()).unwrap_or_default());
    // Words that are said do not name who says them.
    let said = |source: &Span| found.content.iter().any(|content| content.overlaps(*source));
    let source = span(&found.source).filter(|source| !said(source));
    let quoted = kind != QuoteKind::Indirect;
    let learned = found.act.filter(|act| !(quoted && *act == Act::Thought));
    Quote {
        kind,
        act: act::told(words, quoted).or(learned).unwrap_or_default(),
        score: found.score,
        cue: span(&found.cue),
        source,
        content: found.content,
    }
}

/// Direct, mixed or indirect, by the words inside and outside quotation marks.
fn kind(input: &Input<'_>, prepared: &Prepared, content: &[Span]) -> QuoteKind {
    let (mut inside, mut outside) = (false, false);
    for span in content {
        let first = input.tokens.partition_point(|t| t.end <= span.start);
        let last = input.tokens.partition_point(|t| t.start < span.end);
        for word in prepared.words(first..last) {
            if !word.sign {
                inside |= word.quote != OUTSIDE;
                outside |= word.quote == OUTSIDE;
            }
        }
    }
    match (inside, outside) {
        (true, false) => QuoteKind::Direct,
        (true, true) => QuoteKind::Mixed,
        _ => QuoteKind::Indirect,
    }
}
