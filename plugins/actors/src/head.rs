//! The head over the encoder's vectors: its projections of a document's mentions, and its judgement of the candidates of
//! an anaphor.

use copydesk_model::hash::HashKeyed;
use copydesk_model::heads::{CorefHead, CorefWork, Projections, Vectors};
use copydesk_text::MentionType;

use crate::features::{Feature, Group, NoneFeature};
use crate::rank::{Ranked, normalize, of_actor};
use crate::words::join;

/// The facts of the linear ranker that the head knows, beside those of [`Feature`].
pub const STACKED: [&str; 3] = ["LinearCandidate", "LinearActor", "LinearChoice"];
/// The same, beside those of [`NoneFeature`].
pub const NONE_STACKED: [&str; 1] = ["LinearNone"];
/// Logarithms of probabilities end here.
const LEAST: f32 = -10.0;

/// What the linear ranker says of an anaphor.
#[derive(Clone, Copy, Debug)]
pub struct Linear<'r> {
    /// The probability of each candidate.
    pub probability: &'r [f32],
    /// That of none of them.
    pub none: f32,
    /// The actor that it links to, or [`crate::NONE`].
    pub linked: u32,
}

/// The facts of the linear ranker about a candidate, in the order of [`STACKED`].
#[must_use]
pub fn stacked(linear: &Linear<'_>, candidates: &[Ranked], at: usize) -> [f32; STACKED.len()] {
    let Some(c) = candidates.get(at) else { return [LEAST, LEAST, 0.0] };
    let own = linear.probability.get(at).copied().unwrap_or(0.0);
    let actor = of_actor(c.actor, candidates, linear.probability);
    [log(own), log(actor), f32::from(u8::from(c.actor == linear.linked))]
}

/// The logarithm of a probability, not below the least that models see.
#[must_use]
pub fn log(probability: f32) -> f32 {
    probability.ln().max(LEAST)
}

/// A head with the vectors of a document. `layers` are those that the head reads, the inner one first.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'v> {
    /// The head.
    pub head: &'v CorefHead,
    /// Vectors of the document's tokens.
    pub layers: &'v [&'v Vectors<'v>],
}

/// Memory of the head, with what it knows of the mentions of a document.
#[derive(Default)]
pub(crate) struct HeadWork {
    projections: Projections,
    /// The row of a mention in the projections, by its tokens.
    rows: HashKeyed<u32>,
    spans: Vec<(u32, u32)>,
    candidates: Vec<u32>,
    features: Vec<f32>,
    none: Vec<f32>,
    scores: Vec<f32>,
    work: CorefWork,
}

impl HeadWork {
    /// Forgets the last document.
    pub fn clear(&mut self) {
        self.projections.clear();
        self.rows.clear();
        self.spans.clear();
    }

    /// Remembers a mention, to be projected with the others.
    pub fn expect(&mut self, from: usize, to: usize) {
        if from < to {
            let next = self.rows.len() as u32;
            let row = *self.rows.entry(key(from as u32, to as u32)).or_insert(next);
            if row == next {
                self.spans.push((from as u32, to as u32));
            }
        }
    }

    /// Projects the remembered mentions.
    pub fn project(&mut self, seen: &Seen<'_>) {
        let spans = self.spans.drain(..).map(|(from, to)| from as usize..to as usize);
        seen.head.project(seen.layers, spans, &mut self.projections);
    }

    /// The row of a mention, which is projected now if nobody expected it.
    fn row(&mut self, seen: &Seen<'_>, from: u32, to: u32) -> u32 {
        let next = self.rows.len() as u32;
        let row = *self.rows.entry(key(from, to)).or_insert(next);
        if row == next {
            let mention = std::iter::once(from as usize..to as usize);
            seen.head.project(seen.layers, mention, &mut self.projections);
        }
        row
    }

