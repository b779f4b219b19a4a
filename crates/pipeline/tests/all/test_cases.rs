//! The `[[test]]` cases of pipeline files.

use crate::checked;

const STAGES: &str = r#"
stage = [{ plugin = "tokenizer" }, { plugin = "ner" }, { plugin = "quotes" }, { plugin = "actors" }]
[[test]]
name = "a"
text = '"Yes we can" said Ana to Bob'
"#;

fn differences(expect: &str) -> Vec<String> {
    let pipeline = checked(&format!("{STAGES}{expect}\n"));
    let runner = pipeline.load().unwrap();
    pipeline.tests()[0].run(&runner).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_there() {
    for expect in [
        "",
        "expect.entities = [{ text = \"Ana\", label = \"PERSON\" }]",
        "expect.entities = [\"Bob\", \"Ana\"]",
        "expect.entities = [{ start = 18, end = 21, score = 0.875 }, { score = { min = 0.8, max = 0.9 } }]",
        "expect.tokens = [\"said\", \"to\"]",
        "expect.tokens = [{ text = \"said\", sentence = 0, space_after = 1 }]",
        "expect.quotes = [{ kind = \"direct\", speaker = \"Ana\", content = '\"Yes we can\"', source = [\"Ana\"], cue = [] }]",
        "expect.quotes = [{ speaker = 0 }]",
        "expect.actors = [{ name = \"Bob\", mentions = [\"Bob\"] }]",
        "expect.mentions = [{ actor = \"Ana\", type = \"name\" }]",
    ] {
        assert_eq!(differences(expect), Vec::<String>::new(), "{expect}");
    }
}

#[test]
fn what_is_not() {
    let expect = r#"expect.entities = [
    { text = "Ana", label = "ORG" },
    "Carl",
    "Bob",
    "Bob",
]
expect.tokens = []
expect.quotes = [{ speaker = "Bob", content = "no", score = { max = 0.5 } }]"#;
    insta::assert_snapshot!(differences(expect).join("\n"), @r#"
    line 7: expected in entities: text = "Ana", label = "ORG"
      found: text = "Ana", label = "PERSON"
    line 8: expected in entities: text = "Carl"
      found: text = "Ana"
    line 10: expected in entities: text = "Bob"
      found: text = "Ana"
    line 12: expected in tokens: no rows
      found: text = "\"Yes"
      found: text = "we"
      found: text = "can\""
      found: text = "said"
      found: text = "Ana"
      found: text = "to"
      found: text = "Bob"
    line 13: expected in quotes: speaker = "Bob", content = "no", score = {"max":0.5}
      found: speaker = "Ana", content = "\"Yes we can\"", score = 1
    "#);
}

#[test]
fn a_text_that_cannot_be_analysed() {
    let pipeline = checked("[[stage]]\nplugin = \"moody\"\n[[test]]\nname = \"a\"\ntext = \"fail\"\n");
    let runner = pipeline.load().unwrap();
    assert_eq!(pipeline.tests()[0].run(&runner), Err("stage \"moody\": no mood for this".to_owned()));
}
