//! Speakers: the share of quotes with the right person or organisation behind them.
//!
//! A gold attribution goes to the found one that shares most of its content. They must share at least half of the
//! shorter one. Each gold attribution then counts once:
//!
//! - `right`: the found speaker has the name or an alias of the gold speaker. If gold names nobody, there is no speaker,
//!   or one without a name.
//! - `not_found`: no attribution was found there.
//! - `no_name`: no speaker was found, or one without a name.
//! - `wrong_name`: the found speaker is somebody else with a name.
//!
//! The shares are given for all attributions and by what the source is. `role` and `affiliation` compare the words of
//! each speaker's actor with those of gold. Calibration: the `speaker_score` should be the probability of `right`.

mod names;
mod pairs;
mod sources;

use copydesk_text::MentionType;
use serde_json::{Map, Value, json};

use super::calibration::Calibration;
use super::figures::{COLUMNS, Counts, ratio, round};
use super::table::{Table, percent};
use super::{Difference, Scorer};
use crate::gold::{Attribution, Character, QuoteDocument};
use crate::prediction::{Actor, Prediction};
use names::{Names, bare};
use pairs::pair_up;
use sources::{SOURCES, Source};

/// The fate of a gold attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Right,
    NotFound,
    NoName,
    WrongName,
}

/// The fates: their keys, and their columns in the table.
const FATES: [(Fate, &str, &str); 4] = [
    (Fate::Right, "right", "right"),
    (Fate::NotFound, "not_found", "not found"),
    (Fate::NoName, "no_name", "no name"),
    (Fate::WrongName, "wrong_name", "wrong name"),
];

/// Counts of attributions by their fates, in the order of [`FATES`].
#[derive(Clone, Copy, Debug, Default)]
struct Fates([u64; 4]);

impl Fates {
    fn add(&mut self, fate: Fate) {
        for (count, (other, _, _)) in self.0.iter_mut().zip(FATES) {
            *count += u64::from(fate == other);
        }
    }

    fn total(self) -> u64 {
        self.0.iter().sum()
    }

    /// Each share in percent.
    fn shares(self) -> [f64; 4] {
        self.0.map(|count| 100.0 * ratio(count, self.total()))
    }

    fn json(self) -> Value {
        let shares =
            FATES.iter().zip(self.shares()).map(|((_, key, _), share)| ((*key).to_owned(), round(share, 2).into()));
        let gold = ("gold".to_owned(), self.total().into());
        Value::Object(shares.chain([gold]).collect())
    }

    fn row(self, name: &str) -> impl Iterator<Item = String> {
        [name.to_owned()].into_iter().chain(self.shares().map(percent)).chain([self.total().to_string()])
    }
}

/// Words about a speaker that are compared with those of gold.
struct Trait {
    name: &'static str,
    gold: fn(&Character) -> Option<&str>,
    found: fn(&Actor) -> Option<&str>,
}

const TRAITS: [Trait; 2] = [
    Trait { name: "role", gold: |gold| gold.role.as_deref(), found: |found| found.role.as_deref() },
    Trait {
        name: "affiliation",
        gold: |gold| gold.affiliation.as_deref(),
        found: |found| found.affiliation.as_deref(),
    },
];

/// Counts speakers, and their roles and affiliations.
#[derive(Clone, Debug, Default)]
pub struct SpeakerScorer {
    all: Fates,
    /// In the order of [`SOURCES`].
    by_source: [Fates; SOURCES.len()],
    /// In the order of [`TRAITS`].
    traits: [Counts; TRAITS.len()],
    calibration: Calibration,
    without_prediction: u64,
}

impl SpeakerScorer {
    fn attributions(
        &mut self,
        gold: &QuoteDocument,
        text: &[char],
        found: &Prediction,
        names: &Names,
    ) -> Vec<Difference> {
        let mut differences = Vec::new();
        let partners = pair_up(&gold.attributions, &found.attributions);
        for (gold, partner) in gold.attributions.iter().zip(partners).filter(|(gold, _)| !gold.content.is_empty()) {
            let partner = partner.and_then(|partner| found.attributions.get(partner));
            let fate = fate(gold, partner, &found.actors, names);
            self.all.add(fate);
            let source = Source::of(gold, text, names);
            for (fates, (other, _, _)) in self.by_source.iter_mut().zip(SOURCES) {
                if source == other {
                    fates.add(fate);
                }
            }
            if let Some(score) = partner
                .filter(|partner| said(partner.speaker.as_deref()).is_some())
                .and_then(|partner| partner.speaker_score)
            {
                self.calibration.add(score, fate == Fate::Right);
            }
            if fate != Fate::Right {
                let named = |attribution: &Attribution, nobody: &str| {
                    Some(said(attribution.speaker.as_deref()).unwrap_or(nobody).to_owned())
                };
                let found = partner.and_then(|partner| named(partner, "nobody"));
                differences.push(Difference { span: around(&gold.content), gold: named(gold, "nobody"), found });
            }
        }
        differences
    }

