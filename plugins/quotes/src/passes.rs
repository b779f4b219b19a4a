//! The two passes over a document: tag every sentence, then look around each likely cue.

use std::ops::Range;

use copydesk_model::sequence::{Scratch as Decoder, SequenceModel};
use copydesk_text::Act;

use crate::document::Prepared;
use crate::linking::{self, Anchor, FirstPass, REACH};
use crate::model::Models;
use crate::tagging::{self, CONTENT, CUE, Features, LONGEST, SOURCE};
use crate::words::Word;

/// A token this likely a cue is looked at again.
pub const CANDIDATE: f32 = 0.10;
/// Drafts with a lower score are dropped. Those under the model's threshold are used only if a quotation would
/// otherwise have no speaker.
const LEAST: f32 = 0.1;
/// The most cues in [`LONGEST`] tokens, the first ones. Real prose has fewer, and a text of nothing but "said" stays
/// linear.
pub(crate) const MOST_CANDIDATES: usize = 16;

/// An attribution before its parts are made to fit the quotation marks. Tokens are numbered over the document.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its sentence.
    pub sentence: usize,
    /// The words that attribute.
    pub cue: Range<usize>,
    /// The source; mostly none or one.
    pub source: Vec<Range<usize>>,
    /// The content.
    pub content: Vec<Range<usize>>,
    /// How sure, 0 to 1.
    pub score: f32,
    /// Found by a rule.
    pub rule: bool,
    /// True if a model found it, so that its score is one of the model's.
    pub learned: bool,
    /// The act of the cue, if the model decides it.
    pub act: Option<Act>,
}

impl Draft {
    /// A draft that a rule found.
    #[must_use]
    pub fn by_rule(cue: Range<usize>, source: Range<usize>, content: Range<usize>, score: f32) -> Self {
        Draft { cue, source: Vec::from([source]), content: Vec::from([content]), score, rule: true, ..Draft::default() }
    }
}

/// Returns the numbers of the drafts whose cues begin at most `reach` tokens from a token. The drafts are in text order of
/// their cues.
pub(crate) fn around(drafts: &[Draft], token: usize, reach: usize) -> Range<usize> {
    let first = drafts.partition_point(|draft| draft.cue.start + reach < token);
    let end = drafts.partition_point(|draft| draft.cue.start <= token + reach);
    first..end.max(first)
}

/// Reusable memory of both passes.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    tagging: tagging::Work,
    linking: linking::Work,
    features: Features,
    emissions: Vec<f32>,
    marginals: Vec<f32>,
    tags: Vec<u16>,
    link_marginals: Vec<f32>,
    link_tags: Vec<u16>,
    anchors: Vec<Anchor>,
    decoder: Decoder,
}

/// Cuts a sentence into pieces of at most [`LONGEST`] tokens.
pub fn pieces(sentence: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = sentence.end;
    sentence.step_by(LONGEST).map(move |start| start..(start + LONGEST).min(end))
}

/// Tags one piece. The result stays in `scratch` until the next call.
pub fn tag(words: &[Word], setting: tagging::Setting, tagger: &SequenceModel<'_>, scratch: &mut Scratch) {
    tagging::features(words, setting, &mut scratch.tagging, &mut scratch.features);
    tagger.emissions(&scratch.features.values, &scratch.features.ends, &mut scratch.emissions);
    tagger.viterbi(&scratch.emissions, &mut scratch.decoder, &mut scratch.tags);
    tagger.marginals(&scratch.emissions, &mut scratch.decoder, &mut scratch.marginals);
}

impl Scratch {
    /// The output of the last call of [`tag`].
    #[must_use]
    pub fn first_pass(&self, width: usize) -> FirstPass<'_> {
        FirstPass { tags: &self.tags, marginals: &self.marginals, width }
    }
}

/// Replaces `out` by the likely cues of a piece.
pub fn anchors(first: FirstPass<'_>, count: usize, out: &mut Vec<Anchor>) {
    out.clear();
    let mut i = 0;
    while i < count && out.len() < MOST_CANDIDATES {
        let start = i;
        let (mut top, mut probability) = (i, 0.0);
        while i < count {
            let own = first.role(i, CUE);
            let begin = first.marginals.get(i * first.width + CUE as usize).copied().unwrap_or(0.0);
            // A new cue begins right after another.
            if own < CANDIDATE || (i > start && begin > 0.5 * own && begin > CANDIDATE && probability > begin) {
                break;
            }
            if own > probability {
                (top, probability) = (i, own);
            }
            i += 1;
        }
        if i > start {
            out.push(Anchor { start, end: i, top, probability });
        } else {
            i += 1;
        }
    }
}

/// The part of a piece that the second pass looks at, and the anchor as seen from there.
#[must_use]
pub fn window(anchor: Anchor, count: usize) -> (Range<usize>, Anchor) {
    let start = anchor.start.saturating_sub(REACH);
    let end = (anchor.end + REACH).min(count);
    let shifted = Anchor { start: anchor.start - start, end: anchor.end - start, top: anchor.top - start, ..anchor };
    (start..end, shifted)
}

