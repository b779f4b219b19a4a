//! Prints the pieces and types of texts, to compare them with a trainer's:
//! `pieces VOCABULARY < texts.jsonl > pieces.jsonl`.

use std::io::{BufRead, Write};

use copydesk_plugin_encoder::{Reading, Vocabulary};
use copydesk_plugin_tokenizer::segment;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: pieces VOCABULARY < texts.jsonl")?;
    let vocabulary = Vocabulary::new(&std::fs::read_to_string(path)?)?;
    let mut reading = Reading::default();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().ok_or("a line has no text")?;
        let layers = segment(text);
        let blocks: Vec<_> = layers.blocks.iter().map(|block| block.span).collect();
        let sentences: Vec<_> = layers.sentences.iter().map(|sentence| sentence.span).collect();
        let tokens: Vec<_> = layers.tokens.iter().map(|token| token.span).collect();
        reading.read(text, &blocks, &sentences, &tokens, &vocabulary);
        let found = serde_json::json!({"ids": reading.ids, "types": reading.types, "first": reading.first});
        writeln!(out, "{found}")?;
    }
    Ok(())
}
