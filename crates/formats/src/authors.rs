//! Authors in one string, as tables have them.

/// Splits a list of authors. Semicolons come first, then bars. Otherwise commas and "and" part the names, but "Ruiz, Ana"
/// is one name, and so is "Bo Li, Jr.". A list as Python prints it, `['Ana Ruiz', 'Bo Li']`, is read as such.
pub(crate) fn split(text: &str) -> Vec<String> {
    let text = text.trim();
    if let Some(list) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return printed(list);
    }
    let text = match text.get(..3) {
        Some(by) if by.eq_ignore_ascii_case("by ") => text.get(3..).unwrap_or_default(),
        _ => text,
    };
    for mark in [';', '|'] {
        if text.contains(mark) {
            return cleaned(text.split(mark));
        }
    }
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let named_once = matches!(parts.as_slice(), [last, first] if is_word(last) && is_word(first));
    if named_once {
        return cleaned([text].into_iter());
    }
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        match names.last_mut() {
            Some(last) if is_suffix(part) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => names.extend(cleaned(at_and(part).into_iter())),
        }
    }
    names
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace) && !text.contains('&')
}

/// What follows a name after a comma and belongs to it.
fn is_suffix(text: &str) -> bool {
    const SUFFIXES: [&str; 8] = ["jr", "sr", "ii", "iii", "iv", "md", "phd", "esq"];
    let text: String = text.chars().filter(|c| *c != '.').collect();
    SUFFIXES.iter().any(|suffix| suffix.eq_ignore_ascii_case(&text))
}

/// Splits at "and" and "&" between blanks.
fn at_and(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    for word in text.split_whitespace() {
        if word == "&" || word.eq_ignore_ascii_case("and") {
            names.push(String::new());
        } else if let Some(name) = names.last_mut() {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(word);
        }
    }
    names
}

fn cleaned<S: AsRef<str>>(names: impl Iterator<Item = S>) -> Vec<String> {
    names.map(|name| name.as_ref().trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The strings of a printed list, in single or double quotes; without quotes, the parts between commas.
fn printed(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = list;
    while let Some((at, quote)) = rest.char_indices().find(|(_, c)| matches!(c, '\'' | '"')) {
        let inside = rest.get(at + 1..).unwrap_or_default();
        // An apostrophe inside a name is followed by a letter.
        let ends = |end: &usize| {
            let after = inside.get(end + 1..).unwrap_or_default().trim_start();
            after.is_empty() || after.starts_with(',')
        };
        let Some(end) = inside.match_indices(quote).map(|(end, _)| end).find(ends) else { break };
        names.push(inside.get(..end).unwrap_or_default());
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    if names.is_empty() { cleaned(list.split(',')) } else { cleaned(names.into_iter()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            (" Ana Ruiz ", &["Ana Ruiz"]),
            ("By Ana Ruiz and Bo Li", &["Ana Ruiz", "Bo Li"]),
            ("Ana Ruiz, Bo Li and Cy Fox", &["Ana Ruiz", "Bo Li", "Cy Fox"]),
            ("Ana Ruiz, Bo Li, and Cy Fox", &["Ana Ruiz", "Bo Li", "Cy Fox"]),
            ("Ana Ruiz & Bo Li", &["Ana Ruiz", "Bo Li"]),
            ("Ruiz, Ana; Li, Bo", &["Ruiz, Ana", "Li, Bo"]),
            ("Ruiz, Ana", &["Ruiz, Ana"]),
            ("Ana Ruiz|Bo Li", &["Ana Ruiz", "Bo Li"]),
            ("Ana Ruiz, Reuters", &["Ana Ruiz", "Reuters"]),
            ("Bo Li, Jr., Ana Ruiz", &["Bo Li, Jr.", "Ana Ruiz"]),
            ("Andrew Sand", &["Andrew Sand"]),
            ("['Ana Ruiz', \"Bo O'Neill\"]", &["Ana Ruiz", "Bo O'Neill"]),
            ("['Bo O'Neill']", &["Bo O'Neill"]),
            ("[]", &[]),
            ("[Ana Ruiz, Bo]", &["Ana Ruiz", "Bo"]),
            ("['", &["['"]),
            (";;,", &[","]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), *expected, "{text}");
        }
    }
}
