//! Words, tokens and white space as Python's `re` has them for text.
//!
//! Letters and digits are Rust's. They differ from Python's `\w` only in combining vowel signs of South Asian and
//! Semitic scripts and in letters in circles and squares (`Ⓐ`). Rust counts these as letters, Python does not.

/// Returns true if `\w` matches.
pub(in crate::score) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Returns true if `str.isspace` and `\s` accept it: white space, and the four separators of ASCII.
pub(in crate::score) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}

/// The runs of word characters, and every other character that is not white space: `\w+|[^\w\s]`.
pub(super) fn tokens(text: &[char]) -> Vec<[u32; 2]> {
    let mut tokens: Vec<[u32; 2]> = Vec::new();
    let mut in_word = false;
    for (at, c) in text.iter().enumerate() {
        let at = at as u32;
        let word = is_word(*c);
        match tokens.last_mut() {
            Some(token) if word && in_word => token[1] = at + 1,
            _ if is_space(*c) => {}
            _ => tokens.push([at, at + 1]),
        }
        in_word = word;
    }
    tokens
}

/// Returns the beginnings of the words of `text[start..end]`: `\w+(?:[’'.-]\w+)*`.
pub(super) fn word_starts(text: &[char], [start, end]: [u32; 2]) -> Vec<usize> {
    let end = (end as usize).min(text.len());
    let word = |at: usize| at < end && text.get(at).is_some_and(|c| is_word(*c));
    let mut starts = Vec::new();
    let mut at = start as usize;
    while at < end {
        if !word(at) {
            at += 1;
            continue;
        }
        starts.push(at);
        while word(at) || (text.get(at).is_some_and(|c| "’'.-".contains(*c)) && word(at + 1)) {
            at += 1;
        }
    }
    starts
}

/// A name without case and punctuation: its words, with a space between each two.
pub(in crate::score) fn plain(name: &str) -> String {
    let folded: String = name.chars().flat_map(fold).collect();
    let words = folded.split(|c| !is_word(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Folds case: lowered, raised, and lowered again (`ẞ`, `ß` and `ss` are one). `ı` is an exception: its upper case
/// belongs to another letter.
fn fold(c: char) -> impl Iterator<Item = char> {
    let apart = c == 'ı';
    let folded = c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    folded.map(move |folded| if apart { c } else { folded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_words() {
        let text: Vec<char> = "He's 3.5-fold “so_so”… \u{1C}x".chars().collect();
        let slices: Vec<String> =
            tokens(&text).iter().map(|[start, end]| text[*start as usize..*end as usize].iter().collect()).collect();
        assert_eq!(slices, ["He", "'", "s", "3", ".", "5", "-", "fold", "“", "so_so", "”", "…", "x"]);
        assert_eq!(word_starts(&text, [0, text.len() as u32]), [0, 5, 15, 24]);
        assert_eq!(text.get(24), Some(&'x'));
        assert_eq!(word_starts(&text, [1, 6]), [1, 5]);
        assert_eq!(word_starts(&text, [0, 3]), [0]);
    }

    #[test]
    fn plain_names() {
        for (name, expected) in
            [("Dr. Ana-Lucía  RUIZ", "dr ana lucía ruiz"), ("STRAẞE", "strasse"), ("ﬁn", "fin"), ("", "")]
        {
            assert_eq!(plain(name), expected);
        }
    }
}
