//! Gold files are read in all their forms, and what is wrong with one is said with its line.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use copydesk_train::gold::{
    ActorDocument, EntityDocument, Gold, QuoteDocument, SegmentationDocument, SentimentDocument,
};
use copydesk_train::{Error, Predictions};

/// A file for one test, removed at its end.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("copydesk-train-{}-{name}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        File(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn read<G: Gold>(path: &Path) -> Result<Vec<G>, Error> {
    G::read(path)?.collect()
}

/// The message after the file's name.
fn message<T>(read: Result<T, Error>, path: &Path) -> String {
    let Err(error) = read else { panic!("{} is read", path.display()) };
    let text = error.to_string();
    text.strip_prefix(&path.display().to_string()).unwrap_or(&text).to_owned()
}

#[test]
fn entities_of_each_form() {
    let lines = concat!(
        r#"{"id": "a", "tokens": ["Ana", "Ruiz", "left"], "entities": [[0, 2, "PERSON"]]}"#,
        "\n\n",
        r#"{"text": "Olá, Ana!", "entities": [{"start": 5, "end": 8, "label": "PERSON"}]}"#,
        "\r\n",
        r#"{"id": 7, "text": "Ana.", "tokens": ["Ana", "."], "offsets": [[0, 3], [3, 4]], "entities": [[0, 1, "P"]]}"#,
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(lines.as_bytes()).unwrap();
    for (name, bytes) in [("plain.jsonl", lines.as_bytes().to_vec()), ("packed.jsonl.gz", packed.finish().unwrap())] {
        let file = File::new(name, &bytes);
        let documents = read::<EntityDocument>(&file.0).unwrap();
        let found: Vec<_> = documents
            .iter()
            .map(|document| (document.id.as_str(), document.text.as_str(), document.entities[0].span))
            .collect();
        assert_eq!(found, [("a", "Ana Ruiz left", [0, 8]), ("1", "Olá, Ana!", [5, 8]), ("7", "Ana.", [0, 3])]);
    }
}

#[test]
fn faults_of_entities() {
    for (line, expected) in [
        ("{", ":2: EOF while parsing an object (column 1)"),
        (r#"{"entities": []}"#, ":2: there is neither \"text\" nor \"tokens\""),
        (r#"{"tokens": ["a"], "entities": [[0, 2, "P"]]}"#, ":2: entities[0]: [0, 2] is no span of the 1 tokens"),
        (r#"{"tokens": ["a"], "entities": [[1, 1, "P"]]}"#, ":2: entities[0]: [1, 1] is no span of the 1 tokens"),
        (
            r#"{"text": "abc", "entities": [{"start": 1, "end": 4, "label": "P"}]}"#,
            ":2: entities[0]: [1, 4] does not lie within the text, which has 3 characters",
        ),
        (
            r#"{"text": "abc", "entities": [{"start": 1, "end": 1, "label": "P"}]}"#,
            ":2: entities[0]: the span [1, 1] is empty",
        ),
        (
            r#"{"text": "abc", "entities": [[1, 2]]}"#,
            ":2: an entity must be [first, past_last, label] or {\"start\", \"end\", \"label\"} (column 36)",
        ),
    ] {
        let file = File::new("entities.jsonl", format!("\n{line}\n").as_bytes());
        assert_eq!(message(read::<EntityDocument>(&file.0), &file.0), expected, "{line}");
    }
    let file = File::new("bytes.jsonl", b"{}\xFF");
    assert_eq!(message(read::<EntityDocument>(&file.0), &file.0), ":1: byte 2 of the line is not UTF-8");
    let missing = Path::new("no/such/file.jsonl");
    assert!(message(read::<EntityDocument>(missing), missing).contains("No such file"));
}

#[test]
fn faults_of_the_others() {
    let file = File::new("quotes.jsonl", br#"{"id": "a", "text": "ab", "attributions": [{"cue": [[0, 3]]}]}"#);
    let expected = ":1: attributions[0]: cue: [0, 3] does not lie within the text, which has 2 characters";
    assert_eq!(message(read::<QuoteDocument>(&file.0), &file.0), expected);

    let file = File::new("acts.jsonl", br#"{"text": "ab", "attributions": [{"cue": [[0, 1]], "act": "song"}]}"#);
    let expected = ":1: attributions[0]: \"song\" is no act; there are speech, writing, thought, intention";
    assert_eq!(message(read::<QuoteDocument>(&file.0), &file.0), expected);

    for (line, expected) in [
        (r#"{"text": "ab"}"#, ":1: there are neither \"clusters\" nor \"pronoun\" and \"candidates\""),
        (
            r#"{"text": "ab", "clusters": [[[0, 3]]]}"#,
            ":1: clusters[0]: [0, 3] does not lie within the text, which has 2 characters",
        ),
        (
            r#"{"text": "ab", "offsets": [[0, 2]], "clusters": [[[0, 2]]]}"#,
            ":1: clusters[0]: [0, 2] is no span of the 1 tokens",
        ),
        (r#"{"text": "ab", "clusters": [], "names": [[1, 1, 0]]}"#, ":1: names[0]: the span is empty"),
        (
            r#"{"text": "ab", "clusters": [], "singletons": [["a"]]}"#,
            ":1: singletons[0]: it must begin with [first, past_last]",
        ),
        (
            r#"{"text": "ab", "pronoun": {"start": 0, "end": 9}, "candidates": []}"#,
            ":1: pronoun: [0, 9] does not lie within the text, which has 2 characters",
        ),
    ] {
        let file = File::new("actors.jsonl", line.as_bytes());
        assert_eq!(message(read::<ActorDocument>(&file.0), &file.0), expected, "{line}");
    }

    let line = br#"{"id": "a", "sentence": "ab", "targets": [{"start": 0, "end": 2, "polarity": 2}]}"#;
    let file = File::new("sentiment.jsonl", line);
    let expected = ":1: targets[0]: the polarity must be -1, 0 or 1, not 2";
    assert_eq!(message(read::<SentimentDocument>(&file.0), &file.0), expected);

    let file = File::new("words.conllu", b"# newdoc id = a\n1\tA\t_\n");
    let expected = ":2: a word has ten columns with a tab between each two, not 3";
    assert_eq!(message(read::<SegmentationDocument>(&file.0), &file.0), expected);

    let file = File::new("twice.jsonl", b"{\"id\": 1}\n{\"id\": \"1\"}\n");
    assert_eq!(message(Predictions::read(&file.0), &file.0), ":2: a second line for document \"1\"");
    let file = File::new("units.jsonl", br#"{"id": 1, "offsets": "byte"}"#);
    let expected = ":1: offsets must be code points: analyze with `--offsets char`";
    assert_eq!(message(Predictions::read(&file.0), &file.0), expected);
}

#[test]
fn targets_are_given_to_the_pipeline() {
    let line = r#"{"id": "a", "sentence": "Olá Ana e Rui", "targets": [
        {"start": 10, "end": 13, "polarity": 1}, {"start": 4, "end": 7, "polarity": 0}, {"start": 5, "end": 7, "polarity": 0}]}"#;
    let file = File::new("given.jsonl", line.replace('\n', " ").as_bytes());
    let document = read::<SentimentDocument>(&file.0).unwrap()[0].document().unwrap();
    let layer = document.layer("entities").unwrap();
    let texts: Vec<&str> = layer.spans().iter().filter_map(|span| span.get(document.text())).collect();
    assert_eq!(texts, ["Ana", "na", "Rui"], "nested targets too");
}

#[test]
fn segmentation_documents() {
    let lines = concat!(
        "# newdoc id = a\n# newpar\n",
        "1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdo\t_\t_\t_\t_\t_\t_\t_\t_\n2\tn't\t_\t_\t_\t_\t_\t_\t_\t_\n",
        "3\tgo\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n4\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
        "# newpar\n1\tÉ\t_\t_\t_\t_\t_\t_\t_\t_\n1.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
        "# newdoc\n1\tB\t_\t_\t_\t_\t_\t_\t_\t_\n",
    );
    let file = File::new("segmentation.conllu", lines.as_bytes());
    let documents = read::<SegmentationDocument>(&file.0).unwrap();
    let [first, second] = documents.as_slice() else { panic!("two documents") };
    assert_eq!((first.id.as_str(), first.text.as_str()), ("a", "don't go.\n\nÉ "));
    assert_eq!(first.tokens, [[0, 5], [6, 8], [8, 9], [11, 12]]);
    assert_eq!(first.sentences, [[0, 9], [11, 12]]);
    assert_eq!((second.id.as_str(), second.sentences.as_slice()), ("1", [[0, 1]].as_slice()));
}
