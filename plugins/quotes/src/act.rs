//! The act of a cue. PolNeAR counts wants and plans as attributions, most readers do not.

use copydesk_model::hash::hash_bytes;
use copydesk_model::words::WordTable;
use copydesk_text::Act;
use copydesk_text::lang::{Acts, ENGLISH};

use crate::words::Folded;

/// The act that a word of a cue tells; none for a word of refusing.
static WORDS: WordTable<Option<Act>, 512> = words(&ENGLISH.acts);

const fn words<const SLOTS: usize>(acts: &Acts) -> WordTable<Option<Act>, SLOTS> {
    let lists = [
        (acts.declining, None),
        (acts.writing, Some(Act::Writing)),
        (acts.speech, Some(Act::Speech)),
        (acts.intention, Some(Act::Intention)),
        (acts.thought, Some(Act::Thought)),
    ];
    WordTable::new(&lists, None)
}

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
        if declined && ENGLISH.acts.declined_speech.iter().any(|own| own.as_bytes() == word) {
            return Some(Act::Speech);
        }
        match WORDS.get(hash_bytes(word)) {
            // Writing says more than the verb beside it ("said on Twitter"), the first verb more than the next.
            Some(Some(Act::Writing)) => return Some(Act::Writing),
            Some(Some(Act::Thought)) if quoted => found = found.or(Some(Act::Speech)),
            Some(Some(own)) => found = found.or(Some(own)),
            Some(None) => declined = true,
            None => {}
        }
    }
    found.or(declined.then_some(Act::Intention))
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
