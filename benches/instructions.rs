//! Compares the instructions of each stage with those of a baseline, and reports differences beyond the tolerance.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The instructions of each stage, the tools that counted, and the tolerance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// By how many percent a stage may take more instructions, or fewer.
    pub tolerance_percent: f64,
    /// The tools that made the program and counted.
    pub tools: Tools,
    /// A stage and its instructions.
    pub instructions: BTreeMap<String, u64>,
}

/// The tools that counts depend on, each with its own name and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// The compiler.
    pub rustc: String,
    /// The tool that counts.
    pub valgrind: String,
    /// The C library, which copies and allocates memory.
    pub libc: String,
}

/// The verdict on a stage's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No further from it than the tolerance.
    Within,
    /// More.
    Worse,
    /// Fewer.
    Better,
    /// The baseline lacks this stage.
    Unknown,
    /// The stage was not measured.
    Gone,
}

/// A stage's baseline and its instructions now.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The stage.
    pub stage: String,
    /// Instructions in the baseline.
    pub before: Option<u64>,
    /// Instructions now.
    pub now: Option<u64>,
    /// The verdict.
    pub verdict: Verdict,
}

/// All stages beside the baseline. Shown as a table, with a sentence for each that is beyond the tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    tolerance_percent: f64,
    /// Stages in the order of measurement, then those that were not measured.
    pub changes: Vec<Change>,
    /// Tools that differ from those of the baseline.
    pub notes: Vec<String>,
}

impl Change {
    /// Returns the change from the baseline in percent. It is negative if there are fewer instructions.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        let (before, now) = self.before.zip(self.now)?;
        Some((now as f64 - before as f64) * 100.0 / before.max(1) as f64)
    }

    fn new(stage: &str, before: Option<u64>, now: Option<u64>, tolerance_percent: f64) -> Self {
        let mut change = Change { stage: stage.to_owned(), before, now, verdict: Verdict::Within };
        change.verdict = match (change.percent(), now) {
            (Some(percent), _) if percent > tolerance_percent => Verdict::Worse,
            (Some(percent), _) if percent < -tolerance_percent => Verdict::Better,
            (Some(_), _) => Verdict::Within,
            (None, Some(_)) => Verdict::Unknown,
            (None, None) => Verdict::Gone,
        };
        change
    }
}

impl Baseline {
    /// Compares the stages of a measurement, in its order, with this.
    #[must_use]
    pub fn compare(&self, measured: &[(String, u64)], tools: &Tools) -> Comparison {
        let change =
            |stage: &str, now| Change::new(stage, self.instructions.get(stage).copied(), now, self.tolerance_percent);
        let mut changes: Vec<Change> = measured.iter().map(|(stage, now)| change(stage, Some(*now))).collect();
        let gone = self.instructions.keys().filter(|known| measured.iter().all(|(stage, _)| stage != *known));
        changes.extend(gone.map(|stage| Change { verdict: Verdict::Gone, ..change(stage, None) }));
        let pairs = [
            (&self.tools.rustc, &tools.rustc),
            (&self.tools.valgrind, &tools.valgrind),
            (&self.tools.libc, &tools.libc),
        ];
        let notes = pairs.into_iter().filter(|(then, now)| then != now).map(|(then, now)| {
            format!("the baseline is of {then:?}, this is {now:?}: some of a change may be due to that")
        });
        Comparison { tolerance_percent: self.tolerance_percent, changes, notes: notes.collect() }
    }
}

