//! "Did you mean": the name nearest to a wrong one.

/// Longer names are no slips of the pen, and the distance costs the product of the lengths.
const LONGEST: usize = 64;

/// Returns the name nearest to `wrong`, if one is near enough: a third of the letters may differ.
///
/// ```
/// assert_eq!(copydesk_formats::nearest("layer", &["layers", "offsets"]), Some("layers"));
/// assert_eq!(copydesk_formats::nearest("colour", &["layers", "offsets"]), None);
/// ```
#[must_use]
pub fn nearest<'a, S: AsRef<str>>(wrong: &str, names: &'a [S]) -> Option<&'a str> {
    if wrong.is_empty() || wrong.len() > LONGEST {
        return None;
    }
    let folded = wrong.to_lowercase();
    let short = names.iter().map(AsRef::as_ref).filter(|name| !name.is_empty() && name.len() <= LONGEST);
    let near = short.filter_map(|name| {
        let distance = strsim::damerau_levenshtein(&folded, &name.to_lowercase());
        (distance <= (folded.chars().count().max(name.chars().count()) / 3).max(1)).then_some((distance, name))
    });
    near.min().map(|(_, name)| name)
}
