//! Learns the linker's data. `coref fit DATA NAMES` fits the weights of the pronoun ranker, from the training parts of GAP (a pronoun, two names) and GUM (gold names and
//! pronouns). `copydesk eval actors` measures them.

// A tool on files of known form: a broken file may end it.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::HashMap;
use std::io::Read;

use copydesk_plugin_actors::features::{Feature, NoneFeature};
use copydesk_plugin_actors::rank::Trace;
use copydesk_plugin_actors::train::{Example, fit};
use copydesk_plugin_actors::{Entity, GivenNames, Input, Linker, NONE, Output, Scratch, fold_hash};
use copydesk_sdk::Span;
use serde_json::Value;

fn read(path: &str) -> Vec<Value> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).expect(path)).read_to_string(&mut text).expect(path);
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

struct Doc {
    text: String,
    tokens: Vec<Span>,
    sentences: Vec<Span>,
    blocks: Vec<(Span, bool)>,
    entities: Vec<(Span, String)>,
    /// Gold cluster of each entity, if it is known.
    gold: Vec<Option<String>>,
    /// Pronoun's first byte to gold cluster.
    pronouns: Vec<(u32, String)>,
}

fn byte_map(text: &str) -> Vec<u32> {
    text.char_indices().map(|(i, _)| i as u32).chain([text.len() as u32]).collect()
}

fn split(text: &str) -> (Vec<Span>, Vec<Span>, Vec<(Span, bool)>) {
    let s = copydesk_plugin_tokenizer::segment(text);
    (
        s.tokens.iter().map(|t| t.span).collect(),
        s.sentences.iter().map(|t| t.span).collect(),
        s.blocks.iter().map(|b| (b.span, false)).collect(),
    )
}

fn gum(data: &str, part: &str, genre: &str) -> Vec<Doc> {
    let ner: HashMap<String, Value> = read(&format!("{data}/ner/gum/{part}.jsonl.gz"))
        .into_iter()
        .map(|d| (d["id"].as_str().unwrap().trim_start_matches("gum/").to_owned(), d))
        .collect();
    let mut docs = Vec::new();
    for d in read(&format!("{data}/coref/gum/{part}.jsonl.gz")) {
        let id = d["id"].as_str().unwrap();
        if !id.contains(genre) {
            continue;
        }
        let text = d["text"].as_str().unwrap().to_owned();
        let map = byte_map(&text);
        let num = |v: &Value| v.as_u64().unwrap() as usize;
        let tokens: Vec<Span> =
            d["offsets"].as_array().unwrap().iter().map(|o| Span::new(map[num(&o[0])], map[num(&o[1])])).collect();
        let cover = |a: usize, b: usize| Span::new(tokens[a].start, tokens[b - 1].end);
        let sentences: Vec<Span> =
            d["sents"].as_array().unwrap().iter().map(|o| cover(num(&o[0]), num(&o[1]))).collect();
        let mut blocks = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            blocks.push((Span::new(at as u32, (at + line.len()) as u32), false));
            at += line.len() + 1;
        }
        let mentions: Vec<(usize, usize, String, String)> = d["mentions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| (num(&m[0]), num(&m[1]), m[3].as_str().unwrap().to_owned(), m[2].as_str().unwrap().to_owned()))
            .collect();
        let mut entities = Vec::new();
        let mut gold = Vec::new();
        let Some(n) = ner.get(id.trim_start_matches("gum/")) else { panic!("{id}") };
        for e in n["entities"].as_array().unwrap() {
            let (a, b, label) = (num(&e[0]), num(&e[1]), e[2].as_str().unwrap());
            if !matches!(label, "person" | "place" | "organization") {
                continue;
            }
            // The name's own mention: the smallest one of its type around it.
            let best = mentions.iter().filter(|m| m.0 <= a && b <= m.1 && m.3 == label).min_by_key(|m| m.1 - m.0);
            let label = match label {
                "person" => "PERSON",
                "place" => "LOC",
                _ => "ORG",
            };
            entities.push((cover(a, b), label.to_owned()));
            gold.push(best.map(|m| m.2.clone()));
        }
        let mut pronouns = Vec::new();
        for m in &mentions {
            if m.1 == m.0 + 1 {
                let w = tokens[m.0].get(&text).unwrap().to_lowercase();
                if matches!(
                    w.as_str(),
                    "he" | "she"
                        | "his"
                        | "her"
                        | "him"
                        | "hers"
                        | "himself"
                        | "herself"
                        | "it"
                        | "its"
                        | "they"
                        | "their"
                        | "them"
                        | "itself"
                        | "themselves"
                ) {
                    pronouns.push((tokens[m.0].start, m.2.clone()));
                }
            }
        }
        docs.push(Doc { text, tokens, sentences, blocks, entities, gold, pronouns });
    }
    docs
}