    /// Replaces the linear ranker's probabilities by the head's, and returns that of none of them. Returns nothing and leaves
    /// them as they are if the head has no candidate.
    #[allow(clippy::too_many_arguments)]
    pub fn judge(
        &mut self,
        seen: &Seen<'_>,
        group: Group,
        (from, to): (u32, u32),
        candidates: &[Ranked],
        none: &[f32; NoneFeature::COUNT],
        linear: (f32, u32),
        probability: &mut [f32],
    ) -> Option<f32> {
        let pronouns = seen.head.shape().pronouns;
        let counts = |c: &Ranked| pronouns || c.kind != MentionType::Pronoun;
        if !candidates.iter().any(counts) {
            return None;
        }
        self.candidates.clear();
        self.features.clear();
        let known = Linear { probability, none: linear.0, linked: linear.1 };
        for (at, c) in candidates.iter().enumerate().filter(|(_, c)| counts(c)) {
            let row = self.row(seen, c.from, c.to);
            self.candidates.push(row);
            self.features.extend_from_slice(&c.features.0);
            self.features.extend_from_slice(&stacked(&known, candidates, at));
        }
        self.none.clear();
        self.none.extend_from_slice(none);
        self.none.push(log(known.none));
        let own = self.row(seen, from, to);
        let nothing = seen.head.score(
            group as usize,
            &self.projections,
            own,
            &self.candidates,
            &self.features,
            &self.none,
            &mut self.work,
            &mut self.scores,
        );
        let nothing = normalize(nothing, &mut self.scores);
        let mut scores = self.scores.iter();
        for (slot, c) in probability.iter_mut().zip(candidates) {
            *slot = if counts(c) { scores.next().copied().unwrap_or(0.0) } else { 0.0 };
        }
        Some(nothing)
    }
}

fn key(from: u32, to: u32) -> u64 {
    join(u64::from(from), u64::from(to))
}

/// The facts that a head was trained on, by name, from the metadata of its file.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
struct Facts {
    /// Of a candidate.
    features: Vec<String>,
    /// Of "none of them".
    none: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Metadata {
    copydesk: Facts,
}

impl Facts {
    /// Those of this version, in the order of their slots.
    fn own() -> Facts {
        let stacked = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        Facts {
            features: Feature::ALL.iter().map(|fact| format!("{fact:?}")).chain(stacked(&STACKED)).collect(),
            none: NoneFeature::ALL.iter().map(|fact| format!("{fact:?}")).chain(stacked(&NONE_STACKED)).collect(),
        }
    }
}

/// Checks that a head was trained on the facts of this version, in the same order.
///
/// # Errors
/// If it was not. The message is for the user.
pub fn require(head: &CorefHead, metadata: &str) -> Result<(), String> {
    let (own, remedy) = (Facts::own(), "train it again (training/README.md)");
    let trained = serde_json::from_str::<Metadata>(metadata).map(|metadata| metadata.copydesk);
    let trained = trained.map_err(|error| format!("its metadata names no facts ({error}); {remedy}"))?;
    let named = |facts: &Facts| facts.features.iter().chain(&facts.none).cloned().collect::<Vec<String>>();
    if let Some((theirs, ours)) = named(&trained).iter().zip(&named(&own)).find(|(theirs, ours)| theirs != ours) {
        return Err(format!("it was trained on the fact {theirs} where this version has {ours}; {remedy}"));
    }
    let (read, made) = (head.features(), (own.features.len(), own.none.len()));
    if trained == own && read == made {
        return Ok(());
    }
    Err(format!("it reads {} and {} facts, this version has {} and {}; {remedy}", read.0, read.1, made.0, made.1))
}

#[cfg(test)]
mod tests {
    use copydesk_model::ModelFile;
    use copydesk_models::{ACTORS, find};

    use super::*;

    #[test]
    fn a_head_of_other_facts_is_refused() {
        let bytes = find("builtin:news", ACTORS).expect("the shipped head");
        let file = ModelFile::parse(&bytes).expect("a model");
        let head = CorefHead::read(&file).expect("a head");
        assert_eq!(require(&head, file.metadata()), Ok(()));
        let cases = [
            ("SameSentence\",\"OneSentenceBack", "OneSentenceBack\",\"SameSentence", "the fact OneSentenceBack where"),
            ("\"SameSentence\",", "", "the fact OneSentenceBack where this version has SameSentence"),
            (",\"LinearNone\"", "", "this version has"),
            ("\"features\"", "\"facts\"", "names no facts"),
        ];
        for (own, other, message) in cases {
            let changed = file.metadata().replacen(own, other, 1);
            assert_ne!(changed, file.metadata(), "{own}");
            let found = require(&head, &changed).expect_err(own);
            assert!(found.contains(message) && found.contains("train it again"), "{found}");
        }
    }
}
