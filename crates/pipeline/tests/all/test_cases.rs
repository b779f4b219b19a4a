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
        "expect.quotes = [{ speaker_role = \"\", speaker_affiliation = \"\" }]",
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
    line 7: entities
      expected  text = "Ana", label = "ORG"
      found     text = "Ana", label = "PERSON"  (label differs)
    line 8: entities
      expected  text = "Carl"
      found     text = "Ana"
    line 10: entities
      expected  text = "Bob"
      found     text = "Ana"
    line 12: tokens
      expected  no rows
      found     text = "\"Yes"
                text = "we"
                text = "can\""
                text = "said"
                text = "Ana"
                text = "to"
                text = "Bob"
    line 13: quotes
      expected  speaker = "Bob", content = "no", score = { max = 0.5 }
      found     speaker = "Ana", content = "\"Yes we can\"", score = 1
    "#);
}

#[test]
fn a_text_that_cannot_be_analysed() {
    let pipeline = checked("[[stage]]\nplugin = \"moody\"\n[[test]]\nname = \"a\"\ntext = \"fail\"\n");
    let runner = pipeline.load().unwrap();
    assert_eq!(pipeline.tests()[0].run(&runner), Err("stage \"moody\": no mood for this".to_owned()));
}

#[test]
fn rows_most_like_the_expected_one_come_first() {
    let expect = "expect.tokens = [{ text = \"said\", sentence = 0, space_after = 0 }, \"a\", \"b\"]\n";
    let long = STAGES.replace("said Ana", &format!("said Ana {}", "x ".repeat(20)));
    let pipeline = checked(&format!("{long}{expect}"));
    let differences = pipeline.tests()[0].run(&pipeline.load().unwrap()).unwrap();
    assert!(
        differences[0].found[0].starts_with("text = \"said\"")
            && differences[0].found[0].ends_with("(space_after differs)")
    );
    assert_eq!((differences[0].found.len(), differences[0].omitted), (12, 15));
    assert!(differences[0].to_string().ends_with("and 15 more"), "{}", differences[0]);
}
