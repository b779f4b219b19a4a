//! Base forms of verbs that report speech.

use super::verbs::VERBS;

/// Forms that the rules below do not undo.
const IRREGULAR: &[(&str, &str)] = &[
    ("said", "say"),
    ("told", "tell"),
    ("wrote", "write"),
    ("written", "write"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("thought", "think"),
    ("swore", "swear"),
    ("sworn", "swear"),
    ("put", "put"),
    ("read", "read"),
    ("according", "according to"),
    ("felt", "feel"),
    ("found", "find"),
    ("knew", "know"),
    ("saw", "see"),
    ("made", "make"),
    ("meant", "mean"),
    ("gave", "give"),
    ("quipped", "quip"),
    ("forecast", "forecast"),
];

/// Bases that are in no other list.
const BASES: &[&str] = &[
    "say", "tell", "write", "speak", "think", "swear", "put", "read", "feel", "find", "know", "see", "make", "mean",
    "give", "forecast", "foresee", "believe", "expect", "hope", "fear", "doubt", "suspect", "call", "state", "stress",
    "reject", "condemn", "accept", "agree", "disagree", "welcome", "blame", "quote", "post", "sign", "sing", "want",
    "consider", "justify", "decide", "threaten", "vow", "offer", "refuse", "object", "vote", "protest", "sue", "joke",
];

/// Endings, and what stands for them in the base: "-ied" is "-y".
const ENDINGS: &[(&str, &[&str])] = &[
    ("ied", &["y"]),
    ("ies", &["y"]),
    ("ing", &["", "e"]),
    ("ed", &["", "e"]),
    ("es", &["", "e"]),
    ("s", &[""]),
    ("d", &["e"]),
];

/// Returns the base form of a form of a verb that reports: `say` for `said`. The form is in lower case.
pub(super) fn reporting(form: &str) -> Option<&'static str> {
    if let Some((_, base)) = IRREGULAR.iter().find(|(own, _)| *own == form) {
        return Some(base);
    }
    let known = |base: &str| VERBS.reporting.iter().chain(BASES).find(|own| **own == base).copied();
    known(form).or_else(|| {
        ENDINGS.iter().find_map(|(ending, bases)| {
            let stem = form.strip_suffix(ending)?;
            let doubled = stem.strip_suffix(|c: char| stem.ends_with([c, c].as_slice()) && c.is_ascii_alphabetic());
            let whole = bases.iter().find_map(|base| known(&format!("{stem}{base}")));
            whole.or_else(|| doubled.and_then(known))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases() {
        let cases = [
            ("said", Some("say")),
            ("says", Some("say")),
            ("telling", Some("tell")),
            ("denied", Some("deny")),
            ("argues", Some("argue")),
            ("argued", Some("argue")),
            ("believes", Some("believe")),
            ("admitted", Some("admit")),
            ("stressed", Some("stress")),
            ("according", Some("according to")),
            ("add", Some("add")),
            ("reporters", None),
            ("d", None),
            ("", None),
        ];
        for (form, base) in cases {
            assert_eq!(reporting(form), base, "{form}");
        }
    }
}
