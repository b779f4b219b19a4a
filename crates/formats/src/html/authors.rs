//! The names of authors, as pages write them.

/// A byline has no more names than this.
const MAX_AUTHORS: usize = 20;

/// A name has no more characters than this.
const MAX_CHARS: usize = 80;

/// Adds the names of a line such as `By Ana Ruiz and Ben Okri, Political Editor` to `names`.
pub(super) fn add(names: &mut Vec<String>, line: &str) {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without_by(&line);
    if line.is_empty() || is_address(line) {
        return;
    }
    let mut rest = line;
    while !rest.is_empty() {
        let (name, after) = first_name(rest);
        let name = without_by(name.trim_matches([' ', ',', '|', '•', '·', ';', '/']));
        let is_name = !name.is_empty()
            && name.chars().count() <= MAX_CHARS
            && !is_address(name)
            && name.chars().any(char::is_alphabetic);
        if is_name && names.len() < MAX_AUTHORS && !names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
        rest = after;
    }
}

/// Cuts the line behind its first name.
fn first_name(line: &str) -> (&str, &str) {
    let separators = [", and ", " and ", " & ", ", ", ";", "/", "|", " • ", " · "];
    let first = separators.iter().filter_map(|separator| Some((line.find(separator)?, separator.len())));
    match first.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length))) {
        Some((at, length)) => (line.get(..at).unwrap_or_default(), line.get(at + length..).unwrap_or_default()),
        None => (line, ""),
    }
}

/// Beginnings that are no part of a name.
const BEFORE: [&str; 8] =
    ["written by ", "story by ", "reported by ", "posted by ", "by: ", "by ", "from ", "author: "];

fn without_by(line: &str) -> &str {
    let line = line.trim();
    let longest =
        BEFORE.iter().find(|start| line.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)));
    longest.and_then(|start| line.get(start.len()..)).unwrap_or(line).trim()
}

fn is_address(text: &str) -> bool {
    text.contains("://")
        || text.starts_with("www.")
        || text.starts_with('@')
        || text.contains('@') && text.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_bylines() {
        let cases: [(&str, &[&str]); 9] = [
            ("Ana Ruiz", &["Ana Ruiz"]),
            ("By  Ana Ruiz\n and Ben Okri", &["Ana Ruiz", "Ben Okri"]),
            ("Ana Ruiz, Ben Okri, and Chi Ó Sé", &["Ana Ruiz", "Ben Okri", "Chi Ó Sé"]),
            ("Ana Ruiz/Ben Okri", &["Ana Ruiz", "Ben Okri"]),
            ("https://example.org/ana", &[]),
            ("ana@example.org", &[]),
            ("Ana Ruiz, Ana Ruiz", &["Ana Ruiz"]),
            ("by", &["by"]),
            (" , ; ", &[]),
        ];
        for (line, expected) in cases {
            let mut names = Vec::new();
            add(&mut names, line);
            assert_eq!(names, expected, "{line}");
        }
    }
}
