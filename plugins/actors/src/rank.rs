//! Finds the actor that a pronoun or a role phrase means: a log-linear ranker over the latest mentions, with "none of
//! them" as one more choice. `models/actors-ranker.md` has its scores.

use copydesk_model::file::Reader;
use copydesk_model::{ModelError, ModelFile, ModelWriter};
use copydesk_text::MentionType;

use crate::features::{Feature, Features, GROUPS, Group, NoneFeature};

const CANDIDATES: &str = "candidates";
const NONE: &str = "none";

/// The weights of the ranker: a row for each kind of anaphor, in the order of [`Group::ALL`].
#[derive(Clone, Debug, PartialEq)]
pub struct Ranker {
    /// Those of a candidate's features.
    candidates: [[f32; Feature::COUNT]; GROUPS],
    /// Those of "none of them".
    none: [[f32; NoneFeature::COUNT]; GROUPS],
}

impl Ranker {
    /// The kind in the file of such weights.
    pub const KIND: &'static str = "actors-ranker";

    /// Reads the weights. Each feature of this version must have its own, and no other may be there.
    ///
    /// # Errors
    /// If the bytes are no such model, or one of other features.
    pub fn parse(model: &[u8]) -> Result<Self, ModelError> {
        let file = ModelFile::parse(model)?;
        file.require_kind(Self::KIND)?;
        Ok(Ranker {
            candidates: read(&file, CANDIDATES, &Feature::NAMES)?,
            none: read(&file, NONE, &NoneFeature::NAMES)?,
        })
    }

    /// The bytes of the file; `metadata` is a JSON object on data and scores.
    #[must_use]
    pub fn to_bytes(&self, metadata: &str) -> Vec<u8> {
        let mut writer = ModelWriter::new(Self::KIND, metadata);
        writer.section(CANDIDATES, written(&self.candidates, &Feature::NAMES));
        writer.section(NONE, written(&self.none, &NoneFeature::NAMES));
        writer.finish()
    }

    /// Replaces `probability` by that of each candidate, and returns the probability of "none of them".
    pub fn rank(
        &self,
        group: Group,
        candidates: &[Ranked],
        none: &[f32; NoneFeature::COUNT],
        probability: &mut Vec<f32>,
    ) -> f32 {
        let row = group as usize;
        probability.clear();
        let (Some(weights), Some(none_weights)) = (self.candidates.get(row), self.none.get(row)) else { return 1.0 };
        probability.extend(candidates.iter().map(|c| dot(&c.features.0, weights)));
        normalize(dot(none, none_weights), probability)
    }
}

/// Reads rows of weights: after the name of each feature, one number a kind of anaphor.
fn read<const N: usize>(
    file: &ModelFile<'_>,
    section: &str,
    names: &[&str; N],
) -> Result<[[f32; N]; GROUPS], ModelError> {
    let bad = |problem: String| ModelError::section(section, problem);
    let mut reader = Reader::new(file.require(section)?);
    let mut rows = [[f32::NAN; N]; GROUPS];
    while !reader.rest().is_empty() {
        let name = reader.text().ok_or_else(|| bad("it is cut off".into()))?;
        let slot = names.iter().position(|own| *own == name);
        let slot = slot.ok_or_else(|| bad(format!("this version knows no feature {name:?}; train the model again")))?;
        for row in &mut rows {
            let weight = reader.f32().filter(|weight| weight.is_finite());
            let weight = weight.ok_or_else(|| bad(format!("the weights of {name:?} are no numbers")))?;
            if let Some(own) = row.get_mut(slot) {
                *own = weight;
            }
        }
    }
    let [first, ..] = &rows;
    match names.iter().zip(first).find(|(_, weight)| weight.is_nan()) {
        Some((name, _)) => Err(bad(format!("the feature {name:?} has no weights; train the model again"))),
        None => Ok(rows),
    }
}

