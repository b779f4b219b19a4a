//! Trains on CoNLL-U files and scores on others: `train_boundaries TRAIN... -- DEV...`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
use copydesk_plugin_tokenizer::train::{TrainingOptions, TrainingText, train};
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use std::collections::HashSet;

/// Documents of a treebank: text with paragraphs, and byte spans of sentences.
fn read(path: &str) -> Vec<(String, Vec<(u32, u32)>)> {
    let data = std::fs::read_to_string(path).unwrap();
    let mut docs: Vec<(String, Vec<(u32, u32)>)> = Vec::new();
    let (mut start, mut end, mut skip) = (None, 0, 0u32);
    for line in data.lines() {
        if line.starts_with("# newdoc") {
            docs.push(Default::default());
        } else if line.starts_with("# newpar") {
            let (text, _) = docs.last_mut().unwrap();
            if !text.is_empty() {
                text.truncate(text.trim_end().len());
                text.push_str("\n\n");
            }
        } else if line.starts_with('#') {
        } else if line.is_empty() {
            if let Some(s) = start.take() {
                docs.last_mut().unwrap().1.push((s, end));
            }
            skip = 0;
        } else {
            let col: Vec<&str> = line.split('\t').collect();
            if col[0].contains('.') {
                continue;
            }
            if let Some((_, last)) = col[0].split_once('-') {
                skip = last.parse().unwrap();
            } else if col[0].parse::<u32>().unwrap() <= skip {
                continue;
            }
            let (text, _) = docs.last_mut().unwrap();
            start.get_or_insert(text.len() as u32);
            text.push_str(col[1]);
            end = text.len() as u32;
            if !col[9].contains("SpaceAfter=No") {
                text.push(' ');
            }
        }
    }
    docs
}

fn score(segmenter: &mut Segmenter, docs: &[&(String, Vec<(u32, u32)>)]) -> (f64, f64, f64) {
    let mut out = Segmentation::default();
    let (mut tp, mut n, mut g) = (0, 0, 0);
    for (text, gold) in docs {
        segmenter.segment_into(text, &mut out);
        let gold: HashSet<_> = gold.iter().copied().collect();
        tp += out.sentences.iter().filter(|s| gold.contains(&(s.span.start, s.span.end))).count();
        n += out.sentences.len();
        g += gold.len();
    }
    let (p, r) = (100.0 * tp as f64 / n as f64, 100.0 * tp as f64 / g as f64);
    (p, r, 2.0 * p * r / (p + r))
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let split = args.iter().position(|a| a == "--").unwrap();
    let env = |k: &str, d: f32| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let options = TrainingOptions {
        epochs: env("EPOCHS", 8.0) as u32,
        learning_rate: env("LR", 0.1),
        l2: env("L2", 1e-4),
        log2_buckets: env("LOG2", 17.0) as u32,
        ..Default::default()
    };
    let folds = env("FOLDS", 0.0) as usize;
    let sets: Vec<_> = args[..split].iter().map(|p| read(p)).collect();
    let run = |keep: &dyn Fn(usize) -> bool| {
        let docs: Vec<_> =
            sets.iter().flat_map(|s| s.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, d)| d)).collect();
        let ends: Vec<Vec<u32>> = docs.iter().map(|d| d.1.iter().map(|s| s.1).collect()).collect();
        let texts: Vec<_> = docs.iter().zip(&ends).map(|(d, e)| TrainingText { text: &d.0, ends: e }).collect();
        train(&texts, &options, &mut |e, l| {
            if std::env::var("VERBOSE").is_ok() {
                eprintln!("epoch {e} loss {l:.5}");
            }
        })
    };
    for fold in 0..folds {
        let model = run(&|i| i % 5 != fold);
        let mut seg = Segmenter::new(model.into());
        for (path, set) in args[..split].iter().zip(&sets) {
            let held: Vec<_> = set.iter().enumerate().filter(|(i, _)| i % 5 == fold).map(|(_, d)| d).collect();
            let (p, r, f) = score(&mut seg, &held);
            println!("fold {fold} {path} P {p:.2} R {r:.2} F1 {f:.2}");
        }
    }
    if folds > 0 && std::env::var("FINAL").is_err() {
        return;
    }
    let model = run(&|_| true);
    if let Ok(path) = std::env::var("OUT") {
        std::fs::write(
            path,
            model.to_bytes(r#"{"name":"tokenizer-boundaries","data":"UD English EWT and GUM, training parts"}"#),
        )
        .unwrap();
    }
    let mut seg = Segmenter::new(model.into());
    for path in &args[split + 1..] {
        let docs = read(path);
        let (p, r, f) = score(&mut seg, &docs.iter().collect::<Vec<_>>());
        println!("{path} P {p:.2} R {r:.2} F1 {f:.2}");
    }
}
