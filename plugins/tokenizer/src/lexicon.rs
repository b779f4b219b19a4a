//! Closed word lists of English tokenisation, kept sorted for binary search.

/// Words that keep their dot, lowercased, without it.
const ABBREVIATIONS: &[&str] = &[
    "adm", "al", "apr", "approx", "assn", "assoc", "asst", "attn", "aug", "ave", "bldg", "blvd", "bros", "brig", "ca",
    "capt", "cf", "cllr", "cmdr", "co", "col", "comdr", "corp", "cpl", "dec", "dept", "dist", "dr", "drs", "ed", "eds",
    "esp", "esq", "est", "etc", "ext", "feb", "fig", "figs", "fl", "fr", "ft", "gen", "gov", "govs", "hon", "hwy",
    "inc", "incl", "insp", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "messrs", "mfg", "mr", "mrs", "ms", "msgr",
    "mt", "nov", "oct", "op", "pg", "ph", "pp", "pres", "prof", "pte", "pty", "pvt", "rep", "reps", "ret", "rev", "rd",
    "sen", "sens", "sept", "sep", "sgt", "sr", "st", "supt", "univ", "vol", "vols", "vs", "viz", "ala", "ariz", "ark",
    "calif", "colo", "conn", "del", "fla", "ill", "kan", "ky", "mass", "mich", "minn", "mo", "mont", "neb", "nev",
    "okla", "ont", "penn", "que", "tenn", "tex", "va", "vt", "wash", "wis", "wyo", "mme", "mlle", "ste", "sra", "srta",
    "ing", "lic", "dra",
];

/// Words whose dot belongs to them only before a number: `No. 5`, `p. 12`, `fig. 3`.
const BEFORE_NUMBER: &[&str] =
    &["no", "nos", "p", "art", "ch", "sec", "para", "mar", "ver", "n", "c", "chap", "bk", "pt"];

const WEEKDAYS: &[&str] = &["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"];

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Prefixes that stay joined to the word after their hyphen, as EWT and GUM have them.
const PREFIXES: &[&str] = &[
    "agro", "ante", "anti", "arch", "bi", "bio", "co", "counter", "cross", "cyber", "de", "e", "ex", "extra", "inter",
    "intra", "macro", "mega", "micro", "mid", "mini", "mis", "multi", "neo", "non", "over", "para", "post", "pre",
    "pro", "proto", "pseudo", "psycho", "re", "semi", "socio", "sub", "super", "tri", "ultra", "un", "uni",
];

/// Suffixes that stay joined to the word before their hyphen.
const SUFFIXES: &[&str] = &["aholic", "esque", "ette", "fest", "fold", "ish", "itis", "less", "most", "rama", "wise"];

/// Top-level domains and file endings that make `left.right` one token.
const ENDINGS: &[&str] = &[
    "asp", "aspx", "au", "avi", "biz", "br", "ca", "ch", "cn", "co", "com", "css", "csv", "de", "doc", "docx", "edu",
    "eu", "exe", "fm", "fr", "gif", "gov", "htm", "html", "ie", "info", "int", "io", "jp", "jpeg", "jpg", "js", "json",
    "me", "mil", "mov", "mp3", "mp4", "net", "nl", "nz", "org", "pdf", "php", "png", "ppt", "pptx", "rtf", "ru", "tar",
    "tv", "txt", "uk", "url", "us", "wav", "xls", "xlsx", "xml", "zip",
];

/// Units that are tokens of their own after a number: `5pm`, `20k`, `3.8bn`.
const UNITS: &[&str] = &[
    "am", "b", "billion", "bn", "cm", "ft", "gb", "ghz", "hp", "hrs", "in", "k", "kb", "kg", "km", "kph", "kw", "lb",
    "lbs", "m", "mb", "mg", "mhz", "million", "min", "ml", "mm", "mn", "mph", "mw", "oz", "percent", "pm", "sq", "t",
    "tb", "tn", "trillion", "x", "yd", "yrs",
];

/// Words that begin with an apostrophe of their own, without it.
const ELISIONS: &[&str] = &[
    "allo", "alf", "appen", "bout", "cause", "cos", "coz", "cuz", "em", "er", "ere", "fore", "fraid", "im", "is",
    "kay", "n", "neath", "nother", "nuff", "nuther", "round", "sup", "til", "till", "tis", "twas", "twere", "twill",
    "twixt", "ullo", "un", "zat",
];

