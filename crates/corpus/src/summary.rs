//! What a corpus says: the counts and passages that a report shows. `docs/reports.md` describes the JSON.

mod gather;
mod gender;
mod tally;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::identity::{Aliases, folded};

impl Summary {
    /// Returns the names as a table with the columns `name`, `alias` and `id`, to be edited and given again. A name that
    /// two actors share is left out, since it tells nobody apart.
    #[must_use]
    pub fn aliases(&self) -> Vec<u8> {
        let Actors { id, name, aliases, .. } = &self.actors;
        let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, (name, aliases)) in name.iter().zip(aliases).enumerate() {
            for alias in aliases.iter().map(|(alias, _)| alias).chain([name]) {
                owners.entry(folded(alias)).or_default().insert(at);
            }
        }
        let own = |alias: &str| owners.get(&folded(alias)).is_some_and(|owners| owners.len() == 1);
        let mut rows = Vec::new();
        for ((id, name), aliases) in id.iter().zip(name).zip(aliases).filter(|((_, name), _)| own(name)) {
            let others = aliases.iter().map(|(alias, _)| alias.as_str());
            let others: Vec<&str> = others.filter(|alias| *alias != name.as_str() && own(alias)).collect();
            let others = if others.is_empty() { vec![""] } else { others };
            rows.extend(others.into_iter().map(|alias| (name.as_str(), alias, Some(id.as_str()))));
        }
        Aliases::write(rows)
    }
}

/// The name and version of the JSON of a summary.
pub const SUMMARY_SCHEMA: &str = "copydesk-corpus/1";

/// How much a summary holds. Counts are exact, whatever it holds.
///
/// ```
/// let short = copydesk_corpus::SummaryOptions { actors: 100, ..Default::default() };
/// assert_eq!(short.quotes, 100_000);
/// ```
#[derive(Clone, Copy)]
pub struct SummaryOptions<'a> {
    /// A title for the report.
    pub title: Option<&'a str>,
    /// The actors that are shown: those with the most quotes. Others are summed.
    pub actors: usize,
    /// The outlets that are shown: those with the most articles.
    pub outlets: usize,
    /// The quotes that are kept with their words.
    pub quotes: usize,
    /// The passages of stances that are kept.
    pub passages: usize,
    /// Tells the gender of a person by the name, for a count of women and men.
    pub gender: Option<Gender<'a>>,
    /// The result of a review, which the report prints.
    pub review: Option<&'a Value>,
}

/// How the gender of people is told.
#[derive(Clone, Copy)]
pub struct Gender<'a> {
    /// Takes a name.
    pub of: &'a dyn Fn(&str) -> NameGender,
    /// How it is told, and how often this is wrong.
    pub error: &'a str,
}

/// The gender that most people of a name have.
///
/// ```
/// use copydesk_corpus::NameGender;
///
/// assert_eq!(serde_json::to_string(&NameGender::Woman)?, "\"w\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NameGender {
    /// Most are women.
    #[serde(rename = "w")]
    Woman,
    /// Most are men.
    #[serde(rename = "m")]
    Man,
    /// The name does not tell.
    #[serde(rename = "?")]
    Unknown,
}

impl Default for SummaryOptions<'_> {
    fn default() -> Self {
        SummaryOptions {
            title: None,
            actors: 5_000,
            outlets: 500,
            quotes: 100_000,
            passages: 100_000,
            gender: None,
            review: None,
        }
    }
}

impl fmt::Debug for SummaryOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SummaryOptions { title, actors, outlets, quotes, passages, gender, review } = self;
        let mut debug = f.debug_struct("SummaryOptions");
        debug.field("title", title).field("actors", actors).field("outlets", outlets).field("quotes", quotes);
        debug.field("passages", passages).field("gender", &gender.is_some()).field("review", review).finish()
    }
}

/// The summary of a corpus. Tables are columns of one length; their numbers are places in other tables, or -1.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    schema: &'static str,
    title: Option<String>,
    made: Made,
    /// Counts of all.
    pub totals: Totals,
    sample: Option<SampleCounts>,
    left_out: Option<LeftOut>,
    days: Vec<String>,
    by_day: ByDay,
    outlets: Vec<String>,
    by_outlet: ByOutlet,
    verbs: Vec<String>,
    kinds: Vec<String>,
    acts: Vec<String>,
    documents: Documents,
    /// The actors, those with the most quotes first.
    pub actors: Actors,
    actor_outlet: ActorOutlet,
    actor_day: ActorDay,
    actor_verb: ActorVerb,
    pairs: Pairs,
    together: Together,
    quotes: Quotes,
    passages: Passages,
    review: Option<Value>,
    gender: Option<GenderCounts>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Made {
    copydesk: &'static str,
    pipelines: Vec<MadeBy>,
}

