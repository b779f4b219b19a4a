//! "Did you mean": the known name nearest to a wrong one.

/// Longer names are no slips of the pen, and the distance costs the product of the lengths.
const LONGEST: usize = 64;

/// How many known names a message lists.
const LISTED: usize = 12;

/// Returns the known name nearest to `wrong`, if one is near enough. A third of the letters may differ, or one name may
/// be the beginning of the other.
pub(crate) fn nearest<'a, S: AsRef<str> + ?Sized + 'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a S>,
) -> Option<&'a str> {
    if wrong.is_empty() || wrong.len() > LONGEST {
        return None;
    }
    let folded = wrong.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(AsRef::as_ref)
        .filter(|name| *name != wrong && !name.is_empty() && name.len() <= LONGEST)
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(&folded, name);
            let near = distance <= (folded.chars().count().max(name.chars().count()) / 3).max(1);
            let starts = folded.len().min(name.len()) >= 3 && (folded.starts_with(name) || name.starts_with(&folded));
            (near || starts).then_some((distance, name))
        })
        .min()
        .map(|(_, name)| name)
}

/// Returns "did you mean ...?", or else the list of known names.
pub(crate) fn suggest<'a, S: AsRef<str> + ?Sized + 'a>(
    wrong: &str,
    what: &str,
    known: impl IntoIterator<Item = &'a S> + Clone,
) -> Option<String> {
    if let Some(name) = nearest(wrong, known.clone()) {
        return Some(format!("did you mean {name:?}?"));
    }
    let names: Vec<&str> = known.into_iter().map(AsRef::as_ref).collect();
    if names.is_empty() {
        return None;
    }
    let more = if names.len() > LISTED { ", ..." } else { "" };
    let names: Vec<&str> = names.into_iter().take(LISTED).collect();
    Some(format!("{what}: {}{more}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let known = ["tokenizer", "ner", "quotes", "actors", "min_score"];
        for (wrong, right) in [
            ("tokeniser", Some("tokenizer")),
            ("Tokenizer", Some("tokenizer")),
            ("token", Some("tokenizer")),
            ("nre", Some("ner")),
            ("min-score", Some("min_score")),
            ("quote", Some("quotes")),
            ("sentiment", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, &known), right, "{wrong}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
    }
}
