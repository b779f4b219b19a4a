//! What the corpus keeps of one article.

use std::collections::BTreeMap;

use copydesk_core::{Article, Holder, OffsetMap, Span};
use copydesk_formats::result::{self, Analysis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::words::{around, clipped, count_words, one_line};

/// One article of a corpus: its actors, quotes and stances without the rest of the text.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_corpus::Record;
///
/// let article = Article::new(Document::new("7", "It rains.")?)?;
/// let record = Record::of_article(&article);
/// assert_eq!((record.id.as_str(), record.words, record.quotes.len()), ("7", 2, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The document's id.
    pub id: String,
    /// The first 16 hexadecimal digits of the SHA-256 of the text. Articles with one id and several texts stay apart.
    pub text: String,
    /// The headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The newspaper, agency, broadcaster or site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The day it came out: `2024-05-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The address of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The number of words of the text.
    pub words: u32,
    /// The origin of the result, as JSON; missing if nobody gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    /// Its participants. Other fields refer to them by their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<ActorRecord>,
    /// Its quotes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<QuoteRecord>,
    /// Its stances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stances: Vec<StanceRecord>,
}

/// A participant of an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActorRecord {
    /// The longest name; empty if the article names nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// PERSON, ORG, GPE and so on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The different names in the text and how often each stands there, in order of the alphabet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<(String, u32)>,
    /// The number of mentions, with pronouns and role phrases.
    pub mentions: u32,
    /// The role in the article's words, such as "senior advisor".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The organisation or place that the actor speaks for, in the article's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<String>,
    /// The id in a knowledge base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kb_id: Option<String>,
    /// Words around the first names, in lower case, in order of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub around: Vec<String>,
    /// The id that an earlier state gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// A quote of an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuoteRecord {
    /// The id of `Quote::id`.
    pub id: String,
    /// direct, indirect or mixed.
    pub kind: String,
    /// speech, writing, thought or intention.
    pub act: String,
    /// The cue in lower case, such as "said"; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cue: String,
    /// The number of words of the content.
    pub words: u32,
    /// The speaker: a place in `actors`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<u32>,
    /// The probability that the speaker is right, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sure: Option<u8>,
    /// The probability of the attribution, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The place of its beginning in the article, in per cent of the text.
    pub place: u8,
    /// The content, at most [`PASSAGE`] characters.
    pub passage: String,
}

/// A stance of an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StanceRecord {
    /// The holder, a place in `actors`; none is the article's own voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<u32>,
    /// Toward whom: a place in `actors`.
    pub target: u32,
    /// From -100 (against) to 100 (for).
    pub polarity: i8,
    /// The probability, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The evidence, at most [`PASSAGE`] characters.
    pub passage: String,
}

/// The characters of a passage that are kept.
pub const PASSAGE: usize = 400;

/// The words around its names that are kept of an actor.
const AROUND: usize = 12;

/// The spans of an article, in bytes, from a document or from a line.
struct Draft<'a> {
    id: &'a str,
    text: &'a str,
    actors: Vec<ActorDraft<'a>>,
    quotes: Vec<QuoteDraft<'a>>,
    stances: Vec<StanceDraft>,
}

struct ActorDraft<'a> {
    name: &'a str,
    label: &'a str,
    role: Option<&'a str>,
    affiliation: Option<&'a str>,
    kb_id: Option<&'a str>,
    /// The mentions that are names.
    names: Vec<Span>,
    mentions: usize,
}

struct QuoteDraft<'a> {
    id: Option<&'a str>,
    kind: &'a str,
    act: &'a str,
    content: Vec<Span>,
    cue: Vec<Span>,
    speaker: Option<u32>,
    sure: Option<f64>,
    score: Option<f64>,
}

struct StanceDraft {
    holder: Option<u32>,
    target: u32,
    polarity: f64,
    score: Option<f64>,
    evidence: Vec<Span>,
}

