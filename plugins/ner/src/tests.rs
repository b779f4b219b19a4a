//! The memory from document to document does not change the result.

use copydesk_sdk::Span;

use crate::features::Features;
use crate::memo::{Source, WORDS};
use crate::pieces::Pieces;
use crate::recognizer::{Recognizer, Scratch};

fn tokens(text: &str) -> (Vec<Span>, Vec<u32>) {
    let mut at = 0;
    let spans: Vec<Span> = text
        .split(' ')
        .map(|word| {
            at += word.len() as u32 + 1;
            Span::new(at - 1 - word.len() as u32, at - 1)
        })
        .collect();
    let sentences = (0..spans.len() as u32).map(|i| i / 20).collect();
    (spans, sentences)
}

fn news_fast() -> &'static [u8] {
    copydesk_models::NER_FAST.built_in().expect("the tests have the models")
}

#[test]
fn what_is_remembered_changes_no_score() {
    let recognizer = Recognizer::parse(news_fast()).unwrap();
    let (model, knowledge) = recognizer.parts();
    let texts = [
        "Ana Ruiz , the minister of Health in Peru , met Ruiz in Lima on Monday . Peru and Lima agreed .".to_owned(),
        "“ Lima ” -- the capital -- said Ana . The minister of Health met the U.N. in 2019 .".to_owned(),
        // More words than there are places.
        (0..3 * WORDS).map(|i| format!("Word{} met Ana{}", i, i % 700)).collect::<Vec<_>>().join(" "),
    ];
    let (mut plain, mut remembering) = (Pieces::default(), Pieces::default());
    let (mut features, mut known) = (Features::default(), 0);
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    for text in texts.iter().chain(&texts) {
        let (spans, sentences) = tokens(text);
        plain.read(text, &spans, &sentences, knowledge);
        remembering.read_with(text, &spans, &sentences, &Source { knowledge, model: Some((model, 1)) });
        assert_eq!(plain.pieces.len(), remembering.pieces.len());
        let mut begin = 0;
        for &end in &plain.sequence_ends {
            features.extract(&plain, begin, end as usize, knowledge);
            model.emissions(&features.values, &features.ends, &mut expected);
            features.extract(&remembering, begin, end as usize, knowledge);
            let Features { values, ends, parts, .. } = &features;
            known += parts.iter().filter(|part| **part != u32::MAX).count();
            found.clear();
            model.append_emissions(values, ends, parts, remembering.memo.sums(), &mut found);
            assert_eq!(found, expected, "{begin}");
            begin = end as usize;
        }
    }
    assert!(known > 1000, "{known}");
}

#[test]
fn models_do_not_share_what_they_remember() {
    let (first, second) = (Recognizer::parse(news_fast()).unwrap(), Recognizer::parse(news_fast()).unwrap());
    let text = "Ana Ruiz met Ana Ruiz in Lima , Peru .";
    let (spans, sentences) = tokens(text);
    let (mut scratch, mut names, mut again) = (Scratch::default(), Vec::new(), Vec::new());
    first.recognize(text, &spans, &sentences, &mut scratch, &mut names);
    assert!(!names.is_empty());
    let number = scratch.pieces.memo.model();
    for recognizer in [&second, &first, &first] {
        recognizer.recognize(text, &spans, &sentences, &mut scratch, &mut again);
        assert_eq!(names, again);
    }
    assert_eq!(scratch.pieces.memo.model(), number);
}
