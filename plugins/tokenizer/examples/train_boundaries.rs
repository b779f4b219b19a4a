//! Trains the sentence boundary model on CoNLL-U files and scores it on others:
//! `train_boundaries OUT TRAIN... -- DEV...`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
use copydesk_plugin_tokenizer::train::{TrainingOptions, TrainingText, train};
use copydesk_plugin_tokenizer::{BoundaryModel, Segmentation, Segmenter};
use std::collections::HashSet;

/// Documents of a treebank: text with paragraphs, and byte spans of sentences.
fn read(path: &str) -> Treebank {
    let data = std::fs::read_to_string(path).unwrap();
    let mut docs = Treebank::new();
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
    let [out, files @ ..] = args.as_slice() else { panic!("train_boundaries OUT TRAIN... -- DEV...") };
    let split = files.iter().position(|a| a == "--").unwrap_or(files.len());
    let train_sets: Vec<_> = files[..split].iter().map(|path| read(path)).collect();
    for (path, set) in files[..split].iter().zip(0..) {
        let folds: Vec<f64> = (0..5)
            .map(|fold| {
                let mut segmenter = Segmenter::new(fit(&train_sets, &|row| row % 5 != fold).into());
                let held: Vec<_> = train_sets[set].iter().skip(fold).step_by(5).collect();
                score(&mut segmenter, &held).2
            })
            .collect();
        println!("{path}: sentences F1 {:.2} over five folds", folds.iter().sum::<f64>() / 5.0);
    }
    let model = fit(&train_sets, &|_| true);
    let bytes = model.to_bytes(r#"{"name":"tokenizer-boundaries","data":"UD English EWT and GUM, training parts"}"#);
    std::fs::write(out, &bytes).unwrap();
    let mut segmenter = Segmenter::new(model.into());
    for path in files.iter().skip(split + 1) {
        let docs = read(path);
        let (p, r, f) = score(&mut segmenter, &docs.iter().collect::<Vec<_>>());
        println!("{path}: sentences P {p:.2} R {r:.2} F1 {f:.2}");
    }
}

type Treebank = Vec<(String, Vec<(u32, u32)>)>;

/// Trains on the documents whose row in their set `keep` allows.
fn fit(sets: &[Treebank], keep: &dyn Fn(usize) -> bool) -> BoundaryModel {
    let docs: Vec<_> =
        sets.iter().flat_map(|set| set.iter().enumerate().filter(|(row, _)| keep(*row)).map(|(_, doc)| doc)).collect();
    let ends: Vec<Vec<u32>> = docs.iter().map(|doc| doc.1.iter().map(|span| span.1).collect()).collect();
    let texts: Vec<_> = docs.iter().zip(&ends).map(|(doc, ends)| TrainingText { text: &doc.0, ends }).collect();
    train(&texts, &TrainingOptions::default(), &mut |_, _| {})
}
