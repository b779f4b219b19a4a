//! Words of passages.

use std::collections::BTreeSet;

use copydesk_core::Span;

/// Returns a text as one line, with one blank wherever it has blanks, line ends or control characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns at most so many characters, with an ellipsis if there are more.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let end = text.char_indices().nth(most.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
            format!("{}…", text.get(..end).unwrap_or_default().trim_end())
        }
    }
}

/// Returns the number of words: runs without blanks that have a letter or digit.
pub(crate) fn count_words(text: &str) -> u32 {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    u32::try_from(words.count()).unwrap_or(u32::MAX)
}

/// The bytes before and after a name in which words are looked for.
const REACH: usize = 100;

/// Returns words around the first names of an actor, in lower case: at least four letters, each once.
pub(crate) fn around(text: &str, names: &[Span], most: usize) -> Vec<String> {
    let (mut words, mut seen) = (Vec::new(), BTreeSet::new());
    for name in names.iter().take(3) {
        let (start, end) = (name.start as usize, name.end as usize);
        let before = text.get(floor(text, start.saturating_sub(REACH))..start).unwrap_or_default();
        let after = text.get(end..floor(text, end.saturating_add(REACH))).unwrap_or_default();
        // The outermost word of each side may be cut.
        let before = before.split(separates).skip(1);
        let pieces: Vec<&str> = after.split(separates).collect();
        let whole = pieces.len().saturating_sub(1);
        for word in before.chain(pieces.into_iter().take(whole)) {
            let long = word.chars().nth(3).is_some();
            if long && word.starts_with(char::is_lowercase) && words.len() < most && seen.insert(word) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

fn separates(c: char) -> bool {
    !c.is_alphanumeric()
}

/// The nearest boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_clips() {
        assert_eq!(one_line(" a\r\n b\0c\u{a0}d "), "a b c d");
        let cases = [("", 3, ""), ("äöü", 3, "äöü"), ("äöüß", 3, "äö…"), ("ab cd", 4, "ab…")];
        for (text, most, expected) in cases {
            assert_eq!(clipped(text, most), expected, "{text}");
        }
    }

    #[test]
    fn words_around_a_name() {
        let text = "In the harbour town the deputy mayor Ana Ruiz opened the new pier on Monday.";
        let start = text.find("Ana").expect("the name") as u32;
        let found = around(text, &[Span::new(start, start + 8), Span::new(start, start + 8)], 3);
        assert_eq!(found, ["harbour", "town", "deputy"]);
        assert_eq!(around("é", &[Span::new(0, 2)], 9), Vec::<String>::new());
    }
}
