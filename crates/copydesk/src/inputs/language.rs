//! The language of a text, by its letters.
//!
//! Cavnar and Trenkle, "N-gram-based text categorization" (1994), as the library whatlang does it.

use whatlang::Lang;

/// Letters of a text that are looked at. More do not change the answer.
const LOOKED_AT: usize = 1500;

/// A text with fewer letters says too little.
const FEWEST: usize = 40;

/// Returns the language of a text as a BCP 47 tag, or `None` if it is not sure.
pub(super) fn detect(text: &str) -> Option<String> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or(text);
    head.chars().filter(|c| c.is_alphabetic()).nth(FEWEST)?;
    let found = whatlang::detect(head).filter(whatlang::Info::is_reliable)?;
    Some(tag(found.lang()))
}

/// Returns the shortest tag of a language: RFC 5646 wants two letters where there are two.
fn tag(language: Lang) -> String {
    let two = match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        other => return other.code().to_owned(),
    };
    two.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        let cases = [
            ("The council will vote on Monday, and the minister said that nobody should expect a long debate.", "en"),
            ("Der Rat stimmt am Montag ab, und die Ministerin sagte, niemand solle eine lange Debatte erwarten.", "de"),
            ("El consejo votará el lunes, y la ministra dijo que nadie debería esperar un debate muy largo.", "es"),
            (
                "理事会将于星期一投票，部长表示任何人都不应期待长时间的辩论。会议将在上午九点开始，预计下午结束，记者可以旁听。",
                "zh",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(detect(text).as_deref(), Some(expected), "{text}");
        }
        for unsure in ["", "No.", "12,000 34.5 %", "\0\0\0"] {
            assert_eq!(detect(unsure), None, "{unsure}");
        }
        assert!(Lang::all().iter().all(|language| tag(*language).len() <= 3));
    }
}
