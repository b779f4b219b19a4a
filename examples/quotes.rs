//! Prints who said what in an article: `cargo run --example quotes [FILE]`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::fs;

use copydesk::Pipeline;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1);
    let text = match &file {
        Some(file) => fs::read_to_string(file)?,
        None => include_str!("article.txt").to_owned(),
    };
    let news = Pipeline::news()?;
    let article = news.analyze(text)?;
    for quote in article.quotes() {
        let speaker = quote.speaker().map_or("somebody", |actor| actor.name());
        println!("{speaker}: {}", quote.text());
    }
    Ok(())
}
