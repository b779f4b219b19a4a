//! Closed word lists of English tokenisation, as hash tables that the compiler fills.

use copydesk_text::lang::{Calendar, ENGLISH};

use crate::word_set::{WordSet, pack};

/// Words that keep their dot, lowercased, without it.
static ABBREVIATIONS: WordSet<512> = WordSet::new(&[
    "adm", "al", "apr", "approx", "assn", "assoc", "asst", "attn", "aug", "ave", "bldg", "blvd", "bros", "brig", "ca",
    "capt", "cf", "cllr", "cmdr", "co", "col", "comdr", "corp", "cpl", "dec", "dept", "dist", "dr", "drs", "ed", "eds",
    "esp", "esq", "est", "etc", "ext", "feb", "fig", "figs", "fl", "fr", "ft", "gen", "gov", "govs", "hon", "hwy",
    "inc", "incl", "insp", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "messrs", "mfg", "mr", "mrs", "ms", "msgr",
    "mt", "nov", "oct", "op", "pg", "ph", "pp", "pres", "prof", "pte", "pty", "pvt", "rep", "reps", "ret", "rev", "rd",
    "sen", "sens", "sept", "sep", "sgt", "sr", "st", "supt", "univ", "vol", "vols", "vs", "viz", "ala", "ariz", "ark",
    "calif", "colo", "conn", "del", "fla", "ill", "kan", "ky", "mass", "mich", "minn", "mo", "mont", "neb", "nev",
    "okla", "ont", "penn", "que", "tenn", "tex", "va", "vt", "wash", "wis", "wyo", "mme", "mlle", "ste", "sra", "srta",
    "ing", "lic", "dra",
]);

/// Words that keep their dot only before a number: `No. 5`, `p. 12`, `fig. 3`.
static BEFORE_NUMBER: WordSet<64> =
    WordSet::new(&["no", "nos", "p", "art", "ch", "sec", "para", "mar", "ver", "n", "c", "chap", "bk", "pt", "rs"]);

/// Prefixes that stay joined to the word after their hyphen, as EWT and GUM have them.
static PREFIXES: WordSet<128> = WordSet::new(&[
    "agro", "ante", "anti", "arch", "bi", "bio", "co", "counter", "cross", "cyber", "de", "e", "ex", "extra", "inter",
    "intra", "macro", "mega", "micro", "mid", "mini", "mis", "multi", "neo", "non", "over", "para", "post", "pre",
    "pro", "proto", "pseudo", "psycho", "re", "semi", "socio", "sub", "super", "tri", "ultra", "un", "uni",
]);

/// Suffixes that stay joined to the word before their hyphen.
static SUFFIXES: WordSet<32> =
    WordSet::new(&["esque", "ette", "fest", "fold", "ish", "itis", "less", "most", "rama", "wise"]);

/// Top-level domains and file endings that make `left.right` one token.
static ENDINGS: WordSet<256> = WordSet::new(&[
    "asp", "aspx", "au", "avi", "biz", "br", "ca", "ch", "cn", "co", "com", "css", "csv", "de", "doc", "docx", "edu",
    "eu", "exe", "fm", "fr", "gif", "gov", "htm", "html", "ie", "info", "int", "io", "jp", "jpeg", "jpg", "js", "json",
    "me", "mil", "mov", "mp3", "mp4", "net", "nl", "nz", "org", "pdf", "php", "png", "ppt", "pptx", "rtf", "ru", "tar",
    "tv", "txt", "uk", "url", "us", "wav", "xls", "xlsx", "xml", "zip",
]);

/// Units that are tokens of their own after a number: `5pm`, `20k`, `3.8bn`.
static UNITS: WordSet<128> = WordSet::new(&[
    "am", "b", "billion", "bn", "cm", "ft", "gb", "ghz", "hp", "hrs", "in", "k", "kb", "kg", "km", "kph", "kw", "lb",
    "lbs", "m", "mb", "mg", "mhz", "million", "min", "ml", "mm", "mn", "mph", "mw", "oz", "percent", "pm", "sq", "t",
    "tb", "tn", "trillion", "x", "yd", "yrs",
]);