/// The first pass, cut to a window.
#[must_use]
pub fn cut<'a>(first: FirstPass<'a>, window: &Range<usize>) -> FirstPass<'a> {
    FirstPass {
        tags: first.tags.get(window.clone()).unwrap_or_default(),
        marginals: first.marginals.get(window.start * first.width..window.end * first.width).unwrap_or_default(),
        width: first.width,
    }
}

/// Replaces `out` by the attributions of a document, in text order of their cues.
pub fn find(prepared: &Prepared, models: &Models<'_>, scratch: &mut Scratch, out: &mut Vec<Draft>) {
    out.clear();
    for s in 0..prepared.sentences.len() {
        let setting = prepared.settings.get(s).copied().unwrap_or_default();
        for piece in pieces(prepared.sentence(s)) {
            let words = prepared.words(piece.clone());
            tag(words, setting, &models.tagger, scratch);
            let width = models.tagger.width();
            let mut anchors_here = std::mem::take(&mut scratch.anchors);
            anchors(scratch.first_pass(width), words.len(), &mut anchors_here);
            for &anchor in &anchors_here {
                if let Some(mut draft) = link(words, anchor, models, scratch) {
                    draft.sentence = s;
                    shift(&mut draft, piece.start);
                    out.push(draft);
                }
            }
            scratch.anchors = anchors_here;
        }
    }
}

pub(crate) fn shift(draft: &mut Draft, by: usize) {
    let ranges = std::iter::once(&mut draft.cue).chain(&mut draft.source).chain(&mut draft.content);
    for range in ranges {
        *range = range.start + by..range.end + by;
    }
}

/// Looks around one likely cue of a piece.
fn link(words: &[Word], anchor: Anchor, models: &Models<'_>, scratch: &mut Scratch) -> Option<Draft> {
    let (window, anchor) = window(anchor, words.len());
    let offset = window.start;
    let first = FirstPass { tags: &scratch.tags, marginals: &scratch.marginals, width: models.tagger.width() };
    linking::features(
        words.get(window.clone())?,
        cut(first, &window),
        anchor,
        &mut scratch.linking,
        &mut scratch.features,
    );
    let linker = &models.linker;
    linker.emissions(&scratch.features.values, &scratch.features.ends, &mut scratch.emissions);
    linker.marginals(&scratch.emissions, &mut scratch.decoder, &mut scratch.link_marginals);
    let width = linker.width();
    let here = FirstPass { tags: &[], marginals: &scratch.link_marginals, width };
    let score = here.role(anchor.top, CUE);
    if score < models.threshold.min(LEAST) {
        return None;
    }
    // Decided: the rest is read as the best there is if this is a cue.
    for tag in [CUE, CUE + 1] {
        if let Some(slot) = scratch.emissions.get_mut(anchor.top * width + tag as usize) {
            *slot += 100.0;
        }
    }
    for row in scratch.emissions.chunks_exact_mut(width) {
        if let Some(slot) = row.get_mut(SOURCE as usize) {
            *slot += models.source_bias;
        }
    }
    linker.viterbi(&scratch.emissions, &mut scratch.decoder, &mut scratch.link_tags);
    let mut draft = read(&scratch.link_tags, anchor.top);
    draft.score = score;
    draft.learned = true;
    if draft.content.is_empty() {
        let content = likely_content(window.len(), &draft.cue, |i| here.role(i, CONTENT))?;
        draft.content.push(content);
    }
    shift(&mut draft, offset);
    Some(draft)
}

/// For a cue with nothing to say: of so many tokens, the run around the one that is likeliest content.
/// `probability` says how likely a token is.
pub(crate) fn likely_content(
    count: usize,
    cue: &Range<usize>,
    probability: impl Fn(usize) -> f32,
) -> Option<Range<usize>> {
    let likely = |i: &usize| probability(*i) > 0.12 && !cue.contains(i);
    let best = (0..count).filter(likely).max_by(|a, b| probability(*a).total_cmp(&probability(*b)))?;
    let start = (0..best).rev().take_while(likely).last().unwrap_or(best);
    let end = (best..count).take_while(likely).last().unwrap_or(best) + 1;
    Some(start..end)
}

/// Reads the runs of a tag sequence; of several cues the one at `top`.
#[must_use]
pub fn read(tags: &[u16], top: usize) -> Draft {
    let mut draft = Draft::default();
    let mut i = 0;
    while let Some(&tag) = tags.get(i) {
        let start = i;
        i += 1;
        if tag == 0 {
            continue;
        }
        let inner = if tag % 2 == 1 { tag + 1 } else { tag };
        while tags.get(i) == Some(&inner) {
            i += 1;
        }
        match inner - 1 {
            SOURCE => draft.source.push(start..i),
            CONTENT => draft.content.push(start..i),
            _ if start <= top && top < i => draft.cue = start..i,
            _ => {}
        }
    }
    draft
}
