//! Model cards: the data, the options and the scores of a model, and the command that makes it again.

use std::fmt::Write;

use serde_json::Value;

use super::{Progress, Source, Task};
use crate::input::digest_of;

/// The content of a card. It depends only on the files, the options and the program.
#[derive(Clone, Debug)]
pub struct Card {
    /// The task of the model.
    pub task: Task,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// The training examples: a count and their kind.
    pub learned: Vec<(u64, &'static str)>,
    /// Its labels, if models of this kind have different ones.
    pub labels: Vec<String>,
    /// A JSON object of its options.
    pub options: Value,
    /// The passes, in their order.
    pub passes: Vec<Progress>,
    /// The chosen pass, if passes competed.
    pub best: Option<Progress>,
    /// Figures on the development file as a table.
    pub scores: Option<String>,
}

/// The title line of a card, by task.
const TITLE: [(Task, &str); 4] = [
    (Task::Ner, "Names in text, with their labels"),
    (Task::Quotes, "Who said what: content, cue and source of quotes"),
    (Task::Stance, "How a sentence stands toward somebody it mentions: negative, neutral or positive"),
    (Task::Tokenizer, "Where sentences end"),
];

/// Ends the part that is made anew each time; the digest of that part follows.
const MARK: &str = "<!-- The part above is made by `copydesk train`; what follows here is kept. ";
/// Begins the part that its readers extend.
const LIMITS: &str = "## Known limits";

impl Card {
    /// The card as Markdown. `file` is the model file's name, with its length and digest after it; `command` makes
    /// the model again.
    #[must_use]
    pub fn render(&self, file: &str, model: &[u8], command: &str, licence: Option<&str>) -> String {
        let mut out = String::new();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let title = TITLE.iter().find(|(task, _)| *task == self.task).map_or("", |(_, title)| title);
        let _ =
            writeln!(out, "# {}\n\n{title}. A model for `{}`.\n\n| | |\n| --- | --- |", plain(stem), self.task.name());
        let mut row = |name: &str, value: String| {
            let _ = writeln!(out, "| {name} | {} |", value.replace('|', "\\|").replace('\n', " "));
        };
        row("file", format!("`{}`, {} bytes", plain(file), grouped(model.len() as u64)));
        row("licence", licence.map_or_else(|| "not stated: look at those of the data".to_owned(), plain));
        if !self.labels.is_empty() {
            row("labels", plain(&self.labels.join(" ")));
        }
        let learned: Vec<String> = self.learned.iter().map(|(n, what)| format!("{} {what}", grouped(*n))).collect();
        row("learned from", learned.join(", "));
        row("options", options(&self.options));
        row("passes", self.told());
        row("made by", format!("`copydesk train {}`, version {}", self.task.name(), env!("CARGO_PKG_VERSION")));
        self.data(&mut out);
        let _ = writeln!(out, "\n## Scores\n");
        let dev = self.sources.iter().find(|source| source.option == "--dev");
        match (&self.scores, dev) {
            (Some(scores), Some(dev)) => {
                let tuned = match (self.task, &self.best) {
                    (Task::Ner, Some(_)) => ". The pass was chosen and the labels were balanced on it",
                    (Task::Ner, None) => ". The labels were balanced on it",
                    (Task::Stance, Some(_)) => ". The pass was chosen and the probabilities were calibrated on it",
                    (Task::Stance, None) => ". The probabilities were calibrated on it",
                    (_, Some(_)) => ". The pass was chosen on it",
                    (_, None) => "",
                };
                let _ = writeln!(
                    out,
                    "On `{}`, in percent{tuned}.\n\n```text\n{}\n```",
                    plain(&dev.name),
                    scores.trim_end()
                );
            }
            _ => {
                let _ = writeln!(out, "None: it was trained without a development file.");
            }
        }
        let _ = writeln!(
            out,
            "\n## Train again\n\nThe same files, options and version give the same bytes.\n\n```sh\n{command}\n```\n"
        );
        let digest = digest_of(&out);
        let _ = write!(out, "{MARK}SHA-256 of the part above: {digest} -->\n\n{LIMITS}\n\n");
        out.push_str("Not yet written. What does it get wrong, and what should it not be used for?\n");
        out
    }

