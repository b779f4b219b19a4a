//! Segments JSON lines `{id, text}` from standard input; writes `{id, tokens, sentences, blocks}` in code points.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use std::io::{BufRead, Write};

fn main() {
    let mut segmenter = Segmenter::default();
    let mut seg = Segmentation::default();
    let stdin = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut time, mut count, mut bytes) = (0.0, 0, 0);
    for line in stdin.lines() {
        let doc: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = doc["text"].as_str().unwrap();
        let begin = std::time::Instant::now();
        segmenter.segment_into(text, &mut seg);
        time += begin.elapsed().as_secs_f64();
        count += seg.tokens.len();
        bytes += text.len();
        let mut chars = vec![0u32; text.len() + 1];
        let mut n = 0;
        for (i, _) in text.char_indices() {
            chars[i] = n;
            n += 1;
        }
        chars[text.len()] = n;
        let mut tokens: Vec<[u32; 2]> = Vec::new();
        for t in &seg.tokens {
            let span = [chars[t.span.start as usize], chars[t.span.end as usize]];
            match tokens.last_mut() {
                Some(head) if t.part > 0 => head[1] = span[1],
                _ => tokens.push(span),
            }
        }
        let pairs = |s: copydesk_plugin_tokenizer::Span| [chars[s.start as usize], chars[s.end as usize]];
        let sentences: Vec<_> = seg.sentences.iter().map(|s| pairs(s.span)).collect();
        let blocks: Vec<_> = seg.blocks.iter().map(|b| (pairs(b.span), b.kind.as_str())).collect();
        let row = serde_json::json!({"id": doc["id"], "tokens": tokens, "sentences": sentences, "blocks": blocks});
        writeln!(out, "{row}").unwrap();
    }
    eprintln!("{count} tokens, {:.2} M tokens/s, {:.1} MB/s", count as f64 / time / 1e6, bytes as f64 / time / 1e6);
}