impl Comparison {
    /// Returns true if no stage takes more instructions than tolerated, and each has a baseline.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.changes.iter().all(|change| matches!(change.verdict, Verdict::Within | Verdict::Better))
    }

    /// A line for each stage: its baseline, its instructions now, and the change.
    #[must_use]
    pub fn table(&self) -> String {
        let line =
            |stage: &str, [before, now, change]: [&str; 3]| format!("{stage:<24} {before:>15} {now:>15} {change:>9}\n");
        let mut table = line("instructions", ["baseline", "now", "change"]);
        for change in &self.changes {
            let percent = change.percent().map_or("-".to_owned(), |percent| format!("{percent:+.2} %"));
            let [before, now] = [change.before, change.now].map(|count| count.map_or("-".to_owned(), grouped));
            table += &line(&change.stage, [&before, &now, &percent]);
        }
        table
    }

    /// The sentence for a change that somebody should look at.
    fn sentence(&self, change: &Change) -> Option<String> {
        let Change { stage, verdict, .. } = change;
        let numbers = || {
            let percent = change.percent().unwrap_or_default().abs();
            let [before, now] = [change.before, change.now].map(|count| grouped(count.unwrap_or_default()));
            (percent, format!("{before} before, {now} now; {} % are tolerated", self.tolerance_percent))
        };
        match verdict {
            Verdict::Within => None,
            Verdict::Worse => {
                let (percent, numbers) = numbers();
                Some(format!("error: {stage} takes {percent:.1} % more instructions than its baseline ({numbers})"))
            }
            Verdict::Better => {
                let (percent, numbers) = numbers();
                Some(format!(
                    "note: {stage} takes {percent:.1} % fewer instructions than its baseline ({numbers}): bless the \
                     new one, so that it stays so"
                ))
            }
            Verdict::Unknown => Some(format!("error: {stage} has no baseline: bless one")),
            Verdict::Gone => Some(format!("error: {stage} has a baseline and was not measured: bless those there are")),
        }
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table())?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for sentence in self.changes.iter().filter_map(|change| self.sentence(change)) {
            writeln!(f, "{sentence}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Tools {
        Tools { rustc: "rustc 1".into(), valgrind: "valgrind-3".into(), libc: "glibc 2".into() }
    }

    fn compare(baseline: &[(&str, u64)], measured: &[(&str, u64)], tools: &Tools) -> Comparison {
        let instructions = baseline.iter().map(|(stage, count)| ((*stage).to_owned(), *count)).collect();
        let baseline = Baseline { tolerance_percent: 2.0, tools: self::tools(), instructions };
        let measured: Vec<_> = measured.iter().map(|(stage, count)| ((*stage).to_owned(), *count)).collect();
        baseline.compare(&measured, tools)
    }

    #[test]
    fn a_stage_beyond_the_tolerance_is_named_with_its_percentage() {
        let found = compare(&[("a", 1_000_000), ("b", 1_000)], &[("b", 1_000), ("a", 1_020_001)], &tools());
        assert!(!found.is_fine());
        assert_eq!(
            found.to_string(),
            "\
instructions                    baseline             now    change
b                                  1,000           1,000   +0.00 %
a                              1,000,000       1,020,001   +2.00 %
error: a takes 2.0 % more instructions than its baseline (1,000,000 before, 1,020,001 now; 2 % are tolerated)
"
        );
        assert!(compare(&[("a", 1_000_000)], &[("a", 1_020_000)], &tools()).is_fine(), "at the tolerance");
    }

    #[test]
    fn what_became_better_is_no_error_but_wants_a_new_baseline() {
        let found = compare(&[("a", 1_000)], &[("a", 900)], &tools());
        assert!(found.is_fine());
        let said = found.to_string();
        assert!(said.contains("note: a takes 10.0 % fewer instructions") && said.contains("bless"), "{said}");
    }

    #[test]
    fn a_stage_that_only_one_side_has_is_an_error() {
        let found = compare(&[("old", 1)], &[("new", 1)], &tools());
        assert!(!found.is_fine());
        let said = found.to_string();
        assert!(said.contains("error: new has no baseline"), "{said}");
        assert!(said.contains("error: old has a baseline and was not measured"), "{said}");
    }

    #[test]
    fn another_compiler_is_named_and_compared_with() {
        let other = Tools { rustc: "rustc 2".into(), ..tools() };
        let found = compare(&[("a", 1_000)], &[("a", 1_100)], &other);
        assert!(!found.is_fine());
        assert!(found.to_string().contains("note: the baseline is of \"rustc 1\", this is \"rustc 2\""), "{found}");
    }
}
