//! The shipped model on sentences of our own, and on text that nobody wrote to be read.

use copydesk_models::NER_FAST;
use copydesk_plugin_ner::{Entity, Recognizer, Scratch};
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use copydesk_sdk::Span;

fn find(recognizer: &Recognizer<'_>, text: &str, scratch: &mut Scratch) -> Vec<Entity> {
    let mut layers = Segmentation::default();
    Segmenter::default().segment_into(text, &mut layers);
    let tokens: Vec<Span> = layers.tokens.iter().map(|t| t.span).collect();
    let sentences: Vec<u32> = layers.tokens.iter().map(|t| t.sentence).collect();
    let mut found = Vec::new();
    recognizer.recognize(text, &tokens, &sentences, scratch, &mut found);
    found
}

/// A text with its names in brackets: `[Ana Ruiz|PERSON]`.
fn unmark(marked: &str) -> (String, Vec<(Span, String)>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    for (i, part) in marked.split(['[', ']']).enumerate() {
        let (word, label) = part.split_once('|').unwrap_or((part, ""));
        let start = text.len() as u32;
        text.push_str(word);
        if i % 2 == 1 {
            names.push((Span::new(start, text.len() as u32), label.to_owned()));
        }
    }
    (text, names)
}

const SENTENCES: &[&str] = &[
    "“We will vote on [Monday|DATE],” said [Ana Ruiz|PERSON], the minister.",
    "[Nicolás Maduro|PERSON] met [Xi Jinping|PERSON] in [Beijing|GPE].",
    "The [World Bank|ORG] approved [$200 million|MONEY] for [Kenya|GPE] in [March 2019|DATE].",
    "A [Nigerian|NORP] court in [Lagos|GPE] freed the two journalists.",
    "[South Korea|GPE] and [Japan|GPE] signed the treaty in [2015|DATE].",
    "The [Amazon River|LOC] rose, and so did prices across [Latin America|LOC].",
    "Police in [New Delhi|GPE] arrested [Rahul Sharma|PERSON] and his brother.",
    "[Kenyatta|PERSON] flew to [Addis Ababa|GPE].",
    "the prices of maize rose again, farmers said.",
    "[Human Rights Watch|ORG] criticised the [Egyptian|NORP] government.",
    "The [US|GPE]-backed plan failed in the [UN Security Council|ORG].",
];

#[test]
fn names_in_sentences_of_our_own() {
    let recognizer = Recognizer::parse(NER_FAST.built_in().unwrap()).unwrap();
    let mut scratch = Scratch::default();
    let mut faults = Vec::new();
    for marked in SENTENCES {
        let (text, wanted) = unmark(marked);
        let found: Vec<(Span, String)> = find(&recognizer, &text, &mut scratch)
            .iter()
            .map(|e| (e.span, recognizer.labels()[e.label as usize].clone()))
            .collect();
        if found != wanted {
            let show = |names: &[(Span, String)]| -> Vec<String> {
                names.iter().map(|(span, label)| format!("{}|{label}", &text[span.range()])).collect()
            };
            faults.push(format!("{text}\n  wanted {:?}\n  found  {:?}", show(&wanted), show(&found)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn assert_valid(text: &str, found: &[Entity], labels: usize) {
    let mut end = 0;
    for entity in found {
        assert!(entity.span.start >= end && entity.span.start < entity.span.end, "{text:?}: {entity:?}");
        assert!(entity.span.get(text).is_some_and(|t| t.trim() == t), "{text:?}: {entity:?}");
        assert!((entity.label as usize) < labels);
        assert!(entity.score > 0.0 && entity.score <= 1.0, "{text:?}: {entity:?}");
        end = entity.span.end;
    }
}

#[test]
fn spans_are_valid_on_random_mixtures() {
    let parts = [
        "Caracas",
        " ",
        "\n\n",
        "MADURO",
        "’s",
        "'",
        "-",
        "/",
        "$",
        "€5",
        "\0",
        "😀",
        "שלום",
        "Москва",
        "北京",
        "é",
        "\r\n",
        "\u{200d}",
        "\u{301}",
        "Xi",
        "Jinping",
        "said",
        "2016",
        ",",
        ".",
        "“",
        "”",
        "A.",
        "O’Brien",
        "|",
        "—",
        "İ",
        "ß",
        "ﬁ",
    ];
    let recognizer = Recognizer::parse(NER_FAST.built_in().unwrap()).unwrap();
    let mut scratch = Scratch::default();
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    for _ in 0..2000 {
        let text: String = (0..draw(40)).map(|_| parts[draw(parts.len())]).collect();
        let found = find(&recognizer, &text, &mut scratch);
        assert_valid(&text, &found, recognizer.labels().len());
        assert_eq!(found, find(&recognizer, &text, &mut Scratch::default()), "scratch leaves no trace");
    }
}

#[test]
fn layers_that_do_not_fit_the_text_do_no_harm() {
    let recognizer = Recognizer::parse(NER_FAST.built_in().unwrap()).unwrap();
    let mut found = Vec::new();
    let tokens = [Span::new(0, 3), Span::new(2, 1), Span::new(1, 2), Span::new(5, 90), Span::new(3, 3)];
    recognizer.recognize("éa b", &tokens, &[0, 0, 7, 7], &mut Scratch::default(), &mut found);
    recognizer.recognize("", &[], &[], &mut Scratch::default(), &mut found);
    assert!(found.is_empty());
}

#[test]
fn long_texts_are_read_in_bounded_steps() {
    let recognizer = Recognizer::parse(NER_FAST.built_in().unwrap()).unwrap();
    let mut scratch = Scratch::default();
    for text in ["Ana Ruiz met Maduro in Caracas - ".repeat(20_000), "X".repeat(2_000_000), "-".repeat(500_000)] {
        let found = find(&recognizer, &text, &mut scratch);
        assert_valid(&text[..100], &found.iter().take_while(|e| e.span.end < 100).copied().collect::<Vec<_>>(), 99);
    }
}