impl Record {
    /// Returns what is kept of an article.
    #[must_use]
    pub fn of_article(article: &Article) -> Record {
        let ids: Vec<String> = article.quotes().map(|quote| quote.id()).collect();
        let actors = article.actors().map(|actor| ActorDraft {
            name: actor.name(),
            label: actor.label(),
            role: actor.role(),
            affiliation: actor.affiliation(),
            kb_id: actor.kb_id(),
            names: actor.mentions().filter(|mention| mention.kind() == NAME).map(|mention| mention.span()).collect(),
            mentions: actor.mentions().len(),
        });
        let quotes = article.quotes().zip(&ids).map(|(quote, id)| QuoteDraft {
            id: Some(id),
            kind: quote.kind(),
            act: quote.act(),
            content: quote.content().to_vec(),
            cue: quote.cue().to_vec(),
            speaker: quote.speaker().map(|actor| actor.row()),
            sure: quote.speaker_score().map(f64::from),
            score: Some(f64::from(quote.score())),
        });
        let stances = article.stances().map(|stance| StanceDraft {
            holder: match stance.holder() {
                Holder::Actor(actor) => Some(actor.row()),
                Holder::Author => None,
            },
            target: stance.target().row(),
            polarity: f64::from(stance.polarity()),
            score: Some(f64::from(stance.score())),
            evidence: vec![stance.evidence()],
        });
        let metadata = article.metadata();
        let draft = Draft {
            id: article.id(),
            text: article.text(),
            actors: actors.collect(),
            quotes: quotes.collect(),
            stances: stances.collect(),
        };
        Record {
            title: metadata.title.as_deref().map(one_line),
            outlet: metadata.outlet.as_deref().map(one_line),
            day: metadata.published.as_ref().map(|date| date.day().to_owned()),
            url: metadata.url.clone(),
            ..draft.record()
        }
    }

    /// Returns what is kept of a line of results.
    ///
    /// # Errors
    /// If the line has no text, or an offset is not inside it. The message says what to do.
    pub fn of_analysis(line: &Analysis) -> Result<Record, String> {
        let text = line.text.as_deref().ok_or("the result has no text; analyze again with `text` among --layers")?;
        let map = OffsetMap::new(text, line.offsets);
        let span = |pair: &[u32; 2]| -> Result<Span, String> {
            let found = map.byte(pair[0]).zip(map.byte(pair[1])).filter(|(start, end)| start <= end);
            let (start, end) = found.ok_or_else(|| format!("[{}, {}] is no span of the text", pair[0], pair[1]))?;
            Ok(Span::new(start, end))
        };
        let spans = |pairs: &[[u32; 2]]| pairs.iter().map(span).collect::<Result<Vec<Span>, String>>();
        let all = line.actors.as_deref().unwrap_or_default();
        let known = |place: u32| {
            let inside = (place as usize) < all.len();
            if inside { Ok(place) } else { Err(format!("there is no actor {place}")) }
        };
        let mut actors = Vec::with_capacity(all.len());
        for actor in all {
            let names = actor.mentions.iter().filter(|mention| mention.kind == NAME);
            let names: Vec<[u32; 2]> = names.map(|mention| [mention.start, mention.end]).collect();
            actors.push(ActorDraft {
                name: &actor.name,
                label: &actor.label,
                role: actor.role.as_ref().and_then(|role| role.as_deref()),
                affiliation: actor.affiliation.as_ref().and_then(|affiliation| affiliation.as_deref()),
                kb_id: actor.kb_id.as_ref().and_then(|id| id.as_deref()),
                names: spans(&names)?,
                mentions: actor.mentions.len(),
            });
        }
        let mut quotes = Vec::new();
        for quote in line.quotes.as_deref().unwrap_or_default() {
            quotes.push(QuoteDraft {
                id: quote.id.as_deref(),
                kind: quote.kind.as_deref().unwrap_or_default(),
                act: quote.act.as_deref().unwrap_or_default(),
                content: spans(&quote.content)?,
                cue: spans(&quote.cue)?,
                speaker: quote.speaker.flatten().map(known).transpose()?,
                sure: quote.speaker_score.flatten(),
                score: quote.score,
            });
        }
        let mut stances = Vec::new();
        for stance in line.stances.as_deref().unwrap_or_default() {
            let Some(target) = stance.target else { continue };
            let holder = match stance.holder {
                Some(result::Holder::Actor(actor)) => Some(known(actor)?),
                _ => None,
            };
            let evidence = spans(&stance.evidence)?;
            let (polarity, score) = (stance.polarity, stance.score);
            stances.push(StanceDraft { holder, target: known(target)?, polarity, score, evidence });
        }
        let day = line.published.as_deref().and_then(copydesk_formats::read_date);
        let provenance = line.provenance.as_ref().map(serde_json::to_string).transpose();
        Ok(Record {
            title: line.title.as_deref().map(one_line),
            outlet: line.outlet.as_deref().map(one_line),
            day: day.map(|date| date.day().to_owned()),
            url: line.url.clone(),
            provenance: provenance.map_err(|error| error.to_string())?,
            ..Draft { id: &line.id, text, actors, quotes, stances }.record()
        })
    }
}

