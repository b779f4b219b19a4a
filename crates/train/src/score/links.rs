//! Links: whether names mean the right entries of a knowledge base.
//!
//! Each gold name counts once, with the participant whose name shares most of its place. They must share at least half
//! of the longer one.
//!
//! - `in_base` is the share of gold names whose entity the knowledge base has, by its id or its name.
//! - `accuracy_in_base` is the share of those that get the right id.
//! - `outside` are the other names: `precision` is the share of names without an id that are such names, `recall` the
//!   share of such names that get no id.
//! - `all` counts ids: a name with the right id is right, an other id is spurious, and a name whose entity is not found
//!   is missed, be it in the knowledge base or not.

mod entries;

use copydesk_text::MentionType;
use serde_json::{Value, json};

pub use entries::GoldEntries;

use super::calibration::Calibration;
use super::figures::{COLUMNS, Counts, ratio, round};
use super::table::{Table, percent};
use super::{Difference, Scorer};
use crate::gold::LinkDocument;
use crate::prediction::{Actor, Prediction};

/// Counts links.
#[derive(Debug)]
pub struct LinkScorer {
    entries: GoldEntries,
    names: u64,
    in_base: u64,
    right_in_base: u64,
    /// Names without an id, and those of them that are not in the base.
    without_id: u64,
    without_id_outside: u64,
    all: Counts,
    calibration: Calibration,
    without_prediction: u64,
}

impl LinkScorer {
    /// Scores links to the knowledge base with these entries.
    #[must_use]
    pub fn new(entries: GoldEntries) -> Self {
        LinkScorer {
            entries,
            names: 0,
            in_base: 0,
            right_in_base: 0,
            without_id: 0,
            without_id_outside: 0,
            all: Counts::default(),
            calibration: Calibration::default(),
            without_prediction: 0,
        }
    }

    /// The shares in percent: in the base, right of those, precision and recall of names outside.
    fn shares(&self) -> [f64; 4] {
        let outside = self.names - self.in_base;
        [
            ratio(self.in_base, self.names),
            ratio(self.right_in_base, self.in_base),
            ratio(self.without_id_outside, self.without_id),
            ratio(self.without_id_outside, outside),
        ]
        .map(|share| round(100.0 * share, 2))
    }
}

impl Scorer for LinkScorer {
    type Gold = LinkDocument;

    fn add(&mut self, gold: &LinkDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        self.without_prediction += u64::from(found.is_none());
        let actors = found.map_or(&[][..], |found| &found.actors);
        let names = names(actors);
        let mut differences = Vec::new();
        for name in &gold.names {
            let actor = at(&names, name.span);
            let id = actor.and_then(|actor| actor.kb_id.as_deref());
            let wanted = self.entries.of(name);
            let is_right = wanted.is_some() && wanted.as_deref() == id;
            self.names += 1;
            self.in_base += u64::from(wanted.is_some());
            self.right_in_base += u64::from(is_right);
            self.without_id += u64::from(id.is_none());
            self.without_id_outside += u64::from(id.is_none() && wanted.is_none());
            self.all.right += u64::from(is_right);
            self.all.spurious += u64::from(id.is_some() && !is_right);
            self.all.missed += u64::from(name.id.is_some() && !is_right);
            if let Some(score) = actor.filter(|_| id.is_some()).and_then(|actor| actor.kb_score) {
                self.calibration.add(score, is_right);
            }
            if wanted.as_deref() != id {
                let gold = wanted.or_else(|| name.name.as_ref().map(|name| format!("{name}, not in the base")));
                differences.push(Difference { span: name.span, gold, found: id.map(str::to_owned) });
            }
        }
        Ok(differences)
    }

    fn scores(&self) -> Value {
        let [in_base, accuracy, precision, recall] = self.shares();
        let mut scores = json!({
            "names": self.names,
            "in_base": in_base,
            "accuracy_in_base": accuracy,
            "outside": { "precision": precision, "recall": recall, "gold": self.names - self.in_base },
            "all": self.all.json(),
            "documents_without_prediction": self.without_prediction,
        });
        self.calibration.put(&mut scores, 2);
        scores
    }

    fn table(&self) -> String {
        let [in_base, accuracy, precision, recall] = self.shares();
        let mut table = Table::default();
        let outside = self.names - self.in_base;
        for (name, share, of) in [
            ("in the knowledge base", in_base, self.names),
            ("  of these with the right id", accuracy, self.in_base),
            ("without an id", 100.0 * ratio(self.without_id, self.names), self.names),
            ("  of these outside the base", precision, self.without_id),
            ("outside, and without an id", recall, outside),
        ] {
            table.row([name.to_owned(), percent(share), format!("of {of}")]);
        }
        table.gap();
        table.row([""].into_iter().chain(COLUMNS));
        table.row(self.all.row("ids"));
        self.calibration.rows(&mut table);
        table.render()
    }
}

/// The names of participants, by their place: start, end, the longest end so far, and the participant.
type Names<'a> = Vec<([u32; 2], &'a Actor)>;

fn names(actors: &[Actor]) -> Names<'_> {
    let is_name = |(_, kind): &&([u32; 2], String)| kind == MentionType::Name.as_str();
    let names =
        actors.iter().flat_map(|actor| actor.mentions.iter().filter(is_name).map(move |(span, _)| (*span, actor)));
    let mut names: Names<'_> = names.collect();
    names.sort_by_key(|(span, _)| *span);
    names
}

/// Returns the participant whose name shares most of a place.
fn at<'a>(names: &Names<'a>, [start, end]: [u32; 2]) -> Option<&'a Actor> {
    // Names of our own do not overlap, so that few begin before the place and reach into it.
    let first = names.partition_point(|(span, _)| span[1] <= start);
    let shared = names.iter().skip(first).take_while(|(span, _)| span[0] < end).filter_map(|(span, actor)| {
        let shared = end.min(span[1]).saturating_sub(start.max(span[0]));
        let longer = (end - start).max(span[1] - span[0]);
        (2 * shared >= longer).then_some((shared, *actor))
    });
    shared.max_by_key(|(shared, _)| *shared).map(|(_, actor)| actor)
}

/// Returns the input of a pipeline with given names. `analyze` finds their labels and the other names of the text.
///
/// # Errors
/// If `analyze` fails, or as [`LinkDocument::with_names`].
pub fn with_linked_names<E: std::fmt::Display>(
    gold: &LinkDocument,
    analyze: impl FnOnce(copydesk_core::Document) -> Result<copydesk_core::Document, E>,
) -> Result<copydesk_core::Document, crate::gold::GivenError> {
    use crate::gold::GivenError;
    let document = copydesk_core::Document::new(gold.id.as_str(), gold.text.as_str())?;
    let found = analyze(document).map_err(GivenError::analysis)?;
    gold.with_names(&copydesk_core::Article::new(found).map_err(GivenError::analysis)?)
}