fn written<const N: usize>(rows: &[[f32; N]; GROUPS], names: &[&str; N]) -> Vec<u8> {
    let mut out = Vec::new();
    for (slot, name) in names.iter().enumerate() {
        out.extend((name.len() as u32).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend(rows.iter().filter_map(|row| row.get(slot)).flat_map(|weight| weight.to_le_bytes()));
    }
    out
}

/// One candidate, with the facts about it.
#[derive(Clone, Copy, Debug)]
pub struct Ranked {
    /// The actor it belongs to.
    pub actor: u32,
    /// First token of the mention.
    pub from: u32,
    /// One past its last token.
    pub to: u32,
    /// Its form.
    pub kind: MentionType,
    /// True if its actor has no name.
    pub unnamed: bool,
    /// Feature values.
    pub features: Features,
}

/// An anaphor and its candidates, kept to fit weights.
#[derive(Clone, Debug)]
pub struct Trace {
    /// First token of the anaphor.
    pub from: u32,
    /// One past its last token.
    pub to: u32,
    /// Its kind.
    pub group: Group,
    /// Candidates, oldest first.
    pub candidates: Vec<Ranked>,
    /// Features of "none of them".
    pub none: [f32; NoneFeature::COUNT],
    /// The probability that the ranker gives to each candidate.
    pub probability: Vec<f32>,
    /// The probability that it gives to none of them.
    pub none_probability: f32,
    /// The actor that it links to, if any.
    pub linked: u32,
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Turns scores into probabilities, and returns that of "none of them", whose score is `nothing`.
pub fn normalize(nothing: f32, scores: &mut [f32]) -> f32 {
    let top = scores.iter().copied().fold(nothing, f32::max);
    let nothing = (nothing - top).exp();
    let mut total = nothing;
    for score in scores.iter_mut() {
        *score = (*score - top).exp();
        total += *score;
    }
    scores.iter_mut().for_each(|score| *score /= total);
    nothing / total
}

/// The likeliest actor and its probability, all mentions of an actor counted together.
#[must_use]
pub fn best(candidates: &[Ranked], probability: &[f32]) -> Option<(u32, f32)> {
    let mut found: Option<(u32, f32)> = None;
    // At most a few dozen candidates, by construction.
    for c in candidates {
        let sum = of_actor(c.actor, candidates, probability);
        if found.is_none_or(|(_, best)| sum > best) {
            found = Some((c.actor, sum));
        }
    }
    found
}

/// The probability of an actor.
#[must_use]
pub fn of_actor(actor: u32, candidates: &[Ranked], probability: &[f32]) -> f32 {
    candidates.iter().zip(probability).filter(|(c, _)| c.actor == actor).map(|(_, p)| p).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Ranker {
        Ranker::parse(&copydesk_models::RANKER.read().unwrap()).unwrap()
    }

    #[test]
    fn weights_come_back_as_they_were_written() {
        let ranker = shipped();
        assert_eq!(Ranker::parse(&ranker.to_bytes("{}")).unwrap(), ranker);
    }

    #[test]
    fn other_features_and_damaged_files_are_refused() {
        let whole = shipped();
        let mut rows = written(&whole.none, &NoneFeature::NAMES);
        let file = |none: &[u8]| {
            let mut writer = ModelWriter::new(Ranker::KIND, "{}");
            writer.section(CANDIDATES, written(&whole.candidates, &Feature::NAMES));
            writer.section(NONE, none);
            Ranker::parse(&writer.finish()).unwrap_err().to_string()
        };
        let row = 4 + "Always".len() + 4 * GROUPS;
        assert!(file(&rows[row..]).contains("the feature \"Always\" has no weights; train the model again"));
        assert!(file(&rows[..row - 1]).contains("the weights of \"Always\" are no numbers"));
        assert!(file(&rows[..3]).contains("it is cut off"));
        rows[row - 1] = 0x7f;
        rows[row - 2] = 0xc0;
        assert!(file(&rows).contains("the weights of \"Always\" are no numbers"));
        rows.extend(5u32.to_le_bytes());
        rows.extend(b"Never");
        rows[row - 1] = 0;
        assert!(file(&rows).contains("this version knows no feature \"Never\""));
        assert!(Ranker::parse(&ModelWriter::new("ner", "{}").finish()).is_err());
    }
}
