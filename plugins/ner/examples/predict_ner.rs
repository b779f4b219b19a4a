//! Finds names in gold JSONL with a model and writes them as the scorers read them: `MODEL GOLD.jsonl.gz > PRED`.
//! `copydesk analyze` does the same; this one needs no host.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::io::Read;
use std::time::Instant;

use copydesk_plugin_ner::{Recognizer, Scratch};
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use copydesk_sdk::Span;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let model = std::fs::read(&arguments[1]).unwrap();
    let recognizer = Recognizer::parse(&model).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&arguments[2]).unwrap()).read_to_string(&mut text).unwrap();
    let (mut segmenter, mut layers, mut scratch, mut found) =
        (Segmenter::default(), Segmentation::default(), Scratch::default(), Vec::new());
    let (mut seconds, mut count) = (0.0, 0);
    for line in text.lines() {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = document["text"].as_str().unwrap();
        segmenter.segment_into(text, &mut layers);
        let tokens: Vec<Span> = layers.tokens.iter().map(|t| t.span).collect();
        let sentences: Vec<u32> = layers.tokens.iter().map(|t| t.sentence).collect();
        let start = Instant::now();
        recognizer.recognize(text, &tokens, &sentences, &mut scratch, &mut found);
        seconds += start.elapsed().as_secs_f64();
        count += tokens.len();
        let (mut at, mut characters) = (0, 0);
        let mut offset = |byte: u32| {
            characters += text[at..byte as usize].chars().count();
            at = byte as usize;
            characters
        };
        let entities: Vec<serde_json::Value> = found
            .iter()
            .map(|e| {
                serde_json::json!({
                    "start": offset(e.span.start), "end": offset(e.span.end),
                    "label": recognizer.labels()[e.label as usize], "score": e.score, "text": &text[e.span.range()],
                })
            })
            .collect();
        println!("{}", serde_json::json!({"id": document["id"], "entities": entities}));
    }
    eprintln!("{count} tokens, {:.0} a second", count as f64 / seconds);
}
