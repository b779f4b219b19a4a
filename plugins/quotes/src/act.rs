//! The act of a cue. PolNeAR counts wants and plans as attributions, most readers do not.

use copydesk_text::Act;
use copydesk_text::lang::{Acts, ENGLISH};

use crate::words::Folded;

const ACTS: Acts = ENGLISH.acts;

/// Returns the act of a cue, from its words. `quoted` is true if the content has quotation marks. Then the content of
/// an ambiguous cue was said.
pub fn act<'t>(cue: impl Iterator<Item = &'t [u8]>, quoted: bool) -> Act {
    told(cue, quoted).unwrap_or_default()
}

/// Returns the same, if the words decide it.
pub fn told<'t>(cue: impl Iterator<Item = &'t [u8]>, quoted: bool) -> Option<Act> {
    let mut found = None;
    let mut declined = false;
    for word in cue {
        let folded = Folded::new(word);
        let word = folded.bytes();
        if has(ACTS.declining, word) {
            declined = true;
        } else if declined && has(ACTS.declined_speech, word) {
            return Some(Act::Speech);
        } else {
            let own = of_word(word, quoted);
            // Writing says more than the verb beside it ("said on Twitter"), the first verb more than the next.
            if own == Some(Act::Writing) {
                return Some(Act::Writing);
            }
            found = found.or(own);
        }
    }
    found.or(declined.then_some(Act::Intention))
}

fn of_word(word: &[u8], quoted: bool) -> Option<Act> {
    let lists = [
        (ACTS.writing, Act::Writing),
        (ACTS.speech, Act::Speech),
        (ACTS.intention, Act::Intention),
        (ACTS.thought, if quoted { Act::Speech } else { Act::Thought }),
    ];
    lists.into_iter().find(|(words, _)| has(words, word)).map(|(_, act)| act)
}

fn has(words: &[&str], word: &[u8]) -> bool {
    words.iter().any(|own| own.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_have_their_acts() {
        let cases = [
            ("said", false, Act::Speech),
            ("does not want", false, Act::Intention),
            ("plans", false, Act::Intention),
            ("firmly believes", false, Act::Thought),
            ("fears", false, Act::Thought),
            ("wrote on Twitter", true, Act::Writing),
            ("said in a letter", false, Act::Writing),
            ("declined", false, Act::Intention),
            ("declined to comment", false, Act::Speech),
            ("recalled", true, Act::Speech),
            ("murmured", false, Act::Speech),
            ("", true, Act::Speech),
        ];
        for (cue, quoted, want) in cases {
            assert_eq!(act(cue.split(' ').map(str::as_bytes), quoted), want, "{cue}");
        }
    }
}