/// Contractions written without an apostrophe and the byte at which their second word begins.
const BARE_CONTRACTIONS: &[(&str, u8)] = &[
    ("aint", 2),
    ("arent", 3),
    ("cannot", 3),
    ("cant", 2),
    ("couldnt", 5),
    ("didnt", 3),
    ("doesnt", 4),
    ("dont", 2),
    ("gimme", 3),
    ("gonna", 3),
    ("gotta", 3),
    ("hadnt", 3),
    ("hasnt", 3),
    ("havent", 4),
    ("heres", 4),
    ("hes", 2),
    ("im", 1),
    ("isnt", 2),
    ("itll", 2),
    ("ive", 1),
    ("lemme", 3),
    ("outta", 3),
    ("shes", 3),
    ("shouldnt", 6),
    ("thats", 4),
    ("theres", 5),
    ("theyll", 4),
    ("theyre", 4),
    ("theyve", 4),
    ("wanna", 3),
    ("wasnt", 3),
    ("werent", 4),
    ("whats", 4),
    ("wont", 2),
    ("wouldnt", 5),
    ("youll", 3),
    ("youre", 3),
    ("youve", 3),
];

/// What follows the apostrophe of a clitic other than `n't`.
const CLITICS: &[&str] = &["d", "ll", "m", "re", "s", "ve"];

/// Emoticons, longest first where one begins another.
const EMOTICONS: &[&str] = &[
    ":'-(", ":'-)", ">:-(", ":'(", ":')", ":-)", ":-(", ":-D", ":-P", ":-p", ":-/", ":-|", ":-O", ":-o", ":-*", ";-)",
    ";-(", "=-)", "8-)", "^_^", "-_-", "o_O", "O_o", "T_T", ">.<", ":))", ":)", ":(", ":D", ":P", ":p", ":O", ":o",
    ":|", ":/", ":*", ";)", ";(", ";D", "=)", "=(", "=D", "=P", "<3", "(:", "xD", "XD",
];

const LONGEST: usize = 16;

/// A word in lower case on the stack, apostrophes straightened.
pub(crate) struct Folded {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Folded {
    /// Folds `word`, or `None` where it is longer than any entry of these lists or not ASCII.
    pub(crate) fn new(word: &str) -> Option<Folded> {
        let mut bytes = [0; LONGEST];
        let mut len = 0;
        for c in word.chars() {
            let c = if c == '\u{2019}' { '\'' } else { c };
            if !c.is_ascii() {
                return None;
            }
            *bytes.get_mut(len)? = (c as u8).to_ascii_lowercase();
            len += 1;
        }
        Some(Folded { bytes, len })
    }

    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }
}

fn listed(list: &[&str], word: &str) -> bool {
    Folded::new(word).is_some_and(|w| list.contains(&w.as_str()))
}

pub(crate) fn is_abbreviation(word: &str) -> bool {
    listed(ABBREVIATIONS, word)
}

pub(crate) fn takes_number(word: &str) -> bool {
    listed(BEFORE_NUMBER, word)
}

pub(crate) fn is_weekday(word: &str) -> bool {
    listed(WEEKDAYS, word)
}

/// Whether these three letters begin a month's name.
pub(crate) fn is_month(letters: &str) -> bool {
    listed(MONTHS, letters)
}

pub(crate) fn is_joined_prefix(word: &str) -> bool {
    listed(PREFIXES, word)
}

pub(crate) fn is_joined_suffix(word: &str) -> bool {
    listed(SUFFIXES, word)
}

pub(crate) fn is_ending(word: &str) -> bool {
    listed(ENDINGS, word)
}

pub(crate) fn is_unit(word: &str) -> bool {
    listed(UNITS, word)
}

pub(crate) fn is_elision(word: &str) -> bool {
    listed(ELISIONS, word)
}

pub(crate) fn is_clitic(word: &str) -> bool {
    listed(CLITICS, word)
}

/// Where the second word of a contraction without apostrophe begins.
pub(crate) fn bare_contraction(word: &str) -> Option<usize> {
    if !(2..=8).contains(&word.len()) {
        return None;
    }
    let folded = Folded::new(word)?;
    BARE_CONTRACTIONS.iter().find(|(w, _)| *w == folded.as_str()).map(|&(_, at)| usize::from(at))
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
