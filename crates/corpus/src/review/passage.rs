//! Passages: the words of a claim, marked, among those around them.

use copydesk_core::Span;

use crate::words::one_line;

/// Characters on each side of a claim.
const AROUND: usize = 200;

/// Marked or unmarked pieces that are longer lose their middle.
const LONGEST: usize = 700;

/// Returns spans between `⟦` and `⟧` with some 200 characters before and after them, on one line. Pieces that are left
/// out become `…`.
pub(super) fn passage(text: &str, spans: &[Span]) -> String {
    let mut spans = spans.to_vec();
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let (Some(first), Some(last)) = (spans.first(), spans.iter().max_by_key(|span| span.end)) else {
        return String::new();
    };
    let (from, to) = (first.start as usize, last.end as usize);
    let mut out = before(text.get(..from).unwrap_or_default());
    let mut at = from;
    for span in &spans {
        let (start, end) = (span.start as usize, span.end as usize);
        // Spans of a claim may overlap.
        let start = start.max(at);
        let piece = text.get(start..end).unwrap_or_default();
        if piece.is_empty() {
            continue;
        }
        out.push_str(&shortened(text.get(at..start).unwrap_or_default()));
        out.push('⟦');
        out.push_str(shortened(piece).trim());
        out.push('⟧');
        at = end;
    }
    out.push_str(&after(text.get(to..).unwrap_or_default()));
    one_line(&out)
}

/// The end of a text, from a word's beginning.
fn before(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().rev().nth(AROUND) else { return text.to_owned() };
    let rest = text.get(cut..).unwrap_or_default();
    let word = rest.find(char::is_whitespace).unwrap_or(0);
    format!("…{}", rest.get(word..).unwrap_or_default())
}

/// The beginning of a text, to a word's end.
fn after(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().nth(AROUND) else { return text.to_owned() };
    let rest = text.get(..cut).unwrap_or_default();
    let word = rest.rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", rest.get(..word).unwrap_or_default())
}

/// A piece without its middle, if it is long.
fn shortened(text: &str) -> String {
    let half = LONGEST / 2;
    let cuts = text.char_indices().nth(half).zip(text.char_indices().rev().nth(half));
    match cuts {
        Some(((left, _), (right, _))) if right > left => {
            format!("{} … {}", text.get(..left).unwrap_or_default(), text.get(right..).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_where_the_claim_does() {
        let text = "“We left,” said Ana Ruiz,\r\n“and then came back.” It rained.";
        let at = |words: &str| {
            let start = text.find(words).expect("in the text") as u32;
            Span::new(start, start + words.len() as u32)
        };
        let cases: [(&[Span], &str); 5] = [
            (&[at("We left,")], "“⟦We left,⟧” said Ana Ruiz, “and then came back.” It rained."),
            (
                &[at("and then came back."), at("We left,")],
                "“⟦We left,⟧” said Ana Ruiz, “⟦and then came back.⟧” It rained.",
            ),
            (&[at("Ana Ruiz"), at("Ruiz,")], "“We left,” said ⟦Ana Ruiz⟧⟦,⟧ “and then came back.” It rained."),
            (&[Span::new(0, 0)], "“We left,” said Ana Ruiz, “and then came back.” It rained."),
            (&[], ""),
        ];
        for (spans, expected) in cases {
            assert_eq!(passage(text, spans), expected);
        }
    }

    #[test]
    fn what_is_long_is_cut() {
        let text = format!("{} MARK {}", "é word ".repeat(100), "wörd ".repeat(100));
        let start = text.find("MARK").expect("there") as u32;
        let found = passage(&text, &[Span::new(start, start + 4)]);
        assert!(found.starts_with("… ") && found.ends_with(" …") && found.contains("⟦MARK⟧"), "{found}");
        assert!(found.chars().count() < 420, "{found}");
        let whole = passage(&text, &[Span::new(0, text.len() as u32)]);
        assert!(whole.chars().count() < LONGEST + 10 && whole.contains(" … "), "{whole}");
        let hostile = "x".repeat(100_000);
        assert!(passage(&hostile, &[Span::new(50_000, 50_001)]).chars().count() < 500);
    }
}
