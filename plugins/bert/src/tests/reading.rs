//! Pieces find their tokens, whatever the tokenizer and the text.

use copydesk_model::encoder::windows::Limits;
use copydesk_sdk::Span;
use serde_json::json;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::processors::roberta::RobertaProcessing;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, Tokenizer};

use crate::pieces::{Piece, Pieces};
use crate::reading::{Layers, Reader};

/// Bytes, as RoBERTa has them, and a few longer pieces.
fn bytes() -> Tokenizer {
    let mut alphabet: Vec<String> = ByteLevel::alphabet().into_iter().map(String::from).collect();
    alphabet.sort();
    let merges = [("A", "n"), ("An", "a"), ("Ġ", "R"), ("ĠR", "u"), ("'", "t"), ("n", "'")];
    let special = ["<s>", "<pad>", "</s>", "<unk>"].map(str::to_owned);
    let joined = merges.iter().map(|(a, b)| format!("{a}{b}"));
    let all = special.into_iter().chain(alphabet).chain(joined);
    let vocabulary: serde_json::Map<_, _> = all.enumerate().map(|(number, piece)| (piece, number.into())).collect();
    let merges: Vec<String> = merges.iter().map(|(a, b)| format!("{a} {b}")).collect();
    let model: BPE =
        serde_json::from_str(&json!({"type": "BPE", "vocab": vocabulary, "merges": merges}).to_string()).unwrap();
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(ByteLevel::new(false, true, true)));
    tokenizer.with_post_processor(Some(RobertaProcessing::new(("</s>".into(), 2), ("<s>".into(), 0))));
    tokenizer
}

/// Sentence pieces, as XLM-RoBERTa has them.
fn sentence_pieces() -> Tokenizer {
    let longer = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁Ana", "▁R", "uiz", "▁do", "n", "'", "t"].map(str::to_owned);
    let letters = ('!'..='~').map(String::from).filter(|letter| !["n", "'", "t"].contains(&letter.as_str()));
    let pieces = longer.into_iter().chain(letters).enumerate().map(|(at, piece)| (piece, -(at as f64)));
    let mut tokenizer = Tokenizer::new(Unigram::from(pieces.collect(), Some(3), false).unwrap());
    tokenizer.add_special_tokens([AddedToken::from("<s>", true), AddedToken::from("</s>", true)]).unwrap();
    tokenizer.with_pre_tokenizer(Some(Metaspace::new('▁', PrependScheme::Always, true)));
    let frame = TemplateProcessing::builder()
        .try_single("<s> $A </s>")
        .unwrap()
        .try_pair("<s> $A </s> </s> $B </s>")
        .unwrap()
        .special_tokens(vec![("<s>", 0), ("</s>", 2)])
        .build()
        .unwrap();
    tokenizer.with_post_processor(Some(frame));
    tokenizer
}

fn readers() -> Vec<Reader> {
    [bytes(), sentence_pieces()]
        .into_iter()
        .map(|tokenizer| {
            let folder = tempfile::tempdir().unwrap();
            tokenizer.save(folder.path().join("tokenizer.json"), false).unwrap();
            let pieces = Pieces::open(folder.path()).unwrap();
            Reader { pieces, casing_quotes: false, limits: Limits { most: 62, overlap: 8 } }
        })
        .collect()
}

#[test]
fn frames_are_those_of_the_tokenizer() {
    for reader in readers() {
        assert_eq!(reader.pieces.single, [vec![(0, 0)], vec![(2, 0)]]);
        assert_eq!(reader.pieces.pair, [vec![(0, 0)], vec![(2, 0), (2, 0)], vec![(2, 0)]]);
        assert_eq!(reader.pieces.types, [0, 0]);
    }
}

#[test]
fn every_token_has_the_piece_that_begins_it() {
    let long = "Ana Ruiz didn't vote, she said. ".repeat(300);
    let texts = [
        "Ana Ruiz don't.",
        " Ana\n\nRuiz",
        "“Ana’s” 🗳️🗳️ naïve שלום\r\n\r\n'x'",
        "🗳️",
        "\0\u{FFFD}\u{200d}",
        "",
        " \n ",
        &long,
        &"a".repeat(5_000),
        &"\"".repeat(2_000),
    ];
    for reader in readers() {
        for text in texts {
            let segments = copydesk_plugin_tokenizer::segment(text);
            let tokens: Vec<Span> = segments.tokens.iter().map(|token| token.span).collect();
            let sentences: Vec<Span> = segments.sentences.iter().map(|sentence| sentence.span).collect();
            let blocks: Vec<Span> = segments.blocks.iter().map(|block| block.span).collect();
            let of = vec![0; tokens.len()];
            let layers = Layers { blocks: &blocks, sentences: &sentences, tokens: &tokens, sentence_of: &of };
            let reading = reader.read(text, &layers).unwrap();
            let mut pieces = Vec::new();
            blocks.iter().for_each(|block| reader.pieces.read(text, *block, &mut pieces).unwrap());
            // Every token speaks once, in order.
            assert_eq!(reading.tokens, (0..tokens.len() as u32).collect::<Vec<_>>(), "{text:.60}");
            let mut token = tokens.iter();
            let mut seen = 0;
            for window in &reading.windows {
                assert!(window.ids.len() <= 64 && window.types.is_empty());
                for row in &window.wanted {
                    let token = token.next().unwrap();
                    // The first piece that starts in the token, or else the last that goes on into it.
                    let ends = |piece: &&Piece| piece.span.end > token.start;
                    let starts = |piece: &&Piece| piece.span.start >= token.start && piece.span.start < token.end;
                    let within = pieces.iter().find(|piece| starts(piece) && ends(piece));
                    let before = |piece: &&Piece| piece.span.start < token.start && ends(piece);
                    let expected = within.or(pieces.iter().rfind(before)).unwrap();
                    assert_eq!(window.ids[*row], i64::from(expected.id), "{text:.60}: {token:?}");
                }
                seen += window.ids.len();
            }
            assert!(seen <= 4 * pieces.len() + 64 * 2, "{text:.60}: {seen} for {}", pieces.len());
        }
    }
}