/// GAP snippets: the two names, and all other runs of capitalised words as entities.
fn gap(data: &str, part: &str, names: &GivenNames<'_>) -> Vec<(Doc, Vec<(Span, bool)>)> {
    let mut out = Vec::new();
    for d in read(&format!("{data}/coref/gap/{part}.jsonl.gz")) {
        let text = d["text"].as_str().unwrap().to_owned();
        let map = byte_map(&text);
        let span =
            |v: &Value| Span::new(map[v["start"].as_u64().unwrap() as usize], map[v["end"].as_u64().unwrap() as usize]);
        let (tokens, sentences, blocks) = split(&text);
        let candidates: Vec<(Span, bool)> =
            d["candidates"].as_array().unwrap().iter().map(|c| (span(c), c["coref"].as_bool().unwrap())).collect();
        let mut entities: Vec<(Span, String)> = candidates.iter().map(|c| (c.0, "PERSON".to_owned())).collect();
        let mut at = 0;
        while at < tokens.len() {
            let cap = |k: usize| {
                tokens.get(k).and_then(|t| t.get(&text)).is_some_and(|w| w.chars().next().unwrap().is_uppercase())
            };
            let first = sentences.iter().any(|s| s.start == tokens[at].start);
            let word = tokens[at].get(&text).unwrap();
            let lower: String = word.to_lowercase();
            let stop = [
                "the", "a", "in", "he", "she", "his", "her", "it", "they", "after", "on", "at", "when", "as", "i",
                "this", "while", "but", "and", "for", "however", "their", "its", "later", "during", "by", "with",
                "from", "although", "that", "to", "who", "of", "if", "an",
            ];
            if !cap(at)
                || stop.contains(&lower.as_str())
                || (first && !cap(at + 1) && names.gender(fold_hash(word)).0 == 0.0)
            {
                at += 1;
                continue;
            }
            let from = at;
            while at < tokens.len()
                && cap(at)
                && (at == from || tokens[at].start == tokens[at - 1].end + 1 || tokens[at].get(&text) == Some("."))
            {
                at += 1;
            }
            let s = Span::new(tokens[from].start, tokens[at - 1].end);
            if !entities.iter().any(|(e, _)| e.overlaps(s)) {
                let person = names.gender(fold_hash(tokens[from].get(&text).unwrap())).0 != 0.0;
                entities.push((s, if person { "PERSON" } else { "NAME" }.to_owned()));
            }
        }
        entities.sort_by_key(|e| (e.0.start, e.0.end));
        // A name spelled like another entity is of its kind.
        for i in 0..entities.len() {
            if entities[i].1 == "NAME" {
                let me = entities[i].0.get(&text).unwrap().to_owned();
                if entities.iter().any(|(s, l)| l == "PERSON" && s.get(&text).unwrap().split(' ').any(|w| w == me)) {
                    entities[i].1 = "PERSON".to_owned();
                }
            }
        }
        let p = span(&d["pronoun"]);
        let gold = vec![None; entities.len()];
        out.push((
            Doc { text, tokens, sentences, blocks, entities, gold, pronouns: vec![(p.start, String::new())] },
            candidates,
        ));
    }
    out
}

fn run(linker: &Linker<'_>, doc: &Doc, scratch: &mut Scratch) -> Output {
    let entities: Vec<Entity<'_>> = doc.entities.iter().map(|(span, label)| Entity { span: *span, label }).collect();
    let input = Input {
        text: &doc.text,
        blocks: &doc.blocks,
        sentences: &doc.sentences,
        tokens: &doc.tokens,
        entities: &entities,
        quotes: &[],
        parts: &[],
    };
    let mut out = Output::default();
    linker.link(&input, scratch, &mut out);
    out
}

