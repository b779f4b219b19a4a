//! Tokens a second of the stage alone: `speed FILE.txt [REPEATS]`, with every capitalised word as a mention.

// A measuring tool: a missing file may end it.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use copydesk_plugin_stance::{Input, Mention, Model, Scratch, stances};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let text = std::fs::read_to_string(&args[0]).unwrap();
    let repeats: usize = args.get(1).map_or(20, |n| n.parse().unwrap());
    let bytes = std::fs::read("models/stance-news-fast.cdm").unwrap();
    let model = Model::parse(&bytes).unwrap();
    let s = copydesk_plugin_tokenizer::segment(&text);
    let tokens: Vec<_> = s.tokens.iter().map(|t| t.span).collect();
    let sentences: Vec<_> = s.sentences.iter().map(|t| t.span).collect();
    let mentions: Vec<Mention> = tokens
        .iter()
        .filter(|t| t.get(&text).unwrap().starts_with(char::is_uppercase))
        .map(|t| Mention { span: *t, actor: 0 })
        .collect();
    let input = Input { text: &text, sentences: &sentences, tokens: &tokens, mentions: &mentions, ..Input::default() };
    let (mut scratch, mut out) = (Scratch::default(), Vec::new());
    let start = std::time::Instant::now();
    for _ in 0..repeats {
        stances(&input, &model, &mut scratch, &mut out);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{} tokens, {} mentions: {:.0} tokens a second", tokens.len(), mentions.len(), (tokens.len() * repeats) as f64 / seconds);
}
