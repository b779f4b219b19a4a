//! Invariants of every text: coverage, order, nesting, and time in proportion to length.

use copydesk_plugin_tokenizer::{Segmentation, Segmenter, Span, segment};
use copydesk_tests::growth::{LONGER, linear};
use copydesk_text::seen;

/// Pieces that meet every rule, and some that break them.
const PIECES: &[&str] = &[
    "word",
    "Word",
    "WORD",
    "I",
    "don't",
    "we’ve",
    "cannot",
    "Mr.",
    "U.S.",
    "J.",
    "e.g.",
    "p.m",
    "3.5",
    "1,234",
    "10:30",
    "9/11",
    "-",
    "--",
    "—",
    "'",
    "''",
    "’",
    "‘",
    "“",
    "”",
    "\"",
    "«",
    "»",
    "(",
    ")",
    "[",
    "]",
    ".",
    "..",
    "...",
    "…",
    "!",
    "?",
    "?!",
    ",",
    ":",
    ";",
    "/",
    "@",
    "#",
    "$",
    "%",
    "_",
    "*",
    "&",
    "+",
    "=",
    "<",
    ">",
    "`",
    "``",
    "\\",
    "|",
    "~",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u{b}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{301}",
    "\0",
    "\u{1b}",
    "é",
    "ß",
    "ё",
    "中文",
    "שלום",
    "\u{202e}",
    "👍🏽",
    "👨‍👩‍👧",
    "🇵🇪",
    "🇵",
    ":)",
    "x",
    "s",
    "http://a.b/c",
    "www.x.com",
    "a@b.co",
    "@me",
    "#tag",
    "By Jane Doe",
    "LIMA (XYZ) —",
    "• ",
    "1. ",
    "5pm",
    "20km",
    "pre-",
    "non-",
    "\u{fe0f}",
    "&ldquo;",
    "&rsquo;",
    "&nbsp;",
    "&amp;",
    "&shy;",
    "&",
    "â€œ",
    "â€",
    "Ã",
    "Â",
    "\u{93}",
    "\u{92}",
    "″",
    "′",
    "「",
    "\u{ad}",
    "\u{2066}",
    "²",
    "½",
];

/// splitmix64
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn random_text(state: &mut u64) -> String {
    let pieces = next(state) % 60;
    let spaced = next(state) % 3;
    let mut text = String::new();
    for _ in 0..pieces {
        text.push_str(PIECES[(next(state) % PIECES.len() as u64) as usize]);
        if next(state) % 3 < spaced {
            text.push(' ');
        }
    }
    text
}

/// Returns true if nobody sees anything of a text.
fn blank(text: &str) -> bool {
    seen::word(text).chars().all(char::is_whitespace)
}

fn check(text: &str, layers: &Segmentation) {
    let inside = |span: Span| span.get(text).is_some_and(|s| !s.is_empty());
    for pair in layers.blocks.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "blocks of {text:?}");
    }
    for pair in layers.sentences.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start && pair[0].block <= pair[1].block, "sentences of {text:?}");
    }
    for pair in layers.tokens.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start && pair[0].sentence <= pair[1].sentence, "tokens of {text:?}");
        let adjacent = pair[0].span.end == pair[1].span.start;
        assert!(pair[1].part == 0 || (adjacent && pair[1].part == pair[0].part + 1), "parts of {text:?}");
        assert!(!(adjacent && pair[0].space_after), "space in {text:?}");
    }
    assert!(layers.blocks.iter().all(|b| inside(b.span)), "{text:?}");
    for sentence in &layers.sentences {
        assert!(
            inside(sentence.span) && layers.blocks[sentence.block as usize].span.contains(sentence.span),
            "{text:?}"
        );
    }
    let mut at = 0;
    for token in &layers.tokens {
        assert!(inside(token.span) && layers.sentences[token.sentence as usize].span.contains(token.span), "{text:?}");
        assert!(token.span.get(text).is_some_and(|word| !word.contains(char::is_whitespace)), "{text:?}");
        assert!(blank(&text[at..token.span.start as usize]), "hole in {text:?}");
        at = token.span.end as usize;
    }
    assert!(blank(&text[at..]), "hole at the end of {text:?}");
}

#[test]
fn every_character_is_in_one_token() {
    let mut state = 7;
    let mut segmenter = Segmenter::default();
    let mut layers = Segmentation::default();
    for _ in 0..20_000 {
        let text = random_text(&mut state);
        segmenter.segment_into(&text, &mut layers);
        check(&text, &layers);
        assert_eq!(layers, segment(&text), "scratch memory must not show in {text:?}");
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    let repeated: &[(&str, usize)] = &[
        ("\"", 100_000),
        ("'", 100_000),
        ("x'", 100_000),
        ("“", 100_000),
        ("word ", 40_000),
        ("a", 400_000),
        ("a.", 100_000),
        ("A.", 100_000),
        ("com.", 50_000),
        ("\0", 100_000),
        ("e\u{301}\u{301}\u{301}", 30_000),
        ("👨‍👩‍👧", 10_000),
        ("\u{202e}שלום ", 10_000),
        ("line one\r\n", 10_000),
        ("\n", 400_000),
        ("aa bb cc dd ee ff gg hh\n\n", 4_000),
        ("the cat sat on the mat and looked at it all day long\n", 2_000),
        ("re-", 50_000),
        ("1,", 50_000),
        ("1-", 50_000),
        ("a@", 50_000),
        ("a/", 50_000),
        ("a_*", 50_000),
        ("(", 100_000),
        ("http://a", 20_000),
        ("By A\n\n", 10_000),
        ("A (", 30_000),
        ("&", 100_000),
        ("&amp;", 40_000),
        ("&rsquo;s", 20_000),
        ("x&amp;", 20_000),
        ("\u{200b}", 60_000),
        ("x\u{ad}", 60_000),
        ("â€", 40_000),
        ("U.S. It ", 20_000),
        ("“A?” B ", 20_000),
    ];
    for (piece, count) in repeated {
        let layers = linear(&format!("{piece:?}"), &(count / LONGER), count, |count| segment(&piece.repeat(*count)));
        check(&piece.repeat(*count), &layers);
    }
}