    fn traits(&mut self, gold: &QuoteDocument, actors: &[Actor], names: &Names) -> Vec<Difference> {
        let mut differences = Vec::new();
        let meant: Vec<Option<names::Meant>> = actors.iter().map(|actor| names.meant(&actor.name)).collect();
        for character in &gold.characters {
            let Some(number) = names.number(&character.name) else { continue };
            // An actor with one of the very names is surer than one with a part of them.
            let is = |exact: bool| {
                let fits =
                    |meant: &Option<names::Meant>| meant.is_some_and(|to| to.number == number && to.exact == exact);
                meant.iter().position(fits)
            };
            let actor = is(true).or_else(|| is(false)).and_then(|at| actors.get(at));
            for (counts, kind) in self.traits.iter_mut().zip(&TRAITS) {
                let wanted = said((kind.gold)(character));
                let given = actor.and_then(|actor| said((kind.found)(actor)));
                let same = wanted.zip(given).is_some_and(|(wanted, given)| names.same(wanted, given));
                counts.right += u64::from(same);
                counts.missed += u64::from(wanted.is_some() && !same);
                counts.spurious += u64::from(given.is_some() && !same);
                if let Some(actor) = actor.filter(|_| !same && (wanted.is_some() || given.is_some())) {
                    let span = actor.mentions.first().map(|(span, _)| *span).unwrap_or_default();
                    let told = |words: Option<&str>| words.map(|words| format!("{} “{words}”", kind.name));
                    differences.push(Difference { span, gold: told(wanted), found: told(given) });
                }
            }
        }
        differences
    }
}

/// Returns what happened to a gold attribution. `actors` are the document's found ones.
fn fate(gold: &Attribution, found: Option<&Attribution>, actors: &[Actor], names: &Names) -> Fate {
    let Some(found) = found else { return Fate::NotFound };
    let Some(name) = said(found.speaker.as_deref()) else {
        return if said(gold.speaker.as_deref()).is_none() { Fate::Right } else { Fate::NoName };
    };
    let actor = found.actor.and_then(|actor| actors.get(actor as usize));
    let is_name = |(_, kind): &([u32; 2], String)| kind == MentionType::Name.as_str();
    // Another program's speaker is nothing but a name.
    let has_name = actor.is_none_or(|actor| actor.mentions.iter().any(is_name));
    match said(gold.speaker.as_deref()) {
        None if has_name => Fate::WrongName,
        None => Fate::Right,
        Some(wanted) if names.meant(name).is_some_and(|meant| names.number(wanted) == Some(meant.number)) => {
            Fate::Right
        }
        Some(_) if has_name => Fate::WrongName,
        Some(_) => Fate::NoName,
    }
}

/// Words that are more than an article.
fn said(words: Option<&str>) -> Option<&str> {
    words.filter(|words| !bare(words).is_empty())
}

/// From the first to the last character of some spans.
fn around(spans: &[[u32; 2]]) -> [u32; 2] {
    let start = spans.iter().map(|span| span[0]).min();
    let end = spans.iter().map(|span| span[1]).max();
    [start.unwrap_or_default(), end.unwrap_or_default()]
}

impl Scorer for SpeakerScorer {
    type Gold = QuoteDocument;

    fn add(&mut self, gold: &QuoteDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        self.without_prediction += u64::from(found.is_none());
        let text: Vec<char> = gold.text.chars().collect();
        let nothing = Prediction::default();
        let found = found.unwrap_or(&nothing);
        for attribution in &found.attributions {
            attribution.check("prediction", text.len())?;
        }
        let names = Names::new(gold);
        let mut differences = self.attributions(gold, &text, found, &names);
        differences.extend(self.traits(gold, &found.actors, &names));
        differences.sort_by_key(|difference| difference.span);
        Ok(differences)
    }

    fn scores(&self) -> Value {
        let mut scores = Map::new();
        scores.insert("all".into(), self.all.json());
        let by_source =
            SOURCES.iter().zip(self.by_source).map(|((_, key, _), fates)| ((*key).to_owned(), fates.json()));
        scores.insert("by_source".into(), Value::Object(by_source.collect()));
        for (kind, counts) in TRAITS.iter().zip(self.traits) {
            scores.insert(kind.name.into(), counts.json());
        }
        scores.insert("documents_without_prediction".into(), json!(self.without_prediction));
        let mut scores = Value::Object(scores);
        self.calibration.put(&mut scores, 2);
        scores
    }

    fn table(&self) -> String {
        let mut table = Table::default();
        table.row(["speakers"].into_iter().chain(FATES.map(|(_, _, column)| column)).chain(["gold"]));
        table.row(self.all.row("all"));
        table.gap();
        table.row(["by source"]);
        for ((_, _, name), fates) in SOURCES.into_iter().zip(self.by_source) {
            if fates.total() > 0 {
                table.row(fates.row(name));
            }
        }
        if self.traits.iter().any(|counts| counts.gold() > 0) {
            table.gap();
            table.row([""].into_iter().chain(COLUMNS));
            for (kind, counts) in TRAITS.iter().zip(self.traits) {
                table.row(counts.row(kind.name));
            }
        }
        self.calibration.rows(&mut table);
        table.render()
    }
}
