//! The documents with the most errors, and their errors.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Difference;

/// Characters shown around a difference, and of it.
const AROUND: usize = 30;
const WITHIN: usize = 70;

/// The documents with the most differences among those added.
#[derive(Clone, Debug)]
pub struct Worst {
    limit: usize,
    /// Most differences first; of documents with the same number, the earlier one first.
    documents: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    id: String,
    text: Vec<char>,
    differences: Vec<Difference>,
}

impl Worst {
    /// Keeps no more than `limit` documents.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Worst { limit, documents: Vec::new() }
    }

    pub(crate) fn add(&mut self, id: &str, text: &str, differences: Vec<Difference>) {
        let count = differences.len();
        let place = self.documents.partition_point(|other| other.differences.len() >= count);
        if place < self.limit && count > 0 {
            let entry = Entry { id: id.to_owned(), text: text.chars().collect(), differences };
            self.documents.insert(place, entry);
            self.documents.truncate(self.limit);
        }
    }

    /// The same for programs: a list of documents, each with its differences in code points.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let difference = |difference: &Difference| {
            let [start, end] = difference.span;
            json!({"start": start, "end": end, "gold": difference.gold, "found": difference.found})
        };
        let document = |document: &Entry| {
            let differences: Vec<Value> = document.differences.iter().map(difference).collect();
            json!({"id": document.id, "differences": differences})
        };
        self.documents.iter().map(document).collect()
    }

    /// Each document with its differences, each with the text around it and marked with `[` and `]`.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        for document in &self.documents {
            let count = document.differences.len();
            let _ = writeln!(out, "{}: {count} difference{}", document.id, if count == 1 { "" } else { "s" });
            for difference in &document.differences {
                let what = match (&difference.gold, &difference.found) {
                    (Some(gold), Some(found)) => format!("{gold} found as {found}"),
                    (Some(gold), None) => format!("missed {gold}"),
                    (None, Some(found)) => format!("spurious {found}"),
                    (None, None) => continue,
                };
                let _ = writeln!(out, "  {what}: {}", excerpt(&document.text, difference.span));
            }
        }
        out
    }
}

/// Returns one line with the span and the text around it.
fn excerpt(text: &[char], [start, end]: [u32; 2]) -> String {
    let (start, end) = (start as usize, end as usize);
    let slice = |from: usize, to: usize| -> String {
        let chars = text.get(from..to.min(text.len())).unwrap_or_default();
        chars.iter().map(|c| if c.is_control() { ' ' } else { *c }).collect()
    };
    let (before, after) = (start.saturating_sub(AROUND), end.saturating_add(AROUND));
    let mut out = String::new();
    out.push_str(if before > 0 { "…" } else { "" });
    out.push_str(&slice(before, start));
    out.push('[');
    if end.saturating_sub(start) > WITHIN {
        out.push_str(&slice(start, start + WITHIN / 2));
        out.push_str(" … ");
        out.push_str(&slice(end - WITHIN / 2, end));
    } else {
        out.push_str(&slice(start, end));
    }
    out.push(']');
    out.push_str(&slice(end, after));
    out.push_str(if after < text.len() { "…" } else { "" });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_come_first() {
        let difference = |start: u32, end: u32| Difference { span: [start, end], gold: Some("A".into()), found: None };
        let mut worst = Worst::new(2);
        worst.add("none", "x", Vec::new());
        worst.add("one", "a b\nc", vec![difference(2, 3)]);
        worst.add("two", "abc", vec![difference(0, 1), Difference { found: Some("B".into()), ..difference(2, 3) }]);
        worst.add("late", "abc", vec![difference(0, 3)]);
        let long = "x".repeat(200);
        let expected =
            "two: 2 differences\n  missed A: [a]bc\n  A found as B: ab[c]\none: 1 difference\n  missed A: a [b] c\n";
        assert_eq!(worst.render(), expected);
        worst.add("long", &long, vec![difference(50, 150); 3]);
        let shown = worst.render();
        let line = shown.lines().nth(1).unwrap_or_default();
        assert!(line.starts_with("  missed A: …x") && line.contains(" … ") && line.chars().count() < 160, "{line}");
    }
}
