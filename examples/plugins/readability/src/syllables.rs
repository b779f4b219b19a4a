//! An estimate of how many syllables a word of English has, from its spelling.

/// Returns the number of syllables, at least one. A run of vowels is a syllable, except for a silent `e`. An `e` is
/// silent at the end ("stone") but not in a final `le` ("table"). In `es` and `ed` it is silent ("stones", "helped")
/// unless the sound before needs it ("churches", "wanted"). Digits count one each. Words of other scripts count one.
pub fn syllables(word: &str) -> u32 {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let mut count = 0;
    let mut in_vowels = false;
    for (at, letter) in letters.iter().enumerate() {
        // "yes", "mayor": before a vowel it is a consonant.
        let glides = *letter == 'y' && letters.get(at + 1).is_some_and(|next| is_vowel(*next));
        let vowel = is_vowel(*letter) && !glides;
        count += u32::from(vowel && !in_vowels) + u32::from(letter.is_ascii_digit());
        in_vowels = vowel;
    }
    count.saturating_sub(silent(&letters)).max(1)
}

fn is_vowel(letter: char) -> bool {
    "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûü".contains(letter)
}

/// Returns one if the word ends with a silent `e`.
fn silent(letters: &[char]) -> u32 {
    let consonant = |letter: &char| letter.is_alphabetic() && !is_vowel(*letter);
    let is_silent = match letters {
        [.., before, 'l', 'e'] if consonant(before) => false,
        [.., before, 'e'] => consonant(before),
        [.., 't' | 'd', 'e', 'd'] => false,
        [.., 'c' | 's' | 'x' | 'z' | 'g', 'e', 's'] | [.., 's' | 'c', 'h', 'e', 's'] => false,
        [.., before, 'e', 'd' | 's'] => consonant(before),
        _ => false,
    };
    u32::from(is_silent)
}

#[cfg(test)]
mod tests {
    use super::syllables;

    #[test]
    fn words_by_their_syllables() {
        let cases = [
            (1, "a cat stone stones helped the yes hmm strength 7 語"),
            (2, "table wanted churches mayor houses said-so café Zürich 42"),
            (3, "article government readable"),
            (4, "original considerate"),
        ];
        for (expected, words) in cases {
            for word in words.split_whitespace() {
                let found = syllables(word);
                assert!(found == expected, "{word}: {found}, not {expected}");
            }
        }
        assert_eq!(syllables(""), 1);
    }
}
