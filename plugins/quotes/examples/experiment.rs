//! Trains and runs quote models from the shell.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::time::Instant;

use copydesk_plugin_quotes::document::BlockKind;
use copydesk_plugin_quotes::train::{Document, Gold, Options, score, train};
use copydesk_plugin_quotes::{Attributor, Models, Scratch};
use copydesk_plugin_tokenizer::{Segmentation, Segmenter};
use copydesk_sdk::Span;
use serde_json::{Value, json};

fn lines(path: &str) -> Vec<Value> {
    let file = std::fs::File::open(path).unwrap();
    let reader: Box<dyn std::io::Read> =
        if path.ends_with(".gz") { Box::new(flate2::read::GzDecoder::new(file)) } else { Box::new(file) };
    BufReader::new(reader).lines().map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect()
}

fn char_bytes(text: &str) -> Vec<u32> {
    let mut v: Vec<u32> = text.char_indices().map(|(i, _)| i as u32).collect();
    v.push(text.len() as u32);
    v
}

fn spans(value: &Value, at: &[u32]) -> Vec<Span> {
    let Some(list) = value.as_array() else { return vec![] };
    list.iter().map(|p| Span::new(at[p[0].as_u64().unwrap() as usize], at[p[1].as_u64().unwrap() as usize])).collect()
}

fn document(text: &str, gold: Option<&Value>) -> Document {
    thread_local!(static SEGMENTER: std::cell::RefCell<Segmenter> = std::cell::RefCell::new(Segmenter::default()));
    let mut seg = Segmentation::default();
    SEGMENTER.with_borrow_mut(|s| s.segment_into(text, &mut seg));
    let at = char_bytes(text);
    Document {
        text: text.to_owned(),
        blocks: seg.blocks.iter().map(|b| b.span).collect(),
        block_kinds: seg.blocks.iter().map(|b| BlockKind::from_name(b.kind.as_str())).collect(),
        sentences: seg.sentences.iter().map(|s| s.span).collect(),
        sentence_block: seg.sentences.iter().map(|s| s.block).collect(),
        tokens: seg.tokens.iter().map(|t| t.span).collect(),
        token_sentence: seg.tokens.iter().map(|t| t.sentence).collect(),
        token_part: seg.tokens.iter().map(|t| t.part).collect(),
        gold: gold
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|g| Gold {
                source: spans(&g["source"], &at),
                cue: spans(&g["cue"], &at),
                content: spans(&g["content"], &at),
            })
            .collect(),
    }
}

fn corpus(path: &str) -> (Vec<Value>, Vec<Document>) {
    let values = lines(path);
    let begin = Instant::now();
    let docs: Vec<Document> =
        values.iter().map(|v| document(v["text"].as_str().unwrap(), Some(&v["attributions"]))).collect();
    eprintln!("{} documents segmented in {:.1}s", docs.len(), begin.elapsed().as_secs_f64());
    (values, docs)
}

fn predict(models: Models<'_>, path: &str, out: &str) {
    let (values, docs) = corpus(path);
    let attributor = Attributor::new(models);
    let (mut scratch, mut quotes) = (Scratch::default(), vec![]);
    let mut file = std::io::BufWriter::new(std::fs::File::create(out).unwrap());
    for (value, doc) in values.iter().zip(&docs) {
        attributor.attribute(&doc.input(), &mut scratch, &mut quotes);
        let mut chars = vec![0u32; doc.text.len() + 1];
        for (n, b) in char_bytes(&doc.text).iter().enumerate() {
            chars[*b as usize] = n as u32;
        }
        let c = |s: &Span| json!([chars[s.start as usize], chars[s.end as usize]]);
        let list: Vec<Value> = quotes
            .iter()
            .map(|q| {
                json!({"source": q.source.iter().map(c).collect::<Vec<_>>(), "cue": q.cue.iter().map(c).collect::<Vec<_>>(),
                "content": q.content.iter().map(c).collect::<Vec<_>>(), "confidence": q.score, "act": q.act.as_str()})
            })
            .collect();
        writeln!(file, "{}", json!({"id": value["id"], "attributions": list})).unwrap();
    }
    // Speed: everything again, a few times.
    let begin = Instant::now();
    let mut tokens = 0;
    for _ in 0..5 {
        for doc in &docs {
            attributor.attribute(&doc.input(), &mut scratch, &mut quotes);
            tokens += doc.tokens.len();
        }
    }
    println!("{} tokens, {:.0} tokens/s", tokens / 5, tokens as f64 / begin.elapsed().as_secs_f64());
}

