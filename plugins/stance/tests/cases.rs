//! Holders of stances, plain opinions that any model must get right, and hostile input.

#![allow(clippy::unwrap_used)]

use copydesk_plugin_stance::{Input, Model, Row, Scratch, polarity, stances};
use copydesk_sdk::{NONE, Span};
use copydesk_text::holders::Voices;

fn model() -> Model<'static> {
    Model::parse(include_bytes!("../../../models/stance-news-fast.cdm")).unwrap()
}

/// Judges the marked mentions: `[1 Berg]` mentions actor 1; `{2 ...}` is content of a quote by actor 2.
fn judge(marked: &str) -> (String, Vec<Row>) {
    let (mut text, mut mentions, mut contents, mut speakers) = (String::new(), vec![], vec![], vec![]);
    let mut open = vec![];
    let mut rest = marked.chars();
    while let Some(c) = rest.next() {
        let at = text.len() as u32;
        match c {
            '[' | '{' => {
                let actor = rest.next().and_then(|d| d.to_digit(10)).unwrap();
                rest.next();
                open.push((at, actor));
            }
            ']' => {
                let (start, actor) = open.pop().unwrap();
                mentions.push((Span::new(start, at), actor));
            }
            '}' => {
                let (start, speaker) = open.pop().unwrap();
                contents.push((Span::new(start, at), speakers.len() as u32));
                speakers.push(speaker);
            }
            c => text.push(c),
        }
    }
    mentions.sort_by_key(|(span, _)| (span.start, span.end));
    let s = copydesk_plugin_tokenizer::segment(&text);
    let tokens: Vec<Span> = s.tokens.iter().map(|t| t.span).collect();
    let sentences: Vec<Span> = s.sentences.iter().map(|t| t.span).collect();
    let input = Input {
        text: &text,
        tokens: &tokens,
        voices: Voices {
            sentences: &sentences,
            entities: &[],
            speakers: &speakers,
            contents: &contents,
            mentions: &mentions,
        },
    };
    let mut out = vec![];
    stances(&input, &model(), &mut Scratch::default(), &mut out);
    for row in &out {
        assert!(row.evidence.get(&text).is_some());
        assert!((-1.0..=1.0).contains(&row.polarity) && (0.33..=1.0).contains(&row.score));
    }
    (text, out)
}

fn class(row: &Row) -> i32 {
    if row.polarity < -1.0 / 3.0 { -1 } else { i32::from(row.polarity > 1.0 / 3.0) }
}

#[test]
fn plain_opinions() {
    let cases = [
        ("[1 Berg] is a liar and a disgrace to the office.", -1),
        ("Critics accused [1 Berg] of corruption and called him dangerous.", -1),
        ("[1 Berg] was praised as an honest and courageous leader.", 1),
        ("The crowd cheered [1 Berg], a hero who won a great victory.", 1),
        ("[1 Berg] arrived in the city on Tuesday.", 0),
        ("A spokesman for [1 Berg] said the meeting will take place on Monday.", 0),
    ];
    let wrong: Vec<&str> = cases.iter().filter(|(text, want)| class(&judge(text).1[0]) != *want).map(|c| c.0).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn holders_and_evidence() {
    // The text; then for each row its holder, its target and its evidence.
    type Found<'a> = (u32, u32, &'a str);
    let cases: &[(&str, &[Found<'_>])] = &[
        ("[1 Berg] lost.", &[(NONE, 1, "Berg lost.")]),
        (
            "{2 “[1 Berg] is a liar,”} said [2 Lang].",
            &[(2, 1, "“Berg is a liar,”"), (NONE, 2, "“Berg is a liar,” said Lang.")],
        ),
        ("{2 “[2 I] am no liar,”} said [2 Lang].", &[(NONE, 2, "“I am no liar,” said Lang.")]),
        ("{2 “Yes. [1 Berg] lost. No.”} He left.", &[(2, 1, "Berg lost.")]),
        (
            "{2 “So {3 ‘[1 Berg] lost’} it was, [3 he] said,”}",
            &[(3, 1, "‘Berg lost’"), (2, 3, "“So ‘Berg lost’ it was, he said,”")],
        ),
    ];
    for (marked, expected) in cases {
        let (text, rows) = judge(marked);
        let found: Vec<Found<'_>> = rows.iter().map(|r| (r.holder, r.target, r.evidence.get(&text).unwrap())).collect();
        assert_eq!(found, *expected, "{marked}");
    }
}

#[test]
fn a_given_entity_always_gets_a_stance() {
    let text = "“I won,” said Lang.";
    let span = Span::new(3, 4);
    let input = Input {
        text,
        tokens: &[Span::new(0, 3), span],
        voices: Voices {
            sentences: &[Span::new(0, text.len() as u32)],
            entities: &[span],
            speakers: &[0],
            contents: &[(Span::new(0, 11), 0)],
            mentions: &[(span, 0)],
        },
    };
    let mut out = vec![];
    stances(&input, &model(), &mut Scratch::default(), &mut out);
    assert_eq!(out.iter().map(|r| (r.holder, r.target)).collect::<Vec<_>>(), [(NONE, 0)]);
}

#[test]
fn polarity_keeps_the_likeliest_class() {
    for i in 0..=20 {
        for j in 0..=20 - i {
            let p = [i as f32 / 20.0, j as f32 / 20.0, (20 - i - j) as f32 / 20.0];
            let x = polarity(p[0], p[1], p[2]);
            let class = if x < -1.0 / 3.0 {
                0
            } else if x > 1.0 / 3.0 {
                2
            } else {
                1
            };
            assert!((-1.0..=1.0).contains(&x) && p[class] >= p.iter().copied().fold(0.0, f32::max), "{p:?} {x}");
        }
    }
}

/// Documents that could cost more than linear time, or break offsets.
#[test]
fn hostile() {
    for marked in [
        String::new(),
        "[1 \0]\u{202e}🙂 [2 é]".to_owned(),
        "[1 Berg] lies ".repeat(20_000),
        "{2 “[1 Berg] lies” ".repeat(2_000) + &"}".repeat(2_000),
        "not ".repeat(50_000) + "[1 Berg]",
        "\"".repeat(50_000) + "[1 Berg]",
    ] {
        judge(&marked);
    }
}

#[test]
fn damaged_models_are_refused() {
    let bytes = include_bytes!("../../../models/stance-news-fast.cdm");
    assert!(Model::parse(&bytes[..bytes.len() / 2]).is_err());
    assert!(Model::parse(include_bytes!("../../../models/given-names.cdm")).is_err());
    assert!(Model::parse(b"").is_err());
}
