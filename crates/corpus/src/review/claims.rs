//! The claims that a result makes, in plain words.

use copydesk_core::{OffsetMap, Span};
use copydesk_formats::result::{Actor, Analysis, Holder, Pair, Quote, Stance};
use copydesk_text::{Act, QuoteKind};
use sha2::{Digest, Sha256};

use super::passage::passage;
use crate::words::{clipped, one_line};

/// What a claim is about. Precision is given for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKind {
    /// A quote in its speaker's words, and where it begins and ends.
    DirectQuote,
    /// A quote in the article's words, and where it begins and ends.
    IndirectQuote,
    /// A quote partly in its speaker's words, and where it begins and ends.
    MixedQuote,
    /// Who said a quote.
    Speaker,
    /// A name, and its type.
    Name,
    /// Who is for or against whom.
    Stance,
    /// Who is neither for nor against whom.
    NeutralStance,
}

impl ClaimKind {
    /// All kinds, in the order of tables.
    pub const ALL: [ClaimKind; 7] = [
        ClaimKind::DirectQuote,
        ClaimKind::IndirectQuote,
        ClaimKind::MixedQuote,
        ClaimKind::Speaker,
        ClaimKind::Name,
        ClaimKind::Stance,
        ClaimKind::NeutralStance,
    ];

    /// Returns the words that stand in the column `kind`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ClaimKind::DirectQuote => "direct quote",
            ClaimKind::IndirectQuote => "indirect quote",
            ClaimKind::MixedQuote => "mixed quote",
            ClaimKind::Speaker => "speaker",
            ClaimKind::Name => "name",
            ClaimKind::Stance => "stance",
            ClaimKind::NeutralStance => "neutral stance",
        }
    }

    /// Returns the kind of such words, or `None`.
    #[must_use]
    pub fn named(words: &str) -> Option<ClaimKind> {
        ClaimKind::ALL.into_iter().find(|kind| kind.as_str() == words)
    }
}

/// Stances count as for or against beyond this polarity, as in the report.
const TOLD: f64 = 1.0 / 3.0;

/// The characters of a name in a claim.
const NAME: usize = 120;

/// A claim before its words are made: most are never drawn.
pub(super) struct Draft<'a> {
    pub kind: ClaimKind,
    /// A hash of document, kind and place.
    pub item: u64,
    /// From 0 to 1.
    pub score: Option<f64>,
    spans: Vec<Span>,
    about: About<'a>,
}

enum About<'a> {
    Quote,
    Speaker(&'a str, &'a str),
    Name(&'a str),
    /// The holder, `None` for the article, and the target.
    Stance(Option<&'a str>, &'a str, f64),
}

/// The article behind drafts.
pub(super) struct Reader<'a> {
    line: &'a Analysis,
    text: &'a str,
    map: OffsetMap<'a>,
    /// Hash of the document's id and text.
    document: [u8; 32],
}

impl<'a> Reader<'a> {
    /// # Errors
    /// If the result has no text.
    pub fn new(line: &'a Analysis) -> Result<Self, String> {
        let text = line.text.as_deref().ok_or("the result has no text; analyze again with `text` among --layers")?;
        let mut hash = Sha256::new();
        hash.update(&line.id);
        hash.update([0]);
        hash.update(text);
        Ok(Reader { line, text, map: OffsetMap::new(text, line.offsets), document: hash.finalize().into() })
    }

