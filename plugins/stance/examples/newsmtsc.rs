//! Measures options of the stance model on NewsMTSC: `newsmtsc cv DATA [KEY=VALUE]...` cross-validates on the training
//! part, folds by article. `copydesk train stance` trains.

// A measuring tool on files of known form: a broken file may end it.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::io::Read;
use std::ops::ControlFlow;

use copydesk_model::classifier::{self, Classifier, Example};
use copydesk_plugin_stance::lexicon::Sources;
use copydesk_plugin_stance::train::{Document, examples, options};
use copydesk_sdk::Span;
use copydesk_text::Polarity;
use serde_json::Value;

fn read(path: &str, further: f32) -> Vec<(String, Document)> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).expect(path)).read_to_string(&mut text).expect(path);
    text.lines()
        .map(|line| {
            let d: Value = serde_json::from_str(line).unwrap();
            let text = d["sentence"].as_str().unwrap().to_owned();
            let map: Vec<u32> = text.char_indices().map(|(i, _)| i as u32).chain([text.len() as u32]).collect();
            let at = |v: &Value| map[v.as_u64().unwrap() as usize];
            let mut targets = Vec::new();
            for t in d["targets"].as_array().unwrap() {
                let polarity = t["polarity"].as_i64().unwrap() as i8;
                targets.push((Span::new(at(&t["start"]), at(&t["end"])), polarity, 1.0));
                if further > 0.0 {
                    for m in t["further_mentions"].as_array().into_iter().flatten() {
                        targets.push((Span::new(at(&m[0]), at(&m[1])), polarity, further));
                    }
                }
            }
            let s = copydesk_plugin_tokenizer::segment(&text);
            let tokens = s.tokens.iter().map(|t| t.span).collect();
            let sentences = s.sentences.iter().map(|t| t.span).collect();
            (d["article"].as_str().unwrap_or("").to_owned(), Document { text, tokens, sentences, targets })
        })
        .collect()
}

/// Macro F1 over three classes, accuracy, F1 of each class.
fn score(pairs: &[(usize, usize)]) -> (f64, f64, [f64; 3]) {
    let f = [0, 1, 2].map(|c| {
        let tp = pairs.iter().filter(|(g, p)| *g == c && *p == c).count() as f64;
        let sum = pairs.iter().filter(|(g, _)| *g == c).count() + pairs.iter().filter(|(_, p)| *p == c).count();
        2.0 * tp / (sum as f64).max(1.0)
    });
    (
        100.0 * f.iter().sum::<f64>() / 3.0,
        100.0 * pairs.iter().filter(|(g, p)| g == p).count() as f64 / pairs.len() as f64,
        f,
    )
}

fn argmax(p: &[f32]) -> usize {
    (0..p.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap()
}

fn predict(model: &Classifier<'_>, examples: &[Example]) -> Vec<(usize, Vec<f32>)> {
    let mut p = Vec::new();
    examples
        .iter()
        .map(|e| {
            model.scores(&e.features, &mut p);
            (e.class as usize, p.clone())
        })
        .collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let data = &args[1];
    let mut options = options();
    let mut further = 0.0f32;
    for arg in &args[2..] {
        let Some((key, value)) = arg.split_once('=') else { continue };
        let number: f32 = value.parse().unwrap();
        match key {
            "epochs" => options.epochs = number as u32,
            "l2" => options.l2 = number,
            "rate" => options.learning_rate = number,
            "min" => options.min_count = number as u32,
            "drop" => options.dropout = number,
            "max" => options.max_features = number as usize,
            "average" => options.average = number as u32,
            "seed" => options.seed = number as u64,
            "further" => further = number,
            _ => panic!("{key}?"),
        }
    }
    let lexicon = |p: &str| {
        std::fs::read_to_string(format!("{data}/lexicons/{p}")).unwrap_or_else(|_| {
            String::from_utf8_lossy(&std::fs::read(format!("{data}/lexicons/{p}")).unwrap()).into_owned()
        })
    };
    let saying =
        lexicon("reporting-verbs/gender-gap-tracker-en.txt") + "\n" + &lexicon("reporting-verbs/textacy-en.txt");
    let hedges = lexicon("hedges/hedges.txt") + "\n" + &lexicon("weasels/weasels.txt");
    let (vader, afinn) = (lexicon("vader/vader_lexicon.txt"), lexicon("afinn/AFINN-en-165.txt"));
    let (positive, negative) =
        (lexicon("opinion-lexicon/positive-words.txt"), lexicon("opinion-lexicon/negative-words.txt"));
    let valence = Sources {
        vader: &vader,
        afinn: &afinn,
        positive: &positive,
        negative: &negative,
        saying: &saying,
        hedges: &hedges,
    }
    .compile();
    let classes: Vec<String> = Polarity::NAMES.iter().map(|c| (*c).to_owned()).collect();
    let documents = read(&format!("{data}/sentiment/newsmtsc/train.jsonl.gz"), further);
    match args[0].as_str() {
        "cv" => {
            let folds = 5;
            let fold = |article: &str| {
                article.bytes().fold(7usize, |h, b| h.wrapping_mul(31).wrapping_add(b as usize)) / 7 % folds
            };
            let mut all = Vec::new();
            for k in 0..folds {
                let train: Vec<Document> = documents.iter().filter(|d| fold(&d.0) != k).map(|d| d.1.clone()).collect();
                let test: Vec<Document> = documents
                    .iter()
                    .filter(|d| fold(&d.0) == k)
                    .map(|d| d.1.clone())
                    .map(|mut d| {
                        d.targets.retain(|t| t.2 == 1.0);
                        d
                    })
                    .collect();
                let model =
                    classifier::train(&classes, &examples(&train, &valence), &options, |_| ControlFlow::Continue(()))
                        .unwrap();
                all.extend(predict(&model, &examples(&test, &valence)));
            }
            let pairs: Vec<(usize, usize)> = all.iter().map(|(g, p)| (*g, argmax(p))).collect();
            let (macro_f1, accuracy, f) = score(&pairs);
            let mut best = (macro_f1, 0.0, 0.0);
            for i in -6..=6 {
                for j in -6..=6 {
                    let (a, b) = (i as f32 * 0.05, j as f32 * 0.05);
                    let pairs: Vec<(usize, usize)> =
                        all.iter().map(|(g, p)| (*g, argmax(&[p[0] + a, p[1], p[2] + b]))).collect();
                    let s = score(&pairs).0;
                    if s > best.0 {
                        best = (s, a, b);
                    }
                }
            }
            println!(
                "cv macro F1 {macro_f1:.2} accuracy {accuracy:.2} ({f:.3?}); with biases {:.2} ({:.2}, {:.2}) {}",
                best.0,
                best.1,
                best.2,
                args[2..].join(" ")
            );
        }
        other => panic!("{other}?"),
    }
}