impl QuoteRecord {
    /// Sets the words of content and cue, for tables, which hold the words and not the place of each.
    pub fn say(&mut self, content: &str, cue: &str) {
        let content = one_line(content);
        self.words = count_words(&content);
        self.passage = clipped(&content, PASSAGE);
        self.cue = one_line(cue).to_lowercase();
    }
}

/// The type of mentions that are names.
const NAME: &str = copydesk_text::MentionType::Name.as_str();

impl Draft<'_> {
    fn record(&self) -> Record {
        let hash = Sha256::digest(self.text);
        Record {
            id: self.id.to_owned(),
            text: hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
            words: count_words(self.text),
            actors: self.actors.iter().map(|actor| self.actor(actor)).collect(),
            quotes: self.quotes.iter().map(|quote| self.quote(quote)).collect(),
            stances: self.stances.iter().map(|stance| self.stance(stance)).collect(),
            ..Record::default()
        }
    }

    fn actor(&self, actor: &ActorDraft<'_>) -> ActorRecord {
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        for span in &actor.names {
            let name = one_line(span.get(self.text).unwrap_or_default());
            *names.entry(name).or_default() += 1;
        }
        let text = |words: Option<&str>| words.map(one_line).filter(|words| !words.is_empty());
        ActorRecord {
            name: one_line(actor.name),
            label: actor.label.to_owned(),
            names: names.into_iter().collect(),
            mentions: u32::try_from(actor.mentions).unwrap_or(u32::MAX),
            role: text(actor.role),
            affiliation: text(actor.affiliation),
            kb_id: actor.kb_id.map(str::to_owned),
            around: around(self.text, &actor.names, AROUND),
            identity: None,
        }
    }

    fn words(&self, spans: &[Span]) -> String {
        let mut words = String::new();
        for span in spans {
            if !words.is_empty() {
                words.push_str(" … ");
            }
            words.push_str(&one_line(span.get(self.text).unwrap_or_default()));
        }
        words
    }

    fn quote(&self, quote: &QuoteDraft<'_>) -> QuoteRecord {
        let words = self.words(&quote.content);
        let start = quote.content.first().map_or(0, |span| span.start);
        QuoteRecord {
            id: quote.id.map_or_else(|| copydesk_core::quote_id(self.id, &quote.content), str::to_owned),
            kind: quote.kind.to_owned(),
            act: quote.act.to_owned(),
            cue: self.words(&quote.cue).to_lowercase(),
            words: count_words(&words),
            speaker: quote.speaker,
            sure: quote.sure.map(percent),
            score: quote.score.map(percent),
            place: percent(f64::from(start) / self.text.len().max(1) as f64),
            passage: clipped(&words, PASSAGE),
        }
    }

    fn stance(&self, stance: &StanceDraft) -> StanceRecord {
        StanceRecord {
            holder: stance.holder,
            target: stance.target,
            polarity: (100.0 * rounded(stance.polarity)).clamp(-100.0, 100.0).round() as i8,
            score: stance.score.map(percent),
            passage: clipped(&self.words(&stance.evidence), PASSAGE),
        }
    }
}

/// A share in per cent. It is rounded to four decimals first, as in lines of results.
fn percent(share: f64) -> u8 {
    (rounded(share) * 100.0).clamp(0.0, 100.0).round() as u8
}

fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}