fn tune(bytes: &[u8], dev: &[Document]) {
    for bias in [0.0, 1.0, 2.0, 2.5, 3.0, 4.0, 6.0] {
        for th in [0.2, 0.3, 0.35, 0.4, 0.45, 0.5] {
            let a = Attributor::new(Models::parse(bytes).unwrap()).with_threshold(th).with_source_bias(bias);
            let s = score(&a, dev);
            println!("bias {bias} threshold {th}: relation {:.1?} content {:.1?}", s.relation.prf(), s.content.prf());
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "train" => {
            let (_, mut docs) = corpus(&args[2]);
            let held = std::env::var("HELD").is_ok();
            let dev = if held {
                let mut dev = vec![];
                let mut rest = vec![];
                for (i, d) in docs.into_iter().enumerate() {
                    if i % 8 == 7 { dev.push(d) } else { rest.push(d) }
                }
                docs = rest;
                dev
            } else {
                corpus(&args[3]).1
            };
            let mut options = Options::default();
            let var = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<f32>().ok());
            if let Some(v) = var("L2") {
                options.tagger.l2 = v;
                options.linker.l2 = v;
            }
            if let Some(v) = var("L2B") {
                options.linker.l2 = v;
            }
            if let Some(v) = var("LR") {
                options.tagger.learning_rate = v;
                options.linker.learning_rate = v;
            }
            if let Some(v) = var("DROP") {
                options.tagger.dropout = v;
                options.linker.dropout = v;
            }
            if let Some(v) = var("EPOCHS") {
                options.tagger.epochs = v as u32;
                options.linker.epochs = v as u32;
            }
            if let Some(v) = var("PRUNE") {
                options.tagger.prune_after = v as u32;
                options.linker.prune_after = v as u32;
            }
            if let Some(v) = var("AVG") {
                options.tagger.average = v as u32;
                options.linker.average = v as u32;
            }
            if let Some(v) = var("MAXA") {
                options.tagger.max_features = v as usize;
            }
            if let Some(v) = var("MAXB") {
                options.linker.max_features = v as usize;
            }
            if let Some(v) = var("FOLDS") {
                options.folds = v as usize;
            }
            if let Some(v) = var("TH") {
                options.threshold = v;
            }
            if let Some(v) = var("SB") {
                options.source_bias = v;
            }
            if let Ok(path) = std::env::var("VERBS") {
                options.reporting = std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
            }
            if let Ok(path) = std::env::var("CLUSTERS") {
                options.clusters = std::fs::read_to_string(path)
                    .unwrap()
                    .lines()
                    .filter_map(|l| l.split_once('\t'))
                    .map(|(w, c)| (w.to_owned(), c.parse().unwrap()))
                    .collect();
            }
            let begin = Instant::now();
            let bytes = train(&docs, &dev, &options, "{}", |p| {
                let s = p.scores.map(|s| format!("relation {:.1?} content {:.1?}", s.relation.prf(), s.content.prf()));
                eprintln!(
                    "{:5.0}s {} {} loss {:.4} {}",
                    begin.elapsed().as_secs_f64(),
                    p.stage,
                    p.epoch,
                    p.loss,
                    s.unwrap_or_default()
                );
                ControlFlow::Continue(())
            })
            .unwrap();
            println!("{} bytes", bytes.len());
            std::fs::write(&args[4], &bytes).unwrap();
            tune(&bytes, &dev);
        }
        "retune" => {
            // retune IN OUT THRESHOLD BIAS METADATA
            let bytes = std::fs::read(&args[2]).unwrap();
            let file = copydesk_model::ModelFile::parse(&bytes).unwrap();
            let mut writer = copydesk_model::ModelWriter::new(file.kind(), args[6].as_str());
            for (name, _) in file.sections() {
                let mut section = file.section(name).unwrap().to_vec();
                if name == "tuning" {
                    section =
                        [args[4].parse::<f32>().unwrap().to_le_bytes(), args[5].parse::<f32>().unwrap().to_le_bytes()]
                            .concat();
                }
                writer.section(name, section);
            }
            std::fs::write(&args[3], writer.finish()).unwrap();
        }
        "clusters" => {
            // clusters OUT FILES...
            let texts: Vec<String> = args[3..]
                .iter()
                .flat_map(|p| lines(p))
                .map(|v| {
                    v["text"].as_str().or(v["sentence"].as_str()).map_or_else(
                        || {
                            v["tokens"]
                                .as_array()
                                .into_iter()
                                .flatten()
                                .filter_map(Value::as_str)
                                .collect::<Vec<_>>()
                                .join(" ")
                        },
                        str::to_owned,
                    )
                })
                .collect();
            let docs: Vec<(String, Vec<Span>)> = texts
                .into_iter()
                .map(|t| {
                    let d = document(&t, None);
                    (t, d.tokens)
                })
                .collect();
            eprintln!("{} texts, {} tokens", docs.len(), docs.iter().map(|d| d.1.len()).sum::<usize>());
            let list = copydesk_plugin_quotes::train::cluster(
                || docs.iter().map(|(t, tokens)| tokens.iter().map(|s| s.get(t).unwrap()).collect::<Vec<_>>()),
                &copydesk_plugin_quotes::train::ClusterOptions::default(),
            );
            let text: String = list.iter().map(|(w, c)| format!("{w}\t{c}\n")).collect();
            std::fs::write(&args[2], text).unwrap();
        }
        "tune" => {
            let bytes = std::fs::read(&args[2]).unwrap();
            tune(&bytes, &corpus(&args[3]).1);
        }
        "predict" => {
            let bytes = std::fs::read(&args[2]).unwrap();
            predict(Models::parse(&bytes).unwrap(), &args[3], &args[4]);
        }
        "show" => {
            let bytes = std::fs::read(&args[2]).unwrap();
            let text = std::fs::read_to_string(&args[3]).unwrap();
            let a = Attributor::new(Models::parse(&bytes).unwrap());
            let doc = document(&text, None);
            for (b, k) in doc.blocks.iter().zip(&doc.block_kinds) {
                println!("[{k:?}] {:.50}", b.get(&text).unwrap());
            }
            let mut quotes = vec![];
            let a = if let Ok(th) = std::env::var("TH") { a.with_threshold(th.parse().unwrap()) } else { a };
            a.attribute(&doc.input(), &mut Scratch::default(), &mut quotes);
            for q in quotes {
                let t = |s: Option<Span>| s.and_then(|s| s.get(&text).map(str::to_owned)).unwrap_or_default();
                println!("{:.2} {:?} {:?} S[{}] Q[{}]", q.score, q.kind, q.act, t(q.source), t(q.cue));
                for c in q.content {
                    println!("      C[{}]", t(Some(c)));
                }
            }
        }
        _ => panic!("train TRAIN DEV OUT | predict MODEL DEV OUT | show MODEL TEXT"),
    }
}