    /// Returns the claims of the result.
    ///
    /// # Errors
    /// If an offset or a number of an actor is wrong.
    pub fn drafts(&self) -> Result<Vec<Draft<'a>>, String> {
        let mut drafts = Vec::new();
        let actors = self.line.actors.as_deref().unwrap_or_default();
        for quote in self.line.quotes.as_deref().unwrap_or_default() {
            self.quote(quote, actors, &mut drafts)?;
        }
        for entity in self.line.entities.as_deref().unwrap_or_default() {
            let spans = self.spans(&[[entity.start, entity.end]])?;
            drafts.push(self.draft(ClaimKind::Name, spans, entity.score, About::Name(&entity.label)));
        }
        for stance in self.line.stances.as_deref().unwrap_or_default() {
            self.stance(stance, actors, &mut drafts)?;
        }
        Ok(drafts)
    }

    fn quote(&self, quote: &'a Quote, actors: &'a [Actor], drafts: &mut Vec<Draft<'a>>) -> Result<(), String> {
        let spans = self.spans(&quote.content)?;
        if spans.is_empty() {
            return Ok(());
        }
        let is = |kind: QuoteKind| quote.kind.as_deref() == Some(kind.as_str());
        let kind = match () {
            () if is(QuoteKind::Direct) => ClaimKind::DirectQuote,
            () if is(QuoteKind::Mixed) => ClaimKind::MixedQuote,
            () => ClaimKind::IndirectQuote,
        };
        if let Some(speaker) = quote.speaker.flatten() {
            let about = About::Speaker(name(actors, speaker)?, quote.act.as_deref().unwrap_or_default());
            drafts.push(self.draft(ClaimKind::Speaker, spans.clone(), quote.speaker_score.flatten(), about));
        }
        drafts.push(self.draft(kind, spans, quote.score, About::Quote));
        Ok(())
    }

    fn stance(&self, stance: &'a Stance, actors: &'a [Actor], drafts: &mut Vec<Draft<'a>>) -> Result<(), String> {
        let Some(target) = stance.target else { return Ok(()) };
        let holder = match stance.holder {
            Some(Holder::Actor(actor)) => Some(name(actors, actor)?),
            _ => None,
        };
        let mut spans = self.spans(&stance.evidence)?;
        if spans.is_empty() {
            spans = self.spans(stance.mention.as_slice())?;
        }
        if spans.is_empty() {
            return Ok(());
        }
        let kind = if stance.polarity.abs() > TOLD { ClaimKind::Stance } else { ClaimKind::NeutralStance };
        let about = About::Stance(holder, name(actors, target)?, stance.polarity);
        let mut draft = self.draft(kind, spans, stance.score, about);
        // Several stances may have one passage.
        let place = [stance.mention.map_or(0, |mention| u64::from(mention[0])), u64::from(target)];
        draft.item = self.item(kind, &draft.spans, place);
        drafts.push(draft);
        Ok(())
    }

    fn draft(&self, kind: ClaimKind, spans: Vec<Span>, score: Option<f64>, about: About<'a>) -> Draft<'a> {
        let score = score.filter(|score| (0.0..=1.0).contains(score));
        Draft { kind, item: self.item(kind, &spans, [0, 0]), score, spans, about }
    }

    fn item(&self, kind: ClaimKind, spans: &[Span], more: [u64; 2]) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.document);
        hash.update(kind.as_str());
        let numbers = spans.iter().flat_map(|span| [u64::from(span.start), u64::from(span.end)]).chain(more);
        numbers.for_each(|number| hash.update(number.to_le_bytes()));
        hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn spans(&self, pairs: &[Pair]) -> Result<Vec<Span>, String> {
        let span = |pair: &Pair| {
            let found = self.map.byte(pair[0]).zip(self.map.byte(pair[1])).filter(|(start, end)| start <= end);
            let (start, end) = found.ok_or_else(|| format!("[{}, {}] is no span of the text", pair[0], pair[1]))?;
            Ok(Span::new(start, end))
        };
        pairs.iter().map(span).collect()
    }

    /// Returns the claim in plain words.
    pub fn words(&self, draft: &Draft<'_>) -> String {
        let short = |name: &str| clipped(&one_line(name), NAME);
        match &draft.about {
            About::Quote => format!("The marked words are one {}, all of it and nothing else", draft.kind.as_str()),
            About::Speaker(name, act) => {
                let is = |other: Act| *act == other.as_str();
                let does = match () {
                    () if is(Act::Writing) => "wrote",
                    () if is(Act::Thought) => "thinks",
                    () if is(Act::Intention) => "wants",
                    () => "said",
                };
                format!("{} {does} this", short(name))
            }
            About::Name(label) => {
                let name = draft.spans.first().and_then(|span| span.get(self.text)).unwrap_or_default();
                format!("“{}” is a name of type {}", short(name), short(label))
            }
            About::Stance(holder, target, polarity) => {
                let is = match polarity {
                    polarity if *polarity > TOLD => "for",
                    polarity if *polarity < -TOLD => "against",
                    _ => "neither for nor against",
                };
                format!("{} is {is} {}", holder.map_or("The article".to_owned(), short), short(target))
            }
        }
    }

    /// Returns the words of the claim with those around them.
    pub fn passage(&self, draft: &Draft<'_>) -> String {
        passage(self.text, &draft.spans)
    }
}

fn name(actors: &[Actor], place: u32) -> Result<&str, String> {
    let actor = actors.get(place as usize).ok_or_else(|| format!("there is no actor {place}"))?;
    Ok(&actor.name)
}