/// Words that begin with an apostrophe of their own, without it.
static ELISIONS: WordSet<128> = WordSet::new(ENGLISH.elisions.tokens);

/// Contractions written without an apostrophe, their two words apart.
static BARE_CONTRACTIONS: WordSet<128> = WordSet::new(&[
    "ai nt",
    "are nt",
    "can not",
    "ca nt",
    "could nt",
    "did nt",
    "does nt",
    "do nt",
    "gim me",
    "gon na",
    "got ta",
    "had nt",
    "has nt",
    "have nt",
    "here s",
    "he s",
    "i m",
    "is nt",
    "it ll",
    "i ve",
    "lem me",
    "out ta",
    "she s",
    "should nt",
    "that s",
    "there s",
    "they ll",
    "they re",
    "they ve",
    "wan na",
    "was nt",
    "were nt",
    "what s",
    "wo nt",
    "would nt",
    "you ll",
    "you re",
    "you ve",
]);

/// The letters after the apostrophe of a clitic other than `n't`.
static CLITICS: WordSet<16> = WordSet::new(&["d", "ll", "m", "re", "s", "ve"]);

/// Emoticons. If one begins another, the longer comes first.
const EMOTICONS: &[&str] = &[
    ":'-(", ":'-)", ">:-(", ":'(", ":')", ":-)", ":-(", ":-D", ":-P", ":-p", ":-/", ":-|", ":-O", ":-o", ":-*", ";-)",
    ";-(", "=-)", "8-)", "^_^", "-_-", "o_O", "O_o", "T_T", ">.<", ":))", ":)", ":(", ":D", ":P", ":p", ":O", ":o",
    ":|", ":/", ":*", ";)", ";(", ";D", "=)", "=(", "=D", "=P", "<3", "(:", "xD", "XD",
];

pub(crate) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(word)
}

pub(crate) fn takes_number(word: &str) -> bool {
    BEFORE_NUMBER.contains(word)
}

/// Returns true if a word is a short form of a weekday's name.
pub(crate) fn is_weekday(word: &str) -> bool {
    let Calendar { weekdays, weekdays_shortened, .. } = &ENGLISH.calendar;
    word.len() == 3 && begins(word, weekdays) || weekdays_shortened.iter().any(|form| word.eq_ignore_ascii_case(form))
}

/// Returns true if these three letters begin a month's name.
pub(crate) fn is_month(letters: &str) -> bool {
    letters.len() == 3 && begins(letters, &ENGLISH.calendar.months)
}

/// Returns true if a name begins with these letters, in any case.
fn begins(letters: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.get(..letters.len()).is_some_and(|own| own.eq_ignore_ascii_case(letters)))
}

pub(crate) fn is_joined_prefix(word: &str) -> bool {
    PREFIXES.contains(word)
}

pub(crate) fn is_joined_suffix(word: &str) -> bool {
    SUFFIXES.contains(word)
}

pub(crate) fn is_ending(word: &str) -> bool {
    ENDINGS.contains(word)
}

pub(crate) fn is_unit(word: &str) -> bool {
    UNITS.contains(word)
}

pub(crate) fn is_elision(word: &str) -> bool {
    ELISIONS.contains(word)
}

pub(crate) fn is_clitic(word: &str) -> bool {
    CLITICS.contains(word)
}

/// Returns the beginning of the second word of a contraction without apostrophe.
pub(crate) fn bare_contraction(word: &str) -> Option<usize> {
    // Every other word of running text comes this way, so it is folded only once.
    BARE_CONTRACTIONS.get(pack(word)?).filter(|&second| second > 0)
}

/// The emoticon that begins `rest`.
pub(crate) fn emoticon(rest: &str) -> Option<&'static str> {
    let first = *rest.as_bytes().first()?;
    if !matches!(first, b':' | b';' | b'=' | b'8' | b'^' | b'-' | b'o' | b'O' | b'T' | b'>' | b'<' | b'(' | b'x' | b'X')
    {
        return None;
    }
    EMOTICONS.iter().copied().find(|e| rest.starts_with(e))
}