#[derive(Clone, Debug, Serialize)]
struct MadeBy {
    documents: u64,
    provenance: Value,
}

/// Counts of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Articles.
    pub documents: u64,
    /// Articles that could not be analyzed.
    pub failed: u64,
    /// Articles that repeat another.
    pub repeated: u64,
    /// Articles without a date.
    pub without_date: u64,
    /// Articles without an outlet.
    pub without_outlet: u64,
    /// Words of all articles.
    pub words: u64,
    /// Quotes.
    pub quotes: u64,
    /// Quotes with a known speaker.
    pub named: u64,
    /// Of these, quotes with a speaker of a probability under 60 per cent.
    pub unsure: u64,
    /// Identities.
    pub actors: u64,
    /// Identities that are quoted.
    pub speakers: u64,
    /// Stances.
    pub stances: u64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct SampleCounts {
    quotes: u64,
    of_quotes: u64,
    passages: u64,
    of_passages: u64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct LeftOut {
    actors: u64,
    quotes: u64,
    mentions: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ByDay {
    documents: Vec<u64>,
    quotes: Vec<u64>,
    named: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ByOutlet {
    documents: Vec<u64>,
    words: Vec<u64>,
    quotes: Vec<u64>,
    named: Vec<u64>,
    speakers: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Documents {
    id: Vec<String>,
    title: Vec<Option<String>>,
    url: Vec<Option<String>>,
    outlet: Vec<i64>,
    day: Vec<i64>,
}

/// The actors of a summary, as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Actors {
    /// Ids, which stay from run to run with a state.
    pub id: Vec<String>,
    /// Names.
    pub name: Vec<String>,
    /// PERSON, ORG and so on: the most frequent label.
    pub label: Vec<String>,
    /// All names, and how often each stands in the articles.
    pub aliases: Vec<Vec<(String, u64)>>,
    /// Roles, and in how many articles.
    pub roles: Vec<Vec<(String, u64)>>,
    /// Affiliations, and in how many articles.
    pub affiliations: Vec<Vec<(String, u64)>>,
    /// Ids of a knowledge base.
    pub kb: Vec<Option<String>>,
    /// Articles that mention the actor.
    pub documents: Vec<u64>,
    /// Mentions.
    pub mentions: Vec<u64>,
    /// Quotes of which the actor is the speaker.
    pub quotes: Vec<u64>,
    /// Words of these quotes.
    pub words: Vec<u64>,
    quoted_documents: Vec<u64>,
    quoted_outlets: Vec<u64>,
    place: Vec<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gender: Vec<NameGender>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorOutlet {
    actor: Vec<usize>,
    outlet: Vec<i64>,
    quotes: Vec<u64>,
    words: Vec<u64>,
    documents: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorDay {
    actor: Vec<usize>,
    day: Vec<i64>,
    quotes: Vec<u64>,
    words: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorVerb {
    actor: Vec<i64>,
    verb: Vec<usize>,
    quotes: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Pairs {
    holder: Vec<i64>,
    target: Vec<usize>,
    #[serde(rename = "for")]
    positive: Vec<u64>,
    #[serde(rename = "against")]
    negative: Vec<u64>,
    neutral: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Together {
    a: Vec<usize>,
    b: Vec<usize>,
    documents: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Quotes {
    id: Vec<String>,
    document: Vec<usize>,
    speaker: Vec<i64>,
    kind: Vec<i64>,
    act: Vec<i64>,
    verb: Vec<i64>,
    words: Vec<u32>,
    score: Vec<i64>,
    sure: Vec<i64>,
    place: Vec<u8>,
    text: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Passages {
    document: Vec<usize>,
    holder: Vec<i64>,
    target: Vec<usize>,
    polarity: Vec<i8>,
    sure: Vec<i64>,
    text: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct GenderCounts {
    women: u64,
    men: u64,
    unknown: u64,
    quotes: GenderQuotes,
    by_outlet: GenderByOutlet,
    error: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct GenderQuotes {
    women: u64,
    men: u64,
    unknown: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
struct GenderByOutlet {
    women: Vec<u64>,
    men: Vec<u64>,
    unknown: Vec<u64>,
}
