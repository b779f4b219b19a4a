//! Pull quotes. If a block repeats words of somebody quoted elsewhere in the article, it belongs to the same speaker.

use std::ops::Range;

use copydesk_model::hash::{HashKeyed, combine};

use crate::words::Word;

/// So many words in a row make a place in the text.
const RUN: usize = 4;

/// The words of all attributed contents, looked up by the beginning of a block.
#[derive(Clone, Debug, Default)]
pub struct Passages {
    /// Word hashes without signs, and their tokens.
    words: Vec<(u64, u32)>,
    places: HashKeyed<u32>,
}

impl Passages {
    /// Takes in the tokens accepted by `counts`, in order.
    pub fn collect(&mut self, words: &[Word], counts: impl Fn(usize) -> bool) {
        self.words.clear();
        self.places.clear();
        self.words
            .extend(words.iter().enumerate().filter(|(i, w)| !w.sign && counts(*i)).map(|(i, w)| (w.lower, i as u32)));
        for (i, run) in self.words.windows(RUN).enumerate() {
            self.places.entry(key(run.iter().map(|r| r.0))).or_insert(i as u32);
        }
    }

    /// The first token of the passage that these words repeat, all but a fifth of them.
    #[must_use]
    pub fn find(&self, words: &[Word]) -> Option<usize> {
        let own = || words.iter().filter(|w| !w.sign).map(|w| w.lower);
        let count = own().count();
        if count < RUN {
            return None;
        }
        let at = *self.places.get(&key(own().take(RUN)))? as usize;
        let same = own().zip(self.words.get(at..)?).take_while(|(a, b)| *a == b.0).count();
        (same * 5 >= count * 4).then(|| self.words.get(at).map(|w| w.1 as usize)).flatten()
    }
}

fn key(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0, combine)
}

/// The tokens of a block, given its sentences.
#[must_use]
pub fn block_tokens(sentences: &[Range<usize>]) -> Range<usize> {
    match (sentences.first(), sentences.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}
