//! Copydesk's word pieces: `pieces serve VOCABULARY TEXTS` or `pieces predict VOCABULARY TEXTS OUT`, the protocol of
//! `../../systems.py`. TEXTS are JSON lines with `"id"` and `"text"`.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::time::Instant;

use copydesk_plugin_encoder::{Reading, Vocabulary};
use copydesk_sdk::Span;
use serde_json::{Value, json};

use crate::{Fallible, seconds};

pub fn run(arguments: &[String]) -> Fallible<()> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", vocabulary, texts] => serve(vocabulary, texts),
        ["predict", vocabulary, texts, out] => predict(vocabulary, texts, out),
        _ => Err("usage: pieces serve VOCABULARY TEXTS | pieces predict VOCABULARY TEXTS OUT".into()),
    }
}

struct Cutter {
    vocabulary: Vocabulary,
    words: Vec<Span>,
    reading: Reading,
}

impl Cutter {
    fn new(vocabulary: &str) -> Fallible<Self> {
        let vocabulary = Vocabulary::new(&std::fs::read_to_string(vocabulary)?)?;
        Ok(Self { vocabulary, words: Vec::new(), reading: Reading::default() })
    }

    /// The pieces of a text, cut at white space as BERT's tokenizer does it first.
    fn cut(&mut self, text: &str) -> &[u32] {
        self.words.clear();
        let place = |word: &str| (word.as_ptr() as usize - text.as_ptr() as usize) as u32;
        self.words.extend(text.split_whitespace().map(|word| {
            let start = place(word);
            Span { start, end: start + word.len() as u32 }
        }));
        self.reading.read(text, &[], &[], &self.words, &self.vocabulary);
        &self.reading.ids
    }
}

fn texts(path: &str) -> Fallible<impl Iterator<Item = Fallible<(String, String)>>> {
    Ok(BufReader::new(File::open(path)?).lines().map(|line| {
        let row: Value = serde_json::from_str(&line?)?;
        match (row["id"].as_str(), row["text"].as_str()) {
            (Some(id), Some(text)) => Ok((id.to_owned(), text.to_owned())),
            _ => Err("a line has no \"id\" or no \"text\"".into()),
        }
    }))
}

fn predict(vocabulary: &str, source: &str, target: &str) -> Fallible<()> {
    let mut cutter = Cutter::new(vocabulary)?;
    let mut out = BufWriter::new(File::create(target)?);
    for text in texts(source)? {
        let (id, text) = text?;
        writeln!(out, "{}", json!({"id": id, "pieces": cutter.cut(&text)}))?;
    }
    Ok(out.flush()?)
}

/// Answers each line `BATCH NUMBER` with the time for that many texts. If there are fewer texts, they repeat. The batch
/// size has no meaning here. Words are remembered while texts are new, and forgotten when texts repeat.
fn serve(vocabulary: &str, source: &str) -> Fallible<()> {
    let mut cutter = Cutter::new(vocabulary)?;
    let texts = texts(source)?.collect::<Fallible<Vec<_>>>()?;
    println!("{}", json!({"texts": texts.len()}));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let number: usize = line.split_whitespace().last().ok_or("a request is BATCH NUMBER")?.parse()?;
        let (wall, processor) = (Instant::now(), seconds());
        let mut found = 0;
        for at in 0..number {
            let at = at % texts.len();
            if at == 0 {
                cutter.reading = Reading::default();
            }
            found += cutter.cut(&texts[at].1).len();
        }
        let (wall, processor) = (wall.elapsed().as_secs_f64(), seconds() - processor);
        println!("{}", json!({"seconds": wall, "processor": processor, "found": found}));
    }
    Ok(())
}
