//! Pieces and types of texts of our own against those that the trainer makes of them; `data/freeze.py` wrote these down.

use copydesk_plugin_encoder::{Reading, Vocabulary};
use copydesk_plugin_tokenizer::segment;

#[test]
fn pieces_and_types_are_those_of_the_trainer() {
    let vocabulary = Vocabulary::new(include_str!("data/vocabulary.txt")).unwrap();
    let mut reading = Reading::default();
    let mut total = 0;
    for line in include_str!("data/pieces.jsonl").lines() {
        let wanted: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = wanted["text"].as_str().unwrap();
        let layers = segment(text);
        let blocks: Vec<_> = layers.blocks.iter().map(|block| block.span).collect();
        let sentences: Vec<_> = layers.sentences.iter().map(|sentence| sentence.span).collect();
        let tokens: Vec<_> = layers.tokens.iter().map(|token| token.span).collect();
        let read = |reading: &mut Reading| {
            reading.read(text, &blocks, &sentences, &tokens, &vocabulary);
            serde_json::json!({"text": text, "ids": reading.ids, "types": reading.types, "first": reading.first})
        };
        let found = read(&mut reading);
        if found != wanted {
            // The first token that differs says more than a thousand numbers.
            let of = |value: &serde_json::Value, token: usize| {
                let at = |token: usize| value["first"][token].as_u64().unwrap_or(0) as usize;
                let (ids, types) = (value["ids"].as_array().unwrap(), value["types"].as_array().unwrap());
                (ids[at(token)..at(token + 1)].to_vec(), types.get(at(token)).cloned())
            };
            let token = (0..tokens.len()).find(|token| of(&found, *token) != of(&wanted, *token)).unwrap_or(0);
            let word = tokens.get(token).and_then(|token| token.get(text));
            panic!("{text:?}: {word:?} gives {:?}, wanted {:?}", of(&found, token), of(&wanted, token));
        }
        // Earlier documents leave no trace.
        assert_eq!(read(&mut Reading::default()), wanted);
        total += reading.ids.len();
    }
    assert!(total > 1500, "{total} pieces are few");
}
