//! From the labels of a sentiment model to a polarity from -1 to 1.

use std::collections::BTreeMap;

use copydesk_model::heads::log_softmax;
use copydesk_sdk::Error;

use crate::stage::{check_keys, known};

/// The usual names of labels.
const LABELS: [(&str, f32); 11] = [
    ("negative", -1.0),
    ("neg", -1.0),
    ("neutral", 0.0),
    ("neu", 0.0),
    ("positive", 1.0),
    ("pos", 1.0),
    ("1 star", -1.0),
    ("2 stars", -0.5),
    ("3 stars", 0.0),
    ("4 stars", 0.5),
    ("5 stars", 1.0),
];

/// The polarity of each label of a model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale(Vec<f32>);

/// The polarity of a text, from its logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Judgement {
    /// The likeliest label.
    pub label: usize,
    /// Its probability.
    pub score: f32,
    /// The mean polarity of the labels, by their probabilities.
    pub polarity: f32,
}

impl Scale {
    /// The scale of a model's labels, those `given` first.
    ///
    /// # Errors
    /// If a label has no known worth, or a worth lies outside -1 to 1.
    pub fn new(labels: &[String], given: &BTreeMap<String, f32>) -> Result<Self, Error> {
        let names: Vec<&str> = labels.iter().map(String::as_str).collect();
        check_keys(given, &names)?;
        if let Some((name, worth)) = given.iter().find(|(_, worth)| !(-1.0..=1.0).contains(*worth)) {
            return Err(Error::new(format!("labels: {name:?} is worth {worth}, possible is -1 to 1")));
        }
        let of = |name: &&str| {
            given.get(*name).or_else(|| known(&LABELS, name)).copied().ok_or_else(|| {
                Error::new(format!(
                    "labels: nothing says what the model's label {name:?} is worth; write labels = {{ {name:?} = -1, ... }} \
                     with numbers from -1, against, to 1, for; its labels are {}",
                    names.join(", ")
                ))
            })
        };
        names.iter().map(of).collect::<Result<_, _>>().map(Scale)
    }

    /// Returns the polarity of a row of logits.
    pub fn judge(&self, logits: &[f32]) -> Judgement {
        let mut logarithms = Vec::with_capacity(logits.len());
        log_softmax(logits, 1.0, logits.len(), &mut logarithms);
        let mut judgement = Judgement { label: 0, score: 0.0, polarity: 0.0 };
        for (label, (worth, logarithm)) in self.0.iter().zip(logarithms).enumerate() {
            let probability = logarithm.exp();
            judgement.polarity += worth * probability;
            if probability > judgement.score {
                (judgement.label, judgement.score) = (label, probability);
            }
        }
        judgement.polarity = judgement.polarity.clamp(-1.0, 1.0);
        judgement.score = judgement.score.min(1.0);
        judgement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn labels_are_worth_what_they_say_or_are_given() {
        assert_eq!(
            Scale::new(&names(&["NEGATIVE", "Neutral", "pos"]), &BTreeMap::new()).unwrap(),
            Scale(vec![-1.0, 0.0, 1.0])
        );
        let given = BTreeMap::from([("LABEL_0".to_owned(), -0.5)]);
        assert_eq!(Scale::new(&names(&["LABEL_0", "5 stars"]), &given).unwrap(), Scale(vec![-0.5, 1.0]));
        for (labels, given, wanted) in [
            (&["LABEL_0"][..], BTreeMap::new(), "the model's label \"LABEL_0\" is worth"),
            (&["neg"], BTreeMap::from([("x".to_owned(), 1.0)]), "the model has no label \"x\"; it has neg"),
            (&["neg"], BTreeMap::from([("neg".to_owned(), 2.0)]), "\"neg\" is worth 2, possible is -1 to 1"),
        ] {
            let error = Scale::new(&names(labels), &given).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn a_judgement_weighs_the_labels() {
        let scale = Scale(vec![-1.0, 0.0, 1.0]);
        let even = scale.judge(&[0.0, 0.0, 0.0]);
        assert_eq!((even.label, even.polarity), (0, 0.0));
        let sure = scale.judge(&[-50.0, -50.0, 50.0]);
        assert_eq!((sure.label, sure.score, sure.polarity), (2, 1.0, 1.0));
    }
}