fn traces(linker: &Linker<'_>, doc: &Doc) -> (Vec<Trace>, Output) {
    let mut scratch = Scratch::default();
    scratch.traces = Some(Vec::new());
    let out = run(linker, doc, &mut scratch);
    (scratch.traces.take().unwrap(), out)
}

fn gap_examples(linker: &Linker<'_>, docs: &[(Doc, Vec<(Span, bool)>)]) -> Vec<Example> {
    let mut examples = Vec::new();
    for (doc, candidates) in docs {
        let (traces, _) = traces(linker, doc);
        for trace in traces.into_iter().filter(|t| t.start == doc.pronouns[0].0) {
            let actor = |span: Span| trace.candidates.iter().find(|c| c.start == span.start).map(|c| c.actor);
            let truth = candidates.iter().find(|c| c.1);
            let (right, none): (Vec<bool>, bool) = match truth {
                Some((span, _)) => match actor(*span) {
                    Some(a) => (trace.candidates.iter().map(|c| c.actor == a).collect(), false),
                    None => continue,
                },
                None => {
                    let wrong: Vec<u32> = candidates.iter().filter_map(|c| actor(c.0)).collect();
                    (trace.candidates.iter().map(|c| !wrong.contains(&c.actor)).collect(), true)
                }
            };
            examples.push(Example { trace, right, none });
        }
    }
    examples
}

fn gum_examples(linker: &Linker<'_>, docs: &[Doc]) -> Vec<Example> {
    let mut examples = Vec::new();
    for doc in docs {
        let (traces, out) = traces(linker, doc);
        // Pronouns that were linked are candidates too: by the gold clusters of their own spans.
        let mut cluster: HashMap<u32, &str> = doc.pronouns.iter().map(|(s, c)| (*s, c.as_str())).collect();
        for ((span, _), gold) in doc.entities.iter().zip(&doc.gold) {
            if let Some(gold) = gold {
                cluster.insert(span.start, gold);
            }
        }
        let _ = out;
        for trace in traces {
            let gold = doc.pronouns.iter().find(|p| p.0 == trace.start).map(|p| p.1.as_str());
            let right: Vec<bool> =
                trace.candidates.iter().map(|c| gold.is_some() && cluster.get(&c.start).copied() == gold).collect();
            let none = !right.contains(&true);
            examples.push(Example { trace, right, none });
        }
    }
    examples
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args[0].as_str() {
        "fit" => {
            let data = &args[1];
            let table = std::fs::read(&args[2]).unwrap();
            let names = GivenNames::parse(&table).unwrap();
            let linker = Linker::new(names.clone());
            let mut examples = gap_examples(&linker, &gap(data, "train", &names));
            let g = examples.len();
            examples.extend(gum_examples(&linker, &gum(data, "train", "")));
            let mut seed = 7u64;
            for i in (1..examples.len()).rev() {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                examples.swap(i, (seed >> 33) as usize % (i + 1));
            }
            let weights = fit(&examples, 40, 1e-4, |e, l| {
                if e % 10 == 9 {
                    eprintln!("{g} + {} examples, pass {e}: {l:.4}", examples.len() - g)
                }
            });
            println!(
                "//! Weights of the pronoun ranker. Fitted on GAP and GUM training text by `train::fit`, not written by hand.\n\
                 #![allow(clippy::approx_constant)]\n\n\
                 use crate::features::{{Feature, GROUPS, NoneFeature}};\n\n\
                 /// Returns the weights of a feature of a candidate, one for each kind of pronoun.\n\
                 pub const fn weights(feature: Feature) -> [f32; GROUPS] {{\n    match feature {{"
            );
            for feature in Feature::ALL {
                println!("        Feature::{feature:?} => {:.3?},", weights.map(|w| w.0[feature as usize]));
            }
            println!(
                "    }}\n}}\n\n\
                 /// Returns the weights of a feature of \"none of them\", one for each kind of pronoun.\n\
                 pub const fn none_weights(feature: NoneFeature) -> [f32; GROUPS] {{\n    match feature {{"
            );
            for feature in NoneFeature::ALL {
                println!("        NoneFeature::{feature:?} => {:.3?},", weights.map(|w| w.1[feature as usize]));
            }
            println!("    }}\n}}");
        }
        other => panic!("{other}?"),
    }
    let _ = NONE;
}
