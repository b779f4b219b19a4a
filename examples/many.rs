//! Counts who speaks most in many articles, on all cores: `cargo run --release --example many FILE or FOLDER...`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use copydesk::{AnalyzeOptions, Inputs, Pipeline};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let fast = Pipeline::fast()?;
    let options = AnalyzeOptions { time_limit: Some(Duration::from_secs(30)), ..AnalyzeOptions::default() };
    let mut quotes: HashMap<String, usize> = HashMap::new();
    for article in fast.analyze_all_with(Inputs::new(&paths)?, options) {
        match article {
            Ok(article) => {
                for speaker in article.quotes().filter_map(|quote| quote.speaker()) {
                    *quotes.entry(speaker.name().to_owned()).or_default() += 1;
                }
            }
            // A file that cannot be read, or an article that took too long: the others go on.
            Err(error) => eprintln!("{error}"),
        }
    }
    let mut quotes: Vec<(String, usize)> = quotes.into_iter().collect();
    quotes.sort_by(|(a, many), (b, others)| others.cmp(many).then_with(|| a.cmp(b)));
    for (speaker, count) in quotes.iter().take(10) {
        println!("{count:6}  {speaker}");
    }
    Ok(())
}