    fn data(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Data\n\n| for | file | documents | bytes | SHA-256 |\n| --- | --- | ---: | ---: | --- |"
        );
        for source in &self.sources {
            let documents = source.documents.map(grouped).unwrap_or_default();
            let name =
                if source.name == "-" { "standard input".to_owned() } else { format!("`{}`", plain(&source.name)) };
            let bytes = grouped(source.bytes);
            let _ = writeln!(out, "| `{}` | {name} | {documents} | {bytes} | `{}` |", source.option, source.sha256);
        }
    }

    /// How the training went.
    fn told(&self) -> String {
        let loss = |step: &Progress| step.loss.map(|loss| format!(", loss {loss:.4}")).unwrap_or_default();
        let made = self.passes.len();
        match (&self.best, self.passes.last()) {
            (Some(best), _) => {
                let epoch = best.epoch.unwrap_or(0);
                format!("{made}; the model is of pass {epoch}{}, the best on the development file", loss(best))
            }
            (None, Some(last)) => format!("{made}; the model is of the last{}", loss(last)),
            (None, None) => made.to_string(),
        }
    }
}

/// Text that cannot end a cell or a code span.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect()
}

/// A number with commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn options(options: &Value) -> String {
    let Value::Object(fields) = options else { return String::new() };
    let digits = |value: &Value| match value.as_f64() {
        // Options are four bytes wide: further digits are not theirs.
        Some(number) if value.is_f64() => (number as f32).to_string(),
        _ => value.to_string(),
    };
    let shown = fields.iter().map(|(name, value)| format!("{} {}", name.replace('_', " "), digits(value)));
    shown.collect::<Vec<_>>().join(", ")
}

/// Returns true if somebody changed the generated part of a card by hand, or if the text is no such card.
#[must_use]
pub fn is_edited(card: &str) -> bool {
    let Some((made, rest)) = card.split_once(MARK) else { return true };
    !rest.contains(&digest_of(made))
}

/// Returns a new card with the text that readers added to the old one, after its generated part.
#[must_use]
pub fn with_limits_of(new: &str, old: &str) -> String {
    let after = |card: &str| -> Option<(usize, usize)> {
        let mark = card.find(MARK)?;
        let end = card.get(mark..)?.find('\n')? + mark;
        Some((mark, end))
    };
    match (after(new), after(old)) {
        (Some((_, end)), Some((_, old_end))) => {
            [new.get(..end).unwrap_or_default(), old.get(old_end..).unwrap_or_default()].concat()
        }
        _ => new.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            task: Task::Ner,
            sources: vec![Source {
                option: "--data",
                name: "corpus/train.jsonl".into(),
                documents: Some(1200),
                bytes: 5,
                sha256: "ab".into(),
            }],
            learned: vec![(1200, "documents"), (3, "names")],
            labels: vec!["PERSON".into()],
            options: serde_json::json!({"epochs": 3, "max_features": 9}),
            passes: vec![Progress { epoch: Some(1), loss: Some(0.25), ..Progress::default() }],
            best: None,
            scores: None,
        }
    }

    #[test]
    fn what_is_said() {
        let text = card().render("names.cdm", &[0; 1234], "copydesk train ner", Some("CC BY 4.0"));
        for expected in [
            "# names\n",
            "| file | `names.cdm`, 1,234 bytes |",
            "| licence | CC BY 4.0 |",
            "| labels | PERSON |",
            "| learned from | 1,200 documents, 3 names |",
            "| options | epochs 3, max features 9 |",
            "| passes | 1; the model is of the last, loss 0.2500 |",
            "| `--data` | `corpus/train.jsonl` | 1,200 | 5 | `ab` |",
            "None: it was trained without",
            "```sh\ncopydesk train ner\n```",
            "## Known limits\n",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }

    #[test]
    fn what_was_written_by_hand_is_told_and_kept() {
        let made = card().render("names.cdm", &[0; 3], "copydesk", None);
        assert!(!is_edited(&made));
        let extended = format!("{made}\nWeak on ships.\n");
        assert!(!is_edited(&extended), "the limits are the readers'");
        assert!(is_edited(&made.replace("1,200 documents", "1,300 documents")));
        assert!(is_edited("# A card of another hand\n"));
        let newer = card().render("names.cdm", &[0; 9], "copydesk", None);
        let kept = with_limits_of(&newer, &extended);
        assert!(kept.contains("9 bytes") && kept.ends_with("\nWeak on ships.\n") && !is_edited(&kept), "{kept}");
    }
}
